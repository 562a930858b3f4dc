//! `[package] suites`: whether the package runs on the suites that it declares.

use super::libraries::{Audit, Missing};
use super::suites;
use crate::debian::{SUITES, Suite};
use crate::finding::{Finding, Location, tags};

/// The number of reasons against a suite that are told; `reldeb check` tells all.
const MOST_REASONS: usize = 2;

/// A suite of `[package] suites`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredSuite {
    /// The suite.
    pub suite: Suite,
    /// Its place in the manifest.
    pub place: Location,
}

/// An error for each declared suite that lacks what the ELF files need. What is in no known package
/// counts against none of them: the audit has a finding of its own for that.
#[must_use]
pub(crate) fn unmet(audit: &Audit, declared: &[DeclaredSuite]) -> Vec<Finding> {
    let unknown: Vec<String> = audit.missing.iter().map(Missing::against).collect();
    let against = |suite: Suite| -> Vec<&str> {
        let verdict = audit.verdicts.iter().find(|v| v.suite == suite);
        let reasons = verdict.map_or(&[][..], |verdict| &verdict.against);
        let known = reasons.iter().filter(|reason| !unknown.contains(reason));
        known.map(String::as_str).collect()
    };
    let all: Vec<Suite> = declared.iter().map(|declared| declared.suite).collect();
    let mut findings = Vec::new();
    for DeclaredSuite { suite, place } in declared {
        let suite = *suite;
        let reasons = against(suite);
        if reasons.is_empty() {
            continue;
        }
        let more = reasons.len().saturating_sub(MOST_REASONS);
        let rest = (more > 0).then(|| format!("and {more} more"));
        let told = reasons.into_iter().take(MOST_REASONS);
        let told: Vec<&str> = told.chain(rest.as_deref()).collect();
        let message = format!(
            "it does not run on {suite}, which is in `suites`: {}",
            told.join("; ")
        );
        // As old counts too: what one of two has and the other never had is no matter of age.
        let mut older = all.iter().filter(|other| !is_older(suite, **other));
        let runs_on_older = older.any(|older| against(*older).is_empty());
        findings.push(
            Finding::new(tags::SUITE_LACKS, message)
                .with_hint(hint(suite, &all, runs_on_older))
                .at(Some(place)),
        );
    }
    findings
}

/// Returns a hint on what to do about a suite that lacks something.
fn hint(suite: Suite, all: &[Suite], runs_on_older: bool) -> String {
    let name = suite.name;
    if runs_on_older {
        // The libraries are gone since: where it is built makes no difference.
        return format!(
            "put what it lacks into the package with `bundle-libraries` in `[release]`, or take \
             `{name}` out of `suites`"
        );
    }
    let declared = SUITES.into_iter().filter(|known| all.contains(known));
    let oldest = declared.reduce(|oldest, other| {
        if is_older(other, oldest) {
            other
        } else {
            oldest
        }
    });
    format!(
        "build on {}, the oldest of `suites`, or take `{name}` out of them",
        oldest.unwrap_or(suite)
    )
}

/// Returns whether a suite has an older C library than another: what is linked on the older one
/// runs on the other, of whatever distribution.
fn is_older(suite: Suite, other: Suite) -> bool {
    let version = |suite| {
        let column = SUITES.iter().position(|known| *known == suite)?;
        suites::versions_of("libc6")?[column]
    };
    match (version(suite), version(other)) {
        (Some(version), Some(other)) => !suites::is_at_least(version, other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::audit::{Reason, Verdict};

    /// The findings about the declared suites, each on a line of its own from 1 on; `lacking` names
    /// the suites that lack something, and how much.
    fn findings(declared: &[&str], lacking: &[(&str, usize)]) -> Vec<(String, String)> {
        let missing = Missing {
            library: "libgone.so.1".into(),
            needed_by: BTreeSet::from(["/opt/a/bin/a".into()]),
            reason: Reason::Unknown,
        };
        let verdict = |suite: Suite| {
            let count = lacking.iter().find(|(name, _)| *name == suite.name);
            let reasons = 1..=count.map_or(0, |(_, count)| *count);
            let mut against: Vec<_> = reasons.map(|number| format!("reason {number}")).collect();
            against.push(missing.against());
            Verdict { suite, against }
        };
        let audit = Audit {
            verdicts: SUITES.map(verdict).into(),
            missing: vec![missing.clone()],
            ..Audit::default()
        };
        let declared: Vec<_> = (1..)
            .zip(declared)
            .map(|(line, name)| DeclaredSuite {
                suite: name.parse().unwrap(),
                place: Location::Manifest {
                    manifest: "m.toml".into(),
                    line,
                },
            })
            .collect();
        unmet(&audit, &declared)
            .into_iter()
            .map(|finding| (finding.to_string(), finding.hint.unwrap()))
            .collect()
    }

    #[test]
    fn the_first_reasons_are_told() {
        for (count, told) in [
            (1, "reason 1"),
            (2, "reason 1; reason 2"),
            (3, "reason 1; reason 2; and 1 more"),
            (5, "reason 1; reason 2; and 3 more"),
        ] {
            let found = findings(&["sid", "bookworm"], &[("bookworm", count)]);
            let expected = format!(
                "m.toml:2: it does not run on Debian 12 (bookworm), which is in `suites`: {told}"
            );
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].0, expected);
        }
    }

    #[test]
    fn what_is_in_no_package_counts_against_no_suite() {
        assert_eq!(findings(&["bullseye", "noble"], &[]), []);
        assert_eq!(findings(&["noble"], &[("bullseye", 1), ("sid", 1)]), []);
        assert_eq!(findings(&[], &[("bullseye", 1)]), []);
    }

    #[test]
    fn the_hint_is_the_oldest_suite_or_the_libraries_that_are_gone() {
        let build = |oldest: &str, name: &str| {
            format!("build on {oldest}, the oldest of `suites`, or take `{name}` out of them")
        };
        let bundle = |name: &str| {
            format!(
                "put what it lacks into the package with `bundle-libraries` in `[release]`, or take `{name}` out of `suites`"
            )
        };
        #[rustfmt::skip]
        let table: [(&[&str], &[&str], &[String]); 6] = [
            (&["bullseye"], &["bullseye"], &[build("Debian 11 (bullseye)", "bullseye")]),
            (&["sid", "bookworm", "bullseye"], &["bookworm", "bullseye"],
                &[build("Debian 11 (bullseye)", "bookworm"), build("Debian 11 (bullseye)", "bullseye")]),
            (&["bookworm", "jammy"], &["jammy"], &[build("Ubuntu 22.04 (jammy)", "jammy")]),
            (&["focal", "bullseye"], &["focal", "bullseye"],
                &[build("Debian 11 (bullseye)", "focal"), build("Debian 11 (bullseye)", "bullseye")]),
            (&["bullseye", "bookworm"], &["bookworm"], &[bundle("bookworm")]),
            (&["bookworm", "focal"], &["bookworm"], &[bundle("bookworm")]),
        ];
        for (declared, lacking, expected) in table {
            let lacking: Vec<_> = lacking.iter().map(|name| (*name, 1)).collect();
            let found = findings(declared, &lacking);
            let hints: Vec<String> = found.into_iter().map(|(_, hint)| hint).collect();
            assert_eq!(hints, expected, "{declared:?} {lacking:?}");
        }
    }
}
