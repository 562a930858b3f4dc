//! `reldeb import` of a package: a manifest of its control file and scripts, beside a folder with its
//! files.

mod fields;
mod files;
mod members;
mod unpack;

use std::path::{Path, PathBuf};

use super::notes::Notes;
use super::{ImportEnvironment, ImportError, Place, Reading, control_text};
use crate::contents::{tags_of_faults, would_compress};
use crate::deb::Deb;
use crate::debian::Stanza;
use crate::finding::tags;
use crate::manifest::draft::{Draft, Value};
use crate::unpack::Listing;

pub(super) use unpack::Unpacking;

/// The folder of the package's files, below that of the import.
const ROOT: &str = "root";

/// Reads it.
pub(super) fn read(
    path: &Path,
    place: &Place,
    environment: &ImportEnvironment,
) -> Result<Reading, ImportError> {
    let deb = Deb::open(path)?;
    let shown = PathBuf::from(format!("{}: control", path.display()));
    let control = deb.control.get("control").map_or(&[][..], |it| &it.content);
    let stanza = control_text::read_one(&shown, control)?;
    let name = control_text::package_name(&shown, &stanza)?;
    let listing = Listing::read(&deb)?;
    let mut notes = Notes::about(path);
    let mut draft = Draft::default();
    let folder = name.as_str();
    draft.comment(&format!(
        "Made of {}. Its files are in {folder}/{ROOT}.",
        path.file_name().unwrap_or_default().to_string_lossy()
    ));
    fields::write(&stanza, &listing, environment, &mut draft, &mut notes);
    let members = members::write(&deb, folder, &listing, &mut draft, &mut notes);
    let entries = files::Entries {
        tree: &listing.tree,
        folder,
        is_as_it_is: would_compress(&listing.tree, folder),
        makes_users: members.has_preinst || stanza.get("Pre-Depends").is_some(),
    };
    entries.write(&mut draft, &mut notes);
    allow(&stanza, &listing, members.has_scripts, &mut draft);
    Ok(Reading {
        draft,
        notes,
        folder: Some(Unpacking {
            path: place.beside(folder),
            files: members.files,
            listing,
            deb,
        }),
        ..Reading::default()
    })
}

/// Has the build take the package as it is.
fn allow(stanza: &Stanza, listing: &Listing, has_scripts: bool, draft: &mut Draft) {
    let mut allowed = tags_of_faults(&listing.tree);
    if files::has_unusual_shared(&listing.tree) && !allowed.contains(&tags::PATH_OF_DEBIAN) {
        allowed.push(tags::PATH_OF_DEBIAN);
    }
    if stanza.get("Architecture") != Some("all") {
        // Its relations say who brings its libraries.
        allowed.extend([
            tags::LIBRARY_NOT_FOUND,
            tags::LIBRARY_NOT_SEARCHED,
            tags::LOADER_NOT_FOUND,
        ]);
    }
    // `Source: at (3.2-1)` of `3.2-1+b1`: a rebuild has the changelog of what was built again.
    if stanza.get("Source").is_some_and(|it| it.contains('(')) {
        allowed.push(tags::CHANGELOG_OF_ANOTHER_VERSION);
    }
    if has_scripts {
        allowed.push(tags::SCRIPT_SHELLCHECK);
    }
    if !allowed.is_empty() {
        let reason = || Value::from("as it was in the package");
        let allowed = allowed.iter().map(|tag| (tag.name.into(), reason()));
        let table = draft.table("check");
        table.set("allow", Value::Table(allowed.collect()));
    }
}
