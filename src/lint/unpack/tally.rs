//! `Tally`: findings of packages that nobody trusts.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::finding::{Finding, Severity, Tag};

/// The number of times that a kind of finding is told.
const TOLD: usize = 10;

/// Findings of which each kind is told some times and then counted: a hostile package has millions.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    findings: Vec<Finding>,
    counts: BTreeMap<&'static str, (&'static Tag, Severity, usize)>,
}

impl Tally {
    /// Takes a finding about the package as a whole, or about its control archive.
    pub(crate) fn tell(&mut self, tag: &'static Tag, message: impl FnOnce() -> String) {
        self.take(tag, tag.severity, || Finding::new(tag, message()));
    }

    /// Takes a finding about a path of the package.
    pub(crate) fn tell_at(
        &mut self,
        path: impl Display,
        tag: &'static Tag,
        message: impl FnOnce() -> String,
    ) {
        self.take(tag, tag.severity, || {
            Finding::new(tag, message()).at_path(path)
        });
    }

    /// Takes a finding that is there already.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.take(finding.tag, finding.severity, || finding);
    }

    /// Takes a finding that is the same each time.
    pub(crate) fn once(&mut self, tag: &'static Tag, message: impl FnOnce() -> String) {
        if !self.counts.contains_key(tag.name) {
            self.tell(tag, message);
        }
    }

    fn take(&mut self, tag: &'static Tag, severity: Severity, finding: impl FnOnce() -> Finding) {
        let first = || (tag, severity, 0);
        let (_, _, count) = self.counts.entry(tag.name).or_insert_with(first);
        *count += 1;
        if *count <= TOLD {
            self.findings.push(finding());
        }
    }

    /// Returns the findings, those of a kind that was told no more as a number.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        for (tag, severity, count) in self.counts.into_values() {
            if count > TOLD {
                let more = count - TOLD;
                let message = format!("{more} more of the kind `{tag}`");
                let finding = Finding::new(tag, message).with_severity(severity);
                findings.push(finding.counting(more));
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tags;

    #[test]
    fn a_kind_is_told_ten_times_and_then_counted() {
        let mut tally = Tally::default();
        for number in 0..12 {
            tally.tell(tags::PATH_TWICE, || number.to_string());
        }
        tally.tell(tags::ODD_LENGTH, || "one".into());
        let findings = tally.finish();
        assert_eq!(findings.iter().map(|it| it.count).sum::<usize>(), 13);
        let messages: Vec<_> = findings.into_iter().map(|f| f.message).collect();
        assert_eq!(messages.len(), 12);
        assert_eq!(
            messages[9..],
            ["9", "one", "2 more of the kind `path-twice`"]
        );
    }
}
