//! Every error that a user can cause, by its exact text; and that nothing is written then.

use std::os::unix::net::UnixListener;

use crate::support::Test;

const START: &str = "\
[package]
name = \"demo\"
version = \"1.0\"
maintainer = \"Ann Example <ann@example.com>\"
description = \"demonstrates\"
";

/// A manifest, with a plain release of one program.
fn demo(more: &str) -> Test {
    Test::new()
        .manifest(&format!("{START}\n[release]\npath = \"rel\"\n{more}"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["build", "-q"])
}

/// Runs a build that must fail, and sees that it left no package.
fn refused(test: Test, expected: &str) {
    let outcome = test.status(1).stderr(expected).run();
    let there = outcome.names(".");
    assert!(
        !there
            .iter()
            .any(|name| name == "dist" || name.ends_with(".deb")),
        "{there:?}"
    );
}

/// A manifest whose `[package]` table is this.
fn package(text: &str) -> Test {
    Test::new()
        .manifest(&format!("[package]\n{text}\n[release]\npath = \"rel\"\n"))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["build", "-q"])
}

#[test]
fn a_folder_without_a_manifest_is_refused() {
    refused(
        Test::new().args(["build"]),
        "
        error: no `reldeb.toml` in `.`
        hint: `reldeb init` writes one; `--manifest FILE` names another
        ",
    );
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    refused(
        package("maintaner = \"Ann\""),
        "
        error: reldeb.toml:2: unknown key `maintaner`
          2 | maintaner = \"Ann\"
        hint: did you mean `maintainer`?
        ",
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    refused(
        package("name = 5"),
        "
        error: reldeb.toml:2: found integer `5`, expected a string
          2 | name = 5
        ",
    );
}

#[test]
fn a_missing_maintainer_is_refused() {
    refused(
        package("name = \"demo\"\nversion = \"1.0\"\ndescription = \"x\""),
        "
        error: `package.maintainer` is missing in `reldeb.toml`
        hint: write `maintainer = \"Name <name@example.com>\"` below `[package]`
        ",
    );
}

#[test]
fn text_that_is_no_toml_is_refused() {
    refused(
        package("name = \"demo"),
        "
        error: reldeb.toml:2: invalid basic string, expected `\"`
          2 | name = \"demo
        ",
    );
}

#[test]
fn an_invalid_name_is_refused_with_a_legal_one() {
    refused(
        package("name = \"My_App\""),
        "
        error: reldeb.toml:2: invalid package name `My_App`: contains `M` at character 1, expected lower case letters, digits and `+ - .`
          2 | name = \"My_App\"
        hint: write it as `my-app`
        ",
    );
}

#[test]
fn a_pre_release_after_a_hyphen_is_refused_with_the_right_version() {
    refused(
        package("name = \"demo\"\nversion = \"1.0-rc1\""),
        "
        error: reldeb.toml:3: invalid version `1.0-rc1`: sorts after the version it is a pre-release of
          3 | version = \"1.0-rc1\"
        hint: write a pre-release as `1.0~rc1`
        ",
    );
}

#[test]
fn an_unknown_suite_is_refused_with_the_known_ones() {
    let cases = [
        (
            "[\"bookworm\", \"bulseye\"]",
            "bulseye",
            "hint: did you mean `bullseye`?\n",
        ),
        ("[\"debian-11\"]", "debian-11", "hint: write `bullseye`\n"),
        ("[12]", "12", "hint: write `bookworm`\n"),
        ("[22.04]", "22.04", "hint: write `jammy`\n"),
        ("[\"buster\"]", "buster", ""),
    ];
    for (suites, name, hint) in cases {
        refused(
            package(&format!("suites = {suites}")),
            &format!(
                "error: reldeb.toml:2: unknown suite `{name}`, expected one of `bullseye`, `bookworm`, `trixie`, `sid`, `focal`, `jammy` and `noble`\n  2 | suites = {suites}\n{hint}"
            ),
        );
    }
    refused(
        package("suites = [\n\"jammy\",\n\"Noble\",\n]"),
        "
        error: reldeb.toml:4: unknown suite `Noble`, expected one of `bullseye`, `bookworm`, `trixie`, `sid`, `focal`, `jammy` and `noble`
          4 | \"Noble\",
        hint: write `noble`
        ",
    );
    refused(
        package("suites = [true]"),
        "
        error: reldeb.toml:2: found boolean `true`, expected a string
          2 | suites = [true]
        ",
    );
}

/// [`demo`] for Debian 11, among others.
fn for_bullseye(more: &str) -> Test {
    demo("").manifest(&format!(
        "{START}suites = [\"bookworm\", \"bullseye\"]\n[release]\npath = \"rel\"\n{more}"
    ))
}

#[test]
fn a_compression_that_a_declared_suite_cannot_read_is_refused() {
    for zstd in ["zstd", "zstd:3"] {
        refused(
            for_bullseye(&format!("[build]\ncompression = {zstd:?}\n")),
            &format!(
                "
        error: reldeb.toml:10: compression `zstd` cannot be read on Debian 11 (bullseye), which is in `suites`: its dpkg is older than 1.21.18, expected `xz`, `gzip` or `none`
          10 | compression = {zstd:?}
        hint: write `xz` (smallest) or `gzip` (fastest), or take `bullseye` out of `suites`
        "
            ),
        );
    }
    for more in ["", "[build]\ncompression = \"xz\"\n"] {
        refused(
            for_bullseye(more).args(["--compression", "zstd:19"]),
            "
            error: reldeb.toml:6: compression `zstd` of `--compression` cannot be read on Debian 11 (bullseye), which is in `suites`: its dpkg is older than 1.21.18, expected `xz`, `gzip` or `none`
              6 | suites = [\"bookworm\", \"bullseye\"]
            hint: write `xz` (smallest) or `gzip` (fastest), or take `bullseye` out of `suites`
            ",
        );
    }
}

#[test]
fn an_unset_variable_is_refused() {
    refused(
        package("name = \"$NAME\""),
        "
        error: reldeb.toml:2: variable `NAME` is not set
          2 | name = \"$NAME\"
        hint: set it, give a default with `${NAME:-…}`, or write `$$` for a dollar sign
        ",
    );
}

#[test]
fn an_unknown_variant_is_refused() {
    refused(
        demo("[variant.small]\n").args(["--variant", "smal"]),
        "
        error: `reldeb.toml` has no `[variant.smal]`
        hint: did you mean `small`?
        ",
    );
}

#[test]
fn a_missing_release_directory_is_refused() {
    refused(
        Test::new()
            .manifest(&format!("{START}\n[release]\npath = \"nothing\"\n"))
            .args(["build", "-m", "reldeb.toml", "-o", "[DIR]"]),
        "
        error: release `nothing` does not exist
        ",
    );
}

#[test]
fn a_release_without_erts_is_refused_with_how_to_include_it() {
    refused(
        demo("")
            .file("rel/releases/start_erl.data", "13.1.5 1.0")
            .file(
                "rel/releases/1.0/demo.rel",
                "{release,{\"demo\",\"1.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n",
            ),
        "
        error: release `rel` has no Erlang runtime: `erts-13.1.5/bin/erlexec` does not exist
        hint: include it: `{include_erts, true}` in relx's configuration (or allow a release without: `include-erts = false` in `[release]`)
        ",
    );
}

#[test]
fn a_mapping_without_its_source_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"rel/etc/x\"\n"),
        "
        error: reldeb.toml:10: source `rel/etc/x` of `/etc/demo/x` does not exist
        hint: looked for `rel/etc/x`
        ",
    );
}

