//! The differences as Markdown, for a comment on a pull request.

use std::fmt::Write;

use crate::diff::{Diff, PathChange};
use crate::escape;

use super::super::render::bytes;
use super::text::{consequences, heading};

/// The most paths of a list: a comment has a limit.
const MOST: usize = 200;

/// Returns the differences.
pub(super) fn of(diff: &Diff) -> String {
    let mut text = format!("### {}\n\n", plain(&heading(diff)));
    if diff.is_empty() {
        text.push_str("No differences.\n");
        return text;
    }
    for line in consequences(diff) {
        let (word, rest) = line.split_once(": ").unwrap_or(("", &line));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "- **{}** {}", plain(word), code(rest));
    }
    let paths = &diff.paths;
    let _ = writeln!(
        text,
        "- **files** {} added, {} removed, {} changed; {} → {}",
        paths.added.len(),
        paths.removed.len(),
        paths.changed.len(),
        bytes(paths.old_bytes),
        bytes(paths.new_bytes)
    );
    let listed = [
        ("Added", &paths.added),
        ("Removed", &paths.removed),
        ("Changed", &paths.changed),
    ];
    for (title, changes) in listed {
        list(title, changes, &mut text);
    }
    for script in &diff.scripts {
        let fence = fence(&script.diff);
        let _ = writeln!(
            text,
            "\n<details><summary>{}</summary>\n\n{fence}diff\n{}\n{fence}\n\n</details>",
            plain(&script.name),
            escape::lines(script.diff.trim_end())
        );
    }
    text
}

fn list(title: &str, changes: &[PathChange], text: &mut String) {
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n<details><summary>{title}: {}</summary>\n",
        changes.len()
    );
    for change in changes.iter().take(MOST) {
        let _ = writeln!(text, "- {}", code(&change.path));
    }
    if changes.len() > MOST {
        let _ = writeln!(text, "- … {} more", changes.len() - MOST);
    }
    text.push_str("\n</details>\n");
}

/// Returns a text as code, in which nothing has a meaning.
fn code(text: &str) -> String {
    let text = escape::line(text).replace('`', "'");
    format!("`{text}`")
}

/// Returns a text of which Markdown and HTML make nothing.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for character in escape::line(text).chars() {
        if "\\`*_[]<>#|&".contains(character) {
            plain.push('\\');
        }
        plain.push(character);
    }
    plain
}

/// Returns a fence that does not occur in a text.
fn fence(text: &str) -> String {
    let mut fence = String::from("```");
    while text.contains(&fence) {
        fence.push('`');
    }
    fence
}
