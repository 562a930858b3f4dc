//! The author's units, beside the one that is rendered: registered, started and stopped by Debian's
//! helpers.

use serde::Serialize;

use super::names::other;
use super::{Contributor, Deployment, DeploymentError, Facts, Script, Service, Step, unit_install};
use crate::debian::reserved;
use crate::manifest::{InvalidValue, UnitFile};
use crate::tree::{Content, Entry, Origin, PackagePath, PathError};
use crate::units::{UnitText, WrittenUnit, activated};
use crate::vocabulary::OnUpgrade;

/// A unit of the author's, or a drop-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Its path below the directory of all units.
    pub file: UnitFile,
    /// The source as the manifest names it.
    pub source: String,
    /// Its line in the manifest, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// True where the users' own managers run it.
    pub user: bool,
    /// True where it can be enabled: it has `[Install]`, and is a whole unit.
    pub can_enable: bool,
    /// True where it is enabled at the first installation.
    pub enable: bool,
    /// True where it is started at the first installation.
    pub start: bool,
    /// The effect of an upgrade on it where it runs.
    pub on_upgrade: OnUpgrade,
}

/// Returns the units with all defaults, those that start others first.
pub(super) fn resolve(
    facts: &Facts<'_>,
    service: Option<&Service>,
) -> Result<Vec<Unit>, DeploymentError> {
    let rendered = service.filter(|service| service.systemd);
    let mut units = Vec::new();
    for written in facts.units {
        check_name(written, rendered)?;
        check_keys(written)?;
        check_mount(written)?;
        check_commands(written)?;
        units.push(unit(facts, written, rendered)?);
    }
    unit_install::check(facts.units, rendered)?;
    units.sort_by_key(|unit| !unit.file.is_trigger());
    Ok(units)
}

fn unit(
    facts: &Facts<'_>,
    written: &WrittenUnit,
    rendered: Option<&Service>,
) -> Result<Unit, DeploymentError> {
    let WrittenUnit { file, table, .. } = written;
    let text = parsed(written);
    let is_alone = !file.is_drop_in() && !file.is_template();
    let has_install = text.has_section("Install");
    if table.enable == Some(true) && !has_install {
        let message = format!("unit `{file}` cannot be enabled: it has no section `[Install]`");
        let hint =
            "leave `enable` out, or write `[Install]` with `WantedBy=multi-user.target` into it";
        return Err(invalid(written, message, hint));
    }
    let can_enable = is_alone && has_install;
    let enable = table.enable.unwrap_or(can_enable);
    let is_activated = facts.units.iter().any(|other| {
        activated(&other.file, &parsed(other)).is_some_and(|name| name == file.as_str())
    });
    let user = table.user.unwrap_or(false);
    Ok(Unit {
        file: file.clone(),
        source: written.source.clone(),
        line: facts.manifest.line(&written.span),
        text: written.text.clone(),
        user,
        can_enable,
        enable,
        start: !user && table.start.unwrap_or(enable && !is_activated),
        on_upgrade: on_upgrade(facts, written, rendered),
    })
}

/// Returns the effect of an upgrade. A socket cannot start again while its service runs, and what
/// starts a service must not do so while the files are exchanged.
fn on_upgrade(facts: &Facts<'_>, written: &WrittenUnit, rendered: Option<&Service>) -> OnUpgrade {
    if let Some(asked) = written.table.on_upgrade {
        return asked;
    }
    let text = parsed(written);
    let Some(name) = activated(&written.file, &text) else {
        // What does its work once and ends is not begun again in the middle of it.
        let once = text.value("Service", "Type") == Some("oneshot");
        return if once {
            OnUpgrade::None
        } else {
            OnUpgrade::Restart
        };
    };
    let is_rendered = rendered.is_some_and(|service| name == format!("{}.service", service.name));
    let of_units = facts.units.iter().find(|it| it.file.as_str() == name);
    let of_service = match (of_units, rendered) {
        (Some(service), _) => Some(on_upgrade(facts, service, rendered)),
        (None, Some(service)) if is_rendered => Some(service.on_upgrade),
        _ => None,
    };
    match of_service {
        Some(OnUpgrade::StopStart) => OnUpgrade::StopStart,
        Some(_) if written.file.kind() == "socket" => OnUpgrade::None,
        _ => OnUpgrade::Restart,
    }
}

