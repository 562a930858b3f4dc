//! Keys and signatures of a repository, such that apt of every Debian since 11 accepts them.
//!
//! A key is Ed25519 in the old form of OpenPGP's version 4, a signature over SHA-512. Keys of other
//! tools are read as they are, where their signatures count for apt.

mod clear;
mod command;
mod encoded;
mod error;
mod public;
mod secret;
mod signer;
#[cfg(test)]
mod tests;

pub(crate) use clear::verify;
pub(crate) use encoded::{holds_secret, may_be_key, of_text};
pub(crate) use error::SigningError;
pub(crate) use public::PublicKey;
pub(crate) use public::{armored, binary};
pub use secret::SigningKey;
pub use signer::Signer;

use std::time::{Duration, SystemTime};

/// The time that apt lets a signature or an index come from the future.
pub(crate) const TOLERANCE: Duration = Duration::from_secs(10);

/// Returns the seconds since 1970.
fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Returns a time as its day.
fn day(seconds: u64) -> String {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|it| jiff::Timestamp::from_second(it).ok());
    time.map_or_else(
        || format!("second {seconds} since 1970"),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}
