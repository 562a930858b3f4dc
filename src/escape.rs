//! Escapes text from elsewhere before it is shown, so that it cannot move the cursor, set a
//! colour or a title, start a line of its own, or turn the direction of writing.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns whether a character does something to a terminal, or to the order of a line, in place
/// of being printed: control characters (also C1, U+0080 to U+009F), line separators, and the
/// marks of writing direction; or is not seen at all, so that two texts look the same.
#[must_use]
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Shows text on one line: `\n`, `\u{1b}`.
#[must_use]
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_unprintable)
}

/// Shows text of several lines: line breaks and tabs stay.
#[must_use]
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_unprintable(c) && !matches!(c, '\n' | '\t'))
}

/// Shows text on a page, where most of it is no name: as [`lines`], but the joiners of Persian and Hindi words
/// stay.
#[must_use]
pub(crate) fn on_page(text: &str) -> Cow<'_, str> {
    escaped(text, |c| {
        is_unprintable(c) && !matches!(c, '\n' | '\t' | '\u{200c}' | '\u{200d}')
    })
}

/// Shows bytes on one line: as [`line`], and what is not UTF-8 as `\xff`.
#[must_use]
pub(crate) fn bytes(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => line(text),
        Err(_) => Cow::Owned(of_chunks(bytes, line)),
    }
}

/// Shows bytes of several lines: as [`lines`], and what is not UTF-8 as `\xff`.
#[must_use]
pub(crate) fn byte_lines(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => lines(text),
        Err(_) => Cow::Owned(of_chunks(bytes, lines)),
    }
}

fn of_chunks(bytes: &[u8], valid: fn(&str) -> Cow<'_, str>) -> String {
    let mut shown = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&valid(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

fn escaped(text: &str, is_escaped: fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_escaped(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        for (text, shown) in [
            ("plain é ✓ \\x", "plain é ✓ \\x"),
            ("a\nb\tc", "a\\nb\\tc"),
            ("\u{1b}[31m\u{7}\u{7f}", "\\u{1b}[31m\\u{7}\\u{7f}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}cod.exe", "\\u{202e}cod.exe"),
            ("\u{2028}x\u{2066}", "\\u{2028}x\\u{2066}"),
            (
                "a\u{200b}\u{200d}\u{2060}\u{feff}b",
                "a\\u{200b}\\u{200d}\\u{2060}\\u{feff}b",
            ),
            ("\u{ad}\u{e0041}", "\\u{ad}\\u{e0041}"),
        ] {
            assert_eq!(line(text), shown);
            assert_eq!(bytes(text.as_bytes()), shown);
        }
    }

    #[test]
    fn joiners_of_words_stay_on_a_page() {
        assert_eq!(
            on_page("a\u{200c}b\u{202e}c\u{200b}"),
            "a\u{200c}b\\u{202e}c\\u{200b}"
        );
    }

    #[test]
    fn lines_and_tabs_stay_where_there_are_lines() {
        assert_eq!(lines("a\n\tb\r\u{1b}c\n"), "a\n\tb\\r\\u{1b}c\n");
        assert_eq!(byte_lines(b"a\n\xff\x1b"), "a\n\\xff\\u{1b}");
    }

    #[test]
    fn bytes_that_are_no_text_are_numbers() {
        assert_eq!(bytes(b"a\xff\xc3\xa9\n\x9b"), "a\\xff\u{e9}\\n\\x9b");
    }
}
