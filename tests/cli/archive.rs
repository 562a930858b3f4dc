//! Packages as dpkg and GNU tar see them, and what a failed write leaves behind.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use reldeb::deb::{
    ArchiveError, ControlContent, ControlMember, DataKind, DataSummary, Deb, DebSummary, DebWriter,
    Memory, WriteOptions, write_data,
};
use reldeb::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, Tree};

const MTIME: u64 = 1_700_000_000;
const CONTROL: &str = "Package: demo\nVersion: 1.0\nArchitecture: all\n\
    Maintainer: Demo <demo@example.com>\nDescription: demonstration\n";

fn options(compression: &str) -> WriteOptions {
    WriteOptions {
        mtime: MTIME,
        compression: compression.parse().unwrap(),
        threads: NonZero::new(2),
        memory: Memory::default(),
    }
}

fn path(bytes: impl AsRef<[u8]>) -> PackagePath {
    PackagePath::new(bytes).unwrap()
}

fn regular(content: &[u8]) -> Entry {
    Entry::regular(Content::Bytes(content.into()), 0o644, Origin::Parent)
}

fn file(source: &Path) -> Entry {
    let size = fs::metadata(source).unwrap().len();
    let content = Content::File {
        path: source.into(),
        size,
    };
    Entry::regular(content, 0o644, Origin::Release(source.into()))
}

/// A tree with everything that is awkward in tar.
fn awkward() -> Tree {
    let mut tree = Tree::default();
    let mut add = |at: &[u8], entry| tree.insert(path(at), entry).unwrap();
    add(
        b"/opt/demo/bin/demo",
        Entry {
            mode: 0o755,
            ..regular(b"#!/bin/sh\n")
        },
    );
    add(b"/opt/demo/empty", regular(b""));
    add(b"/opt/demo/block", regular(&[7; 512]));
    add(b"/opt/demo/odd", regular(&[8; 513]));
    add(b"/opt/demo/with space", regular(b"1"));
    add("/opt/demo/smörgås".as_bytes(), regular(b"2"));
    add(b"/opt/demo/latin1-\xe9", regular(b"3"));
    add(
        b"/opt/demo/link",
        Entry::symlink("bin/demo", Origin::Parent),
    );
    add(
        b"/opt/demo/state",
        Entry {
            mode: 0o750,
            ..Entry::directory(Origin::Parent)
        },
    );
    add(
        b"/usr/bin/demo",
        Entry::symlink("/opt/demo/bin/demo", Origin::Parent),
    );
    for length in [97, 98, 99, 100, 101, 150, 246] {
        let name = [b"/".as_slice(), &vec![b'n'; length]].concat();
        add(&name, regular(name.len().to_string().as_bytes()));
        let target = "t".repeat(length);
        add(
            format!("/opt/demo/to-{length}").as_bytes(),
            Entry::symlink(target, Origin::Parent),
        );
    }
    add(
        b"/opt/demo/to-far",
        Entry::symlink("f/".repeat(600), Origin::Parent),
    );
    let deep = format!("/{}", "d".repeat(199)).repeat(16);
    add(deep.as_bytes(), regular(b"deep"));
    tree.add_parents().unwrap();
    tree
}

fn write(tree: &Tree, to: &Path, options: WriteOptions) -> Result<DebSummary, ArchiveError> {
    let mut writer = DebWriter::create(to, options)?;
    writer.write_data(tree)?;
    let member = |name: &str, mode, text: &str| ControlMember {
        name: name.into(),
        mode,
        content: text.into(),
    };
    writer.finish(&[
        member("control", 0o644, CONTROL),
        member("postinst", 0o755, "#!/bin/sh\nexit 0\n"),
    ])
}

