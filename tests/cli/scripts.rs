//! `[scripts]`: maintainer scripts of the author's own.

use crate::building::{demo, refused, said};
use crate::support::Test;

/// A manifest with these scripts, and the scripts of its package by their names.
fn scripts(test: Test) -> serde_json::Value {
    let outcome = test.args(["plan", "--json"]).any_stdout().run();
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let package = json.pointer("/packages/0").unwrap_or(&json);
    package["scripts"].clone()
}

/// Returns what the package itself does, as a script without its `#!` line.
fn part(name: &str) -> String {
    let scripts = scripts(demo("", "[service]\n"));
    let (first, rest) = scripts[name].as_str().unwrap().split_once('\n').unwrap();
    assert_eq!(first, "#!/bin/sh");
    rest.trim_end().to_owned()
}

fn own(name: &str, text: &str) -> String {
    let file = format!("packaging/{name}");
    let manifest = format!("[service]\n[scripts]\n{name} = \"{file}\"\n");
    let scripts = scripts(demo("", &manifest).file(&file, text));
    scripts[name].as_str().unwrap().to_owned()
}

#[test]
fn a_script_alone_is_packed_as_it_is() {
    // Of a package that has no service nothing is to do before it is removed.
    let text = "#!/bin/bash -e\nlist=(\"$@\")\n\n\techo \"${list[0]}\"  \n";
    for (written, expected) in [
        (text.to_owned(), text.to_owned()),
        (
            format!("{text}  #DEBHELPER#\n# end"),
            format!("{text}  :\n# end\n"),
        ),
        (
            "echo \"$1\"".to_owned(),
            "#!/bin/sh\necho \"$1\"\n".to_owned(),
        ),
        (
            "#!/usr/bin/perl\nprint \"@ARGV\";\n".to_owned(),
            "#!/usr/bin/perl\nprint \"@ARGV\";\n".to_owned(),
        ),
    ] {
        let manifest = "[scripts]\nprerm = \"packaging/prerm\"\n";
        let scripts = scripts(demo("", manifest).file("packaging/prerm", &written));
        assert_eq!(scripts["prerm"].as_str(), Some(expected.as_str()));
    }
    let inline = "[scripts]\nprerm = \"\"\"\n#!/bin/sh\necho $1 $NO_SUCH\n\"\"\"\n";
    let scripts = scripts(demo("", inline));
    assert_eq!(
        scripts["prerm"].as_str(),
        Some("#!/bin/sh\necho $1 $NO_SUCH\n")
    );
}

