//! `PopulateError`: the reasons why the contents of a package cannot be collected.

use std::fmt;
use std::path::PathBuf;

use crate::fs::FsError;
use crate::template::TemplateError;
use crate::tree::{Origin, PackagePath, PathError, TreeError};

/// The reason why the contents of a package cannot be collected.
#[derive(Debug, thiserror::Error)]
pub enum PopulateError {
    /// A source could not be read.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// A document could not be rendered.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Two claims to one path, or a path below a file.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A name that cannot stand in a package.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A source of `[files]` that does not exist.
    #[error("{}:{line}: source `{source_path}` of `{key}` does not exist", manifest.display())]
    SourceMissing {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        key: String,
        /// The source as written.
        source_path: String,
        /// The path that was looked for.
        looked: PathBuf,
        /// The variables of the environment that the line names.
        variables: Vec<String>,
    },
    /// A source of `[files]` that the operating system does not give.
    #[error("{}:{line}: {error}", manifest.display())]
    SourceUnread {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The refusal, which names the file.
        error: FsError,
    },
    /// A glob that finds no file.
    #[error("{}:{line}: glob `{glob}` of `{key}` finds nothing", manifest.display())]
    GlobFindsNothing {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        key: String,
        /// The glob as written.
        glob: String,
        /// The folder that was searched.
        looked: PathBuf,
    },
    /// A text that is not a pattern.
    #[error("{}:{line}: invalid pattern `{pattern}`: {reason}", manifest.display())]
    Pattern {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the pattern.
        line: usize,
        /// The pattern as written.
        pattern: String,
        /// The fault of the pattern.
        reason: String,
    },
    /// A glob that finds several files for a target that is one.
    #[error("{}:{line}: glob `{glob}` finds {found} files, which need a directory as their target, found `{key}`", manifest.display())]
    GlobToFile {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        key: String,
        /// The glob as written.
        glob: String,
        /// The number of files that the glob finds.
        found: usize,
    },
    /// An environment file of the service that is not safe to read.
    #[error("{}:{line}: environment file `{path}`: {fault}", manifest.display())]
    EnvironmentFile {
        /// The manifest.
        manifest: PathBuf,
        /// The line that names the file in `[service]`.
        line: usize,
        /// The file.
        path: PackagePath,
        /// The fault, with its place.
        fault: String,
    },
    /// Capabilities for what is no file.
    #[error("{}:{line}: `{key}` has `capabilities` and gives no regular file", manifest.display())]
    CapabilitiesOfNoFile {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        key: String,
    },
    /// A file with capabilities that others than root could change or replace.
    #[error("{}:{line}: `{path}` has `capabilities`, and `{writer}` can write `{place}`", manifest.display())]
    CapabilitiesForOthers {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The file.
        path: PackagePath,
        /// The path of the package that others can write: the file, or a directory above it.
        place: PackagePath,
        /// The user or group that can.
        writer: String,
    },
    /// An owner or a mode for a directory that other packages have, too.
    #[error("{}:{line}: `{path}` is a directory of Debian's own, which stays root:root 0755", manifest.display())]
    SharedDirectory {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The directory.
        path: PackagePath,
    },
    /// Something that a package must not hold (policy 10.6).
    #[error("`{}` is a {kind}, expected a file, a directory or a symlink", path.display())]
    SpecialFile {
        /// The path of the source.
        path: PathBuf,
        /// The kind of the source, such as `socket`.
        kind: &'static str,
    },
    /// A symlink that leads to itself.
    #[error("`{}` is a loop of symlinks", path.display())]
    SymlinkLoop {
        /// The symlink.
        path: PathBuf,
    },
    /// A symlink of the package that never ends.
    #[error(transparent)]
    LinkLoop(Box<LinkLoop>),
    /// `conffile = true` of what has no regular file: dpkg would keep nothing of it.
    #[error("{}:{line}: `{key}` is a conffile, but gives no regular file", manifest.display())]
    ConffileNotRegular {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        key: String,
    },
    /// The program of the service is no file of the package that can be run.
    #[error("program `{path}` of `[service]` {found}")]
    Program {
        /// The path.
        path: PackagePath,
        /// The state of the path in the package.
        found: &'static str,
    },
    /// An owner that is not there when dpkg unpacks.
    #[error("{}:{line}: {key} `{name}` of `{path}` is made by nobody", manifest.display())]
    UnknownOwner {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The target.
        path: String,
        /// `owner` or `group`.
        key: &'static str,
        /// The name.
        name: String,
    },
    /// A license file without text.
    #[error("`{}` has {lines} lines, and no text after the {skip} that `license-file` skips", path.display())]
    NoLicenseText {
        /// The file.
        path: PathBuf,
        /// The number of its lines.
        lines: usize,
        /// The number of lines that are left out.
        skip: usize,
    },
    /// A path of `[conffiles]` that is in the package as something else.
    #[error("`{path}` of `[conffiles] {key}` {found}, expected {expected}")]
    Change {
        /// The path.
        path: PackagePath,
        /// The key.
        key: &'static str,
        /// The state of the path in the package.
        found: &'static str,
        /// The state that it should have.
        expected: &'static str,
    },
    /// A link of `[alternatives]` that is in the package, or leads to nothing of it.
    #[error("{}:{line}: {fact}", manifest.display())]
    Alternative {
        /// The manifest.
        manifest: PathBuf,
        /// The line of the entry.
        line: usize,
        /// The fault.
        fact: String,
        /// The way to mend it.
        hint: String,
    },
    /// Overrides for lintian by two ways, of which only one could be packed.
    #[error("`{path}` comes from {origin}, but `[lintian]` has overrides, too")]
    TwoOverrides {
        /// The file of overrides.
        path: PackagePath,
        /// The origin of the file.
        origin: Box<Origin>,
    },
}

