//! Archives and files without an end, or with too much in them.

use std::io::Write;

use super::words;
use crate::support::Test;

const HEAD: &str = "fpm -t deb -n demo -m 'Ann Example <ann@example.com>' --description x ";

#[track_caller]
fn refused(test: Test, line: &str, expected: &str) {
    let outcome = test
        .args(words(&format!("{HEAD}{line}")))
        .status(1)
        .any_stderr()
        .run();
    let expected = format!("error: {expected}\n");
    assert!(outcome.stderr.ends_with(&expected), "{}", outcome.stderr);
}

/// An archive of these members: kind, name, link, content.
fn archive(members: &[(tar::EntryType, &str, &str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name, link, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        if !link.is_empty() {
            header.set_link_name_literal(link).unwrap();
        }
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn archives_have_limits() {
    use tar::EntryType as Kind;
    let long = "n".repeat(100_000);
    let bytes = format!("{}/x", "n".repeat(100)).repeat(50);
    let deep = "d/".repeat(256) + "x";
    for (members, expected) in [
        (
            vec![(Kind::Regular, &long[..], "", &b""[..])],
            "cannot unpack `x.tar`: the names and fields of an entry have more than 64 KiB".to_owned(),
        ),
        (
            vec![(Kind::Regular, &bytes, "", b"")],
            format!(
                "`x.tar` cannot be unpacked here: `{}…` has 5100 bytes, expected at most 4096",
                &bytes[..200]
            ),
        ),
        (
            vec![(Kind::Regular, &deep, "", b"")],
            format!(
                "`x.tar` cannot be unpacked here: `{}…` has 257 names, expected at most 256",
                &deep[..200]
            ),
        ),
        (
            vec![(Kind::Regular, "a/b", "", b"1"), (Kind::Regular, "./a/b", "", b"2")],
            "`x.tar` cannot be unpacked here: `a/b` is there twice".to_owned(),
        ),
        (
            vec![(Kind::Regular, "a", "", b"1"), (Kind::Directory, "a", "", b"")],
            "`x.tar` cannot be unpacked here: `a` is there twice".to_owned(),
        ),
        (
            vec![(Kind::Symlink, "a", "/etc", b""), (Kind::Regular, "a/b", "", b"2")],
            "`x.tar` cannot be unpacked here: `a/b` lies below `a`, which is no directory".to_owned(),
        ),
        (
            vec![(Kind::Link, "a", "/etc/passwd", b"")],
            "`x.tar` cannot be unpacked here: `a` is a hard link to `etc/passwd`, which is no file before it"
                .to_owned(),
        ),
    ] {
        let test = Test::new();
        std::fs::write(test.path("x.tar"), archive(&members)).unwrap();
        refused(test, "-s tar x.tar", &expected);
    }
}

#[test]
fn archives_of_zeros_end() {
    let test = Test::new();
    let file = std::fs::File::create(test.path("x.tar.gz")).unwrap();
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::best());
    let mut header = tar::Header::new_gnu();
    header.set_path("none").unwrap();
    header.set_entry_type(tar::EntryType::XGlobalHeader);
    header.set_size(2 << 30);
    header.set_mode(0o644);
    header.set_cksum();
    encoder.write_all(header.as_bytes()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..1030 {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap();
    let expected = "cannot unpack `x.tar.gz`: it unpacks to more than 1073 MB";
    let outcome = test
        .args(words(&format!("{HEAD}-s tar x.tar.gz")))
        .status(1)
        .any_stderr()
        .run();
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .ends_with(" MB, which is over 256 times its size\n"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn devices_are_not_read() {
    for (line, expected) in [
        ("--inputs /dev/zero", "/dev/zero"),
        ("--fpm-options-file /dev/zero x", "/dev/zero"),
        ("--before-install /dev/zero x", "/dev/zero"),
        ("--exclude-file /dev/zero x", "/dev/zero"),
    ] {
        let expected =
            format!("cannot read `{expected}`: it is a character device, expected a file");
        refused(
            Test::new().file("x", "x"),
            &format!("-s dir {line}"),
            &expected,
        );
    }
    let test = Test::new().file("x", "x");
    let file = std::fs::File::create(test.path("large")).unwrap();
    file.set_len((16 << 20) + 1).unwrap();
    let expected = "cannot read `large`: it has more than 16 MiB, expected at most that";
    refused(test, "-s dir --inputs large", expected);
}

#[test]
fn devices_are_not_imported() {
    for name in ["Cargo.toml", "nfpm.yaml", ".goreleaser.yaml"] {
        Test::new()
            .symlink(name, "/dev/zero")
            .args(["import", name])
            .status(1)
            .stderr(&format!(
                "error: cannot read `{name}`: it is a character device, expected a file\n"
            ))
            .run();
    }
    let test = Test::new();
    let made = std::process::Command::new("mkfifo")
        .arg(test.path("Cargo.toml"))
        .status();
    assert!(made.unwrap().success());
    test.args(["import", "Cargo.toml"])
        .status(1)
        .stderr("error: cannot read `Cargo.toml`: it is a FIFO, expected a file\n")
        .run();
}
