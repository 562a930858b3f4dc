//! ELF files: the machine that they are for, what they need and how they were made, kept by their path,
//! and the parting of their symbols.

mod archive;
pub(crate) mod facts;
mod hardening;
mod machine;
mod machines;
mod seen;
pub(crate) mod split;
mod words;

pub(crate) use archive::is_archive;
pub(crate) use hardening::{Fortify, Hardening, Language};
pub(crate) use machine::Machine;
pub(crate) use machine::{HEADER_SIZE, Header, SMALLEST_HEADER, can_be_elf, read_header};
pub(crate) use machines::Machines;
pub(crate) use seen::{Seen, SeenFiles, Wanted};

/// The variable in which ld.so(8) finds folders of libraries.
pub(crate) const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";
