//! `reldeb diff`: the differences of two packages, as an upgrade from one to the other brings them to a
//! machine. Both packages are read once, side by side; what is kept of a path is short.

mod control;
mod kind;
mod paths;
mod release;
mod scripts;
mod side;

use std::collections::BTreeSet;
use std::io::Read;

use serde::Serialize;

pub(crate) use control::{FieldChange, RelationChange};
pub(crate) use kind::{DiffKind, UnknownDiffKind};
pub(crate) use paths::{Look, PathChange, PathChanges};
pub(crate) use release::{ApplicationChange, ModuleChange};
pub(crate) use scripts::{AccountChange, ServiceAction, ServiceChange, TextChange};

use crate::deb::{ArchiveError, DataKind, Deb};
use crate::debian::Suite;
use crate::finding::{Finding, Location, Severity};
use crate::lint::upgrade;
use crate::tree::PackagePath;
use release::Releases;
use side::Side;

/// The size in bytes up to which the text of a file is compared line by line.
const LARGEST_TEXT: u64 = 4 << 20;

/// A package that is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Compared {
    /// Its name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Its architecture.
    pub architecture: String,
    /// The size of its file in bytes.
    pub size: u64,
}

/// Somebody whom dpkg asks about a configuration file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Asked {
    /// Every administrator.
    Everybody,
    /// The administrators that have edited the file.
    WhoEdited,
}

/// A question that dpkg asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Question {
    /// The configuration file.
    pub path: String,
    /// The one who is asked.
    pub asked: Asked,
}

/// A suite that only one of the packages runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SuiteChange {
    /// The code name of the suite.
    pub suite: &'static str,
    /// Tells that the new package does not run on it.
    pub lost: bool,
    /// The reasons against the package that does not run there.
    pub against: Vec<String>,
}

/// The differences of two packages.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Diff {
    /// The package to upgrade from.
    pub old: Compared,
    /// The package to upgrade to.
    pub new: Compared,
    /// The losses of an upgrade, and the reasons for apt to refuse it.
    pub findings: Vec<Finding>,
    /// The questions about configuration files.
    pub questions: Vec<Question>,
    /// The fate of services; those of which the packages say nothing are left out.
    pub services: Vec<ServiceChange>,
    /// The users and groups that are made anew, or no longer.
    pub accounts: Vec<AccountChange>,
    /// The suites that are lost or gained.
    pub suites: Vec<SuiteChange>,
    /// The applications with other versions.
    pub applications: Vec<ApplicationChange>,
    /// The modules with other code in applications of the same version.
    pub modules: Vec<ModuleChange>,
    /// The relations that differ.
    pub relations: Vec<RelationChange>,
    /// The other fields that differ.
    pub fields: Vec<FieldChange>,
    /// The maintainer scripts and other texts of the control archive that differ.
    pub scripts: Vec<TextChange>,
    /// The paths that differ.
    pub paths: PathChanges,
}

