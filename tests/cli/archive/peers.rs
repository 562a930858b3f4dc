//! Packages of ours in dpkg, dpkg-deb and GNU tar, and packages of dpkg-deb in ours.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use reldeb::internals::deb::{ArchiveError, Deb, write_data};
use reldeb::internals::tree::{Content, Entry, Kind, Origin, Owner, Tree};

use super::{CONTROL, awkward, file, options, path, regular, run, stdout, write};

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
    dpkg.arg("--log=/dev/null");
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
