//! `Compression`: a method and a level, as the manifest and the command line name them.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use crate::debian::Suite;

/// How a member of the package is compressed: the methods that dpkg reads, without the outdated ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// xz: read by every dpkg since 2011.
    Xz,
    /// zstd: read by dpkg since 1.21.18 (Debian 12) and by Ubuntu's since 18.04, not by Debian 11.
    Zstd,
    /// gzip: read by every dpkg.
    Gzip,
    /// No compression.
    None,
}

impl Method {
    /// Tells whether a suite's dpkg reads it: zstd came to Debian's dpkg with 1.21.18, after bullseye;
    /// Ubuntu's has it since 18.04.
    #[must_use]
    pub fn is_read_by(self, suite: Suite) -> bool {
        self != Self::Zstd || suite.name != "bullseye"
    }

    /// Every method.
    pub const ALL: [Self; 4] = [Self::Xz, Self::Zstd, Self::Gzip, Self::None];

    /// The name in the manifest and on the command line, as of dpkg-deb's `-Z`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::None => "none",
        }
    }

    /// The levels it has; `None` where it has none.
    #[must_use]
    pub fn levels(self) -> Option<RangeInclusive<u8>> {
        match self {
            Self::Xz => Some(0..=9),
            Self::Zstd => Some(1..=22),
            Self::Gzip => Some(1..=12),
            Self::None => None,
        }
    }

    /// The level taken where none is named; docs/performance.md has the measurements.
    #[must_use]
    fn default_level(self) -> u8 {
        match self {
            Self::Xz => 5,
            Self::Gzip => 6,
            Self::Zstd => 19,
            Self::None => 0,
        }
    }
}

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

    /// A method at its default level.
    #[must_use]
    pub fn of(method: Method) -> Self {
        Self {
            method,
            level: method.default_level(),
        }
    }

    /// A method at a level.
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

    /// The method.
    #[must_use]
    pub fn method(self) -> Method {
        self.method
    }

    /// The level; 0 for [`Method::None`].
    #[must_use]
    pub fn level(self) -> u8 {
        self.level
    }

    /// What the name of an archive member ends with after `.tar` (deb(5)).
    #[must_use]
    pub fn member_suffix(self) -> &'static str {
        match self.method {
            Method::Xz => ".xz",
            Method::Zstd => ".zst",
            Method::Gzip => ".gz",
            Method::None => "",
        }
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::of(Method::Xz)
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            Method::None => f.pad("none"),
            method => f.pad(&format!("{}:{}", method.name(), self.level)),
        }
    }
}

impl FromStr for Compression {
    type Err = CompressionError;

    /// Parses `METHOD`, `METHOD:LEVEL`, `fast` or `best`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "fast" => return Ok(Self::FAST),
            "best" => return Ok(Self::BEST),
            _ => {}
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

/// Why a text names no compression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompressionError {
    /// No such method.
    #[error("unknown compression `{0}`, expected `xz`, `zstd`, `gzip`, `none`, `fast` or `best`")]
    Unknown(String),
    /// The method has no such level.
    #[error("compression `{}` has no level `{level}`, expected {}", method.name(), range(*method))]
    Level {
        /// The method.
        method: Method,
        /// What was asked for.
        level: String,
    },
}

impl CompressionError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown(text) => nearest(text).map(|name| format!("did you mean `{name}`?")),
            Self::Level {
                method: Method::None,
                ..
            } => Some("write just `none`".into()),
            Self::Level { method, .. } => Some(format!(
                "write `{}` for the default level {}",
                method.name(),
                method.default_level()
            )),
        }
    }
}

fn range(method: Method) -> String {
    method.levels().map_or_else(
        || "none at all".into(),
        |levels| format!("a number from {} to {}", levels.start(), levels.end()),
    )
}

/// The name that was probably meant; also the names of file formats and of other tools.
fn nearest(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "gz" | "zlib" | "pigz" | "deflate" => return Some("gzip"),
        "zst" => return Some("zstd"),
        "lzma" | "lzma2" | "bzip2" | "bz2" => return Some("xz"),
        "no" | "off" | "store" | "false" | "" => return Some("none"),
        _ => {}
    }
    ["xz", "zstd", "gzip", "none", "fast", "best"]
        .into_iter()
        .map(|name| (strsim::jaro(name, &lower), name))
        .filter(|(nearness, _)| *nearness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debian::SUITES;

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

    #[test]
    fn bullseye_alone_reads_no_zstd() {
        for suite in SUITES {
            let reads_zstd = suite.name != "bullseye";
            assert_eq!(Method::Zstd.is_read_by(suite), reads_zstd, "{suite}");
            for method in [Method::Xz, Method::Gzip, Method::None] {
                assert!(method.is_read_by(suite), "{suite} {method:?}");
            }
        }
    }
}
