//! `Listed`: the entries of `[files]` and `[units]` of a package, gathered before they are written.

use std::collections::BTreeMap;

use super::excludes::escaped;
use super::folder::Folder;
use crate::manifest::draft::{DraftTable, Text, Value};

/// An entry of `[files]`.
struct Entry {
    target: String,
    source: Option<String>,
    more: Vec<(&'static str, Value)>,
}

impl Entry {
    /// Returns whether a file below the target is left out by its name, or by a text in its path.
    fn leaves_out(&self, below: &str) -> bool {
        let own = format!("/{}", escaped(below));
        let is_it = |pattern: &Value| {
            let Value::Text(pattern) = pattern else {
                return false;
            };
            let pattern = pattern.meant();
            let inner = pattern
                .strip_prefix('*')
                .and_then(|it| it.strip_suffix('*'));
            *pattern == own || inner.is_some_and(|text| own.contains(text))
        };
        let mut lists = self.more.iter();
        lists.any(|(_, value)| matches!(value, Value::List(list) if list.iter().any(is_it)))
    }

    /// Leaves out a file below the target.
    fn leave_out(&mut self, below: &str) {
        let pattern = Value::Text(Text::literal(&format!("/{}", escaped(below))));
        let mut lists = self.more.iter_mut().filter(|(key, _)| *key == "exclude");
        match lists.next() {
            Some((_, Value::List(list))) => list.push(pattern),
            _ => self.more.push(("exclude", Value::List(vec![pattern]))),
        }
    }
}

/// The entries of `[files]`, each target once, and those of `[units]`.
#[derive(Default)]
pub(super) struct Listed {
    entries: Vec<Entry>,
    units: BTreeMap<String, Value>,
}

impl Listed {
    /// Adds a file, a tree or a glob; returns whether the target was free.
    pub(super) fn add(&mut self, target: &str, source: &str) -> bool {
        self.add_with(target, Some(source), Vec::new())
    }

    /// Adds an entry with further keys.
    pub(super) fn add_with(
        &mut self,
        target: &str,
        source: Option<&str>,
        more: Vec<(&'static str, Value)>,
    ) -> bool {
        if self.entries.iter().any(|entry| entry.target == target) {
            return false;
        }
        self.entries.push(Entry {
            target: target.to_owned(),
            source: source.map(str::to_owned),
            more,
        });
        true
    }

    /// Sets a key where a value is returned for a target and its source. A file of a tree or a glob gets an entry of
    /// its own.
    pub(super) fn set_each(
        &mut self,
        folder: &Folder<'_>,
        key: &'static str,
        mut value_of: impl FnMut(&str, &str) -> Option<Value>,
    ) {
        let mut further = Vec::new();
        for entry in &mut self.entries {
            let has_say = |(there, _): &(&str, Value)| *there == key || *there == "follow";
            let Some(source) = entry
                .source
                .as_ref()
                .filter(|_| !entry.more.iter().any(has_say))
            else {
                continue;
            };
            if !entry.target.ends_with('/') {
                if let Some(value) = value_of(&entry.target, source) {
                    entry.more.push((key, value));
                }
                continue;
            }
            for (below, source) in folder.files_of(source) {
                if entry.leaves_out(&below) {
                    continue;
                }
                let target = format!("{}{below}", entry.target);
                if let Some(value) = value_of(&target, &source) {
                    // Within the tree it would have another name.
                    if key == "compress" {
                        entry.leave_out(&below);
                    }
                    further.push((target, source, value));
                }
            }
        }
        for (target, source, value) in further {
            self.add_with(&target, Some(&source), vec![(key, value)]);
        }
    }

    /// Takes out the files with such targets, and returns them with their sources.
    pub(super) fn take(
        &mut self,
        folder: &Folder<'_>,
        is_taken: impl Fn(&str) -> bool,
    ) -> Vec<(String, String)> {
        let mut taken = Vec::new();
        self.entries.retain_mut(|entry| {
            let Some(source) = entry.source.clone() else {
                return true;
            };
            if !entry.target.ends_with('/') {
                let goes = entry.more.is_empty() && is_taken(&entry.target);
                if goes {
                    taken.push((entry.target.clone(), source));
                }
                return !goes;
            }
            let files = folder.files_of(&source);
            let count = files.len();
            let goes: Vec<_> = files
                .into_iter()
                .filter(|(below, _)| is_taken(&format!("{}{below}", entry.target)))
                .filter(|(below, _)| !entry.leaves_out(below))
                .collect();
            let is_whole = goes.len() == count && count > 0;
            for (below, source) in goes {
                entry.leave_out(&below);
                taken.push((format!("{}{below}", entry.target), source));
            }
            !is_whole
        });
        taken
    }

    /// Returns the targets of all entries.
    pub(super) fn targets(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.target.as_str())
    }

    /// Adds a unit; returns whether its name was free.
    pub(super) fn add_unit(&mut self, name: &str, value: Value) -> bool {
        let is_free = !self.units.contains_key(name);
        if is_free {
            self.units.insert(name.to_owned(), value);
        }
        is_free
    }

    /// Returns the names of the units.
    pub(super) fn units(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }

    /// Writes the units in the order of their names.
    pub(super) fn write_units(&mut self, table: &mut DraftTable) {
        for (name, value) in std::mem::take(&mut self.units) {
            table.set(name, value);
        }
    }

    /// Marks a file as a conffile; returns whether there is an entry that gives it.
    pub(super) fn mark_conffile(&mut self, target: &str) -> bool {
        let conffile = ("conffile", Value::from(true));
        if let Some(entry) = self.entries.iter_mut().find(|it| it.target == target) {
            entry.more.push(conffile);
            return true;
        }
        let of_tree = self.entries.iter().find_map(|entry| {
            let below = target.strip_prefix(&entry.target)?;
            let tree = entry.source.as_ref().filter(|it| it.ends_with('/'))?;
            entry
                .target
                .ends_with('/')
                .then(|| format!("{tree}{below}"))
        });
        of_tree.is_some_and(|source| self.add_with(target, Some(&source), vec![conffile]))
    }

    /// Writes them in the order of their targets.
    pub(super) fn write(mut self, table: &mut DraftTable) {
        self.entries.sort_by(|a, b| a.target.cmp(&b.target));
        for Entry {
            target,
            source,
            more,
        } in self.entries
        {
            let key = Text::literal(&target);
            let source = source.map(|source| Value::Text(Text::literal(&source)));
            match source {
                Some(source) if more.is_empty() => table.set(key, source),
                source => {
                    let source = source.map(|source| ("source".into(), source));
                    let more = more.into_iter().map(|(key, value)| (key.into(), value));
                    table.set(key, Value::Table(source.into_iter().chain(more).collect()))
                }
            };
        }
    }
}
