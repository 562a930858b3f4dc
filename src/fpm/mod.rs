//! The command line of fpm as a manifest: `-s dir`, `-s empty` and `-s tar` to `-t deb`. What it means
//! becomes a [`Draft`], which goes the way of every manifest; nothing is written here.

mod entries;
mod error;
mod foreign;
mod ignored;
mod limits;
mod line;
mod options;
mod package;
mod pattern;
mod relations;
mod scripts;
mod sources;
mod tarball;
mod template;
mod words;

use std::fmt::Write;
use std::path::{Path, PathBuf};

pub(crate) use error::FpmError;
pub use options::{Fate, FpmOption, OPTIONS, OptionKind};

use crate::debian::reserved;
use crate::finding::Finding;
use crate::fs::TemporaryFolder;
use crate::manifest::draft::{Draft, Value};
use line::Line;
use sources::Walk;

/// The surroundings of a command line, found out by the caller.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    /// `FPMOPTS`.
    pub fpm_options: Option<String>,
    /// The person who packs.
    pub author: Author,
}

/// A person, as the environment or git's configuration knows them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Author {
    /// The name.
    pub name: Option<String>,
    /// An address, or `Name <address>`.
    pub email: Option<String>,
}

impl Translation {
    /// Returns a text with the paths of unpacked archives as these have them: their folder is gone soon.
    #[must_use]
    pub(crate) fn of_archives(&self, text: &str) -> String {
        self.unpacked.iter().fold(text.to_owned(), |text, root| {
            let root = root.path().display();
            let text = text.replace(&format!("{root}/./"), "");
            text.replace(&format!("{root}/"), "")
        })
    }
}

impl Author {
    /// `Name <address>`, where both are known.
    fn whole(&self) -> Option<String> {
        let email = self.email.as_ref()?;
        if email.contains('<') {
            return Some(email.clone());
        }
        Some(format!("{} <{email}>", self.name.as_ref()?))
    }

    fn address(&self) -> Option<&str> {
        let email = self.email.as_deref()?;
        let inner = email
            .split_once('<')
            .map(|(_, rest)| rest.trim_end_matches('>'));
        Some(inner.unwrap_or(email))
    }
}

/// The wish of a command line.
#[derive(Debug)]
pub(crate) enum Request {
    /// The version of the tool.
    Version,
    /// A text about the options.
    Help(String),
    /// A package.
    Package(Box<Translation>),
}

/// A command line that was understood.
#[derive(Debug)]
pub(crate) struct Translation {
    /// The manifest; its paths start in the current folder.
    pub manifest_text: String,
    /// The findings about it.
    pub findings: Vec<Finding>,
    /// The names of scripts in messages about the manifest, each with the options that were given for it.
    pub script_names: Vec<(String, String)>,
    /// `--print-manifest`: the manifest is all that is wanted.
    pub prints_manifest: bool,
    /// `-f`: a package that is there may be replaced.
    pub replaces: bool,
    /// The architecture is that of what is found in the files.
    pub finds_architecture: bool,
    /// The time of the files where `SOURCE_DATE_EPOCH` is not set.
    pub source_date_epoch: Option<u64>,
    /// The archives that were unpacked, until the package is written.
    unpacked: Vec<TemporaryFolder>,
}

