//! The section `[Install]` of the author's units against each other and against Debian's: enabling one makes
//! links by the names that it has there, and a purge removes them.

use std::collections::BTreeMap;

use super::units::{invalid, parsed};
use super::{DeploymentError, Service};
use crate::debian::reserved;
use crate::units::WrittenUnit;

/// Names that exist to be aliases: programs of one kind take them in turn.
const MEANT_AS_ALIASES: [&str; 2] = ["display-manager.service", "syslog.service"];

/// The keys that make links in directories of other units.
const WANTED: [&str; 3] = ["WantedBy", "RequiredBy", "UpheldBy"];

/// Units by their names, each in the manager of the users or of the system, with who has the name.
type Taken<'a> = BTreeMap<(bool, String), &'a str>;

/// Checks the sections of all units.
///
/// # Errors
/// [`DeploymentError`] names the first unit that asks for what is not the package's own.
pub(super) fn check(
    units: &[WrittenUnit],
    rendered: Option<&Service>,
) -> Result<(), DeploymentError> {
    let whole = units.iter().filter(|it| !it.file.is_drop_in());
    let mut taken: Taken = whole
        .map(|it| (of(it, it.file.as_str()), it.file.as_str()))
        .collect();
    if let Some(service) = rendered {
        let instances = if service.instances { "@" } else { "" };
        let name = format!("{}{instances}.service", service.name);
        taken.insert((false, name), "[service]");
    }
    for written in units {
        check_also(written, &taken)?;
        check_wanted(written)?;
    }
    for written in units {
        check_aliases(written, &mut taken)?;
    }
    Ok(())
}

/// Returns the words of a directive of `[Install]`.
pub(super) fn words(written: &WrittenUnit, key: &str) -> Vec<String> {
    let text = parsed(written);
    let values = text.values("Install", key);
    let words = values.iter().flat_map(|value| value.split_whitespace());
    words.map(str::to_owned).collect()
}

fn of(written: &WrittenUnit, name: &str) -> (bool, String) {
    (written.table.user.unwrap_or(false), name.to_owned())
}

/// Refuses to enable, and to disable at the purge, what is somebody else's.
fn check_also(written: &WrittenUnit, taken: &Taken) -> Result<(), DeploymentError> {
    let also = words(written, "Also");
    let is_own = |name: &str| {
        let template = name.split_once('@').zip(name.rsplit_once('.'));
        let template = template.map(|((stem, _), (_, kind))| format!("{stem}@.{kind}"));
        let mut names = template.iter().map(String::as_str).chain([name]);
        names.any(|name| taken.contains_key(&of(written, name)))
    };
    let Some(other) = also.iter().find(|it| !is_own(it)) else {
        return Ok(());
    };
    let message = format!(
        "unit `{}` has `Also={other}`, which is no unit of the package",
        written.file
    );
    let hint = "leave it out: a purge would disable that unit; `Wants=` starts it beside this one";
    Err(invalid(written, message, hint))
}

/// Refuses links outside of the directories of units.
fn check_wanted(written: &WrittenUnit) -> Result<(), DeploymentError> {
    for key in WANTED {
        let names = words(written, key);
        if let Some(name) = names.iter().find(|name| name.contains('/')) {
            let message = format!(
                "unit `{}` has `{key}={name}`, which is no unit",
                written.file
            );
            return Err(invalid(
                written,
                message,
                "write the name of a unit, such as `multi-user.target`",
            ));
        }
    }
    Ok(())
}

/// Refuses aliases that are names of units: systemd takes the alias for the unit from then on, and
/// where the package has both it can enable one only.
fn check_aliases<'a>(
    written: &'a WrittenUnit,
    taken: &mut Taken<'a>,
) -> Result<(), DeploymentError> {
    let file = &written.file;
    for alias in words(written, "Alias") {
        let stem = alias.split(['@', '.']).next().unwrap_or_default();
        let is_debian = reserved::is_unit_file(&alias) || reserved::is_unit(stem);
        let is_meant = MEANT_AS_ALIASES.contains(&&*alias) || alias.starts_with("dbus-org.");
        let (fact, hint) = if alias.contains('/') || !alias.ends_with(&format!(".{}", file.kind()))
        {
            (
                format!("which is no name of a {}", file.kind()),
                "write a name with the ending of the unit's own",
            )
        } else if is_debian && !is_meant {
            (
                "one of Debian's own".to_owned(),
                "leave it out: enabled, it would take the place of that unit",
            )
        } else {
            match taken.insert(of(written, &alias), file.as_str()) {
                Some(other) if other != file.as_str() => (
                    format!("which `{other}` has taken"),
                    "give one of them another name",
                ),
                _ => continue,
            }
        };
        let message = format!("unit `{file}` has the alias `{alias}`, {fact}");
        return Err(invalid(written, message, hint));
    }
    Ok(())
}
