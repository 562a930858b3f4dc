//! `Stanza`: the fields of a control file, in order (deb822(5), deb-control(5),
//! Debian Policy 5.1).

use super::field::FIELDS;
use super::text::{first_bad, named, quoted};
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// Fields with their values, in order; names differ by more than case.
///
/// A value is kept unfolded: lines joined by `\n` without the space that starts a
/// continuation line, and empty lines empty. Written, it can never start another field or
/// stanza.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stanza(Vec<(String, String)>);

impl Stanza {
    /// Returns a stanza without fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of a field, by its name in any case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.place(name).map(|place| self.0[place].1.as_str())
    }

    /// Sets a field: in its place where it is there, else at the end.
    ///
    /// Spaces at the ends of lines and empty lines at the end of the value are removed;
    /// names of [`FIELDS`] get the spelling they have there.
    ///
    /// # Errors
    /// [`StanzaError`] where the name is no field name, or the value is empty, has
    /// control characters, or has lines that this field cannot have.
    pub fn set(&mut self, name: &str, value: impl fmt::Display) -> Result<(), StanzaError> {
        check_name(name)?;
        let known = FIELDS
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(name));
        let name = known.map_or(name, |known| known.name);
        let value = value.to_string();
        check_value(name, &value)?;
        let value = unfolded(&value);
        let name = name.to_owned();
        if value.is_empty() {
            return Err(StanzaError::EmptyValue { name });
        }
        if known.is_some_and(|known| !known.multi_line) && value.contains('\n') {
            return Err(StanzaError::Lines { name });
        }
        self.place_value(&name, value);
        Ok(())
    }

    /// Sets a field to a value that is known to fit it; leaves it as it is without a value.
    pub(crate) fn put(&mut self, name: &'static str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.place_value(name, unfolded(&value.to_string()));
        }
    }

    fn place_value(&mut self, name: &str, value: String) {
        match self.place(name) {
            Some(place) => self.0[place].1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Removes a field and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.place(name).map(|place| self.0.remove(place).1)
    }

    /// Returns the names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the fields in the order of [`FIELDS`], others after them by name.
    pub fn sort_binary_fields(&mut self) {
        self.0.sort_by_cached_key(|(name, _)| {
            let known = FIELDS
                .iter()
                .position(|known| known.name.eq_ignore_ascii_case(name));
            (known.unwrap_or(FIELDS.len()), name.clone())
        });
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|(field, _)| field.eq_ignore_ascii_case(name))
    }
}

/// Reads exactly one stanza, as a control archive has it.
impl FromStr for Stanza {
    type Err = StanzaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(text) = text.strip_suffix('\n').or(text.is_empty().then_some("")) else {
            return Err(StanzaError::NoFinalLineBreak);
        };
        let mut stanza = Self::new();
        // A search through all fields for each would take a minute for a hostile file.
        let mut names = HashSet::new();
        let mut between = true;
        for (index, line) in text.split('\n').enumerate() {
            let number = index + 1;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                between = true;
            } else if line.starts_with([' ', '\t']) {
                let field = stanza.0.last_mut().filter(|_| !between);
                let field = field.ok_or(StanzaError::NoField { line: number })?;
                continue_value(number, line, field)?;
            } else if between && !stanza.is_empty() {
                return Err(StanzaError::SecondStanza { line: number });
            } else {
                between = false;
                start_field(number, line, &mut stanza, &mut names)?;
            }
        }
        if stanza.is_empty() {
            return Err(StanzaError::NoFields);
        }
        Ok(stanza)
    }
}

/// Writes the fields; the text ends in one line break, unless there is no field.
impl fmt::Display for Stanza {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            let mut lines = value.split('\n');
            match lines.next() {
                None | Some("") => writeln!(f, "{name}:")?,
                Some(first) => writeln!(f, "{name}: {first}")?,
            }
            for line in lines {
                // As in dpkg's own writer: a line that would be read as empty gets one dot more.
                let dot = if is_dots(line) { "." } else { "" };
                writeln!(f, " {dot}{line}")?;
            }
        }
        Ok(())
    }
}

/// Returns whether the line is empty or consists of dots.
fn is_dots(line: &str) -> bool {
    line.bytes().all(|b| b == b'.')
}

/// Returns a value as a stanza keeps it.
fn unfolded(value: &str) -> String {
    let lines: Vec<_> = value.lines().map(str::trim_end).collect();
    let value = lines.join("\n");
    let value = value.trim_end();
    // The first line loses its leading space as well: a reader drops it.
    let first = value.split('\n').next().unwrap_or_default();
    value[first.len() - first.trim_start().len()..].to_owned()
}

fn continue_value(
    number: usize,
    line: &str,
    (name, value): &mut (String, String),
) -> Result<(), StanzaError> {
    let text = line[1..].trim_end();
    if text.is_empty() {
        return Err(StanzaError::BlankLine { line: number });
    }
    check_value(name, text)?;
    value.push('\n');
    value.push_str(if is_dots(text) { &text[1..] } else { text });
    Ok(())
}

