//! The look at the release, before anything is decided.

use std::thread;

use crate::error::Error;
use crate::finding::{Finding, tags};
use crate::manifest::{InvalidValue, Manifest};
use crate::outputs::Outputs;
use crate::plan::{BuildOptions, PlanError, folder_of_outputs};
use crate::release::{Patterns, Release, Wanted};
use crate::template::{TemplateError, Templates};

/// Looks at the release, and reads the templates meanwhile: to parse all takes as long as to look at a
/// release of Erlang.
pub(super) fn look(
    manifest: &Manifest,
    options: &BuildOptions,
) -> Result<(Release, Templates, Vec<Finding>), Error> {
    let path = manifest
        .tables
        .release
        .path
        .as_ref()
        .ok_or_else(|| PlanError::Missing {
            key: "release.path",
            manifest: manifest.path().to_owned(),
            hint: "write `path = \"_build/prod/rel/NAME\"` below `[release]`".to_owned(),
        })?;
    let table = &manifest.tables.release;
    let runtime = table.runtime.as_ref();
    let wanted = Wanted {
        kind: table.kind.as_ref().map(|kind| kind.0),
        runtime: runtime.map(|path| manifest.resolve(path.get_ref())),
        project: Some(manifest.directory().to_owned()),
    };
    let mut patterns = patterns(manifest)?;
    let directory = manifest.resolve(path.get_ref());
    let mut outputs = Outputs::below(&directory, &folder_of_outputs(manifest, options));
    let (opened, templates) = thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, || templates(manifest));
        let opened = Release::open_without(&directory, &wanted, &mut |path, is_directory| {
            patterns.exclude(path, is_directory) || outputs.hold(path, is_directory)
        });
        let templates = match thread.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(templates)) => templates,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // The system gives no more threads.
            Err(_) => templates(manifest),
        };
        (opened, templates)
    });
    let (release, mut findings) = opened?;
    findings.extend(unmatched(manifest, &patterns));
    findings.extend(patterns.findings(&directory));
    findings.extend(outputs.finding());
    Ok((release, templates?, findings))
}

/// The built-in templates, and the author's in their place.
fn templates(manifest: &Manifest) -> Result<Templates, TemplateError> {
    match &manifest.tables.templates.directory {
        Some(directory) => Templates::with_directory(&manifest.resolve(directory.get_ref())),
        None => Templates::builtin(),
    }
}

/// The patterns of `[release] exclude`.
fn patterns(manifest: &Manifest) -> Result<Patterns, Error> {
    let written = &manifest.tables.release.exclude;
    Patterns::new(written.iter().map(|pattern| pattern.get_ref().as_str())).map_err(|error| {
        let span = written.get(error.index).map_or(0..0, toml::Spanned::span);
        let error = InvalidValue::new(span, error.to_string(), None);
        manifest.locate(error).into()
    })
}

/// A pattern that matches nothing is a mistyped one, or one that is no longer needed.
fn unmatched(manifest: &Manifest, patterns: &Patterns) -> Vec<Finding> {
    let written = &manifest.tables.release.exclude;
    let unmatched = patterns.unmatched().map(|(index, pattern)| {
        let line = written
            .get(index)
            .map_or(0, |pattern| manifest.line(&pattern.span()));
        Finding::new(
            tags::EXCLUDE_MATCHES_NOTHING,
            format!("pattern `{pattern}` matches nothing"),
        )
        .at_manifest(manifest.path(), line)
    });
    unmatched.collect()
}