#[test]
fn both_archives_are_compressed_alike() {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("x.deb");
    for (compression, suffix) in [
        ("zstd:3", ".zst"),
        ("gzip:6", ".gz"),
        ("none", ""),
        ("xz:1", ".xz"),
    ] {
        let summary = write(&awkward(), &package, options(compression)).unwrap();
        let deb = Deb::open(&package).unwrap();
        let members = deb
            .members
            .iter()
            .map(|member| (member.name.clone(), member.size));
        let expected = [
            ("debian-binary".to_owned(), 4),
            (format!("control.tar{suffix}"), summary.control_size),
            (format!("data.tar{suffix}"), summary.data_size),
        ];
        assert_eq!(members.collect::<Vec<_>>(), expected);
        assert_eq!(
            package.metadata().unwrap().len(),
            summary.size,
            "{compression}"
        );
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "{compression}");
    }
}

fn run(command: &mut Command) -> Output {
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8_lossy(&run(command).stdout).into_owned()
}

#[test]
fn many_sums_are_listed_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("x.deb");
    for count in [0, 1, 5000] {
        let mut tree = Tree::default();
        for i in 0..count {
            let entry = regular(i.to_string().as_bytes());
            tree.insert(path(format!("/opt/demo/{i:05}")), entry)
                .unwrap();
        }
        tree.add_parents().unwrap();
        let mut writer = DebWriter::create(&package, options("zstd:3")).unwrap();
        let found = writer.write_data(&tree).unwrap();
        writer.finish(&control_with(&found)).unwrap();
        let deb = Deb::open(&package).unwrap();
        let lines = (0..count).fold(String::new(), |text, i| {
            format!("{text}{:x}  opt/demo/{i:05}\n", md5::compute(i.to_string()))
        });
        let listed = &deb.control["md5sums"].content;
        assert_eq!(String::from_utf8_lossy(listed), lines, "{count}");
        run(Command::new("dpkg-deb").arg("-c").arg(&package));
    }
}

fn control_with<'a>(data: &'a DataSummary<'a>) -> [ControlMember<'a>; 2] {
    let member = |name: &str, content| ControlMember {
        name: name.into(),
        mode: 0o644,
        content,
    };
    [
        member("control", CONTROL.into()),
        member("md5sums", ControlContent::Md5sums(&data.md5sums)),
    ]
}

#[test]
fn dpkg_unpacks_every_compression() {
    let tree = awkward();
    let folder = tempfile::tempdir().unwrap();
    for compression in ["xz", "xz:0", "zstd", "zstd:1", "gzip", "gzip:12", "none"] {
        let deb = folder.path().join("demo.deb");
        write(&tree, &deb, options(compression)).unwrap();
        assert_eq!(fs::metadata(&deb).unwrap().len() % 2, 0, "{compression}");
        assert_eq!(
            fs::metadata(&deb).unwrap().permissions().mode() & 0o7777,
            0o644
        );
        let root = folder.path().join(format!("root-{compression}"));
        unpack(&deb, &root);
        assert_unpacked(&tree, &root);
    }
}

/// Only this proves a package: `dpkg-deb -c` and `-x` use GNU tar, dpkg its own reader.
fn unpack(deb: &Path, root: &Path) {
    for folder in ["updates", "info", "triggers"] {
        fs::create_dir_all(root.join("var/lib/dpkg").join(folder)).unwrap();
    }
    for file in ["status", "available"] {
        fs::write(root.join("var/lib/dpkg").join(file), "").unwrap();
    }
    let mut dpkg = Command::new("dpkg");
    dpkg.arg(format!("--root={}", root.display()));
    run(dpkg
        .args(["--force-not-root", "--force-unsafe-io", "--unpack"])
        .arg(deb));
}

