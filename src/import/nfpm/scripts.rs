//! The scripts of nfpm, as lines of `[scripts]` and `[control-files]`.

use super::super::files;
use super::super::model::Model;
use super::super::node::{Fault, Table};
use super::super::notes::Notes;
use super::Source;
use crate::manifest::draft::Text;

/// The scripts: the key of nfpm, and ours.
const SCRIPTS: [(&str, &str); 4] = [
    ("preinstall", "preinst"),
    ("postinstall", "postinst"),
    ("preremove", "prerm"),
    ("postremove", "postrm"),
];

impl Source<'_> {
    /// Adds the scripts.
    pub(super) fn scripts(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        if let Some(scripts) = table.table("scripts")? {
            let mut makes_user = None;
            for (key, name) in SCRIPTS {
                let Some(text) = scripts.text(key)?.filter(|text| !text.is_empty()) else {
                    continue;
                };
                let line = scripts.line(key).unwrap_or(1);
                let path = if self.project.is_some() {
                    let text = self.expanded("scripts", key, (line, text), model, notes);
                    text.text().meant()
                } else {
                    text.to_owned()
                };
                files::script(model, notes, line, (name, &path), (&self.home, self.place));
                if files::makes_user(&self.home, &path) {
                    makes_user.get_or_insert(path);
                }
            }
            if let Some(path) = makes_user
                && model.entries("user").next().is_none()
            {
                model.comment(
                    "user",
                    format!("`{path}` makes a user. This makes one before the files are unpacked:"),
                );
                let name = table.text("name")?.unwrap_or("NAME");
                model.propose("user", "name", name);
            }
            for (key, line) in scripts.others(&SCRIPTS.map(|(key, _)| key)) {
                model.comment("scripts", format!("`{key}` has no equivalent."));
                notes.left_out(Some(line), &format!("`scripts.{key}` is not known"), "");
            }
        }
        self.debconf(table, model, notes)
    }

    /// Adds what is below `deb.scripts`.
    fn debconf(&self, table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let deb = table.table("deb")?;
        let Some(scripts) = deb.map_or(Ok(None), |deb| deb.table("scripts"))? else {
            return Ok(());
        };
        for name in ["templates", "config"] {
            if let Some(path) = scripts.text(name)?.filter(|text| !text.is_empty()) {
                let written = Text::literal(&self.place.path(path));
                if self.home.join(path).is_file() {
                    model.set("control-files", name, written);
                    continue;
                }
                model.comment("control-files", format!("`{path}` is not there:"));
                model.propose("control-files", name, written);
                notes.left_out(
                    scripts.line(name),
                    &format!("`{path}` of `deb.scripts.{name}` is not there"),
                    "take the sign away below `[control-files]` when it is",
                );
            }
        }
        if scripts.get("rules").is_some() {
            model.comment("control-files", "`rules` is no file of a binary package.");
            notes.left_out(
                scripts.line("rules"),
                "`deb.scripts.rules` is left out",
                "it belongs to a source package, and dpkg does nothing with it",
            );
        }
        Ok(())
    }
}
