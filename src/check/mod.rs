//! Whether a package carries what it needs: the facts of its ELF files, and what follows from
//! them for its relations and for the systems it runs on. And what dpkg would say of it.

mod allowed;
mod bundle;
mod deb;
mod declared;
pub mod elf;
pub mod libraries;
mod members;
mod report;
pub mod suites;
mod unpack;

pub use allowed::Allowed;
pub use deb::{DebReport, check_deb};
pub use declared::{DeclaredSuite, unmet};
pub use libraries::{Audit, Found, Library, Missing, Reason, SearchRules, Verdict, audit};
pub use members::{audit_tree, relations, uncovered};
pub use unpack::read_as_dpkg;
