//! The place of a repository as people write it: a folder, or `s3://BUCKET/PREFIX`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use thiserror::Error;

use super::{FolderStore, S3Options, S3Store, Store, StoreError};

/// A place for a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A part of a bucket.
    S3(Bucket),
}

/// A bucket, and the part of it in which all names begin with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The prefix, without slashes at its ends; empty for the whole bucket.
    pub prefix: String,
}

/// Why a text is no place for a repository.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub(crate) enum TargetError {
    /// It is empty.
    #[error("the place of the repository is empty: expected a folder or `s3://BUCKET/PREFIX`")]
    Empty,
    /// It begins with the name of something else.
    #[error("`{target}`: expected a folder or `s3://BUCKET/PREFIX`")]
    Kind {
        /// The text.
        target: String,
    },
    /// The name of its bucket is none.
    #[error(
        "`{target}`: `{bucket}` is no name of a bucket: expected 3 to 63 lower-case letters, \
         digits, dots and hyphens"
    )]
    Bucket {
        /// The text.
        target: String,
        /// The name.
        bucket: String,
    },
    /// Its prefix is no path.
    #[error(
        "`{target}`: `{prefix}` is no prefix: expected names with `/` between them, none of them \
         empty, `.` or `..`"
    )]
    Prefix {
        /// The text.
        target: String,
        /// The prefix.
        prefix: String,
    },
}

impl TargetError {
    /// Returns a hint on what to do, where the error tells.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        let Self::Kind { target } = self else {
            return None;
        };
        let text = match target.split("://").next() {
            Some("file") => "name the folder by its path",
            Some("http" | "https") => {
                "name the bucket as `s3://BUCKET/PREFIX`, and its server with `--endpoint`"
            }
            _ => return None,
        };
        Some(text.into())
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let target = || text.to_owned();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        let Some((kind, rest)) = text.split_once("://") else {
            return Ok(Self::Folder(text.into()));
        };
        if kind != "s3" {
            return Err(TargetError::Kind { target: target() });
        }
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if !is_bucket(bucket) {
            return Err(TargetError::Bucket {
                target: target(),
                bucket: bucket.into(),
            });
        }
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        if !prefix.is_empty() && super::check_path(prefix).is_err() {
            return Err(TargetError::Prefix {
                target: target(),
                prefix: prefix.into(),
            });
        }
        Ok(Self::S3(Bucket {
            name: bucket.into(),
            prefix: prefix.into(),
        }))
    }
}

fn is_bucket(name: &str) -> bool {
    let inside = |letter: u8| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let ends = |letter: Option<&u8>| letter.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|letter| inside(*letter))
        && ends(bytes.first())
        && ends(bytes.last())
        && !name.contains("..")
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(formatter),
            Self::S3(bucket) => bucket.fmt(formatter),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        write!(formatter, "s3://{}{slash}{}", self.name, self.prefix)
    }
}

impl Target {
    /// Opens the store of this place. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// Fails where the options of an object store are not enough or not right.
    pub(crate) fn open(&self, options: &S3Options) -> Result<Box<dyn Store>, StoreError> {
        Ok(match self {
            Self::Folder(folder) => Box::new(FolderStore::new(folder)),
            Self::S3(bucket) => Box::new(S3Store::open(bucket, options)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_folders_and_buckets() {
        for (text, shown, name, prefix) in [
            (
                "s3://my-apt.example",
                "s3://my-apt.example",
                "my-apt.example",
                "",
            ),
            ("s3://apt/", "s3://apt", "apt", ""),
            ("s3://apt/a+b/c/", "s3://apt/a+b/c", "apt", "a+b/c"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), shown);
            let (name, prefix) = (name.into(), prefix.into());
            assert_eq!(target, Target::S3(Bucket { name, prefix }));
        }
        for text in ["/srv/apt", "apt", "C:/apt", "s3:/apt"] {
            assert_eq!(text.parse(), Ok(Target::Folder(text.into())));
        }
    }

    #[test]
    fn other_places_are_refused() {
        let bucket = "is no name of a bucket: expected 3 to 63 lower-case letters, digits, dots \
                      and hyphens";
        let prefix = "is no prefix: expected names with `/` between them, none of them empty, \
                      `.` or `..`";
        for (text, message) in [
            (
                "",
                "the place of the repository is empty: expected a folder or `s3://BUCKET/PREFIX`"
                    .into(),
            ),
            (
                "https://x/y",
                "`https://x/y`: expected a folder or `s3://BUCKET/PREFIX`".into(),
            ),
            ("s3://", format!("`s3://`: `` {bucket}")),
            ("s3:///apt", format!("`s3:///apt`: `` {bucket}")),
            ("s3://Apt", format!("`s3://Apt`: `Apt` {bucket}")),
            ("s3://a..b", format!("`s3://a..b`: `a..b` {bucket}")),
            ("s3://a@b.c", format!("`s3://a@b.c`: `a@b.c` {bucket}")),
            ("s3://apt//x", format!("`s3://apt//x`: `/x` {prefix}")),
            ("s3://apt/../x", format!("`s3://apt/../x`: `../x` {prefix}")),
        ] {
            let error = text.parse::<Target>().unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