fn assert_unpacked(tree: &Tree, root: &Path) {
    for (at, entry) in tree.iter() {
        let there = root.join(std::ffi::OsStr::from_bytes(at.relative()));
        let metadata = fs::symlink_metadata(&there).unwrap_or_else(|e| panic!("{at}: {e}"));
        match &entry.kind {
            Kind::Symlink { target } => {
                assert_eq!(
                    fs::read_link(&there).unwrap().as_os_str().as_bytes(),
                    target,
                    "{at}"
                );
                continue;
            }
            Kind::Directory => assert!(metadata.is_dir(), "{at}"),
            Kind::Regular {
                content: Content::Bytes(bytes),
                ..
            } => {
                assert_eq!(fs::read(&there).unwrap(), bytes.as_ref(), "{at}");
            }
            Kind::Regular { .. } => unreachable!("{at}"),
        }
        // The root existed before.
        if !at.relative().is_empty() {
            assert_eq!(metadata.permissions().mode() & 0o7777, entry.mode, "{at}");
        }
    }
}

#[test]
fn dpkg_deb_shows_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let deb = folder.path().join("demo.deb");
    let mut tree = Tree::default();
    let mut add = |at: &str, entry| tree.insert(path(at), entry).unwrap();
    add(
        "/etc/demo.conf",
        Entry {
            mode: 0o640,
            owner: Owner::new("root", "demo"),
            ..regular(b"x = 1\n")
        },
    );
    add("/opt/a-link", Entry::symlink("demo", Origin::Parent));
    add("/opt/demo", regular(b"demo"));
    tree.add_parents().unwrap();
    write(&tree, &deb, options("xz")).unwrap();
    let contents = stdout(
        Command::new("dpkg-deb")
            .arg("-c")
            .arg(&deb)
            .env("TZ", "UTC"),
    );
    assert_eq!(
        contents,
        "drwxr-xr-x root/root         0 2023-11-14 22:13 ./\n\
         drwxr-xr-x root/root         0 2023-11-14 22:13 ./etc/\n\
         -rw-r----- root/demo         6 2023-11-14 22:13 ./etc/demo.conf\n\
         drwxr-xr-x root/root         0 2023-11-14 22:13 ./opt/\n\
         -rw-r--r-- root/root         4 2023-11-14 22:13 ./opt/demo\n\
         lrwxrwxrwx root/root         0 2023-11-14 22:13 ./opt/a-link -> demo\n"
    );
    let field = stdout(Command::new("dpkg-deb").arg("-f").arg(&deb));
    assert_eq!(field, CONTROL);
    let control = folder.path().join("control.tar");
    fs::write(
        &control,
        run(Command::new("dpkg-deb").arg("--ctrl-tarfile").arg(&deb)).stdout,
    )
    .unwrap();
    let listing = stdout(
        Command::new("tar")
            .arg("-tvf")
            .arg(&control)
            .env("TZ", "UTC"),
    );
    assert_eq!(
        listing,
        "drwxr-xr-x root/root         0 2023-11-14 22:13 ./\n\
         -rw-r--r-- root/root       108 2023-11-14 22:13 ./control\n\
         -rwxr-xr-x root/root        17 2023-11-14 22:13 ./postinst\n"
    );
}

/// GNU tar, told to write what dpkg-deb writes, gives the same bytes.
#[test]
fn the_data_archive_is_gnu_tars() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = Tree::default();
    let mut names = String::from(".\0");
    let mut add = |name: &str, entry| {
        tree.insert(path(format!("/{name}")), entry).unwrap();
        names.extend(["./", name, "\0"]);
    };
    fs::create_dir(folder.path().join("a")).unwrap();
    add("a", Entry::directory(Origin::Parent));
    for name in ["a/b", &"n".repeat(98), &"n".repeat(99), &"x".repeat(200)] {
        let source = folder.path().join(name);
        fs::write(&source, name.repeat(40)).unwrap();
        add(name, file(&source));
    }
    for target in ["t".repeat(100), "t".repeat(101), "../".repeat(99)] {
        let name = "z".repeat(target.len() - 60);
        std::os::unix::fs::symlink(&target, folder.path().join(&name)).unwrap();
        let entry = Entry::symlink(target, Origin::Parent);
        // tar's --mode is for symlinks too.
        add(
            &name,
            Entry {
                mode: 0o755,
                ..entry
            },
        );
    }
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(list.path(), &names).unwrap();
    let mut tar = Command::new("tar");
    tar.args([
        "--format=gnu",
        "--owner=root:0",
        "--group=root:0",
        "--no-recursion",
        "--null",
    ]);
    tar.args(["--mode=a=rX,u+w", "-cf", "-", "--mtime=@1700000000", "-C"])
        .arg(folder.path());
    let expected = run(tar.arg("-T").arg(list.path())).stdout;
    let mut archive = Vec::new();
    let summary = write_data(&tree, &options("none"), &mut archive).unwrap();
    assert_eq!(summary.archive_size, archive.len() as u64);
    let different = archive.iter().zip(&expected).position(|(a, b)| a != b);
    assert_eq!((different, archive.len()), (None, expected.len()));
}