fn start_field(
    number: usize,
    line: &str,
    stanza: &mut Stanza,
    names: &mut HashSet<String>,
) -> Result<(), StanzaError> {
    if line.starts_with('#') {
        return Err(StanzaError::Comment { line: number });
    }
    let Some((name, value)) = line.split_once(':') else {
        return Err(StanzaError::NoColon {
            line: number,
            text: line.to_owned(),
        });
    };
    let (name, value) = (name.trim_end(), value.trim());
    check_name(name)?;
    check_value(name, value)?;
    if !names.insert(name.to_ascii_lowercase()) {
        let name = name.to_owned();
        return Err(StanzaError::Duplicate { line: number, name });
    }
    stanza.0.push((name.to_owned(), value.to_owned()));
    Ok(())
}

pub(super) fn check_name(name: &str) -> Result<(), StanzaError> {
    if name.is_empty() {
        return Err(StanzaError::EmptyName);
    }
    if name.len() == 1 {
        return Err(StanzaError::ShortName {
            name: name.to_owned(),
        });
    }
    let bad = first_bad(name, |c| c.is_ascii_graphic() && c != ':').or_else(|| {
        name.starts_with(['#', '-'])
            .then(|| (name.chars().next().unwrap_or('#'), 1))
    });
    bad.map_or(Ok(()), |(character, position)| {
        Err(StanzaError::NameCharacter {
            name: name.to_owned(),
            character,
            position,
        })
    })
}

fn check_value(name: &str, value: &str) -> Result<(), StanzaError> {
    let bad = first_bad(value, |c| !c.is_control() || matches!(c, '\n' | '\t'));
    bad.map_or(Ok(()), |(character, _)| {
        Err(StanzaError::ControlCharacter {
            name: name.to_owned(),
            character,
        })
    })
}

/// The reason why a text is not a stanza, or a field cannot be set. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StanzaError {
    /// A field without a name.
    #[error("invalid field name ``: is empty")]
    EmptyName,
    /// A name of one character, which dpkg takes for a mistake.
    #[error(
        "invalid field name {}: has one character, expected two at least",
        quoted(name)
    )]
    ShortName {
        /// The name.
        name: String,
    },
    /// A character that no field name may have in this place.
    #[error(
        "invalid field name {}: has {} at character {position}, \
         expected printable ASCII without `:` that starts with neither `#` nor `-`",
        quoted(name),
        named(*character)
    )]
    NameCharacter {
        /// The name.
        name: String,
        /// The first wrong character.
        character: char,
        /// The place of the character, counted from 1.
        position: usize,
    },
    /// Nothing but white space.
    #[error("field `{name}`: has an empty value")]
    EmptyValue {
        /// The field.
        name: String,
    },
    /// A control character other than line break and tab.
    #[error("field `{name}`: contains {}", named(*character))]
    ControlCharacter {
        /// The field.
        name: String,
        /// The first control character.
        character: char,
    },
    /// More than one line in a field that has one by its nature.
    #[error("field `{name}`: has more than one line, expected one")]
    Lines {
        /// The field.
        name: String,
    },
    /// A field that the stanza has already.
    #[error("line {line}: field `{name}` is there twice")]
    Duplicate {
        /// The line of the second one.
        line: usize,
        /// The field.
        name: String,
    },
    /// A line that is neither field nor continuation.
    #[error("line {line}: {} has no `:`, expected `Field: value`", quoted(text))]
    NoColon {
        /// The line.
        line: usize,
        /// The text of the line.
        text: String,
    },
    /// A continuation line before the first field.
    #[error("line {line}: starts with a space, but there is no field to continue")]
    NoField {
        /// The line.
        line: usize,
    },
    /// A line of spaces inside a value.
    #[error("line {line}: is blank, expected ` .` for an empty line of a value")]
    BlankLine {
        /// The line.
        line: usize,
    },
    /// A line that starts with `#`.
    #[error("line {line}: is a comment, which only source packages may have")]
    Comment {
        /// The line.
        line: usize,
    },
    /// A second stanza where one is expected.
    #[error("line {line}: starts a second stanza, expected one")]
    SecondStanza {
        /// The line.
        line: usize,
    },
    /// No field at all.
    #[error("the stanza has no fields")]
    NoFields,
    /// The last line is not ended.
    #[error("the last line does not end in a line break")]
    NoFinalLineBreak,
}

impl StanzaError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::EmptyName | Self::ShortName { .. } | Self::NameCharacter { .. } => {
                "use letters, digits and `-`, as in `Multi-Arch`".into()
            }
            Self::EmptyValue { name } => format!("leave `{name}` out"),
            Self::ControlCharacter { .. } => "remove it".into(),
            Self::Lines { name } => format!("write `{name}` on one line"),
            Self::Duplicate { name, .. } => format!("remove one `{name}`"),
            Self::NoColon { .. } => "start a continuation line with a space".into(),
            Self::NoField { .. } => "remove the space".into(),
            Self::BlankLine { .. } => "write ` .`".into(),
            Self::Comment { .. } => "remove the line".into(),
            Self::SecondStanza { .. } => "remove the empty line before it".into(),
            Self::NoFields => "write at least `Package`, `Version` and `Architecture`".into(),
            Self::NoFinalLineBreak => "end the file in a line break".into(),
        })
    }
}

#[cfg(test)]
#[path = "stanza_tests.rs"]
mod tests;
