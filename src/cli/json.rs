//! Documents: indented, and without a character that a terminal would obey.

use std::io::{self, Write};

use reldeb::escape::is_unprintable;
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

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
                write!(self.output, "\\u{:04x}", u32::from(character))?;
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
        let value = serde_json::json!({ "a\u{9b}\u{7f}": "é\u{1b}\u{202e}✓\n" });
        let text = String::from_utf8(document(&value)).unwrap();
        assert_eq!(
            text,
            "{\n  \"a\\u009b\\u007f\": \"é\\u001b\\u202e✓\\n\"\n}\n"
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
