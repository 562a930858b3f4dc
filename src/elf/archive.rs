//! Static archives for a linker, such as `libz.a` and the `.rlib` of Rust: the objects in them.

use std::io::{self, Read, Seek, SeekFrom};

use super::machine::{HEADER_SIZE, Header, read_header};

/// The first bytes of every ar archive whose members are inside.
const MAGIC: &[u8; 8] = b"!<arch>\n";
/// Every member begins with text of this many bytes.
const MEMBER_HEADER: usize = 60;
/// The longest name that BSD's ar may put before the content of a member.
const LONGEST_NAME: usize = 256;
/// The number of members that are looked at until one is an object.
const MOST_MEMBERS: usize = 256;

/// Returns whether bytes begin as an archive does that is not empty and no package of Debian.
pub(crate) fn is_archive(start: &[u8]) -> bool {
    let members = start.strip_prefix(MAGIC);
    members.is_some_and(|first| !first.is_empty() && !first.starts_with(b"debian-binary"))
}

/// Returns the header of the first object of an archive; `None` where none is found, also in a damaged
/// one.
pub(super) fn first_object(mut file: impl Read + Seek) -> io::Result<Option<Header>> {
    let mut place = MAGIC.len() as u64;
    let wanted = MEMBER_HEADER + LONGEST_NAME + HEADER_SIZE;
    let mut bytes = Vec::with_capacity(wanted);
    for _ in 0..MOST_MEMBERS {
        bytes.clear();
        file.seek(SeekFrom::Start(place))?;
        (&mut file).take(wanted as u64).read_to_end(&mut bytes)?;
        let Some((header, content)) = bytes.split_at_checked(MEMBER_HEADER) else {
            break;
        };
        let Some(size) = number(&header[48..58]) else {
            break;
        };
        // BSD's ar and LLVM's for it write `#1/LENGTH` for a long name, which the content begins with.
        let name = header[..16].strip_prefix(b"#1/").and_then(number);
        let object = name.and_then(|length| content.get(usize::try_from(length).ok()?..));
        if let Some(Header::Elf {
            machine,
            float_unsaid,
            ..
        }) = read_header(object.unwrap_or(content))
        {
            return Ok(Some(Header::Archive {
                machine,
                float_unsaid,
            }));
        }
        place += MEMBER_HEADER as u64 + size + size % 2;
    }
    Ok(None)
}

/// Reads a field of a member's header: digits, then blanks.
fn number(field: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(field).ok()?;
    text.trim_ascii_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn member(name: &str, content: &[u8]) -> Vec<u8> {
        let size = content.len();
        let mut bytes = format!("{name:<16}{:<32}{size:<10}`\n", "0").into_bytes();
        bytes.extend(content);
        bytes.extend(&b"\n"[..size % 2]);
        bytes
    }

    fn object(machine: u8) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_SIZE];
        bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        bytes[16] = 1;
        bytes[18] = machine;
        bytes
    }

    fn machine(members: &[Vec<u8>]) -> Option<u16> {
        let bytes = [MAGIC.to_vec(), members.concat()].concat();
        match first_object(Cursor::new(bytes)).unwrap() {
            Some(Header::Archive { machine, .. }) => Some(machine.number),
            _ => None,
        }
    }

    #[test]
    fn the_first_object_is_found() {
        let table = member("/", b"\0\0\0\x01odd");
        let text = member("notes.txt/", b"a text");
        assert_eq!(
            machine(&[table.clone(), text.clone(), member("a.o/", &object(183))]),
            Some(183)
        );
        let named = [&b"a-rather-long-name.o"[..], &object(62)].concat();
        assert_eq!(machine(&[member("#1/20", &named)]), Some(62));
        assert_eq!(machine(&[table, text]), None);
    }

    #[test]
    fn damage_is_no_object() {
        let mut wrong = member("a.o/", &object(62));
        wrong[48] = b'x';
        assert_eq!(machine(&[wrong]), None);
        assert_eq!(machine(&[member("a.o/", &object(62))[..80].to_vec()]), None);
        assert_eq!(machine(&[member("#1/999999999", &object(62))]), Some(62));
        assert_eq!(
            machine(&vec![member("t/", b"text"); MOST_MEMBERS + 9]),
            None
        );
        assert!(is_archive(b"!<arch>\na.o/"));
        assert!(!is_archive(b"!<arch>\ndebian-binary"));
        assert!(!is_archive(MAGIC));
    }
}
