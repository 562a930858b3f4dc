//! `PublicKey`: the half of a key that everybody has.

use std::fmt::Write as _;
use std::io;
use std::time::SystemTime;

use pgp::armor::{self, BlockType};
use pgp::composed::{PublicOrSecret, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{Signature, SignatureType};
use pgp::ser::Serialize;
use pgp::types::{EcdsaPublicParams, Fingerprint, KeyDetails, KeyVersion, PublicParams, Tag};

use super::{SigningError, time};

/// The half of a key that everybody has.
#[derive(Debug, Clone)]
pub struct PublicKey {
    key: SignedPublicKey,
    /// The parts that may sign data, or why there are none.
    parts: Result<Vec<Part>, Flaw>,
}

/// A part of a key that may sign data: the key itself or a subkey.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) fingerprint: Fingerprint,
    pub(super) made: u64,
    pub(super) expires: Option<u64>,
}

impl Part {
    pub(super) fn has_expired(&self, now: u64) -> bool {
        self.expires.is_some_and(|it| it <= now)
    }
}

/// Why no part of a key may sign data.
#[derive(Debug, Clone, Copy)]
enum Flaw {
    Revoked,
    Kind(&'static str),
    Weak(HashAlgorithm),
    CannotSign,
}

impl PublicKey {
    /// Reads the public halves of all keys in a file as `gpg --export` writes it, armored or not.
    /// Of secret keys it takes the public halves.
    ///
    /// # Errors
    /// [`SigningError`] where there is none, or the bytes are damaged.
    pub fn read(bytes: &[u8]) -> Result<Vec<Self>, SigningError> {
        let keys = read_all(bytes)?.into_iter().map(|key| match key {
            PublicOrSecret::Public(key) => Self::new(key),
            PublicOrSecret::Secret(key) => Self::new(key.to_public_key()),
        });
        Ok(keys.collect())
    }

    pub(super) fn new(key: SignedPublicKey) -> Self {
        let parts = parts(&key);
        Self { key, parts }
    }

    /// Returns the fingerprint in capital hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        digits(self.key.fingerprint())
    }

    /// Returns the name and address of the owner.
    #[must_use]
    pub fn user_id(&self) -> String {
        let users = &self.key.details.users;
        let user = users.iter().find(|it| it.is_primary()).or(users.first());
        user.map_or_else(String::new, |it| {
            String::from_utf8_lossy(it.id.id()).into_owned()
        })
    }

    /// Returns the time from which its signatures do not count any more, where there is one.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        let parts = self.parts.as_deref().unwrap_or_default();
        let ends = parts.iter().map(|part| part.expires.unwrap_or(u64::MAX));
        ends.max().filter(|it| *it != u64::MAX).map(time)
    }

    /// Returns the time of its newest signature over itself: of two copies, the later one knows more. None
    /// where all are as old as the key.
    pub(crate) fn changed(&self) -> Option<u32> {
        let made = self.key.primary_key.created_at().as_secs();
        let details = &self.key.details;
        let of_users = details.users.iter().flat_map(|it| &it.signatures);
        let of_subkeys = self.key.public_subkeys.iter();
        let of_subkeys = of_subkeys.flat_map(|it| &it.signatures);
        let of_key = details.direct_signatures.iter();
        let all = of_users.chain(of_subkeys).chain(of_key);
        all.filter_map(Signature::created)
            .map(pgp::types::Timestamp::as_secs)
            .max()
            .filter(|changed| *changed > made)
    }

    /// Returns it as text.
    #[must_use]
    pub fn armored(&self) -> String {
        armored(std::slice::from_ref(self))
    }

    /// Returns it as bytes, as gpg's keyrings have it.
    #[must_use]
    pub fn binary(&self) -> Vec<u8> {
        binary(std::slice::from_ref(self))
    }

    /// Returns whether apt of all systems knows this kind of key.
    pub(super) fn is_for_all(&self) -> bool {
        self.key.version() == KeyVersion::V4 && self.key.algorithm() != PublicKeyAlgorithm::Ed25519
    }

    /// Returns the parts that may sign data.
    pub(super) fn parts(&self) -> Result<&[Part], SigningError> {
        let fingerprint = self.fingerprint();
        match &self.parts {
            Ok(parts) => Ok(parts),
            Err(Flaw::Revoked) => Err(SigningError::Revoked { fingerprint }),
            Err(Flaw::Kind(kind)) => Err(SigningError::Kind { fingerprint, kind }),
            Err(Flaw::CannotSign) => Err(SigningError::CannotSign { fingerprint }),
            Err(Flaw::Weak(hash)) => Err(SigningError::WeakKey {
                fingerprint,
                hash: hash.to_string(),
            }),
        }
    }

    /// Returns whether a signature over data is that of a part.
    pub(super) fn is_by(&self, signature: &Signature, part: &Part, data: &[u8]) -> bool {
        if self.key.fingerprint() == part.fingerprint {
            return signature.verify(&self.key.primary_key, data).is_ok();
        }
        let mut subkeys = self.key.public_subkeys.iter();
        let subkey = subkeys.find(|it| it.key.fingerprint() == part.fingerprint);
        subkey.is_some_and(|it| signature.verify(&it.key, data).is_ok())
    }

    /// Returns whether a signature says that it is by this key.
    pub(super) fn claims(&self, signature: &Signature) -> bool {
        let subkeys = self.key.public_subkeys.iter();
        let subkeys = subkeys.map(|it| (it.key.fingerprint(), it.key.legacy_key_id()));
        let own = (self.key.fingerprint(), self.key.legacy_key_id());
        let (prints, numbers) = (signature.issuer_fingerprint(), signature.issuer_key_id());
        let mut all = std::iter::once(own).chain(subkeys);
        all.any(|(print, number)| prints.contains(&&print) || numbers.contains(&&number))
    }
}

