//! The judgement of dpkg on a package that it unpacks, whoever made the package: what it refuses,
//! and what it would believe though it is damaged or meant to deceive.

mod control;
mod control_archive;
mod control_values;
mod paths;
mod sums;
mod tally;

use std::io::{self, Read};

use crate::deb::{ArchiveError, DataEntry, DataKind, Deb, Member};
use crate::finding::{Finding, tags};

pub(crate) use control::Fields;
pub(super) use tally::Tally;

use paths::Paths;
use sums::{Hashing, ListedSums};

/// Reads a package from its start to its end, hands every entry of the data archive to `visit`, and
/// returns what dpkg would refuse, what is damaged and what is hidden.
///
/// # Errors
/// The error of `visit`, and [`ArchiveError`] where the package cannot be read or is damaged.
pub fn read_as_dpkg<E: From<ArchiveError>>(
    deb: &Deb,
    mut visit: impl FnMut(&DataEntry, &mut dyn Read) -> Result<(), E>,
) -> Result<Vec<Finding>, E> {
    let mut tally = Tally::default();
    outer(deb, &mut tally);
    let mut paths = Paths::without(control_archive::check(deb, &mut tally));
    let mut sums = ListedSums::read(deb, &mut tally)?;
    let behind = deb.for_each_data_entry(|entry, content| {
        paths.entry(entry, &mut tally);
        let listed = sums.find(&entry.name);
        let Some(listed) = listed.filter(|_| entry.kind == DataKind::Regular) else {
            return visit(entry, content);
        };
        let mut hashing = Hashing::new(content);
        visit(entry, &mut hashing)?;
        let damaged = |e| E::from(deb.damaged_data(&e));
        io::copy(&mut hashing, &mut io::sink()).map_err(damaged)?;
        if !hashing.is(listed) {
            let name = crate::escape::bytes(&entry.name);
            tally.tell_at(&name, tags::MD5SUM_DIFFERS, || {
                format!("`{name}` has another content than `md5sums` says: the package is damaged")
            });
        }
        Ok(())
    })?;
    paths.finish(&mut tally);
    sums.finish(&mut tally);
    behind_stream(deb.control_member(), deb.behind_control, &mut tally);
    behind_stream(deb.data_member(), behind, &mut tally);
    Ok(tally.finish())
}

/// dpkg stops where the compressed stream ends, and what comes then is lost; where it is more than
/// the pipe to the decompressor holds, dpkg fails. A damaged beginning of gzip's next member looks
/// like it.
fn behind_stream(member: &Member, behind: u64, tally: &mut Tally) {
    if behind > 0 {
        tally.tell(tags::BYTES_BEHIND_STREAM, || {
            let name = crate::escape::line(&member.name);
            format!("{behind} bytes of `{name}` lie behind the end of the compressed stream")
        });
    }
}

/// Returns the findings about the outer archive.
fn outer(deb: &Deb, tally: &mut Tally) {
    if deb.data_member().size == 0 {
        tally.tell(tags::DATA_ARCHIVE_EMPTY, || {
            "the data archive has no bytes, which dpkg of Debian 14 refuses".into()
        });
    }
    if deb.size % 2 == 1 {
        tally.tell(tags::ODD_LENGTH, || {
            "the package has an odd number of bytes, which dpkg of Debian 14 refuses".into()
        });
    }
}
