//! Instances of one service: each needs a node name of its own, and files.

use super::{Facts, Writable};
use crate::finding::{Finding, Location, tags};
use crate::manifest::ListOrText;
use crate::message::{quoted, ticked};
use crate::release::kinds::FixedName;

/// Returns the finding that every instance would have the same node name, of which a machine can run
/// only one; the others would end, and questions to them would reach the one that runs.
pub(super) fn fixed_name(facts: &Facts<'_>) -> Option<Finding> {
    let release = facts.release;
    let FixedName { name, hint } = (release.kind.fixed_name)(&release.configuration)?;
    let message = format!("every instance would have the same node name `{name}`");
    let finding = Finding::new(tags::FIXED_NODE_NAME, message).with_hint(hint);
    Some(finding.at(place(facts).as_ref()))
}

/// Returns the finding that instances share what they write: a link in the release leads all of them to
/// the same directory, unless the unit has another one in its place.
pub(super) fn shared(facts: &Facts<'_>, writable: &[Writable]) -> Option<Finding> {
    let bound = bound(facts);
    let shared: Vec<&Writable> = writable
        .iter()
        .filter(|it| !bound.contains(&it.directory()))
        .collect();
    let directories: Vec<String> = shared.iter().map(|it| it.directory()).collect();
    if directories.is_empty() {
        return None;
    }
    let message = format!(
        "every instance would write to the same {}",
        ticked(&directories)
    );
    let hint = own_directories(&shared).unwrap_or_else(|| {
        "give each a file of its own, by the variable `INSTANCE` in the configuration".to_owned()
    });
    let finding = Finding::new(tags::SHARED_BY_INSTANCES, message).with_hint(hint);
    Some(finding.at(place(facts).as_ref()))
}

/// Returns the directories in whose place the unit has others, by the author's `BindPaths=`.
fn bound(facts: &Facts<'_>) -> Vec<String> {
    let service = facts.manifest.tables.service.as_ref();
    let sections = service.into_iter().flat_map(|it| &it.systemd);
    let directives = sections.flat_map(|(_, directives)| directives);
    let values = directives
        .filter(|(name, _)| name.as_str() == "BindPaths")
        .flat_map(|(_, ListOrText(values))| values);
    let texts = values.map(|value| value.get_ref().to_string());
    texts
        .flat_map(|text| {
            let targets = text
                .split_whitespace()
                .filter_map(|pair| pair.split(':').nth(1));
            targets.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// Returns the lines that give each instance directories of its own. A directory that holds those of the
/// instances cannot be one of them.
fn own_directories(shared: &[&Writable]) -> Option<String> {
    let mut made = Vec::new();
    let mut bound = Vec::new();
    for it in shared {
        let base = it.base.to_string();
        let state = base.strip_prefix("/var/lib/")?;
        if it.below.is_empty() || it.seed.is_some() {
            return None;
        }
        if made.is_empty() {
            made.push(quoted(&format!("{state}/%i")));
        }
        made.push(quoted(&format!("{state}/%i/{}", it.below)));
        bound.push(quoted(&format!(
            "{base}/%i/{}:{}",
            it.below,
            it.directory()
        )));
    }
    Some(format!(
        "give each its own below `[service.systemd.Service]`: `StateDirectory = [{}]` and `BindPaths = [{}]`",
        made.join(", "),
        bound.join(", ")
    ))
}

/// Returns the place of `instances` in the manifest.
fn place(facts: &Facts<'_>) -> Option<Location> {
    let service = facts.manifest.tables.service.as_ref()?;
    let written = service.instances.as_ref()?;
    Some(facts.manifest.place(&written.span()))
}
