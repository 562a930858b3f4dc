//! `MaintainerScripts`: the four scripts that dpkg runs, put together from fragments.

use crate::deployment::context::Context;
use crate::deployment::model::Life;
use crate::deployment::{Fragment, Script};
use crate::template::{TemplateError, Templates};

/// The maintainer scripts of a package, in the order of its life; one that has nothing to do is not
/// there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaintainerScripts {
    scripts: Vec<(Script, String)>,
}

impl MaintainerScripts {
    /// Orders the fragments by their steps and puts a head in front of each script that has any:
    /// what it is, and the calls of dpkg that it knows.
    ///
    /// # Errors
    /// [`TemplateError`] where a head does not render.
    pub fn assemble(
        life: &Life,
        mut fragments: Vec<Fragment>,
        templates: &Templates,
    ) -> Result<Self, TemplateError> {
        // Stable: fragments of one step keep the order in which they were contributed.
        fragments.sort_by_key(|fragment| fragment.step);
        let context = Context::new(life);
        let mut scripts = Vec::new();
        for script in Script::ALL {
            let pieces: Vec<&str> = fragments
                .iter()
                .filter(|fragment| fragment.script == script)
                .map(|fragment| fragment.text.trim())
                .filter(|text| !text.is_empty())
                .collect();
            if pieces.is_empty() {
                continue;
            }
            let head = templates.render(&format!("package/{}.sh", script.name()), &context)?;
            let mut text = head.trim_end().to_owned();
            for piece in pieces {
                text.push_str("\n\n");
                text.push_str(piece);
            }
            text.push_str("\n\nexit 0\n");
            scripts.push((script, text));
        }
        Ok(Self { scripts })
    }

    /// The text of one script, where there is one.
    #[must_use]
    pub fn get(&self, script: Script) -> Option<&str> {
        self.scripts
            .iter()
            .find(|(which, _)| *which == script)
            .map(|(_, text)| text.as_str())
    }

    /// The scripts with their texts, in the order of a package's life.
    pub fn iter(&self) -> impl Iterator<Item = (Script, &str)> {
        self.scripts
            .iter()
            .map(|(script, text)| (*script, text.as_str()))
    }
}
