//! The findings about a release that can be packaged, and the errors about a directory that
//! cannot.

use std::path::{Path, PathBuf};

use super::erlang::read_if_there;
use super::error::{ReleaseError, exclude_line, exclude_pattern, list};
use super::files::{FileKind, ReleaseFile, Walk, shown};
use super::kinds::Kind;
use super::{LARGEST_SCRIPT, Release};
use crate::elf::Header;
use crate::finding::{Finding, Severity, tags};
use crate::fs;
use crate::message::quoted;

/// The places of releases below a project or a folder of releases.
const PLACES: &[&[&str]] = &[
    &["_build", "prod", "rel", "*"],
    &["_build", "default", "rel", "*"],
    &["_build", "*", "rel", "*"],
    &["_rel", "*"],
    &["rel", "*"],
    &["*", "rel", "*"],
    &["*"],
];

/// The starts of paths that only a build machine has.
const BUILD_PATHS: &[&str] = &[
    "/home/",
    "/Users/",
    "/root/",
    "/builds/",
    "/var/lib/jenkins/",
];

/// Refuses a path that is not a directory.
pub(super) fn require_directory(path: &Path) -> Result<(), ReleaseError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(ReleaseError::NotDirectory(path.to_owned())),
        Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => {
            let hint = how_to_build(path).or_else(|| error.hint());
            Err(ReleaseError::Missing {
                path: path.to_owned(),
                hint,
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns a hint with the command that builds the release at a path, by the nearest project
/// above it.
fn how_to_build(path: &Path) -> Option<String> {
    for directory in path.ancestors() {
        let has = |name: &str| directory.join(name).is_file();
        let Some(kind) = Kind::all().find(|kind| has(kind.project_file)) else {
            continue;
        };
        let profile = match path.strip_prefix(directory.join("_build")) {
            Ok(below) => below.iter().next()?.to_string_lossy().into_owned(),
            Err(_) => "prod".into(),
        };
        let command = (kind.build_command)(&profile);
        return Some(format!("build it first: `{command}`"));
    }
    None
}

/// Returns the releases below a directory, at the places that builds use; the most likely first.
#[must_use]
pub(crate) fn releases_below(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for place in PLACES {
        let mut here = vec![directory.to_owned()];
        for part in *place {
            here = here.iter().flat_map(|from| step(from, part)).collect();
        }
        here.retain(|path| path.join(super::erlang::START_ERL_DATA).is_file());
        for path in here {
            if !found.contains(&path) {
                found.push(path);
            }
        }
    }
    found
}

fn step(from: &Path, part: &str) -> Vec<PathBuf> {
    if part == "*" {
        // A directory that cannot be listed has no release to propose.
        let mut names = fs::read_dir(from).unwrap_or_default();
        names.retain(|path| path.is_dir());
        names
    } else {
        vec![from.join(part)]
    }
}

/// Returns the error for a directory that is no release.
pub(super) fn not_a_release(path: &Path, looked_for: String) -> Result<ReleaseError, ReleaseError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let slash = if entry.is_dir() { "/" } else { "" };
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        names.push(format!("{}{slash}", shown(name.as_bytes())));
    }
    let mut below = releases_below(path);
    if below.is_empty() {
        let projects = Kind::all().filter(|kind| path.join(kind.project_file).is_file());
        let built = projects.filter_map(|kind| Some(path.join(kind.built?)));
        below.extend(built.filter(|path| path.is_dir()));
    }
    let hint = match &below[..] {
        [] => how_to_build(path),
        [one] => Some(format!("there is a release in `{}`", one.display())),
        several => {
            let names: Vec<String> = several.iter().map(|p| p.display().to_string()).collect();
            Some(format!("there are releases in {}", list(&names)))
        }
    };
    Ok(ReleaseError::NotARelease {
        path: path.to_owned(),
        looked_for,
        found: match names.len() {
            0 => "an empty directory".into(),
            _ => list(&names),
        },
        hint,
    })
}

/// Lists paths as "`a`, `b` or `c`".
pub(super) fn choice(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|p| format!("`{}`", p.display())).collect();
    match &names[..] {
        [] => "an executable file".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Returns the finding about programs for macOS or Windows: an error where there is nothing for
/// Linux.
pub(super) fn foreign(walk: &Walk) -> Option<Finding> {
    let (path, header) = walk.foreign.first()?;
    let format = match header {
        Header::MachO => "a program for macOS",
        _ => "a program for Windows",
    };
    let more = match walk.foreign.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let message = format!("`{}`{more} is {format}", path.display());
    let finding =
        Finding::new(tags::FOREIGN_PROGRAM, message).at_release_file(path.display(), None);
    Some(if walk.machines.is_empty() {
        finding.with_hint("build the release on Linux, for example in a container")
    } else {
        finding
            .with_severity(Severity::Warning)
            .with_hint(exclude_hint(&fs::path_bytes(path), false))
    })
}

fn exclude_hint(path: &[u8], directory: bool) -> String {
    format!("leave it out: {}", exclude_line(path, directory))
}

/// Returns all findings about a relx or mix release.
pub(super) fn of_erlang(release: &Release) -> Result<Vec<Finding>, ReleaseError> {
    let mut said = leftovers(release);
    said.extend(stale_versions(release));
    said.extend(of_configuration(release));
    said.extend(build_machine_paths(release)?);
    Ok(said)
}

/// Returns the findings about files that builds, runs and editors leave in a release.
pub(super) fn leftovers(release: &Release) -> Vec<Finding> {
    leftover_files(release)
        .map(|(file, what)| {
            let message = format!("`{}` in the release is {what}", shown(&file.path));
            let hint = exclude_hint(&file.path, file.kind == FileKind::Directory);
            Finding::new(tags::LEFTOVER, message)
                .with_hint(hint)
                .at_release_file(shown(&file.path), None)
        })
        .collect()
}

fn leftover_files(release: &Release) -> impl Iterator<Item = (&ReleaseFile, &'static str)> {
    let version = release.version_directory.as_deref().map(fs::path_bytes);
    release.files.iter().filter_map(move |file| {
        let directory = file.kind == FileKind::Directory;
        if let Some(slash) = file.path.iter().rposition(|byte| *byte == b'/') {
            let in_version = version.as_deref() == Some(&file.path[..slash]);
            let what = if file.path.ends_with(b".orig") {
                "a backup copy"
            } else {
                "rendered from its `.src` by a run on this machine"
            };
            return (in_version && is_of_a_run(release, &file.path)).then_some((file, what));
        }
        let what = match (file.path.as_slice(), directory) {
            (b".git", _) => "the history of the sources",
            (b"erl_crash.dump", false) => "a crash dump, which holds all that was in memory",
            (b".erlang.cookie", false) => "a secret",
            (name, false) if name.ends_with(b".orig") => "a backup copy",
            (name, _) => {
                let what = release.kind.leftover(name, directory)?;
                // An empty directory waits for what the service writes.
                (!directory || release.holds_files(name)).then_some(what)?
            }
        };
        Some((file, what))
    })
}

/// Returns whether a path beside the files of a version was written by relx's script.
fn is_of_a_run(release: &Release, path: &[u8]) -> bool {
    path.ends_with(b".orig") || release.file(&[path, b".src"].concat()).is_some()
}

/// Returns the patterns that leave out files which do not belong into a release.
#[must_use]
pub(crate) fn exclude_patterns(release: &Release) -> Vec<String> {
    let mut patterns: Vec<String> = leftover_files(release)
        .map(|(file, _)| exclude_pattern(&file.path, file.kind == FileKind::Directory))
        .collect();
    if let Some((_, stale)) = stale_paths(release) {
        patterns.extend(stale);
    }
    patterns
}

/// Returns the finding about other versions below `releases/`, with the patterns that leave out
/// their applications and start scripts.
fn stale_versions(release: &Release) -> Option<Finding> {
    let (versions, patterns) = stale_paths(release)?;
    let patterns: Vec<_> = patterns.iter().map(|it| quoted(it)).collect();
    let version = release.version.as_deref().unwrap_or_default();
    Some(
        Finding::new(
            tags::STALE_VERSION,
            format!(
                "the release is version `{version}`, and still holds {}",
                list(&versions)
            ),
        )
        .with_hint(format!(
            "leave the old ones out: `exclude = [{}]` in `[release]`, or build from an empty \
             directory",
            patterns.join(", ")
        )),
    )
}

/// Returns the other versions in the release, and the patterns of the files that belong to them.
fn stale_paths(release: &Release) -> Option<(Vec<String>, Vec<String>)> {
    let current = fs::path_bytes(release.version_directory.as_deref()?);
    let name = release.name.as_deref()?;
    let mut versions = Vec::new();
    let mut patterns = Vec::new();
    for file in directories_in(release, b"releases/") {
        if file.path != current && holds_version(release, &file.path) {
            let version = shown(file.file_name());
            let script = format!("bin/{name}-{version}").into_bytes();
            patterns.push(exclude_pattern(&file.path, true));
            if release.file(&script).is_some() {
                patterns.push(exclude_pattern(&script, false));
            }
            versions.push(version);
        }
    }
    if versions.is_empty() {
        return None;
    }
    for file in directories_in(release, b"lib/") {
        let directory = shown(file.file_name());
        let is_current = |(name, version): &(String, String)| {
            directory == *name || directory == format!("{name}-{version}")
        };
        let of_another_version = |(name, _): &(String, String)| {
            directory.strip_prefix(name.as_str()).is_some_and(|rest| {
                rest.starts_with('-') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
            })
        };
        if !release.applications.iter().any(is_current)
            && release.applications.iter().any(of_another_version)
        {
            patterns.push(exclude_pattern(&file.path, true));
        }
    }
    Some((versions, patterns))
}

fn directories_in<'a>(
    release: &'a Release,
    parent: &'a [u8],
) -> impl Iterator<Item = &'a ReleaseFile> {
    release.files.iter().filter(move |file| {
        file.kind == FileKind::Directory
            && file
                .path
                .strip_prefix(parent)
                .is_some_and(|name| !name.contains(&b'/'))
    })
}

