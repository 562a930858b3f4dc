//! reldeb turns a self-contained release directory – an Erlang release with ERTS, an Elixir
//! release, a Rust program – into a Debian package.
//!
//! Data walks one way:
//!
//! ```text
//! Manifest + Release + BuildOptions ── Plan::resolve ──▶ Plan { settings, packages }   every default, once
//! PackagePlan + Release + Templates ── passes ─────────▶ Package { control, contents, scripts, findings }
//!      collect → part symbols → bundle libraries → audit → depend → override lintian
//! Package ── DebWriter ─────────────────────────────────▶ NAME_VERSION_ARCH.deb
//! ```
//!
//! [`pipeline::prepare`] is that walk. The library never prints and never exits. It takes variables of
//! the environment from its caller; only temporary files and the programs that check shell and units
//! look at it themselves.

pub mod audit;
pub mod contents;
pub mod control;
pub mod deb;
pub mod debian;
pub mod deployment;
pub mod elf;
pub mod erlang;
pub mod error;
pub mod escape;
pub mod files;
pub mod finding;
pub mod fs;
#[doc(hidden)]
pub mod fuzzing;
mod hooks;
pub mod init;
pub mod lint;
pub mod lintian;
pub mod manifest;
mod message;
mod outputs;
mod parallel;
pub mod pipeline;
pub mod plan;
pub mod release;
mod shell;
pub mod template;
pub mod tree;
pub mod verify;
pub mod vocabulary;
