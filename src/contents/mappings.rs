//! `[files]`: files, trees, globs, empty directories, symlinks.

use std::fs::{FileType, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobMatcher;

use super::PopulateError;
use super::access::{Access, SourceFile};
use super::claims::Claims;
use super::{compressed, environment, links};
use crate::audit::system_folders;
use crate::deb::gzip;
use crate::debian::reserved;
use crate::files::sources::{self, split_glob, walk};
use crate::files::{Mapping, MappingSource};
use crate::finding::{Finding, Location, tags};
use crate::fs;
use crate::outputs::Outputs;
use crate::plan::{PackagePlan, Settings};
use crate::release::Patterns;
use crate::tree::{Content, Entry, Origin, Owner, PackagePath, PathError};

/// The sources of one entry of `[files]`, and the claims to make for them.
pub(super) struct Sources<'a, 'plan> {
    settings: &'plan Settings,
    plan: &'plan PackagePlan,
    mapping: &'plan Mapping,
    access: &'a mut Access<'plan>,
    claims: &'a mut Claims,
    left_out: Option<Finding>,
    /// The patterns of `exclude`, which remember what they matched.
    exclude: Patterns,
    /// True where the entry gives a regular file, be it that a more specific one wins its path.
    gives_regular: bool,
}

impl<'a, 'plan> Sources<'a, 'plan> {
    pub(super) fn new(
        settings: &'plan Settings,
        plan: &'plan PackagePlan,
        mapping: &'plan Mapping,
        access: &'a mut Access<'plan>,
        claims: &'a mut Claims,
    ) -> Self {
        Self {
            settings,
            plan,
            mapping,
            access,
            claims,
            left_out: None,
            exclude: mapping.exclude.clone(),
            gives_regular: false,
        }
    }

    /// Returns the findings about sources that are left out.
    pub(super) fn findings(self) -> Vec<Finding> {
        let (settings, mapping) = (self.settings, self.mapping);
        let unmatched = self.exclude.unmatched().map(|(_, pattern)| {
            let message = format!("pattern `{pattern}` of `{}` matches nothing", mapping.key);
            let finding = Finding::new(tags::EXCLUDE_MATCHES_NOTHING, message);
            finding.at(Some(&Location::of_manifest(
                &settings.manifest_path,
                mapping.line,
            )))
        });
        self.left_out.into_iter().chain(unmatched).collect()
    }

    /// Claims the paths that the entry gives. One that is a conffile must give a regular file.
    pub(super) fn claim(&mut self) -> Result<(), PopulateError> {
        let mapping = self.mapping;
        self.claim_paths().map_err(|error| match error {
            PopulateError::Fs(error) => PopulateError::SourceUnread {
                manifest: self.settings.manifest_path.clone(),
                line: mapping.line,
                error,
            },
            error => error,
        })?;
        if mapping.conffile == Some(true) && !self.gives_regular {
            return Err(PopulateError::ConffileNotRegular {
                manifest: self.settings.manifest_path.clone(),
                line: mapping.line,
                key: mapping.key.to_string(),
            });
        }
        if mapping.capabilities.is_some() && !self.gives_regular {
            return Err(PopulateError::CapabilitiesOfNoFile {
                manifest: self.settings.manifest_path.clone(),
                line: mapping.line,
                key: mapping.key.to_string(),
            });
        }
        Ok(())
    }

    fn claim_paths(&mut self) -> Result<(), PopulateError> {
        let mapping = self.mapping;
        let origin = Origin::Files {
            key: Arc::clone(&mapping.key),
            source: None,
        };
        match &mapping.source {
            MappingSource::Directory => {
                let entry = owned(mapping, Entry::directory(origin));
                let entry = with_mode(entry, mapping.directory_mode);
                self.refuse_shared(&entry)?;
                self.claims.claim_exactly(mapping.target.clone(), entry);
                Ok(())
            }
            MappingSource::Symlink { target, exact } => {
                let (path, placed) =
                    self.place_link(mapping.target.clone(), target.clone().into())?;
                let target = if *exact {
                    target.clone().into()
                } else {
                    links::by_policy(&path, placed)
                };
                self.claims
                    .claim_exactly(path, Entry::symlink(target, origin));
                Ok(())
            }
            MappingSource::Path(source) => self.claim_path(source),
        }
    }

    fn claim_path(&mut self, source: &str) -> Result<(), PopulateError> {
        let (settings, mapping) = (self.settings, self.mapping);
        let path = settings.directory.join(source);
        if sources::is_glob(source, &path) {
            return self.claim_glob(source);
        }
        if path.symlink_metadata().is_err() {
            return Err(PopulateError::SourceMissing {
                manifest: settings.manifest_path.clone(),
                line: mapping.line,
                key: mapping.key.as_str().into(),
                source_path: source.to_owned(),
                looked: path,
                variables: variables_of(&settings.manifest_path, mapping.line),
            });
        }
        let target = match path.file_name() {
            Some(name) if mapping.below => mapping.target.join(fs::path_bytes(Path::new(name)))?,
            _ => mapping.target.clone(),
        };
        if !mapping.follow && path.is_symlink() {
            let kind = fs::symlink_metadata(&path)?.file_type();
            let (target, entry) = self.entry(target, &path, kind, PathBuf::from(source))?;
            self.claims.claim_exactly(target, entry);
            return Ok(());
        }
        // The author named this path: a symlink here means its target.
        let metadata = followed(&path)?;
        if metadata.is_dir() {
            return self.claim_tree(source, &path);
        }
        let (target, entry) = self.regular(&target, &path, &metadata, PathBuf::from(source))?;
        self.claims.claim_exactly(target, entry);
        Ok(())
    }

    fn claim_tree(&mut self, source: &str, root: &Path) -> Result<(), PopulateError> {
        let mapping = self.mapping;
        let mut outputs = self.outputs(root);
        let mut patterns = self.exclude.clone();
        for found in walk(root, left_out(&mut patterns, &mut outputs)) {
            let (path, kind) = found?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let target = mapping.target.join(fs::path_bytes(relative))?;
            let shown = Path::new(source).join(relative);
            let (target, entry) = self.entry(target, &path, kind, shown)?;
            self.claims.claim_below(&mapping.target, target, entry);
        }
        self.left_out = outputs.finding();
        self.exclude = patterns;
        Ok(())
    }

    fn claim_glob(&mut self, glob: &str) -> Result<(), PopulateError> {
        let (settings, mapping) = (self.settings, self.mapping);
        let (base, pattern) = split_glob(glob);
        let matcher = self.matcher(glob, pattern)?;
        let root = sources::root_of_glob(&settings.directory, base);
        let mut files = Vec::new();
        if root.is_dir() {
            let mut outputs = self.outputs(&root);
            for found in walk(&root, left_out(&mut self.exclude, &mut outputs)) {
                let (path, kind) = found?;
                let relative = path.strip_prefix(&root).unwrap_or(&path);
                if kind.is_dir() || !matcher.is_match(relative) {
                    continue;
                }
                files.push((relative.to_owned(), path, kind));
            }
            self.left_out = outputs.finding();
        }
        let (manifest, line) = (settings.manifest_path.clone(), mapping.line);
        let (key, glob) = (mapping.key.to_string(), glob.to_owned());
        let shown = |relative: &Path| Path::new(base).join(relative);
        match &files[..] {
            [] => Err(PopulateError::GlobFindsNothing {
                manifest,
                line,
                key,
                glob,
                looked: root,
            }),
            [(relative, path, kind)] if !mapping.below => {
                let target = mapping.target.clone();
                let (target, entry) = self.entry(target, path, *kind, shown(relative))?;
                self.claims.claim_exactly(target, entry);
                Ok(())
            }
            several if !mapping.below => Err(PopulateError::GlobToFile {
                manifest,
                line,
                key,
                glob,
                found: several.len(),
            }),
            all => {
                for (relative, path, kind) in all {
                    let target = mapping.target.join(fs::path_bytes(relative))?;
                    let (target, entry) = self.entry(target, path, *kind, shown(relative))?;
                    self.claims.claim_below(&mapping.target, target, entry);
                }
                Ok(())
            }
        }
    }

    /// Refuses an owner or a mode for a directory that belongs to nobody.
    fn refuse_shared(&self, entry: &Entry) -> Result<(), PopulateError> {
        let mapping = self.mapping;
        let asks = entry.owner != Owner::default() || entry.mode != 0o755;
        let is_allowed = self.settings.allowed.contains(&tags::PATH_OF_DEBIAN);
        if !asks || is_allowed || !is_shared(&mapping.target) {
            return Ok(());
        }
        Err(PopulateError::SharedDirectory {
            manifest: self.settings.manifest_path.clone(),
            line: mapping.line,
            path: mapping.target.clone(),
        })
    }

    fn matcher(&self, glob: &str, pattern: &str) -> Result<GlobMatcher, PopulateError> {
        sources::matcher(pattern).map_err(|error| PopulateError::Pattern {
            manifest: self.settings.manifest_path.clone(),
            line: self.mapping.line,
            pattern: glob.to_owned(),
            reason: error.kind().to_string(),
        })
    }

    /// Returns the packages of the output folder, which are left out of this package.
    fn outputs<'root>(&self, root: &'root Path) -> Outputs<'root> {
        let folder = self.plan.output.parent();
        Outputs::below(root, folder.unwrap_or_else(|| Path::new("")))
    }

    fn entry(
        &mut self,
        target: PackagePath,
        path: &Path,
        kind: FileType,
        shown: PathBuf,
    ) -> Result<(PackagePath, Entry), PopulateError> {
        let mapping = self.mapping;
        let origin = Origin::Files {
            key: Arc::clone(&mapping.key),
            source: Some(shown.as_path().into()),
        };
        if kind.is_dir() {
            if is_shared(&target) {
                return Ok((target, Entry::directory(origin)));
            }
            let entry = with_mode(Entry::directory(origin), mapping.directory_mode);
            return Ok((target, owned(mapping, entry)));
        }
        if kind.is_symlink() {
            let to = fs::path_bytes(&fs::read_link(path)?);
            let (target, to) = self.place_link(target, to)?;
            return Ok((target, Entry::symlink(to, origin)));
        }
        self.regular(&target, path, &fs::symlink_metadata(path)?, shown)
    }

    /// Returns the path and the target of a symlink, with the names that compressed documents have.
    fn place_link(
        &self,
        path: PackagePath,
        target: Vec<u8>,
    ) -> Result<(PackagePath, Vec<u8>), PathError> {
        if self.mapping.compress {
            compressed::place_link(path, target, self.plan.control.package.as_str())
        } else {
            Ok((path, target))
        }
    }

    fn regular(
        &mut self,
        target: &PackagePath,
        path: &Path,
        metadata: &Metadata,
        shown: PathBuf,
    ) -> Result<(PackagePath, Entry), PopulateError> {
        let mapping = self.mapping;
        if !metadata.is_file() {
            let kind = fs::special_kind(metadata);
            return Err(PopulateError::SpecialFile {
                path: path.to_owned(),
                kind,
            });
        }
        // One that is not everybody's may be closed to this user, too.
        if fs::mode(metadata) & 0o044 != 0o044 {
            fs::open(path)?;
        }
        // A library in a folder of the loader is no program, whatever Cargo makes of it (policy 8.1).
        let executable = fs::mode(metadata) & 0o111 != 0 && !is_shared_library(target);
        // sudo asks for this mode, and the rules are nobody's but root's.
        let is_of_sudo = target.as_bytes().starts_with(b"/etc/sudoers.d/");
        let default = match (is_of_sudo, executable) {
            (true, _) => 0o440,
            (false, true) => 0o755,
            (false, false) => 0o644,
        };
        let mode = mapping.mode.unwrap_or(default);
        let is_large = self.plan.compress_documents && compressed::is_large(target, metadata.len());
        let placed = if mapping.compress && is_large {
            compressed::name(target)?
        } else if mapping.compress {
            compressed::place(target.clone(), self.plan.control.package.as_str())?
        } else {
            target.clone()
        };
        let content = if placed == *target {
            Content::File {
                path: path.into(),
                size: metadata.len(),
            }
        } else {
            Content::Bytes(Arc::from(gzip(&fs::read(path)?, compressed::BEST)))
        };
        self.gives_regular = true;
        let origin = Origin::Files {
            key: Arc::clone(&mapping.key),
            source: Some(shown.into()),
        };
        let mut entry = owned(mapping, Entry::regular(content, mode, origin));
        entry.has_twin = fs::several_names(metadata).is_some();
        if mapping.mode.is_none()
            && !is_of_sudo
            && !environment::give(self.plan, &placed, &mut entry)
        {
            let source = SourceFile::of_mode(fs::mode(metadata));
            self.access.give(&placed, &mut entry, source, false);
        }
        Ok((placed, entry))
    }
}

