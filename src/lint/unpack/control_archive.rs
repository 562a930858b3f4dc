//! The files of the control archive that dpkg reads when it unpacks.

use std::collections::HashSet;

use super::control::is_space;
use super::{Tally, control};
use crate::deb::{DataKind, Deb};
use crate::escape;
use crate::finding::tags;
use crate::tree::PackagePath;

/// The longest name in bytes (dpkg, lib/dpkg/dpkg.h).
const MOST_NAME: usize = 100;
/// The longest lines in bytes, with their line break.
const MOST_CONFFILE: usize = 997;
const MOST_TRIGGER: usize = 255;

/// Says what dpkg refuses of a control archive, and returns the conffiles that an upgrade removes: the
/// package must not have them.
pub(super) fn check(deb: &Deb, tally: &mut Tally) -> HashSet<PackagePath> {
    let text = |name: &str| deb.control.get(name).map_or(&b""[..], |file| &file.content);
    control::check(text("control"), tally);
    let removed = conffiles(text("conffiles"), tally);
    triggers(text("triggers"), tally);
    for name in deb.control.keys() {
        check_name(name, tally);
    }
    for other in &deb.control_others {
        let name = escape::line(&other.name);
        let what = match other.kind {
            DataKind::Directory => "a directory",
            DataKind::Symlink => "a symlink",
            DataKind::Hardlink => "a hard link",
            DataKind::Regular | DataKind::Other(_) => "no regular file",
        };
        tally.tell(tags::CONTROL_MEMBER, || {
            format!("`{name}` of the control archive is {what}, expected files only")
        });
    }
    removed
}

fn check_name(name: &str, tally: &mut Tally) {
    let shown = escape::line(name);
    if name.contains('/') {
        tally.tell(tags::CONTROL_MEMBER, || {
            format!("`{shown}` of the control archive lies in a directory, expected files only")
        });
    } else if name.contains('.') {
        tally.tell(tags::CONTROL_MEMBER_DOT, || {
            format!("`{shown}` of the control archive is not installed: its name has a dot")
        });
    } else if name.len() > MOST_NAME {
        tally.tell(tags::CONTROL_MEMBER, || {
            let length = name.len();
            format!(
                "a name in the control archive has {length} bytes, expected at most {MOST_NAME}"
            )
        });
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.enumerate().map(|(index, line)| (index + 1, line))
}

fn conffiles(text: &[u8], tally: &mut Tally) -> HashSet<PackagePath> {
    let mut removed = HashSet::new();
    for (number, line) in lines(text) {
        match conffile(line) {
            Ok(path) => removed.extend(path.and_then(|path| PackagePath::new(path).ok())),
            Err(what) => {
                tally.tell(tags::CONFFILES, || {
                    format!("line {number} of `conffiles` {what}")
                });
                break;
            }
        }
    }
    removed
}

/// Reads a line; the path where it is one that an upgrade removes.
fn conffile(line: &[u8]) -> Result<Option<&[u8]>, &'static str> {
    if line.len() > MOST_CONFFILE {
        return Err("has more than 997 bytes");
    }
    let Some(line) = line.strip_suffix(b"\n").filter(|line| !line.contains(&0)) else {
        return Err("does not end in a line break");
    };
    let end = line.iter().rposition(|byte| !is_space(*byte));
    let line = &line[..end.map_or(0, |end| end + 1)];
    if line.is_empty() || line.starts_with(b"/") {
        return Ok(None);
    }
    match line.strip_prefix(b"remove-on-upgrade ") {
        Some(path) if path.starts_with(b"/") => Ok(Some(path)),
        _ => Err("is no absolute path"),
    }
}

fn triggers(text: &[u8], tally: &mut Tally) {
    for (number, line) in lines(text) {
        if let Err(what) = trigger(line) {
            tally.tell(tags::TRIGGERS, || {
                format!("line {number} of `triggers` {what}")
            });
            return;
        }
    }
}

fn trigger(line: &[u8]) -> Result<(), &'static str> {
    if line.len() > MOST_TRIGGER {
        return Err("has more than 255 bytes");
    }
    let line = line
        .strip_suffix(b"\n")
        .ok_or("does not end in a line break")?;
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(());
    }
    let space = line.iter().position(u8::is_ascii_whitespace);
    let (directive, name) = line.split_at(space.ok_or("has no name of a trigger")?);
    let directives = [
        &b"interest"[..],
        b"interest-await",
        b"interest-noawait",
        b"activate",
        b"activate-await",
        b"activate-noawait",
    ];
    if !directives.contains(&directive) {
        return Err("is no directive that dpkg knows");
    }
    if !name.trim_ascii().iter().all(u8::is_ascii_graphic) {
        return Err("has a name of a trigger with spaces, or with characters beyond ASCII");
    }
    Ok(())
}
