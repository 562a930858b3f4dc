//! The version, of which cargo-deb makes another than a build does.

use super::super::files::key;
use super::super::model::Model;
use super::super::node::{Fault, Table};
use super::super::notes::Notes;
use super::Crate;
use crate::debian::Version;
use crate::manifest::draft::Value;

impl Crate<'_> {
    /// Adds the version, where a build does not find it, and the revision.
    pub(super) fn version(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let written = &*self.cargo.version;
        if self.writes_version {
            model.set("package", "version", version_of("upstream", written));
        }
        let revision = match table.text("revision")? {
            None => "1",
            Some("0") => "",
            Some(revision) => revision,
        };
        let mut theirs = spelled(written);
        if !revision.is_empty() {
            model.set("package", "revision", revision);
            theirs = format!("{theirs}-{revision}");
        }
        let ours = Version::from_release(written).map(|it| it.version);
        let ours = match ours {
            Ok(version) if !revision.is_empty() => version.with_revision(revision),
            other => other,
        };
        // What is wrong with a version is said by the build.
        if let (Ok(ours), Ok(known)) = (ours, theirs.parse::<Version>())
            && ours < known
        {
            model.comment(
                "package",
                format!(
                    "cargo-deb calls this {theirs}, which is higher than {ours}; a line for this version alone keeps it:"
                ),
            );
            model.propose("package", "version", version_of("exact", &theirs));
            notes.differs(
                self.own.line("version"),
                &format!("the version is `{ours}`, which is lower than `{theirs}` of cargo-deb"),
                &format!(
                    "APT takes it for a downgrade where that one is installed: `epoch = 1` below `[package]` is higher \
                     from now on, `version = {{ exact = \"{theirs}\" }}` the same this time"
                ),
            );
        }
        Ok(())
    }
}

fn version_of(source: &str, text: &str) -> Value {
    Value::Table(vec![key(source, text)])
}

/// Returns a version as cargo-deb writes it: a pre-release has its `~` only where it has digits and more.
fn spelled(version: &str) -> String {
    match version.split_once('-') {
        Some((numbers, pre))
            if pre.contains(|c: char| c.is_ascii_digit())
                && pre.contains(|c: char| !c.is_ascii_digit()) =>
        {
            format!("{numbers}~{pre}")
        }
        _ => version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right column is what cargo-deb 3.8.0 has written, without its revision.
    #[test]
    fn versions_are_those_of_cargo_deb() {
        for (version, expected) in [
            ("1.0.0", "1.0.0"),
            ("1.0.0-dev", "1.0.0-dev"),
            ("1.0.0-alpha", "1.0.0-alpha"),
            ("1.0.0-alpha.1", "1.0.0~alpha.1"),
            ("1.0.0-RC1", "1.0.0~RC1"),
            ("1.0.0-0.3.7", "1.0.0~0.3.7"),
            ("1.0.0-20240101", "1.0.0-20240101"),
            ("1.0.0-x-y", "1.0.0-x-y"),
            ("1.0.0+build.1", "1.0.0+build.1"),
            ("1.0.0+git-1", "1.0.0+git-1"),
            ("1.0.0-dev+alpha", "1.0.0-dev+alpha"),
            ("1.0.0-dev+b-1", "1.0.0~dev+b-1"),
        ] {
            assert_eq!(spelled(version), expected);
        }
    }
}
