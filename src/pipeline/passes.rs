//! The passes that a package goes through, each from a value to a value.

use std::mem;
use std::sync::Arc;

use super::Package;
use crate::audit::{self, Audit, ElfFiles, ElfIndex};
use crate::contents::{
    SeparateSymbols, capable_files, findings_of_owners, is_given_directory, populate,
    separate_symbols,
};
use crate::control::ldconfig;
use crate::control::maintainer_scripts::MaintainerScripts;
use crate::deb::ControlMember;
use crate::debian::RelationField;
use crate::deployment::{Paths, Snippets, findings_of_snippets};
use crate::error::Error;
use crate::finding::Finding;
use crate::lintian::add_overrides;
use crate::own_scripts;
use crate::plan::{PackagePlan, PlanError, Settings, SymbolsPlan};
use crate::release::Release;
use crate::template::Templates;
use crate::tree::Tree;
use crate::verify::{check_own_units, check_shell, check_unit};

/// A package on its way: what is planned of it, and what it has become.
pub(super) struct Draft {
    plan: PackagePlan,
    contents: Tree,
    scripts: MaintainerScripts,
    /// The facts of its ELF files.
    index: ElfIndex,
    findings: Vec<Finding>,
}

/// The packages with `systemd-sysusers`, as debhelper's `misc:Depends` names them.
const SYSUSERS: &str = "systemd | systemd-standalone-sysusers | systemd-sysusers";

/// Collects the contents and the maintainer scripts.
pub(super) fn collect(
    settings: &Settings,
    mut plan: PackagePlan,
    release: &mut Release,
    templates: &Templates,
) -> Result<Draft, Error> {
    let mut contribution = plan.deployment.contribute(templates)?;
    let mut findings = check_unit(&plan.deployment, &contribution, settings.has_own_templates);
    let entries = contribution.entries.clone();
    let (contents, found) = populate(settings, &plan, release, entries, templates)?;
    findings.extend(found);
    let index = ElfIndex::of(&contents, mem::take(&mut release.seen))?;
    plan.deployment.paths = Paths::of(
        &contents,
        plan.deployment.directories.release.as_ref(),
        |path, entry| is_given_directory(&plan, path, entry),
    );
    plan.deployment.paths.capable = capable_files(&plan, &contents);
    if plan.scripts_alone {
        plan.deployment.paths.snippets = Snippets::default();
    }
    if !plan.deployment.paths.snippets.sysusers.is_empty() {
        let relations = &mut plan.control.relations;
        let needed = SYSUSERS.parse().map_err(PlanError::from)?;
        relations.require(RelationField::Depends, needed);
    }
    contribution.extend(plan.deployment.contribute_paths(templates)?);
    if plan.scripts_alone {
        contribution.fragments.clear();
    }
    let scripts = MaintainerScripts::assemble(&plan.deployment, &contribution, templates)?
        .with_own(&plan.own_scripts, &plan.deployment, templates)?;
    check_shell(&contribution, scripts.iter())?;
    findings.extend(own_scripts::findings(
        &settings.manifest_path,
        &plan.own_scripts,
        &plan.control.relations,
        &contents,
    ));
    findings.extend(findings_of_owners(&plan, &contents));
    findings.extend(findings_of_snippets(&plan.deployment));
    findings.extend(check_own_units(settings, &plan, &contents));
    Ok(Draft {
        plan,
        contents,
        scripts,
        index,
        findings,
    })
}

/// Parts the debug symbols from the code: they are left out, or make a package of their own.
pub(super) fn part_symbols(
    settings: &Arc<Settings>,
    mut draft: Draft,
) -> Result<(Draft, Option<Package>), Error> {
    let separate = separate_symbols(&draft.plan, &draft.index, &mut draft.contents)?;
    let SeparateSymbols {
        tree: contents,
        build_ids,
        findings,
    } = separate;
    draft.findings.extend(findings);
    let SymbolsPlan::Package(name) = &draft.plan.symbols else {
        return Ok((draft, None));
    };
    let control = draft.plan.control.of_debug_symbols(name.clone(), build_ids);
    let symbols = (!contents.is_empty()).then(|| Package {
        output: draft.plan.destination.file_beside(&control),
        settings: Arc::clone(settings),
        control,
        contents,
        scripts: MaintainerScripts::default(),
        members: Vec::new(),
        deployment: None,
        audit: Audit::default(),
        findings: Vec::new(),
    });
    Ok((draft, symbols))
}

