//! The control file's fields, from the manifest and the release.

use toml::Spanned;

use super::sources::PackageMachine;
use super::{Overrides, PlanError, fields, policy};
use crate::debian::{
    Architecture, Description, PackageName, Relations, Stanza, StanzaError, Version,
};
use crate::deployment::model::Life;
use crate::elf::Machine;
use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::{InvalidValue, ListOrText, Manifest, Tables};
use crate::release::{Release, ReleaseKind};

/// The fields of the control file, without `Installed-Size`.
#[derive(Debug, Clone)]
pub struct ControlFields {
    /// The fields in Debian's order.
    pub stanza: Stanza,
    /// Whether `Depends` asks for what the ELF files need.
    pub auto_depends: bool,
    /// The maintainer as the control file writes it.
    pub maintainer: String,
    /// The first line of the description.
    pub synopsis: String,
    /// The homepage.
    pub homepage: Option<String>,
}

impl ControlFields {
    /// Adds what `auto` stands for to `Depends`.
    ///
    /// # Errors
    /// [`StanzaError`] as for any field.
    pub fn depend_on(&mut self, needed: Relations) -> Result<(), StanzaError> {
        let mut all = self.depends();
        all.merge(needed);
        if !all.is_empty() {
            self.stanza.set("Depends", all)?;
            self.stanza.sort_binary_fields();
        }
        Ok(())
    }

    /// What `Depends` names.
    #[must_use]
    pub fn depends(&self) -> Relations {
        let written = self.stanza.get("Depends");
        written
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    }
}

/// `Package`: the manifest's, else the release's made legal.
pub(super) fn name(tables: &Tables, release: &Release) -> Result<PackageName, PlanError> {
    if let Some(name) = &tables.package.name {
        return Ok(name.get_ref().0.clone());
    }
    let hint = "write `name = \"…\"` below `[package]`".to_owned();
    let Some(name) = &release.name else {
        let message = format!(
            "release `{}` does not tell its name",
            release.path.display()
        );
        return Err(PlanError::FromRelease { message, hint });
    };
    PackageName::from_release_name(name).map_err(|error| PlanError::FromRelease {
        message: error.to_string(),
        hint,
    })
}

/// `Architecture`: that of the ELF files, `all` where there are none.
pub(super) fn architecture(
    tables: &Tables,
    elf: &PackageMachine,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) -> Result<Architecture, PlanError> {
    let found = elf.machine.map(of_machine).transpose()?;
    let (place, whose) = if elf.is_of_release {
        ("the release", "the release's ELF files")
    } else {
        ("`[files]`", "the ELF files of `[files]`")
    };
    let written = tables
        .package
        .architecture
        .as_ref()
        .map(|written| written.0);
    let asked = overrides.architecture.or(written);
    match (asked, found) {
        (Some(asked), Some(found)) if asked != found => {
            findings.push(
                Finding::new(
                    tags::ARCHITECTURE_DIFFERS,
                    format!(
                        "architecture is `{asked}`, but the ELF files of {place} are for `{found}`"
                    ),
                )
                .with_hint(format!("leave `architecture` out: it is read from {place}")),
            );
            Ok(asked)
        }
        (Some(asked), _) => Ok(asked),
        (None, Some(found)) => {
            let message = format!("architecture `{found}` is that of {whose}");
            findings.push(Finding::new(tags::ARCHITECTURE_FROM_RELEASE, message));
            Ok(found)
        }
        (None, None) => Ok(Architecture::ALL),
    }
}

/// Debian's name of a machine.
fn of_machine(machine: Machine) -> Result<Architecture, PlanError> {
    let Machine {
        machine: number,
        class64,
        little_endian,
        arm_hard_float,
    } = machine;
    Architecture::from_elf(number, class64, little_endian, arm_hard_float).ok_or_else(|| {
        PlanError::FromRelease {
            message: format!("ELF files for {machine}: Debian has no architecture for it"),
            hint: "write `architecture = \"…\"` below `[package]`".to_owned(),
        }
    })
}

