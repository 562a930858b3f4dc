//! The word `auto` among relations: what the ELF files need.

use std::str::FromStr;

use crate::debian::{Alternatives, RelationError, Relations};

/// The word.
const AUTO: &str = "auto";

/// An entry of `depends`: `auto`, relations, or both, with commas between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// True where `auto` is among them.
    pub auto: bool,
    /// The relations.
    pub relations: Relations,
}

impl FromStr for Dependency {
    type Err = RelationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_auto = |part: &&str| part.trim() == AUTO;
        let auto = text.split(',').any(|part| is_auto(&part));
        if !auto {
            let relations = text.parse()?;
            return Ok(Self { auto, relations });
        }
        let rest: Vec<_> = text.split(',').filter(|part| !is_auto(part)).collect();
        let relations = match rest[..] {
            [] => Relations::new(),
            // One empty part is as wrong as one among several.
            [only] if only.trim().is_empty() => ",".parse()?,
            _ => rest.join(",").parse()?,
        };
        Ok(Self { auto, relations })
    }
}

/// Returns whether `auto` stands among relations, where it would be a package.
pub(super) fn names_auto(relations: &Relations) -> bool {
    let mut all = relations.iter().flat_map(Alternatives::relations);
    all.any(|relation| relation.package.as_str() == AUTO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_may_stand_anywhere_between_commas() {
        for (text, auto, relations) in [
            ("auto", true, ""),
            (" auto , passwd (>= 1), rsync", true, "passwd (>= 1), rsync"),
            ("passwd, auto", true, "passwd"),
            ("ab | cd, ef", false, "ab | cd, ef"),
            ("automake", false, "automake"),
            ("", false, ""),
        ] {
            let dependency: Dependency = text.parse().unwrap();
            assert_eq!(dependency.auto, auto, "{text}");
            assert_eq!(dependency.relations.to_string(), relations, "{text}");
        }
        for text in ["auto,", ",auto", "auto,,rsync", "auto, rsync,"] {
            assert!(text.parse::<Dependency>().is_err(), "{text}");
        }
    }
}
