//! The listing is what dpkg installs; every package that dpkg reads is read.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;
use crate::forged::odd::hiding;

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
    let stderr = "warning[size-without-content]: `./opt/h/d/` claims 1024 bytes, but only files have content: dpkg sees \
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

/// Such an entry has no path that could be asked for.
#[test]
fn an_entry_without_a_path_is_no_file_that_was_asked_for() {
    let package = Package::new(below(&[
        file("./opt/h/../../f", "wrong\n"),
        file("./opt/h/\x01", "wrong\n"),
        Header::new(b'1', "./opt/h/b").target("opt/h/c").bytes(),
        Header::new(b'1', "./opt/h/c").target("opt/h/b").bytes(),
        file("./opt/h/f", "right\n"),
    ]));
    let cat = |path: &str| ask(&package, &["inspect", "--cat", path]);
    cat("/opt/h/f").stdout("right\n").run();
    for path in ["/nonesuch", "/opt/h/b"] {
        let last = if path == "/opt/h/b" { "/opt/h/c" } else { path };
        let error = format!(
            "error: the package has no file `{last}`\nhint: `reldeb inspect x.deb` lists all paths\n"
        );
        cat(path).status(2).stderr(&error).run();
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
