//! `Manifest`: the TOML as written, with the place of everything that can be wrong later.

mod capability;
mod checked;
mod completions_table;
mod dependency;
mod document_tables;
mod error;
mod scripts_table;
mod service_values;
mod source;
mod tables;
mod version_table;

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use capability::{Capability, FileCapabilities};
pub use checked::{Checked, FileMode, Hinted, ListOrText, OffOr, OtherFields, SuiteName, TextOr};
pub use completions_table::CompletionsTable;
pub use dependency::Dependency;
pub use document_tables::LicenseFile;
pub use error::{InvalidValue, ManifestError, Problem};
pub use scripts_table::ScriptsTable;
pub use service_values::{
    Argument, DirectiveName, DirectiveValue, LimitName, LimitValue, SectionName, ServiceValueError,
    SymlinkTarget, VariableName, VariableValue, WholeUnitName,
};
pub use source::Environment;
pub use tables::*;
pub use version_table::{Epoch, VersionSource, VersionTable};

use crate::fs;

/// A manifest that was read: its tables, with their places in the text.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The tables of the manifest.
    pub tables: Tables,
    source: source::ManifestText,
}

impl Manifest {
    /// Reads the manifest at `path`, or where that is a folder, the `reldeb.toml` or
    /// `Cargo.toml` in it; merges the `[variant.NAME]` into it and expands `$VAR` from
    /// `environment`.
    ///
    /// # Errors
    /// [`ManifestError`] names file and line.
    pub fn read(
        path: &Path,
        variant: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, ManifestError> {
        let file = if path.is_dir() {
            source::find(path).ok_or_else(|| ManifestError::NotFound {
                directory: path.to_owned(),
            })?
        } else {
            path.to_owned()
        };
        let text = fs::read_to_string(&file)?;
        Self::parse(file, text, variant, environment)
    }

    /// Parses the text of a manifest; `path` names it in errors, and its folder is where the
    /// manifest's relative paths start.
    ///
    /// # Errors
    /// [`ManifestError`] names file and line.
    pub fn parse(
        path: PathBuf,
        text: String,
        variant: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, ManifestError> {
        let source = source::ManifestText { path, text };
        let tables = {
            let table = source.table(variant, environment)?;
            Tables::deserialize(toml::de::Deserializer::from(table))
                .map_err(|e| source.error(e.span(), Problem::from_serde(e.message())))?
        };
        Ok(Self { tables, source })
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

    /// Returns the line of a place, counted from 1.
    #[must_use]
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.source.line(span.start)
    }
}
