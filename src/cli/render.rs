//! A package, as text or as a document: without a character that a terminal would obey.

use std::io::{self, Write};

use crate::deb::DataKind;
use crate::escape::{self, is_unprintable};
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

use super::view::Entry;

/// The widths of the columns of a list of paths.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    owner: usize,
    size: usize,
}

impl Columns {
    /// The columns of `dpkg-deb -c`, for a list that is printed while it is read.
    pub(super) const UNSEEN: Self = Self { owner: 0, size: 9 };

    /// Returns columns that hold all entries.
    pub(super) fn of<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Self {
        let mut columns = Self { owner: 0, size: 0 };
        for entry in entries {
            columns.owner = columns.owner.max(owner(&entry).chars().count());
            columns.size = columns.size.max(entry.size.to_string().len());
        }
        columns
    }
}

/// Returns a path as `dpkg-deb -c` shows it, without the time.
pub(super) fn line(entry: &Entry<'_>, columns: Columns) -> String {
    let kind = match entry.kind {
        DataKind::Directory => 'd',
        DataKind::Regular => '-',
        DataKind::Symlink => 'l',
        DataKind::Hardlink => 'h',
        DataKind::Other(b'3') => 'c',
        DataKind::Other(b'4') => 'b',
        DataKind::Other(b'6') => 'p',
        DataKind::Other(_) => '?',
    };
    let target = entry.target.map(escape::bytes).map(|target| {
        let is_hard = entry.kind == DataKind::Hardlink;
        format!("{}{target}", if is_hard { " link to " } else { " -> " })
    });
    format!(
        "{kind}{} {:owner_width$} {:>size_width$} {}{}",
        permissions(entry.mode),
        owner(entry),
        entry.size,
        escape::bytes(&entry.name),
        target.unwrap_or_default(),
        owner_width = columns.owner,
        size_width = columns.size,
    )
}

/// Returns the names of owner and group, or the number of who has none.
fn owner(entry: &Entry<'_>) -> String {
    let numbers = entry.written.as_ref();
    let shown = |name: &str, number: Option<u64>| match number {
        Some(number) if name.is_empty() => number.to_string(),
        _ => escape::line(name).into_owned(),
    };
    let user = shown(entry.owner, numbers.map(|numbers| numbers.uid));
    let group = shown(entry.group, numbers.map(|numbers| numbers.gid));
    format!("{user}/{group}")
}

/// Permission bits as ls(1) shows them.
fn permissions(mode: u32) -> String {
    let mut text = String::with_capacity(9);
    for (shift, special) in [(6, 0o4000), (3, 0o2000), (0, 0o1000)] {
        let bits = mode >> shift;
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        let (set, with_x) = if shift == 0 { ('T', 't') } else { ('S', 's') };
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (false, false) => '-',
            (false, true) => 'x',
            (true, false) => set,
            (true, true) => with_x,
        });
    }
    text
}

/// Returns a number of bytes for people.
pub(super) fn bytes(count: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| count >= *unit) {
        None => format!("{count} B"),
        Some((unit, name)) => {
            let tenths = count / (unit / 10);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
    }
}

/// A file behind a line with its name. A line of the file that looks like such a line gets a backslash.
pub(super) fn section(name: &str, content: &[u8]) -> String {
    let mut text = format!("==> {} <==\n", escape::line(name));
    for line in escape::byte_lines(content).split_inclusive('\n') {
        if line.starts_with("==> ") {
            text.push('\\');
        }
        text.push_str(line);
    }
    if !content.is_empty() && !content.ends_with(b"\n") {
        text.push('\n');
    }
    text
}

/// A document in memory.
pub(super) fn document(value: &impl Serialize) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing to memory cannot fail, and the values are JSON already.
    let _ = write(value, &mut text);
    text
}

/// Writes a document.
pub(super) fn write(value: &impl Serialize, output: &mut impl Write) -> io::Result<()> {
    let mut escaping = Escaping {
        output,
        begun: Vec::new(),
    };
    let formatter = PrettyFormatter::new();
    value.serialize(&mut Serializer::with_formatter(&mut escaping, formatter))?;
    escaping.write_all(b"\n")?;
    escaping.flush()
}

/// Puts `\u009b` in place of what `serde_json` writes as it is: of a document, only strings can have
/// such characters.
struct Escaping<'a, W> {
    output: &'a mut W,
    /// The first bytes of a character of which the rest has not come.
    begun: Vec<u8>,
}

impl<W: Write> Write for Escaping<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| byte.is_ascii() && *byte != 0x7f;
        if self.begun.is_empty() && bytes.iter().all(is_plain) {
            self.output.write_all(bytes)?;
            return Ok(bytes.len());
        }
        self.begun.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.begun) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.begun.split_off(whole);
        for character in String::from_utf8_lossy(&self.begun).chars() {
            if is_unprintable(character) && character != '\n' {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(self.output, "\\u{unit:04x}")?;
                }
            } else {
                write!(self.output, "{character}")?;
            }
        }
        self.begun = rest;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_mean_the_same_and_print_as_text() {
        let value = serde_json::json!({ "a\u{9b}\u{7f}": "é\u{1b}\u{202e}✓\n\u{e0041}" });
        let text = String::from_utf8(document(&value)).unwrap();
        assert_eq!(
            text,
            "{\n  \"a\\u009b\\u007f\": \"é\\u001b\\u202e✓\\n\\udb40\\udc41\"\n}\n"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }

    #[test]
    fn a_character_may_come_in_parts() {
        let mut output = Vec::new();
        let mut escaping = Escaping {
            output: &mut output,
            begun: Vec::new(),
        };
        for byte in "x\u{85}é✓".bytes() {
            escaping.write_all(&[byte]).unwrap();
        }
        assert_eq!(output, "x\\u0085é✓".as_bytes());
    }
}
