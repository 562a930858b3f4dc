//! `--print-manifest`, and what is said on the way.

use std::collections::BTreeMap;

use super::{Case, Corpus, Shown, data, in_project, shown, words};
use crate::support::Test;

/// A manifest of `--print-manifest` builds the same package from where it is saved.
#[test]
fn manifests_build_what_the_command_builds() {
    let corpus: Corpus = data("corpus.toml");
    let expected: BTreeMap<String, Shown> = data("expected.toml");
    let is_wanted = |case: &&Case| {
        let mut names = [
            "seed",
            "helium",
            "logstash",
            "exclude-below-prefix",
            "templates",
            "electron",
        ]
        .iter();
        names.any(|name| *name == case.name)
    };
    for case in corpus.case.iter().filter(is_wanted) {
        let line = ["fpm", "--print-manifest"].map(str::to_owned);
        let printed = in_project(&corpus.project)
            .args(line.into_iter().chain(words(&case.line)))
            .any_stderr()
            .any_stdout()
            .run();
        assert!(
            printed.stdout.starts_with("# Made of: fpm -s dir -t deb "),
            "{}",
            printed.stdout
        );
        let built = in_project(&corpus.project)
            .manifest(&printed.stdout)
            .args(["build", "-q"])
            .any_stdout()
            .run();
        let file = built.stdout.trim().trim_start_matches("./").to_owned();
        assert_eq!(
            shown(&built.path(&file), &file),
            expected[&case.name],
            "{}",
            case.name
        );
    }
}

/// A shell has made the file of the manifest before the command looks at the folder.
#[test]
fn a_manifest_does_not_pack_itself() {
    let project = || {
        Test::new()
            .file("a", "a\n")
            .env("SOURCE_DATE_EPOCH", "1700000000")
    };
    let line = "-s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description x --prefix /opt/demo .";
    let by_command = project()
        .args(words(&format!("fpm {line}")))
        .any_stdout()
        .any_stderr()
        .run();
    for test in [project(), project().file("reldeb.toml", "")] {
        let printed = test
            .args(words(&format!("fpm --print-manifest {line}")))
            .any_stdout()
            .any_stderr()
            .run();
        let entry = "\"/opt/demo/\" = { source = \"./\", exclude = [\"/reldeb.toml\"] }\n";
        assert!(printed.stdout.contains(entry), "{}", printed.stdout);
        let built = project()
            .manifest(&printed.stdout)
            .args(["build", "-q"])
            .any_stdout()
            .any_stderr()
            .run();
        assert!(built.read("demo_1.0_all.deb") == by_command.read("demo_1.0_all.deb"));
    }
    // One that was there before is packed, as by the command.
    let printed = project()
        .file("reldeb.toml", "[package]\n")
        .args(words(&format!("fpm --print-manifest {line}")))
        .any_stdout()
        .any_stderr()
        .run();
    assert!(!printed.stdout.contains("exclude"), "{}", printed.stdout);
}

/// Also where another source is put above it.
#[test]
fn folders_that_no_source_has_belong_to_the_user() {
    let test = Test::new().file("tree/app/x", "").file("f", "").args(words(
        "fpm --print-manifest -s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description x \
         --deb-user www-data tree/=/opt f=/opt/miner/update/g",
    ));
    let printed = test.any_stdout().any_stderr().run();
    let files = "[files]\n\
                 \"/opt/\" = { source = \"tree/\", owner = \"www-data\" }\n\
                 \"/opt/miner/\" = { directory = true, owner = \"www-data\" }\n\
                 \"/opt/miner/update/\" = { directory = true, owner = \"www-data\" }\n\
                 \"/opt/miner/update/g\" = { source = \"f\", owner = \"www-data\" }\n";
    assert!(printed.stdout.contains(files), "{}", printed.stdout);
}

