//! `PoolPackage`: a package of this machine on its way into the pool.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::RepoError;
use super::index::{Entry, hexadecimal};
use super::shipped_sources::ShippedSources;
use crate::deb::{ArchiveError, Deb, LongSum};
use crate::debian::{Architecture, Component, PackageName, Stanza, Version};
use crate::finding::Severity;
use crate::fs::{self, FsError};
use crate::lint::read_as_dpkg;

/// The fields that an index adds: those of a control file would lie.
const OF_THE_INDEX: [&str; 8] = [
    "Filename",
    "Size",
    "MD5sum",
    "SHA1",
    "SHA256",
    "SHA512",
    "Description-md5",
    "Status",
];

/// The most bytes of an entry: no apt from 2.2 to 3.3 reads an index with a longer one, nor any other package of it.
const LONGEST_ENTRY: usize = 1 << 20;
/// The most bytes of the name of a file, of Linux.
const LONGEST_NAME: usize = 255;

/// A package of this machine.
#[derive(Debug, Clone)]
pub(super) struct PoolPackage {
    /// Its file.
    pub(super) path: PathBuf,
    /// Its architecture.
    pub(super) architecture: Architecture,
    /// Its entry of an index.
    pub(super) entry: Entry,
    /// The sources that it gives to machines, where it is a keyring package.
    pub(super) sources: Option<ShippedSources>,
}

impl PoolPackage {
    /// Reads a package, whole: what is damaged is not published.
    ///
    /// # Errors
    ///
    /// Fails where the file cannot be read, or is no package.
    pub(super) fn read(path: &Path, component: &Component) -> Result<Self, RepoError> {
        // It is read again for its sums, and for the pool.
        fs::expect_plain(path)?;
        let deb = Deb::open(path)?;
        let control = deb.control.get("control").map(|file| &file.content[..]);
        let control = std::str::from_utf8(control.unwrap_or_default());
        let control = control.map_err(|_| told(path, &"it is no text in UTF-8"))?;
        let mut control = control.to_owned();
        if !control.ends_with('\n') {
            // dpkg reads it all the same.
            control.push('\n');
        }
        let mut stanza: Stanza = control.parse().map_err(|error| told(path, &error))?;
        let package: PackageName = value(&stanza, path, "Package")?;
        let version: Version = value(&stanza, path, "Version")?;
        let architecture: Architecture = value(&stanza, path, "Architecture")?;
        let length = archive_name(&package, &version, architecture).len();
        if length > LONGEST_NAME {
            let path = path.to_owned();
            return Err(RepoError::LongName { path, length });
        }
        if let Some(words) = refusal(&deb)? {
            return Err(RepoError::Refused {
                path: path.to_owned(),
                words,
            });
        }
        for field in OF_THE_INDEX {
            stanza.remove(field);
        }
        let pool = pool_path(component, &package, &version, architecture);
        let sums = Sums::of(path)?;
        stanza.put("Filename", Some(&pool));
        stanza.put("Size", Some(sums.size));
        stanza.put("MD5sum", Some(&sums.md5));
        stanza.put("SHA256", Some(&sums.sha256));
        let text = stanza.to_string();
        // With the empty line behind it.
        let length = text.len() + 1;
        if length > LONGEST_ENTRY {
            let path = path.to_owned();
            return Err(RepoError::LongEntry { path, length });
        }
        Ok(Self {
            path: path.to_owned(),
            sources: ShippedSources::read(&deb, package.as_str())?,
            architecture,
            entry: Entry::read(&text),
        })
    }
}

/// Reads a package, whole, and returns the first of the facts for which dpkg refuses it, or is deceived.
///
/// # Errors
///
/// Fails where it is damaged.
pub(super) fn refusal(deb: &Deb) -> Result<Option<String>, ArchiveError> {
    let findings = read_as_dpkg(deb, |_, _| Ok::<_, ArchiveError>(()))?;
    let mut errors = findings.into_iter();
    let error = errors.find(|finding| finding.severity == Severity::Error);
    Ok(error.map(|finding| finding.message))
}

fn told(path: &Path, words: &dyn std::fmt::Display) -> RepoError {
    RepoError::Control {
        path: path.to_owned(),
        words: words.to_string(),
    }
}

/// Returns the value of a field that every package has.
fn value<T: std::str::FromStr>(stanza: &Stanza, path: &Path, field: &str) -> Result<T, RepoError>
where
    T::Err: std::fmt::Display,
{
    let text = stanza.get(field);
    let text = text.ok_or_else(|| told(path, &format!("it has no field `{field}`")))?;
    text.parse().map_err(|error| told(path, &error))
}

/// Returns the path of a package in the pool: Debian's, but by the name of the package itself.
fn pool_path(
    component: &Component,
    package: &PackageName,
    version: &Version,
    architecture: Architecture,
) -> String {
    let name = package.as_str();
    let letters = if name.starts_with("lib") { 4 } else { 1 };
    let initial = name.get(..letters).unwrap_or(name);
    let version = version.without_epoch();
    format!("pool/{component}/{initial}/{name}/{name}_{version}_{architecture}.deb")
}

/// Returns the name under which apt keeps a package: that in the pool is never longer.
fn archive_name(package: &PackageName, version: &Version, architecture: Architecture) -> String {
    let version = version.to_string().replace(':', "%3a");
    format!("{package}_{version}_{architecture}.deb")
}

/// The size and the sums of a file.
struct Sums {
    size: u64,
    md5: String,
    sha256: String,
}

impl Sums {
    fn of(path: &Path) -> Result<Self, FsError> {
        let mut file = fs::open(path)?;
        let mut buffer = vec![0; 64 << 10];
        let (mut size, mut md5, mut sha256) = (0, LongSum::default(), Sha256::new());
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    size += count as u64;
                    md5.add(&buffer[..count]);
                    sha256.update(&buffer[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FsError::new("read", path, error)),
            }
        }
        Ok(Self {
            size,
            md5: hexadecimal(&md5.finish()),
            sha256: hexadecimal(&sha256.finalize()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_the_pool_have_no_epoch() {
        for (package, version, expected) in [
            (
                "orders",
                "1:2.0-1",
                "pool/main/o/orders/orders_2.0-1_all.deb",
            ),
            ("libx", "1", "pool/main/libx/libx/libx_1_all.deb"),
            ("lib", "1", "pool/main/lib/lib/lib_1_all.deb"),
        ] {
            let path = pool_path(
                &"main".parse().unwrap(),
                &package.parse().unwrap(),
                &version.parse().unwrap(),
                Architecture::ALL,
            );
            assert_eq!(path, expected);
        }
    }
}
