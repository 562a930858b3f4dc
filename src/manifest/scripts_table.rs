//! `[scripts]` as written.

use super::spanned::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// `[scripts]`: the author's own maintainer scripts, each a file or the text itself.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScriptsTable {
    /// The script before the files are unpacked.
    pub preinst: Option<Spanned<String>>,
    /// The script after the files are unpacked and the dependencies are configured.
    pub postinst: Option<Spanned<String>>,
    /// The script before the files are removed.
    pub prerm: Option<Spanned<String>>,
    /// The script after the files are removed.
    pub postrm: Option<Spanned<String>>,
    /// True where these are all: nothing of the package's own is added; default: false.
    pub alone: Option<Spanned<bool>>,
}

impl ScriptsTable {
    /// Returns whether there is no script.
    pub(crate) fn are_empty(&self) -> bool {
        let scripts = [&self.preinst, &self.postinst, &self.prerm, &self.postrm];
        scripts.into_iter().all(Option::is_none)
    }
}