#[test]
fn a_script_runs_before_what_the_package_itself_does() {
    let head = "\
#!/bin/sh
# prerm of demo 1.0: packaging/prerm, then what the package itself does.
set -e

# Runs packaging/prerm as it is, by its own interpreter.
own_script() (
    # Not below /tmp, where programs may not be allowed: debconf starts the file once more.
    directory=
    trap '[ -z \"$directory\" ] || rm -rf \"$directory\"' EXIT
    trap 'exit 1' HUP INT PIPE QUIT TERM
    directory=$(mktemp -d \"$DPKG_ROOT/var/lib/demo.XXXXXX\") || exit
    file=$directory/${0##*/}
    cat >\"$file\" <<'END_OF_SCRIPT_'
#!/usr/bin/perl -w
print <<'END';
END_OF_SCRIPT
END
END_OF_SCRIPT_
    chmod 0700 \"$file\"
    /usr/bin/perl -w \"$file\" \"$@\"
)

own_script \"$@\"

";
    let text = "#!/usr/bin/perl -w\nprint <<'END';\nEND_OF_SCRIPT\nEND\n";
    assert_eq!(own("prerm", text), format!("{head}{}\n", part("prerm")));
}

#[test]
fn postrm_runs_after_what_the_package_itself_does() {
    let head = "\
#!/bin/sh
# postrm of demo 1.0: packaging/postrm after what the package itself does.
set -e

# Runs packaging/postrm as it is, by its own interpreter.
own_script() (
    # Not below /tmp, where programs may not be allowed: debconf starts the file once more.
    directory=
    trap '[ -z \"$directory\" ] || rm -rf \"$directory\"' EXIT
    trap 'exit 1' HUP INT PIPE QUIT TERM
    directory=$(mktemp -d \"$DPKG_ROOT/var/lib/demo.XXXXXX\") || exit
    file=$directory/${0##*/}
    cat >\"$file\" <<'END_OF_SCRIPT'
#!/bin/sh
. /usr/share/debconf/confmodule
END_OF_SCRIPT
    chmod 0700 \"$file\"
    # debconf looks for these beside it.
    for member in templates config; do
        [ ! -e \"${0%postrm}$member\" ] || ln -s \"${0%postrm}$member\" \"$directory\"
    done
    /bin/sh \"$file\" \"$@\"
)

(
";
    let script = own("postrm", "#!/bin/sh\n. /usr/share/debconf/confmodule\n");
    let part = part("postrm");
    assert_eq!(script, format!("{head}{part}\n)\n\nown_script \"$@\"\n"));
}

#[test]
fn the_line_of_debhelper_is_the_place_of_what_the_package_itself_does() {
    let begin = "\
# The arguments of dpkg, whatever becomes of \"$@\".
reldeb_arguments=$(for argument; do printf '%s\\n' \"$argument\"; done |
    LC_ALL=C sed \"s/'/'\\\\\\\\''/g; s/.*/'&'/\" | tr '\\n' ' ')

# What the package itself does finds dpkg's programs, wherever the script looks for its own.
reldeb_path=$PATH

# Runs what the package itself does, which is read from descriptor 9, in a process of its own.
# shellcheck disable=SC2120
reldeb_part() {
    eval \"set -- $reldeb_arguments\"
    # shellcheck disable=SC2016
    PATH=$reldeb_path /bin/sh -c 'cd / && umask 022 && part=$(cat <&9) && [ -n \"$part\" ] || exit
        exec 9<&-
        eval \"$part\"' \"$0\" \"$@\"
}
";
    let script = own(
        "postinst",
        "#!/bin/bash\nlist=(a)\n  #DEBHELPER#\necho \"${list[0]}\"",
    );
    let part = part("postinst");
    assert_eq!(
        script,
        format!(
            "#!/bin/bash\n{begin}list=(a)\n# What the package itself does.\n\
             # shellcheck disable=SC2119\nreldeb_part 9<<'END_OF_SCRIPT' || exit\n{part}\n\
             END_OF_SCRIPT\necho \"${{list[0]}}\"\n"
        )
    );
}

#[test]
fn a_script_without_a_command_is_left_out() {
    let scripts = "[scripts]\nprerm = \"\"\npostrm = \"p\"\n";
    let outcome = said(
        demo("", scripts).file("p", "#!/bin/sh\n#DEBHELPER#\n"),
        &["-v", "--scripts"],
        "
        info[script-without-command]: script `prerm` has no command and is left out
        info[script-without-command]: script `p` has no command and is left out
        ",
    );
    assert!(!outcome.stdout.contains("DEBHELPER"), "{}", outcome.stdout);
}

const IN_TEXT: &str = "has the line `#DEBHELPER#` in a text, not among its commands";
const OUT_OF_TEXT: &str = "take it out of the quotes or the here-document, or leave it out";

#[test]
fn the_place_for_the_own_part_may_be_in_any_command() {
    for text in [
        "case $1 in\nconfigure)\n  #DEBHELPER#\n  ;;\nesac\n",
        "f() {\n#DEBHELPER#\n:\n}\nf\n",
        "cat <<X\nx\nX\nif true; then\n#DEBHELPER#\n:\nfi\n",
        "if true; then\n  #DEBHELPER#\nfi\n",
    ] {
        demo("", "[scripts]\npostinst = \"p\"\n")
            .file("p", text)
            .args(["build"])
            .stdout("dist/demo_1.0_all.deb\n")
            .run();
    }
}

#[test]
fn what_is_no_script_is_refused() {
    let refuse = |text: &[u8], expected: &str, hint: &str| {
        let test = demo("", "[scripts]\npostinst = \"p\"\n").file("p", text);
        let expected = format!(
            "error: reldeb.toml:10: script `p` {expected}\n  10 | postinst = \"p\"\nhint: {hint}\n"
        );
        refused(test, &expected);
    };
    let once = "take the line away, which works in scripts for sh, dash and bash: what the package \
                itself does runs after the script, in postrm before it";
    #[rustfmt::skip]
    let table: [(&[u8], &str, &str); 15] = [
        (b"\x7fELF\x02", "is a program, not a script", "pack the program, and write a script that runs it"),
        (b"# caf\xe9\ntrue\n", "is not UTF-8", "see `file p` and iconv(1)"),
        (b"#!/bin/sh\r\ntrue\r\n", "has a NUL or carriage return in it", "write it with Unix line ends"),
        (b"true\0\n", "has a NUL or carriage return in it", "write it with Unix line ends"),
        (b"\n#!/bin/bash\ntrue\n", "has something before its `#!`", "begin the first line with `#!`"),
        (b"\xef\xbb\xbf#!/bin/bash\ntrue\n", "has something before its `#!`", "begin the first line with `#!`"),
        (b"#! \ntrue\n", "has a `#!` line without a program", "name one, such as `#!/bin/sh`"),
        (b"#!perl\nprint 1;\n", "is for `perl`, which is no path", "write it from the root, such as `#!/bin/sh`"),
        (b"#DEBHELPER#\ntrue\n#DEBHELPER#\n", "has the line `#DEBHELPER#` 2 times", "leave one: what the package itself does runs once"),
        (b"#!/usr/bin/perl\n#DEBHELPER#\nexit 0;\n", "has the line `#DEBHELPER#`, but is for `perl`", once),
        (b"cat <<X\n#DEBHELPER#\nX\n", IN_TEXT, OUT_OF_TEXT),
        (b"#!/bin/bash\ncat <<-'X'\n\t#DEBHELPER#\n\tX\n", IN_TEXT, OUT_OF_TEXT),
        (b"echo '\n#DEBHELPER#\n'\n", IN_TEXT, OUT_OF_TEXT),
        (b"#!/bin/sh\nif true; then\n", "is no valid shell: 3: Syntax error: end of file unexpected (expecting \"fi\")", "try it with `sh -n`"),
        (b"#!/bin/bash\na=(1)\ncat <<X\n", "has a here-document that does not end", "end it with its word alone on a line, without blanks before or after it"),
    ];
    for (text, expected, hint) in table {
        refuse(text, expected, hint);
    }
    refuse(
        b"#!/usr/bin/env bash\na=(1)\nfi\n",
        "is no valid shell: 3: syntax error near unexpected token `fi'",
        "try it with `bash -n`",
    );
}

#[test]
fn a_script_that_is_missing_or_unknown_is_refused() {
    refused(
        demo("", "[scripts]\npostinst = \"postinst\"\n"),
        "
        error: reldeb.toml:10: script file `postinst` does not exist
          10 | postinst = \"postinst\"
        hint: write a script, or the path of a file in `.`
        ",
    );
    refused(
        demo("", "[scripts]\npost-inst = \"true\"\n"),
        "
        error: reldeb.toml:10: unknown key `post-inst`
          10 | post-inst = \"true\"
        hint: did you mean `postinst`?
        ",
    );
}

#[test]
fn an_interpreter_that_may_be_missing_is_said() {
    let all = "[scripts]\npreinst = \"s\"\npostinst = \"s\"\nprerm = \"t\"\npostrm = \"s\"\n";
    let test = |package: &str| {
        let python = "#!/usr/bin/env python3\nprint(1)\n";
        let own = "#!/usr/bin/own\nx\n";
        demo(package, all).file("s", python).file("t", own)
    };
    said(
        test(""),
        &["-v", "--arch", "amd64"],
        "
        warning[script-interpreter]: reldeb.toml:10: script `s` is for `python3`, which not every system has
        hint: add `python3` to `pre-depends` below `[package]`
        warning[script-interpreter]: reldeb.toml:11: script `s` is for `python3`, which not every system has
        hint: add `python3` to `depends` below `[package]`
        warning[script-interpreter]: reldeb.toml:12: script `t` is for `own`, which not every system has
        hint: name the package that has it in `depends` below `[package]`
        warning[script-interpreter]: reldeb.toml:13: script `s` is for `python3`, which may be removed before it
        hint: write it for sh, bash or perl: they are always there
        ",
    );
    said(
        test("pre-depends = \"python3:any\""),
        &["-v", "--arch", "amd64"],
        "
        info[script-interpreter]: reldeb.toml:12: script `t` is for `own`, which not every system has
        hint: name the package that has it in `depends` below `[package]`
        warning[script-interpreter]: reldeb.toml:13: script `s` is for `python3`, which may be removed before it
        hint: write it for sh, bash or perl: they are always there
        ",
    );
}

#[test]
fn an_interpreter_that_cannot_be_there_is_an_error() {
    let test = |package: &str, script: &str, interpreter: &str| {
        let scripts = format!("[scripts]\n{script} = \"s\"\n");
        demo(package, &scripts).file("s", format!("#!{interpreter}\nx\n"))
    };
    let always = "write it for sh, bash or perl: they are always there";
    let pack = "pack it, name the package that has it in `depends` below `[package]`, or write the script for \
                sh, bash or perl";
    for (script, interpreter, why, hint) in [
        (
            "preinst",
            "/opt/demo/bin/demo",
            "which the package itself brings after it",
            always,
        ),
        (
            "postrm",
            "/opt/demo/bin/demo",
            "which is removed with the package before it",
            always,
        ),
        (
            "prerm",
            "/opt/demo/readme",
            "which the package has without the executable bit",
            "give the program `mode = \"0755\"`",
        ),
        (
            "prerm",
            "/opt/other/run",
            "which is neither in the package nor in one of Debian's",
            pack,
        ),
        (
            "postinst",
            "/usr/local/bin/run",
            "which is neither in the package nor in one of Debian's",
            pack,
        ),
        (
            "postrm",
            "/usr/local/bin/run",
            "which is neither in the package nor in one of Debian's",
            pack,
        ),
    ] {
        let expected = format!(
            "error[script-interpreter]: reldeb.toml:10: script `s` is for `{interpreter}`, {why}\nhint: {hint}\n\
             error: 1 error found: `build` would refuse\n"
        );
        let plan = test("", script, interpreter).args(["plan", "-q"]);
        plan.status(1).any_stdout().stderr(&expected).run();
    }
    for (package, interpreter) in [
        ("", "/opt/demo/bin/demo"),
        ("", "/usr/bin/env demo"),
        ("depends = \"ours\"", "/opt/other/run"),
    ] {
        said(test(package, "postinst", interpreter), &["-q"], "");
    }
}

#[test]
fn a_hook_for_another_shell_is_refused() {
    refused(
        demo("", "[hooks]\nafter-upgrade = \"h\"\n").file("h", "#!/usr/bin/env bash\na=(1)\n"),
        "
        error: reldeb.toml:10: hook `h` is for `bash`, but sh runs hooks
          10 | after-upgrade = \"h\"
        hint: write it for sh, or as a script of `[scripts]`
        ",
    );
    let fine = demo("", "[hooks]\nafter-upgrade = \"h\"\n");
    said(fine.file("h", "#!/bin/dash -e\ntrue\n"), &["-q"], "");
}

#[test]
fn the_line_of_a_remark_is_that_of_the_script() {
    if std::process::Command::new("shellcheck")
        .arg("-V")
        .output()
        .is_err()
    {
        return crate::support::skip("no shellcheck");
    }
    said(
        demo("", "[scripts]\nprerm = \"p\"\n").file("p", "#!/bin/bash\na=(1)\ncd /tmp\necho \"${a[0]}\"\nexit 0\n"),
        &[],
        "
        warning[script-shellcheck]: script `p`, line 3: warning: Use 'cd ... || exit' or 'cd ... || return' in case cd fails. [SC2164]
        ",
    );
}
