//! The text of a proposed manifest: short, with comments where a value is only a stand-in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::cargo;
use super::environment::{self, Variable};
use super::extras;
use super::mnesia;
use super::project::{self, Tool};
use super::{Facts, MANIFEST};
use crate::debian::summary;
use crate::finding::{Finding, tags};
use crate::fs;
use crate::manifest::draft::{Draft, DraftTable, Text, Value};
use crate::release::{self, Include, Release};

/// The comment at the top of a manifest.
const HEAD: &str = "What `reldeb build` makes of the release. Keys that are not here have a default that the\n\
                    release gives: `reldeb plan` shows it.";
/// The folders in which projects keep the sysadmin's files.
const PLACES_OF_CONFIGURATION: &[&str] = &["rel/etc", "etc", "config", "rel", "rel/files", "priv"];

/// Lists paths for a sentence.
pub(super) fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|p| format!("`{}`", p.display())).collect();
    names.join(", ")
}

/// Returns the manifest.
pub(super) fn manifest(facts: &Facts, findings: &mut Vec<Finding>) -> Draft {
    let mut draft = Draft::default();
    package(facts, draft.table("package"), findings);
    if let Some(commands) = &facts.commands {
        draft.comment(cargo::HEAD);
        commands.write(facts, &mut draft);
    } else {
        draft.comment(HEAD);
        write_release(facts, draft.table("release"));
        files(facts, draft.table("files"), findings);
        service(facts, &mut draft);
    }
    findings.extend(mnesia::without_directory(facts));
    draft
}

/// Returns a path as a text of the manifest.
pub(super) fn path_text(path: &Path) -> Text {
    Text::literal(&path.to_string_lossy())
}

/// Returns a synopsis where the project has none. A list shows the package's name before it.
fn stand_in(facts: &Facts) -> String {
    let kind = match &facts.commands {
        Some(commands) => commands.kind(),
        None => "service of the release",
    };
    format!("{kind} {}", facts.name())
}

fn package(facts: &Facts, table: &mut DraftTable, findings: &mut Vec<Finding>) {
    let about = &facts.about;
    identity(facts, table, findings);
    match &facts.maintainer {
        Some(maintainer) => table.set("maintainer", maintainer.as_str()),
        None => table.set_with_comment(
            "maintainer",
            "Unknown <root@localhost>",
            "who answers for the package: Name <address>",
        ),
    };
    match about
        .description
        .as_deref()
        .and_then(|it| summary(it, &package_name(facts.name())))
    {
        Some(description) => table.set("description", description),
        None => table.set_with_comment(
            "description",
            stand_in(facts),
            "one line that says what it does; a longer text may follow it",
        ),
    };
    if let Some(license) = &about.license {
        table.set("license", license.as_str());
    }
    if let Some(homepage) = about
        .homepage
        .as_ref()
        .filter(|url| url.starts_with("http") && !url.contains(is_no_text) && !url.contains(' '))
    {
        table.set("homepage", homepage.as_str());
    }
    if let Some((directory, _)) = &facts.project {
        if let Some(holder) = release::licensed_by(directory) {
            table.set("copyright", holder);
        }
        if let Some(changelog) = project::changelog(directory) {
            table.set("changelog", path_text(&facts.to_project.join(changelog)));
        }
    }
    if let Some(package) = facts.runtime_package() {
        table.set("depends", Value::list(["auto", package]));
    }
}

/// Writes name and version, where the release does not state them.
fn identity(facts: &Facts, table: &mut DraftTable, findings: &mut Vec<Finding>) {
    let Some(release) = &facts.release else {
        if let Some(commands) = &facts.commands {
            commands.identity(facts, table, findings);
        }
        return;
    };
    if release.name.is_none() {
        let name = facts
            .release_path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let name = facts.about.name.as_deref().unwrap_or(&name);
        table.set_with_comment("name", package_name(name), "the release does not say it");
    }
    if release.version.is_none() {
        findings.push(
            Finding::new(
                tags::UNKNOWN_VERSION,
                "the release does not say its version",
            )
            .with_hint(format!(
                "write it into `{MANIFEST}`, or give it with `--version`"
            )),
        );
        let comment = "the release does not say it; { git = true } asks git";
        table.set_with_comment("version", "0.1.0", comment);
    }
}

fn is_no_text(character: char) -> bool {
    character.is_control()
}

