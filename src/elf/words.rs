//! The words in programs that lintian takes for mistakes.

use std::io::{ErrorKind, Read, Result};

use memchr::memmem;

/// Words of the programs of ERTS.
const WORDS: [&[u8]; 2] = [b"dont", b"temporarly"];
/// The bytes that are read at once.
const CHUNK: usize = 64 << 10;
/// The bytes of a chunk that are looked at again with the next one: a word, the byte before it, and two
/// behind it.
const OVERLAP: usize = 16;

/// Returns whether a program has such a word; it is read to that place. A word ends where it does in the
/// output of strings(1): at a blank, or at any byte that is no printable character.
pub(super) fn is_misspelt(mut program: impl Read) -> Result<bool> {
    let mut chunk = vec![0; CHUNK];
    let (mut filled, mut is_first) = (0, true);
    loop {
        let count = match program.read(&mut chunk[filled..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        filled += count;
        if has_word(&chunk[..filled], is_first, count == 0) {
            return Ok(true);
        }
        if count == 0 {
            return Ok(false);
        }
        if filled > OVERLAP {
            chunk.copy_within(filled - OVERLAP..filled, 0);
            (filled, is_first) = (OVERLAP, false);
        }
    }
}

/// Returns whether there is a whole word in a chunk, but for those at an end of it that is none of the
/// program.
fn has_word(chunk: &[u8], is_first: bool, is_last: bool) -> bool {
    let in_word = |byte: Option<&u8>| byte.is_some_and(|byte| (b'!'..=b'~').contains(byte));
    WORDS.iter().any(|word| {
        memmem::find_iter(chunk, word).any(|start| {
            let before = start.checked_sub(1).and_then(|at| chunk.get(at));
            let mut end = start + word.len();
            let is_seen = (before.is_some() || is_first) && (end + 2 <= chunk.len() || is_last);
            if matches!(chunk.get(end), Some(b',' | b'.')) {
                end += 1;
            }
            is_seen && !in_word(before) && !in_word(chunk.get(end))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that comes in pieces of some bytes.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn misspelt_words_are_whole_words() {
        #[rustfmt::skip]
        let table: [(&[u8], bool); 10] = [
            (b"\0I dont know\0", true),
            (b"dont", true),
            (b"\x01dont\tknow", true),
            (b"\0dont.. know\0", false),
            (b"\0dont.\0 and much more text", true),
            (b"\0i have temporarly.\n\0", true),
            (b"and much more text: dontcare\0", false),
            (b"and much more text,dont care\0", false),
            (b"\0don't\0", false),
            (b"", false),
        ];
        for (program, expected) in table {
            for size in 1..=program.len() + 1 {
                let found = is_misspelt(Pieces(program, size)).unwrap();
                assert_eq!(found, expected, "{size}: {}", program.escape_ascii());
            }
        }
    }

    #[test]
    fn words_between_two_chunks_are_found() {
        for start in CHUNK - 20..CHUNK + 20 {
            let mut program = vec![0; CHUNK + 40];
            program[start..start + 10].copy_from_slice(b"temporarly");
            assert!(is_misspelt(&*program).unwrap(), "{start}");
            program[start - 1] = b'x';
            assert!(!is_misspelt(&*program).unwrap(), "{start}");
        }
    }
}
