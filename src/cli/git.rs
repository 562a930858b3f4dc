//! git, which reldeb asks for the version and the author.

use std::path::Path;
use std::process::Command;

use crate::plan::ToolFailure;

/// Returns what `git describe` says of a folder, or git's own words with what to do.
pub(super) fn describe(folder: &Path) -> Result<String, ToolFailure> {
    git(folder, &["describe", "--tags"]).map_err(|words| ToolFailure {
        hint: hint(folder, &words),
        words,
    })
}

/// Returns what git prints in a folder, or else the first line of its complaint.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .env("LC_ALL", "C")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .map_err(|error| format!("cannot run `git`: {error}"))?;
    if output.status.success() {
        let text = String::from_utf8_lossy(&output.stdout);
        return Ok(text.trim().to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.clone().find(|line| line.starts_with("fatal:"));
    Err(match first.or_else(|| lines.next()) {
        Some(line) => line.to_owned(),
        None => format!("git ended with {}", output.status),
    })
}

/// Returns whether a folder is in a repository in which a file of this path would be shown as new, since no
/// `.gitignore` has it.
pub(super) fn shows(folder: &Path, path: &str) -> bool {
    let is_in_one = git(folder, &["rev-parse", "--is-inside-work-tree"]).is_ok();
    is_in_one && git(folder, &["check-ignore", "--quiet", path]).is_err()
}

/// Returns what mends a failed `git describe`.
fn hint(folder: &Path, words: &str) -> String {
    let is_shallow = || {
        git(folder, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == "true")
    };
    let mend = if words.starts_with("cannot run") {
        "install git".to_owned()
    } else if words.contains("dubious ownership") {
        let folder = words.split('\'').nth(1).unwrap_or("FOLDER");
        format!("trust the folder: `git config --global --add safe.directory {folder}`")
    } else if words.contains("not a git repository") {
        "build in the repository".to_owned()
    } else if is_shallow() {
        "the clone is shallow: `git fetch --unshallow --tags`".to_owned()
    } else {
        "tag a commit, such as `git tag v1.0.0`".to_owned()
    };
    format!("{mend}, or give the version with `--version`")
}
