//! The inner archives: GNU headers as dpkg-deb's tar writes them.
//! Long names take `L` and `K` entries. PAX headers are never written: dpkg refuses them at unpack.

use tar::{EntryType, Header};

/// The unit of a tar archive, in bytes.
pub(super) const BLOCK: usize = 512;
/// tar pads the whole archive to this many bytes, and so does dpkg-deb.
pub(super) const RECORD: u64 = 10_240;
/// Space for a name inside the header; a name that fills it has no NUL, as GNU tar writes it.
const NAME_FIELD: usize = 100;
/// Space for the name of an owner or group.
pub(super) const OWNER_FIELD: usize = 32;

/// One path of an archive, with all that its header says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    /// The name as written: `./` first, `/` last for directories.
    pub(super) name: &'a [u8],
    pub(super) kind: EntryType,
    /// The target of a symlink, or the name of the file that a hard link is, otherwise empty.
    pub(super) target: &'a [u8],
    pub(super) mode: u32,
    /// At most [`OWNER_FIELD`] bytes.
    pub(super) owner: &'a str,
    pub(super) group: &'a str,
    /// In bytes; 0 for everything but regular files.
    pub(super) size: u64,
    pub(super) mtime: u64,
}

/// Appends the headers of an item: up to two for a long target and a long name, then its own.
pub(super) fn append_headers(item: &Item<'_>, output: &mut Vec<u8>) {
    if item.target.len() > NAME_FIELD {
        append_long(EntryType::GNULongLink, item.target, output);
    }
    if item.name.len() > NAME_FIELD {
        append_long(EntryType::GNULongName, item.name, output);
    }
    output.extend_from_slice(header(item).as_bytes());
}

/// Returns the number of bytes that [`append_headers`] appends.
pub(super) fn headers_size(name: usize, target: usize) -> u64 {
    let long = |length: usize| {
        if length > NAME_FIELD {
            (BLOCK + (length + 1).next_multiple_of(BLOCK)) as u64
        } else {
            0
        }
    };
    BLOCK as u64 + long(name) + long(target)
}

/// Returns the number of zeros behind content of `size` bytes.
pub(super) fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK as u64) - size
}

/// Returns the number of zeros that end an archive of `size` bytes: two blocks, and up to a record.
pub(super) fn end_padding(size: u64) -> u64 {
    (size + 2 * BLOCK as u64).next_multiple_of(RECORD) - size
}

fn append_long(kind: EntryType, name: &[u8], output: &mut Vec<u8>) {
    let item = Item {
        name: b"././@LongLink",
        kind,
        target: b"",
        mode: 0o644,
        owner: "root",
        group: "root",
        size: name.len() as u64 + 1,
        mtime: 0,
    };
    output.extend_from_slice(header(&item).as_bytes());
    output.extend_from_slice(name);
    // At least one NUL follows.
    let length = (name.len() + 1).next_multiple_of(BLOCK) - name.len();
    output.resize(output.len() + length, 0);
}

fn header(item: &Item<'_>) -> Header {
    let mut header = Header::new_gnu();
    // `Header::set_path` drops the leading `./`, so the bytes are put in place here.
    let old = header.as_old_mut();
    fill(&mut old.name, item.name);
    fill(&mut old.linkname, item.target);
    if let Some(gnu) = header.as_gnu_mut() {
        fill(&mut gnu.uname, item.owner.as_bytes());
        fill(&mut gnu.gname, item.group.as_bytes());
    }
    header.set_mode(item.mode & 0o7777);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(item.size);
    header.set_mtime(item.mtime);
    header.set_entry_type(item.kind);
    header.set_cksum();
    // The crate writes seven digits and a NUL; every tar writes six, a NUL and a space.
    let sum = header.cksum().unwrap_or_default();
    fill(
        &mut header.as_old_mut().cksum,
        format!("{sum:06o}\0 ").as_bytes(),
    );
    header
}

fn fill(field: &mut [u8], value: &[u8]) {
    let length = value.len().min(field.len());
    field[..length].copy_from_slice(&value[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &[u8]) -> Item<'_> {
        Item {
            name,
            kind: EntryType::Regular,
            target: b"",
            mode: 0o644,
            owner: "root",
            group: "root",
            size: 0,
            mtime: 1_700_000_000,
        }
    }

    #[test]
    fn sizes_over_eight_gib_are_base_256() {
        let mut bytes = Vec::new();
        append_headers(
            &Item {
                size: 9 << 30,
                ..item(b"./big")
            },
            &mut bytes,
        );
        assert_eq!(bytes[124..136], [0x80, 0, 0, 0, 0, 0, 0, 2, 0x40, 0, 0, 0]);
        bytes.clear();
        append_headers(
            &Item {
                size: (8 << 30) - 1,
                ..item(b"./big")
            },
            &mut bytes,
        );
        assert_eq!(&bytes[124..136], b"77777777777\0");
    }

    #[test]
    fn long_names_and_targets_take_entries_of_their_own() {
        for (name, target, blocks) in [
            (100, 0, 1),
            (101, 0, 3),
            (100, 100, 1),
            (100, 101, 3),
            (511, 0, 3),
            (512, 0, 4),
            (4095, 4095, 1 + 2 * 9),
        ] {
            let (long, link) = (vec![b'n'; name], vec![b't'; target]);
            let mut bytes = Vec::new();
            append_headers(
                &Item {
                    target: &link,
                    ..item(&long)
                },
                &mut bytes,
            );
            assert_eq!(bytes.len(), blocks * BLOCK, "{name} {target}");
            assert_eq!(
                bytes.len() as u64,
                headers_size(name, target),
                "{name} {target}"
            );
        }
    }

    #[test]
    fn padding_reaches_blocks_and_records() {
        for (size, zeros) in [(0, 0), (1, 511), (511, 1), (512, 0), (513, 511)] {
            assert_eq!(padding(size), zeros, "{size}");
        }
        for (size, zeros) in [
            (0, 10_240),
            (9_216, 1_024),
            (9_728, 10_752),
            (10_240, 10_240),
        ] {
            assert_eq!(end_padding(size), zeros, "{size}");
        }
    }
}
