//! The audit of what a package needs to run: the facts of its ELF files, and what follows from
//! them for its relations and for the systems it runs on.

mod allowed;
mod bundle;
mod declared;
mod elf_index;
mod elsewhere;
pub mod libraries;
pub(crate) mod members;
mod report;
mod rules;
pub mod suites;

pub use allowed::Allowed;
pub(crate) use bundle::triplet;
pub use declared::{DeclaredSuite, unmet};
pub(crate) use elf_index::ElfIndex;
pub(crate) use libraries::system_folders;
pub use libraries::{Audit, Library, Missing, Provider, Reason, SearchRules, Verdict, audit};
pub(crate) use members::{ElfFiles, audit_tree, bundle_libraries, elf_files};
pub use members::{relations, renamed, uncovered};
pub use rules::Libraries;
