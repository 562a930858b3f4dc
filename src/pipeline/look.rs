//! The look at what lies on the build machine, before anything is decided.

use std::path::Path;

use crate::control::{control_files, debconf};
use crate::error::Error;
use crate::files::{
    self, Mapping,
    sources::{claims, newest_mtime},
};
use crate::finding::{Finding, tags};
use crate::fs::{self, FsError};
use crate::hooks;
use crate::manifest::{Checked, InvalidValue, Manifest, TextOr, VersionSource};
use crate::outputs::{Destination, Outputs};
use crate::own_scripts;
use crate::plan::{BuildOptions, Inputs, PlanError, license_file};
use crate::release::{self, Patterns, Release, ReleaseError, Wanted};
use crate::template::{TemplateError, Templates};
use crate::tree::PackagePath;
use crate::units;

/// The folder that packages are written to when nothing else is said.
const DEFAULT_OUTPUT: &str = "dist";

/// Looks at the release, and at the files that the manifest names.
pub(super) fn look(
    manifest: &Manifest,
    options: &BuildOptions,
) -> Result<(Release, Templates, Inputs, Vec<Finding>), Error> {
    let tables = &manifest.tables;
    let destination = destination(manifest, options);
    let (mut release, mut findings) = match super::replaced_release::directory(manifest, options) {
        Some(directory) => look_at_release(manifest, &directory, destination.folder())?,
        None => (without_release(manifest, options)?, Vec::new()),
    };
    let templates = templates(manifest)?;
    let (hooks, found) = hooks::read(manifest)?;
    findings.extend(found);
    let (own_scripts, found) = own_scripts::read(manifest)?;
    findings.extend(found);
    let mut members = control_files::read(manifest)?;
    let (of_debconf, found) = debconf::read(manifest)?;
    members.extend(of_debconf);
    findings.extend(found);
    let service = tables.service.as_ref();
    let script = match service.and_then(|service| service.program.as_ref()) {
        Some(asked) => Some(super::program::named(manifest, &release, asked)?),
        None => release.start_script.clone(),
    };
    let mappings = files::mappings(manifest)?;
    if release.is_absent() {
        let manifest = (manifest.path(), &*manifest.resolve(""));
        release.newest_mtime = newest_mtime(manifest, &mappings, destination.folder());
    }
    read_includes(&mut release, manifest, &mappings);
    let inputs = Inputs {
        claims: claims(
            &manifest.resolve(""),
            &mappings,
            destination.folder(),
            &mut release.seen,
        ),
        script,
        copyright_holder: copyright_holder(manifest)?,
        description_file: match &tables.package.description_file {
            Some(path) => Some(fs::read_to_string(&manifest.resolve(path.get_ref()))?),
            None => None,
        },
        version_file: version_file(manifest, options)?,
        hooks,
        own_scripts,
        units: units::read(manifest)?,
        mappings,
        members,
        destination,
    };
    Ok((release, templates, inputs, findings))
}

/// Returns the place that the package is written to.
fn destination(manifest: &Manifest, options: &BuildOptions) -> Destination {
    if let Some(output) = &options.output {
        return Destination::of(output, Path::new(""));
    }
    let start = manifest.resolve("");
    match &manifest.tables.build.output {
        Some(Checked(output)) => Destination::of(output, &start),
        None => Destination::Folder(start.join(DEFAULT_OUTPUT)),
    }
}

/// Returns the holder of the copyright, as the manifest or the project says.
fn copyright_holder(manifest: &Manifest) -> Result<Option<String>, ReleaseError> {
    if let Some(holder) = &manifest.tables.package.copyright {
        return Ok(Some(holder.get_ref().clone()));
    }
    let file = license_file(manifest).map(|(path, _)| path);
    release::copyright_holder(&manifest.resolve("."), file.as_deref())
}

/// Reads the first line of the file that the version is taken from, unless the caller gives one.
fn version_file(manifest: &Manifest, options: &BuildOptions) -> Result<Option<String>, FsError> {
    if options.version.is_some() || options.release_version.is_some() {
        return Ok(None);
    }
    let version = manifest.tables.package.version.as_ref();
    let Some(TextOr::Table(table)) = version.map(crate::manifest::Spanned::get_ref) else {
        return Ok(None);
    };
    let Ok(VersionSource::File(path)) = table.source() else {
        return Ok(None);
    };
    let text = fs::read_to_string(&manifest.resolve(path))?;
    let first = text.trim_start_matches('\u{feff}').lines().next();
    Ok(Some(first.unwrap_or_default().trim().to_owned()))
}

