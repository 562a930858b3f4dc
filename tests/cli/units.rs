//! `[units]`: errors by their exact texts, and what is said of units that would not work.

use crate::errors::refused;
use crate::support::Test;

const SERVICE: &str = "[Service]\nExecStart=/opt/demo/bin/demo\n";
const INSTALL: &str = "[Install]\nWantedBy=multi-user.target\n";

/// A plain release with files for units; `more` begins at line 9 of the manifest.
fn demo(more: &str) -> Test {
    Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\n\
             description = \"demonstrates\"\n[release]\npath = \"rel\"\n\n{more}"
        ))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .file("plain", format!("[Unit]\nDescription=demo\n{SERVICE}"))
        .file("whole", format!("{SERVICE}{INSTALL}"))
        .file("limit", "[Service]\nMemoryMax=1G\n")
}

pub(crate) fn building(more: &str) -> Test {
    demo(more).args(["build", "-q"])
}

#[test]
fn a_name_that_is_none_is_refused() {
    for name in ["demo", "demo.conf", "/etc/demo.service", "service.d/x.conf"] {
        let line = format!("\"{name}\" = \"whole\"");
        refused(
            building(&format!("[units]\n{line}\n")),
            &format!(
                "
                error: reldeb.toml:10: invalid unit `{name}`
                  10 | {line}
                hint: write the whole name of a unit, such as `backup.timer`, or of a drop-in, such as `cron.service.d/limit.conf`
                "
            ),
        );
    }
}

#[test]
fn a_source_that_is_no_unit_is_refused() {
    let cases = [
        (
            "gone",
            "source `gone` of unit `a.service` does not exist",
            "",
        ),
        ("rel", "source `rel` of unit `a.service` is no file", ""),
        (
            "",
            "unit `a.service` has no source",
            "write `source = \"packaging/a.service\"`",
        ),
        (
            "rel/bin/demo",
            "`rel/bin/demo` of unit `a.service` has no section `[Service]`",
            "systemd.service(5) tells what it needs",
        ),
        (
            "words",
            "`words` of unit `a.service` is no unit: line 2: `words` is neither a section nor a directive",
            "systemd.syntax(7) tells how it is written",
        ),
        (
            "latin",
            "`latin` of unit `a.service` is no text in UTF-8",
            "name the text of a unit",
        ),
    ];
    for (source, message, hint) in cases {
        let line = format!("\"a.service\" = \"{source}\"");
        let test = building(&format!("[units]\n{line}\n"))
            .file("words", "[Unit]\nwords\n")
            .file("latin", b"[Unit]\nDescription=\xe4\n");
        refused(
            test,
            &match hint {
                "" => format!("error: reldeb.toml:10: {message}\n  10 | {line}\n"),
                hint => format!("error: reldeb.toml:10: {message}\n  10 | {line}\nhint: {hint}\n"),
            },
        );
    }
}

#[test]
fn a_key_without_a_meaning_is_refused() {
    let cases = [
        (
            "cron.service.d/limit.conf",
            "source = \"limit\", start = true",
            "`cron.service.d/limit.conf` is a drop-in, which has no `start`",
            "leave it out: it counts for its unit as soon as it is there",
        ),
        (
            "a@.service",
            "source = \"whole\", enable = true",
            "`a@.service` is a template, which has no `enable`",
            "leave it out: the sysadmin enables and starts its instances",
        ),
        (
            "a.service",
            "source = \"whole\", user = true, on-upgrade = \"none\"",
            "`a.service` is a user unit, which has no `on-upgrade`",
            "leave it out: each user's own manager starts it",
        ),
        (
            "a.service",
            "source = \"plain\", enable = true",
            "unit `a.service` cannot be enabled: it has no section `[Install]`",
            "leave `enable` out, or write `[Install]` with `WantedBy=multi-user.target` into it",
        ),
        (
            "cron.service",
            "source = \"whole\"",
            "unit `cron.service` is one of Debian's own",
            "write another name, such as `cron-service.service`, or add to it by a drop-in, such as `cron.service.d/local.conf`",
        ),
    ];
    for (name, table, message, hint) in cases {
        let line = format!("\"{name}\" = {{ {table} }}");
        refused(
            building(&format!("[units]\n{line}\n")),
            &match hint {
                "" => format!("error: reldeb.toml:10: {message}\n  10 | {line}\n"),
                hint => format!("error: reldeb.toml:10: {message}\n  10 | {line}\nhint: {hint}\n"),
            },
        );
    }
}

