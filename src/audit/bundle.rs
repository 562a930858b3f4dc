//! `[release] bundle-libraries`: libraries of the build machine put into the package, with all that
//! they need in turn, so that it runs on a minimal system.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Libraries;
use super::elf_index::ElfIndex;
use super::libraries::{Audit, Reason, SearchRules, audit, fits};
use super::members::ElfFiles;
use super::report::users;
use crate::debian::Architecture;
use crate::elf::Seen;
use crate::finding::{Finding, tags};
use crate::fs::{self, FsError};
use crate::tree::{Content, Entry, Origin, PackagePath, Tree};

/// The libraries while they are gathered.
pub(super) struct Bundle<'a> {
    folder: &'a PackagePath,
    rules: &'a SearchRules,
    searched: Vec<PathBuf>,
    /// The libraries that were put into the package, and where they lay.
    added: BTreeMap<String, PathBuf>,
    /// The libraries that were found nowhere.
    given_up: BTreeSet<String>,
}

impl<'a> Bundle<'a> {
    pub(super) fn new(
        libraries: &Libraries,
        folder: &'a PackagePath,
        architecture: Architecture,
        rules: &'a SearchRules,
    ) -> Self {
        let mut searched = libraries.found_in.clone();
        if let Some(triplet) = triplet(architecture) {
            searched.push(Path::new("/usr/lib").join(triplet));
            searched.push(Path::new("/lib").join(triplet));
        }
        searched.extend(["/usr/lib64", "/usr/lib"].map(PathBuf::from));
        Self {
            folder,
            rules,
            searched,
            added: BTreeMap::new(),
            given_up: BTreeSet::new(),
        }
    }

    /// Adds libraries until nothing is wanted that can be found. The answer is the audit of the
    /// whole.
    pub(super) fn fill(
        &mut self,
        tree: &mut Tree,
        index: &mut ElfIndex,
        files: &mut ElfFiles,
    ) -> Result<Audit, FsError> {
        loop {
            let audit = audit(files, self.rules);
            let unknown = audit.missing.iter().filter(|m| m.reason == Reason::Unknown);
            let wanted: BTreeSet<String> = audit
                .beyond_minimal()
                .chain(unknown.map(|missing| missing.library.as_str()))
                .filter(|soname| !self.added.contains_key(*soname))
                .filter(|soname| !self.given_up.contains(*soname))
                .map(str::to_owned)
                .collect();
            if wanted.is_empty() {
                // The folder is below that of the release: a file in its place clashes at unpacking
                // and nowhere else, and is none that a release has.
                let _ = tree.add_parents();
                return Ok(audit);
            }
            for soname in wanted {
                self.add(&soname, tree, index, files)?;
            }
        }
    }

    fn add(
        &mut self,
        soname: &str,
        tree: &mut Tree,
        index: &mut ElfIndex,
        files: &mut ElfFiles,
    ) -> Result<(), FsError> {
        let target = self.folder.join(soname).ok();
        let target = target.filter(|target| !soname.contains('/') && tree.get(target).is_none());
        let found = self.searched.iter().find_map(|folder| {
            let path = folder.join(soname);
            // `libz.so.1` is a link to `libz.so.1.2.13`: the loader asks for the first name only.
            let source = fs::canonicalize(&path).ok()?;
            let seen = Seen::at(&source, false).ok()?;
            let facts = seen.facts.clone().ok()?;
            let wanted = files.iter().any(|(_, user)| fits(&facts, user));
            wanted.then_some((path, source, seen, facts))
        });
        let (Some(target), Some((path, source, seen, facts))) = (target, found) else {
            self.given_up.insert(soname.to_owned());
            return Ok(());
        };
        let content = Content::File {
            size: fs::metadata(&source)?.len(),
            path: source.as_path().into(),
        };
        index.insert(source, seen);
        let entry = Entry::regular(content, 0o644, Origin::Library(path.clone()));
        tree.replace(target.clone(), entry);
        files.push((target, facts));
        self.added.insert(soname.to_owned(), path);
        Ok(())
    }

    pub(super) fn findings(&self, audit: &Audit) -> Vec<Finding> {
        let mut findings = Vec::new();
        let folders: Vec<String> = self
            .searched
            .iter()
            .map(|f| format!("`{}`", f.display()))
            .collect();
        for soname in &self.given_up {
            // What is in no package either is an error of the audit already.
            if audit
                .missing
                .iter()
                .any(|missing| missing.library == *soname)
            {
                continue;
            }
            let needed_by = audit.by_library.get(soname).map(|l| &l.needed_by);
            let users = users(needed_by.into_iter().flatten().map(String::as_str));
            let message = format!(
                "`{soname}`, needed by {users}, cannot be bundled: it is not in {}",
                folders.join(", ")
            );
            findings.push(Finding::new(tags::LIBRARY_NOT_BUNDLED, message).with_hint(
                "install its package, or name its folder in `library-path` of `[release]`",
            ));
        }
        if !self.added.is_empty() {
            let names: Vec<String> = self.added.keys().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "{} from this machine put into `{}`: their security updates are yours now",
                names.join(", "),
                self.folder
            );
            findings.push(
                Finding::new(tags::LIBRARIES_BUNDLED, message).with_hint(
                    "build the package again whenever this machine gets updates of them",
                ),
            );
        }
        findings
    }
}

/// The names of architectures in the paths of their libraries (dpkg-architecture(1),
/// `DEB_HOST_MULTIARCH`).
pub(super) const TRIPLETS: [(&str, &str); 12] = [
    ("amd64", "x86_64-linux-gnu"),
    ("arm64", "aarch64-linux-gnu"),
    ("armel", "arm-linux-gnueabi"),
    ("armhf", "arm-linux-gnueabihf"),
    ("i386", "i386-linux-gnu"),
    ("loong64", "loongarch64-linux-gnu"),
    ("mips64el", "mips64el-linux-gnuabi64"),
    ("mipsel", "mipsel-linux-gnu"),
    ("ppc64el", "powerpc64le-linux-gnu"),
    ("riscv64", "riscv64-linux-gnu"),
    ("s390x", "s390x-linux-gnu"),
    ("x32", "x86_64-linux-gnux32"),
];

/// Returns the name of an architecture in the paths of its libraries.
pub(crate) fn triplet(architecture: Architecture) -> Option<&'static str> {
    let mut all = TRIPLETS.into_iter();
    all.find_map(|(name, triplet)| (name == architecture.as_str()).then_some(triplet))
}
