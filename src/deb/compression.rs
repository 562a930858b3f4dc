//! `Compression`: a method and a level, as the manifest and the command line name them.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use super::ArchiveError;
use super::codec::{Encoder, Input, Method};
use crate::message;

/// A method with a level within its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Compression {
    method: Method,
    level: u8,
}

impl Compression {
    /// `fast`: for the edit-build-install loop; read by every dpkg.
    pub const FAST: Self = Self {
        method: Method::Gzip,
        level: 1,
    };
    /// `best`: the smallest package, whatever it takes; read by every dpkg.
    pub const BEST: Self = Self {
        method: Method::Xz,
        level: 9,
    };

    /// Returns a method at its default level.
    #[must_use]
    pub fn of(method: Method) -> Self {
        Self {
            method,
            level: method.codec().default_level,
        }
    }

    /// Returns a method at a level.
    ///
    /// # Errors
    /// [`CompressionError::Level`] where the method has no such level.
    pub fn new(method: Method, level: u8) -> Result<Self, CompressionError> {
        if method.levels().is_some_and(|range| range.contains(&level)) {
            Ok(Self { method, level })
        } else {
            Err(CompressionError::Level {
                method,
                level: level.to_string(),
            })
        }
    }

    /// Returns every word that stands for a compression.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let methods = Method::ALL.into_iter().map(Method::name);
        methods.chain(PRESETS.map(|(name, _)| name))
    }

    /// Returns the method.
    #[must_use]
    pub fn method(self) -> Method {
        self.method
    }

    /// Returns the level; 0 for [`Method::None`].
    #[must_use]
    pub fn level(self) -> u8 {
        self.level
    }

    /// Returns the end of an archive member's name after `.tar` (deb(5)).
    #[must_use]
    pub fn member_suffix(self) -> &'static str {
        self.method.codec().suffix
    }

    /// Returns the number of threads that find work in an input: one for each part that it is cut into.
    pub(super) fn most_threads(self, input: Input) -> usize {
        self.method.codec().most_threads(self.level, input)
    }

    /// Returns the number of threads that keep so many cores busy.
    pub(super) fn workers(self, cores: usize, input: Input) -> usize {
        (self.method.codec().workers)(self.level, cores, input.size)
    }

    /// Returns the memory in bytes that an encoder takes with so many threads, at most.
    pub(super) fn memory(self, threads: usize, input: Input) -> u64 {
        (self.method.codec().memory)(self.level, threads, input)
    }

    /// Starts to compress, with as many threads as asked for.
    pub(super) fn encoder(
        self,
        output: &mut dyn Write,
        threads: usize,
        input: Input,
    ) -> Result<Box<dyn Encoder + '_>, ArchiveError> {
        (self.method.codec().encoder)(output, self.level, threads, input).map_err(|error| {
            ArchiveError::Compress {
                compression: self,
                reason: error.to_string(),
            }
        })
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::of(Method::Xz)
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method.levels() {
            None => f.pad(self.method.name()),
            Some(_) => f.pad(&format!("{}:{}", self.method.name(), self.level)),
        }
    }
}

/// Names for a method with a level.
const PRESETS: [(&str, Compression); 2] =
    [("fast", Compression::FAST), ("best", Compression::BEST)];

impl FromStr for Compression {
    type Err = CompressionError;

    /// Parses `METHOD`, `METHOD:LEVEL`, `fast` or `best`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some((_, preset)) = PRESETS.iter().find(|(name, _)| *name == text) {
            return Ok(*preset);
        }
        let (name, level) = match text.split_once(':') {
            Some((name, level)) => (name, Some(level)),
            None => (text, None),
        };
        let method = Method::ALL
            .into_iter()
            .find(|method| method.name() == name)
            .ok_or_else(|| CompressionError::Unknown(name.into()))?;
        let Some(level) = level else {
            return Ok(Self::of(method));
        };
        let refused = || CompressionError::Level {
            method,
            level: level.into(),
        };
        if !level.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        Self::new(method, level.parse().map_err(|_| refused())?)
    }
}

