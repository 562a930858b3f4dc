//! `Architecture`: Debian's names for machines, and what other systems call them.

use super::text::quoted;
use std::fmt;
use std::str::FromStr;

/// The architecture of a binary package, or `all` for one that fits every machine
/// (Debian Policy 5.6.8; the names are those of dpkg's cputable and ostable).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Architecture(&'static str);

/// Every known name except `all`: Debian's release architectures first, then its ports.
/// The long dead `arm` is left out: today it is what Go calls `armhf`.
#[rustfmt::skip]
const KNOWN: [&str; 44] = [
    "amd64", "arm64", "armel", "armhf", "i386", "loong64", "mips64el", "mipsel", "ppc64el",
    "riscv64", "s390x",
    "alpha", "arc", "arm64ilp32", "armeb", "hppa", "hurd-amd64", "hurd-i386", "ia64",
    "kfreebsd-amd64", "kfreebsd-i386", "m32r", "m68k", "mips", "mips64", "mips64r6", "mips64r6el",
    "mipsn32el", "mipsr6", "mipsr6el", "nios2", "or1k", "powerpc", "powerpcspe", "ppc64", "s390", "sh3",
    "sh4", "sparc", "sparc64", "x32",
    "musl-linux-amd64", "musl-linux-arm64", "musl-linux-armhf",
];

/// The names of machines for uname, Rust, GNU, Go, RPM and others, in lower case, each
/// with Debian's name.
#[rustfmt::skip]
const FOREIGN: [(&str, &str); 43] = [
    ("x86_64", "amd64"), ("x86-64", "amd64"), ("x64", "amd64"), ("em64t", "amd64"),
    ("aarch64", "arm64"), ("armv8", "arm64"), ("arm64v8", "arm64"),
    ("i486", "i386"), ("i586", "i386"), ("i686", "i386"), ("x86", "i386"), ("386", "i386"),
    ("ia32", "i386"),
    ("armv7", "armhf"), ("armv7a", "armhf"), ("armv7l", "armhf"), ("armv7hl", "armhf"),
    ("armhfp", "armhf"), ("thumbv7neon", "armhf"), ("arm32v7", "armhf"),
    ("armv4t", "armel"), ("armv5te", "armel"), ("armv5tel", "armel"), ("armv5", "armel"),
    ("armv6", "armhf"), ("armv6l", "armhf"),
    ("powerpc64le", "ppc64el"), ("ppc64le", "ppc64el"), ("powerpc64", "ppc64"),
    ("ppc", "powerpc"), ("riscv64gc", "riscv64"), ("riscv64a23", "riscv64"),
    ("mips64le", "mips64el"), ("mipsle", "mipsel"), ("mipsisa32r6el", "mipsr6el"),
    ("mipsisa64r6el", "mips64r6el"), ("loongarch64", "loong64"), ("sparcv9", "sparc64"),
    ("noarch", "all"), ("any", "all"), ("none", "all"), ("universal", "all"), ("independent", "all"),
];

impl Architecture {
    /// The architecture of a package without machine code.
    pub const ALL: Self = Self("all");
    /// 32-bit ARM with a floating point unit.
    pub const ARMHF: Self = Self("armhf");

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns whether the package fits every machine.
    #[must_use]
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Returns every architecture that is known, `all` first.
    pub fn known() -> impl Iterator<Item = Self> {
        std::iter::once(Self::ALL).chain(KNOWN.iter().map(|name| Self(name)))
    }

    /// Returns the architecture of Debian's Linux systems that runs an ELF file, from
    /// fields of its header: `e_machine`, class and data, and of `e_flags` whether
    /// `EF_ARM_ABI_FLOAT_HARD` is set (without meaning but on 32-bit ARM).
    ///
    /// `None` where Debian has no name for the architecture. `mipsn32` and the `r6`
    /// variants of MIPS are told from others by further flags; they are not recognised.
    #[must_use]
    pub fn from_elf(
        machine: u16,
        class64: bool,
        little_endian: bool,
        arm_hard_float: bool,
    ) -> Option<Self> {
        // The numbers are EM_* of elf(5).
        let name = match (machine, class64, little_endian) {
            (2 | 18, false, false) => "sparc",
            (3, false, true) => "i386",
            (4, false, false) => "m68k",
            (8, false, false) => "mips",
            (8, false, true) => "mipsel",
            (8, true, false) => "mips64",
            (8, true, true) => "mips64el",
            (15, false, false) => "hppa",
            (20, false, false) => "powerpc",
            (21, true, false) => "ppc64",
            (21, true, true) => "ppc64el",
            (22, false, false) => "s390",
            (22, true, false) => "s390x",
            (40, false, true) if arm_hard_float => "armhf",
            (40, false, true) => "armel",
            (40, false, false) => "armeb",
            (42, false, true) => "sh4",
            (43, true, false) => "sparc64",
            (50, true, true) => "ia64",
            (62, true, true) => "amd64",
            (62, false, true) => "x32",
            (88, false, false) => "m32r",
            (92, false, false) => "or1k",
            (113, false, true) => "nios2",
            (183, true, true) => "arm64",
            (183, false, true) => "arm64ilp32",
            (195, false, true) => "arc",
            (243, true, true) => "riscv64",
            (258, true, true) => "loong64",
            (0x9026, true, true) => "alpha",
            _ => return None,
        };
        Some(Self(name))
    }
}

