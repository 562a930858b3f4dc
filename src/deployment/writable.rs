//! Directories of the release that the service writes: links to directories that are its own.

use std::collections::BTreeMap;

use crate::manifest::Spanned;
use globset::GlobBuilder;
use serde::Serialize;

use super::relative_paths;
use super::{Contributor, Deployment, DeploymentError, Directories, Facts, Script, Step};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::InvalidValue;
use crate::message::quoted;
use crate::release::{FileKind, Patterns, Release};
use crate::tree::PackagePath;

/// The directory of the release with what it brings for those that the service writes.
const SEEDS: &str = "initial";

/// A directory of the release that the service writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Writable {
    /// Its path in the release.
    pub name: String,
    /// The link in the release.
    pub link: PackagePath,
    /// The directory for state or logs that the service's directory is in.
    pub base: PackagePath,
    /// The path of the service's directory below that; empty for all of it.
    pub below: String,
    /// The copy of what the release brings, for the first installation.
    pub seed: Option<PackagePath>,
}

impl Writable {
    /// Returns the directory that the link leads to.
    #[must_use]
    pub fn directory(&self) -> String {
        let slash = if self.below.is_empty() { "" } else { "/" };
        format!("{}{slash}{}", self.base, self.below)
    }
}

type Written = Spanned<String>;

/// Returns the directories that the manifest names, and the findings about them and about those that it
/// should name.
pub(super) fn resolve(
    facts: &Facts<'_>,
    directories: &Directories,
    has_owner: bool,
) -> Result<(Vec<Writable>, Vec<Finding>), DeploymentError> {
    let written = &facts.manifest.tables.release.writable;
    let mut findings = Vec::new();
    if let (Some(first), false) = (written.first(), has_owner) {
        let message = "`writable` is what the service writes, and the package has no service";
        let hint = "add a table `[service]`, or leave `writable` out".to_owned();
        return Err(InvalidValue::new(first.span(), message, Some(hint)).into());
    }
    let mut named: BTreeMap<String, &Written> = BTreeMap::new();
    for pattern in written {
        let paths = matching(facts.release, pattern)?;
        if paths.is_empty() {
            let message = format!(
                "pattern `{}` of `writable` matches no directory",
                pattern.get_ref()
            );
            let finding = Finding::new(tags::WRITABLE_MATCHES_NOTHING, message)
                .with_hint("write a path without wildcards for a directory that is to be made");
            let place = facts.manifest.place(&pattern.span());
            findings.push(finding.at(Some(&place)));
        }
        for path in paths {
            check(facts, directories, &path, pattern)?;
            named.entry(path).or_insert(pattern);
        }
    }
    let mut made: Vec<Writable> = Vec::new();
    for (name, pattern) in named {
        // What lies in another is writable with it.
        if made.iter().any(|outer| lies_in(&name, &outer.name)) {
            continue;
        }
        let writable = place(facts, directories, &name)?;
        if let Some(twin) = made
            .iter()
            .find(|it| it.directory() == writable.directory())
        {
            let message = format!(
                "`{}` and `{name}` would both be `{}`",
                twin.name,
                twin.directory()
            );
            let hint = "leave the one that is not used out, with `exclude`".to_owned();
            return Err(InvalidValue::new(pattern.span(), message, Some(hint)).into());
        }
        made.push(writable);
    }
    if has_owner {
        findings.extend(relative_paths::findings(facts, directories, &made));
    }
    Ok((made, findings))
}

