//! The files that the sources of `[files]` stand for, and the machine code in them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{FileType, Metadata};
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use super::{Mapping, MappingSource};
use crate::elf::{self, SeenFiles, Wanted};
use crate::fs::{self, FsError};
use crate::outputs::Outputs;
use crate::tree::PackagePath;

/// A path that a walk finds, with the type of what is there.
pub(crate) type Walked = Result<(PathBuf, FileType), FsError>;

/// Lists everything below a folder, the folder itself first, in the order of names, but for what
/// `left_out` accepts: it is asked for each path relative to the folder, and whether that is a
/// directory.
pub(crate) fn walk(
    root: &Path,
    mut left_out: impl FnMut(&Path, bool) -> bool,
) -> impl Iterator<Item = Walked> {
    // A trailing slash makes walkdir look through a symlink that the author named.
    WalkDir::new(root.join(""))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |found| {
            let relative = found.path().strip_prefix(root).unwrap_or(root);
            found.depth() == 0 || !left_out(relative, found.file_type().is_dir())
        })
        .map(|found| match found {
            Ok(found) => Ok((found.path().to_owned(), found.file_type())),
            Err(error) => {
                let path = error.path().unwrap_or_else(|| Path::new("")).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| std::io::Error::other("loop"));
                Err(FsError::new("list", path, source))
            }
        })
}

/// Returns whether a source that names no path is a glob: a file may have a name that looks like one.
pub(crate) fn is_glob(source: &str, path: &Path) -> bool {
    path.symlink_metadata().is_err() && source.contains(['*', '?', '[', '{'])
}

/// Parts a glob into the literal folder that it starts with, and the rest.
pub(crate) fn split_glob(glob: &str) -> (&str, &str) {
    let wild = glob.find(['*', '?', '[', '{']).unwrap_or(glob.len());
    match glob[..wild].rfind('/') {
        Some(slash) => (&glob[..=slash], &glob[slash + 1..]),
        None => ("", glob),
    }
}

/// Returns the folder where a glob starts to look.
pub(crate) fn root_of_glob(directory: &Path, base: &str) -> PathBuf {
    match directory.join(base) {
        here if here.as_os_str().is_empty() => PathBuf::from("."),
        root => root,
    }
}

/// Compiles the rest of a glob.
///
/// # Errors
/// [`globset::Error`] where it is no pattern.
pub(crate) fn matcher(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build()?;
    Ok(glob.compile_matcher())
}

/// A claim of `[files]` to a path, as strong as its key is long; one to the path itself is stronger
/// than one to a tree.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) strength: (usize, bool),
    /// The file on the build machine, where that can hold machine code.
    file: Option<PathBuf>,
    /// The header of its machine code, and the file as its user knows it.
    pub(crate) code: Option<(elf::Header, PathBuf)>,
}

impl Claim {
    fn new(strength: (usize, bool), file: Option<PathBuf>) -> Self {
        let code = None;
        Self {
            strength,
            file,
            code,
        }
    }
}

/// The paths that `[files]` claims, each with its strongest claim.
pub(crate) type Claims = BTreeMap<PackagePath, Claim>;

/// Looks at the files that `[files]` claims paths for. Those that cannot be read are told of by who
/// packs them. `outputs` is the folder that packages are written to.
pub(crate) fn claims(
    directory: &Path,
    mappings: &[Mapping],
    outputs: &Path,
    seen: &mut SeenFiles,
) -> Claims {
    let mut claims = Claims::new();
    let mut claim = |path: PackagePath, claim: Claim| match claims.entry(path) {
        Entry::Vacant(place) => {
            place.insert(claim);
        }
        Entry::Occupied(mut place) => {
            if place.get().strength < claim.strength {
                place.insert(claim);
            }
        }
    };
    for mapping in mappings {
        let exactly = |path: &PackagePath| (path.depth(), true);
        let MappingSource::Path(source) = &mapping.source else {
            let strength = exactly(&mapping.target);
            claim(mapping.target.clone(), Claim::new(strength, None));
            continue;
        };
        let Some(found) = files(directory, source, mapping, outputs) else {
            let file = directory.join(source);
            let name = file.file_name().filter(|_| mapping.below);
            let below = name.map(|name| mapping.target.join(fs::path_bytes(Path::new(name))));
            if let Ok(path) = below.unwrap_or_else(|| Ok(mapping.target.clone())) {
                let strength = exactly(&path);
                let code = can_be_code(mapping, &file, &path).then_some(file);
                claim(path, Claim::new(strength, code));
            }
            continue;
        };
        for (file, relative, kind) in found {
            if let Ok(path) = mapping.target.join(fs::path_bytes(&relative)) {
                let is_code = kind.is_file() && can_be_code(mapping, &file, &path);
                let strength = (mapping.target.depth(), false);
                claim(path, Claim::new(strength, is_code.then_some(file)));
            }
        }
    }
    look(directory, &mut claims, seen);
    claims
}

