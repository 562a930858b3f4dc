//! `dh_fixperms`: the modes that it gives to files by their paths, as `mode` of `[files]` says them.

use super::folder::Folder;
use super::listed::Listed;
use super::{Package, rules};
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

/// Gives them to the entries whose sources have others.
pub(super) fn fix(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
) -> Result<(), ImportError> {
    let command = "dh_fixperms";
    if !rules::runs(&folder.on_disk("debian/rules"), command)?
        || folder.rules.skips(command, package)
    {
        return Ok(());
    }
    let excludes = folder.rules.excludes(command, package);
    let start = format!("debian/{}", package.name);
    listed.set_each(folder, "mode", |target, source| {
        let path = format!("{start}{target}");
        if excludes.iter().any(|it| path.contains(it)) {
            return None;
        }
        let metadata = fs::metadata(&folder.beside(source)).ok()?;
        let is_executable = fs::mode(&metadata) & 0o111 != 0;
        metadata
            .is_file()
            .then(|| mode_of(target, is_executable))
            .flatten()
            .map(Value::from)
    });
    Ok(())
}

/// Returns the mode of a file whose source has another.
fn mode_of(target: &str, is_executable: bool) -> Option<&'static str> {
    let (directory, name) = target.rsplit_once('/')?;
    if PROGRAMS.contains(&directory) {
        return (!is_executable).then_some("0755");
    }
    let is_example = target.starts_with("/usr/share/doc/") && target.contains("/examples/");
    let is_plain = PLAIN.iter().any(|it| target.starts_with(it)) && !is_example;
    let is_library =
        [".a", ".la", ".so"].iter().any(|it| name.ends_with(it)) || name.contains(".so.");
    (is_executable && (is_plain || is_library)).then_some("0644")
}
