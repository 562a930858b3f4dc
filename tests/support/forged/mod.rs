//! Packages that nobody's tools would make: every header and every byte as a test wants it.

pub(crate) mod odd;
pub(crate) mod refused;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use crate::support::Test;

/// A control file that dpkg takes.
pub(crate) const CONTROL: &str = "Package: hostile\nVersion: 1.0\nArchitecture: all\n\
    Maintainer: A <a@example.com>\nDescription: x\n";

/// A header of a tar archive.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    block: [u8; 512],
}

impl Header {
    /// A header of mode 0644 that belongs to root, and is 0 bytes large.
    pub(crate) fn new(kind: u8, name: impl AsRef<[u8]>) -> Self {
        let header = Self { block: [0; 512] };
        header
            .put(0, name)
            .put(100, "0000644\0")
            .put(108, "0000000\x000000000\0")
            .put(124, "00000000000\x0014524652400\0")
            .put(156, [kind])
            .put(257, "ustar  \0root")
            .put(297, "root")
    }

    /// Puts bytes at a place.
    pub(crate) fn put(mut self, at: usize, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.block[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    pub(crate) fn size(self, size: usize) -> Self {
        self.put(124, format!("{size:011o}\0"))
    }

    pub(crate) fn mode(self, mode: u32) -> Self {
        self.put(100, format!("{mode:07o}\0"))
    }

    pub(crate) fn target(self, target: impl AsRef<[u8]>) -> Self {
        self.put(157, target)
    }

    /// The block, with its checksum.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let header = self.put(148, "        ");
        let sum: u32 = header.block.iter().map(|byte| u32::from(*byte)).sum();
        header.put(148, format!("{sum:06o}\0 ")).block.to_vec()
    }
}

/// A regular file.
pub(crate) fn file(name: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    with_content(Header::new(b'0', name).size(content.len()), content)
}

/// A header and what follows it, in whole blocks.
pub(crate) fn with_content(header: Header, content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = header.bytes();
    bytes.extend_from_slice(content.as_ref());
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

pub(crate) fn directory(name: &str) -> Vec<u8> {
    Header::new(b'5', name).mode(0o755).bytes()
}

/// A name that is longer than a header has space for, before the header it belongs to.
pub(crate) fn long_name(kind: u8, name: impl AsRef<[u8]>) -> Vec<u8> {
    let name = name.as_ref();
    let header = Header::new(kind, "././@LongLink").size(name.len());
    with_content(header, name)
}

/// The root, /opt and /opt/h.
pub(crate) fn folders() -> Vec<u8> {
    [directory("./"), directory("./opt/"), directory("./opt/h/")].concat()
}

/// Some entries below /opt/h, behind it and a file.
pub(crate) fn below(entries: &[Vec<u8>]) -> Vec<u8> {
    [folders(), file("./opt/h/a", "x\n"), entries.concat(), end()].concat()
}

pub(crate) fn end() -> Vec<u8> {
    vec![0; 1024]
}

pub(crate) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A package of which every part can be replaced.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) format: Vec<u8>,
    pub(crate) control: (String, Vec<u8>),
    pub(crate) data: (String, Vec<u8>),
    pub(crate) tail: Vec<u8>,
}

impl Package {
    /// A package with a data archive, compressed by gzip.
    pub(crate) fn new(data: impl AsRef<[u8]>) -> Self {
        Self {
            format: b"2.0\n".to_vec(),
            control: ("control.tar.gz".into(), Vec::new()),
            data: ("data.tar.gz".into(), gzip(data)),
            tail: Vec::new(),
        }
        .members(&[file("./control", CONTROL)])
    }

    /// The same with a data archive of other compression.
    pub(crate) fn data(self, name: &str, bytes: Vec<u8>) -> Self {
        Self {
            data: (name.into(), bytes),
            ..self
        }
    }

    /// The same with other entries in the control archive.
    pub(crate) fn members(self, entries: &[Vec<u8>]) -> Self {
        let archive = [directory("./"), entries.concat(), end()].concat();
        Self {
            control: ("control.tar.gz".into(), gzip(archive)),
            ..self
        }
    }

    /// The same with more entries in the control archive, behind the control file.
    pub(crate) fn and_member(self, entry: Vec<u8>) -> Self {
        self.members(&[file("./control", CONTROL), entry])
    }

    /// The same with another control file.
    pub(crate) fn control(self, text: impl AsRef<[u8]>) -> Self {
        self.members(&[file("./control", text)])
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"!<arch>\n".to_vec();
        let members = [
            ("debian-binary", &self.format),
            (&self.control.0, &self.control.1),
            (&self.data.0, &self.data.1),
        ];
        for (name, content) in members {
            let size = content.len();
            let header = format!("{name:<16}0           0     0     100644  {size:<10}`\n");
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(content);
            if size % 2 == 1 {
                bytes.push(b'\n');
            }
        }
        bytes.extend_from_slice(&self.tail);
        bytes
    }

    pub(crate) fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("x.deb");
        std::fs::write(&path, self.bytes()).unwrap();
        path
    }
}

/// Asks `reldeb` about a package.
pub(crate) fn ask(package: &Package, words: &[&str]) -> Test {
    Test::new()
        .file("x.deb", package.bytes())
        .args(words)
        .args(["x.deb"])
}

/// The tags and severities of what `read_as_dpkg` finds, or the text of the error.
pub(crate) fn findings(package: &Package) -> Result<Vec<String>, String> {
    let folder = TempDir::new().unwrap();
    let path = package.write(folder.path());
    let deb = reldeb::internals::deb::Deb::open(path);
    let read = deb.and_then(|deb| {
        reldeb::internals::lint::read_as_dpkg(&deb, |_, _| {
            Ok::<(), reldeb::internals::deb::ArchiveError>(())
        })
    });
    let shown = folder.path().to_string_lossy().into_owned();
    match read {
        Ok(findings) => Ok(findings
            .into_iter()
            .map(|f| format!("{:?} {}: {}", f.severity, f.tag, f.message))
            .collect()),
        Err(error) => Err(error.to_string().replace(&shown, "[DIR]")),
    }
}
