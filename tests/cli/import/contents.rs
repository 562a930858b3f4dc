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
fn links_to_folders_are_told_and_private_folders_stay_private() {
    let outcome = Test::new()
        .file(
            "nfpm.yaml",
            "name: shop\nversion: 1.0.0\nmaintainer: Ops <ops@example.com>\ncontents:\n\
             - {src: to, dst: /opt/to}\n- {src: rel, dst: /opt/rel, type: tree}\n\
             - {src: own, dst: /opt/own, type: tree, file_info: {group: adm}}\n\
             - {src: own, dst: /opt/moded, type: tree, file_info: {mode: 0640}}\n",
        )
        .directory_with_mode("rel/private", 0o700)
        .file("rel/private/a", "a\n")
        .directory_with_mode("rel/private/group", 0o2750)
        .directory_with_mode("own", 0o700)
        .directory_with_mode("own/open", 0o755)
        .file("own/open/a", "a\n")
        .symlink("to", "rel")
        .args(["import"])
        .any_stdout()
        .stderr(
            "warning[import-differs]: nfpm.yaml:5: `to` is a link to a folder, of which nfpm packs nothing\n\
             hint: the files of the folder are packed; take the entry out if they are not meant\n\
             ",
        )
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    // nfpm 2.48 packs the same, but that it gives the mode of the last entry to its folders, too.
    let expected = "\
        \"/opt/to/\" = \"to/\"\n\
        \"/opt/rel/\" = \"rel/\"\n\
        \"/opt/rel/private/\" = { directory = true, mode = \"0700\" }\n\
        \"/opt/rel/private/group/\" = { directory = true, mode = \"2750\" }\n\
        \"/opt/own/\" = { source = \"own/\", group = \"adm\", directory-mode = \"0700\" }\n\
        \"/opt/own/open/\" = { directory = true, mode = \"0755\", group = \"adm\" }\n\
        \"/opt/moded/\" = { source = \"own/\", mode = \"0640\" }\n";
    assert!(manifest.ends_with(expected), "{manifest}");
    let output = crate::packed::reldeb()
        .args(["plan", "--arch", "all"])
        .current_dir(outcome.path(""))
        .output()
        .unwrap();
    let plan = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<String> = plan
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for start in [
        "drwx------ root/adm 0 ./opt/own/ ",
        "drwxr-xr-x root/adm 0 ./opt/own/open/ ",
        "drwx------ root/root 0 ./opt/rel/private/ ",
        "drwxr-s--- root/root 0 ./opt/rel/private/group/ ",
    ] {
        assert!(
            lines.iter().any(|it| it.starts_with(start)),
            "{start}\n{plan}"
        );
    }
}

#[test]
fn variables_that_are_set_say_what_nfpm_would_make_of_them() {
    let stderr = "\
        warning[import-differs]: nfpm.yaml:2: version `v1.2-rc1` becomes `1.2~rc1`, which is `1.2.0~rc1` of nfpm\n\
        hint: one of three numbers is the same; look that machines take it for newer than what they have\n\
        warning[import-differs]: nfpm.yaml:8: `conf-${NAME}/**/*.conf` finds other files, or puts them elsewhere, than with nfpm\n\
        hint: `**/` of nfpm is one folder at least, and it keeps only the folders in which its files differ; see `reldeb plan`\n";
    let with = |version: &str| {
        Test::new()
            .file(
                "nfpm.yaml",
                "name: shop\nversion: ${VER}\nmaintainer: Ops <ops@example.com>\ncontents:\n\
                 - {src: 'conf-${NAME}', dst: /opt/all, expand: true}\n\
                 - {src: 'conf-$NAME/*.conf', dst: /opt/some, expand: true}\n\
                 - {src: 'conf-${NAME}/*', dst: /opt/each, expand: true}\n\
                 - {src: 'conf-${NAME}/**/*.conf', dst: /opt/deep, expand: true}\n\
                 - {src: 'conf-${NAME}/a.conf', dst: '/opt/${NAME}/', expand: true}\n\
                 - {src: 'gone-${NONE}/*', dst: '/opt/gone', expand: true}\n",
            )
            .file("conf-x/a.conf", "a")
            .file("conf-x/b.conf", "a")
            .file("conf-x/deep/c.conf", "a")
            .env("NAME", "x")
            .env("VER", version)
            .args(["import"])
            .any_stdout()
    };
    let outcome = with("v1.2-rc1").stderr(stderr).run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let expected = "\
        \"/opt/all/\" = \"conf-${NAME}/\"\n\
        \"/opt/some/\" = \"conf-$NAME/*.conf\"\n\
        \"/opt/each/\" = \"conf-${NAME}/\"\n\
        \"/opt/deep/\" = \"conf-${NAME}/**/*.conf\"\n\
        \"/opt/${NAME}/a.conf\" = \"conf-${NAME}/a.conf\"\n\
        \"/opt/gone/\" = \"gone-${NONE}/*\"\n";
    assert!(manifest.ends_with(expected), "{manifest}");
    let (_, of_globs) = stderr.split_once("they have\n").unwrap();
    with("1.2.0-rc1").stderr(of_globs).run();
}

#[test]
fn a_program_that_is_not_built_is_told_with_the_variable_that_names_it() {
    let stderr = "\
        error: reldeb.toml:8: source `dist/shop_linux_amd64_v1/shop` of `/usr/bin/shop` does not exist\n\
        hint: `GORELEASER_TARGET` in the environment of the \
        build says which one, as `GORELEASER_TARGET=… reldeb build`\n";
    Test::new()
        .file(
            "reldeb.toml",
            "[package]\nname = \"shop\"\nversion = \"1.0\"\nmaintainer = \"A <a@example.com>\"\n\
             description = \"kit\"\n\n[files]\n\
             \"/usr/bin/shop\" = \"dist/shop_${GORELEASER_TARGET:-linux_amd64_v1}/shop\"\n",
        )
        .file("dist/shop_linux_arm64_v8.0/shop", "x")
        .args(["build"])
        .status(1)
        .stderr(stderr)
        .run();
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
            "warning[import-differs]: Cargo.toml:5: the synopsis is `tally`\n\
             hint: Debian's has no name of its package, no article, no full stop and less than 80 characters; \
             what follows it is below\n\
             warning[import-left-out]: Cargo.toml:8: `Counts things.` of the description of Cargo.toml is left out\n\
             hint: write it into `ext.txt`, which is all that follows the synopsis\n",
        ),
        (
            "Counts\nthings. And days.\n",
            "warning[import-differs]: Cargo.toml:5: the synopsis is `tally`\n\
             hint: Debian's has no name of its package, no article, no full stop and less than 80 characters; \
             what follows it is below\n",
        ),
    ] {
        Test::new()
            .file(
                "Cargo.toml",
                "[package]\nname = \"tally\"\nversion = \"1.0.0\"\nauthors = [\"Ops <ops@example.com>\"]\n\
                 description = \"A tally. Counts things.\"\nlicense = \"MIT\"\n[package.metadata.deb]\n\
                 extended-description-file = \"ext.txt\"\n",
            )
            .file("src/main.rs", "fn main() {}\n")
            .file("ext.txt", text)
            .args(["import"])
            .any_stdout()
            .stderr(stderr)
            .run();
    }
}
