//! `[scripts] alone`.

use crate::manifest::{FileTable, InvalidValue, OffOr, Tables, TextOr};

/// Returns whether the author's own scripts are all.
///
/// # Errors
/// [`InvalidValue`] where they are, and a table asks for what others do.
pub(crate) fn alone(tables: &Tables) -> Result<bool, InvalidValue> {
    let Some(written) = &tables.scripts.alone else {
        return Ok(false);
    };
    if !*written.get_ref() {
        return Ok(false);
    }
    let user = tables.user.as_ref().map(crate::manifest::Spanned::get_ref);
    let conffiles = &tables.conffiles;
    let tables = [
        ("[release]", tables.release.path.is_some()),
        ("[user]", matches!(user, Some(OffOr::On(_)))),
        ("[service]", tables.service.is_some()),
        ("[units]", !tables.units.is_empty()),
        ("[hooks]", !tables.hooks.is_empty()),
        (
            "[conffiles]",
            !conffiles.removed.is_empty()
                || !conffiles.renamed.is_empty()
                || !conffiles.directory_to_symlink.is_empty()
                || !conffiles.symlink_to_directory.is_empty(),
        ),
        ("[alternatives]", !tables.alternatives.is_empty()),
        ("[debconf]", tables.debconf.is_some()),
        (
            "[files] capabilities",
            tables.files.values().any(has_capabilities),
        ),
    ];
    match tables.into_iter().find(|(_, is_there)| *is_there) {
        None => Ok(true),
        Some((table, _)) => {
            let message = format!(
                "`alone` leaves nothing to run but `[scripts]`, and `{table}` needs what reldeb adds"
            );
            let hint = format!("leave `alone` or `{table}` out");
            Err(InvalidValue::new(written.span(), message, Some(hint)))
        }
    }
}

fn has_capabilities(file: &TextOr<FileTable>) -> bool {
    matches!(file, TextOr::Table(table) if table.capabilities.is_some())
}
