//! Rights of root's for a service that is not root.

use crate::errors::{demo, refused};
use crate::support::Test;

/// The lines of the unit that capabilities change, and the options of `setpriv` in `as-service`.
fn lines_of(service: &str) -> Vec<String> {
    let outcome = Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\ndescription = \"demonstrates\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\n\n[release]\npath = \"rel\"\n\n{service}"
        ))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .args(["plan", "-q", "--json", "--scripts"])
        .any_stdout()
        .run();
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let lines = |end: &str, starts: &[&str]| -> Vec<String> {
        let rendered = json["rendered"].as_object().unwrap();
        let (_, text) = rendered
            .iter()
            .find(|(path, _)| path.ends_with(end))
            .unwrap();
        let lines = text.as_str().unwrap().lines().map(str::trim);
        lines
            .filter(|line| starts.iter().any(|start| line.starts_with(start)))
            .map(str::to_owned)
            .collect()
    };
    let unit = ["Ambient", "Capab", "ProtectClock", "SystemCallFilter=@"];
    let mut all = lines("/demo.service", &unit);
    all.extend(lines("/as-service", &["exec setpriv"]));
    all
}

const SETPRIV: &str = "exec setpriv --reuid=demo --regid=demo --init-groups";

#[test]
fn unit_and_init_script_give_the_same() {
    assert_eq!(
        lines_of("[service]\ncapabilities = [\"CAP_SYS_TIME\", \"net_bind_service\"]\n"),
        [
            "AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_SYS_TIME",
            "CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SYS_TIME",
            "SystemCallFilter=@system-service",
            "SystemCallFilter=@clock",
            &format!(
                "{SETPRIV} --inh-caps=+net_bind_service,+sys_time \
                 --ambient-caps=+net_bind_service,+sys_time \
                 --bounding-set=-all,+net_bind_service,+sys_time --no-new-privs -- \"$@\""
            ),
        ]
    );
    assert_eq!(
        lines_of("[service]\nhardening = false\ncapabilities = [\"Kill\"]\n"),
        [
            "AmbientCapabilities=CAP_KILL",
            &format!("{SETPRIV} --inh-caps=+kill --ambient-caps=+kill -- \"$@\""),
        ]
    );
}

#[test]
fn a_directive_of_ones_own_has_its_effect() {
    let bounds = |directives: &str| {
        let lines = lines_of(&format!(
            "[service.systemd]\nService = {{ {directives} }}\n"
        ));
        let is_about = |line: &String| line.contains("Capabilit");
        lines.into_iter().filter(is_about).collect::<Vec<_>>()
    };
    assert_eq!(
        bounds("AmbientCapabilities = \"CAP_NET_RAW CAP_KILL\""),
        [
            "CapabilityBoundingSet=CAP_NET_RAW CAP_KILL",
            "AmbientCapabilities=CAP_NET_RAW CAP_KILL",
        ]
    );
    assert_eq!(
        bounds("AmbientCapabilities = \"CAP_KILL\", CapabilityBoundingSet = \"~CAP_SYS_ADMIN\""),
        [
            "CapabilityBoundingSet=~CAP_SYS_ADMIN",
            "AmbientCapabilities=CAP_KILL",
        ]
    );
    assert_eq!(bounds(""), ["CapabilityBoundingSet=CAP_NET_BIND_SERVICE"]);
}

#[test]
fn an_unknown_capability_is_refused() {
    for (written, hint) in [
        ("CAP_NET_BIND", "did you mean `net_bind_service`?"),
        ("x", "capabilities(7) lists them"),
    ] {
        refused(
            demo(&format!("[service]\ncapabilities = [\"{written}\"]\n")),
            &format!(
                "
                error: reldeb.toml:10: unknown capability `{written}`
                  10 | capabilities = [\"{written}\"]
                hint: {hint}
                "
            ),
        );
    }
}

#[test]
fn capabilities_of_root_are_refused() {
    let manifest = "[service]\ncapabilities = [\"kill\"]\n";
    let test = demo(manifest).manifest(&format!(
        "user = false\n\n[package]\nname = \"demo\"\nversion = \"1.0\"\ndescription = \"x\"\n\
         maintainer = \"Ann Example <ann@example.com>\"\n\n[release]\npath = \"rel\"\n\n{manifest}"
    ));
    refused(
        test,
        "
        error: reldeb.toml:13: `capabilities` are for a service with a user, and this one runs as root
          13 | capabilities = [\"kill\"]
        hint: take out `user = false`, or `capabilities`
        ",
    );
}
