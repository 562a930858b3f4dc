//! `Kit`: packages whose scripts fail when they are told to, and one that others have to make room for.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use ar::{Builder, Header};

use super::subject::Subject;
use crate::deb::{
    ArchiveError, Compression, ControlMember, Deb, Memory, Method, WriteOptions, control_archive,
};
use crate::fs::{self, FsError};

/// Stands before each script.
const BEFORE: &[u8] = include_bytes!("fault.sh");

/// The scripts that dpkg runs.
const SCRIPTS: [&str; 4] = ["preinst", "postinst", "prerm", "postrm"];

/// Packages that a rehearsal makes, in a folder that is removed with it.
#[derive(Debug)]
pub(super) struct Kit {
    /// The package that is rehearsed, with scripts that can fail.
    pub(super) new: PathBuf,
    /// The earlier versions, likewise.
    pub(super) olds: Vec<PathBuf>,
    /// A package that breaks the one that is rehearsed, and cannot be installed.
    pub(super) breaker: PathBuf,
    _folder: tempfile::TempDir,
}

impl Kit {
    pub(super) fn make(subject: &Subject, olds: &[Subject]) -> Result<Self, ArchiveError> {
        let folder = tempfile::tempdir()
            .map_err(|error| FsError::new("make a folder in", std::env::temp_dir(), error))?;
        let new = folder.path().join("new.deb");
        prepare(&subject.path, &new)?;
        let mut prepared = Vec::new();
        for (index, old) in olds.iter().enumerate() {
            let path = folder.path().join(format!("old-{index}.deb"));
            prepare(&old.path, &path)?;
            prepared.push(path);
        }
        let breaker = folder.path().join("breaker.deb");
        let control = format!(
            "Package: reldeb-rehearsal\nVersion: 1\nArchitecture: all\n\
             Maintainer: nobody <nobody@localhost>\nBreaks: {}\nDescription: of a rehearsal\n",
            subject.name
        );
        let members = [
            member("control", 0o644, control.into_bytes()),
            member("preinst", 0o755, b"#!/bin/sh\nexit 1\n".to_vec()),
        ];
        let data = control_archive(&[], &options())?;
        write(&breaker, &members, "data.tar", data.len() as u64, &data[..])?;
        Ok(Self {
            new,
            olds: prepared,
            breaker,
            _folder: folder,
        })
    }
}

/// Writes a package again, with [`BEFORE`] in the place of each script. dpkg passes over names with dots.
fn prepare(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let deb = Deb::open(from)?;
    let mut members = Vec::new();
    for (name, file) in &deb.control {
        if SCRIPTS.contains(&name.as_str()) {
            members.push(member(&format!("{name}-real"), 0o755, file.content.clone()));
            members.push(member(name, 0o755, BEFORE.to_vec()));
        } else if file.content.len() as u64 == file.size {
            // Sums too long to be kept are missed by nobody.
            members.push(member(name, file.mode, file.content.clone()));
        }
    }
    let data = deb.data_member();
    let mut file = fs::open(from)?;
    file.seek(SeekFrom::Start(data.offset))
        .map_err(|error| FsError::new("read", from, error))?;
    write(to, &members, &data.name, data.size, file.take(data.size))
}

fn member(name: &str, mode: u32, content: Vec<u8>) -> ControlMember<'static> {
    ControlMember {
        name: name.to_owned(),
        mode,
        content: content.into(),
    }
}

fn options() -> WriteOptions {
    WriteOptions {
        mtime: 0,
        compression: Compression::of(Method::None),
        threads: None,
        memory: Memory::default(),
    }
}

fn write(
    path: &Path,
    members: &[ControlMember<'_>],
    data: &str,
    size: u64,
    content: impl io::Read,
) -> Result<(), ArchiveError> {
    let control = control_archive(members, &options())?;
    let header = |name: &str, size| {
        let mut header = Header::new(name.into(), size);
        header.set_mode(0o100_644);
        header
    };
    let written = File::create_new(path).and_then(|file| {
        let mut archive = Builder::new(file);
        archive.append(&header("debian-binary", 4), &b"2.0\n"[..])?;
        let length = control.len() as u64;
        archive.append(&header("control.tar", length), &control[..])?;
        archive.append(&header(data, size), content)?;
        archive.into_inner()?.flush()
    });
    written.map_err(|error| FsError::new("write", path, error).into())
}
