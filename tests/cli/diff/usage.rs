//! How `reldeb diff` is called, and its errors.

use super::{Folder, reldeb};
use crate::support::Test;

#[test]
fn a_manifest_is_compared_with_what_is_published() {
    let manifest = |version: &str| {
        format!(
            "[package]\nname = \"orders\"\nversion = \"{version}\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"takes orders\"\n\
             [files]\n\"/etc/orders.conf\" = \"orders.conf\"\n"
        )
    };
    let old = Test::new()
        .manifest(&manifest("1.0"))
        .file("orders.conf", "a\n")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .args(["build", "-q", "-o", "old.deb"])
        .any_stdout()
        .run();
    let old = old.path("old.deb");
    Test::new()
        .manifest(&manifest("1.1"))
        .file("orders.conf", "b\n")
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .args(["diff", old.to_str().unwrap(), "--fail-on", "script"])
        .stdout(
            "orders 1.0 -> 1.1 (all)\n\
             configuration: /etc/orders.conf: who has edited it is asked\n\
             files: 0 added, 0 removed, 2 changed; 413 B -> 413 B\n\
             \x20 ~ /etc/orders.conf (2 B)\n\
             \x20 ~ /usr/share/doc/orders/changelog.gz (133 B)\n",
        )
        .run();
}

/// The scripts of reldeb give a directory what `[files]` gives it.
#[test]
fn a_directory_of_files_gets_its_mode() {
    let package = |version: &str, mode: &str| {
        Test::new()
            .manifest(&format!(
                "[package]\nname = \"orders\"\nversion = \"{version}\"\n\
                 maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"takes orders\"\n\
                 [files]\n\"/var/lib/orders/\" = {{ directory = true{mode} }}\n"
            ))
            .env("SOURCE_DATE_EPOCH", "1700000000")
    };
    let build = ["build", "-q", "-o", "old.deb"];
    for (first, second, expected) in [
        (
            "",
            ", mode = \"0700\"",
            "0755 root:root -> 0700 root:root\n",
        ),
        (
            ", mode = \"0700\"",
            "",
            "0700 root:root -> 0755 root:root, but a directory that is there stays as it is\n",
        ),
    ] {
        let old = package("1.0", first).args(build).any_stdout().run();
        let old = old.path("old.deb");
        let diff = ["diff", old.to_str().unwrap(), "--fail-on", "account"];
        let told = package("1.1", second).args(diff).any_stdout().run().stdout;
        let expected = format!("rights: /var/lib/orders: {expected}");
        assert!(told.contains(&expected), "{told}");
    }
}

#[test]
fn the_text_of_a_file_is_compared() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let old = Folder::new(at("old"));
    old.file("opt/orders/bytes", b"a\0b").pack(&at("old.deb"));
    let new = Folder::new(at("new"));
    new.file("etc/orders/orders.conf", "a = 1\nb = \u{1b}[31m2\n")
        .pack(&at("new.deb"));
    let content = |path: &str| {
        let call = ["diff", "old.deb", "new.deb", "--content", path];
        reldeb(&call, directory.path())
    };
    assert_eq!(
        content("/etc/orders/orders.conf").1,
        "@@ -1 +1,2 @@\n a = 1\n+b = \\u{1b}[31m2\n"
    );
    assert_eq!(
        content("/opt/orders/bytes").1,
        "no text on both sides: old 3 B, new not there\n"
    );
    assert_eq!(
        content("/usr/share/doc/orders/README").1,
        "no differences\n"
    );
    assert_eq!(
        content("/nowhere"),
        (
            2,
            String::new(),
            "error: neither package has a file `/nowhere`\n\
             hint: `reldeb inspect` lists the paths of a package\n"
                .into()
        )
    );
}

#[test]
fn what_cannot_be_compared_has_status_2() {
    let refused = |arguments: &[&str], expected: &str| {
        Test::new()
            .file("x.deb", "no package")
            .args(arguments)
            .status(2)
            .stderr(expected)
            .run();
    };
    refused(
        &["diff", "old.deb", "new.deb"],
        "error: cannot open `old.deb`: no such file or directory\n",
    );
    refused(
        &["diff", "x.deb", "x.deb"],
        "error: `x.deb` is not a Debian package: it does not start with `!<arch>`\n\
         hint: copy or download the package again\n",
    );
}

#[test]
fn what_dpkg_would_refuse_is_told_whatever_counts() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    Folder::new(at("old")).pack(&at("old.deb"));
    let new = Folder::new(at("new"));
    new.file("etc/c\u{7f}", "")
        .mode("etc/c\u{7f}", 0o4755)
        .pack(&at("new.deb"));
    let call = ["diff", "old.deb", "new.deb", "--fail-on", "account"];
    let (status, text, _) = reldeb(&call, directory.path());
    assert_eq!(status, 1);
    assert!(text.contains("error: "), "{text}");
    assert!(text.contains("contains a control character"), "{text}");
}
