//! Things that a package writes into Debian's registries: the files of its control archive, and pieces of its
//! maintainer scripts.

use std::process::Command;

use crate::errors::demo;
use crate::packed::success;
use crate::support::{Outcome, Test};

const TEMPLATES: &str = "\
Template: demo/greeting
Type: string
Default: hello
Description: Greeting:
 The word that the program greets with.
";

/// A file of the control archive, as dpkg-deb reads it.
fn member(outcome: &Outcome, name: &str) -> String {
    let package = outcome.path("dist/demo_1.0_all.deb");
    success(Command::new("dpkg-deb").arg("-I").arg(package).arg(name))
}

/// The modes and names of the control archive.
fn members(outcome: &Outcome, package: &str) -> Vec<String> {
    let script = "dpkg-deb --ctrl-tarfile \"$1\" | tar -t -v";
    let package = outcome.path(package);
    let listing = success(Command::new("sh").args(["-c", script, "sh"]).arg(package));
    let lines = listing.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        format!("{} {}", words[0], words[words.len() - 1])
    });
    lines.collect()
}

#[test]
fn all_registries_together() {
    let outcome = demo(
        "[service]\nmanagers = []\n\
         [triggers]\ninterest = [\"/usr/share/demo\"]\ninterest-noawait = [\"demo-refresh\"]\n\
         activate-noawait = [\"ldconfig\"]\nactivate-await = [\"other\"]\n\
         [hooks]\non-trigger = \"echo \\\"$trigger_names\\\"\"\n\
         [control-files]\nshlibs = \"shlibs\"\nisinstallable = \"shlibs\"\n\
         [debconf]\ntemplates = \"templates\"\nconfig = \"config\"\n\
         [files]\n\"/usr/lib/sysusers.d/demo.conf\" = \"sysusers\"\n",
    )
    .file("shlibs", "libdemo 1 demo (>= 1)\n")
    .file("sysusers", "u demo -\n")
    .file("templates", TEMPLATES)
    .file(
        "config",
        "#!/bin/sh\n. /usr/share/debconf/confmodule\ndb_go\n",
    )
    .any_stdout()
    .run();
    assert_eq!(
        members(&outcome, "dist/demo_1.0_all.deb"),
        [
            "drwxr-xr-x ./",
            "-rwxr-xr-x ./config",
            "-rw-r--r-- ./control",
            "-rw-r--r-- ./isinstallable",
            "-rw-r--r-- ./md5sums",
            "-rwxr-xr-x ./postinst",
            "-rwxr-xr-x ./postrm",
            "-rwxr-xr-x ./preinst",
            "-rw-r--r-- ./shlibs",
            "-rw-r--r-- ./templates",
            "-rw-r--r-- ./triggers",
        ]
    );
    assert_eq!(
        member(&outcome, "triggers"),
        "interest-await /usr/share/demo\ninterest-noawait demo-refresh\n\
         activate-await other\nactivate-noawait ldconfig\n"
    );
    assert_eq!(member(&outcome, "templates"), TEMPLATES);
    assert_eq!(member(&outcome, "shlibs"), "libdemo 1 demo (>= 1)\n");
    let control = member(&outcome, "control");
    let depends = control.lines().find(|line| line.starts_with("Depends: "));
    assert_eq!(
        depends,
        Some(
            "Depends: debconf (>= 0.5) | debconf-2.0, \
             systemd | systemd-standalone-sysusers | systemd-sysusers"
        )
    );
}

#[test]
fn a_plan_shows_the_files_of_the_control_archive() {
    let built = demo("[triggers]\nactivate-noawait = [\"other\"]\n")
        .any_stdout()
        .run();
    let manifest = built.path("reldeb.toml");
    let plan = |more: &[&str]| {
        let mut command = crate::packed::reldeb();
        command.args(["plan", "-q", "-m"]).arg(&manifest).args(more);
        success(&mut command)
    };
    let json: serde_json::Value = serde_json::from_str(&plan(&["--json"])).unwrap();
    let expected = serde_json::json!({ "triggers": "activate-noawait other\n" });
    assert_eq!(json["members"], expected);
    let text = plan(&["--scripts"]);
    assert!(
        text.ends_with("\n==> triggers <==\nactivate-noawait other\n"),
        "{text}"
    );
}

