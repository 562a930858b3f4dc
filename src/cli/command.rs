//! The command that the manifest asks for the version.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::plan::ToolFailure;

/// The most lines of a command's complaint that are shown.
const LINES: usize = 10;

/// Runs a command of sh(1) in a folder, and returns the only line that it prints, or its own words and
/// status.
pub(super) fn line_of(line: &str, folder: &Path) -> Result<String, ToolFailure> {
    let failure = |words: String| ToolFailure {
        words,
        hint: format!(
            "run it by hand in `{}`, or give the version with `--version`",
            folder.display()
        ),
    };
    let output = Command::new("/bin/sh")
        .args(["-c", line])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failure(format!("cannot run: {error}")))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        let words: Vec<&str> = words.lines().filter(|it| !it.trim().is_empty()).collect();
        let last = &words[words.len().saturating_sub(LINES)..];
        let said = if last.is_empty() { "" } else { ": " };
        return Err(failure(format!(
            "ended with {}{said}{}",
            output.status,
            last.join("\n")
        )));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    match (lines.next(), lines.count()) {
        (Some(only), 0) => Ok(only.to_owned()),
        (Some(_), more) => Err(failure(format!("printed {} lines, expected one", more + 1))),
        (None, _) => Err(failure("printed nothing, expected a version".to_owned())),
    }
}
