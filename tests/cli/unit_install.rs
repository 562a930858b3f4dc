//! Units that ask for what is another's.

use crate::errors::refused;
use crate::units::building;

const BELOW: &str =
    "mount below a directory of the package's own, such as one in `/srv` or `/var/lib`";
const UNIT: &str = "write the name of a unit, such as `multi-user.target`";

#[test]
fn an_alias_is_no_name_of_another_unit() {
    let unit = |alias: &str| {
        format!(
            "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias={alias}\n"
        )
    };
    let with = |a: &str, b: &str| {
        building("[units]\n\"a.service\" = \"a\"\n\"b.service\" = \"b\"\n")
            .file("a", unit(a))
            .file("b", unit(b))
    };
    let of_debian = "leave it out: enabled, it would take the place of that unit";
    let other = "give one of them another name";
    for (a, b, line, fact, hint) in [
        (
            "ssh.service",
            "c.service",
            "10: ",
            "unit `a.service` has the alias `ssh.service`, one of Debian's own",
            of_debian,
        ),
        (
            "d.service",
            "c.service cron.service",
            "11: ",
            "unit `b.service` has the alias `cron.service`, one of Debian's own",
            of_debian,
        ),
        (
            "b.service",
            "c.service",
            "10: ",
            "unit `a.service` has the alias `b.service`, which `b.service` has taken",
            other,
        ),
        (
            "c.service",
            "c.service",
            "11: ",
            "unit `b.service` has the alias `c.service`, which `a.service` has taken",
            other,
        ),
    ] {
        let name = if line == "10: " { "a" } else { "b" };
        refused(
            with(a, b),
            &format!(
                "
                error: reldeb.toml:{line}{fact}
                  {} | \"{name}.service\" = \"{name}\"
                hint: {hint}
                ",
                line.trim_end_matches(": ")
            ),
        );
    }
    with("syslog.service", "a-b.service b.service")
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
}

#[test]
fn a_unit_leaves_to_others_what_is_theirs() {
    let over = |path: &str, unit: &str| {
        format!("unit `{unit}` would mount over `{path}`, which is not the package's own")
    };
    let service = |line: &str| format!("[Service]\nExecStart=/bin/true\n[Install]\n{line}\n");
    for (name, text, fact, hint) in [
        (
            "var-lib-dpkg.mount",
            "[Mount]\nWhat=x\n".to_owned(),
            over("/var/lib/dpkg", "var-lib-dpkg.mount"),
            BELOW,
        ),
        (
            "usr-bin.automount",
            "[Automount]\n".to_owned(),
            over("/usr/bin", "usr-bin.automount"),
            BELOW,
        ),
        (
            "home-ann.mount",
            "[Mount]\nWhat=x\n".to_owned(),
            over("/home/ann", "home-ann.mount"),
            BELOW,
        ),
        (
            "a.service",
            service("Also=cron.service"),
            "unit `a.service` has `Also=cron.service`, which is no unit of the package".to_owned(),
            "leave it out: a purge would disable that unit; `Wants=` starts it beside this one",
        ),
        (
            "a.service",
            service("WantedBy=../../tmp/x.target"),
            "unit `a.service` has `WantedBy=../../tmp/x.target`, which is no unit".to_owned(),
            UNIT,
        ),
        (
            "a.service",
            service("Alias=x.timer"),
            "unit `a.service` has the alias `x.timer`, which is no name of a service".to_owned(),
            "write a name with the ending of the unit's own",
        ),
        (
            "cron.service.d/x.conf",
            "[Service]\nExecStart=\n".to_owned(),
            "`cron.service.d/x.conf` takes `ExecStart=` away, and gives no other".to_owned(),
            "write the new command in a second line `ExecStart=`",
        ),
    ] {
        let line = format!("\"{name}\" = \"u\"");
        refused(
            building(&format!("[units]\n{line}\n")).file("u", text),
            &format!("error: reldeb.toml:10: {fact}\n  10 | {line}\nhint: {hint}\n"),
        );
    }
}

#[test]
fn a_unit_may_ask_for_what_is_its_package_s() {
    let service = |line: &str| format!("[Service]\nExecStart=/bin/true\n[Install]\n{line}\n");
    let own = "[units]\n\"a.service\" = \"a\"\n\"b@.service\" = \"b\"\n\"srv-demo\\\\x2dx.mount\" = \"m\"\n";
    building(own)
        .file("a", service("Also=b@one.service a.service"))
        .file("b", service("WantedBy=multi-user.target"))
        .file("m", "[Mount]\nWhat=x\nWhere=/srv/demo-x\n")
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
}
