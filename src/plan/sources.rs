//! The files that the sources of `[files]` stand for, and the machines that their code is for.

use std::collections::BTreeMap;
use std::fs::FileType;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use walkdir::WalkDir;

use super::{Mapping, MappingSource, PlanError};
use crate::elf::{self, Machines};
use crate::fs::{self, FsError};
use crate::outputs::Outputs;
use crate::release::Release;

/// What a walk finds.
pub(crate) type Found = Result<(PathBuf, FileType), FsError>;

/// Lists everything below a folder, the folder itself first, in the order of names.
pub(crate) fn walk(root: &Path, outputs: &mut Outputs<'_>) -> impl Iterator<Item = Found> {
    // A trailing slash makes walkdir look through a symlink that the author named.
    WalkDir::new(root.join(""))
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |found| {
            let relative = found.path().strip_prefix(root).unwrap_or(root);
            found.depth() == 0 || !outputs.hold(relative, found.file_type().is_dir())
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

/// The machines of a package, and whether the release holds code for one.
pub(super) struct PackageMachine {
    pub(super) machine: Option<elf::Machine>,
    pub(super) is_of_release: bool,
}

/// Finds the machine that the ELF files of the release and of `[files]` are for. Sources that cannot
/// be read are told of by who packs them.
pub(super) fn machine(
    release: &Release,
    directory: &Path,
    mappings: &[Mapping],
    outputs: &Path,
) -> Result<PackageMachine, PlanError> {
    release.machine()?;
    let mut machines = Machines::from(release.machines.clone());
    for mapping in mappings {
        for file in files(directory, mapping, outputs) {
            if let Some(header) = header(mapping, &file) {
                let shown = file.strip_prefix(directory).unwrap_or(&file);
                machines.add(header, shown.to_owned());
            }
        }
    }
    let found: BTreeMap<_, _> = machines.finish();
    if found.len() > 1 {
        return Err(PlanError::MixedMachines(found.into_iter().collect()));
    }
    Ok(PackageMachine {
        machine: found.into_keys().next(),
        is_of_release: !release.machines.is_empty(),
    })
}

/// Reads the header of a file that can hold machine code, by the name that the package gives it.
fn header(mapping: &Mapping, file: &Path) -> Option<elf::Header> {
    let metadata = fs::metadata(file).ok()?;
    let mode = mapping.mode.unwrap_or_else(|| fs::mode(&metadata));
    let is_named = matches!(&mapping.source, MappingSource::Path(source) if file.ends_with(source));
    let name = match file.file_name() {
        Some(name) if mapping.below || !is_named => fs::path_bytes(Path::new(name)),
        _ => mapping.target.file_name().to_vec(),
    };
    if !metadata.is_file()
        || metadata.len() < elf::SMALLEST_HEADER
        || !elf::can_be_elf(&name, mode & 0o111 != 0)
    {
        return None;
    }
    let mut start = [0; elf::HEADER_SIZE];
    let length = fs::read_start(file, &mut start).ok()?;
    elf::read_header(&start[..length])
}

/// Lists the regular files of one entry of `[files]`.
fn files(directory: &Path, mapping: &Mapping, outputs: &Path) -> Vec<PathBuf> {
    let MappingSource::Path(source) = &mapping.source else {
        return Vec::new();
    };
    let path = directory.join(source);
    let (root, matcher) = if is_glob(source, &path) {
        let (base, pattern) = split_glob(source);
        let Ok(matcher) = matcher(pattern) else {
            return Vec::new();
        };
        (root_of_glob(directory, base), Some(matcher))
    } else if path.is_dir() {
        (path, None)
    } else {
        return vec![path];
    };
    let is_wanted = |path: &Path| {
        let relative = path.strip_prefix(&root).unwrap_or(path);
        matcher
            .as_ref()
            .is_none_or(|matcher| matcher.is_match(relative))
    };
    walk(&root, &mut Outputs::below(&root, outputs))
        .flatten()
        .filter(|(path, kind)| kind.is_file() && is_wanted(path))
        .map(|(path, _)| path)
        .collect()
}