/// Returns the directives; the text was read before.
pub(super) fn parsed(written: &WrittenUnit) -> UnitText {
    UnitText::parse(&written.text).unwrap_or_default()
}

pub(super) fn invalid(written: &WrittenUnit, message: String, hint: &str) -> DeploymentError {
    InvalidValue::new(written.span.clone(), message, Some(hint.to_owned())).into()
}

/// Refuses a unit that `[service]` makes, and one that is Debian's own.
fn check_name(written: &WrittenUnit, rendered: Option<&Service>) -> Result<(), DeploymentError> {
    let file = &written.file;
    let is_rendered = rendered.is_some_and(|service| {
        let instances = if service.instances { "@" } else { "" };
        file.as_str() == format!("{}{instances}.service", service.name)
    });
    if is_rendered && !written.table.user.unwrap_or(false) {
        let message = format!("unit `{file}` of `[units]` is also made by `[service]`");
        let hint = "leave it out, write `managers = [\"init\"]` below `[service]`, or give one of them another name";
        return Err(invalid(written, message, hint));
    }
    // An instance of Debian's own template would replace it for that name.
    let stem = file.stem().split('@').next().unwrap_or_default();
    let is_debian = reserved::is_unit(stem) || reserved::is_unit_file(file.as_str());
    if !file.is_drop_in() && is_debian {
        let stem = if reserved::is_unit(stem) {
            other(stem, reserved::is_unit)
        } else {
            format!("my-{stem}")
        };
        let message = format!("unit `{file}` is one of Debian's own");
        let hint = format!(
            "write another name, such as `{stem}.{kind}`, or add to it by a drop-in, such as `{file}.d/local.conf`",
            kind = file.kind()
        );
        return Err(invalid(written, message, &hint));
    }
    Ok(())
}

/// Refuses keys that have no meaning for what the entry is.
fn check_keys(written: &WrittenUnit) -> Result<(), DeploymentError> {
    let WrittenUnit { file, table, .. } = written;
    let is_user = table.user.unwrap_or(false);
    let (what, hint) = if file.is_drop_in() {
        ("drop-in", "it counts for its unit as soon as it is there")
    } else if file.is_template() {
        ("template", "the sysadmin enables and starts its instances")
    } else if is_user {
        ("user unit", "each user's own manager starts it")
    } else {
        return Ok(());
    };
    let is_unit = !file.is_drop_in();
    for (key, is_there, has_meaning) in [
        (
            "enable",
            table.enable.is_some(),
            is_unit && !file.is_template(),
        ),
        ("start", table.start.is_some(), false),
        (
            "on-upgrade",
            table.on_upgrade.is_some(),
            is_unit && !is_user,
        ),
    ] {
        if is_there && !has_meaning {
            let message = format!("`{file}` is a {what}, which has no `{key}`");
            return Err(invalid(written, message, &format!("leave it out: {hint}")));
        }
    }
    Ok(())
}

/// Refuses a mount over a directory of Debian's: what is in it is gone from sight, dpkg's records and the
/// programs of the machine as well.
fn check_mount(written: &WrittenUnit) -> Result<(), DeploymentError> {
    let file = &written.file;
    if file.is_drop_in() || !matches!(file.kind(), "mount" | "automount") {
        return Ok(());
    }
    let place = mount_point(file.stem());
    let lies_in = |parent: &str| {
        let below = place.strip_prefix(parent);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    };
    let is_debian = reserved::is_shared_directory(&place)
        || reserved::part_of(&place).is_some()
        || OF_OTHERS.iter().any(|parent| lies_in(parent));
    if is_debian {
        let message =
            format!("unit `{file}` would mount over `{place}`, which is not the package's own");
        let hint =
            "mount below a directory of the package's own, such as one in `/srv` or `/var/lib`";
        return Err(invalid(written, message, hint));
    }
    Ok(())
}

