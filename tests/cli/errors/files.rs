//! Errors in `[files]`.

use super::{demo, refused};

#[test]
fn a_mapping_without_its_source_is_refused() {
    refused(
        demo("[files]\n\"/etc/demo/x\" = \"rel/etc/x\"\n"),
        "
        error: reldeb.toml:10: source `rel/etc/x` of `/etc/demo/x` does not exist
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
fn two_names_of_one_path_are_refused_with_both() {
    refused(
        demo("[files]\n\"/lib/demo/x\" = \"a\"\n\"/usr/lib/demo/x\" = \"b\"\n")
            .file("a", "")
            .file("b", ""),
        "
        error: `/lib/demo/x` from `a` of `[files]` entry `/lib/demo/x` and `/usr/lib/demo/x` from `b` of `[files]` entry `/usr/lib/demo/x` are one path on the machine
        hint: leave the one outside of `/usr` out: `/bin`, `/sbin` and `/lib` are links
        ",
    );
}

#[test]
fn a_file_is_no_directory_by_another_name() {
    for (file, below) in [
        ("/lib/demo", "/usr/lib/demo/x"),
        ("/usr/lib/demo", "/lib/demo/x"),
    ] {
        let [first, second] = [file, below].map(|path| format!("\"{path}\" = \"a\"\n"));
        let of_file = format!("`a` of `[files]` entry `{file}`");
        let [first_origin, second_origin] = if file.starts_with("/usr") {
            ["parent directory".to_owned(), of_file]
        } else {
            [of_file, "parent directory".to_owned()]
        };
        refused(
            demo(&format!("[files]\n{first}{second}")).file("a", ""),
            &format!(
                "
                error: `/lib/demo` from {first_origin} and `/usr/lib/demo` from {second_origin} are one path on the machine
                hint: leave the one outside of `/usr` out: `/bin`, `/sbin` and `/lib` are links
                "
            ),
        );
    }
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
