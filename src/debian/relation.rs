//! `Relations`: the values of Depends, Recommends, Conflicts and similar fields (Debian
//! Policy 7.1, deb-control(5)).

use super::architecture::Architecture;
use super::package_name::PackageName;
use super::relation_error::RelationError;
use super::restriction::Restriction;
use super::version::Version;
use std::fmt;
use std::str::FromStr;

/// A list of relations, all of which must hold: `libc6 (>= 2.34), foo | bar`.
///
/// Written on one line in canonical spelling; read from any number of lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relations(Vec<Alternatives>);

/// Relations of which one must hold: `foo | bar`. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternatives(Vec<Relation>);

/// One package, perhaps of some versions only: `libc6:any (>= 2.34)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The package.
    pub package: PackageName,
    /// The architecture, where it need not be the package's own.
    pub qualifier: Option<Qualifier>,
    /// The versions that fulfil the relation; `None` where all do.
    pub constraint: Option<Constraint>,
    /// The architectures that an author's relation is for; `None` in a package.
    pub restriction: Option<Restriction>,
}

/// The part of a relation after the name and a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    /// `:any`, a package of any architecture.
    Any,
    /// `:amd64`, a package of this architecture.
    Architecture(Architecture),
}

/// A restriction to some versions: an operator and a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// The operator by which the package's version is compared.
    pub operator: Operator,
    /// The version to compare with.
    pub version: Version,
}

impl Constraint {
    /// Returns whether a version fulfils it.
    #[must_use]
    pub fn admits(&self, version: &Version) -> bool {
        match self.operator {
            Operator::Earlier => *version < self.version,
            Operator::EarlierOrEqual => *version <= self.version,
            Operator::Equal => *version == self.version,
            Operator::LaterOrEqual => *version >= self.version,
            Operator::Later => *version > self.version,
        }
    }
}

/// The words of Debian for the version of the package that a relation is written for.
pub(crate) const OWN_VERSION: [&str; 2] = ["${binary:Version}", "${source:Version}"];

/// A comparison of two versions in a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `<<`, strictly earlier.
    Earlier,
    /// `<=`, earlier or equal.
    EarlierOrEqual,
    /// `=`, exactly.
    Equal,
    /// `>=`, later or equal.
    LaterOrEqual,
    /// `>>`, strictly later.
    Later,
}

impl Operator {
    const SPELLINGS: [(&str, Self); 5] = [
        ("<<", Self::Earlier),
        ("<=", Self::EarlierOrEqual),
        ("=", Self::Equal),
        (">=", Self::LaterOrEqual),
        (">>", Self::Later),
    ];
}

impl Relation {
    /// Returns whether it asks for the version of the package that it is written for.
    fn is_at_own_version(&self) -> bool {
        let constraint = self.constraint.as_ref();
        constraint.is_some_and(|it| it.version.is_of_the_package())
    }

    /// Returns whether `other` holds wherever this one does.
    fn implies(&self, other: &Self) -> bool {
        let is_alike = self.package == other.package
            && self.qualifier == other.qualifier
            && self.restriction == other.restriction;
        if !is_alike {
            return false;
        }
        match (&self.constraint, &other.constraint) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(mine), Some(theirs)) => {
                mine == theirs
                    || (theirs.operator == Operator::LaterOrEqual
                        && matches!(
                            mine.operator,
                            Operator::LaterOrEqual | Operator::Later | Operator::Equal
                        )
                        && mine.version >= theirs.version)
            }
        }
    }
}

impl Alternatives {
    /// Returns the relations, the preferred one first.
    #[must_use]
    pub fn relations(&self) -> &[Relation] {
        &self.0
    }

    /// Returns whether `other` holds wherever this one does: each way to fulfil this one
    /// is a way to fulfil the other.
    fn implies(&self, other: &Self) -> bool {
        self.0
            .iter()
            .all(|mine| other.0.iter().any(|theirs| mine.implies(theirs)))
    }
}

impl From<Relation> for Alternatives {
    fn from(relation: Relation) -> Self {
        Self(vec![relation])
    }
}

impl From<Alternatives> for Relations {
    fn from(only: Alternatives) -> Self {
        Self(vec![only])
    }
}

