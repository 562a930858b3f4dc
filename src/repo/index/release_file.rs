//! `ReleaseFile`: what a suite says of itself, and the sums of its indices.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::debian::{Stanza, StanzaError};

/// The date as apt reads it.
const DATE: &str = "%a, %d %b %Y %H:%M:%S";
/// The names of the zone in which all dates are.
const ZONES: [&str; 5] = ["UTC", "GMT", "UT", "Z", "+0000"];
/// The field with the sums.
const SUMS: &str = "SHA256";
/// The fields with sums that apt believes no more, or that nobody needs beside the other.
const OTHER_SUMS: [&str; 3] = ["MD5Sum", "SHA1", "SHA512"];
/// The field by which the files of this tool are known.
const MARK: &str = "X-Reldeb";
/// The version of the form in which this tool keeps a repository.
const FORM: &str = "1";

/// The `Release` of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFile {
    fields: Stanza,
    /// The index files by their paths below the folder of the suite.
    pub files: BTreeMap<String, Listed>,
}

/// An index file that a suite lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its SHA-256 sum.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

impl Listed {
    /// Returns the listing of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: super::sha256(bytes),
            size: bytes.len() as u64,
        }
    }
}

/// A text that is no `Release`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseFileError {
    /// It is no stanza.
    #[error(transparent)]
    Stanza(#[from] StanzaError),
    /// It has no sums that can be believed.
    #[error("has no field `SHA256`")]
    NoSums,
    /// A line of the sums is none.
    #[error("`{line}` in `SHA256` is no sum, size and path")]
    Line {
        /// The line.
        line: String,
    },
    /// A date cannot be read.
    #[error("`{field}: {text}` is no date in UTC")]
    Date {
        /// The field.
        field: &'static str,
        /// Its value.
        text: String,
    },
}

impl ReleaseFile {
    /// Returns the file of a suite of this name that has nothing yet.
    #[must_use]
    pub fn new(suite: &str) -> Self {
        let mut fields = Stanza::new();
        fields.put("Suite", Some(suite));
        fields.put("Codename", Some(suite));
        fields.put(MARK, Some(FORM));
        Self {
            fields,
            files: BTreeMap::new(),
        }
    }

    /// Returns whether this tool made it.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.get(MARK) == Some(FORM)
    }

    /// Marks it as made by this tool.
    pub fn make_ours(&mut self) {
        self.fields.put(MARK, Some(FORM));
        for field in OTHER_SUMS {
            self.fields.remove(field);
        }
        // apt asks no other key than those that it names.
        self.fields.remove("Signed-By");
    }

    /// Returns the value of a field.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field)
    }

    /// Sets a field.
    ///
    /// # Errors
    ///
    /// Fails where the field cannot have the value.
    pub fn set(&mut self, field: &str, value: impl fmt::Display) -> Result<(), StanzaError> {
        self.fields.set(field, value)
    }

    /// Removes a field.
    pub fn unset(&mut self, field: &str) {
        self.fields.remove(field);
    }

    /// Returns the words of a field.
    #[must_use]
    pub fn words(&self, field: &str) -> Vec<String> {
        let words = self.get(field).unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    }

    /// Returns the date of the publication.
    ///
    /// # Errors
    ///
    /// Fails where it is none.
    pub fn date(&self) -> Result<Option<SystemTime>, ReleaseFileError> {
        self.time("Date")
    }

    /// Returns the time up to which apt believes it.
    ///
    /// # Errors
    ///
    /// Fails where it is none.
    pub fn valid_until(&self) -> Result<Option<SystemTime>, ReleaseFileError> {
        self.time("Valid-Until")
    }

    /// Sets the date, and how long apt believes it from then on.
    pub fn set_times(&mut self, date: SystemTime, valid_for: Option<Duration>) {
        self.fields.put("Date", Some(written(date)));
        self.fields.remove("Valid-Until");
        if let Some(valid_for) = valid_for {
            let until = date.checked_add(valid_for).unwrap_or(date);
            self.fields.put("Valid-Until", Some(written(until)));
        }
    }

    fn time(&self, field: &'static str) -> Result<Option<SystemTime>, ReleaseFileError> {
        let Some(text) = self.get(field) else {
            return Ok(None);
        };
        let time = read_time(text).ok_or_else(|| ReleaseFileError::Date {
            field,
            text: text.to_owned(),
        })?;
        Ok(Some(time))
    }
}

