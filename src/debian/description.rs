//! `Description`: a synopsis and an extended description made of free text
//! (Debian Policy 3.4, 5.6.13).

use super::package_name::PackageName;
use super::text::{first_bad, named};
use std::fmt;
use std::str::FromStr;

/// The description of a package: one line, and perhaps more.
///
/// Made of free text. The first line is the synopsis. Paragraphs of the rest are
/// wrapped; lines that start with a space stay as they are, and so do items of
/// lists (`* item`, `- item`). Display writes the value for a
/// [`Stanza`](super::Stanza), which does the folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    synopsis: String,
    extended: Vec<String>,
}

/// The width of a line of the extended description, in columns: 80 less the space before it.
const WIDTH: usize = 79;

/// The distance of tab stops, in columns.
const TAB: usize = 8;

impl Description {
    /// Returns the synopsis, which is the first line.
    #[must_use]
    pub fn synopsis(&self) -> &str {
        &self.synopsis
    }

    /// Returns the description with a paragraph of its own after the synopsis.
    #[must_use]
    pub fn explained(&self, paragraph: &str) -> Self {
        Self {
            synopsis: self.synopsis.clone(),
            extended: format_extended(&[paragraph]),
        }
    }

    /// Returns the description of the package with the debug symbols of another.
    pub(super) fn of_debug_symbols(package: &PackageName) -> Self {
        Self {
            synopsis: format!("debug symbols for {package}"),
            extended: Vec::new(),
        }
    }

    /// Returns the lines after the synopsis; an empty line ends a paragraph.
    #[must_use]
    pub fn extended(&self) -> &[String] {
        &self.extended
    }
}

impl FromStr for Description {
    type Err = DescriptionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut lines = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if let Some((character, _)) = first_bad(line, |c| !c.is_control() || c == '\t') {
                return Err(DescriptionError::ControlCharacter {
                    line: index + 1,
                    character,
                });
            }
            lines.push(expand_tabs(line));
        }
        let mut lines = lines.iter().map(|line| line.trim_end());
        let Some(synopsis) = lines.find(|line| !line.is_empty()) else {
            return Err(DescriptionError::Empty);
        };
        let synopsis = synopsis.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self {
            synopsis,
            extended: format_extended(&lines.collect::<Vec<_>>()),
        })
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.synopsis)?;
        self.extended
            .iter()
            .try_for_each(|line| write!(f, "\n{line}"))
    }
}

fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        if c == '\t' {
            expanded.extend(std::iter::repeat_n(' ', width));
        } else {
            expanded.push(c);
        }
        column += width;
    }
    expanded
}

/// Removes the indentation that all lines share, and formats the rest.
fn format_extended(lines: &[&str]) -> Vec<String> {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared = (lines.iter())
        // A lone dot is how control files write an empty line.
        .filter(|line| !matches!(line.trim_start(), "" | "."))
        .map(|line| indentation(line))
        .min()
        .unwrap_or(0);
    let lines = (lines.iter()).map(|line| line.get(shared..).unwrap_or_default());
    // Without a paragraph, lists and dots would leave all lines indented alike, and
    // what is read again would lose that indentation.
    let has_paragraph = (lines.clone())
        .any(|line| !line.is_empty() && !line.starts_with([' ', '.']) && !is_item(line));
    let mut formatted: Vec<String> = Vec::new();
    let mut in_list = false;
    for line in lines {
        if matches!(line.trim_start(), "" | ".") {
            in_list = false;
            if formatted.last().is_some_and(|last| !last.is_empty()) {
                formatted.push(String::new());
            }
        } else if line.starts_with(' ') {
            // A line that continues a list item stays indented below it.
            let shift = if in_list || !has_paragraph { " " } else { "" };
            formatted.push(format!("{shift}{line}"));
        } else if is_item(line) {
            in_list = true;
            formatted.push(format!(" {line}"));
        } else if line.starts_with('.') {
            // A dot at the start is reserved.
            in_list = false;
            formatted.push(format!(" {line}"));
        } else {
            in_list = false;
            wrap(line, &mut formatted);
        }
    }
    while formatted.last().is_some_and(String::is_empty) {
        formatted.pop();
    }
    formatted
}

fn is_item(line: &str) -> bool {
    ["* ", "- ", "+ "]
        .iter()
        .any(|bullet| line.starts_with(bullet))
}

