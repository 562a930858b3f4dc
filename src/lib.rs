//! reldeb turns a self-contained release directory – an Erlang release with ERTS, an Elixir
//! release, a Rust program – into a Debian package.
//!
//! Data walks one way:
//!
//! ```text
//! Manifest + Release + Overrides ── Plan::resolve ──▶ Plan      every default decided once
//! Plan + Release + Templates     ── populate ──────▶ Tree      every path once
//! Tree                           ── write_data ────▶ data archive + DataSummary
//! Plan + Tree + DataSummary      ── ControlArchive ▶ control, conffiles, md5sums, scripts
//! control + data                 ── DebWriter ─────▶ NAME_VERSION_ARCH.deb
//! ```
//!
//! [`package::Package`] is that walk. The library never prints, never exits and reads no
//! environment.

pub mod archive;
pub mod beam;
pub mod check;
pub mod control;
pub mod debian;
pub mod error;
pub mod escape;
pub mod finding;
pub mod fs;
pub mod init;
pub mod manifest;
mod outputs;
pub mod package;
mod parallel;
pub mod plan;
pub mod populate;
pub mod release;
pub mod service;
mod shell;
pub mod symbols;
pub mod template;
pub mod tree;
