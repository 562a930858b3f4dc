//! The sources of a package's libraries: the package itself, a Debian package, or nowhere.
//! From them follow its relations, the suites it runs on, and what would fail at start.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::allowed::Allowed;
use super::bundle::TRIPLETS;
use super::suites::{self, KnownLibrary, ON_EVERY_DEBIAN};
use crate::debian::{Distribution, SUITES, Suite};
use crate::elf::facts::{ElfFacts, ElfKind};
use crate::tree::PackagePath;

/// The variable by which the dynamic loader is told to look for libraries; ld.so(8).
#[derive(Debug, Clone, Default)]
pub struct SearchRules {
    /// The folders in `LD_LIBRARY_PATH` when the service runs: relx has `erts-VSN/lib` there.
    pub library_path: Vec<PackagePath>,
    /// The symlinks of the package and the file each leads to, `libx.so.1` to `libx.so.1.2.3`.
    pub links: BTreeMap<PackagePath, PackagePath>,
    /// The libraries that may be missing: they are neither errors nor in `Depends`.
    pub allowed: Allowed,
}

/// The place where a library was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// In the package itself, by way of the search rules.
    Inside(String),
    /// In a Debian package: the relation without a version, `libodbc1 | libodbc2`.
    Package(String),
    /// In a package of the relations, of which nobody knows here what it has.
    Relations,
    /// Nowhere that is known.
    Nowhere,
}

/// A soname that is needed, where it is, and who needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Library {
    /// The places where it was found, one for each of those the files of the package look at.
    pub found: Vec<Provider>,
    /// The files that need it.
    pub needed_by: BTreeSet<String>,
    /// The symbol versions that are needed of it.
    pub versions: BTreeSet<String>,
    /// The highest of them, and the first file that needs it; `None` where any version of the
    /// library will do.
    pub highest: Option<(String, String)>,
}

/// The reason why a file would not start or load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No package is known to have the soname, and the package itself does not bring it.
    Unknown,
    /// The package brings it in a folder where the loader does not look.
    NotSearched(String),
    /// The loader itself is not where the file says.
    Interpreter,
}

/// A library or a loader that a file needs and will not find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Missing {
    /// The soname, or the path of the loader.
    pub library: String,
    /// The files that need it.
    pub needed_by: BTreeSet<String>,
    /// The reason why it will not be found.
    pub reason: Reason,
}

impl Missing {
    /// The reason against every suite.
    pub(super) fn against(&self) -> String {
        let first = self.needed_by.first().map_or("", String::as_str);
        format!("`{}` is in no package, needed by `{first}`", self.library)
    }
}

/// The verdict on one suite, by what the libraries need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// The suite.
    pub suite: Suite,
    /// The reasons against it; the package runs where there are none. `libc6 is 2.31, expected 2.34
    /// or later for …`, the subject in backticks.
    pub against: Vec<String>,
}

/// The needs of the ELF files of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Audit {
    /// The minimal relations, merged, in the order of their names.
    pub depends: Vec<String>,
    /// Those of them that belong into `Depends`: without the packages that every Debian system
    /// has in a version that will do (policy 3.5 of essential packages), but always with the C
    /// library, by which lintian knows that somebody thought of it.
    pub necessary: Vec<String>,
    /// Every soname that is needed.
    pub by_library: BTreeMap<String, Library>,
    /// The files that would fail at start.
    pub missing: Vec<Missing>,
    /// The libraries that may be missing, as the author says.
    pub allowed: Vec<Missing>,
    /// The libraries that are in no known package, and that one of the relations may bring.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_to_relations: Vec<Missing>,
    /// Every suite of the tables and what stands against it.
    pub verdicts: Vec<Verdict>,
    /// Programs that need no library at all.
    pub static_programs: BTreeSet<String>,
}

impl Audit {
    /// The suites of a distribution on which the package runs, the oldest first. A newer suite
    /// may be missing too: trixie has no libssl1.1.
    pub fn runs_on(&self, distribution: Distribution) -> impl Iterator<Item = Suite> {
        self.verdicts
            .iter()
            .filter(move |v| v.suite.distribution == distribution && v.against.is_empty())
            .map(|v| v.suite)
    }

