//! `[packages.NAME]`: several packages of one manifest. Each is the rest of the manifest, which they
//! share, with its own table laid over it.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ManifestError, Problem};
use super::source::{ManifestText, lay_over};
use crate::debian::{PackageName, PackageNameError};

/// One package of a manifest, before it is read.
pub(super) struct Part<'i> {
    /// The packages of the manifest; empty where it has no `[packages]`.
    pub(super) packages: Vec<PackageName>,
    /// The tables of this one.
    pub(super) table: Spanned<DeTable<'i>>,
}

/// A package that the manifest lists: its name with its place, and its table.
struct Listed<'i> {
    name: PackageName,
    span: Range<usize>,
    overlay: DeTable<'i>,
}

impl ManifestText {
    /// Parts a manifest into its packages, in their order in the text. Of those that it lists, only
    /// the ones with these names are returned, all where there are none.
    pub(super) fn part<'i>(
        &self,
        mut table: Spanned<DeTable<'i>>,
        names: &[String],
    ) -> Result<Vec<Part<'i>>, ManifestError> {
        let Some(written) = table.get_mut().remove("packages") else {
            let packages = Vec::new();
            return Ok(vec![Part { packages, table }]);
        };
        let listed = self.listed(written)?;
        let packages: Vec<_> = listed.iter().map(|it| it.name.clone()).collect();
        self.check_chosen(names, &packages)?;
        self.check_shared_name(table.get_ref(), &packages)?;
        let chosen = listed.into_iter().filter(|listed| {
            let mut names = names.iter();
            names.len() == 0 || names.any(|name| name == listed.name.as_str())
        });
        let part = |listed: Listed<'i>| {
            let mut table = table.clone();
            lay_over(table.get_mut(), self.named(listed)?);
            let packages = packages.clone();
            Ok(Part { packages, table })
        };
        chosen.map(part).collect()
    }

    /// Reads the names of `[packages]`, each with its table.
    fn listed<'i>(&self, written: Spanned<DeValue<'i>>) -> Result<Vec<Listed<'i>>, ManifestError> {
        let span = written.span();
        let packages = self.table_in(written, "a table for each package")?;
        if packages.is_empty() {
            let message = "`packages` names no package".to_owned();
            let hint = Some("write `[packages.NAME]` for each, or leave it out".to_owned());
            return Err(self.error(Some(span), Problem::InvalidValue { message, hint }));
        }
        let mut listed = Vec::new();
        for (key, value) in packages {
            let span = key.span();
            let name = key.get_ref().parse().map_err(|error: PackageNameError| {
                let (message, hint) = (error.to_string(), error.hint());
                self.error(Some(span.clone()), Problem::InvalidValue { message, hint })
            })?;
            let overlay = self.table_in(value, "a table")?;
            listed.push(Listed {
                name,
                span,
                overlay,
            });
        }
        listed.sort_by_key(|listed| listed.span.start);
        Ok(listed)
    }

    fn table_in<'i>(
        &self,
        value: Spanned<DeValue<'i>>,
        expected: &str,
    ) -> Result<DeTable<'i>, ManifestError> {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(table) => Ok(table),
            other => {
                let problem = Problem::WrongType {
                    found: other.type_str().to_owned(),
                    expected: expected.to_owned(),
                };
                Err(self.error(Some(span), problem))
            }
        }
    }

    /// Returns the table of a package with its name in it.
    fn named<'i>(&self, listed: Listed<'i>) -> Result<DeTable<'i>, ManifestError> {
        let Listed {
            name,
            span,
            mut overlay,
        } = listed;
        let at_name = |value: DeValue<'i>| Spanned::new(span.clone(), value);
        let key = |text: &'static str| Spanned::new(span.clone(), Cow::Borrowed(text));
        let package = overlay
            .entry(key("package"))
            .or_insert_with(|| at_name(DeValue::Table(DeTable::new())));
        // Any other type is told of where it is read.
        if let DeValue::Table(package) = package.get_mut() {
            if let Some(written) = package.remove("name")
                && written.get_ref().as_str() != Some(name.as_str())
            {
                let message = format!("`name` is not that of its table `[packages.{name}]`");
                let hint = Some("leave `name` out".to_owned());
                let problem = Problem::InvalidValue { message, hint };
                return Err(self.error(Some(written.span()), problem));
            }
            let name = DeValue::String(Cow::Owned(name.to_string()));
            package.insert(key("name"), at_name(name));
        }
        Ok(overlay)
    }

    /// Checks that each name that was asked for is that of a package.
    fn check_chosen(&self, names: &[String], known: &[PackageName]) -> Result<(), ManifestError> {
        let is_unknown = |name: &&String| known.iter().all(|known| known.as_str() != *name);
        match names.iter().find(is_unknown) {
            None => Ok(()),
            Some(unknown) => Err(self.unknown_package(unknown, known)),
        }
    }

    /// Returns the error for a name that none of these packages has.
    pub(super) fn unknown_package(&self, name: &str, known: &[PackageName]) -> ManifestError {
        ManifestError::UnknownPackage {
            path: self.path.clone(),
            package: name.to_owned(),
            known: known.to_vec(),
        }
    }

    /// Checks the name beside `[packages]`: what all share is no package by itself, so it is one of
    /// theirs or nothing.
    fn check_shared_name(
        &self,
        table: &DeTable<'_>,
        packages: &[PackageName],
    ) -> Result<(), ManifestError> {
        let package = table.get("package").map(Spanned::get_ref);
        let name = package
            .and_then(DeValue::as_table)
            .and_then(|it| it.get("name"));
        let Some((name, span)) =
            name.and_then(|name| Some((name.get_ref().as_str()?, name.span())))
        else {
            return Ok(());
        };
        if packages.iter().any(|package| package.as_str() == name) {
            return Ok(());
        }
        let message = format!("`{name}` is none of the `[packages]`, and only these are built");
        let hint = format!("write `[packages.{name}]` too, or leave `name` out");
        let problem = Problem::InvalidValue {
            message,
            hint: Some(hint),
        };
        Err(self.error(Some(span), problem))
    }
}