/// A symlink of the package that never ends.
#[derive(Debug)]
pub struct LinkLoop {
    /// The manifest and the line of the entry, where the link is of one.
    pub(super) place: Option<(PathBuf, usize)>,
    /// The symlink.
    pub(super) path: PackagePath,
    /// The origin of the symlink.
    pub(super) origin: Origin,
    /// The last symlink before it leads back; `None`: it leads to itself.
    pub(super) other: Option<(PackagePath, Origin)>,
}

impl std::error::Error for LinkLoop {}

impl fmt::Display for LinkLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, origin, .. } = self;
        if let Some((manifest, line)) = &self.place {
            write!(f, "{}:{line}: ", manifest.display())?;
        }
        match &self.other {
            None => write!(f, "symlink `{path}` from {origin} leads to itself"),
            Some((other, from)) => write!(
                f,
                "symlink `{path}` from {origin} never ends: it leads to symlink `{other}` from {from}, which leads \
                 back"
            ),
        }
    }
}

impl PopulateError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Fs(error) | Self::SourceUnread { error, .. } => error.hint(),
            Self::Template(error) => error.hint(),
            Self::Tree(TreeError::Clash { .. }) => {
                Some("give the path to one of them: leave the other out, or name the path itself as a key".into())
            }
            Self::Tree(TreeError::TwoNames { .. }) => {
                Some("leave the one outside of `/usr` out: `/bin`, `/sbin` and `/lib` are links".into())
            }
            Self::Path(error) => error.hint(),
            Self::SourceMissing { looked, source_path, variables, .. } => {
                let place = (looked.as_os_str() != source_path.as_str())
                    .then(|| format!("looked for `{}`", looked.display()));
                let of_line = variables.iter().map(|name| {
                    format!("`{name}` in the environment of the build says which one, as `{name}=… reldeb build`")
                });
                let parts: Vec<String> = place.into_iter().chain(of_line).collect();
                (!parts.is_empty()).then(|| parts.join("; "))
            }
            Self::GlobFindsNothing { looked, .. } => {
                Some(format!("looked below `{}`; `**/` matches any number of directories", looked.display()))
            }
            Self::GlobToFile { key, .. } => Some(format!("write the target as `{key}/`, or a glob that finds one file")),
            Self::SpecialFile { .. } => Some("leave it out, with `exclude` where it is part of the release".into()),
            Self::SharedDirectory { .. } => {
                Some("leave `owner`, `group` and `mode` out, or name a directory of the package's own below it".into())
            }
            Self::LinkLoop(_) => Some("name in one of them the path that is meant, or leave it out".into()),
            Self::SymlinkLoop { .. } => Some("remove it, or name the file it should lead to".into()),
            Self::Change { .. } => Some("`[conffiles]` says what earlier versions had, `[files]` what this one has".into()),
            Self::EnvironmentFile { .. } => Some(
                "root reads it and passwords may stand in it: leave owner and mode out, and it becomes 0640 for the service's group".into()
            ),
            Self::CapabilitiesForOthers { .. } => {
                Some("who can change the file gets the rights: leave it to root, below `/usr` or `/opt`".into())
            }
            Self::CapabilitiesOfNoFile { .. } => Some("leave `capabilities` out".into()),
            Self::Program { path, found: "is not executable" } => Some(format!(
                "give the file its executable bit, or `mode = \"0755\"` in `[files]`: `\"{path}\" = {{ source = \"…\", mode = \"0755\" }}`"
            )),
            Self::Program { path, .. } => Some(format!("name its source in `[files]`: `\"{path}\" = \"…\"`")),
            Self::UnknownOwner { name, .. } => Some(format!(
                "have the package make it: `name = \"{name}\"` below `[user]`"
            )),
            Self::Alternative { hint, .. } => Some(hint.clone()),
            Self::TwoOverrides { .. } => Some("write all of them into one of the two".into()),
            Self::ConffileNotRegular { .. } => Some("leave `conffile` out".into()),
            Self::NoLicenseText { .. } => Some("skip fewer lines, or name the file with the text of the licence".into()),
            Self::Tree(_) | Self::Pattern { .. } => None,
        }
    }
}
