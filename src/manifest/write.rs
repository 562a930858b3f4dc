//! Text for a manifest, which reading it gives back unchanged.

/// Returns a text as a value of a manifest: a string of TOML in which `$` starts no variable.
#[must_use]
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.replace('$', "$$")).to_string()
}

/// Returns a text as a key of a manifest, where no variable is expanded.
#[must_use]
pub fn key(text: &str) -> String {
    let entry = toml::Table::from_iter([(text.to_owned(), toml::Value::Boolean(true))]).to_string();
    // "\"a key\" = true\n"
    entry
        .rsplit_once(" = ")
        .map_or_else(String::new, |(key, _)| key.to_owned())
}
