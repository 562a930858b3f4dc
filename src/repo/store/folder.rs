//! A repository in a folder of this machine.
//!
//! A file is written beside the others, in the folder `.reldeb`, and gets its name when it is
//! whole and on the disk. From the look at what has that name until then the file `.reldeb/lock`
//! is locked, so that of several programs each sees the work of the one before.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use walkdir::WalkDir;

use super::{
    Caching, Expected, Listed, Object, Source, Store, StoreError, Token, Written, check_path,
    hexadecimal, read_pieces, sum_of,
};
use crate::fs::{self, FsError};

/// The folder at the top with the lock and the files that are not whole yet.
const WORK: &str = ".reldeb";
/// The folder with the suites.
const SUITES: &str = "dists";
/// The age from which an unfinished file is locked by who writes it.
const LOCKED: Duration = Duration::from_secs(60);
/// The age of an unfinished file that nobody writes any more, where no lock tells.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A folder of this machine as a store. It is made with the first file.
#[derive(Debug, Clone)]
pub struct FolderStore {
    top: PathBuf,
}

impl FolderStore {
    /// Makes a store of a folder, which need not exist.
    #[must_use]
    pub fn new(top: impl Into<PathBuf>) -> Self {
        Self { top: top.into() }
    }

    /// Returns the place of a path, which may be a file or not.
    fn place(&self, path: &str) -> Result<PathBuf, StoreError> {
        check_path(path)?;
        if path.split('/').next() == Some(WORK) {
            return Err(StoreError::Path { path: path.into() });
        }
        Ok(self.top.join(path))
    }

