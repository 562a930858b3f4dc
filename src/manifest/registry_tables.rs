//! The tables of Debian's registries as written: `[alternatives]`, `[triggers]`, `[lintian]`,
//! `[debconf]`.

use std::collections::BTreeMap;

use super::spanned::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::WrittenPath;
use super::checked::TextOr;
use super::registry_values::{AlternativeName, LintianTag, Reason, TriggerName};

/// A value of `[alternatives]`; its key is the link that the machine's choice makes.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlternativeTable {
    /// The name of the choice; default: the name of the link.
    pub name: Option<Spanned<AlternativeName>>,
    /// The file of the package that is offered.
    pub path: Option<WrittenPath>,
    /// The priority: the highest one is chosen where the sysadmin has not.
    pub priority: Option<i32>,
    /// Links that follow the choice, with the file of the package for each.
    pub slaves: BTreeMap<WrittenPath, TextOr<SlaveTable>>,
    /// True where only earlier versions offered it.
    pub removed: bool,
}

/// A value of `slaves` as a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct SlaveTable {
    /// The name in the registry; default: the name of the link.
    pub name: Option<AlternativeName>,
    /// The file of the package.
    pub path: String,
}

/// `[triggers]`: deb-triggers(5).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct TriggersTable {
    /// Triggers that run the hook `on-trigger`; who activates them waits for it.
    pub interest: Vec<Spanned<TriggerName>>,
    /// The same, by its longer name.
    pub interest_await: Vec<Spanned<TriggerName>>,
    /// Triggers that run the hook; nobody waits.
    pub interest_noawait: Vec<Spanned<TriggerName>>,
    /// Triggers that the package activates, and waits for.
    pub activate: Vec<Spanned<TriggerName>>,
    /// The same, by its longer name.
    pub activate_await: Vec<Spanned<TriggerName>>,
    /// Triggers that the package activates without waiting.
    pub activate_noawait: Vec<Spanned<TriggerName>>,
}

impl TriggersTable {
    /// Returns whether there is no trigger.
    pub(crate) fn are_empty(&self) -> bool {
        let interest = [&self.interest, &self.interest_await, &self.interest_noawait];
        let activate = [&self.activate, &self.activate_await, &self.activate_noawait];
        let mut lists = interest.into_iter().chain(activate);
        lists.all(Vec::is_empty)
    }
}

/// `[lintian]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct LintianTable {
    /// Tags that are overridden, each with the reason.
    pub overrides: BTreeMap<Spanned<LintianTag>, Reason>,
}

/// `[debconf]`: debconf-devel(7).
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct DebconfTable {
    /// The file of the questions.
    pub templates: Option<Spanned<String>>,
    /// The script that asks them.
    pub config: Option<Spanned<String>>,
}
