//! Names that are Debian's own: a service under one of them would take over a user, a directory, a
//! service or a program that the machine needs, and its removal would delete it.

use std::ops::Range;

use super::PlanError;
use crate::debian::{PackageName, reserved};
use crate::deployment::model::Life;
use crate::finding::{Finding, tags};
use crate::manifest::{InvalidValue, OffOr, Tables};

/// Refuses the names that the package may not have for what it does on a machine, and finds
/// groups that give its service powers beyond a service's. A package of files alone may be
/// called anything.
pub(super) fn check(
    tables: &Tables,
    name: &PackageName,
    life: &Life,
    findings: &mut Vec<Finding>,
) -> Result<(), PlanError> {
    let names = Names {
        tables,
        name: name.as_str(),
    };
    if life.has_state || life.service.is_some() || life.command.is_some() {
        names.package()?;
        names.directories(life)?;
    }
    names.service(life)?;
    names.user(life)?;
    names.command(life)?;
    findings.extend(groups(life));
    Ok(())
}

struct Names<'a> {
    tables: &'a Tables,
    name: &'a str,
}

impl Names<'_> {
    fn package(&self) -> Result<(), PlanError> {
        if !reserved::is_package(self.name) {
            return Ok(());
        }
        let message = format!(
            "package `{}` is one of Debian's base system, which this one would replace",
            self.name
        );
        self.refuse(self.package_span(), message, self.other_package())
    }

    fn directories(&self, life: &Life) -> Result<(), PlanError> {
        let own = &life.directories;
        for (directory, what) in [
            (&own.configuration, "configuration"),
            (&own.run, "runtime files"),
            (&own.state, "state"),
            (&own.log, "logs"),
        ] {
            let taken = directory
                .rsplit_once('/')
                .is_some_and(|(parent, name)| reserved::is_place(parent, name));
            if taken {
                let message = format!(
                    "`{directory}` is Debian's own, but would hold the {what} of package `{}`",
                    self.name
                );
                return self.refuse(self.package_span(), message, self.other_package());
            }
        }
        Ok(())
    }

    fn service(&self, life: &Life) -> Result<(), PlanError> {
        let Some(service) = &life.service else {
            return Ok(());
        };
        if !reserved::is_unit(&service.name) {
            return Ok(());
        }
        let table = self.tables.service.as_ref();
        let written = table.and_then(|table| table.name.as_ref());
        let message = format!("service `{}` is one of Debian's own", service.name);
        let other = other(&service.name, reserved::is_unit);
        let hint = format!("write another name below `[service]`, such as `name = \"{other}\"`");
        self.refuse(written.map(toml::Spanned::span), message, hint)
    }

    fn user(&self, life: &Life) -> Result<(), PlanError> {
        let Some(account) = &life.account else {
            return Ok(());
        };
        if !reserved::is_account(&account.user) {
            return Ok(());
        }
        let written = match &self.tables.user {
            Some(OffOr::On(table)) => table.name.as_ref(),
            _ => None,
        };
        let message = format!(
            "user or group `{}` is one of Debian's own, whose rights the service would have",
            account.user
        );
        let other = other(&account.user, reserved::is_account);
        let mut hint = format!("write another name below `[user]`, such as `name = \"{other}\"`");
        if account.user == "root" {
            hint.push_str(", or `user = false` above all tables for a service that runs as root");
        }
        self.refuse(written.map(toml::Spanned::span), message, hint)
    }

    fn command(&self, life: &Life) -> Result<(), PlanError> {
        let Some(command) = &life.command else {
            return Ok(());
        };
        if !reserved::is_command(&command.name) {
            return Ok(());
        }
        let table = self.tables.service.as_ref();
        let written = table.and_then(|table| table.command.as_ref());
        let message = format!("command `{}` is one of Debian's own", command.name);
        let hint = format!(
            "write another below `[service]`, such as `command = \"{}ctl\"`, or `command = false`",
            command.name
        );
        self.refuse(written.map(toml::Spanned::span), message, hint)
    }

    fn package_span(&self) -> Option<Range<usize>> {
        let written = self.tables.package.name.as_ref();
        written.map(toml::Spanned::span)
    }

    fn other_package(&self) -> String {
        let other = other(self.name, |name| {
            reserved::is_package(name) || reserved::is_account(name)
        });
        format!("write another name below `[package]`, such as `name = \"{other}\"`")
    }

    /// Refuses a name, with the place where the manifest has it.
    fn refuse(
        &self,
        span: Option<Range<usize>>,
        message: String,
        hint: String,
    ) -> Result<(), PlanError> {
        Err(match span {
            Some(span) => InvalidValue::new(span, message, Some(hint)).into(),
            None => PlanError::FromRelease { message, hint },
        })
    }
}

/// Returns a name that is not taken.
fn other(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let other = format!("{name}-service");
    if is_taken(&other) {
        return format!("my-{name}");
    }
    other
}

/// Returns the findings about powers that further groups give to a service.
fn groups(life: &Life) -> Vec<Finding> {
    let groups = life.account.iter().flat_map(|account| &account.groups);
    groups
        .filter_map(|group| {
            let power = reserved::power_of_group(group)?;
            let message =
                format!("the service joins group `{group}`: who is in the service {power}");
            let hint = "leave it out of `groups` in `[user]`, unless that is what it is for";
            Some(Finding::new(tags::SERVICE_IN_POWERFUL_GROUP, message).with_hint(hint))
        })
        .collect()
}
