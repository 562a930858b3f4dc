//! `[hooks]`: the author's shell, inline or from a file, read and checked.

use serde::Serialize;

use crate::finding::{Finding, tags};
use crate::fs;
use crate::interpreter::Interpreter;
use crate::manifest::{InvalidValue, Manifest, ManifestError, Spanned};
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

/// The variables that the templates set for each hook; the last only for that of triggers.
const VARIABLES: [&str; 3] = ["old_version", "new_version", "trigger_names"];

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
        } = Written::read(manifest, Kind::Hook, event.name(), text)?;
        let invalid = |message, hint: &str| {
            let hint = Some(hint.to_owned());
            manifest.locate(InvalidValue::new(text.span(), message, hint))
        };
        if whole.contains(['\0', '\r']) {
            let message = format!("hook `{name}` has a NUL or carriage return in it");
            return Err(invalid(message, "write it with Unix line ends"));
        }
        let place = manifest.place(&text.span());
        if shell::has_no_command(&whole) {
            let message = format!("hook `{name}` has no command and is left out");
            findings.push(Finding::new(tags::HOOK_WITHOUT_COMMAND, message).at(Some(&place)));
            continue;
        }
        if let Some(other) = Interpreter::of(whole.trim_start())
            && !matches!(other.shell(), Some("sh" | "dash"))
        {
            let message = format!(
                "hook `{name}` is for `{}`, but sh runs hooks",
                other.program()
            );
            return Err(invalid(
                message,
                "write it for sh, or as a script of `[scripts]`",
            ));
        }
        if manifest.tables.debconf.is_none()
            && let Some(word) = word_of_debconf(&whole)
        {
            let message = format!("hook `{name}` has `{word}`, but the package has no `[debconf]`");
            let hint = "write `[debconf]` with the `templates`: hooks then have its answers";
            return Err(invalid(message, hint));
        }
        if let Some(fault) = shell::fault("sh", &whole) {
            return Err(invalid(format!("hook `{name}` {fault}"), fault.hint()));
        }
        for (line, remark) in shell::remarks("sh", &whole, variables(*event)) {
            let message = format!("hook `{name}`, line {line}: {remark}");
            findings.push(Finding::new(tags::HOOK_SHELLCHECK, message).at(Some(&place)));
        }
        hooks.push(Hook {
            event: *event,
            script: without_shebang(&whole),
            origin,
        });
    }
    Ok((hooks, findings))
}

/// Returns the word by which a hook uses debconf: its library would run the maintainer script anew, from
/// the middle, and its commands are there only beside `[debconf]`.
fn word_of_debconf(text: &str) -> Option<&str> {
    const COMMANDS: [&str; 5] = ["db_fset", "db_get", "db_go", "db_input", "db_set"];
    let lines = text.lines().map(str::trim_start);
    let mut words = lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || ";&|()`\"'".contains(c)));
    words.find(|word| COMMANDS.contains(word) || word.ends_with("/debconf/confmodule"))
}

fn variables(event: HookEvent) -> &'static [&'static str] {
    let of_all = VARIABLES.len() - 1;
    &VARIABLES[..of_all + usize::from(event == HookEvent::OnTrigger)]
}

/// The tables whose values are files or the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `[hooks]`: one command is a hook.
    Hook,
    /// `[scripts]`: one word is no script.
    Script,
}

/// A hook or a script as its author wrote it.
pub(crate) struct Written {
    /// The whole text, so that lines are counted as the author counts them.
    pub(crate) text: String,
    /// The name in messages: the file, or the key of what is in the manifest.
    pub(crate) name: String,
    /// The source, for the comment above it.
    pub(crate) origin: String,
}

impl Written {
    /// Reads a value of the manifest: the file that it names, or the value itself.
    pub(crate) fn read(
        manifest: &Manifest,
        kind: Kind,
        key: &str,
        text: &Spanned<String>,
    ) -> Result<Self, ManifestError> {
        let value = text.get_ref().trim();
        let path = manifest.resolve(value);
        if !value.is_empty() && !value.contains('\n') && path.is_file() {
            return Ok(Self {
                text: fs::read_to_string(&path)?,
                name: value.to_owned(),
                origin: value.to_owned(),
            });
        }
        if kind.is_path(value) {
            return Err(manifest.locate(no_such_file(manifest, kind, text, value)));
        }
        Ok(Self {
            text: text.get_ref().clone(),
            name: key.to_owned(),
            // Not the manifest's name: the package is the same whatever its manifest is called.
            origin: match kind {
                Kind::Hook => "the manifest".to_owned(),
                Kind::Script => format!("the author's {key}"),
            },
        })
    }
}

impl Kind {
    /// Returns whether a text was meant as a file: one word, and of a hook with a slash in it, or
    /// ending in `.sh`. There an absolute path is a command of the target.
    fn is_path(self, text: &str) -> bool {
        let is_word = !text.is_empty() && !text.contains(char::is_whitespace);
        match self {
            Self::Script => is_word,
            Self::Hook => {
                is_word && !text.starts_with('/') && (text.contains('/') || text.ends_with(".sh"))
            }
        }
    }
}

fn no_such_file(
    manifest: &Manifest,
    kind: Kind,
    text: &Spanned<String>,
    value: &str,
) -> InvalidValue {
    let (what, form) = match kind {
        Kind::Hook => ("hook", "shell"),
        Kind::Script => ("script", "a script"),
    };
    let message = format!("{what} file `{value}` does not exist");
    let hint = format!(
        "write {form}, or the path of a file in `{}`",
        manifest.directory().display()
    );
    InvalidValue::new(text.span(), message, Some(hint))
}

/// Returns the hook without a `#!` line: it becomes part of a script that has its own.
fn without_shebang(script: &str) -> String {
    match script.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => rest.trim().to_owned(),
        _ => script.trim().to_owned(),
    }
}
