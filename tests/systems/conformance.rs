//! Packages beside those that Debian's own tools make of the same tree, and before the dpkg of
//! every supported suite.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::example::{self, Orders};
use crate::packed::{Subject, TIME, awkward, chmod, reldeb, success};
use crate::support::skip;
use crate::system::System;

/// The places where a package of reldeb's is meant to differ from what dpkg-deb and dpkg-gencontrol make.
/// Each has its place in the comparison below.
const EXPECTED_DIFFERENCES: &[(&str, &str)] = &[
    (
        "owners",
        "dpkg-deb --root-owner-group gives everything to root; a manifest can name a user that \
         exists on the target only, so names stand with the number 0",
    ),
    (
        "order",
        "dpkg-deb puts the contents of a directory right behind it; reldeb goes by the bytes of the \
         whole path, which puts `a-b` and `a.b` between `a/` and `a/b`",
    ),
    (
        "modes of control files",
        "dpkg-deb keeps those of the folder; reldeb writes 0755 for scripts, 0644 for the rest",
    ),
];

/// The packages that are compared: those of the examples where their tools are there, and one with
/// everything that is awkward in a tree.
fn subjects() -> Vec<(&'static str, Subject)> {
    let mut subjects = vec![("awkward", awkward())];
    let folders = [
        (
            "orders",
            Orders::packages().map(|orders| orders.first.as_path()),
        ),
        ("tally", example::tally()),
        ("beacon", Some(example::beacon())),
    ];
    for (name, package) in folders {
        if let Some(package) = package {
            let manifest = package.parent().unwrap().with_file_name("reldeb.toml");
            subjects.push((name, Subject::new(TempDir::new().unwrap(), manifest)));
        }
    }
    subjects
}

#[test]
fn the_plan_lists_what_dpkg_deb_lists() {
    for (name, subject) in subjects() {
        let mut command = reldeb();
        command
            .args(["plan", "--json", "--manifest"])
            .arg(&subject.manifest);
        let plan: serde_json::Value = serde_json::from_str(&success(&mut command)).unwrap();
        let planned: Vec<String> = plan["paths"].as_array().unwrap().iter().map(line).collect();
        let listing = success(Command::new("dpkg-deb").arg("-c").arg(&subject.package));
        let packed: Vec<String> = listing.lines().map(without_time).collect();
        assert_eq!(packed, planned, "{name}");
        let mut command = reldeb();
        command.args(["plan", "--manifest"]).arg(&subject.manifest);
        let shown = success(&mut command);
        let shown = shown.lines().skip(1).map(|line| {
            let line = line.split("  <- ").next().unwrap();
            squeezed(line.strip_suffix("  (conffile)").unwrap_or(line))
        });
        assert_eq!(shown.collect::<Vec<_>>(), planned, "{name}");
    }
}

#[test]
fn the_plan_of_an_example_is_the_package_that_is_written() {
    let packages = [
        Orders::packages().map(|orders| orders.first.as_path()),
        example::tally(),
        Some(example::beacon()),
        Some(example::reldeb()),
    ];
    for package in packages.into_iter().flatten() {
        let name = package.display();
        let folder = package.ancestors().nth(2).unwrap();
        let document = |words: &[&str], path: &Path| -> serde_json::Value {
            let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
            // For `examples/reldeb`, as it was built.
            let programs = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
            command.env("RELDEB_PROGRAMS", programs);
            command.env("RELDEB_SOURCE", crate::support::project());
            let text = success(command.args(words).arg(path));
            serde_json::from_str(&text).unwrap()
        };
        let mut planned = document(&["plan", "--json", "--manifest"], folder);
        let mut written = document(&["inspect", "--json"], package);
        // The size is known when all is packed. A package does not say who asked for a path, and a
        // plan has no numbers for the names that the target will look up, nor times of its own.
        let size = written["control"].as_object_mut().unwrap();
        assert!(size.remove("Installed-Size").is_some(), "{name}");
        for (document, keys) in [
            (&mut planned, &["origin"][..]),
            (&mut written, &["uid", "gid", "mtime"]),
        ] {
            for path in document["paths"].as_array_mut().unwrap() {
                for key in keys {
                    assert!(path.as_object_mut().unwrap().remove(*key).is_some());
                }
            }
        }
        for key in [
            "package",
            "version",
            "architecture",
            "control",
            "conffiles",
            "scripts",
            "paths",
        ] {
            assert_eq!(planned[key], written[key], "{name}: `{key}`");
        }
    }
}