    /// The oldest suite of a distribution on which the package runs.
    #[must_use]
    pub fn oldest(&self, distribution: Distribution) -> Option<Suite> {
        self.runs_on(distribution).next()
    }
}

/// The needs of one Debian package.
#[derive(Default)]
struct Need {
    known: Option<&'static KnownLibrary>,
    names: Vec<&'static str>,
    /// The lowest version, and the first file and symbol version that ask for it.
    minimum: Option<(String, String)>,
    needed_by: String,
}

/// Answers what the ELF files of a package need. Object files and core dumps are left out: no
/// loader ever reads them. That a library finds more by the `DT_RPATH` of the program that loads
/// it is not followed; linkers write `DT_RUNPATH`, which has no such effect.
#[must_use]
pub fn audit(files: &[(PackagePath, ElfFacts)], rules: &SearchRules) -> Audit {
    let loaded: Vec<_> = files
        .iter()
        .filter(|(_, facts)| matches!(facts.kind, ElfKind::Program | ElfKind::Library))
        .collect();
    let mut places: BTreeMap<PackagePath, &ElfFacts> = BTreeMap::new();
    for (path, facts) in &loaded {
        places.insert(path.clone(), facts);
        for (link, _) in rules.links.iter().filter(|(_, file)| *file == path) {
            places.insert(link.clone(), facts);
        }
    }
    let mut work = Work {
        places,
        rules,
        needs: BTreeMap::new(),
        missing: BTreeMap::new(),
        allowed: BTreeMap::new(),
        audit: Audit::default(),
    };
    for (path, facts) in loaded {
        work.file(path, facts);
    }
    work.finish()
}

/// The audit while it is being made.
struct Work<'a> {
    places: BTreeMap<PackagePath, &'a ElfFacts>,
    rules: &'a SearchRules,
    needs: BTreeMap<String, Need>,
    missing: BTreeMap<String, Missing>,
    allowed: BTreeMap<String, Missing>,
    audit: Audit,
}

