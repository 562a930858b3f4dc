//! The parts of an Erlang release that others than its author have written, with the licences that
//! their own files tell. What nobody tells stays unknown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Release;
use super::copyright::holder;
use super::files::{FileKind, ReleaseFile};
use crate::erlang::term::{self, Term};
use crate::fs::{self, FsError};

/// The applications of Erlang/OTP, all under its one licence.
const OTP: [&str; 38] = [
    "asn1",
    "common_test",
    "compiler",
    "crypto",
    "debugger",
    "dialyzer",
    "diameter",
    "edoc",
    "eldap",
    "erl_docgen",
    "erl_interface",
    "erts",
    "et",
    "eunit",
    "ftp",
    "hipe",
    "inets",
    "jinterface",
    "kernel",
    "megaco",
    "mnesia",
    "observer",
    "odbc",
    "os_mon",
    "parsetools",
    "public_key",
    "reltool",
    "runtime_tools",
    "sasl",
    "snmp",
    "ssh",
    "ssl",
    "stdlib",
    "syntax_tools",
    "tftp",
    "tools",
    "wx",
    "xmerl",
];

/// The applications of Elixir, which have its version.
const ELIXIR: [&str; 6] = ["eex", "elixir", "ex_unit", "iex", "logger", "mix"];

/// The licence of Erlang/OTP since 18, and of Elixir.
const APACHE: &str = "Apache-2.0";

/// The folders of a project that hold its dependencies with what hex knows of them: those of mix,
/// rebar3 and Gleam.
const DEPENDENCIES: [&str; 3] = ["deps", "_build/default/lib", "build/packages"];

/// A part of a release that is not its author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    /// The name for people, such as `Erlang/OTP 25`; `None` for an application.
    pub title: Option<String>,
    /// The directories, relative to the release.
    pub directories: Vec<Vec<u8>>,
    /// The holder of the copyright, as its own files say.
    pub copyright: Option<String>,
    /// The licences, as its own files or hex spell them; empty: unknown.
    pub licenses: Vec<String>,
}

/// An application as its resource file tells.
struct Application {
    name: String,
    version: Option<String>,
    directory: Vec<u8>,
    copyright: Option<String>,
    /// The first and the last year of the copyright of OTP's makers.
    years: Option<(String, String)>,
    licenses: Vec<String>,
    is_of_otp: bool,
}

/// Returns the parts of a release that others have written: Erlang/OTP and Elixir first, then each
/// application. Those of the project itself are none: that of the release's name, and those in the
/// `apps` of an umbrella.
///
/// # Errors
/// [`FsError`] for a resource file that cannot be read.
pub(crate) fn components(release: &Release, project: &Path) -> Result<Vec<Component>, FsError> {
    if !release.kind.is_erlang {
        return Ok(Vec::new());
    }
    let mut applications = Vec::new();
    for file in &release.files {
        if let Some((name, directory)) = resource(file) {
            let text = fs::read(&release.source(file))?;
            applications.push(Application::read(name, directory, &text));
        }
    }
    let is_elixir = |it: &&Application| it.name == "elixir";
    let elixir = applications.iter().find(is_elixir);
    let elixir = elixir.map(|it| it.version.clone());
    let mut otp = Vec::new();
    let mut of_elixir = Vec::new();
    let mut others = Vec::new();
    for application in applications {
        let is_own = release.name.as_deref() == Some(&application.name)
            || project.join("apps").join(&application.name).is_dir();
        if application.is_of_otp {
            otp.push(application);
        } else if elixir.as_ref() == Some(&application.version)
            && ELIXIR.contains(&application.name.as_str())
        {
            of_elixir.push(application);
        } else if !is_own {
            others.push(application);
        }
    }
    let mut components: Vec<_> = of_otp(release, &otp).into_iter().collect();
    components.extend(elixir.and_then(|version| of_elixir_itself(version, &of_elixir)));
    let places = dependencies(release, project);
    components.extend(others.into_iter().map(|it| it.component(&places)));
    Ok(components)
}

/// Returns the name and the directory of the application that a file is the resource file of.
fn resource(file: &ReleaseFile) -> Option<(String, Vec<u8>)> {
    let path = std::str::from_utf8(&file.path).ok()?;
    let (directory, name) = path.strip_suffix(".app")?.rsplit_once("/ebin/")?;
    let folder = directory.rsplit('/').next()?;
    let rest = folder.strip_prefix(name)?;
    let is_regular = matches!(file.kind, FileKind::Regular { .. });
    (is_regular && (rest.is_empty() || rest.starts_with('-')))
        .then(|| (name.to_owned(), directory.into()))
}

impl Application {
    /// Reads a resource file. One that is no Erlang term tells nothing.
    fn read(name: String, directory: Vec<u8>, text: &[u8]) -> Self {
        let terms = term::parse(text).unwrap_or_default();
        let settings = match terms.first().and_then(Term::tuple) {
            Some([_, _, settings]) => Some(settings),
            _ => None,
        };
        let property = |key| settings.and_then(|settings| settings.property(key));
        let text = String::from_utf8_lossy(text);
        let comments = || {
            text.lines()
                .filter_map(|line| line.trim().strip_prefix('%'))
        };
        let comments = || comments().map(|line| line.trim_start_matches('%').trim());
        let years = comments().find_map(years_of_otp);
        let is_of_otp = OTP.contains(&name.as_str())
            && (years.is_some() || property("runtime_dependencies").is_some());
        Self {
            version: property("vsn").and_then(Term::text).map(str::to_owned),
            copyright: comments().find_map(holder),
            licenses: property("licenses").map(texts).unwrap_or_default(),
            name,
            directory,
            years,
            is_of_otp,
        }
    }

