//! `ReleaseError`: the reasons why a directory cannot be packaged, with hints on what to do.

use std::path::{Path, PathBuf};

use crate::elf::Machine;
use crate::erlang::term::TermError;
use crate::fs::FsError;
use crate::message::quoted;

/// The number of names that an error lists before it only counts.
const NAMES_SHOWN: usize = 3;

/// A directory that is no release, or a release that cannot become a package.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// There is nothing at the path.
    #[error("release `{}` does not exist", path.display())]
    Missing {
        /// The path as given.
        path: PathBuf,
        /// A hint: how such a path is built, or which part of it exists.
        hint: Option<String>,
    },
    /// The path is a file: an archive of a release, most often.
    #[error("release `{}` is a file, expected a directory", .0.display())]
    NotDirectory(PathBuf),
    /// Neither a start script's data nor a program is there.
    #[error("`{}` is no release: looked for {looked_for}, found {found}", path.display())]
    NotARelease {
        /// The path as given.
        path: PathBuf,
        /// The files that make a directory a release.
        looked_for: String,
        /// The names found in the directory.
        found: String,
        /// A hint: releases seen below the directory, or how one is built.
        hint: Option<String>,
    },
    /// `releases/start_erl.data` names a version that is not there, or names none.
    #[error("`{}` says `{content}`, {expected}", path.display())]
    StartErlData {
        /// The file.
        path: PathBuf,
        /// The contents of the file.
        content: String,
        /// The contents that were expected.
        expected: String,
    },
    /// The version of a release ends with a line break.
    #[error("release `{}` has the version `{version}` with a line break at its end", path.display())]
    LineBreakInVersion {
        /// The release.
        path: PathBuf,
        /// The version without it.
        version: String,
    },
    /// The `.rel` file is no Erlang term, or not that of a release.
    #[error("`{}` is not a release resource file: {reason}", path.display())]
    BadRel {
        /// The file.
        path: PathBuf,
        /// The fault of the file.
        reason: String,
    },
    /// A file of Erlang terms that cannot be read as such.
    #[error("`{}` cannot be read as Erlang terms: {source}", path.display())]
    BadTerms {
        /// The file.
        path: PathBuf,
        /// The place and the fault.
        source: TermError,
    },
    /// The directory of the current version holds several releases.
    #[error("`{}` holds several releases: {}", directory.display(), list(names))]
    SeveralNames {
        /// `releases/VERSION`.
        directory: PathBuf,
        /// The `.rel` files found.
        names: Vec<String>,
    },
    /// The release needs Erlang on the target.
    #[error(
        "release `{}` has no Erlang runtime: `{}` does not exist",
        path.display(), expected.display()
    )]
    NoErts {
        /// The release.
        path: PathBuf,
        /// The file that an included runtime has, relative to the release.
        expected: PathBuf,
        /// A hint on what to do about it.
        hint: &'static str,
    },
    /// The release runs on Erlang, and neither brings it nor depends on it.
    #[error(
        "release `{}` brings no Erlang runtime, and the package depends on none",
        path.display()
    )]
    NoRuntime {
        /// The release.
        path: PathBuf,
        /// A hint on what to do about it.
        hint: &'static str,
    },
    /// A folder that is no installed Erlang.
    #[error("runtime `{}` is no installed Erlang, expected `erts-*/bin/erlexec` and `bin/start.boot`", .0.display())]
    NotARuntime(PathBuf),
    /// The kind of the release needs no runtime beside it.
    #[error("`runtime` is not for a release of kind `{0}`, which brings what it needs")]
    NoUseForRuntime(&'static str),
    /// Symlinks to files of the build machine.
    #[error(
        "release `{}` links to files of this machine: {}",
        path.display(), list(links)
    )]
    DevMode {
        /// The release.
        path: PathBuf,
        /// `LINK -> TARGET` of each.
        links: Vec<String>,
        /// A hint on what to do about it.
        hint: &'static str,
    },
    /// A relative symlink that climbs out of the release.
    #[error("symlink `{link}` -> `{target}` leaves the release")]
    LinkOutside {
        /// The link, relative to the release.
        link: String,
        /// The target of the link.
        target: String,
    },
    /// Symlinks that lead to each other.
    #[error("symlink `{link}` -> `{target}` is a loop")]
    LinkLoop {
        /// The link, relative to the release.
        link: String,
        /// The target of the link.
        target: String,
    },
    /// A socket, FIFO or device.
    #[error("`{path}` in the release is a {kind}, expected a file, a directory or a symlink")]
    Special {
        /// The path, relative to the release.
        path: String,
        /// The kind of the path, such as `socket`.
        kind: &'static str,
    },
    /// dpkg refuses newlines in names; other control characters corrupt terminals and lists.
    #[error("the name `{0}` in the release contains a control character")]
    ControlCharacter(String),
    /// Machine code for more than one machine.
    #[error("the release mixes architectures: {}", mixture(.0))]
    MixedMachines(Vec<(Machine, Vec<PathBuf>)>),
    /// The program that `[service] program` names is not there.
    #[error("program `{program}` is not in the release `{}`, expected {expected}", path.display())]
    NoProgram {
        /// The release.
        path: PathBuf,
        /// The program as written.
        program: String,
        /// The programs that can be named.
        expected: String,
        /// The program that has the same name.
        meant: Option<PathBuf>,
    },
    /// Files that the release runs, and that have lost their executable bit.
    #[error(
        "release `{}` cannot start: {} {} not executable",
        path.display(), list(files), if files.len() == 1 { "is" } else { "are" }
    )]
    NotExecutable {
        /// The release.
        path: PathBuf,
        /// The files, relative to the release.
        files: Vec<String>,
    },
    /// A Cargo project's manifest that cannot be read.
    #[error("`{}` is not a Cargo manifest: {reason}", path.display())]
    BadCargoManifest {
        /// The file.
        path: PathBuf,
        /// The fault of the file.
        reason: String,
    },
    /// A Cargo project without a program.
    #[error("`{}` makes no program{}", path.display(), and_libraries(libraries))]
    OnlyLibraries {
        /// The file.
        path: PathBuf,
        /// The libraries that the project makes for other languages.
        libraries: Vec<String>,
    },
    /// A Cargo project of several packages, none of which is named.
    #[error("`{}` has several packages: {}", path.display(), list(names))]
    SeveralPackages {
        /// The file.
        path: PathBuf,
        /// The names of the packages.
        names: Vec<String>,
    },
    /// The operating system refused.
    #[error(transparent)]
    Fs(#[from] FsError),
}