/// Reads a command line of fpm, without the name of the program.
///
/// # Errors
/// [`FpmError`] where it cannot become a package.
pub(crate) fn translate(
    words: &[String],
    surroundings: &Surroundings,
) -> Result<Request, FpmError> {
    if matches!(words, [only] if only == "-v" || only == "--version") {
        return Ok(Request::Version);
    }
    let mut line = Line::read(words, surroundings)?;
    if line.is_on("help") {
        return Ok(Request::Help(help()));
    }
    check_types(&line)?;
    let (walks, unpacked, archive) = inputs(&mut line)?;
    let mut draft = Draft::default();
    let about = package::about(&mut line, &surroundings.author, archive.as_deref())?;
    about.write(&mut line, &mut draft)?;
    let placed = scripts::placed(&mut line, &mut draft)?;
    refuse_twice(&walks, &placed)?;
    entries::write(&mut line, &walks, &placed, draft.table("files"))?;
    if walks.iter().all(|it| it.kept().next().is_none()) && placed.is_empty() {
        about.write_nothing(&line, &mut draft);
    }
    let said = scripts::write(&line, &about.values(&line), &mut draft)?;
    scripts::write_units(&mut line, &mut draft)?;
    scripts::write_registries(&line, &mut draft)?;
    make_owner(&mut line, &mut draft);
    about.write_build(&mut line, &mut draft)?;
    let source_date_epoch = line.value(&["source-date-epoch-default"]).map(seconds);
    let prints_manifest = line.is_on("print-manifest");
    if prints_manifest && !unpacked.is_empty() {
        return Err(FpmError::ArchiveInManifest);
    }
    comment(&line, words, &mut draft);
    line.findings.extend(said.remarks);
    Ok(Request::Package(Box::new(Translation {
        manifest_text: draft.to_string(),
        prints_manifest,
        replaces: line.is_on("force"),
        finds_architecture: about.architecture.is_none(),
        source_date_epoch: source_date_epoch.transpose()?,
        findings: line.findings,
        script_names: said.names,
        unpacked,
    })))
}

fn seconds(text: &str) -> Result<u64, FpmError> {
    text.parse().map_err(|_| FpmError::Value {
        option: "--source-date-epoch-default",
        value: text.to_owned(),
        expected: "a number of seconds since 1970".into(),
    })
}

/// The sources that are understood.
const INPUTS: &str = "`dir`, `empty` or `tar`";

fn check_types(line: &Line) -> Result<(), FpmError> {
    match line.value(&["input-type"]) {
        None => {
            return Err(FpmError::NoType {
                option: "-s",
                expected: INPUTS,
            });
        }
        Some("dir" | "empty" | "tar") => {}
        Some(name) => {
            return Err(FpmError::Type {
                name: name.to_owned(),
                done: "read",
                expected: INPUTS,
            });
        }
    }
    match line.value(&["output-type"]) {
        None => Err(FpmError::NoType {
            option: "-t",
            expected: "`deb`",
        }),
        Some("deb") => Ok(()),
        Some(name) => Err(FpmError::Type {
            name: name.to_owned(),
            done: "written",
            expected: "`deb`",
        }),
    }
}

/// Everything that is packed, the archives that were unpacked for it, and the name of the first.
type Inputs = (Vec<Walk>, Vec<TemporaryFolder>, Option<String>);

fn inputs(line: &mut Line) -> Result<Inputs, FpmError> {
    let kind = line.value(&["input-type"]).unwrap_or_default().to_owned();
    let chdir = line.value(&["chdir"]).map(str::to_owned);
    let mut arguments = line.arguments.clone();
    if let Some(file) = line.value(&["inputs"]) {
        if kind != "dir" {
            return Err(FpmError::OnlyFolders { option: "--inputs" });
        }
        arguments.extend(sources::lines(file, "--inputs")?);
    }
    match &*kind {
        "empty" => {
            if !arguments.is_empty() {
                line.otherwise("arguments mean nothing with `-s empty`, and are left out");
            }
            return Ok((Vec::new(), Vec::new(), None));
        }
        "dir" if arguments.is_empty() && chdir.is_some() => arguments.push(".".to_owned()),
        _ => {}
    }
    if arguments.is_empty() {
        return Err(FpmError::NoArguments);
    }
    if kind == "dir" {
        let folder = chdir.as_ref().map(PathBuf::from);
        if let Some(folder) = folder.as_ref().filter(|it| !it.is_dir()) {
            return Err(FpmError::NoFile {
                path: folder.clone(),
                option: line.written(&["chdir"]),
            });
        }
        return Ok((
            sources::walks(line, &arguments, folder.as_deref())?,
            Vec::new(),
            None,
        ));
    }
    let mut unpacked = Vec::new();
    let mut folders = Vec::new();
    for archive in &arguments {
        let path = Path::new(archive);
        if !path.is_file() {
            return Err(FpmError::NoSource {
                path: path.to_owned(),
                argument: archive.clone(),
            });
        }
        let root = tarball::unpack(path)?;
        folders.push(tarball::folder_in(root.path(), chdir.as_deref())?);
        unpacked.push(root);
    }
    let mut walks = Vec::new();
    for folder in &folders {
        walks.extend(sources::walks(line, &[".".to_owned()], Some(folder))?);
    }
    let name = arguments.first().and_then(|it| tarball::name(it));
    Ok((walks, unpacked, name.map(str::to_owned)))
}

