//! The check of all rendered shell by sh(1): a package whose scripts it cannot read can be
//! neither installed nor removed.

use crate::deployment::{Contribution, Script};
use crate::shell::{ShellFault, fault};
use crate::tree::{Content, Entry, Kind, Origin};

/// Shell that would break the package on the machine.
#[derive(Debug, thiserror::Error)]
#[error("{subject} {fault}")]
pub struct ShellError {
    /// The template, or the script.
    pub subject: String,
    /// The fault.
    pub fault: ShellFault,
}

/// Reads every rendered shell file and maintainer script, without running any.
///
/// # Errors
/// [`ShellError`] names the template at fault, or the script where only the whole is.
pub(crate) fn check_shell<'a>(
    contribution: &'a Contribution,
    scripts: impl Iterator<Item = (Script, &'a str)>,
) -> Result<(), ShellError> {
    for (_, entry) in &contribution.entries {
        if let Some((subject, text)) = file(entry) {
            check(subject, text)?;
        }
    }
    // Scripts that an author writes for another shell are not checked.
    for (script, text) in scripts.filter(|(_, text)| is_for_sh(text)) {
        if let Err(error) = check(format!("`{}`", script.name()), text) {
            let fragments = contribution.fragments.iter();
            // The template at fault says more than the name of the script.
            fragments
                .filter(|fragment| fragment.script == script)
                .try_for_each(|it| check(of_template(it.template), &it.text))?;
            let mut functions = contribution.functions.iter();
            functions.try_for_each(|it| check(of_template(it.template), &it.text))?;
            return Err(error);
        }
    }
    Ok(())
}

fn check(subject: String, text: &str) -> Result<(), ShellError> {
    fault("sh", text).map_or(Ok(()), |fault| Err(ShellError { subject, fault }))
}

/// Returns whether sh(1) runs a script, which it does where no interpreter is named.
fn is_for_sh(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    !first.starts_with("#!") || first.trim_end() == "#!/bin/sh" || first.starts_with("#!/bin/sh ")
}

/// Returns the template and the text of a rendered file that is shell. Scripts read the
/// file of defaults.
fn file(entry: &Entry) -> Option<(String, &str)> {
    let (
        Kind::Regular {
            content: Content::Bytes(bytes),
            ..
        },
        Origin::Template(template),
    ) = (&entry.kind, &entry.origin)
    else {
        return None;
    };
    let text = std::str::from_utf8(bytes).ok()?;
    let is_shell = template.ends_with("init/default") || text.starts_with("#!") && is_for_sh(text);
    is_shell.then(|| (of_template(template), text))
}

fn of_template(name: impl std::fmt::Display) -> String {
    format!("what template `{name}` renders")
}
