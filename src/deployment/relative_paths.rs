//! The findings about paths of a release that lead to where its service may not write.

use std::collections::{BTreeMap, BTreeSet};

use super::writable::{Writable, lies_in};
use super::{Directories, Facts};
use crate::finding::{Finding, tags};
use crate::message::{quoted, ticked};
use crate::release::{FileKind, RelativePath, Release, ReleaseFile};

/// Returns the findings about relative paths, empty directories and mnesia's own, where the node starts
/// in the directory of the release.
pub(super) fn findings(
    facts: &Facts<'_>,
    directories: &Directories,
    writable: &[Writable],
) -> Vec<Finding> {
    let release = facts.release;
    if !release.kind.starts_in_release {
        return Vec::new();
    }
    let is_handled = |path: &str| {
        let top = path.split('/').next().unwrap_or_default();
        let is_link = |file: &ReleaseFile| matches!(file.kind, FileKind::Symlink { .. });
        writable.iter().any(|it| lies_in(path, &it.name))
            || release.file(top.as_bytes()).is_some_and(is_link)
            || facts.manifest.tables.files.keys().any(|key| {
                let name = key.get_ref().strip_prefix(&format!("{}/", facts.target));
                name.is_some_and(|name| lies_in(path, name.trim_end_matches('/')))
            })
    };
    let paths = release.configuration.relative.iter();
    let paths: Vec<&RelativePath> = paths.filter(|it| !is_handled(&it.path)).collect();
    let empty = release.empty_directories();
    let empty: Vec<&str> = empty.filter(|path| !is_handled(path)).collect();
    let named = paths.iter().filter_map(|it| it.directory.as_deref());
    let missing: BTreeSet<&str> = named.chain(empty.iter().copied()).collect();
    let line = line(facts, &missing);
    let mut findings = of_files(facts, directories, &paths, line.as_deref());
    let unnamed = |path: &&&str| !paths.iter().any(|it| lies_in(&it.path, path));
    for path in empty.iter().filter(unnamed) {
        let message = format!(
            "`{path}` in the release is an empty directory below `{}`, where the service may not \
             write",
            facts.target
        );
        let finding = Finding::new(tags::RELATIVE_PATH, message).with_hint_if(line.clone());
        findings.push(finding.at_release_file(path, None));
    }
    let state = directories.state.to_string();
    findings.extend(without_mnesia_directory(
        release,
        &facts.target.to_string(),
        &state,
        &release.configuration.unread_includes(),
    ));
    findings
}

/// Returns a finding for each file that names relative paths; `line` makes their directories writable.
fn of_files(
    facts: &Facts<'_>,
    directories: &Directories,
    paths: &[&RelativePath],
    line: Option<&str>,
) -> Vec<Finding> {
    let target = facts.target;
    let mut by_file: BTreeMap<String, Vec<&RelativePath>> = BTreeMap::new();
    for path in paths {
        let file = path.file.display().to_string();
        by_file.entry(file).or_default().push(path);
    }
    let mut findings = Vec::new();
    for (file, paths) in by_file {
        let names: BTreeSet<&str> = paths.iter().map(|it| it.path.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let message = format!(
            "`{file}` names {}, relative to `{target}`, where the service may not write",
            ticked(&names)
        );
        let alone: Vec<&str> = paths
            .iter()
            .filter(|it| it.directory.is_none())
            .map(|it| it.path.as_str())
            .collect();
        let absolute = format!("write an absolute path below `{}`", directories.log);
        let hint = match (line, &alone[..]) {
            (Some(line), []) => line.to_owned(),
            (Some(line), alone) => format!("{line}; for {}, {absolute}", ticked(alone)),
            (None, _) => absolute,
        };
        let line = paths.first().map(|it| it.line);
        let finding = Finding::new(tags::RELATIVE_PATH, message).with_hint(hint);
        findings.push(if file.starts_with('/') {
            finding.at_path(file)
        } else {
            finding.at_release_file(file, line)
        });
    }
    findings
}

/// Returns the line that makes all these directories writable, those of the manifest included.
fn line(facts: &Facts<'_>, missing: &BTreeSet<&str>) -> Option<String> {
    let written = &facts.manifest.tables.release.writable;
    let all = written.iter().map(|it| it.get_ref().as_str());
    let all = all.chain(missing.iter().copied()).map(quoted);
    let all: Vec<String> = all.collect();
    (!missing.is_empty())
        .then(|| format!("write `writable = [{}]` below `[release]`", all.join(", ")))
}

/// Returns the finding about a release with mnesia that starts in its directory on the target, and gives
/// it no other. `state` is the service's directory, and `unread` are the included files that nobody could
/// look into.
pub(crate) fn without_mnesia_directory(
    release: &Release,
    target: &str,
    state: &str,
    unread: &[&str],
) -> Option<Finding> {
    let configuration = &release.configuration;
    let mut applications = release.applications.iter();
    let has_mnesia = applications.any(|(name, _)| name == "mnesia");
    if !release.kind.starts_in_release || !has_mnesia || configuration.has_mnesia_directory {
        return None;
    }
    let message = format!(
        "mnesia has no directory, and would make its own in `{target}`, where the service may not write"
    );
    let but = match unread {
        [] => String::new(),
        unread => format!(", or {} has it", ticked(unread)),
    };
    let hint = format!(
        "write `{{mnesia, [{{dir, \"{state}/mnesia\"}}]}}` into `sys.config`, unless all tables are in \
         memory{but}"
    );
    Some(Finding::new(tags::MNESIA_WITHOUT_DIRECTORY, message).with_hint(hint))
}
