//! The libraries of Debian and Ubuntu: which package has a soname, and which symbol version came
//! with which version of a library. The facts are in `libraries.tsv` and `suites.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::debian::{SUITES, Suite};
use crate::elf::Machine;

/// The packages of libraries that every Debian system has, whatever was installed on it: in the
/// closure of the essential packages of bullseye, bookworm, trixie and sid alike, by the lists of
/// packages of November 2026. libstdc++6 and libssl3 are not among them.
pub(crate) const ON_EVERY_DEBIAN: [&str; 20] = [
    "libacl1",
    "libattr1",
    "libaudit1",
    "libblkid1",
    "libbz2-1.0",
    "libc6",
    "libcap-ng0",
    "libcrypt1",
    "libgcc-s1",
    "liblzma5",
    "libmount1",
    "libpam0g",
    "libpcre2-8-0",
    "libselinux1",
    "libsystemd0",
    "libtinfo6",
    "libudev1",
    "libuuid1",
    "libzstd1",
    "zlib1g",
];

type Columns = [Option<&'static str>; SUITES.len()];

/// The package of a soname.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownLibrary {
    /// The package names for a relation: one, or alternatives from the oldest on.
    pub depends: Vec<&'static str>,
    /// The package of each of [`SUITES`].
    pub packages: Columns,
}

impl KnownLibrary {
    /// Returns the package names for a relation of a file for this machine. Where times have
    /// become longer, the packages of the change (`libssl3t64`) do not provide their old names,
    /// so both are alternatives.
    #[must_use]
    pub(crate) fn names(&self, machine: Machine) -> Vec<&'static str> {
        let mut names = Vec::new();
        if machine.has_changed_times() {
            let packages = self.packages.iter().flatten().copied();
            names.extend(packages.filter(|name| name.contains("t64")));
        }
        names.extend(&self.depends);
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }
}

/// Splits a table into rows: the first field, and the rest.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, rest)| (key, rest.split('\t').collect()))
}

fn columns(fields: &[&'static str]) -> Columns {
    std::array::from_fn(|at| fields.get(at).copied().filter(|field| *field != "-"))
}

static LIBRARIES: LazyLock<BTreeMap<&str, KnownLibrary>> = LazyLock::new(|| {
    rows(include_str!("libraries.tsv"))
        .filter_map(|(soname, fields)| {
            let (depends, packages) = fields.split_first()?;
            let known = KnownLibrary {
                depends: depends.split('|').collect(),
                packages: columns(packages),
            };
            Some((soname, known))
        })
        .collect()
});

static VERSIONS: LazyLock<BTreeMap<&str, Columns>> = LazyLock::new(|| {
    rows(include_str!("suites.tsv"))
        .map(|(package, fields)| (package, columns(&fields)))
        .collect()
});

/// Returns what the tables know about a soname.
#[must_use]
pub(crate) fn library(soname: &str) -> Option<&'static KnownLibrary> {
    LIBRARIES.get(soname)
}

/// Returns whether the tables know which libraries a package has.
#[must_use]
pub(crate) fn has_package(name: &str) -> bool {
    LIBRARIES.values().any(|known| {
        let mut names = known.packages.iter().flatten().chain(&known.depends);
        names.any(|known| *known == name)
    })
}

/// Returns the name that the change to 64-bit times gave to a package in a suite, on architectures where
/// the package does not provide its old name.
#[must_use]
pub(crate) fn renamed(package: &str, suite: Suite) -> Option<&'static str> {
    let at = SUITES.iter().position(|known| *known == suite)?;
    let is_old = |known: &&KnownLibrary| {
        let mut names = known.packages.iter().flatten().chain(&known.depends);
        names.any(|name| *name == package)
    };
    let mut known = LIBRARIES.values().filter(is_old);
    let name = known.find_map(|known| known.packages[at].filter(|name| name.contains("t64")))?;
    (name != package).then_some(name)
}

/// The upstream version of a package, named as in a relation, in each of [`SUITES`]; `None`
/// where the tables do not follow its version.
#[must_use]
pub(crate) fn versions_of(package: &str) -> Option<&'static Columns> {
    VERSIONS.get(package)
}

/// The lowest version of a package in which a symbol version can be found, without epoch; from
/// the symbols files of the packages. `None` where any version of the package has it.
#[must_use]
pub(crate) fn minimum(symbol_version: &str) -> Option<String> {
    let (name, version) = symbol_version.split_once('_')?;
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
        let number = text[..end.unwrap_or(text.len())].trim_matches('.');
        (!number.is_empty()).then(|| number.to_owned())
    };
    match name {
        // Relative relocations packed by the linker: the loader must know them.
        "GLIBC" if version == "ABI_DT_RELR" => Some("2.36".into()),
        "GLIBC" | "LIBSYSTEMD" | "LIBUDEV" | "XZ" | "MOUNT" | "BLKID" | "LIBURING" => {
            number(version)
        }
        "GLIBCXX" => by_last_number(version, "3.4", GLIBCXX),
        "CXXABI" => by_last_number(version, "1.3", CXXABI),
        "GCC" => number(version).map(|v| v.strip_suffix(".0.0").map(str::to_owned).unwrap_or(v)),
        "OPENSSL" | "GNUTLS" => number(&version.replace('_', ".")),
        "ZLIB" => number(version),
        _ if name.starts_with("NCURSES") && name.ends_with('6') => Some("6".into()),
        _ => None,
    }
}

