//! `[package]` and `[build]`: who, what and where.

use std::path::Path;

use super::error::FpmError;
use super::line::Line;
use super::relations;
use super::{Author, template::Values};
use crate::debian::{MachineName, Maintainer, Version};
use crate::finding::{Finding, tags};
use crate::manifest::draft::{Draft, DraftTable, Value};

/// The version where none is given, as fpm has it.
const VERSION: &str = "1.0";

/// The facts that the options give of the package, as later steps need them.
#[derive(Debug)]
pub(super) struct About {
    name: String,
    version: String,
    iteration: Option<String>,
    epoch: Option<String>,
    /// `None`: that of the package's ELF files.
    pub(super) architecture: Option<String>,
    maintainer: String,
    description: Option<String>,
}

/// Reads who and what.
///
/// # Errors
/// [`FpmError`] about the value that cannot be taken.
pub(super) fn about(
    line: &mut Line,
    author: &Author,
    archive: Option<&str>,
) -> Result<About, FpmError> {
    let name = name(line, archive)?;
    let version = version(line)?;
    let architecture = match line.value(&["architecture"]) {
        None if line.value(&["input-type"]) == Some("empty") => Some("all".to_owned()),
        None => None,
        Some("native") => Some(debian_name(std::env::consts::ARCH)?),
        Some(written) => Some(debian_name(written)?),
    };
    Ok(About {
        name,
        version,
        iteration: text(line, "iteration"),
        epoch: text(line, "epoch"),
        architecture,
        maintainer: maintainer(line, author)?,
        description: text(line, "description").filter(|it| !it.trim().is_empty()),
    })
}

/// Returns the value of an option that is not empty.
fn text(line: &Line, option: &str) -> Option<String> {
    let value = line.value(&[option]).filter(|it| !it.is_empty());
    value.map(str::to_owned)
}

fn name(line: &mut Line, archive: Option<&str>) -> Result<String, FpmError> {
    let written = line.value(&["name"]).or(archive).unwrap_or_default();
    let written = written.to_owned();
    if written.is_empty() {
        return Err(FpmError::NoName);
    }
    let mut name = written.to_lowercase().replace(['_', ' '], "-");
    if name != written {
        line.otherwise(format!("package `{written}` is called `{name}`"));
    }
    if let Some(suffix) = text(line, "package-name-suffix") {
        name.push_str(&suffix);
        let option = line.written(&["package-name-suffix"]);
        line.otherwise(format!(
            "package `{name}` has the suffix of `{option}`, which fpm leaves out"
        ));
    }
    Ok(name)
}

fn version(line: &mut Line) -> Result<String, FpmError> {
    let written = line.value(&["version"]).unwrap_or(VERSION).to_owned();
    let number = written.strip_prefix('v').unwrap_or(&written);
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '~' | '.' | '-' | ':');
    if !number.chars().all(is_allowed) || !number.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(FpmError::Value {
            option: "--version",
            value: written.clone(),
            expected: "a version of digits, letters and `. + ~ -` that starts with a digit".into(),
        });
    }
    if number != written {
        line.otherwise(format!("version `{written}` loses its `v`"));
    }
    let pre = ["-alpha", "-beta", "-rc", "-pre", "-dev", "-snapshot"];
    let lower = number.to_lowercase();
    if let Some(start) = pre.iter().find_map(|word| lower.find(word)) {
        line.otherwise(format!(
            "version `{number}` sorts after `{}`: write `{}~{}`",
            &number[..start],
            &number[..start],
            &number[start + 1..]
        ));
    }
    Ok(number.to_owned())
}

fn debian_name(written: &str) -> Result<String, FpmError> {
    let name = written.parse::<MachineName>();
    let MachineName(architecture) = name.map_err(|error| FpmError::Value {
        option: "--architecture",
        value: written.to_owned(),
        expected: format!("an architecture: {error}"),
    })?;
    Ok(architecture.to_string())
}

/// Returns the maintainer as `Name <address>`.
fn maintainer(line: &mut Line, author: &Author) -> Result<String, FpmError> {
    let Some(written) = text(line, "maintainer").map(|it| it.trim().to_owned()) else {
        let known = author.whole().ok_or(FpmError::NoMaintainer)?;
        let message = format!("maintainer is `{known}`, as the environment or git says");
        line.findings.push(Finding::new(tags::FPM_DEFAULT, message));
        return Ok(known);
    };
    if written.parse::<Maintainer>().is_ok() {
        return Ok(written);
    }
    let bare = written.trim_start_matches('<').trim_end_matches('>');
    let whole = match bare.split_once('@') {
        Some((user, host)) if !bare.contains(char::is_whitespace) && !host.is_empty() => {
            format!("{user} <{bare}>")
        }
        _ => match author.address() {
            Some(address) => format!("{written} <{address}>"),
            None => return Err(FpmError::MaintainerAddress { text: written }),
        },
    };
    if let Err(error) = whole.parse::<Maintainer>() {
        return Err(FpmError::Value {
            option: "--maintainer",
            value: written,
            expected: format!("`Name <address>`: {error}"),
        });
    }
    line.otherwise(format!("maintainer `{written}` is written `{whole}`"));
    Ok(whole)
}

