//! The keys of an entry of `[files]`: what is left out, followed, respelled, shared and privileged.

use crate::building::{demo, refused, said};
use crate::support::{Outcome, Test};

/// The lines of `plan` about paths below one, without what it says of their origin.
fn listed(outcome: &Outcome, below: &str) -> Vec<String> {
    let lines = outcome.stdout.lines().filter(|line| line.contains(below));
    let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    let shown = words.map(|words| {
        let end = words
            .iter()
            .position(|word| word.starts_with("./"))
            .unwrap();
        let link = words.get(end + 1).filter(|word| **word == "->");
        let shown = [words[0], words[1], words[end]].join(" ");
        link.map_or(shown.clone(), |_| format!("{shown} -> {}", words[end + 2]))
    });
    shown.collect()
}

fn tree() -> impl Fn(&str) -> Test {
    |files: &str| {
        demo("", &format!("[files]\n{files}\n"))
            .file("tree/a.txt", "")
            .file("tree/config/local.ini", "")
            .file("tree/data/cache/x", "")
            .file("tree/data/keep", "")
    }
}

#[test]
fn patterns_leave_paths_of_a_tree_and_of_a_glob_out() {
    for source in ["tree", "tree/**"] {
        let line = format!(
            "\"/usr/share/demo/\" = {{ source = \"{source}\", exclude = [\"/config\", \"cache/\"] }}"
        );
        let outcome = said(tree()(&line), &[], "");
        let files: Vec<String> = listed(&outcome, "./usr/share/demo/")
            .into_iter()
            .filter(|line| line.starts_with('-'))
            .collect();
        assert_eq!(
            files,
            [
                "-rw-r--r-- root/root ./usr/share/demo/a.txt",
                "-rw-r--r-- root/root ./usr/share/demo/data/keep",
            ],
            "{source}"
        );
    }
}

#[test]
fn a_pattern_without_a_match_or_without_sense_is_said() {
    said(
        tree()("\"/usr/share/demo/\" = { source = \"tree\", exclude = [\"*.o\"] }"),
        &[],
        "
        warning[exclude-matches-nothing]: reldeb.toml:10: pattern `*.o` of `/usr/share/demo/` matches nothing
        ",
    );
    refused(
        tree()("\"/usr/share/demo/\" = { source = \"tree\", exclude = [\"preset:all\"] }"),
        "
        error: reldeb.toml:10: invalid pattern `preset:all`: there is no such preset, expected `preset:runtime`
          10 | \"/usr/share/demo/\" = { source = \"tree\", exclude = [\"preset:all\"] }
        ",
    );
    for (key, value, needed, given) in [
        ("exclude", "[\"x\"]", "source", "directory = true"),
        ("follow", "false", "source", "symlink = \"x\""),
        ("exact", "true", "symlink", "source = \"tree/a.txt\""),
        (
            "capabilities",
            "\"cap_kill+p\"",
            "source",
            "directory = true",
        ),
    ] {
        let line = format!("\"/usr/share/demo/x\" = {{ {given}, {key} = {value} }}");
        refused(
            tree()(&line),
            &format!(
                "
                error: reldeb.toml:10: `{key}` of `/usr/share/demo/x` needs `{needed}`
                  10 | {line}
                hint: leave `{key}` out
                "
            ),
        );
    }
}

#[test]
fn an_exclude_that_takes_the_conffile_is_refused() {
    refused(
        tree()(
            "\"/usr/share/demo/\" = { source = \"tree/config\", conffile = true, exclude = [\"*.ini\"] }",
        ),
        "
        error: reldeb.toml:10: `/usr/share/demo/` is a conffile, but gives no regular file
        hint: leave `conffile` out
        ",
    );
}

#[test]
fn a_source_that_is_a_symlink_stays_one_where_that_is_asked() {
    let line = "\"/usr/lib/demo/\" = { source = \"libdemo.so\", follow = false }\n\
                \"/usr/lib/demo/libdemo.so.2\" = \"libdemo.so.2\"";
    let test = tree()(line)
        .symlink("libdemo.so", "libdemo.so.2")
        .file("libdemo.so.2", "");
    assert_eq!(
        listed(&said(test, &[], ""), "./usr/lib/demo/libdemo"),
        [
            "-rw-r--r-- root/root ./usr/lib/demo/libdemo.so.2",
            "lrwxrwxrwx root/root ./usr/lib/demo/libdemo.so -> libdemo.so.2",
        ]
    );
    let line = "\"/usr/lib/demo/\" = { source = \"libdemo.so\", follow = true }";
    let test = tree()(line).symlink("libdemo.so", "tree/a.txt");
    let listed = listed(&said(test, &[], ""), "./usr/lib/demo/libdemo");
    assert_eq!(listed, ["-rw-r--r-- root/root ./usr/lib/demo/libdemo.so"]);
}

