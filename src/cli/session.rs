//! `Session`: what all commands share. It reads the environment, prints, and decides the exit
//! status.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::error::Error;
use crate::escape;
use crate::finding::{Finding, Severity};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::render::document;

/// The status of a command that is done.
const DONE: u8 = 0;
/// The status of a command that failed, or that has findings of severity error.
const FAILED: u8 = 1;
/// The status of wrong usage: clap's own.
const USAGE: u8 = 2;

/// The flags of every command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    json: bool,
    /// Print no warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print also how defaults were chosen
    #[arg(short, long, global = true)]
    verbose: bool,
    /// When to colour messages
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// The variables that the process was started with.
pub(super) type Environment = BTreeMap<String, String>;

/// The output of a command.
pub(super) type Answer = Result<Vec<u8>, Failure>;

/// A command that did not succeed: what is printed, and the exit status.
#[derive(Debug)]
pub(super) struct Failure {
    /// The text for standard output all the same, such as the findings that made it fail.
    output: Vec<u8>,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// The line of a manifest that it is about.
    pub(super) place: Option<(String, usize)>,
    status: u8,
}

impl Failure {
    pub(super) fn new(message: String) -> Self {
        Self {
            output: Vec::new(),
            message,
            hint: None,
            place: None,
            status: FAILED,
        }
    }

    /// Returns the answer of a comparison that found differences: no error, but not success.
    pub(super) fn differs(output: Vec<u8>) -> Self {
        Self {
            output,
            ..Self::new(String::new())
        }
    }

    /// Returns the failure with an output of its own.
    pub(super) fn with_output(self, output: Vec<u8>) -> Self {
        Self { output, ..self }
    }

    /// Returns the failure with the status of a command that could not do its work, for one whose
    /// status 1 is an answer.
    pub(super) fn of_work(self) -> Self {
        Self {
            status: USAGE,
            ..self
        }
    }

    /// Returns the failure of a command that was run, with its status.
    pub(super) fn of_command(message: String, status: u8) -> Self {
        Self {
            status,
            ..Self::new(message)
        }
    }

    /// Returns the failure with what to do about it.
    pub(super) fn with_hint(self, hint: String) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    /// Returns the failure with another text.
    pub(super) fn with_message(self, text: impl FnOnce(&str) -> String) -> Self {
        Self {
            message: text(&self.message),
            ..self
        }
    }

    /// Returns the failure of a command that was called in a wrong way.
    pub(super) fn usage(message: String, hint: String) -> Self {
        Self {
            hint: Some(hint),
            status: USAGE,
            ..Self::new(message)
        }
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        Self {
            hint: error.hint(),
            place: error
                .place()
                .map(|(path, line)| (path.display().to_string(), line)),
            ..Self::new(error.to_string())
        }
    }
}

/// One run of the command.
#[derive(Debug)]
pub(super) struct Session {
    /// Asks for a document in place of text.
    pub(super) json: bool,
    pub(super) environment: Environment,
    color: bool,
    /// True where somebody looks at a terminal who may like to know more.
    pub(super) is_watched: bool,
    /// The least severity that is told.
    least: Severity,
}