impl Diff {
    /// Compares two packages.
    ///
    /// # Errors
    /// [`ArchiveError`] where one of them cannot be read, is damaged, or has no control file that dpkg
    /// would take.
    pub(crate) fn between(old: &Deb, new: &Deb) -> Result<Self, ArchiveError> {
        let (old, new) = std::thread::scope(|scope| {
            let other = scope.spawn(|| Side::read(new));
            let old = Side::read(old);
            match other.join() {
                Ok(new) => (old, new),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        let (old, mut new) = (old?, new?);
        new.note_plain_files(old.upgrade.conffiles());
        let releases = Releases::between(&old, &new);
        Ok(Self {
            findings: findings(&old, &new),
            questions: questions(&old, &new),
            services: scripts::services(&old, &new),
            accounts: scripts::accounts(&old, &new),
            suites: suites(&old, &new),
            relations: control::relations(&old, &new),
            fields: control::fields(&old, &new),
            scripts: scripts::texts(&old, &new),
            paths: PathChanges::between(&old, &new, &releases.folders),
            applications: releases.applications,
            modules: releases.modules,
            old: compared(&old),
            new: compared(&new),
        })
    }

    /// Returns whether dpkg would refuse the new package, or something in it hides.
    #[must_use]
    pub(crate) fn has_errors(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.severity == Severity::Error)
    }

    /// Returns whether nothing differs.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        // A restart, and that apt does not install the same version, are no differences.
        let of_machine = [DiffKind::Finding, DiffKind::Restart];
        let mut kinds = DiffKind::ALL.iter().filter(|it| !of_machine.contains(it));
        kinds.all(|kind| !self.has(*kind))
            && !self.has_errors()
            && self.old.version == self.new.version
            && self.old.package == self.new.package
            && self.old.architecture == self.new.architecture
            && self.paths.is_empty()
    }
}

fn compared(side: &Side) -> Compared {
    Compared {
        package: side.upgrade.name.to_string(),
        version: side.upgrade.version.to_string(),
        architecture: side.upgrade.architecture.to_string(),
        size: side.size,
    }
}

/// Returns what an upgrade would lose, without what the scripts of the new package care for.
fn findings(old: &Side, new: &Side) -> Vec<Finding> {
    let mut findings = upgrade::findings(&old.upgrade, &new.upgrade, None);
    findings.extend(new.faults.iter().cloned());
    let preinst = new.control_texts.get("preinst").map_or("", String::as_str);
    // The scripts of reldeb put aside whatever changes places in the release.
    let release = preinst.contains("links_note=").then(|| {
        let mut lines = preinst.lines();
        let line = lines.find_map(|line| line.trim_start().strip_prefix("release=/"));
        line.map(|path| format!("/{path}/"))
    });
    let release = release.flatten();
    let lines = preinst.lines();
    let of_helper = lines.filter(|line| line.contains("dpkg-maintscript-helper"));
    let words = of_helper.flat_map(str::split_whitespace);
    let named: BTreeSet<&str> = words.map(|word| word.trim_matches('\'')).collect();
    findings.retain(|finding| {
        let Some(Location::Package { path }) = &finding.location else {
            return true;
        };
        !named.contains(path.as_str())
            && !release
                .as_ref()
                .is_some_and(|release| path.starts_with(release))
    });
    findings
}

/// Returns the questions of dpkg: of a conffile whose shipped content differs, those are asked who have
/// edited it; where it was a plain file before, dpkg cannot know what was shipped, and asks everybody.
fn questions(old: &Side, new: &Side) -> Vec<Question> {
    let conffiles = new.upgrade.conffiles().iter();
    let asked = conffiles.filter_map(|path| {
        let (before, after) = (old.get(path)?, new.get(path)?);
        let differs = before.kind == DataKind::Regular && before.sum != after.sum;
        let is_conffile = old.upgrade.conffiles().contains(path);
        differs.then(|| Question {
            path: path.to_string(),
            asked: if is_conffile {
                Asked::WhoEdited
            } else {
                Asked::Everybody
            },
        })
    });
    asked.collect()
}

/// Returns the suites that only one of the packages runs on.
fn suites(old: &Side, new: &Side) -> Vec<SuiteChange> {
    let before = &old.report.audit.verdicts;
    let against = |side: &Side, suite: Suite| {
        let mut verdicts = side.report.audit.verdicts.iter();
        let verdict = verdicts.find(|it| it.suite == suite);
        verdict.map_or_else(Vec::new, |it| it.against.clone())
    };
    let changed = before.iter().filter_map(|verdict| {
        let after = against(new, verdict.suite);
        let lost = verdict.against.is_empty() && !after.is_empty();
        let gained = !verdict.against.is_empty() && after.is_empty();
        (lost || gained).then(|| SuiteChange {
            suite: verdict.suite.name,
            lost,
            against: if lost { after } else { verdict.against.clone() },
        })
    });
    changed.collect()
}

/// The difference of one file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "content")]
pub(crate) enum ContentChange {
    /// The file is the same in both packages.
    Same,
    /// The texts differ.
    Text {
        /// The difference, in the unified form of diff(1).
        diff: String,
    },
    /// One of them is no text, or longer than 4 MiB.
    Bytes {
        /// The size in the old package; `None` where it is not there.
        old: Option<u64>,
        /// The size in the new package.
        new: Option<u64>,
    },
    /// Neither package has the file.
    Nowhere,
}

impl ContentChange {
    /// Compares one file of two packages.
    ///
    /// # Errors
    /// [`ArchiveError`] where a package cannot be read or is damaged.
    pub(crate) fn between(old: &Deb, new: &Deb, path: &PackagePath) -> Result<Self, ArchiveError> {
        let (old, new) = (content(old, path)?, content(new, path)?);
        if old.is_none() && new.is_none() {
            return Ok(Self::Nowhere);
        }
        if old == new {
            return Ok(Self::Same);
        }
        let size = |file: &Option<(u64, Vec<u8>)>| file.as_ref().map(|(size, _)| *size);
        let sizes = (size(&old), size(&new));
        let text = |file: Option<(u64, Vec<u8>)>| {
            let (size, bytes) = file.unwrap_or_default();
            let is_whole = size == bytes.len() as u64 && !bytes.contains(&0);
            String::from_utf8(bytes).ok().filter(|_| is_whole)
        };
        let texts = text(old).zip(text(new));
        let diff = texts.and_then(|(old, new)| scripts::unified(&old, &new));
        Ok(match diff {
            Some(diff) => Self::Text { diff },
            None => Self::Bytes {
                old: sizes.0,
                new: sizes.1,
            },
        })
    }
}

/// Returns the size and the first bytes of a file.
fn content(deb: &Deb, path: &PackagePath) -> Result<Option<(u64, Vec<u8>)>, ArchiveError> {
    let mut found = None;
    deb.for_each_data_entry(|entry, content| {
        if entry.kind == DataKind::Regular && entry.path().is_ok_and(|it| it == *path) {
            let mut bytes = Vec::new();
            let read = content.take(LARGEST_TEXT).read_to_end(&mut bytes);
            read.map_err(|error| deb.damaged_data(&error))?;
            found = Some((entry.size, bytes));
        }
        Ok::<_, ArchiveError>(())
    })?;
    Ok(found)
}
