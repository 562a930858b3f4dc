//! The machine that a file is for: the first 64 bytes of ELF files (elf(5)), and the magic numbers
//! of the formats that Linux does not run.

use std::fmt;

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::FileHeader;

/// The size of the largest ELF header, and all that is ever read of a file here.
pub(crate) const HEADER_SIZE: usize = 64;
/// The smallest ELF header: shorter files are none.
pub(crate) const SMALLEST_HEADER: u64 = 52;

/// The machine that an ELF file is for; Debian's architecture follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Machine {
    /// `e_machine`, such as 62 for `EM_X86_64`.
    pub number: u16,
    /// True where the class is `ELFCLASS64`.
    pub class64: bool,
    /// True where the byte order is `ELFDATA2LSB`.
    pub little_endian: bool,
    /// `EF_ARM_ABI_FLOAT_HARD`, which tells armhf from armel.
    pub arm_hard_float: bool,
}

impl Machine {
    pub(super) fn of<Elf: FileHeader>(header: &Elf, endian: Elf::Endian) -> Self {
        let machine = header.e_machine(endian);
        Self {
            number: machine.0,
            class64: header.is_class_64(),
            little_endian: header.is_little_endian(),
            arm_hard_float: machine == elf::EM_ARM
                && header.e_flags(endian).0 & elf::EF_ARM_ABI_FLOAT_HARD != 0,
        }
    }

    /// Tells whether its machine code is that of x86, of 32 or 64 bits.
    pub(crate) fn is_x86(self) -> bool {
        self.little_endian && [elf::EM_386.0, elf::EM_X86_64.0].contains(&self.number)
    }

    /// Returns whether the change to 64-bit times of Debian 13 and Ubuntu 24.04 gave its libraries
    /// another ABI: those with 32 bits but i386, which kept its own, and x32, which had such times.
    pub(crate) fn has_changed_times(self) -> bool {
        const CHANGED: [elf::Machine; 6] = [
            elf::EM_68K,
            elf::EM_MIPS,
            elf::EM_PARISC,
            elf::EM_PPC,
            elf::EM_ARM,
            elf::EM_SH,
        ];
        !self.class64 && CHANGED.iter().any(|changed| changed.0 == self.number)
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.number {
            3 => "i386",
            8 => "MIPS",
            20 => "PowerPC",
            21 => "PowerPC 64",
            22 => "S/390",
            40 if self.arm_hard_float => "ARM hard-float",
            40 => "ARM soft-float",
            62 => "x86-64",
            183 => "AArch64",
            243 => "RISC-V",
            258 => "LoongArch",
            other => return write!(f, "ELF machine {other}"),
        };
        let bits = match (self.number, self.class64) {
            (8 | 22 | 243 | 258, true) => " 64-bit",
            (62 | 183 | 243 | 258, false) => " 32-bit",
            _ => "",
        };
        let order = match (self.number, self.little_endian) {
            (8 | 21, true) => " little-endian",
            (40 | 183, false) => " big-endian",
            _ => "",
        };
        write!(f, "{name}{bits}{order}")
    }
}

/// The kind of a file by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    /// An ELF file for this machine.
    Elf {
        /// The machine.
        machine: Machine,
        /// An ARM file that says neither hard nor soft float: it goes with the others.
        float_unsaid: bool,
        /// True where it can be run or loaded (`ET_EXEC`, `ET_DYN`).
        linked: bool,
    },
    /// An archive whose objects are for this machine, never of [`read_header`].
    Archive {
        /// The machine of the first of them.
        machine: Machine,
        /// An ARM object that says neither hard nor soft float.
        float_unsaid: bool,
    },
    /// A Mach-O file: made on macOS.
    MachO,
    /// A Portable Executable: made on Windows.
    Windows,
    /// A script that names its interpreter.
    Script,
}

/// Reads a header; `None` for anything else, and for an ELF header that is cut off or not of this
/// world.
#[must_use]
pub(crate) fn read_header(bytes: &[u8]) -> Option<Header> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf(bytes),
        [b'#', b'!', ..] => Some(Header::Script),
        // The second is a universal file; Java's class files have a version above 40 in that place.
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 1..=20, ..] => {
            Some(Header::MachO)
        }
        [b'M', b'Z', ..] => Some(Header::Windows),
        _ => None,
    }
}

fn elf(bytes: &[u8]) -> Option<Header> {
    match bytes.get(4)? {
        1 => of::<FileHeader32<Endianness>>(bytes),
        2 => of::<FileHeader64<Endianness>>(bytes),
        _ => None,
    }
}

fn of<Elf: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> Option<Header> {
    let header = Elf::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let machine = header.e_machine(endian);
    // Programs for the kernel's own virtual machine run everywhere.
    if machine == elf::EM_BPF || machine == elf::EM_NONE {
        return None;
    }
    let float =
        header.e_flags(endian).0 & (elf::EF_ARM_ABI_FLOAT_HARD | elf::EF_ARM_ABI_FLOAT_SOFT);
    Some(Header::Elf {
        machine: Machine::of(header, endian),
        float_unsaid: machine == elf::EM_ARM && float == 0,
        linked: [elf::ET_EXEC, elf::ET_DYN].contains(&header.e_type(endian)),
    })
}