/// Returns keys as one text.
#[must_use]
pub(crate) fn armored(keys: &[PublicKey]) -> String {
    let mut text = Vec::new();
    // Memory takes everything.
    let _ = armor::write(&Ring(keys), BlockType::PublicKey, &mut text, None, true);
    String::from_utf8_lossy(&text).into_owned()
}

/// Returns keys as bytes, as gpg's keyrings have them.
#[must_use]
pub(crate) fn binary(keys: &[PublicKey]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Memory takes everything.
    let _ = Ring(keys).to_writer(&mut bytes);
    bytes
}

/// Several keys in a row.
struct Ring<'a>(&'a [PublicKey]);

impl Serialize for Ring<'_> {
    fn to_writer<W: io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        self.0.iter().try_for_each(|it| it.key.to_writer(writer))
    }

    fn write_len(&self) -> usize {
        self.0.iter().map(|it| it.key.write_len()).sum()
    }
}

/// Returns a fingerprint or number in capital hexadecimal digits.
pub(super) fn digits(fingerprint: impl AsRef<[u8]>) -> String {
    let mut text = String::new();
    for byte in fingerprint.as_ref() {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// Returns whether a hash still vouches for something.
pub(super) fn is_strong(hash: HashAlgorithm) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    matches!(hash, Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512)
}

/// Refuses a part of a key of a kind that apt of Debian 13 refuses, whatever it says of itself.
fn expect_known_kind(parameters: &PublicParams) -> Result<(), Flaw> {
    /// The fewest bits of RSA that still count.
    const BITS: u16 = 2048;
    match parameters {
        PublicParams::RSA(rsa) => {
            // A number is written behind the count of its bits; the modulus is the first.
            let bits = rsa.to_bytes().ok();
            let bits = bits.and_then(|it| Some(u16::from_be_bytes(*it.first_chunk()?)));
            match bits {
                Some(BITS..) => Ok(()),
                _ => Err(Flaw::Kind("RSA of less than 2048 bits")),
            }
        }
        PublicParams::DSA(_) => Err(Flaw::Kind("DSA")),
        PublicParams::ECDSA(EcdsaPublicParams::Secp256k1 { .. }) => {
            Err(Flaw::Kind("ECDSA over secp256k1"))
        }
        PublicParams::ECDSA(EcdsaPublicParams::Unsupported { .. }) => Err(Flaw::Kind(
            "ECDSA over another curve than those of NIST, such as Brainpool",
        )),
        _ => Ok(()),
    }
}

/// Reads all keys in a file, armored, also one after the other, or not.
pub(super) fn read_all(bytes: &[u8]) -> Result<Vec<PublicOrSecret>, SigningError> {
    const START: &str = "-----BEGIN PGP ";
    let mut keys = Vec::new();
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|it| it.contains(START));
    if let Some(text) = text {
        for (start, _) in text.match_indices(START) {
            let (block, _) =
                PublicOrSecret::from_armor_many(&text.as_bytes()[start..]).map_err(damaged)?;
            add(&mut keys, block)?;
        }
    } else if bytes.first().is_some_and(|first| first & 0x80 != 0) {
        let block = PublicOrSecret::from_bytes_many(bytes).map_err(damaged)?;
        add(&mut keys, block)?;
    }
    if keys.is_empty() {
        return Err(SigningError::NoKey);
    }
    Ok(keys)
}

fn add(
    keys: &mut Vec<PublicOrSecret>,
    more: impl Iterator<Item = pgp::errors::Result<PublicOrSecret>>,
) -> Result<(), SigningError> {
    for key in more {
        keys.push(key.map_err(damaged)?);
    }
    Ok(())
}