#[test]
fn a_glob_that_finds_nothing_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/\" = \"etc/*.config\"\n").file("etc/x.conf", ""),
        "
        error: reldeb.toml:10: glob `etc/*.config` of `/etc/demo/` finds nothing
        hint: looked below `etc/`; `**/` matches any number of directories
        ",
    );
}

#[test]
fn a_glob_of_several_files_onto_a_file_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo\" = \"etc/*\"\n")
            .file("etc/x.conf", "")
            .file("etc/y.conf", ""),
        "
        error: reldeb.toml:10: glob `etc/*` finds 2 files, which need a directory as their target, found `/etc/demo`
        hint: write the target as `/etc/demo/`, or a glob that finds one file
        ",
    );
}

#[test]
fn a_symlink_that_cannot_be_made_is_refused() {
    let long = "x".repeat(4096);
    for (target, error) in [
        ("", "an empty target or a control character in it"),
        (&long, "a target of 4096 bytes, expected at most 4095"),
    ] {
        let line = format!("\"/etc/demo\" = {{ symlink = \"{target}\" }}");
        refused(
            demo(&format!("[files]\n{line}\n")),
            &format!(
                "
                error: reldeb.toml:10: symlink `/etc/demo` has {error}
                  10 | {line}
                hint: write where it points, such as `/opt/name/bin/name`
                "
            ),
        );
    }
}

