//! From text to TOML tables with places: `$VAR` expansion, `[variant.NAME]` overlays, the
//! `[package.metadata.reldeb]` of a Cargo.toml, and errors that name file and line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::TABLES;
use super::error::{ManifestError, Problem};
use super::lines::Lines;
use super::packages::Part;
use super::relations;
use super::{foreign, misplaced};
use crate::debian::OWN_VERSION;

/// The environment as the command line read it, once.
pub type Environment = BTreeMap<String, String>;

/// The text of a manifest, and the file that it was read from.
#[derive(Debug, Clone)]
pub(super) struct ManifestText {
    pub(super) path: PathBuf,
    pub(super) text: String,
    lines: Lines,
}

impl ManifestText {
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        let lines = Lines::of(&text);
        Self { path, text, lines }
    }

    /// Returns the line of a place in the text, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.at(offset)
    }

    /// Returns the error for a problem at a place of the text.
    pub(super) fn error(&self, span: Option<Range<usize>>, problem: Problem) -> ManifestError {
        let line = self.line(span.map_or(0, |span| span.start));
        let text = self
            .text
            .lines()
            .nth(line - 1)
            .unwrap_or_default()
            .trim()
            .to_owned();
        ManifestError::Invalid {
            path: self.path.clone(),
            line,
            text,
            problem,
        }
    }

    /// Parses the text, takes the manifest's part of a Cargo.toml, lays the variant over it, parts
    /// it into packages, of which only those with these names are kept (all where there are none),
    /// and expands variables.
    pub(super) fn parts(
        &self,
        variant: Option<&str>,
        packages: &[String],
        environment: &Environment,
    ) -> Result<Vec<Part<'_>>, ManifestError> {
        let parsed = DeTable::parse(&self.text).map_err(|e| self.syntax(&e))?;
        let span = parsed.span();
        let mut table = parsed.into_inner();
        if self
            .path
            .file_name()
            .is_some_and(|name| name == "Cargo.toml")
        {
            let of_cargo_deb = self.text.contains("package.metadata.deb");
            table = take_cargo_metadata(table).ok_or_else(|| ManifestError::NoCargoMetadata {
                path: self.path.clone(),
                of_cargo_deb,
            })?;
        }
        self.overlay_variant(&mut table, variant)?;
        let mut parts = self.part(Spanned::new(span, table), packages)?;
        for part in &mut parts {
            self.refuse_lists(part.table.get_ref())?;
            self.expand_table(part.table.get_mut(), environment, &mut Vec::new())?;
        }
        Ok(parts)
    }

    /// Refuses lists where tables belong: serde would take the values for those of the keys in their
    /// order.
    fn refuse_lists(&self, table: &DeTable<'_>) -> Result<(), ManifestError> {
        let alternatives = table.get("alternatives").map(Spanned::get_ref);
        let alternatives = alternatives.and_then(DeValue::as_table);
        let is_table = |key: &str| TABLES.contains(&key);
        let tables = table.iter().filter(|(key, _)| is_table(key.get_ref()));
        for (_, value) in tables.chain(alternatives.into_iter().flatten()) {
            if value.get_ref().is_array() {
                let problem = Problem::WrongType {
                    found: "list".to_owned(),
                    expected: "a table".to_owned(),
                };
                return Err(self.error(Some(value.span()), problem));
            }
        }
        Ok(())
    }

    /// Returns the error of a text that is no TOML.
    fn syntax(&self, error: &toml::de::Error) -> ManifestError {
        let span = error.span();
        let line = self.line(span.as_ref().map_or(0, |span| span.start));
        let line = self.text.lines().nth(line - 1).unwrap_or_default();
        let problem = match foreign::of_syntax(line) {
            Some(hint) => Problem::InvalidValue {
                message: error.message().to_owned(),
                hint: Some(hint),
            },
            None => Problem::Syntax(error.message().to_owned()),
        };
        self.error(span, problem)
    }

    fn overlay_variant(
        &self,
        table: &mut DeTable<'_>,
        variant: Option<&str>,
    ) -> Result<(), ManifestError> {
        let variants = match table.remove("variant") {
            None => DeTable::new(),
            Some(value) => {
                let span = value.span();
                match value.into_inner() {
                    DeValue::Table(variants) => variants,
                    other => {
                        let problem = Problem::WrongType {
                            found: other.type_str().to_owned(),
                            expected: "a table for each variant".to_owned(),
                        };
                        return Err(self.error(Some(span), problem));
                    }
                }
            }
        };
        let Some(wanted) = variant else { return Ok(()) };
        let known: Vec<String> = variants
            .keys()
            .map(|key| key.get_ref().to_string())
            .collect();
        let overlay = variants
            .into_iter()
            .find(|(key, _)| key.get_ref() == wanted)
            .map(|(_, value)| value.into_inner());
        match overlay {
            Some(DeValue::Table(overlay)) => {
                lay_over(table, overlay);
                Ok(())
            }
            _ => Err(ManifestError::UnknownVariant {
                path: self.path.clone(),
                variant: wanted.to_owned(),
                known,
            }),
        }
    }

    /// Returns the problem that an error of serde reports.
    pub(super) fn problem(&self, error: &toml::de::Error) -> Problem {
        let problem = Problem::from_serde(error.message());
        let place = error.span().map(|span| span.start);
        let of_place = |hint: fn(&str, usize) -> Option<String>| {
            place.and_then(|place| hint(&self.text, place))
        };
        let hint = of_place(misplaced::hint)
            .or_else(|| foreign::hint(&problem))
            .or_else(|| of_place(foreign::without_quotes));
        match hint {
            Some(hint) => Problem::InvalidValue {
                message: problem.to_string(),
                hint: Some(hint),
            },
            None => problem,
        }
    }

    fn expand_table(
        &self,
        table: &mut DeTable<'_>,
        environment: &Environment,
        keys: &mut Vec<String>,
    ) -> Result<(), ManifestError> {
        self.expand_keys(table, environment)?;
        for (key, value) in table.iter_mut() {
            // The author's shell has variables of its own, `$old_version` among them.
            if keys.is_empty() && ["hooks", "scripts"].contains(&key.get_ref().as_ref()) {
                continue;
            }
            keys.push(key.get_ref().to_string());
            self.expand_value(value, environment, keys)?;
            keys.pop();
        }
        Ok(())
    }

    /// Expands variables in keys: paths of `[files]` have some.
    fn expand_keys(
        &self,
        table: &mut DeTable<'_>,
        environment: &Environment,
    ) -> Result<(), ManifestError> {
        let written: Vec<_> = table
            .keys()
            .filter(|it| it.get_ref().contains('$'))
            .cloned()
            .collect();
        for key in written {
            let place = || Some(key.span());
            let expanded = expand(key.get_ref(), environment, false)
                .map_err(|problem| self.error(place(), problem))?;
            let Some(value) = table.remove(key.get_ref().as_ref()) else {
                continue;
            };
            if table.contains_key(expanded.as_str()) {
                let problem = Problem::SameKey { key: expanded };
                return Err(self.error(place(), problem));
            }
            table.insert(Spanned::new(key.span(), expanded.into()), value);
        }
        Ok(())
    }

    fn expand_value(
        &self,
        value: &mut Spanned<DeValue<'_>>,
        environment: &Environment,
        keys: &mut Vec<String>,
    ) -> Result<(), ManifestError> {
        let span = value.span();
        match value.get_mut() {
            DeValue::String(text) if text.contains('$') => {
                *text = expand(text, environment, relations::is_field(keys))
                    .map_err(|problem| self.error(Some(span), problem))?
                    .into();
            }
            DeValue::Array(values) => {
                for value in values.iter_mut() {
                    self.expand_value(value, environment, keys)?;
                }
            }
            DeValue::Table(table) => self.expand_table(table, environment, keys)?,
            _ => {}
        }
        Ok(())
    }
}

