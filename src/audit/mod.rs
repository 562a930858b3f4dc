//! The audit of what a package needs to run: the facts of its ELF files, and what follows from
//! them for its relations and for the systems it runs on.

mod allowed;
mod bundle;
mod declared;
mod elf_index;
mod elsewhere;
pub(crate) mod libraries;
pub(crate) mod members;
mod report;
mod rules;
pub(crate) mod suites;

pub(crate) use allowed::Allowed;
pub(crate) use bundle::triplet;
pub(crate) use declared::DeclaredSuite;
pub(crate) use declared::unmet;
pub(crate) use elf_index::ElfIndex;
pub(crate) use libraries::system_folders;
pub use libraries::{Audit, SearchRules, audit};
pub(crate) use libraries::{Library, Missing, Provider, Reason, Verdict};
pub(crate) use members::{ElfFiles, audit_tree, bundle_libraries, elf_files};
pub(crate) use members::{relations, renamed, uncovered};
pub(crate) use rules::Libraries;