fn write_release(facts: &Facts, table: &mut DraftTable) {
    let path = facts.to_project.join(&facts.release_path);
    table.set("path", path.to_string_lossy().replace('\\', "/"));
    if facts.runtime_package().is_some() {
        table
            .comment("The Erlang of this machine can go along, in place of the one in `depends`:")
            .propose("runtime", "/usr/lib/erlang");
    }
    let writable = writable(facts);
    let mut patterns = facts
        .release
        .as_ref()
        .map(release::exclude_patterns)
        .unwrap_or_default();
    for name in &writable {
        // The directory itself is the service's; what a run has left in it is not.
        let whole = format!("/{name}/");
        for pattern in patterns.iter_mut().filter(|it| **it == whole) {
            pattern.push('*');
        }
    }
    if !patterns.is_empty() {
        table.set("exclude", Value::list(patterns));
    }
    let name = package_name(facts.name());
    if !writable.is_empty() {
        let comment = format!(
            "The release writes there: it gets links to /var/log/{name} and /var/lib/{name}."
        );
        table
            .comment(&comment)
            .set("writable", Value::list(writable));
    }
    let configuration = configuration(facts);
    if !configuration.is_empty() {
        let comment = format!(
            "The sysadmin's as well: they go to /etc/{name}, the release gets links to them."
        );
        table
            .comment(&comment)
            .set("configuration", Value::list(configuration));
    }
}

/// Returns the directories of the release that its configuration writes to.
fn writable(facts: &Facts) -> BTreeSet<String> {
    let release = facts.release.iter();
    release.flat_map(Release::written_directories).collect()
}