/// Returns the error of bytes that are no key. Of the library's words none are shown: it puts the bytes
/// into them, which may be those of a secret key.
#[allow(clippy::needless_pass_by_value)] // as `map_err` has it
fn damaged(_: pgp::errors::Error) -> SigningError {
    SigningError::Damaged
}

/// Returns the first line of an error of the library of OpenPGP.
pub(super) fn words(error: &pgp::errors::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

/// Returns the parts of a key that may sign data.
fn parts(key: &SignedPublicKey) -> Result<Vec<Part>, Flaw> {
    let primary = &key.primary_key;
    expect_known_kind(primary.public_params())?;
    let mut revocations = key.details.revocation_signatures.iter();
    if revocations.any(|it| it.verify_key(primary).is_ok()) {
        return Err(Flaw::Revoked);
    }
    let users = key.details.users.iter();
    let own = users.flat_map(|user| {
        let of_user = user.signatures.iter().filter(|it| it.is_certification());
        of_user.map(|it| (it, it.verify_certification(primary, Tag::UserId, &user.id)))
    });
    let direct = key.details.direct_signatures.iter();
    let direct = direct.map(|it| (it, it.verify_key(primary)));
    let vouches = newest_strong(primary, own.chain(direct))?;
    let made = primary.created_at().as_secs().into();
    let end = |made: u64, signature: &Signature| {
        let lasts = signature
            .key_expiration_time()
            .map(pgp::types::Duration::as_secs);
        lasts.filter(|it| *it > 0).map(|it| made + u64::from(it))
    };
    let expires = end(made, vouches);
    let mut parts = Vec::new();
    if vouches.key_flags().sign() {
        parts.push(Part {
            fingerprint: primary.fingerprint(),
            made,
            expires,
        });
    }
    let mut flaw = Flaw::CannotSign;
    for subkey in &key.public_subkeys {
        let made = subkey.key.created_at().as_secs().into();
        match binding(key, subkey) {
            Ok(binding) if binding.key_flags().sign() => {
                match expect_known_kind(subkey.key.public_params()) {
                    Ok(()) => parts.push(Part {
                        fingerprint: subkey.key.fingerprint(),
                        made,
                        expires: [expires, end(made, binding)].into_iter().flatten().min(),
                    }),
                    Err(kind) => flaw = kind,
                }
            }
            Ok(_) | Err(Flaw::CannotSign) => {}
            Err(other) => flaw = other,
        }
    }
    if parts.is_empty() {
        Err(flaw)
    } else {
        Ok(parts)
    }
}

/// Returns the signature that binds a subkey to its key.
fn binding<'a>(
    key: &SignedPublicKey,
    subkey: &'a SignedPublicSubKey,
) -> Result<&'a Signature, Flaw> {
    let primary = &key.primary_key;
    let all = subkey.signatures.iter();
    let all = all.map(|it| (it, it.verify_subkey_binding(primary, &subkey.key)));
    let (bindings, revocations): (Vec<_>, Vec<_>) =
        all.partition(|(it, _)| it.typ() == Some(SignatureType::SubkeyBinding));
    if revocations.iter().any(|(_, verified)| verified.is_ok()) {
        return Err(Flaw::Revoked);
    }
    let newest = newest_strong(primary, bindings.into_iter())?;
    let back = newest.embedded_signature();
    let is_bound =
        back.is_some_and(|it| it.verify_primary_key_binding(&subkey.key, primary).is_ok());
    if newest.key_flags().sign() && !is_bound {
        return Err(Flaw::CannotSign);
    }
    Ok(newest)
}

/// Returns the newest of a key's own signatures that were verified. Where there is none, one over a
/// hash that can be forged is the reason.
fn newest_strong<'a>(
    primary: &pgp::packet::PublicKey,
    signatures: impl Iterator<Item = (&'a Signature, pgp::errors::Result<()>)>,
) -> Result<&'a Signature, Flaw> {
    let mut newest = None;
    let mut flaw = Flaw::CannotSign;
    let made = |it: &Signature| it.created().map(pgp::types::Timestamp::as_secs);
    for (signature, verified) in signatures {
        let Some(hash) = signature.hash_alg() else {
            continue;
        };
        let is_strong = is_strong(hash);
        if !is_strong
            && signature
                .issuer_key_id()
                .contains(&&primary.legacy_key_id())
        {
            flaw = Flaw::Weak(hash);
        }
        let is_newer = newest.is_none_or(|it| made(it) <= made(signature));
        if is_strong && verified.is_ok() && is_newer {
            newest = Some(signature);
        }
    }
    newest.ok_or(flaw)
}
