//! `reldeb repo`: a signed APT repository whose published index is its only state.

mod add;
pub mod changes;
mod error;
pub mod index;
mod init;
pub mod keyring;
mod list;
mod package;
pub mod page;
mod promote;
mod prune;
mod publication;
mod refresh;
mod remove;
pub mod signing;
pub mod sources;
pub mod store;
mod suite;
mod verify;
mod wanted;

pub use add::{Added, add};
pub use error::RepoError;
pub use init::{Initiated, Outline, PageWish, init};
pub use list::{Listing, list, published_keys};
pub use promote::promote;
pub use prune::prune;
pub use publication::{Clock, Publisher, SystemClock, Validity};
pub use refresh::refresh;
pub use remove::remove;
pub use suite::{Suite, expect_suites, suites};
pub use verify::{Fault, unreadable, verify};
pub use wanted::Wanted;
