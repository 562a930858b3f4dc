//! The control file as dpkg parses it (its lib/dpkg/parse.c), which is less strict than Debian Policy
//! and than [`Stanza`](crate::debian::Stanza).

use crate::finding::tags;
use std::collections::{BTreeMap, HashMap};

use super::Tally;
use super::control_values as values;
use crate::debian::Architecture;
use crate::escape;

/// Ctrl+Z, which once ended files.
const END: u8 = 0x1a;

/// The fields of a control file, by their names in lower case.
#[derive(Debug, Default)]
pub(crate) struct Fields(HashMap<Vec<u8>, Vec<u8>>);

impl Fields {
    /// Reads the first stanza, as far as it can be read.
    pub(crate) fn read(text: &[u8]) -> Self {
        Self::parse(text, &mut Tally::default())
    }

    /// The value of a field by its name in lower case; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> String {
        let value = self.0.get(name.as_bytes()).map(Vec::as_slice);
        String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
    }

    /// The names of the fields, in lower case.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        let names = self.0.keys();
        names.map(|name| String::from_utf8_lossy(name).into_owned())
    }

    fn parse(text: &[u8], tally: &mut Tally) -> Self {
        let mut fields = Self::default();
        let mut parser = Parser { text, at: 0 };
        let mut refused = parser.stanza(&mut fields, tally);
        if refused.is_ok() {
            // Only the first counts; but dpkg refuses to go on where there is another.
            let more = parser.stanza(&mut Self::default(), &mut Tally::default());
            refused = match more {
                Ok(true) => Err("it has a second stanza, expected one".into()),
                other => other,
            };
        }
        if let Err(what) = refused {
            tally.tell(tags::CONTROL_SYNTAX, || format!("the control file: {what}"));
        }
        fields
    }
}

/// Says what dpkg refuses of a control file.
pub(super) fn check(text: &[u8], tally: &mut Tally) {
    let fields = Fields::parse(text, tally);
    let mut named: BTreeMap<&[u8], &[u8]> = BTreeMap::new();
    named.extend(fields.0.iter().map(|(name, value)| (&name[..], &value[..])));
    for (name, value) in named {
        // For the fields that it knows, dpkg has strings that end at a NUL.
        let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
        if let Err(what) = values::check(name, value) {
            tally.tell(tags::CONTROL_FIELD, || {
                let name = escape::bytes(name);
                format!("the control file: field `{name}` {what}")
            });
        }
    }
    for required in ["package", "version", "architecture"] {
        if fields.get(required).is_empty() {
            tally.tell(tags::CONTROL_FIELD_MISSING, || {
                format!("the control file has no `{required}`, without which dpkg refuses it")
            });
        }
    }
    let architecture = fields.get("architecture");
    let is_known = Architecture::known().any(|known| known.as_str() == architecture);
    if !architecture.is_empty() && !is_known {
        tally.tell(tags::CONTROL_ARCHITECTURE, || {
            let architecture = escape::line(&architecture);
            format!("the control file: no machine has the architecture `{architecture}`")
        });
    }
    if architecture == "all" && values::is_word(fields.get("multi-arch").as_bytes(), &["same"]) {
        tally.tell(tags::CONTROL_FIELD, || {
            "the control file: field `multi-arch` is `same` beside the architecture `all`".into()
        });
    }
    archive_details(&fields, tally);
}

/// Of a list of files, which no package has, each field needs as many words.
fn archive_details(fields: &Fields, tally: &mut Tally) {
    let counts = ["filename", "size", "md5sum", "msdos-filename"].map(|name| {
        let value = fields.0.get(name.as_bytes())?;
        Some(
            value
                .split(u8::is_ascii_whitespace)
                .filter(|w| !w.is_empty())
                .count(),
        )
    });
    let mut counts = counts.into_iter().flatten();
    let first = counts.next();
    if first == Some(0) || counts.any(|count| Some(count) != first) {
        tally.tell(tags::CONTROL_FIELD, || {
            "the control file: `Filename`, `Size` and `MD5sum` do not have as many words each"
                .into()
        });
    }
}