/// Refuses what both an argument and an option of its own put somewhere.
fn refuse_twice(walks: &[Walk], placed: &[entries::Placed]) -> Result<(), FpmError> {
    for file in placed {
        let nodes = walks.iter().flat_map(Walk::kept);
        let mut same = nodes.filter(|(path, _)| *path == file.path);
        if let Some((path, node)) = same.next() {
            return Err(FpmError::TwoSources {
                path: path.to_owned(),
                sources: [node.source.clone(), file.source.clone()],
            });
        }
    }
    Ok(())
}

/// Has the user of `--deb-user` made where no script does it: dpkg would give the files to root.
fn make_owner(line: &mut Line, draft: &mut Draft) {
    let has_script = line.value(&["before-install", "pre-install"]).is_some()
        || line.list("deb-pre-depends").next().is_some();
    let unknown = |kind: &str, name: &str| !has_script && !reserved::is_static(kind, name);
    let user = line.value(&["deb-user"]).filter(|it| unknown("owner", it));
    let Some(user) = user.map(str::to_owned) else {
        return;
    };
    let group = line.value(&["deb-group"]).map(str::to_owned);
    let table = draft.table("user");
    table.set("name", user.as_str());
    let group = group.filter(|it| unknown("group", it) && *it != user);
    if let Some(group) = group {
        table.set("groups", Value::list([group]));
    }
    line.otherwise(format!(
        "user `{user}` of `--deb-user` is made before the files are unpacked: no script does it"
    ));
}

/// Says at the top of the manifest what it was made of, and what is different.
fn comment(line: &Line, words: &[String], draft: &mut Draft) {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    let words = words
        .iter()
        .filter(|it| *it != "--print-manifest")
        .map(|word| {
            if !word.is_empty() && word.chars().all(is_plain) {
                word.clone()
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        });
    let words: Vec<String> = words.collect();
    draft.comment(&format!("Made of: fpm {}", words.join(" ")));
    for finding in &line.findings {
        draft.comment(&format!("- {}", finding.message));
    }
}

/// Returns a text about the options.
fn help() -> String {
    let mut text = String::from(
        "Usage: reldeb fpm -s dir|empty|tar -t deb -n NAME [OPTION]... [PATH|PATH=TARGET]...\n\n\
         Builds a package from a command line of fpm. All options stand before the first argument.\n\n",
    );
    for (fate, title) in [
        (Fate::Mapped, "Options"),
        (
            Fate::Ignored,
            "Ignored, with those of other kinds of packages",
        ),
        (Fate::Refused, "Refused"),
    ] {
        text.push_str(title);
        text.push_str(":\n");
        for option in OPTIONS.iter().filter(|it| it.fate == fate) {
            let short = option
                .short
                .map_or_else(String::new, |it| format!("-{it}, "));
            let no = if option.kind == OptionKind::OnOff {
                "[no-]"
            } else {
                ""
            };
            let value = if option.is_switch() { "" } else { " VALUE" };
            let name = format!("  {short}--{no}{}{value}", option.long);
            let _ = writeln!(text, "{name}\n          {}", option.meaning);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