/// Directories whose contents are others', however deep.
const OF_OTHERS: [&str; 14] = [
    "/bin",
    "/boot",
    "/dev",
    "/home",
    "/lib",
    "/proc",
    "/root",
    "/sbin",
    "/sys",
    "/usr/bin",
    "/usr/local",
    "/usr/sbin",
    "/var/lib/apt",
    "/var/lib/dpkg",
];

/// Returns the path that a mount unit is named after, see systemd-escape(1).
fn mount_point(stem: &str) -> String {
    let mut path = String::from("/");
    let mut rest = stem;
    while let Some(first) = rest.chars().next() {
        let code = rest.strip_prefix("\\x").and_then(|code| code.get(..2));
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let (next, length) = match (code, first) {
            (Some(byte), _) => (char::from(byte), 4),
            (None, '-') => ('/', 1),
            (None, other) => (other, other.len_utf8()),
        };
        path.push(next);
        rest = &rest[length..];
    }
    path
}

/// Refuses a drop-in that takes a service its command: systemd does not start it then.
fn check_commands(written: &WrittenUnit) -> Result<(), DeploymentError> {
    let file = &written.file;
    let text = parsed(written);
    let is_emptied = text.has_directive("Service", "ExecStart")
        && text.values("Service", "ExecStart").is_empty()
        && text.value("Service", "Type") != Some("oneshot");
    if file.is_drop_in() && is_emptied {
        let message = format!("`{file}` takes `ExecStart=` away, and gives no other");
        let hint = "write the new command in a second line `ExecStart=`";
        return Err(invalid(written, message, hint));
    }
    Ok(())
}

impl Unit {
    /// Returns the path in the package.
    ///
    /// # Errors
    /// [`PathError`] where it is no path.
    pub(crate) fn path(&self) -> Result<PackagePath, PathError> {
        PackagePath::new(format!("/usr/lib/systemd/{}/{}", self.manager(), self.file))
    }

    /// Returns the manager that runs it: the system's, or those of the users.
    fn manager(&self) -> &'static str {
        if self.user { "user" } else { "system" }
    }

    /// Returns the argument of systemctl(1) for the unit, or for all instances of a template.
    fn argument(&self) -> String {
        if self.file.is_template() {
            return format!("{}*.{}", self.file.stem(), self.file.kind());
        }
        self.file.to_string()
    }
}

impl Deployment {
    /// Returns the files of the author's units.
    pub(crate) fn unit_entries(&self) -> Result<Vec<(PackagePath, Entry)>, PathError> {
        let entry = |unit: &Unit| {
            let origin = Origin::Units {
                name: unit.file.to_string(),
                source: unit.source.clone(),
            };
            let content = Content::Bytes(unit.text.as_bytes().into());
            Ok((unit.path()?, Entry::regular(content, 0o644, origin)))
        };
        self.own_units.iter().map(entry).collect()
    }
}

/// The units by what is done with them, those that start others first.
#[derive(Debug, Serialize)]
pub(super) struct Groups<'a> {
    /// Enabled at the first installation.
    enabled: Vec<&'a str>,
    /// Enabled by the sysadmin only.
    disabled: Vec<&'a str>,
    /// The same of the users' managers.
    user_enabled: Vec<&'a str>,
    user_disabled: Vec<&'a str>,
    /// All of these.
    registered: Vec<&'a str>,
    user_registered: Vec<&'a str>,
    /// Units of the users that run by their own names.
    user_running: Vec<&'a str>,
    /// Templates, with the manager that runs their instances.
    templates: Vec<Template<'a>>,
    /// Started at the first installation, though not enabled in the second.
    started: Vec<&'a str>,
    started_disabled: Vec<&'a str>,
    /// Those that may run, with templates as patterns of their instances.
    running: Vec<String>,
    /// The same, all as patterns.
    patterns: Vec<String>,
    /// Of these those that stop before an upgrade.
    stopped: Vec<String>,
    /// Those that an upgrade touches, by the verb of systemctl(1) that it has for them.
    touched: Vec<Touched>,
}