#[test]
fn the_summary_is_what_md5sum_and_dpkg_gencontrol_find() {
    let tree = awkward();
    let summary = write_data(&tree, &options("gzip:1"), std::io::sink()).unwrap();
    let find = |name: &str| {
        summary
            .md5sums
            .iter()
            .find(|(at, _)| at.as_bytes() == name.as_bytes())
    };
    let hex = |md5: &[u8; 16]| {
        md5.iter()
            .fold(String::new(), |text, b| format!("{text}{b:02x}"))
    };
    assert_eq!(
        hex(&find("/opt/demo/empty").unwrap().1),
        "d41d8cd98f00b204e9800998ecf8427e"
    );
    assert_eq!(
        hex(&find("/opt/demo/with space").unwrap().1),
        "c4ca4238a0b923820dcc509a6f75849b"
    );
    assert!(summary.md5sums.is_sorted());
    let directories = tree
        .iter()
        .filter(|(_, e)| e.kind == Kind::Directory)
        .count();
    let symlinks = tree
        .iter()
        .filter(|(_, e)| matches!(e.kind, Kind::Symlink { .. }))
        .count();
    // Every file of the tree has at most 1024 bytes, one of them none; one target is longer.
    let files = tree.len() - directories - symlinks - 1;
    assert_eq!(
        usize::try_from(summary.installed_size).unwrap(),
        directories + symlinks + 1 + files
    );
}

#[test]
fn the_bytes_do_not_depend_on_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("big");
    let words: Vec<u8> = (0..20_000_000_u32)
        .map(|i| (i.wrapping_mul(i) >> 13).to_le_bytes()[0])
        .collect();
    fs::write(&source, words).unwrap();
    let mut tree = awkward();
    tree.insert(path("/opt/demo/big"), file(&source)).unwrap();
    for compression in ["xz:1", "zstd:3", "gzip:1", "none"] {
        let bytes = [1, 2, 7].map(|threads| {
            let mut archive = Vec::new();
            let threads = NonZero::new(threads);
            write_data(
                &tree,
                &WriteOptions {
                    threads,
                    ..options(compression)
                },
                &mut archive,
            )
            .unwrap();
            archive
        });
        assert!(
            bytes[0] == bytes[1] && bytes[0] == bytes[2],
            "{compression}"
        );
    }
}