/// Returns whether a directory below `releases/` is a version: it has a boot file.
fn holds_version(release: &Release, directory: &[u8]) -> bool {
    let start = [directory, b"/"].concat();
    release.files.iter().any(|file| {
        file.path.starts_with(&start)
            && (file.path.ends_with(b".rel") || file.path.ends_with(b".boot"))
    })
}

fn of_configuration(release: &Release) -> Vec<Finding> {
    let configuration = &release.configuration;
    let mut said = Vec::new();
    if configuration.heart {
        said.push(
            Finding::new(
                tags::HEART,
                "`vm.args` has `-heart`, which restarts the node behind the service manager's back",
            )
            .with_hint("remove it: the service manager restarts a node that ends"),
        );
    }
    if configuration.has_templates() {
        said.push(Finding::new(
            tags::TEMPLATE,
            "the start script renders `.src` files at every command, into the service's state \
             directory",
        ));
    }
    if configuration.runtime_config {
        said.push(Finding::new(
            tags::RUNTIME_CONFIG,
            "the release writes its configuration to `RELEASE_TMP` at every start, in the \
             service's runtime directory",
        ));
    }
    said
}

/// Returns the findings about paths of the build machine inside the scripts of `bin/`. Those in
/// `erts-*/bin` are normal: the start script replaces them.
fn build_machine_paths(release: &Release) -> Result<Vec<Finding>, ReleaseError> {
    let mut said = Vec::new();
    let here = fs::canonicalize(&release.path)?;
    let here = here.to_string_lossy();
    for file in &release.files {
        let FileKind::Regular { size } = file.kind else {
            continue;
        };
        let Some(name) = file.path.strip_prefix(b"bin/") else {
            continue;
        };
        if !file.is_executable() || name.contains(&b'/') || size > LARGEST_SCRIPT {
            continue;
        }
        let Some(text) = read_if_there(&release.source(file))? else {
            continue;
        };
        if !text.starts_with(b"#!") {
            continue;
        }
        let text = String::from_utf8_lossy(&text);
        if let Some((number, path)) = build_path_in(&text, &here) {
            let message = format!(
                "`{}` names `{path}` of the build machine in line {number}",
                shown(&file.path)
            );
            said.push(
                Finding::new(tags::BUILD_MACHINE_PATH, message)
                    .at_release_file(shown(&file.path), Some(number))
                    .with_hint("derive it from the place of the script: `$(dirname \"$0\")`"),
            );
        }
    }
    Ok(said)
}

