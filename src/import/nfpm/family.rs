//! The packages of a file of goreleaser, of which several may have one name.

use std::path::Path;

use super::super::files;
use super::super::model::{Model, table_key};
use super::super::node::Table;
use super::super::notes::Notes;
use crate::manifest::draft::{Draft, Text, Value};

/// The packages, in their order.
#[derive(Default)]
pub(super) struct Family(Vec<Member>);

/// A package, and the further ones of its name with what each is called.
struct Member {
    name: Text,
    model: Model,
    others: Vec<(String, Model)>,
}

impl Family {
    /// Adds a package. One whose name is taken becomes a variant of the first, which is told.
    pub(super) fn add(&mut self, model: Model, table: &Table, notes: &mut Notes) {
        let Some(Value::Text(name)) = model.value("package", &Text::literal("name")).cloned()
        else {
            return;
        };
        let Some(first) = self.0.iter_mut().find(|it| it.name == name) else {
            self.0.push(Member {
                name,
                model,
                others: Vec::new(),
            });
            return;
        };
        let id = table.text("id").ok().flatten();
        let variant = id.map_or_else(|| (first.others.len() + 2).to_string(), str::to_owned);
        notes.differs(
            table.line("id").or(table.line("name")),
            &format!(
                "the other package `{}` is the variant `{variant}`",
                name.meant()
            ),
            &format!("`reldeb build --variant {variant}` builds it"),
        );
        first.others.push((variant, model));
    }

    /// Writes the tables of all.
    pub(super) fn write(self, draft: &mut Draft) {
        let is_alone = self.0.len() == 1;
        for Member {
            name,
            model,
            others,
        } in self.0
        {
            let prefix = if is_alone {
                String::new()
            } else {
                format!("packages.{}.", table_key(&name.meant()))
            };
            model.write(draft, &prefix);
            for (variant, other) in others {
                let prefix = format!("variant.{}.{prefix}", table_key(&variant));
                other.over(&model, &mode_of).write(draft, &prefix);
            }
        }
    }
}

/// Returns the mode that the source of an entry has in a package.
fn mode_of(entry: &Value) -> Value {
    let source = files::source_of(entry);
    let is_program = source.and_then(|it| files::is_executable(Path::new(&it)));
    files::mode(if is_program == Some(true) {
        0o755
    } else {
        0o644
    })
}
