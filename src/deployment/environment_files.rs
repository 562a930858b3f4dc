//! Files of the machine with further environment for the service: `[service] environment-files`.
//!
//! Unit, init script and command read them in one order. Root's shell reads them, too, so nobody but
//! root may write them, and passwords may stand in them, so nobody but the service may read them.

use serde::Serialize;

use super::places::Own;
use super::service_directories::refuse_directive;
use super::settings::{distinct, invalid, secrets_file};
use super::{Contributor, Deployment, DeploymentError, Directories, Facts, Service};
use crate::debian::reserved;
use crate::manifest::{Checked, InvalidValue, WrittenPath};
use crate::tree::PackagePath;

/// Files of Debian's base system with environment.
const OF_DEBIAN: [&str; 4] = [
    "/etc/environment",
    "/etc/locale.conf",
    "/etc/machine-info",
    "/etc/os-release",
];

const TEMPLATE: &str = "init/environment";

/// A file of the machine with environment for the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnvironmentFile {
    /// The file's path.
    pub path: PackagePath,
    /// The line of the manifest that names it.
    pub line: usize,
    /// True where the package has it, if `[files]` has not: the path is the package's own.
    pub made: bool,
}

impl Own<'_> {
    /// Returns the files that the manifest names, in its order.
    pub(super) fn environment_files(
        &self,
        facts: &Facts<'_>,
        directories: &Directories,
        service: Option<&Service>,
    ) -> Result<Vec<EnvironmentFile>, DeploymentError> {
        let table = facts.manifest.tables.service.as_ref();
        let (Some(table), Some(service)) = (table, service) else {
            return Ok(Vec::new());
        };
        let written = &table.environment_files;
        let shown = |path: &Checked<PackagePath>| format!("file `{}`", path.0);
        distinct(written, shown, "environment-files")?;
        if let Some(first) = written.first() {
            refuse_directive(facts.manifest, table, "EnvironmentFile", first)?;
        }
        let secrets = secrets_file(directories, Some(service))?;
        let file = |file: &WrittenPath| {
            check(file, secrets.as_ref(), service)?;
            self.check_place(file)?;
            let Checked(path) = file.get_ref();
            Ok(EnvironmentFile {
                path: path.clone(),
                line: facts.manifest.line(&file.span()),
                made: self.has_in_configuration(path),
            })
        };
        written.iter().map(file).collect()
    }

    /// Refuses what is no file with environment.
    fn check_place(&self, written: &WrittenPath) -> Result<(), InvalidValue> {
        let Checked(path) = written.get_ref();
        let text = path.to_string();
        let hint = format!(
            "write a file of the service's own, such as `/etc/{}/environment`",
            self.name()
        );
        let refuse = |what: &str| {
            let message = format!("environment file `{text}` {what}");
            Err(invalid(written, message, &hint))
        };
        // Those of /etc/default are read, not written.
        if OF_DEBIAN.contains(&text.as_str()) || text.starts_with("/etc/default/") {
            return Ok(());
        }
        if reserved::is_shared_directory(&text) || reserved::part_of(&text).is_some() {
            return refuse("is a part of Debian's base system without environment");
        }
        if self.is_configuration(path) {
            return refuse("is the directory of the configuration");
        }
        Ok(())
    }
}

fn check(
    written: &WrittenPath,
    secrets: Option<&PackagePath>,
    service: &Service,
) -> Result<(), InvalidValue> {
    let Checked(path) = written.get_ref();
    let text = path.to_string();
    let refuse = |message: String, hint: &str| Err(invalid(written, message, hint));
    if secrets == Some(path) {
        let message = format!("`{text}` has the `secrets`, which are read anyway");
        return refuse(message, "leave it out here");
    }
    if text == format!("/etc/default/{}", service.name) {
        let message = format!("`{text}` is read anyway, as the last of all");
        return refuse(message, "leave it out here");
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || "/._+-@".contains(c);
    if let Some(bad) = text.chars().find(|c| !legal(*c)) {
        let message = format!(
            "environment file `{text}` has `{bad}` in its name, expected letters, digits and `/ . _ + - @`"
        );
        return refuse(message, "write the path of one file");
    }
    if !text.starts_with("/etc/") {
        let message = format!("environment file `{text}` is not below `/etc`");
        return refuse(
            message,
            "root's shell reads it: write a path where root alone writes, below `/etc`",
        );
    }
    Ok(())
}

/// Returns the paths of those that the package has by itself.
pub(super) fn made(deployment: &Deployment) -> impl Iterator<Item = &PackagePath> {
    let files = deployment.environment_files.iter();
    files.filter(|file| file.made).map(|file| &file.path)
}

/// Adds those that are the package's own, for the sysadmin to fill.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    for path in made(deployment) {
        contributor.file(&path.to_string(), 0o640, TEMPLATE)?;
        contributor.protect(deployment.group());
    }
    Ok(())
}