/// Scripts that stand in the manifest name it nowhere: its name is no part of the package.
#[test]
fn a_package_is_the_same_whatever_its_manifest_is_called() {
    let project = || {
        Test::new()
            .executable("build/demo", "#!/bin/sh\n")
            .file("in.sh", "#!/bin/sh\necho in\n")
            .file("up.sh", "#!/bin/sh\necho up\n")
            .executable("demo.init", "#!/bin/sh\n")
            .env("SOURCE_DATE_EPOCH", "1700000000")
    };
    let line = "-s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description x --after-install \
                in.sh --after-upgrade up.sh --deb-init demo.init build=/opt";
    let by_command = project()
        .args(words(&format!("fpm {line}")))
        .any_stdout()
        .any_stderr()
        .run();
    let bytes = by_command.read("demo_1.0_all.deb");
    let printed = project()
        .args(words(&format!("fpm --print-manifest {line}")))
        .any_stdout()
        .any_stderr()
        .run();
    for name in ["reldeb.toml", "new.toml"] {
        let built = project()
            .file(name, &printed.stdout)
            .args(["build", "-q", "-m", name])
            .any_stdout()
            .any_stderr()
            .run();
        assert!(built.read("demo_1.0_all.deb") == bytes, "{name}");
    }
}

const SEED: &str = "\
# Made of: fpm -s dir -t deb -n Iot -v v1.0 -m ops@example.com --vendor Example '--exclude=*.pyc' \
_rel/iot=/opt/ rel/etc/iot.config=/etc/iot/iot.config rel/var/=/var/lib/iot/
# - `--vendor` is ignored: Debian has no such field; `--deb-field 'Vendor: …'` writes it
# - `*.pyc` of `--exclude` matches nothing
# - package `Iot` is called `iot`
# - version `v1.0` loses its `v`
# - maintainer `ops@example.com` is written `ops <ops@example.com>`
# - no description was given: `--description TEXT`

[package]
name = \"iot\"
version = \"1.0\"
maintainer = \"ops <ops@example.com>\"
description = \"files of iot\"
depends = []

[files]
\"/etc/iot/iot.config\" = \"rel/etc/iot.config\"
\"/opt/iot/\" = { source = \"_rel/iot/\", exclude = [\"*.pyc\"] }
\"/var/lib/iot/\" = { directory = true }

[build]
output = \".\"
";

#[test]
fn manifests_are_short_and_say_what_is_different() {
    let said = "\
info[fpm-ignored]: `--vendor` is ignored: Debian has no such field; `--deb-field 'Vendor: …'` writes it
warning[fpm-otherwise]: `*.pyc` of `--exclude` matches nothing
warning[fpm-otherwise]: package `Iot` is called `iot`
warning[fpm-otherwise]: version `v1.0` loses its `v`
warning[fpm-otherwise]: maintainer `ops@example.com` is written `ops <ops@example.com>`
warning[fpm-otherwise]: no description was given: `--description TEXT`
";
    Test::new()
        .file("_rel/iot/bin/iot", "")
        .file("rel/etc/iot.config", "")
        .directory("rel/var")
        .args([
            "fpm",
            "--print-manifest",
            "-s",
            "dir",
            "-t",
            "deb",
            "-n",
            "Iot",
            "-v",
            "v1.0",
        ])
        .args([
            "-m",
            "ops@example.com",
            "--vendor",
            "Example",
            "--exclude=*.pyc",
            "_rel/iot=/opt/",
        ])
        .args([
            "rel/etc/iot.config=/etc/iot/iot.config",
            "rel/var/=/var/lib/iot/",
        ])
        .stdout(SEED)
        .stderr(said)
        .run();
}

/// Returns what is said of a command line, before the build itself says something.
fn said(test: Test, line: &str) -> String {
    let line = format!("fpm --print-manifest -s dir -t deb -n demo --description x {line}");
    test.executable("build/demo", "#!/bin/sh\n")
        .args(words(&line))
        .any_stdout()
        .any_stderr()
        .run()
        .stderr
}

