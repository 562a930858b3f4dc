//! The documentation says what the program does: every key of the manifest is in its description,
//! and every example of a manifest is one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reldeb::manifest::{Environment, Manifest};

/// A file of the repository.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The part of `docs/manifest.md` about each table of the manifest: from its heading to the next.
fn sections(text: &str) -> BTreeMap<String, String> {
    text.split("\n## ")
        .skip(1)
        .map(|section| {
            let (heading, body) = section.split_once('\n').unwrap();
            (heading.trim_matches('`').to_owned(), body.to_owned())
        })
        .collect()
}

/// The keys of a struct, read from the source of the manifest's tables.
fn keys_of(source: &str, name: &str) -> BTreeSet<String> {
    let (_, rest) = source
        .split_once(&format!("pub struct {name} {{"))
        .unwrap_or_else(|| panic!("no struct `{name}`"));
    let (body, _) = rest.split_once("\n}").unwrap();
    body.lines()
        .filter_map(|line| line.trim().strip_prefix("pub "))
        .filter_map(|field| Some(field.split_once(':')?.0.replace('_', "-")))
        .collect()
}

/// The names of an enum's variants in kebab-case.
fn variants_of(source: &str, name: &str) -> BTreeSet<String> {
    let (_, rest) = source.split_once(&format!("pub enum {name} {{")).unwrap();
    let (body, _) = rest.split_once("\n}").unwrap();
    body.lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .map(|variant| {
            let mut kebab = String::new();
            for letter in variant.chars() {
                if letter.is_uppercase() && !kebab.is_empty() {
                    kebab.push('-');
                }
                kebab.extend(letter.to_lowercase());
            }
            kebab
        })
        .collect()
}

#[test]
fn every_key_of_the_manifest_is_described() {
    let tables = [
        "tables",
        "completions_table",
        "registry_tables",
        "units_table",
    ]
    .map(|file| read(&format!("src/manifest/{file}.rs")))
    .concat();
    let model = read("src/vocabulary.rs");
    let sections = sections(&read("docs/manifest.md"));
    let mut known = BTreeMap::from([("hooks".to_owned(), variants_of(&model, "HookEvent"))]);
    let scripts = read("src/manifest/scripts_table.rs");
    known.insert("scripts".to_owned(), keys_of(&scripts, "ScriptsTable"));
    // Its keys are names of files.
    let member = BTreeSet::from(["NAME".to_owned()]);
    known.insert("control-files".to_owned(), member);
    for (section, name) in [
        ("package", "PackageTable"),
        ("release", "ReleaseTable"),
        ("files", "FileTable"),
        ("completions", "CompletionsTable"),
        ("user", "UserTable"),
        ("service", "ServiceTable"),
        ("units", "UnitTable"),
        ("conffiles", "ConffilesTable"),
        ("purge", "PurgeTable"),
        ("alternatives", "AlternativeTable"),
        ("triggers", "TriggersTable"),
        ("debconf", "DebconfTable"),
        ("lintian", "LintianTable"),
        ("templates", "TemplatesTable"),
        ("build", "BuildTable"),
    ] {
        known.insert(section.to_owned(), keys_of(&tables, name));
    }
    // A table that is added needs a section of its own.
    let tables: BTreeSet<String> = keys_of(&tables, "Tables");
    assert_eq!(known.keys().cloned().collect::<BTreeSet<_>>(), tables);
    for (section, keys) in &known {
        let described = first_column(&sections[section]);
        assert!(!keys.is_empty(), "{section}");
        assert_eq!(&described, keys, "the tables of section `{section}`");
    }
}

/// What stands in backquotes in the first column of the tables whose heading there is `key`.
fn first_column(section: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut of_keys = false;
    for line in section.lines() {
        let Some(row) = line.strip_prefix("| ") else {
            of_keys &= line.starts_with('|');
            continue;
        };
        let cell = row.split(" |").next().unwrap_or_default();
        match cell
            .strip_prefix('`')
            .and_then(|cell| cell.strip_suffix('`'))
        {
            Some(key) if of_keys => drop(keys.insert(key.to_owned())),
            Some(_) => {}
            None => of_keys = cell == "key",
        }
    }
    keys
}

#[test]
fn every_example_of_a_manifest_is_one() {
    let mut examples = 0;
    for file in ["README.md", "docs/manifest.md"] {
        let text = read(file);
        for block in text.split("\n```toml\n").skip(1) {
            let (example, _) = block.split_once("\n```").unwrap();
            let manifest = Manifest::parse(
                PathBuf::from(file),
                example.to_owned(),
                None,
                &Environment::new(),
            );
            if let Err(error) = manifest {
                panic!("{error}\n{example}");
            }
            examples += 1;
        }
    }
    assert!(examples > 5, "{examples}");
}