#[test]
fn a_symlink_is_spelled_by_policy_unless_it_is_exact() {
    let line = "\"/usr/bin/ctl\" = { symlink = \"/usr/share/demo/a.txt\" }\n\
                \"/usr/bin/ctl2\" = { symlink = \"../../opt/demo/bin/demo\" }\n\
                \"/usr/bin/ctl3\" = { symlink = \"/usr/share/demo/a.txt\", exact = true }\n\
                \"/usr/share/demo/\" = \"tree/a.txt\"";
    assert_eq!(
        listed(&said(tree()(line), &[], ""), "./usr/bin/ctl"),
        [
            "lrwxrwxrwx root/root ./usr/bin/ctl -> ../share/demo/a.txt",
            "lrwxrwxrwx root/root ./usr/bin/ctl2 -> /opt/demo/bin/demo",
            "lrwxrwxrwx root/root ./usr/bin/ctl3 -> /usr/share/demo/a.txt",
        ]
    );
}

#[test]
fn directories_that_packages_share_stay_roots() {
    let line = "\"/\" = { source = \"root\", owner = \"demo\", group = \"demo\", directory-mode = \"0750\" }";
    let test = demo("", &format!("[service]\n[files]\n{line}\n"))
        .file("root/var/lib/demo-data/x", "")
        .file("root/usr/share/demo/y", "");
    let outcome = test.args(["plan"]).any_stdout().any_stderr().run();
    let directories: Vec<String> = ["./usr/share", "./var/lib"]
        .iter()
        .flat_map(|below| listed(&outcome, below))
        .filter(|line| line.starts_with('d') && !line.contains("/doc") && !line.contains("/man"))
        .filter(|line| !line.contains("lintian"))
        .collect();
    assert_eq!(
        directories,
        [
            "drwxr-xr-x root/root ./usr/share/",
            "drwxr-x--- demo/demo ./usr/share/demo/",
            "drwxr-xr-x root/root ./var/lib/",
            "drwxr-x--- demo/demo ./var/lib/demo-data/",
        ]
    );
}

#[test]
fn an_owner_for_a_directory_of_debian_is_refused() {
    for (path, shown) in [("/var/lib/", "/var/lib"), ("/etc/cron.d", "/etc/cron.d")] {
        refused(
            demo(
                "",
                &format!("[service]\n[files]\n\"{path}\" = {{ directory = true, owner = \"demo\" }}\n"),
            ),
            &format!(
                "
                error: reldeb.toml:11: `{shown}` is a directory of Debian's own, which stays root:root 0755
                hint: leave `owner`, `group` and `mode` out, or name a directory of the package's own below it
                "
            ),
        );
    }
}

#[test]
fn variables_stand_in_keys_too() {
    let files = "\"/usr/share/$PART/${PLACE:-a.txt}\" = \"tree/a.txt\"";
    let test = tree()(files).env("PART", "demo");
    assert_eq!(
        listed(&said(test, &[], ""), "./usr/share/demo/a"),
        ["-rw-r--r-- root/root ./usr/share/demo/a.txt"]
    );
    refused(
        tree()("\"/usr/share/$PART/x\" = \"tree/a.txt\""),
        "
        error: reldeb.toml:10: variable `PART` is not set
          10 | \"/usr/share/$PART/x\" = \"tree/a.txt\"
        hint: set it, give a default with `${PART:-…}`, or write `$$` for a dollar sign
        ",
    );
    refused(
        tree()(&format!("{files}\n\"/usr/share/demo/a.txt\" = \"tree\"")).env("PART", "demo"),
        "
        error: reldeb.toml:10: key `/usr/share/demo/a.txt` is there twice, once with a variable in it
          10 | \"/usr/share/$PART/${PLACE:-a.txt}\" = \"tree/a.txt\"
        hint: leave one of them out
        ",
    );
}

