//! A command that signs: gpg with its agent, a key in a service, a token.

use std::io::{self, Read, Write};
use std::process::{Command, ExitStatus, Stdio};

use super::SigningError;
use crate::fs::reason;

/// The most bytes that a command may print more than it gets, and the most of its messages.
const MORE: u64 = 1 << 20;

/// The end of a command, and what it printed.
struct Answer {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Runs a command line with the text on standard input. Returns what it printed.
pub(super) fn run(line: &str, text: &str) -> Result<String, SigningError> {
    let failed = |words: String| SigningError::Command {
        line: line.to_owned(),
        words,
    };
    let most = text.len() as u64 + MORE;
    let answer = talk(line, text, most).map_err(|error| failed(reason(&error)))?;
    if answer.stdout.len() as u64 > most {
        return Err(failed(
            "it printed more than 1 MiB beside the text".to_owned(),
        ));
    }
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        let last = said.lines().rfind(|line| !line.trim().is_empty());
        let words = match last {
            Some(last) => format!("{}: {last}", answer.status),
            None => answer.status.to_string(),
        };
        return Err(failed(words));
    }
    String::from_utf8(answer.stdout).map_err(|_| failed("it printed bytes that are no text".into()))
}

/// Gives a command the text, and takes what it prints. One that prints more than `most` is ended.
fn talk(line: &str, text: &str, most: u64) -> io::Result<Answer> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", line])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // One that does not read it all says so by what it prints.
            let _ = input.map(|mut it| it.write_all(text.as_bytes()));
        });
        let said = scope.spawn(move || read(errors, MORE));
        // A pipe that nobody reads any more ends also those whom the shell has started.
        let stdout = read(output, most + 1);
        if !matches!(&stdout, Ok(bytes) if bytes.len() as u64 <= most) {
            child.kill()?;
        }
        Ok(Answer {
            status: child.wait()?,
            stdout: stdout?,
            stderr: said.join().unwrap_or(Ok(Vec::new()))?,
        })
    })
}

/// Reads a pipe to its end or as far as to a number of bytes, and closes it.
fn read(pipe: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
