//! `debian/control`: the stanza of the source and those of the binary packages, as `[package]`.

use std::path::Path;

use super::folder::Folder;
use super::{Package, Writing, changelogs};
use crate::debian::{FIELDS, OtherField, PackageName, RelationField, Version};
use crate::import::control::{NOBODY, WHO, maintainer_of};
use crate::import::control_text::{self, Placed};
use crate::import::relations::{FIELDS as RELATIONS, fault as fault_of, parted as relations};
use crate::import::{ImportEnvironment, ImportError, notes::Notes};
use crate::manifest::draft::{DraftTable, Text, Value};

/// The packages that ask questions, as debhelper names them.
const DEBCONF: &str = "debconf (>= 0.5) | debconf-2.0";

/// Fields of the source that a package has where it says nothing itself.
const SHARED: [(&str, &str); 3] = [
    ("Section", "section"),
    ("Priority", "priority"),
    ("Homepage", "homepage"),
];

/// Returns the stanza of the source and those of packages.
pub(super) fn parted<'a>(
    path: &Path,
    stanzas: &'a [Placed],
) -> Result<(&'a Placed, &'a [Placed]), ImportError> {
    let fault = |line, text: &str, message: &str| ImportError::Malformed {
        path: path.to_owned(),
        line,
        text: text.to_owned(),
        message: message.to_owned(),
    };
    match stanzas {
        [] => Err(fault(
            1,
            "",
            "there is no stanza, expected that of the source package",
        )),
        [source, ..] if source.stanza.get("Source").is_none() => {
            let (name, value) = source.stanza.iter().next().unwrap_or_default();
            let message = "the first stanza has no field `Source`";
            let text = format!("{name}: {value}");
            Err(fault(source.line_of(name), &text, message))
        }
        [source] => {
            let text = source.stanza.get("Source").unwrap_or_default();
            let message = "there is no stanza of a package, expected one with `Package`";
            let text = format!("Source: {text}");
            Err(fault(source.line_of("Source"), &text, message))
        }
        [source, binaries @ ..] => Ok((source, binaries)),
    }
}

/// Returns the name of a package.
pub(super) fn name(path: &Path, placed: &Placed) -> Result<PackageName, ImportError> {
    let name = control_text::package_name(path, &placed.stanza);
    name.map_err(|error| match error {
        ImportError::Malformed {
            path,
            text,
            message,
            ..
        } => ImportError::Malformed {
            path,
            line: placed.line_of("Package"),
            text,
            message,
        },
        error => error,
    })
}

