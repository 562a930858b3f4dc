//! `[units]`: the units that the author has written, read and checked.

mod text;

use std::ops::Range;

pub(crate) use text::UnitText;

use crate::fs;
use crate::manifest::{InvalidValue, Manifest, ManifestError, TextOr, UnitFile, UnitTable};

/// One entry of `[units]`, as it was read.
#[derive(Debug, Clone)]
pub struct WrittenUnit {
    /// The unit, or the drop-in.
    pub file: UnitFile,
    /// The file that the manifest names.
    pub source: String,
    /// The text of that file.
    pub text: String,
    /// The place of the entry in the manifest.
    pub span: Range<usize>,
    /// The rest of the entry.
    pub table: UnitTable,
}

/// Reads the entries, in the order of their names.
///
/// # Errors
/// [`ManifestError`] names the entry whose file is missing or is no unit.
pub(crate) fn read(manifest: &Manifest) -> Result<Vec<WrittenUnit>, ManifestError> {
    let entries = manifest.tables.units.iter();
    entries
        .map(|(name, value)| {
            let table = match value {
                TextOr::Text(source) => UnitTable {
                    source: Some(source.clone()),
                    ..UnitTable::default()
                },
                TextOr::Table(table) => table.clone(),
            };
            read_one(manifest, &name.get_ref().0, name.span(), table)
        })
        .collect()
}

fn read_one(
    manifest: &Manifest,
    file: &UnitFile,
    span: Range<usize>,
    table: UnitTable,
) -> Result<WrittenUnit, ManifestError> {
    let invalid = |message: String, hint: String| {
        manifest.locate(InvalidValue::new(span.clone(), message, Some(hint)))
    };
    let Some(source) = table.source.clone().filter(|source| !source.is_empty()) else {
        let hint = format!("write `source = \"packaging/{}\"`", file.unit());
        return Err(invalid(format!("unit `{file}` has no source"), hint));
    };
    let path = manifest.resolve(&source);
    if !path.is_file() {
        let fault = if path.exists() {
            "is no file"
        } else {
            "does not exist"
        };
        let message = format!("source `{source}` of unit `{file}` {fault}");
        let hint = manifest.looked_for(&source);
        return Err(manifest.locate(InvalidValue::new(span, message, hint)));
    }
    let bytes = fs::read(&path)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let message = format!("`{source}` of unit `{file}` is no text in UTF-8");
        invalid(message, "name the text of a unit".to_owned())
    })?;
    let unit = UnitText::parse(&text).map_err(|error| {
        let message = format!("`{source}` of unit `{file}` is no unit: {error}");
        invalid(message, "systemd.syntax(7) tells how it is written".into())
    })?;
    let section = section(file.kind());
    if !file.is_drop_in() && !unit.has_section(section) && !is_optional(section) {
        let message = format!("`{source}` of unit `{file}` has no section `[{section}]`");
        let hint = format!("systemd.{}(5) tells what it needs", file.kind());
        return Err(invalid(message, hint));
    }
    Ok(WrittenUnit {
        file: file.clone(),
        source,
        text,
        span,
        table,
    })
}

/// Returns the section that is named like the type of a unit.
fn section(kind: &str) -> &'static str {
    match kind {
        "automount" => "Automount",
        "mount" => "Mount",
        "path" => "Path",
        "slice" => "Slice",
        "socket" => "Socket",
        "swap" => "Swap",
        "target" => "Target",
        "timer" => "Timer",
        _ => "Service",
    }
}

/// Returns whether units of a type do something without a section of their own.
fn is_optional(section: &str) -> bool {
    matches!(section, "Target" | "Slice")
}

/// Returns the unit that another starts when its time or its event comes; `None` for units that start
/// no other by themselves.
pub(crate) fn activated(file: &UnitFile, text: &UnitText) -> Option<String> {
    if file.is_drop_in() {
        return None;
    }
    let stem = file.stem();
    let service = || format!("{stem}.service");
    let named = |section, key| text.value(section, key).map(str::to_owned);
    match file.kind() {
        "timer" => Some(named("Timer", "Unit").unwrap_or_else(service)),
        "path" => Some(named("Path", "Unit").unwrap_or_else(service)),
        "socket" => Some(named("Socket", "Service").unwrap_or_else(|| {
            let accepts = text.value("Socket", "Accept");
            if accepts.is_some_and(is_true) {
                format!("{}@.service", stem.trim_end_matches('@'))
            } else {
                service()
            }
        })),
        "automount" => Some(format!("{stem}.mount")),
        _ => None,
    }
}

/// Returns whether systemd takes a value for true.
pub(crate) fn is_true(value: &str) -> bool {
    let words = ["1", "yes", "y", "true", "t", "on"];
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}
