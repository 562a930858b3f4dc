//! Files in folders that others write to as well: one may have put a FIFO, a device or a symlink there.

use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::{FsError, metadata, special_kind, symlink_metadata};

/// Opens a file as some options say, and nothing but a file: a FIFO would let this process wait for ever, and a
/// symlink lead it elsewhere.
///
/// # Errors
/// [`FsError`], with `action` as the thing that failed.
pub(crate) fn open_plain(
    path: &Path,
    action: &'static str,
    options: &mut OpenOptions,
) -> Result<File, FsError> {
    let failed = |error| FsError::new(action, path, error);
    match symlink_metadata(path) {
        Ok(found) => expect_file(&found).map_err(failed)?,
        // One that is to be made.
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error.source)),
    }
    // It may be another one by now.
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    expect_file(&found).map_err(failed)?;
    Ok(file)
}

/// Checks that a path is a file, symlinks followed: a pipe can be read only once, and a device has no end.
///
/// # Errors
/// [`FsError`].
pub(crate) fn expect_plain(path: &Path) -> Result<(), FsError> {
    let failed = |error| FsError::new("read", path, error);
    let found = metadata(path).map_err(|error| failed(error.source))?;
    expect_file(&found).map_err(failed)
}

/// Checks that a path is a file.
fn expect_file(found: &Metadata) -> io::Result<()> {
    let kind = match found.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "directory",
        kind if kind.is_symlink() => "symlink",
        _ => special_kind(found),
    };
    let message = format!("it is a {kind}, expected a file");
    Err(io::Error::other(message))
}
