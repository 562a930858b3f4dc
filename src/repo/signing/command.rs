//! A command that signs: gpg with its agent, a key in a service, a token.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::SigningError;
use crate::fs::reason;

/// Runs a command line with the text on standard input. Returns what it printed.
pub(super) fn run(line: &str, text: &str) -> Result<String, SigningError> {
    let failed = |words: String| SigningError::Command {
        line: line.to_owned(),
        words,
    };
    let output = talk(line, text).map_err(|error| failed(reason(&error)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rfind(|line| !line.trim().is_empty());
        let words = match last {
            Some(last) => format!("{}: {last}", output.status),
            None => output.status.to_string(),
        };
        return Err(failed(words));
    }
    String::from_utf8(output.stdout).map_err(|_| failed("it printed bytes that are no text".into()))
}

fn talk(line: &str, text: &str) -> std::io::Result<Output> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", line])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let input = child.stdin.take();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // One that does not read it all says so by what it prints.
            let _ = input.map(|mut it| it.write_all(text.as_bytes()));
        });
        child.wait_with_output()
    })
}
