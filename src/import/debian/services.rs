//! Units, init scripts and files of services in /etc and /usr/lib.

use super::folder::Folder;
use super::listed::Listed;
use super::rules;
use super::{Package, Writing};
use crate::import::ImportError;
use crate::manifest::draft::{Text, Value};

/// The types of units that debhelper installs.
const UNITS: [&str; 6] = ["mount", "path", "service", "socket", "target", "timer"];

/// Files with the place that each has; NAME is that of the package.
const PLACED: [(&str, &str, bool); 15] = [
    ("default", "/etc/default/NAME", false),
    ("logrotate", "/etc/logrotate.d/NAME", false),
    ("cron.d", "/etc/cron.d/NAME", false),
    ("cron.hourly", "/etc/cron.hourly/NAME", true),
    ("cron.daily", "/etc/cron.daily/NAME", true),
    ("cron.weekly", "/etc/cron.weekly/NAME", true),
    ("cron.monthly", "/etc/cron.monthly/NAME", true),
    ("pam", "/etc/pam.d/NAME", false),
    ("if-up", "/etc/network/if-up.d/NAME", true),
    ("if-down", "/etc/network/if-down.d/NAME", true),
    ("udev", "/usr/lib/udev/rules.d/60-NAME.rules", false),
    ("tmpfile", "/usr/lib/tmpfiles.d/NAME.conf", false),
    ("tmpfiles", "/usr/lib/tmpfiles.d/NAME.conf", false),
    ("sysusers", "/usr/lib/sysusers.d/NAME.conf", false),
    (
        "lintian-overrides",
        "/usr/share/lintian/overrides/NAME",
        false,
    ),
];

/// Reads them.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) {
    let name = package.name.as_str();
    for (kind, place, is_program) in PLACED {
        let Some(file) = folder.of(package, kind) else {
            continue;
        };
        let more = is_program.then(|| ("mode", Value::from("0755")));
        let target = place.replace("NAME", name);
        if !listed.add_with(&target, Some(&file.source), more.into_iter().collect()) {
            let what = format!(
                "`{}` is left out: something else is at `{target}`",
                file.source
            );
            let instead = "debhelper takes the last of them";
            writing.notes.left_out(None, &what, instead);
        }
    }
    if let Some(file) = folder.of(package, "init") {
        let target = format!("/etc/init.d/{name}");
        let more = vec![("mode", "0755".into())];
        listed.add_with(&target, Some(&file.source), more);
        let what = format!(
            "init script `{}` is packed, but not registered",
            file.source
        );
        let instead = "call update-rc.d and invoke-rc.d in `[hooks]`, or let `[service]` make one";
        writing.notes.left_out(None, &what, instead);
    }
    units(package, folder, listed, writing);
}

fn units(package: &Package<'_>, folder: &Folder<'_>, listed: &mut Listed, writing: &mut Writing) {
    let name = package.name.as_str();
    let mut units: Vec<(String, Value)> = Vec::new();
    for kind in UNITS {
        if let Some(file) = folder.of(package, kind) {
            units.push((format!("{name}.{kind}"), file.source.into()));
        }
        let template = folder.named(&format!("{name}@.{kind}"));
        if let Some(file) = template.filter(|_| !folder.rules.skips_kind(kind, package)) {
            units.push((format!("{name}@.{kind}"), file.source.into()));
        }
        for (middle, file) in folder.named_of(package, kind) {
            if middle == "user" {
                let both = vec![
                    ("source".into(), file.source.into()),
                    ("user".into(), true.into()),
                ];
                units.push((format!("{name}.{kind}"), Value::Table(both)));
            } else {
                units.push((format!("{middle}.{kind}"), file.source.into()));
            }
        }
    }
    for (unit, value) in units {
        if !listed.add_unit(&unit, value) {
            let what = format!("a second unit `{unit}` is left out");
            let instead = "write it into `[files]`: a unit of the users has the same name";
            writing.notes.left_out(None, &what, instead);
        }
    }
}

/// Makes `[units]` of the units that the package installs by itself: `dh_installsystemd` registers them as well.
pub(super) fn take_installed(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
) -> Result<(), ImportError> {
    let command = "dh_installsystemd";
    if !rules::runs(&folder.on_disk("debian/rules"), command)?
        || folder.rules.skips(command, package)
    {
        return Ok(());
    }
    let is_unit = |target: &str| {
        let below = target.strip_prefix("/usr").unwrap_or(target);
        let name = below.strip_prefix("/lib/systemd/system/");
        let name = name.filter(|name| !name.contains('/'));
        name.and_then(|name| name.rsplit_once('.'))
            .is_some_and(|(_, kind)| UNITS.contains(&kind))
    };
    for (target, source) in listed.take(folder, is_unit) {
        let name = target.rsplit('/').next().unwrap_or_default();
        listed.add_unit(name, Text::literal(&source).into());
    }
    Ok(())
}
