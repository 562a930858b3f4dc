//! Reads the outer archive of a package, deb(5): 60-byte headers of text, members padded to even
//! offsets. Own code, though the `ar` crate writes it: that one panics on a crafted table of long
//! names, believes any size and takes an archive that is cut off for a whole one.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use crate::escape;

/// The first bytes of every ar archive.
pub(super) const MAGIC: &[u8; 8] = b"!<arch>\n";
/// The start of packages before that (deb-old(5)).
const OLD_MAGIC: &[u8] = b"0.93";
/// The size field has ten digits: the largest member of a package in bytes (deb(5)).
pub(super) const MEMBER_LIMIT: u64 = 9_999_999_999;
/// Every header is text of this many bytes.
pub(super) const HEADER_SIZE: usize = 60;
/// A package has three members that count.
const MOST_MEMBERS: usize = 16;

/// A member of the outer archive, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, for example `data.tar.xz`.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its time in seconds since 1970.
    pub mtime: u64,
    /// The place of its content, in bytes from the start of the file.
    pub offset: u64,
}

/// The parts of the outer archive.
#[derive(Debug)]
pub(super) struct Members {
    /// The members up to the data archive, as dpkg reads them.
    pub(super) members: Vec<Member>,
    /// The number of bytes behind it, which dpkg ignores.
    pub(super) behind: u64,
}

/// Returns whether a file is a package in the format of before 1995.
pub(super) fn is_old(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut start = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(OLD_MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == OLD_MAGIC)
}

/// Reads the headers of an archive of `length` bytes as far as dpkg does: up to the data archive.
/// Members whose name starts with `_` are passed over.
///
/// `Ok(Err(text))` says what is wrong with the archive, `Err` that it could not be read.
pub(super) fn read_members(
    file: &mut (impl Read + Seek),
    length: u64,
) -> io::Result<Result<Members, String>> {
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 {
        return Ok(Err("it is shorter than the head of an ar archive".into()));
    }
    let mut file = BufReader::new(file);
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut magic)?;
    if magic != *MAGIC {
        return Ok(Err("it does not start with `!<arch>`".into()));
    }
    let mut members: Vec<Member> = Vec::new();
    let mut start = MAGIC.len() as u64;
    let mut position = start;
    while start < length && members.len() < MOST_MEMBERS {
        if length - start < HEADER_SIZE as u64 {
            return Ok(Err(format!(
                "it ends inside a member header at byte {start}"
            )));
        }
        let mut header = [0; HEADER_SIZE];
        file.seek_relative((start - position).cast_signed())?;
        file.read_exact(&mut header)?;
        position = start + HEADER_SIZE as u64;
        let Some(member) = parse_header(&header, position) else {
            return Ok(Err(format!("the member header at byte {start} is damaged")));
        };
        let end = member.offset + member.size;
        if end > length {
            return Ok(Err(format!(
                "it is cut off: member `{}` has {} of its {} bytes",
                escape::line(&member.name),
                length - member.offset,
                member.size
            )));
        }
        start = end + member.size % 2;
        let is_last = member.name.starts_with("data.tar");
        if members.is_empty() || !member.name.starts_with('_') {
            members.push(member);
        }
        if is_last {
            break;
        }
    }
    let behind = length.saturating_sub(start);
    Ok(Ok(Members { members, behind }))
}

/// Reads the name and the size of a header; dpkg looks at nothing else of it.
fn parse_header(header: &[u8; HEADER_SIZE], offset: u64) -> Option<Member> {
    if &header[58..] != b"`\n" {
        return None;
    }
    // ar(1) of GNU binutils ends names with a slash, dpkg-deb does not; dpkg reads both.
    let length = header[..16].iter().rposition(|byte| *byte != b' ');
    let name = &header[..length.map_or(0, |last| last + 1)];
    let name = name.strip_suffix(b"/").unwrap_or(name);
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let spaces = header[48..58].iter().take_while(|byte| **byte == b' ');
    let digits = &header[48 + spaces.count()..58];
    let digits = digits.split(|byte| *byte == b' ').next()?;
    let size = digits.iter().try_fold(0, |size, digit| {
        digit
            .is_ascii_digit()
            .then(|| size * 10 + u64::from(digit - b'0'))
    })?;
    let mtime = std::str::from_utf8(header[16..28].trim_ascii()).ok();
    Some(Member {
        name: String::from_utf8_lossy(name).into_owned(),
        mtime: mtime.and_then(|text| text.parse().ok()).unwrap_or(0),
        size,
        offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Result<Vec<Member>, String> {
        let read = read_members(&mut Cursor::new(bytes), bytes.len() as u64).unwrap();
        read.map(|found| found.members)
    }

    #[test]
    fn members_are_found() {
        let bytes = "!<arch>\n\
            debian-binary   1700000000  0     0     100644  4         `\n2.0\n\
            data.tar        7           0     0     100644  3         `\nodd\n";
        let members = read(bytes.as_bytes()).unwrap();
        assert_eq!(members[0].name, "debian-binary");
        assert_eq!(members[1].mtime, 7);
        assert_eq!((members[1].offset, members[1].size), (132, 3));
    }

    #[test]
    fn damage_is_named() {
        let header = |size: &str| format!("{:<16}{:<12}0     0     100644  {size:<10}`\n", "a", 0);
        for (bytes, error) in [
            (
                String::new(),
                "it is shorter than the head of an ar archive",
            ),
            (
                "PK\x03\x04zipzip".into(),
                "it does not start with `!<arch>`",
            ),
            (
                "!<arch>\nshort".into(),
                "it ends inside a member header at byte 8",
            ),
            (
                format!("!<arch>\n{}", header("4")),
                "it is cut off: member `a` has 0 of its 4 bytes",
            ),
            (
                format!("!<arch>\n{}", header("-1")),
                "the member header at byte 8 is damaged",
            ),
            (
                format!("!<arch>\n{}", header("9999999999")),
                "it is cut off: member `a` has 0 of its 9999999999 bytes",
            ),
            (
                format!("!<arch>\n{}", header("4").replace('`', "'")),
                "the member header at byte 8 is damaged",
            ),
        ] {
            assert_eq!(read(bytes.as_bytes()).unwrap_err(), error, "{bytes:?}");
        }
    }

    #[test]
    fn only_what_dpkg_looks_at_is_looked_at() {
        let header = |name: &str, time: &str, size: &str| {
            format!("{name:<16}{time:<12}{:20}{size:<10}`\n", "?\u{1b}")
        };
        let bytes = [
            "!<arch>\n".into(),
            header("debian-binary", "-7 monkeys", "   4 x"),
            "2.0\n".into(),
            header("_ignored", "", "1"),
            "xy".into(),
            header("control.tar", "", ""),
            header("data.tar/", "", "3"),
            "odd".into(),
            "\nand whatever comes".into(),
        ];
        let bytes = bytes.concat();
        let found = read_members(&mut Cursor::new(&bytes), bytes.len() as u64);
        let found = found.unwrap().unwrap();
        let names = found.members.iter().map(|m| (m.name.as_str(), m.size));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [("debian-binary", 4), ("control.tar", 0), ("data.tar", 3)]
        );
        assert_eq!(found.behind, 18);
    }

    #[test]
    fn a_slash_after_the_name_is_dropped() {
        let bytes = format!(
            "!<arch>\n{:<16}{:<12}0     0     100644  {:<10}`\n",
            "data.tar.xz/", 0, 0
        );
        assert_eq!(read(bytes.as_bytes()).unwrap()[0].name, "data.tar.xz");
    }
}
