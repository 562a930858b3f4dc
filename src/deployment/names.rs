//! Names that are Debian's own: a service under one of them would take over a user, a directory, a
//! service or a program that the machine needs, and its removal would delete it.

use std::ops::Range;

use super::DeploymentError;
use crate::debian::{PackageName, reserved};
use crate::manifest::{InvalidValue, Tables};

/// Refuses the name of a package that is one of Debian's base system.
pub(super) fn check_package(tables: &Tables, name: &PackageName) -> Result<(), DeploymentError> {
    if !reserved::is_package(name.as_str()) {
        return Ok(());
    }
    let message =
        format!("package `{name}` is one of Debian's base system, which this one would replace");
    let span = tables
        .package
        .name
        .as_ref()
        .map(crate::manifest::Spanned::span);
    Err(refuse(span, message, other_package(name)))
}

/// Returns the hint to call the package by another name.
pub(super) fn other_package(name: &PackageName) -> String {
    let other = other(name.as_str(), |name| {
        reserved::is_package(name) || reserved::is_account(name)
    });
    format!("write another name below `[package]`, such as `name = \"{other}\"`")
}

/// Returns the error for a name, with its place where the manifest has it.
pub(super) fn refuse(span: Option<Range<usize>>, message: String, hint: String) -> DeploymentError {
    match span {
        Some(span) => InvalidValue::new(span, message, Some(hint)).into(),
        None => DeploymentError::Name { message, hint },
    }
}

/// Returns the error for a package's name from which no other name can be made.
pub(super) fn of_package(error: &impl std::fmt::Display, table: &str) -> DeploymentError {
    let message = error.to_string();
    let hint = format!("write `name = \"…\"` below `{table}`");
    DeploymentError::Name { message, hint }
}

/// Returns a name that is not taken.
pub(super) fn other(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let other = format!("{name}-service");
    if is_taken(&other) {
        return format!("my-{name}");
    }
    other
}
