//! Contents, versions and descriptions that are told, or spelled as the other tool does.

use super::built_manifest;
use crate::support::Test;

#[test]
fn what_is_packed_otherwise_than_by_nfpm_is_told() {
    let manifest = built_manifest(
        "nfpm.yaml",
        "name: shop\narch: all\nversion: 1.0.0\nmaintainer: Ops <ops@example.com>\ndescription: shop\n\
         umask: 0o077\ncontents:\n  - {src: a, dst: /opt/a, mod: 0600, file_info: {mtime: 2024-01-01, modus: 1}}\n  \
         - {src: a, dst: /usr/share/doc/shop/a, type: doc}\n  - {src: a, dst: /opt/b, file_info: {mode: 0}}\n",
        "
        warning[import-differs]: nfpm.yaml:6: `umask` is left out
        hint: files are 0644, programs and folders 0755; `mode` and `directory-mode` in `[files]` say otherwise
        warning[import-left-out]: nfpm.yaml:8: `mod` of `/opt/a` is left out
        hint: nothing is known by this name; is it misspelled?
        warning[import-left-out]: nfpm.yaml:8: `mtime` of `/opt/a` is left out
        hint: times are that of the newest file, or SOURCE_DATE_EPOCH
        warning[import-left-out]: nfpm.yaml:8: `modus` of `/opt/a` is left out
        hint: nothing is known by this name; is it misspelled?
        ",
    );
    let files = manifest.split("[files]\n").nth(1).unwrap();
    assert_eq!(
        files,
        "# `mod` of `/opt/a` has no equivalent.\n# `mtime` of `/opt/a` has no equivalent.\n\
         # `modus` of `/opt/a` has no equivalent.\n\"/opt/a\" = \"a\"\n\"/opt/b\" = \"a\"\n"
    );
}

#[test]
fn links_to_folders_and_private_folders_are_told() {
    let outcome = Test::new()
        .file(
            "nfpm.yaml",
            "name: shop\nversion: 1.0.0\nmaintainer: Ops <ops@example.com>\ncontents:\n\
             - {src: to, dst: /opt/to}\n- {src: rel, dst: /opt/rel, type: tree}\n",
        )
        .directory_with_mode("rel/private", 0o700)
        .file("rel/private/a", "a\n")
        .symlink("to", "rel")
        .args(["import"])
        .any_stdout()
        .stderr(
            "warning[import-differs]: nfpm.yaml:5: `to` is a link to a folder, of which nfpm packs nothing\n\
             hint: the files of the folder are packed; take the entry out if they are not meant\n\
             warning[import-differs]: nfpm.yaml:5: folder `to/private` has the mode 0700, and 0755 in the package\n\
             hint: `directory-mode` of an entry in `[files]` gives its folders another\n\
             warning[import-differs]: nfpm.yaml:6: folder `rel/private` has the mode 0700, and 0755 in the package\n\
             hint: `directory-mode` of an entry in `[files]` gives its folders another\n",
        )
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(
        manifest.ends_with("\"/opt/to/\" = \"to/\"\n\"/opt/rel/\" = \"rel/\"\n"),
        "{manifest}"
    );
}

#[test]
fn versions_are_spelled_as_nfpm_spells_them() {
    for (lines, stderr, expected) in [
        ("version: 1.2\n", "", "version = \"1.2.0\"\n"),
        (
            "version: '2:2024.01.02'\n",
            "",
            "epoch = 2\nversion = \"2024.1.2\"\n",
        ),
        (
            "version: 1.2.3-rc1\nprerelease: b2\nrelease: 4\n",
            "",
            "version = \"1.2.3~b2\"\nrevision = \"4\"\n",
        ),
        (
            "version: 1.2.3-5-gabc\nrelease: 4\n",
            "",
            "version = { exact = \"1.2.3~5-gabc-4\" }\n",
        ),
        (
            "version: v1.2\nversion_schema: none\n",
            "
            warning[import-differs]: nfpm.yaml:4: the version is `1.2`
            hint: one of Debian begins with a digit: dpkg refuses what nfpm makes of it
            ",
            "version = \"1.2\"\n",
        ),
        (
            "version: ${VERSION}\nversion_schema: none\n",
            "
            warning[import-differs]: nfpm.yaml:4: the version is respelled so that it sorts as meant
            hint: `1.0.0-rc1` becomes `1.0.0~rc1`; `version = { exact = \"…\" }` takes it as it is
            ",
            "version = { upstream = \"${VERSION}\" }\n",
        ),
    ] {
        let head = "name: shop\narch: all\nmaintainer: Ops <ops@example.com>\n";
        let manifest = built_manifest(
            "nfpm.yaml",
            &format!("{head}{lines}contents:\n- {{src: a, dst: /opt/a}}\n"),
            stderr,
        );
        let after = manifest.split("name = \"shop\"\n").nth(1).unwrap();
        assert!(after.starts_with(expected), "{lines}: {after}");
    }
}

#[test]
fn an_owner_that_is_a_number_is_root() {
    let manifest = built_manifest(
        "nfpm.yaml",
        "name: shop\narch: all\nversion: 1.0.0\nmaintainer: Ops <ops@example.com>\ncontents:\n\
         - {src: a, dst: /opt/a, file_info: {owner: 1000, group: '0', mode: 0640}}\n",
        "
        warning[import-differs]: nfpm.yaml:6: what has the owner `1000` is root's
        hint: so it is with nfpm's package: dpkg knows owners by their names, and of others makes root
        warning[import-differs]: nfpm.yaml:6: what has the group `0` is root's
        hint: so it is with nfpm's package: dpkg knows owners by their names, and of others makes root
        ",
    );
    assert!(
        manifest.contains("\"/opt/a\" = { source = \"a\", mode = \"0640\" }\n"),
        "{manifest}"
    );
}

#[test]
fn what_a_description_says_beside_a_file_is_told() {
    for (text, stderr) in [
        (
            "Counts days.\n",
            "warning[import-left-out]: Cargo.toml:8: `Counts things.` of the description of Cargo.toml is left out\n\
             hint: write it into `ext.txt`, which is all that follows the synopsis\n",
        ),
        ("Counts\nthings. And days.\n", ""),
    ] {
        Test::new()
            .file(
                "Cargo.toml",
                "[package]\nname = \"tally\"\nversion = \"1.0.0\"\nauthors = [\"Ops <ops@example.com>\"]\n\
                 description = \"A tally. Counts things.\"\nlicense = \"MIT\"\n[package.metadata.deb]\n\
                 extended-description-file = \"ext.txt\"\nassets = []\n",
            )
            .file("src/main.rs", "fn main() {}\n")
            .file("ext.txt", text)
            .args(["import"])
            .any_stdout()
            .stderr(stderr)
            .run();
    }
}
