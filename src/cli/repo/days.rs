//! `Days`: for how long apt believes an index.

use std::str::FromStr;
use std::time::Duration;

/// The most days that somebody means.
const MOST: u32 = 36_500;

/// For how many days apt believes an index.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days(u32);

impl Days {
    /// Returns the time.
    pub(super) fn time(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 86_400)
    }
}

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let days = text.parse().ok().filter(|days| (1..=MOST).contains(days));
        let days = days.ok_or_else(|| format!("expected a number of days from 1 to {MOST}"));
        days.map(Self)
    }
}
