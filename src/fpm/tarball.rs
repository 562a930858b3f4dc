//! `-s tar`: an archive becomes a folder.

use std::collections::HashMap;
use std::fs::{self as disk, File};
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, Entry, EntryType};

use super::error::FpmError;
use super::limits::Limits;
use crate::fs::{self, TemporaryFolder};

/// The most bytes of a path, as Linux has it.
const MOST_OF_PATH: usize = 4096;
/// The most names in a path.
const MOST_DEEP: usize = 256;
/// The most letters of a name in a message.
const MOST_SHOWN: usize = 200;

/// Unpacks an archive into a folder of its own, and nowhere else.
///
/// # Errors
/// [`FpmError`] where it cannot be read, or something in it would leave the folder.
pub(super) fn unpack(path: &Path) -> Result<TemporaryFolder, FpmError> {
    let failed = |source: io::Error| FpmError::Unpack {
        path: path.to_owned(),
        source,
    };
    let folder = TemporaryFolder::new().map_err(failed)?;
    let limits = Limits::default();
    let mut archive = Archive::new(limits.around(path, decoder(path)?)?);
    archive.set_preserve_mtime(true);
    // The bits of the archive, whatever the umask: its programs stay programs, its secrets secrets.
    archive.set_preserve_permissions(true);
    let mut unpacking = Unpacking {
        archive: path,
        folder: folder.path(),
        places: HashMap::from([(String::new(), true)]),
    };
    // A directory that nobody can write would keep its own files out.
    let mut directories = Vec::new();
    let mut entries = archive.entries().map_err(failed)?;
    loop {
        // All that is read between two entries are names and fields.
        limits.before_entry();
        let Some(entry) = entries.next() else {
            break;
        };
        let mut entry = entry.map_err(failed)?;
        limits.in_entry();
        if entry.header().entry_type() == EntryType::Directory {
            let name = unpacking.name(&entry)?;
            io::copy(&mut entry, &mut io::sink()).map_err(failed)?;
            unpacking.make_directory(&name, &name)?;
            directories.push((name, entry));
        } else {
            unpacking.put(&mut entry)?;
            io::copy(&mut entry, &mut io::sink()).map_err(failed)?;
        }
    }
    directories.sort_by(|a, b| b.0.cmp(&a.0));
    for (name, mut directory) in directories {
        let place = folder.path().join(name);
        directory.unpack(place).map_err(failed)?;
    }
    Ok(folder)
}

/// An archive that is unpacked.
struct Unpacking<'a> {
    archive: &'a Path,
    folder: &'a Path,
    /// The paths that are there; true for a directory.
    places: HashMap<String, bool>,
}

impl Unpacking<'_> {
    /// Puts an entry that is no directory into its place.
    fn put(&mut self, entry: &mut Entry<'_, impl Read>) -> Result<(), FpmError> {
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(());
        }
        let name = self.name(entry)?;
        let is_of_tar = matches!(
            kind,
            EntryType::Regular
                | EntryType::Continuous
                | EntryType::GNUSparse
                | EntryType::Symlink
                | EntryType::Link
        );
        if !is_of_tar {
            return Err(self.refused(&name, "is neither file, directory nor link"));
        }
        if kind == EntryType::GNUSparse || self.is_sparse(entry)? {
            return Err(self.refused(&name, "is a sparse file: archive it without `--sparse`"));
        }
        if self.places.contains_key(&name) {
            return Err(self.refused(&name, "is there twice"));
        }
        let above = name.rsplit_once('/').map_or("", |(above, _)| above);
        self.make_directory(&name, above)?;
        let place = self.folder.join(&name);
        if kind == EntryType::Link {
            self.link(entry, &name, &place)?;
        } else {
            entry.unpack(&place).map_err(|error| self.failed(error))?;
        }
        self.places.insert(name, false);
        Ok(())
    }

    /// Makes another name of a file that is there.
    fn link(&self, entry: &Entry<'_, impl Read>, name: &str, place: &Path) -> Result<(), FpmError> {
        let target = entry.link_name_bytes().unwrap_or_default();
        let target = clean(&String::from_utf8_lossy(&target)).unwrap_or_default();
        if self.places.get(&target) != Some(&false) {
            let fact = format!(
                "is a hard link to `{}`, which is no file before it",
                short(&target)
            );
            return Err(self.refused(name, &fact));
        }
        disk::hard_link(self.folder.join(target), place).map_err(|error| self.failed(error))
    }

    /// Makes the directory of an entry and those above it, unless they are there. None of them is a link.
    fn make_directory(&mut self, name: &str, directory: &str) -> Result<(), FpmError> {
        let mut missing = Vec::new();
        let mut above = directory;
        loop {
            match self.places.get(above) {
                Some(true) => break,
                Some(false) if above == name => {
                    return Err(self.refused(name, "is there twice"));
                }
                Some(false) => {
                    let fact = format!("lies below `{}`, which is no directory", short(above));
                    return Err(self.refused(name, &fact));
                }
                None => missing.push(above),
            }
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
        }
        for name in missing.into_iter().rev() {
            fs::create_dir(&self.folder.join(name))?;
            self.places.insert(name.to_owned(), true);
        }
        Ok(())
    }

    /// Returns the path of an entry, without periods in it.
    fn name(&self, entry: &Entry<'_, impl Read>) -> Result<String, FpmError> {
        let bytes = entry.path_bytes();
        let text = String::from_utf8_lossy(&bytes);
        if bytes.len() > MOST_OF_PATH {
            let fact = format!("has {} bytes, expected at most {MOST_OF_PATH}", bytes.len());
            return Err(self.refused(&text, &fact));
        }
        if std::str::from_utf8(&bytes).is_err() {
            return Err(self.refused(&text, "is no UTF-8"));
        }
        let Some(name) = clean(&text) else {
            return Err(self.refused(&text, "would leave the folder"));
        };
        let deep = name.split('/').count();
        if deep > MOST_DEEP {
            let fact = format!("has {deep} names, expected at most {MOST_DEEP}");
            return Err(self.refused(&name, &fact));
        }
        Ok(name)
    }

    /// Returns whether the fields of an entry say that it is sparse.
    fn is_sparse(&self, entry: &mut Entry<'_, impl Read>) -> Result<bool, FpmError> {
        let fields = entry.pax_extensions();
        let Some(fields) = fields.map_err(|error| self.failed(error))? else {
            return Ok(false);
        };
        let mut keys = fields.flatten();
        Ok(keys.any(|field| field.key_bytes().starts_with(b"GNU.sparse.")))
    }

    fn failed(&self, source: io::Error) -> FpmError {
        FpmError::Unpack {
            path: self.archive.to_owned(),
            source,
        }
    }

    fn refused(&self, name: &str, fact: &str) -> FpmError {
        FpmError::Member {
            path: self.archive.to_owned(),
            what: format!("`{}` {fact}", short(name)),
        }
    }
}

/// Returns a path without periods and slashes around it; nothing where it leads upwards.
fn clean(path: &str) -> Option<String> {
    let names = path.split('/').filter(|it| !matches!(*it, "" | "."));
    let names: Vec<&str> = names.collect();
    (!names.contains(&"..")).then(|| names.join("/"))
}

/// Returns the start of a name that would fill the screen.
fn short(name: &str) -> String {
    let start: String = name.chars().take(MOST_SHOWN).collect();
    let more = if start.len() < name.len() { "…" } else { "" };
    format!("{}{more}", crate::escape::line(&start))
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
