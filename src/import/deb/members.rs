//! The rest of the control archive: scripts, triggers, conffiles, further files.

use std::path::{Path, PathBuf};

use crate::deb::{ControlArchiveFile, Deb};
use crate::deployment::Snippets;
use crate::escape;
use crate::import::notes::Notes;
use crate::import::triggers;
use crate::manifest::MemberName;
use crate::manifest::draft::{Draft, Text};
use crate::tree::{Kind, PackagePath};
use crate::unpack::Listing;

/// The maintainer scripts, in the order of a package's life.
const SCRIPTS: [&str; 4] = ["preinst", "postinst", "prerm", "postrm"];

/// The files that become something else.
const READ: [&str; 4] = ["control", "conffiles", "md5sums", "triggers"];

/// The files of a control archive that are unpacked.
pub(super) struct Members {
    /// The files by their paths in the folder.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
    /// True where there are scripts.
    pub(super) has_scripts: bool,
    /// True where a script runs before dpkg unpacks the files.
    pub(super) has_preinst: bool,
}

/// Writes `[scripts]`, `[triggers]` and `[control-files]`.
pub(super) fn write(
    deb: &Deb,
    folder: &str,
    listing: &Listing,
    draft: &mut Draft,
    notes: &mut Notes,
) -> Members {
    let mut files = Vec::new();
    let mut has_scripts = false;
    let mut has_preinst = false;
    for name in SCRIPTS {
        let Some(file) = deb.control.get(name) else {
            continue;
        };
        let path = Path::new("scripts").join(name);
        let shown = format!("{folder}/scripts/{name}");
        if let Some(fault) = fault_of_script(file) {
            draft.table("scripts").propose(name, Text::verbatim(&shown));
            let what = format!("script `{name}` is left out: it {fault}");
            notes.left_out(None, &what, "write one that does the same");
        } else {
            draft.table("scripts").set(name, Text::verbatim(&shown));
            has_scripts = true;
            has_preinst |= name == "preinst";
        }
        files.push((path, file.content.clone()));
    }
    let snippets = Snippets::of(&listing.tree);
    if has_scripts || !snippets.sysusers.is_empty() || !snippets.tmpfiles.is_empty() {
        let table = draft.table("scripts");
        table.comment("They do all that is done: reldeb adds nothing.");
        table.set("alone", true);
    }
    if let Some(file) = deb.control.get("triggers") {
        let text = String::from_utf8_lossy(&file.content);
        triggers::write(&text, draft.table("triggers"), notes);
    }
    conffiles(deb, listing, notes);
    further(deb, folder, draft, notes, &mut files);
    Members {
        files,
        has_scripts,
        has_preinst,
    }
}

/// Returns why a script cannot be one of `[scripts]`.
fn fault_of_script(file: &ControlArchiveFile) -> Option<&'static str> {
    if file.content.starts_with(b"\x7fELF") {
        Some("is a program, not a script")
    } else if std::str::from_utf8(&file.content).is_err() {
        Some("is not UTF-8")
    } else {
        None
    }
}

/// Tells of the lines of conffiles that have no equivalent.
fn conffiles(deb: &Deb, listing: &Listing, notes: &mut Notes) {
    let Some(file) = deb.control.get("conffiles") else {
        return;
    };
    for line in String::from_utf8_lossy(&file.content).lines() {
        let line = line.trim_end();
        if let Some(path) = line.strip_prefix("remove-on-upgrade ") {
            let what = format!("`remove-on-upgrade {path}` of conffiles is left out");
            let instead = "write `dpkg-maintscript-helper rm_conffile` into the scripts";
            notes.left_out(None, &what, instead);
            continue;
        }
        let entry = PackagePath::new(line);
        let entry = entry.ok().and_then(|path| listing.tree.get(&path));
        let is_file = entry.is_some_and(|entry| matches!(entry.kind, Kind::Regular { .. }));
        if !is_file && !line.is_empty() {
            let what = format!("conffile `{}` is left out", escape::line(line));
            notes.left_out(None, &what, "the package has no file there");
        }
    }
}

/// Writes `[control-files]`.
fn further(
    deb: &Deb,
    folder: &str,
    draft: &mut Draft,
    notes: &mut Notes,
    files: &mut Vec<(PathBuf, Vec<u8>)>,
) {
    for (name, file) in &deb.control {
        if SCRIPTS.contains(&name.as_str()) || READ.contains(&name.as_str()) {
            continue;
        }
        match name.parse::<MemberName>() {
            Ok(_) => {
                let source = format!("{folder}/control/{name}");
                draft.table("control-files").set(name.as_str(), source);
                files.push((Path::new("control").join(name), file.content.clone()));
            }
            Err(error) => {
                let shown = escape::line(name);
                let what = format!("control file `{shown}` is left out: {error}");
                notes.left_out(None, &what, "nothing has to be done");
            }
        }
    }
    for other in &deb.control_others {
        let shown = escape::line(&other.name);
        let what = format!("`{shown}` of the control archive is left out: it is no file");
        notes.left_out(None, &what, "nothing has to be done");
    }
}
