//! The control file of a package, as `[package]` says it.

use std::str::FromStr;

use crate::debian::{
    Description, FIELDS, Homepage, MachineName, Maintainer, MultiArch, OtherField, Priority,
    RelationField, Relations, Section, SourceName, Stanza, Version,
};
use crate::import::control::{NOBODY, WHO, maintainer_of};
use crate::import::notes::Notes;
use crate::import::{ImportEnvironment, relations};
use crate::manifest::draft::{Draft, DraftTable, Value};
use crate::unpack::Listing;

/// Writes `[package]` and `[package.fields]`.
pub(super) fn write(
    stanza: &Stanza,
    listing: &Listing,
    environment: &ImportEnvironment,
    draft: &mut Draft,
    notes: &mut Notes,
) {
    let table = draft.table("package");
    let mut fields = Fields {
        stanza,
        table,
        notes,
    };
    fields.take::<crate::debian::PackageName>("Package", "name");
    fields.take::<Version>("Version", "version");
    fields.take::<SourceName>("Source", "source");
    fields.take::<MachineName>("Architecture", "architecture");
    fields.maintainer(environment);
    fields.description();
    fields.with_default::<Section>("Section", "section", "misc");
    fields.with_default::<Priority>("Priority", "priority", "optional");
    fields.take::<Homepage>("Homepage", "homepage");
    fields.take::<MultiArch>("Multi-Arch", "multi-arch");
    for field in relations::FIELDS {
        fields.relations(field);
    }
    fields.installed_size(listing);
    let table = fields.table;
    table.comment("Copyright file, changelog and overrides for lintian are those of the package.");
    table.set("documents", false);
    others(stanza, draft.table("package.fields"), notes);
}

struct Fields<'a> {
    stanza: &'a Stanza,
    table: &'a mut DraftTable,
    notes: &'a mut Notes,
}

impl Fields<'_> {
    /// Takes a field over where it has a value that reldeb reads.
    fn take<T: FromStr>(&mut self, field: &str, key: &str) -> bool
    where
        T::Err: std::fmt::Display,
    {
        let Some(value) = self.stanza.get(field).filter(|value| !value.is_empty()) else {
            return false;
        };
        match value.parse::<T>() {
            Ok(_) => {
                self.table.set(key, value);
                true
            }
            Err(error) => {
                self.table.propose(key, value);
                let what = format!("field `{field}` is left out: {error}");
                self.notes.left_out(None, &what, "write one that is legal");
                false
            }
        }
    }

    fn with_default<T: FromStr>(&mut self, field: &str, key: &str, default: &str)
    where
        T::Err: std::fmt::Display,
    {
        if self.stanza.get(field).is_none() {
            let what = format!("the package gets `{field}: {default}`");
            let why = "reldeb writes this field into every package";
            self.notes.differs(None, &what, why);
        }
        self.take::<T>(field, key);
    }

    /// Takes the maintainer over where Debian takes such a one, or else that of the environment.
    fn maintainer(&mut self, environment: &ImportEnvironment) {
        let written = self.stanza.get("Maintainer").filter(|it| !it.is_empty());
        if written.is_some_and(|it| it.parse::<Maintainer>().is_ok()) {
            self.take::<Maintainer>("Maintainer", "maintainer");
            return;
        }
        match maintainer_of(self.notes, None, written, environment) {
            Some(maintainer) => self.table.set("maintainer", maintainer),
            None => self.table.set_with_comment("maintainer", NOBODY, WHO),
        };
    }

    fn description(&mut self) {
        let Some(value) = self.stanza.get("Description") else {
            self.table.propose("description", "what the package is for");
            let what = "the package has no `Description`";
            self.notes.left_out(None, what, "write one");
            return;
        };
        if !self.take::<Description>("Description", "description") {
            return;
        }
        let Ok(description) = value.parse::<Description>() else {
            return;
        };
        if description.extended().iter().all(String::is_empty) {
            let what = "the description gets a second paragraph";
            let why = "policy asks for more than a synopsis";
            self.notes.differs(None, what, why);
        } else if description.to_string() != value {
            let what = "the lines of the description are broken in other places";
            self.notes.differs(
                None,
                what,
                "reldeb breaks lines and takes double blanks out",
            );
        }
    }

    fn relations(&mut self, field: RelationField) {
        let known = FIELDS.iter().find(|known| known.name == field.name());
        let Some(key) = known.and_then(|known| known.key) else {
            return;
        };
        let value = self.stanza.get(field.name()).unwrap_or_default();
        if value.is_empty() {
            if field == RelationField::Depends {
                self.table.set(key, Value::list([""; 0]));
            }
            return;
        }
        let parts = relations::parted(value);
        let fault = value.parse::<Relations>().map_err(|it| it.to_string());
        let fault = fault.and_then(|it| field.check(&it).map_err(|it| it.to_string()));
        match fault {
            Ok(()) => {
                self.table.set(key, Value::list(parts));
            }
            Err(fault) => {
                self.table.propose(key, Value::list(parts));
                let what = format!("field `{}` is left out: {fault}", field.name());
                self.notes.left_out(None, &what, "write one that is legal");
            }
        }
    }

    fn installed_size(&mut self, listing: &Listing) {
        let written = self.stanza.get("Installed-Size").map(str::parse::<i64>);
        if let Some(Ok(size)) = written
            && u64::try_from(size).ok() != Some(listing.installed_size)
        {
            self.table.set("installed-size", Value::Integer(size));
        }
    }
}

/// Writes the fields that have no key.
fn others(stanza: &Stanza, table: &mut DraftTable, notes: &mut Notes) {
    for (name, value) in stanza.iter() {
        let known = FIELDS
            .iter()
            .find(|known| known.name.eq_ignore_ascii_case(name));
        if known.is_some_and(|known| known.key.is_some()) || value.is_empty() {
            continue;
        }
        match name.parse::<OtherField>() {
            Ok(_) => {
                table.set(name, value);
            }
            Err(error) => {
                let what = format!("field `{name}` is left out: {error}");
                notes.left_out(None, &what, "nothing has to be done");
            }
        }
    }
}
