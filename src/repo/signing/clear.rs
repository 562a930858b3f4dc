//! Clear-signed text: apt's `InRelease`. It is read strictly: what is not signed is not there.

use std::time::SystemTime;

use pgp::armor::{self, BlockType};
use pgp::composed::{Deserializable, DetachedSignature};
use pgp::packet::{PacketTrait, Signature, SignatureType};
use pgp::ser::Serialize;

use super::public::{digits, is_strong};
use super::{PublicKey, SigningError, TOLERANCE, seconds};

const START: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// A text whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    /// The signed text, whose lines end with LF and not with blanks.
    pub text: String,
    /// The fingerprints of the keys that signed it.
    pub fingerprints: Vec<String>,
    /// The times of their signatures.
    pub times: Vec<Times>,
    /// The fingerprints of other keys that it names as signers.
    pub others: Vec<String>,
}

/// The times of a signature, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Times {
    /// The fingerprint of the key that signed.
    pub fingerprint: String,
    made: u64,
    end: Option<u64>,
}

impl Times {
    /// Refuses a signature that does not count yet, or not for ever.
    ///
    /// # Errors
    /// [`SigningError::SignatureNotYet`] where it is from the future, [`SigningError::SignatureEnds`] where
    /// it has an end.
    pub(crate) fn expect_lasting(&self, now: SystemTime) -> Result<(), SigningError> {
        let fingerprint = self.fingerprint.clone();
        if self.made > seconds(now + TOLERANCE) {
            return Err(SigningError::SignatureNotYet {
                fingerprint,
                made: self.made,
            });
        }
        match self.end {
            Some(end) => Err(SigningError::SignatureEnds { fingerprint, end }),
            None => Ok(()),
        }
    }
}

/// Verifies a clear-signed text, at this time, by keys of which one must have signed it. Nothing may
/// stand before or after the signed block.
///
/// # Errors
/// [`SigningError`] where no signature counts.
pub(crate) fn verify(clear_signed: &str, keys: &[PublicKey]) -> Result<Verified, SigningError> {
    verify_at(clear_signed, keys, seconds(SystemTime::now()))
}

