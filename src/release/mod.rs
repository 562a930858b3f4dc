//! A release as found on the build machine: by relx or mix, or a plain program. All facts about
//! it are read here once; nothing is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::elf::{Machine, SeenFiles};
use crate::finding::Finding;
use crate::fs;

mod absent;
mod cargo;
mod configuration;
mod cookie;
mod copyright;
mod erlang;
mod error;
mod exclude;
mod files;
mod findings;
mod hooks;
mod included;
pub mod kinds;
mod licenses;
mod links;
mod plain;
pub(crate) mod preset;
mod relative;
mod runtime;
mod start_script;

pub(crate) use cargo::is_output as is_cargo_output;
pub(crate) use cargo::{CargoPackage, CargoProfiles, require_programs};
pub(crate) use cargo::{
    package_at as cargo_package_at, packages as cargo_packages,
    release_directory as cargo_release_directory,
};
pub use configuration::CookieValue;
pub(crate) use configuration::{Configuration, Include};
pub(crate) use cookie::kept_off_command_lines;
pub(crate) use copyright::{copyright_holder, licensed_by};
pub(crate) use erlang::Erts;
pub use error::ReleaseError;
pub(crate) use error::mixture;
pub(crate) use exclude::Patterns;
pub(crate) use files::Exclude;
pub(crate) use files::{FileKind, ReleaseFile};
pub(crate) use findings::{exclude_patterns, releases_below};
pub(crate) use included::sets_mnesia_directory;
pub use kinds::Wanted;
pub(crate) use kinds::{KindWord, UnknownKind};
pub(crate) use licenses::{Component, components};
pub(crate) use links::{Node, Outcome, means_target_machine, resolve};
pub(crate) use relative::RelativePath;
pub(crate) use start_script::StartScript;

use kinds::{Folder, Kind};

/// A release on the build machine.
#[derive(Debug, Clone)]
pub struct Release {
    /// The directory, as given.
    pub path: PathBuf,
    /// The kind of the release.
    pub kind: &'static Kind,
    /// The release's own name, such as `my_app`: that of the `.rel` file, of Cargo's package,
    /// or of the only program.
    pub name: Option<String>,
    /// The release's own version, such as `1.4.0-rc.1`: not yet one of Debian's.
    pub version: Option<String>,
    /// The Erlang runtime; `None` for plain programs.
    pub erts: Option<Erts>,
    /// The OTP release that the runtime belongs to, `25`.
    pub otp_version: Option<String>,
    /// Name and version of each OTP application of the release.
    pub applications: Vec<(String, String)>,
    /// `releases/VERSION` with the current version, relative to the release.
    pub version_directory: Option<PathBuf>,
    /// The script or program that starts the release; `None` where there is none, or more than
    /// one program to choose from.
    pub start_script: Option<StartScript>,
    /// The programs of a plain release, relative to it.
    pub programs: Vec<PathBuf>,
    /// The machines for which there is code, with the files, relative to the release.
    pub machines: BTreeMap<Machine, Vec<PathBuf>>,
    /// All that is known of the files that can hold machine code, by their path on the build machine.
    pub(crate) seen: SeenFiles,
    /// The newest modification time of a regular file, in seconds since 1970.
    pub newest_mtime: u64,
    /// Every path, sorted by its bytes: directories come before their contents.
    pub files: Vec<ReleaseFile>,
    /// The files that the release reads at start.
    pub configuration: Configuration,
}

impl Release {
    /// Reads the release in a directory, all of it.
    ///
    /// # Errors [`ReleaseError`] where the directory is no release, or holds files that
    /// no package can.
    pub fn open(path: &Path, kind: Option<KindWord>) -> Result<(Self, Vec<Finding>), ReleaseError> {
        let wanted = Wanted {
            kind,
            ..Wanted::default()
        };
        Self::open_without(path, &wanted, &mut |_, _| false)
    }

