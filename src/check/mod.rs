//! Whether a package carries what it needs: the facts of its ELF files, and what follows from
//! them for its relations and for the systems it runs on.

pub mod elf;
pub mod libraries;
mod report;
pub mod suites;

pub use libraries::{Audit, Found, Library, Missing, Reason, SearchRules, Verdict, audit};