impl ReleaseError {
    /// Returns the error for files without their executable bit; `None` where there are none.
    pub(super) fn not_executable(release: &Path, files: &[PathBuf]) -> Option<Self> {
        let files: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        (!files.is_empty()).then(|| Self::NotExecutable {
            path: release.to_owned(),
            files,
        })
    }

    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Missing { hint, .. } | Self::NotARelease { hint, .. } => hint.clone(),
            Self::NotDirectory(path) => Some(not_directory(path)),
            Self::StartErlData { .. } => {
                Some("build the release again from an empty directory".into())
            }
            Self::LineBreakInVersion { .. } => Some(
                "leave the line break out where a command of rebar.config gives the version, as in \
                 `{cmd, \"git describe --tags | tr -d '\\n'\"}`, and build the release again"
                    .into(),
            ),
            Self::SeveralNames { .. } => Some(
                "build each release into its own directory, and package them one by one".into(),
            ),
            Self::NoErts { hint, .. }
            | Self::NoRuntime { hint, .. }
            | Self::DevMode { hint, .. } => Some((*hint).into()),
            Self::LinkOutside { link, .. } | Self::LinkLoop { link, .. } => Some(format!(
                "replace it by what it should lead to, or leave it out: {}",
                exclude_line(link.as_bytes(), false)
            )),
            Self::Special { path, .. } => Some(format!(
                "leave it out: {}",
                exclude_line(path.as_bytes(), false)
            )),
            Self::NotARuntime(_) => Some(
                "name the folder that holds `bin` and `lib`: `erl -noshell -eval \
                 'io:put_chars(code:root_dir()), halt().'` prints it"
                    .into(),
            ),
            Self::NoUseForRuntime(_) => Some("leave it out of `[release]`".into()),
            Self::NoProgram { meant, .. } => {
                let path = meant.as_ref()?.display();
                Some(format!("did you mean `{path}`?"))
            }
            Self::NotExecutable { .. } => Some(
                "build it again, or take it from the build with its modes: `tar` keeps them, the \
                 artifacts of many CI systems do not"
                    .into(),
            ),
            Self::ControlCharacter(_) => Some("rename it, or leave it out with `exclude`".into()),
            Self::MixedMachines(machines) => Some(of_mixture(machines).to_owned()),
            Self::Fs(error) => error.hint(),
            Self::BadRel { .. } | Self::BadTerms { .. } | Self::BadCargoManifest { .. } => None,
            Self::SeveralPackages { names, .. } => Some(format!(
                "write the name of one below `[package]`, such as `name = \"{}\"`",
                names.first()?
            )),
            Self::OnlyLibraries { libraries, .. } => Some(match libraries.first() {
                Some(library) => format!(
                    "name `target/release/{library}` in `[files]` of the package whose program loads it"
                ),
                None => "add one (`src/main.rs`), or name the directory of a release".into(),
            }),
        }
    }
}