impl FromStr for Architecture {
    type Err = ArchitectureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err(ArchitectureError::Empty);
        }
        Self::known().find(|known| known.0 == text).ok_or_else(|| {
            let text = text.to_owned();
            match foreign(&text) {
                Some(architecture) => ArchitectureError::Foreign { text, architecture },
                None => ArchitectureError::Unknown { text },
            }
        })
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl AsRef<str> for Architecture {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// An architecture as people write it: by Debian's name, or by that of another system, such as
/// `x86_64`, `noarch` or `aarch64-unknown-linux-gnu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineName(pub Architecture);

/// Names that mean another thing elsewhere: `any` is no `all` to Debian, and `arm` may be older than
/// its `armhf`.
const VAGUE: [&str; 7] = [
    "any",
    "none",
    "arm",
    "armv6",
    "armv6l",
    "linux/arm",
    "linux/arm/v6",
];

impl FromStr for MachineName {
    type Err = ArchitectureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_vague = || VAGUE.iter().any(|it| it.eq_ignore_ascii_case(text.trim()));
        match text.parse() {
            Err(ArchitectureError::Foreign { architecture, .. }) if !is_vague() => {
                Ok(Self(architecture))
            }
            read => read.map(Self),
        }
    }
}

/// Returns the names of machines that [`MachineName`] reads after the name of a system or before further
/// words, and the texts among them that it does not take.
pub(crate) fn foreign_machines() -> (Vec<&'static str>, &'static [&'static str]) {
    let foreign = FOREIGN.iter().map(|(foreign, _)| *foreign);
    let known = Architecture::known().map(Architecture::as_str);
    (
        foreign.chain(known).chain(["arm", "armv6"]).collect(),
        &VAGUE,
    )
}

/// Returns Debian's name for another system's: a machine, a triple of Rust or GNU
/// (`aarch64-unknown-linux-gnu`), or a platform with its system first (`linux/amd64`).
fn foreign(text: &str) -> Option<Architecture> {
    let lower = text.trim().to_ascii_lowercase();
    let name = ["linux/", "linux-", "linux_"]
        .iter()
        .find_map(|system| lower.strip_prefix(system))
        .unwrap_or(&lower);
    let debian = |name: &str| {
        let foreign = FOREIGN.iter().find(|(foreign, _)| *foreign == name);
        foreign
            .map(|(_, debian)| Architecture(debian))
            .or_else(|| Architecture::known().find(|known| known.0 == name))
    };
    let (machine, rest) = name.split_once(['-', '/']).unwrap_or((name, ""));
    // Both triples of ARM start alike; the ABI at the end tells. Go's `arm` is v6 or later.
    match machine {
        "arm" | "armv6" if rest.ends_with("eabi") => Some(Architecture("armel")),
        "arm" => Some(Architecture::ARMHF),
        _ => debian(name).or_else(|| debian(machine)),
    }
}

/// The reason why a text is not an architecture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchitectureError {
    /// There is no text.
    #[error("invalid architecture ``: is empty")]
    Empty,
    /// Another system's name for a machine that Debian has a name for.
    #[error("invalid architecture {}: is not Debian's name for it", quoted(text))]
    Foreign {
        /// The text as written.
        text: String,
        /// Debian's name for the machine.
        architecture: Architecture,
    },
    /// A name that neither Debian nor another system is known to use.
    #[error(
        "invalid architecture {}: is unknown, expected one such as `amd64`, `arm64` or `all`",
        quoted(text)
    )]
    Unknown {
        /// The text as written.
        text: String,
    },
}

