//! The strings of a text of Erlang terms with the keys that they are values of, maps included.

use super::scanner::{Token, tokenize};
use super::term::TermError;

/// A string of a text, or a binary that is written as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyedString {
    /// The atom that it is the value of: `dir` in `{dir, "data"}` and in `#{dir => "data"}`.
    pub key: Option<String>,
    /// The text of the string.
    pub text: String,
    /// The line, from 1.
    pub line: usize,
}

/// Returns the strings of a text, in their order.
///
/// # Errors
/// [`TermError`] where the text has no tokens of Erlang.
pub(crate) fn strings(text: &[u8]) -> Result<Vec<KeyedString>, TermError> {
    let tokens = tokenize(text)?;
    let strings = tokens.iter().enumerate().filter_map(|(at, (token, line))| {
        let Token::String(text) = token else {
            return None;
        };
        let before = tokens[..at].iter().map(|(token, _)| token);
        let mut before = before.rev().skip_while(|it| **it == Token::Symbol("<<"));
        let key = match (before.next(), before.next()) {
            (Some(Token::Symbol("," | "=>")), Some(Token::Atom(key))) => Some(key.clone()),
            _ => None,
        };
        let (text, line) = (text.clone(), *line);
        Some(KeyedString { key, text, line })
    });
    Ok(strings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_wherever_they_are() {
        let text = b"[{a, [{dir, \"d\"},\n {\"e\", info}, #{file => <<\"f\"/utf8>>}]}, \"g\"].";
        let found = strings(text).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.key.as_deref(), it.text.as_str(), it.line))
            .collect();
        let expected = [
            (Some("dir"), "d", 1),
            (None, "e", 2),
            (Some("file"), "f", 2),
            (None, "g", 2),
        ];
        assert_eq!(found, expected);
    }
}
