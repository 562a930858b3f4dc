//! `dh_fixperms`: the modes that it gives to files by their paths, as `mode` of `[files]` says them.

use super::folder::{Folder, Listed};
use crate::fs;
use crate::import::{ImportError, control_text};

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
pub(super) fn fix(folder: &Folder<'_>, listed: &mut Listed) -> Result<(), ImportError> {
    let rules = folder.on_disk("debian/rules");
    if rules.is_file() {
        let bytes = fs::read_small(&rules)?;
        let text = control_text::utf8(&rules, &bytes)?;
        let has = |start: &str| text.lines().any(|line| line.starts_with(start));
        if has("override_dh_fixperms") && !has("\tdh_fixperms") {
            return Ok(());
        }
    }
    listed.set_modes(folder, |target, source| {
        let metadata = fs::metadata(&folder.beside(source)).ok()?;
        let is_executable = fs::mode(&metadata) & 0o111 != 0;
        metadata
            .is_file()
            .then(|| mode_of(target, is_executable))
            .flatten()
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