    /// Returns the part of a release that the application is. `places` are the folders to look for
    /// what hex knows.
    fn component(self, places: &[PathBuf]) -> Component {
        let licenses = if self.licenses.is_empty() {
            let folders = places.iter().map(|place| place.join(&self.name));
            let mut found = folders.filter_map(|folder| of_hex(&folder, self.version.as_deref()?));
            found.next().unwrap_or_default()
        } else {
            self.licenses
        };
        Component {
            title: None,
            directories: vec![self.directory],
            copyright: self.copyright,
            licenses,
        }
    }
}

/// Returns the folders with folders of dependencies: the release's own, whose applications have no
/// version in their names there, those beside it, and the project's.
fn dependencies(release: &Release, project: &Path) -> Vec<PathBuf> {
    let beside = release.path.join("../../lib");
    let of_project = DEPENDENCIES.iter().map(|folder| project.join(folder));
    [beside].into_iter().chain(of_project).collect()
}

/// Returns the licences that hex's own file about a package of this version tells.
fn of_hex(folder: &Path, version: &str) -> Option<Vec<String>> {
    let text = fs::read(&folder.join("hex_metadata.config")).ok()?;
    let metadata: BTreeMap<String, Term> = term::parse(&text)
        .ok()?
        .into_iter()
        .filter_map(|term| match term {
            Term::Tuple(pair) => match <[Term; 2]>::try_from(pair) {
                Ok([key, value]) => Some((key.text()?.to_owned(), value)),
                Err(_) => None,
            },
            _ => None,
        })
        .collect();
    let is_same = metadata.get("version").and_then(Term::text) == Some(version);
    let licenses = metadata.get("licenses").map(texts);
    licenses.filter(|licenses| is_same && !licenses.is_empty())
}

/// Returns the texts of a list.
fn texts(list: &Term) -> Vec<String> {
    let texts = list.list().into_iter().flatten().filter_map(Term::text);
    texts.map(str::to_owned).collect()
}

/// Reads the years of `Copyright Ericsson AB 1996-2022. All Rights Reserved.`
fn years_of_otp(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix("Copyright Ericsson AB ")?;
    let years = rest.split(['.', ' ']).next()?;
    let (first, last) = years.split_once('-').unwrap_or((years, years));
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_year(first) && is_year(last)).then(|| (first.to_owned(), last.to_owned()))
}

fn of_otp(release: &Release, applications: &[Application]) -> Option<Component> {
    let erts = release.erts.as_ref().filter(|erts| erts.included);
    let erts = erts.map(|erts| fs::path_bytes(&erts.directory));
    let mut directories: Vec<Vec<u8>> = erts.into_iter().collect();
    directories.extend(applications.iter().map(|it| it.directory.clone()));
    let years = || applications.iter().filter_map(|it| it.years.as_ref());
    let first = years().map(|(first, _)| first).min();
    let last = years().map(|(_, last)| last).max();
    let copyright = first.zip(last).map(|(first, last)| {
        if first == last {
            format!("{first} Ericsson AB")
        } else {
            format!("{first}-{last} Ericsson AB")
        }
    });
    let version = release.otp_version.as_deref();
    (!directories.is_empty()).then(|| Component {
        title: Some(version.map_or("Erlang/OTP".to_owned(), |it| format!("Erlang/OTP {it}"))),
        directories,
        copyright,
        licenses: vec![APACHE.to_owned()],
    })
}

fn of_elixir_itself(version: Option<String>, applications: &[Application]) -> Option<Component> {
    let directories: Vec<_> = applications.iter().map(|it| it.directory.clone()).collect();
    (!directories.is_empty()).then(|| Component {
        title: Some(version.map_or("Elixir".to_owned(), |it| format!("Elixir {it}"))),
        directories,
        copyright: None,
        licenses: vec![APACHE.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_file_tells_what_it_says_and_no_more() {
        let kernel = b"%% Copyright Ericsson AB 1996-2022. All Rights Reserved.\n{application, kernel, [{vsn, \"8.5\"}]}.";
        let kernel = Application::read("kernel".into(), Vec::new(), kernel);
        assert!(kernel.is_of_otp);
        assert_eq!(kernel.years, Some(("1996".into(), "2022".into())));
        // The name alone makes no application of OTP.
        let tools = b"% Copyright (c) 2020 Ann\n{application,tools,[{licenses,[\"MIT\"]}]}.";
        let tools = Application::read("tools".into(), Vec::new(), tools);
        assert!(!tools.is_of_otp);
        assert_eq!(tools.copyright.as_deref(), Some("2020 Ann"));
        assert_eq!(tools.licenses, ["MIT"]);
        let broken = Application::read("broken".into(), Vec::new(), b"{application");
        assert_eq!((broken.version, broken.licenses.len()), (None, 0));
    }
}