/// Writes a time to the second.
fn written(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = i64::try_from(seconds.unwrap_or_default().as_secs()).unwrap_or(i64::MAX);
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    format!("{} UTC", time.strftime(DATE))
}

fn read_time(text: &str) -> Option<SystemTime> {
    let zone = ZONES.iter().find_map(|zone| text.strip_suffix(zone))?;
    let time = BrokenDownTime::parse(DATE, zone.trim_end())
        .ok()?
        .to_datetime()
        .ok()?;
    let time = TimeZone::UTC.to_timestamp(time).ok()?;
    let seconds = u64::try_from(time.as_second()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

impl FromStr for ReleaseFile {
    type Err = ReleaseFileError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut text = text.replace("\r\n", "\n");
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut fields: Stanza = text.parse()?;
        let sums = fields.remove(SUMS).ok_or(ReleaseFileError::NoSums)?;
        let mut files = BTreeMap::new();
        for line in sums.lines().filter(|line| !line.trim().is_empty()) {
            let listed = read_line(line).ok_or_else(|| ReleaseFileError::Line {
                line: line.trim().to_owned(),
            })?;
            files.insert(listed.0, listed.1);
        }
        Ok(Self { fields, files })
    }
}

fn read_line(line: &str) -> Option<(String, Listed)> {
    let mut words = line.split_whitespace();
    let (sha256, size, path) = (words.next()?, words.next()?, words.next()?);
    let is_sum = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_below =
        !path.starts_with('/') && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    let listed = Listed {
        sha256: sha256.to_ascii_lowercase(),
        size: size.parse().ok()?,
    };
    (is_sum && is_below && words.next().is_none()).then(|| (path.to_owned(), listed))
}

impl fmt::Display for ReleaseFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}{SUMS}:", self.fields)?;
        for (path, Listed { sha256, size }) in &self.files {
            writeln!(f, " {sha256} {size} {path}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_file_is_read_as_it_is_written() {
        let mut release = ReleaseFile::new("stable");
        release.set("Origin", "Example").unwrap();
        release.set_times(at(1_796_000_000), Some(Duration::from_secs(86_400)));
        release
            .files
            .insert("main/binary-amd64/Packages".into(), Listed::of(b""));
        let text = release.to_string();
        assert_eq!(
            text,
            "Suite: stable\nCodename: stable\nX-Reldeb: 1\nOrigin: Example\n\
             Date: Mon, 30 Nov 2026 00:53:20 UTC\nValid-Until: Tue, 01 Dec 2026 00:53:20 UTC\nSHA256:\n \
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 0 \
             main/binary-amd64/Packages\n"
        );
        let read: ReleaseFile = text.parse().unwrap();
        assert_eq!(read, release);
        assert_eq!(read.date().unwrap(), Some(at(1_796_000_000)));
        assert!(read.is_ours());
    }

    #[test]
    fn what_is_no_release_is_refused() {
        let sum = "0".repeat(64);
        for (text, message) in [
            ("Suite: a\n".to_owned(), "has no field `SHA256`".to_owned()),
            (String::new(), "the stanza has no fields".to_owned()),
            (
                format!("SHA256:\n {sum} 1 ../a\n"),
                format!("`{sum} 1 ../a` in `SHA256` is no sum, size and path"),
            ),
            (
                format!("SHA256:\n {sum} x a\n"),
                format!("`{sum} x a` in `SHA256` is no sum, size and path"),
            ),
        ] {
            assert_eq!(
                text.parse::<ReleaseFile>().unwrap_err().to_string(),
                message
            );
        }
        let release: ReleaseFile = "Date: today\nSHA256:\n".parse().unwrap();
        assert_eq!(
            release.date().unwrap_err().to_string(),
            "`Date: today` is no date in UTC"
        );
    }
}
