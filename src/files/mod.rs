//! `[files]`: the entries with every path checked, and the files that their sources stand for.

mod completions;
mod mappings;
pub(crate) mod sources;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use mappings::Mappings;

use crate::manifest::Spanned;

use crate::manifest::{FileCapabilities, FileTable, InvalidValue, Manifest, ManifestError, TextOr};
use crate::message::quoted;
use crate::release::Patterns;
use crate::tree::PackagePath;

/// One entry of `[files]`.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    /// The key as written.
    pub key: Arc<String>,
    /// Its line in the manifest, counted from 1.
    pub line: usize,
    /// The path of the package.
    pub target: PackagePath,
    /// True where the key ends in a slash: a file goes below it under its own name.
    pub below: bool,
    /// The source of what is put there.
    pub source: MappingSource,
    /// True where a source that is a symlink stands for its target.
    pub follow: bool,
    /// The patterns of paths of a tree or a glob that are left out.
    pub exclude: Patterns,
    /// The permission bits of files; `None`: 0755 for executables, 0644 for the rest.
    pub mode: Option<u32>,
    /// The permission bits of directories.
    pub directory_mode: u32,
    /// True where the entry gives directories a mode, an owner or a group.
    pub gives_directories: bool,
    /// The owner's name.
    pub owner: String,
    /// The group's name.
    pub group: String,
    /// False where documents are packed as they are.
    pub compress: bool,
    /// True where files are conffiles; `None`: those below /etc are.
    pub conffile: Option<bool>,
    /// The capabilities that files get when they are configured.
    pub capabilities: Option<FileCapabilities>,
}

/// The source of an entry of `[files]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MappingSource {
    /// A file, a directory tree or what a glob finds, as written.
    Path(String),
    /// An empty directory.
    Directory,
    /// A symlink.
    Symlink {
        /// The target as written.
        target: String,
        /// True where it stays as it is written.
        exact: bool,
    },
}

impl Mapping {
    /// Returns the file of the build machine that the entry puts at a path, where its source is that
    /// file or a tree with it.
    pub(crate) fn file_at(&self, directory: &Path, path: &PackagePath) -> Option<PathBuf> {
        let MappingSource::Path(source) = &self.source else {
            return None;
        };
        let source = directory.join(source);
        let (target, path) = (self.target.to_string(), path.to_string());
        let below = path.strip_prefix(&format!("{target}/"));
        let file = match below {
            Some(name) if source.is_dir() => source.join(name),
            Some(name) => {
                let is_it = self.below && source.file_name() == Some(name.as_ref());
                is_it.then_some(source)?
            }
            None => (path == target).then_some(source)?,
        };
        file.is_file().then_some(file)
    }
}

/// Returns all entries, in the manifest's order of paths, and those of `[completions]`.
///
/// # Errors
/// [`ManifestError`] names the entry that is not allowed.
pub(crate) fn mappings(manifest: &Manifest) -> Result<Vec<Mapping>, ManifestError> {
    let files = manifest.tables.files.iter();
    let mappings = files.map(|(key, value)| mapping(manifest, key, value));
    let mappings: Result<Vec<_>, _> = mappings.chain(completions::mappings(manifest)).collect();
    mappings.map_err(|error| manifest.locate(error))
}

fn mapping(
    manifest: &Manifest,
    key: &Spanned<String>,
    value: &TextOr<FileTable>,
) -> Result<Mapping, InvalidValue> {
    let written = match value {
        TextOr::Text(source) => FileTable {
            source: Some(source.clone()),
            ..FileTable::default()
        },
        TextOr::Table(table) => table.clone(),
    };
    let source = source(key, &written)?;
    let mode = written.mode.map(|mode| mode.0);
    let directory_mode = match source {
        MappingSource::Directory => mode,
        _ => written.directory_mode.map(|mode| mode.0),
    };
    let gives_directories =
        directory_mode.is_some() || written.owner.is_some() || written.group.is_some();
    let name_or_root = |name: Option<String>| name.unwrap_or_else(|| "root".to_owned());
    Ok(Mapping {
        key: key.get_ref().clone().into(),
        line: manifest.line(&key.span()),
        target: path(key.get_ref(), key.span()).map_err(|error| swapped(key, &source, error))?,
        below: key.get_ref().ends_with('/'),
        source,
        follow: written.follow.unwrap_or(true),
        exclude: patterns(&written.exclude)?,
        mode,
        directory_mode: directory_mode.unwrap_or(0o755),
        gives_directories,
        owner: name_or_root(written.owner.map(|owner| owner.0.to_string())),
        group: name_or_root(written.group.map(|group| group.0.to_string())),
        compress: written.compress.unwrap_or(true),
        conffile: written.conffile,
        capabilities: written.capabilities.map(|it| it.0),
    })
}

