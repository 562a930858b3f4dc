//! Both archives and the sums, as they are written.

use std::fs;
use std::num::NonZero;
use std::process::Command;

use reldeb::internals::deb::{
    ControlContent, ControlMember, DataSummary, Deb, DebWriter, WriteOptions, write_data,
};
use reldeb::internals::tree::{Kind, Tree};

use super::{CONTROL, awkward, file, options, path, regular, run, write};

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
