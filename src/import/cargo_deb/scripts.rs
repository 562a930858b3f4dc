//! The maintainer scripts of cargo-deb, as lines of `[scripts]`, `[control-files]` and `[triggers]`.

use std::path::Path;

use super::super::files;
use super::super::model::Model;
use super::super::node::Fault;
use super::super::notes::Notes;
use super::super::triggers::DIRECTIVES;
use super::units::settings;
use super::{Crate, Section};
use crate::fs;
use crate::manifest::draft::Value;

impl Crate<'_> {
    /// Adds the scripts.
    pub(super) fn scripts(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        if let Some(folder) = section.table.text("maintainer-scripts")?
            && !folder.is_empty()
        {
            let line = section.table.line("maintainer-scripts").unwrap_or(1);
            let units = settings(&section.table)?;
            for name in ["preinst", "postinst", "prerm", "postrm"] {
                let mut found = None;
                for table in &units {
                    let unit = table.text("unit-name")?;
                    let package = &section.name;
                    found = found.or(self.package_file(folder, package, package, name, unit));
                }
                let plain = Path::new(folder).join(name);
                let plain = Some(plain).filter(|path| self.home.join(path).is_file());
                if let Some(path) = found.or(plain) {
                    let path = path.to_string_lossy();
                    let from = (self.home.as_path(), self.place);
                    files::script(model, notes, line, (name, &path), from);
                }
            }
            for name in ["templates", "config"] {
                let path = Path::new(folder).join(name);
                if self.home.join(&path).is_file() {
                    model.set("control-files", name, self.source(&path));
                }
            }
        }
        self.triggers(section, model, notes)
    }

    fn triggers(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let path = section.table.text("triggers-file")?;
        let Some(path) = path.filter(|path| !path.is_empty()) else {
            return Ok(());
        };
        let line = section.table.line("triggers-file");
        let Ok(text) = fs::read_small(&self.home.join(path)) else {
            model.comment("triggers", format!("`{path}` is not there."));
            notes.left_out(
                line,
                &format!("`{path}` is not there"),
                "write `[triggers]`",
            );
            return Ok(());
        };
        let text = String::from_utf8_lossy(&text);
        for directive in DIRECTIVES {
            let names: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with('#'))
                .filter_map(|line| line.trim().split_once(char::is_whitespace))
                .filter(|(word, _)| *word == directive)
                .map(|(_, name)| name.trim())
                .collect();
            if !names.is_empty() {
                model.set("triggers", directive, Value::list(names));
            }
        }
        Ok(())
    }
}
