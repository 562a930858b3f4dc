//! The decision about copyright file, changelog and overrides for lintian.

use crate::manifest::{InvalidValue, Tables};

/// Returns whether they are made.
///
/// # Errors
/// [`InvalidValue`] where they are not, and another key says what is in them.
pub(super) fn are_made(tables: &Tables) -> Result<bool, InvalidValue> {
    let package = &tables.package;
    let Some(written) = &package.documents else {
        return Ok(true);
    };
    if *written.get_ref() {
        return Ok(true);
    }
    let keys = [
        ("package.changelog", package.changelog.is_some()),
        (
            "package.upstream-changelog",
            package.upstream_changelog.is_some(),
        ),
        ("package.copyright", package.copyright.is_some()),
        ("package.license", package.license.is_some()),
        ("package.license-file", package.license_file.is_some()),
        ("lintian.overrides", !tables.lintian.overrides.is_empty()),
    ];
    match keys.into_iter().find(|(_, is_there)| *is_there) {
        None => Ok(false),
        Some((key, _)) => {
            let message = format!("`documents` is `false`, so `{key}` says nothing");
            let hint = "leave one of them out".to_owned();
            Err(InvalidValue::new(written.span(), message, Some(hint)))
        }
    }
}
