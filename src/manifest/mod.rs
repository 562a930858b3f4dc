//! `Manifest`: the TOML as written, with the place of everything that can be wrong later.

mod capability;
mod cargo_table;
mod check_table;
mod checked;
mod completions_table;
mod dependency;
mod document_tables;
pub(crate) mod draft;
mod error;
mod foreign;
mod installed_size;
mod lines;
mod misplaced;
mod packages;
mod publish_table;
mod registry_tables;
mod registry_values;
mod relations;
mod schema;
mod scripts_table;
mod service_values;
mod source;
mod spanned;
mod tables;
mod units_table;
mod version_table;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

pub(crate) use capability::{Capability, FileCapabilities};
pub(crate) use cargo_table::{CargoProfile, CargoTable};
pub(crate) use checked::{Checked, Hinted, ListOrText, OffOr, TextOr};
pub(crate) use error::InvalidValue;
pub use error::{ManifestError, Problem};
pub(crate) use installed_size::InstalledSize;
pub(crate) use lines::Lines;
pub(crate) use publish_table::PublishTable;
pub(crate) use registry_tables::*;
pub(crate) use registry_values::{AlternativeName, LintianTag, MemberName, Reason, TriggerName};
pub(crate) use relations::Family;
pub(crate) use relations::KEYS as RELATION_KEYS;
pub use schema::schema;
pub(crate) use service_values::{
    DirectiveName, DirectiveValue, LimitName, LimitValue, SectionName, SymlinkTarget, VariableName,
    VariableValue, WholeUnitName,
};
pub use source::Environment;
pub use spanned::Spanned;
pub(crate) use tables::*;
pub(crate) use units_table::{UnitFile, UnitTable};
pub(crate) use version_table::{Epoch, VersionQuestion, VersionSource, VersionTable};

use crate::debian::PackageName;
use crate::finding::Location;
use crate::fs;

/// A package of a manifest that was read: its tables, with their places in the text.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The tables of the manifest.
    pub tables: Tables,
    /// All packages that the manifest lists; empty where it makes one, without `[packages]`.
    pub packages: Vec<PackageName>,
    source: Arc<source::ManifestText>,
}

impl Manifest {
    /// Returns the file that is read where this path, of a file or a folder, is named.
    #[must_use]
    pub(crate) fn file_at(path: &Path) -> Option<PathBuf> {
        if path.is_dir() {
            return source::find(path);
        }
        Some(path.to_owned())
    }

    /// Reads the manifest at `path`, or where that is a folder, the `reldeb.toml` or
    /// `Cargo.toml` in it; lays the `[variant.NAME]` over it and expands `$VAR` from `environment`.
    /// Returns the packages with these names, or all where none is named.
    ///
    /// # Errors
    /// [`ManifestError`] names file and line.
    pub fn read(
        path: &Path,
        variant: Option<&str>,
        packages: &[String],
        environment: &Environment,
    ) -> Result<Vec<Self>, ManifestError> {
        let file = Self::file_at(path).ok_or_else(|| ManifestError::NotFound {
            directory: path.to_owned(),
        })?;
        let text = fs::read_to_string(&file)?;
        Self::parse_some(file, text, variant, packages, environment)
    }

    /// Parses the text of a manifest and returns all its packages; `path` names it in errors, and its folder is where the
    /// manifest's relative paths start.
    ///
    /// # Errors
    /// [`ManifestError`] names file and line.
    pub fn parse(
        path: PathBuf,
        text: String,
        variant: Option<&str>,
        environment: &Environment,
    ) -> Result<Vec<Self>, ManifestError> {
        Self::parse_some(path, text, variant, &[], environment)
    }

    fn parse_some(
        path: PathBuf,
        text: String,
        variant: Option<&str>,
        names: &[String],
        environment: &Environment,
    ) -> Result<Vec<Self>, ManifestError> {
        let source = Arc::new(source::ManifestText::new(path, text));
        let parts = source.parts(variant, names, environment)?;
        let manifest = |part: packages::Part<'_>| {
            let manifest = Self {
                tables: Tables::deserialize(toml::de::Deserializer::from(part.table))
                    .map_err(|e| source.error(e.span(), source.problem(&e)))?,
                packages: part.packages,
                source: Arc::clone(&source),
            };
            misplaced::check(&manifest.tables, &source.text)
                .map_err(|error| manifest.locate(error))?;
            manifest.check_name(names)?;
            Ok(manifest)
        };
        parts.into_iter().map(manifest).collect()
    }

    /// Checks the names that were asked for where the manifest makes one package.
    fn check_name(&self, names: &[String]) -> Result<(), ManifestError> {
        if !self.packages.is_empty() {
            return Ok(());
        }
        let name = self.tables.package.name.as_ref();
        let known: Vec<_> = name
            .map(|name| name.get_ref().0.clone())
            .into_iter()
            .collect();
        let is_unknown = |name: &&String| known.iter().all(|known| known.as_str() != *name);
        let unknown = names.iter().find(is_unknown);
        unknown.map_or(Ok(()), |name| {
            Err(self.source.unknown_package(name, &known))
        })
    }

    /// Returns the folder where relative paths start.
    #[must_use]
    pub fn directory(&self) -> &Path {
        match self.source.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// Returns the path of the manifest.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// Returns a path of the manifest as the process can open it.
    #[must_use]
    pub fn resolve(&self, path: &str) -> PathBuf {
        let directory = self.directory();
        if directory == Path::new(".") {
            PathBuf::from(path)
        } else {
            directory.join(path)
        }
    }

    /// Returns a hint on the path that a source leads to, where it is another than the source itself.
    pub(crate) fn looked_for(&self, source: &str) -> Option<String> {
        let path = self.resolve(source);
        (path != Path::new(source)).then(|| format!("looked for `{}`", path.display()))
    }

    /// Returns the error with the line of the text that it speaks of.
    #[must_use]
    pub fn locate(&self, error: InvalidValue) -> ManifestError {
        let InvalidValue {
            span,
            message,
            hint,
        } = error;
        self.source
            .error(Some(span), Problem::InvalidValue { message, hint })
    }

    /// Returns the place of a value, for the findings about it.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Location {
        Location::of_manifest(self.path(), self.line(span))
    }

    /// Returns the line of a place, counted from 1.
    #[must_use]
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.source.line(span.start)
    }
}