#[test]
fn a_unit_of_debian_is_refused_by_its_whole_name() {
    const ALL: &str = "[Unit]\nDescription=x\n[Mount]\nWhat=x\nWhere=/tmp\n[Timer]\nOnBootSec=1\n\
                       [Service]\nExecStart=/bin/true\n";
    for (name, table, other) in [
        ("default.target", "", "my-default.target"),
        ("default.target", ", user = true", "my-default.target"),
        ("app.slice", ", user = true", "my-app.slice"),
        ("tmp.mount", "", "my-tmp.mount"),
        ("timers.target", "", "my-timers.target"),
        ("logrotate.timer", "", "my-logrotate.timer"),
        (
            "apt-daily-upgrade.timer",
            "",
            "apt-daily-upgrade-service.timer",
        ),
        ("getty@tty1.service", "", "getty-service.service"),
        ("user@1000.service", "", "user-service.service"),
        ("capsule@a.target", "", "capsule-service.target"),
    ] {
        let line = format!("\"{name}\" = {{ source = \"all\"{table} }}");
        refused(
            building(&format!("[units]\n{line}\n")).file("all", ALL),
            &format!(
                "
                error: reldeb.toml:10: unit `{name}` is one of Debian's own
                  10 | {line}
                hint: write another name, such as `{other}`, or add to it by a drop-in, such as `{name}.d/local.conf`
                "
            ),
        );
    }
    let drop_in =
        "[units]\n\"default.target.d/x.conf\" = \"limit\"\n\"demo.target\" = \"target\"\n";
    building(drop_in)
        .file("target", "[Unit]\nDescription=demo\n")
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
}

#[test]
fn a_unit_that_something_else_gives_is_refused() {
    refused(
        building("[units]\n\"demo.service\" = \"whole\"\n[service]\n"),
        "
        error: reldeb.toml:10: unit `demo.service` of `[units]` is also made by `[service]`
          10 | \"demo.service\" = \"whole\"
        hint: leave it out, write `managers = [\"init\"]` below `[service]`, or give one of them another name
        ",
    );
    refused(
        building("[units]\n\"a.service\" = \"whole\"\n[files]\n\"/usr/lib/systemd/system/a.service\" = \"plain\"\n"),
        "
        error: `/usr/lib/systemd/system/a.service` comes from both `plain` of `[files]` entry `/usr/lib/systemd/system/a.service` and `whole` of `[units]` entry `a.service`
        hint: give the path to one of them: leave the other out, or name the path itself as a key
        ",
    );
}

#[test]
fn units_are_files_of_root_that_are_registered() {
    let units = "[units]\n\"demo.service\" = \"whole\"\n\"demo-web.service\" = \"plain\"\n\
                 \"demo-web.socket\" = \"socket\"\n\"cron.service.d/demo.conf\" = \"limit\"\n\
                 \"tray.service\" = { source = \"whole\", user = true }\n\"shop@.service\" = \"whole\"\n";
    let socket = "[Socket]\nListenStream=8080\n[Install]\nWantedBy=sockets.target\n";
    let outcome = demo(units)
        .file_with_mode("socket", socket, 0o755)
        .args(["plan", "--json", "-q"])
        .any_stdout()
        .run();
    let plan: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let paths = plan["paths"].as_array().unwrap().iter();
    let mut units: Vec<String> = paths
        .filter(|path| path["kind"] == "file")
        .map(|path| format!("{} {}", path["path"].as_str().unwrap(), path["mode"]))
        .filter(|path| path.contains("systemd"))
        .collect();
    units.sort();
    assert_eq!(
        units,
        [
            "/usr/lib/systemd/system/cron.service.d/demo.conf \"0644\"",
            "/usr/lib/systemd/system/demo-web.service \"0644\"",
            "/usr/lib/systemd/system/demo-web.socket \"0644\"",
            "/usr/lib/systemd/system/demo.service \"0644\"",
            "/usr/lib/systemd/system/shop@.service \"0644\"",
            "/usr/lib/systemd/user/tray.service \"0644\"",
        ]
    );
}

/// The lines on standard error about units, without what systemd-analyze says of them.
fn said(test: Test) -> Vec<String> {
    let outcome = test
        .args(["plan"])
        .env("PATH", "/nonexistent")
        .any_stdout()
        .any_stderr()
        .run();
    let lines = outcome.stderr.lines().map(str::to_owned);
    lines
        .skip_while(|line| !line.contains("unit") && !line.contains("[Install]"))
        .filter(|line| line.starts_with("warning") || line.starts_with("hint"))
        .collect()
}

