//! `[hooks]`: the author's shell, inline or from a file, read and checked.

use serde::Serialize;
use toml::Spanned;

use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::{InvalidValue, Manifest, ManifestError};
use crate::shell;
use crate::vocabulary::HookEvent;

/// The author's shell for one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hook {
    /// The moment at which the hook runs.
    pub event: HookEvent,
    /// The shell text, checked; `$old_version` and `$new_version` are set for it.
    pub script: String,
    /// The hook's source, for the comment above it.
    pub origin: String,
}

/// The variables that the templates set for each hook.
const VARIABLES: [&str; 2] = ["old_version", "new_version"];

/// Returns the hooks in the order of their events. A value that is one line and names a file that
/// exists is that file's text; anything else is shell itself. A hook without a command is left out.
///
/// A hook that is no shell would break a package in the middle of an upgrade, so sh(1) reads each, and
/// shellcheck(1) where it is installed.
///
/// # Errors
/// [`ManifestError`] names the hook, or its file.
pub(crate) fn read(manifest: &Manifest) -> Result<(Vec<Hook>, Vec<Finding>), ManifestError> {
    let (mut hooks, mut findings) = (Vec::new(), Vec::new());
    for (event, text) in &manifest.tables.hooks {
        let Written {
            text: whole,
            name,
            origin,
        } = written(manifest, *event, text)?;
        let invalid = |message, hint: &str| {
            let hint = Some(hint.to_owned());
            manifest.locate(InvalidValue::new(text.span(), message, hint))
        };
        if whole.contains(['\0', '\r']) {
            let message = format!("hook `{name}` has a NUL or carriage return in it");
            return Err(invalid(message, "write it with Unix line ends"));
        }
        if shell::has_no_command(&whole) {
            let message = format!("hook `{name}` has no command and is left out");
            findings.push(Finding::new(tags::HOOK_WITHOUT_COMMAND, message));
            continue;
        }
        if let Some(fault) = shell::fault(&whole) {
            return Err(invalid(format!("hook `{name}` {fault}"), fault.hint()));
        }
        for (line, remark) in shell::remarks(&whole, &VARIABLES) {
            let message = format!("hook `{name}`, line {line}: {remark}");
            findings.push(Finding::new(tags::HOOK_SHELLCHECK, message));
        }
        hooks.push(Hook {
            event: *event,
            script: without_shebang(&whole),
            origin,
        });
    }
    Ok((hooks, findings))
}

/// A hook as its author wrote it.
struct Written {
    /// The whole text, so that lines are counted as the author counts them.
    text: String,
    /// The name in messages: the file, or the event of a hook in the manifest.
    name: String,
    /// The hook's source, for the comment above it.
    origin: String,
}

fn written(
    manifest: &Manifest,
    event: HookEvent,
    text: &Spanned<String>,
) -> Result<Written, ManifestError> {
    let value = text.get_ref().trim();
    let path = manifest.resolve(value);
    if !value.is_empty() && !value.contains('\n') && path.is_file() {
        return Ok(Written {
            text: fs::read_to_string(&path)?,
            name: value.to_owned(),
            origin: value.to_owned(),
        });
    }
    if looks_like_path(value) {
        return Err(manifest.locate(no_such_file(manifest, text, value)));
    }
    Ok(Written {
        text: text.get_ref().clone(),
        name: event.name().to_owned(),
        origin: manifest.path().display().to_string(),
    })
}

fn no_such_file(manifest: &Manifest, text: &Spanned<String>, value: &str) -> InvalidValue {
    let message = format!("hook file `{value}` does not exist");
    let hint = format!(
        "write shell, or the path of a file in `{}`",
        manifest.directory().display()
    );
    InvalidValue::new(text.span(), message, Some(hint))
}

/// Returns whether a text was meant as a file: one word with a slash in it, or ending in `.sh`.
/// An absolute path is a command of the target.
fn looks_like_path(text: &str) -> bool {
    !text.contains(char::is_whitespace)
        && !text.starts_with('/')
        && (text.contains('/') || text.ends_with(".sh"))
}

/// Returns the hook without a `#!` line: it becomes part of a script that has its own.
fn without_shebang(script: &str) -> String {
    match script.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest.trim().to_owned(),
        _ => script.trim().to_owned(),
    }
}
