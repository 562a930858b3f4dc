//! The file system with errors that name the action and the path.
//!
//! clippy.toml bans the bare functions of `std::fs` everywhere else, so that no
//! "No such file or directory" reaches a user without its subject.
#![allow(clippy::disallowed_methods)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::OsString;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

mod attributes;
mod plain;
mod small;
mod temporary;

pub(crate) use attributes::{set_mode, set_mode_of, symlink};
pub(crate) use plain::{expect_plain, open_plain};
pub(crate) use temporary::{TemporaryFolder, remove_temporary_folders};

pub(crate) use small::{read_small, read_small_text};

/// A file system call that failed: what was tried, on which path, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} `{}`: {}", path.display(), reason(source))]
pub struct FsError {
    /// The verb, as in "cannot *read* `x`".
    pub action: &'static str,
    /// The path it was tried on.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: io::Error,
}

impl FsError {
    /// Makes the error for an action on a path that the operating system refused.
    pub fn new(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        Self {
            action,
            path,
            source,
        }
    }

    /// Returns a hint on what to do, where the error tells.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::StorageFull => {
                Some("free some space, or write to another folder with `-o`".into())
            }
            io::ErrorKind::FileTooLarge => Some(
                "write to a file system that takes larger files with `-o`, or raise `ulimit -f`"
                    .into(),
            ),
            io::ErrorKind::OutOfMemory => Some(
                "use fewer threads with `--threads 1`, or raise the limits of memory and processes"
                    .into(),
            ),
            io::ErrorKind::NotFound if self.action == "write" => {
                let folder = self.path.parent()?;
                Some(format!(
                    "make the folder first: `mkdir -p {}`",
                    folder.display()
                ))
            }
            io::ErrorKind::NotFound if self.action.starts_with("write") => Some(format!(
                "make it first with `mkdir -p {}`, or write elsewhere with `-o`",
                self.path.display()
            )),
            io::ErrorKind::NotFound => nearest_existing(&self.path)
                .map(|there| format!("`{}` exists, what is below it does not", there.display())),
            io::ErrorKind::PermissionDenied => Some("check who may read and write it".into()),
            _ => None,
        }
    }
}

/// Returns the error of the operating system in lower case and without "(os error N)".
pub(crate) fn reason(source: &io::Error) -> String {
    let text = source.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

fn nearest_existing(path: &Path) -> Option<&Path> {
    path.ancestors()
        .skip(1)
        .find(|a| !a.as_os_str().is_empty() && a.symlink_metadata().is_ok())
}

/// Opens a file for reading.
///
/// # Errors
/// [`FsError`] where the operating system refuses; likewise for all of this file.
pub fn open(path: &Path) -> Result<File, FsError> {
    File::open(path).map_err(|e| FsError::new("open", path, e))
}

/// Opens a file for reading small parts of it here and there: it is read in pages.
///
/// # Errors
/// [`FsError`].
pub(crate) fn open_paged(path: &Path) -> Result<Paged, FsError> {
    Ok(Paged {
        file: open(path)?,
        position: 0,
        pages: HashMap::new(),
    })
}

/// A file of which every page is read once, when it is first needed, and kept. Seeking costs
/// nothing, whereas a `BufReader` would discard its buffer.
#[derive(Debug)]
pub(crate) struct Paged {
    file: File,
    position: u64,
    /// The pages by their number; only the last of the file may be shorter.
    pages: HashMap<u64, Vec<u8>>,
}

impl Paged {
    const PAGE: u64 = 16 << 10;

    /// Returns the file itself, from its start on.
    pub(crate) fn into_start(mut self) -> io::Result<File> {
        self.file.rewind()?;
        Ok(self.file)
    }
}

impl Read for Paged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let number = self.position / Self::PAGE;
        let page = match self.pages.entry(number) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let mut page = Vec::new();
                self.file.seek(SeekFrom::Start(number * Self::PAGE))?;
                (&self.file).take(Self::PAGE).read_to_end(&mut page)?;
                entry.insert(page)
            }
        };
        let skipped = usize::try_from(self.position % Self::PAGE).unwrap_or(usize::MAX);
        let count = page.get(skipped..).unwrap_or_default().read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Paged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::End(_) => self.file.seek(to)?,
            SeekFrom::Current(distance) => self
                .position
                .checked_add_signed(distance)
                .ok_or(io::ErrorKind::InvalidInput)?,
        };
        Ok(self.position)
    }
}

