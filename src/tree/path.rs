//! `PackagePath`: a path that dpkg can unpack.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::debian::reserved::unaliased;

/// An absolute path inside the package: `/` first, no `.`, `..`, empty component or control
/// character, no `/` at the end; ordered by its bytes. It need not be UTF-8: dpkg takes any byte
/// but NUL and newline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackagePath(Box<[u8]>);

/// A text that is no path for a package.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PathError {
    /// The path does not start at the root.
    #[error("path `{0}` is relative, expected an absolute path such as `/opt/name`")]
    Relative(String),
    /// dpkg does not refuse `..` and would write outside the named directory.
    #[error("path `{0}` contains `..`, expected a path without it")]
    Parent(String),
    /// Newlines break conffiles and md5sums, and dpkg refuses them in names.
    #[error("path `{0}` contains a control character")]
    Control(String),
    /// dpkg unpacks to PATH.dpkg-new, and Linux takes paths of 4095 bytes.
    #[error("path `{0}` is longer than 4086 bytes, which dpkg cannot unpack")]
    TooLong(String),
    /// dpkg unpacks to NAME.dpkg-new, and Linux takes names of 255 bytes.
    #[error("path `{0}` has a name longer than 246 bytes, which dpkg cannot unpack")]
    NameTooLong(String),
}

impl PathError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Relative(path) => Some(format!("write `/{path}`")),
            Self::Parent(_) => Some("write where it really goes".into()),
            Self::Control(_) | Self::TooLong(_) | Self::NameTooLong(_) => None,
        }
    }
}

impl PackagePath {
    /// Parses an absolute path; repeated slashes and `.` are dropped.
    ///
    /// # Errors [`PathError`] where the path is not one that dpkg can unpack.
    pub fn new(path: impl AsRef<[u8]>) -> Result<Self, PathError> {
        let path = path.as_ref();
        let shown = || path.escape_ascii().to_string();
        if path.first() != Some(&b'/') {
            return Err(PathError::Relative(shown()));
        }
        if path.iter().any(u8::is_ascii_control) || has_c1(path) {
            return Err(PathError::Control(shown()));
        }
        let mut clean = Vec::with_capacity(path.len());
        for component in path.split(|b| *b == b'/') {
            match component {
                b"" | b"." => {}
                b".." => return Err(PathError::Parent(shown())),
                name if name.len() > 246 => return Err(PathError::NameTooLong(shown())),
                _ => {
                    clean.push(b'/');
                    clean.extend_from_slice(component);
                }
            }
        }
        if clean.len() > 4086 {
            return Err(PathError::TooLong(shown()));
        }
        Ok(Self(clean.into()))
    }

    /// Returns the root of the package, `./` in the archive.
    #[must_use]
    pub fn root() -> Self {
        Self(Box::default())
    }

    /// Returns the path below this one; `relative` may have several components.
    ///
    /// # Errors
    /// [`PathError`] as for [`PackagePath::new`].
    pub fn join(&self, relative: impl AsRef<[u8]>) -> Result<Self, PathError> {
        let relative = relative.as_ref();
        let mut path = Vec::with_capacity(self.0.len() + 1 + relative.len());
        path.extend_from_slice(&self.0);
        path.push(b'/');
        path.extend_from_slice(relative);
        Self::new(path)
    }

    /// Follows a relative path with `..` from this directory, as far as the root.
    #[must_use]
    pub fn walk(&self, relative: impl AsRef<[u8]>) -> Option<Self> {
        let mut at = self.clone();
        for component in relative.as_ref().split(|byte| *byte == b'/') {
            at = match component {
                b"" | b"." => at,
                b".." => at.parent().unwrap_or_else(Self::root),
                name => at.join(name).ok()?,
            };
        }
        Some(at)
    }

    /// Returns the directory that holds this path; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.directory().map(|directory| Self(directory.into()))
    }

    /// Returns the bytes of [`PackagePath::parent`].
    pub(super) fn directory(&self) -> Option<&[u8]> {
        let slash = self.0.iter().rposition(|b| *b == b'/')?;
        Some(&self.0[..slash])
    }

    /// Returns the path below /usr that this one is on every machine, where its first component is a
    /// link such as /lib.
    pub(crate) fn below_usr(&self) -> Option<Self> {
        match unaliased(std::str::from_utf8(&self.0).ok()?) {
            Cow::Owned(other) => Self::new(other).ok(),
            Cow::Borrowed(_) => None,
        }
    }

    /// Returns the other name of this path: of /lib/x it is /usr/lib/x, and the other way round.
    pub(super) fn other_name(&self) -> Option<Self> {
        self.below_usr().or_else(|| {
            let short = Self(self.0.strip_prefix(b"/usr")?.into());
            short.below_usr().map(|_| short)
        })
    }

    /// Returns whether another path is this one on every machine, where /bin, /sbin and /lib are links.
    pub(crate) fn is_also(&self, other: &Self) -> bool {
        self == other || self.other_name().as_ref() == Some(other)
    }

    /// Returns the last component; empty for the root.
    #[must_use]
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or_default()
    }

    /// Returns the number of components.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.iter().filter(|byte| **byte == b'/').count()
    }

    /// Returns whether this path is `directory` or lies below it.
    #[must_use]
    pub fn starts_with(&self, directory: &Self) -> bool {
        self.0
            .strip_prefix(&*directory.0)
            .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// Returns the bytes without the leading slash, as md5sums and the archive write them; empty
    /// for the root.
    #[must_use]
    pub fn relative(&self) -> &[u8] {
        self.0.get(1..).unwrap_or_default()
    }

    /// Returns the bytes with the leading slash; empty for the root.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Returns whether there is a control character of the upper half, U+0080 to U+009F: dpkg prints
/// names as they are, and terminals obey these as they obey ESC.
fn has_c1(path: &[u8]) -> bool {
    path.windows(2)
        .any(|pair| pair[0] == 0xc2 && matches!(pair[1], 0x80..=0x9f))
}

impl FromStr for PackagePath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl Serialize for PackagePath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for PackagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            f.pad("/")
        } else {
            f.pad(&String::from_utf8_lossy(&self.0))
        }
    }
}
