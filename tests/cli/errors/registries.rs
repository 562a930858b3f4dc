//! Errors in the tables of Debian's registries.

use super::{demo, refused};
use crate::support::Test;

/// Refuses tables that start in line 9; the line at fault is the tenth, the last or another.
#[track_caller]
fn refuse(tables: &str, expected: &str) {
    refused(with_files(tables), expected);
}

fn with_files(tables: &str) -> Test {
    let question =
        |name: &str, kind: &str| format!("Template: {name}/x\nType: {kind}\nDescription: x\n");
    demo(tables)
        .file("x", "x\n")
        .file("good", question("demo", "string"))
        .file("other", question("other", "string"))
        .file("unknown", question("demo", "strin"))
        .file("no-shebang", "db_go\n")
        .file("no-shell", "#!/bin/sh\nif\n")
}

#[test]
fn an_alternative_whose_link_is_in_the_package_is_refused() {
    refuse(
        "[alternatives]\n\"/usr/bin/pager\" = { path = \"/opt/demo/bin/demo\", priority = 1 }\n\
         [files]\n\"/usr/bin/pager\" = \"x\"\n",
        "
        error: reldeb.toml:10: alternative `/usr/bin/pager` is also a path of the package, from `x` of `[files]` entry `/usr/bin/pager`
        hint: leave the path out: update-alternatives makes the link
        ",
    );
}

#[test]
fn an_alternative_whose_link_is_in_the_package_by_another_name_is_refused() {
    refuse(
        "[alternatives]\n\"/bin/demop\" = { path = \"/opt/demo/bin/demo\", priority = 1 }\n\
         [files]\n\"/usr/bin/demop\" = \"x\"\n",
        "
        error: reldeb.toml:10: alternative `/bin/demop` is also a path of the package by the name `/usr/bin/demop`, from `x` of `[files]` entry `/usr/bin/demop`
        hint: leave the path out: update-alternatives makes the link
        ",
    );
}

#[test]
fn an_alternative_without_its_file_is_refused() {
    refuse(
        "[alternatives]\n\"/usr/bin/pager\" = { path = \"/opt/demo/bin/dem\", priority = 1 }\n",
        "
        error: reldeb.toml:10: alternative `/usr/bin/pager` stands for `/opt/demo/bin/dem`, which is not in the package
        hint: name a path of the release or of `[files]`
        ",
    );
    refuse(
        "[alternatives.\"/usr/bin/pager\"]\npath = \"/opt/demo/bin/demo\"\npriority = 1\n\
         slaves = { \"/usr/share/man/man1/pager.1.gz\" = \"/usr/share/man/man1/demo.1\" }\n\
         [files]\n\"/usr/share/man/man1/demo.1\" = \"x\"\n",
        "
        error: reldeb.toml:9: alternative `/usr/share/man/man1/pager.1.gz` stands for `/usr/share/man/man1/demo.1`, which is not in the package
        hint: write `/usr/share/man/man1/demo.1.gz`: manual pages are compressed
        ",
    );
}

