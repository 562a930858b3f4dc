//! The control file: keys of cargo-deb and of the Cargo package, as lines of `[package]`.

use std::path::Path;

use super::super::control::{self, license_file, maintainer};
use super::super::model::Model;
use super::super::node::{Fault, Table};
use super::super::notes::Notes;
use super::{Crate, Section, one_or_several};
use crate::fs;
use crate::manifest::RELATION_KEYS;
use crate::manifest::draft::Text;

impl Crate<'_> {
    /// Adds `[package]`.
    pub(super) fn package(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let table = &section.table;
        model.set("package", "name", section.name.as_str());
        self.version(table, model, notes)?;
        let author = self
            .cargo
            .authors
            .first()
            .map(|author| (1, author.as_str()));
        let named = table.text("maintainer")?;
        let line = table.line("maintainer").unwrap_or(1);
        let named = named.map(|text| (line, text)).or(author);
        maintainer(model, notes, named, self.environment);
        self.description(section, model, notes)?;
        for key in ["section", "priority"] {
            if let Some(text) = filled(table, key)? {
                model.set("package", key, text);
            }
        }
        let cargo = &self.cargo;
        let addresses = [&cargo.homepage, &cargo.documentation, &cargo.repository];
        if let Some(homepage) = addresses.into_iter().find_map(Option::as_ref) {
            model.set("package", "homepage", homepage.as_str());
        }
        if let Some(license) = &cargo.license {
            model.set("package", "license", license.as_str());
        }
        self.license_file(section, model)?;
        if let Some(copyright) = filled(table, "copyright")? {
            model.set("package", "copyright", copyright);
        } else if !cargo.authors.is_empty() {
            model.set("package", "copyright", cargo.authors.join(", "));
        }
        if let Some(changelog) = filled(table, "changelog")? {
            model.set("package", "changelog", self.path(changelog));
        }
        for field in RELATION_KEYS {
            relations(table, field, model, notes)?;
        }
        Ok(())
    }

    fn description(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let table = &section.table;
        let written = self.cargo.description.as_deref().unwrap_or_default();
        let names = [&*section.name, &*self.cargo.name];
        let short = control::description_of(written, names);
        let short = short.unwrap_or_else(|| section.name.clone());
        let (synopsis, rest) = short.split_once('\n').unwrap_or((&short, ""));
        if !written.is_empty() && written != synopsis {
            control::tell_synopsis(notes, self.own.line("description"), synopsis);
        }
        if let Some(file) = filled(table, "extended-description-file")? {
            if filled(table, "extended-description")?.is_some() {
                notes.differs(
                    table.line("extended-description"),
                    "`extended-description` is left out",
                    "cargo-deb takes `extended-description-file` as well, where both are there",
                );
            }
            model.set("package", "description", synopsis);
            model.set("package", "description-file", self.path(file));
            if !self.has_words(file, rest) {
                let line = table.line("extended-description-file");
                let what = format!("`{rest}` of the description of Cargo.toml is left out");
                let hint =
                    format!("write it into `{file}`, which is all that follows the synopsis");
                notes.left_out(line, &what, &hint);
            }
            return Ok(());
        }
        if let Some(extended) = filled(table, "extended-description")? {
            let extended = if rest.is_empty() {
                extended.trim_start().to_owned()
            } else {
                format!("{rest}\n\n{}", extended.trim_start())
            };
            control::description(model, synopsis, &extended);
            return Ok(());
        }
        control::description(model, synopsis, rest);
        if let Some(readme) = &self.cargo.readme {
            let path = self.source(readme);
            model.comment(
                "package",
                "cargo-deb takes the readme as extended description; its first paragraph can be:",
            );
            model.propose("package", "description-file", path.as_str());
            notes.differs(
                None,
                &format!("`{path}` is not the extended description"),
                "badges, headings and links of Markdown are no text of a package list",
            );
        }
        Ok(())
    }

    /// Returns whether a file has these words, however its lines are broken.
    fn has_words(&self, file: &str, words: &str) -> bool {
        let text = fs::read_small_text(&self.home.join(file)).unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains(words)
    }

    /// Adds the text of the licence; a file in the form of Debian's is the copyright file itself.
    fn license_file(&self, section: &Section, model: &mut Model) -> Result<(), Fault> {
        let written = one_or_several(&section.table, "license-file");
        let (path, skip) = match (&written[..], &self.cargo.license_file) {
            ([], None) => return Ok(()),
            ([], Some(path)) => (path.to_string_lossy().into_owned(), 0),
            ([path, rest @ ..], _) => {
                let skip = rest.first().map(|node| {
                    let text = node.as_text("license-file")?;
                    text.parse::<u32>().map_err(|_| Fault {
                        line: node.line,
                        message: format!("`license-file` skips `{text}` lines, expected a number"),
                    })
                });
                let path = path.as_text("license-file")?.to_owned();
                if path.is_empty() {
                    return Ok(());
                }
                (path, skip.transpose()?.unwrap_or(0))
            }
        };
        let text = fs::read_small(&self.home.join(&path)).unwrap_or_default();
        let written = self.source(Path::new(&path));
        if text.starts_with(b"Format:") {
            let target = format!("/usr/share/doc/{}/copyright", section.name);
            model.set("files", target, written);
        } else {
            model.set(
                "package",
                "license-file",
                license_file(&written, skip.into()),
            );
        }
        Ok(())
    }
}

/// Returns a text that says something: a variant takes what it inherits out by an empty one.
fn filled<'a>(table: &'a Table, key: &str) -> Result<Option<&'a str>, Fault> {
    Ok(table.text(key)?.filter(|text| !text.trim().is_empty()))
}

fn relations(
    table: &Table,
    field: &'static str,
    model: &mut Model,
    notes: &mut Notes,
) -> Result<(), Fault> {
    if table.get(field).is_none() {
        return Ok(());
    }
    let mut written = Vec::new();
    for text in one_or_several(table, field) {
        let line = text.line;
        for relation in text.as_text(field)?.split(',').map(str::trim) {
            match relation {
                "" => {}
                "$auto" if field == "depends" => {
                    written.push((line, Text::literal("auto"), "auto".to_owned()));
                }
                "$auto" => notes.left_out(
                    Some(line),
                    &format!("`$auto` in `{field}` is left out"),
                    "it stands for what the ELF files need, in `depends` only",
                ),
                other => written.push((line, Text::literal(other), other.to_owned())),
            }
        }
    }
    let is_default = |it: &[(usize, Text, String)]| matches!(it, [(_, _, one)] if one == "auto");
    let is_none = written.is_empty() && field != "depends";
    if !is_default(&written) && !is_none {
        control::relations(model, notes, field, &written);
    }
    Ok(())
}
