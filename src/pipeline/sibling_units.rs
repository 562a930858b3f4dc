//! The units of two packages of one run against each other: systemd has one name for both.

use super::Package;
use crate::finding::{Finding, tags};
use crate::units::UnitText;

/// Finds a name that units of both packages have: what is done to it at the purge of one is done to the
/// other's.
pub(super) fn clash(first: &Package, second: &Package) -> Option<Finding> {
    let (one, two) = (&first.control.package, &second.control.package);
    let others = names(first);
    let (name, fact) = names(second).into_iter().find_map(|own| {
        let other = others.iter().find(|other| own.is_met_by(other))?;
        let fact = if own.text == other.text {
            "is a name of both".to_owned()
        } else {
            format!("is an instance of `{}`", template(&own.text, &other.text))
        };
        Some((instance(own.text, &other.text), fact))
    })?;
    let message = format!("unit `{name}` of `{one}` and `{two}` {fact}");
    let hint =
        "give one of them another name: the purge of one package disables the unit of the other";
    Some(Finding::new(tags::UNIT_IN_TWO_PACKAGES, message).with_hint(hint))
}

/// A name of a unit, in the manager of the users or of the system.
struct Name {
    user: bool,
    text: String,
    is_alias: bool,
}

impl Name {
    /// Returns whether the names are one, or one is an instance of the other. One file in both packages
    /// is told elsewhere.
    fn is_met_by(&self, other: &Self) -> bool {
        let (own, its) = (&*self.text, &*other.text);
        let is_one = own == its && (self.is_alias || other.is_alias);
        self.user == other.user && (is_one || is_instance(own, its) || is_instance(its, own))
    }
}

/// Returns whether a unit is an instance of a template.
fn is_instance(name: &str, template: &str) -> bool {
    let parts = template.split_once("@.");
    parts.is_some_and(|(stem, kind)| {
        let rest = name
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix('@'));
        name != template && rest.is_some_and(|rest| rest.ends_with(&format!(".{kind}")))
    })
}

fn template<'a>(own: &'a str, other: &'a str) -> &'a str {
    if is_instance(own, other) { other } else { own }
}

fn instance(own: String, other: &str) -> String {
    if is_instance(other, &own) {
        other.to_owned()
    } else {
        own
    }
}

/// Returns the names and aliases of a package's units.
fn names(package: &Package) -> Vec<Name> {
    let Some(deployment) = &package.deployment else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for unit in &deployment.own_units {
        let text = UnitText::parse(&unit.text).unwrap_or_default();
        let aliases = text.values("Install", "Alias");
        let aliases = aliases.iter().flat_map(|value| value.split_whitespace());
        let own = (!unit.file.is_drop_in()).then(|| unit.file.as_str());
        let own = own.map(|name| (name, false)).into_iter();
        names.extend(
            own.chain(aliases.map(|name| (name, true)))
                .map(|(name, is_alias)| Name {
                    user: unit.user,
                    text: name.to_owned(),
                    is_alias,
                }),
        );
    }
    if let Some(service) = deployment.service.as_ref().filter(|it| it.systemd) {
        let instances = if service.instances { "@" } else { "" };
        names.push(Name {
            user: false,
            text: format!("{}{instances}.service", service.name),
            is_alias: false,
        });
    }
    names
}
