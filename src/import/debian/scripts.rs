//! The maintainer scripts, as `[scripts]` says them.

use super::folder::Folder;
use super::registries::{SCRIPTS, has_scripts};
use super::{Package, Writing};
use crate::fs;
use crate::import::{ImportError, control_text};
use crate::manifest::draft::Text;

/// The postrm of a package whose scripts ask debconf, where it has none.
const FORGETS: &str = "\
#!/bin/sh
set -e
if [ \"$1\" = purge ] && [ -e /usr/share/debconf/confmodule ]; then
    . /usr/share/debconf/confmodule
    db_purge
fi
#DEBHELPER#
";

/// Reads them.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let asks = folder.of(package, "templates").is_some() && has_scripts(package, folder);
    let name = package.table("scripts");
    for script in SCRIPTS {
        let Some(file) = folder.of(package, script) else {
            if asks && script == "postrm" {
                let table = writing.draft.table(&name);
                table.comment("What debhelper would write: debconf forgets its answers.");
                table.set(script, Text::verbatim(FORGETS));
            }
            continue;
        };
        let bytes = fs::read_small(&file.path)?;
        let text = control_text::utf8(&file.path, &bytes)?;
        if !text.lines().any(|line| line.trim() == "#DEBHELPER#") {
            let what = format!("`{}` has no line `#DEBHELPER#`", file.source);
            let why = "what reldeb adds runs all the same: before postrm, after the others";
            writing.notes.differs(None, &what, why);
        }
        if asks && script == "postrm" && !text.contains("db_purge") {
            let what = format!("`{}` does not call `db_purge`", file.source);
            let instead = "call it at `purge`, where debhelper would";
            writing.notes.left_out(None, &what, instead);
        }
        let (filled, unknown) = filled(text, package, folder);
        for token in unknown {
            let what = format!("`#{token}#` in `{}` stays as it is", file.source);
            let instead = "write what it stands for";
            writing.notes.left_out(None, &what, instead);
        }
        let source = if filled == text {
            file.source
        } else {
            let path = format!("{}.{script}", package.name);
            let own = folder.beside(&path);
            writing.others.insert(own, filled.into_bytes());
            path
        };
        let table = writing.draft.table(&name);
        table.set(script, Text::verbatim(&source));
    }
    Ok(())
}

/// Returns a script with the values of the tokens that `dh_installdeb` fills in, and those that have none.
fn filled(text: &str, package: &Package<'_>, folder: &Folder<'_>) -> (String, Vec<String>) {
    let mut filled = String::new();
    let mut unknown = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        filled.push_str(before);
        rest = after;
        let token = after.split_once('#').map_or("", |(token, _)| token);
        let variable = match token.split_once('.') {
            Some(("ENV", name)) => format!("env:{name}"),
            _ => token.to_owned(),
        };
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let is_token = token.chars().all(is_word)
            && ["PACKAGE", "DEB_HOST_", "DEB_BUILD_", "DEB_TARGET_", "ENV."]
                .iter()
                .any(|start| token.starts_with(start));
        let value = match token {
            "PACKAGE" => Some(package.name.to_string()),
            _ if is_token => folder.host.value(&variable),
            _ => None,
        };
        if let Some(value) = value {
            filled.push_str(&value);
            rest = &after[token.len() + 1..];
        } else {
            filled.push('#');
            if is_token && token != "PACKAGE" && !unknown.contains(&token.to_owned()) {
                unknown.push(token.to_owned());
            }
        }
    }
    (filled + rest, unknown)
}
