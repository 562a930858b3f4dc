//! `reldeb inspect --extract`: the files of a package, beside dpkg-deb, and of packages that want out.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::diff::{Folder, reldeb};
use crate::forged::*;

/// Every path below a folder with its kind, mode, number of names, size and target.
fn listing(folder: &Path) -> String {
    let format = "%P %y %m %n %s %l\n";
    let found = Command::new("find")
        .arg(folder)
        .args(["-mindepth", "1", "-not", "-type", "d", "-printf", format])
        .args([
            "-o",
            "-type",
            "d",
            "-mindepth",
            "1",
            "-printf",
            "%P %y %m\n",
        ])
        .output()
        .unwrap();
    let mut lines: Vec<_> = std::str::from_utf8(&found.stdout)
        .unwrap()
        .lines()
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn all_files_come_as_dpkg_deb_unpacks_them() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let folder = Folder::new(path.join("x"));
    folder
        .file("usr/share/orders/data", vec![0; 300_000])
        .file("usr/bin/orders", "x")
        .mode("usr/bin/orders", 0o4755)
        .file("srv/orders/secret", "x")
        .mode("srv/orders/secret", 0o440)
        .mode("srv/orders", 0o555);
    std::fs::hard_link(path.join("x/usr/bin/orders"), path.join("x/usr/bin/other")).unwrap();
    folder.pack(&path.join("x.deb"));
    folder.mode("srv/orders", 0o755);
    let call = [
        "inspect",
        "x.deb",
        "--extract",
        "ours",
        "--control",
        "--special-modes",
    ];
    assert_eq!(reldeb(&call, path), (0, "ours\n".to_owned(), String::new()));
    let unpacked = Command::new("dpkg-deb")
        .args(["-R", "x.deb", "theirs"])
        .current_dir(path)
        .status();
    assert!(unpacked.unwrap().success());
    let ours = listing(&path.join("ours"));
    assert_eq!(ours, listing(&path.join("theirs")));
    assert!(ours.contains("usr/bin/other f 4755 2 1 "), "{ours}");
    // Without being asked, nothing becomes setuid, and there is no folder DEBIAN.
    std::fs::create_dir(path.join("empty")).unwrap();
    let call = ["inspect", "x.deb", "--extract", "empty", "--json"];
    let (status, document, _) = reldeb(&call, path);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    assert_eq!((status, &document["path"]), (0, &"empty".into()));
    let plain = listing(&path.join("empty"));
    assert!(plain.contains("usr/bin/other f 755 2 1 "), "{plain}");
    assert!(!plain.contains("DEBIAN"), "{plain}");
    // Nothing that is there is touched.
    let refused =
        "error: `empty` is not empty, expected a new or empty folder\nhint: name another folder\n";
    assert_eq!(reldeb(&call, path), (1, String::new(), refused.to_owned()));
    assert_eq!(listing(&path.join("empty")), plain);
}

#[test]
fn what_leads_elsewhere_is_not_unpacked() {
    let link = |kind, name: &str, target: &str| Header::new(kind, name).target(target).bytes();
    let through = [link(b'2', "./opt/h/l", "/tmp"), file("./opt/h/l/x", "x")].concat();
    let after = [file("./opt/h/l/x", "x"), link(b'2', "./opt/h/l", "/tmp")].concat();
    let long = [
        long_name(b'L', vec![b'n'; 5000]),
        Header::new(b'0', "x").bytes(),
    ]
    .concat();
    for (entry, what) in [
        (
            file("./../x", "x"),
            "`./../x` is refused: path `/./../x` contains `..`",
        ),
        (
            through,
            "`/opt/h/l/x` lies below `/opt/h/l`, which is no directory",
        ),
        (
            after,
            "`/opt/h/l/x` lies below `/opt/h/l`, which is no directory",
        ),
        (
            link(b'1', "./opt/h/k", "../../../etc/passwd"),
            "`./opt/h/k` is refused: path `/../../../etc/passwd` contains `..`",
        ),
        (
            link(b'1', "./opt/h/k", "/etc/passwd"),
            "`./opt/h/k` is a hard link to `/etc/passwd`, which is no file before it",
        ),
        (
            link(b'2', "./opt/h/k", ""),
            "`./opt/h/k` is a symlink to nothing",
        ),
        (
            Header::new(b'3', "./opt/h/d").bytes(),
            "`./opt/h/d` is a device or a pipe, expected files, directories and links",
        ),
        (
            Header::new(b'6', "./opt/h/d").bytes(),
            "`./opt/h/d` is a device or a pipe, expected files, directories and links",
        ),
        (file("./opt/h/a", "again"), "`./opt/h/a` is there twice"),
        (long, "` is refused: path "),
    ] {
        let directory = TempDir::new().unwrap();
        let path = directory.path();
        Package::new(below(&[entry])).write(path);
        let (status, _, said) = reldeb(&["inspect", "x.deb", "--extract", "new"], path);
        assert_eq!(status, 1, "{what}");
        assert!(
            said.starts_with("error: `x.deb` is not unpacked: `"),
            "{said}"
        );
        assert!(said.contains(what), "{what}: {said}");
        assert!(!path.join("new").exists(), "{what}");
    }
}

#[test]
fn a_name_that_begins_with_a_slash_lies_in_the_folder() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    Package::new([file("/absolute", "x"), end()].concat()).write(path);
    assert_eq!(reldeb(&["inspect", "x.deb", "--extract", "new"], path).0, 0);
    assert_eq!(std::fs::read(path.join("new/absolute")).unwrap(), b"x");
}

#[test]
fn a_damaged_package_leaves_no_files() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let large = Header::new(b'0', "./opt/h/b").size(5000).bytes();
    let archive = [folders(), large, vec![b'x'; 600]].concat();
    Package::new(archive).write(path);
    let expected = "error: `x.deb` is damaged: member `data.tar.gz`, unpacked byte 2648: the archive is cut off\n\
                    hint: copy or download the package again\n";
    let call = ["inspect", "x.deb", "--extract", "new"];
    assert_eq!(reldeb(&call, path), (1, String::new(), expected.to_owned()));
    assert!(!path.join("new").exists());
    // Control files of the package's own do not stand in for those of the control archive.
    let folder = [directory_of("./DEBIAN/"), file("./DEBIAN/x", "x")].concat();
    let symlink = Header::new(b'2', "./DEBIAN").target("/tmp").bytes();
    let of_file = [
        file("./x", "x"),
        Header::new(b'1', "./DEBIAN").target("./x").bytes(),
    ]
    .concat();
    for entries in [folder, symlink, of_file] {
        Package::new([entries, end()].concat()).write(path);
        let (status, _, said) = reldeb(&[&call[..], &["--control"]].concat(), path);
        let expected = "error: `x.deb` is not unpacked: `/DEBIAN` stands where the files of the control archive go\n";
        assert_eq!((status, said.as_str()), (1, expected));
        assert!(!path.join("new").exists());
    }
}

fn directory_of(name: &str) -> Vec<u8> {
    [directory("./"), directory(name)].concat()
}

#[test]
fn zeros_take_no_space() {
    use std::os::unix::fs::MetadataExt as _;
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    Package::new(below(&[file("./opt/h/zeros", vec![0; 64 << 20])])).write(path);
    assert_eq!(reldeb(&["inspect", "x.deb", "--extract", "new"], path).0, 0);
    let found = path.join("new/opt/h/zeros").metadata().unwrap();
    assert_eq!(found.len(), 64 << 20);
    assert!(found.blocks() * 512 < 1 << 20, "{}", found.blocks());
}