/// Puts libraries of the build machine beside what needs them. Returns also what is known of all ELF
/// files.
pub(super) fn bundle_libraries(mut draft: Draft) -> Result<(Draft, ElfFiles), Error> {
    let (mut files, damaged) = audit::elf_files(&draft.index, &draft.contents);
    draft.findings.extend(damaged);
    let PackagePlan {
        libraries, control, ..
    } = &draft.plan;
    let architecture = control.architecture;
    let contents = &mut draft.contents;
    let known = (&mut draft.index, &mut files);
    let bundled = audit::bundle_libraries(libraries, architecture, contents, known)?;
    draft.findings.extend(bundled);
    Ok((draft, files))
}

/// Adds the file of triggers. Libraries where the dynamic loader looks ask for that of ldconfig(8).
pub(super) fn add_triggers(mut draft: Draft, files: &ElfFiles) -> Draft {
    let PackagePlan {
        control,
        deployment,
        members,
        ..
    } = &mut draft.plan;
    if ldconfig::is_needed(files, control.architecture) {
        deployment.registries.triggers.activate_noawait("ldconfig");
    }
    let text = deployment.registries.triggers.text();
    if !text.is_empty() {
        members.push(ControlMember {
            name: "triggers".to_owned(),
            mode: 0o644,
            content: text.into(),
        });
    }
    draft
}

/// Asks what the ELF files need, and whether the suites of the manifest have it.
pub(super) fn audit(settings: &Settings, mut draft: Draft, files: &ElfFiles) -> (Draft, Audit) {
    let audit = audit::audit_tree(&draft.plan.libraries, &draft.contents, files);
    let unmet = audit::unmet(&audit, &settings.suites);
    draft.findings.extend(audit.findings());
    draft.findings.extend(unmet);
    (draft, audit)
}

/// Has `Depends` ask for what the ELF files need, or compares it with that.
pub(super) fn depend(settings: &Settings, mut draft: Draft, audit: &Audit) -> Draft {
    let needed = audit::relations(audit);
    let relations = &mut draft.plan.control.relations;
    if draft.plan.auto_depends {
        relations.require(RelationField::Depends, needed);
    } else {
        let depends = relations.get(RelationField::Depends);
        let uncovered = audit::uncovered(&needed, depends).into_iter();
        let place = draft.plan.depends_place.as_ref();
        draft.findings.extend(uncovered.map(|it| it.at(place)));
    }
    let control = &draft.plan.control;
    let suites: Vec<_> = settings.suites.iter().map(|it| it.suite).collect();
    for field in [RelationField::Depends, RelationField::PreDepends] {
        if let Some(relations) = control.relations.get(field) {
            let architecture = control.architecture.as_str();
            let renamed = audit::renamed(architecture, &suites, relations);
            draft.findings.extend(renamed);
        }
    }
    draft
}

/// Adds the overrides for lintian, which judges bundled libraries and `Depends`, too.
pub(super) fn override_lintian(mut draft: Draft) -> Result<Draft, Error> {
    let Draft {
        plan,
        contents,
        scripts,
        index,
        ..
    } = &mut draft;
    add_overrides(plan, scripts, index, contents)?;
    Ok(draft)
}

impl Draft {
    /// Returns the package, with what its ELF files need.
    pub(super) fn finish(mut self, settings: &Arc<Settings>, audit: Audit) -> Package {
        let machines = self.index.machines(&self.contents);
        self.contents.set_machines(machines);
        Package {
            settings: Arc::clone(settings),
            control: self.plan.control,
            output: self.plan.output,
            contents: self.contents,
            scripts: self.scripts,
            members: self.plan.members,
            deployment: Some(self.plan.deployment),
            audit,
            findings: self.findings,
        }
    }
}