impl Session {
    /// Reads the environment.
    pub(super) fn new(global: &Global) -> Self {
        // Everything that is not UTF-8 cannot be named in a manifest.
        let environment: Environment = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org: any value that is not empty.
            Color::Auto => {
                io::stderr().is_terminal()
                    && environment.get("NO_COLOR").is_none_or(String::is_empty)
            }
        };
        let least = match (global.quiet, global.verbose) {
            (true, _) => Severity::Error,
            (_, true) => Severity::Info,
            _ => Severity::Warning,
        };
        let is_dumb = environment.get("TERM").is_some_and(|it| it == "dumb");
        let is_watched = io::stderr().is_terminal() && !is_dumb && !global.json && !global.quiet;
        Self {
            json: global.json,
            environment,
            color,
            is_watched,
            least,
        }
    }

    /// Returns whether nothing but errors is asked for.
    pub(super) fn is_quiet(&self) -> bool {
        self.least == Severity::Error
    }

    /// Returns the least severity that is told.
    pub(super) fn least(&self) -> Severity {
        self.least
    }

    /// Returns a document or text, as was asked for.
    pub(super) fn show(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> Vec<u8> {
        if self.json {
            document(value)
        } else {
            text().into_bytes()
        }
    }

    /// Tells the findings. Returns the output, as that of a failure where one of them is an error;
    /// `so` says what follows from that.
    pub(super) fn judge(&self, findings: &[Finding], output: Vec<u8>, so: &str) -> Answer {
        self.tell(findings);
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let errors = findings.iter().filter(is_error);
        let count = match errors.map(|finding| finding.count).sum::<usize>() {
            0 => return Ok(output),
            1 => "1 error".to_owned(),
            more => format!("{more} errors"),
        };
        Err(Failure {
            output,
            ..Failure::new(format!("{count} found{so}"))
        })
    }

    /// Tells findings that weigh enough.
    pub(super) fn tell(&self, findings: &[Finding]) {
        let weighty = findings.iter().filter(|it| it.severity >= self.least);
        weighty.for_each(|finding| self.tell_one(finding));
    }

    fn tell_one(&self, finding: &Finding) {
        let color = match finding.severity {
            Severity::Info => GREEN,
            Severity::Warning => YELLOW,
            Severity::Error => RED,
        };
        let word = format!("{}[{}]", finding.severity, finding.tag);
        self.message(&word, color, &finding.to_string(), finding.hint.as_deref());
    }

    /// Tells findings, also those that only `-v` shows, unless nothing is to be told.
    pub(super) fn tell_all(&self, findings: &[Finding]) {
        if self.least < Severity::Error {
            for finding in findings {
                self.tell_one(finding);
            }
        }
    }

    /// Prints an answer. Returns the exit status.
    pub(super) fn end(&self, answer: Answer) -> ExitCode {
        let Err(failure) = answer.and_then(|output| print(&output)) else {
            return ExitCode::from(DONE);
        };
        // The error at hand is the one to tell.
        let _ = print(&failure.output);
        if !failure.message.is_empty() {
            self.message("error", RED, &failure.message, failure.hint.as_deref());
        }
        ExitCode::from(failure.status)
    }

    /// Tells a command that is run, unless nothing is to be told.
    pub(super) fn tell_run(&self, command: &str) {
        if !self.is_quiet() {
            self.line("run", GREEN, command);
        }
    }

    /// Tells what the user may not expect, unless nothing is to be told.
    pub(super) fn tell_note(&self, note: &str) {
        if !self.is_quiet() {
            self.line("note", CYAN, note);
        }
    }

    /// Tells lines of a word and what it stands for, with a heading.
    pub(super) fn tell_rows(&self, heading: &str, rows: &[(&str, String)]) {
        let (strong, weak, end) = if self.color {
            ("\x1b[1m", "\x1b[36m", "\x1b[0m")
        } else {
            ("", "", "")
        };
        let width = rows.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let mut text = format!("{strong}{}{end}\n", escape::line(heading));
        for (word, value) in rows {
            if !word.is_empty() {
                text.extend(["  ", weak, &format!("{word:width$}"), end]);
            }
            text.extend(["  ", &*escape::line(value), "\n"]);
        }
        // Where it cannot be written, there is nobody to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    fn message(&self, word: &str, color: &str, message: &str, hint: Option<&str>) {
        self.line(word, color, message);
        if let Some(hint) = hint {
            self.line("hint", CYAN, hint);
        }
    }

    fn line(&self, word: &str, color: &str, message: &str) {
        let message = shown(message);
        let mut output = io::stderr().lock();
        // Where it cannot be written, there is nobody to tell: the work goes on.
        let _ = if self.color {
            writeln!(output, "\x1b[{color}m{word}\x1b[0m: {message}")
        } else {
            writeln!(output, "{word}: {message}")
        };
    }
}

/// Prints a result.
pub(super) fn print(output: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(output).and_then(|()| stdout.flush());
    printed.or_else(|error| unwritable(&error))
}

/// Judges that standard output cannot be written. A reader that has gone away (`| head`) is no
/// failure.
pub(super) fn unwritable(error: &io::Error) -> Result<(), Failure> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Failure::new(format!(
        "cannot write to standard output: {error}"
    )))
}

/// A message as a terminal may have it: nothing of it is obeyed, and no line of it but the first
/// stands at the margin, where it would pass for another message.
fn shown(message: &str) -> String {
    let mut shown = String::new();
    for (number, line) in escape::lines(message).split('\n').enumerate() {
        if number > 0 {
            shown.push_str(if line.starts_with(' ') { "\n" } else { "\n  " });
        }
        shown.push_str(line);
    }
    shown
}

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const GREEN: &str = "1;32";
const CYAN: &str = "1;36";

#[cfg(test)]
mod tests {
    #[test]
    fn messages_stay_text_and_leave_the_margin() {
        assert_eq!(
            super::shown("a \u{1b}[31m\u{9b}\r\nerror: b\n  1 | c"),
            "a \\u{1b}[31m\\u{9b}\\r\n  error: b\n  1 | c"
        );
    }
}
