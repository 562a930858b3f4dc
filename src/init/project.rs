//! The facts that a project states about itself in the files of rebar3, mix and Cargo. They are
//! read as text; nothing is evaluated.

use std::path::{Path, PathBuf};

use super::{InitEnvironment, InitError, gleam, mix};
use crate::debian::Maintainer;
use crate::erlang::term::{self, Term};
use crate::fs;
use crate::release::{
    CargoPackage, cargo_packages, cargo_release_directory, releases_below, require_programs,
};

/// Crates on which only programs depend that wait for requests.
const CRATES_OF_SERVICES: &[&str] = &[
    "actix-web",
    "axum",
    "daemonize",
    "hyper",
    "libsystemd",
    "pingora",
    "poem",
    "rocket",
    "rouille",
    "salvo",
    "sd-notify",
    "tide",
    "tiny_http",
    "tonic",
    "warp",
];

/// The folder that Gleam builds the release into.
const SHIPMENT: &str = "build/erlang-shipment";

/// The tool that builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// rebar3, with a rebar.config.
    Rebar3,
    /// mix, with a mix.exs.
    Mix,
    /// Gleam, with a gleam.toml.
    Gleam,
    /// Cargo, with a Cargo.toml.
    Cargo,
}

impl Tool {
    /// Returns the file that makes a directory a project.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Rebar3 => "rebar.config",
            Self::Mix => "mix.exs",
            Self::Gleam => "gleam.toml",
            Self::Cargo => "Cargo.toml",
        }
    }

    /// Returns the command that makes the release.
    pub(super) fn command(self, about: &About) -> String {
        let (command, by_name) = match self {
            Self::Rebar3 => ("rebar3 as prod release", " -n "),
            Self::Mix => ("MIX_ENV=prod mix release", " "),
            Self::Gleam => ("gleam export erlang-shipment", ""),
            Self::Cargo => ("cargo build --release", ""),
        };
        match &about.name {
            Some(name) if about.is_one_of_several => format!("{command}{by_name}{name}"),
            _ => command.to_owned(),
        }
    }

    /// Returns the tool whose project a directory is.
    pub(super) fn of(directory: &Path) -> Option<Self> {
        [Self::Rebar3, Self::Mix, Self::Gleam, Self::Cargo]
            .into_iter()
            .find(|tool| directory.join(tool.file()).is_file())
    }
}

/// The facts about a program from its own files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) license: Option<String>,
    pub(super) homepage: Option<String>,
    /// `Name <address>` of the first author.
    pub(super) author: Option<String>,
    /// True where a program that is no Erlang release looks like a service.
    pub(super) serves: bool,
    /// The version, where it is one.
    pub(super) version: Option<String>,
    /// The programs of a Cargo project.
    pub(super) programs: Vec<String>,
    /// The program of several that serves.
    pub(super) program: Option<String>,
    /// The programs that may serve, where it is not plain which of them does.
    pub(super) candidates: Vec<String>,
    /// True where the project has several releases, and its tool wants to be told which one.
    pub(super) is_one_of_several: bool,
}

impl About {
    /// Fills in the facts that are not known yet.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            description: self.description.or(other.description),
            license: self.license.or(other.license),
            homepage: self.homepage.or(other.homepage),
            author: self.author.or(other.author),
            serves: self.serves || other.serves,
            version: self.version.or(other.version),
            programs: [self.programs, other.programs].concat(),
            program: self.program.or(other.program),
            candidates: [self.candidates, other.candidates].concat(),
            is_one_of_several: self.is_one_of_several,
        }
    }
}

/// Returns the facts in the files of a project about one of its releases, or about the first.
pub(super) fn about(
    directory: &Path,
    tool: Tool,
    release: Option<&str>,
) -> Result<About, InitError> {
    match tool {
        Tool::Rebar3 => of_rebar3(directory, release),
        Tool::Mix => mix::about(directory, release),
        Tool::Gleam => gleam::about(directory),
        Tool::Cargo => of_cargo(directory),
    }
}

/// Returns the releases that the project has built, the one to package first; their paths
/// start with `directory`.
pub(super) fn built(directory: &Path, tool: Tool) -> Vec<PathBuf> {
    if tool == Tool::Gleam {
        let shipment = directory.join(SHIPMENT);
        return shipment.is_dir().then_some(shipment).into_iter().collect();
    }
    let all = releases_below(directory);
    let prod = directory.join("_build/prod/rel");
    let of_prod: Vec<PathBuf> = all
        .iter()
        .filter(|path| path.starts_with(&prod))
        .cloned()
        .collect();
    if of_prod.is_empty() { all } else { of_prod }
}

