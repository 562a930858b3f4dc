//! `[scripts]`: the author's own maintainer scripts, read and checked.

mod alone;
mod needs;

use crate::manifest::Spanned;

use crate::deployment::Script;
use crate::finding::{Finding, tags};
use crate::fs;
use crate::hooks::{Kind, Written};
use crate::interpreter::Interpreter;
use crate::manifest::{InvalidValue, Manifest, ManifestError};
use crate::shell::{self, ShellFault};

pub(crate) use alone::alone;
pub(crate) use needs::findings;

/// The line at which the package's own part runs, as debhelper knows it.
const PLACE: &str = "#DEBHELPER#";

/// A line that is nowhere a part of a command.
const NO_COMMAND: &str = ";;)";

/// A maintainer script as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnScript {
    /// The script that it is.
    pub script: Script,
    /// The text from its `#!` line, which one without has got, to its last line end.
    pub text: String,
    /// The program that runs it.
    pub interpreter: Interpreter,
    /// The script's source, for the comment above it.
    pub origin: String,
    /// The name in messages: the file, or the script.
    name: String,
    /// The line of the manifest.
    line: usize,
    /// True where the author names packages that are there when it runs, and may have its interpreter.
    has_dependencies: bool,
}

impl OwnScript {
    /// Returns whether a line of a script says that the package's own part runs there.
    pub(crate) fn is_place(line: &str) -> bool {
        line.trim() == PLACE
    }

    /// Returns whether the script says where the package's own part runs.
    pub(crate) fn has_place(&self) -> bool {
        self.text.lines().any(Self::is_place)
    }
}