/// A path of the plan as `dpkg-deb -c` shows it, without the time.
fn line(path: &serde_json::Value) -> String {
    let text = |key: &str| path[key].as_str().unwrap_or_default().to_owned();
    let (kind, slash) = match text("kind").as_str() {
        "directory" => ('d', "/"),
        "symlink" => ('l', ""),
        _ => ('-', ""),
    };
    let name = text("path");
    let slash = if name == "/" { "" } else { slash };
    let target = path["target"]
        .as_str()
        .map(|target| format!(" -> {target}"));
    let mode = u32::from_str_radix(&text("mode"), 8).unwrap();
    // GNU tar shows a backslash as two.
    let shown = format!(".{name}{slash}{}", target.unwrap_or_default());
    format!(
        "{kind}{} {}/{} {} {shown}",
        letters(mode),
        text("owner"),
        text("group"),
        path["size"]
    )
}

fn letters(mode: u32) -> String {
    let special = [(0o4000, 's'), (0o2000, 's'), (0o1000, 't')];
    let mut text = String::new();
    for (index, (bit, letter)) in special.into_iter().enumerate() {
        let bits = mode >> (6 - 3 * index);
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        text.push(match (mode & bit != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// A line of `dpkg-deb -c` or `tar -tv` without day and hour, each column behind one space.
fn without_time(line: &str) -> String {
    let columns: Vec<&str> = line.split_whitespace().take(5).collect();
    let [mode, owner, size, day, hour] = columns[..] else {
        panic!("no line of a listing: `{line}`");
    };
    let at = line.find(&format!(" {day} {hour} ")).unwrap();
    let name = &line[at + day.len() + hour.len() + 3..];
    format!("{mode} {owner} {size} {}", name.replace("\\\\", "\\"))
}

/// A line of `reldeb plan` with each column behind one space; spaces of the name stay.
fn squeezed(line: &str) -> String {
    let (columns, name) = line.split_once(" ./").unwrap();
    let columns: Vec<&str> = columns.split_whitespace().collect();
    format!("{} ./{name}", columns.join(" "))
}

#[test]
fn dpkg_deb_makes_the_same_of_the_same_tree() {
    for (name, subject) in subjects() {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("root");
        success(
            Command::new("dpkg-deb")
                .arg("-R")
                .arg(&subject.package)
                .arg(&root),
        );
        meant("modes of control files");
        for file in std::fs::read_dir(root.join("DEBIAN")).unwrap() {
            let path = file.unwrap().path();
            let script = ["preinst", "postinst", "prerm", "postrm"]
                .contains(&path.file_name().unwrap().to_str().unwrap());
            chmod(&path, if script { "0755" } else { "0644" });
        }
        let other = folder.path().join("other.deb");
        // It refuses a wrong list of conffiles.
        let mut build = Command::new("dpkg-deb");
        build
            .args(["--root-owner-group", "-b"])
            .arg(&root)
            .arg(&other);
        success(build.env("SOURCE_DATE_EPOCH", TIME));
        for archive in ["--fsys-tarfile", "--ctrl-tarfile"] {
            let ours = tar_listing(archive, &subject.package);
            let mut theirs = tar_listing(archive, &other);
            meant("owners");
            let mut ours: Vec<String> = ours.iter().map(|line| as_root(line)).collect();
            meant("order");
            for lines in [&mut ours, &mut theirs] {
                lines.sort_by(|left, right| left.split_once(" ./").cmp(&right.split_once(" ./")));
            }
            assert_eq!(ours, theirs, "{name} {archive}");
        }
        let field = |package: &Path| success(Command::new("dpkg-deb").arg("-f").arg(package));
        assert_eq!(field(&subject.package), field(&other), "{name}");
        let digests = root.join("DEBIAN/md5sums");
        success(
            Command::new("md5sum")
                .arg("--quiet")
                .arg("-c")
                .arg(&digests)
                .current_dir(&root),
        );
        let listed = std::fs::read_to_string(&digests).unwrap().lines().count();
        let conffiles = std::fs::read_to_string(root.join("DEBIAN/conffiles")).unwrap_or_default();
        let regular = tar_listing("--fsys-tarfile", &other);
        let regular = regular.iter().filter(|line| line.starts_with('-')).count();
        assert_eq!(listed + conffiles.lines().count(), regular, "{name}");
    }
}

/// Says that the comparison lets something differ, which must be in the list.
#[track_caller]
fn meant(what: &str) {
    assert!(
        EXPECTED_DIFFERENCES.iter().any(|(known, _)| *known == what),
        "{what}"
    );
}

/// The members of an archive of a package, with their times.
fn tar_listing(archive: &str, package: &Path) -> Vec<String> {
    let output = Command::new("dpkg-deb")
        .arg(archive)
        .arg(package)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, output.stdout).unwrap();
    let mut tar = Command::new("tar");
    tar.args(["--full-time", "--utc", "--quoting-style=literal", "-tvf"])
        .arg(file.path());
    success(&mut tar).lines().map(str::to_owned).collect()
}

fn as_root(line: &str) -> String {
    let mut words = line.split_whitespace();
    let (mode, owner) = (words.next().unwrap(), words.next().unwrap());
    let rest = line.split_once(owner).unwrap().1;
    let (size, rest) = rest.trim_start().split_once(' ').unwrap();
    let width = "root/root".len() + 1 + 9;
    let column = format!("root/root {size:>9}");
    format!("{mode} {column:>width$} {rest}")
}

#[test]
fn dpkg_gencontrol_writes_the_same_fields() {
    if Command::new("dpkg-gencontrol")
        .arg("--version")
        .output()
        .is_err()
    {
        skip("needs `dpkg-gencontrol`");
        return;
    }
    for (name, subject) in subjects() {
        let folder = TempDir::new().unwrap();
        let tree = folder.path().join("tree");
        success(
            Command::new("dpkg-deb")
                .arg("-x")
                .arg(&subject.package)
                .arg(&tree),
        );
        let ours = success(
            Command::new("dpkg-deb")
                .arg("-I")
                .arg(&subject.package)
                .arg("control"),
        );
        let debian = folder.path().join("debian");
        std::fs::create_dir(&debian).unwrap();
        std::fs::write(debian.join("control"), source_control(&ours)).unwrap();
        let fields = fields(&ours);
        let (package, version) = (&fields["Package"], &fields["Version"]);
        let changelog = format!(
            "{package} ({version}) unstable; urgency=medium\n\n  * Made.\n\n \
             -- Ops Team <ops@example.com>  Tue, 14 Nov 2023 22:13:20 +0000\n"
        );
        std::fs::write(debian.join("changelog"), changelog).unwrap();
        let mut generate = Command::new("dpkg-gencontrol");
        generate
            .arg("-O")
            .arg(format!("-p{package}"))
            .arg(format!("-P{}", tree.display()));
        assert_eq!(success(generate.current_dir(folder.path())), ours, "{name}");
    }
}

/// The two stanzas of debian/control from which the fields of a binary package are made.
fn source_control(control: &str) -> String {
    let fields = fields(control);
    let mut text = format!("Source: {}\n", fields["Package"]);
    for (name, value) in &fields {
        if ["Maintainer", "Section", "Priority", "Homepage"].contains(&name.as_str()) {
            text.extend([name, ": ", value, "\n"]);
        }
    }
    text.extend(["\nPackage: ", &fields["Package"], "\n"]);
    for (name, value) in &fields {
        let elsewhere = [
            "Package",
            "Version",
            "Installed-Size",
            "Maintainer",
            "Section",
            "Priority",
            "Homepage",
        ];
        if name == "Architecture" {
            // Built for this machine or for all, whatever it holds.
            let architecture = if value == "all" { "all" } else { "any" };
            text.extend(["Architecture: ", architecture, "\n"]);
        } else if !elsewhere.contains(&name.as_str()) {
            text.extend([name, ": ", value, "\n"]);
        }
    }
    text
}

fn fields(control: &str) -> BTreeMap<String, String> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in control.lines() {
        if let (true, Some((_, value))) = (line.starts_with(' '), fields.last_mut()) {
            value.extend(["\n", line]);
        } else {
            let (name, value) = line.split_once(": ").unwrap();
            fields.push((name.to_owned(), value.to_owned()));
        }
    }
    fields.into_iter().collect()
}

#[test]
fn real_dpkg_unpacks_it() {
    let subjects = subjects();
    for suite in ["bullseye", "bookworm", "trixie", "sid"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        for (name, subject) in &subjects {
            system.copy(&subject.package, "/root/x.deb");
            // Its relations are for `apt` to satisfy.
            system
                .run(["dpkg", "--force-depends", "--unpack", "/root/x.deb"])
                .success();
            let package = success(
                Command::new("dpkg-deb")
                    .args(["-f"])
                    .arg(&subject.package)
                    .arg("Package"),
            );
            let package = package.trim_end();
            let verified = system.run(["dpkg", "--verify", package]).success();
            // Conffiles wait under another name until the package is configured.
            let lines = verified
                .stdout
                .lines()
                .filter(|line| !line.contains(" c /etc/"));
            assert_eq!(lines.collect::<Vec<_>>(), [""; 0], "{suite} {name}");
            let listing = system.run(["dpkg", "-L", package]).success().stdout;
            let packed = tar_listing("--fsys-tarfile", &subject.package);
            assert_eq!(listing.lines().count(), packed.len(), "{suite} {name}");
        }
    }
}
