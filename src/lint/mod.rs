//! Looks at packages, whoever made them: what dpkg would refuse or believe, whether their ELF files
//! find what they need, and what Debian Policy and a look for weak places say.

mod deb;
mod linter;
mod planned;
mod policy;
mod policy_level;
mod reproducible;
mod security;
mod shell;
mod subject;
mod unpack;
pub(crate) mod upgrade;
mod watch;

pub(crate) use deb::DebCheck;
pub use deb::{DebReport, check_deb};
pub(crate) use planned::{check_package, unused_exceptions};
pub use policy_level::Policy;
pub(crate) use unpack::Fields;
pub use unpack::read_as_dpkg;