/// Tables for which `false` says something of its own, or that no package can do without.
const NEVER_LEFT_OUT: [&str; 2] = ["package", "user"];

/// Tables of entries that the author names, each of which can be left out as well.
pub(super) const OF_ENTRIES: [&str; 2] = ["files", "units"];

/// Tables of texts, each of which is left out where it is empty in the upper one.
const OF_TEXTS: [&str; 2] = ["package", "control-files"];

/// Returns whether a package may be without a table; there is nothing to leave out where none is there.
pub(super) fn may_be_left_out(table: &str) -> bool {
    TABLES.contains(&table) && !NEVER_LEFT_OUT.contains(&table)
}

/// Lays a table over a manifest: see [`merge`]. A table of the manifest that is `false` in the other
/// is left out, and so are an entry of `[files]` and `[units]`, and a text of `[package]` and
/// `[control-files]` that is empty there.
pub(super) fn lay_over<'i>(base: &mut DeTable<'i>, mut overlay: DeTable<'i>) {
    leave_out(base, &mut overlay, |key, value| {
        value.is_table() && !NEVER_LEFT_OUT.contains(&key)
    });
    for table in TABLES.into_iter().filter(|it| may_be_left_out(it)) {
        if overlay.get(table).and_then(|it| it.get_ref().as_bool()) == Some(false) {
            overlay.remove(table);
        }
    }
    for name in OF_ENTRIES {
        let below = base.get_mut(name).map(Spanned::get_mut);
        let above = overlay.get_mut(name).map(Spanned::get_mut);
        if let (Some(DeValue::Table(below)), Some(DeValue::Table(above))) = (below, above) {
            leave_out(below, above, |_, _| true);
        }
    }
    for name in OF_TEXTS {
        let below = base.get_mut(name).map(Spanned::get_mut);
        let above = overlay.get_mut(name).map(Spanned::get_mut);
        if let (Some(DeValue::Table(below)), Some(DeValue::Table(above))) = (below, above) {
            leave_out_if(
                below,
                above,
                |value| value.as_str() == Some(""),
                |_, _| true,
            );
        }
    }
    merge(base, overlay);
}

