//! A manifest that is being written: tables, entries and comments as values, and the one place that
//! knows how they are spelled.

use std::fmt::{self, Display, Formatter};

/// The tables of a package, in their order in a written manifest; a table with another name comes last.
pub(super) const TABLES: [&str; 21] = [
    "package",
    "release",
    "files",
    "completions",
    "user",
    "service",
    "units",
    "scripts",
    "hooks",
    "conffiles",
    "purge",
    "alternatives",
    "triggers",
    "debconf",
    "control-files",
    "lintian",
    "check",
    "templates",
    "cargo",
    "build",
    "publish",
];

/// The tables of tables, which come behind them.
const PARTS: [&str; 2] = ["packages", "variant"];

/// A text of a manifest, as a key or a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Text(String);

impl Text {
    /// Returns a text that means itself: a `$` in it starts no variable.
    #[must_use]
    pub(crate) fn literal(text: &str) -> Self {
        Self(text.replace('$', "$$"))
    }

    /// Returns a text in which `$NAME` and `${NAME}` are variables; also one of `[hooks]` and
    /// `[scripts]`, where a `$` is the shell's.
    #[must_use]
    pub(crate) fn verbatim(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the text as it was meant, where it is literal.
    pub(crate) fn meant(&self) -> String {
        self.0.replace("$$", "$")
    }

    /// Returns the text as it is written, with `$$` for a dollar sign.
    pub(crate) fn written(&self) -> &str {
        &self.0
    }

    /// Writes the text as a key: bare where TOML allows it.
    fn key(&self) -> String {
        let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !self.0.is_empty() && self.0.chars().all(is_bare) {
            self.0.clone()
        } else {
            toml::Value::String(self.0.replace('\n', "\u{fffd}")).to_string()
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::literal(&text)
    }
}

/// A value of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    Text(Text),
    /// An integer.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// A list, on one line where it is short.
    List(Vec<Self>),
    /// A table between braces, in this order.
    Table(Vec<(Text, Self)>),
}

/// The longest line of a list that is kept on one line, in bytes.
const LONGEST_LINE: usize = 100;

impl Value {
    /// Returns a list of texts that mean themselves.
    pub(crate) fn list(texts: impl IntoIterator<Item = impl Into<Text>>) -> Self {
        Self::List(texts.into_iter().map(|it| Self::Text(it.into())).collect())
    }
}

impl<T: Into<Text>> From<T> for Value {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl Display for Value {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(Text(text)) => toml::Value::String(text.clone()).fmt(out),
            Self::Integer(number) => number.fmt(out),
            Self::Boolean(value) => value.fmt(out),
            Self::List(values) => {
                let values: Vec<String> = values.iter().map(Self::to_string).collect();
                let line = format!("[{}]", values.join(", "));
                if line.len() <= LONGEST_LINE {
                    return out.write_str(&line);
                }
                out.write_str("[\n")?;
                values
                    .iter()
                    .try_for_each(|value| writeln!(out, "    {value},"))?;
                out.write_str("]")
            }
            Self::Table(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{} = {value}", key.key()));
                write!(out, "{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A table of a manifest that is being written.
#[derive(Debug, Default)]
pub(crate) struct DraftTable {
    /// Comments above the head.
    introduction: Vec<String>,
    /// The comment behind the head.
    remark: Option<String>,
    /// True where the head is written without a sign, whatever follows it.
    stands: bool,
    /// Comments and entries, as they are written, without the end of the line.
    lines: Vec<String>,
}

impl DraftTable {
    /// Adds a comment of one or more lines above the table's head; it is written also where nothing
    /// follows it.
    pub(crate) fn introduce(&mut self, text: &str) -> &mut Self {
        self.introduction.extend(text.lines().map(comment_line));
        self
    }

    /// Puts a comment behind the table's head, which is written also where nothing follows it.
    pub(crate) fn remark(&mut self, text: &str) -> &mut Self {
        self.remark = Some(inline(text));
        self
    }

    /// Has the head written without a sign before it, also where nothing or comments alone follow it.
    pub(crate) fn stand(&mut self) -> &mut Self {
        self.stands = true;
        self
    }

    /// Adds an entry.
    pub(crate) fn set(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> &mut Self {
        self.lines.push(entry(key, value));
        self
    }

    /// Adds an entry with a comment behind it.
    pub(crate) fn set_with_comment(
        &mut self,
        key: impl Into<Text>,
        value: impl Into<Value>,
        comment: &str,
    ) -> &mut Self {
        self.lines.push(commented(entry(key, value), comment));
        self
    }

    /// Adds an entry behind a sign, for the reader to take the sign away.
    pub(crate) fn propose(&mut self, key: impl Into<Text>, value: impl Into<Value>) -> &mut Self {
        self.comment(&entry(key, value))
    }

    /// Adds an entry behind a sign, with a comment behind it.
    pub(crate) fn propose_with_comment(
        &mut self,
        key: impl Into<Text>,
        value: impl Into<Value>,
        comment: &str,
    ) -> &mut Self {
        self.comment(&commented(entry(key, value), comment))
    }

    /// Adds a comment of one or more lines, before what is added next.
    pub(crate) fn comment(&mut self, text: &str) -> &mut Self {
        self.lines.extend(text.lines().map(comment_line));
        self
    }

    /// Returns whether the table has an entry that is no comment.
    pub(crate) fn has_entries(&self) -> bool {
        self.lines.iter().any(|line| !line.starts_with('#'))
    }

    /// Returns whether anything is written of the table, its head or more.
    fn is_written(&self) -> bool {
        self.has_head() || !self.introduction.is_empty()
    }

    fn has_head(&self) -> bool {
        self.stands || self.remark.is_some() || !self.lines.is_empty()
    }

    /// Returns the head: behind a sign for a table of comments alone, which is one for the reader to take
    /// up.
    fn head(&self, name: &str) -> String {
        let is_proposed = !self.lines.is_empty() && self.lines.iter().all(|it| it.starts_with('#'));
        let sign = if is_proposed && !self.stands {
            "# "
        } else {
            ""
        };
        let head = format!("{sign}[{name}]");
        match &self.remark {
            Some(remark) => commented(head, remark),
            None => head,
        }
    }

    /// Returns the table as it is written.
    fn text(&self, name: &str) -> String {
        let mut lines = self.introduction.clone();
        if self.has_head() {
            lines.push(self.head(name));
        }
        lines.extend_from_slice(&self.lines);
        lines.join("\n")
    }

    fn append(&mut self, other: Self) {
        self.introduction.extend(other.introduction);
        self.remark = self.remark.take().or(other.remark);
        self.stands |= other.stands;
        self.lines.extend(other.lines);
    }
}

/// Returns the line of an entry.
fn entry(key: impl Into<Text>, value: impl Into<Value>) -> String {
    format!("{} = {}", key.into().key(), value.into())
}

/// Returns a line with a comment behind it.
fn commented(line: String, comment: &str) -> String {
    line + "  # " + &inline(comment)
}

/// A manifest that is being written.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    head: Vec<String>,
    /// The tables by their names, whose parts are divided by dots.
    tables: Vec<(String, DraftTable)>,
}

impl Draft {
    /// Adds lines to the comment at the top.
    pub(crate) fn comment(&mut self, text: &str) -> &mut Self {
        self.head.extend(text.lines().map(comment_line));
        self
    }

    /// Adds the comments at the top and the tables of another draft, behind those that are there.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        self.head.extend(other.head);
        for (name, table) in other.tables {
            self.table(&name).append(table);
        }
        self
    }

    /// Returns the table with this name, written as TOML writes it (`package.fields`); adds it where
    /// it is missing. One to which nothing is added is not written.
    pub(crate) fn table(&mut self, name: &str) -> &mut DraftTable {
        let position = self.tables.iter().position(|(known, _)| known == name);
        let position = position.unwrap_or_else(|| {
            self.tables.push((name.to_owned(), DraftTable::default()));
            self.tables.len() - 1
        });
        &mut self.tables[position].1
    }
}

/// Returns the place of a table, so that one with a longer name follows its parent.
fn place(name: &str) -> usize {
    let first = name.split('.').next().unwrap_or(name);
    let mut all = TABLES.iter().chain(&PARTS);
    all.position(|known| *known == first)
        .unwrap_or(TABLES.len() + PARTS.len())
}

fn comment_line(line: &str) -> String {
    format!("# {}", inline(line)).trim_end().to_owned()
}

/// Returns a text without control characters, which a comment of TOML must not hold.
fn inline(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\t', " ")
}

impl Display for Draft {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut tables: Vec<_> = self
            .tables
            .iter()
            .filter(|(_, table)| table.is_written())
            .collect();
        tables.sort_by_key(|(name, _)| place(name));
        let mut parts: Vec<String> = Vec::new();
        if !self.head.is_empty() {
            parts.push(self.head.join("\n"));
        }
        parts.extend(tables.into_iter().map(|(name, table)| table.text(name)));
        if parts.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", parts.join("\n\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stand_in_the_order_of_the_manual() {
        let mut draft = Draft::default();
        draft.table("files").set("/usr/bin/rg", "target/release/rg");
        draft
            .table("package")
            .set("name", "ripgrep")
            .set("depends", Value::list(["auto", "git"]));
        assert_eq!(
            draft.to_string(),
            "[package]\nname = \"ripgrep\"\ndepends = [\"auto\", \"git\"]\n\n\
             [files]\n\"/usr/bin/rg\" = \"target/release/rg\"\n"
        );
    }

    #[test]
    fn texts_are_quoted_and_variables_are_kept_apart() {
        let mut draft = Draft::default();
        draft
            .table("files")
            .set("/a $b", Text::verbatim("${DIR}/x"))
            .set(Text::verbatim("/usr/${NAME}"), "5 $");
        assert_eq!(
            draft.to_string(),
            "[files]\n\"/a $$b\" = \"${DIR}/x\"\n\"/usr/${NAME}\" = \"5 $$\"\n"
        );
    }

    #[test]
    fn what_was_written_is_read_back() {
        let mut draft = Draft::default();
        draft.comment("one\ntwo \u{7} three");
        draft
            .table("variant.x.package")
            .set("name", "x \"y\" \\ 'z'");
        draft
            .table("package")
            .set("description", "a\nb\n\n  c \u{1}")
            .set_with_comment("version", "1", "later\nmore")
            .set(
                "depends",
                Value::list(vec!["a-very-long-name (>= 1.2.3)"; 6]),
            );
        draft.table("purge").propose("keep", true);
        draft.table("nothing");
        let text = draft.to_string();
        let read: toml::Table = toml::from_str(&text).expect(&text);
        assert_eq!(read.keys().collect::<Vec<_>>(), ["package", "variant"]);
        assert_eq!(
            read["package"]["description"].as_str(),
            Some("a\nb\n\n  c \u{1}")
        );
        assert_eq!(
            read["variant"]["x"]["package"]["name"].as_str(),
            Some("x \"y\" \\ 'z'")
        );
        assert_eq!(read["package"]["depends"].as_array().map(Vec::len), Some(6));
        assert!(text.contains("# [purge]\n# keep = true\n"), "{text}");
    }

    #[test]
    fn comments_stand_above_and_behind_the_head() {
        let mut draft = Draft::default();
        draft.table("service").introduce("one\ntwo").remark("three");
        draft.table("units").introduce("four").propose("a", "b");
        draft.table("files").stand().comment("five");
        draft.table("hooks").introduce("six");
        assert_eq!(
            draft.to_string(),
            "[files]\n# five\n\n# one\n# two\n[service]  # three\n\n\
             # four\n# [units]\n# a = \"b\"\n\n# six\n"
        );
    }
}