/// Looks into the files that can hold machine code.
fn look(directory: &Path, claims: &mut Claims, seen: &mut SeenFiles) {
    let files = claims.values().filter_map(|claim| claim.file.clone());
    let wanted = files.map(|path| Wanted { path, words: false });
    // What cannot be read is told of by who packs it.
    let _ = seen.look(wanted);
    for claim in claims.values_mut() {
        let file = claim.file.take();
        claim.code = file.and_then(|file| {
            let header = seen.get(&file)?.header()?;
            let shown = file.strip_prefix(directory).unwrap_or(&file);
            Some((header, shown.to_owned()))
        });
    }
}

/// Returns the newest modification time of the files that `[files]` packs; that of the manifest where
/// there are none.
pub(crate) fn newest_mtime(
    (manifest, directory): (&Path, &Path),
    mappings: &[Mapping],
    outputs: &Path,
) -> u64 {
    let sources = mappings.iter().filter_map(|mapping| match &mapping.source {
        MappingSource::Path(source) => Some((mapping, source)),
        _ => None,
    });
    let files =
        sources.flat_map(
            |(mapping, source)| match files(directory, source, mapping, outputs) {
                Some(found) => found.into_iter().map(|(file, ..)| file).collect(),
                None => vec![directory.join(source)],
            },
        );
    // Those that cannot be read are told of by who packs them.
    let time = |file: &Path| {
        let metadata = fs::metadata(file).ok().filter(Metadata::is_file)?;
        Some(fs::mtime(&metadata))
    };
    let newest = files.filter_map(|file| time(&file)).max();
    newest.or_else(|| time(manifest)).unwrap_or_default()
}

/// Returns whether a file can hold machine code, by its size and the name that the package gives it.
fn can_be_code(mapping: &Mapping, file: &Path, path: &PackagePath) -> bool {
    let Ok(metadata) = fs::metadata(file) else {
        return false;
    };
    let mode = mapping.mode.unwrap_or_else(|| fs::mode(&metadata));
    let stays_link = !mapping.follow && file.is_symlink();
    !stays_link
        && metadata.is_file()
        && metadata.len() >= elf::SMALLEST_HEADER
        && elf::can_be_elf(path.file_name(), mode & 0o111 != 0)
}

/// Lists the files and symlinks of a tree or a glob, each with its place below the target; `None`
/// where the source names one file.
fn files(
    directory: &Path,
    source: &str,
    mapping: &Mapping,
    outputs: &Path,
) -> Option<Vec<(PathBuf, PathBuf, FileType)>> {
    let path = directory.join(source);
    let (root, matcher) = if is_glob(source, &path) {
        let (base, pattern) = split_glob(source);
        let Ok(matcher) = matcher(pattern) else {
            return Some(Vec::new());
        };
        (root_of_glob(directory, base), Some(matcher))
    } else if path.is_dir() && (mapping.follow || !path.is_symlink()) {
        (path, None)
    } else {
        return None;
    };
    let mut found = Vec::new();
    let (mut patterns, mut outputs) = (mapping.exclude.clone(), Outputs::below(&root, outputs));
    let left_out = |path: &Path, is_directory| {
        patterns.exclude(path, is_directory) || outputs.hold(path, is_directory)
    };
    for (path, kind) in walk(&root, left_out).flatten() {
        let relative = path.strip_prefix(&root).unwrap_or(&path).to_owned();
        let is_wanted = matcher.as_ref().is_none_or(|it| it.is_match(&relative));
        if !kind.is_dir() && is_wanted {
            found.push((path, relative, kind));
        }
    }
    Some(found)
}