/// Returns the variables of the environment that the source in a line of the manifest has.
fn variables_of(manifest: &Path, line: usize) -> Vec<String> {
    let text = fs::read_small_text(manifest).unwrap_or_default();
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let source = line.split_once('=').map_or("", |(_, source)| source);
    let parts = source
        .split("${")
        .skip(1)
        .filter_map(|part| part.split_once('}'));
    let names = parts.map(|(inner, _)| inner.split(":-").next().unwrap_or(inner).to_owned());
    names.collect()
}

/// Returns the mapping that a path of the tree comes from.
pub(super) fn of_origin<'a>(plan: &'a PackagePlan, origin: &Origin) -> Option<&'a Mapping> {
    let Origin::Files { key, .. } = origin else {
        return None;
    };
    plan.mappings.get(key)
}

/// Returns the paths to leave out: those of patterns, and packages of the output folder.
fn left_out(patterns: &mut Patterns, outputs: &mut Outputs<'_>) -> impl FnMut(&Path, bool) -> bool {
    |path, is_directory| patterns.exclude(path, is_directory) || outputs.hold(path, is_directory)
}

/// Returns whether a path is that of a shared library which the loader finds.
fn is_shared_library(path: &PackagePath) -> bool {
    let name = String::from_utf8_lossy(path.file_name());
    (name.ends_with(".so") || name.contains(".so."))
        && path.parent().is_some_and(|parent| {
            let mut folders = system_folders();
            folders.any(|folder| folder == parent)
        })
}

/// Returns whether a directory is shared by the packages of Debian: it stays root's.
pub(super) fn is_shared(path: &PackagePath) -> bool {
    reserved::is_shared_directory(&path.to_string())
}

fn followed(path: &Path) -> Result<Metadata, PopulateError> {
    fs::metadata(path).map_err(|error| match error.source.raw_os_error() {
        Some(ELOOP) => PopulateError::SymlinkLoop {
            path: path.to_owned(),
        },
        _ => error.into(),
    })
}

/// The errno(3) of Linux for too many levels of symbolic links.
const ELOOP: i32 = 40;

fn owned(mapping: &Mapping, mut entry: Entry) -> Entry {
    entry.owner = Owner::new(&mapping.owner, &mapping.group);
    entry
}

fn with_mode(mut entry: Entry, mode: u32) -> Entry {
    entry.mode = mode;
    entry
}
