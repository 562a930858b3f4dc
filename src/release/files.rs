//! The files of a release: one walk that looks at every path once, and into those files that can hold
//! machine code.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::error::ReleaseError;
use crate::elf::{self, Header, Machine, Machines, Seen, SeenFiles, Wanted};
use crate::{fs, parallel};

/// The kind of a path of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A directory.
    Directory,
    /// A regular file.
    Regular {
        /// The file's size in bytes when the release was opened.
        size: u64,
    },
    /// A symlink, never followed.
    Symlink {
        /// The symlink's target, unchanged.
        target: Vec<u8>,
    },
}

/// One path of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFile {
    /// The path in the release, `/` between components, not necessarily UTF-8.
    pub path: Vec<u8>,
    /// The kind of the path.
    pub kind: FileKind,
    /// The permission bits as found, with setuid, setgid and sticky. The package has
    /// normalised ones.
    pub mode: u32,
    /// True where the file has another name, in the release or elsewhere.
    pub has_twin: bool,
    /// The path on the build machine, where that is not the same path below the release's own
    /// directory: for the programs of a Cargo project.
    pub source: Option<PathBuf>,
}

impl ReleaseFile {
    /// Returns whether the path is a regular file with any execute bit.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        matches!(self.kind, FileKind::Regular { .. }) && self.mode & 0o111 != 0
    }

    /// Returns the path relative to the release, for the operating system.
    #[must_use]
    pub fn relative(&self) -> Cow<'_, Path> {
        fs::as_path(&self.path)
    }

    /// Returns the last component of the path.
    #[must_use]
    pub fn file_name(&self) -> &[u8] {
        name_of(&self.path)
    }
}

/// A function that decides whether to leave a path out: given the path relative to the release,
/// and whether it is a directory.
pub(crate) type Exclude<'a> = dyn FnMut(&Path, bool) -> bool + 'a;

/// The number of directories that are listed at once: enough for all cores, and little memory.
const BATCH: usize = 64;

/// The result of a walk.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The paths, sorted by their bytes, which puts directories before their contents.
    pub(super) files: Vec<ReleaseFile>,
    pub(super) newest_mtime: u64,
    pub(super) machines: BTreeMap<Machine, Vec<PathBuf>>,
    /// Files with a header of another system.
    pub(super) foreign: Vec<(PathBuf, Header)>,
    /// Executables with a header of their own: linked ELF files and scripts.
    pub(super) programs: BTreeSet<Vec<u8>>,
    /// All that is known of the files that can hold machine code.
    pub(super) seen: SeenFiles,
    /// Those files while they are found.
    candidates: Vec<Candidate>,
}

/// A file that can hold machine code.
#[derive(Debug)]
struct Candidate {
    /// Its path in the release.
    path: Vec<u8>,
    /// Its place on the build machine.
    found: PathBuf,
    executable: bool,
}

impl Walk {
    /// Walks a directory. Paths that `exclude` accepts are neither looked at nor entered.
    pub(super) fn new(root: &Path, exclude: &mut Exclude<'_>) -> Result<Self, ReleaseError> {
        let mut walk = Self::default();
        walk.add_tree(root, "", exclude)?;
        walk.finish()?;
        Ok(walk)
    }

    /// Adds all that is in a directory, below a folder of the release or with an empty name at its top.
    pub(super) fn add_tree(
        &mut self,
        root: &Path,
        below: &str,
        exclude: &mut Exclude<'_>,
    ) -> Result<(), ReleaseError> {
        if !below.is_empty() {
            let (path, source) = (below.as_bytes().to_vec(), Some(root.to_owned()));
            self.add(path, root, &fs::metadata(root)?, source)?;
        }
        let mut directories = vec![below.as_bytes().to_vec()];
        let place = |directory: &Vec<u8>| {
            let inside = &directory[below.len()..];
            root.join(fs::path_from_bytes(
                inside.strip_prefix(b"/").unwrap_or(inside),
            ))
        };
        while !directories.is_empty() {
            let batch = directories.split_off(directories.len().saturating_sub(BATCH));
            let listed =
                parallel::map(&batch, |directory| fs::read_dir_metadata(&place(directory)));
            for (directory, names) in batch.iter().zip(listed) {
                let from = place(directory);
                for (name, metadata) in names? {
                    let path = join(directory, &name);
                    if exclude(&fs::path_from_bytes(&path), metadata.is_dir()) {
                        continue;
                    }
                    if metadata.is_dir() {
                        directories.push(path.clone());
                    }
                    let found = from.join(&name);
                    let source = (!below.is_empty()).then(|| found.clone());
                    self.add(path, &found, &metadata, source)?;
                }
            }
        }
        Ok(())
    }