/// Breaks a line of a paragraph between words. A word that would be read as an item
/// or a dot at the start of a line stays on the line before.
fn wrap(line: &str, into: &mut Vec<String>) {
    let mut current = String::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let columns = current.chars().count() + 1 + word.chars().count();
        let may_start_a_line = !word.starts_with('.') && !matches!(word, "*" | "-" | "+");
        if current.is_empty() {
            word.clone_into(&mut current);
        } else if columns > WIDTH && may_start_a_line {
            into.push(std::mem::replace(&mut current, word.to_owned()));
        } else {
            current.push(' ');
            current.push_str(word);
        }
    }
    into.push(current);
}

/// The reason why a text is not a description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// Nothing but white space.
    #[error("invalid description ``: is empty")]
    Empty,
    /// A control character other than line break and tab.
    #[error("invalid description: line {line} contains {}", named(*character))]
    ControlCharacter {
        /// The line, counted from 1.
        line: usize,
        /// The character.
        character: char,
    },
}

impl DescriptionError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "say in one line what the package is".into(),
            Self::ControlCharacter { .. } => "remove it".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debian::Stanza;

    #[test]
    fn free_text_becomes_a_description() {
        #[rustfmt::skip]
        let table = [
            ("Order service", "Order service"),
            ("\n  Order\t service \n\n", "Order service"),
            ("Order service\nTakes orders.", "Order service\nTakes orders."),
            ("Order service\r\n\r\nTakes.\r\n\r\n\r\nKeeps.\r\n", "Order service\nTakes.\n\nKeeps."),
            ("S\n Takes.\n .\n Keeps.\n  verbatim\n", "S\nTakes.\n\nKeeps.\n verbatim"),
            ("S\n    Takes.\n\n    Keeps.", "S\nTakes.\n\nKeeps."),
            ("S\n\ttab\tstop", "S\ntab     stop"),
            ("S\nIt can\n* take\n  orders\n- keep\n\n  them", "S\nIt can\n * take\n   orders\n - keep\n\n  them"),
            ("S\n.NET inside\nx", "S\n .NET inside\nx"),
            ("S\n.NET inside\n x", "S\n .NET inside\n  x"),
            ("S\nx\n .\ny", "S\nx\n\ny"),
            ("S\n x\n- keep", "S\n  x\n - keep"),
            ("S\n- keep\n\n x", "S\n - keep\n\n  x"),
            ("S\n.\n\tx", "S\nx"),
        ];
        for (text, value) in table {
            let description: Description = text.parse().unwrap();
            // A tab inside a line of a paragraph is white space like any other.
            let value = value.replace("tab     stop", "tab stop");
            assert_eq!(description.to_string(), value);
            let again: Description = value.parse().unwrap();
            assert_eq!(again.synopsis(), description.synopsis());
        }
    }

    #[test]
    fn paragraphs_are_wrapped_and_other_lines_are_not() {
        let long = "word ".repeat(40);
        let text = format!("S\n{long}\n\n code {long}\n{}", "x".repeat(90));
        let description: Description = text.parse().unwrap();
        let widths: Vec<_> = description.extended().iter().map(String::len).collect();
        assert_eq!(widths, [79, 79, 39, 0, 205, 90]);
        let dash: Description = format!("S\n{} - x", "y".repeat(78)).parse().unwrap();
        assert_eq!(dash.extended()[0], format!("{} -", "y".repeat(78)));
    }

    #[test]
    fn a_description_fits_a_stanza() {
        let mut stanza = Stanza::new();
        let description: Description = "S\nab\n\nPackage: evil\n  cd".parse().unwrap();
        stanza.set("Description", &description).unwrap();
        assert_eq!(
            stanza.to_string(),
            "Description: S\n ab\n .\n Package: evil\n   cd\n"
        );
    }

    #[test]
    fn nothing_and_control_characters_are_refused() {
        let empty = " \n\t\n".parse::<Description>().unwrap_err();
        assert_eq!(empty.to_string(), "invalid description ``: is empty");
        assert_eq!(empty.hint().unwrap(), "say in one line what the package is");
        let control = "S\na\u{1b}[1m".parse::<Description>().unwrap_err();
        assert_eq!(
            control.to_string(),
            "invalid description: line 2 contains the character U+001B"
        );
    }
}
