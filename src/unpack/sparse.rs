//! A copy that leaves out what is zero: a file of a terabyte of zeros takes no space.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};

/// The bytes that are read at once, and the least hole.
const CHUNK: usize = 64 << 10;

/// The side of a copy that failed.
pub(super) enum Stopped {
    Read(io::Error),
    Write(io::Error),
}

/// Copies to a new file, with holes for chunks of zeros. Returns the number of bytes.
pub(super) fn copy(content: &mut dyn Read, file: &mut File) -> Result<u64, Stopped> {
    let mut chunk = vec![0; CHUNK];
    let mut copied: u64 = 0;
    let mut is_hole = false;
    loop {
        let length = fill(content, &mut chunk).map_err(Stopped::Read)?;
        copied += length as u64;
        let bytes = &chunk[..length];
        is_hole = length == CHUNK && bytes.iter().all(|byte| *byte == 0) || is_hole && length == 0;
        if is_hole && length > 0 {
            let at = SeekFrom::Start(copied);
            file.seek(at).map_err(Stopped::Write)?;
        } else if !is_hole {
            file.write_all(bytes).map_err(Stopped::Write)?;
        }
        if length < CHUNK {
            break;
        }
    }
    if is_hole {
        file.set_len(copied).map_err(Stopped::Write)?;
    }
    Ok(copied)
}

/// Reads until the buffer is full or the content ends.
fn fill(content: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match content.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs;

    #[test]
    fn the_bytes_are_the_same() {
        let zeros = |count| vec![0; count];
        let text = b"text".to_vec();
        for bytes in [
            vec![],
            text.clone(),
            zeros(CHUNK),
            zeros(3 * CHUNK + 1),
            [zeros(2 * CHUNK), text.clone()].concat(),
            [text, zeros(4 * CHUNK)].concat(),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x");
            let mut file = File::create_new(&path).unwrap();
            let copied = copy(&mut &*bytes, &mut file).ok();
            assert_eq!(copied, Some(bytes.len() as u64));
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }
}