fn and_libraries(libraries: &[String]) -> String {
    if libraries.is_empty() {
        return String::new();
    }
    let names: Vec<String> = libraries.iter().map(|name| format!("`{name}`")).collect();
    format!(", only {}", names.join(", "))
}

fn not_directory(path: &Path) -> String {
    let name = path.to_string_lossy();
    if name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".tar") {
        "unpack it, and name the directory".into()
    } else {
        "name the directory that holds `bin/` and `releases/`".into()
    }
}

/// Returns the line of the manifest that leaves a path out: anchored, with git's special
/// characters quoted.
#[must_use]
pub(super) fn exclude_line(path: &[u8], directory: bool) -> String {
    format!(
        "`exclude = [{}]` in `[release]`",
        quoted(&exclude_pattern(path, directory))
    )
}

/// Returns the pattern that leaves a path out.
pub(super) fn exclude_pattern(path: &[u8], directory: bool) -> String {
    let mut pattern = String::from("/");
    for character in String::from_utf8_lossy(path).chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if directory {
        pattern.push('/');
    } else if pattern.ends_with(' ') {
        // gitignore(5) drops a blank at the end.
        pattern.insert(pattern.len() - 1, '\\');
    }
    pattern
}

/// Lists names in backticks: the first few, and the number of the others.
pub(super) fn list(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(NAMES_SHOWN)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// Returns what to do about a mixture. Where the runtime is for another machine than the rest, to
/// leave out either would break the release.
fn of_mixture(machines: &[(Machine, Vec<PathBuf>)]) -> &'static str {
    let holds = |files: &[PathBuf], is: fn(&str) -> bool| {
        let mut starts = files.iter().filter_map(|file| file.iter().next()?.to_str());
        starts.any(is)
    };
    let parted = machines.iter().any(|(_, files)| {
        holds(files, |start| start.starts_with("erts-")) && !holds(files, |start| start == "lib")
    });
    if parted {
        "take the runtime and its libraries from one Erlang of the target: `{include_erts, \"DIR\"}` \
         with `{system_libs, \"DIR/lib\"}` for relx, `include_erts: \"DIR\"` for mix; and compile for \
         it what has C code"
    } else {
        "leave out the files that are not for the target, with `exclude` in `[release]`"
    }
}

pub(crate) fn mixture(machines: &[(Machine, Vec<PathBuf>)]) -> String {
    let each: Vec<String> = machines
        .iter()
        .map(|(machine, files)| {
            let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
            format!("{machine} in {}", list(&names))
        })
        .collect();
    each.join("; ")
}