/// Returns a text with a command that does nothing at the place for the package's own part: what is around it may
/// need one.
pub(crate) fn with_command(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        if OwnScript::is_place(line) {
            line.replace(PLACE, ":")
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

/// Returns the scripts in the order of a package's life. One without a command is left out.
///
/// # Errors
/// [`ManifestError`] names the script, or its file.
pub(crate) fn read(manifest: &Manifest) -> Result<(Vec<OwnScript>, Vec<Finding>), ManifestError> {
    let (mut scripts, mut findings) = (Vec::new(), Vec::new());
    let table = &manifest.tables.scripts;
    for (script, text) in [
        (Script::Preinst, &table.preinst),
        (Script::Postinst, &table.postinst),
        (Script::Prerm, &table.prerm),
        (Script::Postrm, &table.postrm),
    ] {
        let Some(text) = text else { continue };
        check_text(manifest, text)?;
        let written = Written::read(manifest, Kind::Script, script.name(), text)?;
        if shell::has_no_command(&written.text) {
            let message = format!("script `{}` has no command and is left out", written.name);
            findings.push(Finding::new(tags::SCRIPT_WITHOUT_COMMAND, message));
            continue;
        }
        let invalid = |(message, hint)| {
            let message = format!("script `{}` {message}", written.name);
            manifest.locate(InvalidValue::new(text.span(), message, Some(hint)))
        };
        check_alone(manifest).map_err(&invalid)?;
        let interpreter = check(&written.text).map_err(invalid)?;
        findings.extend(remarks(&written, &interpreter));
        scripts.push(OwnScript {
            script,
            text: whole(&written.text),
            interpreter,
            origin: written.origin,
            name: written.name,
            line: manifest.line(&text.span()),
            has_dependencies: manifest
                .tables
                .package
                .has_dependencies(script == Script::Preinst),
        });
    }
    Ok((scripts, findings))
}

/// Refuses a file that is no text.
fn check_text(manifest: &Manifest, text: &Spanned<String>) -> Result<(), ManifestError> {
    let name = text.get_ref().trim();
    let path = manifest.resolve(name);
    if name.is_empty() || name.contains('\n') || !path.is_file() {
        return Ok(());
    }
    let bytes = fs::read(&path)?;
    let (message, hint) = if bytes.starts_with(b"\x7fELF") {
        let message = format!("script `{name}` is a program, not a script");
        (
            message,
            "pack the program, and write a script that runs it".to_owned(),
        )
    } else if std::str::from_utf8(&bytes).is_err() {
        let message = format!("script `{name}` is not UTF-8");
        (message, format!("see `file {name}` and iconv(1)"))
    } else {
        return Ok(());
    };
    Err(manifest.locate(InvalidValue::new(text.span(), message, Some(hint))))
}

/// The fault of a script, to follow its name, and a hint.
type Fault = (String, String);

fn fault<Any>(message: impl Into<String>, hint: impl Into<String>) -> Result<Any, Fault> {
    Err((message.into(), hint.into()))
}

/// Refuses a script beside `[debconf]`. The package's own part holds debconf's connection then, and the
/// script that asks for one of its own waits for it for ever.
fn check_alone(manifest: &Manifest) -> Result<(), Fault> {
    if manifest.tables.debconf.is_none() {
        return Ok(());
    }
    fault(
        "stands beside `[debconf]`, which is for hooks",
        "write its commands as `[hooks]`, or bring `templates` and `config` by `[control-files]` and \
         let the script use debconf itself",
    )
}

/// Checks a script and returns its interpreter.
fn check(text: &str) -> Result<Interpreter, Fault> {
    let interpreter = interpreter(text)?;
    check_place(text, &interpreter)?;
    let Some(shell) = interpreter.shell() else {
        return Ok(interpreter);
    };
    match shell::fault(shell, &with_command(text)) {
        Some(found @ ShellFault::Syntax(_)) => {
            fault(found.to_string(), format!("try it with `{shell} -n`"))
        }
        Some(found) => fault(found.to_string(), found.hint()),
        None if is_place_in_text(shell, text) => fault(
            format!("has the line `{PLACE}` in a text, not among its commands"),
            "take it out of the quotes or the here-document, or leave it out",
        ),
        None => Ok(interpreter),
    }
}

/// Returns whether the place for the package's own part is in a here-document or in quotes: what no
/// shell can read as a command is no error there.
fn is_place_in_text(shell: &str, text: &str) -> bool {
    let mut lines: Vec<_> = text.lines().collect();
    let Some(place) = lines.iter_mut().find(|line| OwnScript::is_place(line)) else {
        return false;
    };
    *place = NO_COMMAND;
    let is_refused = |text: &str| shell::fault(shell, text).is_some();
    // Where the shell is not installed nothing is refused.
    is_refused(NO_COMMAND) && !is_refused(&(lines.join("\n") + "\n"))
}

/// Returns the interpreter of a text that can be a script.
fn interpreter(text: &str) -> Result<Interpreter, Fault> {
    if text.contains(['\0', '\r']) {
        let message = "has a NUL or carriage return in it";
        return fault(message, "write it with Unix line ends");
    }
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if begin.starts_with("#!") && !text.starts_with("#!") {
        let message = "has something before its `#!`";
        return fault(message, "begin the first line with `#!`");
    }
    if text.starts_with("#!") && Interpreter::of(text).is_none() {
        let message = "has a `#!` line without a program";
        return fault(message, "name one, such as `#!/bin/sh`");
    }
    let interpreter = Interpreter::of(text).unwrap_or_else(Interpreter::sh);
    if !interpreter.path().starts_with('/') {
        let message = format!("is for `{}`, which is no path", interpreter.path());
        return fault(message, "write it from the root, such as `#!/bin/sh`");
    }
    Ok(interpreter)
}

/// Refuses a place for the package's own part that cannot be one.
fn check_place(text: &str, interpreter: &Interpreter) -> Result<(), Fault> {
    let places = text.lines().filter(|line| OwnScript::is_place(line));
    let places = places.count();
    if places > 1 {
        let message = format!("has the line `{PLACE}` {places} times");
        return fault(message, "leave one: what the package itself does runs once");
    }
    if places > 0 && interpreter.shell().is_none() {
        let program = interpreter.program();
        let message = format!("has the line `{PLACE}`, but is for `{program}`");
        let hint = "take the line away, which works in scripts for sh, dash and bash: what the \
                    package itself does runs after the script, in postrm before it";
        return fault(message, hint);
    }
    Ok(())
}

fn remarks(written: &Written, interpreter: &Interpreter) -> Vec<Finding> {
    let Some(shell) = interpreter.shell() else {
        return Vec::new();
    };
    let remarks = shell::remarks(shell, &with_command(&written.text), &[]).into_iter();
    let findings = remarks.map(|(line, remark)| {
        let message = format!("script `{}`, line {line}: {remark}", written.name);
        Finding::new(tags::SCRIPT_SHELLCHECK, message)
    });
    findings.collect()
}

/// Returns the text with a `#!` line, which not every caller of a script does without, and the end of
/// its last line.
fn whole(text: &str) -> String {
    let begin = if text.starts_with("#!") {
        ""
    } else {
        "#!/bin/sh\n"
    };
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{begin}{text}{end}")
}
