//! The settings of a machine: secrets that are made on it, and variables that its administrator sets
//! before the service can start.

use toml::Spanned;

use super::{Directories, Service};
use crate::manifest::{InvalidValue, ServiceTable, VariableName};
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
    distinct(&table.secrets, "secrets")?;
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
    distinct(&table.required_environment, "required-environment")?;
    table.required_environment.iter().map(check).collect()
}

fn distinct(names: &[Spanned<VariableName>], key: &str) -> Result<(), InvalidValue> {
    for (at, written) in names.iter().enumerate() {
        let name = written.get_ref();
        if names[..at].iter().any(|earlier| earlier.get_ref() == name) {
            let message = format!("variable `{name}` is there twice in `{key}`");
            return Err(invalid(written, message, "leave one of them out"));
        }
    }
    Ok(())
}

fn invalid(written: &Spanned<VariableName>, message: String, hint: &str) -> InvalidValue {
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
