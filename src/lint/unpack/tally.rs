//! `Tally`: findings of packages that nobody trusts.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};

/// The number of times that a kind of finding is told.
const TOLD: usize = 10;

/// Findings of which each kind is told some times and then counted: a hostile package has millions.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    findings: Vec<Finding>,
    counts: BTreeMap<&'static str, (Severity, usize)>,
}

impl Tally {
    pub(super) fn error(&mut self, tag: &'static str, message: impl FnOnce() -> String) {
        self.add(|| Finding::error(tag, message()));
    }

    pub(super) fn warning(&mut self, tag: &'static str, message: impl FnOnce() -> String) {
        self.add(|| Finding::warning(tag, message()));
    }

    /// Takes a finding of which there may be many.
    pub(crate) fn add(&mut self, finding: impl FnOnce() -> Finding) {
        self.take(finding());
    }

    /// Takes a finding that is the same each time.
    pub(crate) fn once(&mut self, finding: impl FnOnce() -> Finding) {
        let finding = finding();
        if !self.counts.contains_key(finding.tag) {
            self.take(finding);
        }
    }

    fn take(&mut self, finding: Finding) {
        let (_, count) = self
            .counts
            .entry(finding.tag)
            .or_insert((finding.severity, 0));
        *count += 1;
        if *count <= TOLD {
            self.findings.push(finding);
        }
    }

    /// The findings, those of a kind that was told no more as a number.
    pub(crate) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        for (tag, (severity, count)) in self.counts {
            if count > TOLD {
                findings.push(Finding {
                    tag,
                    severity,
                    message: format!("{} more of the kind `{tag}`", count - TOLD),
                    hint: None,
                });
            }
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_ten_times_and_then_counted() {
        let mut tally = Tally::default();
        for number in 0..12 {
            tally.error("many", || number.to_string());
        }
        tally.warning("one", || "one".into());
        let messages: Vec<_> = tally.finish().into_iter().map(|f| f.message).collect();
        assert_eq!(messages.len(), 12);
        assert_eq!(messages[9..], ["9", "one", "2 more of the kind `many`"]);
    }
}