impl About {
    /// Writes `[package]`.
    ///
    /// # Errors
    /// [`FpmError`] about the value that cannot be taken.
    pub(super) fn write(&self, line: &mut Line, draft: &mut Draft) -> Result<(), FpmError> {
        let relations = all_relations(line)?;
        let description = self.description.clone().unwrap_or_else(|| {
            let message = "no description was given: `--description TEXT`";
            line.otherwise(message);
            format!("files of {}", self.name)
        });
        let table = draft.table("package");
        table.set("name", self.name.as_str());
        self.write_version(table)?;
        if let Some(architecture) = &self.architecture {
            table.set("architecture", architecture.as_str());
        }
        table.set("maintainer", self.maintainer.as_str());
        table.set("description", description);
        for (option, key) in [
            ("category", "section"),
            ("deb-priority", "priority"),
            ("url", "homepage"),
            ("license", "license"),
            ("deb-changelog", "changelog"),
            ("deb-upstream-changelog", "upstream-changelog"),
        ] {
            if let Some(value) = text(line, option) {
                let alone =
                    option == "deb-upstream-changelog" && line.value(&["deb-changelog"]).is_none();
                table.set(if alone { "changelog" } else { key }, value);
            }
        }
        if let Some(size) = text(line, "deb-installed-size") {
            table.set("installed-size", number("--deb-installed-size", &size)?);
        }
        for (key, list) in relations {
            if key == "depends" || !list.is_empty() {
                table.set(key, Value::list(list));
            }
        }
        write_fields(line, draft)
    }

    fn write_version(&self, table: &mut DraftTable) -> Result<(), FpmError> {
        let whole = match &self.iteration {
            Some(iteration) => format!("{}-{iteration}", self.version),
            None => self.version.clone(),
        };
        let (version, iteration) = match whole.rsplit_once('-') {
            Some((version, iteration)) if !version.contains('-') => (version, Some(iteration)),
            _ => (&*whole, None),
        };
        // What a manifest takes for a slip is what the command asks for, which was said.
        let is_slip = iteration.is_none()
            && Version::from_manifest(version).is_err()
            && version.parse::<Version>().is_ok();
        if is_slip {
            table.set(
                "version",
                Value::Table(vec![("exact".into(), version.into())]),
            );
        } else {
            table.set("version", version);
        }
        if let Some(epoch) = &self.epoch {
            table.set("epoch", number("--epoch", epoch)?);
        }
        if let Some(iteration) = iteration {
            table.set("revision", iteration);
        }
        Ok(())
    }

    /// Writes an entry that every package has anyway, where neither files nor relations make it one.
    pub(super) fn write_nothing(&self, line: &Line, draft: &mut Draft) {
        let depends = !line.is_on("no-depends") && line.list("depends").next().is_some();
        let others = RELATIONS
            .iter()
            .any(|(option, _)| line.list(option).next().is_some());
        if !depends && !others {
            let documents = format!("/usr/share/doc/{}/", self.name);
            let directory = Value::Table(vec![("directory".into(), true.into())]);
            draft.table("files").set(documents, directory);
        }
    }

    /// Writes `[build]`.
    ///
    /// # Errors
    /// [`FpmError::Value`] about the compression, or an output that is none.
    pub(super) fn write_build(&self, line: &mut Line, draft: &mut Draft) -> Result<(), FpmError> {
        let compression = compression(line)?;
        let output = match text(line, "package") {
            Some(written) => self.output(&written)?,
            None => ".".to_owned(),
        };
        let table = draft.table("build");
        if let Some(compression) = compression {
            table.set("compression", compression);
        }
        table.set("output", output);
        Ok(())
    }

    /// Returns an output as the manifest spells it: `NAME` becomes `{name}`.
    fn output(&self, written: &str) -> Result<String, FpmError> {
        if written.ends_with('/') || Path::new(written).is_dir() {
            return Ok(written.replace('{', "{{"));
        }
        let (folder, file) = written.split_at(written.rfind('/').map_or(0, |slash| slash + 1));
        let full = match &self.iteration {
            Some(iteration) => format!("{}-{iteration}", self.version),
            None => self.version.clone(),
        };
        let iteration = self.iteration.as_deref().unwrap_or_default();
        let has_hyphen = self.iteration.is_none() && self.version.contains('-');
        let version = if has_hyphen {
            "{version}"
        } else {
            "{upstream-version}"
        };
        let revision = if has_hyphen { "" } else { "{revision}" };
        let epoch = self.epoch.as_deref().unwrap_or_default();
        let named = |text: &str, values: [&str; 5]| {
            let words = ["ARCH", "NAME", "FULLVERSION", "VERSION", "ITERATION"];
            let values = words.into_iter().zip(values);
            let same = [("EPOCH", epoch), ("TYPE", "deb"), ("EXTENSION", "deb")];
            let text = text.replace('{', "{{");
            values
                .chain(same)
                .fold(text, |text, (word, value)| text.replace(word, value))
        };
        if folder.contains("ARCH") && self.architecture.is_none() {
            return Err(FpmError::Value {
                option: "--package",
                value: written.to_owned(),
                expected: "a folder that is known without `-a`".into(),
            });
        }
        let architecture = self.architecture.as_deref().unwrap_or_default();
        let folder = named(
            folder,
            [architecture, &self.name, &full, &self.version, iteration],
        );
        let file = named(
            file,
            ["{architecture}", "{name}", "{version}", version, revision],
        );
        if !file.ends_with(".deb") {
            return Err(FpmError::Value {
                option: "--package",
                value: written.to_owned(),
                expected: "a folder that is there, and does not end in `.deb`".into(),
            });
        }
        Ok(folder + &file)
    }