#[test]
fn an_alternative_that_is_not_whole_is_refused() {
    for (value, expected) in [
        (
            "\"/usr/bin/pager\" = { path = \"/opt/demo/bin/demo\" }",
            "
            error: reldeb.toml:10: alternative `/usr/bin/pager` has no `priority`
              10 | \"/usr/bin/pager\" = { path = \"/opt/demo/bin/demo\" }
            hint: write `priority = 50`: where the sysadmin chooses none, the highest is taken
            ",
        ),
        (
            "\"/usr/bin/pager\" = { priority = 1 }",
            "
            error: reldeb.toml:10: alternative `/usr/bin/pager` has no `path`
              10 | \"/usr/bin/pager\" = { priority = 1 }
            hint: write the file of the package that it stands for: `path = \"/…\"`
            ",
        ),
        (
            "\"/usr/bin/pager\" = { path = \"/usr/bin/pager\", priority = 1 }",
            "
            error: reldeb.toml:10: alternative `/usr/bin/pager` stands for itself
              10 | \"/usr/bin/pager\" = { path = \"/usr/bin/pager\", priority = 1 }
            hint: put the file elsewhere, and name it as `path`
            ",
        ),
        (
            "\"/etc/alternatives/pager\" = { path = \"/opt/demo/bin/demo\", priority = 1 }",
            "
            error: reldeb.toml:10: alternative `/etc/alternatives/pager` lies in the registry itself
              10 | \"/etc/alternatives/pager\" = { path = \"/opt/demo/bin/demo\", priority = 1 }
            hint: write the link that users know, such as `/usr/bin/editor`
            ",
        ),
        (
            "\"/usr/bin/a b\" = { path = \"/opt/demo/bin/demo\", priority = 1 }",
            "
            error: reldeb.toml:10: alternative `/usr/bin/a b` has no name that fits the registry
              10 | \"/usr/bin/a b\" = { path = \"/opt/demo/bin/demo\", priority = 1 }
            hint: write one as `name`
            ",
        ),
        (
            "\"/usr/bin/pager\" = { name = \"a/b\", path = \"/opt/demo/bin/demo\", priority = 1 }",
            "
            error: reldeb.toml:10: invalid name of an alternative `a/b`
              10 | \"/usr/bin/pager\" = { name = \"a/b\", path = \"/opt/demo/bin/demo\", priority = 1 }
            hint: use letters, digits and `+ . : @ _ -`, such as `editor`
            ",
        ),
        (
            "\"/usr/bin/pager\" = { path = \"/opt/demo/bin/demo\", priority = 1, removed = true }",
            "
            error: reldeb.toml:10: alternative `/usr/bin/pager` is removed, but has a priority or slaves
              10 | \"/usr/bin/pager\" = { path = \"/opt/demo/bin/demo\", priority = 1, removed = true }
            hint: leave both out, or `removed`
            ",
        ),
    ] {
        refuse(&format!("[alternatives]\n{value}\n"), expected);
    }
}

#[test]
fn two_alternatives_of_one_name_are_refused() {
    refuse(
        "[alternatives]\n\"/bin/demo-view\" = { path = \"/opt/demo/bin/demo\", priority = 1 }\n\
         \"/usr/bin/demo-view\" = { path = \"/opt/demo/bin/demo\", priority = 1 }\n",
        "
        error: reldeb.toml:11: `demo-view` is in the alternatives `/bin/demo-view` and `/usr/bin/demo-view`
          11 | \"/usr/bin/demo-view\" = { path = \"/opt/demo/bin/demo\", priority = 1 }
        hint: give each a name and a link of its own
        ",
    );
}

#[test]
fn an_alternative_in_the_place_of_something_else_is_refused() {
    const DEBIAN: &str = "write a link of another name: update-alternatives replaces what it finds";
    const OUTSIDE: &str = "write a link in `/usr/bin`, or elsewhere below `/usr` or `/etc`";
    let debian = |link: &str, part: &str| {
        let fact = format!("alternative `{link}` would replace a {part} of Debian's base system");
        (link.to_owned(), "", fact, DEBIAN)
    };
    let outside = |link: &str| {
        let fact = format!("alternative `{link}` lies outside the directories of packages");
        (link.to_owned(), "", fact, OUTSIDE)
    };
    for (link, name, fact, hint) in [
        debian("/bin/sh", "program"),
        debian("/usr/bin/sh", "program"),
        debian("/usr/sbin/dpkg-reconfigure", "program"),
        debian("/lib64/ld-linux-x86-64.so.2", "library"),
        debian("/lib/x86_64-linux-gnu/libc.so.6", "library"),
        debian("/lib", "directory"),
        debian("/bin", "directory"),
        debian("/etc/resolv.conf", "file"),
        outside("/home/x/y"),
        outside("/opt/demo/y"),
        outside("/usr/local/bin/y"),
        (
            "/usr/bin/zzz".to_owned(),
            ", name = \"awk\"",
            "alternative `/usr/bin/zzz` has the name `awk`, whose link is `/usr/bin/awk`"
                .to_owned(),
            "write `/usr/bin/awk` as the link, or another `name`",
        ),
        (
            "/usr/bin/awk".to_owned(),
            ", name = \"myawk\"",
            "alternative `/usr/bin/awk` is the link of `awk`, not of `myawk`".to_owned(),
            "leave `name` out, and write `/usr/bin/awk` as the link",
        ),
        (
            "/bin/pager".to_owned(),
            "",
            "alternative `/bin/pager` has the name `pager`, whose link is `/usr/bin/pager`"
                .to_owned(),
            "write `/usr/bin/pager` as the link, or another `name`",
        ),
    ] {
        let line = format!("\"{link}\" = {{ path = \"/opt/demo/bin/demo\", priority = 1{name} }}");
        refuse(
            &format!("[alternatives]\n{line}\n"),
            &format!("error: reldeb.toml:10: {fact}\n  10 | {line}\nhint: {hint}\n"),
        );
    }
}

