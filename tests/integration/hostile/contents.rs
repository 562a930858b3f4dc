//! What dpkg installs is what is shown; every package that dpkg reads is read.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;
use crate::system::System;

/// A program that gives root to everybody, as an entry that lies in the content of another.
fn hidden() -> Vec<u8> {
    let header = Header::new(b'0', "./opt/h/evil").mode(0o4755).size(6);
    with_content(header, "evil!\n")
}

/// Packages whose entry before [`hidden`] claims its bytes as content, and what they are called.
fn hiding() -> Vec<(&'static str, Package)> {
    let size = hidden().len();
    let claims = |header: Header| Package::new(below(&[header.size(size).bytes(), hidden()]));
    vec![
        (
            "directory",
            claims(Header::new(b'5', "./opt/h/d/").mode(0o755)),
        ),
        (
            "symlink",
            claims(Header::new(b'2', "./opt/h/l").target("a")),
        ),
        (
            "hard link",
            claims(Header::new(b'1', "./opt/h/k").target("./opt/h/a")),
        ),
        ("pipe", claims(Header::new(b'6', "./opt/h/p"))),
    ]
}

#[test]
fn entries_behind_a_size_without_content_are_shown() {
    let stdout = "
        ==> control <==
        Package: hostile
        Version: 1.0
        Architecture: all
        Maintainer: A <a@example.com>
        Description: x

        ==> contents <==
        drwxr-xr-x root/root         0 ./
        drwxr-xr-x root/root         0 ./opt/
        drwxr-xr-x root/root         0 ./opt/h/
        -rw-r--r-- root/root         2 ./opt/h/a
        drwxr-xr-x root/root         0 ./opt/h/d/
        -rwsr-xr-x root/root         6 ./opt/h/evil
        ";
    let stderr = "warning: `./opt/h/d/` claims 1024 bytes, but only files have content: dpkg sees \
                  other entries behind it than tar\n";
    let (_, package) = &hiding()[0];
    ask(package, &["inspect"])
        .stdout(stdout)
        .stderr(stderr)
        .run();
    for (kind, package) in hiding() {
        let outcome = ask(&package, &["inspect", "-q"]).any_stdout().run();
        assert!(outcome.stdout.contains("6 ./opt/h/evil\n"), "{kind}");
    }
}

/// The same file in all: dpkg of Debian 12 and 13 installs what is shown.
#[test]
fn dpkg_installs_what_is_shown() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        for (kind, package) in hiding().into_iter().chain(readable()) {
            let shown = ask(&package, &["inspect", "-q"]).any_stdout().run().stdout;
            system.write("/root/x.deb", package.bytes());
            system.run(["dpkg", "--unpack", "/root/x.deb"]).success();
            let listed = system.run(["dpkg", "-L", "hostile"]).success().stdout;
            let mut listed: Vec<_> = listed.lines().filter(|path| *path != "/.").collect();
            let contents = shown.split("==> contents <==\n").nth(1).unwrap();
            let names = contents
                .lines()
                .map(|line| &line[line.find(" ./").unwrap() + 2..]);
            let names = names.map(|name| name.split([' ', '\n']).next().unwrap());
            let mut names: Vec<_> = names.map(|name| name.trim_end_matches('/')).collect();
            names.retain(|name| !name.is_empty());
            names.sort_unstable();
            listed.sort_unstable();
            assert_eq!(names, listed, "{suite}: {kind}");
            system.run(["dpkg", "--purge", "hostile"]).success();
        }
    }
}

fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = liblzma::stream::LzmaOptions::new_preset(6).unwrap();
    let stream = liblzma::stream::Stream::new_lzma_encoder(&options).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packages that look odd, and that dpkg reads.
fn readable() -> Vec<(&'static str, Package)> {
    let data = below(&[]);
    let package = Package::new(&data);
    let tail = |bytes: &[u8]| Package {
        tail: bytes.to_vec(),
        ..package.clone()
    };
    let two = [gzip(&data[..700]), gzip(&data[700..])].concat();
    let pax = with_content(Header::new(b'x', "x").size(18), "18 path=./control\n");
    #[rustfmt::skip]
    let table = vec![
        ("bzip2", package.clone().data("data.tar.bz2", bzip2(&data))),
        ("lzma", package.clone().data("data.tar.lzma", lzma(&data))),
        ("plain", package.clone().data("data.tar", data.clone())),
        ("plain named gzip", package.clone().data("data.tar.gz", data.clone())),
        ("two members of gzip", package.clone().data("data.tar.gz", two)),
        ("a byte behind", tail(b"\n")),
        ("junk behind", tail(b"no header of a member")),
        ("a later format", Package { format: b"2.1\nmore\n".to_vec(), ..package.clone() }),
        ("no end of tar", Package::new(&data[..data.len() - 1024])),
        ("more behind the end of tar", Package::new([data.clone(), hidden()].concat())),
        ("a broken header without a name", Package::new([&data[..data.len() - 1024], &[&[0][..], &[b'g'; 511]].concat(), &hidden()].concat())),
        ("PAX in the control archive", package.clone().members(&[pax, file("./x", CONTROL)])),
        ("a file with a slash", Package::new(below(&[file("./opt/h/s/", "content")]))),
        ("a tab in the control file", package.control(format!("{CONTROL}X-Y:\ta\r\n\t b\n"))),
    ];
    table
}

#[test]
fn packages_come_through_pipes() {
    let package = Package::new(below(&[]));
    let outcome = ask(&package, &["inspect"]).any_stdout().run();
    let mut child = Command::new(env!("CARGO_BIN_EXE_reldeb"))
        .args(["inspect", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&package.bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), outcome.stdout);
}

#[test]
fn the_format_version_is_read_as_dpkg_reads_it() {
    for (format, shown) in [
        (&b"2.0"[..], "2.0"),
        (b"2.0abc\n", "2.0abc\\n"),
        (b"2.0\r\n", "2.0\\r\\n"),
        (b"2.-1\n", "2.-1\\n"),
        (b"2.0\0\n", "2.0\\x00\\n"),
        (b"2\n", "2\\n"),
        (b"3.0\n", "3.0\\n"),
        (b"2.99999999999\n", "2.99999999999\\n"),
    ] {
        let package = Package {
            format: format.to_vec(),
            ..Package::new(below(&[]))
        };
        let error = format!(
            "error: `x.deb` is not a Debian package: its format version is `{shown}`, expected \
             `2.0\\n`\nhint: copy or download the package again\n"
        );
        ask(&package, &["inspect"]).status(1).stderr(&error).run();
    }
}

#[test]
fn owners_without_a_name_are_numbers() {
    let header = Header::new(b'0', "./opt/h/b").put(108, "0000017\x000000021\0");
    let header = header.put(265, [0; 32]).put(297, [0; 32]);
    let package = Package::new(below(&[header.bytes()]));
    let outcome = ask(&package, &["inspect"]).any_stdout().run();
    assert!(
        outcome
            .stdout
            .contains("-rw-r--r-- 15/17         0 ./opt/h/b\n")
    );
}