    /// Adds one path; `found` is its place on the build machine.
    pub(super) fn add(
        &mut self,
        path: Vec<u8>,
        found: &Path,
        metadata: &Metadata,
        source: Option<PathBuf>,
    ) -> Result<(), ReleaseError> {
        refuse_control_characters(&path)?;
        let mode = fs::mode(metadata);
        let kind = if metadata.is_dir() {
            FileKind::Directory
        } else if metadata.is_file() {
            self.newest_mtime = self.newest_mtime.max(fs::mtime(metadata));
            self.note_code(&path, found, metadata.len(), mode);
            FileKind::Regular {
                size: metadata.len(),
            }
        } else if metadata.is_symlink() {
            let target = fs::path_bytes(&fs::read_link(found)?);
            refuse_control_characters(&target)?;
            FileKind::Symlink { target }
        } else {
            return Err(ReleaseError::Special {
                path: shown(&path),
                kind: fs::special_kind(metadata),
            });
        };
        self.files.push(ReleaseFile {
            path,
            kind,
            mode,
            has_twin: fs::several_names(metadata).is_some(),
            source,
        });
        Ok(())
    }

    /// Notes a file that can hold machine code.
    fn note_code(&mut self, path: &[u8], found: &Path, size: u64, mode: u32) {
        let executable = mode & 0o111 != 0;
        let worth_it = size >= elf::SMALLEST_HEADER || executable && size > 2;
        if worth_it && elf::can_be_elf(name_of(path), executable) {
            self.candidates.push(Candidate {
                path: path.to_owned(),
                found: found.to_owned(),
                executable,
            });
        }
    }

    /// Looks into the files that can hold machine code, and sorts what was found.
    pub(super) fn finish(&mut self) -> Result<(), ReleaseError> {
        let candidates = std::mem::take(&mut self.candidates);
        let wanted = candidates.iter().map(|candidate| Wanted {
            path: candidate.found.clone(),
            // lintian reads the programs of the Erlang runtime.
            words: candidate.path.starts_with(b"erts-"),
        });
        self.seen.look(wanted)?;
        let mut machines = Machines::default();
        for candidate in candidates {
            let seen = self.seen.get(&candidate.found);
            if let Some(header) = seen.and_then(Seen::header) {
                machines.add(header, fs::path_from_bytes(&candidate.path));
                self.add_header(header, candidate);
            }
        }
        self.machines = machines.finish();
        // Every directory is sorted already: the stable sort only puts them into one another.
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.foreign.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(())
    }

    fn add_header(&mut self, header: Header, file: Candidate) {
        match header {
            Header::Elf { linked, .. } if file.executable && linked => {
                if !is_library(name_of(&file.path)) {
                    self.programs.insert(file.path);
                }
            }
            Header::Script if file.executable => {
                self.programs.insert(file.path);
            }
            Header::MachO | Header::Windows => {
                self.foreign.push((fs::path_from_bytes(&file.path), header));
            }
            Header::Elf { .. } | Header::Archive { .. } | Header::Script => {}
        }
    }
}

/// Returns the last component of a path of the release.
fn name_of(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// Returns whether a file is a shared library by its name: `libx.so` and `libx.so.1` are often
/// executable, and still no programs.
pub(super) fn is_library(name: &[u8]) -> bool {
    name.ends_with(b".so") || name.windows(4).any(|part| part == b".so.")
}

/// Returns a path for messages: lossy UTF-8 with control characters escaped.
pub(super) fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path)
        .chars()
        .flat_map(|c| {
            let escaped = c.is_control();
            let plain = (!escaped).then_some(c);
            let escape = escaped.then(|| c.escape_default());
            plain.into_iter().chain(escape.into_iter().flatten())
        })
        .collect()
}

fn refuse_control_characters(path: &[u8]) -> Result<(), ReleaseError> {
    if path.iter().any(u8::is_ascii_control) {
        return Err(ReleaseError::ControlCharacter(shown(path)));
    }
    Ok(())
}

fn join(directory: &[u8], name: &OsStr) -> Vec<u8> {
    let name = fs::path_bytes(Path::new(name));
    if directory.is_empty() {
        return name;
    }
    let mut path = Vec::with_capacity(directory.len() + 1 + name.len());
    path.extend_from_slice(directory);
    path.push(b'/');
    path.extend_from_slice(&name);
    path
}