#[test]
fn an_alternative_in_no_directory_or_with_such_a_slave_is_refused() {
    refuse(
        "[alternatives.\"/usr/bin/view-demo\"]\npath = \"/opt/demo/bin/demo\"\npriority = 1\n\
         slaves = { \"/bin/sh\" = \"/opt/demo/bin/demo\" }\n",
        "
        error: reldeb.toml:12: alternative `/bin/sh` would replace a program of Debian's base system
          12 | slaves = { \"/bin/sh\" = \"/opt/demo/bin/demo\" }
        hint: write a link of another name: update-alternatives replaces what it finds
        ",
    );
    refuse(
        "[alternatives]\n\"/usr/share/nodir/tool\" = { path = \"/opt/demo/bin/demo\", priority = 1 }\n",
        "
        error: reldeb.toml:10: alternative `/usr/share/nodir/tool` lies in `/usr/share/nodir`, which neither the package nor every Debian has
        hint: write a link in `/usr/bin`, or the directory into `[files]`
        ",
    );
    for link in [
        "{ symlink = \"/usr/bin/view-demo\" }",
        "{ symlink = \"../../bin/view-demo\" }",
    ] {
        let files =
            format!("\"/usr/lib/demo/a\" = {{ symlink = \"b\" }}\n\"/usr/lib/demo/b\" = {link}\n");
        refuse(
            &format!(
                "[alternatives]\n\"/bin/view-demo\" = {{ path = \"/usr/lib/demo/a\", priority = 1 }}\n[files]\n{files}"
            ),
            "
            error: reldeb.toml:10: alternative `/bin/view-demo` stands for `/usr/lib/demo/a`, a symlink that leads to `/bin/view-demo`
            hint: name the program itself
            ",
        );
    }
    let lines = ["/bin/nc", "/usr/sbin/rmt", "/usr/bin/vi", "/bin/ash"]
        .map(|link| format!("\"{link}\" = {{ path = \"/opt/demo/bin/demo\", priority = 1 }}\n"));
    with_files(&format!("[alternatives]\n{}", lines.concat()))
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
}

#[test]
fn a_trigger_that_dpkg_would_not_know_is_refused() {
    refuse(
        "[triggers]\ninterest = [\"a b\"]\n",
        "
        error: reldeb.toml:10: invalid trigger `a b`
          10 | interest = [\"a b\"]
        hint: write a name such as `ldconfig`, or an absolute path
        ",
    );
    refuse(
        "[triggers]\ninterest = [\"/usr/share/x/\"]\n",
        "
        error: reldeb.toml:10: trigger `/usr/share/x/` is no path as dpkg compares it
          10 | interest = [\"/usr/share/x/\"]
        hint: write `/usr/share/x`
        ",
    );
    refuse(
        "[triggers]\ninterest = [\"x\"]\ninterest-noawait = [\"x\"]\n",
        "
        error: reldeb.toml:11: trigger `x` is there twice for `interest`
          11 | interest-noawait = [\"x\"]
        hint: leave one out: dpkg either waits or not
        ",
    );
    refuse(
        "[hooks]\non-trigger = \"true\"\n",
        "
        error: reldeb.toml:10: hook `on-trigger` never runs: no trigger is waited for
          10 | on-trigger = \"true\"
        hint: name one with `interest-noawait = [\"…\"]` in `[triggers]`
        ",
    );
}

#[test]
fn a_control_file_that_is_made_by_other_means_is_refused() {
    refuse(
        "[control-files]\npostinst = \"x\"\n",
        "
        error: reldeb.toml:10: control file `postinst` is made by other means
          10 | postinst = \"x\"
        hint: write `[hooks]` or `[scripts]`
        ",
    );
    refuse(
        "[control-files]\nconfig = \"x\"\n[debconf]\ntemplates = \"good\"\n",
        "
        error: reldeb.toml:10: control file `config` is made by other means
          10 | config = \"x\"
        hint: write it as `config` of `[debconf]`
        ",
    );
}

#[test]
fn a_script_beside_debconf_is_refused() {
    refuse(
        "[debconf]\ntemplates = \"good\"\n[scripts]\npostrm = \"\"\nprerm = \"echo bye\"\n",
        "
        error: reldeb.toml:13: script `prerm` stands beside `[debconf]`, which is for hooks
          13 | prerm = \"echo bye\"
        hint: write its commands as `[hooks]`, or bring `templates` and `config` by `[control-files]` and let the script use debconf itself
        ",
    );
}

#[test]
fn a_control_file_that_dpkg_would_not_install_is_refused() {
    refuse(
        "[control-files]\n\"a.b\" = \"x\"\n",
        "
        error: reldeb.toml:10: control file `a.b` has a dot in its name
          10 | \"a.b\" = \"x\"
        hint: rename it: dpkg does not install such a file
        ",
    );
    refuse(
        "[control-files]\n\"a/b\" = \"x\"\n",
        "
        error: reldeb.toml:10: invalid name of a control file `a/b`
          10 | \"a/b\" = \"x\"
        hint: use at most 100 letters, digits and `+ _ -`, such as `shlibs`
        ",
    );
    refuse(
        "[control-files]\nshlibs = \"y\"\n",
        "
        error: reldeb.toml:10: file `y` of control file `shlibs` does not exist
          10 | shlibs = \"y\"
        ",
    );
}

#[test]
fn an_override_without_a_tag_or_a_reason_is_refused() {
    refuse(
        "[lintian]\noverrides = { \"E: x\" = \"y\" }\n",
        "
        error: reldeb.toml:10: invalid tag of lintian `E: x`
          10 | overrides = { \"E: x\" = \"y\" }
        hint: write a tag as lintian prints it, or `TAG CONTEXT`
        ",
    );
    refuse(
        "[lintian]\noverrides = { \"no-manual-page\" = \" \" }\n",
        "
        error: reldeb.toml:10: an override of lintian has no reason
          10 | overrides = { \"no-manual-page\" = \" \" }
        hint: say why lintian is wrong here
        ",
    );
    refuse(
        "[check]\nallow = { setuid-program = \"\" }\n",
        "
        error: reldeb.toml:10: an exception of `[check]` has no reason
          10 | allow = { setuid-program = \"\" }
        hint: say why the finding does no harm here
        ",
    );
    refuse(
        "[lintian]\noverrides = { \"no-manual-page\" = \"None.\" }\n\
         [files]\n\"/usr/share/lintian/overrides/demo\" = \"x\"\n",
        "
        error: `/usr/share/lintian/overrides/demo` comes from `x` of `[files]` entry `/usr/share/lintian/overrides/demo`, but `[lintian]` has overrides, too
        hint: write all of them into one of the two
        ",
    );
}

#[test]
fn what_debconf_would_not_read_is_refused() {
    refuse(
        "[debconf]\nconfig = \"no-shell\"\n",
        "
        error: reldeb.toml:9: `[debconf]` has no `templates`
          9 | [debconf]
        hint: write `templates = \"debian/templates\"`: the file of the questions
        ",
    );
    refuse(
        "[debconf]\ntemplates = \"other\"\n",
        "
        error: reldeb.toml:10: `other`, line 1: question `other/x` is not named after the package `demo`
          10 | templates = \"other\"
        hint: write PACKAGE/NAME, or `shared/NAME` for one that several packages ask
        ",
    );
    refuse(
        "[debconf]\ntemplates = \"unknown\"\n",
        "
        error: reldeb.toml:10: `unknown`, line 1: question `demo/x` has the unknown type `strin`, did you mean `string`?
          10 | templates = \"unknown\"
        hint: debconf-devel(7) lists the types
        ",
    );
    refuse(
        "[debconf]\ntemplates = \"good\"\nconfig = \"no-shebang\"\n",
        "
        error: reldeb.toml:11: config script `no-shebang` does not name its interpreter
          11 | config = \"no-shebang\"
        hint: write `#!/bin/sh` into its first line
        ",
    );
    refuse(
        "[debconf]\ntemplates = \"good\"\nconfig = \"no-shell\"\n",
        "
        error: reldeb.toml:11: config script `no-shell` is no valid shell: 3: Syntax error: end of file unexpected (expecting \"then\")
          11 | config = \"no-shell\"
        hint: try it with `sh -n`
        ",
    );
}