/// Reads a whole file.
///
/// # Errors
/// [`FsError`].
pub fn read(path: &Path) -> Result<Vec<u8>, FsError> {
    std::fs::read(path).map_err(|e| FsError::new("read", path, e))
}

/// Reads a whole file of UTF-8 text.
///
/// # Errors
/// [`FsError`].
pub fn read_to_string(path: &Path) -> Result<String, FsError> {
    std::fs::read_to_string(path).map_err(|e| FsError::new("read", path, e))
}

/// Writes a whole file.
///
/// # Errors
/// [`FsError`].
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FsError> {
    std::fs::write(path, content).map_err(|e| FsError::new("write", path, e))
}

/// Writes a file that appears only when it is whole: one that is there stays until then.
///
/// # Errors
/// [`FsError`].
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), FsError> {
    let failed = |error| FsError::new("write", path, error);
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes away from it what it takes from every file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(failed)?;
    io::Write::write_all(&mut file, content).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Returns the metadata of a path, symlinks followed.
///
/// # Errors
/// [`FsError`].
pub fn metadata(path: &Path) -> Result<Metadata, FsError> {
    std::fs::metadata(path).map_err(|e| FsError::new("look at", path, e))
}

/// Returns the metadata of a path, symlinks not followed.
///
/// # Errors
/// [`FsError`].
pub(crate) fn symlink_metadata(path: &Path) -> Result<Metadata, FsError> {
    std::fs::symlink_metadata(path).map_err(|e| FsError::new("look at", path, e))
}

/// Returns the target of a symlink.
///
/// # Errors
/// [`FsError`].
pub(crate) fn read_link(path: &Path) -> Result<PathBuf, FsError> {
    std::fs::read_link(path).map_err(|e| FsError::new("read the link", path, e))
}

/// Returns the paths of the entries of a folder, sorted.
///
/// # Errors
/// [`FsError`].
pub fn read_dir(path: &Path) -> Result<Vec<PathBuf>, FsError> {
    let failed = |e| FsError::new("list", path, e);
    let mut found = std::fs::read_dir(path)
        .map_err(failed)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    found.sort();
    Ok(found)
}

/// Returns the names in a folder with their metadata, symlinks not followed, sorted by
/// their bytes.
///
/// # Errors
/// [`FsError`].
pub(crate) fn read_dir_metadata(path: &Path) -> Result<Vec<(OsString, Metadata)>, FsError> {
    let failed = |e| FsError::new("list", path, e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let metadata = entry
            .metadata()
            .map_err(|e| FsError::new("look at", entry.path(), e))?;
        found.push((entry.file_name(), metadata));
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Reads the first bytes of a file, and returns how many there were.
///
/// # Errors
/// [`FsError`].
pub(crate) fn read_start(path: &Path, buffer: &mut [u8]) -> Result<usize, FsError> {
    let mut file = open(path)?;
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(FsError::new("read", path, e)),
        }
    }
    Ok(length)
}

/// Returns a path relative to the directory `base`; both are absolute.
#[must_use]
pub(crate) fn relative(path: &Path, base: &Path) -> PathBuf {
    let shared = path
        .components()
        .zip(base.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = base.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

/// Returns the absolute path with every symlink followed.
///
/// # Errors
/// [`FsError`].
pub(crate) fn canonicalize(path: &Path) -> Result<PathBuf, FsError> {
    std::fs::canonicalize(path).map_err(|e| FsError::new("look at", path, e))
}

/// Returns the time of the last change of the content, in seconds since 1970; 0 for anything
/// before.
#[must_use]
pub(crate) fn mtime(metadata: &Metadata) -> u64 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_secs())
}

/// Returns the numbers of the device and of the file on it, where the file has several names.
#[cfg(unix)]
#[must_use]
pub(crate) fn several_names(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    (metadata.is_file() && metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
}

/// Returns nothing, on a system that does not tell.
#[cfg(not(unix))]
#[must_use]
pub fn several_names(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Returns the permission bits, with setuid, setgid and sticky.
#[cfg(unix)]
#[must_use]
pub(crate) fn mode(metadata: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o7777
}

/// Returns usual permission bits, on a system that has none.
#[cfg(not(unix))]
#[must_use]
pub fn mode(metadata: &Metadata) -> u32 {
    if metadata.is_dir() { 0o755 } else { 0o644 }
}

/// Returns the kind of a path that is neither a file nor a directory nor a symlink.
#[cfg(unix)]
#[must_use]
pub(crate) fn special_kind(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_socket() {
        "socket"
    } else if kind.is_fifo() {
        "FIFO"
    } else if kind.is_block_device() {
        "block device"
    } else if kind.is_char_device() {
        "character device"
    } else {
        "special file"
    }
}

/// Returns the kind of a path that is neither a file nor a directory nor a symlink.
#[cfg(not(unix))]
#[must_use]
pub fn special_kind(_metadata: &Metadata) -> &'static str {
    "special file"
}

/// Returns the bytes of a path, with `/` between its components.
#[cfg(unix)]
#[must_use]
pub(crate) fn path_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// Returns the bytes of a path, with `/` between its components.
#[cfg(not(unix))]
#[must_use]
pub fn path_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

/// Returns the path that these bytes are on this system.
#[must_use]
pub(crate) fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    as_path(bytes).into_owned()
}

/// Returns the path that these bytes are on this system, without a copy where the system takes
/// bytes.
#[cfg(unix)]
#[must_use]
pub(crate) fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(bytes)))
}

