//! A Cargo project: its programs keep nothing together that would need a directory of its own, so they
//! go to /usr/bin, and what belongs to them where Debian has it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::project::{self, Tool};
use super::text::{CHOICE, package_name, path_text};
use super::{Facts, InitEnvironment, InitError, MANIFEST, extras, not_built};
use crate::debian::PackageName;
use crate::finding::{Finding, tags};
use crate::manifest::draft::{Draft, DraftTable, Text, Value};
use crate::release::{Release, ReleaseError};

/// The comment at the top of a manifest.
pub(super) const HEAD: &str =
    "What `reldeb build` packs. Keys that are not here have a default: `reldeb plan` shows it.";

/// The folder of units of systemd.
const UNITS: &str = "/usr/lib/systemd/system/";

/// The shells with a key in `[completions]`, and what stands around a command in the paths of their
/// files.
const SHELLS: [(&str, &str, &str); 3] = [
    ("bash", "/usr/share/bash-completion/completions/", ""),
    ("zsh", "/usr/share/zsh/vendor-completions/_", ""),
    ("fish", "/usr/share/fish/vendor_completions.d/", ".fish"),
];

/// The programs of a project, which become commands.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// Their names.
    names: Vec<String>,
    /// False where none of them is built.
    pub(super) are_built: bool,
    /// The name and the version that the Cargo.toml around the manifest tells by itself.
    told: (Option<String>, Option<String>),
}

/// Returns the facts of a project with its release build.
pub(super) fn facts(
    directory: &Path,
    environment: &InitEnvironment,
    findings: &mut Vec<Finding>,
) -> Result<Facts, InitError> {
    let output = match &environment.cargo_output {
        Some(output) => output.clone(),
        None => project::will_be(directory, Tool::Cargo, "", environment)?,
    };
    of_output(directory, output, findings)
}

/// Returns the facts of a project that is built in a directory; its path starts at the project.
pub(super) fn of_output(
    directory: &Path,
    output: PathBuf,
    findings: &mut Vec<Finding>,
) -> Result<Facts, InitError> {
    let about = project::about(directory, Tool::Cargo, None)?;
    let mut names = about.programs.clone();
    names.retain(|name| directory.join(&output).join(name).is_file());
    let are_built = !names.is_empty();
    if !are_built {
        names.clone_from(&about.programs);
        findings.push(not_built(directory, Tool::Cargo, &about, &output));
    }
    Ok(Facts {
        project: Some((directory.to_owned(), Tool::Cargo)),
        release_path: output,
        commands: Some(Commands {
            names,
            are_built,
            told: (None, None),
        }),
        about,
        ..Facts::default()
    })
}

/// Asks what a build takes for name and version where the manifest names none.
pub(super) fn identify(facts: &mut Facts, manifest: &Path) -> Result<(), InitError> {
    let Some(commands) = &mut facts.commands else {
        return Ok(());
    };
    let folder = match manifest.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let told = |wanted: Option<&PackageName>| {
        let mut told = Release::absent();
        match told.identify(folder, wanted) {
            Ok(()) | Err(ReleaseError::SeveralPackages { .. }) => Ok((told.name, told.version)),
            Err(error) => Err(error),
        }
    };
    commands.told = told(None)?;
    if commands.told.0 != facts.about.name {
        let name = facts.about.name.as_deref().unwrap_or_default();
        let name: Option<PackageName> = package_name(name).parse().ok();
        commands.told = (None, told(name.as_ref())?.1.filter(|_| name.is_some()));
    }
    Ok(())
}

/// A file beside the programs.
struct Extra {
    /// The path on the target, the name of a shell, or that of a unit.
    key: String,
    source: Text,
    /// True where no other file is as likely, and it belongs to one of the programs.
    is_plain: bool,
}

/// The files beside the programs, by the table that names them.
#[derive(Default)]
struct Extras {
    files: Vec<Extra>,
    completions: Vec<Extra>,
    units: Vec<Extra>,
}

impl Commands {
    /// Writes name and version, where Cargo.toml does not tell them.
    pub(super) fn identity(
        &self,
        facts: &Facts,
        table: &mut DraftTable,
        findings: &mut Vec<Finding>,
    ) {
        let about = &facts.about;
        let (name, version) = &self.told;
        if name.is_none() {
            let name = about.name.as_deref().unwrap_or_default();
            table.set("name", package_name(name));
        }
        match (version, &about.version) {
            (Some(_), _) => {}
            (None, Some(version)) => {
                table.set("version", version.as_str());
            }
            (None, None) => {
                let message = "the packages of the workspace have several versions";
                let hint = format!("write one into `{MANIFEST}`, or give it with `--version`");
                findings.push(Finding::new(tags::UNKNOWN_VERSION, message).with_hint(hint));
                let comment = "the workspace has several; { git = true } asks git";
                table.set_with_comment("version", "0.1.0", comment);
            }
        }
    }