/// Takes out of both tables what is `false` in the upper one and may be left out of the lower one.
fn leave_out<'i>(
    base: &mut DeTable<'i>,
    overlay: &mut DeTable<'i>,
    may_be: impl Fn(&str, &DeValue<'i>) -> bool,
) {
    leave_out_if(
        base,
        overlay,
        |value| value.as_bool() == Some(false),
        may_be,
    );
}

/// Takes out of both tables what is so in the upper one and may be left out of the lower one.
fn leave_out_if<'i>(
    base: &mut DeTable<'i>,
    overlay: &mut DeTable<'i>,
    is_so: impl Fn(&DeValue<'i>) -> bool,
    may_be: impl Fn(&str, &DeValue<'i>) -> bool,
) {
    let keys = overlay.iter().filter(|(_, value)| is_so(value.get_ref()));
    let keys: Vec<String> = keys.map(|(key, _)| key.get_ref().to_string()).collect();
    for key in keys {
        let below = base.get(key.as_str());
        if below.is_some_and(|below| may_be(&key, below.get_ref())) {
            base.remove(key.as_str());
            overlay.remove(key.as_str());
        }
    }
}

/// Merges one table into another: tables are merged, all other values are replaced.
fn merge<'i>(base: &mut DeTable<'i>, overlay: DeTable<'i>) {
    for (key, value) in overlay {
        let below = base.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut);
        match (below, value) {
            (Some(DeValue::Table(below)), value) if value.get_ref().is_table() => {
                if let DeValue::Table(above) = value.into_inner() {
                    merge(below, above);
                }
            }
            (_, value) => {
                base.remove(key.get_ref().as_ref());
                base.insert(key, value);
            }
        }
    }
}