    /// Reads the release in a directory without the paths that `exclude` accepts: such paths are
    /// neither read nor in [`Release::files`], and nothing is found about them. `exclude` is
    /// asked once for each path that is not below one it accepted, in no particular order.
    /// `project` is the directory of the manifest, where there is one: it tells which of the
    /// Cargo packages with one target directory is meant.
    ///
    /// # Errors
    /// [`ReleaseError`] as for [`Release::open`].
    pub fn open_without(
        path: &Path,
        wanted: &Wanted,
        exclude: &mut Exclude<'_>,
    ) -> Result<(Self, Vec<Finding>), ReleaseError> {
        findings::require_directory(path)?;
        let mut folder = Folder::new(path, wanted);
        let kind = Kind::of(&mut folder, wanted.kind)?;
        if wanted.runtime.is_some() && kind.runtime_packages.is_empty() {
            return Err(ReleaseError::NoUseForRuntime(kind.name));
        }
        (kind.open)(&mut folder, kind, exclude)
    }

    /// Returns the machine that the release is for; `None` where it has no machine code and so
    /// runs on any.
    ///
    /// # Errors
    /// [`ReleaseError::MixedMachines`] with the files of each, where there is more than one.
    pub fn machine(&self) -> Result<Option<Machine>, ReleaseError> {
        if self.machines.len() > 1 {
            let each = self.machines.iter();
            return Err(ReleaseError::MixedMachines(
                each.map(|(machine, files)| (*machine, files.clone()))
                    .collect(),
            ));
        }
        Ok(self.machines.keys().next().copied())
    }

    /// Checks that the release includes the Erlang runtime that it needs, or that its package depends
    /// on one. `depends_on` tells whether it depends on a package.
    ///
    /// # Errors
    /// [`ReleaseError::NoErts`] or [`ReleaseError::NoRuntime`], unless the runtime is there or none is
    /// needed.
    pub fn require_runtime(&self, depends_on: impl Fn(&str) -> bool) -> Result<(), ReleaseError> {
        let packages = self.kind.runtime_packages;
        let is_there = || self.erts.is_some() || packages.iter().any(|name| depends_on(name));
        if packages.is_empty() || is_there() {
            return self.require_erts();
        }
        Err(ReleaseError::NoRuntime {
            path: self.path.clone(),
            hint: self.kind.runtime_hint,
        })
    }

    /// Checks that the release includes the Erlang runtime that it was made for.
    ///
    /// # Errors
    /// [`ReleaseError::NoErts`], unless the runtime is included or none is needed.
    pub fn require_erts(&self) -> Result<(), ReleaseError> {
        match &self.erts {
            Some(erts) if !erts.included => Err(ReleaseError::NoErts {
                path: self.path.clone(),
                expected: erts.program(),
                hint: self.kind.runtime_hint,
            }),
            _ => Ok(()),
        }
    }

    /// Returns the start script for a program that the manifest names, relative to the
    /// release.
    ///
    /// # Errors
    /// [`ReleaseError::NoProgram`] where it is no executable file of the release.
    pub fn program(&self, program: &str) -> Result<StartScript, ReleaseError> {
        let path = Path::new(program.strip_prefix("./").unwrap_or(program));
        if let Some(script) = self
            .start_script
            .as_ref()
            .filter(|script| script.path == path)
        {
            return Ok(script.clone());
        }
        let bytes = fs::path_bytes(path);
        match self.file(&bytes) {
            Some(file) if file.is_executable() || matches!(file.kind, FileKind::Symlink { .. }) => {
                self.started_by(file, path)
            }
            found => {
                let known = self.executables();
                let mut same = known.iter().filter(|it| it.file_name() == path.file_name());
                let expected = match found {
                    Some(_) => "an executable file".into(),
                    None => findings::choice(&known),
                };
                Err(ReleaseError::NoProgram {
                    path: self.path.clone(),
                    program: program.to_owned(),
                    expected,
                    meant: same.next().cloned(),
                })
            }
        }
    }

