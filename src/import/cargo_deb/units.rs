//! The units of cargo-deb, found by their names as debhelper does, as lines of `[units]`.

use std::path::{Path, PathBuf};

use super::super::files::{self, key, unit_name, with_source};
use super::super::model::Model;
use super::super::node::{Content, Fault, Node, Table};
use super::super::notes::Notes;
use super::assets::Asset;
use super::{Crate, Section};
use crate::fs;
use crate::manifest::draft::{Text, Value};

/// The part that stands behind the package's name, and the type, in the order of cargo-deb.
const TYPES: [(&str, &str); 12] = [
    ("", "mount"),
    ("", "path"),
    ("@", "path"),
    ("", "service"),
    ("@", "service"),
    ("", "socket"),
    ("@", "socket"),
    ("", "target"),
    ("@", "target"),
    ("", "timer"),
    ("@", "timer"),
    ("", "tmpfile"),
];

/// The keys of `systemd-units`.
const KEYS: [&str; 6] = [
    "unit-scripts",
    "unit-name",
    "enable",
    "start",
    "restart-after-upgrade",
    "stop-on-upgrade",
];

impl Crate<'_> {
    /// Adds the units.
    pub(super) fn units(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let settings = settings(&section.table)?;
        let Some(node) = section.table.get("systemd-units") else {
            return Ok(());
        };
        if section.table.get("maintainer-scripts").is_none() {
            notes.differs(
                Some(node.line),
                "the units are enabled and started",
                "cargo-deb does nothing with them where `maintainer-scripts` is missing",
            );
        }
        for table in &settings {
            self.units_of(table, node.line, section, model, notes)?;
        }
        // What lies there as an asset is registered as well.
        let last = settings.last().copied();
        for asset in &section.assets {
            if let Asset::File(file) = asset
                && let Some(table) = last
            {
                let mut dest = files::target(&file.dest, file.line, &mut Notes::default());
                if dest.ends_with('/') {
                    dest.push_str(file.source.rsplit('/').next().unwrap_or_default());
                }
                if let Some(name) = unit_name(&dest) {
                    let value = self.unit(Path::new(&file.source), name, table, false)?;
                    model.set("units", name, value);
                }
            }
        }
        Ok(())
    }

    /// Adds the units that one table of `systemd-units` names.
    fn units_of(
        &self,
        table: &Table,
        line: usize,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        for (name, line) in table.others(&KEYS) {
            notes.left_out(Some(line), &format!("`{name}` is not known"), "");
        }
        let folder = match table.text("unit-scripts")? {
            Some(folder) => folder,
            None => section
                .table
                .text("maintainer-scripts")?
                .unwrap_or("systemd"),
        };
        let unit = table.text("unit-name")?;
        let mut found = self.find(folder, &section.name, unit);
        if found.is_empty() {
            found = self.find(folder, &self.cargo.name, unit);
        }
        if found.is_empty() {
            model.comment("units", format!("`{folder}` has no unit of the package."));
            notes.left_out(
                Some(line),
                &format!("`{folder}` has no unit of `{}`", section.name),
                "name the units below `[units]`",
            );
        }
        let names: Vec<String> = found.iter().map(|(_, name)| name.clone()).collect();
        for (source, name) in found {
            if let Some(other) = starter(&name, &names) {
                notes.differs(
                    Some(line),
                    &format!("`{name}` is not started at the installation"),
                    &format!("`{other}` starts it when it is time"),
                );
                let value = self.unit(&source, &name, table, true)?;
                model.set("units", name, value);
            } else if let Some(name) = name.strip_suffix(".tmpfile") {
                let target = format!("/usr/lib/tmpfiles.d/{name}.conf");
                model.set("files", target, self.source(&source));
            } else {
                let value = self.unit(&source, &name, table, false)?;
                model.set("units", name, value);
            }
        }
        Ok(())
    }

    /// Returns the units of a package in a folder, with their names.
    fn find(&self, folder: &str, package: &str, unit: Option<&str>) -> Vec<(PathBuf, String)> {
        let mut found: Vec<(PathBuf, String)> = Vec::new();
        for (sign, kind) in TYPES {
            let named = format!("{package}{sign}");
            let Some(path) = self.package_file(folder, package, &named, kind, unit) else {
                continue;
            };
            let stem = unit.map_or(named, |unit| format!("{unit}{sign}"));
            if !found.iter().any(|(known, _)| *known == path) {
                found.push((path, format!("{stem}.{kind}")));
            }
        }
        found
    }

    /// Returns the file that debhelper would take: `PACKAGE.UNIT.KIND` before `UNIT.KIND`, `PACKAGE.KIND`
    /// and `KIND`.
    pub(super) fn package_file(
        &self,
        folder: &str,
        package: &str,
        named: &str,
        kind: &str,
        unit: Option<&str>,
    ) -> Option<PathBuf> {
        let mut candidates = Vec::new();
        if let Some(unit) = unit {
            candidates.push(format!("{named}.{unit}.{kind}"));
            if package == named {
                candidates.push(format!("{unit}.{kind}"));
            }
        }
        candidates.push(format!("{named}.{kind}"));
        if package == named {
            candidates.push(kind.to_owned());
        }
        let paths = candidates
            .into_iter()
            .map(|name| Path::new(folder).join(name));
        paths
            .into_iter()
            .find(|path| self.home.join(path).is_file())
    }

    /// Returns the value of a unit: what differs from reldeb's own choice is written.
    fn unit(
        &self,
        source: &Path,
        name: &str,
        table: &Table,
        is_started_by_another: bool,
    ) -> Result<Value, Fault> {
        let text = fs::read_small(&self.home.join(source)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let installs = text.lines().any(|line| line.starts_with("[Install]"));
        let enables = table.boolean("enable")?.unwrap_or(true);
        let starts = table.boolean("start")?.unwrap_or(true);
        let restarts = table.boolean("restart-after-upgrade")?.unwrap_or(true);
        let stops = table.boolean("stop-on-upgrade")?.unwrap_or(true);
        let mut more: Vec<(Text, Value)> = Vec::new();
        let is_template = name.contains("@.");
        if !enables && installs && !is_template {
            more.push(key("enable", false));
        }
        if !is_template && !is_started_by_another && starts != (enables && installs) {
            more.push(key("start", starts));
        }
        match (restarts, stops) {
            (true, _) => {}
            (false, true) => more.push(key("on-upgrade", "stop-start")),
            (false, false) => more.push(key("on-upgrade", "none")),
        }
        Ok(with_source(Value::from(self.source(source)), more))
    }
}

/// Returns the timer, socket or path unit that starts a service.
fn starter<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let stem = name.strip_suffix(".service")?;
    let mut names = names.iter().map(String::as_str);
    names.find(|other| {
        let kind = other.strip_prefix(stem);
        kind.is_some_and(|kind| [".timer", ".socket", ".path"].contains(&kind))
    })
}

/// Returns the tables of `systemd-units`, which may be one.
pub(super) fn settings(table: &Table) -> Result<Vec<&Table>, Fault> {
    let Some(node) = table.get("systemd-units") else {
        return Ok(Vec::new());
    };
    let nodes: Vec<&Node> = match &node.content {
        Content::List(list) => list.iter().collect(),
        _ => vec![node],
    };
    let tables = nodes.into_iter();
    tables.map(|node| node.as_table("systemd-units")).collect()
}
