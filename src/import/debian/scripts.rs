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
        let table = writing.draft.table(&name);
        table.set(script, Text::verbatim(&file.source));
    }
    Ok(())
}
