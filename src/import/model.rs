//! `Model`: a package as the lines of a manifest, so that variants can be told by what differs.

use std::collections::HashMap;

use super::relations::FIELDS;
use crate::debian::RelationField;
use crate::manifest::draft::{Draft, DraftTable, Text, Value};

/// A package as the lines of a manifest.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    lines: Vec<(&'static str, Line)>,
    /// The entries' places among the lines, by their tables and keys.
    entries: HashMap<&'static str, HashMap<Text, usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Entry {
        key: Text,
        value: Value,
        comment: String,
    },
    Comment(String),
    Proposal {
        key: Text,
        value: Value,
    },
}

impl Model {
    /// Adds an entry; returns false where the table has the key already, and leaves it.
    pub(super) fn set(
        &mut self,
        table: &'static str,
        key: impl Into<Text>,
        value: impl Into<Value>,
    ) -> bool {
        self.set_with_comment(table, key, value, "")
    }

    /// Adds an entry with a comment behind it, as [`set`](Self::set) does.
    pub(super) fn set_with_comment(
        &mut self,
        table: &'static str,
        key: impl Into<Text>,
        value: impl Into<Value>,
        comment: &str,
    ) -> bool {
        let key = key.into();
        let is_new = self.value(table, &key).is_none();
        if is_new {
            let keys = self.entries.entry(table).or_default();
            keys.insert(key.clone(), self.lines.len());
            let line = Line::Entry {
                key,
                value: value.into(),
                comment: comment.to_owned(),
            };
            self.lines.push((table, line));
        }
        is_new
    }

    /// Puts another value in the place of an entry's.
    pub(super) fn replace(&mut self, table: &'static str, key: &Text, new: &Value) {
        let place = self.place(table, key);
        if let Some((_, Line::Entry { value, .. })) = place.and_then(|it| self.lines.get_mut(it)) {
            *value = new.clone();
        }
    }

    /// Adds a comment before what is added next.
    pub(super) fn comment(&mut self, table: &'static str, text: impl Into<String>) {
        self.lines.push((table, Line::Comment(text.into())));
    }

    /// Adds a comment unless the package has it already, in whichever table.
    pub(super) fn comment_once(&mut self, table: &'static str, text: String) {
        let comment = Line::Comment(text);
        if self.lines.iter().all(|(_, line)| *line != comment) {
            self.lines.push((table, comment));
        }
    }

    /// Adds an entry behind a sign, for the reader to take the sign away.
    pub(super) fn propose(
        &mut self,
        table: &'static str,
        key: impl Into<Text>,
        value: impl Into<Value>,
    ) {
        let (key, value) = (key.into(), value.into());
        self.lines.push((table, Line::Proposal { key, value }));
    }

    /// Returns the value of an entry.
    pub(super) fn value(&self, table: &str, key: &Text) -> Option<&Value> {
        match self.lines.get(self.place(table, key)?) {
            Some((_, Line::Entry { value, .. })) => Some(value),
            _ => None,
        }
    }

    fn place(&self, table: &str, key: &Text) -> Option<usize> {
        self.entries.get(table)?.get(key).copied()
    }

    /// Returns the entries of a table.
    pub(super) fn entries(&self, table: &str) -> impl Iterator<Item = (&Text, &Value)> {
        self.lines
            .iter()
            .filter_map(move |(known, line)| match line {
                Line::Entry { key, value, .. } if *known == table => Some((key, value)),
                _ => None,
            })
    }

    /// Returns whether the package has a file of its own.
    pub(super) fn has_files(&self) -> bool {
        let mut entries = ["files", "units"]
            .into_iter()
            .flat_map(|it| self.entries(it));
        entries.any(|(_, value)| *value != Value::Boolean(false))
    }

    /// Returns whether the package does something where it has no file: it asks for others, or has a script.
    pub(super) fn does_something(&self) -> bool {
        let tables = ["user", "scripts", "triggers", "debconf", "control-files"];
        let mut entries = tables.into_iter().flat_map(|it| self.entries(it));
        let automatic = Value::list(["auto"]);
        let asks = |(key, value): (&Text, &Value)| {
            let is_relation = FIELDS.iter().any(|field| is_key(*field, &key.meant()));
            is_relation && *value != automatic && *value != Value::List(Vec::new())
        };
        entries.next().is_some() || self.entries("package").any(asks)
    }