/// The place in a control file.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn next(&mut self) -> u8 {
        let byte = self.text.get(self.at).copied().unwrap_or(END);
        self.at += 1;
        byte
    }

    fn line(&self) -> usize {
        let read = &self.text[..self.at.min(self.text.len())];
        1 + memchr::memchr_iter(b'\n', &read[..read.len().saturating_sub(1)]).count()
    }

    fn refuse<T>(&self, name: &[u8], what: &str) -> Result<T, String> {
        let name = escape::bytes(&name[..name.len().min(100)]);
        Err(format!("line {}: field `{name}` {what}", self.line()))
    }

    /// Reads a stanza; false where nothing follows.
    fn stanza(&mut self, fields: &mut Fields, tally: &mut Tally) -> Result<bool, String> {
        let mut byte = 0;
        while !self.is_at_end() {
            byte = self.next();
            if !matches!(byte, b'\n' | END) {
                break;
            }
        }
        if self.is_at_end() {
            return Ok(false);
        }
        loop {
            let start = self.at - 1;
            while !self.is_at_end() && !is_space(byte) && !matches!(byte, b':' | END) {
                byte = self.next();
            }
            let name = &self.text[start..self.at - 1];
            byte = self.value_start(name, byte)?;
            let start = self.at - 1;
            byte = self.value_end(name, byte)?;
            let value = &self.text[start..self.at - 1];
            let last = value.iter().rposition(|byte| !is_space(*byte));
            let value = &value[..last.map_or(0, |last| last + 1)];
            let key = name.to_ascii_lowercase();
            if name.len() < 2 {
                return self.refuse(name, "has a name of one character, expected two or more");
            }
            if fields.0.insert(key, value.to_vec()).is_some() {
                tally.tell(tags::CONTROL_FIELD_TWICE, || {
                    format!(
                        "the control file: field `{}` is there twice",
                        escape::bytes(name)
                    )
                });
            }
            if self.is_at_end() || matches!(byte, b'\n' | END) {
                return Ok(true);
            }
        }
    }

    /// From behind the name to the first character of the value.
    fn value_start(&mut self, name: &[u8], mut byte: u8) -> Result<u8, String> {
        if name.is_empty() {
            return Err(format!("line {} starts with no field name", self.line()));
        }
        if name[0] == b'-' {
            return self.refuse(name, "has a name that starts with `-`");
        }
        while !self.is_at_end() && byte != b'\n' && is_space(byte) {
            byte = self.next();
        }
        if self.is_at_end() || byte != b':' {
            return self.refuse(name, "has no `:` behind its name");
        }
        while !self.is_at_end() {
            byte = self.next();
            if byte == b'\n' || !is_space(byte) {
                break;
            }
        }
        if self.is_at_end() {
            return self.refuse(name, "does not end in a line break");
        }
        if byte == END {
            return self.refuse(name, "has a Ctrl+Z in its value");
        }
        Ok(byte)
    }

    /// From the first character of the value to the one behind it and its continuation lines.
    fn value_end(&mut self, name: &[u8], mut byte: u8) -> Result<u8, String> {
        let mut is_blank = false;
        loop {
            if matches!(byte, b'\n' | END) {
                if is_blank {
                    return self.refuse(name, "has a blank line in its value, expected ` .`");
                }
                if self.is_at_end() {
                    return Ok(byte);
                }
                byte = self.next();
                if self.is_at_end() || byte == b'\n' || !is_space(byte) {
                    return Ok(byte);
                }
                self.at -= 1;
                is_blank = true;
            } else if is_blank && !is_space(byte) {
                is_blank = false;
            }
            if self.is_at_end() {
                return self.refuse(name, "does not end in a line break");
            }
            byte = self.next();
        }
    }
}

/// White space as dpkg has it, in any locale.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
