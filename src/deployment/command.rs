//! The command for admins in /usr/bin, and its manual page.

use serde::Serialize;

use super::names::refuse;
use super::{Contributor, Deployment, DeploymentError, Facts, Program};
use crate::deb::gzip;
use crate::debian::{UnitName, reserved};
use crate::finding::{Finding, tags};
use crate::manifest::{OffOr, Tables};
use crate::tree::PackagePath;

const MANUAL: &str = "package/command.1";

/// The command for admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdminCommand {
    /// The command's name in /usr/bin.
    pub name: String,
}

impl AdminCommand {
    /// Returns the command; `None` where the manifest says `command = false`.
    pub(super) fn resolve(facts: &Facts<'_>, program: &Program) -> Option<Self> {
        let service = facts.manifest.tables.service.as_ref();
        let asked = service.and_then(|service| service.command.as_ref());
        let name = match asked.map(crate::manifest::Spanned::get_ref) {
            Some(OffOr::Off) => return None,
            Some(OffOr::On(name)) => name.0.to_string(),
            // It is a command itself, or nobody's.
            None if !program.is_of_release => return None,
            None => default_name(facts, program),
        };
        Some(Self { name })
    }

    /// Returns the finding that the manifest gives the command the name of another program, which is then
    /// no command itself.
    pub(super) fn takes_name(&self, facts: &Facts<'_>, program: &Program) -> Option<Finding> {
        let table = facts.manifest.tables.service.as_ref();
        let written = table.and_then(|table| table.command.as_ref())?;
        let release = facts.release;
        let mut programs = release.programs.iter();
        let other = programs.find(|path| {
            let is_run = facts.script.is_some_and(|script| script.path == **path);
            !is_run && path.file_name() == Some(self.name.as_ref())
        });
        let other = other.filter(|_| release.kind.has_commands)?.display();
        let message = format!(
            "the service's command takes the name of `{other}`, which is then no command in /usr/bin"
        );
        let hint = match default_name(facts, program) {
            default if default == self.name => {
                "write another name, or `command = false`".to_owned()
            }
            default => format!("leave `command` out: the service's is `{default}` then"),
        };
        let place = facts.manifest.place(&written.span());
        let finding = Finding::new(tags::PROGRAM_WITHOUT_COMMAND, message).with_hint(hint);
        Some(finding.at(Some(&place)))
    }

    /// Refuses a command that is the program itself, or Debian's own.
    pub(super) fn check(
        &self,
        tables: &Tables,
        program: &PackagePath,
    ) -> Result<(), DeploymentError> {
        if program.to_string() == format!("/usr/bin/{}", self.name) {
            let written = tables.service.as_ref();
            let written = written.and_then(|table| table.command.as_ref());
            let message = format!("command `{}` is the service's program itself", self.name);
            let hint = format!(
                "leave `command` out, or write another name such as `{}ctl`",
                self.name
            );
            return Err(refuse(
                written.map(crate::manifest::Spanned::span),
                message,
                hint,
            ));
        }
        if !reserved::is_command(&self.name) {
            return Ok(());
        }
        let table = tables.service.as_ref();
        let written = table.and_then(|table| table.command.as_ref());
        let message = format!("command `{}` is one of Debian's own", self.name);
        let hint = format!(
            "write another below `[service]`, such as `command = \"{}ctl\"`, or `command = false`",
            self.name
        );
        Err(refuse(
            written.map(crate::manifest::Spanned::span),
            message,
            hint,
        ))
    }
}

/// Returns the package's name, or that of the program where the release has another program of the
/// package's name, such as a client.
fn default_name(facts: &Facts<'_>, program: &Program) -> String {
    let package = facts.name.as_str();
    let own = String::from_utf8_lossy(program.path.file_name());
    let mut names = facts
        .release
        .programs
        .iter()
        .filter_map(|path| path.file_name());
    let is_taken = own != package && names.any(|name| name == package);
    match own.parse::<UnitName>() {
        Ok(own) if is_taken => own.to_string(),
        _ => package.to_owned(),
    }
}

/// Adds the command and its manual page.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let Some(AdminCommand { name }) = &deployment.command else {
        return Ok(());
    };
    contributor.file(&format!("/usr/bin/{name}"), 0o755, "package/command.sh")?;
    // Policy 12.1 asks for the highest level of compression.
    let page = gzip(contributor.render(MANUAL)?.as_bytes(), 9);
    let path = format!("/usr/share/man/man1/{name}.1.gz");
    contributor.bytes(&path, 0o644, MANUAL, page)
}
