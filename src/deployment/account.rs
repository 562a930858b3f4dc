//! The system user that owns state and logs and runs the service.

use crate::manifest::Spanned;
use serde::Serialize;

use super::names::{other, refuse};
use super::{Contributor, Deployment, DeploymentError, Directories, Facts, Script, Step};
use crate::debian::{UserName, reserved};
use crate::finding::{Finding, tags};
use crate::manifest::{Manifest, OffOr, UserTable};
use crate::tree::PackagePath;

/// The home of a user that has none (policy 9.2.3).
const NO_HOME: &str = "/nonexistent";

/// A system user and its group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The user's name.
    pub user: UserName,
    /// The group's name; the same as the user's.
    pub group: UserName,
    /// The user's home directory: the state directory, where there is one.
    pub home: PackagePath,
    /// Further groups that the user joins where they exist.
    pub groups: Vec<UserName>,
    /// The comment field.
    pub gecos: String,
}

impl Account {
    /// Returns the account; `None` where the manifest says `user = false`.
    fn resolve(
        facts: &Facts<'_>,
        directories: &Directories,
        has_state: bool,
    ) -> Result<Option<Self>, DeploymentError> {
        let default = UserTable::default();
        let table = match facts.manifest.tables.user.as_ref().map(Spanned::get_ref) {
            Some(OffOr::Off) => return Ok(None),
            Some(OffOr::On(table)) => table,
            None => &default,
        };
        let user = match &table.name {
            Some(name) => name.get_ref().0.clone(),
            None => UserName::from_package_name(facts.name)
                .map_err(|error| super::names::of_package(&error, "[user]"))?,
        };
        Ok(Some(Self {
            group: user.clone(),
            user,
            home: if has_state {
                directories.state.clone()
            } else {
                PackagePath::new(NO_HOME)?
            },
            groups: table
                .groups
                .iter()
                .map(|group| group.get_ref().0.clone())
                .collect(),
            // A comma or colon would end the field in /etc/passwd (passwd(5)).
            gecos: if has_state {
                format!("{} service", facts.name)
            } else {
                facts.name.to_string()
            },
        }))
    }

    /// Refuses a user that is Debian's own, and returns the findings about powers that further
    /// groups give to the service.
    pub(super) fn check(&self, manifest: &Manifest) -> Result<Vec<Finding>, DeploymentError> {
        let table = match manifest.tables.user.as_ref().map(Spanned::get_ref) {
            Some(OffOr::On(table)) => Some(table),
            _ => None,
        };
        if !reserved::is_account(self.user.as_str()) {
            return Ok(table.map_or_else(Vec::new, |table| powers(manifest, table)));
        }
        let written = table.and_then(|table| table.name.as_ref());
        let message = format!(
            "user or group `{}` is one of Debian's own, whose rights the service would have",
            self.user
        );
        let other = other(self.user.as_str(), reserved::is_account);
        let mut hint = format!("write another name below `[user]`, such as `name = \"{other}\"`");
        if self.user.as_str() == "root" {
            hint.push_str(", or `user = false` above all tables for a service that runs as root");
        }
        Err(refuse(written.map(Spanned::span), message, hint))
    }
}

/// Returns the account, where something runs as it or the manifest asks for it.
pub(super) fn resolve(
    facts: &Facts<'_>,
    directories: &Directories,
    has_state: bool,
) -> Result<Option<Account>, DeploymentError> {
    let user = facts.manifest.tables.user.as_ref();
    let is_asked_for = user.is_some_and(|it| matches!(it.get_ref(), OffOr::On(_)));
    if !has_state && !is_asked_for {
        return Ok(None);
    }
    Account::resolve(facts, directories, has_state)
}

/// Returns the finding about a service without an account of its own.
pub(super) fn is_root(facts: &Facts<'_>) -> Finding {
    let written = facts.manifest.tables.user.as_ref();
    let place = written.map(|written| facts.manifest.place(&written.span()));
    let message = "the service runs as root: `user = false`";
    Finding::new(tags::SERVICE_RUNS_AS_ROOT, message).at(place.as_ref())
}

/// Returns the findings about groups that give the service more power than it needs.
fn powers(manifest: &Manifest, table: &UserTable) -> Vec<Finding> {
    let powers = table.groups.iter().filter_map(|written| {
        let group = &written.get_ref().0;
        let power = reserved::power_of_group(group.as_str())?;
        let message = format!("the service joins group `{group}`: who is in the service {power}");
        let hint = "leave it out of `groups` in `[user]`, unless that is what it is for";
        let finding = Finding::new(tags::SERVICE_IN_POWERFUL_GROUP, message).with_hint(hint);
        Some(finding.at(Some(&manifest.place(&written.span()))))
    });
    powers.collect()
}

/// Adds the fragments that make the user and have it join its groups.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let Some(account) = &deployment.account else {
        return Ok(());
    };
    if !account.groups.is_empty() {
        let template = "package/postinst-groups.sh";
        contributor.fragment(Script::Postinst, Step::Directories, template)?;
    }
    contributor.fragment(Script::Preinst, Step::Account, "init/before-install.sh")
}
