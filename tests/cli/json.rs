//! docs/json.md has every key that a document of `--json` has, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use reldeb::internals::rehearse::{NotDone, Rehearsal, Run, ServiceState, Step};
use serde_json::Value;
use tempfile::TempDir;

use crate::diff::{Folder, module};
use crate::support::project;

/// The keys of a section of the page, or of what its commands print.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// The objects whose keys are names, and not of the form of the document.
const MAPS: [&str; 5] = [
    "control",
    "scripts",
    "members",
    "rendered",
    "audit.by-library",
];

/// The section of the page, and commands that print it, in their order in one folder; `sh` is a step of the
/// shell between them.
const RUNS: &[(&str, &str)] = &[
    ("init", "init --ci make"),
    ("import", "import shop.yaml -o shop.toml"),
    ("plan", "plan --scripts -m demo.toml"),
    ("repo init", "repo init apt --origin Example --key new"),
    ("build", "build -m demo.toml --publish --key reldeb.key"),
    ("inspect", "inspect new.deb"),
    ("inspect --folders", "inspect --folders new.deb"),
    ("inspect --verify", "inspect --verify new.deb"),
    ("inspect --extract", "inspect --extract out new.deb"),
    ("check", "check -m demo.toml"),
    ("check", "check missing.deb"),
    ("check --explain", "check --explain"),
    ("check --explain", "check --explain setuid-program"),
    ("diff", "diff old.deb new.deb"),
    (
        "diff --content",
        "diff --content /etc/orders/orders.conf old.deb new.deb",
    ),
    ("diff --content", "diff --content /opt/a old.deb new.deb"),
    ("repo add", "repo add apt old.deb new.deb --key reldeb.key"),
    ("repo list", "repo list apt"),
    (
        "repo init",
        "repo init apt --suite testing --key reldeb.key",
    ),
    (
        "repo promote",
        "repo promote apt orders --from stable --to testing --key reldeb.key",
    ),
    ("repo prune", "repo prune apt --keep 1 --key reldeb.key"),
    ("repo refresh", "repo refresh apt --key reldeb.key"),
    (
        "repo remove",
        "repo remove apt orders --suite testing --key reldeb.key",
    ),
    (
        "repo sources",
        "repo sources apt --url https://example.com --suite stable",
    ),
    ("repo html", "repo html apt"),
    ("repo key new", "repo key new second.key --owner Example"),
    ("repo key show", "repo key show reldeb.key"),
    (
        "build",
        "repo keyring apt --url https://example.com --suite stable",
    ),
    ("sh", "rm -r apt/pool/main/o"),
    ("repo verify", "repo verify apt"),
    ("man", "man -o pages"),
];

/// The keys that these runs do not show, each with its section.
const NOT_SHOWN: &[&str] = &[
    "Findings: location.release-file",
    "check: audit.by-library.*.found[].inside",
    "check: audit.left-to-relations",
    "check: audit.missing[].reason.not-searched",
];

/// The section of the command that needs root and a system of its own.
const REHEARSE: &str = "rehearse";

/// Returns what `rehearse` prints, made by hand: a field that is new is missing here.
fn rehearsal() -> Value {
    let text = || "x".to_owned();
    let step = Step {
        life: text(),
        name: text(),
        status: 0,
        failure_expected: false,
        milliseconds: 0,
        services: vec![ServiceState {
            service: text(),
            state: text(),
        }],
        ports: vec![80],
        downtime_milliseconds: None,
        output: Some(text()),
        findings: Vec::new(),
    };
    let run = Run {
        root: text(),
        init: "none",
        milliseconds: 0,
        steps: vec![step],
        not_done: vec![NotDone {
            life: text(),
            name: text(),
        }],
        accounts_left: vec![text()],
    };
    let mut document = serde_json::json!(Rehearsal {
        package: text(),
        version: text(),
        architecture: text(),
        runs: vec![run],
    });
    // The command adds them from all steps.
    document["findings"] = serde_json::json!([]);
    document
}

/// Adds the keys of a value, and those below them.
fn collect(value: &Value, above: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let table = above.strip_prefix("others[].").unwrap_or(above);
            for (key, value) in object {
                let key = if MAPS.contains(&table) { "*" } else { key };
                let dot = if above.is_empty() { "" } else { "." };
                let path = format!("{above}{dot}{key}");
                collect(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(list) => {
            for value in list {
                collect(value, &format!("{above}[]"), found);
            }
        }
        _ => {}
    }
}

/// Returns the section and the name that the page has for a key.
fn on_page(section: &str, key: &str) -> (String, String) {
    let whole = |key: &str| (section.to_owned(), key.to_owned());
    // A list of all, and further packages, have the keys of one.
    let key = key.strip_prefix("[].").unwrap_or(key);
    let key = key.strip_prefix("others[].").unwrap_or(key);
    if let Some(key) = key.strip_prefix("findings[].") {
        return ("Findings".to_owned(), key.to_owned());
    }
    if let Some(key) = key.strip_prefix("published[].") {
        return ("repo add".to_owned(), key.to_owned());
    }
    for list in ["added", "removed", "changed"] {
        for look in ["old", "new"] {
            if let Some(key) = key.strip_prefix(&format!("paths.{list}[].{look}.")) {
                return whole(&format!("paths.*[].*.{key}"));
            }
        }
    }
    whole(key)
}

/// Returns the keys of the tables of the page.
fn page() -> Keys {
    let text = std::fs::read_to_string(project().join("docs/json.md")).unwrap();
    let mut keys = Keys::new();
    let mut section = String::new();
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            heading.trim_matches('`').clone_into(&mut section);
        }
        let Some(cell) = line
            .strip_prefix("| `")
            .and_then(|it| it.split(" | ").next())
        else {
            continue;
        };
        for key in cell.trim_end_matches('`').split("`, `") {
            let of_section = keys.entry(section.clone()).or_default();
            assert!(of_section.insert(key.to_owned()), "{section}: {key} twice");
        }
    }
    keys
}