/// Every field but `Installed-Size`.
pub(super) fn fields(
    manifest: &Manifest,
    release: &Release,
    (name, version, architecture): (&PackageName, &Version, Architecture),
    findings: &mut Vec<Finding>,
) -> Result<ControlFields, PlanError> {
    let package = &manifest.tables.package;
    let missing = |key, hint: &str| PlanError::Missing {
        key,
        manifest: manifest.path().to_owned(),
        hint: hint.to_owned(),
    };
    let maintainer = package.maintainer.as_ref().ok_or_else(|| {
        missing(
            "package.maintainer",
            "write `maintainer = \"Name <name@example.com>\"` below `[package]`",
        )
    })?;
    let text = package.description.as_ref().ok_or_else(|| {
        missing(
            "package.description",
            "write `description = \"What it does\"` below `[package]`",
        )
    })?;
    let description = description(release, text)?;
    findings.extend(policy::of_description(name, &description));
    let mut stanza = Stanza::new();
    let mut set = |field: &str, value: String| stanza.set(field, value);
    set("Package", name.to_string())?;
    if let Some(source) = &package.source {
        set("Source", source.0.to_string())?;
    }
    set("Version", version.to_string())?;
    set("Architecture", architecture.to_string())?;
    set("Maintainer", maintainer.0.to_string())?;
    set("Description", description.to_string())?;
    let section = word(package.section.as_ref(), "section")?;
    findings.extend(section.as_deref().and_then(policy::of_section));
    set("Section", section.unwrap_or_else(|| "misc".into()))?;
    let priority = word(package.priority.as_ref(), "priority")?;
    set("Priority", priority.unwrap_or_else(|| "optional".into()))?;
    let homepage = word(package.homepage.as_ref(), "homepage")?;
    if let Some(homepage) = &homepage {
        set("Homepage", homepage.clone())?;
    }
    if let Some(multi_arch) = &package.multi_arch {
        fields::check_multi_arch(multi_arch, architecture)?;
        set("Multi-Arch", multi_arch.get_ref().clone())?;
    }
    let auto_depends = relations(&manifest.tables, &mut stanza)?;
    for (field, value) in &package.fields {
        fields::check_twins(manifest, field)?;
        fields::check(field, value.get_ref())?;
        stanza
            .set(field.get_ref(), value.get_ref())
            .map_err(|error| InvalidValue::new(field.span(), error.to_string(), error.hint()))?;
    }
    stanza.sort_binary_fields();
    Ok(ControlFields {
        stanza,
        auto_depends,
        maintainer: maintainer.0.to_string(),
        synopsis: description.synopsis().to_owned(),
        homepage,
    })
}

/// What invoke-rc.d must know of `--skip-systemd-native`, as debhelper's `misc:Pre-Depends` asks
/// for it.
const INVOKE_RC_D: &str = "init-system-helpers (>= 1.54~)";

/// What brings useradd and groupadd, which preinst runs where adduser is missing. Every Debian system
/// has it, but it is not essential, so it must be named (policy 7.2).
const USERADD: &str = "passwd";

/// Adds what the maintainer scripts need of the machine before the package is unpacked.
pub(super) fn require_helpers(control: &mut ControlFields, life: &Life) -> Result<(), PlanError> {
    let has_init_script = life.service.as_ref().is_some_and(|service| service.init);
    let needed = [
        (has_init_script, INVOKE_RC_D),
        (life.account.is_some(), USERADD),
    ];
    let written = control.stanza.get("Pre-Depends").unwrap_or_default();
    let mut all: Relations = written.parse().unwrap_or_default();
    for (_, helper) in needed.into_iter().filter(|(needed, _)| *needed) {
        all.merge(helper.parse().unwrap_or_default());
    }
    if !all.is_empty() {
        control.stanza.set("Pre-Depends", all.to_string())?;
        control.stanza.sort_binary_fields();
    }
    Ok(())
}

