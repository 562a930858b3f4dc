//! Directories that a service has beside those for state and logs: `[service] directories`.

use super::settings::{distinct, invalid};
use super::{Deployment, DeploymentError, Directories, Facts};
use crate::manifest::{InvalidValue, Manifest, ServiceTable, Spanned};
use crate::tree::PackagePath;
use crate::vocabulary::ServiceDirectory;

/// The variable by which systemd tells a program of each directory, and the directive for it.
const NAMES: [(ServiceDirectory, &str, &str); 2] = [
    (ServiceDirectory::Cache, "CACHE_DIRECTORY", "CacheDirectory"),
    (
        ServiceDirectory::Run,
        "RUNTIME_DIRECTORY",
        "RuntimeDirectory",
    ),
];

/// Returns whether the service has a directory for what can be made anew.
pub(super) fn has_cache(facts: &Facts<'_>) -> bool {
    let table = facts.manifest.tables.service.as_ref();
    table.is_some_and(|table| {
        let managers = table.managers.as_ref();
        managers.is_none_or(|all| !all.is_empty()) && asks_for(table, ServiceDirectory::Cache)
    })
}

fn asks_for(table: &ServiceTable, directory: ServiceDirectory) -> bool {
    let mut asked = table.directories.iter();
    asked.any(|asked| *asked.get_ref() == directory)
}

/// Returns the variables that tell the program of its directories, under every service manager and in
/// the command: systemd alone sets them by itself.
pub(super) fn variables(deployment: &Deployment) -> Vec<(String, String)> {
    let directories = &deployment.directories;
    let service = deployment.service.as_ref();
    let asked = service.map_or(&[][..], |service| &service.directories);
    let place = |directory: ServiceDirectory| match directory {
        ServiceDirectory::Cache => directories.cache.as_ref(),
        ServiceDirectory::Run => Some(&directories.run),
    };
    let variables = NAMES.iter().filter_map(|(directory, variable, _)| {
        let is_asked_for = asked.contains(directory);
        let path = place(*directory).filter(|_| is_asked_for)?;
        Some(((*variable).to_owned(), path.to_string()))
    });
    variables.collect()
}

/// Refuses a directory that is named twice, or that something else of the manifest makes as well.
pub(super) fn check(facts: &Facts<'_>, directories: &Directories) -> Result<(), DeploymentError> {
    let Some(table) = &facts.manifest.tables.service else {
        return Ok(());
    };
    let shown = |directory: &ServiceDirectory| match directory {
        ServiceDirectory::Cache => "directory `cache`".to_owned(),
        ServiceDirectory::Run => "directory `run`".to_owned(),
    };
    distinct(&table.directories, shown, "directories")?;
    for written in &table.directories {
        for (directory, _, directive) in &NAMES {
            if directory == written.get_ref() {
                refuse_directive(facts.manifest, table, directive, written)?;
            }
        }
    }
    let cache = table.directories.iter();
    let mut cache = cache.filter(|it| *it.get_ref() == ServiceDirectory::Cache);
    if let (Some(written), Some(path)) = (cache.next(), &directories.cache) {
        refuse_entry(facts.manifest, path, written)?;
    }
    Ok(())
}

/// Refuses a directive of `[service.systemd]` that would take the place of what a key makes.
pub(super) fn refuse_directive<T>(
    manifest: &Manifest,
    table: &ServiceTable,
    directive: &str,
    written: &Spanned<T>,
) -> Result<(), InvalidValue> {
    let Some(values) = table
        .systemd
        .get("Service")
        .and_then(|directives| directives.get(directive))
    else {
        return Ok(());
    };
    let line = values.0.first().map(|first| manifest.line(&first.span()));
    let place = line.map_or_else(String::new, |line| format!("line {line}: "));
    let message = format!(
        "{place}`{directive}` of `[service.systemd]` would replace in the unit what is asked for here"
    );
    let hint = format!("leave `{directive}` out: the unit has it from here");
    Err(invalid(written, message, &hint))
}

fn refuse_entry<T>(
    manifest: &Manifest,
    path: &PackagePath,
    written: &Spanned<T>,
) -> Result<(), InvalidValue> {
    let mut keys = manifest.tables.files.keys();
    let twin = keys.find(|key| PackagePath::new(key.get_ref()).is_ok_and(|key| key == *path));
    let Some(twin) = twin else {
        return Ok(());
    };
    let line = manifest.line(&twin.span());
    let message = format!("`{path}` is the service's own, and line {line} packs it");
    Err(invalid(
        written,
        message,
        "leave one of them out: `directories` makes it on the machine",
    ))
}
