//! Debug symbols, of which cargo-deb takes out what the profile of Cargo does not ask for.

use super::super::model::Model;
use super::super::node::Fault;
use super::super::notes::Notes;
use super::{Crate, Section, assets};

impl Crate<'_> {
    /// Adds what becomes of debug symbols, where cargo-deb does not leave them as Cargo makes them.
    pub(super) fn debug_symbols(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let table = &section.table;
        let is_asked = |key: &str| Ok(table.boolean(key)?.unwrap_or(false));
        let apart = is_asked("dbgsym")?;
        let beside = is_asked("separate-debug-symbols")?;
        let line = table
            .line("dbgsym")
            .or(table.line("separate-debug-symbols"));
        if beside && !apart {
            notes.differs(
                table.line("separate-debug-symbols"),
                &format!("debug symbols go into `{}-dbgsym`", section.name),
                "only who debugs needs them, and they are larger than the programs",
            );
        }
        // What cargo-deb strips is what Cargo has built.
        if !assets::has_built(&section.assets) {
            return Ok(());
        }
        let name = match table.text("profile")? {
            None | Some("dev" | "debug") => "release",
            Some(name) => name,
        };
        let symbols = self.profiles.symbols(name);
        let value = if symbols.are_stripped {
            if apart || beside {
                notes.differs(
                    line,
                    "there is no package of debug symbols",
                    &format!("Cargo takes them out: `strip` of `[profile.{name}]` says so"),
                );
            }
            None
        } else if apart || beside {
            Some("package")
        } else if symbols.are_wanted {
            if symbols.are_inherited {
                notes.differs(
                    None,
                    "the debug symbols stay in the programs",
                    &format!(
                        "`[profile.{name}]` inherits `debug`, which cargo-deb overlooks and strips them"
                    ),
                );
            }
            None
        } else {
            Some("strip")
        };
        if let Some(value) = value {
            model.set("release", "debug-symbols", value);
        }
        Ok(())
    }
}