    /// Opens the file at a path, or none where there is none.
    fn open(&self, path: &str) -> Result<Option<File>, StoreError> {
        let place = self.place(path)?;
        let real = match fs::canonicalize(&place) {
            Ok(real) => real,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        self.check_inside(&real, path)?;
        if real.is_dir() {
            return Ok(None);
        }
        match fs::open_plain(&real, "open", File::options().read(true)) {
            Ok(file) => Ok(Some(file)),
            // Removed since.
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks that a path, symlinks followed, is in the folder.
    fn check_inside(&self, real: &Path, path: &str) -> Result<(), StoreError> {
        if real.starts_with(fs::canonicalize(&self.top)?) {
            Ok(())
        } else {
            Err(StoreError::Outside { path: path.into() })
        }
    }

    /// Checks that a folder is in the top, and in its place: one that a symlink leads to has another name
    /// too, by which somebody else reads and writes it. Returns whether it is there at all.
    fn is_in_place(&self, folder: &Path, path: &str) -> Result<bool, StoreError> {
        let real = match fs::canonicalize(folder) {
            Ok(real) => real,
            Err(error) if is_absent(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        self.check_inside(&real, path)?;
        let top = fs::canonicalize(&self.top)?;
        let below = folder.strip_prefix(&self.top).unwrap_or(folder);
        if real == top.join(below) {
            return Ok(true);
        }
        let mut link = self.top.clone();
        for name in below {
            link.push(name);
            if is_link(&link) {
                break;
            }
        }
        let real = fs::canonicalize(&link)?;
        let shown = |path: &Path, top| {
            let below = path.strip_prefix(top).unwrap_or(path);
            below.display().to_string()
        };
        Err(StoreError::Alias {
            path: shown(&link, &self.top),
            real: shown(&real, &top),
        })
    }

    /// Returns whether a path is another name of a suite, by a symlink: apt reads both, and the files of
    /// the suite are known by its own name.
    fn is_alias(&self, place: &Path) -> bool {
        let suites = self.top.join(SUITES);
        let real = |path: &Path| fs::canonicalize(path).ok();
        place.parent() == Some(&suites)
            && real(place).is_some_and(|it| it.is_dir() && it.parent() == real(&suites).as_deref())
    }

    /// Returns the mark of the file at a path: the SHA-256 of its bytes.
    fn token(&self, path: &str) -> Result<Option<Token>, StoreError> {
        Ok(self.sum(path)?.map(Token))
    }

    fn is_expected(&self, path: &str, expected: &Expected) -> Result<bool, StoreError> {
        Ok(match expected {
            Expected::Any => true,
            Expected::Absent => self.token(path)?.is_none(),
            Expected::State(token) => self.token(path)?.as_ref() == Some(token),
        })
    }

    /// Returns the permission bits that the top shares with its group: what is in it shares
    /// them too.
    fn shared(&self) -> Result<u32, FsError> {
        Ok(fs::mode(&fs::metadata(&self.top)?) & 0o2020)
    }

    /// Makes the top and the folder of our own in it.
    fn make_work(&self) -> Result<PathBuf, FsError> {
        let work = self.top.join(WORK);
        if fs::symlink_metadata(&work).is_ok_and(|it| it.is_symlink()) {
            let error = io::Error::other("it is a symlink, expected a folder");
            return Err(FsError::new("write below", &work, error));
        }
        if work.is_dir() {
            return Ok(work);
        }
        if fs::create_dir(&self.top)? {
            fs::set_mode(&self.top, 0o755)?;
        }
        if fs::create_dir(&work)? {
            let shared = self.shared()?;
            let group = if shared & 0o020 == 0 { 0 } else { 0o070 };
            fs::set_mode(&work, 0o700 | group | shared)?;
        }
        Ok(work)
    }

    /// Waits for the lock. It ends with the file that is returned.
    fn lock(&self) -> Result<File, FsError> {
        let work = self.make_work()?;
        let path = work.join("lock");
        let failed = |error| FsError::new("lock", &path, error);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let file = fs::open_plain(&path, "lock", &mut options)?;
        if let Err(error) = file.try_lock() {
            let TryLockError::WouldBlock = error else {
                return Err(failed(error.into()));
            };
            file.lock().map_err(failed)?;
        }
        // Another user of the group locks the same file.
        if self.shared()? & 0o020 != 0 {
            let _ = fs::set_mode_of(&file, 0o660);
        }
        remove_abandoned(&work);
        Ok(file)
    }

    /// Writes the bytes of a file to be to the disk, and returns the mark of them.
    fn spool(&self, path: &Path, source: Source) -> Result<(NamedTempFile, Token), FsError> {
        let work = self.make_work()?;
        let failed = |error| FsError::new("write", path, error);
        let mut file = tempfile::Builder::new()
            .prefix("new-")
            .tempfile_in(work)
            .map_err(failed)?;
        // Until it has its name, or this process is gone. Where there are no locks, its age tells.
        let _ = file.as_file().try_lock();
        let mut hash = Sha256::new();
        match source {
            Source::Bytes(bytes) => {
                hash.update(bytes);
                file.write_all(bytes).map_err(failed)?;
            }
            Source::File(source, _) => read_pieces(&mut fs::open(source)?, source, |piece| {
                hash.update(piece);
                file.write_all(piece).map_err(failed)
            })?,
        }
        fs::set_mode(file.path(), 0o644 | self.shared()? & 0o020)?;
        file.as_file().sync_all().map_err(failed)?;
        Ok((file, Token(hexadecimal(&hash.finalize()))))
    }

    /// Makes a folder in the top and those above it, for everybody to read.
    fn make_folders(&self, folder: &Path, path: &str) -> Result<(), StoreError> {
        if self.is_in_place(folder, path)? {
            return Ok(());
        }
        let above = folder.parent().unwrap_or(folder);
        self.make_folders(above, path)?;
        if fs::create_dir(folder)? {
            fs::set_mode(folder, 0o755 | self.shared()?)?;
            sync_folder(above)?;
        }
        Ok(())
    }

    fn listed(&self, path: &str) -> Result<Option<Listed>, StoreError> {
        let Some(file) = self.open(path)? else {
            return Ok(None);
        };
        let metadata = file
            .metadata()
            .map_err(|error| FsError::new("look at", self.top.join(path), error))?;
        Ok(Some(Listed {
            path: path.into(),
            size: metadata.len(),
            modified: metadata.modified().ok(),
        }))
    }
}

impl Store for FolderStore {
    fn get(&self, path: &str) -> Result<Option<Object>, StoreError> {
        let Some(mut file) = self.open(path)? else {
            return Ok(None);
        };
        let failed = |error| FsError::new("read", self.top.join(path), error);
        let modified = file.metadata().map_err(failed)?.modified().ok();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        Ok(Some(Object {
            token: Token(sum_of(&bytes)),
            bytes,
            modified,
        }))
    }

    fn facts(&self, path: &str) -> Result<Option<Listed>, StoreError> {
        self.listed(path)
    }

    fn sum(&self, path: &str) -> Result<Option<String>, StoreError> {
        let Some(mut file) = self.open(path)? else {
            return Ok(None);
        };
        let mut hash = Sha256::new();
        read_pieces(&mut file, &self.top.join(path), |piece| {
            hash.update(piece);
            Ok(())
        })?;
        Ok(Some(hexadecimal(&hash.finalize())))
    }

    fn real_path(&self, path: &str) -> Option<String> {
        let real = fs::canonicalize(&self.place(path).ok()?).ok()?;
        let top = fs::canonicalize(&self.top).ok()?;
        Some(real.strip_prefix(top).ok()?.to_str()?.to_owned())
    }

    fn expect_in_place(&self, path: &str) -> Result<(), StoreError> {
        let place = self.place(path)?;
        self.is_in_place(place.parent().unwrap_or(&self.top), path)?;
        Ok(())
    }

    fn put(
        &self,
        path: &str,
        source: Source,
        expected: &Expected,
        _caching: Caching,
    ) -> Result<Written, StoreError> {
        let place = self.place(path)?;
        // Most often this spares a copy; what counts is the look under the lock.
        if *expected == Expected::Absent && self.open(path)?.is_some() {
            return Ok(Written::Unexpected);
        }
        let (file, token) = self.spool(&place, source)?;
        if let Source::File(path, expected) = source {
            super::check_unchanged(path, expected, &token.0)?;
        }
        let _lock = self.lock()?;
        if !self.is_expected(path, expected)? {
            return Ok(Written::Unexpected);
        }
        let folder = place.parent().unwrap_or(&self.top);
        self.make_folders(folder, path)?;
        file.persist(&place)
            .map_err(|error| FsError::new("write", &place, error.error))?;
        sync_folder(folder)?;
        Ok(Written::Done(token))
    }

    fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let folder = prefix.rsplit_once('/').map_or("", |(folder, _)| folder);
        let start = if folder.is_empty() {
            self.top.clone()
        } else {
            self.place(folder)?
        };
        match fs::canonicalize(&start) {
            Ok(real) => self.check_inside(&real, folder)?,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
        let work = self.top.join(WORK);
        let mut found = Vec::new();
        for entry in WalkDir::new(&start)
            .into_iter()
            .filter_entry(|entry| entry.path() != work)
        {
            let entry = match entry.map_err(|error| walk_error(&start, error)) {
                Ok(entry) => entry,
                Err(error) if is_absent(&error) => continue,
                Err(error) => return Err(error.into()),
            };
            let below = entry.path().strip_prefix(&self.top);
            let Some(path) = below.ok().and_then(Path::to_str) else {
                continue;
            };
            if entry.file_type().is_dir() || !path.starts_with(prefix) {
                continue;
            }
            match self.listed(path)? {
                Some(listed) => found.push(listed),
                None if self.is_alias(entry.path()) => {}
                None if is_link(entry.path()) => {
                    return Err(StoreError::Link { path: path.into() });
                }
                // Removed since, or no file.
                None => {}
            }
        }
        found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    fn list_beside_pool(&self) -> Result<Vec<Listed>, StoreError> {
        let others = [self.top.join(WORK), self.top.join("pool")];
        let entries = WalkDir::new(&self.top)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !others.iter().any(|it| entry.path() == it));
        let files = entries.flatten().filter(|it| it.file_type().is_file());
        let listed = files.filter_map(|entry| {
            let path = entry.path().strip_prefix(&self.top).ok()?.to_str()?;
            self.listed(path).ok()?
        });
        Ok(listed.collect())
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        let place = self.place(path)?;
        let folder = place.parent().unwrap_or(&self.top);
        if !self.is_in_place(folder, path)?
            || fs::symlink_metadata(&place).is_err_and(|error| is_absent(&error))
        {
            return Ok(());
        }
        let _lock = self.lock()?;
        match std::fs::remove_file(&place) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(FsError::new("remove", place, error).into()),
        }
        sync_folder(folder)?;
        // A folder that is not empty, or not ours, stays.
        for folder in place.ancestors().skip(1) {
            if folder == self.top || std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}

fn is_absent(error: &FsError) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.source.kind(), NotFound | NotADirectory)
}

/// Returns whether a path is a symlink now.
fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

fn walk_error(start: &Path, error: walkdir::Error) -> FsError {
    let path = error.path().unwrap_or(start).to_path_buf();
    let source = error
        .into_io_error()
        .unwrap_or_else(|| io::ErrorKind::Other.into());
    FsError::new("list", path, source)
}

/// Brings the names in a folder to the disk.
fn sync_folder(folder: &Path) -> Result<(), FsError> {
    let file = fs::open(folder)?;
    match file.sync_all() {
        // Some file systems have nothing to do there and say so.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        outcome => outcome.map_err(|error| FsError::new("write", folder, error)),
    }
}

/// Removes the unfinished files of runs that were killed. The lock is held.
fn remove_abandoned(work: &Path) {
    let Ok(found) = fs::read_dir_metadata(work) else {
        return;
    };
    for (name, metadata) in found {
        let age = metadata
            .modified()
            .ok()
            .and_then(|time| SystemTime::now().duration_since(time).ok());
        if !name.to_string_lossy().starts_with("new-") {
            continue;
        }
        let path = work.join(name);
        let file = fs::open_plain(&path, "open", File::options().read(true));
        let oldest = match file.map(|file| file.try_lock()) {
            Ok(Ok(())) => LOCKED,
            Ok(Err(TryLockError::WouldBlock)) => continue,
            _ => ABANDONED,
        };
        if age.is_some_and(|age| age > oldest) {
            let _ = std::fs::remove_file(path);
        }
    }
}
