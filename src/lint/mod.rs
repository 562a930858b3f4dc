//! Looks at packages, whoever made them: what dpkg would refuse or believe, and whether their ELF files
//! find what they need.

mod deb;
mod unpack;
pub mod upgrade;

pub(crate) use deb::DebCheck;
pub use deb::{DebReport, check_deb};
pub(crate) use unpack::Fields;
pub use unpack::read_as_dpkg;
