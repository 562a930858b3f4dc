//! The ELF files among the paths of a package, what they need, and what `Depends` says of it.

use std::collections::BTreeMap;

use super::Libraries;
use super::bundle::Bundle;
use super::libraries::{Audit, SearchRules, audit};
use super::suites;
use crate::audit::ElfIndex;
use crate::debian::{Alternatives, Architecture, Relations, SUITES, Suite};
use crate::elf::facts::{ElfError, ElfFacts};
use crate::finding::{Finding, tags};
use crate::fs::FsError;
use crate::tree::{Entry, Kind, PackagePath, Tree};

/// The ELF files of a package.
pub(crate) type ElfFiles = Vec<(PackagePath, ElfFacts)>;

/// Returns the ELF files of a tree, and the findings about those that are damaged.
pub(crate) fn elf_files(index: &ElfIndex, tree: &Tree) -> (ElfFiles, Vec<Finding>) {
    let (mut files, mut findings) = (ElfFiles::new(), Vec::new());
    for (path, facts) in index.facts(tree) {
        add(path, facts.clone(), &mut files, &mut findings);
    }
    (files, findings)
}

/// Puts libraries of the build machine into the tree, where the manifest asks for it.
///
/// # Errors
/// [`FsError`] where a file cannot be read.
pub(crate) fn bundle_libraries(
    libraries: &Libraries,
    architecture: Architecture,
    tree: &mut Tree,
    (index, files): (&mut ElfIndex, &mut ElfFiles),
) -> Result<Vec<Finding>, FsError> {
    let Some(folder) = &libraries.bundle else {
        return Ok(Vec::new());
    };
    let rules = search_rules(libraries, tree);
    let mut bundle = Bundle::new(libraries, folder, architecture, &rules);
    let audit = bundle.fill(tree, index, files)?;
    Ok(bundle.findings(&audit))
}

/// Answers what the ELF files of a tree need.
pub(crate) fn audit_tree(libraries: &Libraries, tree: &Tree, files: &ElfFiles) -> Audit {
    audit(files, &search_rules(libraries, tree))
}

fn search_rules(libraries: &Libraries, tree: &Tree) -> SearchRules {
    SearchRules {
        library_path: libraries.search.clone(),
        links: links(tree),
        allowed: libraries.allowed.clone(),
    }
}

/// Takes the facts of a file where it has some, and says so where it is damaged.
pub(crate) fn add(
    path: &PackagePath,
    read: Result<ElfFacts, ElfError>,
    files: &mut ElfFiles,
    findings: &mut Vec<Finding>,
) {
    match read {
        Ok(facts) => files.push((path.clone(), facts)),
        Err(ElfError::NotElf) => {}
        Err(error) => {
            let message = format!("`{path}` is packed as it is: {error}");
            let finding = Finding::new(tags::ELF_DAMAGED, message);
            findings.push(finding.with_hint_if(error.hint()).at_path(path));
        }
    }
}

/// The symlinks of a tree and the file each leads to.
fn links(tree: &Tree) -> BTreeMap<PackagePath, PackagePath> {
    let symlinks: BTreeMap<_, _> = tree
        .iter()
        .filter_map(|(path, entry)| match &entry.kind {
            Kind::Symlink { target } => Some((path.clone(), target.clone())),
            _ => None,
        })
        .collect();
    resolve(&symlinks, usize::MAX, |path| {
        matches!(
            tree.get(path),
            Some(Entry {
                kind: Kind::Regular { .. },
                ..
            })
        )
    })
}

