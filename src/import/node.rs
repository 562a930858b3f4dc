//! `Node`: a value of a TOML or YAML file with its line, and the questions that readers ask it.

use crate::message::ticked;

/// A value with its line.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) content: Content,
}

/// The kind of a value. Numbers and truth values are texts as they are written.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys with their values, in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    entries: Vec<(String, Node)>,
}

/// A value that is not what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) message: String,
}

impl Node {
    pub(super) fn text(line: usize, text: impl Into<String>) -> Self {
        Self {
            line,
            content: Content::Text(text.into()),
        }
    }

    /// Returns the text of a value of this name.
    pub(super) fn as_text(&self, name: &str) -> Result<&str, Fault> {
        match &self.content {
            Content::Text(text) => Ok(text),
            _ => Err(self.fault(name, "a text")),
        }
    }

    pub(super) fn as_table(&self, name: &str) -> Result<&Table, Fault> {
        match &self.content {
            Content::Table(table) => Ok(table),
            _ => Err(self.fault(name, "a table")),
        }
    }

    pub(super) fn as_list(&self, name: &str) -> Result<&[Self], Fault> {
        match &self.content {
            Content::List(list) => Ok(list),
            Content::Nothing => Ok(&[]),
            _ => Err(self.fault(name, "a list")),
        }
    }

    /// Returns the fault that a value of this name is something else.
    pub(super) fn fault(&self, name: &str, expected: &str) -> Fault {
        let found = match &self.content {
            Content::Nothing => "nothing",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Table(_) => "a table",
        };
        Fault {
            line: self.line,
            message: format!("`{name}` is {found}, expected {expected}"),
        }
    }
}

impl Table {
    /// Adds an entry unless the key is there; returns whether it was new.
    pub(super) fn insert(&mut self, key: String, value: Node) -> bool {
        let is_new = self.entry(&key).is_none();
        if is_new {
            self.entries.push((key, value));
        }
        is_new
    }

    fn entry(&self, key: &str) -> Option<&Node> {
        let mut entries = self.entries.iter();
        entries.find_map(|(known, value)| (known == key).then_some(value))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// Returns the value of a key, where it is something.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key)
            .filter(|value| !matches!(value.content, Content::Nothing))
    }

    /// Returns the line of a key.
    pub(super) fn line(&self, key: &str) -> Option<usize> {
        Some(self.entry(key)?.line)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Fault> {
        self.get(key).map(|value| value.as_text(key)).transpose()
    }

    pub(super) fn table(&self, key: &str) -> Result<Option<&Self>, Fault> {
        self.get(key).map(|value| value.as_table(key)).transpose()
    }

    /// Returns the values of a list; none where the key is missing.
    pub(super) fn list(&self, key: &str) -> Result<&[Node], Fault> {
        self.get(key).map_or(Ok(&[]), |value| value.as_list(key))
    }

    /// Returns the texts of a list.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&str>, Fault> {
        let values = self.list(key)?.iter();
        values.map(|value| value.as_text(key)).collect()
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, Fault> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.as_text(key)? {
            "true" | "True" | "TRUE" => Ok(Some(true)),
            "false" | "False" | "FALSE" => Ok(Some(false)),
            other => Err(Fault {
                line: value.line,
                message: format!("`{key}` is `{other}`, expected `true` or `false`"),
            }),
        }
    }

    /// Returns the keys that are none of these, with their lines.
    pub(super) fn others<'a>(
        &'a self,
        known: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, usize)> {
        let entries = self.iter().filter(|(key, _)| !known.contains(key));
        entries.map(|(key, value)| (key, value.line))
    }

    /// Returns this table with the entries of another over it: tables are merged, other values replaced.
    pub(super) fn overlaid(&self, over: &Self) -> Self {
        let mut result = self.clone();
        for (key, value) in over.iter() {
            let own = result.entries.iter_mut().find(|(known, _)| known == key);
            match own {
                None => result.entries.push((key.to_owned(), value.clone())),
                Some((_, own)) => {
                    let merged = match (&own.content, &value.content) {
                        (Content::Table(own), Content::Table(over)) => {
                            Content::Table(own.overlaid(over))
                        }
                        _ => value.content.clone(),
                    };
                    *own = Node {
                        line: value.line,
                        content: merged,
                    };
                }
            }
        }
        result
    }

    /// Returns the table without what is empty, within its tables as well.
    pub(super) fn filled(&self) -> Self {
        let mut result = Self::default();
        for (key, node) in self.iter() {
            let content = match &node.content {
                Content::Nothing => continue,
                Content::Text(text) if text.is_empty() => continue,
                Content::List(list) if list.is_empty() => continue,
                Content::Table(table) => Content::Table(table.filled()),
                other => other.clone(),
            };
            let line = node.line;
            result.insert(key.to_owned(), Node { line, content });
        }
        result
    }

    /// Returns the table without some keys.
    pub(super) fn without(&self, keys: &[&str]) -> Self {
        let mut result = self.clone();
        result.entries.retain(|(key, _)| !keys.contains(&&**key));
        result
    }
}

/// Returns the fault that a word is none of those that are known.
pub(super) fn no_such_word(line: usize, key: &str, found: &str, known: &[&str]) -> Fault {
    Fault {
        line,
        message: format!("`{key}` is `{found}`, expected one of {}", ticked(known)),
    }
}