/// Returns the error of a target that is none, with the hint that it and the source have changed places.
fn swapped(key: &Spanned<String>, source: &MappingSource, error: InvalidValue) -> InvalidValue {
    match source {
        MappingSource::Path(source) if source.starts_with('/') && !key.get_ref().is_empty() => {
            let (target, source) = (quoted(source), quoted(key.get_ref()));
            let hint = format!("the target comes first: `{target} = {source}`");
            InvalidValue {
                hint: Some(hint),
                ..error
            }
        }
        _ => error,
    }
}

/// Returns the patterns, or the error at the place of the one that is none.
fn patterns(written: &[Spanned<String>]) -> Result<Patterns, InvalidValue> {
    Patterns::new(written.iter().map(|pattern| pattern.get_ref().as_str())).map_err(|error| {
        let span = written.get(error.index).map_or(0..0, Spanned::span);
        InvalidValue::new(span, error.to_string(), None)
    })
}

/// Returns the empty directories of `[files]` in the release, by their paths in it.
pub(crate) fn data_directories(mappings: &[Mapping], release: &PackagePath) -> Vec<String> {
    let below = mappings.iter().filter(|mapping| {
        mapping.source == MappingSource::Directory
            && mapping.target.starts_with(release)
            && mapping.target != *release
    });
    let start = release.as_bytes().len() + 1;
    below
        .map(|mapping| mapping.target.to_string().split_off(start))
        .collect()
}

/// `PATH_MAX` of Linux is 4096 bytes with the NUL: nobody can make a longer symlink.
const LONGEST_TARGET: usize = 4095;

fn source(key: &Spanned<String>, written: &FileTable) -> Result<MappingSource, InvalidValue> {
    let invalid =
        |message: String, hint: &str| InvalidValue::new(key.span(), message, Some(hint.to_owned()));
    without_use(key, written)?;
    let only_one = "give one of `source = \"…\"`, `directory = true` and `symlink = \"…\"`";
    match (
        &written.source,
        written.directory.unwrap_or(false),
        &written.symlink,
    ) {
        (Some(source), false, None) if source.is_empty() => Err(invalid(
            format!("source of `{}` is empty", key.get_ref()),
            only_one,
        )),
        (Some(source), false, None) => Ok(MappingSource::Path(source.clone())),
        (None, true, None) => Ok(MappingSource::Directory),
        (None, false, Some(target))
            if target.is_empty() || target.contains(|c: char| c.is_control()) =>
        {
            let message = format!(
                "symlink `{}` has an empty target or a control character in it",
                key.get_ref()
            );
            Err(invalid(
                message,
                "write where it points, such as `/opt/name/bin/name`",
            ))
        }
        (None, false, Some(target)) if target.len() > LONGEST_TARGET => Err(invalid(
            format!(
                "symlink `{}` has a target of {} bytes, expected at most {LONGEST_TARGET}",
                key.get_ref(),
                target.len()
            ),
            "write where it points, such as `/opt/name/bin/name`",
        )),
        (None, false, Some(target)) => Ok(MappingSource::Symlink {
            target: target.clone(),
            exact: written.exact.unwrap_or(false),
        }),
        (None, false, None) => Err(invalid(
            format!("`{}` has no source", key.get_ref()),
            only_one,
        )),
        _ => Err(invalid(
            format!("`{}` has several sources", key.get_ref()),
            only_one,
        )),
    }
}

/// Refuses keys that have no effect on what the entry gives.
fn without_use(key: &Spanned<String>, written: &FileTable) -> Result<(), InvalidValue> {
    let (of_capabilities, source) = (written.capabilities.is_some(), written.source.is_some());
    let unused = [
        ("capabilities", of_capabilities, "source", source),
        (
            "exact",
            written.exact.is_some(),
            "symlink",
            written.symlink.is_some(),
        ),
        (
            "follow",
            written.follow.is_some(),
            "source",
            written.source.is_some(),
        ),
        (
            "exclude",
            !written.exclude.is_empty(),
            "source",
            written.source.is_some(),
        ),
    ];
    for (name, is_there, needed, has_needed) in unused {
        if is_there && !has_needed {
            let message = format!("`{name}` of `{}` needs `{needed}`", key.get_ref());
            let hint = format!("leave `{name}` out");
            return Err(InvalidValue::new(key.span(), message, Some(hint)));
        }
    }
    Ok(())
}

/// Returns a path of the package, or the error at its place.
pub(crate) fn path(text: &str, span: Range<usize>) -> Result<PackagePath, InvalidValue> {
    PackagePath::new(text).map_err(|error| InvalidValue::new(span, error.to_string(), error.hint()))
}
