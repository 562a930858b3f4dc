//! The schema of the manifest, and the parser, on manifests with faults in them: what the text alone
//! decides, both decide alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use reldeb::internals::manifest::{Environment, Manifest, ManifestError, Problem, schema};
use serde_json::Value;

use crate::support::{project, unindent};

/// How many manifests with a fault are tried.
const MUTATIONS: usize = 4000;

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).unwrap()
}

/// Returns all manifests of the documentation, the examples and the tests that can be read.
fn manifests() -> Vec<toml::Table> {
    let mut texts = Vec::new();
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    for path in files(&project().join("docs"))
        .into_iter()
        .chain([project().join("README.md")])
    {
        for block in read(&path).split("\n```toml\n").skip(1) {
            texts.push(block.split_once("\n```").unwrap().0.to_owned());
        }
    }
    for path in files(&project().join("examples")) {
        if path.ends_with("reldeb.toml") {
            texts.push(read(&path));
        }
    }
    for path in files(&project().join("tests")) {
        if path.extension().is_some_and(|it| it == "rs") {
            let source = read(&path);
            let literals = source.split("r#\"").skip(1);
            let literals = literals.map(|rest| unindent(rest.split("\"#").next().unwrap()));
            texts.extend(literals.filter(|text| text.contains("[package]\n")));
        }
    }
    texts.sort();
    texts.dedup();
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !path.is_dir() {
            found.push(path);
        } else if !["_build", "target", "deps"].contains(&name) {
            found.extend(files(&path));
        }
    }
    found
}

/// Faults that no schema can tell: names that are to be those of tables.
const BEYOND_A_SCHEMA: [&str; 2] = ["is not that of its table", "is none of the `[packages]`"];

/// A fault of a layer that leaves out an entry that is not there.
const NOTHING_TO_LEAVE_OUT: &str = "found boolean `false`, expected a string or a table";

/// A word on a manifest.
enum Word {
    Accepted,
    Refused(String),
    /// The text behind a variable is anyone's guess, and nothing else was read.
    Unknown,
}

/// Tells whether the parser takes a manifest. Each layer counts by itself: the rest without its
/// packages, every variant, and every package.
fn parser(manifest: &toml::Table) -> Word {
    let mut layers = vec![(manifest.clone(), None)];
    let mut shared = manifest.clone();
    if shared.remove("packages").is_some_and(|it| it.is_table()) {
        layers.push((shared, None));
    }
    if let Some(toml::Value::Table(variants)) = manifest.get("variant") {
        layers.extend(
            variants
                .keys()
                .map(|name| (manifest.clone(), Some(name.clone()))),
        );
    }
    for (table, variant) in layers {
        let text = table.to_string();
        let path = PathBuf::from("reldeb.toml");
        match Manifest::parse(path, text, variant.as_deref(), &Environment::new()) {
            Ok(_) => {}
            Err(ManifestError::Invalid {
                problem: Problem::UnsetVariable(_),
                ..
            }) => return Word::Unknown,
            Err(error) => {
                let error = error.to_string();
                let has_layers = ["packages", "variant"]
                    .iter()
                    .any(|it| manifest.contains_key(*it));
                let is_beyond = BEYOND_A_SCHEMA.iter().any(|it| error.contains(it))
                    || (has_layers && error.contains(NOTHING_TO_LEAVE_OUT));
                // What is behind a default or a doubled sign is no matter of the schema's.
                let text = manifest.to_string();
                let is_open = text.contains(":-") || text.contains("$$");
                return if is_beyond || is_open {
                    Word::Unknown
                } else {
                    Word::Refused(error)
                };
            }
        }
    }
    Word::Accepted
}

/// Tells whether the schema takes a manifest, as an editor hands it over.
fn validates(validator: &Validator, manifest: &toml::Table) -> Result<(), String> {
    let value = json(&toml::Value::Table(manifest.clone()));
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors.join("\n"))
    }
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(table) => {
            let entries = table.iter().map(|(key, value)| (key.clone(), json(value)));
            Value::Object(entries.collect())
        }
    }
}

/// A sequence of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, values: &'a [T]) -> &'a T {
        &values[self.roll(values.len())]
    }
}

/// The words that are put in the place of others.
struct Words {
    keys: Vec<String>,
    values: Vec<toml::Value>,
}

impl Words {
    fn of(manifests: &[toml::Table]) -> Self {
        let mut words = Self {
            keys: Vec::new(),
            values: Vec::new(),
        };
        for manifest in manifests {
            words.add(&toml::Value::Table(manifest.clone()));
        }
        words.keys.sort();
        words.keys.dedup();
        words
    }

    fn add(&mut self, value: &toml::Value) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    self.keys.push(key.clone());
                    self.add(value);
                }
            }
            toml::Value::Array(values) => values.iter().for_each(|value| self.add(value)),
            _ => {}
        }
        if !self.values.contains(value) {
            self.values.push(value.clone());
        }
    }
}

/// Puts one fault, or a change that is none, somewhere into a table.
fn mutate(table: &mut toml::Table, dice: &mut Dice, words: &Words) {
    let keys: Vec<String> = table.keys().cloned().collect();
    if keys.is_empty() || dice.roll(12) == 0 {
        let key = if dice.roll(4) == 0 {
            "$ADDED".to_owned()
        } else {
            dice.pick(&words.keys).clone()
        };
        table.insert(key, dice.pick(&words.values).clone());
        return;
    }
    let key = dice.pick(&keys).clone();
    match dice.roll(14) {
        0 => drop(table.remove(&key)),
        1 | 2 => {
            let value = table.remove(&key).unwrap();
            table.insert(changed(&key, dice), value);
        }
        _ => mutate_value(table.get_mut(&key).unwrap(), dice, words),
    }
}

