//! The plan of the package that has the debug symbols.

use std::collections::BTreeSet;

use super::{Plan, PlanError};
use crate::debian::{BuildId, PackageName};

impl Plan {
    /// Returns the plan of the package with the debug symbols of this one, as debhelper makes such
    /// packages. It is written beside this one.
    ///
    /// # Errors
    /// [`PlanError`] where its name would be too long.
    pub fn of_debug_symbols(&self, build_ids: BTreeSet<BuildId>) -> Result<Self, PlanError> {
        let name = format!("{}-dbgsym", self.control.package);
        let name: PackageName = name.parse().map_err(|error| PlanError::FromRelease {
            message: format!("{error}"),
            hint: "write a shorter `name` below `[package]`".to_owned(),
        })?;
        let control = self.control.of_debug_symbols(name, build_ids);
        Ok(Self {
            output: self.output.with_file_name(control.file_name()),
            control,
            auto_depends: false,
            ..self.clone()
        })
    }
}
