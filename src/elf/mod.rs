//! ELF files: the machine that they are for, what they need, and the parting of their symbols.

pub mod facts;
mod linkage;
mod machine;
mod machines;
pub mod split;

pub(crate) use linkage::Linkage;
pub use machine::Machine;
pub(crate) use machine::{HEADER_SIZE, Header, SMALLEST_HEADER, can_be_elf, read_header};
pub(crate) use machines::Machines;

/// The variable in which ld.so(8) finds folders of libraries.
pub(crate) const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";
