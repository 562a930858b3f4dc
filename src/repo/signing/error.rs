//! `SigningError`: why a key cannot be used, or a text cannot be signed or is not.

use super::day;

/// Why a key cannot be used, or a text cannot be signed or is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the texts say what the fields are
pub enum SigningError {
    /// The bytes hold no key.
    #[error("no OpenPGP key in it, expected one as `gpg --export` writes it")]
    NoKey,
    /// The bytes are damaged.
    #[error("its OpenPGP data is damaged or cut off")]
    Damaged,
    /// There is only the public half, or the secret is kept elsewhere.
    #[error("key `{fingerprint}` has no secret half in it, expected a secret key that signs")]
    NoSecret { fingerprint: String },
    /// The key is locked.
    #[error("key `{fingerprint}` is locked by a passphrase, and none is given")]
    NoPassphrase { fingerprint: String },
    /// The key is locked by another passphrase.
    #[error("key `{fingerprint}` is locked by another passphrase than the one given")]
    WrongPassphrase { fingerprint: String },
    /// The key has come to its end.
    #[error("key `{fingerprint}` expired on {}", day(*.expired))]
    Expired { fingerprint: String, expired: u64 },
    /// The clock is behind.
    #[error("key `{fingerprint}` was made on {}, which is later than the clock of this machine", day(*.made))]
    NotYet { fingerprint: String, made: u64 },
    /// The key's owner took it back.
    #[error("key `{fingerprint}` is revoked")]
    Revoked { fingerprint: String },
    /// The key vouches for itself by a sum that can be forged.
    #[error("key `{fingerprint}` vouches for itself with {hash}, which apt of Debian 13 refuses")]
    WeakKey { fingerprint: String, hash: String },
    /// The key is for something else.
    #[error("key `{fingerprint}` is not for signing data")]
    CannotSign { fingerprint: String },
    /// Old systems do not know this kind of key.
    #[error("key `{fingerprint}` is of a kind that apt refuses: {kind}")]
    Kind {
        fingerprint: String,
        kind: &'static str,
    },
    /// A new key needs a name.
    #[error("`{user_id}` names no owner of a key, expected `Name <address>`")]
    UserId { user_id: String },
    /// A new key cannot have ended.
    #[error("a new key cannot expire on {}: expected a day to come before 2106", day(*.expires))]
    Expiry { expires: u64 },
    /// There is nothing to sign with.
    #[error("no key to sign with")]
    NoSigner,
    /// The library of OpenPGP did not do it.
    #[error("cannot sign with key `{fingerprint}`: {words}")]
    Sign { fingerprint: String, words: String },
    /// A command that signs did not start or failed.
    #[error("command `{line}` did not sign: {words}")]
    Command { line: String, words: String },
    /// A command that signs gave something else.
    #[error("command `{line}` signed badly: {error}")]
    Output {
        line: String,
        error: Box<SigningError>,
    },
    /// A text is not clear-signed.
    #[error("it is not a clear-signed text: {fact}")]
    NotClearSigned { fact: &'static str },
    /// A signature counts for nobody.
    #[error("its signature is over {hash}, expected SHA-256 or better")]
    WeakSignature { hash: String },
    /// A signature does not fit to the text.
    #[error(
        "its signature by `{fingerprint}` does not fit: the text was changed after it was signed"
    )]
    Changed { fingerprint: String },
    /// A signature had an end of its own.
    #[error("its signature by `{fingerprint}` expired on {}", day(*.expired))]
    SignatureExpired { fingerprint: String, expired: u64 },
    /// A signature comes from the future.
    #[error(
        "its signature by `{fingerprint}` was made on {}, which is later than the clock of this machine",
        day(*.made)
    )]
    SignatureNotYet { fingerprint: String, made: u64 },
    /// A signature will have an end of its own.
    #[error("its signature by `{fingerprint}` ends on {}, expected one without an end", day(*.end))]
    SignatureEnds { fingerprint: String, end: u64 },
    /// Somebody else signed.
    #[error("it is signed by `{by}`, expected `{expected}`")]
    Unknown { by: String, expected: String },
    /// Another text was signed.
    #[error("it holds another text than the one to sign")]
    OtherText,
}

impl SigningError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoKey | Self::Damaged => {
                "make a key with `reldeb repo key new`, or export one with \
                 `gpg --armor --export-secret-keys ADDRESS`"
            }
            Self::NoSecret { fingerprint } => {
                return Some(format!(
                    "export it with `gpg --armor --export-secret-keys {fingerprint}`, or sign by a \
                     command with `--sign-command`"
                ));
            }
            Self::NoPassphrase { .. } | Self::WrongPassphrase { .. } => {
                "set the variable `RELDEB_KEY_PASSPHRASE`"
            }
            Self::Expired { .. } => {
                "make a new key with `reldeb repo key new NEW`, and let it take over each suite: `reldeb repo init \
                 TARGET --suite SUITE --adopt --key NEW`; machines need its source or keyring package"
            }
            Self::NotYet { .. } => "set the clock",
            Self::Revoked { .. } | Self::CannotSign { .. } | Self::Kind { .. } => {
                "make a key that every apt accepts with `reldeb repo key new`"
            }
            Self::WeakKey { fingerprint, .. } => {
                return Some(format!(
                    "let it vouch anew with `gpg --cert-digest-algo SHA512 --quick-set-expire \
                     {fingerprint} 2y`, and export it again"
                ));
            }
            Self::Command { .. } => {
                "it gets the text on standard input and prints it clear-signed, such as `gpg --clearsign`"
            }
            Self::Output { error, .. } => match **error {
                Self::Unknown { .. } => {
                    "give the public half of the key that the command signs with"
                }
                Self::SignatureNotYet { .. } => {
                    "set the clock that is wrong: of this machine, or of the one that signs"
                }
                Self::SignatureEnds { .. } => {
                    "let the command sign without an end, of gpg without `default-sig-expire`: apt refuses the \
                     index once its signature has ended"
                }
                _ => {
                    "let it print the text clear-signed over SHA-512, such as `gpg --digest-algo SHA512 --clearsign`"
                }
            },
            _ => return None,
        };
        Some(hint.to_owned())
    }
}
