//! `reldeb diff`: what an upgrade from one package to another changes on a machine.

mod markdown;
mod text;

use std::path::{Path, PathBuf};

use crate::deb::Deb;
use crate::diff::{ContentChange, Diff, DiffKind};
use crate::finding::Finding;
use crate::fs::TemporaryFolder;
use crate::tree::PackagePath;
use clap::Args;
use serde_json::json;

use super::build;
use super::progress::Bytes;
use super::session::{Answer, Failure, Session};
use super::source::BuildSource;

#[derive(Debug, Args)]
#[command(disable_version_flag = true)]
pub(super) struct Arguments {
    /// The package to upgrade from
    #[arg(value_name = "OLD.deb")]
    old: PathBuf,
    /// The package to upgrade to; default: the one that the manifest would make
    #[arg(value_name = "NEW.deb")]
    new: Option<PathBuf>,
    /// Print Markdown, for a comment on a pull request
    #[arg(long, conflicts_with_all = ["json", "content"])]
    markdown: bool,
    #[arg(
        long,
        value_name = "KIND,…",
        value_delimiter = ',',
        value_parser = parse_kind,
        help = format!("Exit with 1 only at differences of these kinds: {}", DiffKind::names())
    )]
    fail_on: Vec<DiffKind>,
    /// Compare the text of this file
    #[arg(long, value_name = "PATH", value_parser = parse_path)]
    content: Option<PackagePath>,
    /// Show every path and every line
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    source: BuildSource,
}

fn parse_kind(text: &str) -> Result<DiffKind, String> {
    text.parse()
        .map_err(|error: crate::diff::UnknownDiffKind| error.to_string())
}

fn parse_path(text: &str) -> Result<PackagePath, String> {
    PackagePath::new(text).map_err(|error| error.to_string())
}

/// Compares the packages: exit status 0 where they are the same, 1 where they differ, 2 at an error.
pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let compared = compare(arguments, session).map_err(Failure::of_work)?;
    match compared {
        (output, false) => Ok(output),
        (output, true) => Err(Failure::differs(output)),
    }
}

/// Returns the output, and whether there are differences that count.
fn compare(arguments: &Arguments, session: &Session) -> Result<(Vec<u8>, bool), Failure> {
    let old = Deb::open(&arguments.old)?;
    // Holds the package of the manifest until it has been read.
    let folder;
    let new = if let Some(new) = &arguments.new {
        if let Some(flag) = arguments.source.flag() {
            let message = format!(
                "`{}` is a file, and `{flag}` is about a manifest",
                new.display()
            );
            return Err(Failure::usage(message, format!("leave `{flag}` out")));
        }
        Deb::open(new)?
    } else {
        folder = TemporaryFolder::new().map_err(|error| {
            Failure::usage(
                format!("cannot make a temporary folder: {error}"),
                "set TMPDIR to a folder with room for the package".into(),
            )
        })?;
        Deb::open(built(&old, &arguments.source, folder.path(), session)?)?
    };
    if let Some(path) = &arguments.content {
        return content(&old, &new, path, session);
    }
    let bytes = Bytes {
        total: old.size + new.size,
        done: vec![old.bytes_read().clone(), new.bytes_read().clone()],
    };
    let diff = session.watch("comparing", &bytes, || Diff::between(&old, &new))?;
    let output = if arguments.markdown {
        markdown::of(&diff).into_bytes()
    } else {
        session.show(&diff, || text::of(&diff, arguments.all))
    };
    let counts = match &arguments.fail_on[..] {
        [] => !diff.is_empty(),
        kinds => diff.has_errors() || kinds.iter().any(|kind| diff.has(*kind)),
    };
    Ok((output, counts))
}

/// Writes the package of the manifest that has the name of the old one, and returns its path.
fn built(
    old: &Deb,
    source: &BuildSource,
    folder: &Path,
    session: &Session,
) -> Result<PathBuf, Failure> {
    let prepared = source.prepare_in(folder, &session.environment)?;
    let findings: Vec<Finding> = prepared.findings().cloned().collect();
    session.judge(&findings, Vec::new(), ", nothing can be compared")?;
    let built = build::pack(&prepared, None, session)?;
    let control = old.control.get("control").map(|file| &file.content[..]);
    let text = String::from_utf8_lossy(control.unwrap_or_default());
    let mut fields = text
        .lines()
        .filter_map(|line| line.strip_prefix("Package:"));
    let name = fields.next().unwrap_or_default().trim();
    let of_its_name = built
        .iter()
        .find(|it| it.control.package.to_string() == name);
    match of_its_name.or(built.first()) {
        Some(built) => Ok(built.path.clone()),
        None => Err(Failure::usage(
            "the manifest makes no package".into(),
            "name the package to upgrade to".into(),
        )),
    }
}

/// Compares one file.
fn content(
    old: &Deb,
    new: &Deb,
    path: &PackagePath,
    session: &Session,
) -> Result<(Vec<u8>, bool), Failure> {
    let change = ContentChange::between(old, new, path)?;
    if change == ContentChange::Nowhere {
        return Err(Failure::usage(
            format!("neither package has a file `{path}`"),
            "`reldeb inspect` lists the paths of a package".into(),
        ));
    }
    let output = session.show(
        &json!({ "path": path.to_string(), "change": change }),
        || text::of_content(&change),
    );
    Ok((output, change != ContentChange::Same))
}