#[test]
fn a_file_of_another_size_is_an_error_and_the_old_package_stays() {
    let folder = tempfile::tempdir().unwrap();
    let output = tempfile::tempdir().unwrap();
    let deb = output.path().join("demo.deb");
    fs::write(&deb, "the good one").unwrap();
    let source = folder.path().join("demo.log");
    let shown = source.display();
    for (before, after, change) in [
        (10, 11, "it had 10 bytes and has more now"),
        (10, 9, "it had 10 bytes and has 9 now"),
        (0, 1, "it had 0 bytes and has more now"),
        (
            1 << 20,
            (1 << 20) + 1,
            "it had 1048576 bytes and has more now",
        ),
        (1 << 20, 1000, "it had 1048576 bytes and has 1000 now"),
    ] {
        fs::write(&source, vec![b'x'; before]).unwrap();
        let mut tree = Tree::default();
        tree.insert(path("/demo.log"), file(&source)).unwrap();
        fs::write(&source, vec![b'x'; after]).unwrap();
        let error = write(&tree, &deb, options("xz")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("file `{shown}` changed while it was packed: {change}")
        );
        assert_untouched(&deb);
    }
    let mut tree = Tree::default();
    tree.insert(path("/demo.log"), file(&source)).unwrap();
    fs::remove_file(&source).unwrap();
    let error = write(&tree, &deb, options("xz")).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot open `{shown}`: no such file or directory")
    );
    assert_untouched(&deb);
}

fn assert_untouched(deb: &Path) {
    assert_eq!(fs::read_to_string(deb).unwrap(), "the good one");
    assert_eq!(fs::read_dir(deb.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn a_full_disk_is_an_error_for_every_compression() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("noise");
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_be_bytes()[0]
    })
    .take(9_000_000)
    .collect();
    fs::write(&source, noise).unwrap();
    let mut tree = Tree::default();
    tree.insert(path("/noise"), file(&source)).unwrap();
    for compression in ["xz:0", "zstd:1", "gzip:1", "none"] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let error = write_data(&tree, &options(compression), full).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("cannot write the archive: No space left on device"),
            "{compression}: {error}"
        );
    }
}

#[test]
fn a_package_that_cannot_fit_is_refused_before_it_is_read() {
    let mut tree = Tree::default();
    let content = Content::File {
        path: Path::new("/nonexistent").into(),
        size: 10_000_000_000,
    };
    tree.insert(path("/big"), Entry::regular(content, 0o644, Origin::Parent))
        .unwrap();
    let error = write_data(&tree, &options("none"), std::io::sink()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "archive member `data.tar` has 10000005120 bytes, expected at most 9999999999, the limit \
         of the package format"
    );
}

#[test]
fn folders_that_cannot_take_a_package_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().display();
    let error = DebWriter::create(folder.path().join("a/x.deb"), options("xz")).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write to the folder `{shown}/a`: no such file or directory")
    );
    let error = DebWriter::create(folder.path(), options("xz")).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot write `{shown}`: is a directory")
    );
}

#[test]
fn a_package_is_read_back() {
    let tree = awkward();
    let folder = tempfile::tempdir().unwrap();
    for compression in ["xz", "zstd:3", "gzip", "none"] {
        let file = folder.path().join("demo.deb");
        write(&tree, &file, options(compression)).unwrap();
        let deb = Deb::open(&file).unwrap();
        assert_eq!(deb.control["control"].content, CONTROL.as_bytes());
        assert_eq!(deb.control["postinst"].mode, 0o755);
        let mut found = BTreeMap::new();
        deb.for_each_data_entry(|entry, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).unwrap();
            assert_eq!(entry.owner.as_str(), "root");
            assert_eq!(entry.mtime, MTIME.cast_signed());
            found.insert(entry.path().unwrap(), (entry.clone(), bytes));
            Ok::<(), ArchiveError>(())
        })
        .unwrap();
        assert_eq!(found.len(), tree.len());
        for (at, entry) in tree.iter() {
            let (read, bytes) = &found[at];
            assert_eq!(read.mode, entry.mode, "{at}");
            match &entry.kind {
                Kind::Directory => assert_eq!(read.kind, DataKind::Directory, "{at}"),
                Kind::Symlink { target } => assert_eq!(&read.target, target, "{at}"),
                Kind::Regular {
                    content: Content::Bytes(expected),
                    ..
                } => {
                    assert_eq!(bytes.as_slice(), expected.as_ref(), "{at}");
                }
                Kind::Regular { .. } => unreachable!("{at}"),
            }
        }
    }
}

