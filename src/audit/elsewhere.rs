//! Libraries that packages of the relations may bring, of a package that somebody else has made.

use super::libraries::{Audit, Missing, Provider, Reason};
use super::report::users;
use super::suites;
use crate::debian::{Alternatives, Operator, Relations};
use crate::finding::{Finding, tags};

/// The number of libraries that are named.
const MOST_NAMES: usize = 3;

impl Audit {
    /// Leaves the libraries that are in no known package to the relations, where one of those may have them: then
    /// nobody is to blame for them.
    pub(crate) fn leave_to(&mut self, relations: &Relations) {
        if !relations.iter().any(may_bring_libraries) {
            return;
        }
        let missing = std::mem::take(&mut self.missing).into_iter();
        let (left, missing): (Vec<_>, _) = missing.partition(|it| it.reason == Reason::Unknown);
        self.missing = missing;
        let against: Vec<String> = left.iter().map(Missing::against).collect();
        for verdict in &mut self.verdicts {
            verdict.against.retain(|reason| !against.contains(reason));
        }
        for missing in &left {
            let library = self.by_library.get_mut(&missing.library);
            let places = library.into_iter().flat_map(|library| &mut library.found);
            for place in places.filter(|place| **place == Provider::Nowhere) {
                *place = Provider::Relations;
            }
        }
        self.left_to_relations = left;
    }

    /// Returns the one finding about libraries that are left to the relations.
    pub(super) fn left_finding(&self) -> Option<Finding> {
        let message = match &self.left_to_relations[..] {
            [] => return None,
            [one] => {
                let users = users(one.needed_by.iter().map(String::as_str));
                format!(
                    "`{}` is in no known package: one of `Depends` has to bring it for {users}",
                    one.library
                )
            }
            all => {
                let names = all.iter().take(MOST_NAMES);
                let names: Vec<String> = names.map(|it| format!("`{}`", it.library)).collect();
                let more = match all.len() - names.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                format!(
                    "{} libraries are in no known package: those of `Depends` have to bring them: {}{more}",
                    all.len(),
                    names.join(", ")
                )
            }
        };
        Some(Finding::new(tags::LIBRARY_LEFT_TO_DEPENDS, message))
    }
}

/// Returns whether a package of libraries that the tables do not know fulfils a relation, or one of the same source,
/// which the relation ties to one version.
fn may_bring_libraries(alternatives: &Alternatives) -> bool {
    alternatives.relations().iter().any(|relation| {
        let name = relation.package.as_str();
        let constraint = relation.constraint.as_ref();
        let is_tied = constraint.is_some_and(|it| it.operator == Operator::Equal);
        !suites::has_package(name) && (name.starts_with("lib") || is_tied)
    })
}
