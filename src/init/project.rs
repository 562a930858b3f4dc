//! The facts that a project states about itself in the files of rebar3, mix and Cargo. They are
//! read as text; nothing is evaluated.

use std::path::{Path, PathBuf};

use super::{InitEnvironment, InitError};
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

/// The tool that builds the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// rebar3, with a rebar.config.
    Rebar3,
    /// mix, with a mix.exs.
    Mix,
    /// Cargo, with a Cargo.toml.
    Cargo,
}

impl Tool {
    /// Returns the file that makes a directory a project.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Rebar3 => "rebar.config",
            Self::Mix => "mix.exs",
            Self::Cargo => "Cargo.toml",
        }
    }

    /// Returns the command that makes the release.
    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Rebar3 => "rebar3 as prod release",
            Self::Mix => "MIX_ENV=prod mix release",
            Self::Cargo => "cargo build --release",
        }
    }

    /// Returns the tool whose project a directory is.
    pub(super) fn of(directory: &Path) -> Option<Self> {
        [Self::Rebar3, Self::Mix, Self::Cargo]
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
    /// The program of several that serves.
    pub(super) program: Option<String>,
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
            program: self.program.or(other.program),
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
        Tool::Mix => of_mix(directory, release),
        Tool::Cargo => of_cargo(directory),
    }
}

/// Returns the releases that the project has built, the one to package first; their paths
/// start with `directory`.
pub(super) fn built(
    directory: &Path,
    tool: Tool,
    environment: &InitEnvironment,
) -> Result<Vec<PathBuf>, InitError> {
    if tool == Tool::Cargo {
        let target = cargo_release_directory(directory, &environment.variables)?;
        let target = directory.join(target);
        return Ok(target.is_dir().then_some(target).into_iter().collect());
    }
    let all = releases_below(directory);
    let prod = directory.join("_build/prod/rel");
    let of_prod: Vec<PathBuf> = all
        .iter()
        .filter(|path| path.starts_with(&prod))
        .cloned()
        .collect();
    Ok(if of_prod.is_empty() { all } else { of_prod })
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
        Tool::Cargo => cargo_release_directory(directory, &environment.variables)?,
    })
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
    let chosen = releases.find(|(name, _)| release.is_none_or(|release| *name == release));
    let mut about = About {
        name: chosen.map(|(name, _)| name.to_owned()),
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

/// Returns the facts of a mix project; those that an umbrella leaves open are its application's.
fn of_mix(directory: &Path, release: Option<&str>) -> Result<About, InitError> {
    let code = code_of_mix(&directory.join("mix.exs"))?;
    let about = of_mix_code(&code);
    let name = release.map(str::to_owned).or(about.name);
    let application = name.as_deref().and_then(|name| {
        let options = after_key(&code, name)?;
        let all = after_key(options, "applications")?.strip_prefix('[')?;
        Some(word(all.trim_start()).to_owned())
    });
    let mut about = About { name, ..about };
    for application in application.into_iter().chain(about.name.clone()) {
        let path = directory.join("apps").join(application).join("mix.exs");
        if path.is_file() {
            about = about.or(of_mix_code(&code_of_mix(&path)?));
        }
    }
    Ok(about)
}

fn code_of_mix(path: &Path) -> Result<String, InitError> {
    let text = fs::read_to_string(path)?;
    // Keys in comments must not be found.
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    Ok(code.join("\n"))
}

fn of_mix_code(code: &str) -> About {
    let release = after_key(code, "releases")
        .and_then(|rest| rest.strip_prefix('['))
        .map(|rest| word(rest.trim_start()))
        .filter(|name| !name.is_empty());
    let application = after_key(code, "app")
        .and_then(|rest| rest.strip_prefix(':'))
        .map(word);
    let license = after_key(code, "licenses")
        .and_then(|rest| rest.strip_prefix('['))
        .and_then(|rest| elixir_string(rest.trim_start()));
    let text_of = |key: &str| after_key(code, key).and_then(elixir_string);
    About {
        name: release.or(application).map(str::to_owned),
        description: text_of("description"),
        license,
        homepage: text_of("homepage_url").or_else(|| text_of("source_url")),
        ..About::default()
    }
}

/// Returns the text after `key:`, where that is a word of its own.
fn after_key<'a>(code: &'a str, key: &str) -> Option<&'a str> {
    let with_colon = format!("{key}:");
    code.match_indices(&with_colon).find_map(|(at, _)| {
        let before = code[..at].chars().next_back();
        let is_word = before.is_none_or(|c| c.is_whitespace() || matches!(c, '[' | '(' | ','));
        is_word.then(|| code[at + with_colon.len()..].trim_start())
    })
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Returns a string literal without interpolation, `"…"` or `"""…"""`.
fn elixir_string(text: &str) -> Option<String> {
    let (rest, end) = match text.strip_prefix("\"\"\"") {
        Some(rest) => (rest, "\"\"\""),
        None => (text.strip_prefix('"')?, "\""),
    };
    let text = &rest[..rest.find(end)?];
    (!text.contains("#{")).then(|| text.trim().to_owned())
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
        program: match &serving[..] {
            [one] => program_of(one),
            _ => None,
        },
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
    Ok(About {
        description: shared(|package| &package.description),
        license: shared(|package| &package.license),
        homepage: shared(|package| &package.homepage),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_mix() {
        let code = "project = [\n app: :shop,\n subapp: :no, description: \"\"\"\n Sells things\n \
                    \"\"\",\n releases: [\n  store: []],\n package: [licenses: [\"MIT\"]]]";
        assert_eq!(after_key(code, "app").map(|r| word(&r[1..])), Some("shop"));
        let description = after_key(code, "description").and_then(elixir_string);
        assert_eq!(description.as_deref(), Some("Sells things"));
        assert_eq!(after_key(code, "version"), None);
        assert_eq!(elixir_string("\"a #{b}\""), None);
        assert_eq!(elixir_string("@version"), None);
        assert_eq!(elixir_string("\"never closed"), None);
    }
}