    /// Returns what a manifest lays over that of another package to become this one. `mode_of` says which mode
    /// an entry of `[files]` has that writes none.
    pub(super) fn over(&self, base: &Self, mode_of: &dyn Fn(&Value) -> Value) -> Self {
        let mut result = Self::default();
        for (table, line) in &self.lines {
            match line {
                Line::Entry { key, value, .. } if base.value(table, key) == Some(value) => {}
                Line::Entry {
                    key,
                    value,
                    comment,
                } => {
                    let whole = match base.value(table, key) {
                        Some(below) => complete(value, below, mode_of),
                        None => value.clone(),
                    };
                    result.set_with_comment(table, key.clone(), whole, comment);
                }
                other if base.lines.contains(&(table, other.clone())) => {}
                other => result.lines.push((table, other.clone())),
            }
        }
        for (table, line) in &base.lines {
            let Line::Entry { key, .. } = line else {
                continue;
            };
            // Of these nothing is wrong with what the other has.
            if matches!(*table, "build" | "lintian.overrides" | "user") {
                continue;
            }
            if self.value(table, key).is_none() {
                result.set(table, key.clone(), nothing(table, &key.meant()));
            }
        }
        result
    }

    /// Writes the lines into tables whose names start with a prefix, such as `variant.x.`. A variant that
    /// differs in nothing has an empty table, by which it can be asked for.
    pub(super) fn write(&self, draft: &mut Draft, prefix: &str) {
        if let Some(name) = prefix.strip_suffix('.')
            && self.entries.is_empty()
        {
            draft.table(name).stand();
        }
        for (table, line) in &self.lines {
            let table: &mut DraftTable = draft.table(&format!("{prefix}{table}"));
            match line {
                Line::Entry {
                    key,
                    value,
                    comment,
                } if comment.is_empty() => table.set(key.clone(), value.clone()),
                Line::Entry {
                    key,
                    value,
                    comment,
                } => table.set_with_comment(key.clone(), value.clone(), comment),
                Line::Comment(text) => table.comment(text),
                Line::Proposal { key, value } => table.propose(key.clone(), value.clone()),
            };
        }
    }
}

/// Returns an entry of `[files]` or `[units]` with a word for each key that the one below it has and this one has
/// not: a manifest merges the two.
fn complete(value: &Value, below: &Value, mode_of: &dyn Fn(&Value) -> Value) -> Value {
    let (Value::Table(own), Value::Table(below)) = (value, below) else {
        return value.clone();
    };
    let is_own = |key: &Text| own.iter().any(|(known, _)| known == key);
    let missing = below.iter().filter(|(key, _)| !is_own(key));
    let defaults = missing.filter_map(|(key, _)| {
        let default = match &*key.meant() {
            "conffile" => Value::from(false),
            "follow" | "enable" => Value::from(true),
            "start" => {
                let enable = own.iter().find(|(key, _)| key.meant() == "enable");
                enable.map_or(Value::from(true), |(_, enable)| enable.clone())
            }
            "on-upgrade" => Value::from("restart"),
            "owner" | "group" => Value::from("root"),
            "mode" => mode_of(value),
            _ => return None,
        };
        Some((key.clone(), default))
    });
    Value::Table(own.iter().cloned().chain(defaults).collect())
}

/// Returns the value by which a variant says that it has none: the default, or what takes the entry out.
fn nothing(table: &str, key: &str) -> Value {
    match (table, key) {
        ("files" | "units", _) => Value::Boolean(false),
        ("release", "debug-symbols") => Value::from("keep"),
        ("cargo", "default-features") => Value::Boolean(true),
        ("cargo", "profile") => Value::from("release"),
        ("package", "section") => Value::from("misc"),
        ("package", "priority") => Value::from("optional"),
        ("package", "depends") => Value::list(["auto"]),
        ("triggers", _) | ("cargo", "features") => Value::List(Vec::new()),
        ("package", key) if FIELDS.iter().any(|field| is_key(*field, key)) => {
            Value::List(Vec::new())
        }
        _ => Value::from(""),
    }
}

/// Returns whether a key of `[package]` is that of a field with relations.
fn is_key(field: RelationField, key: &str) -> bool {
    field.name().eq_ignore_ascii_case(key)
}

/// Returns a name as part of a header of TOML.
pub(super) fn table_key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        toml::Value::String(name.to_owned()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// A list of entries that is searched for each of them takes a minute here.
    #[test]
    fn many_entries_take_no_time() {
        let start = Instant::now();
        let mut model = Model::default();
        for number in 0..50_000 {
            assert!(model.set("files", format!("/usr/share/demo/{number}"), "file"));
        }
        assert!(!model.set("files", "/usr/share/demo/7", "other"));
        let key = Text::literal("/usr/share/demo/7");
        assert_eq!(model.value("files", &key), Some(&Value::from("file")));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