#[test]
fn capabilities_are_given_when_the_package_is_configured() {
    let line =
        "\"/usr/bin/serve\" = { source = \"serve\", capabilities = \"CAP_NET_BIND_SERVICE+ep\" }";
    let made = |text: &str| demo("", &format!("[files]\n{line}\n")).executable("serve", text);
    let outcome = said(made("a program\n"), &["--scripts"], "");
    assert!(
        outcome
            .stdout
            .contains("    done <<'CAPABLE'\ncap_net_bind_service+ep /usr/bin/serve\nCAPABLE\n"),
        "{}",
        outcome.stdout
    );
    let outcome = said(made("a program\n"), &["--json"], "");
    let plan: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(plan["control"]["Depends"], "libcap2-bin");
    said(
        made("#!/bin/sh\n"),
        &[],
        "
        warning[setuid-without-effect]: `/usr/bin/serve` is a script, whose capabilities have no effect: it runs with those of its interpreter
        hint: give them to a program that the script runs, or to the service: `capabilities` below `[service]`
        ",
    );
    refused(
        tree()("\"/usr/share/demo/\" = { source = \"empty\", capabilities = \"cap_kill+p\" }")
            .directory("empty"),
        "
        error: reldeb.toml:10: `/usr/share/demo/` has `capabilities` and gives no regular file
        hint: leave `capabilities` out
        ",
    );
    refused(
        tree()("\"/usr/bin/x\" = { source = \"tree/a.txt\", capabilities = \"net_bind_service\" }"),
        "
        error: reldeb.toml:10: invalid capabilities `net_bind_service`
          10 | \"/usr/bin/x\" = { source = \"tree/a.txt\", capabilities = \"net_bind_service\" }
        hint: write them as `cap_net_bind_service+ep`
        ",
    );
}

#[test]
fn a_variant_leaves_an_entry_out_that_is_there() {
    let variant = |path: &str| {
        demo(
            "",
            &format!(
                "[files]\n\"/usr/share/demo/a\" = \"rel/readme\"\n\
                 \"/usr/share/demo/b\" = \"rel/readme\"\n\
                 [variant.small.files]\n\"/usr/share/demo/{path}\" = false\n"
            ),
        )
    };
    let outcome = said(variant("b"), &["--variant", "small"], "");
    assert_eq!(
        listed(&outcome, "./usr/share/demo/"),
        [
            "drwxr-xr-x root/root ./usr/share/demo/",
            "-rw-r--r-- root/root ./usr/share/demo/a",
        ]
    );
    variant("c")
        .args(["plan", "-q", "--variant", "small"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:13: found boolean `false`, expected a string or a table
              13 | \"/usr/share/demo/c\" = false
            ",
        )
        .run();
}

#[test]
fn capabilities_are_for_what_root_alone_can_change() {
    for (path, more, place, writer) in [
        ("/opt/demo/own", "owner = \"demo\"", "/opt/demo/own", "demo"),
        (
            "/opt/demo/own",
            "mode = \"0777\"",
            "/opt/demo/own",
            "everybody",
        ),
        (
            "/var/lib/demo/own",
            "mode = \"0755\"",
            "/var/lib/demo",
            "demo",
        ),
    ] {
        let line = format!(
            "\"{path}\" = {{ source = \"serve\", capabilities = \"cap_setuid+ep\", {more} }}"
        );
        refused(
            demo("", &format!("[service]\n[files]\n{line}\n")).executable("serve", "#!/bin/sh\n"),
            &format!(
                "
                error: reldeb.toml:11: `{path}` has `capabilities`, and `{writer}` can write `{place}`
                hint: who can change the file gets the rights: leave it to root, below `/usr` or `/opt`
                "
            ),
        );
    }
}

#[test]
fn a_mode_as_a_number_is_told_as_it_was_meant() {
    for (mode, error, hint) in [
        (
            "0o644",
            "found a number, expected a string",
            "write `\"0644\"`",
        ),
        (
            "420",
            "found a number, expected a string",
            "write `\"0644\"`",
        ),
        (
            "0755",
            "unexpected leading zero, expected nothing",
            "put the number in quotes, as in `\"0644\"`",
        ),
    ] {
        let line = format!("\"/usr/share/demo/x\" = {{ source = \"tree/a.txt\", mode = {mode} }}");
        refused(
            tree()(&line),
            &format!(
                "
                error: reldeb.toml:10: {error}
                  10 | {line}
                hint: {hint}
                "
            ),
        );
    }
}

#[test]
fn a_library_is_no_program() {
    let line = "\"/usr/lib/libdemo.so.1\" = \"libdemo.so.1\"";
    let test = tree()(line).executable("libdemo.so.1", "");
    assert_eq!(
        listed(&said(test, &[], ""), "./usr/lib/libdemo"),
        ["-rw-r--r-- root/root ./usr/lib/libdemo.so.1"]
    );
}