    /// Returns a program that is not the start script, with what the kind of the release makes of it.
    fn started_by(&self, file: &ReleaseFile, path: &Path) -> Result<StartScript, ReleaseError> {
        if !self.kind.is_erlang {
            return Ok(StartScript::program(path.to_owned()));
        }
        let text = match file.kind {
            FileKind::Regular { size } if size <= LARGEST_SCRIPT => fs::read(&self.source(file))?,
            _ => Vec::new(),
        };
        let text = String::from_utf8_lossy(&text);
        let own = self.start_script.as_ref();
        Ok(StartScript::of_wrapper(
            path.to_owned(),
            self.kind,
            &text,
            own,
        ))
    }

    /// Checks that the start script and the programs of the runtime can be run.
    fn require_executable(&self) -> Result<(), ReleaseError> {
        let script = self.start_script.iter().map(|script| script.path.clone());
        let runtime = self.kind.runs.iter().filter_map(|path| {
            Some(match path.split_once('/')? {
                ("ERTS", name) => self.erts.as_ref()?.directory.join(name),
                ("VERSION", name) => self.version_directory.as_ref()?.join(name),
                _ => PathBuf::from(path),
            })
        });
        let is_closed = |path: &PathBuf| {
            let file = self.file(&fs::path_bytes(path));
            file.is_some_and(|file| {
                matches!(file.kind, FileKind::Regular { .. }) && !file.is_executable()
            })
        };
        let closed: Vec<PathBuf> = script.chain(runtime).filter(is_closed).collect();
        ReleaseError::not_executable(&self.path, &closed).map_or(Ok(()), Err)
    }

    /// Returns the file at a path of the release.
    #[must_use]
    pub fn file(&self, path: &[u8]) -> Option<&ReleaseFile> {
        let found = self
            .files
            .binary_search_by(|file| file.path.as_slice().cmp(path));
        found.ok().map(|index| &self.files[index])
    }

    /// Returns whether a directory of the release holds more than directories and the files that keep
    /// empty ones in a repository.
    pub(crate) fn holds_files(&self, directory: &[u8]) -> bool {
        const KEEPERS: [&[u8]; 3] = [b".gitkeep", b".keep", b".gitignore"];
        self.files.iter().any(|file| {
            let below = file.path.strip_prefix(directory);
            below.is_some_and(|rest| rest.starts_with(b"/"))
                && file.kind != FileKind::Directory
                && !KEEPERS.contains(&file.file_name())
        })
    }

    /// Returns where a file of the release lies on the build machine.
    #[must_use]
    pub fn source(&self, file: &ReleaseFile) -> PathBuf {
        if let Some(source) = &file.source {
            return source.clone();
        }
        // `Path::join` reserves twice the space, which adds up to megabytes for many files.
        let length = self.path.as_os_str().len() + 1 + file.path.len();
        let mut source = PathBuf::with_capacity(length);
        source.push(&self.path);
        source.push(file.relative());
        source
    }

    /// Returns the programs of a plain release, or else the executables in `bin/`.
    fn executables(&self) -> Vec<PathBuf> {
        if !self.programs.is_empty() {
            return self.programs.clone();
        }
        let in_bin = |file: &&ReleaseFile| {
            file.is_executable()
                && file
                    .path
                    .strip_prefix(b"bin/")
                    .is_some_and(|name| !name.contains(&b'/'))
        };
        self.files
            .iter()
            .filter(in_bin)
            .map(|file| file.relative().into_owned())
            .collect()
    }
}

/// The greatest size of a start script in bytes: larger files in `bin/` are programs.
const LARGEST_SCRIPT: u64 = 1 << 20;

/// Returns the programs directly in one directory: `bin` or, with an empty name, the top.
fn programs_in(programs: &BTreeSet<Vec<u8>>, directory: &[u8]) -> Vec<PathBuf> {
    programs
        .iter()
        .filter(|path| {
            let parent = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            &path[..parent] == directory
        })
        .map(|path| fs::path_from_bytes(path))
        .collect()
}
