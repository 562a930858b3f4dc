//! `[release] writable`: links to directories of the service, and what is said where they are missing.

use crate::errors::refused;
use crate::sketch::{Sketch, said};
use crate::support::Test;

/// A service with a plain release, in which these are the lines of `[release]` after its path.
fn served(lines: &str, more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[service]\n{more}\n\
             [release]\npath = \"rel\"\n{lines}\n"
        ))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .file("rel/data/seed", "seed\n")
        .file("rel/lib/app-1.0/priv/cache/one", "1\n")
}

/// The lines of the plan about links, and about what is copied.
fn links(test: Test) -> Vec<String> {
    let outcome = test.args(["plan", "--json", "-q"]).any_stdout().run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let paths = document["paths"].as_array().unwrap();
    let shown = |value: &serde_json::Value| {
        let shown = value.as_str().unwrap_or_default();
        shown.trim_end_matches('/').to_owned()
    };
    let named = paths.iter().filter(|path| {
        path["kind"] == "symlink" && shown(&path["path"]).starts_with("/opt/")
            || shown(&path["path"]).contains("/initial/")
    });
    named
        .map(|path| format!("{} {}", shown(&path["path"]), shown(&path["target"])))
        .collect()
}

#[test]
fn directories_are_links_to_those_of_the_service() {
    let all = "writable = [\"log\", \"log/old/\", \"logs/sasl\", \"data\", \"lib/*/priv/cache\", \"./new\"]";
    let expected = [
        "/opt/demo/data /var/lib/demo/data",
        "/opt/demo/initial/data ",
        "/opt/demo/initial/data/seed ",
        "/opt/demo/initial/lib ",
        "/opt/demo/initial/lib/app ",
        "/opt/demo/initial/lib/app/priv ",
        "/opt/demo/initial/lib/app/priv/cache ",
        "/opt/demo/initial/lib/app/priv/cache/one ",
        "/opt/demo/lib/app-1.0/priv/cache /var/lib/demo/lib/app/priv/cache",
        "/opt/demo/log /var/log/demo",
        "/opt/demo/logs/sasl /var/log/demo/sasl",
        "/opt/demo/new /var/lib/demo/new",
    ];
    let mut found = links(served(all, ""));
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn contradictions_name_both_places() {
    let build = |lines: &str, more: &str| served(lines, more).args(["build", "-q"]);
    refused(
        build("exclude = [\"/data/\"]\nwritable = [\"data\"]", ""),
        "
        error: reldeb.toml:11: `data` is writable, and line 10 has `/data/` in `exclude`
          11 | writable = [\"data\"]
        hint: leave out what is in it: \"/data/*\"
        ",
    );
    refused(
        build("writable = [\"data\"]\n[files]\n\"/opt/demo/data/x/\" = \"rel/bin/demo\"", ""),
        "
        error: reldeb.toml:10: `data` is writable, and line 12 has `/opt/demo/data/x/` in `[files]`
          10 | writable = [\"data\"]
        hint: leave one of the two out: what the release has there is copied for the service at the first installation
        ",
    );
}

#[test]
fn what_comes_anew_is_refused() {
    let build = |lines: &str| served(lines, "").args(["build", "-q"]);
    refused(
        build("writable = [\"lib/*\"]").file("rel/lib/app-1.0/ebin/app.beam", "FOR1"),
        "
        error: reldeb.toml:10: `lib/app-1.0` cannot be writable: `lib/app-1.0/ebin/app.beam` comes anew with every version
          10 | writable = [\"lib/*\"]
        hint: name directories that hold nothing but data
        ",
    );
    refused(
        build("writable = [\"bin\"]"),
        "
        error: reldeb.toml:10: `bin` cannot be writable: `bin/demo` comes anew with every version
          10 | writable = [\"bin\"]
        hint: name directories that hold nothing but data
        ",
    );
    refused(
        build("writable = [\"data/seed/x\"]"),
        "
        error: reldeb.toml:10: `data/seed` of the release is no directory
          10 | writable = [\"data/seed/x\"]
        hint: name the directory that it lies in
        ",
    );
    refused(
        build("writable = [\"initial/x\"]"),
        "
        error: reldeb.toml:10: `initial/x` cannot be writable: the package itself needs `initial`
          10 | writable = [\"initial/x\"]
        hint: have the release use another name
        ",
    );
    refused(
        build("writable = [\"/data\"]"),
        "
        error: reldeb.toml:10: `/data` is no path in the release
          10 | writable = [\"/data\"]
        hint: write it from the root of the release: `log`, `lib/*/priv/cache`
        ",
    );
    refused(
        build("writable = [\"my data\"]"),
        "
        error: reldeb.toml:10: `my data` contains ` `, expected letters, digits and `/ . _ + - ~ @ = ,`
          10 | writable = [\"my data\"]
        ",
    );
    let twins = build("writable = [\"lib/*/priv/cache\"]").file("rel/lib/app-1.1/priv/cache/x", "");
    refused(
        twins,
        "
        error: reldeb.toml:10: `lib/app-1.0/priv/cache` and `lib/app-1.1/priv/cache` would both be `/var/lib/demo/lib/app/priv/cache`
          10 | writable = [\"lib/*/priv/cache\"]
        hint: leave the one that is not used out, with `exclude`
        ",
    );
}

#[test]
fn files_of_a_version_are_not_data() {
    let manifest = "[package]\nmaintainer = \"A <a@example.com>\"\ndescription = \"takes orders\"\n\
                    [release]\npath = \"rel\"\nconfiguration = [\"vm.args\"]\n\
                    writable = [\"releases/1.4.0\"]\n";
    refused(
        relx(manifest).args(["build", "-q"]),
        "
        error: reldeb.toml:7: `releases/1.4.0` is writable, and line 6 has `vm.args` in `configuration`
          7 | writable = [\"releases/1.4.0\"]
        hint: leave one of the two out
        ",
    );
}

#[test]
fn nobody_writes_without_a_service() {
    let test = Test::new()
        .manifest(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"A <a@example.com>\"\n\
             description = \"demonstrates\"\n[release]\npath = \"rel\"\nwritable = [\"data\"]\n",
        )
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["build", "-q"]);
    refused(
        test,
        "
        error: reldeb.toml:8: `writable` is what the service writes, and the package has no service
          8 | writable = [\"data\"]
        hint: add a table `[service]`, or leave `writable` out
        ",
    );
}

#[test]
fn a_pattern_that_matches_nothing_and_shared_directories_are_said() {
    served("writable = [\"lib/*/tmp\", \"data\"]", "instances = true")
        .args(["plan"])
        .any_stdout()
        .stderr(
            "
            warning[writable-matches-nothing]: reldeb.toml:10: pattern `lib/*/tmp` of `writable` matches no directory
            hint: write a path without wildcards for a directory that is to be made
            warning[shared-by-instances]: reldeb.toml:7: every instance would write to the same `/var/lib/demo/data`
            hint: give each a file of its own, by the variable `INSTANCE` in the configuration
            ",
        )
        .run();
    served("writable = [\"spool/in\", \"spool/out\"]", "instances = true")
        .args(["plan"])
        .any_stdout()
        .stderr(
            "
            warning[shared-by-instances]: reldeb.toml:7: every instance would write to the same `/var/lib/demo/spool/in` and `/var/lib/demo/spool/out`
            hint: give each its own below `[service.systemd.Service]`: `StateDirectory = [\"demo/%i\", \"demo/%i/spool/in\", \"demo/%i/spool/out\"]` and `BindPaths = [\"/var/lib/demo/%i/spool/in:/var/lib/demo/spool/in\", \"/var/lib/demo/%i/spool/out:/var/lib/demo/spool/out\"]`
            ",
        )
        .run();
    let own = "instances = true\n[service.systemd.Service]\nBindPaths = \"/var/lib/demo/%i/data:/var/lib/demo/data\"";
    served("writable = [\"data\"]", own)
        .args(["plan"])
        .any_stdout()
        .run();
    // What holds the directories of the instances cannot be one of them.
    served("writable = [\"data\", \"log\"]", own)
        .args(["plan"])
        .any_stdout()
        .stderr(
            "
            warning[shared-by-instances]: reldeb.toml:7: every instance would write to the same `/var/log/demo`
            hint: give each a file of its own, by the variable `INSTANCE` in the configuration
            ",
        )
        .run();
}

const SYS_CONFIG: &str = "[{kernel, [{logger, [{handler, default, logger_std_h,\n\
    #{config => #{file => \"log/orders.log\"}}}]}]},\n {lager, [{crash_log, \"crash.log\"}]}].\n";

/// A release of relx with relative paths.
fn relx(manifest: &str) -> Test {
    relx_without_manifest().manifest(manifest)
}

fn relx_without_manifest() -> Test {
    let at = |path: &str| format!("rel/{path}");
    Test::new()
        .file(&at("releases/start_erl.data"), "13.1.5 1.4.0")
        .file(
            &at("releases/1.4.0/orders.rel"),
            "{release, {\"orders\", \"1.4.0\"}, {erts, \"13.1.5\"}, [{mnesia, \"4.21\"}]}.\n",
        )
        .file(&at("releases/1.4.0/sys.config"), SYS_CONFIG)
        .file(
            &at("releases/1.4.0/vm.args"),
            "-sname orders@localhost\n-env ERL_CRASH_DUMP data/dump\n",
        )
        .file(&at("releases/1.4.0/start.boot"), "")
        .file(&at("spool/.gitkeep"), "")
        .executable(&at("erts-13.1.5/bin/erlexec"), "#!/bin/sh\n")
        .executable(
            &at("bin/orders"),
            "#!/bin/sh\nRELX_CONFIG_PATH=x\nPRE_STOP_HOOKS=\"hooks/drain\"\ncase \"$1\" in\n\
             \x20   foreground)\n        ;;\nesac\n",
        )
}

fn relx_with(lines: &str) -> Test {
    relx(&format!(
        "[package]\nmaintainer = \"A <a@example.com>\"\n\
         description = \"order service\\nTakes orders.\"\n[release]\npath = \"rel\"\n{lines}\n"
    ))
}

#[test]
fn relative_paths_are_said_with_the_line_that_mends_them() {
    let hooks = "
            warning[hooks-never-run]: `bin/orders` has hook `pre_stop`, which never runs: the service manager starts it with `foreground` and ends it by a signal
            hint: do it in `start/2` and `prep_stop/1` of the application, or by `ExecStartPost`, `ExecStop` and `ExecStopPost` below `[service.systemd.Service]`
            warning[hook-missing]: `bin/orders` names `hooks/drain` as hook `pre_stop`, which the release does not have
            hint: copy it there with an `overlay` of relx, or leave it out of `extended_start_script_hooks`";
    relx_with("")
        .args(["plan"])
        .any_stdout()
        .stderr(&format!("{hooks}
            warning[relative-path]: `releases/1.4.0/sys.config` names `crash.log` and `log/orders.log`, relative to `/opt/orders`, where the service may not write
            hint: write `writable = [\"data\", \"log\", \"spool\"]` below `[release]`; for `crash.log`, write an absolute path below `/var/log/orders`
            warning[relative-path]: `releases/1.4.0/vm.args` names `data/dump`, relative to `/opt/orders`, where the service may not write
            hint: write `writable = [\"data\", \"log\", \"spool\"]` below `[release]`
            warning[relative-path]: `spool` in the release is an empty directory below `/opt/orders`, where the service may not write
            hint: write `writable = [\"data\", \"log\", \"spool\"]` below `[release]`
            warning[mnesia-without-directory]: mnesia has no directory, and would make its own in `/opt/orders`, where the service may not write
            hint: write `{{mnesia, [{{dir, \"/var/lib/orders/mnesia\"}}]}}` into `sys.config`, unless all tables are in memory
            "))
        .run();
    relx_with("writable = [\"log\", \"data\", \"spool\"]\n[files]\n\"/opt/orders/crash.log\" = { symlink = \"/var/log/orders/crash.log\" }")
        .file(
            "rel/releases/1.4.0/vm.args",
            "-sname orders@localhost\n-mnesia dir '\"data/db\"'\n",
        )
        .args(["plan"])
        .any_stdout()
        .stderr(&format!("{hooks}\n            "))
        .run();
}

/// The logger would find a directory where it wants to open its file.
#[test]
fn a_file_is_no_directory_to_write() {
    refused(
        relx_with("writable = [\"log/orders.log\"]").args(["build", "-q"]),
        "
        error: reldeb.toml:6: `log/orders.log` is a file for `releases/1.4.0/sys.config`
          6 | writable = [\"log/orders.log\"]
        hint: name its directory: \"log\"
        ",
    );
}

#[test]
fn init_writes_the_line() {
    let outcome = relx_without_manifest()
        .args(["init", "rel"])
        .any_stdout()
        .any_stderr()
        .run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    let line = "# The release writes there: it gets links to /var/log/orders and /var/lib/orders.\n\
                writable = [\"data\", \"log\", \"spool\"]\n";
    assert!(manifest.contains(line), "{manifest}");
}

#[test]
fn an_empty_directory_is_not_of_a_run() {
    let (_, findings) = Sketch::relx()
        .directory("log/sasl")
        .file("log/.gitkeep", "")
        .open();
    assert_eq!(said(&findings), [""; 0]);
}

/// The findings of `plan` about a release with this `sys.config`, of one kind.
fn found(
    sys_config: &str,
    lines: &str,
    files: &[(&str, &str)],
    tag: &str,
) -> Vec<(String, String)> {
    let test = relx_with(lines).file("rel/releases/1.4.0/sys.config", sys_config);
    let test = files
        .iter()
        .fold(test, |test, (path, text)| test.file(path, text));
    let outcome = test.args(["plan", "--json", "-q"]).any_stdout().run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let findings = document["findings"].as_array().unwrap().iter();
    let of_tag = findings.filter(|finding| finding["tag"] == tag);
    let string = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    of_tag
        .map(|finding| (string(&finding["message"]), string(&finding["hint"])))
        .collect()
}

const MNESIA: &str = "[{mnesia, [{dir, \"/var/lib/orders/db\"}]}].\n";

#[test]
fn mnesia_is_looked_for_in_included_files() {
    let line = "write `{mnesia, [{dir, \"/var/lib/orders/mnesia\"}]}` into `sys.config`, unless all \
                tables are in memory";
    let packed = "[files]\n\"/etc/orders/o.config\" = \"o.config\"";
    let tree = "[files]\n\"/etc/orders/\" = \"etc/\"";
    let own = "[\"./own.config\"].";
    let etc = "[\"/etc/orders/o\"].";
    let unread = format!("{line}, or `/etc/orders/o.config` has it");
    for (sys_config, lines, file, hint) in [
        (own, "", ("rel/own.config", "[]."), Some(line)),
        (own, "", ("rel/own.config", MNESIA), None),
        (own, "", ("rel/releases/1.4.0/own.config", MNESIA), None),
        (etc, packed, ("o.config", "[]."), Some(line)),
        (etc, packed, ("o.config", MNESIA), None),
        (etc, tree, ("etc/o.config", MNESIA), None),
        (etc, "", ("o.config", MNESIA), Some(unread.as_str())),
    ] {
        let found = found(sys_config, lines, &[file], "mnesia-without-directory");
        let hints: Vec<&str> = found.iter().map(|(_, hint)| hint.as_str()).collect();
        assert_eq!(hints, Vec::from_iter(hint), "{sys_config} {lines} {file:?}");
    }
}

#[test]
fn relative_paths_of_included_files_are_said() {
    let text = "[{lager, [{log_root, \"log/lager\"}]}].";
    for (sys_config, lines, file, name) in [
        ("[\"own\"].", "", "rel/own.config", "own.config"),
        (
            "[\"/etc/orders/o\"].",
            "[files]\n\"/etc/orders/o.config\" = \"o.config\"",
            "o.config",
            "/etc/orders/o.config",
        ),
    ] {
        let found = found(sys_config, lines, &[(file, text)], "relative-path");
        let message = format!(
            "`{name}` names `log/lager`, relative to `/opt/orders`, where the service may not write"
        );
        assert!(
            found.iter().any(|(found, _)| *found == message),
            "{found:?}"
        );
    }
}

#[test]
fn init_says_the_line_for_mnesia() {
    let init = |sys_config: &str| {
        let outcome = relx_without_manifest()
            .file("rel/releases/1.4.0/sys.config", sys_config)
            .args(["init", "rel", "--json"])
            .any_stdout()
            .any_stderr()
            .run();
        outcome.stdout + &outcome.stderr
    };
    let line = "mnesia has no directory";
    assert!(init("[].").contains(line));
    assert!(init("[\"./no.config\"].").contains(line));
    assert!(!init(MNESIA).contains(line));
}
