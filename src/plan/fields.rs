//! What dpkg refuses in a control file although it is one: values of fields that it reads itself, fields
//! that are its own, and relations that their field cannot have (dpkg, `lib/dpkg/fields.c` and
//! `lib/dpkg/parse.c`).

use toml::Spanned;

use crate::debian::{Architecture, Operator, Relations};
use crate::manifest::{InvalidValue, Manifest};
use crate::message::nearest;

/// Fields that have a key in `[package]`, where what they hold is checked.
const KEYS: [(&str, &str); 19] = [
    ("Package", "name"),
    ("Source", "source"),
    ("Version", "version"),
    ("Architecture", "architecture"),
    ("Maintainer", "maintainer"),
    ("Description", "description"),
    ("Section", "section"),
    ("Priority", "priority"),
    ("Homepage", "homepage"),
    ("Multi-Arch", "multi-arch"),
    ("Pre-Depends", "pre-depends"),
    ("Depends", "depends"),
    ("Recommends", "recommends"),
    ("Suggests", "suggests"),
    ("Enhances", "enhances"),
    ("Breaks", "breaks"),
    ("Conflicts", "conflicts"),
    ("Provides", "provides"),
    ("Replaces", "replaces"),
];

/// Fields that dpkg or reldeb fills in: dpkg refuses most of them in a package.
const NOT_THE_AUTHORS: [&str; 8] = [
    "Auto-Built-Package",
    "Build-Ids",
    "Conffiles",
    "Config-Version",
    "Installed-Size",
    "Status",
    "Triggers-Awaited",
    "Triggers-Pending",
];

/// Names of old, each with the field that took its place. dpkg warns of them at every run.
const OBSOLETE: [(&str, &str); 6] = [
    ("Recommended", "Recommends"),
    ("Optional", "Suggests"),
    ("Class", "Priority"),
    ("Revision", "Version"),
    ("Package-Revision", "Version"),
    ("Package_Revision", "Version"),
];

/// Checks a field of `[package.fields]`.
pub(super) fn check(name: &Spanned<String>, value: &str) -> Result<(), InvalidValue> {
    let is = |other: &str| name.get_ref().eq_ignore_ascii_case(other);
    let refused = |message, hint| Err(InvalidValue::new(name.span(), message, Some(hint)));
    if let Some((field, key)) = KEYS.into_iter().find(|(field, _)| is(field)) {
        let message = format!("field `{field}` has a key of its own");
        return refused(message, format!("write `{key}` below `[package]`"));
    }
    if let Some(field) = NOT_THE_AUTHORS.into_iter().find(|field| is(field)) {
        let message = format!("field `{field}` is filled in by dpkg or reldeb");
        return refused(message, format!("leave `{field}` out"));
    }
    if let Some((field, now)) = OBSOLETE.into_iter().find(|(field, _)| is(field)) {
        let message = format!("field `{field}` is obsolete, expected `{now}`");
        return refused(message, format!("leave `{field}` out"));
    }
    let is_flag = is("Essential") || is("Protected");
    if is_flag && !["yes", "no"].contains(&value) {
        let value = value.escape_debug();
        let message = format!(
            "invalid {} `{value}`, expected `yes` or `no`",
            name.get_ref()
        );
        return refused(message, format!("leave `{}` out for `no`", name.get_ref()));
    }
    Ok(())
}

/// Refuses a field that stands there twice, in upper and lower case.
pub(super) fn check_twins(manifest: &Manifest, name: &Spanned<String>) -> Result<(), InvalidValue> {
    let is = |other: &str| name.get_ref().eq_ignore_ascii_case(other);
    let fields = manifest.tables.package.fields.keys();
    let mut before = fields.filter(|other| other.span().start < name.span().start);
    let Some(twin) = before.find(|other| is(other.get_ref())) else {
        return Ok(());
    };
    let (text, twin, line) = (name.get_ref(), twin.get_ref(), manifest.line(&twin.span()));
    let message = format!("field `{text}` is there twice: line {line} has `{twin}`");
    let hint = format!("leave `{text}` out: upper and lower case make no difference");
    Err(InvalidValue::new(name.span(), message, Some(hint)))
}

/// Checks `multi-arch`.
pub(super) fn check_multi_arch(
    value: &Spanned<String>,
    architecture: Architecture,
) -> Result<(), InvalidValue> {
    const VALUES: [&str; 4] = ["foreign", "allowed", "same", "no"];
    let text = value.get_ref().as_str();
    if !VALUES.contains(&text) {
        let message = format!(
            "invalid multi-arch `{}`, expected `foreign`, `allowed`, `same` or `no`",
            text.escape_debug()
        );
        let hint = nearest(text, VALUES).map_or_else(
            || "leave it out for `no`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(InvalidValue::new(value.span(), message, Some(hint)));
    }
    if text == "same" && architecture.is_all() {
        let message = "multi-arch is `same`, but the architecture is `all`".to_owned();
        let hint = "write `multi-arch = \"foreign\"`, or leave it out".to_owned();
        return Err(InvalidValue::new(value.span(), message, Some(hint)));
    }
    Ok(())
}

/// Checks relations against their field, which dpkg does as well: only what is depended on may have
/// alternatives, and only one version can be provided.
pub(super) fn check_relations(
    field: &str,
    written: &Spanned<String>,
    relations: &Relations,
) -> Result<(), InvalidValue> {
    let one_by_one = ["Breaks", "Conflicts", "Provides", "Replaces"].contains(&field);
    for alternatives in relations.iter().filter(|_| one_by_one) {
        let refused =
            |message, hint: String| Err(InvalidValue::new(written.span(), message, Some(hint)));
        let [relation] = alternatives.relations() else {
            let message = format!("`{alternatives}` in `{field}` has alternatives");
            return refused(message, "separate the packages by `, `".into());
        };
        let provided = relation.constraint.as_ref().filter(|_| field == "Provides");
        if let Some(constraint) = provided.filter(|it| it.operator != Operator::Equal) {
            let message = format!("`{relation}` in `Provides` is no single version");
            let (package, version) = (&relation.package, &constraint.version);
            return refused(message, format!("write `{package} (= {version})`"));
        }
    }
    Ok(())
}