#[test]
fn a_unit_that_would_not_work_is_said() {
    let unit = "[Unit]\nRequires=demo-db.service other.service\n[Service]\nUser=nobodys\nGroup=www-data\n\
                ExecStartPre=-/gone\nExecStartPre=/bin/sh -c true\nExecStartPre=+/opt/demo/lib/data\n\
                ExecStart=/usr/bin/demod --port 80\nExecStop=demo stop\n";
    let timer = "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n";
    let test = demo("[units]\n\"a.service\" = \"text\"\n\"b.timer\" = \"timer\"\n")
        .file("rel/lib/data", "x")
        .file("text", unit)
        .file("timer", timer);
    assert_eq!(
        said(test),
        [
            "warning[unit-missing]: reldeb.toml:11: unit `b.timer` starts `b.service`, which is not in the package",
            "hint: write `\"b.service\" = \"…\"` below `[units]`, or correct the name",
            "warning[unit-program]: reldeb.toml:10: unit `a.service` runs `/opt/demo/lib/data` by `ExecStartPre=`, which is not executable",
            "hint: write the path that it has in the package, or name the package that brings it in `depends`",
            "warning[unit-program]: reldeb.toml:10: unit `a.service` runs `/usr/bin/demod` by `ExecStart=`, which is neither in the package nor on every Debian",
            "hint: write the path that it has in the package, or name the package that brings it in `depends`",
            "warning[unit-program]: reldeb.toml:10: unit `a.service` runs `demo` by `ExecStop=`, which is no absolute path",
            "hint: write the path that it has in the package, or name the package that brings it in `depends`",
            "warning[unit-user]: reldeb.toml:10: unit `a.service` has `User=nobodys`, which nobody makes",
            "hint: write `name = \"nobodys\"` below `[user]`, or `DynamicUser=yes` into the unit",
            "warning[unit-missing]: reldeb.toml:10: unit `a.service` has `Requires=demo-db.service`, which is not in the package",
            "hint: write `\"demo-db.service\" = \"…\"` below `[units]`, or correct the name",
        ]
    );
}

#[test]
fn a_user_that_somebody_makes_is_no_fault() {
    let unit = "[Service]\nUser=keeper\nExecStart=/opt/demo/bin/demo\n";
    for (more, addition) in [
        ("[user]\nname = \"keeper\"\n", ""),
        (
            "[hooks]\nbefore-first-install = \"useradd --system keeper\"\n",
            "",
        ),
        (
            "[files]\n\"/usr/lib/sysusers.d/demo.conf\" = \"sysusers\"\n",
            "",
        ),
        ("", "DynamicUser=yes\n"),
    ] {
        let test = demo(&format!("[units]\n\"a.service\" = \"text\"\n{more}"))
            .file("text", format!("{unit}{addition}"))
            .file("sysusers", "u keeper - \"Keeper\"\n");
        assert_eq!(said(test), [""; 0], "{more}{addition}");
    }
}

#[test]
fn a_unit_of_files_is_said_to_do_nothing() {
    let files = "[files]\n\"/usr/lib/systemd/system/a.service\" = \"whole\"\n\
                 \"/lib/systemd/system/b.service\" = \"whole\"\n\
                 \"/usr/lib/systemd/user/c.service\" = \"whole\"\n\
                 \"/usr/lib/systemd/system/d.service\" = \"plain\"\n\
                 \"/usr/lib/systemd/system/e@.service\" = \"whole\"\n\
                 \"/usr/lib/systemd/system/demo.service\" = \"whole\"\n[service]\n";
    let found = said(demo(files));
    let found: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|line| line.contains("[files]") || line.contains("[units]"))
        .collect();
    assert_eq!(
        found,
        [
            "warning[unit-not-registered]: `/lib/systemd/system/b.service` has `[Install]`, but `[files]` neither enables nor starts it",
            "hint: write `\"b.service\" = \"whole\"` below `[units]` instead",
            "warning[unit-not-registered]: `/usr/lib/systemd/system/a.service` has `[Install]`, but `[files]` neither enables nor starts it",
            "hint: write `\"a.service\" = \"whole\"` below `[units]` instead",
            "warning[unit-not-registered]: `/usr/lib/systemd/user/c.service` has `[Install]`, but `[files]` neither enables nor starts it",
            "hint: write `\"c.service\" = { source = \"whole\", user = true }` below `[units]` instead",
        ]
    );
}