/// The file that each symlink leads to, over at most as many others as Linux follows, as long as
/// the paths take no more than some bytes.
pub(crate) fn resolve(
    symlinks: &BTreeMap<PackagePath, Vec<u8>>,
    limit: usize,
    is_file: impl Fn(&PackagePath) -> bool,
) -> BTreeMap<PackagePath, PackagePath> {
    let follow = |link: &PackagePath| {
        let mut at = link.clone();
        for _ in 0..40 {
            let Some(target) = symlinks.get(&at) else {
                return is_file(&at).then_some(at);
            };
            let from = if target.starts_with(b"/") {
                PackagePath::root()
            } else {
                at.parent()?
            };
            at = from.walk(target)?;
        }
        None
    };
    let mut taken = 0_usize;
    let links = symlinks.keys();
    links
        .filter_map(|link| Some((link.clone(), follow(link)?)))
        .take_while(|(link, file)| {
            taken = taken.saturating_add(link.as_bytes().len() + file.as_bytes().len() + 128);
            taken <= limit
        })
        .collect()
}

/// Returns the relations that an audit puts into `Depends`.
#[must_use]
pub(crate) fn relations(audit: &Audit) -> Relations {
    let mut relations = Relations::new();
    for relation in &audit.necessary {
        // The tables hold legal names and versions only.
        if let Ok(relation) = relation.parse::<Alternatives>() {
            relations.require(relation);
        }
    }
    relations
}

/// Returns the findings about what is needed and does not follow from `Depends`.
#[must_use]
pub(crate) fn uncovered(needed: &Relations, depends: Option<&Relations>) -> Vec<Finding> {
    let none = Relations::new();
    let depends = depends.unwrap_or(&none);
    let names = |alternatives: &Alternatives| -> Vec<String> {
        let relations = alternatives.relations().iter();
        relations.map(|r| r.package.to_string()).collect()
    };
    let mut findings = Vec::new();
    for alternatives in needed {
        let mut with = depends.clone();
        with.require(alternatives.clone());
        // A later name of the same package, of the change to 64-bit times.
        let later: Vec<_> = names(alternatives)
            .iter()
            .map(|n| format!("{n}t64"))
            .collect();
        let is_there = depends
            .iter()
            .flat_map(names)
            .any(|name| later.contains(&name));
        if with != *depends && !is_there {
            findings.push(
                Finding::new(
                    tags::DEPENDS_LACKS,
                    format!("`Depends` does not say `{alternatives}`, which the ELF files need"),
                )
                .with_hint("add it, or write `\"auto\"` for all that they need"),
            );
        }
    }
    findings
}

/// The architectures on which the change to 64-bit times took the old names of libraries away.
const OF_CHANGED_TIMES: [&str; 8] = [
    "armel", "armhf", "hppa", "m68k", "mips", "mipsel", "powerpc", "sh4",
];

/// Returns the findings about relations that cannot be met since the change to 64-bit times, on one of
/// `suites` or, where these are none, on any.
#[must_use]
pub(crate) fn renamed(architecture: &str, suites: &[Suite], relations: &Relations) -> Vec<Finding> {
    if !OF_CHANGED_TIMES.contains(&architecture) {
        return Vec::new();
    }
    let suites = if suites.is_empty() {
        &SUITES[..]
    } else {
        suites
    };
    let of = |alternatives: &Alternatives| {
        suites.iter().find_map(|suite| {
            let names = alternatives.relations().iter().map(|relation| {
                let name = relation.package.as_str();
                suites::renamed(name, *suite).map(|new| format!("{new} | {name}"))
            });
            // One that is there will do.
            let names = names.collect::<Option<Vec<_>>>()?;
            Some((*suite, names.first()?.clone()))
        })
    };
    let found = relations
        .iter()
        .filter_map(|alternatives| Some((alternatives, of(alternatives)?)));
    found
        .map(|(alternatives, (suite, better))| {
            let message = format!(
                "relation `{alternatives}` cannot be met on {suite}, whose libraries for \
                 `{architecture}` have other names since the change to 64-bit times"
            );
            Finding::new(tags::RELATION_RENAMED, message).with_hint(format!(
                "write `{better}`, or `\"auto\"` in place of it for all that the ELF files need"
            ))
        })
        .collect()
}
