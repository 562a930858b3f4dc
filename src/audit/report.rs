//! The findings of the audit.

use super::libraries::{Audit, Missing, Provider, Reason};
use super::suites::ON_EVERY_DEBIAN;
use crate::debian::Distribution;
use crate::finding::{Finding, tags};

impl Missing {
    /// The fact and what to do about it.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let library = &self.library;
        let users = users(self.needed_by.iter().map(String::as_str));
        let finding = match &self.reason {
            Reason::Unknown => Finding::new(
                tags::LIBRARY_NOT_FOUND,
                format!("`{library}` is in no known package and not in this one, needed by {users}"),
            )
            .with_hint(
                "put it into the package with `bundle-libraries`, exclude what needs it, or say that \
                 something else brings it with `allow-missing-libraries`, all in `[release]`",
            ),
            Reason::NotSearched(path) => Finding::new(
                tags::LIBRARY_NOT_SEARCHED,
                format!("`{library}` is there as `{path}`, where the loader does not look for {users}"),
            )
            .with_hint(
                "link with a RUNPATH such as `$ORIGIN`, or put its folder into LD_LIBRARY_PATH of the service",
            ),
            Reason::Interpreter => Finding::new(
                tags::LOADER_NOT_FOUND,
                format!("`{library}`, the loader of {users}, is on no Debian system"),
            )
            .with_hint("build on Debian, or link statically"),
        };
        match self.needed_by.first() {
            Some(first) => finding.at_path(first),
            None => finding,
        }
    }
}

/// Names the first file and how many more there are.
pub(super) fn users<'a>(mut files: impl Iterator<Item = &'a str>) -> String {
    let first = files.next().unwrap_or_default();
    match files.count() {
        0 => format!("`{first}`"),
        more => format!("`{first}` and {more} more"),
    }
}

impl Audit {
    /// Returns whether there was anything to look at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_library.is_empty() && self.missing.is_empty() && self.static_programs.is_empty()
    }

    /// The sonames that a Debian package has which a freshly installed system may lack: what to
    /// bundle where a package is to need nothing else.
    pub fn beyond_minimal(&self) -> impl Iterator<Item = &str> {
        let is_beyond = |found: &Provider| match found {
            Provider::Package(name) => !ON_EVERY_DEBIAN.contains(&name.as_str()),
            Provider::Inside(_) | Provider::Relations | Provider::Nowhere => false,
        };
        self.by_library
            .iter()
            .filter(move |(_, library)| library.found.iter().any(is_beyond))
            .filter(|(soname, _)| !self.allowed.iter().any(|a| a.library == **soname))
            .map(|(soname, _)| soname.as_str())
    }

    /// Everything the user should know: what would fail at start, what the package needs beyond
    /// a minimal system, and on which releases it runs.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut findings: Vec<_> = self.missing.iter().map(Missing::finding).collect();
        findings.extend(self.left_finding());
        for missing in &self.allowed {
            let users = users(missing.needed_by.iter().map(String::as_str));
            findings.push(Finding::new(
                tags::LIBRARY_MAY_BE_MISSING,
                format!(
                    "`{}` may be missing, needed by {users}: `allow-missing-libraries`",
                    missing.library
                ),
            ));
        }
        for soname in self.beyond_minimal() {
            let users = users(self.by_library[soname].needed_by.iter().map(String::as_str));
            findings.push(Finding::new(
                tags::LIBRARY_BEYOND_MINIMAL,
                format!("`{soname}` is not on every Debian system, needed by {users}"),
            ));
        }
        // What is in no package is on no release: said once, above.
        if self.missing.is_empty() {
            findings.extend(self.oldest_finding(Distribution::Debian));
            findings.extend(self.oldest_finding(Distribution::Ubuntu));
        }
        findings
    }

    /// On which release of a distribution the package runs from on, and why not on the one before.
    fn oldest_finding(&self, distribution: Distribution) -> Option<Finding> {
        let title = match distribution {
            Distribution::Debian => "Debian",
            Distribution::Ubuntu => "Ubuntu",
        };
        let of_it = || (self.verdicts.iter()).filter(|v| v.suite.distribution == distribution);
        let Some(oldest) = self.oldest(distribution) else {
            let newest = of_it().next_back()?;
            let against = newest.against.first()?;
            return Some(Finding::new(
                tags::RUNS_NOWHERE,
                format!(
                    "it runs on no known release of {title}: on {} {against}",
                    newest.suite
                ),
            ));
        };
        let before = of_it().take_while(|v| v.suite != oldest).last();
        let why = before.and_then(|v| Some(format!(": on {} {}", v.suite, v.against.first()?)));
        Some(Finding::new(
            tags::OLDEST_RELEASE,
            format!("it runs from {oldest} on{}", why.unwrap_or_default()),
        ))
    }
}