/// Writes what the packages share, and returns the changelog of the project where all have it.
pub(super) fn write_shared(
    source: &Placed,
    packages: &[Package<'_>],
    version: &Version,
    folder: &Folder<'_>,
    environment: &ImportEnvironment,
    writing: &mut Writing,
) -> Option<String> {
    writing.draft.comment(&format!(
        "Made of {}. Its `rules` are not run: what they build must be there before `reldeb build`.",
        folder.source("debian/control"),
    ));
    let stanza = &source.stanza;
    let table = writing.draft.table("package");
    let alone = match packages {
        [alone] => Some(alone),
        _ => None,
    };
    if let Some(package) = alone {
        table.set("name", package.name.as_str());
    }
    table.set("version", version.to_string());
    let own = alone.map(|package| package.placed);
    let placed = own.filter(|it| it.stanza.get("Maintainer").is_some());
    let placed = placed.unwrap_or(source);
    let written = placed.stanza.get("Maintainer");
    let line = written.map(|_| placed.line_of("Maintainer"));
    match maintainer_of(&mut writing.notes, line, written, environment) {
        Some(maintainer) => table.set("maintainer", maintainer),
        None => table.set_with_comment("maintainer", NOBODY, WHO),
    };
    for (field, key) in SHARED {
        let own = alone.and_then(|package| package.placed.stanza.get(field));
        if let Some(value) = own.or(stanza.get(field)) {
            table.set(key, value);
        }
    }
    changelogs::write_shared(packages, version, folder, table)
}

/// Writes what a package has of its own.
pub(super) fn write(
    package: &Package<'_>,
    source: &Placed,
    names: &[PackageName],
    version: &Version,
    asks_questions: bool,
    writing: &mut Writing,
) {
    let stanza = &package.placed.stanza;
    let Writing { draft, notes, .. } = writing;
    let table = draft.table(&package.table("package"));
    let written = source.stanza.get("Source").unwrap_or_default();
    if package.name.as_str() != written {
        table.set("source", written);
    }
    if names.len() > 1 {
        for (field, key) in &SHARED {
            let value = stanza.get(field);
            if let Some(value) = value.filter(|_| value != source.stanza.get(field)) {
                table.set(*key, value);
            }
        }
    }
    if let Some(description) = stanza.get("Description") {
        table.set("description", description);
    } else {
        table.propose("description", "what the package is for");
        notes.left_out(None, "a package has no `Description`", "write one");
    }
    architecture(package, table, notes);
    if let Some(value) = stanza.get("Multi-Arch") {
        table.set("multi-arch", value);
    }
    let mut reader = Reader {
        package,
        names,
        version,
        notes,
    };
    for field in RELATIONS {
        reader.relations(field, asks_questions, table);
    }
    let fields = draft.table(&package.table("package.fields"));
    others(package, fields, &mut writing.notes);
}

fn architecture(package: &Package<'_>, table: &mut DraftTable, notes: &mut Notes) {
    let written = package.placed.stanza.get("Architecture");
    let words: Vec<&str> = written.unwrap_or_default().split_whitespace().collect();
    match words[..] {
        ["all"] => {
            table.set("architecture", "all");
        }
        [] | ["any" | "linux-any"] => {
            table.comment("The architecture is that of the ELF files, `all` where there are none.");
        }
        _ => {
            let list = words.join(" ");
            table.comment(&format!("The architecture is one of these: {list}"));
            let line = package.placed.line_of("Architecture");
            let what = "the list of architectures is left out";
            let why = "the architecture is that of the ELF files, or of `--arch`";
            notes.left_out(Some(line), what, why);
        }
    }
}

struct Reader<'a, 'notes> {
    package: &'a Package<'a>,
    names: &'a [PackageName],
    version: &'a Version,
    notes: &'notes mut Notes,
}

impl Reader<'_, '_> {
    fn relations(&mut self, field: RelationField, asks_questions: bool, table: &mut DraftTable) {
        let known = FIELDS.iter().find(|known| known.name == field.name());
        let Some(key) = known.and_then(|known| known.key) else {
            return;
        };
        let is_depends = field == RelationField::Depends;
        let written = self.package.placed.stanza.get(field.name());
        let mut kept: Vec<Text> = Vec::new();
        for relation in relations(written.unwrap_or_default()) {
            match &*relation {
                "${shlibs:Depends}" if is_depends => kept.push("auto".into()),
                // debhelper's own helpers: reldeb asks for what its scripts need.
                "${misc:Depends}" | "${misc:Pre-Depends}" | "${shlibs:Pre-Depends}" => {}
                _ => kept.extend(self.relation(field, &relation)),
            }
        }
        if is_depends && asks_questions {
            kept.push(DEBCONF.into());
        }
        // Who reads the documents needs the package that has them (policy 12.5).
        if is_depends && let Some(other) = &self.package.shares {
            let start = format!("{other} (");
            if !kept.iter().any(|it| it.meant().starts_with(&start)) {
                kept.push(Text::verbatim(&format!("{other} (= ${{binary:Version}})")));
            }
        }
        if is_depends || !kept.is_empty() {
            let kept = kept.into_iter().map(Value::Text);
            table.set(key, Value::List(kept.collect()));
        }
    }

    /// Returns a relation as the manifest says it, if it can.
    fn relation(&mut self, field: RelationField, text: &str) -> Option<Text> {
        let upstream = self.version.upstream_version().to_owned();
        let mut text = text.replace("${source:Upstream-Version}", &upstream);
        if let Some(at) = text.rfind('<')
            && text.ends_with('>')
            && !text[at..].contains(['=', '('])
        {
            text.truncate(at);
            text = text.trim_end().to_owned();
        }
        let name = text.split([' ', '(', ':']).next().unwrap_or_default();
        let is_sibling = self.names.iter().any(|it| it.as_str() == name);
        let takes_any = matches!(
            field,
            RelationField::Breaks
                | RelationField::Conflicts
                | RelationField::Provides
                | RelationField::Replaces
        );
        if !is_sibling && !takes_any {
            let version = self.version.to_string();
            for own in ["${binary:Version}", "${source:Version}"] {
                text = text.replace(own, &version);
            }
        }
        let known = ["${binary:Version}", "${source:Version}"];
        let bare = known
            .iter()
            .fold(text.clone(), |text, own| text.replace(own, "1"));
        let fault = match bare.parse::<crate::debian::Relations>() {
            Ok(relations) => field.check(&relations).err().map(|it| it.to_string()),
            Err(error) => Some(fault_of(&error.to_string(), &bare)),
        };
        match fault {
            None => Some(Text::verbatim(&text)),
            Some(fault) => {
                let line = self.package.placed.line_of(field.name());
                let what = format!("`{text}` in `{}` is left out: {fault}", field.name());
                let instead = "write the packages that it stands for";
                self.notes.left_out(Some(line), &what, instead);
                None
            }
        }
    }
}

/// Fields of source packages, and those that are written elsewhere.
const NOT_TAKEN: [&str; 3] = ["Build-Profiles", "Package-Type", "Rules-Requires-Root"];

/// Writes the fields that have no key.
fn others(package: &Package<'_>, table: &mut DraftTable, notes: &mut Notes) {
    for (written, value) in package.placed.stanza.iter() {
        let known = FIELDS.iter();
        let mut keyed = known.filter(|known| known.key.is_some());
        if keyed.any(|known| known.name.eq_ignore_ascii_case(written))
            || NOT_TAKEN.contains(&written)
        {
            continue;
        }
        // `XB-Name` is `Name` of the binary package (deb-src-control(5)).
        let name = match written.split_once('-') {
            Some((kinds, rest)) if kinds.starts_with('X') && is_kinds(&kinds[1..]) => {
                if !kinds.contains('B') {
                    continue;
                }
                rest
            }
            _ => written,
        };
        let fault = if value.contains("${") {
            Some("it has a variable of the build".to_owned())
        } else {
            name.parse::<OtherField>().err().map(|it| it.to_string())
        };
        match fault {
            None => {
                table.set(name, value);
            }
            Some(fault) => {
                let what = format!("field `{name}` is left out: {fault}");
                let line = package.placed.line_of(written);
                notes.left_out(Some(line), &what, "write it into `[package.fields]`");
            }
        }
    }
}

fn is_kinds(kinds: &str) -> bool {
    kinds.chars().all(|kind| matches!(kind, 'B' | 'S' | 'C'))
}
