//! The program that the service or the command runs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::{DeploymentError, Directories, Facts};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::ServiceTable;
use crate::release::kinds::Kind;
use crate::tree::PackagePath;

/// The program that the service or the command runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Program {
    /// The kind of release that it belongs to.
    pub kind: &'static Kind,
    /// Its path, such as /opt/orders/bin/orders.
    pub path: PackagePath,
    /// True where it lies in the release; else it is another file of the package.
    pub is_of_release: bool,
    /// The path of the script that knows the verbs: another one where a wrapper starts it.
    pub asks: PackagePath,
    /// The arguments that run it in the foreground, such as `foreground`.
    pub foreground: Vec<String>,
    /// The other verbs that the program's script knows, such as `ping`, in the script's order.
    pub verbs: Vec<String>,
    /// The directory of ERTS, such as /opt/orders/erts-13.1.5; `None` for plain programs.
    pub erts: Option<PackagePath>,
    /// The environment that keeps it from writing below /opt: HOME, `RUNNER_LOG_DIR` and so on.
    pub environment: BTreeMap<String, String>,
    /// The variables that a script of the release sets for the start alone.
    pub start_environment: BTreeMap<String, String>,
    /// The events of the script's own hooks that the service runs: `post_start`, `pre_stop`, `post_stop`.
    pub hooks: Vec<&'static str>,
}

impl Program {
    /// Returns the release's start script, or the program that `[service] program` names.
    pub(super) fn resolve(
        facts: &Facts<'_>,
        directories: &Directories,
    ) -> Result<Option<Self>, DeploymentError> {
        let service = facts.manifest.tables.service.as_ref();
        let Some(script) = facts.script else {
            let is_wanted = |service: &ServiceTable| {
                service.managers.as_ref().is_none_or(|all| !all.is_empty())
            };
            if service.is_some_and(is_wanted) && facts.release.is_absent() {
                return Err(DeploymentError::Name {
                    message: "`[service]` has no program, and the package has no release".into(),
                    hint: "write the path of a file of the package below `[service]`, such as \
                           `program = \"/usr/bin/NAME\"`"
                        .into(),
                });
            }
            if service.is_some_and(is_wanted) {
                let programs = facts.release.programs.iter();
                return Err(DeploymentError::NoServiceProgram {
                    programs: programs.map(|path| path.display().to_string()).collect(),
                });
            }
            return Ok(None);
        };
        let root = fs::path_from_bytes(facts.target.as_bytes());
        let below = |path: &Path| {
            // An absolute path stays what it is.
            let path = PackagePath::new(fs::path_bytes(&root.join(path)));
            path.map_err(|error| DeploymentError::Name {
                message: error.to_string(),
                hint: "rename it".into(),
            })
        };
        let foreground = match service.and_then(|service| service.arguments.as_ref()) {
            Some(arguments) => arguments.iter().map(ToString::to_string).collect(),
            None => script.foreground.clone(),
        };
        let erts = facts.release.erts.as_ref();
        let erts = erts.map(|erts| below(&erts.directory)).transpose()?;
        let mut environment = environment(script.kind, directories, erts.as_ref());
        environment.extend(facts.library_path.clone());
        Ok(Some(Self {
            kind: script.kind,
            path: below(&script.path)?,
            is_of_release: script.path.is_relative(),
            asks: below(&script.asks)?,
            foreground,
            verbs: script.verbs.clone(),
            erts,
            environment,
            start_environment: script.environment.iter().cloned().collect(),
            hooks: script.hooks.clone(),
        }))
    }
}

/// Returns the finding that a release of Erlang without a start script has no service, unless the
/// manifest says so itself.
pub(super) fn missing(facts: &Facts<'_>) -> Option<Finding> {
    if !facts.release.kind.is_erlang || facts.manifest.tables.service.is_some() {
        return None;
    }
    let name = facts.release.name.as_deref().unwrap_or_default();
    let message = format!("`bin/{name}` does not exist");
    let hint = "without it there is no service: name one with `program` in `[service]`";
    Some(Finding::new(tags::NO_START_SCRIPT, message).with_hint(hint))
}

/// Returns the variables that keep a program from writing below /opt: those that its start script
/// reads.
fn environment(
    kind: &Kind,
    directories: &Directories,
    erts: Option<&PackagePath>,
) -> BTreeMap<String, String> {
    let resolve = |value: &str| {
        let places = [
            ("STATE", Some(&directories.state)),
            ("LOG", Some(&directories.log)),
            ("RUN", Some(&directories.run)),
            ("RELEASE", directories.release.as_ref()),
            ("ERTS", erts),
        ];
        let mut found = places.iter();
        found
            .find_map(|(word, place)| Some(format!("{}{}", (*place)?, value.strip_prefix(word)?)))
            .unwrap_or_else(|| value.to_owned())
    };
    let of_runtime = kind.environment_of_runtime.iter();
    let of_runtime = of_runtime.filter(|_| erts.is_some());
    let variables = kind.environment.iter().chain(of_runtime);
    variables
        .map(|(name, value)| ((*name).to_owned(), resolve(value)))
        .collect()
}
