//! `[files]`: files, trees, globs, empty directories, symlinks.

use std::fs::{FileType, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use walkdir::WalkDir;

use super::PopulateError;
use super::claims::Claims;
use crate::fs::{self, FsError};
use crate::plan::{Mapping, MappingSource, Plan};
use crate::tree::{Content, Entry, Origin, Owner};

/// Claims what one entry of `[files]` gives.
pub(super) fn claim(
    plan: &Plan,
    mapping: &Mapping,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    let origin = Origin::Files {
        key: Arc::clone(&mapping.key),
        source: None,
    };
    match &mapping.source {
        MappingSource::Directory => {
            let entry = owned(mapping, Entry::directory(origin));
            let entry = with_mode(entry, mapping.directory_mode);
            claims.claim_exactly(mapping.target.clone(), entry);
            Ok(())
        }
        MappingSource::Symlink(target) => {
            let entry = Entry::symlink(target.as_bytes(), origin);
            claims.claim_exactly(mapping.target.clone(), entry);
            Ok(())
        }
        MappingSource::Path(source) => claim_path(plan, mapping, source, claims),
    }
}

/// The mapping that a path of the tree comes from.
pub(super) fn of_origin<'a>(plan: &'a Plan, origin: &Origin) -> Option<&'a Mapping> {
    let Origin::Files { key, .. } = origin else {
        return None;
    };
    plan.mappings.iter().find(|mapping| *mapping.key == **key)
}

fn claim_path(
    plan: &Plan,
    mapping: &Mapping,
    source: &str,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    let path = plan.directory.join(source);
    // A file may have a name that looks like a glob.
    if path.symlink_metadata().is_err() && source.contains(['*', '?', '[', '{']) {
        return claim_glob(plan, mapping, source, claims);
    }
    if path.symlink_metadata().is_err() {
        return Err(PopulateError::SourceMissing {
            manifest: plan.manifest_path.clone(),
            line: mapping.line,
            key: mapping.key.as_str().into(),
            source_path: source.to_owned(),
            looked: path,
        });
    }
    // The author named this path: where it is a symlink, what it leads to is meant.
    let metadata = followed(&path)?;
    if metadata.is_dir() {
        return claim_tree(mapping, source, &path, claims);
    }
    let target = match path.file_name() {
        Some(name) if mapping.below => mapping.target.join(fs::path_bytes(Path::new(name)))?,
        _ => mapping.target.clone(),
    };
    let entry = regular(mapping, &path, &metadata, PathBuf::from(source))?;
    claims.claim_exactly(target, entry);
    Ok(())
}

fn followed(path: &Path) -> Result<Metadata, PopulateError> {
    fs::metadata(path).map_err(|error| match error.source.raw_os_error() {
        Some(ELOOP) => PopulateError::SymlinkLoop {
            path: path.to_owned(),
        },
        _ => error.into(),
    })
}

/// errno(3): too many levels of symbolic links, on Linux.
const ELOOP: i32 = 40;

fn claim_tree(
    mapping: &Mapping,
    source: &str,
    root: &Path,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    for found in walk(root) {
        let (path, kind) = found?;
        let relative = path.strip_prefix(root).unwrap_or(&path);
        let target = mapping.target.join(fs::path_bytes(relative))?;
        let shown = Path::new(source).join(relative);
        let entry = entry(mapping, &path, kind, shown)?;
        claims.claim_below(&mapping.target, target, entry);
    }
    Ok(())
}

fn claim_glob(
    plan: &Plan,
    mapping: &Mapping,
    glob: &str,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    let manifest = || plan.manifest_path.clone();
    let (key, line) = (mapping.key.clone(), mapping.line);
    if !mapping.below {
        return Err(PopulateError::GlobToFile {
            manifest: manifest(),
            line,
            key: key.to_string(),
            glob: glob.to_owned(),
        });
    }
    let (base, pattern) = split_glob(glob);
    let matcher = GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| PopulateError::Pattern {
            manifest: manifest(),
            line,
            pattern: glob.to_owned(),
            reason: error.kind().to_string(),
        })?
        .compile_matcher();
    let root = plan.directory.join(base);
    let mut found_any = false;
    if root.is_dir() {
        for found in walk(&root) {
            let (path, kind) = found?;
            let relative = path.strip_prefix(&root).unwrap_or(&path);
            if kind.is_dir() || !matcher.is_match(relative) {
                continue;
            }
            found_any = true;
            let target = mapping.target.join(fs::path_bytes(relative))?;
            let entry = entry(mapping, &path, kind, Path::new(base).join(relative))?;
            claims.claim_below(&mapping.target, target, entry);
        }
    }
    if found_any {
        return Ok(());
    }
    let glob = glob.to_owned();
    Err(PopulateError::GlobFindsNothing {
        manifest: manifest(),
        line,
        key: key.to_string(),
        glob,
        looked: root,
    })
}

/// The literal folder that a glob starts with, and the rest.
fn split_glob(glob: &str) -> (&str, &str) {
    let wild = glob.find(['*', '?', '[', '{']).unwrap_or(glob.len());
    match glob[..wild].rfind('/') {
        Some(slash) => (&glob[..=slash], &glob[slash + 1..]),
        None => ("", glob),
    }
}

/// Everything below a folder, the folder itself first, in the order of names.
fn walk(root: &Path) -> impl Iterator<Item = Result<(PathBuf, FileType), PopulateError>> {
    // A trailing slash makes walkdir look through a symlink that the author named.
    WalkDir::new(root.join(""))
        .sort_by_file_name()
        .into_iter()
        .map(|found| match found {
            Ok(found) => Ok((found.path().to_owned(), found.file_type())),
            Err(error) => {
                let path = error.path().unwrap_or_else(|| Path::new("")).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| std::io::Error::other("loop"));
                Err(FsError::new("list", path, source).into())
            }
        })
}

fn entry(
    mapping: &Mapping,
    path: &Path,
    kind: FileType,
    shown: PathBuf,
) -> Result<Entry, PopulateError> {
    let origin = Origin::Files {
        key: Arc::clone(&mapping.key),
        source: Some(shown.as_path().into()),
    };
    if kind.is_dir() {
        return Ok(owned(
            mapping,
            with_mode(Entry::directory(origin), mapping.directory_mode),
        ));
    }
    if kind.is_symlink() {
        let target = fs::read_link(path)?;
        return Ok(Entry::symlink(fs::path_bytes(&target), origin));
    }
    regular(mapping, path, &fs::symlink_metadata(path)?, shown)
}

fn regular(
    mapping: &Mapping,
    path: &Path,
    metadata: &Metadata,
    shown: PathBuf,
) -> Result<Entry, PopulateError> {
    if !metadata.is_file() {
        let kind = fs::special_kind(metadata);
        return Err(PopulateError::SpecialFile {
            path: path.to_owned(),
            kind,
        });
    }
    let executable = fs::mode(metadata) & 0o111 != 0;
    let mode = mapping
        .mode
        .unwrap_or(if executable { 0o755 } else { 0o644 });
    let content = Content::File {
        path: path.into(),
        size: metadata.len(),
    };
    let origin = Origin::Files {
        key: Arc::clone(&mapping.key),
        source: Some(shown.into()),
    };
    Ok(owned(mapping, Entry::regular(content, mode, origin)))
}

fn owned(mapping: &Mapping, mut entry: Entry) -> Entry {
    entry.owner = Owner::new(&mapping.owner, &mapping.group);
    entry
}

fn with_mode(mut entry: Entry, mode: u32) -> Entry {
    entry.mode = mode;
    entry
}
