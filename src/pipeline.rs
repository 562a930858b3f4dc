//! The way of the data, once: manifest and release become a plan, the plan a tree, the tree a
//! package. `plan` stops before the last step, so it shows what `build` packs.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use walkdir::WalkDir;

use crate::audit::ElfIndex;
use crate::audit::{self, Audit};
use crate::contents::{findings_of_owners, populate, separate_symbols};
use crate::control::ControlArchive;
use crate::control::maintainer_scripts::MaintainerScripts;
use crate::deb::{DebWriter, Memory, WriteOptions};
use crate::debian::{PackageName, RelationField};
use crate::deployment::{self, Contribution, Paths};
use crate::error::Error;
use crate::finding::{Finding, Severity, tags};
use crate::fs;
use crate::lintian::add_overrides;
use crate::manifest::{InvalidValue, Manifest};
use crate::outputs::Outputs;
use crate::plan::{Overrides, Plan, PlanError, folder_of_outputs};
use crate::release::{Patterns, Release, Wanted};
use crate::template::{TemplateError, Templates};
use crate::tree::Tree;

/// A package before it is written.
#[derive(Debug)]
pub struct Package {
    /// What was decided.
    pub plan: Plan,
    /// The paths.
    pub tree: Tree,
    /// preinst, postinst, prerm, postrm.
    pub scripts: MaintainerScripts,
    /// What its ELF files need.
    pub audit: Audit,
    /// The package with the debug symbols, where the manifest asks for one.
    pub debug_symbols: Option<DebugPackage>,
    /// What the user should know.
    pub findings: Vec<Finding>,
}

/// The package with the debug symbols of another, before it is written.
#[derive(Debug)]
pub struct DebugPackage {
    /// What was decided.
    pub plan: Plan,
    /// The paths.
    pub tree: Tree,
}

/// A package that was written.
#[derive(Debug, Clone)]
pub struct Built {
    /// The package's name.
    pub name: PackageName,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// `Installed-Size` in KiB.
    pub installed_size: u64,
    /// What was found while the files were packed.
    pub findings: Vec<Finding>,
}

impl Package {
    /// Looks at the release, decides everything and lists every path. Nothing is written.
    ///
    /// # Errors
    /// [`Error`] of the room that refused.
    pub fn prepare(manifest: &Manifest, overrides: &Overrides) -> Result<Self, Error> {
        let (release, templates, mut findings) = look(manifest, overrides)?;
        let (mut plan, planned) = Plan::resolve(manifest, &release, overrides)?;
        let mut contribution = plan.deployment.contribute(&templates)?;
        let own_templates = manifest.tables.templates.directory.is_some();
        findings.extend(deployment::check_unit(
            &plan.deployment,
            &contribution,
            own_templates,
        ));
        let entries = contribution.entries.clone();
        let (mut tree, found) = populate(&plan, release, entries, &templates)?;
        findings.extend(found);
        let mut index = ElfIndex::of(&tree)?;
        plan.deployment.paths = Paths::of(&tree, &plan.deployment.directories.release);
        contribution.extend(plan.deployment.contribute_paths(&templates)?);
        let scripts = scripts(&plan, &contribution, &templates)?;
        let separate = separate_symbols(&plan, &mut tree)?;
        findings.extend(separate.findings);
        findings.extend(planned);
        findings.extend(findings_of_owners(&plan, &tree));
        let (audit, audited) = audit::audit_tree(
            &plan.libraries,
            plan.control.architecture,
            &mut index,
            &mut tree,
        )?;
        findings.extend(audited);
        findings.extend(audit::unmet(&audit, &plan.suites, &plan.manifest_path));
        let needed = audit::relations(&audit);
        let relations = &mut plan.control.relations;
        if plan.auto_depends {
            relations.require(RelationField::Depends, needed);
        } else {
            let depends = relations.get(RelationField::Depends);
            findings.extend(audit::uncovered(&needed, depends));
        }
        // After the libraries are bundled and `Depends` is known: lintian judges both.
        add_overrides(&plan, &scripts, &index, &mut tree)?;
        let debug_symbols = if separate.tree.is_empty() {
            None
        } else {
            let plan = plan.of_debug_symbols(separate.build_ids)?;
            let tree = separate.tree;
            Some(DebugPackage { plan, tree })
        };
        Ok(Self {
            plan,
            tree,
            scripts,
            audit,
            debug_symbols,
            findings,
        })
    }

    /// Writes the package, and the one with the debug symbols after it. The output paths get whole
    /// packages or keep what they had.
    ///
    /// # Errors
    /// [`Error::Refused`] where a finding is an error, else [`Error`] of the room that refused.
    pub fn build(&self, threads: Option<NonZeroUsize>) -> Result<Vec<Built>, Error> {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        match self.findings.iter().filter(is_error).count() {
            0 => {}
            errors => {
                let package = self.plan.control.package.clone();
                return Err(Error::Refused { package, errors });
            }
        }
        let made = match &self.plan.output_folder {
            Some(folder) => fs::create_dir(folder)?.then_some(folder),
            None => None,
        };
        let built = self.write(threads);
        if let (Err(_), Some(folder)) = (&built, made) {
            // The error of the build is the one to tell.
            let _ = fs::remove_dir(folder);
        }
        built
    }