#[test]
fn what_is_done_otherwise_is_said() {
    let ann = "-m 'Ann Example <ann@example.com>'";
    for (line, expected) in [
        (
            "--rpm-os linux --rpm-user x --workdir /tmp --debug build",
            "info[fpm-ignored]: `--rpm-os` and `--rpm-user` are ignored: about other kinds of packages\n\
             info[fpm-ignored]: `--workdir` and `--debug` are ignored: no effect on a package of Debian\n",
        ),
        (
            "--deb-compression bzip2 build",
            "warning[fpm-otherwise]: `bzip2` becomes `xz`: dpkg gives it up\n",
        ),
        (
            "-v 1.2-rc.1 build",
            "warning[fpm-otherwise]: version `1.2-rc.1` sorts after `1.2`: write `1.2~rc.1`\n",
        ),
        (
            "-d 'a, B_c' build",
            "warning[fpm-otherwise]: `a, B_c` of `--depends` is taken as 2 relations\n\
             warning[fpm-otherwise]: `B_c` of `--depends` is written `b-c`\n",
        ),
        (
            "-d /bin/sh build",
            "warning[fpm-otherwise]: `/bin/sh` of `--depends` is no package, and left out\n",
        ),
        (
            "-S x build",
            "warning[fpm-otherwise]: package `demox` has the suffix of `-S`, which fpm leaves out\n",
        ),
        (
            "build=/opt build/demo=/opt",
            "warning[fpm-otherwise]: `/opt` is a directory, so `build/demo=/opt` goes into it: write \
             `build/demo=/opt/`\n",
        ),
        (
            "--deb-user demo --deb-group demo build",
            "warning[fpm-otherwise]: user `demo` of `--deb-user` is made before the files are unpacked: \
             no script does it\n",
        ),
        ("--deb-user demo --before-install build/demo build", ""),
        (
            "--deb-use-file-permissions build",
            "warning[fpm-otherwise]: `--deb-use-file-permissions` keeps modes, and no owners: `--deb-user` \
             names one\n",
        ),
        (
            "--config-files /lib/systemd/system/x.service build/demo=/lib/systemd/system/x.service",
            "warning[fpm-otherwise]: `/lib/systemd/system/x.service` of `--config-files` is a unit, which \
             is no conffile: sysadmins write drop-ins in /etc/systemd/system\n",
        ),
        (
            "-s empty build",
            "warning[fpm-otherwise]: arguments mean nothing with `-s empty`, and are left out\n",
        ),
    ] {
        assert_eq!(
            said(Test::new(), &format!("{ann} {line}")),
            expected,
            "{line}"
        );
    }
}

#[test]
fn links_are_said() {
    let line =
        "-m 'Ann Example <ann@example.com>' --config-files etc/demo/link build link=/etc/demo/";
    let test = Test::new().file("build/data", "1").symlink("link", "build");
    std::fs::hard_link(test.path("build/data"), test.path("build/same")).unwrap();
    assert_eq!(
        said(test, line),
        "warning[fpm-otherwise]: hard links in `build` become files of their own\n\
         warning[fpm-otherwise]: `/etc/demo/link` of `--config-files` is a symlink, and dpkg knows none as \
         conffiles\n"
    );
}

