//! `dh_fixperms`: the modes that it gives to files by their paths, as `mode` of `[files]` says them.

use super::folder::Folder;
use super::listed::Listed;
use super::{Package, Writing, excludes, rules};
use crate::finding::tags;
use crate::fs;
use crate::import::ImportError;
use crate::manifest::draft::Value;

/// The folders with programs alone.
const PROGRAMS: [&str; 6] = [
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/sbin",
    "/usr/games",
    "/etc/init.d",
];

/// The folders without programs.
const PLAIN: [&str; 5] = [
    "/usr/include/",
    "/usr/share/applications/",
    "/usr/share/doc/",
    "/usr/share/lintian/overrides/",
    "/usr/share/man/",
];

/// Gives them to the entries whose sources have others, and warns of programs that nobody may execute.
pub(super) fn fix(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let command = "dh_fixperms";
    let runs = rules::runs(&folder.on_disk("debian/rules"), command)?
        && !folder.rules.skips(command, package);
    let excluded = folder.rules.excludes(command, package);
    let start = format!("debian/{}", package.name);
    let mut dead = Vec::new();
    listed.set_each(folder, "mode", |target, source| {
        let metadata = fs::metadata(&folder.beside(source)).ok()?;
        if !metadata.is_file() {
            return None;
        }
        let is_executable = fs::mode(&metadata) & 0o111 != 0;
        if runs && !excludes::leave_out(&excluded, &format!("{start}{target}")) {
            return mode_of(target, is_executable).map(Value::from);
        }
        if is_of_programs(target) && !is_executable {
            dead.push((target.to_owned(), source.to_owned()));
        }
        None
    });
    for (target, source) in dead {
        let what = format!("`{target}` is not executable: `{source}` is not");
        let hint = "write `mode = \"0755\"` into its entry of `[files]`, or put data elsewhere";
        let notes = &mut writing.notes;
        notes.add(tags::IMPORT_NOT_EXECUTABLE, None, &what, hint);
    }
    Ok(())
}

/// Returns whether a path is right in a folder with programs alone.
fn is_of_programs(target: &str) -> bool {
    let directory = target.rsplit_once('/').map(|(directory, _)| directory);
    directory.is_some_and(|directory| PROGRAMS.contains(&directory))
}

/// Returns the mode of a file whose source has another.
fn mode_of(target: &str, is_executable: bool) -> Option<&'static str> {
    let (_, name) = target.rsplit_once('/')?;
    if is_of_programs(target) {
        return (!is_executable).then_some("0755");
    }
    let is_example = target.starts_with("/usr/share/doc/") && target.contains("/examples/");
    let is_plain = PLAIN.iter().any(|it| target.starts_with(it)) && !is_example;
    let is_library =
        [".a", ".la", ".so"].iter().any(|it| name.ends_with(it)) || name.contains(".so.");
    (is_executable && (is_plain || is_library)).then_some("0644")
}
