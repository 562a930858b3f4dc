//! The finding about programs with the setuid or setgid bit that a unit of the package keeps from having
//! their effect.

use super::mappings::of_origin;
use crate::finding::{Finding, tags};
use crate::fs;
use crate::plan::PackagePlan;
use crate::tree::{Entry, Kind, PackagePath, Source, Tree};
use crate::units::UnitText;

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;

/// Both bits.
pub(super) const SET_ID: u32 = SETUID | SETGID;

const DIRECTIVE: &str = "NoNewPrivileges";

/// Returns the finding about the first such program, for the service's unit before all others.
pub(super) fn without_effect(plan: &PackagePlan, tree: &Tree) -> Option<Finding> {
    let set_id: Vec<_> = tree.iter().filter(|(_, entry)| is_set_id(entry)).collect();
    if set_id.is_empty() {
        return None;
    }
    let service = plan.deployment.service.as_ref();
    let is_own = |unit: &str| {
        let rest = service.and_then(|service| unit.strip_prefix(service.name.as_str()));
        matches!(rest, Some(".service" | "@.service"))
    };
    let mut units: Vec<(bool, &str, UnitText)> = Vec::new();
    for (path, entry) in tree.iter() {
        let name = path.as_bytes().strip_prefix(b"/usr/lib/systemd/system/");
        let name = name.and_then(|name| std::str::from_utf8(name).ok());
        let name = name.filter(|name| name.ends_with(".service") && !name.contains('/'));
        if let Some(name) = name
            && let Some(unit) = text(entry)
            && is_on(&unit)
        {
            units.push((!is_own(name), name, unit));
        }
    }
    units.sort_by_key(|(is_other, _, _)| *is_other);
    units.iter().find_map(|(is_other, name, unit)| {
        let mut files = set_id.iter();
        let (path, _) = files.find(|(_, entry)| gives_rights(entry, unit))?;
        Some(finding(path, is_other.then_some(name)))
    })
}

/// Returns the finding that the service's program has capabilities which its unit takes away.
pub(super) fn capabilities_without_effect(plan: &PackagePlan, tree: &Tree) -> Option<Finding> {
    let service = plan.deployment.service.as_ref()?;
    let said = service.directives.get("Service");
    let is_taken = service.systemd
        && service.hardening
        && !said.is_some_and(|directives| directives.contains_key(DIRECTIVE));
    let path = &plan.deployment.program.as_ref()?.path;
    let mapping = of_origin(plan, &tree.get(path)?.origin)?;
    mapping.capabilities.as_ref().filter(|_| is_taken)?;
    let message =
        format!("`{path}` has capabilities that the service has not: its unit has `{DIRECTIVE}`");
    let hint =
        "write `capabilities = [\"net_bind_service\"]` below `[service]` for those that it needs";
    let finding = Finding::new(tags::SETUID_WITHOUT_EFFECT, message);
    Some(finding.with_hint(hint).at_path(path))
}

/// Returns the finding about the first script with capabilities: the kernel looks at those of its interpreter.
pub(super) fn capabilities_of_script(plan: &PackagePlan, tree: &Tree) -> Option<Finding> {
    let (path, _) = tree.iter().find(|(_, entry)| {
        let mapping = of_origin(plan, &entry.origin);
        let has_some = mapping.is_some_and(|mapping| mapping.capabilities.is_some());
        has_some && entry.mode & 0o111 != 0 && is_script(entry)
    })?;
    let message = format!(
        "`{path}` is a script, whose capabilities have no effect: it runs with those of its interpreter"
    );
    let hint = "give them to a program that the script runs, or to the service: `capabilities` below `[service]`";
    let finding = Finding::new(tags::SETUID_WITHOUT_EFFECT, message);
    Some(finding.with_hint(hint).at_path(path))
}

fn finding(path: &PackagePath, other: Option<&&str>) -> Finding {
    let (place, hint) = match other {
        None => (
            format!("the service: its unit has `{DIRECTIVE}`"),
            format!(
                "if the service runs it, write `Service = {{ {DIRECTIVE} = \"no\", CapabilityBoundingSet = \
                 \"~\" }}` below `[service.systemd]`"
            ),
        ),
        Some(unit) => (
            format!("`{unit}`, which has `{DIRECTIVE}`"),
            format!("if that runs it, take `{DIRECTIVE}` out of the unit"),
        ),
    };
    let message = format!("`{path}` is setuid or setgid, which has no effect in {place}");
    Finding::new(tags::SETUID_WITHOUT_EFFECT, message)
        .with_hint(hint)
        .at_path(path)
}

fn is_set_id(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Regular { .. }) && entry.mode & SET_ID != 0
}

/// Returns whether a program would have rights by its bits that the service has not: what runs as root
/// has those of root.
fn gives_rights(entry: &Entry, unit: &UnitText) -> bool {
    let is_root = |key: &str| {
        let values = unit.values("Service", key);
        values
            .last()
            .is_none_or(|name| matches!(*name, "root" | "0"))
    };
    let owner = &entry.owner;
    let as_root = is_root("User");
    entry.mode & SETUID != 0 && !(as_root && owner.user() == "root")
        || entry.mode & SETGID != 0 && !(as_root && is_root("Group") && owner.group() == "root")
}

/// Returns whether the directive counts, as systemd reads booleans.
fn is_on(unit: &UnitText) -> bool {
    let values = unit.values("Service", DIRECTIVE);
    let value = values.last().map(|value| value.to_ascii_lowercase());
    matches!(
        value.as_deref(),
        Some("1" | "yes" | "y" | "true" | "t" | "on")
    )
}

/// Returns the text of a unit; `None` for what is none, or cannot be read, which is told elsewhere.
fn text(entry: &Entry) -> Option<UnitText> {
    let Kind::Regular { content, .. } = &entry.kind else {
        return None;
    };
    let bytes = match content.source() {
        Source::Bytes(bytes) => bytes.to_vec(),
        Source::File(path) => fs::read(path).ok()?,
    };
    UnitText::parse(&String::from_utf8_lossy(&bytes)).ok()
}

fn is_script(entry: &Entry) -> bool {
    let Kind::Regular { content, .. } = &entry.kind else {
        return false;
    };
    let mut start = [0; 2];
    match content.source() {
        Source::Bytes(bytes) => bytes.starts_with(b"#!"),
        Source::File(path) => fs::read_start(path, &mut start).is_ok() && start == *b"#!",
    }
}
