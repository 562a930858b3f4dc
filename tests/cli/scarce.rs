//! Machines that refuse what a build wants of them.

use crate::building::{demo, shell};

/// Whatever the machine refuses, there is a package or an error that says why, and never a panic.
#[test]
fn a_machine_that_refuses_ends_in_words() {
    let test = demo("architecture = \"amd64\"", "exclude = [\"nothing\"]\n")
        .file("rel/large", vec![b'x'; 1 << 20]);
    let folder = test.path("");
    // Nobody reads what is said, and it is not written.
    for line in [
        "$RELDEB build 2>/dev/full",
        "$RELDEB build -v 2>&-",
        "{ $RELDEB build; echo $? >&3; } 3>status 2>&1 >/dev/null | true; exit $(cat status)",
    ] {
        let output = shell(&folder, line);
        assert!(output.status.success(), "{line}: {output:?}");
        assert!(folder.join("dist/demo_1.0_amd64.deb").is_file(), "{line}");
        std::fs::remove_dir_all(folder.join("dist")).unwrap();
    }
    let status = |line: &str| shell(&folder, line).status.code();
    assert_eq!(status("$RELDEB plan -x 2>/dev/full"), Some(2));
    assert_eq!(
        status("$RELDEB plan --manifest nowhere 2>/dev/full"),
        Some(1)
    );

    let output = shell(
        &folder,
        "ulimit -f 100; $RELDEB build -q --compression none",
    );
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        (
            Some(1),
            "error: cannot write `dist/demo_1.0_amd64.deb`: file too large\nhint: write to a file \
             system that takes larger files with `-o`, or raise `ulimit -f`\n"
        )
    );
}

/// A process that may have few threads, down to one.
#[test]
fn too_few_threads_end_in_words() {
    if !crate::support::is_root() {
        return crate::support::skip("only root can be another user");
    }
    let test = demo("", "").directory_with_mode("out", 0o777).by_nobody();
    let folder = test.path("");
    for limit in 1..=6 {
        for compression in ["xz", "zstd", "gzip", "none"] {
            // A user whom nobody else is, so that the limit counts this process alone.
            let line = format!(
                "prlimit --nproc={limit} setpriv --reuid=64321 --regid=64321 --clear-groups \
                 $RELDEB build -q -o out --compression {compression}"
            );
            let output = shell(&folder, &line);
            let said = String::from_utf8_lossy(&output.stderr);
            let words = said.starts_with("error: cannot start a thread: ")
                || said.starts_with("error: cannot compress with ");
            match output.status.code() {
                Some(0) => assert_eq!(said, "", "{line}"),
                status => assert!(status == Some(1) && words, "{line}: {said}"),
            }
            if limit == 1 {
                assert!(words && said.contains("\nhint: "), "{line}: {said}");
            }
        }
    }
}
