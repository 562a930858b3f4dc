//! The kinds of differences by their names, for those who let a build fail at some of them.

use std::fmt;
use std::str::FromStr;

use super::{Diff, ServiceAction};
use crate::finding::Severity;
use crate::message::nearest;

/// A kind of difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiffKind {
    /// `finding`: an upgrade that would lose something, or that apt refuses.
    Finding,
    /// `question`: dpkg asks about a configuration file.
    Question,
    /// `conffile`: a file is a configuration file, and was not.
    Conffile,
    /// `restart`: a service is restarted, or stopped and started.
    Restart,
    /// `enabled`: a service is enabled that was not.
    Enabled,
    /// `account`: a user or group is made anew, or no longer.
    Account,
    /// `suite`: the new package does not run on a suite that the old one runs on.
    Suite,
    /// `downgrade`: an application has a lower version.
    Downgrade,
    /// `module`: code changed under the same version of its application.
    Module,
    /// `relation`: a relation to other packages.
    Relation,
    /// `field`: another field of the control file.
    Field,
    /// `script`: a maintainer script.
    Script,
    /// `path-kind`: a directory, file or link has become something else.
    PathKind,
    /// `rights`: permission bits or owners.
    Rights,
    /// `setuid`: a program that runs as its owner or group, and did not.
    Setuid,
    /// `added`: a path.
    Added,
    /// `removed`: a path.
    Removed,
    /// `content`: of a file.
    Content,
    /// `size>N%`: the files of the package are larger by more than so many percent.
    SizeAbove(u32),
}

impl DiffKind {
    /// The kinds without a number.
    pub(crate) const ALL: [Self; 18] = [
        Self::Finding,
        Self::Question,
        Self::Conffile,
        Self::Restart,
        Self::Enabled,
        Self::Account,
        Self::Suite,
        Self::Downgrade,
        Self::Module,
        Self::Relation,
        Self::Field,
        Self::Script,
        Self::PathKind,
        Self::Rights,
        Self::Setuid,
        Self::Added,
        Self::Removed,
        Self::Content,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Question => "question",
            Self::Conffile => "conffile",
            Self::Restart => "restart",
            Self::Enabled => "enabled",
            Self::Account => "account",
            Self::Suite => "suite",
            Self::Downgrade => "downgrade",
            Self::Module => "module",
            Self::Relation => "relation",
            Self::Field => "field",
            Self::Script => "script",
            Self::PathKind => "path-kind",
            Self::Rights => "rights",
            Self::Setuid => "setuid",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Content => "content",
            Self::SizeAbove(_) => "size>N%",
        }
    }

    /// Returns the names of all kinds, for a list.
    #[must_use]
    pub(crate) fn names() -> String {
        let all = Self::ALL.iter().chain(&[Self::SizeAbove(0)]);
        all.map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for DiffKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SizeAbove(percent) => write!(f, "size>{percent}%"),
            kind => f.write_str(kind.name()),
        }
    }
}

/// The error for a word that names no kind of difference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no kind of difference is called `{word}`{}, expected {}", near.as_ref().map_or_else(String::new, |near| format!(", did you mean `{near}`")), DiffKind::names())]
pub(crate) struct UnknownDiffKind {
    word: String,
    near: Option<&'static str>,
}

impl FromStr for DiffKind {
    type Err = UnknownDiffKind;

    fn from_str(word: &str) -> Result<Self, UnknownDiffKind> {
        let percent = word
            .strip_prefix("size>")
            .and_then(|it| it.strip_suffix('%'));
        if let Some(percent) = percent.and_then(|it| it.parse().ok()) {
            return Ok(Self::SizeAbove(percent));
        }
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == word)
            .ok_or_else(|| UnknownDiffKind {
                word: word.to_owned(),
                near: nearest(word, Self::ALL.iter().map(|kind| kind.name())),
            })
    }
}

impl Diff {
    /// Returns whether there is a difference of a kind.
    #[must_use]
    pub(crate) fn has(&self, kind: DiffKind) -> bool {
        let changed = &self.paths.changed;
        match kind {
            DiffKind::Finding => self
                .findings
                .iter()
                .any(|it| it.severity >= Severity::Warning),
            DiffKind::Question => !self.questions.is_empty(),
            DiffKind::Conffile => self.paths.conffiles_anew().next().is_some(),
            DiffKind::Restart => self.services.iter().any(|it| {
                matches!(
                    it.action,
                    ServiceAction::Restarts | ServiceAction::StopsAndStarts
                )
            }),
            DiffKind::Enabled => self.services.iter().any(|it| it.enabled_anew),
            DiffKind::Account => !self.accounts.is_empty(),
            DiffKind::Suite => self.suites.iter().any(|it| it.lost),
            DiffKind::Downgrade => self.applications.iter().any(|it| it.down),
            DiffKind::Module => !self.modules.is_empty(),
            DiffKind::Relation => !self.relations.is_empty(),
            DiffKind::Field => !self.fields.is_empty(),
            DiffKind::Script => !self.scripts.is_empty(),
            DiffKind::PathKind => changed.iter().any(super::PathChange::is_of_kind),
            DiffKind::Rights => changed.iter().any(super::PathChange::is_of_rights),
            DiffKind::Setuid => self.paths.setuid_anew().next().is_some(),
            DiffKind::Added => !self.paths.added.is_empty(),
            DiffKind::Removed => !self.paths.removed.is_empty(),
            DiffKind::Content => changed.iter().any(|it| it.content_changed),
            DiffKind::SizeAbove(percent) => {
                let most = u128::from(self.paths.old_bytes) * (100 + u128::from(percent));
                u128::from(self.paths.new_bytes) * 100 > most
            }
        }
    }
}