/// Returns the path of the release once it is built, relative to the project.
pub(super) fn will_be(
    directory: &Path,
    tool: Tool,
    name: &str,
    environment: &InitEnvironment,
) -> Result<PathBuf, InitError> {
    Ok(match tool {
        Tool::Rebar3 | Tool::Mix => Path::new("_build/prod/rel").join(name),
        Tool::Gleam => PathBuf::from(SHIPMENT),
        Tool::Cargo => cargo_release_directory(directory, &environment.variables)?,
    })
}

/// Returns the hint to build what is not at `path`, or to take what is built for another target.
pub(super) fn how_to_build(directory: &Path, tool: Tool, about: &About, path: &Path) -> String {
    let command = format!("build it: `{}`", tool.command(about));
    let of_target = |folder: &PathBuf| {
        let files = fs::read_dir(&folder.join("release")).unwrap_or_default();
        let mut files = files.iter().filter_map(|file| fs::metadata(file).ok());
        files.any(|it| it.is_file() && fs::mode(&it) & 0o111 != 0)
    };
    let targets = path.parent().filter(|_| tool == Tool::Cargo);
    let built = targets.and_then(|targets| {
        let folders = fs::read_dir(&directory.join(targets)).unwrap_or_default();
        let found = folders.into_iter().find(of_target)?;
        Some(targets.join(found.file_name()?).join("release"))
    });
    match built {
        Some(built) => format!(
            "{command}; or name the programs of `{}` in `[files]`",
            built.display()
        ),
        None => command,
    }
}

fn read_terms(path: &Path) -> Result<Vec<Term>, InitError> {
    term::parse(&fs::read(path)?).map_err(|source| InitError::BadTerms {
        path: path.to_owned(),
        source,
    })
}

fn of_rebar3(directory: &Path, release: Option<&str>) -> Result<About, InitError> {
    let config = Term::List(read_terms(&directory.join("rebar.config"))?);
    let relx = config
        .property("relx")
        .and_then(Term::list)
        .unwrap_or_default();
    let mut releases = relx.iter().filter_map(|element| match element.tuple()? {
        [tag, name, goals, ..] if tag.atom() == Some("release") => {
            Some((name.tuple()?.first()?.atom()?, goals.list()?))
        }
        _ => None,
    });
    let several = releases.clone().count() > 1;
    let default = relx.iter().find_map(|element| match element.tuple()? {
        [tag, name, ..] if tag.atom() == Some("default_release") => name.atom(),
        _ => None,
    });
    let wanted = release.or(default);
    let chosen = releases.find(|(name, _)| wanted.is_none_or(|wanted| *name == wanted));
    let mut about = About {
        name: chosen.map(|(name, _)| name.to_owned()),
        is_one_of_several: several && default.is_none(),
        ..About::default()
    };
    // The release's own application is that of its name, or else the first that it starts.
    let goals = chosen.map(|(_, goals)| goals).unwrap_or_default();
    let goals = goals.iter().filter_map(|goal| {
        let name = goal.atom().or_else(|| goal.tuple()?.first()?.atom())?;
        Some(name.to_owned())
    });
    let own: Vec<String> = about.name.iter().cloned().chain(goals).collect();
    let mut places = vec![directory.join("src")];
    for application in fs::read_dir(&directory.join("apps")).unwrap_or_default() {
        places.push(application.join("src"));
    }
    let mut found = Vec::new();
    for place in places {
        for path in fs::read_dir(&place).unwrap_or_default() {
            if path.to_string_lossy().ends_with(".app.src") {
                found.push(of_app(&path)?);
            }
        }
    }
    let only = found.len() == 1;
    let place = |application: &About| {
        own.iter()
            .position(|own| Some(own) == application.name.as_ref())
    };
    found.sort_by_key(|application| place(application).unwrap_or(usize::MAX));
    if let Some(first) = found
        .into_iter()
        .next()
        .filter(|first| only || place(first).is_some())
    {
        about = about.or(first);
    }
    Ok(about)
}

/// Returns the facts in an application resource file, `.app` or `.app.src`.
pub(super) fn of_app(path: &Path) -> Result<About, InitError> {
    let terms = read_terms(path)?;
    let Some([_, name, properties]) = terms.first().and_then(Term::tuple) else {
        return Ok(About::default());
    };
    let licenses: Vec<&str> = properties
        .property("licenses")
        .and_then(Term::list)
        .unwrap_or_default()
        .iter()
        .filter_map(Term::text)
        .collect();
    let links = properties.property("links").and_then(Term::list);
    let link = links.and_then(|links| links.first()?.tuple()?.get(1)?.text());
    let name = name.atom().map(str::to_owned);
    let description = properties.property("description").and_then(Term::text);
    Ok(About {
        // `rebar3 new` and `mix new` write these as placeholders.
        description: description
            .filter(|text| !matches!(*text, "" | "An OTP application" | "An OTP library"))
            .filter(|text| Some(*text) != name.as_deref())
            .map(str::to_owned),
        name,
        license: (!licenses.is_empty()).then(|| licenses.join(" AND ")),
        homepage: link.map(str::to_owned),
        ..About::default()
    })
}

