//! `[completions]`: what shells know of the package's commands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::checked::ListOrText;

/// `[completions]`: files, whose names tell the commands that they are for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct CompletionsTable {
    /// Those of bash: `NAME.bash`, `NAME.bash-completion` or `NAME`.
    pub bash: Option<ListOrText>,
    /// Those of zsh: `_NAME` or `NAME.zsh`.
    pub zsh: Option<ListOrText>,
    /// Those of fish: `NAME.fish`.
    pub fish: Option<ListOrText>,
}
