//! Names that are texts, and untrusted text in the error messages of this room.

use std::fmt::Write as _;

use crate::escape;

/// Shows a name as the text that it is.
macro_rules! as_text {
    ($name:ident) => {
        impl $name {
            /// Returns the name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

pub(super) use as_text;

/// Returns the text in backticks, on one line, with characters escaped that a terminal would
/// obey.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", escape::line(text))
}

/// Returns the character as a noun: `a space`, `a line break`, or itself in backticks.
pub(super) fn named(character: char) -> String {
    match character {
        ' ' => "a space".into(),
        '\t' => "a tab".into(),
        '\n' => "a line break".into(),
        '\r' => "a carriage return".into(),
        '`' => "a backtick".into(),
        c if escape::is_unprintable(c) || c.is_whitespace() => {
            let mut name = String::from("the character ");
            // Writing to a string cannot fail.
            let _ = write!(name, "U+{:04X}", u32::from(c));
            name
        }
        c => format!("`{c}`"),
    }
}

/// Returns the first character that is not allowed, with its place counted from 1.
pub(super) fn first_bad(text: &str, allowed: impl Fn(char) -> bool) -> Option<(char, usize)> {
    text.chars()
        .enumerate()
        .find(|(_, c)| !allowed(*c))
        .map(|(index, c)| (c, index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_on_one_line() {
        assert_eq!(quoted("a\nb\u{1b}[1mé"), "`a\\nb\\u{1b}[1mé`");
        assert_eq!(named('\u{1b}'), "the character U+001B");
        assert_eq!(named(' '), "a space");
        assert_eq!(named('_'), "`_`");
    }

    #[test]
    fn places_count_characters_from_one() {
        assert_eq!(first_bad("äx_", |c| c != '_'), Some(('_', 3)));
        assert_eq!(first_bad("abc", |c| c != '_'), None);
    }
}