    fn write(&self, threads: Option<NonZeroUsize>) -> Result<Vec<Built>, Error> {
        let no_scripts = MaintainerScripts::default();
        let mut packages = vec![(&self.plan, &self.tree, &self.scripts)];
        let second = self.debug_symbols.as_ref();
        packages.extend(second.map(|second| (&second.plan, &second.tree, &no_scripts)));
        // None gets its name before all could be written.
        let mut written = Vec::with_capacity(packages.len());
        for (plan, tree, scripts) in packages {
            let options = WriteOptions {
                mtime: plan.mtime,
                compression: plan.compression,
                threads,
                memory: Memory::of_this_process(),
            };
            let mut writer = DebWriter::create(&plan.output, options)?;
            let data = writer.write_data(tree)?;
            written.push((plan, tree, scripts, writer, data));
        }
        let mut built = Vec::with_capacity(written.len());
        for (plan, tree, scripts, writer, data) in written {
            let control = ControlArchive::new(plan, tree, scripts, &data);
            built.push(Built {
                name: plan.control.package.clone(),
                path: plan.output.clone(),
                size: writer.finish(&control.files)?.size,
                installed_size: data.installed_size,
                findings: data.findings,
            });
        }
        Ok(built)
    }
}

/// Looks at the release, and reads the templates meanwhile: to parse all takes as long as to look at a
/// release of Erlang.
fn look(
    manifest: &Manifest,
    overrides: &Overrides,
) -> Result<(Release, Templates, Vec<Finding>), Error> {
    let path = manifest
        .tables
        .release
        .path
        .as_ref()
        .ok_or_else(|| PlanError::Missing {
            key: "release.path",
            manifest: manifest.path().to_owned(),
            hint: "write `path = \"_build/prod/rel/NAME\"` below `[release]`".to_owned(),
        })?;
    let table = &manifest.tables.release;
    let runtime = table.runtime.as_ref();
    let wanted = Wanted {
        kind: table.kind.as_ref().map(|kind| kind.0),
        runtime: runtime.map(|path| manifest.resolve(path.get_ref())),
        project: Some(manifest.directory().to_owned()),
    };
    let mut patterns = patterns(manifest)?;
    let directory = manifest.resolve(path.get_ref());
    let mut outputs = Outputs::below(&directory, &folder_of_outputs(manifest, overrides));
    let (opened, templates) = thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, || templates(manifest));
        let opened = Release::open_without(&directory, &wanted, &mut |path, is_directory| {
            patterns.exclude(path, is_directory) || outputs.hold(path, is_directory)
        });
        let templates = match thread.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(templates)) => templates,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // The system gives no more threads.
            Err(_) => templates(manifest),
        };
        (opened, templates)
    });
    let (release, mut findings) = opened?;
    findings.extend(unmatched(manifest, &patterns));
    findings.extend(pruned(&directory, &patterns));
    findings.extend(outputs.finding());
    Ok((release, templates?, findings))
}

/// The maintainer scripts, and with them all shell that is rendered, as sh(1) can read it.
fn scripts(
    plan: &Plan,
    contribution: &Contribution,
    templates: &Templates,
) -> Result<MaintainerScripts, Error> {
    let scripts = MaintainerScripts::assemble(&plan.deployment, contribution, templates)?;
    deployment::check_shell(contribution, scripts.iter())?;
    Ok(scripts)
}

/// The built-in templates, and the author's in their place.
fn templates(manifest: &Manifest) -> Result<Templates, TemplateError> {
    match &manifest.tables.templates.directory {
        Some(directory) => Templates::with_directory(&manifest.resolve(directory.get_ref())),
        None => Templates::builtin(),
    }
}

/// The patterns of `[release] exclude`.
fn patterns(manifest: &Manifest) -> Result<Patterns, Error> {
    let written = &manifest.tables.release.exclude;
    Patterns::new(written.iter().map(|pattern| pattern.get_ref().as_str())).map_err(|error| {
        let span = written.get(error.index).map_or(0..0, toml::Spanned::span);
        let error = InvalidValue::new(span, error.to_string(), None);
        manifest.locate(error).into()
    })
}

/// What presets left out, pattern by pattern.
fn pruned(release: &Path, patterns: &Patterns) -> Vec<Finding> {
    let said = patterns.pruned().map(|(name, pruned, paths)| {
        let (mut files, mut bytes) = (0, 0);
        for path in paths {
            // What is left out must not stop the build, whatever is wrong with it.
            let below = WalkDir::new(release.join(path)).into_iter().flatten();
            for metadata in below.filter_map(|found| found.metadata().ok()) {
                files += u64::from(!metadata.is_dir());
                bytes += if metadata.is_file() {
                    metadata.len()
                } else {
                    0
                };
            }
        }
        let count = if files == 1 { "file" } else { "files" };
        Finding::new(
            tags::PRESET_LEAVES_OUT,
            format!(
                "`{name}` leaves out {files} {count} of {bytes} bytes by `{}`: {}",
                pruned.pattern, pruned.why
            ),
        )
    });
    said.collect()
}

/// A pattern that matches nothing is a mistyped one, or one that is no longer needed.
fn unmatched(manifest: &Manifest, patterns: &Patterns) -> Vec<Finding> {
    let written = &manifest.tables.release.exclude;
    let unmatched = patterns.unmatched().map(|(index, pattern)| {
        let line = written
            .get(index)
            .map_or(0, |pattern| manifest.line(&pattern.span()));
        Finding::new(
            tags::EXCLUDE_MATCHES_NOTHING,
            format!("pattern `{pattern}` matches nothing"),
        )
        .at_manifest(manifest.path(), line)
    });
    unmatched.collect()
}
