//! `-s tar`: an archive becomes a folder.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, EntryType};
use tempfile::TempDir;

use super::error::FpmError;
use crate::fs;

/// Unpacks an archive into a folder of its own, and nowhere else.
///
/// # Errors
/// [`FpmError`] where it cannot be read, or something in it would leave the folder.
pub(super) fn unpack(path: &Path) -> Result<TempDir, FpmError> {
    let failed = |source: io::Error| FpmError::Unpack {
        path: path.to_owned(),
        source,
    };
    let refused = |what: String| FpmError::Member {
        path: path.to_owned(),
        what,
    };
    let folder = TempDir::with_prefix("reldeb-").map_err(failed)?;
    let mut archive = Archive::new(decoder(path)?);
    archive.set_preserve_mtime(true);
    // The bits of the archive, whatever the umask: its programs stay programs, its secrets secrets.
    archive.set_preserve_permissions(true);
    // A directory that nobody can write would keep its own files out.
    let mut directories = Vec::new();
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        let name = entry.path().map_err(failed)?.display().to_string();
        match entry.header().entry_type() {
            EntryType::Directory => directories.push(entry),
            EntryType::Regular
            | EntryType::Continuous
            | EntryType::GNUSparse
            | EntryType::Symlink
            | EntryType::Link => {
                if !entry.unpack_in(folder.path()).map_err(failed)? {
                    return Err(refused(format!("`{name}` would leave the folder")));
                }
            }
            EntryType::XGlobalHeader => {}
            _ => {
                return Err(refused(format!(
                    "`{name}` is neither file, directory nor link"
                )));
            }
        }
    }
    for mut directory in directories {
        let name = directory.path().map_err(failed)?.display().to_string();
        if !directory.unpack_in(folder.path()).map_err(failed)? {
            return Err(refused(format!("`{name}` would leave the folder")));
        }
    }
    Ok(folder)
}

/// Returns the folder in an unpacked archive that `-C` names.
///
/// # Errors
/// [`FpmError`] where it is none, or outside.
pub(super) fn folder_in(root: &Path, chdir: Option<&str>) -> Result<PathBuf, FpmError> {
    let Some(chdir) = chdir else {
        return Ok(root.to_owned());
    };
    let outside = || FpmError::Outside {
        path: chdir.to_owned(),
    };
    let mut folder = root.to_owned();
    for part in Path::new(chdir).components() {
        match part {
            Component::Normal(name) => folder.push(name),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    if !folder.is_dir() {
        return Err(FpmError::NoFile {
            path: chdir.into(),
            option: "-C".into(),
        });
    }
    if !fs::canonicalize(&folder)?.starts_with(fs::canonicalize(root)?) {
        return Err(outside());
    }
    Ok(folder)
}

/// Opens an archive, whatever it is compressed with.
fn decoder(path: &Path) -> Result<Box<dyn Read>, FpmError> {
    let mut start = [0; 6];
    let length = fs::read_start(path, &mut start)?;
    let file: BufReader<File> = BufReader::new(fs::open(path)?);
    let failed = |source| FpmError::Unpack {
        path: path.to_owned(),
        source,
    };
    Ok(match start[..length] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(file)),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => {
            Box::new(liblzma::read::XzDecoder::new_multi_decoder(file))
        }
        [b'B', b'Z', b'h', ..] => Box::new(bzip2::read::MultiBzDecoder::new(file)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(file).map_err(failed)?),
        _ => Box::new(file),
    })
}

/// Returns the name of a package that an archive makes: that of the file, up to the first period.
pub(super) fn name(path: &str) -> Option<&str> {
    let name = Path::new(path).file_name()?.to_str()?;
    name.split('.').next().filter(|it| !it.is_empty())
}
