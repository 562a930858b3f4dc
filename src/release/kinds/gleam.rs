//! Gleam's `gleam export erlang-shipment`: a folder of `APPLICATION/ebin` with an `entrypoint.sh`, which
//! runs the `erl` that it finds in PATH.

use std::path::Path;

use super::{Folder, Kind, NOTHING};
use crate::erlang::term::{self, Term};
use crate::finding::Finding;
use crate::fs;
use crate::release::configuration::Configuration;
use crate::release::erlang::read_if_there;
use crate::release::error::ReleaseError;
use crate::release::files::{Exclude, Walk};
use crate::release::{Release, StartScript, findings, links, runtime};

/// The script that starts the program, at the top.
const ENTRYPOINT: &str = "entrypoint.sh";

/// A shipment for Erlang's virtual machine.
pub static GLEAM: Kind = Kind {
    name: "gleam",
    word: "gleam",
    sign: "`entrypoint.sh`",
    recognises: |folder| {
        let script = entrypoint(folder.path)?;
        Ok(script.is_some_and(|script| script.contains("@@main:run(")))
    },
    open,
    project_file: "gleam.toml",
    build_command: |_| "gleam export erlang-shipment".to_owned(),
    built: Some("build/erlang-shipment"),
    description: "The Gleam program comes with all of its modules, and runs on Erlang's virtual machine.",
    foreground: &["run"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        // Without a UTF-8 locale the VM takes file names and output for latin1.
        ("LANG", "C.UTF-8"),
    ],
    environment_of_runtime: runtime::ENVIRONMENT,
    is_erlang: true,
    own_verbs: &["run", "shell"],
    runs: super::RUNTIME_OF_ERLANG,
    runtime_packages: &[
        "erlang-base",
        "erlang-base-hipe",
        "erlang-nox",
        "erlang",
        "esl-erlang",
    ],
    runtime_hint: "write `depends = [\"auto\", \"erlang-base\"]` below `[package]` for Debian's, or \
                   `runtime = \"/usr/lib/erlang\"` below `[release]` to pack one",
    ..NOTHING
};

fn entrypoint(path: &Path) -> Result<Option<String>, ReleaseError> {
    let text = read_if_there(&path.join(ENTRYPOINT))?;
    Ok(text.map(|text| String::from_utf8_lossy(&text).into_owned()))
}

fn open(
    folder: &mut Folder<'_>,
    kind: &'static Kind,
    exclude: &mut Exclude<'_>,
) -> Result<(Release, Vec<Finding>), ReleaseError> {
    let path = folder.path;
    let Some(script) = entrypoint(path)? else {
        return Err(kind.no_release(path)?);
    };
    let mut walk = Walk::default();
    walk.add_tree(path, "", exclude)?;
    let erts = match folder.runtime {
        Some(runtime) => Some(runtime::add(&mut walk, runtime, exclude)?),
        None => None,
    };
    walk.finish()?;
    let mut said = links::check(path, &walk.files, kind)?;
    said.extend(findings::foreign(&walk));
    let name = package_of(&script);
    let applications = applications(path)?;
    let own = applications
        .iter()
        .find(|(application, _)| Some(application) == name.as_ref());
    let version = own.map(|(_, version)| version.clone());
    let release = Release {
        path: path.to_owned(),
        kind,
        name,
        version,
        otp_version: erts
            .as_ref()
            .and_then(|erts| Some(erts.otp_release()?.to_string())),
        erts,
        applications,
        version_directory: None,
        start_script: Some(StartScript {
            verbs: kind.own_verbs.iter().copied().map(String::from).collect(),
            ..StartScript::of_release(ENTRYPOINT.into(), kind, &script)
        }),
        programs: Vec::new(),
        machines: walk.machines,
        seen: walk.seen,
        newest_mtime: walk.newest_mtime,
        files: walk.files,
        configuration: Configuration::default(),
    };
    release.require_executable()?;
    said.extend(findings::leftovers(&release));
    Ok((release, said))
}

/// Returns the package that the script runs: `PACKAGE=orders`, with quotes or without.
fn package_of(script: &str) -> Option<String> {
    let mut values = script
        .lines()
        .filter_map(|line| line.strip_prefix("PACKAGE="));
    let name = values.next()?.trim().trim_matches(['"', '\'']);
    let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(is_legal)).then(|| name.to_owned())
}

/// Returns name and version of each application, as its `.app` file says them.
fn applications(path: &Path) -> Result<Vec<(String, String)>, ReleaseError> {
    let mut applications = Vec::new();
    for folder in fs::read_dir(path)? {
        let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let file = folder.join("ebin").join(format!("{name}.app"));
        let Some(text) = read_if_there(&file)? else {
            continue;
        };
        let terms =
            term::parse(&text).map_err(|source| ReleaseError::BadTerms { path: file, source })?;
        let properties = terms
            .first()
            .and_then(Term::tuple)
            .and_then(|parts| parts.get(2));
        let version = properties.and_then(|properties| properties.property("vsn")?.text());
        if let Some(version) = version {
            applications.push((name.to_owned(), version.to_owned()));
        }
    }
    Ok(applications)
}