/// Tells by its name whether a file can hold machine code. Only such files are opened, so that a
/// release of many small files costs one look at each directory.
#[must_use]
pub(crate) fn can_be_elf(name: &[u8], executable: bool) -> bool {
    if executable {
        return true;
    }
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else {
        return true;
    };
    let extension = &name[dot + 1..];
    matches!(extension, b"so" | b"o" | b"node" | b"a" | b"rlib")
        || (!extension.is_empty()
            && extension.iter().all(u8::is_ascii_digit)
            && name.windows(4).any(|part| part == b".so."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header as a linker writes it.
    fn header(class: u8, data: u8, machine: u16, flags: u32) -> Vec<u8> {
        let mut bytes = vec![0; HEADER_SIZE];
        bytes[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, data, 1]);
        let flags_at = if class == 2 { 0x30 } else { 0x24 };
        if data == 1 {
            bytes[16] = 3;
            bytes[18..20].copy_from_slice(&machine.to_le_bytes());
            bytes[flags_at..flags_at + 4].copy_from_slice(&flags.to_le_bytes());
        } else {
            bytes[17] = 3;
            bytes[18..20].copy_from_slice(&machine.to_be_bytes());
            bytes[flags_at..flags_at + 4].copy_from_slice(&flags.to_be_bytes());
        }
        bytes
    }

    fn machine(bytes: &[u8]) -> Option<(u16, bool, bool, bool)> {
        match read_header(bytes) {
            Some(Header::Elf { machine: m, .. }) => {
                Some((m.number, m.class64, m.little_endian, m.arm_hard_float))
            }
            _ => None,
        }
    }

    #[test]
    fn headers_of_debian_architectures() {
        for (bytes, expected) in [
            (header(2, 1, 62, 0), (62, true, true, false)), // amd64
            (header(1, 1, 62, 0), (62, false, true, false)), // x32
            (header(2, 2, 22, 0), (22, true, false, false)), // s390x
            (header(1, 1, 40, 0x500_0400), (40, false, true, true)), // armhf
            (header(1, 1, 40, 0x500_0200), (40, false, true, false)), // armel
        ] {
            assert_eq!(machine(&bytes), Some(expected));
        }
    }

    #[test]
    fn broken_headers_are_no_elf() {
        let good = header(2, 1, 62, 0);
        for length in 0..HEADER_SIZE {
            assert_eq!(machine(&good[..length]), None, "{length} bytes");
        }
        assert_eq!(machine(&header(3, 1, 62, 0)), None);
        assert_eq!(machine(&header(2, 0, 62, 0)), None);
        assert_eq!(machine(&header(2, 1, elf::EM_BPF.0, 0)), None);
    }

    #[test]
    fn other_formats() {
        assert_eq!(read_header(b"#!/bin/sh\n"), Some(Header::Script));
        assert_eq!(read_header(b"\xcf\xfa\xed\xfe\x07"), Some(Header::MachO));
        assert_eq!(
            read_header(b"\xca\xfe\xba\xbe\0\0\0\x02"),
            Some(Header::MachO)
        );
        assert_eq!(read_header(b"\xca\xfe\xba\xbe\0\0\0\x34"), None); // a Java class
        assert_eq!(read_header(b"FOR1"), None);
    }

    #[test]
    fn only_files_that_can_hold_code_are_opened() {
        for (name, executable, expected) in [
            (&b"beam.smp"[..], true, true),
            (b"beam.smp", false, false),
            (b"crypto.so", false, true),
            (b"libcrypto.so.3", false, true),
            (b"libstdc++.so.6.0.30", false, true),
            (b"server", false, true),
            (b"README.md", false, false),
            (b"lists.beam", false, false),
            (b"libz.a", false, true),
            (b"libserde-1f2e.rlib", false, true),
            (b"notes.so.txt", false, false),
        ] {
            assert_eq!(
                can_be_elf(name, executable),
                expected,
                "{}",
                name.escape_ascii()
            );
        }
    }

    #[test]
    fn machines_have_names() {
        let machine = |machine, class64, little_endian, arm_hard_float| Machine {
            number: machine,
            class64,
            little_endian,
            arm_hard_float,
        };
        for (machine, name) in [
            (machine(62, true, true, false), "x86-64"),
            (machine(62, false, true, false), "x86-64 32-bit"),
            (machine(183, true, true, false), "AArch64"),
            (machine(40, false, true, true), "ARM hard-float"),
            (machine(21, true, true, false), "PowerPC 64 little-endian"),
            (machine(243, true, true, false), "RISC-V 64-bit"),
            (machine(9999, true, true, false), "ELF machine 9999"),
        ] {
            assert_eq!(machine.to_string(), name);
        }
    }
}
