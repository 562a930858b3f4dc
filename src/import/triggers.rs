//! Files of triggers (deb-triggers(5)), as `[triggers]` says them.

use super::notes::Notes;
use crate::escape;
use crate::manifest::TriggerName;
use crate::manifest::draft::{DraftTable, Value};

/// The directives, which are the keys of the table as well.
pub(super) const DIRECTIVES: [&str; 6] = [
    "interest",
    "interest-await",
    "interest-noawait",
    "activate",
    "activate-await",
    "activate-noawait",
];

/// Writes each directive as a key.
pub(super) fn write(text: &str, table: &mut DraftTable, notes: &mut Notes) {
    let mut keys: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (key, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.trim();
        if !DIRECTIVES.contains(&key) || name.parse::<TriggerName>().is_err() {
            let what = format!("trigger `{}` is left out", escape::line(line));
            notes.left_out(None, &what, "deb-triggers(5) has no such line");
            continue;
        }
        match keys.iter_mut().find(|(there, _)| *there == key) {
            Some((_, names)) => names.push(name),
            None => keys.push((key, vec![name])),
        }
    }
    for (key, names) in keys {
        table.set(key, Value::list(names));
    }
}