impl Work<'_> {
    fn file(&mut self, path: &PackagePath, facts: &ElfFacts) {
        let shown = path.to_string();
        if facts.is_static() {
            self.audit.static_programs.insert(shown.clone());
        }
        if facts.is_musl() {
            self.need_musl(&shown);
        } else if let Some(loader) = &facts.interpreter {
            self.loader(loader, &shown);
        }
        for soname in &facts.needed {
            let found = self.find(path, facts, soname);
            let allowed = self.rules.allowed.has(soname, path);
            if found == Provider::Nowhere && !allowed {
                self.miss(soname, &shown, self.reason(soname), false);
            }
            let versions = facts.versions.get(soname);
            if allowed && !matches!(found, Provider::Inside(_)) {
                self.miss(soname, &shown, self.reason(soname), true);
            } else if let (Provider::Package(relation), Some(known), false) =
                (&found, suites::library(soname), facts.is_musl())
            {
                let names = known.names(facts.machine);
                self.need(relation.clone(), known, names, versions, &shown);
            }
            let entry = self.audit.by_library.entry(soname.clone());
            let library = entry.or_insert_with(|| Library {
                found: vec![],
                needed_by: BTreeSet::new(),
                versions: BTreeSet::new(),
                highest: None,
            });
            if !library.found.contains(&found) {
                library.found.push(found);
            }
            library.needed_by.insert(shown.clone());
            library
                .versions
                .extend(versions.into_iter().flatten().cloned());
            library.raise(versions, &shown);
        }
    }

    /// Debian's `musl` has the loader, which is the C library as well, under all its names.
    fn need_musl(&mut self, file: &str) {
        let need = self.needs.entry("musl".into()).or_default();
        need.names = vec!["musl"];
        if need.needed_by.is_empty() {
            file.clone_into(&mut need.needed_by);
        }
    }

    /// The loader of glibc lies in `libc6`; another one has to be in the package.
    fn loader(&mut self, loader: &str, file: &str) {
        let (folder, name) = loader.rsplit_once('/').unwrap_or(("", loader));
        let usual = ["/lib", "/lib64", "/libx32", "/usr/lib", "/usr/lib64"].contains(&folder);
        let inside = PackagePath::new(loader).is_ok_and(|path| self.places.contains_key(&path));
        match suites::library(name) {
            Some(known) if usual => {
                let names = known.depends.clone();
                self.need("libc6".into(), known, names, None, file);
            }
            _ if inside => {}
            _ => self.miss(loader, file, Reason::Interpreter, false),
        }
    }

    fn find(&self, path: &PackagePath, facts: &ElfFacts, soname: &str) -> Provider {
        let folders = search_folders(path, facts, self.rules);
        let inside = if soname.contains('/') {
            PackagePath::new(soname).ok()
        } else {
            folders.iter().find_map(|folder| {
                let file = folder.join(soname).ok()?;
                let there = self.places.get(&file)?;
                fits(there, facts).then_some(file)
            })
        };
        if let Some(file) = inside.filter(|file| self.places.contains_key(file)) {
            return Provider::Inside(file.to_string());
        }
        if facts.is_musl() {
            let is_libc = soname == "libc.so" || soname.starts_with("libc.musl-");
            return if is_libc {
                Provider::Package("musl".into())
            } else {
                Provider::Nowhere
            };
        }
        suites::library(soname).map_or(Provider::Nowhere, |known| {
            Provider::Package(known.names(facts.machine).join(" | "))
        })
    }

    fn reason(&self, soname: &str) -> Reason {
        let has_that_name = |(path, facts): &(&PackagePath, &&ElfFacts)| {
            facts.soname.as_deref() == Some(soname) || path.file_name() == soname.as_bytes()
        };
        match self.places.iter().find(has_that_name) {
            Some((path, _)) => Reason::NotSearched(path.to_string()),
            None => Reason::Unknown,
        }
    }

    fn miss(&mut self, library: &str, file: &str, reason: Reason, allowed: bool) {
        let list = if allowed {
            &mut self.allowed
        } else {
            &mut self.missing
        };
        let entry = list.entry(library.to_owned());
        let missing = entry.or_insert_with(|| Missing {
            library: library.to_owned(),
            needed_by: BTreeSet::new(),
            reason,
        });
        missing.needed_by.insert(file.to_owned());
    }

    fn need(
        &mut self,
        relation: String,
        known: &'static KnownLibrary,
        names: Vec<&'static str>,
        versions: Option<&BTreeSet<String>>,
        file: &str,
    ) {
        let need = self.needs.entry(relation).or_default();
        need.known = Some(known);
        need.names = names;
        if need.needed_by.is_empty() {
            file.clone_into(&mut need.needed_by);
        }
        for symbol in versions.into_iter().flatten() {
            let Some(version) = suites::minimum(symbol) else {
                continue;
            };
            let current = need.minimum.as_ref();
            if current.is_none_or(|(known, _)| !suites::is_at_least(known, &version)) {
                need.minimum = Some((version, format!("`{symbol}` in `{file}`")));
            }
        }
    }

    fn finish(mut self) -> Audit {
        self.audit.missing = self.missing.into_values().collect();
        let nowhere: Vec<_> = self.audit.missing.iter().map(Missing::against).collect();
        self.audit.verdicts = SUITES
            .iter()
            .enumerate()
            .map(|(at, suite)| Verdict {
                suite: *suite,
                against: (self.needs.values())
                    .filter_map(|need| need.against(at))
                    .chain(nowhere.iter().cloned())
                    .collect(),
            })
            .collect();
        self.audit.allowed = self.allowed.into_values().collect();
        let runs_on = |at: usize| self.audit.verdicts[at].against.is_empty();
        let mut depends: Vec<_> = self.needs.values().map(|n| n.relation(&runs_on)).collect();
        depends.sort();
        let necessary = (self.needs.values()).filter(|need| need.is_necessary());
        let mut necessary: Vec<_> = necessary.map(|n| n.relation(&runs_on)).collect();
        necessary.sort();
        self.audit.depends = depends;
        self.audit.necessary = necessary;
        self.audit
    }
}

impl Library {
    /// Keeps the highest of the symbol versions whose age is known.
    fn raise(&mut self, versions: Option<&BTreeSet<String>>, file: &str) {
        for symbol in versions.into_iter().flatten() {
            let Some(version) = suites::minimum(symbol) else {
                continue;
            };
            let current = self.highest.as_ref().and_then(|h| suites::minimum(&h.0));
            if current.is_none_or(|current| !suites::is_at_least(&current, &version)) {
                self.highest = Some((symbol.clone(), file.to_owned()));
            }
        }
    }
}