/// An author whose own script makes a user or enables a unit takes care of it, as in a hook.
#[test]
fn scripts_make_users_and_enable_units() {
    let tables = "[units]\n\"a.service\" = \"text\"\n[files]\n\
                  \"/usr/lib/systemd/system/b.service\" = \"whole\"\n";
    let unit = "[Service]\nUser=keeper\nExecStart=/bin/true\n";
    let demo = |scripts: &str| demo(&format!("{tables}{scripts}")).file("text", unit);
    let tags = |scripts: &str| {
        let said = said(demo(scripts)).into_iter();
        said.filter(|line| {
            line.starts_with("warning[unit-user]") || line.starts_with("warning[unit-not")
        })
        .count()
    };
    assert_eq!(tags(""), 2);
    let scripts = "[scripts]\npreinst = \"adduser --system keeper\\n\"\n\
                   postinst = \"systemctl enable b.service\\n\"\n";
    assert_eq!(tags(scripts), 0);
}

/// Units of the users are treated in open sessions, those that run by their own names.
#[test]
fn open_sessions_are_told() {
    let units = "[units]\n\"a.service\" = { source = \"whole\", user = true }\n\
                 \"b@.service\" = { source = \"whole\", user = true }\n";
    let plan = demo(units).args(["plan", "-q", "--scripts"]);
    let plan = plan.any_stdout().any_stderr().run();
    let calls: Vec<&str> = plan
        .stdout
        .lines()
        .filter(|line| line.contains("deb-systemd-invoke --user"))
        .map(str::trim)
        .collect();
    let quietly = ">/dev/null 2>&1 || true";
    assert_eq!(
        calls,
        [
            "gone user | sed 's/@\\./@*./' | each deb-systemd-invoke --user stop 2>/dev/null"
                .to_owned(),
            format!("deb-systemd-invoke --user daemon-reload {quietly}"),
            format!("deb-systemd-invoke --user restart a.service {quietly}"),
            format!("deb-systemd-invoke --user stop a.service {quietly}"),
            format!("deb-systemd-invoke --user daemon-reload {quietly}"),
        ]
    );
}

/// systemd starts no unit in a directory that is not there, nor without a file of its environment.
#[test]
fn paths_that_nobody_provides_are_said() {
    let unit = "[Service]\nWorkingDirectory=/srv/demo\nEnvironmentFile=/etc/demo/env\n\
                EnvironmentFile=-/etc/gone\nExecStart=/bin/true\n";
    let hint = "hint: let the package have it, or write `-` before a path that may be missing";
    let found = |more: &str, unit: &str| {
        let test = demo(&format!("[units]\n\"a.service\" = \"text\"\n{more}")).file("text", unit);
        let said = said(test).into_iter();
        said.filter(|line| line.contains("unit-path") || line == hint)
            .collect::<Vec<_>>()
    };
    let of = |fact: &str| {
        format!(
            "warning[unit-path]: reldeb.toml:10: unit `a.service` has `{fact}`, which nobody provides"
        )
    };
    assert_eq!(
        found("", unit),
        [
            of("WorkingDirectory=/srv/demo"),
            hint.to_owned(),
            of("EnvironmentFile=/etc/demo/env"),
            hint.to_owned()
        ]
    );
    let files = "[files]\n\"/srv/demo/\" = { directory = true }\n\"/etc/demo/env\" = \"limit\"\n";
    assert_eq!(found(files, unit), Vec::<String>::new());
    let made =
        "[Service]\nStateDirectory=other\nWorkingDirectory=/var/lib/other\nExecStart=/bin/true\n";
    assert_eq!(found("", made), Vec::<String>::new());
}

#[test]
fn the_place_of_the_administrators_units_is_said() {
    // A script that takes care of the unit does not make it a better place.
    let files = "[files]\n\"/etc/systemd/system/a.service\" = \"whole\"\n[scripts]\npostinst = \"#!/bin/sh\\nset -e\\nsystemctl enable a.service || true\\n\"\n";
    let said = said(demo(files)).into_iter();
    let found: Vec<String> = said.filter(|line| line.contains("a.service")).collect();
    assert_eq!(
        found,
        [
            "warning[unit-in-etc]: `/etc/systemd/system/a.service` is in the place of the administrator's own units",
            "hint: write `\"a.service\" = \"whole\"` below `[units]` instead",
        ]
    );
}
