//! reldeb turns a self-contained release directory – an Erlang release with ERTS, an Elixir
//! release, a Rust program – into a Debian package.
//!
//! Data walks one way:
//!
//! ```text
//! Manifest + Release + BuildOptions ── Plan::resolve ──▶ Plan { settings, package }    every default, once
//! PackagePlan + Release + Templates ── passes ─────────▶ Package { control, contents, scripts, findings }
//!      collect → part symbols → bundle libraries → audit → depend → override lintian
//! Package ── DebWriter ─────────────────────────────────▶ NAME_VERSION_ARCH.deb
//! ```
//!
//! [`pipeline::prepare`] is that walk:
//!
//! ```
//! use reldeb::{manifest::Manifest, pipeline::prepare, plan::BuildOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let project = tempfile::tempdir()?;
//! # let project = project.path();
//! # std::fs::create_dir_all(project.join("rel/bin"))?;
//! # std::fs::copy("/bin/true", project.join("rel/bin/tables"))?;
//! let text = r#"
//!     package = { name = "tables", version = "1.0", maintainer = "Ann <ann@example.com>", description = "tables" }
//!     release = { path = "rel", kind = "plain" }
//! "#;
//! let manifests = Manifest::parse(project.join("reldeb.toml"), text.into(), None, &Default::default())?;
//! let prepared = prepare(&manifests, &BuildOptions::default())?;
//! let built = prepared.build(None)?;
//! assert_eq!(built[0].path, project.join("dist").join(built[0].control.file_name()));
//! # Ok(())
//! # }
//! ```
//!
//! The library never prints and never exits. It takes variables of the environment from its caller;
//! only temporary files and the programs that check shell and units look at it themselves.

pub mod audit;
mod contents;
pub mod control;
pub mod deb;
pub mod debian;
pub mod deployment;
pub mod diff;
pub mod elf;
pub mod erlang;
pub mod error;
pub mod escape;
mod files;
pub mod finding;
pub mod fs;
#[doc(hidden)]
pub mod fuzzing;
mod hooks;
pub mod import;
pub mod init;
mod interpreter;
pub mod lint;
mod lintian;
pub mod manifest;
mod message;
mod output_path;
mod outputs;
mod own_scripts;
mod parallel;
pub mod pipeline;
pub mod plan;
pub mod release;
mod shell;
pub mod template;
pub mod tree;
mod units;
mod verify;
pub mod vocabulary;