impl Relations {
    /// Returns an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a list of a foreign package: what can be read of it, and what is wrong with the rest.
    #[must_use]
    pub fn read_leniently(text: &str) -> (Self, Vec<RelationError>) {
        let (mut read, mut unread) = (Self::new(), Vec::new());
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            match part.parse::<Alternatives>() {
                // Only an author can leave a version open.
                Ok(it) if it.0.iter().any(Relation::is_at_own_version) => {
                    let text = part.trim().to_owned();
                    unread.push(RelationError::Substitution { text });
                }
                Ok(it) if it.0.iter().any(|relation| relation.restriction.is_some()) => {
                    let text = part.trim().to_owned();
                    unread.push(RelationError::Restriction { text });
                }
                Ok(alternatives) => read.0.push(alternatives),
                Err(error) => unread.push(error),
            }
        }
        (read, unread)
    }

    /// Returns the packages that are asked for at the version of the package that the list is
    /// written for.
    pub fn at_own_version(&self) -> impl Iterator<Item = &PackageName> {
        let relations = self.0.iter().flat_map(|alternatives| &alternatives.0);
        let open = relations.filter(|relation| relation.is_at_own_version());
        open.map(|relation| &relation.package)
    }

    /// Returns the list of a package of this version.
    #[must_use]
    pub fn of_version(mut self, own: &Version) -> Self {
        let relations = self.0.iter_mut().flat_map(|it| &mut it.0);
        for constraint in relations.filter_map(|relation| relation.constraint.as_mut()) {
            if constraint.version.is_of_the_package() {
                constraint.version = own.clone();
            }
        }
        self
    }

    /// Returns whether a relation is for some architectures only.
    #[must_use]
    pub fn is_restricted(&self) -> bool {
        let mut relations = self.0.iter().flat_map(|alternatives| &alternatives.0);
        relations.any(|relation| relation.restriction.is_some())
    }

    /// Returns the list of a package of this architecture.
    #[must_use]
    pub fn for_architecture(mut self, architecture: Architecture) -> Self {
        for Alternatives(relations) in &mut self.0 {
            relations.retain(|it| {
                it.restriction
                    .as_ref()
                    .is_none_or(|it| it.admits(architecture))
            });
            for relation in relations {
                relation.restriction = None;
            }
        }
        self.0.retain(|alternatives| !alternatives.0.is_empty());
        self
    }

    /// Returns whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the relations in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Alternatives> {
        self.0.iter()
    }

    /// Adds a relation that must hold too; see [`merge`](Self::merge).
    pub fn require(&mut self, added: impl Into<Alternatives>) {
        let added = added.into();
        if self.0.iter().any(|present| present.implies(&added)) {
            return;
        }
        let first = self.0.iter().position(|present| added.implies(present));
        self.0.retain(|present| !added.implies(present));
        let place = first.unwrap_or(self.0.len());
        self.0.insert(place, added);
    }

    /// Adds relations that must hold too, for Depends, Pre-Depends and Recommends: of one
    /// package the strictest `>=` stays, in the place of the first, and relations that
    /// follow from another are removed.
    pub fn merge(&mut self, other: Self) {
        for alternatives in other.0 {
            self.require(alternatives);
        }
    }

    /// Adds relations of which each counts by itself, for Conflicts, Breaks, Replaces and
    /// Provides: only those that are already in the list are skipped.
    pub fn append(&mut self, other: Self) {
        for alternatives in other.0 {
            if !self.0.contains(&alternatives) {
                self.0.push(alternatives);
            }
        }
    }
}

