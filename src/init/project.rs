//! The facts that a project states about itself in the files of rebar3, mix and Cargo. They are
//! read as text; nothing is evaluated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::InitError;
use crate::debian::Maintainer;
use crate::erlang::term::{self, Term};
use crate::fs;
use crate::release::{cargo_packages, releases_below};

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
        }
    }
}

/// Returns the facts in the files of a project.
pub(super) fn about(directory: &Path, tool: Tool) -> Result<About, InitError> {
    match tool {
        Tool::Rebar3 => of_rebar3(directory),
        Tool::Mix => of_mix(directory),
        Tool::Cargo => of_cargo(directory),
    }
}

/// Returns the releases that the project has built, the one to package first; their paths
/// start with `directory`.
pub(super) fn built(directory: &Path, tool: Tool) -> Vec<PathBuf> {
    if tool == Tool::Cargo {
        let target = directory.join("target/release");
        return target.is_dir().then_some(target).into_iter().collect();
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
pub(super) fn will_be(tool: Tool, name: &str) -> PathBuf {
    match tool {
        Tool::Rebar3 | Tool::Mix => Path::new("_build/prod/rel").join(name),
        Tool::Cargo => PathBuf::from("target/release"),
    }
}

fn read_terms(path: &Path) -> Result<Vec<Term>, InitError> {
    term::parse(&fs::read(path)?).map_err(|source| InitError::BadTerms {
        path: path.to_owned(),
        source,
    })
}

fn of_rebar3(directory: &Path) -> Result<About, InitError> {
    let config = Term::List(read_terms(&directory.join("rebar.config"))?);
    let relx = config
        .property("relx")
        .and_then(Term::list)
        .unwrap_or_default();
    let release = relx.iter().find_map(|element| match element.tuple()? {
        [tag, name, ..] if tag.atom() == Some("release") => name.tuple()?.first()?.atom(),
        _ => None,
    });
    let mut about = About {
        name: release.map(str::to_owned),
        ..About::default()
    };
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
    // The facts of the application with the name of the release count first.
    found.sort_by_key(|application| application.name != about.name);
    for application in found {
        about = about.or(application);
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
        author: None,
        serves: false,
    })
}

fn of_mix(directory: &Path) -> Result<About, InitError> {
    let text = fs::read_to_string(&directory.join("mix.exs"))?;
    // Keys in comments must not be found.
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    let code = code.join("\n");
    let release = after_key(&code, "releases")
        .and_then(|rest| rest.strip_prefix('['))
        .map(|rest| word(rest.trim_start()))
        .filter(|name| !name.is_empty());
    let application = after_key(&code, "app")
        .and_then(|rest| rest.strip_prefix(':'))
        .map(word);
    let license = after_key(&code, "licenses")
        .and_then(|rest| rest.strip_prefix('['))
        .and_then(|rest| elixir_string(rest.trim_start()));
    let text_of = |key: &str| after_key(&code, key).and_then(elixir_string);
    Ok(About {
        name: release.or(application).map(str::to_owned),
        description: text_of("description"),
        license,
        homepage: text_of("homepage_url").or_else(|| text_of("source_url")),
        author: None,
        serves: false,
    })
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
    let mut packages = cargo_packages(&directory.join("Cargo.toml"))?;
    packages.retain(|package| !package.programs.is_empty());
    let mut author = None;
    let mut serves = false;
    for package in &packages {
        let text = fs::read_to_string(&package.directory.join("Cargo.toml"))?;
        // The file was parsed a moment ago, so this cannot fail.
        let table: Table = text.parse().unwrap_or_default();
        serves |= is_service(&package.directory, &table);
        author = author.or_else(|| author_of(&table));
    }
    let about = match packages.pop() {
        // The facts of one of several packages need not be true of the others.
        Some(package) if packages.is_empty() => About {
            name: Some(package.name),
            description: package.description,
            license: package.license,
            homepage: package.homepage,
            ..About::default()
        },
        _ => About::default(),
    };
    Ok(About {
        author,
        serves,
        ..about
    })
}

fn author_of(manifest: &Table) -> Option<String> {
    let authors = manifest.get("package")?.get("authors")?.as_array()?;
    let author: Maintainer = authors.first()?.as_str()?.parse().ok()?;
    Some(author.to_string())
}

/// Returns whether a Rust program waits for requests: by the crates it uses, or because it
/// listens itself.
fn is_service(directory: &Path, manifest: &Table) -> bool {
    let dependencies = manifest.get("dependencies").and_then(Value::as_table);
    let listens = |path: &PathBuf| {
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        ["TcpListener", "UnixListener", "UdpSocket"]
            .iter()
            .any(|name| text.contains(name))
    };
    dependencies.is_some_and(|all| {
        CRATES_OF_SERVICES
            .iter()
            .any(|name| all.contains_key(*name))
    }) || fs::read_dir(&directory.join("src"))
        .unwrap_or_default()
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .any(listens)
}

/// Returns the variables that an Elixir configuration reads from the environment, in their
/// order.
pub(super) fn environment_of(path: &Path) -> Vec<String> {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect();
    let code = code.join("\n");
    let mut found = BTreeMap::new();
    for call in ["get_env(\"", "fetch_env!(\"", "fetch_env(\""] {
        for (at, _) in code.match_indices(call) {
            found.insert(at, word(&code[at + call.len()..]));
        }
    }
    let mut names: Vec<String> = Vec::new();
    for name in found.into_values() {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
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
