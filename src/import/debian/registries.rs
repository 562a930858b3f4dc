//! `*.triggers`, `*.templates`, `*.config`, `*.alternatives`, `*.shlibs`.

use super::folder::Folder;
use super::listed::Listed;
use super::{Package, Writing, conffiles};
use crate::fs;
use crate::import::{ImportError, control_text, triggers};
use crate::manifest::draft::{Text, Value};

/// The maintainer scripts.
pub(super) const SCRIPTS: [&str; 4] = ["preinst", "postinst", "prerm", "postrm"];

/// Returns whether debconf asks questions for a package.
pub(super) fn asks_questions(package: &Package<'_>, folder: &Folder<'_>) -> bool {
    folder.of(package, "templates").is_some()
}

/// Returns whether a package has scripts of its own.
pub(super) fn has_scripts(package: &Package<'_>, folder: &Folder<'_>) -> bool {
    SCRIPTS
        .iter()
        .any(|name| folder.of(package, name).is_some())
}

/// Reads them.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    if let Some(file) = folder.of(package, "triggers") {
        let bytes = fs::read_small(&file.path)?;
        let text = control_text::utf8(&file.path, &bytes)?;
        let name = package.table("triggers");
        triggers::write(text, writing.draft.table(&name), &mut writing.notes);
    }
    conffiles::read(package, folder, listed, writing)?;
    alternatives(package, folder, writing)?;
    questions(package, folder, writing)?;
    if let Some(file) = folder.of(package, "shlibs") {
        let name = package.table("control-files");
        writing.draft.table(&name).set("shlibs", file.source);
    }
    Ok(())
}

/// Reads the stanzas of `dh_installalternatives`.
fn alternatives(
    package: &Package<'_>,
    folder: &Folder<'_>,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let Some(file) = folder.of(package, "alternatives") else {
        return Ok(());
    };
    let table = writing.draft.table(&package.table("alternatives"));
    for placed in control_text::read_all(&file.path, &fs::read_small(&file.path)?)? {
        let field = |name: &str| placed.stanza.get(name).unwrap_or_default();
        let (link, path) = (field("Link"), field("Alternative"));
        let Ok(priority) = field("Priority").parse::<i64>() else {
            let message = "`Priority` is no number".to_owned();
            let number = placed.line_of("Priority");
            return Err(file.malformed(number, field("Priority"), message));
        };
        if link.is_empty() || path.is_empty() {
            let message = "has no `Link` or no `Alternative`, expected both".to_owned();
            let number = placed.line_of("Name");
            return Err(file.malformed(number, field("Name"), message));
        }
        let mut entry: Vec<(Text, Value)> = Vec::new();
        if !field("Name").is_empty() {
            entry.push(("name".into(), field("Name").into()));
        }
        entry.push(("path".into(), path.into()));
        entry.push(("priority".into(), Value::Integer(priority)));
        let lines = field("Dependents").lines().map(str::trim);
        let slaves = lines.filter(|line| !line.is_empty()).map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [link, name, path] = words[..] else {
                let message = "`Dependents` has a line that is no link, name and path";
                let number = placed.line_of("Dependents");
                return Err(file.malformed(number, line, message.to_owned()));
            };
            let slave = vec![("name".into(), name.into()), ("path".into(), path.into())];
            Ok((link.into(), Value::Table(slave)))
        });
        let slaves: Vec<(Text, Value)> = slaves.collect::<Result<_, _>>()?;
        if !slaves.is_empty() {
            entry.push(("slaves".into(), Value::Table(slaves)));
        }
        table.set(link, Value::Table(entry));
    }
    Ok(())
}

/// Reads the questions that debconf asks: by scripts of the package, or by hooks where there are none.
fn questions(
    package: &Package<'_>,
    folder: &Folder<'_>,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let Some(templates) = folder.of(package, "templates") else {
        return Ok(());
    };
    let name = if has_scripts(package, folder) {
        "control-files"
    } else {
        "debconf"
    };
    let bytes = fs::read_small(&templates.path)?;
    let text = control_text::utf8(&templates.path, &bytes)?;
    let source = if text.lines().any(|line| line.starts_with('_')) {
        let path = format!("{}.templates", package.name);
        let what = format!(
            "the questions of `{}` have no translations",
            templates.source
        );
        let instead = "run po2debconf, and name its output in the manifest";
        writing.notes.left_out(None, &what, instead);
        let plain = without_marks(text).into_bytes();
        writing.others.insert(folder.beside(&path), plain);
        path
    } else {
        templates.source
    };
    let config = folder.of(package, "config");
    let table = writing.draft.table(&package.table(name));
    table.set("templates", source);
    if let Some(config) = config {
        table.set("config", config.source);
    }
    Ok(())
}

/// Returns templates without the marks of what is to be translated, as po2debconf writes them where there are no
/// translations.
fn without_marks(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let lines: Vec<&str> = lines.map(|line| line.trim_start_matches('_')).collect();
    format!("{}\n", lines.join("\n"))
}
