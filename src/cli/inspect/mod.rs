//! `reldeb inspect`: what is in a package, printed while it is read: it may have millions of paths.

mod cat;
mod extract;
mod folders;
mod page;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use crate::deb::{ArchiveError, ControlArchiveFile, DataEntry, DataKind, Deb};
use crate::escape;
use crate::finding::{Finding, Severity};
use crate::fs;
use crate::lint::read_as_dpkg;
use clap::Args;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::json;

use super::progress::Bytes;
use super::render::{self, Columns, line, section};
use super::session::{Answer, Failure, Session, unwritable};
use super::view::{Conffiles, Entry, View};
use extract::Extracting;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The package
    #[arg(value_name = "X.deb")]
    package: PathBuf,
    /// Print one file: a path, or the name of a file of the control archive such as `postinst`
    #[arg(long, value_name = "PATH", group = "what", conflicts_with = "json")]
    cat: Option<String>,
    /// Tell the largest folders
    #[arg(long, group = "what")]
    folders: bool,
    /// Compare all files with `md5sums`, and say so
    #[arg(long, group = "what")]
    verify: bool,
    /// Write a page for a browser, with a map of the contents
    #[arg(long, value_name = "FILE", group = "what", conflicts_with = "json")]
    html: Option<PathBuf>,
    #[command(flatten)]
    extracting: Extracting,
}

/// The most lines of `md5sums` that are kept in memory.
const MOST_LISTED: usize = 500_000;

/// The most files that `--verify` names.
const MOST_NAMED: usize = 100_000;

/// The consequence of findings that are errors.
const REFUSED: &str = ": dpkg would refuse the package, or it is not what it seems";

/// Prints the package, or what was asked for.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let deb = Deb::open(&arguments.package)?;
    if let Some(name) = &arguments.cat {
        return cat::print(&deb, name);
    }
    if let Some(path) = &arguments.html {
        page::refuse_other_file(path)?;
        let (page, findings) = session.watch("reading", &bytes(&deb), || page::of(&deb))?;
        fs::replace(path, page.as_bytes())?;
        let shown = format!("{}\n", path.display()).into_bytes();
        return session.judge(&findings, shown, REFUSED);
    }
    if let Some(path) = &arguments.extracting.extract {
        return arguments.extracting.run(&deb, path, session);
    }
    if arguments.folders {
        let (found, findings) = session.watch("reading", &bytes(&deb), || folders::of(&deb))?;
        let document = json!({ "folders": found, "findings": findings });
        let output = session.show(&document, || folders::text(&found));
        return session.judge(&findings, output, REFUSED);
    }
    if arguments.verify {
        return verify(&deb, session);
    }
    whole(&deb, session)
}

/// Returns the bytes of a package, to be watched.
fn bytes(deb: &Deb) -> Bytes {
    Bytes {
        total: deb.size,
        done: vec![deb.bytes_read().clone()],
    }
}

/// Compares the package's files with their sums.
fn verify(deb: &Deb, session: &Session) -> Answer {
    let conffiles = Conffiles::of(deb);
    let listed = listed(deb)?;
    let (mut compared, mut not_listed, mut unlisted_conffiles) = (0_usize, Vec::new(), 0_usize);
    let compare = |entry: &DataEntry, _: &mut dyn Read| {
        if entry.kind == DataKind::Regular {
            let name = relative(&entry.name);
            if listed.contains(name) {
                compared += 1;
            } else if Entry::written(entry, &conffiles).conffile {
                unlisted_conffiles += 1;
            } else if not_listed.len() < MOST_NAMED {
                not_listed.push(escape::bytes(name).into_owned());
            }
        }
        Ok::<_, ArchiveError>(())
    };
    let findings = session.watch("reading", &bytes(deb), || read_as_dpkg(deb, compare))?;
    let document = json!({
        "compared": compared, "conffiles-not-listed": unlisted_conffiles,
        "not-listed": not_listed, "findings": findings
    });
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let has_errors = findings.iter().any(is_error);
    let output = session.show(&document, || {
        let mut lines = Vec::new();
        if !has_errors {
            lines.push(format!("{compared} files, as `md5sums` says"));
        }
        if unlisted_conffiles > 0 {
            lines.push(format!(
                "{unlisted_conffiles} configuration files are not in it"
            ));
        }
        let others = not_listed.iter().map(|name| format!("not in it: /{name}"));
        lines.extend(others);
        lines.join("\n") + "\n"
    });
    if not_listed.is_empty() {
        return session.judge(&findings, output, REFUSED);
    }
    session.tell(&findings);
    Err(Failure::differs(output))
}

/// Returns the paths in `md5sums`.
fn listed(deb: &Deb) -> Result<HashSet<Vec<u8>>, ArchiveError> {
    let mut listed = HashSet::new();
    let Some(content) = deb.control_content("md5sums")? else {
        return Ok(listed);
    };
    for line in BufReader::new(content).split(b'\n').take(MOST_LISTED) {
        let line = line.map_err(|error| deb.damaged_control(&error))?;
        // A sum, two spaces and a path.
        listed.extend(line.get(34..).map(|path| relative(path).to_vec()));
    }
    Ok(listed)
}

/// Returns a name without what dpkg drops in front of it.
fn relative(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"/").or_else(|| name.strip_prefix(b"./")) {
        name = rest;
    }
    name
}