/// A template.
#[derive(Debug, Serialize)]
struct Template<'a> {
    manager: &'static str,
    unit: &'a str,
}

/// Units that an upgrade treats in one way.
#[derive(Debug, Serialize)]
struct Touched {
    verb: &'static str,
    units: Vec<String>,
}

/// The verbs of an upgrade. The last one also starts what is not enabled, if it has run before.
const VERBS: [(OnUpgrade, &str); 3] = [
    (OnUpgrade::Restart, "restart"),
    (OnUpgrade::Reload, "try-reload-or-restart"),
    (OnUpgrade::StopStart, "reload-or-restart"),
];

impl<'a> Groups<'a> {
    pub(super) fn new(units: &'a [Unit]) -> Self {
        let names = |is_in: &dyn Fn(&Unit) -> bool| {
            let found = units.iter().filter(|unit| is_in(unit));
            found.map(|unit| unit.file.as_str()).collect()
        };
        let arguments = |is_in: &dyn Fn(&Unit) -> bool| -> Vec<String> {
            let system = units
                .iter()
                .filter(|unit| !unit.user && !unit.file.is_drop_in());
            system
                .filter(|unit| is_in(unit))
                .map(Unit::argument)
                .collect()
        };
        // fnmatch(3) takes a backslash for a quote.
        let patterns = |is_in: &dyn Fn(&Unit) -> bool| -> Vec<String> {
            let all = arguments(is_in).into_iter();
            all.map(|it| it.replace('\\', "\\\\")).collect()
        };
        let touched = VERBS.iter().map(|(way, verb)| Touched {
            verb,
            units: patterns(&|unit| unit.on_upgrade == *way),
        });
        Self {
            enabled: names(&|it| !it.user && it.enable),
            disabled: names(&|it| !it.user && it.can_enable && !it.enable),
            user_enabled: names(&|it| it.user && it.enable),
            user_disabled: names(&|it| it.user && it.can_enable && !it.enable),
            registered: names(&|it| !it.user && it.can_enable),
            user_registered: names(&|it| it.user && it.can_enable),
            user_running: names(&|it| it.user && !it.file.is_drop_in() && !it.file.is_template()),
            templates: templates(units),
            started: names(&|it| it.start && it.enable),
            started_disabled: names(&|it| it.start && !it.enable),
            running: arguments(&|_| true),
            patterns: patterns(&|_| true),
            stopped: arguments(&|it| it.on_upgrade == OnUpgrade::StopStart),
            touched: touched.filter(|it| !it.units.is_empty()).collect(),
        }
    }
}

fn templates(units: &[Unit]) -> Vec<Template<'_>> {
    let templates = units.iter().filter(|unit| unit.file.is_template());
    let named = templates.map(|unit| Template {
        manager: unit.manager(),
        unit: unit.file.as_str(),
    });
    named.collect()
}

/// Adds the fragments. The files are the author's, and claimed as such.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.own_units.is_empty() {
        return Ok(());
    }
    contributor.function("systemd/units-in.sh")?;
    contributor.function("systemd/note-units.sh")?;
    contributor.function("systemd/is-anothers.sh")?;
    contributor.function("systemd/forget-instances.sh")?;
    for (script, template) in [
        (Script::Preinst, "systemd/units-preinst.sh"),
        (Script::Postinst, "systemd/units-postinst.sh"),
        (Script::Prerm, "systemd/units-prerm.sh"),
        (Script::Postrm, "systemd/units-postrm.sh"),
    ] {
        contributor.fragment(script, Step::Systemd, template)?;
    }
    Ok(())
}