impl ArchitectureError {
    /// Returns a hint: Debian's name, where one is near.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty => Some("leave it out to take it from the ELF files".into()),
            Self::Foreign { architecture, .. } => Some(format!("write `{architecture}`")),
            Self::Unknown { text } => {
                let distance = |known: &Architecture| strsim::damerau_levenshtein(known.0, text);
                Architecture::known()
                    .min_by_key(distance)
                    .filter(|known| distance(known) <= 2 && distance(known) < known.0.len() - 1)
                    .map(|known| format!("did you mean `{known}`?"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn debian_names_are_taken() {
        for name in ["all", "amd64", "armhf", "loong64", "hurd-amd64"] {
            assert_eq!(name.parse::<Architecture>().unwrap().to_string(), name);
        }
        assert!("all".parse::<Architecture>().unwrap().is_all());
        assert!(!"amd64".parse::<Architecture>().unwrap().is_all());
    }

    #[test]
    fn other_names_are_refused_with_debians() {
        #[rustfmt::skip]
        let table = [
            ("x86_64", "amd64"), ("AMD64", "amd64"), ("aarch64", "arm64"), ("i686", "i386"),
            ("386", "i386"), ("arm", "armhf"), ("ppc64le", "ppc64el"), ("mipsle", "mipsel"),
            ("noarch", "all"), ("any", "all"), ("linux/amd64", "amd64"),
            ("x86_64-unknown-linux-musl", "amd64"), ("aarch64-unknown-linux-gnu", "arm64"),
            ("armv7-unknown-linux-gnueabihf", "armhf"), ("arm-unknown-linux-gnueabi", "armel"),
            ("arm-linux-gnueabihf", "armhf"), ("riscv64gc-unknown-linux-gnu", "riscv64"),
            ("powerpc64le-unknown-linux-gnu", "ppc64el"), ("loongarch64-unknown-linux-gnu", "loong64"),
            ("s390x-unknown-linux-gnu", "s390x"), ("i686-unknown-linux-gnu", "i386"),
        ];
        for (text, debian) in table {
            let error = text.parse::<Architecture>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("invalid architecture `{text}`: is not Debian's name for it")
            );
            assert_eq!(error.hint(), Some(format!("write `{debian}`")), "{text}");
        }
    }

    #[test]
    fn other_names_are_understood_where_they_are_clear() {
        for (text, debian) in [
            ("amd64", "amd64"),
            ("x86_64", "amd64"),
            ("noarch", "all"),
            ("linux/arm/v7", "armhf"),
            ("arm-linux-gnueabihf", "armhf"),
        ] {
            let MachineName(found) = text.parse().unwrap();
            assert_eq!(found.as_str(), debian);
        }
        for text in ["any", "Any", "arm", "linux/arm", "pdp11", ""] {
            assert_eq!(
                text.parse::<MachineName>().unwrap_err(),
                text.parse::<Architecture>().unwrap_err()
            );
        }
    }

    #[test]
    fn what_is_unknown_gets_the_nearest_name() {
        #[rustfmt::skip]
        let table = [
            ("amd46", Some("did you mean `amd64`?")), ("arn64", Some("did you mean `arm64`?")),
            ("pdp11", None), ("", Some("leave it out to take it from the ELF files")), ("z\n", None),
        ];
        for (text, hint) in table {
            let error = text.parse::<Architecture>().unwrap_err();
            assert_eq!(error.hint().as_deref(), hint, "{text}");
            assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn elf_headers_tell_the_architecture() {
        #[rustfmt::skip]
        let table = [
            ((62, true, true, false), Some("amd64")), ((62, false, true, false), Some("x32")),
            ((3, false, true, false), Some("i386")), ((183, true, true, false), Some("arm64")),
            ((40, false, true, true), Some("armhf")), ((40, false, true, false), Some("armel")),
            ((21, true, true, false), Some("ppc64el")), ((21, true, false, false), Some("ppc64")),
            ((22, true, false, false), Some("s390x")), ((243, true, true, false), Some("riscv64")),
            ((243, false, true, false), None), ((8, true, true, false), Some("mips64el")),
            ((8, false, true, false), Some("mipsel")), ((258, true, true, false), Some("loong64")),
            ((0, true, true, false), None), ((0xffff, true, true, true), None),
        ];
        for ((machine, class64, little, hard), name) in table {
            let found = Architecture::from_elf(machine, class64, little, hard);
            assert_eq!(found.map(Architecture::as_str), name, "{machine}");
        }
    }

    #[test]
    fn every_name_is_one_of_dpkgs() {
        let Ok(output) = Command::new("dpkg-architecture").arg("-L").output() else {
            println!("skipped: no dpkg-architecture on this machine to compare names with");
            return;
        };
        let listed = String::from_utf8(output.stdout).unwrap();
        let listed: Vec<_> = listed.lines().collect();
        for name in Architecture::known().filter(|a| !a.is_all()) {
            // hurd-amd64 is younger than some dpkg that this runs with.
            assert!(
                listed.contains(&name.as_str()) || name.0 == "hurd-amd64",
                "{name}"
            );
        }
    }

    #[test]
    fn every_foreign_name_leads_to_a_known_one() {
        for (foreign, debian) in FOREIGN {
            assert!(debian.parse::<Architecture>().is_ok(), "{foreign}");
            assert!(foreign.parse::<Architecture>().is_err(), "{foreign}");
        }
    }
}
