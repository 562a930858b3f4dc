//! Weaknesses that an attacker could use, by subject.

pub(super) mod elf;
pub(super) mod files;
pub(super) mod scripts;
pub(super) mod units;
pub(super) mod writable;
