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
//! [`prepare`] is that walk:
//!
//! ```
//! use reldeb::{BuildOptions, Manifest, prepare};
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

// The rooms. What the library offers of them is named below. `cli` is for the program, `internals` for
// the tests and `fuzzing` for the fuzz targets: they change without notice.
mod audit;
#[doc(hidden)]
pub mod cli;
mod contents;
mod control;
mod counter;
mod deb;
pub mod debian;
mod deployment;
mod diff;
mod elf;
mod erlang;
mod error;
mod escape;
mod files;
mod finding;
mod fpm;
mod fs;
#[doc(hidden)]
pub mod fuzzing;
mod hooks;
mod import;
mod init;
#[doc(hidden)]
pub mod internals;
mod interpreter;
mod lint;
mod lintian;
mod manifest;
mod message;
mod output_path;
mod outputs;
mod own_scripts;
mod parallel;
mod pipeline;
mod plan;
#[cfg(target_os = "linux")]
mod rehearse;
mod release;
mod repo;
mod shell;
mod template;
mod tree;
mod units;
mod unpack;
mod verify;
mod vocabulary;

#[doc(inline)]
pub use audit::Audit;
#[doc(inline)]
pub use control::maintainer_scripts::MaintainerScripts;
#[doc(inline)]
pub use deb::{ArchiveError, Compression, ControlMember, Deb};
#[doc(inline)]
pub use deployment::Deployment;
#[doc(inline)]
pub use error::Error;
#[doc(inline)]
pub use finding::{Finding, Location, Severity, Tag};
#[doc(inline)]
pub use lint::{DebReport, check_deb};
#[doc(inline)]
pub use manifest::{Environment, Manifest, ManifestError};
#[doc(inline)]
pub use pipeline::{Built, Package, Prepared, prepare};
#[doc(inline)]
pub use plan::{BuildOptions, OutputPath, Settings};
#[doc(inline)]
pub use release::{Release, ReleaseError};
#[doc(inline)]
pub use tree::{Content, Entry, Kind, PackagePath, Tree};
