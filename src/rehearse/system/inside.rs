//! Files of a system as its own programs would see them: never through a link, which could lead to
//! files of this machine.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

use crate::fs;

/// The most bytes of a text that are read.
const TEXT_LIMIT: u64 = 16 << 20;

/// Opens a regular file below a root. `None` where it is none, or a link is on the way.
pub(super) fn open(root: &Path, path: &Path) -> Option<File> {
    let relative = path.strip_prefix("/").unwrap_or(path);
    let folder = openat(
        CWD,
        root,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    );
    // A pipe would hold us up, a terminal would become ours.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let way = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let file = File::from(openat2(folder.ok()?, relative, flags, Mode::empty(), way).ok()?);
    file.metadata().ok()?.is_file().then_some(file)
}

/// Reads a small file below a root. `None` where it is none, or a link is on the way.
pub(super) fn read(root: &Path, path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open(root, Path::new(path))?;
    file.take(TEXT_LIMIT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Reads a text of this machine that may be gone by now.
pub(in crate::rehearse) fn of_machine(path: &str) -> String {
    fs::read_to_string(path.as_ref()).unwrap_or_default()
}