/// Returns whether a path is a directory, or lies in it.
pub(super) fn lies_in(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the directories that a pattern means. One without wildcards is there, or is made.
fn matching(release: &Release, written: &Written) -> Result<Vec<String>, InvalidValue> {
    let text = written.get_ref().trim_end_matches('/');
    let text = text.strip_prefix("./").unwrap_or(text);
    let invalid = |message: String, hint: Option<String>| {
        Err(InvalidValue::new(written.span(), message, hint))
    };
    let is_relative = text.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !is_relative {
        let message = format!("`{}` is no path in the release", written.get_ref());
        let hint = "write it from the root of the release: `log`, `lib/*/priv/cache`".to_owned();
        return invalid(message, Some(hint));
    }
    let paths = if text.contains(['*', '?', '[', '{']) {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let matcher = match glob {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => {
                return invalid(format!("invalid pattern `{text}`: {}", error.kind()), None);
            }
        };
        let directories = release
            .files
            .iter()
            .filter(|file| file.kind == FileKind::Directory && matcher.is_match(file.relative()));
        directories
            .filter_map(|file| Some(std::str::from_utf8(&file.path).ok()?.to_owned()))
            .collect()
    } else {
        let above = text.match_indices('/').map(|(at, _)| &text[..at]);
        for path in above.chain([text]) {
            let found = release.file(path.as_bytes());
            if found.is_some_and(|file| file.kind != FileKind::Directory) {
                let message = format!("`{path}` of the release is no directory");
                let hint = "name the directory that it lies in".to_owned();
                return invalid(message, Some(hint));
            }
        }
        vec![text.to_owned()]
    };
    let legal = |c: char| c.is_ascii_alphanumeric() || "/._+-~@=,".contains(c);
    for path in &paths {
        if let Some(bad) = path.chars().find(|c| !legal(*c)) {
            let message = format!(
                "`{path}` contains `{bad}`, expected letters, digits and `/ . _ + - ~ @ = ,`"
            );
            return invalid(message, None);
        }
    }
    Ok(paths)
}

/// Refuses a directory that the manifest speaks of elsewhere, and one with what comes anew in every
/// version.
fn check(
    facts: &Facts<'_>,
    directories: &Directories,
    path: &str,
    written: &Written,
) -> Result<(), DeploymentError> {
    let (tables, release) = (&facts.manifest.tables, facts.release);
    let line_of = |other: &Written| facts.manifest.line(&other.span());
    let refuse = |message: String, hint: String| {
        Err(InvalidValue::new(written.span(), message, Some(hint)).into())
    };
    let path_there = facts.target.join(path)?.to_string();
    for key in tables.files.keys() {
        if lies_in(key.get_ref().trim_end_matches('/'), &path_there) {
            let (line, key) = (line_of(key), key.get_ref());
            let message = format!("`{path}` is writable, and line {line} has `{key}` in `[files]`");
            let hint = "leave one of the two out: what the release has there is copied for the service \
                        at the first installation";
            return refuse(message, hint.to_owned());
        }
    }
    for name in &tables.release.configuration {
        let version = release.version_directory.clone().unwrap_or_default();
        let file = version.join(name.get_ref()).to_string_lossy().into_owned();
        if lies_in(&file, path) {
            let (line, name) = (line_of(name), name.get_ref());
            let message =
                format!("`{path}` is writable, and line {line} has `{name}` in `configuration`");
            return refuse(message, "leave one of the two out".to_owned());
        }
    }
    for pattern in &tables.release.exclude {
        let pattern_text = pattern.get_ref().as_str();
        let excludes = |path: &str| {
            Patterns::new([pattern_text]).is_ok_and(|mut it| it.exclude(path.as_ref(), true))
        };
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        if excludes(path) || above.any(excludes) {
            let line = line_of(pattern);
            let message =
                format!("`{path}` is writable, and line {line} has `{pattern_text}` in `exclude`");
            let hint = format!("leave out what is in it: {}", quoted(&format!("/{path}/*")));
            return refuse(message, hint);
        }
    }
    let first = path.split('/').next().unwrap_or_default();
    if [SEEDS, ".erlang.cookie"].contains(&first) {
        let message = format!("`{path}` cannot be writable: the package itself needs `{first}`");
        return refuse(message, "have the release use another name".to_owned());
    }
    let mut named = release.configuration.relative.iter();
    if let Some(file) = named.find(|it| it.path == path && !it.is_directory) {
        let message = format!("`{path}` is a file for `{}`", file.file.display());
        let hint = match &file.directory {
            Some(directory) => format!("name its directory: {}", quoted(directory)),
            None => format!("write an absolute path below `{}` there", directories.log),
        };
        return refuse(message, hint);
    }
    match held(release, path) {
        Some(held) => refuse(
            format!("`{path}` cannot be writable: `{held}` comes anew with every version"),
            "name directories that hold nothing but data".to_owned(),
        ),
        None => Ok(()),
    }
}

/// Returns what makes a directory one of the release's own: programs and code, which an upgrade must
/// replace.
fn held(release: &Release, path: &str) -> Option<String> {
    let erts = release.erts.iter().map(|erts| erts.directory.clone());
    let releases = release.version_directory.iter().map(|_| "releases".into());
    let start = release
        .start_script
        .iter()
        .map(|script| script.path.clone());
    for own in erts.chain(releases).chain(start) {
        let own = own.to_string_lossy().into_owned();
        if lies_in(path, &own) || lies_in(&own, path) {
            return Some(own);
        }
    }
    let below = |file: &[u8]| {
        let rest = file.strip_prefix(path.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    let mut code = release.machines.values().flatten();
    if let Some(code) = code.find(|file| below(&fs::path_bytes(file))) {
        return Some(code.display().to_string());
    }
    let mut files = release.files.iter();
    let module = files.find(|file| below(&file.path) && file.path.ends_with(b".beam"));
    module.map(|file| file.relative().display().to_string())
}

/// Returns where a directory lies for the service, which no version of the release changes.
fn place(
    facts: &Facts<'_>,
    directories: &Directories,
    name: &str,
) -> Result<Writable, DeploymentError> {
    let key = without_version(name, &facts.release.applications);
    let (first, rest) = key.split_once('/').unwrap_or((&key, ""));
    let (base, below) = match first {
        "log" | "logs" => (&directories.log, rest),
        _ => (&directories.state, key.as_str()),
    };
    let start = format!("{name}/");
    let is_seeded = facts
        .release
        .files
        .iter()
        .any(|file| file.path.starts_with(start.as_bytes()));
    Ok(Writable {
        name: name.to_owned(),
        link: facts.target.join(name)?,
        base: base.clone(),
        below: below.to_owned(),
        seed: if is_seeded {
            Some(facts.target.join(format!("{SEEDS}/{key}"))?)
        } else {
            None
        },
    })
}

/// Returns `lib/APP-VERSION/priv` as `lib/APP/priv`.
fn without_version(path: &str, applications: &[(String, String)]) -> String {
    let Some(("lib", rest)) = path.split_once('/') else {
        return path.to_owned();
    };
    let (directory, rest) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let mut known = applications.iter();
    let known = known.find(|(name, version)| directory == format!("{name}-{version}"));
    let name = match (known, directory.rsplit_once('-')) {
        (Some((name, _)), _) => name,
        (None, Some((name, version))) if version.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => directory,
    };
    format!("lib/{name}{rest}")
}

/// Adds the fragment that makes the directories.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.writable.is_empty() {
        return Ok(());
    }
    contributor.function("package/writable.sh")?;
    let template = "package/postinst-writable.sh";
    contributor.fragment(Script::Postinst, Step::Directories, template)
}

/// Adds the fragment that fills them, once what an earlier version had in their place is there.
pub(super) fn contribute_seeds(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.writable.iter().all(|it| it.seed.is_none()) {
        return Ok(());
    }
    let template = "package/postinst-seeds.sh";
    contributor.fragment(Script::Postinst, Step::Directories, template)?;
    let template = "package/postrm-seeds.sh";
    contributor.fragment(Script::Postrm, Step::Leftovers, template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_version_of_an_application_is_in_the_path_of_its_data() {
        let applications = [("a-b".to_owned(), "rc-1".to_owned())];
        for (path, expected) in [
            ("lib/app-1.0.0/priv/cache", "lib/app/priv/cache"),
            ("lib/a-b-rc-1/priv", "lib/a-b/priv"),
            ("lib/app/priv", "lib/app/priv"),
            ("lib/my-app/priv", "lib/my-app/priv"),
            ("data/app-1.0", "data/app-1.0"),
            ("log", "log"),
        ] {
            assert_eq!(without_version(path, &applications), expected);
        }
    }
}
