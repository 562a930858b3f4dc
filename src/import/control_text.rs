//! Control files of Debian, with the place of what is wrong in them.

use std::path::Path;

use super::ImportError;
use crate::debian::{PackageName, Stanza, StanzaError};

/// A stanza of a file, with the places of its lines.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) stanza: Stanza,
    text: String,
    /// The line of the file for each line of the text, counted from 1.
    lines: Vec<usize>,
}

impl Placed {
    /// Returns the line of a field; that of the first where there is none of this name.
    pub(super) fn line_of(&self, name: &str) -> usize {
        let index = position(&self.text, name).unwrap_or(0);
        self.lines.get(index).copied().unwrap_or(1)
    }
}

/// Reads the one stanza of a control archive.
pub(super) fn read_one(path: &Path, bytes: &[u8]) -> Result<Stanza, ImportError> {
    let text = utf8(path, bytes)?;
    let lines: Vec<usize> = (1..=text.lines().count()).collect();
    let read = text.parse();
    read.map_err(|error| malformed(path, text, &lines, &error))
}

/// Reads all stanzas of a file of a source package, without comments.
pub(super) fn read_all(path: &Path, bytes: &[u8]) -> Result<Vec<Placed>, ImportError> {
    let text = utf8(path, bytes)?;
    let mut stanzas = Vec::new();
    let mut current = String::new();
    let mut lines = Vec::new();
    for (index, line) in text.lines().chain([""]).enumerate() {
        if line.starts_with('#') {
            continue;
        }
        if !line.trim().is_empty() {
            current.push_str(line);
            current.push('\n');
            lines.push(index + 1);
            continue;
        }
        if current.is_empty() {
            continue;
        }
        let (text, lines) = (std::mem::take(&mut current), std::mem::take(&mut lines));
        let read = text.parse();
        let stanza = read.map_err(|error| malformed(path, &text, &lines, &error))?;
        stanzas.push(Placed {
            stanza,
            text,
            lines,
        });
    }
    Ok(stanzas)
}

/// Returns the name of a binary package.
pub(super) fn package_name(path: &Path, stanza: &Stanza) -> Result<PackageName, ImportError> {
    let text = stanza.get("Package").unwrap_or_default();
    let fault = |message: String| ImportError::Malformed {
        path: path.to_owned(),
        line: 1,
        text: format!("Package: {text}"),
        message,
    };
    if text.is_empty() {
        return Err(fault("there is no field `Package`".to_owned()));
    }
    text.parse()
        .map_err(|error: crate::debian::PackageNameError| fault(error.to_string()))
}

/// Makes the error of a stanza; `lines` are those of the file for each of its own.
fn malformed(path: &Path, text: &str, lines: &[usize], error: &StanzaError) -> ImportError {
    let message = error.to_string();
    let numbered = message.strip_prefix("line ").and_then(|rest| {
        let (number, rest) = rest.split_once(": ")?;
        Some((number.parse::<usize>().ok()?, rest.to_owned()))
    });
    let (number, message) = match numbered {
        Some((number, message)) => (number, message),
        None => (1 + of_name(text, error), message),
    };
    let message = match error.hint() {
        Some(hint) => format!("{message}: {hint}"),
        None => message,
    };
    let index = number.saturating_sub(1);
    ImportError::Malformed {
        path: path.to_owned(),
        line: lines.get(index).copied().unwrap_or(number),
        text: text.lines().nth(index).unwrap_or_default().to_owned(),
        message,
    }
}

/// Returns the number of lines before the one that an error without a number is about.
fn of_name(text: &str, error: &StanzaError) -> usize {
    let found = match error {
        StanzaError::ShortName { name }
        | StanzaError::NameCharacter { name, .. }
        | StanzaError::ControlCharacter { name, .. } => position(text, name),
        StanzaError::EmptyName => text.lines().position(|line| line.starts_with(':')),
        StanzaError::NoFinalLineBreak => Some(text.lines().count().saturating_sub(1)),
        _ => None,
    };
    found.unwrap_or(0)
}

/// Returns the number of lines before a field.
fn position(text: &str, name: &str) -> Option<usize> {
    text.lines().position(|line| {
        let field = line.split_once(':').map(|(field, _)| field.trim_end());
        field.is_some_and(|field| field.eq_ignore_ascii_case(name))
    })
}

/// Returns a file as text.
pub(super) fn utf8<'a>(path: &Path, bytes: &'a [u8]) -> Result<&'a str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        let text = bytes.split(|byte| *byte == b'\n').nth(line - 1);
        ImportError::Malformed {
            path: path.to_owned(),
            line,
            text: text.unwrap_or_default().escape_ascii().to_string(),
            message: "is not UTF-8".to_owned(),
        }
    })
}