/// Prints the whole package.
fn whole(deb: &Deb, session: &Session) -> Answer {
    let mut output = BufWriter::new(io::stdout().lock());
    let printed = if session.json {
        document(deb, &mut output)
    } else {
        text(deb, &mut output)
    };
    let flushed = output.flush();
    let findings = match printed {
        Ok(findings) => findings,
        Err(Stopped::Package(error)) => return Err(error.into()),
        Err(Stopped::Output(error)) => return unwritable(&error).map(|()| Vec::new()),
    };
    flushed.or_else(|error| unwritable(&error))?;
    session.judge(&findings, Vec::new(), REFUSED)
}

/// The reasons to stop printing a package.
enum Stopped {
    /// The package is damaged.
    Package(ArchiveError),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<ArchiveError> for Stopped {
    fn from(error: ArchiveError) -> Self {
        Self::Package(error)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Prints the control archive file by file, then the contents.
fn text(deb: &Deb, output: &mut impl Write) -> Result<Vec<Finding>, Stopped> {
    for (name, file) in &deb.control {
        // Digests are for programs.
        if name == "md5sums" {
            continue;
        }
        writeln!(output, "{}", section(&member_name(name), &file.content))?;
    }
    for other in &deb.control_others {
        let target = escape::bytes(&other.target);
        let what = match other.kind {
            DataKind::Directory => "directory".to_owned(),
            DataKind::Symlink => format!("symlink to {target}"),
            DataKind::Hardlink => format!("hard link to {target}"),
            DataKind::Regular | DataKind::Other(_) => "no regular file".to_owned(),
        };
        writeln!(
            output,
            "{}",
            section(&member_name(&other.name), what.as_bytes())
        )?;
    }
    writeln!(output, "==> contents <==")?;
    let conffiles = Conffiles::of(deb);
    read_as_dpkg(deb, |entry, _| {
        let entry = Entry::written(entry, &conffiles);
        Ok(writeln!(output, "{}", line(&entry, Columns::UNSEEN))?)
    })
}

/// The name of a file of the control archive, which must not pass for the contents.
fn member_name(name: &str) -> String {
    match name {
        "contents" => "contents (control archive)".to_owned(),
        _ => name.to_owned(),
    }
}

/// Prints a package as one document.
fn document(deb: &Deb, output: &mut impl Write) -> Result<Vec<Finding>, Stopped> {
    let read = Reading {
        deb,
        conffiles: Conffiles::of(deb),
        findings: RefCell::default(),
        damage: RefCell::default(),
    };
    let document = Document {
        path: deb.path.display().to_string(),
        view: View::written(deb, &read.conffiles, Paths(&read)),
        members: Members(&read),
        findings: &read.findings,
    };
    let written = render::write(&document, output);
    if let Some(error) = read.damage.into_inner() {
        return Err(error.into());
    }
    written?;
    Ok(read.findings.into_inner())
}

/// A package that is read while its document is written.
struct Reading<'a> {
    deb: &'a Deb,
    conffiles: Conffiles<'a>,
    /// Holds what was found when the paths have been written.
    findings: RefCell<Vec<Finding>>,
    /// Holds what kept the package from being read.
    damage: RefCell<Option<ArchiveError>>,
}

#[derive(Serialize)]
struct Document<'a> {
    path: String,
    #[serde(flatten)]
    view: View<Paths<'a>>,
    members: Members<'a>,
    findings: &'a RefCell<Vec<Finding>>,
}

/// The text of each file of the control archive by its name.
struct Members<'a>(&'a Reading<'a>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(read) = self;
        let members = read.deb.control.iter();
        serializer.collect_map(members.map(|(name, file)| (name, Text(read, name, file))))
    }
}

/// The text of a file of the control archive, also of one that is too long to be in memory.
struct Text<'a>(&'a Reading<'a>, &'a str, &'a ControlArchiveFile);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(_, _, file) = self;
        if file.content.len() as u64 == file.size {
            return serializer.serialize_str(&String::from_utf8_lossy(&file.content));
        }
        serializer.collect_str(self)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(read, name, _) = self;
        let damaged = |error| {
            read.damage.replace(Some(error));
            fmt::Error
        };
        let content = read.deb.control_content(name).map_err(damaged)?;
        let mut content = content.ok_or(fmt::Error)?;
        let mut buffer = vec![0; 64 << 10];
        let mut length = 0;
        loop {
            let part = content.read(&mut buffer[length..]);
            let count = part.map_err(|e| damaged(read.deb.damaged_control(&e)))?;
            length += count;
            // A character may lie in two parts.
            let whole = match std::str::from_utf8(&buffer[..length]) {
                Err(error) if count > 0 && error.error_len().is_none() => error.valid_up_to(),
                _ => length,
            };
            f.write_str(&String::from_utf8_lossy(&buffer[..whole]))?;
            buffer.copy_within(whole..length, 0);
            length -= whole;
            if count == 0 {
                return Ok(());
            }
        }
    }
}

/// The paths, read as they are written.
struct Paths<'a>(&'a Reading<'a>);

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        enum Stop<E> {
            Package(ArchiveError),
            Output(E),
        }
        impl<E> From<ArchiveError> for Stop<E> {
            fn from(error: ArchiveError) -> Self {
                Self::Package(error)
            }
        }
        let Self(read) = self;
        let mut list = serializer.serialize_seq(None)?;
        let found = read_as_dpkg(read.deb, |entry, _| {
            list.serialize_element(&Entry::written(entry, &read.conffiles))
                .map_err(Stop::Output)
        });
        match found {
            Ok(findings) => {
                read.findings.replace(findings);
                list.end()
            }
            Err(Stop::Output(error)) => Err(error),
            Err(Stop::Package(error)) => {
                let message = error.to_string();
                read.damage.replace(Some(error));
                Err(serde::ser::Error::custom(message))
            }
        }
    }
}
