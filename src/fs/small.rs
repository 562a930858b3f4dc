//! Files that others have written, such as manifests of other tools: never a device, and never without end.

use std::io::{self, Read};
use std::path::Path;

use super::{FsError, expect_plain, open};

/// The most that such a file may have.
const MOST_MIB: u64 = 16;

/// Reads a whole file that is expected to be small: no other thing than a file, and none of more than 16 MiB.
///
/// # Errors
/// [`FsError`].
pub(crate) fn read_small(path: &Path) -> Result<Vec<u8>, FsError> {
    let failed = |error| FsError::new("read", path, error);
    expect_plain(path)?;
    let most = MOST_MIB << 20;
    let mut content = Vec::new();
    let file = open(path)?;
    file.take(most + 1)
        .read_to_end(&mut content)
        .map_err(failed)?;
    if content.len() as u64 > most {
        let message = format!("it has more than {MOST_MIB} MiB, expected at most that");
        return Err(failed(io::Error::other(message)));
    }
    Ok(content)
}

/// Reads a whole file of UTF-8 text, as [`read_small`] does.
///
/// # Errors
/// [`FsError`].
pub(crate) fn read_small_text(path: &Path) -> Result<String, FsError> {
    String::from_utf8(read_small(path)?).map_err(|_| {
        let message = "stream did not contain valid UTF-8";
        let error = io::Error::new(io::ErrorKind::InvalidData, message);
        FsError::new("read", path, error)
    })
}
