//! Init scripts and units, and whether they fit together.

use super::super::shell;
use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::deb::DataKind;
use crate::escape;
use crate::finding::tags;
use crate::units::UnitText;

/// The lines that a header must have.
const KEYWORDS: [&str; 5] = [
    "Provides",
    "Required-Start",
    "Required-Stop",
    "Default-Start",
    "Default-Stop",
];

/// Targets of systemd that are no longer there.
const OLD_TARGETS: [&str; 2] = ["syslog.target", "dbus.target"];

/// Checks init scripts and units.
pub(in super::super) fn whole(subject: &Subject, found: &mut Tally) {
    for (path, text) in &subject.texts {
        let name = path
            .strip_prefix("/etc/init.d/")
            .filter(|name| !["README", "skeleton", "rc", "rcS"].contains(name));
        if let Some(name) = name {
            init_script(subject, path, name, text, found);
        }
    }
    registrations(subject, found);
    units(subject, found);
}

fn init_script(subject: &Subject, path: &str, name: &str, text: &str, found: &mut Tally) {
    let shown = escape::line(path);
    if let Some(record) = subject.paths.get(path)
        && record.mode != 0o755
    {
        found.tell_at(&shown, tags::INIT_MODE, || {
            format!(
                "the init script `{shown}` has mode {:04o}, expected 0755",
                record.mode
            )
        });
    }
    if !subject.is_conffile(path) {
        found.tell_at(&shown, tags::INIT_MODE, || {
            format!("the init script `{shown}` is no conffile")
        });
    }
    header(&shown, text, found);
    let interpreter = text.lines().next().unwrap_or_default();
    let is_of_library = interpreter.contains("init-d-script") || text.contains("init-d-script");
    let missing: Vec<&str> = ["start", "stop", "restart", "force-reload"]
        .into_iter()
        .filter(|action| !text.contains(action))
        .collect();
    if !missing.is_empty() && !is_of_library {
        found.tell_at(&shown, tags::INIT_ACTIONS, || {
            format!(
                "the init script `{shown}` has no `{}`",
                missing.join("`, `")
            )
        });
    }
    let units = ["service", "socket", "target"]
        .map(|kind| format!("/usr/lib/systemd/system/{name}.{kind}"));
    let template = format!("/usr/lib/systemd/system/{name}@.service");
    if !units
        .iter()
        .chain([&template])
        .any(|unit| subject.has(unit))
    {
        found.tell_at(&shown, tags::INIT_WITHOUT_UNIT, || {
            format!("the init script `{shown}` has no unit `{name}.service` beside it")
        });
    }
}

