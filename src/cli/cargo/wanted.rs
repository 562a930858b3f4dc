//! The build that `[cargo]` of a manifest asks for.

use crate::manifest::{CargoTable, Manifest};

use crate::cli::session::Failure;

/// Returns the table that manifests have in common: one build makes the programs of all.
pub(super) fn table(manifests: &[Manifest]) -> Result<CargoTable, Failure> {
    let Some((first, others)) = manifests.split_first() else {
        return Ok(CargoTable::default());
    };
    let table = |manifest: &Manifest| manifest.tables.cargo.clone();
    let Some(other) = others.iter().find(|other| table(other) != table(first)) else {
        return Ok(table(first));
    };
    let name = |manifest: &Manifest| {
        let name = manifest.tables.package.name.as_ref();
        name.map_or_else(String::new, |name| name.get_ref().0.to_string())
    };
    let (one, other) = (name(first), name(other));
    let message = format!("`[cargo]` of package `{other}` is not that of `{one}`");
    let hint = format!("build them one by one: `cargo reldeb {one}`, `cargo reldeb {other}`");
    Err(Failure::new(message).with_hint(hint))
}