/// Returns the names of the files that a sysadmin has reason to edit.
fn configuration(facts: &Facts) -> Vec<String> {
    let Some(release) = &facts.release else {
        return Vec::new();
    };
    let editable = (release.kind.editable)(&release.configuration).into_iter();
    let names = editable.filter_map(Path::file_name);
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

fn files(facts: &Facts, table: &mut DraftTable, findings: &mut Vec<Finding>) {
    if let Some(release) = &facts.release {
        let includes = release.configuration.includes.iter();
        for include in includes.filter(|include| include.path.starts_with('/')) {
            included(facts, include, table, findings);
        }
    }
    extras(facts, table);
}

/// The comment above entries that are to be chosen from.
pub(super) const CHOICE: &str =
    "The project has these too. Take the sign away for those that are to be packed:";

/// Proposes what the project has beside its program.
fn extras(facts: &Facts, table: &mut DraftTable) {
    let Some((directory, _)) = &facts.project else {
        return;
    };
    let found = extras::found(directory, &facts.release_path);
    if !found.is_empty() {
        table.stand().comment(CHOICE);
    }
    for (target, sources) in found {
        table.propose(target, path_text(&facts.to_project.join(&sources[0])));
    }
}

/// Writes a file that the release includes; it is only proposed where the project has no such file.
fn included(facts: &Facts, include: &Include, table: &mut DraftTable, findings: &mut Vec<Finding>) {
    let group = package_name(facts.name());
    let source = facts
        .project
        .as_ref()
        .and_then(|(directory, _)| find_configuration(directory, &group, &include.path));
    let basename = include.path.rsplit('/').next().unwrap_or_default();
    let from = include.from.display();
    if source.is_none() {
        findings.push(
            Finding::new(
                tags::MISSING_INCLUDE,
                format!(
                    "`{from}` includes `{}`, and the project has no file for it",
                    include.path
                ),
            )
            .with_hint(format!(
                "the node does not start without: write one (`[].` is enough), and name it in \
                 `[files]` of `{MANIFEST}`"
            ))
            .at_release_file(&from, None),
        );
    }
    let is_there = source.is_some();
    let source = source.unwrap_or_else(|| Path::new("rel/etc").join(basename));
    let value = Value::Table(vec![
        (
            "source".into(),
            path_text(&facts.to_project.join(source)).into(),
        ),
        ("mode".into(), "0640".into()),
        ("group".into(), group.into()),
    ]);
    table.stand().comment(&format!(
        "The sysadmin's file: `{from}` includes it, and the node does not start without."
    ));
    if is_there {
        table.set(include.path.as_str(), value);
    } else {
        table.propose(include.path.as_str(), value);
    }
}

/// Returns a file of the project for a path of the target, relative to the project. A file
/// that names that path is passed over: it is the one that includes it.
pub(super) fn find_configuration(project: &Path, name: &str, path: &str) -> Option<PathBuf> {
    let basename = path.rsplit('/').next()?;
    let below_etc = path.strip_prefix("/etc/").unwrap_or(basename);
    let named = format!("{name}/{basename}");
    let places = PLACES_OF_CONFIGURATION.iter();
    places
        .flat_map(|place| [below_etc, &named, basename].map(|tail| Path::new(place).join(tail)))
        .find(|candidate| {
            let found = project.join(candidate);
            found.is_file() && !fs::read(&found).is_ok_and(|text| contains(&text, path.as_bytes()))
        })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

fn service(facts: &Facts, draft: &mut Draft) {
    let programs = match &facts.release {
        Some(release) if release.start_script.is_none() => &release.programs[..],
        _ => &[],
    };
    if programs.len() > 1 {
        return service_of_one(facts, programs, draft.table("service"));
    }
    if facts.about.serves {
        let remark = "runs in the background; without this table it is a command in /usr/bin";
        draft.table("service").remark(remark);
        return;
    }
    let (mut variables, source) = variables(facts);
    variables.retain(|variable| !is_set_by_server(facts, variable));
    environment::write(&variables, &source, &package_name(facts.name()), draft);
}

/// Returns whether the release's `bin/server` sets a variable, or that which `mix phx.gen.release` puts
/// into the project, where the release is not built.
fn is_set_by_server(facts: &Facts, variable: &Variable) -> bool {
    if let Some(release) = &facts.release {
        let script = release.start_script.iter();
        let mut set = script.flat_map(|script| &script.environment);
        return set.any(|(name, _)| variable.has_name(name));
    }
    let overlay = |(directory, _): &(PathBuf, Tool)| directory.join("rel/overlays/bin/server");
    let is_there = facts.project.as_ref().map(overlay);
    variable.has_name("PHX_SERVER") && is_there.is_some_and(|path| path.is_file())
}

/// Writes the table for a release with several programs, one of which may serve.
fn service_of_one(facts: &Facts, programs: &[PathBuf], table: &mut DraftTable) {
    let is_called = |path: &Path, name: &str| path.file_name() == Some(name.as_ref());
    let serving = facts.about.program.as_ref().and_then(|name| {
        let mut programs = programs.iter();
        programs.find(|program| is_called(program, name))
    });
    if serving.is_none() && facts.project.is_some() && !facts.about.serves {
        table.introduce(&format!(
            "The package has commands only, {}: none of them looks like a service.",
            list(programs)
        ));
        return;
    }
    table.introduce(&format!(
        "The release holds {}; a service starts one of them.",
        list(programs)
    ));
    if let Some(program) = serving {
        table.set("program", path_text(program));
        return;
    }
    let is_candidate =
        |path: &&PathBuf| facts.about.candidates.iter().any(|it| is_called(path, it));
    let mut proposed: Vec<&PathBuf> = programs.iter().filter(is_candidate).collect();
    if proposed.is_empty() {
        proposed.push(&programs[0]);
    }
    for program in proposed {
        table.propose("program", path_text(program));
    }
}

/// Returns the variables that the files of the release read, or those of the project where it is
/// not built, with the names of these files.
fn variables(facts: &Facts) -> (Vec<Variable>, String) {
    let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
    if let Some(release) = &facts.release {
        let read = &release.configuration;
        let found = [&read.runtime_exs, &read.sys_config_src, &read.vm_args_src];
        for path in found.into_iter().flatten() {
            files.push((release.path.join(path), path.clone()));
        }
    } else if let Some((directory, tool)) = &facts.project {
        let names: &[&str] = match tool {
            Tool::Mix => &["config/runtime.exs"],
            Tool::Rebar3 => &["config/sys.config.src", "config/vm.args.src"],
            Tool::Gleam | Tool::Cargo => &[],
        };
        let found = names
            .iter()
            .map(|name| (directory.join(name), PathBuf::from(name)));
        files.extend(found.filter(|(path, _)| path.is_file()));
    }
    let (mut all, mut sources) = (Vec::<Variable>::new(), Vec::new());
    for (path, name) in files {
        let text = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let found = if path.extension().is_some_and(|extension| extension == "exs") {
            environment::of_elixir(&text)
        } else {
            environment::of_template(&text)
        };
        if !found.is_empty() {
            sources.push(name);
        }
        for variable in found {
            if !all.iter().any(|known| known.is(&variable)) {
                all.push(variable);
            }
        }
    }
    (all, list(&sources))
}

/// Returns a name made legal for a package (policy 5.6.7).
pub(super) fn package_name(name: &str) -> String {
    let legal: String = name
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.') => c,
            _ => '-',
        })
        .collect();
    legal.trim_matches(['-', '+', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_legal() {
        for (name, expected) in [("my_App", "my-app"), ("_x1", "x1"), ("a.b+c", "a.b+c")] {
            assert_eq!(package_name(name), expected);
        }
    }
}
