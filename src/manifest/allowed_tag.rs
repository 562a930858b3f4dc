//! `[build] allow`.

use std::str::FromStr;

use super::checked::Hinted;
use crate::finding::Tag;
use crate::finding::tags::{self, UnknownTag};

/// The tag of findings that are no errors in this package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllowedTag(pub &'static Tag);

impl FromStr for AllowedTag {
    type Err = UnknownTag;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        tags::find(text).map(Self)
    }
}

impl Hinted for UnknownTag {
    fn hint(&self) -> Option<String> {
        // This calls the inherent method of the same name.
        Some(Self::hint(self))
    }
}