impl<'a> IntoIterator for &'a Relations {
    type Item = &'a Alternatives;
    type IntoIter = std::slice::Iter<'a, Alternatives>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromStr for Relations {
    type Err = RelationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Ok(Self::new());
        }
        let empty = |list: &str| RelationError::Empty {
            text: list.trim().to_owned(),
        };
        text.split(',')
            .map(|part| match part.trim() {
                "" => Err(empty(text)),
                part => part.parse(),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl FromStr for Alternatives {
    type Err = RelationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('|')
            .map(|part| match part.trim() {
                "" => Err(RelationError::Empty {
                    text: text.trim().to_owned(),
                }),
                part => part.parse(),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl FromStr for Relation {
    type Err = RelationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (text, restriction) = match text.strip_suffix(']').and_then(|it| it.split_once('[')) {
            Some((relation, words)) => (relation.trim(), Some(Restriction::parse(text, words)?)),
            None => (text, None),
        };
        let owned = || text.to_owned();
        let open = |text: String, name: &&str| text.replace(name, "");
        if OWN_VERSION.iter().fold(owned(), open).contains("${") {
            return Err(RelationError::Substitution { text: owned() });
        }
        let (head, constraint) = match text.split_once('(') {
            Some((head, rest)) => {
                let Some((inner, after)) = rest.split_once(')') else {
                    return Err(RelationError::Unclosed { text: owned() });
                };
                let after = after.trim();
                if after.starts_with(['[', '<']) {
                    return Err(RelationError::Restriction { text: owned() });
                }
                if !after.is_empty() {
                    return Err(RelationError::Trailing {
                        text: owned(),
                        rest: after.to_owned(),
                    });
                }
                (head.trim(), Some(parse_constraint(text, inner.trim())?))
            }
            None => (text, None),
        };
        check_head(text, head)?;
        let (package, qualifier) = match head.split_once(':') {
            Some((package, qualifier)) => (package, Some(parse_qualifier(text, qualifier)?)),
            None => (head, None),
        };
        let package = package.parse().map_err(|source| RelationError::Package {
            text: owned(),
            source,
        })?;
        Ok(Self {
            package,
            qualifier,
            constraint,
            restriction,
        })
    }
}

/// Checks that the text before the parenthesis is one word.
fn check_head(text: &str, head: &str) -> Result<(), RelationError> {
    let text = text.to_owned();
    if head.contains(['[', '<']) && head.contains([']', '>']) {
        return Err(RelationError::Restriction { text });
    }
    // No name has any of these characters, so the rest was meant as a constraint: `foo >= 1`,
    // `foo>=1`.
    if let Some(start) = head.find(['<', '>', '=']).filter(|start| *start > 0) {
        let rest = head[start..].to_owned();
        return Err(RelationError::Unparenthesised { text, rest });
    }
    if let Some((_, rest)) = head.split_once(char::is_whitespace) {
        let rest = rest.trim().to_owned();
        return Err(RelationError::Trailing { text, rest });
    }
    Ok(())
}

fn parse_qualifier(text: &str, qualifier: &str) -> Result<Qualifier, RelationError> {
    if qualifier == "any" {
        return Ok(Qualifier::Any);
    }
    match qualifier.parse::<Architecture>() {
        Ok(architecture) if !architecture.is_all() => Ok(Qualifier::Architecture(architecture)),
        _ => Err(RelationError::Qualifier {
            text: text.to_owned(),
            qualifier: qualifier.to_owned(),
        }),
    }
}

fn parse_constraint(text: &str, inner: &str) -> Result<Constraint, RelationError> {
    let end = inner
        .find(|c| !matches!(c, '<' | '>' | '=' | '!' | '~' | '^'))
        .unwrap_or(inner.len());
    let (operator, version) = inner.split_at(end);
    let known = Operator::SPELLINGS
        .iter()
        .find(|(spelling, _)| *spelling == operator);
    let Some((_, known)) = known else {
        return Err(RelationError::Operator {
            text: text.to_owned(),
            operator: operator.to_owned(),
        });
    };
    let version = match version.trim() {
        version if OWN_VERSION.contains(&version) => Version::of_the_package(),
        version => version.parse().map_err(|source| RelationError::Version {
            text: text.to_owned(),
            source,
        })?,
    };
    Ok(Constraint {
        operator: *known,
        version,
    })
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Earlier => "<<",
            Self::EarlierOrEqual => "<=",
            Self::Equal => "=",
            Self::LaterOrEqual => ">=",
            Self::Later => ">>",
        })
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Architecture(architecture) => architecture.fmt(f),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.package)?;
        if let Some(qualifier) = &self.qualifier {
            write!(f, ":{qualifier}")?;
        }
        if let Some(Constraint { operator, version }) = &self.constraint {
            write!(f, " ({operator} {version})")?;
        }
        if let Some(restriction) = &self.restriction {
            write!(f, " [{restriction}]")?;
        }
        Ok(())
    }
}

impl fmt::Display for Alternatives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_joined(f, &self.0, " | ")
    }
}

impl fmt::Display for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_joined(f, &self.0, ", ")
    }
}

fn write_joined(
    f: &mut fmt::Formatter<'_>,
    items: &[impl fmt::Display],
    separator: &str,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "relation_tests.rs"]
mod tests;
