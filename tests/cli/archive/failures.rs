//! Failures that end a write, and what each leaves behind.

use std::fs;
use std::path::Path;

use reldeb::internals::deb::{DebWriter, write_data};
use reldeb::internals::tree::{Content, Entry, Origin, Tree};

use super::{file, options, path, write};

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
