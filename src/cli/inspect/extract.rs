//! The files of a package in a folder.

use std::path::{Path, PathBuf};

use crate::deb::Deb;
use crate::finding::Finding;
use crate::lint::read_as_dpkg;
use crate::unpack::{Listing, Modes, NewFolder, UnpackError, Unpacking};
use clap::Args;
use serde_json::json;

use super::super::progress::Bytes;
use super::super::session::{Answer, Session};
use super::REFUSED;

#[derive(Debug, Args)]
pub(super) struct Extracting {
    /// Unpack the files to a folder that is new or empty
    #[arg(long, value_name = "DIRECTORY", group = "what")]
    pub(super) extract: Option<PathBuf>,
    /// Unpack also the files of the control archive, to DIRECTORY/DEBIAN
    #[arg(long, requires = "extract")]
    control: bool,
    /// Keep setuid, setgid and the sticky bit of what is unpacked
    #[arg(long, requires = "extract")]
    special_modes: bool,
}

impl Extracting {
    /// Unpacks a package, whole or not at all; also one that dpkg would refuse, and says so.
    pub(super) fn run(&self, deb: &Deb, path: &Path, session: &Session) -> Answer {
        let bytes = Bytes {
            // It is read twice.
            total: deb.size.saturating_mul(2),
            ..super::bytes(deb)
        };
        let findings = session.watch("unpacking", &bytes, || self.unpack(deb, path))?;
        let shown = path.display().to_string();
        let document = json!({ "path": shown, "findings": findings });
        let output = session.show(&document, || format!("{shown}\n"));
        session.judge(&findings, output, REFUSED)
    }

    fn unpack(&self, deb: &Deb, path: &Path) -> Result<Vec<Finding>, UnpackError> {
        let modes = if self.special_modes {
            Modes::All
        } else {
            Modes::Plain
        };
        let listing = Listing::read(deb)?;
        let folder = NewFolder::at(path)?;
        let root = folder.inner().to_owned();
        let unpacking = Unpacking::begin(deb, &listing, root, modes)?;
        if self.control {
            unpacking.write_control()?;
        }
        let findings = read_as_dpkg(deb, |entry, content| unpacking.write_entry(entry, content))?;
        unpacking.link()?;
        folder.keep()?;
        listing.set_directory_modes(path, modes)?;
        Ok(findings)
    }
}
