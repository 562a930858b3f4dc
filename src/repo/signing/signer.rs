//! `Signer`: signs by keys or by a command.

use std::time::SystemTime;

use super::clear::{self, signed_lines, verify};
use super::{PublicKey, SigningError, SigningKey, command};

/// The one who signs the index of a repository.
#[derive(Debug)]
pub enum Signer {
    /// Keys at hand; several while one replaces the other.
    Keys(Vec<SigningKey>),
    /// A command that gets the text on standard input and prints it clear-signed.
    Command {
        /// The command line, for sh(1).
        line: String,
        /// The public halves of the keys that it signs with.
        public: Vec<PublicKey>,
    },
}

impl Signer {
    /// Returns the public halves of the keys.
    #[must_use]
    pub fn public(&self) -> Vec<PublicKey> {
        match self {
            Self::Keys(keys) => keys.iter().map(|key| key.public().clone()).collect(),
            Self::Command { public, .. } => public.clone(),
        }
    }

    /// Signs a text by every key. The result is verified before it is returned.
    ///
    /// # Errors
    /// [`SigningError`] where a key or the command cannot sign.
    pub fn clear_sign(&self, text: &str) -> Result<String, SigningError> {
        match self {
            Self::Keys(keys) => sign(text, keys),
            Self::Command { line, public } => {
                let signed = command::run(line, text)?;
                check(text, &signed, public).map_err(|error| SigningError::Output {
                    line: line.clone(),
                    error: Box::new(error),
                })?;
                Ok(signed)
            }
        }
    }
}

fn sign(text: &str, keys: &[SigningKey]) -> Result<String, SigningError> {
    let mut keys: Vec<&SigningKey> = keys.iter().collect();
    // The gpgv of old systems gives up at the first signature that it does not know.
    keys.sort_by_key(|key| (!key.public().is_for_all(), u8::from(key.version())));
    let first = keys.first().ok_or(SigningError::NoSigner)?;
    if !first.public().is_for_all() {
        return Err(SigningError::Kind {
            fingerprint: first.public().fingerprint(),
            kind: "Debian 12 and older do not know it",
        });
    }
    let lines: Vec<&str> = signed_lines(text).collect();
    let data = lines.join("\r\n");
    let signatures: Result<Vec<_>, _> = keys.iter().map(|key| key.sign(&data)).collect();
    let signed = clear::join(text, &signatures?);
    let public: Vec<PublicKey> = keys.iter().map(|key| key.public().clone()).collect();
    check(text, &signed, &public)?;
    Ok(signed)
}

/// Checks that a text was signed, and no other.
fn check(text: &str, signed: &str, public: &[PublicKey]) -> Result<(), SigningError> {
    let verified = verify(signed, public)?;
    // A blank line at the end is how some tools keep the last line feed.
    let is_same = verified
        .text
        .trim_end()
        .lines()
        .eq(signed_lines(text.trim_end()));
    if !is_same {
        return Err(SigningError::OtherText);
    }
    let now = SystemTime::now();
    verified
        .times
        .iter()
        .try_for_each(|it| it.expect_lasting(now))
}