/// The set user bit is kept where modes are, and excludes and configuration part trees.
#[test]
fn trees_are_parted_where_they_must() {
    let test = Test::new()
        .file_with_mode("tree/bin/su", "#!/bin/sh\n", 0o4755)
        .file("tree/etc/a/b.conf", "")
        .file("tree/etc/a/c.conf", "")
        .file("tree/etc/a/*.pyc", "")
        .file("tree/x.pyc", "")
        .file("tree/conf/one", "")
        .file("tree/conf/two", "")
        .file("more/etc/a/d.conf", "")
        .file("more/conf/three", "")
        .directory_with_mode("more/run", 0o700)
        .args(words(
            "fpm --print-manifest -s dir -t deb -n demo -m 'Ann Example <ann@example.com>' --description x \
             --deb-use-file-permissions --deb-no-default-config-files --config-files etc/a/b.conf \
             --config-files conf -x 'etc/a/[*].pyc' -x 'x.py?' --deb-user games tree/=/ more/=/",
        ))
        .any_stdout()
        .any_stderr()
        .run();
    let files = test
        .stdout
        .split_once("[files]\n")
        .unwrap()
        .1
        .split_once("\n\n")
        .unwrap()
        .0;
    assert_eq!(
        files,
        r#""/" = { source = "tree/", exclude = ["/x.py?", '/etc/a/\*.pyc'], owner = "games" }
"/bin/su" = { source = "tree/bin/su", mode = "4755", owner = "games" }
"/conf/" = { source = "tree/conf/", owner = "games", conffile = true }
"/conf/three" = { source = "more/conf/three", owner = "games", conffile = true }
"/etc/" = { source = "more/etc/", owner = "games", conffile = false }
"/etc/a/c.conf" = { source = "tree/etc/a/c.conf", owner = "games", conffile = false }
"/run/" = { directory = true, mode = "0700" }"#
    );
}

#[test]
fn the_maintainer_may_come_from_elsewhere() {
    for (variables, line, expected) in [
        (
            &[("DEBFULLNAME", "Bo"), ("DEBEMAIL", "bo@example.com")][..],
            "build",
            "info[fpm-default]: maintainer is `Bo <bo@example.com>`, as the environment or git says\n",
        ),
        (
            &[("DEBEMAIL", "Bo <bo@example.com>")],
            "-m 'Ops Team' build",
            "warning[fpm-otherwise]: maintainer `Ops Team` is written `Ops Team <bo@example.com>`\n",
        ),
    ] {
        let test = variables
            .iter()
            .fold(Test::new(), |test, (name, value)| test.env(name, value));
        assert_eq!(said(test, line), expected);
    }
}

#[test]
fn options_come_from_files_and_the_environment() {
    let printed = Test::new()
        .executable("build/demo", "#!/bin/sh\n")
        .file("link", "")
        .file(".fpm", "-v 1.1\n--url \"https://example.com\" link=/usr/share/demo/\n")
        .file("options", "--category net\n-d git\n")
        .env("FPMOPTS", "-v 1.0 -d curl")
        .args(words(
            "fpm --print-manifest -s dir -t deb -n demo -m 'Ann Example <ann@example.com>' --description x \
             --category misc --fpm-options-file options build/demo=/usr/bin/",
        ))
        .any_stdout()
        .stderr(
            "info[fpm-options]: options of `FPMOPTS`: -v 1.0 -d curl\n\
             info[fpm-options]: options of `.fpm`: -v 1.1 --url \"https://example.com\" \
             link=/usr/share/demo/\n\
             info[fpm-options]: options of options file `options`: --category net -d git\n",
        )
        .run();
    for line in [
        "version = \"1.1\"\n",
        "homepage = \"https://example.com\"\n",
        "section = \"net\"\n",
        "depends = [\"curl\", \"git\"]\n",
        "\"/usr/bin/demo\" = \"build/demo\"\n\"/usr/share/demo/link\" = \"link\"\n",
    ] {
        assert!(printed.stdout.contains(line), "{line}: {}", printed.stdout);
    }
}

#[test]
fn what_is_made_is_told_as_document_too() {
    let built = Test::new()
        .executable("build/demo", "#!/bin/sh\n")
        .args([
            "--json",
            "fpm",
            "-fs",
            "dir",
            "-t",
            "deb",
            "-n",
            "demo",
            "-aall",
            "--description",
            "x",
        ])
        .args([
            "-m",
            "Ann Example <ann@example.com>",
            "build/demo=/usr/bin/",
        ])
        .any_stdout()
        .run();
    let document: serde_json::Value = serde_json::from_str(&built.stdout).unwrap();
    assert_eq!(document["package"], "demo");
    assert_eq!(document["path"], "./demo_1.0_all.deb");
    assert_eq!(document["packages"].as_array().unwrap().len(), 1);
}
