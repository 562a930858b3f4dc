//! Memory does not follow what a package claims. Times are not asserted, but a test here would take
//! minutes where work grew with the square of something.

use std::process::Command;

use super::*;
use crate::memory::{can_measure, peak_of_any};

/// The memory that a command may take, in KiB.
const MOST: u64 = 256 << 10;

/// The commands that read `x.deb` alone.
const ALONE: [&[&str]; 4] = [
    &["inspect", "x.deb"],
    &["inspect", "--json", "x.deb"],
    &["inspect", "--folders", "x.deb"],
    &["check", "x.deb"],
];

/// The commands that keep its paths: a page about it, and a comparison with a usual package and with itself.
const KEEPING: [&[&str]; 4] = [
    &["inspect", "--html", "x.html", "x.deb"],
    &["diff", "x.deb", "usual.deb"],
    &["diff", "--json", "usual.deb", "x.deb"],
    &["diff", "--markdown", "x.deb", "x.deb"],
];

/// The error of these where the names of a package are too long.
const NAMES: &str = "error: the names of the paths of `x.deb` and of what they lead to have more than 16 MiB together, \
                     expected at most that\n";

/// Runs commands; each takes little memory, and standard error has the same line.
#[track_caller]
fn assert_modest(commands: &[&[&str]], package: &Package, line: &str) {
    if !can_measure(&[]) {
        return;
    }
    let folder = TempDir::new().unwrap();
    package.write(folder.path());
    let usual = Package::new(below(&[])).bytes();
    std::fs::write(folder.path().join("usual.deb"), usual).unwrap();
    for words in commands {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        command.args(*words).current_dir(folder.path());
        let (peak, stderr) = peak_of_any(&command);
        assert!(peak <= MOST, "{words:?}: {peak} KiB");
        let shown: String = stderr.chars().take(1000).collect();
        assert!(stderr.contains(line), "{words:?}: {shown}");
        assert!(!stderr.contains("overflow"), "{words:?}: {shown}");
    }
}

/// Runs all commands, which say the same.
#[track_caller]
fn assert_all_modest(package: &Package, line: &str) {
    assert_modest(&ALONE, package, line);
    assert_modest(&KEEPING, package, line);
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
        assert_all_modest(
            &package,
            "error: `x.deb` is damaged: member `data.tar.gz`, unpacked byte 1536: a name or header has 4294967296 \
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
    assert_all_modest(
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
    assert_all_modest(
        &package,
        "error: `x.deb` is damaged: member `control.tar.gz`: `control` makes it larger than \
         16 MiB, expected at most that\n",
    );
    package.control.1 = repeated(&Header::new(b'0', "./x").bytes(), 40_000);
    assert_all_modest(
        &package,
        "`x` makes it larger than 16 MiB, expected at most that\n",
    );
}

#[test]
fn long_lists_of_sums_are_read_but_not_kept() {
    let line = format!("{:032x}  opt/h/{}\n", 0, "n".repeat(1000));
    let content = line.repeat(100_000);
    let package = Package::new(below(&[])).and_member(file("./md5sums", content));
    let line = "1 of the paths in `md5sums` are no files of the package\n";
    assert_modest(&ALONE, &package, line);
    assert_modest(&KEEPING, &package, "");
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
    assert_all_modest(
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
    assert_modest(&ALONE, &package, "199989 more of the kind `path-twice`\n");
    assert_modest(&KEEPING[1..], &package, NAMES);
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
    assert_modest(&ALONE, &package, "");
    assert_modest(&KEEPING[1..], &package, NAMES);
}

/// The targets of links take as much as names.
#[test]
fn long_targets_are_not_kept() {
    let target = long_name(b'K', vec![b't'; 60_000]);
    let link = [target, Header::new(b'2', "./opt/h/l").bytes()].concat();
    let archive = [gzip(folders()), repeated(&link.repeat(100), 50)].concat();
    let package = Package::new(b"").data("data.tar.gz", archive);
    assert_modest(&KEEPING[1..], &package, NAMES);
}

#[test]
fn the_number_of_paths_that_are_kept_has_a_limit() {
    let entries = gzip(Header::new(b'0', "./f").bytes().repeat(10_000)).repeat(50);
    let package = |more: &[u8]| {
        let archive = [&entries[..], &gzip([more, &end()].concat())].concat();
        Package::new(b"").data("data.tar.gz", archive)
    };
    let error = "error: `x.deb` has more than 500000 paths, expected at most that\n";
    let one_more = package(&Header::new(b'0', "./f").bytes());
    for words in [&["inspect", "--html", "x.html"][..], &["diff", "x.deb"]] {
        let status = if words[0] == "diff" { 2 } else { 1 };
        ask(&one_more, words).status(status).stderr(error).run();
    }
    ask(&package(b""), &["diff", "x.deb"])
        .stdout("hostile 1.0 (all)\nno differences\n")
        .run();
}

/// Paths of thousands of folders, and one that is longer than any system has: a map of them was as deep.
#[test]
fn deep_folders_are_not_kept_one_by_one() {
    let deep = |number: usize, depth: usize| {
        let name = format!("./opt/h/{number}/{}f", "a/".repeat(depth));
        [long_name(b'L', name), file("x", "x")].concat()
    };
    let entries: Vec<Vec<u8>> = (0..500).map(|number| deep(number, 2000)).collect();
    let package = Package::new(below(&entries));
    assert_all_modest(&package, "");
    let package = Package::new(below(&[deep(0, 32_000)]));
    assert_modest(&[KEEPING[0]], &package, "error[path-too-long]: ");
    assert_modest(&KEEPING[1..], &package, "");
    // A map that is not cut is no deeper than what is told.
    let package = Package::new(below(&[deep(0, 100)]));
    let outcome = ask(&package, &["inspect", "-q", "--folders"]);
    let outcome = outcome.status(1).any_stdout().any_stderr().run();
    assert_eq!(outcome.stdout.lines().count(), 20);
}

/// A list of conffiles that are gone is one of findings.
#[test]
fn many_conffiles_are_counted() {
    let conffiles: Vec<String> = (0..500_000)
        .map(|number| format!("/e/{number:x}\n"))
        .collect();
    let package = Package::new(below(&[])).members(&[
        file("./control", CONTROL.replace("1.0", "0.9")),
        file("./conffiles", conffiles.concat()),
    ]);
    assert_modest(&KEEPING, &package, "");
    let outcome = Test::new()
        .file("x.deb", package.bytes())
        .file("usual.deb", Package::new(below(&[])).bytes())
        .args(["diff", "x.deb", "usual.deb", "--fail-on", "finding"])
        .status(1)
        .any_stdout()
        .run();
    let told = "warning: 499500 more of the kind `conffile-gone`\n";
    assert!(outcome.stdout.contains(told));
    assert_eq!(outcome.stdout.matches("dpkg leaves it").count(), 500);
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
    let line = "error[control-field-twice]: the control file: field `f7` is there twice\n";
    assert_modest(&ALONE, &package, line);
    assert_modest(&KEEPING, &package, "");
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
