//! Causes by which a package becomes another one at each build.

use super::linter::Item;
use super::unpack::Tally;
use crate::escape;
use crate::finding::tags;

/// The start of 1975, in seconds: before it, no package was made.
const EARLIEST: i64 = 157_766_400;

/// Checks a path.
pub(super) fn check(item: &Item, found: &mut Tally) {
    let shown = escape::line(item.path);
    if item.is_file()
        && item.head.starts_with(b"\x1f\x8b\x08")
        && item.path.starts_with("/usr/share/")
    {
        let time = item.head.get(4..8).unwrap_or_default();
        if time.iter().any(|byte| *byte != 0) && !is_of_entry(time, item.entry.mtime) {
            found.tell_at(&shown, tags::TIME_IN_GZIP, || {
                format!("`{shown}` holds the time at which it was compressed")
            });
        }
    }
    if item.entry.mtime < EARLIEST && item.is_file() {
        found.tell_at(&shown, tags::FILE_ANCIENT, || {
            format!("`{shown}` is from before 1975")
        });
    }
    if (item.is_file() || item.is_directory())
        && [0o664, 0o775].contains(&item.mode())
        && item.is_below("/usr")
    {
        found.tell_at(&shown, tags::MODE_OF_UMASK, || {
            format!(
                "`{shown}` has mode {:04o}, as a umask of 002 makes it",
                item.mode()
            )
        });
    }
    if let Some(path) = item.build_path {
        found.tell_at(&shown, tags::BUILD_PATH, || {
            format!("`{shown}` holds the path `{}`", escape::line(path))
        });
    }
}

/// Returns whether the time in a file is that of the file: then it is as reproducible as that.
fn is_of_entry(time: &[u8], mtime: i64) -> bool {
    let Ok(bytes) = <[u8; 4]>::try_from(time) else {
        return true;
    };
    i64::from(u32::from_le_bytes(bytes)) == mtime
}