/// Returns the path that these bytes are on this system, without a copy where the system takes
/// bytes.
#[cfg(not(unix))]
#[must_use]
pub fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    Cow::Owned(PathBuf::from(String::from_utf8_lossy(bytes).into_owned()))
}

/// Makes a folder where there is none, and returns whether it did; its parent must exist.
///
/// # Errors
/// [`FsError`].
pub(crate) fn create_dir(path: &Path) -> Result<bool, FsError> {
    match std::fs::create_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
        Err(error) => Err(FsError::new("make the folder", path, error)),
    }
}

/// Removes an empty folder.
///
/// # Errors
/// [`FsError`].
pub(crate) fn remove_dir(path: &Path) -> Result<(), FsError> {
    std::fs::remove_dir(path).map_err(|e| FsError::new("remove the folder", path, e))
}

/// Makes a folder and those above it where they are not there.
///
/// # Errors [`FsError`].
pub(crate) fn make_folders(path: &Path) -> Result<(), FsError> {
    std::fs::create_dir_all(path).map_err(|e| FsError::new("make the folder", path, e))
}

/// Writes a whole file that must not exist yet.
///
/// # Errors [`FsError`], of kind `AlreadyExists` where the file exists.
pub(crate) fn write_new(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FsError> {
    use std::io::Write;
    File::create_new(path)
        .and_then(|mut file| file.write_all(content.as_ref()))
        .map_err(|e| FsError::new("write", path, e))
}

/// Writes a whole file that must not exist yet, and that only its owner can read.
///
/// # Errors [`FsError`], of kind `AlreadyExists` where the file exists.
pub(crate) fn write_new_private(path: &Path, content: impl AsRef<[u8]>) -> Result<(), FsError> {
    use std::io::Write;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |error| FsError::new("write", path, error);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(content.as_ref()).map_err(|error| {
        // Half a file would be taken for one. The first error is the one to tell.
        let _ = std::fs::remove_file(path);
        failed(error)
    })
}

/// Writes whole files that must not exist yet, all or none, in this order.
///
/// # Errors [`FsError`], of kind `AlreadyExists` where one of them exists.
pub(crate) fn write_all_new<'a>(
    files: impl Iterator<Item = (&'a Path, &'a [u8])>,
) -> Result<(), FsError> {
    let mut written: Vec<&Path> = Vec::new();
    for (path, content) in files {
        if let Err(error) = write_new(path, content) {
            for path in written {
                // The first error is the one to tell.
                let _ = std::fs::remove_file(path);
            }
            return Err(error);
        }
        written.push(path);
    }
    Ok(())
}
