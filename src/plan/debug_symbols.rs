//! What becomes of debug symbols, and the plan of the package that has them.

use super::{ControlFields, Plan, PlanError};
use crate::debian::{PackageName, Stanza};

impl Plan {
    /// The plan of the package with the debug symbols of this one, as debhelper makes such
    /// packages; `build_ids` in hexadecimal digits. It is written beside this one.
    ///
    /// # Errors
    /// [`PlanError`] where the name or a field cannot be written.
    pub fn of_debug_symbols(&self, build_ids: &[String]) -> Result<Self, PlanError> {
        let name = format!("{}-dbgsym", self.name);
        let name: PackageName = name.parse().map_err(|error| PlanError::FromRelease {
            message: format!("{error}"),
            hint: "write a shorter `name` below `[package]`".to_owned(),
        })?;
        let synopsis = format!("debug symbols for {}", self.name);
        let mut stanza = Stanza::new();
        let main = &self.control.stanza;
        let source = main.get("Source").unwrap_or(self.name.as_str());
        for (field, value) in [
            ("Package", name.as_str()),
            ("Source", source),
            ("Version", &self.version.to_string()),
            ("Auto-Built-Package", "debug-symbols"),
            ("Architecture", self.architecture.as_ref()),
            ("Maintainer", &self.control.maintainer),
            ("Depends", &format!("{} (= {})", self.name, self.version)),
            ("Section", "debug"),
            ("Priority", "optional"),
            ("Description", &synopsis),
            ("Build-Ids", &build_ids.join(" ")),
        ] {
            stanza.set(field, value)?;
        }
        if main.get("Multi-Arch") == Some("same") {
            stanza.set("Multi-Arch", "same")?;
        }
        stanza.sort_binary_fields();
        let file = format!(
            "{name}_{}_{}.deb",
            self.version.without_epoch(),
            self.architecture
        );
        Ok(Self {
            control: ControlFields {
                stanza,
                auto_depends: false,
                synopsis,
                ..self.control.clone()
            },
            output: self.output.with_file_name(file),
            name,
            ..self.clone()
        })
    }
}
