//! Symlinks and permission bits, which not every system has.

#[cfg(not(unix))]
use std::io;
use std::path::Path;

use super::FsError;

/// Makes a symlink that must not exist yet.
///
/// # Errors [`FsError`].
#[cfg(unix)]
pub(crate) fn symlink(target: &Path, path: &Path) -> Result<(), FsError> {
    std::os::unix::fs::symlink(target, path).map_err(|e| FsError::new("write", path, e))
}

/// Makes a symlink that must not exist yet; this system has none.
///
/// # Errors [`FsError`].
#[cfg(not(unix))]
pub fn symlink(_target: &Path, path: &Path) -> Result<(), FsError> {
    let error = io::ErrorKind::Unsupported.into();
    Err(FsError::new("write", path, error))
}

/// Gives a file of the caller's permission bits, whatever the umask.
///
/// # Errors [`FsError`].
#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> Result<(), FsError> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions)
        .map_err(|e| FsError::new("change the mode of", path, e))
}

/// Gives an open file permission bits, whatever has its name by now.
///
/// # Errors
/// The error of the operating system.
#[cfg(unix)]
pub(crate) fn set_mode_of(file: &std::fs::File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Gives an open file permission bits; this system has none.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn set_mode_of(_file: &std::fs::File, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

/// Gives a file permission bits; this system has none.
///
/// # Errors [`FsError`].
#[cfg(not(unix))]
pub fn set_mode(_path: &Path, _mode: u32) -> Result<(), FsError> {
    Ok(())
}
