//! The way of the data, once: manifest and release become a plan, and each package of the plan goes
//! through the passes. Nothing is written before [`Prepared::build`], so `plan` shows what `build`
//! packs.

mod look;
mod passes;
mod program;
mod write;

use std::path::PathBuf;

pub use write::Built;

use crate::audit::Audit;
use crate::control::maintainer_scripts::MaintainerScripts;
use crate::debian::ControlFile;
use crate::deployment::Deployment;
use crate::error::Error;
use crate::finding::Finding;
use crate::manifest::Manifest;
use crate::plan::{BuildOptions, Plan, Settings};
use crate::tree::Tree;

/// A package before it is written.
#[derive(Debug)]
pub struct Package {
    /// The control file, without `Installed-Size`.
    pub control: ControlFile,
    /// The paths.
    pub contents: Tree,
    /// preinst, postinst, prerm, postrm.
    pub scripts: MaintainerScripts,
    /// Its effects on a machine beside its files; `None` for debug symbols.
    pub deployment: Option<Deployment>,
    /// The needs of its ELF files.
    pub audit: Audit,
    /// The file that is written.
    pub output: PathBuf,
    /// The findings about it.
    pub findings: Vec<Finding>,
}

/// The packages of a manifest before they are written.
#[derive(Debug)]
pub struct Prepared {
    /// The settings that all of them share.
    pub settings: Settings,
    /// The packages, each before that of its debug symbols.
    pub packages: Vec<Package>,
}

/// Looks at the release, decides everything and lists every path. Nothing is written.
///
/// # Errors
/// [`Error`] of the room that refused.
pub fn prepare(manifest: &Manifest, options: &BuildOptions) -> Result<Prepared, Error> {
    let (mut release, templates, inputs, mut findings) = look::look(manifest, options)?;
    let (plan, planned) = Plan::resolve(manifest, &release, inputs, options)?;
    findings.extend(planned);
    let mut packages = Vec::new();
    for package in plan.packages {
        let draft = passes::collect(&plan.settings, package, &mut release, &templates)?;
        let (draft, symbols) = passes::part_symbols(draft)?;
        let (draft, files) = passes::bundle_libraries(draft)?;
        let (draft, audit) = passes::audit(&plan.settings, draft, &files);
        let draft = passes::depend(&plan.settings, draft, &audit);
        let draft = passes::override_lintian(draft)?;
        packages.push(draft.finish(audit));
        packages.extend(symbols);
    }
    // What is found before the packages part is told of the first.
    if let Some(first) = packages.first_mut() {
        first.findings.splice(0..0, findings);
    }
    Ok(Prepared {
        settings: plan.settings,
        packages,
    })
}

impl Prepared {
    /// Returns the findings about all packages.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.packages.iter().flat_map(|package| &package.findings)
    }
}
