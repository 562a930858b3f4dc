//! `[hooks]`: the author's shell, inline or from a file.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::PlanError;
use crate::finding::Finding;
use crate::fs;
use crate::manifest::Manifest;
use crate::service::model::Hook;

/// The hooks in the order of their events. A value that is one line and names a file that exists is
/// that file's text; anything else is shell itself.
///
/// A hook that is no shell would break a package in the middle of an upgrade, so sh(1) reads each, and
/// shellcheck(1) where it is installed.
pub(super) fn resolve(
    manifest: &Manifest,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Hook>, PlanError> {
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
        if let Some(reason) = syntax_error(&script) {
            let message = format!("hook `{origin}` is no valid shell: {reason}");
            let hint = Some("try it with `sh -n`".to_owned());
            return Err(manifest.invalid(text.span(), message, hint).into());
        }
        findings.extend(remarks(&script, &origin));
        hooks.push(Hook {
            event: *event,
            script,
            origin,
        });
    }
    Ok(hooks)
}

/// What sh(1) says of a script that it cannot read. A build machine without a shell says nothing.
fn syntax_error(script: &str) -> Option<String> {
    let output = fed("/bin/sh", &["-n"], script)?;
    if output.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().next().unwrap_or_default();
    // "/bin/sh: 2: Syntax error: …"
    Some(line.trim_start_matches("/bin/sh: ").to_owned())
}

/// What shellcheck(1) warns of, a finding for each remark.
fn remarks(script: &str, origin: &str) -> Vec<Finding> {
    // The assembler sets them (maintainer scripts of a Debian package are run by sh).
    let whole = format!("old_version= new_version=\n{script}\n: \"$old_version$new_version\"\n");
    let arguments = ["--shell=sh", "--severity=warning", "--format=gcc", "-"];
    let Some(output) = fed("shellcheck", &arguments, &whole) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&output.stdout);
    // "-:2:3: warning: … [SC2164]"
    let remarks = text.lines().filter_map(|line| {
        let (place, remark) = line.strip_prefix("-:")?.split_once(": ")?;
        let line: usize = place.split(':').next()?.parse().ok()?;
        let message = format!("hook `{origin}`, line {}: {remark}", line.saturating_sub(1));
        Some(Finding::warning("hook-shellcheck", message))
    });
    remarks.collect()
}

/// Runs a program with a text on its standard input; nothing where there is no such program.
fn fed(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    // A program that stops reading tells why by its status.
    let _ = input.write_all(text.as_bytes());
    drop(input);
    child.wait_with_output().ok()
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
