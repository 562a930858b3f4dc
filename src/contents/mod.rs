//! Plan + Release + rendered files → `Tree`. Sources are claimed path by path: the most specific
//! entry of `[files]` wins, the release comes next, rendered files last; two claims of one weight
//! are an error that names both.

mod access;
mod alternatives;
mod changelog;
mod changes;
mod claims;
mod compressed;
mod conffiles;
mod copyright;
mod debian_paths;
mod documents;
mod environment;
mod error;
mod hard_links;
mod inert;
mod license;
mod links;
mod mappings;
mod owners;
mod program;
mod release_files;
mod set_id;
mod snippets;
mod symbols;

pub(crate) use compressed::{is_large, would_compress};
pub(crate) use error::PopulateError;
pub(crate) use owners::findings_of_owners;
pub(crate) use symbols::{SeparateSymbols, separate_symbols};

use access::Access;
use claims::Claims;

use crate::debian::{ControlFile, PackageName};
use crate::deployment::Capable;
use crate::finding::{Finding, Tag, tags};
use crate::plan::{PackagePlan, Settings};
use crate::release::Release;
use crate::template::Templates;
use crate::tree::{Entry, Kind, PackagePath, Tree};

/// Makes the tree of the package, with the findings about it. `rendered` are the files that
/// service managers contribute. The release gives its list of files away.
///
/// # Errors
/// [`PopulateError`] names the source and, where the manifest asked for it, its line.
pub(crate) fn populate(
    settings: &Settings,
    plan: &PackagePlan,
    release: &mut Release,
    rendered: Vec<(PackagePath, Entry)>,
    templates: &Templates,
) -> Result<(Tree, Vec<Finding>), PopulateError> {
    let mut claims = Claims::default();
    let mut access = Access::new(settings, plan);
    let mut findings = Vec::new();
    for (path, entry) in rendered {
        claims.claim_rendered(path, entry);
    }
    for (path, entry) in documents::entries(settings, plan, release, templates)? {
        claims.claim_rendered(path, entry);
    }
    if !release.is_absent() {
        release_files::claim(plan, release, &mut access, &mut claims)?;
        release_files::claim_commands(plan, release, &mut claims)?;
    }
    owners::check(settings, plan)?;
    for mapping in plan.mappings.iter() {
        let mut sources = mappings::Sources::new(settings, plan, mapping, &mut access, &mut claims);
        sources.claim()?;
        findings.extend(sources.findings());
    }
    for (path, entry) in plan.deployment.unit_entries()? {
        claims.claim_exactly(path, entry);
    }
    let mut tree = claims.into_tree()?;
    if plan.compress_documents {
        compressed::lead_links(&mut tree)?;
    }
    tree.add_parents()?;
    tree.expect_one_name()?;
    mark_conffiles(plan, &mut tree);
    links::check(settings, plan, &tree)?;
    hard_links::keep(&mut tree)?;
    changes::check(plan, &tree)?;
    environment::check(settings, plan, &tree)?;
    owners::check_capabilities(settings, plan, &tree)?;
    program::check(plan, &tree)?;
    alternatives::check(settings, plan, &tree)?;
    findings.extend(access.findings(&tree));
    findings.extend(debian_paths::findings(settings, plan, &tree));
    findings.extend(links::findings(&tree));
    findings.extend(inert::findings(&tree));
    findings.extend(snippets::findings(&settings.suites, &tree));
    findings.extend(conffiles::findings(&tree, &plan.target));
    findings.extend(compressed::findings(&tree, &plan.control));
    findings.extend(changelog::findings(
        &tree,
        &plan.control.package,
        source_name(&plan.control),
        &plan.control.version,
    ));
    Ok((tree, findings))
}

/// Returns the name that a Debian changelog begins with: that of the source package.
fn source_name(control: &ControlFile) -> &PackageName {
    let source = control.source.as_ref();
    source.map_or(&control.package, |source| &source.name)
}

/// Returns the programs whose entries of `[files]` give them capabilities.
pub(crate) fn capable_files(plan: &PackagePlan, tree: &Tree) -> Vec<Capable> {
    let files = tree.iter().filter_map(|(path, entry)| {
        let mapping = mappings::of_origin(plan, &entry.origin)?;
        let is_program = matches!(entry.kind, Kind::Regular { .. }) && entry.mode & 0o111 != 0;
        let capabilities = mapping.capabilities.clone().filter(|_| is_program)?;
        let path = path.clone();
        Some(Capable { path, capabilities })
    });
    files.collect()
}

/// Returns whether a path is a directory to which an entry of `[files]` gives an owner or a mode, and that is not
/// shared by the packages of Debian.
pub(crate) fn is_given_directory(plan: &PackagePlan, path: &PackagePath, entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Directory)
        && !mappings::is_shared(path)
        && mappings::of_origin(plan, &entry.origin).is_some_and(|it| it.gives_directories)
}

/// Marks regular files below /etc as conffiles (policy 10.7.2) unless their entry says otherwise.
fn mark_conffiles(plan: &PackagePlan, tree: &mut Tree) {
    tree.set_conffiles(|path, origin| {
        let asked = mappings::of_origin(plan, origin).and_then(|mapping| mapping.conffile);
        asked.unwrap_or_else(|| path.as_bytes().starts_with(b"/etc/"))
    });
}

/// Returns the tags of the errors that the paths of a tree alone would give.
pub(crate) fn tags_of_faults(tree: &Tree) -> Vec<&'static Tag> {
    let of_debian = debian_paths::is_at_fault(tree).then_some(tags::PATH_OF_DEBIAN);
    let mut read = inert::findings(tree);
    read.extend(snippets::findings(&[], tree));
    let read = read.into_iter().map(|it| it.tag);
    let mut found: Vec<_> = of_debian.into_iter().chain(read).collect();
    found.sort_by_key(|tag| tag.name);
    found.dedup();
    found
}
