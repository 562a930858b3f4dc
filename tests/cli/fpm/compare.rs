//! The differences from fpm that are meant, as rules: each turns what fpm gave into what reldeb must give.

use std::collections::BTreeMap;

use super::{Case, Shown};

/// The directories that every package shares: they are root's, whoever owns the rest.
const SHARED: [&str; 12] = [
    "./",
    "./etc/",
    "./etc/default/",
    "./etc/init.d/",
    "./lib/",
    "./lib/systemd/",
    "./lib/systemd/system/",
    "./opt/",
    "./usr/",
    "./usr/bin/",
    "./usr/share/",
    "./var/lib/",
];

/// The documents that both write in their own way, and the directories that hold nothing else.
const DOCUMENTS: [&str; 6] = [
    "./usr/share/doc/",
    "./usr/share/lintian/overrides/",
    "./usr/share/lintian/",
    "./usr/share/",
    "./usr/",
    "./usr/lib/",
];

/// Compares a package with that of fpm.
pub(super) fn same_package(case: &Case, ours: &Shown, of_fpm: &Shown) {
    let name = case.name.as_str();
    let package = field(&ours.control, "Package").unwrap();
    let mut expected = listing(case, of_fpm);
    expected.retain(|path, _| !is_document(path, &package));
    let mut found = by_path(&ours.listing);
    found.retain(|path, _| !is_document(path, &package));
    without_empty_parents(&mut expected, &package);
    without_empty_parents(&mut found, &package);
    assert_eq!(found, expected, "{name}");
    assert_eq!(ours.conffiles, of_fpm.conffiles, "{name}");
    let mut scripts = of_fpm.scripts.iter();
    assert!(scripts.all(|it| ours.scripts.contains(it)), "{name}");
    let (control, expected) = (fields(&ours.control), control(case, ours, of_fpm));
    assert_eq!(control, expected, "{name}");
    let architecture = field(&ours.control, "Architecture").unwrap();
    let file = of_fpm.file.replace("amd64", &architecture);
    assert_eq!(ours.file, file, "{name}");
}

fn path_of(line: &str) -> &str {
    line.splitn(3, ' ').nth(2).unwrap()
}

fn by_path(listing: &str) -> BTreeMap<String, String> {
    let lines = listing.lines();
    lines
        .map(|line| (path_of(line).to_owned(), line.to_owned()))
        .collect()
}

/// Returns fpm's listing as it must be here.
fn listing(case: &Case, of_fpm: &Shown) -> BTreeMap<String, String> {
    let keeps_modes = case.line.contains("--deb-use-file-permissions");
    let mut lines = BTreeMap::new();
    for (path, line) in by_path(&of_fpm.listing) {
        let mut words: Vec<&str> = line.splitn(3, ' ').collect();
        // Modes of the checkout are no modes of the package.
        if !keeps_modes {
            words[0] = match words[0] {
                mode if mode.starts_with('d') => "drwxr-xr-x",
                mode if mode.starts_with('l') => mode,
                mode if mode.contains('x') => "-rwxr-xr-x",
                _ => "-rw-r--r--",
            };
        }
        if SHARED.contains(&&*path) {
            words[1] = "root/root";
        }
        // systemd's directory is in /usr, and units are root's.
        let unit = path.strip_prefix("./lib/systemd/system/");
        let unit = unit.filter(|it| !it.is_empty() && case.line.contains("--deb-systemd"));
        let moved = unit.map(|unit| format!("./usr/lib/systemd/system/{unit}"));
        if let Some(moved) = moved {
            for above in ["", "lib/", "lib/systemd/", "lib/systemd/system/"] {
                let above = format!("./usr/{above}");
                lines.insert(above.clone(), format!("drwxr-xr-x root/root {above}"));
            }
            lines.insert(moved.clone(), format!("{} root/root {moved}", words[0]));
            continue;
        }
        // Manual pages are compressed.
        let is_page = path.starts_with("./usr/share/man/") && path.ends_with(".1");
        let path = if is_page { format!("{path}.gz") } else { path };
        lines.insert(path.clone(), format!("{} {} {path}", words[0], words[1]));
    }
    lines
}

/// Returns whether a path is one of the documents that reldeb and fpm write themselves.
fn is_document(path: &str, package: &str) -> bool {
    let folder = format!("./usr/share/doc/{package}/");
    match path.strip_prefix(&folder) {
        Some(name) => {
            name.starts_with("changelog") || name == "copyright" || name.starts_with("CHANGELOG")
        }
        None => path == format!("./usr/share/lintian/overrides/{package}"),
    }
}

/// Takes out the directories of the documents, and of units that have moved, where they are empty then.
fn without_empty_parents(lines: &mut BTreeMap<String, String>, package: &str) {
    let own = format!("./usr/share/doc/{package}/");
    let units = ["./lib/systemd/system/", "./lib/systemd/", "./lib/"];
    for parent in [own.as_str()].into_iter().chain(DOCUMENTS).chain(units) {
        let mut below = lines.keys().filter(|path| *path != parent);
        if !below.any(|path| path.starts_with(parent)) {
            lines.remove(parent);
        }
    }
}

fn fields(control: &str) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in control.lines() {
        if line.starts_with(' ') {
            let value = fields.get_mut(&last).unwrap();
            value.push('\n');
            value.push_str(line);
        } else if let Some((name, value)) = line.split_once(": ") {
            name.clone_into(&mut last);
            fields.insert(last.clone(), value.to_owned());
        }
    }
    fields
}

fn field(control: &str, name: &str) -> Option<String> {
    fields(control).remove(name)
}

/// Returns fpm's control file as it must be here.
fn control(case: &Case, ours: &Shown, of_fpm: &Shown) -> BTreeMap<String, String> {
    let mut fields = fields(&of_fpm.control);
    // Fields that Debian does not have, that a binary package does not have, that say nothing.
    for name in ["License", "Vendor", "Build-Depends"] {
        fields.remove(name);
    }
    if fields["Homepage"] == "http://example.com/no-uri-given" {
        fields.remove("Homepage");
    }
    // Section: default is none of Debian's.
    if ["default", "none"].contains(&fields["Section"].as_str()) {
        fields.insert("Section".into(), "misc".into());
    }
    // Without machine code a package is for all machines.
    let asks = ["-a ", "-aall", "--architecture"]
        .iter()
        .any(|it| case.line.contains(it));
    if !asks && !case.line.contains("elf/") {
        fields.insert("Architecture".into(), "all".into());
    }
    // A maintainer has a name.
    let maintainer = fields["Maintainer"].clone();
    let address = maintainer.trim_matches(['<', '>']);
    if let Some((user, _)) = address.split_once('@').filter(|_| !address.contains(' ')) {
        fields.insert("Maintainer".into(), format!("{user} <{address}>"));
    }
    // A description has more than its synopsis.
    let description = fields["Description"].clone();
    if !description.contains('\n') {
        let whole = format!("{description}\n This package is not part of Debian.");
        fields.insert("Description".into(), whole);
    }
    // What the package's own scripts need.
    let needs = field(&ours.control, "Pre-Depends").unwrap_or_default();
    let needs = needs
        .split(", ")
        .filter(|it| ["init-system-helpers", "passwd"].contains(it));
    let own: Vec<&str> = fields
        .get("Pre-Depends")
        .map(String::as_str)
        .into_iter()
        .chain(needs)
        .collect();
    if !own.is_empty() {
        let own = own.join(", ");
        fields.insert("Pre-Depends".into(), own);
    }
    fields
}
