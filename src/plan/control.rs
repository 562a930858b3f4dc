//! The control file's fields, from the manifest and the release.

use std::collections::BTreeSet;

use crate::manifest::Spanned;

use super::machine::PackageMachine;
use super::{BuildOptions, PlanError, policy};
use crate::debian::{
    Architecture, ControlFile, Description, MultiArch, PackageName, Priority, RelationError,
    RelationField, RelationFields, Section, Version,
};
use crate::deployment::Deployment;
use crate::elf::Machine;
use crate::files::Mapping;
use crate::finding::{Finding, tags};
use crate::manifest::{
    Checked, Family, InstalledSize, InvalidValue, Manifest, PackageTable, Tables,
};
use crate::release::Release;

/// `Package`: the manifest's, else the release's made legal.
pub(super) fn name(manifest: &Manifest, release: &Release) -> Result<PackageName, PlanError> {
    if let Some(name) = &manifest.tables.package.name {
        return Ok(name.get_ref().0.clone());
    }
    let hint = "write `name = \"…\"` below `[package]`".to_owned();
    let Some(name) = &release.name else {
        if release.is_absent() {
            return Err(PlanError::Missing {
                key: "package.name",
                manifest: manifest.path().to_owned(),
                hint,
            });
        }
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
    manifest: &Manifest,
    elf: &PackageMachine,
    options: &BuildOptions,
) -> Result<(Architecture, Option<Finding>), PlanError> {
    let found = elf.machine.map(of_machine).transpose()?;
    let (place, whose) = if elf.is_of_release {
        ("the release", "the release's ELF files")
    } else {
        ("`[files]`", "the ELF files of `[files]`")
    };
    let written = manifest.tables.package.architecture.as_ref();
    let written = written.filter(|_| options.architecture.is_none());
    let asked = options
        .architecture
        .or(written.map(|written| written.get_ref().0.0));
    match (asked, found) {
        (Some(asked), Some(found)) if asked != found => {
            let message = format!(
                "architecture is `{asked}`, but the ELF files of {place} are for `{found}`"
            );
            let written = written.map(|written| manifest.place(&written.span()));
            let finding = Finding::new(tags::ARCHITECTURE_DIFFERS, message)
                .with_hint(format!("leave `architecture` out: it is read from {place}"))
                .at(written.as_ref());
            Ok((asked, Some(finding)))
        }
        (Some(asked), _) => Ok((asked, None)),
        (None, Some(found)) => {
            let message = format!("architecture `{found}` is that of {whose}");
            let finding = Finding::new(tags::ARCHITECTURE_FROM_RELEASE, message);
            Ok((found, Some(finding)))
        }
        (None, None) => Ok((Architecture::ALL, None)),
    }
}

/// Debian's name of a machine.
fn of_machine(machine: Machine) -> Result<Architecture, PlanError> {
    let Machine {
        number,
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

/// Every field, but an `Installed-Size` that is computed.
pub(super) fn file(
    manifest: &Manifest,
    release: &Release,
    (package, version, architecture): (PackageName, Version, Architecture),
    description: &Description,
) -> Result<(ControlFile, Vec<Finding>), PlanError> {
    let table = &manifest.tables.package;
    let Checked(maintainer) = table.maintainer.clone().ok_or_else(|| PlanError::Missing {
        key: "package.maintainer",
        manifest: manifest.path().to_owned(),
        hint: "write `maintainer = \"Name <name@example.com>\"` below `[package]`".to_owned(),
    })?;
    let description = whole_description(release, description);
    let place = table.description.as_ref().map(Spanned::span);
    let place = place.or_else(|| table.description_file.as_ref().map(Spanned::span));
    let place = place.map(|span| manifest.place(&span));
    let found = policy::of_description(&package, &description).into_iter();
    let mut findings: Vec<Finding> = found.map(|it| it.at(place.as_ref())).collect();
    if let Some(written) = &table.section {
        let place = manifest.place(&written.span());
        let found = policy::of_section(&written.get_ref().0);
        findings.extend(found.map(|it| it.at(Some(&place))));
    }
    if let Some(Checked(priority)) = &table.priority {
        findings.extend(policy::of_priority(priority));
    }
    let section = table.section.clone();
    let section = section.map(|written| written.into_inner().0);
    let priority = table.priority.clone().map(|Checked(priority)| priority);
    let file = ControlFile {
        source: table.source.clone().map(|Checked(source)| source),
        maintainer,
        installed_size: table.installed_size.map(|InstalledSize(size)| size),
        relations: table.relations(&Family {
            name: &package,
            version: &version,
            architecture,
            packages: &manifest.packages,
        })?,
        section: section.unwrap_or(Section::MISC),
        priority: priority.unwrap_or(Priority::OPTIONAL),
        multi_arch: multi_arch(table, architecture)?,
        homepage: table.homepage.clone().map(|Checked(homepage)| homepage),
        description,
        build_ids: BTreeSet::new(),
        other: table.other_fields(|place| manifest.line(place))?,
        package,
        version,
        architecture,
    };
    Ok((file, findings))
}

/// `Multi-Arch`, which must fit the architecture.
fn multi_arch(
    table: &PackageTable,
    architecture: Architecture,
) -> Result<Option<MultiArch>, InvalidValue> {
    let Some(written) = &table.multi_arch else {
        return Ok(None);
    };
    let Checked(multi_arch) = *written.get_ref();
    if multi_arch == MultiArch::Same && architecture.is_all() {
        let message = "multi-arch is `same`, but the architecture is `all`".to_owned();
        let hint = "write the architecture, such as `architecture = \"amd64\"`; a package that is the same on all \
                    machines has `multi-arch = \"foreign\"`, or none"
            .to_owned();
        return Err(InvalidValue::new(written.span(), message, Some(hint)));
    }
    Ok(Some(multi_arch))
}

/// The package whose invoke-rc.d knows `--skip-systemd-native`, as debhelper's `misc:Pre-Depends`
/// asks for it.
const INVOKE_RC_D: &str = "init-system-helpers (>= 1.54~)";

/// The package of useradd and groupadd, which preinst runs where adduser is missing. Every Debian
/// system has it, but it is not essential, so it must be named (policy 7.2).
const USERADD: &str = "passwd";

/// The package with setcap(8).
const SETCAP: &str = "libcap2-bin";

/// The packages that ask questions, as debhelper's `misc:Depends` names them.
const DEBCONF: &str = "debconf (>= 0.5) | debconf-2.0";

/// Adds what the maintainer scripts need of the machine.
pub(super) fn require_helpers(
    relations: &mut RelationFields,
    deployment: &Deployment,
    mappings: &[Mapping],
) -> Result<(), RelationError> {
    let has_init_script = deployment
        .service
        .as_ref()
        .is_some_and(|service| service.init);
    for (needed, helper) in [
        (has_init_script, INVOKE_RC_D),
        (deployment.account.is_some(), USERADD),
    ] {
        if needed {
            relations.require(RelationField::PreDepends, helper.parse()?);
        }
    }
    if mappings
        .iter()
        .any(|mapping| mapping.capabilities.is_some())
    {
        relations.require(RelationField::Depends, SETCAP.parse()?);
    }
    if deployment.registries.debconf {
        relations.require(RelationField::Depends, DEBCONF.parse()?);
    }
    Ok(())
}

/// The second paragraph of a release without its runtime.
const ON_THE_MACHINES_ERLANG: &str = "This release runs on the Erlang of the machine.";

/// The description. Policy 3.4.2 wants more than a synopsis: where the author gives no more, it
/// says what the release is.
fn whole_description(release: &Release, written: &Description) -> Description {
    if written.extended().iter().any(|line| !line.is_empty()) {
        return written.clone();
    }
    let brings_runtime = release.erts.as_ref().is_none_or(|erts| erts.included);
    written.explained(if brings_runtime {
        release.kind.description
    } else {
        ON_THE_MACHINES_ERLANG
    })
}

/// The licence's short name; empty: unknown.
pub(super) fn license(tables: &Tables) -> String {
    let name = tables.package.license.as_ref();
    name.map_or(String::new(), |name| name.get_ref().trim().to_owned())
}
