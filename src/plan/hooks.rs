//! `[hooks]`: the author's shell, inline or from a file.

use super::PlanError;
use crate::fs;
use crate::manifest::Manifest;
use crate::service::model::Hook;

/// The hooks in the order of their events. A value that is one line and names a file that exists is
/// that file's text; anything else is shell itself.
pub(super) fn resolve(manifest: &Manifest) -> Result<Vec<Hook>, PlanError> {
    let mut hooks = Vec::new();
    for (event, text) in &manifest.tables.hooks {
        let written = text.get_ref().trim();
        let path = manifest.resolve(written);
        let names_a_file = !written.is_empty() && !written.contains('\n') && path.is_file();
        if !names_a_file && looks_like_path(written) {
            let message = format!("hook file `{written}` does not exist");
            let hint = format!(
                "write shell, or the path of a file in `{}`",
                manifest.directory().display()
            );
            return Err(manifest.invalid(text.span(), message, Some(hint)).into());
        }
        let (script, origin) = if names_a_file {
            (
                without_shebang(&fs::read_to_string(&path)?),
                written.to_owned(),
            )
        } else {
            (written.to_owned(), manifest.path().display().to_string())
        };
        if script.contains('\0') || script.contains('\r') {
            let message = format!("hook `{origin}` has a NUL or carriage return in it");
            let hint = Some("write it with Unix line ends".to_owned());
            return Err(manifest.invalid(text.span(), message, hint).into());
        }
        hooks.push(Hook {
            event: *event,
            script,
            origin,
        });
    }
    Ok(hooks)
}

/// One word with a slash in it, or ending in `.sh`: meant as a file. An absolute path is a command
/// of the target.
fn looks_like_path(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && !text.starts_with('/')
        && (text.contains('/') || text.ends_with(".sh"))
}

/// The hook becomes part of a script that has its own first line.
fn without_shebang(script: &str) -> String {
    match script.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest.trim().to_owned(),
        _ => script.trim().to_owned(),
    }
}