#[test]
fn a_relative_target_is_refused() {
    refused(
        demo("[files]\n\"etc/demo\" = \"rel/bin/demo\"\n"),
        "
        error: reldeb.toml:10: path `etc/demo` is relative, expected an absolute path such as `/opt/name`
          10 | \"etc/demo\" = \"rel/bin/demo\"
        hint: write `/etc/demo`
        ",
    );
}

#[test]
fn dots_in_a_target_are_refused() {
    refused(
        demo("[files]\n\"/etc/demo/../passwd\" = \"rel/bin/demo\"\n"),
        "
        error: reldeb.toml:10: path `/etc/demo/../passwd` contains `..`, expected a path without it
          10 | \"/etc/demo/../passwd\" = \"rel/bin/demo\"
        hint: write where it really goes
        ",
    );
}

#[test]
fn two_sources_for_one_path_are_refused_with_both() {
    refused(
        demo("[files]\n\"/usr/share/demo\" = \"a\"\n\"/usr/share/demo/\" = \"b\"\n")
            .file("a/x", "")
            .file("b/x", ""),
        "
        error: `/usr/share/demo/x` comes from both `a/x` of `[files]` entry `/usr/share/demo` and `b/x` of `[files]` entry `/usr/share/demo/`
        hint: give the path to one of them: leave the other out, or name the path itself as a key
        ",
    );
}

#[test]
fn a_file_below_a_symlink_of_the_package_is_refused() {
    refused(
        demo("[files]\n\"/usr/share/demo\" = { symlink = \"/srv\" }\n\"/usr/share/demo/x\" = \"rel/bin/demo\"\n"),
        "
        error: `/usr/share/demo/x` from `rel/bin/demo` of `[files]` entry `/usr/share/demo/x` lies below `/usr/share/demo`, which is not a directory but comes from `[files]` entry `/usr/share/demo`
        ",
    );
}

#[test]
fn an_entry_with_two_sources_is_refused() {
    refused(
        demo("[files]\n\"/var/lib/demo\" = { directory = true, source = \"x\" }\n"),
        "
        error: reldeb.toml:10: `/var/lib/demo` has several sources
          10 | \"/var/lib/demo\" = { directory = true, source = \"x\" }
        hint: give one of `source = \"…\"`, `directory = true` and `symlink = \"…\"`
        ",
    );
}

#[test]
fn a_mode_that_is_none_is_refused() {
    refused(
        demo("[files]\n\"/var/lib/demo\" = { directory = true, mode = \"0888\" }\n"),
        "
        error: reldeb.toml:10: invalid mode `0888`, expected three or four octal digits
          10 | \"/var/lib/demo\" = { directory = true, mode = \"0888\" }
        hint: write it as a string, for example \"0640\"
        ",
    );
}

#[test]
fn a_socket_in_the_release_is_refused() {
    let test = demo("");
    let _socket = UnixListener::bind(test.path("rel/socket")).unwrap();
    refused(
        test,
        "
        error: `socket` in the release is a socket, expected a file, a directory or a symlink
        hint: leave it out: `exclude = [\"/socket\"]` in `[release]`
        ",
    );
}

#[test]
fn a_socket_in_a_tree_is_refused() {
    let test = demo("[files]\n\"/usr/share/demo/\" = \"tree/\"\n").directory("tree");
    let _socket = UnixListener::bind(test.path("tree/socket")).unwrap();
    refused(
        test,
        "
        error: `tree/socket` is a socket, expected a file, a directory or a symlink
        hint: leave it out, with `exclude` where it is part of the release
        ",
    );
}