/// The description. Policy 3.4.2 wants more than a synopsis: where the author gives no more, it says
/// what the release is.
fn description(release: &Release, text: &Spanned<String>) -> Result<Description, InvalidValue> {
    let parse = |whole: &str| {
        let parsed: Result<Description, _> = whole.parse();
        parsed.map_err(|error| InvalidValue::new(text.span(), error.to_string(), error.hint()))
    };
    let description = parse(text.get_ref())?;
    if description.extended().iter().any(|line| !line.is_empty()) {
        return Ok(description);
    }
    let what = match release.kind {
        ReleaseKind::Relx => {
            "This Erlang release brings its runtime system and needs no Erlang on the machine."
        }
        ReleaseKind::Mix => {
            "This Elixir release brings its runtime system and needs no Elixir on the machine."
        }
        ReleaseKind::Plain => "The program comes with all files of its own, below /opt.",
    };
    parse(&format!("{}\n{what}", description.synopsis()))
}

/// A value that must be one word, since it goes into one line of a control file.
fn word(value: Option<&Spanned<String>>, key: &str) -> Result<Option<String>, InvalidValue> {
    let Some(value) = value else { return Ok(None) };
    let text = value.get_ref();
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        let message = format!("invalid {key} `{}`: expected one word", text.escape_debug());
        return Err(InvalidValue::new(value.span(), message, None));
    }
    Ok(Some(text.clone()))
}

/// Adds the relation fields; tells whether `auto` stands among `Depends`.
fn relations(tables: &Tables, stanza: &mut Stanza) -> Result<bool, PlanError> {
    let package = &tables.package;
    let lists: [(&str, &Option<ListOrText>); 9] = [
        ("Pre-Depends", &package.pre_depends),
        ("Depends", &package.depends),
        ("Recommends", &package.recommends),
        ("Suggests", &package.suggests),
        ("Enhances", &package.enhances),
        ("Breaks", &package.breaks),
        ("Conflicts", &package.conflicts),
        ("Provides", &package.provides),
        ("Replaces", &package.replaces),
    ];
    let mut auto = package.depends.is_none();
    for (field, list) in lists {
        let Some(list) = list else { continue };
        let mut all = Relations::new();
        for written in &list.0 {
            if field == "Depends" && written.get_ref().trim() == "auto" {
                auto = true;
                continue;
            }
            let parsed: Relations =
                written
                    .get_ref()
                    .parse()
                    .map_err(|error: crate::debian::RelationError| {
                        InvalidValue::new(written.span(), error.to_string(), error.hint())
                    })?;
            fields::check_relations(field, written, &parsed)?;
            all.append(parsed);
        }
        // dpkg refuses an empty relation field in a control file of its older releases.
        if !all.is_empty() {
            stanza.set(field, all.to_string())?;
        }
    }
    Ok(auto)
}

/// The licence's text and short name. The text is that of the first of the usual files beside the
/// manifest.
pub(super) fn license(manifest: &Manifest) -> Result<(String, String), PlanError> {
    let name = manifest.tables.package.license.as_ref();
    let name = name.map_or(String::new(), |name| name.get_ref().trim().to_owned());
    for file in ["LICENSE", "LICENCE", "LICENSE.md", "LICENSE.txt", "COPYING"] {
        let path = manifest.resolve(file);
        if path.is_file() {
            return Ok((fs::read_to_string(&path)?, name));
        }
    }
    Ok((String::new(), name))
}

/// Who holds the copyright: the manifest's word, else the maintainer.
pub(super) fn copyright_holder(tables: &Tables, control: &ControlFields) -> String {
    match &tables.package.copyright {
        Some(holder) => holder.get_ref().clone(),
        None => control.maintainer.clone(),
    }
}