/// Reads the files that the release's configuration includes and `[files]` packs. Those that cannot be
/// read are told of by who packs them.
fn read_includes(release: &mut Release, manifest: &Manifest, mappings: &[Mapping]) {
    let directory = manifest.resolve("");
    let root = release.path.clone();
    for index in 0..release.configuration.includes.len() {
        let path = release.configuration.includes[index].path.clone();
        let Ok(target) = PackagePath::new(&path) else {
            continue;
        };
        let sources = mappings.iter().rev();
        let mut sources = sources.filter_map(|mapping| mapping.file_at(&directory, &target));
        if let Some(text) = sources.find_map(|source| fs::read(&source).ok()) {
            let is_brought = |path: &str| root.join(path).is_file();
            let configuration = &mut release.configuration;
            configuration.take_included(index, path.as_ref(), &text, is_brought);
        }
    }
}

/// Looks at the release, without what is excluded from it.
fn look_at_release(
    manifest: &Manifest,
    directory: &Path,
    outputs: &Path,
) -> Result<(Release, Vec<Finding>), Error> {
    let table = &manifest.tables.release;
    let runtime = table.runtime.as_ref();
    let wanted = Wanted {
        kind: table.kind.as_ref().map(|kind| kind.0),
        runtime: runtime.map(|path| manifest.resolve(path.get_ref())),
        project: Some(manifest.directory().to_owned()),
    };
    let mut patterns = patterns(manifest)?;
    let mut outputs = Outputs::below(directory, outputs);
    let opened = Release::open_without(directory, &wanted, &mut |path, is_directory| {
        patterns.exclude(path, is_directory) || outputs.hold(path, is_directory)
    });
    let (release, mut findings) = opened?;
    findings.extend(unmatched(manifest, &patterns));
    findings.extend(patterns.findings(directory));
    findings.extend(outputs.finding());
    Ok((release, findings))
}

/// Returns what stands in the place of a release where the manifest names none. A manifest that asks for
/// nothing at all has forgotten it.
fn without_release(manifest: &Manifest, options: &BuildOptions) -> Result<Release, Error> {
    let tables = &manifest.tables;
    if let Some(key) = tables.release.key_beside_path() {
        return Err(PlanError::KeyWithoutRelease {
            key,
            manifest: manifest.path().to_owned(),
        }
        .into());
    }
    if tables.are_empty() {
        return Err(PlanError::Missing {
            key: "release.path",
            manifest: manifest.path().to_owned(),
            hint: "write `path = \"_build/prod/rel/NAME\"` below `[release]`, or the files of the \
                   package below `[files]`"
                .to_owned(),
        }
        .into());
    }
    let mut release = Release::absent();
    let package = &tables.package;
    let name = package.name.as_ref().map(|name| &name.get_ref().0);
    if name.is_none() || package.version.is_none() && options.version.is_none() {
        release.identify(&manifest.resolve("."), name)?;
    }
    Ok(release)
}

/// The built-in templates, and the author's in their place.
fn templates(manifest: &Manifest) -> Result<Templates, TemplateError> {
    match &manifest.tables.templates.directory {
        Some(directory) => Templates::with_directory(&manifest.resolve(directory.get_ref())),
        None => Ok(Templates::builtin()),
    }
}

/// The patterns of `[release] exclude`.
fn patterns(manifest: &Manifest) -> Result<Patterns, Error> {
    let written = &manifest.tables.release.exclude;
    Patterns::new(written.iter().map(|pattern| pattern.get_ref().as_str())).map_err(|error| {
        let span = written
            .get(error.index)
            .map_or(0..0, crate::manifest::Spanned::span);
        let error = InvalidValue::new(span, error.to_string(), None);
        manifest.locate(error).into()
    })
}

/// A pattern that matches nothing is a mistyped one, or one that is no longer needed.
fn unmatched(manifest: &Manifest, patterns: &Patterns) -> Vec<Finding> {
    let written = &manifest.tables.release.exclude;
    let unmatched = patterns.unmatched().map(|(index, pattern)| {
        let written = written.get(index);
        let place = written.map(|pattern| manifest.place(&pattern.span()));
        Finding::new(
            tags::EXCLUDE_MATCHES_NOTHING,
            format!("pattern `{pattern}` matches nothing"),
        )
        .at(place.as_ref())
    });
    unmatched.collect()
}
