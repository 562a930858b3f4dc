//! `Document`: a TOML or YAML file that was read, for its values and for errors with their line.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::node::{Content, Fault, Node, Table};
use super::{ImportError, yaml};
use crate::fs;
use crate::manifest::Lines;

/// A file that was read.
#[derive(Debug)]
pub(super) struct Document {
    path: PathBuf,
    text: String,
    pub(super) root: Table,
}

impl Document {
    /// Reads a TOML file.
    pub(super) fn of_toml(path: &Path) -> Result<Self, ImportError> {
        let mut document = Self::open(path)?;
        let lines = Lines::of(&document.text);
        let parsed = DeTable::parse(&document.text).map_err(|error| Fault {
            line: lines.at(error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        });
        let root = parsed.map(|table| of_table(table.get_ref(), &lines));
        document.root = root.map_err(|fault| document.error(fault))?;
        Ok(document)
    }

    /// Reads a YAML file, whose first document is a table.
    pub(super) fn of_yaml(path: &Path) -> Result<Self, ImportError> {
        let mut document = Self::open(path)?;
        let read = yaml::read(&document.text).and_then(|root| match root.content {
            Content::Table(table) => Ok(table),
            _ => Err(Fault {
                line: root.line,
                message: "this is no table, expected keys such as `name: …`".into(),
            }),
        });
        document.root = read.map_err(|fault| document.error(fault))?;
        Ok(document)
    }

    fn open(path: &Path) -> Result<Self, ImportError> {
        Ok(Self {
            path: path.to_owned(),
            text: fs::read_small_text(path)?,
            root: Table::default(),
        })
    }

    /// Returns the error for a fault of the file.
    pub(super) fn error(&self, fault: Fault) -> ImportError {
        let text = self.text.lines().nth(fault.line.saturating_sub(1));
        ImportError::Malformed {
            path: self.path.clone(),
            line: fault.line,
            text: text.unwrap_or_default().trim().to_owned(),
            message: fault.message,
        }
    }
}

fn of_table(table: &DeTable<'_>, lines: &Lines) -> Table {
    // In the order of the file, which `variants` and `assets` are told in.
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut result = Table::default();
    for (key, value) in entries {
        let line = lines.at(key.span().start);
        let content = of_value(value.get_ref(), lines);
        result.insert(key.get_ref().to_string(), Node { line, content });
    }
    result
}

fn of_value(value: &DeValue<'_>, lines: &Lines) -> Content {
    match value {
        DeValue::String(text) => Content::Text(text.to_string()),
        DeValue::Integer(number) => Content::Text(number.to_string()),
        DeValue::Float(number) => Content::Text(number.to_string()),
        DeValue::Boolean(value) => Content::Text(value.to_string()),
        DeValue::Datetime(time) => Content::Text(time.to_string()),
        DeValue::Array(values) => {
            let node = |value: &toml::Spanned<DeValue<'_>>| Node {
                line: lines.at(value.span().start),
                content: of_value(value.get_ref(), lines),
            };
            Content::List(values.iter().map(node).collect())
        }
        DeValue::Table(table) => Content::Table(of_table(table, lines)),
    }
}
