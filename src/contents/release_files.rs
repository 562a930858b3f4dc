//! The release below its target, with modes made the same for every umask and its secrets left out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::PopulateError;
use super::access::{Access, SourceFile};
use super::claims::Claims;
use crate::deb::MODULE_LIMIT;
use crate::fs;
use crate::plan::PackagePlan;
use crate::release::{CookieValue, FileKind, Release, ReleaseFile, kept_off_command_lines};
use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, SourcePath};

/// Claims every path of the release. Takes the release's list of files and frees each in turn:
/// the lists of many files are megabytes.
pub(super) fn claim(
    plan: &PackagePlan,
    release: &mut Release,
    access: &mut Access<'_>,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    let files = std::mem::take(&mut release.files);
    claims.expect(files.len());
    let private = Private::of(&files);
    let root = Entry::directory(Origin::Release(".".into()));
    let above = release.path.components().count();
    claims.claim_below(&plan.target, plan.target.clone(), root);
    for file in files {
        let is = |path: &PathBuf| !plan.keep_cookie && file.relative() == *path;
        // A cookie that all installations share is no secret, so each machine makes its own.
        if release.configuration.cookie_file.as_ref().is_some_and(is) {
            continue;
        }
        let mut cookies = release.configuration.cookies.iter();
        let has_cookie = cookies.any(|it| it.value == CookieValue::Argument && is(&it.file));
        let is_configuration = plan
            .configuration
            .iter()
            .any(|path| file.relative() == *path);
        let Some(path) = place(plan, &file)? else {
            continue;
        };
        let source: Arc<Path> = release.source(&file).into();
        let rewritten = if has_cookie {
            Some(without_cookie(&fs::read(&source)?))
        } else if plan.deployment.cookie && may_pass_cookie(&file) {
            let script = String::from_utf8(fs::read(&source)?).ok();
            let kept = script.as_deref().and_then(kept_off_command_lines);
            kept.map(String::into_bytes)
        } else {
            None
        };
        let origin = match &file.source {
            None => SourcePath::new(Arc::clone(&source), above),
            Some(_) => file.relative().into(),
        };
        let found = SourceFile {
            executable: is_run(&file),
            private: private.has(&file),
            ..SourceFile::of_mode(file.mode)
        };
        let is_regular = matches!(file.kind, FileKind::Regular { .. });
        let mut entry = entry(plan, source, Origin::Release(origin), file);
        if is_regular {
            access.give(&path, &mut entry, found, private.all);
        }
        if let (Some(text), Kind::Regular { content, .. }) = (rewritten, &mut entry.kind) {
            *content = Content::Bytes(Arc::from(text));
        }
        if is_configuration {
            entry = move_to_etc(plan, path.file_name(), entry, claims)?;
        }
        claims.claim_below(&plan.target, path, entry);
    }
    claim_links(plan, claims);
    Ok(())
}

/// Claims the links to directories of the service.
fn claim_links(plan: &PackagePlan, claims: &mut Claims) {
    for writable in &plan.deployment.writable {
        let origin = Origin::Release(Path::new(&writable.name).into());
        let link = Entry::symlink(writable.directory().as_bytes(), origin);
        claims.claim_below(&plan.target, writable.link.clone(), link);
    }
}

/// Returns where a file of the release goes. What lies in a directory of the service is kept elsewhere,
/// to be copied there once; `None`: there is nothing to keep.
fn place(plan: &PackagePlan, file: &ReleaseFile) -> Result<Option<PackagePath>, PopulateError> {
    for writable in &plan.deployment.writable {
        let below = file.path.strip_prefix(writable.name.as_bytes());
        match below.map(|below| below.split_first()) {
            Some(None) => return Ok(writable.seed.clone()),
            Some(Some((b'/', below))) => {
                let seed = writable.seed.as_ref();
                return Ok(seed.map(|seed| seed.join(below)).transpose()?);
            }
            _ => {}
        }
    }
    Ok(Some(plan.target.join(&file.path)?))
}

/// The files of a release that others may not read on the build machine.
struct Private {
    /// True where all are private, which says nothing about a single file.
    all: bool,
    /// Directories that others may not enter.
    directories: Vec<Vec<u8>>,
}

impl Private {
    fn of(files: &[ReleaseFile]) -> Self {
        let closed =
            |file: &&ReleaseFile| file.kind == FileKind::Directory && file.mode & 0o001 == 0;
        let directories = files.iter().filter(closed);
        let mut private = Self {
            all: false,
            directories: directories.map(|file| file.path.clone()).collect(),
        };
        let mut regular = files
            .iter()
            .filter(|file| matches!(file.kind, FileKind::Regular { .. }))
            .peekable();
        private.all = regular.peek().is_some() && regular.all(|file| private.has(file));
        private
    }

    fn has(&self, file: &ReleaseFile) -> bool {
        let below = |directory: &Vec<u8>| {
            let rest = file.path.strip_prefix(directory.as_slice());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        };
        SourceFile::of_mode(file.mode).private || self.directories.iter().any(below)
    }
}

