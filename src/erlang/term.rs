//! Erlang terms as `file:consult` reads them, the syntax of `.rel`, `.app`, `sys.config`
//! and `rebar.config`. Terms are only read; nothing is evaluated.

use std::fmt;

use super::scanner::{Token, tokenize};

/// The deepest nesting that is read, more than any configuration has: hostile input must not
/// exhaust the stack.
const DEPTH_LIMIT: usize = 200;

/// One Erlang term; kinds that reldeb has no use for are kept as text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    /// An atom, without its quotes.
    Atom(String),
    /// A string: `"text"`, adjacent literals joined.
    String(String),
    /// A binary made of one string literal, `<<"text">>` or `<<"text"/utf8>>`.
    Binary(String),
    /// A tuple.
    Tuple(Vec<Term>),
    /// A proper list, or the elements before the tail of an improper one.
    List(Vec<Term>),
    /// Numbers, characters, maps, other binaries, funs, `${VARIABLES}` of relx templates.
    Other(String),
}

/// The fault of a text that is not a sequence of terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct TermError {
    /// The line, from 1.
    pub line: usize,
    /// The fault in that line.
    pub reason: String,
}

impl Term {
    /// Returns the elements of a tuple.
    #[must_use]
    pub(crate) fn tuple(&self) -> Option<&[Term]> {
        match self {
            Self::Tuple(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the elements of a list.
    #[must_use]
    pub(crate) fn list(&self) -> Option<&[Term]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns the text of a string or of a binary written as one.
    #[must_use]
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Binary(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the name of an atom.
    #[must_use]
    pub(crate) fn atom(&self) -> Option<&str> {
        match self {
            Self::Atom(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the value of `{key, Value}` in a property list.
    #[must_use]
    pub(crate) fn property(&self, key: &str) -> Option<&Term> {
        self.list()?
            .iter()
            .find_map(|element| match element.tuple()? {
                [name, value] if name.atom() == Some(key) => Some(value),
                _ => None,
            })
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(text) | Self::Other(text) => f.write_str(text),
            Self::String(text) => write!(f, "\"{text}\""),
            Self::Binary(text) => write!(f, "<<\"{text}\">>"),
            Self::Tuple(_) => f.write_str("{…}"),
            Self::List(_) => f.write_str("[…]"),
        }
    }
}

/// Parses a file of terms, each ended by a full stop. The last may lack it, as the template of a
/// `sys.config` may.
///
/// # Errors [`TermError`] with the line of the first fault.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<Term>, TermError> {
    let mut parser = Parser {
        tokens: tokenize(text)?,
        position: 0,
    };
    let mut terms = Vec::new();
    while parser.peek().is_some() {
        terms.push(parser.term(0)?);
        match parser.peek() {
            Some(Token::Symbol(".")) => parser.position += 1,
            None => {}
            Some(other) => {
                let reason = format!("`{other}` after a term, expected a full stop");
                return Err(parser.error(reason));
            }
        }
    }
    Ok(terms)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    position: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position).map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek()?.clone();
        self.position += 1;
        Some(token)
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(s)) if *s == symbol);
        self.position += usize::from(found);
        found
    }

    fn error(&self, reason: impl Into<String>) -> TermError {
        let here = self.tokens.get(self.position).or(self.tokens.last());
        TermError {
            line: here.map_or(1, |(_, line)| *line),
            reason: reason.into(),
        }
    }

    fn term(&mut self, depth: usize) -> Result<Term, TermError> {
        if depth > DEPTH_LIMIT {
            return Err(self.error(format!("nested deeper than {DEPTH_LIMIT} levels")));
        }
        match self.next() {
            Some(Token::Atom(name)) if name == "fun" => Ok(self.skip_fun()),
            Some(Token::Atom(name)) => Ok(Term::Atom(name)),
            Some(Token::Number(text)) => Ok(Term::Other(text)),
            Some(Token::String(mut text)) => {
                while let Some(Token::String(more)) = self.peek() {
                    text.push_str(more);
                    self.position += 1;
                }
                Ok(Term::String(text))
            }
            Some(Token::Symbol("{")) => self.elements("}", depth).map(Term::Tuple),
            Some(Token::Symbol("[")) => self.elements("]", depth).map(Term::List),
            Some(Token::Symbol("#")) if self.accept("{") => {
                self.skip_until("{", "}")?;
                Ok(Term::Other("#{…}".into()))
            }
            Some(Token::Symbol("<<")) => self.binary(),
            Some(Token::Symbol("-" | "+")) => self.term(depth + 1),
            Some(other) => {
                self.position -= 1;
                Err(self.error(format!("`{other}` starts no term")))
            }
            None => Err(self.error("the file ends inside a term")),
        }
    }

    fn elements(&mut self, close: &str, depth: usize) -> Result<Vec<Term>, TermError> {
        let mut elements = Vec::new();
        if self.accept(close) {
            return Ok(elements);
        }
        loop {
            elements.push(self.term(depth + 1)?);
            if self.accept("|") {
                self.term(depth + 1)?;
            }
            if self.accept(close) {
                return Ok(elements);
            }
            if !self.accept(",") {
                let found = match self.peek() {
                    Some(token) => format!("`{token}`"),
                    None => "the end of the file".into(),
                };
                return Err(self.error(format!("{found} where `,` or `{close}` was expected")));
            }
        }
    }

    fn binary(&mut self) -> Result<Term, TermError> {
        let text = match self.peek() {
            Some(Token::String(text)) => Some(text.clone()),
            _ => None,
        };
        let start = self.position;
        self.skip_until("<<", ">>")?;
        let plain = match self.position - start {
            // the string and `>>`, or with `/utf8` between them
            2 => true,
            4 => matches!(self.tokens[start + 1].0, Token::Symbol("/")),
            _ => false,
        };
        Ok(match text {
            Some(text) if plain => Term::Binary(text),
            _ => Term::Other("<<…>>".into()),
        })
    }

    /// Skips to the bracket that closes the one just taken, without recursion.
    fn skip_until(&mut self, open: &str, close: &str) -> Result<(), TermError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(Token::Symbol(symbol)) if symbol == open => depth += 1,
                Some(Token::Symbol(symbol)) if symbol == close => depth -= 1,
                Some(_) => {}
                None => return Err(self.error(format!("the file ends before `{close}`"))),
            }
        }
        Ok(())
    }

    /// Skips `fun module:name/1`, the only fun that a file of terms can contain.
    fn skip_fun(&mut self) -> Term {
        while matches!(
            self.peek(),
            Some(Token::Atom(_) | Token::Number(_) | Token::Symbol(":" | "/"))
        ) {
            self.position += 1;
        }
        Term::Other("fun".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Term {
        let terms = parse(text.as_bytes()).unwrap();
        assert_eq!(terms.len(), 1, "{text}");
        terms[0].clone()
    }

    #[test]
    fn terms_of_configuration_files() {
        let string = |text: &str| Term::String(text.into());
        for (text, expected) in [
            ("'an atom'.", Term::Atom("an atom".into())),
            ("\"a\\\"b\" \"c\".", string("a\"bc")),
            ("\"\\x{e9}\\101\\s\".", string("éA ")),
            ("<<\"x\">>.", Term::Binary("x".into())),
            ("<<\"x\"/utf8>>.", Term::Binary("x".into())),
            ("<<1,2:16>>.", Term::Other("<<…>>".into())),
            ("#{a => #{b => c}}.", Term::Other("#{…}".into())),
            ("[a|b].", Term::List(vec![Term::Atom("a".into())])),
            ("[$\", $\\\", $%].", {
                Term::List(
                    ["$\"", "$\\\"", "$%"]
                        .map(|t| Term::Other(t.into()))
                        .to_vec(),
                )
            }),
            ("{1.5e-3, 16#ff, -2}.", {
                Term::Tuple(
                    ["1.5e-3", "16#ff", "2"]
                        .map(|t| Term::Other(t.into()))
                        .to_vec(),
                )
            }),
            ("%% no term\n[fun m:f/1, ${PORT}].", {
                Term::List(["fun", "${PORT}"].map(|t| Term::Other(t.into())).to_vec())
            }),
            ("[]", Term::List(vec![])),
        ] {
            assert_eq!(one(text), expected, "{text}");
        }
    }

    #[test]
    fn broken_terms_name_the_line() {
        let deep = "[".repeat(100_000);
        for (text, line, reason) in [
            ("{a,\n\"b}.", 2, "`\"` is never closed"),
            ("[a\n b].", 2, "`b` where `,` or `]` was expected"),
            (
                "{a, b",
                1,
                "the end of the file where `,` or `}` was expected",
            ),
            ("a b.", 1, "`b` after a term, expected a full stop"),
            ("<<1", 1, "the file ends before `>>`"),
            ("\u{1}", 1, "`\\u{1}` starts no term"),
            (&deep, 1, "nested deeper than 200 levels"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert_eq!((error.line, error.reason.as_str()), (line, reason));
        }
    }

    #[test]
    fn no_beginning_of_a_file_and_no_changed_byte_panics() {
        let text = b"%% c\n[{'a b', \"x\\x{e9}\" \"y\", $\\n, ${V}}, #{k => <<\"b\"/utf8>>},\n\
                     fun m:f/1, -16#ff, 1.0e-3 | t].";
        assert!(parse(text).is_ok());
        for length in 0..text.len() {
            let _ = parse(&text[..length]);
            for byte in [b'"', b'\\', b'$', b'{', b'<', 0xff, 0] {
                let mut changed = text.to_vec();
                changed[length] = byte;
                let _ = parse(&changed);
            }
        }
    }

    #[test]
    fn old_files_are_latin_1() {
        let terms = parse(b"\"caf\xe9\".").unwrap();
        assert_eq!(terms[0].text(), Some("café"));
    }
}
