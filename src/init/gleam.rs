//! The facts that gleam.toml states.

use std::path::Path;

use toml::{Table, Value};

use super::InitError;
use super::project::About;
use crate::fs;

/// The hosts that `repository` names by their type.
const HOSTS: &[(&str, &str)] = &[
    ("bitbucket", "bitbucket.org"),
    ("codeberg", "codeberg.org"),
    ("github", "github.com"),
    ("gitlab", "gitlab.com"),
];

/// Returns the facts in the gleam.toml of a project.
pub(super) fn about(directory: &Path) -> Result<About, InitError> {
    let path = directory.join("gleam.toml");
    let text = fs::read_to_string(&path)?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let message = error.message().to_owned();
        InitError::BadToml { path, message }
    })?;
    let text_of = |key: &str| Some(table.get(key)?.as_str()?.to_owned());
    let licences = table.get("licences").and_then(Value::as_array);
    let licences: Vec<&str> = licences
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    Ok(About {
        name: text_of("name"),
        description: text_of("description").filter(|text| !text.trim().is_empty()),
        license: (!licences.is_empty()).then(|| licences.join(" AND ")),
        homepage: homepage(&table),
        ..About::default()
    })
}

/// Returns the first of `links`, or else the address of the repository.
fn homepage(table: &Table) -> Option<String> {
    let links = table.get("links").and_then(Value::as_array);
    let mut links = links.into_iter().flatten();
    let link = links.find_map(|link| link.get("href")?.as_str());
    if let Some(link) = link {
        return Some(link.to_owned());
    }
    let repository = table.get("repository")?;
    let text_of = |key: &str| repository.get(key).and_then(Value::as_str);
    if let Some(url) = text_of("url") {
        return Some(url.to_owned());
    }
    let of_type =
        |(name, host): &(&str, &'static str)| (Some(*name) == text_of("type")).then_some(*host);
    let host = text_of("host").or_else(|| HOSTS.iter().find_map(of_type))?;
    let host = host.trim_start_matches("https://");
    Some(format!(
        "https://{host}/{}/{}",
        text_of("user")?,
        text_of("repo")?
    ))
}