fn verify_at(text: &str, keys: &[PublicKey], now: u64) -> Result<Verified, SigningError> {
    let (lines, signatures) = split(text)?;
    let data = lines.join("\r\n");
    let mut times = Vec::new();
    let mut others = Vec::new();
    let mut fault = None;
    for signature in &signatures {
        match signer(signature, data.as_bytes(), keys, now) {
            Ok(Some(it)) => times.push(it),
            Ok(None) => others.extend(issuers(signature)),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    if times.is_empty() {
        return Err(fault.unwrap_or_else(|| unknown(&signatures, keys)));
    }
    let mut text = lines.join("\n");
    text.push('\n');
    Ok(Verified {
        text,
        fingerprints: times.iter().map(|it| it.fingerprint.clone()).collect(),
        times,
        others,
    })
}

/// Returns the times of a signature by one of the keys; none where it is of nobody known.
fn signer(
    signature: &Signature,
    data: &[u8],
    keys: &[PublicKey],
    now: u64,
) -> Result<Option<Times>, SigningError> {
    let Some(key) = keys.iter().find(|key| key.claims(signature)) else {
        return Ok(None);
    };
    let fingerprint = key.fingerprint();
    match signature.hash_alg() {
        Some(hash) if is_strong(hash) => {}
        Some(hash) => {
            let hash = hash.to_string();
            return Err(SigningError::WeakSignature { hash });
        }
        None => return Ok(None),
    }
    let of_data = [SignatureType::Text, SignatureType::Binary];
    let is_of_data = signature.typ().is_some_and(|it| of_data.contains(&it));
    let mut parts = key.parts()?.iter();
    let part = parts.find(|part| is_of_data && key.is_by(signature, part, data));
    let Some(part) = part else {
        return Err(SigningError::Changed { fingerprint });
    };
    if let Some(expired) = part.expires.filter(|_| part.has_expired(now)) {
        return Err(SigningError::Expired {
            fingerprint,
            expired,
        });
    }
    let made = signature.created().map_or(0, |it| it.as_secs().into());
    let lasts = signature
        .signature_expiration_time()
        .map(pgp::types::Duration::as_secs);
    let end = lasts.filter(|it| *it > 0).map(|it| made + u64::from(it));
    match end.filter(|end| *end <= now) {
        Some(expired) => Err(SigningError::SignatureExpired {
            fingerprint,
            expired,
        }),
        None => Ok(Some(Times {
            fingerprint,
            made,
            end,
        })),
    }
}

/// Returns the fingerprints of the keys that a signature names as its own, or the ends of them.
fn issuers(signature: &Signature) -> Vec<String> {
    let prints = signature.issuer_fingerprint();
    let prints: Vec<String> = prints.into_iter().map(digits).collect();
    if prints.is_empty() {
        let numbers = signature.issuer_key_id();
        return numbers.into_iter().map(digits).collect();
    }
    prints
}

fn unknown(signatures: &[Signature], keys: &[PublicKey]) -> SigningError {
    let by = signatures.iter().flat_map(issuers);
    let expected: Vec<String> = keys.iter().map(PublicKey::fingerprint).collect();
    SigningError::Unknown {
        by: by.collect::<Vec<_>>().join("` and `"),
        expected: expected.join("` or `"),
    }
}

/// Splits a clear-signed text into the signed lines and the signatures.
fn split(text: &str) -> Result<(Vec<&str>, Vec<Signature>), SigningError> {
    let not = |fact| SigningError::NotClearSigned { fact };
    let mut lines = text.lines();
    if lines.next() != Some(START) {
        return Err(not("it does not begin with a signed message"));
    }
    loop {
        match lines.next() {
            Some("") => break,
            Some(line) if line.starts_with("Hash: ") => {}
            _ => return Err(not("only lines `Hash` may stand above the text")),
        }
    }
    let mut signed = Vec::new();
    loop {
        let line = lines.next().ok_or(not("it has no signature"))?;
        if line == SIGNATURE {
            break;
        }
        let line = match line.strip_prefix("- ") {
            Some(line) => line,
            None if line.starts_with('-') => {
                return Err(not("a line begins with a dash that is not escaped"));
            }
            None => line,
        };
        if line.contains('\r') {
            return Err(not("a line has a carriage return in it"));
        }
        signed.push(line.trim_end_matches([' ', '\t']));
    }
    // No line above it begins like that, so the first is the one that was found.
    let start = text.find(&format!("\n{SIGNATURE}")).unwrap_or_default();
    let rest = text[start..].trim_start();
    let block = rest.trim_end_matches(['\r', '\n']);
    if !block.ends_with(END)
        || block.matches("-----BEGIN").count() != 1
        || block.matches(END).count() != 1
    {
        return Err(not("something stands after the signature"));
    }
    let parsed = DetachedSignature::from_armor_many(block.as_bytes());
    let (parsed, _) = parsed.map_err(|_| not("its signature cannot be read"))?;
    let signatures: Result<Vec<_>, _> = parsed.map(|it| it.map(|it| it.signature)).collect();
    let signatures = signatures.map_err(|_| not("its signature cannot be read"))?;
    if signatures.is_empty() {
        return Err(not("it has no signature"));
    }
    Ok((signed, signatures))
}

/// Returns the lines of a text as they are signed: without blanks at their ends.
pub(super) fn signed_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.trim_end_matches([' ', '\t']))
}

/// Puts a text and its signatures together.
pub(super) fn join(text: &str, signatures: &[Signature]) -> String {
    let mut whole = format!("{START}\nHash: SHA512\n\n");
    for line in signed_lines(text) {
        if line.starts_with('-') {
            whole.push_str("- ");
        }
        whole.push_str(line);
        whole.push('\n');
    }
    let mut armored = Vec::new();
    let row = Row(signatures);
    // Memory takes everything.
    let _ = armor::write(&row, BlockType::Signature, &mut armored, None, true);
    whole + &String::from_utf8_lossy(&armored)
}

/// Several signatures in a row.
struct Row<'a>(&'a [Signature]);

impl Serialize for Row<'_> {
    fn to_writer<W: std::io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        let mut all = self.0.iter();
        all.try_for_each(|it| it.to_writer_with_header(writer))
    }

    fn write_len(&self) -> usize {
        self.0.iter().map(PacketTrait::write_len_with_header).sum()
    }
}