/// `GLIBCXX_3.4.N`, by N, and the version of libstdc++6 that has it.
const GLIBCXX: &[(u32, &str)] = &[
    (0, "4.1.1"),
    (9, "4.2.1"),
    (10, "4.3"),
    (11, "4.4"),
    (13, "4.4.2"),
    (14, "4.5"),
    (15, "4.6"),
    (17, "4.7"),
    (18, "4.8"),
    (20, "4.9"),
    (21, "5.2"),
    (22, "6"),
    (23, "7"),
    (25, "8"),
    (26, "9"),
    (27, "9.1"),
    (28, "9.3"),
    (29, "11"),
    (30, "12"),
    (31, "13"),
    (32, "13.1"),
    (33, "14"),
    (34, "15"),
    (35, "16"),
    (36, "16.2"),
];

/// `CXXABI_1.3.N`, by N, and the version of libstdc++6 that has it.
const CXXABI: &[(u32, &str)] = &[
    (0, "4.1.1"),
    (2, "4.3"),
    (4, "4.5"),
    (5, "4.6"),
    (6, "4.7"),
    (7, "4.8"),
    (8, "4.9"),
    (9, "5"),
    (10, "6"),
    (11, "7"),
    (12, "9"),
    (13, "11"),
    (14, "13"),
    (15, "14"),
    (16, "15"),
    (17, "16"),
];

/// The version in the last row that does not lie above. For a number newer than the table that
/// is its last row: too low a version rather than one that is made up.
fn by_last_number(version: &str, base: &str, table: &[(u32, &str)]) -> Option<String> {
    let rest = version.strip_prefix(base)?;
    let last = match rest.strip_prefix('.') {
        Some(last) => last.split('.').next()?.parse().ok()?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    let row = table.iter().rev().find(|(number, _)| *number <= last)?;
    Some(row.1.to_owned())
}

/// Compares upstream versions made of numbers and dots, such as `2.34` and `2.4`.
#[must_use]
pub(crate) fn is_at_least(version: &str, minimum: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let mut numbers: Vec<_> = text.split('.').map(|n| n.parse().unwrap_or(0)).collect();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        numbers
    };
    numbers(version) >= numbers(minimum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbol_versions_give_minimal_versions() {
        let table = [
            ("GLIBC_2.34", Some("2.34")),
            ("GLIBC_ABI_DT_RELR", Some("2.36")),
            ("GLIBC_PRIVATE", None),
            ("GLIBCXX_3.4", Some("4.1.1")),
            ("GLIBCXX_3.4.29", Some("11")),
            ("GLIBCXX_3.4.32", Some("13.1")),
            ("GLIBCXX_LDBL_3.4", None),
            ("CXXABI_1.3.13", Some("11")),
            ("CXXABI_FLOAT128", None),
            ("GCC_3.0", Some("3.0")),
            ("GCC_7.0.0", Some("7")),
            ("OPENSSL_3.0.0", Some("3.0.0")),
            ("OPENSSL_1_1_1d", Some("1.1.1")),
            ("NCURSES6_TINFO_5.0.19991023", Some("6")),
            ("NCURSESW6_5.9.20150530", Some("6")),
            ("ZLIB_1.2.3.4", Some("1.2.3.4")),
            ("LIBSYSTEMD_209", Some("209")),
            ("XZ_5.1.2alpha", Some("5.1.2")),
            ("GNUTLS_3_6_14", Some("3.6.14")),
            ("Base", None),
            ("", None),
        ];
        for (symbol, version) in table {
            assert_eq!(minimum(symbol).as_deref(), version, "{symbol}");
        }
    }

    #[test]
    fn versions_compare_by_number() {
        for (version, minimum, expected) in [
            ("2.34", "2.4", true),
            ("2.4", "2.34", false),
            ("3.0", "3.0.0", true),
            ("12.2.0", "12", true),
            ("10.2.1", "11", false),
            ("6", "6", true),
        ] {
            assert_eq!(
                is_at_least(version, minimum),
                expected,
                "{version} {minimum}"
            );
        }
    }

    #[test]
    fn every_row_of_the_tables_is_whole() {
        for (soname, known) in LIBRARIES.iter() {
            assert!(soname.contains(".so"), "{soname}");
            assert!(known.packages.iter().any(Option::is_some), "{soname}");
            for name in known.depends.iter().chain(known.packages.iter().flatten()) {
                let legal =
                    |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
                assert!(
                    name.len() > 1 && name.chars().all(legal),
                    "{soname}: `{name}`"
                );
            }
        }
        for (package, versions) in VERSIONS.iter() {
            let known = LIBRARIES.values().find(|k| k.depends.contains(package));
            let known = known.unwrap_or_else(|| panic!("{package}"));
            for (at, version) in versions.iter().enumerate() {
                assert_eq!(version.is_some(), known.packages[at].is_some(), "{package}");
            }
        }
        for table in [include_str!("libraries.tsv"), include_str!("suites.tsv")] {
            let widths: Vec<_> = rows(table).map(|(_, fields)| fields.len()).collect();
            assert!(widths.iter().all(|width| *width == widths[0]));
        }
        assert!(LIBRARIES.len() > 200);
    }
}
