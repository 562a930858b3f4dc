//! `FpmError`: one variant for each way in which a command line of fpm cannot become a package.

use std::io;
use std::path::{Path, PathBuf};

use crate::fs::FsError;
use crate::shell::ShellFault;

/// The reason why a command line of fpm becomes no package.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)] // the messages say what the fields are
pub enum FpmError {
    #[error("`{option}` is no option of fpm")]
    Unknown {
        option: String,
        nearest: Option<String>,
    },
    #[error("`{option}` has no value")]
    NoValue { option: String },
    #[error("`{option}` takes no value")]
    Valued { option: String },
    #[error(
        "`{option}` stands behind `{argument}`, expected all options before the first argument"
    )]
    Stray { option: String, argument: String },
    #[error("`{option}` is not supported")]
    Refused {
        option: String,
        instead: &'static str,
    },
    #[error("no `{option}` was given, expected {expected}")]
    NoType {
        option: &'static str,
        expected: &'static str,
    },
    #[error("packages of type `{name}` cannot be {done}, expected {expected}")]
    Type {
        name: String,
        done: &'static str,
        expected: &'static str,
    },
    #[error("no files were named, expected paths, `-C` or `--inputs`")]
    NoArguments,
    #[error("no name was given, expected `-n NAME`")]
    NoName,
    #[error("`{option}` goes with `-s dir` alone")]
    OnlyFolders { option: &'static str },
    #[error("a quote in {place} has no end")]
    Quote { place: String },
    #[error("options file `{}` is read already", path.display())]
    ReadAlready { path: PathBuf },
    #[error("options file `{}` has {size} bytes, expected at most {most}", path.display())]
    TooLarge { path: PathBuf, size: u64, most: u64 },
    #[error("`{word}` in options file `{}` is no option", path.display())]
    NoOption { word: String, path: PathBuf },
    #[error(transparent)]
    Fs(#[from] FsError),
    #[error("{} does not exist", of_argument(path, argument))]
    NoSource { path: PathBuf, argument: String },
    #[error("`{}` of `{option}` does not exist", path.display())]
    NoFile { path: PathBuf, option: String },
    #[error("`{}` is a {kind}, which no package can have", path.display())]
    Special { path: PathBuf, kind: &'static str },
    #[error("`{}` has a name that is no UTF-8", path.display())]
    NotUtf8 { path: PathBuf },
    #[error("`{path}` has a `..` in it, expected a path of the package")]
    Outside { path: String },
    #[error("`/{path}` would come from both `{}` and `{}`", sources[0].display(), sources[1].display())]
    TwoSources { path: String, sources: [PathBuf; 2] },
    #[error("`/{path}` is no directory, but `{}` would lie below it", source_path.display())]
    Below { path: String, source_path: PathBuf },
    #[error(
        "`{pattern}` of `--exclude` never matches: it starts with a slash, and paths have none"
    )]
    Absolute { pattern: String },
    #[error("`{path}` of `--config-files` is not in the package")]
    NoConfigFile { path: String },
    #[error("`{value}` of `{option}` is not {expected}")]
    Value {
        option: &'static str,
        value: String,
        expected: String,
    },
    #[error("`{}` of `--deb-meta-file`: {fact}", path.display())]
    MetaFile {
        path: PathBuf,
        fact: String,
        hint: Option<String>,
    },
    #[error("maintainer `{text}` has no address")]
    MaintainerAddress { text: String },
    #[error("the maintainer is not known, expected `-m 'Name <address>'`")]
    NoMaintainer,
    #[error("`{tag}` in `{}` is not understood", path.display())]
    Template {
        tag: String,
        path: PathBuf,
        known: String,
    },
    #[error("`{script}` {fault}")]
    Shell { script: String, fault: ShellFault },
    #[error("`{}` is for `{interpreter}`, but scripts by events are shell", path.display())]
    Interpreter { path: PathBuf, interpreter: String },
    #[error("cannot unpack `{}`: {source}", path.display())]
    Unpack { path: PathBuf, source: io::Error },
    #[error("`{}` cannot be unpacked here: {}", path.display(), what)]
    Member { path: PathBuf, what: String },
    #[error("a manifest cannot name what is in an archive")]
    ArchiveInManifest,
}

/// A source with its argument, where that says more.
fn of_argument(path: &Path, argument: &str) -> String {
    match path.display().to_string() {
        path if path == argument => format!("`{path}`"),
        path => format!("`{path}` of `{argument}`"),
    }
}

impl FpmError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { nearest, .. } => match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`reldeb fpm --help` lists the options".into(),
            },
            Self::Stray { option, argument } => {
                format!("write `{option}` before `{argument}`; a file of that name is `./{option}`")
            }
            Self::Refused { instead, .. } => (*instead).into(),
            Self::ReadAlready { .. } => "options files must not name themselves".into(),
            Self::NoOption { .. } => {
                "write arguments on the command line, or use `--inputs`".into()
            }
            Self::TwoSources { sources, .. } => format!(
                "take one of the two away, or give it a path of its own: `{}=/other/path`",
                sources[1].display()
            ),
            Self::Absolute { pattern } => {
                format!("write `{}`", pattern.trim_start_matches('/'))
            }
            Self::NoConfigFile { path } => format!(
                "fpm would take it from the build machine: name its source, such as \
                 `config={path}`"
            ),
            Self::MaintainerAddress { text } => {
                format!("write `-m '{text} <address>'`, or set DEBEMAIL or git's user.email")
            }
            Self::NoMaintainer => {
                "set DEBFULLNAME and DEBEMAIL, or git's user.name and user.email".into()
            }
            Self::Template { known, tag, .. } if tag.contains("architecture") => {
                format!("it is known where `-a` gives it; expected one of {known}")
            }
            Self::Template { known, .. } => format!("expected one of {known}"),
            Self::Shell { fault, .. } => fault.hint().into(),
            Self::Interpreter { .. } => {
                "start it from a script for sh, or give it alone, without `--before-upgrade`, \
                 `--after-upgrade` and `--deb-systemd`"
                    .into()
            }
            Self::ArchiveInManifest => {
                "unpack it, and use `-s dir -C FOLDER --print-manifest`".into()
            }
            Self::MetaFile { hint, .. } => return hint.clone(),
            Self::Fs(error) => return error.hint(),
            _ => return None,
        })
    }
}