fn mutate_value(value: &mut toml::Value, dice: &mut Dice, words: &Words) {
    match value {
        toml::Value::Table(table) if dice.roll(12) > 0 => return mutate(table, dice, words),
        toml::Value::Array(values) if !values.is_empty() && dice.roll(6) > 0 => {
            let place = dice.roll(values.len());
            return mutate_value(&mut values[place], dice, words);
        }
        toml::Value::String(text) if dice.roll(4) > 0 => {
            *text = changed(text, dice);
            return;
        }
        _ => {}
    }
    *value = match dice.roll(8) {
        0 => toml::Value::Integer(*dice.pick(&[0, 1, -1, 42, 640, 70_000, 5_000_000_000])),
        1 => toml::Value::Float(1.5),
        2 => toml::Value::Boolean(dice.roll(2) == 0),
        3 => toml::Value::Array(vec![value.clone()]),
        4 => toml::Value::Array(Vec::new()),
        5 => toml::Value::Table(toml::Table::new()),
        _ => dice.pick(&words.values).clone(),
    };
}

/// The parts that are put into texts.
const PARTS: [&str; 44] = [
    "",
    " ",
    "  ",
    "\n",
    "\t",
    "\u{7}",
    "\u{85}",
    "\r\n",
    "é",
    "a",
    "Z",
    "9",
    "0",
    "-",
    "_",
    ".",
    "..",
    "/",
    "//",
    "/../",
    ":",
    ",",
    ", ",
    "|",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "=",
    ">=",
    "{",
    "}",
    "{{",
    "{name}",
    "\\",
    "\"",
    "$",
    "$$",
    "$VAR",
    "${VAR:-x}",
    "auto",
    "@",
];

/// Returns a text with something else in it.
fn changed(text: &str, dice: &mut Dice) -> String {
    let part = *dice.pick(&PARTS);
    let places: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let at = *dice.pick(&places);
    match dice.roll(6) {
        0 => part.to_owned(),
        1 => format!("{text}{part}"),
        2 => format!("{part}{text}"),
        3 => text[..at].to_owned(),
        4 => text.to_uppercase(),
        _ => format!("{}{part}{}", &text[..at], &text[at..]),
    }
}

#[test]
fn schema_and_parser_agree_on_every_manifest() {
    let validator = validator();
    let manifests = manifests();
    assert!(manifests.len() > 40, "{}", manifests.len());
    for manifest in &manifests {
        assert_agreement(&validator, manifest);
    }
    let words = Words::of(&manifests);
    let mut dice = Dice(20_261_129);
    let mut refused = 0;
    let mut disagreements = BTreeMap::new();
    for _ in 0..MUTATIONS {
        let mut manifest = dice.pick(&manifests).clone();
        mutate(&mut manifest, &mut dice, &words);
        refused += usize::from(matches!(parser(&manifest), Word::Refused(_)));
        if let Some(told) = disagreement(&validator, &manifest) {
            disagreements.insert(manifest.to_string(), told);
        }
    }
    assert!(refused > MUTATIONS / 4, "only {refused} were refused");
    let told: Vec<String> = disagreements
        .iter()
        .map(|(text, told)| format!("{told}\n{text}"))
        .collect();
    assert!(
        told.is_empty(),
        "{} disagreements\n{}",
        told.len(),
        told.join("\n=====\n")
    );
}

#[track_caller]
fn assert_agreement(validator: &Validator, manifest: &toml::Table) {
    if let Some(told) = disagreement(validator, manifest) {
        panic!("{told}\n{manifest}");
    }
}

fn disagreement(validator: &Validator, manifest: &toml::Table) -> Option<String> {
    match (parser(manifest), validates(validator, manifest)) {
        (Word::Accepted, Err(error)) => Some(format!("only the schema refuses it: {error}")),
        (Word::Refused(error), Ok(())) => Some(format!("only the parser refuses it: {error}")),
        _ => None,
    }
}

/// A variable may stand for any text but those of shell.
#[test]
fn schema_takes_a_variable_for_every_text() {
    let validator = validator();
    for manifest in manifests() {
        if !matches!(parser(&manifest), Word::Accepted) {
            continue;
        }
        for place in texts(&toml::Value::Table(manifest.clone()), &[]) {
            let mut changed = toml::Value::Table(manifest.clone());
            let text = place.iter().fold(&mut changed, |value, step| match value {
                toml::Value::Array(values) => &mut values[step.parse::<usize>().unwrap()],
                other => &mut other[step.as_str()],
            });
            *text = "a${VARIABLE}".into();
            let toml::Value::Table(changed) = changed else {
                unreachable!()
            };
            if let Err(error) = validates(&validator, &changed) {
                panic!("{error}\n{changed}");
            }
        }
    }
}

/// Returns the places of all texts.
fn texts(value: &toml::Value, above: &[String]) -> Vec<Vec<String>> {
    let below = |step: String, value| texts(value, &[above, &[step]].concat());
    match value {
        toml::Value::String(_) => vec![above.to_vec()],
        toml::Value::Array(values) => {
            let values = values.iter().enumerate();
            values
                .flat_map(|(at, value)| below(at.to_string(), value))
                .collect()
        }
        toml::Value::Table(table) => {
            let entries = table.iter();
            entries
                .flat_map(|(key, value)| below(key.clone(), value))
                .collect()
        }
        _ => Vec::new(),
    }
}
