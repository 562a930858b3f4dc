//! What `inspect` prints, for people and as JSON, while it reads: a package may have millions of
//! entries.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read, Write};

use reldeb::deb::{ArchiveError, ControlFile, DataEntry, DataKind, Deb};
use reldeb::escape;
use reldeb::finding::Finding;
use reldeb::lint::read_as_dpkg;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::json;

use super::json;
use super::listing::{permissions, section};

/// Why printing a package stopped.
pub(super) enum Stopped {
    /// The package is damaged.
    Package(ArchiveError),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<ArchiveError> for Stopped {
    fn from(error: ArchiveError) -> Self {
        Self::Package(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Prints the control archive file by file, then the contents.
pub(super) fn text(deb: &Deb, output: &mut impl Write) -> Result<Vec<Finding>, Stopped> {
    for (name, file) in &deb.control {
        // Digests are for programs.
        if name == "md5sums" {
            continue;
        }
        writeln!(output, "{}", section(&member_name(name), &file.content))?;
    }
    for other in &deb.control_others {
        let target = escape::bytes(&other.target);
        let what = match other.kind {
            DataKind::Directory => "directory".to_owned(),
            DataKind::Symlink => format!("symlink to {target}"),
            DataKind::Hardlink => format!("hard link to {target}"),
            DataKind::Regular | DataKind::Other(_) => "no regular file".to_owned(),
        };
        writeln!(
            output,
            "{}",
            section(&member_name(&other.name), what.as_bytes())
        )?;
    }
    writeln!(output, "==> contents <==")?;
    read_as_dpkg(deb, |entry, _| Ok(writeln!(output, "{}", line(entry))?))
}

/// The name of a file of the control archive, which must not pass for the contents.
fn member_name(name: &str) -> String {
    match name {
        "contents" => "contents (control archive)".to_owned(),
        _ => name.to_owned(),
    }
}

fn line(entry: &DataEntry) -> String {
    let target = escape::bytes(&entry.target);
    let (kind, target) = match entry.kind {
        DataKind::Directory => ('d', String::new()),
        DataKind::Regular => ('-', String::new()),
        DataKind::Symlink => ('l', format!(" -> {target}")),
        DataKind::Hardlink => ('h', format!(" link to {target}")),
        DataKind::Other(b'3') => ('c', String::new()),
        DataKind::Other(b'4') => ('b', String::new()),
        DataKind::Other(b'6') => ('p', String::new()),
        DataKind::Other(_) => ('?', String::new()),
    };
    format!(
        "{kind}{} {}/{} {:>9} {}{target}",
        permissions(entry.mode),
        owner(&entry.owner, entry.uid),
        owner(&entry.group, entry.gid),
        entry.size,
        escape::bytes(&entry.name),
    )
}

/// The name, or the number of who has none.
fn owner(name: &str, number: u64) -> String {
    if name.is_empty() {
        return number.to_string();
    }
    escape::line(name).into_owned()
}

/// Prints a package as one document.
pub(super) fn document(deb: &Deb, output: &mut impl Write) -> Result<Vec<Finding>, Stopped> {
    let document = Document {
        deb,
        findings: RefCell::default(),
        damage: RefCell::default(),
    };
    let written = json::write(&document, output);
    if let Some(error) = document.damage.into_inner() {
        return Err(error.into());
    }
    written?;
    Ok(document.findings.into_inner())
}

struct Document<'a> {
    deb: &'a Deb,
    /// What was found while the contents were written.
    findings: RefCell<Vec<Finding>>,
    /// What kept the contents from being read.
    damage: RefCell<Option<ArchiveError>>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("path", &self.deb.path.display().to_string())?;
        map.serialize_entry("control", &Control(self))?;
        map.serialize_entry("contents", &Contents(self))?;
        map.serialize_entry("findings", &*self.findings.borrow())?;
        map.end()
    }
}

impl Document<'_> {
    fn damaged<E: serde::ser::Error>(&self, error: ArchiveError) -> E {
        let message = error.to_string();
        self.damage.replace(Some(error));
        E::custom(message)
    }
}

struct Control<'a>(&'a Document<'a>);

impl Serialize for Control<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(document) = self;
        let mut map = serializer.serialize_map(Some(document.deb.control.len()))?;
        for (name, file) in &document.deb.control {
            map.serialize_entry(name, &Text(document, name, file))?;
        }
        map.end()
    }
}

/// The text of a file of the control archive, also of one that is too long to be in memory.
struct Text<'a>(&'a Document<'a>, &'a str, &'a ControlFile);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(_, _, file) = self;
        if file.content.len() as u64 == file.size {
            return serializer.serialize_str(&String::from_utf8_lossy(&file.content));
        }
        serializer.collect_str(self)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(document, name, _) = self;
        let damaged = |error| {
            document.damage.replace(Some(error));
            fmt::Error
        };
        let content = document.deb.control_content(name).map_err(damaged)?;
        let mut content = content.ok_or(fmt::Error)?;
        let mut buffer = vec![0; 64 << 10];
        let mut length = 0;
        loop {
            let read = content.read(&mut buffer[length..]);
            let count = read.map_err(|e| damaged(document.deb.damaged_control(&e)))?;
            length += count;
            // A character may lie in two parts.
            let whole = match std::str::from_utf8(&buffer[..length]) {
                Err(error) if count > 0 && error.error_len().is_none() => error.valid_up_to(),
                _ => length,
            };
            f.write_str(&String::from_utf8_lossy(&buffer[..whole]))?;
            buffer.copy_within(whole..length, 0);
            length -= whole;
            if count == 0 {
                return Ok(());
            }
        }
    }
}

struct Contents<'a>(&'a Document<'a>);

impl Serialize for Contents<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        enum Stop<E> {
            Package(ArchiveError),
            Output(E),
        }
        impl<E> From<ArchiveError> for Stop<E> {
            fn from(error: ArchiveError) -> Self {
                Self::Package(error)
            }
        }
        let Self(document) = self;
        let mut list = serializer.serialize_seq(None)?;
        let read = read_as_dpkg(document.deb, |entry, _| {
            list.serialize_element(&entry_json(entry))
                .map_err(Stop::Output)
        });
        match read {
            Ok(findings) => {
                document.findings.replace(findings);
                list.end()
            }
            Err(Stop::Output(error)) => Err(error),
            Err(Stop::Package(error)) => Err(document.damaged(error)),
        }
    }
}

fn entry_json(entry: &DataEntry) -> serde_json::Value {
    let kind = match entry.kind {
        DataKind::Directory => "directory",
        DataKind::Regular => "file",
        DataKind::Symlink => "symlink",
        DataKind::Hardlink => "hard-link",
        DataKind::Other(_) => "other",
    };
    json!({
        "path": String::from_utf8_lossy(&entry.name),
        "kind": kind,
        "mode": format!("{:04o}", entry.mode),
        "owner": entry.owner,
        "group": entry.group,
        "uid": entry.uid,
        "gid": entry.gid,
        "size": entry.size,
        "mtime": entry.mtime,
        "target": String::from_utf8_lossy(&entry.target),
    })
}