/// Returns the first path of the build machine outside of comments, with the number of its line.
fn build_path_in<'a>(text: &'a str, here: &str) -> Option<(usize, &'a str)> {
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') && !line.starts_with("#!") {
            continue;
        }
        // A release at the root of a container's disk would be found in every line.
        let own = (here.matches('/').count() > 1)
            .then(|| line.find(here))
            .flatten();
        let others = BUILD_PATHS.iter().filter_map(|start| {
            let at = line.find(start)?;
            let before = line[..at].chars().next_back();
            before
                .is_none_or(|c| matches!(c, '"' | '\'' | '=' | ':' | '!' | ' ' | '\t' | '('))
                .then_some(at)
        });
        if let Some(at) = own.into_iter().chain(others).min() {
            let rest = &line[at..];
            let end = rest
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, '"' | '\'' | ':' | ';' | ')' | '`')
                })
                .unwrap_or(rest.len());
            return Some((index + 1, &rest[..end]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_build_machine() {
        for (line, expected) in [
            ("#!/home/u/erl/bin/escript", Some("/home/u/erl/bin/escript")),
            ("# see /home/u", None),
            ("ROOTDIR=\"/srv/ci/orders/lib\"", Some("/srv/ci/orders/lib")),
            ("X=$HOME/home/x", None),
            ("cd /Users/me/x; ls", Some("/Users/me/x")),
            ("PIPE_DIR=/tmp/erl_pipes", None),
        ] {
            let text = format!("#!/bin/sh\n{line}\n");
            let found = build_path_in(&text, "/srv/ci/orders");
            let expected = expected.map(|path| (2, path));
            // A shebang counts only in the first line.
            let expected = if line.starts_with("#!") {
                assert_eq!(
                    build_path_in(line, "/srv/ci/orders").map(|f| f.1),
                    expected.map(|e| e.1)
                );
                None.or(expected)
            } else {
                expected
            };
            assert_eq!(found, expected, "{line}");
        }
    }
}