    /// Returns the words before the name of the project that say what is packed.
    pub(super) fn kind(&self) -> &'static str {
        match &self.names[..] {
            [_] => "program of the project",
            _ => "programs of the project",
        }
    }

    /// Writes the tables behind `[package]`.
    pub(super) fn write(&self, facts: &Facts, draft: &mut Draft) {
        let extras = self.extras(facts);
        self.files(facts, &extras.files, draft.table("files"));
        completions(&extras.completions, draft.table("completions"));
        units(&extras.units, draft.table("units"));
        self.service(facts, draft.table("service"));
    }

    /// Returns the files beside the programs.
    fn extras(&self, facts: &Facts) -> Extras {
        let mut extras = Extras::default();
        let Some((directory, _)) = &facts.project else {
            return extras;
        };
        for (target, sources) in extras::found(directory, &facts.release_path) {
            let is_only = sources.len() == 1;
            let sources: BTreeSet<PathBuf> = sources.into_iter().collect();
            for source in sources {
                let source = facts.to_project.join(source);
                let path = source.to_string_lossy();
                let is_plain = is_only && self.have(facts, &target);
                let (table, key) = match (target.strip_prefix(UNITS), shell(&target, &path)) {
                    (Some(unit), _) => (&mut extras.units, unit),
                    (None, Some(shell)) => (&mut extras.completions, shell),
                    (None, None) => (&mut extras.files, target.as_str()),
                };
                table.push(Extra {
                    key: key.to_owned(),
                    source: path_text(&source),
                    is_plain,
                });
            }
        }
        extras
    }

    /// Returns whether a completion or a manual page is that of one of the programs, or of the package.
    fn have(&self, facts: &Facts, target: &str) -> bool {
        let name = target.rsplit('/').next().unwrap_or_default();
        let package = package_name(facts.name());
        let mut names = self.names.iter().chain([&package]);
        names.any(|own| {
            let name = name.strip_prefix('_').unwrap_or(name);
            let rest = name.strip_prefix(own.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        })
    }

    fn files(&self, facts: &Facts, extras: &[Extra], table: &mut DraftTable) {
        table.stand();
        for name in &self.names {
            let source = facts.to_project.join(&facts.release_path).join(name);
            table.set(format!("/usr/bin/{name}"), path_text(&source));
        }
        let (plain, others): (Vec<_>, Vec<_>) = extras.iter().partition(|extra| extra.is_plain);
        for extra in plain {
            table.set(extra.key.as_str(), extra.source.clone());
        }
        if !others.is_empty() {
            table.comment(CHOICE);
        }
        for extra in others {
            table.propose(extra.key.as_str(), extra.source.clone());
        }
        let directory = facts.project.as_ref().map(|(directory, _)| directory);
        if directory.is_some_and(|directory| project::has_cargo_deb(directory)) {
            table.comment(
                "Cargo.toml has `[package.metadata.deb]` of cargo-deb, which is not taken over: `reldeb import` does it.",
            );
        }
    }

    fn service(&self, facts: &Facts, table: &mut DraftTable) {
        let about = &facts.about;
        let path = |name: &String| format!("/usr/bin/{name}");
        let serving = match (&self.names[..], &about.program) {
            ([only], _) if about.serves => Some(only),
            (names, Some(program)) => names.iter().find(|name| *name == program),
            _ => None,
        };
        if let Some(name) = serving {
            let comment = match &self.names[..] {
                [_] => {
                    "runs in the background; without this table it is a command alone".to_owned()
                }
                _ => format!("`{name}` runs in the background; the other programs are commands"),
            };
            table.remark(&comment).set("program", path(name));
            return;
        }
        let is_candidate = |name: &&String| about.candidates.contains(name);
        let candidates: Vec<&String> = self.names.iter().filter(is_candidate).collect();
        let (comment, shown) = match &candidates[..] {
            [] => (
                "A program that waits for requests",
                self.likely().into_iter().collect(),
            ),
            _ => ("One of these programs", candidates),
        };
        if !shown.is_empty() {
            table.introduce(&format!(
                "{comment} runs in the background, as a user of its own, by:"
            ));
        }
        for name in shown {
            table.propose("program", path(name));
        }
    }

    /// Returns the first program that is no client by its name.
    fn likely(&self) -> Option<&String> {
        let is_client = |name: &&String| CLIENTS.iter().any(|end| name.ends_with(end));
        let server = self.names.iter().find(|name| !is_client(name));
        server.or(self.names.first())
    }
}

/// The ends of names of programs that talk to a service.
const CLIENTS: [&str; 4] = ["cli", "client", "ctl", "admin"];

/// Returns the shell that completes by a file, where the file's name tells `[completions]` the command.
fn shell<'a>(target: &str, source: &str) -> Option<&'a str> {
    let (shell, command) = SHELLS.iter().find_map(|(shell, before, after)| {
        let command = target.strip_prefix(before)?.strip_suffix(after)?;
        Some((*shell, command))
    })?;
    let is_known = |c: char| c.is_ascii_alphanumeric() || "-_+".contains(c);
    let name = source.rsplit('/').next().unwrap_or_default();
    let tells = shell != "zsh" || name.starts_with('_') || name.ends_with(".zsh");
    let is_command = command.starts_with(|c: char| c.is_ascii_alphanumeric());
    (tells && is_command && command.chars().all(is_known)).then_some(shell)
}

fn completions(extras: &[Extra], table: &mut DraftTable) {
    let mut plain: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let (first, others): (Vec<_>, Vec<_>) = extras.iter().partition(|extra| extra.is_plain);
    for extra in first {
        let sources = plain.entry(&extra.key).or_default();
        sources.push(extra.source.clone().into());
    }
    for (shell, mut sources) in plain {
        match sources.len() {
            1 => table.set(shell, sources.remove(0)),
            _ => table.set(shell, Value::List(sources)),
        };
    }
    if !others.is_empty() {
        let comment = "There are these too, of another command or found more than once:";
        table.stand().comment(comment);
    }
    for extra in others {
        table.propose(extra.key.as_str(), extra.source.clone());
    }
}

fn units(extras: &[Extra], table: &mut DraftTable) {
    if !extras.is_empty() {
        table.introduce(
            "The project has units. Take the signs away for those that are to be packed:",
        );
    }
    for extra in extras {
        table.propose(extra.key.as_str(), extra.source.clone());
    }
}