fn header(shown: &str, text: &str, found: &mut Tally) {
    let mut tell = |what: &str| {
        found.tell_at(shown, tags::INIT_HEADER, || {
            format!("the init script `{shown}` {what}")
        });
    };
    let mut lines = text.lines().map(str::trim_end);
    if !lines.any(|line| line == "### BEGIN INIT INFO") {
        return tell("has no header `### BEGIN INIT INFO`");
    }
    let inside: Vec<&str> = lines
        .clone()
        .take_while(|line| *line != "### END INIT INFO")
        .collect();
    if !lines.any(|line| line == "### END INIT INFO") {
        return tell("has a header that does not end");
    }
    if inside.contains(&"### BEGIN INIT INFO") {
        tell("has two headers");
    }
    let value = |keyword: &str| {
        let start = format!("# {keyword}:");
        inside
            .iter()
            .find_map(|line| line.strip_prefix(&start))
            .map(str::trim)
    };
    let missing: Vec<&str> = KEYWORDS
        .into_iter()
        .filter(|keyword| value(keyword).is_none())
        .collect();
    if !missing.is_empty() {
        tell(&format!("has a header without `{}`", missing.join("`, `")));
    }
    let levels = |keyword: &str| {
        value(keyword)
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (start, stop) = (levels("Default-Start"), levels("Default-Stop"));
    if start.iter().any(|level| stop.contains(level)) {
        tell("starts and stops in the same runlevel");
    }
    let is_level =
        |level: &String| level.len() == 1 && (level == "S" || level.as_bytes()[0].is_ascii_digit());
    if !start.iter().chain(&stop).all(is_level) {
        tell("names a runlevel that there is not");
    }
    if inside.iter().any(|line| !line.starts_with('#')) {
        tell("has a line in its header that is no comment");
    }
}

/// Compares init scripts with what the maintainer scripts register.
fn registrations(subject: &Subject, found: &mut Tally) {
    let called = |script: &str| -> Vec<(String, String)> {
        let text = subject.scripts.get(script).map_or("", String::as_str);
        let commands = shell::commands(text);
        let calls = commands
            .iter()
            .filter(|command| command.program() == "update-rc.d");
        let calls = calls.filter_map(|command| {
            let mut words = command.arguments().filter(|word| *word != "-f");
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        });
        calls.collect()
    };
    for script in ["preinst", "prerm"] {
        if called(script)
            .iter()
            .any(|(_, action)| action == "remove" || action == "defaults")
        {
            found.tell(tags::INIT_REGISTRATION, || {
                format!("script `{script}` calls update-rc.d")
            });
        }
    }
    let (made, gone) = (called("postinst"), called("postrm"));
    for (name, _) in &made {
        let path = format!("/etc/init.d/{name}");
        if !name.contains('$') && !subject.paths.contains_key(&path) && !name.starts_with('-') {
            let shown = escape::line(&path);
            found.tell(tags::INIT_REGISTRATION, || {
                format!("script `postinst` registers `{shown}`, which is not in the package")
            });
        }
    }
    let has_variable =
        |calls: &[(String, String)]| calls.iter().any(|(name, _)| name.contains('$'));
    let scripts = subject
        .paths
        .iter()
        .filter(|(_, record)| record.kind == DataKind::Regular);
    for path in scripts.map(|(path, _)| path) {
        let Some(name) = path.strip_prefix("/etc/init.d/") else {
            continue;
        };
        if ["README", "skeleton", "rc", "rcS"].contains(&name) {
            continue;
        }
        let shown = escape::line(path);
        let is_there = |calls: &[(String, String)]| {
            has_variable(calls) || calls.iter().any(|(other, _)| other == name)
        };
        if !is_there(&made) {
            found.tell_at(&shown, tags::INIT_REGISTRATION, || {
                format!("the init script `{shown}` is registered by no script")
            });
        } else if !is_there(&gone) {
            found.tell_at(&shown, tags::INIT_REGISTRATION, || {
                format!("script `postrm` leaves the links to `{shown}` behind")
            });
        }
    }
}

fn units(subject: &Subject, found: &mut Tally) {
    for (path, record) in &subject.paths {
        let is_unit = path.starts_with("/etc/systemd/system/") && path.ends_with(".service");
        let is_snippet = path.starts_with("/etc/tmpfiles.d/") && path.ends_with(".conf");
        if (is_unit || is_snippet) && record.kind == DataKind::Regular {
            let shown = escape::line(path);
            found.tell_at(&shown, tags::UNIT_PLACE, || {
                format!("`{shown}` lies where the sysadmin's files do")
            });
        }
    }
    for (path, unit) in &subject.units {
        one_unit(path, unit, found);
    }
}

fn one_unit(path: &str, unit: &UnitText, found: &mut Tally) {
    let shown = escape::line(path);
    let mut tell = |what: String| {
        found.tell_at(&shown, tags::UNIT_OUT_OF_USE, || {
            format!("the unit `{shown}` {what}")
        });
    };
    for key in ["After", "Before", "Wants", "Requires"] {
        let values = unit.values("Unit", key);
        let words = values.iter().flat_map(|value| value.split_whitespace());
        for target in words.filter(|word| OLD_TARGETS.contains(word)) {
            tell(format!("names `{target}`, which is out of use"));
        }
    }
    if unit.value("Unit", "BindTo").is_some() {
        tell("has `BindTo=`, which is called `BindsTo=`".into());
    }
    if unit.value("Service", "KillMode") == Some("none") {
        tell("has `KillMode=none`: its processes are left behind".into());
    }
    for key in ["StandardOutput", "StandardError"] {
        let value = unit.value("Service", key).unwrap_or_default();
        if ["syslog", "syslog+console"].contains(&value) {
            tell(format!("has `{key}={value}`: `journal` takes its place"));
        }
    }
    if unit
        .values("Install", "Alias")
        .iter()
        .flat_map(|it| it.split_whitespace())
        .any(|alias| !alias.contains('.'))
    {
        tell("has an alias without an ending".into());
    }
    if unit
        .values("Service", "ExecStart")
        .iter()
        .any(|command| command.contains("/etc/init.d/"))
    {
        tell("runs an init script".into());
    }
    let account = ["User", "Group"].iter().find(|key| {
        unit.value("Service", key)
            .is_some_and(|name| ["nobody", "nogroup"].contains(&name))
    });
    if let Some(key) = account {
        found.tell_at(&shown, tags::UNIT_AS_NOBODY, || {
            format!("the unit `{shown}` has `{key}=` of nobody")
        });
    }
}
