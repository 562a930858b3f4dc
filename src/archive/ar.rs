//! The outer archive of a package, deb(5): 60-byte headers of text, members padded to even offsets.
//! Own code because the `ar` crate panics on a crafted table of long names, which packages never have.

use std::io::{self, Read, Seek, SeekFrom};

/// What every ar archive starts with.
pub(super) const MAGIC: &[u8; 8] = b"!<arch>\n";
/// The size field has ten digits: the largest member of a package in bytes (deb(5)).
pub(super) const MEMBER_LIMIT: u64 = 9_999_999_999;
/// Every header is text of this many bytes.
pub(super) const HEADER_SIZE: usize = 60;

/// A member of the outer archive, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name, for example `data.tar.xz`.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its time in seconds since 1970.
    pub mtime: u64,
    /// Where its content begins, in bytes from the start of the file.
    pub offset: u64,
}

/// Appends a member, with the padding that keeps the length even.
pub(super) fn append_member(archive: &mut Vec<u8>, name: &str, mtime: u64, content: &[u8]) {
    append_header(archive, name, mtime, content.len() as u64);
    archive.extend_from_slice(content);
    if content.len() % 2 == 1 {
        archive.push(b'\n');
    }
}

/// Appends the header of a member whose content, with a newline behind an odd one, will follow.
pub(super) fn append_header(archive: &mut Vec<u8>, name: &str, mtime: u64, size: u64) {
    let header = format!("{name:<16}{mtime:<12}0     0     100644  {size:<10}`\n");
    archive.extend_from_slice(header.as_bytes());
}

/// Reads every header of an archive of `length` bytes.
///
/// `Ok(Err(text))` says what is wrong with the archive, `Err` that it could not be read.
pub(super) fn read_members(
    file: &mut (impl Read + Seek),
    length: u64,
) -> io::Result<Result<Vec<Member>, String>> {
    let mut magic = [0; MAGIC.len()];
    if length < MAGIC.len() as u64 {
        return Ok(Err("it is shorter than the head of an ar archive".into()));
    }
    file.read_exact(&mut magic)?;
    if magic != *MAGIC {
        return Ok(Err("it does not start with `!<arch>`".into()));
    }
    let mut members = Vec::new();
    let mut start = MAGIC.len() as u64;
    while start < length {
        if length - start < HEADER_SIZE as u64 {
            // One stray byte is what archives without the last padding would not have: damage.
            return Ok(Err(format!(
                "it ends inside a member header at byte {start}"
            )));
        }
        let mut header = [0; HEADER_SIZE];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut header)?;
        let Some(member) = parse_header(&header, start + HEADER_SIZE as u64) else {
            return Ok(Err(format!("the member header at byte {start} is damaged")));
        };
        let end = member.offset + member.size;
        if end > length {
            return Ok(Err(format!(
                "it is cut off: member `{}` has {} of its {} bytes",
                member.name,
                length - member.offset,
                member.size
            )));
        }
        start = end + member.size % 2;
        members.push(member);
    }
    Ok(Ok(members))
}

fn parse_header(header: &[u8; HEADER_SIZE], offset: u64) -> Option<Member> {
    if &header[58..] != b"`\n" {
        return None;
    }
    let text = std::str::from_utf8(&header[..58])
        .ok()
        .filter(|t| t.is_ascii())?;
    let name = text[..16].trim_end_matches(' ');
    // ar(1) of GNU binutils ends names with a slash, dpkg-deb does not; dpkg reads both.
    let name = name.strip_suffix('/').unwrap_or(name);
    let number = |field: &str| match field.trim_end_matches(' ') {
        "" => Some(0),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    Some(Member {
        name: name.into(),
        mtime: number(&text[16..28])?,
        size: number(&text[48..58])?,
        offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Result<Vec<Member>, String> {
        read_members(&mut Cursor::new(bytes), bytes.len() as u64).unwrap()
    }

    #[test]
    fn members_are_even_and_found_again() {
        let mut bytes = MAGIC.to_vec();
        append_member(&mut bytes, "debian-binary", 1_700_000_000, b"2.0\n");
        append_member(&mut bytes, "data.tar", 7, b"odd");
        assert_eq!(bytes.len() % 2, 0);
        assert_eq!(
            &bytes[..68],
            b"!<arch>\ndebian-binary   1700000000  0     0     100644  4         `\n"
        );
        let members = read(&bytes).unwrap();
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
    fn a_slash_after_the_name_is_dropped() {
        let bytes = format!(
            "!<arch>\n{:<16}{:<12}0     0     100644  {:<10}`\n",
            "data.tar.xz/", 0, 0
        );
        assert_eq!(read(bytes.as_bytes()).unwrap()[0].name, "data.tar.xz");
    }
}