/// Returns the table `[package.metadata.reldeb]`, or else `[workspace.metadata.reldeb]`; `None`
/// where there is neither.
fn take_cargo_metadata(mut table: DeTable<'_>) -> Option<DeTable<'_>> {
    ["package", "workspace"].into_iter().find_map(|place| {
        let mut value = table.remove(place)?.into_inner();
        for key in ["metadata", "reldeb"] {
            let DeValue::Table(mut inner) = value else {
                return None;
            };
            value = inner.remove(key)?.into_inner();
        }
        match value {
            DeValue::Table(table) => Some(table),
            _ => None,
        }
    })
}

/// Expands `$VAR`, `${VAR}` and `${VAR:-default}`; `$$` is a dollar sign. In a relation, Debian's own
/// words for the package's version stay.
fn expand(text: &str, environment: &Environment, is_relation: bool) -> Result<String, Problem> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        expanded.push_str(&rest[..dollar]);
        let mut own = OWN_VERSION.iter().filter(|_| is_relation);
        if let Some(own) = own.find(|own| rest[dollar..].starts_with(*own)) {
            expanded.push_str(own);
            rest = &rest[dollar + own.len()..];
            continue;
        }
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            expanded.push('$');
            rest = after;
            continue;
        }
        let (name, default, after) = reference(rest)?;
        match (environment.get(name), default) {
            // As in the shell, `:-` also covers a variable that is set but empty.
            (Some(value), None) => expanded.push_str(value),
            (Some(value), Some(_)) if !value.is_empty() => expanded.push_str(value),
            (_, Some(default)) => expanded.push_str(default),
            (None, None) => return Err(Problem::UnsetVariable(name.to_owned())),
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// Splits the text after a dollar sign into name, default and the rest.
fn reference(text: &str) -> Result<(&str, Option<&str>, &str), Problem> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let malformed = || Problem::MalformedVariable(format!("${text}"));
    let (inner, after) = if let Some(braced) = text.strip_prefix('{') {
        let end = braced.find('}').ok_or_else(malformed)?;
        (&braced[..end], &braced[end + 1..])
    } else {
        let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
        (&text[..end], &text[end..])
    };
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    let starts_well = name.starts_with(|c: char| is_name(c) && !c.is_ascii_digit());
    if !starts_well || !name.chars().all(is_name) {
        return Err(malformed());
    }
    Ok((name, default, after))
}

/// Returns the file that a manifest is read from when none is named.
pub(super) fn find(directory: &Path) -> Option<PathBuf> {
    ["reldeb.toml", "Cargo.toml"]
        .into_iter()
        .map(|name| {
            if directory == Path::new(".") {
                name.into()
            } else {
                directory.join(name)
            }
        })
        .find(|path| path.symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_expanded() {
        let environment =
            Environment::from([("A".into(), "1".into()), ("EMPTY".into(), String::new())]);
        let case = |text: &str, expected: Result<&str, &str>| {
            let got = expand(text, &environment, false).map_err(|problem| problem.to_string());
            assert_eq!(got.as_deref().map_err(String::as_str), expected, "{text}");
        };
        case("plain", Ok("plain"));
        case("$A", Ok("1"));
        case("x${A}y$A/z", Ok("x1y1/z"));
        case("${B:-two}", Ok("two"));
        case("${A:-two}", Ok("1"));
        case("${EMPTY:-two}", Ok("two"));
        case("$EMPTY", Ok(""));
        case("$$A", Ok("$A"));
        case("$B", Err("variable `B` is not set"));
        case("${B}", Err("variable `B` is not set"));
        case("${B", Err("`${B` is no variable"));
        case("a $ b", Err("`$ b` is no variable"));
        case("$1", Err("`$1` is no variable"));
        case(OWN_VERSION[0], Err("`${binary:Version}` is no variable"));
        let relation = "a (= ${binary:Version}), b (= ${source:Version}), c (= $A)";
        let expanded = "a (= ${binary:Version}), b (= ${source:Version}), c (= 1)";
        assert_eq!(
            expand(relation, &environment, true).as_deref(),
            Ok(expanded)
        );
    }
}
