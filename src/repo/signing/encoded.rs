//! Keys as variables keep them: as text, or in base64 on one line.

use std::io::Read as _;

use pgp::base64::Base64Decoder;
use pgp::composed::PublicOrSecret;

use super::public::read_all;

/// The beginning of an armored block.
const ARMOR: &str = "-----BEGIN PGP ";

/// Returns the bytes of the keys in a text: armored, or in base64, armored inside or not. None where
/// it is neither.
pub(crate) fn of_text(text: &str) -> Option<Vec<u8>> {
    if text.contains(ARMOR) {
        return Some(text.as_bytes().to_vec());
    }
    let letters: String = text.split_whitespace().collect();
    if letters.is_empty() || !letters.bytes().all(is_letter) {
        return None;
    }
    let mut bytes = Vec::new();
    let mut decoder = Base64Decoder::new(letters.as_bytes());
    decoder.read_to_end(&mut bytes).ok()?;
    let is_binary = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let is_armored = std::str::from_utf8(&bytes).is_ok_and(|inside| inside.contains(ARMOR));
    (is_binary || is_armored).then_some(bytes)
}

/// Returns whether a text may be a key or a part of one, which nobody must see.
pub(crate) fn may_be_key(text: &str) -> bool {
    /// More than a path of plain letters has.
    const LONG: usize = 100;
    text.contains(['\n', '\r'])
        || text.contains("BEGIN PGP")
        || (text.len() >= LONG && text.bytes().all(is_letter))
}

/// Returns whether bytes hold a secret key, armored or not.
pub(crate) fn holds_secret(bytes: &[u8]) -> bool {
    let is_secret = |key| matches!(key, PublicOrSecret::Secret(_));
    read_all(bytes).is_ok_and(|keys| keys.into_iter().any(is_secret))
}

/// Returns whether a byte is one of base64.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}
