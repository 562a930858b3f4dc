//! `SigningKey`: a secret key.

use std::path::Path;
use std::time::SystemTime;

use pgp::composed::{
    ArmorOptions, KeyType, PublicOrSecret, SecretKeyParamsBuilder, SignedSecretKey,
};
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{
    Duration, KeyDetails, KeyVersion, Password, S2kParams, SecretParams, SigningKey as Signs,
    StringToKey, Tag, Timestamp,
};
use rand::rngs::OsRng;

use super::public::{self, Part, digits, words};
use super::{PublicKey, SigningError, seconds};
use crate::fs::{self, FsError};

/// A secret key. Its memory is overwritten when it is not needed any more.
#[derive(Debug)]
pub struct SigningKey {
    key: SignedSecretKey,
    public: PublicKey,
    password: Password,
}

impl SigningKey {
    /// Makes a key that every apt accepts.
    ///
    /// # Errors
    /// [`SigningError`] where the owner has no name, or the end is not to come.
    pub fn generate(user_id: &str, expires: Option<SystemTime>) -> Result<Self, SigningError> {
        let bad = user_id.trim().is_empty() || user_id.chars().any(char::is_control);
        if bad {
            let user_id = user_id.to_owned();
            return Err(SigningError::UserId { user_id });
        }
        let made = Timestamp::now();
        let lasts = expires.map(|end| lasts(made, end)).transpose()?;
        let failed = |error: pgp::errors::Error| SigningError::Sign {
            fingerprint: user_id.to_owned(),
            words: words(&error),
        };
        let parameters = SecretKeyParamsBuilder::default()
            .version(KeyVersion::V4)
            .key_type(KeyType::Ed25519Legacy)
            .can_certify(true)
            .can_sign(true)
            .created_at(made)
            .primary_user_id(user_id.to_owned())
            .build()
            .map_err(|error| SigningError::Sign {
                fingerprint: user_id.to_owned(),
                words: error.to_string(),
            })?;
        let mut key = parameters.generate(OsRng).map_err(failed)?;
        vouch(&mut key, made, lasts).map_err(failed)?;
        Ok(Self::new(key, Password::empty()))
    }

    /// Reads the secret keys of a file as `gpg --export-secret-keys` or `--export-secret-subkeys`
    /// writes it, armored or not.
    ///
    /// # Errors
    /// [`SigningError`] where one of them cannot sign data, now or any more.
    pub fn read(bytes: &[u8], passphrase: Option<&str>) -> Result<Vec<Self>, SigningError> {
        let mut keys = Vec::new();
        for key in public::read_all(bytes)? {
            let PublicOrSecret::Secret(key) = key else {
                let PublicOrSecret::Public(key) = key else {
                    continue;
                };
                let fingerprint = PublicKey::new(key).fingerprint();
                return Err(SigningError::NoSecret { fingerprint });
            };
            let password = passphrase.map_or_else(Password::empty, Password::from);
            let key = Self::new(key, password);
            key.unlock(passphrase.is_some())?;
            keys.push(key);
        }
        Ok(keys)
    }

    fn new(key: SignedSecretKey, password: Password) -> Self {
        let public = PublicKey::new(key.to_public_key());
        Self {
            key,
            public,
            password,
        }
    }

    /// Returns the half that everybody may have.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Returns the secret key as text, still locked where it was.
    #[must_use]
    pub fn armored(&self) -> String {
        let text = self.key.to_armored_string(ArmorOptions::default());
        // Memory takes everything, and the armor is ASCII.
        text.unwrap_or_else(|error| error.to_string())
    }

    /// Writes the secret key into a file that must not exist yet, which only its owner can read.
    ///
    /// # Errors
    /// [`FsError`], of kind `AlreadyExists` where the file exists.
    pub fn write_new(&self, path: &Path) -> Result<(), FsError> {
        fs::write_new_private(path, self.armored())
    }

    pub(super) fn version(&self) -> KeyVersion {
        self.key.version()
    }

    /// Returns the parts whose secrets are there, the newest first.
    fn secret_parts(&self) -> Result<Vec<&Part>, SigningError> {
        let parts = self.public.parts()?.iter();
        let mut there: Vec<&Part> = parts.filter(|it| self.has_secret(it)).collect();
        there.sort_by_key(|it| std::cmp::Reverse(it.made));
        if there.is_empty() {
            let fingerprint = self.public.fingerprint();
            return Err(SigningError::NoSecret { fingerprint });
        }
        Ok(there)
    }

    /// Returns whether the secret of a part is in the file: gpg leaves a stub where it is on a card
    /// or was taken out.
    fn has_secret(&self, part: &Part) -> bool {
        let parameters = if self.key.fingerprint() == part.fingerprint {
            Some(self.key.primary_key.secret_params())
        } else {
            let subkeys = self.key.secret_subkeys.iter();
            let mut subkeys = subkeys.filter(|it| it.key.fingerprint() == part.fingerprint);
            subkeys.next().map(|it| it.key.secret_params())
        };
        parameters.is_some_and(|it| !is_stub(it))
    }

    /// Opens the part that would sign, so that a wrong passphrase is told at once.
    fn unlock(&self, has_passphrase: bool) -> Result<(), SigningError> {
        let part = self.part(seconds(SystemTime::now()))?;
        let opened = if self.key.fingerprint() == part.fingerprint {
            self.key.primary_key.unlock(&self.password, |_, _| Ok(()))
        } else {
            let mut subkeys = self.key.secret_subkeys.iter();
            let subkey = subkeys.find(|it| it.key.fingerprint() == part.fingerprint);
            subkey.map_or(Ok(Ok(())), |it| {
                it.key.unlock(&self.password, |_, _| Ok(()))
            })
        };
        if matches!(opened, Ok(Ok(()))) {
            return Ok(());
        }
        let fingerprint = self.public.fingerprint();
        Err(if has_passphrase {
            SigningError::WrongPassphrase { fingerprint }
        } else {
            SigningError::NoPassphrase { fingerprint }
        })
    }