impl Need {
    /// Returns whether a system may be without it, or have too old a version of it.
    fn is_necessary(&self) -> bool {
        let on_every = |name: &&str| ON_EVERY_DEBIAN.contains(name);
        if self.names == ["libc6"] || !self.names.iter().all(on_every) {
            return true;
        }
        let Some((minimum, _)) = &self.minimum else {
            return false;
        };
        let versions = self
            .names
            .iter()
            .filter_map(|name| suites::versions_of(name));
        versions
            .flatten()
            .flatten()
            .any(|version| !suites::is_at_least(version, minimum))
    }

    /// Returns the reasons against a suite, given by its column.
    fn against(&self, column: usize) -> Option<String> {
        let known = self.known?;
        let name = known.depends.first()?;
        if known.packages[column].is_none() {
            return Some(format!(
                "`{name}` is not there, needed by `{}`",
                self.needed_by
            ));
        }
        let (minimum, why) = self.minimum.as_ref()?;
        let versions = self.names.iter().find_map(|n| suites::versions_of(n))?;
        let version = versions[column]?;
        (!suites::is_at_least(version, minimum))
            .then(|| format!("`{name}` is {version}, expected {minimum} or later for {why}"))
    }

    /// The relation; of alternatives only those that a suite has on which the package runs.
    fn relation(&self, runs_on: &dyn Fn(usize) -> bool) -> String {
        let packages = self.known.map(|known| known.packages);
        let is_used = |name: &str| {
            let mut columns = packages.iter().flatten().enumerate();
            columns.any(|(at, package)| *package == Some(name) && runs_on(at))
        };
        let mut names = self.names.clone();
        if names.iter().any(|name| is_used(name)) && names.len() > 1 {
            names.retain(|name| is_used(name));
        }
        let text = |name: &&str| match &self.minimum {
            Some((version, _)) if *name == "zlib1g" => format!("{name} (>= 1:{version})"),
            Some((version, _)) => format!("{name} (>= {version})"),
            None => (*name).to_owned(),
        };
        names.iter().map(text).collect::<Vec<_>>().join(" | ")
    }
}

/// Returns whether the loader of one file takes the other: it passes over libraries for another
/// machine.
pub(super) fn fits(library: &ElfFacts, user: &ElfFacts) -> bool {
    let (library, user) = (library.machine, user.machine);
    library.number == user.number
        && library.class64 == user.class64
        && library.little_endian == user.little_endian
}

/// The folders the loader goes through, as paths of the package: `DT_RPATH` counts only where
/// there is no `DT_RUNPATH`, and `LD_LIBRARY_PATH` comes between the two.
fn search_folders(path: &PackagePath, facts: &ElfFacts, rules: &SearchRules) -> Vec<PackagePath> {
    let origin = path.parent();
    let expand = |folders: &[String]| -> Vec<PackagePath> {
        let expanded = folders.iter().filter_map(|folder| {
            let rest = ["$ORIGIN", "${ORIGIN}"]
                .iter()
                .find_map(|o| folder.strip_prefix(o));
            match rest {
                Some(rest) => origin.as_ref()?.walk(rest),
                None => PackagePath::root().walk(folder.strip_prefix('/')?),
            }
        });
        expanded.collect()
    };
    let mut folders = vec![];
    if facts.runpath.is_empty() {
        folders.extend(expand(&facts.rpath));
    }
    folders.extend(rules.library_path.iter().cloned());
    folders.extend(expand(&facts.runpath));
    folders.extend(system_folders());
    folders
}

/// Returns the folders that the loader of every Debian goes through. Those of other machines do no
/// harm: it passes over their libraries.
pub(crate) fn system_folders() -> impl Iterator<Item = PackagePath> {
    let of_machines = TRIPLETS
        .into_iter()
        .flat_map(|(_, triplet)| ["/lib", "/usr/lib"].map(|above| format!("{above}/{triplet}")));
    let of_all = ["/lib", "/usr/lib", "/lib64", "/usr/lib64"].map(str::to_owned);
    let paths = of_all.into_iter().chain(of_machines);
    paths.filter_map(|path| PackagePath::new(path).ok())
}

#[cfg(test)]
mod tests;
