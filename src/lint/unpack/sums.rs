//! The sums that a package lists of its files, beside what it holds.

use crate::finding::tags;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io::{self, BufRead, BufReader, Read};

use super::Tally;
use crate::deb::{ArchiveError, Deb, LongSum, Md5};

/// So many lines are kept in mind, in 36 MB.
const MOST_LINES: usize = 1_800_000;
/// The longest line in bytes: sum, spaces and a path that Linux takes.
const MOST_LINE: u64 = 8192;

/// The part of a sum that is kept: damage that it does not show is not met in the life of the
/// earth.
type Kept = [u8; 7];

/// The paths of `md5sums`, each as a keyed hash, with a mark for those that the data archive has.
#[derive(Debug, Default)]
pub(super) struct ListedSums {
    sums: HashMap<u64, (Kept, bool)>,
    key: RandomState,
}

impl ListedSums {
    /// Reads `md5sums` of the control archive.
    pub(super) fn read(deb: &Deb, tally: &mut Tally) -> Result<Self, ArchiveError> {
        let mut listed = Self::default();
        let Some(content) = deb.control_content("md5sums")? else {
            return Ok(listed);
        };
        let mut content = BufReader::new(content);
        let mut line = Vec::new();
        let mut number = 0_u64;
        loop {
            line.clear();
            let read = (&mut content).take(MOST_LINE).read_until(b'\n', &mut line);
            if read.map_err(|e| deb.damaged_control(&e))? == 0 {
                return Ok(listed);
            }
            number += 1;
            let Some((sum, path)) = parse(&line) else {
                tally.tell(tags::MD5SUMS_LINE, || {
                    format!("line {number} of `md5sums` is not a sum, two spaces and a path")
                });
                continue;
            };
            if listed.sums.len() >= MOST_LINES {
                tally.tell(tags::MD5SUMS_TOO_LONG, || {
                    format!("`md5sums` has more than {MOST_LINES} lines: not all were compared")
                });
                return Ok(listed);
            }
            let hash = listed.key.hash_one(relative(path));
            listed.sums.insert(hash, (kept(sum), false));
        }
    }

    /// The sum of an entry of the data archive.
    pub(super) fn find(&mut self, name: &[u8]) -> Option<Kept> {
        let (sum, found) = self.sums.get_mut(&self.key.hash_one(relative(name)))?;
        *found = true;
        Some(*sum)
    }

    pub(super) fn finish(self, tally: &mut Tally) {
        let missing = self.sums.values().filter(|(_, found)| !found).count();
        if missing > 0 {
            tally.tell(tags::MD5SUMS_PATH, || {
                format!("{missing} of the paths in `md5sums` are no files of the package")
            });
        }
    }
}

fn kept(sum: Md5) -> Kept {
    let mut kept = Kept::default();
    let length = kept.len();
    kept.copy_from_slice(&sum[..length]);
    kept
}

/// The name without what dpkg drops in front of it.
fn relative(mut name: &[u8]) -> &[u8] {
    while let Some(rest) = name.strip_prefix(b"/").or_else(|| name.strip_prefix(b"./")) {
        name = rest;
    }
    name
}

fn parse(line: &[u8]) -> Option<(Md5, &[u8])> {
    let (digits, rest) = line.split_at_checked(32)?;
    let path = rest.strip_prefix(b"  ")?.strip_suffix(b"\n")?;
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let number = u128::from_str_radix(digits, 16).ok()?;
    (is_hexadecimal && !path.is_empty()).then(|| (number.to_be_bytes(), path))
}

/// Content that is summed while it is read.
pub(super) struct Hashing<'a> {
    content: &'a mut dyn Read,
    sum: LongSum,
}

impl<'a> Hashing<'a> {
    pub(super) fn new(content: &'a mut dyn Read) -> Self {
        Self {
            content,
            sum: LongSum::default(),
        }
    }

    /// Tells whether what was read has a sum.
    pub(super) fn is(self, listed: Kept) -> bool {
        kept(self.sum.finish()) == listed
    }
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.sum.add(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_a_sum_and_a_path() {
        let sum = "d41d8cd98f00b204e9800998ecf8427e";
        let line = format!("{sum}  usr/bin/x y\n");
        let (read, path) = parse(line.as_bytes()).unwrap();
        assert_eq!((read[0], path), (0xd4, &b"usr/bin/x y"[..]));
        for bad in [
            format!("{sum} usr/bin/x\n"),
            format!("{sum}  \n"),
            format!("{sum}  usr/bin/x"),
            format!("+{}  usr/bin/x\n", &sum[1..]),
            format!("{}  usr/bin/x\n", "é".repeat(16)),
            "short\n".to_owned(),
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(relative(b".///./usr//x"), b"usr//x");
    }
}