/// Makes two packages that differ in all of which `diff` has a list.
fn pair(folder: &Path) {
    let old = Folder::new(folder.join("old"));
    old.file("opt/a", b"\0a").file("opt/gone", "gone\n");
    old.link("opt/gone-link", "a");
    old.pack(&folder.join("old.deb"));
    let new = Folder::new(folder.join("new"));
    new.replace("DEBIAN/control", "1.3.0", "1.4.0")
        .replace("DEBIAN/control", "adduser", "passwd")
        .replace("DEBIAN/control", "order service", "orders")
        .replace("DEBIAN/preinst", "--group orders", "--group shop")
        .file("etc/orders/orders.conf", "a = 2\n")
        .file(
            "usr/lib/systemd/system/orders.service",
            "[Service]\nExecStart=/bin/false\n",
        )
        .file("opt/a", b"\0b")
        .file(
            "opt/orders/lib/orders-1.3.0/ebin/orders.beam",
            module(b"two", b"1"),
        )
        .rename("opt/orders/lib/stdlib-4.2", "opt/orders/lib/stdlib-4.3")
        .file("opt/orders/lib/stdlib-4.3/ebin/lists.beam", "other")
        .link("opt/link", "a");
    // It needs a newer C library than the oldest suite has.
    let program = std::fs::read("/usr/bin/env").unwrap();
    new.file("opt/env", &program);
    new.pack(&folder.join("new.deb"));
    let missing = Folder::new(folder.join("missing"));
    let library = b"libc.so.6";
    let at = program.windows(library.len()).position(|it| it == library);
    let mut program = program;
    program[at.unwrap() + 3] = b'q';
    missing
        .file("opt/env", program)
        .pack(&folder.join("missing.deb"));
}

/// Makes the folder in which all commands run.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
    pair(folder.path());
    write(
        "Cargo.toml",
        "[package]\nname = \"demo\"\nversion = \"1.0.0\"\n",
    );
    write(
        "shop.yaml",
        "name: shop\nversion: 1.0.0\narch: amd64\nmaintainer: Ann <ann@example.com>\n\
         description: sells\ncontents:\n  - src: shop.yaml\n    dst: /usr/share/shop/a\n",
    );
    write(
        "demo.toml",
        "[package]\nversion = \"1.0\"\nmaintainer = \"Ann <ann@example.com>\"\n\
         description = \"shows all keys\"\n\
         [hooks]\nafter-first-install = \"true\"\n\
         [packages.demo.files]\n\"/usr/bin/demo\" = \"env\"\n\"/etc/demo.conf\" = \"shop.yaml\"\n\
         [packages.demo-more]\n[publish]\ntarget = \"apt\"\n\
         [triggers]\nactivate-noawait = [\"demo\"]\n\
         [check]\nallow = { setuid-program = \"None has it.\" }\n",
    );
    std::fs::copy("/usr/bin/env", folder.path().join("env")).unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    write("src/main.rs", "fn main() {}\n");
    folder
}

/// Returns the document that a command prints.
fn document(folder: &Path, line: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_reldeb"))
        .arg("--json")
        .args(line.split(' '))
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("DEBFULLNAME", "Ann")
        .env("DEBEMAIL", "ann@example.com")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{line}: {error}\n{said}"))
}

#[test]
fn the_page_has_every_key_and_no_other() {
    let folder = folder();
    let mut printed = Keys::new();
    for (section, line) in RUNS {
        if *section == "sh" {
            crate::building::shell(folder.path(), line);
            continue;
        }
        let mut keys = BTreeSet::new();
        collect(&document(folder.path(), line), "", &mut keys);
        for key in keys {
            let (section, key) = on_page(section, &key);
            printed.entry(section).or_default().insert(key);
        }
    }
    let mut keys = BTreeSet::new();
    collect(&rehearsal(), "", &mut keys);
    printed.insert(REHEARSE.to_owned(), keys);
    let page = page();
    let list = |keys: &Keys| -> BTreeSet<String> {
        let of = |(section, keys): (&String, &BTreeSet<String>)| {
            let keys = keys.iter().map(|key| format!("{section}: {key}"));
            keys.collect::<Vec<_>>()
        };
        keys.iter().flat_map(of).collect()
    };
    let (page, printed) = (list(&page), list(&printed));
    let missing: Vec<_> = printed.difference(&page).collect();
    assert!(missing.is_empty(), "not on the page: {missing:#?}");
    let not_shown: Vec<_> = page.difference(&printed).collect();
    assert_eq!(not_shown, NOT_SHOWN, "not printed");
}
