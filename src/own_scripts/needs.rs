//! The interpreters that scripts need on the machine (Debian Policy 7.2).

use super::OwnScript;
use crate::debian::{Alternatives, RelationField, RelationFields};
use crate::deployment::Script;
use crate::finding::{Finding, Location, Severity, tags};
use crate::manifest::Manifest;

/// Programs of essential packages, which are there whatever is installed or removed.
const ESSENTIAL: [&str; 8] = ["sh", "dash", "bash", "rbash", "perl", "sed", "awk", "env"];

/// Interpreters with the packages that have them.
const PACKAGES: &[(&str, &str)] = &[
    ("busybox", "busybox"),
    ("escript", "erlang-base"),
    ("fish", "fish"),
    ("gawk", "gawk"),
    ("ksh", "ksh"),
    ("mksh", "mksh"),
    ("node", "nodejs"),
    ("nodejs", "nodejs"),
    ("php", "php-cli"),
    ("python", "python-is-python3"),
    ("python3", "python3"),
    ("ruby", "ruby"),
    ("tclsh", "tcl"),
    ("zsh", "zsh"),
];

/// Returns the findings about scripts whose interpreters may be missing when dpkg runs them.
pub(crate) fn findings(
    manifest: &Manifest,
    scripts: &[OwnScript],
    relations: &RelationFields,
) -> Vec<Finding> {
    let findings = scripts.iter().filter_map(|own| {
        let finding = finding(own, relations)?;
        Some(finding.at(Some(&Location::of_manifest(manifest.path(), own.line))))
    });
    findings.collect()
}

fn finding(own: &OwnScript, relations: &RelationFields) -> Option<Finding> {
    let program = own.interpreter.program();
    if ESSENTIAL.contains(&program) {
        return None;
    }
    let of = |why: &str| {
        let message = format!("script `{}` is for `{program}`, {why}", own.name);
        Finding::new(tags::SCRIPT_INTERPRETER, message)
    };
    if own.script == Script::Postrm {
        let hint = "write it for sh, bash or perl: they are always there";
        return Some(of("which may be removed before it").with_hint(hint));
    }
    let (key, fields) = match own.script {
        Script::Preinst => ("pre-depends", &[RelationField::PreDepends][..]),
        _ => (
            "depends",
            &[RelationField::Depends, RelationField::PreDepends][..],
        ),
    };
    let Some((_, package)) = PACKAGES.iter().find(|(name, _)| *name == program) else {
        let hint = format!("name the package that has it in `{key}` below `[package]`");
        let finding = of("which not every system has").with_hint(hint);
        return Some(finding.with_severity(Severity::Info));
    };
    let mut named = fields.iter().filter_map(|field| relations.get(*field));
    let is_named = named.any(|relations| {
        let mut all = relations.iter().flat_map(Alternatives::relations);
        all.any(|relation| relation.package.as_str() == *package)
    });
    (!is_named).then(|| {
        let hint = format!("add `{package}` to `{key}` below `[package]`");
        of("which not every system has").with_hint(hint)
    })
}
