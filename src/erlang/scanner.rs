//! The tokens of Erlang terms.

use std::fmt;

use super::term::TermError;

/// A token of an Erlang term.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Atom(String),
    String(String),
    Number(String),
    Symbol(&'static str),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Atom(text) | Self::Number(text) => f.write_str(text),
            Self::String(text) => write!(f, "\"{text}\""),
            Self::Symbol(text) => f.write_str(text),
        }
    }
}

/// The symbols, longest first, so that `<<` is not read as two of `<`.
const SYMBOLS: &[&str] = &[
    "<<", ">>", "=>", ":=", "#", "{", "}", "[", "]", "(", ")", "|", ",", ":", "/", "-", "+", ".",
    "=", "<", ">", "*", "?", ";", "!", "&", "@", "%",
];

/// Returns the tokens of a text, each with its line.
pub(super) fn tokenize(text: &[u8]) -> Result<Vec<(Token, usize)>, TermError> {
    let mut scanner = Scanner {
        text,
        position: 0,
        line: 1,
    };
    let mut tokens = Vec::new();
    while let Some(byte) = scanner.skip_blank() {
        let line = scanner.line;
        tokens.push((scanner.token(byte)?, line));
    }
    Ok(tokens)
}

struct Scanner<'a> {
    text: &'a [u8],
    position: usize,
    line: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.position += 1;
        if byte == b'\n' {
            self.line += 1;
        }
        Some(byte)
    }

    fn error(&self, reason: impl Into<String>) -> TermError {
        TermError {
            line: self.line,
            reason: reason.into(),
        }
    }

    /// Skips white space and comments, and returns the first byte of the next token.
    fn skip_blank(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b'%' => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.position += 1;
                    }
                }
                byte if byte.is_ascii_whitespace() || byte == 0x0b => {
                    self.next();
                }
                // A byte order mark, which editors put before the first token.
                0xef if self.text[self.position..].starts_with(b"\xef\xbb\xbf") => {
                    self.position += 3;
                }
                byte => return Some(byte),
            }
        }
    }

    fn token(&mut self, first: u8) -> Result<Token, TermError> {
        match first {
            b'"' => self.quoted(b'"').map(Token::String),
            b'\'' => self.quoted(b'\'').map(Token::Atom),
            b'$' => self.character(),
            b'0'..=b'9' => Ok(Token::Number(self.number())),
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                Ok(Token::Atom(self.word()))
            }
            _ => {
                let rest = &self.text[self.position..];
                match SYMBOLS.iter().find(|s| rest.starts_with(s.as_bytes())) {
                    Some(symbol) => {
                        self.position += symbol.len();
                        Ok(Token::Symbol(symbol))
                    }
                    None => Err(self.error(format!(
                        "`{}` starts no term",
                        char::from(first).escape_default()
                    ))),
                }
            }
        }
    }

    fn word(&mut self) -> String {
        let start = self.position;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'@' || b >= 0x80)
        {
            self.position += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.position]).into_owned()
    }

    /// Reads an integer, also with a base, or a float, as text: the value itself is never
    /// needed.
    fn number(&mut self) -> String {
        let start = self.position;
        while let Some(byte) = self.peek() {
            let after = self.text.get(self.position + 1);
            let inside = match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => true,
                b'.' | b'#' => after.is_some_and(u8::is_ascii_alphanumeric),
                b'-' | b'+' => {
                    matches!(self.text[self.position - 1], b'e' | b'E')
                        && after.is_some_and(u8::is_ascii_digit)
                }
                _ => false,
            };
            if !inside {
                break;
            }
            self.position += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.position]).into_owned()
    }

    /// Reads `$a`, `$\n`, or `${VARIABLE}` of a relx template, which stands for any term.
    fn character(&mut self) -> Result<Token, TermError> {
        let start = self.position;
        self.next();
        let rest = &self.text[self.position..];
        if rest.first() == Some(&b'{')
            && let Some(end) = rest.iter().position(|byte| *byte == b'}')
            && rest[1..end].iter().all(u8::is_ascii_graphic)
            && end > 1
        {
            self.position += end + 1;
        } else {
            match self.next() {
                Some(b'\\') => {
                    let mut ignored = Vec::new();
                    self.escape(&mut ignored)?;
                }
                Some(lead) if lead >= 0xc0 => {
                    while self.peek().is_some_and(|byte| byte & 0xc0 == 0x80) {
                        self.position += 1;
                    }
                }
                Some(_) => {}
                None => return Err(self.error("`$` at the end, expected a character after it")),
            }
        }
        let text = String::from_utf8_lossy(&self.text[start..self.position]);
        Ok(Token::Number(text.into_owned()))
    }

    fn quoted(&mut self, quote: u8) -> Result<String, TermError> {
        let opened = self.line;
        self.next();
        let mut bytes = Vec::new();
        loop {
            match self.next() {
                Some(byte) if byte == quote => break,
                Some(b'\\') => self.escape(&mut bytes)?,
                Some(byte) => bytes.push(byte),
                None => {
                    return Err(TermError {
                        line: opened,
                        reason: format!("`{}` is never closed", char::from(quote)),
                    });
                }
            }
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            // Files from before OTP 17 are Latin-1.
            Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
        })
    }

    /// Reads the rest of an escape sequence after its backslash, and appends the character to
    /// `out` as UTF-8.
    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), TermError> {
        let Some(byte) = self.next() else {
            return Err(self.error("`\\` at the end, expected an escape sequence"));
        };
        let code = match byte {
            b'n' => 10,
            b't' => 9,
            b'r' => 13,
            b'b' => 8,
            b'v' => 11,
            b'f' => 12,
            b'e' => 27,
            b's' => 32,
            b'd' => 127,
            b'^' => u32::from(self.next().unwrap_or_default() & 0x1f),
            b'0'..=b'7' => self.digits(u32::from(byte - b'0'), 8, 2),
            b'x' if self.peek() == Some(b'{') => {
                self.next();
                let code = self.digits(0, 16, 6);
                if self.peek() == Some(b'}') {
                    self.next();
                }
                code
            }
            b'x' => self.digits(0, 16, 2),
            other => {
                out.push(other);
                return Ok(());
            }
        };
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn digits(&mut self, mut value: u32, base: u32, most: usize) -> u32 {
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|b| char::from(b).to_digit(base)) else {
                break;
            };
            value = value * base + digit;
            self.position += 1;
        }
        value
    }
}