/// A text that names no compression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompressionError {
    /// There is no such method.
    #[error("unknown compression `{0}`, expected {names}", names = choice())]
    Unknown(String),
    /// The method has no such level.
    #[error("compression `{}` has no level `{level}`, expected {}", method.name(), range(*method))]
    Level {
        /// The method.
        method: Method,
        /// The level as it was asked for.
        level: String,
    },
}

impl CompressionError {
    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown(text) => nearest(text).map(|name| format!("did you mean `{name}`?")),
            Self::Level { method, .. } => Some(match method.levels() {
                None => format!("write just `{}`", method.name()),
                Some(_) => format!(
                    "write `{}` for the default level {}",
                    method.name(),
                    method.codec().default_level
                ),
            }),
        }
    }
}

fn range(method: Method) -> String {
    method.levels().map_or_else(
        || "none at all".into(),
        |levels| format!("a number from {} to {}", levels.start(), levels.end()),
    )
}

fn choice() -> String {
    message::either(
        &Compression::words()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>(),
    )
}

/// Returns the name that was probably meant.
fn nearest(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let mistaken = |method: &Method| method.codec().mistaken.contains(&lower.as_str());
    if let Some(method) = Method::ALL.into_iter().find(mistaken) {
        return Some(method.name());
    }
    Compression::words()
        .map(|name| (strsim::jaro(name, &lower), name))
        .filter(|(nearness, _)| *nearness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_levels_are_read_and_shown() {
        for (text, shown, suffix) in [
            ("xz", "xz:5", ".xz"),
            ("xz:0", "xz:0", ".xz"),
            ("zstd", "zstd:19", ".zst"),
            ("zstd:22", "zstd:22", ".zst"),
            ("gzip", "gzip:6", ".gz"),
            ("gzip:1", "gzip:1", ".gz"),
            ("none", "none", ""),
            ("fast", "gzip:1", ".gz"),
            ("best", "xz:9", ".xz"),
        ] {
            let compression: Compression = text.parse().unwrap();
            assert_eq!(compression.to_string(), shown, "{text}");
            assert_eq!(compression.member_suffix(), suffix, "{text}");
            assert_eq!(compression.to_string().parse(), Ok(compression), "{text}");
        }
    }

    #[test]
    fn errors_say_what_is_there() {
        for (text, error, hint) in [
            (
                "gz",
                "unknown compression `gz`, expected `xz`, `zstd`, `gzip`, `none`, `fast` or `best`",
                Some("did you mean `gzip`?"),
            ),
            (
                "zsdt:3",
                "unknown compression `zsdt`, expected `xz`, `zstd`, `gzip`, `none`, `fast` or `best`",
                Some("did you mean `zstd`?"),
            ),
            (
                "brotli",
                "unknown compression `brotli`, expected `xz`, `zstd`, `gzip`, `none`, `fast` or `best`",
                None,
            ),
            (
                "xz:10",
                "compression `xz` has no level `10`, expected a number from 0 to 9",
                Some("write `xz` for the default level 5"),
            ),
            (
                "zstd:0",
                "compression `zstd` has no level `0`, expected a number from 1 to 22",
                Some("write `zstd` for the default level 19"),
            ),
            (
                "zstd:+3",
                "compression `zstd` has no level `+3`, expected a number from 1 to 22",
                Some("write `zstd` for the default level 19"),
            ),
            (
                "gzip:",
                "compression `gzip` has no level ``, expected a number from 1 to 12",
                Some("write `gzip` for the default level 6"),
            ),
            (
                "none:1",
                "compression `none` has no level `1`, expected none at all",
                Some("write just `none`"),
            ),
        ] {
            let refused = text.parse::<Compression>().unwrap_err();
            assert_eq!(refused.to_string(), error, "{text}");
            assert_eq!(refused.hint().as_deref(), hint, "{text}");
        }
    }
}
