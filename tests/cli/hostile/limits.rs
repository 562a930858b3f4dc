//! Memory does not follow what a package claims. Times are not asserted, but a test here would take
//! minutes where work grew with the square of something.

use std::process::Command;

use super::*;
use crate::memory::{can_measure, peak_of_any};

/// The memory that `inspect` and `check` may take, in KiB.
const MOST: u64 = 256 << 10;

/// Runs `inspect`, `inspect --json` and `check`; each takes little memory and says the same.
#[track_caller]
fn assert_modest(package: &Package, last_line: &str) {
    if !can_measure(&[]) {
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = package.write(folder.path());
    for words in [&["inspect"][..], &["inspect", "--json"], &["check"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        command.args(words).arg(&path).current_dir(folder.path());
        let (peak, stderr) = peak_of_any(&command);
        assert!(peak <= MOST, "{words:?}: {peak} KiB");
        let shown = folder.path().to_string_lossy().into_owned();
        let stderr = stderr.replace(&shown, "[DIR]");
        assert!(stderr.contains(last_line), "{words:?}: {stderr}");
    }
}

/// Compressed bytes so many times, without the work: members of gzip follow each other.
fn repeated(bytes: &[u8], times: usize) -> Vec<u8> {
    gzip(bytes).repeat(times)
}

/// A thousandth of its size, where it is all zeros.
fn strongest(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn names_of_gibibytes_are_not_read() {
    for kind in [b'L', b'K'] {
        let header = Header::new(kind, "././@LongLink").put(124, "40000000000\0");
        let archive = [
            gzip([folders(), header.bytes()].concat()),
            repeated(&vec![b'n'; 1 << 20], 600),
        ];
        let package = Package::new(b"").data("data.tar.gz", archive.concat());
        assert_modest(
            &package,
            "error: `[DIR]/x.deb` is damaged: member `data.tar.gz`, unpacked byte 1536: a name or header has 4294967296 \
             bytes, expected at most 65536\n",
        );
    }
    let pax = Header::new(b'x', "x").put(124, "40000000000\0").bytes();
    let mut package = Package::new(below(&[]));
    package.control.1 = [
        gzip([directory("./"), pax].concat()),
        repeated(&vec![b'n'; 1 << 20], 600),
    ]
    .concat();
    assert_modest(
        &package,
        "control.tar.gz`, unpacked byte 512: a name or header has 4294967296 bytes",
    );
}

#[test]
fn large_control_archives_are_not_read() {
    let large = Header::new(b'0', "./control").size(500 << 20).bytes();
    let mut package = Package::new(below(&[]));
    package.control.1 = [
        gzip([directory("./"), large].concat()),
        repeated(&vec![b'n'; 1 << 20], 500),
    ]
    .concat();
    assert_modest(
        &package,
        "error: `[DIR]/x.deb` is damaged: member `control.tar.gz`: `control` makes it larger than \
         16 MiB, expected at most that\n",
    );
    package.control.1 = repeated(&Header::new(b'0', "./x").bytes(), 40_000);
    assert_modest(
        &package,
        "`x` makes it larger than 16 MiB, expected at most that\n",
    );
}

#[test]
fn long_lists_of_sums_are_read_but_not_kept() {
    let line = format!("{:032x}  opt/h/{}\n", 0, "n".repeat(1000));
    let content = line.repeat(100_000);
    let package = Package::new(below(&[])).and_member(file("./md5sums", content));
    assert_modest(
        &package,
        "1 of the paths in `md5sums` are no files of the package\n",
    );
}

#[test]
fn bombs_are_not_read_to_their_end() {
    let size = 7_u64 << 30;
    let header = Header::new(b'0', "./opt/h/zeros").put(124, format!("{size:011o}\0"));
    let archive = [
        gzip([folders(), header.bytes()].concat()),
        strongest(&vec![0; 64 << 20]).repeat(112),
    ];
    let package = Package::new(b"").data("data.tar.gz", archive.concat());
    assert_modest(
        &package,
        " MB, which is over 256 times its size: it is not read further\n",
    );
}

#[test]
fn many_entries_are_not_kept() {
    // Every name is the same, but for what would be kept of each.
    let name = long_name(b'L', [b"./opt/h/".to_vec(), vec![b'n'; 200]].concat());
    let entries = [name, Header::new(b'2', "x").target(vec![b't'; 100]).bytes()].concat();
    let archive = [gzip(folders()), repeated(&entries.repeat(1000), 200)].concat();
    let package = Package::new(b"").data("data.tar.gz", archive);
    assert_modest(&package, "199989 more of the kind `path-twice`\n");
}

#[test]
fn many_files_are_not_kept() {
    let mut archive = folders();
    for number in 0..200_000 {
        archive.extend(long_name(
            b'L',
            format!("./opt/h/{}{number}", "n".repeat(230)),
        ));
        archive.extend(Header::new(b'2', "x").target(vec![b't'; 100]).bytes());
    }
    let package = Package::new(&archive);
    assert_modest(&package, "");
}

#[test]
fn many_fields_are_read() {
    let fields: Vec<_> = (0..200_000)
        .map(|number| format!("F{number}: x\n"))
        .collect();
    let fields = fields.concat();
    let relations = "a, ".repeat(1_000_000) + "a";
    let text = format!("{CONTROL}Depends: {relations}\n{fields}f7: x\n");
    let package = Package::new(below(&[])).control(text);
    assert_modest(
        &package,
        "error[control-field-twice]: the control file: field `f7` is there twice\n",
    );
}

#[test]
fn programs_that_need_too_much_are_not_believed() {
    // An ELF file whose dynamic section lists one long name 60,000 times.
    let package = Package::new(below(&[file("./opt/h/elf", greedy())]));
    let outcome = ask(&package, &["check"]).any_stdout().any_stderr().run();
    assert_eq!(
        outcome.stderr,
        "warning[elf-damaged]: `/opt/h/elf` is packed as it is: the ELF file is damaged: the list of libraries \
         has 60000, expected at most 2048\nhint: build the file again, or exclude it\n\
         warning[field-missing]: the control file has no field `section`\n\
         warning[field-missing]: the control file has no field `priority`\n"
    );
}

/// A 64-bit file with a segment that is loaded and a dynamic section in it.
fn greedy() -> Vec<u8> {
    let number = |value: u64, bytes: usize| value.to_le_bytes()[..bytes].to_vec();
    let (dynamic, count) = (0x1000_u64, 60_000_u64);
    let strings = dynamic + (count + 3) * 16;
    let length = strings + 4096;
    let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    for (value, bytes) in [
        (3, 2),
        (62, 2),
        (1, 4),
        (0, 8),
        (64, 8),
        (0, 8),
        (0, 4),
        (64, 2),
        (56, 2),
        (2, 2),
        (64, 2),
        (0, 2),
        (0, 2),
    ] {
        header.extend(number(value, bytes));
    }
    for (kind, at, size) in [(1, 0, length), (2, dynamic, (count + 3) * 16)] {
        for (value, bytes) in [
            (kind, 4),
            (4, 4),
            (at, 8),
            (at, 8),
            (at, 8),
            (size, 8),
            (size, 8),
            (8, 8),
        ] {
            header.extend(number(value, bytes));
        }
    }
    header.resize(0x1000, 0);
    for _ in 0..count {
        header.extend([number(1, 8), number(1, 8)].concat());
    }
    for (tag, value) in [(5, strings), (10, 4096), (0, 0)] {
        header.extend([number(tag, 8), number(value, 8)].concat());
    }
    header.push(0);
    header.resize(usize::try_from(length).unwrap() - 1, b'n');
    header.push(0);
    header
}