#[test]
fn a_loop_of_symlinks_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"a\"\n")
            .symlink("a", "b")
            .symlink("b", "a"),
        "
        error: `a` is a loop of symlinks
        hint: remove it, or name the file it should lead to
        ",
    );
}

#[test]
fn a_missing_output_folder_is_refused() {
    refused(
        demo("").args(["-o", "missing/"]),
        "
        error: cannot write to the folder `missing`: no such file or directory
        hint: make it first with `mkdir -p missing`, or write elsewhere with `-o`
        ",
    );
}

#[test]
fn a_folder_of_packages_that_cannot_be_written_is_refused() {
    refused(
        demo("")
            .args(["-o", "locked/"])
            .directory_with_mode("locked", 0o555)
            .by_nobody(),
        "
        error: cannot write to the folder `locked`: permission denied
        hint: check who may read and write it
        ",
    );
}

#[test]
fn an_earlier_package_survives_a_build_that_fails() {
    let test = demo("[files]\n\"/etc/demo/x\" = \"missing\"\n")
        .file("dist/demo_1.0_all.deb", "an earlier package")
        .status(1)
        .any_stderr();
    let outcome = test.run();
    let kept = std::fs::read_to_string(outcome.path("dist/demo_1.0_all.deb")).unwrap();
    assert_eq!(kept, "an earlier package");
}

#[test]
fn a_conffile_that_is_no_regular_file_is_refused() {
    for source in [
        "directory = true",
        "symlink = \"other\"",
        "source = \"links\"",
    ] {
        let line = format!("\"/srv/demo\" = {{ {source}, conffile = true }}");
        refused(
            demo(&format!("[files]\n{line}\n")).symlink("links/one", "gone"),
            "error: reldeb.toml:10: `/srv/demo` is a conffile, but gives no regular file\n\
             hint: leave `conffile` out\n",
        );
    }
}

#[test]
fn a_hook_file_that_is_missing_is_refused() {
    refused(
        demo("[hooks]\nbefore-upgrade = \"rel/hooks/x.sh\"\n"),
        "
        error: reldeb.toml:10: hook file `rel/hooks/x.sh` does not exist
          10 | before-upgrade = \"rel/hooks/x.sh\"
        hint: write shell, or the path of a file in `.`
        ",
    );
}

#[test]
fn a_hook_that_is_no_shell_is_refused() {
    refused(
        demo("[hooks]\nbefore-upgrade = \"if true; then echo $old_version\"\n"),
        "
        error: reldeb.toml:10: hook `before-upgrade` is no valid shell: 1: Syntax error: end of file unexpected (expecting \"fi\")
          10 | before-upgrade = \"if true; then echo $old_version\"
        hint: try it with `sh -n`
        ",
    );
}

#[test]
fn a_source_date_epoch_that_is_no_number_is_refused() {
    let outcome = demo("").env("SOURCE_DATE_EPOCH", "now").status(2).stderr(
        "
        error: SOURCE_DATE_EPOCH is `now`, expected seconds since 1970
        hint: set it with `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it
        ",
    );
    outcome.run();
}

#[test]
fn an_unreadable_file_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"x\"\n")
            .file_with_mode("x", "secret", 0o000)
            .by_nobody(),
        "
        error: cannot open `x`: permission denied
        hint: check who may read and write it
        ",
    );
}

#[test]
fn a_service_without_a_program_is_refused() {
    let several = |service: &str| {
        Test::new()
            .manifest(&format!("{START}\n[release]\npath = \"rel\"\n{service}"))
            .executable("rel/bin/ctl", "#!/bin/sh\n")
            .executable("rel/bin/server", "#!/bin/sh\n")
            .args(["plan", "-q"])
            .any_stdout()
    };
    several("[service]\nlimits = { nofile = 1000 }\n")
        .status(1)
        .stderr(
            "error: `[service]` has no program, and the release holds `bin/ctl` and `bin/server`\n\
             hint: write `program = \"bin/ctl\"` below `[service]`, or `managers = []` for no service\n",
        )
        .run();
    for service in [
        "",
        "[service]\nmanagers = []\n",
        "[service]\nprogram = \"bin/server\"\n",
    ] {
        several(service).run();
    }
}