fn of_cargo(directory: &Path) -> Result<About, InitError> {
    let manifest = directory.join("Cargo.toml");
    let mut packages = cargo_packages(&manifest)?;
    require_programs(&manifest, &packages)?;
    packages.retain(|package| !package.programs.is_empty());
    let serving: Vec<&CargoPackage> = packages.iter().filter(|it| is_service(it)).collect();
    let about = About {
        author: packages.iter().find_map(author_of),
        serves: !serving.is_empty(),
        program: serving_program(&serving),
        candidates: serving.iter().filter_map(|it| program_of(it)).collect(),
        ..About::default()
    };
    let here = fs::canonicalize(directory)?;
    let name = here.file_name().unwrap_or_default().to_string_lossy();
    let one = packages.len() == 1;
    // The facts of one of several packages need not be true of the others.
    let shared = |fact: fn(&CargoPackage) -> &Option<String>| {
        let first = fact(packages.first()?);
        let same = packages.iter().all(|package| fact(package) == first);
        first.clone().filter(|_| same)
    };
    let version = packages.first().map(|package| package.version.clone());
    let mut programs: Vec<String> = packages.iter().flat_map(|it| it.programs.clone()).collect();
    programs.sort();
    programs.dedup();
    Ok(About {
        version: version.filter(|version| packages.iter().all(|it| it.version == *version)),
        programs,
        description: shared(|package| &package.description),
        license: shared(|package| &package.license),
        homepage: shared(|it| &it.homepage).or_else(|| shared(|it| &it.repository)),
        name: Some(match packages.first() {
            Some(package) if one => package.name.clone(),
            _ => name.into_owned(),
        }),
        ..about
    })
}

/// Returns whether Cargo.toml has the table of cargo-deb.
pub(super) fn has_cargo_deb(directory: &Path) -> bool {
    // What is wrong with the file is said where it is read.
    let text = fs::read_to_string(&directory.join("Cargo.toml")).unwrap_or_default();
    let table: Option<toml::Table> = text.parse().ok();
    let metadata =
        table.and_then(|it| Some(it.get("package")?.get("metadata")?.get("deb")?.is_table()));
    metadata == Some(true)
}

fn author_of(package: &CargoPackage) -> Option<String> {
    let author: Maintainer = package.authors.first()?.parse().ok()?;
    Some(author.to_string())
}

/// Returns the program of the only package that serves, or of the only one that names what `cargo run`
/// starts.
fn serving_program(serving: &[&CargoPackage]) -> Option<String> {
    if let [one] = serving {
        return program_of(one);
    }
    let mut named = serving.iter().filter(|it| it.default_run.is_some());
    let first = named.next()?;
    named.next().is_none().then(|| program_of(first)).flatten()
}

/// Returns the program that `cargo run` starts, where that is plain.
fn program_of(package: &CargoPackage) -> Option<String> {
    match &package.programs[..] {
        [only] => Some(only.clone()),
        several => {
            let wanted = package.default_run.as_ref().unwrap_or(&package.name);
            several.contains(wanted).then(|| wanted.clone())
        }
    }
}

/// Returns whether a Rust program waits for requests: by the crates it uses, or because it
/// listens itself.
fn is_service(package: &CargoPackage) -> bool {
    let listens = |path: &PathBuf| {
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        ["TcpListener", "UnixListener", "UdpSocket"]
            .iter()
            .any(|name| text.contains(name))
    };
    let uses = |name: &&str| package.dependencies.iter().any(|used| used == name);
    CRATES_OF_SERVICES.iter().any(uses)
        || fs::read_dir(&package.directory.join("src"))
            .unwrap_or_default()
            .iter()
            .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
            .any(listens)
}

/// Returns the changelog at the top of a project.
pub(super) fn changelog(directory: &Path) -> Option<String> {
    let names = [
        "CHANGELOG.md",
        "CHANGELOG",
        "CHANGELOG.txt",
        "CHANGES.md",
        "CHANGES",
        "NEWS.md",
    ];
    let found = names
        .into_iter()
        .find(|name| directory.join(name).is_file())?;
    Some(found.to_owned())
}