    /// Returns the part that signs.
    fn part(&self, now: u64) -> Result<&Part, SigningError> {
        let fingerprint = self.public.fingerprint();
        let parts = self.secret_parts()?;
        let usable = |part: &&&Part| part.made <= now && !part.has_expired(now);
        if let Some(part) = parts.iter().find(usable) {
            return Ok(part);
        }
        let expired = parts.iter().filter_map(|it| it.expires).max();
        Err(match expired.filter(|it| *it <= now) {
            Some(expired) => SigningError::Expired {
                fingerprint,
                expired,
            },
            None => SigningError::NotYet {
                fingerprint,
                made: parts[0].made,
            },
        })
    }

    /// Signs text whose lines end with CR and LF.
    pub(super) fn sign(&self, text: &str) -> Result<Signature, SigningError> {
        let part = self.part(seconds(SystemTime::now()))?;
        let signed = if self.key.fingerprint() == part.fingerprint {
            sign(&self.key.primary_key, &self.password, text)
        } else {
            let mut subkeys = self.key.secret_subkeys.iter();
            let subkey = subkeys.find(|it| it.key.fingerprint() == part.fingerprint);
            let Some(subkey) = subkey else {
                let fingerprint = digits(&part.fingerprint);
                return Err(SigningError::NoSecret { fingerprint });
            };
            sign(&subkey.key, &self.password, text)
        };
        signed.map_err(|error| SigningError::Sign {
            fingerprint: self.public.fingerprint(),
            words: words(&error),
        })
    }
}

/// Returns whether gpg left a stub in the place of a secret: a way of locking that nobody opens.
fn is_stub(parameters: &SecretParams) -> bool {
    let SecretParams::Encrypted(locked) = parameters else {
        return false;
    };
    matches!(
        locked.string_to_key_params(),
        S2kParams::Cfb {
            s2k: StringToKey::Private { .. },
            ..
        } | S2kParams::MalleableCfb {
            s2k: StringToKey::Private { .. },
            ..
        } | S2kParams::Aead {
            s2k: StringToKey::Private { .. },
            ..
        }
    )
}

/// Returns the time that a key lasts.
fn lasts(made: Timestamp, end: SystemTime) -> Result<Duration, SigningError> {
    let expires = seconds(end);
    let lasts = expires.checked_sub(made.as_secs().into());
    let lasts = lasts.filter(|it| *it > 0 && expires <= u32::MAX.into());
    let lasts = lasts.and_then(|it| u32::try_from(it).ok());
    lasts
        .map(Duration::from_secs)
        .ok_or(SigningError::Expiry { expires })
}

/// Lets a new key vouch for its owner's name, its use and its end.
fn vouch(
    key: &mut SignedSecretKey,
    made: Timestamp,
    lasts: Option<Duration>,
) -> pgp::errors::Result<()> {
    let primary = &key.primary_key;
    let mut flags = pgp::packet::KeyFlags::default();
    flags.set_certify(true);
    flags.set_sign(true);
    let mut said = vec![
        SubpacketData::SignatureCreationTime(made),
        SubpacketData::IssuerFingerprint(primary.fingerprint()),
        SubpacketData::KeyFlags(flags),
        SubpacketData::IsPrimary(true),
        SubpacketData::PreferredHashAlgorithms([HashAlgorithm::Sha512].into_iter().collect()),
    ];
    said.extend(lasts.map(SubpacketData::KeyExpirationTime));
    let mut config = config(primary, SignatureType::CertPositive)?;
    config.hashed_subpackets = subpackets(said)?;
    for user in &mut key.details.users {
        let (tag, id) = (Tag::UserId, &user.id);
        let public = primary.public_key();
        let config = config.clone();
        let signature = config.sign_certification(primary, public, &Password::empty(), tag, id)?;
        user.signatures = vec![signature];
    }
    Ok(())
}

fn sign(key: &impl Signs, password: &Password, text: &str) -> pgp::errors::Result<Signature> {
    let mut config = config(key, SignatureType::Text)?;
    config.hashed_subpackets = subpackets(vec![
        SubpacketData::SignatureCreationTime(Timestamp::now()),
        SubpacketData::IssuerFingerprint(key.fingerprint()),
    ])?;
    config.sign(key, password, text.as_bytes())
}

/// Returns the frame of a signature over SHA-512.
fn config(key: &impl Signs, kind: SignatureType) -> pgp::errors::Result<SignatureConfig> {
    let algorithm: PublicKeyAlgorithm = key.algorithm();
    if key.version() == KeyVersion::V6 {
        return SignatureConfig::v6(OsRng, kind, algorithm, HashAlgorithm::Sha512);
    }
    let mut config = SignatureConfig::v4(kind, algorithm, HashAlgorithm::Sha512);
    let number = SubpacketData::IssuerKeyId(key.legacy_key_id());
    config.unhashed_subpackets = subpackets(vec![number])?;
    Ok(config)
}

fn subpackets(all: Vec<SubpacketData>) -> pgp::errors::Result<Vec<Subpacket>> {
    all.into_iter().map(Subpacket::regular).collect()
}