#[test]
fn packages_of_dpkg_deb_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    fs::create_dir_all(tree.join("DEBIAN")).unwrap();
    fs::write(tree.join("DEBIAN/control"), CONTROL).unwrap();
    fs::write(tree.join("file"), "content").unwrap();
    for compression in ["xz", "zstd", "gzip", "none"] {
        let deb = folder.path().join("peer.deb");
        let mut build = Command::new("dpkg-deb");
        run(build
            .args(["--root-owner-group", "-b", "-Z", compression])
            .arg(&tree)
            .arg(&deb));
        let deb = Deb::open(&deb).unwrap();
        let mut names = Vec::new();
        deb.for_each_data_entry(|entry, _| {
            names.push(entry.path().unwrap().to_string());
            Ok::<(), ArchiveError>(())
        })
        .unwrap();
        assert_eq!(names, ["/", "/file"], "{compression}");
    }
}

/// Damaged copies of a good gzip package, and what is said about each.
fn broken(good: &[u8]) -> Vec<(Vec<u8>, String)> {
    let replaced = |from: &str, to: &str| {
        let windows = good.windows(from.len());
        let at = windows.into_iter().position(|w| w == from.as_bytes());
        let mut bytes = good.to_vec();
        bytes[at.unwrap()..][..to.len()].copy_from_slice(to.as_bytes());
        bytes
    };
    let mut noisy = good.to_vec();
    let middle = good.len() - 5_000;
    noisy[middle..middle + 64].fill(0xff);
    let none = "` is not a Debian package: ";
    let damaged = "` is damaged: member `";
    let table: [(Vec<u8>, &str, &str); 11] = [
        (vec![], none, "it is shorter than the head of an ar archive"),
        (
            b"<html>404</html>".to_vec(),
            none,
            "it does not start with `!<arch>`",
        ),
        (good[..8].to_vec(), none, "it has no members"),
        (good[..72].to_vec(), none, "it has no member `control.tar`"),
        (
            good[..100].to_vec(),
            none,
            "it ends inside a member header at byte 72",
        ),
        (
            replaced("2.0\n", "3.0\n"),
            none,
            "its format version is `3.0\\n`, expected `2.0\\n`",
        ),
        (
            replaced("debian-binary", "debian_binary"),
            none,
            "its first member is `debian_binary`, expected `debian-binary`",
        ),
        (
            replaced("control.tar", "data.tar.xz"),
            none,
            "member `data.tar.xz.gz` stands where `control.tar` was expected",
        ),
        (
            good[..good.len() - 1000].to_vec(),
            none,
            "it is cut off: member `data.tar.gz` has ",
        ),
        (
            replaced("control.tar.gz", "control.tar.xz"),
            damaged,
            "control.tar.xz`: ",
        ),
        (noisy, damaged, "data.tar.gz`: "),
    ];
    table
        .into_iter()
        .map(|(bytes, head, tail)| (bytes, format!("{head}{tail}")))
        .collect()
}

#[test]
fn broken_packages_are_errors_that_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.deb");
    let noise = (0..90_000_u32).map(|i| (i.wrapping_mul(i) >> 7).to_le_bytes()[0]);
    let mut tree = Tree::default();
    tree.insert(path("/noise"), regular(&noise.collect::<Vec<_>>()))
        .unwrap();
    write(&tree, &file, options("gzip:1")).unwrap();
    for (bytes, expected) in broken(&fs::read(&file).unwrap()) {
        fs::write(&file, bytes).unwrap();
        let read = Deb::open(&file).and_then(|deb| {
            deb.for_each_data_entry(|_, content| {
                let copied = std::io::copy(content, &mut std::io::sink());
                copied.map(|_| ()).map_err(|e| deb.damaged_data(&e))
            })
        });
        let error = read.unwrap_err().to_string();
        let expected = format!("`{}{expected}", file.display());
        assert!(error.starts_with(&expected), "{error}\n{expected}");
    }
}
