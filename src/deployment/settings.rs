//! The settings of a machine: secrets that are made on it, and variables that its administrator sets
//! before the service can start.

use crate::manifest::Spanned;

use super::{DeploymentError, Directories, Facts, Service};
use crate::manifest::{Capability, InvalidValue, Manager, ServiceTable, TextOr, VariableName};
use crate::tree::{PackagePath, PathError};

/// Returns the variables that are made on each machine. A value in the manifest would stand in
/// /etc/default/NAME, in their place.
pub(super) fn secrets(table: &ServiceTable) -> Result<Vec<VariableName>, InvalidValue> {
    let check = |written: &Spanned<VariableName>| {
        let name = written.get_ref();
        if table.environment.contains_key(name) {
            let message = format!("secret `{name}` has a value in `environment`");
            let hint = "leave it out there: each machine makes its own";
            return Err(invalid(written, message, hint));
        }
        Ok(name.clone())
    };
    distinct(
        &table.secrets,
        |name| format!("variable `{name}`"),
        "secrets",
    )?;
    settable(&table.secrets)?;
    table.secrets.iter().map(check).collect()
}

/// Returns the variables without which the service does not start.
pub(super) fn required(table: &ServiceTable) -> Result<Vec<VariableName>, InvalidValue> {
    let check = |written: &Spanned<VariableName>| {
        let name = written.get_ref();
        if table.environment.contains_key(name) {
            let message = format!("required variable `{name}` has a value in `environment`");
            let hint = "leave it out of one of them";
            return Err(invalid(written, message, hint));
        }
        if table.secrets.iter().any(|secret| secret.get_ref() == name) {
            let message = format!("required variable `{name}` is one of `secrets`");
            let hint = "leave it out here: each machine makes its own";
            return Err(invalid(written, message, hint));
        }
        Ok(name.clone())
    };
    let shown = |name: &VariableName| format!("variable `{name}`");
    distinct(&table.required_environment, shown, "required-environment")?;
    settable(&table.required_environment)?;
    table.required_environment.iter().map(check).collect()
}

/// Refuses a capability or a service manager that is named twice.
pub(super) fn check_lists(table: &ServiceTable) -> Result<(), InvalidValue> {
    let capability = |name: &Capability| format!("capability `{}`", name.as_str());
    distinct(&table.capabilities, capability, "capabilities")?;
    let managers = table.managers.as_deref().unwrap_or_default();
    let manager = |named: &Manager| match named {
        Manager::Systemd => "service manager `systemd`".to_owned(),
        Manager::Init => "service manager `init`".to_owned(),
    };
    distinct(managers, manager, "managers")
}

pub(super) fn distinct<T: PartialEq>(
    names: &[Spanned<T>],
    shown: impl Fn(&T) -> String,
    key: &str,
) -> Result<(), InvalidValue> {
    for (at, written) in names.iter().enumerate() {
        let name = written.get_ref();
        if names[..at].iter().any(|earlier| earlier.get_ref() == name) {
            let message = format!("{} is there twice in `{key}`", shown(name));
            return Err(invalid(written, message, "leave one of them out"));
        }
    }
    Ok(())
}

/// Variables of the shell and of the account, which all scripts of the package need as they are.
const OF_THE_SHELL: [&str; 13] = [
    "HOME", "IFS", "LOGNAME", "OLDPWD", "OPTARG", "OPTIND", "PATH", "PPID", "PS1", "PS2", "PS4",
    "PWD", "USER",
];

/// Refuses names that mean something to the shell or to the loader of programs.
fn settable(names: &[Spanned<VariableName>]) -> Result<(), InvalidValue> {
    for written in names {
        let name = written.get_ref().to_string();
        let is_taken = OF_THE_SHELL.contains(&name.as_str())
            || name.starts_with("LD_")
            || name.starts_with('_');
        if is_taken {
            let message = format!("variable `{name}` is one of the shell or the system");
            return Err(invalid(
                written,
                message,
                "have the program read another one",
            ));
        }
    }
    Ok(())
}

/// Refuses entries of `[files]` in the place of the secrets, and a directory around them that others than
/// root may write: whoever can, leads what root writes there.
pub(super) fn check_place(
    facts: &Facts<'_>,
    directories: &Directories,
    service: Option<&Service>,
) -> Result<(), DeploymentError> {
    let Some(file) = secrets_file(directories, service)? else {
        return Ok(());
    };
    for (key, entry) in &facts.manifest.tables.files {
        let refused = |message: String, hint: &str| {
            Err(InvalidValue::new(key.span(), message, Some(hint.to_owned())).into())
        };
        // A key that is no path is refused where `[files]` is read.
        let Ok(path) = PackagePath::new(key.get_ref()) else {
            continue;
        };
        if path.starts_with(&file) {
            let message = format!("`{file}` is made on each machine, for `secrets`");
            return refused(message, "give the file another path");
        }
        let TextOr::Table(table) = entry else {
            continue;
        };
        let mode = if table.directory == Some(true) {
            &table.mode
        } else {
            &table.directory_mode
        };
        let is_open = mode.as_ref().is_some_and(|mode| mode.0 & 0o022 != 0);
        let owner = table.owner.as_ref().map(|owner| owner.0.to_string());
        if file.parent() == Some(path) && (is_open || owner.is_some_and(|owner| owner != "root")) {
            let message = format!("others than root may write where `{file}` is made");
            return refused(
                message,
                "leave `owner` out, and let only root write, such as `0755`",
            );
        }
    }
    Ok(())
}

pub(super) fn invalid<T>(written: &Spanned<T>, message: String, hint: &str) -> InvalidValue {
    InvalidValue::new(written.span(), message, Some(hint.to_owned()))
}

/// Returns the file of the secrets, where the service has any.
pub(super) fn secrets_file(
    directories: &Directories,
    service: Option<&Service>,
) -> Result<Option<PackagePath>, PathError> {
    let has_secrets = service.is_some_and(|service| !service.secrets.is_empty());
    has_secrets
        .then(|| directories.configuration.join(b"secrets"))
        .transpose()
}