/// Gives a file of the release to the sysadmin: it becomes a conffile, and a link takes its
/// place, so that the start script, remote commands included, reads what the sysadmin wrote. It
/// may hold secrets, so only the service's group reads it.
fn move_to_etc(
    plan: &PackagePlan,
    name: &[u8],
    mut entry: Entry,
    claims: &mut Claims,
) -> Result<Entry, PopulateError> {
    let path = plan.deployment.directories.configuration.join(name)?;
    let link = Entry::symlink(path.as_bytes(), entry.origin.clone());
    if let Some(account) = &plan.deployment.account {
        entry.owner = Owner::new(entry.owner.user(), account.group.as_str());
    }
    entry.mode = 0o640;
    claims.claim_rendered(path, entry);
    Ok(link)
}

/// Claims a link in /usr/bin for each program of a plain release but the service's, which has a command
/// of its own: they are commands for everybody.
pub(super) fn claim_commands(
    plan: &PackagePlan,
    release: &Release,
    claims: &mut Claims,
) -> Result<(), PopulateError> {
    if !release.kind.has_commands {
        return Ok(());
    }
    let program = plan.deployment.program.as_ref();
    let served = program.filter(|_| plan.deployment.service.is_some());
    let command = plan.deployment.command.as_ref();
    for program in &release.programs {
        let target = plan.target.join(fs::path_bytes(program))?;
        let path = PackagePath::new(b"/usr/bin")?.join(target.file_name())?;
        let is_run = served.is_some_and(|served| target == served.path);
        let is_taken = command.is_some_and(|it| target.file_name() == it.name.as_bytes());
        if is_run || is_taken {
            continue;
        }
        let link = Entry::symlink(target.as_bytes(), Origin::Release(program.into()));
        claims.claim_rendered(path, link);
    }
    Ok(())
}

/// Returns the entry for a file of the release; `path` is its place on the build machine.
fn entry(plan: &PackagePlan, path: Arc<Path>, origin: Origin, file: ReleaseFile) -> Entry {
    let is_module = file.path.ends_with(b".beam");
    let is_executable = is_run(&file);
    match file.kind {
        FileKind::Directory => Entry::directory(origin),
        FileKind::Symlink { target } => Entry::symlink(target, origin),
        FileKind::Regular { size } => {
            // Old versions of relx write 0777; setuid in a release is never meant.
            let mode = if is_executable { 0o755 } else { 0o644 };
            let content = if plan.strip && is_module && size <= MODULE_LIMIT {
                Content::Beam { path, size }
            } else {
                Content::File { path, size }
            };
            let mut entry = Entry::regular(content, mode, origin);
            entry.has_twin = file.has_twin;
            entry
        }
    }
}

fn is_run(file: &ReleaseFile) -> bool {
    file.is_executable() && !is_never_run(file.file_name())
}

/// Returns whether a file needs no execute bit by its name: shared libraries, which the
/// loader maps, and scripts for Windows. Build tools make them executable, policy 8.1 and
/// 10.9 want them plain.
fn is_never_run(name: &[u8]) -> bool {
    const ENDS: [&[u8]; 4] = [b".so", b".bat", b".cmd", b".ps1"];
    ENDS.iter().any(|end| name.ends_with(end)) || name.windows(4).any(|part| part == b".so.")
}

/// The greatest size of a start script in bytes: larger files in `bin/` are programs.
const LARGEST_SCRIPT: u64 = 1 << 20;

/// Returns whether a file can be a script that passes the cookie to commands: relx and mix put
/// those in `bin/`.
fn may_pass_cookie(file: &ReleaseFile) -> bool {
    let in_bin = file.path.strip_prefix(b"bin/");
    in_bin.is_some_and(|name| !name.contains(&b'/'))
        && matches!(file.kind, FileKind::Regular { size } if size <= LARGEST_SCRIPT)
}

/// Returns the text of a `vm.args` without `-setcookie` and its value. A value that relx fills
/// in at start (`${COOKIE}`) stays: it is not in the release.
fn without_cookie(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let comment = line.trim_start().starts_with('#');
        let mut words = line
            .split_whitespace()
            .skip_while(|word| *word != "-setcookie");
        let value = words.nth(1);
        match value.filter(|value| !comment && !value.starts_with('$')) {
            None => kept.push_str(line),
            Some(value) => {
                let mut rest = line.split_whitespace().peekable();
                let mut others = Vec::new();
                while let Some(word) = rest.next() {
                    if word == "-setcookie" && rest.peek() == Some(&value) {
                        rest.next();
                    } else {
                        others.push(word);
                    }
                }
                if !others.is_empty() {
                    kept.push_str(&others.join(" "));
                    kept.push('\n');
                }
            }
        }
    }
    kept.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_batch_files_are_not_executable() {
        for (name, expected) in [
            ("crypto.so", true),
            ("libx.so.1", true),
            ("tally.bat", true),
            ("tally", false),
        ] {
            assert_eq!(is_never_run(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn a_cookie_is_left_out_of_vm_args() {
        let case = |text: &str, expected: &str| {
            assert_eq!(
                String::from_utf8(without_cookie(text.as_bytes())).unwrap(),
                expected,
                "{text}"
            );
        };
        case("-sname a\n-setcookie b\n+K true\n", "-sname a\n+K true\n");
        case("-sname a -setcookie b +K true\n", "-sname a +K true\n");
        case("# -setcookie b\n", "# -setcookie b\n");
        case("-setcookie ${COOKIE}\n", "-setcookie ${COOKIE}\n");
        case("-sname a", "-sname a");
    }
}