#[test]
fn a_library_of_the_loader_activates_ldconfig_once() {
    let triggers = |tables: &str, path: &str| {
        let test = demo(&format!(
            "{tables}\n[files]\n\"{path}\" = \"libdemo.so.1\"\n"
        ));
        let library = test.path("libdemo.so.1");
        let arguments = ["-shared", "-nostdlib", "-Wl,-soname,libdemo.so.1", "-xc"];
        let mut compile = Command::new("cc");
        success(
            compile
                .args(arguments)
                .arg("/dev/null")
                .arg("-o")
                .arg(library),
        );
        let outcome = test.any_stdout().run();
        let package = format!("dist/{}", outcome.names("dist")[0]);
        let has = members(&outcome, &package).contains(&"-rw-r--r-- ./triggers".to_owned());
        let package = outcome.path(&package);
        has.then(|| {
            success(
                Command::new("dpkg-deb")
                    .arg("-I")
                    .arg(package)
                    .arg("triggers"),
            )
        })
    };
    let once = Some("activate-noawait ldconfig\n".to_owned());
    let library = "/usr/lib/libdemo.so.1";
    assert_eq!(triggers("", library), once);
    let explicit = "[triggers]\nactivate = [\"ldconfig\"]";
    let explicitly = Some("activate-await ldconfig\n".to_owned());
    assert_eq!(triggers(explicit, library), explicitly);
    assert_eq!(triggers("", "/usr/lib/demo/libdemo.so.1"), None);
}

#[test]
fn overrides_stand_below_their_reasons() {
    let outcome = demo(
        "[lintian.overrides]\n\"no-manual-page\" = \"\"\"\nFor programs only,\nas it is short.\n\"\"\"\n\
         \"dir-or-file-in-opt opt/demo\" = \"Covered by ours.\"\n",
    )
    .any_stdout()
    .run();
    let package = outcome.path("dist/demo_1.0_all.deb");
    let script = "dpkg-deb --fsys-tarfile \"$1\" | tar -xO ./usr/share/lintian/overrides/demo";
    let text = success(Command::new("sh").args(["-c", script, "sh"]).arg(package));
    let ours = "# This is add-on software, not part of Debian. The Filesystem Hierarchy\n\
                # Standard, section 3.13, gives it /opt.\ndemo: dir-or-file-in-opt *\n";
    assert!(text.starts_with(ours), "{text}");
    let theirs = "\n\n# For programs only,\n# as it is short.\ndemo: no-manual-page\n";
    assert!(text.ends_with(theirs), "{text}");
    assert_eq!(text.matches("dir-or-file-in-opt").count(), 1, "{text}");
}

/// A tag that the author's file names is left to it.
#[test]
fn overrides_of_the_author_s_file_stand_first() {
    let files = "\"/usr/share/lintian/overrides/demo\" = \"overrides\"\n";
    let theirs = "# Ours alone.\ndemo: no-manual-page usr/bin/demo";
    for (brought, expected) in [
        (theirs.to_owned(), 1),
        (format!("{theirs}\ndemo: dir-or-file-in-opt opt/demo/\n"), 0),
    ] {
        let outcome = demo(&format!("[files]\n{files}"))
            .file("overrides", &brought)
            .any_stdout()
            .run();
        let package = outcome.path("dist/demo_1.0_all.deb");
        let script = "dpkg-deb --fsys-tarfile \"$1\" | tar -xO ./usr/share/lintian/overrides/demo";
        let text = success(Command::new("sh").args(["-c", script, "sh"]).arg(package));
        assert!(text.starts_with(&brought), "{text}");
        let ours = "\n\n# This is add-on software, not part of Debian. The Filesystem Hierarchy\n\
                    # Standard, section 3.13, gives it /opt.\ndemo: dir-or-file-in-opt *\n";
        assert_eq!(text.matches(ours).count(), expected, "{text}");
    }
}

#[test]
fn what_nothing_answers_is_told() {
    let found = |tables: &str, expected: &str| {
        Test::new()
            .manifest(&format!(
                "[package]\nname = \"demo\"\nversion = \"1.0\"\ndescription = \"demonstrates\"\n\
                 maintainer = \"Ann Example <ann@example.com>\"\n[release]\npath = \"rel\"\n{tables}"
            ))
            .executable("rel/bin/demo", "#!/bin/sh\n")
            .file("snippet", "d /run/demo-more\n")
            .args(["build"])
            .any_stdout()
            .stderr(expected)
            .run();
    };
    found(
        "[triggers]\ninterest-noawait = [\"x\"]\n",
        "
        warning[trigger-without-hook]: the package waits for triggers, but has no hook `on-trigger`
        hint: write `on-trigger` into `[hooks]`; `$trigger_names` says which ones
        ",
    );
    let snippet = "[files]\n\"/usr/lib/tmpfiles.d/demo.conf\" = \"snippet\"\n";
    found(snippet, "");
    found(
        &format!("[service]\n{snippet}"),
        "
        warning[tmpfiles-without-systemd]: what `demo.conf` of tmpfiles.d asks for is made by systemd alone
        hint: make it in a hook, or let the package depend on `systemd | systemd-tmpfiles`
        ",
    );
    found(
        &format!("[service]\nmanagers = [\"systemd\"]\n{snippet}"),
        "",
    );
}
