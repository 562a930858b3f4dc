//! The command line as clap reads it.

use std::num::{NonZeroU16, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use reldeb::deb::Compression;
use reldeb::debian::{Architecture, Version};

/// Turns a self-contained release directory into a Debian package
#[derive(Debug, Parser)]
#[command(
    name = "reldeb",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
pub(super) struct Global {
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Print no warnings
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print also how defaults were chosen
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// When to colour messages
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(super) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look at a project or release and write reldeb.toml
    Init(InitArguments),
    /// Show what would be built: every path, conffiles, scripts
    Plan(PlanArguments),
    /// Write `NAME_VERSION_ARCH.deb`
    Build(BuildArguments),
    /// Tell what a package needs on a machine, and on which releases it runs
    Check(CheckArguments),
    /// Show control file, conffiles, scripts and contents of a package
    Inspect(InspectArguments),
    /// List or show the built-in templates, to replace them with `[templates]`
    Template(TemplateArguments),
}

#[derive(Debug, Args)]
pub(super) struct Source {
    /// The manifest, or the folder it lies in
    #[arg(short, long, value_name = "FILE", default_value = ".")]
    pub(super) manifest: PathBuf,
    /// Lay `[variant.NAME]` over the manifest
    #[arg(long, value_name = "NAME")]
    pub(super) variant: Option<String>,
    /// The package's version, in place of the manifest's
    #[arg(long = "version", value_name = "VERSION", value_parser = parse_version)]
    pub(super) package_version: Option<Version>,
    /// The package's architecture, in place of the release's
    #[arg(long, value_name = "ARCHITECTURE", value_parser = parse_architecture)]
    pub(super) arch: Option<Architecture>,
    /// xz, zstd, gzip or none, with an optional level such as `zstd:19`; or `fast`, `best`
    #[arg(long, value_name = "METHOD", value_parser = parse_compression)]
    pub(super) compression: Option<Compression>,
    /// The file, or the folder, to write
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// Show also each rendered file and maintainer script
    #[arg(long)]
    pub(super) scripts: bool,
}

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct BuildArguments {
    #[command(flatten)]
    pub(super) source: Source,
    /// How many threads compress at most; default: one for each core that the process may use
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = parse_threads)]
    pub(super) threads: Option<NonZeroUsize>,
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// A rebar3, mix or Cargo project, or a release directory
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    pub(super) directory: PathBuf,
}

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct CheckArguments {
    /// A package; without it, the one that the manifest would make
    #[arg(value_name = "X.deb", conflicts_with_all = [
        "manifest", "variant", "package_version", "arch", "compression", "output",
    ])]
    pub(super) package: Option<PathBuf>,
    #[command(flatten)]
    pub(super) source: Source,
}

#[derive(Debug, Args)]
pub(super) struct TemplateArguments {
    #[command(subcommand)]
    pub(super) action: TemplateAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum TemplateAction {
    /// Name all built-in templates
    List,
    /// Print one
    Show {
        /// Its name, such as `systemd/unit.service`
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// The package
    #[arg(value_name = "X.deb")]
    pub(super) package: PathBuf,
}

/// clap prints one line: the hint goes behind the error.
fn with_hint(error: String, hint: Option<String>) -> String {
    match hint {
        Some(hint) => format!("{error} ({hint})"),
        None => error,
    }
}

/// A number that no machine needs is a slip.
fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse::<NonZeroU16>()
        .map(NonZeroUsize::from)
        .map_err(|_| "expected a whole number from 1 to 65535".to_owned())
}

fn parse_version(text: &str) -> Result<Version, String> {
    text.parse()
        .map_err(|e: reldeb::debian::VersionError| with_hint(e.to_string(), e.hint()))
}

fn parse_architecture(text: &str) -> Result<Architecture, String> {
    text.parse()
        .map_err(|e: reldeb::debian::ArchitectureError| with_hint(e.to_string(), e.hint()))
}

fn parse_compression(text: &str) -> Result<Compression, String> {
    text.parse()
        .map_err(|e: reldeb::deb::CompressionError| with_hint(e.to_string(), e.hint()))
}