    /// Returns the values for templates of scripts.
    pub(super) fn values(&self, line: &Line) -> Values {
        let option = |name: &str| text(line, name).unwrap_or_default();
        let mut values: Values = [
            ("name", self.name.clone()),
            ("version", self.version.clone()),
            ("iteration", self.iteration.clone().unwrap_or_default()),
            ("epoch", self.epoch.clone().unwrap_or_default()),
            ("maintainer", self.maintainer.clone()),
            ("description", self.description.clone().unwrap_or_default()),
            ("url", option("url")),
            ("vendor", option("vendor")),
            ("license", option("license")),
            ("category", option("category")),
            ("prefix", option("prefix")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if let Some(architecture) = &self.architecture {
            values.push(("architecture".into(), architecture.clone()));
        }
        for value in line.list("template-value") {
            let (key, value) = value.split_once('=').unwrap_or((value, ""));
            values.push((key.to_owned(), value.to_owned()));
        }
        values
    }
}

fn number(option: &'static str, text: &str) -> Result<Value, FpmError> {
    let number = text.parse::<u32>().map_err(|_| FpmError::Value {
        option,
        value: text.to_owned(),
        expected: "a number".into(),
    })?;
    Ok(Value::Integer(number.into()))
}

/// The options of relations but `--depends`, with their keys.
const RELATIONS: [(&str, &str); 6] = [
    ("deb-pre-depends", "pre-depends"),
    ("deb-recommends", "recommends"),
    ("deb-suggests", "suggests"),
    ("conflicts", "conflicts"),
    ("provides", "provides"),
    ("replaces", "replaces"),
];

/// Returns the relations by their keys.
fn all_relations(line: &mut Line) -> Result<Vec<(&'static str, Vec<String>)>, FpmError> {
    let mut depends = relations::read(line, "depends")?;
    if line.is_on("no-depends") {
        depends.all.clear();
    }
    let mut all = vec![("depends", depends.all), ("breaks", depends.breaks)];
    for (option, key) in RELATIONS {
        all.push((key, relations::read(line, option)?.all));
    }
    Ok(all)
}

/// Writes `[package.fields]`; fields that have keys of their own become these.
fn write_fields(line: &Line, draft: &mut Draft) -> Result<(), FpmError> {
    for written in line.list("deb-field") {
        let Some((field, value)) = written.split_once(':') else {
            return Err(FpmError::Value {
                option: "--deb-field",
                value: written.to_owned(),
                expected: "`FIELD: VALUE`".into(),
            });
        };
        let value = value.trim();
        match &*field.to_ascii_lowercase() {
            key @ ("multi-arch" | "source" | "enhances") => {
                draft.table("package").set(key, value);
            }
            _ => {
                draft.table("package.fields").set(field, value);
            }
        }
    }
    Ok(())
}

/// Returns the compression where one is asked for.
fn compression(line: &mut Line) -> Result<Option<String>, FpmError> {
    let level = text(line, "deb-compression-level");
    let is_level = |level: &String| level.len() == 1 && level.as_bytes()[0].is_ascii_digit();
    if let Some(level) = level.as_ref().filter(|level| !is_level(level)) {
        return Err(FpmError::Value {
            option: "--deb-compression-level",
            value: level.clone(),
            expected: "a level from 0 to 9".into(),
        });
    }
    let written = text(line, "deb-compression");
    let method = match written.as_deref() {
        None if level.is_none() => return Ok(None),
        None | Some("xz") => "xz",
        Some("gz") => "gzip",
        Some("zst") => "zstd",
        Some("none") => return Ok(Some("none".into())),
        Some("bzip2") => {
            line.otherwise("`bzip2` becomes `xz`: dpkg gives it up");
            return Ok(Some("xz".into()));
        }
        Some(other) => {
            return Err(FpmError::Value {
                option: "--deb-compression",
                value: other.to_owned(),
                expected: "gz, xz, zst, none or bzip2".into(),
            });
        }
    };
    let level = level.map(|level| match (method, &*level) {
        ("xz", level) => level.to_owned(),
        (_, "0") => "1".to_owned(),
        (_, level) => level.to_owned(),
    });
    Ok(Some(match level {
        Some(level) => format!("{method}:{level}"),
        None => method.to_owned(),
    }))
}
