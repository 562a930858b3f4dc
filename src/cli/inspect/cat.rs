//! One file of a package on standard output.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Read, Write};

use crate::deb::{ArchiveError, DataKind, Deb};
use crate::escape;
use crate::tree::PackagePath;

use super::super::session::{Answer, Failure, unwritable};
use super::Stopped;

/// The size in bytes up to which a file is shown on a terminal.
const MOST_SHOWN: u64 = 4 << 20;

/// The look at a path of a package.
enum Found {
    Printed,
    /// Another name of a file that comes before it.
    SameAs(Vec<u8>),
    Link(String),
    NoFile(&'static str),
}

/// Prints a file: of the package where the name is a path, else of the control archive. On a terminal,
/// nothing of it is obeyed.
pub(super) fn print(deb: &Deb, name: &str) -> Answer {
    let mut output = io::stdout().lock();
    let printed = if name.starts_with('/') {
        of_data(deb, name, &mut output)
    } else {
        of_control(deb, name, &mut output)
    };
    match printed {
        Ok(None) => output
            .flush()
            .or_else(|error| unwritable(&error))
            .map(|()| Vec::new()),
        Ok(Some(failure)) => Err(failure),
        Err(Stopped::Package(error)) => Err(error.into()),
        Err(Stopped::Output(error)) => unwritable(&error).map(|()| Vec::new()),
    }
}

fn of_control(
    deb: &Deb,
    name: &str,
    output: &mut (impl Write + IsTerminal),
) -> Result<Option<Failure>, Stopped> {
    let Some(mut content) = deb.control_content(name)? else {
        let names: Vec<&str> = deb.control.keys().map(String::as_str).collect();
        let message = format!("the control archive has no file `{}`", escape::line(name));
        let hint = format!(
            "it has {}; a path of the package begins with `/`",
            escape::line(&names.join(", "))
        );
        return Ok(Some(Failure::usage(message, hint)));
    };
    let damaged = |error: &io::Error| deb.damaged_control(error);
    copy(&mut content, output, damaged)?;
    Ok(None)
}

fn of_data(
    deb: &Deb,
    name: &str,
    output: &mut (impl Write + IsTerminal),
) -> Result<Option<Failure>, Stopped> {
    let mut wanted = match PackagePath::new(name) {
        Ok(path) => path,
        Err(error) => {
            let hint = error.hint().unwrap_or_default();
            return Ok(Some(Failure::usage(error.to_string(), hint)));
        }
    };
    let mut followed = HashSet::new();
    loop {
        let mut found = None;
        deb.for_each_data_entry(|entry, content| {
            // What has no path that dpkg would take is nobody's file.
            let is_wanted = entry.path().is_ok_and(|path| path == wanted);
            if found.is_some() || !is_wanted {
                return Ok::<_, Stopped>(());
            }
            found = Some(match entry.kind {
                DataKind::Regular => {
                    copy(content, output, |error| deb.damaged_data(error))?;
                    Found::Printed
                }
                DataKind::Hardlink => Found::SameAs(entry.target.clone()),
                DataKind::Symlink => Found::Link(escape::bytes(&entry.target).into_owned()),
                DataKind::Directory => Found::NoFile("a directory"),
                DataKind::Other(_) => Found::NoFile("no file"),
            });
            Ok(())
        })?;
        let other = match found {
            Some(Found::Printed) => return Ok(None),
            Some(Found::SameAs(target)) => PackagePath::new([b"/", &*target].concat())
                .ok()
                .filter(|path| *path != wanted && !followed.contains(path)),
            Some(Found::Link(target)) => {
                let message = format!("`{wanted}` is a link to `{target}`");
                return Ok(Some(Failure::usage(
                    message,
                    "name the file that it leads to".into(),
                )));
            }
            Some(Found::NoFile(what)) => {
                let message = format!("`{wanted}` is {what}");
                let hint = format!("`reldeb inspect {}` lists all paths", deb.path.display());
                return Ok(Some(Failure::usage(message, hint)));
            }
            None => None,
        };
        let Some(other) = other else {
            let message = format!("the package has no file `{wanted}`");
            let hint = format!("`reldeb inspect {}` lists all paths", deb.path.display());
            return Ok(Some(Failure::usage(message, hint)));
        };
        followed.insert(std::mem::replace(&mut wanted, other));
    }
}

/// Copies a content as it is, or so that a terminal obeys none of it.
fn copy(
    content: &mut dyn Read,
    output: &mut (impl Write + IsTerminal),
    damaged: impl Fn(&io::Error) -> ArchiveError,
) -> Result<(), Stopped> {
    if output.is_terminal() {
        let mut bytes = Vec::new();
        let read = content.take(MOST_SHOWN).read_to_end(&mut bytes);
        read.map_err(|error| damaged(&error))?;
        output.write_all(escape::byte_lines(&bytes).as_bytes())?;
        if bytes.len() as u64 == MOST_SHOWN {
            writeln!(output, "\n… more: write it to a file")?;
        }
        return Ok(());
    }
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = content.read(&mut buffer).map_err(|error| damaged(&error))?;
        if count == 0 {
            return Ok(());
        }
        output.write_all(&buffer[..count])?;
    }
}
