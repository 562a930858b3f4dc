//! The documentation says what the program does: every key of the manifest is in its description,
//! and every example of a manifest is one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reldeb::internals::manifest::{Environment, Manifest, schema};
use serde_json::{Value, json};

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

/// The keys of the table that a schema describes, each with its own schema. Of a table whose entries the
/// author names they are those of an entry.
fn keys_of(root: &Value, schema: &Value) -> BTreeMap<String, Value> {
    if let Some(path) = schema["$ref"].as_str() {
        return keys_of(root, root.pointer(&path[1..]).unwrap());
    }
    let alternatives = ["allOf", "anyOf"]
        .iter()
        .filter_map(|key| schema[key].as_array());
    let below = alternatives.flatten();
    let entries = schema["patternProperties"]
        .as_object()
        .into_iter()
        .flatten();
    let entries = entries
        .map(|(_, entry)| entry)
        .chain(schema.get("additionalProperties"));
    let found = schema["properties"].as_object().into_iter().flatten();
    let found = found.map(|(key, value)| (key.clone(), value.clone()));
    let deeper = below.chain(entries).flat_map(|it| keys_of(root, it));
    found.chain(deeper).collect()
}

/// The schema of the manifest is made from the types that read it.
#[test]
fn every_key_of_the_manifest_is_described() {
    let root = schema();
    let sections = sections(&read("docs/manifest.md"));
    let tables = root["properties"].as_object().unwrap();
    for (name, table) in tables {
        assert!(
            table["description"].is_string(),
            "`{name}` has no description"
        );
        if ["packages", "variant"].contains(&name.as_str()) {
            continue;
        }
        let section = &sections[name];
        let described = first_column(section);
        let mut keys = keys_of(&root, table);
        if name == "control-files" {
            // Its keys are names of files.
            keys.insert("NAME".to_owned(), json!({ "description": "" }));
        }
        let names: BTreeSet<String> = keys.keys().cloned().collect();
        assert!(!keys.is_empty(), "{name}");
        assert_eq!(described, names, "the tables of section `{name}`");
        for (key, schema) in &keys {
            assert!(
                schema["description"].is_string(),
                "`{name}.{key}` has no description"
            );
            // Limits are named in a sentence, and tables of units are systemd's.
            for inner in keys_of(&root, schema).keys() {
                let is_there = section.contains(&format!("{inner} ="))
                    || section.contains(&format!("`{inner}`"));
                assert!(is_there, "`{inner}` of `{name}.{key}`");
            }
        }
    }
    // What is no table of the manifest has a section by another name.
    let known = |heading: &&String| {
        !heading.contains(' ') && heading.chars().all(|c| c == '-' || c.is_ascii_lowercase())
    };
    let unknown = sections
        .keys()
        .filter(known)
        .find(|heading| !tables.contains_key(*heading));
    assert_eq!(unknown, None);
}

/// Returns what stands in backquotes in the first column of the tables whose heading there is `key`.
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
