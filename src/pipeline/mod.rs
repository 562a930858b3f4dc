//! The way of the data, once: manifest and release become the plan of a package, which goes through the
//! passes; several packages of one manifest do so at once. Nothing is written before [`Prepared::build`], so `plan` shows what `build`
//! packs.

mod look;
mod passes;
mod program;
mod replaced_release;
mod sibling_alternatives;
mod sibling_units;
mod siblings;
mod write;

use std::iter;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

pub use write::Built;

use crate::audit::Audit;
use crate::control::debconf;
use crate::control::maintainer_scripts::MaintainerScripts;
use crate::deb::ControlMember;
use crate::debian::ControlFile;
use crate::deployment::Deployment;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::manifest::Manifest;
use crate::parallel;
use crate::plan::{BuildOptions, Plan, Settings};
use crate::tree::Tree;

/// A package before it is written.
#[derive(Debug)]
pub struct Package {
    /// The settings that it shares with the package of its debug symbols.
    pub settings: Arc<Settings>,
    /// The control file, without an `Installed-Size` that is computed.
    pub control: ControlFile,
    /// The paths.
    pub contents: Tree,
    /// preinst, postinst, prerm, postrm.
    pub scripts: MaintainerScripts,
    /// Further files of the control archive.
    pub members: Vec<ControlMember<'static>>,
    /// Its effects on a machine beside its files; `None` for debug symbols.
    pub deployment: Option<Deployment>,
    /// The needs of its ELF files.
    pub audit: Audit,
    /// The file that is written.
    pub output: PathBuf,
    /// The findings about it.
    pub findings: Vec<Finding>,
}

/// The packages of manifests before they are written.
#[derive(Debug)]
pub struct Prepared {
    /// The packages, each before that of its debug symbols.
    pub packages: Vec<Package>,
}

/// Looks at each release, decides everything and lists every path, and holds the packages against each
/// other. Nothing is written.
///
/// # Errors
/// [`Error`] of the room that refused.
pub fn prepare(manifests: &[Manifest], options: &BuildOptions) -> Result<Prepared, Error> {
    replaced_release::check(manifests, options)?;
    let prepared = parallel::map_large(manifests, |manifest| prepare_one(manifest, options));
    let mut packages = Vec::new();
    for (manifest, prepared) in manifests.iter().zip(prepared) {
        packages.extend(match (prepared, &manifest.tables.package.name) {
            (Err(error), Some(name)) if manifests.len() > 1 => {
                return Err(error.of_package(&name.get_ref().0));
            }
            (prepared, _) => prepared?,
        });
    }
    siblings::check_outputs(&packages)?;
    if manifests.len() > 1 {
        siblings::find_libraries(&mut packages);
        siblings::compare(manifests, &mut packages);
        for package in &mut packages {
            let findings = mem::take(&mut package.findings);
            package.findings = package.named(findings);
        }
    }
    packages.iter_mut().for_each(Package::allow);
    Ok(Prepared { packages })
}

/// Prepares a package, and that of its debug symbols.
fn prepare_one(manifest: &Manifest, options: &BuildOptions) -> Result<Vec<Package>, Error> {
    let (mut release, templates, inputs, mut findings) = look::look(manifest, options)?;
    let (plan, planned) = Plan::resolve(manifest, &release, inputs, options)?;
    findings.extend(planned);
    let settings = Arc::new(plan.settings);
    debconf::check_names(
        manifest,
        &plan.package.members,
        &plan.package.control.package,
    )?;
    let draft = passes::collect(&settings, plan.package, &mut release, &templates)?;
    let (draft, symbols) = passes::part_symbols(&settings, draft)?;
    let (draft, files) = passes::bundle_libraries(draft)?;
    let draft = passes::add_triggers(draft, &files);
    let (draft, audit) = passes::audit(&settings, draft, &files);
    let draft = passes::depend(&settings, draft, &audit);
    let draft = passes::override_lintian(draft)?;
    let mut package = draft.finish(&settings, audit);
    package.findings.splice(0..0, findings);
    Ok(iter::once(package).chain(symbols).collect())
}

impl Package {
    /// Makes errors that the author allows something to know.
    fn allow(&mut self) {
        for finding in &mut self.findings {
            if self.settings.allowed.contains(&finding.tag) {
                finding.severity = finding.severity.min(Severity::Info);
            }
        }
    }

    /// Returns findings with the package's name.
    fn named(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let name = |finding: Finding| finding.of_package(self.control.package.to_string());
        findings.into_iter().map(name).collect()
    }
}

impl Prepared {
    /// Returns further findings about a package, with its name where there are several.
    #[must_use]
    pub fn findings_of(&self, package: &Package, findings: Vec<Finding>) -> Vec<Finding> {
        let by_themselves = self.packages.iter().filter(|it| it.deployment.is_some());
        match by_themselves.count() {
            0 | 1 => findings,
            _ => package.named(findings),
        }
    }

    /// Returns the findings about all packages.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.packages.iter().flat_map(|package| &package.findings)
    }
}
