//! Texts that messages and hints are made of.

/// Returns the candidate that a mistyped word probably meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Returns a list in words: "`a`, `b` and `c`".
pub(crate) fn ticked(words: &[impl std::fmt::Display]) -> String {
    let ticked: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    joined(&ticked, "and")
}

/// Returns a number of things in words: "1 package", "2 packages".
pub(crate) fn counted(count: impl std::fmt::Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Returns a choice in words: "a, b or c".
pub(crate) fn either(words: &[impl AsRef<str>]) -> String {
    joined(words, "or")
}

fn joined(words: &[impl AsRef<str>], last: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, others)) => format!("{} {last} {end}", others.join(", ")),
    }
}

/// Returns a text as a value of a manifest: a string of TOML in which `$` starts no variable.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.replace('$', "$$")).to_string()
}

/// Returns a text as a key of a manifest, where no variable is expanded.
pub(crate) fn key(text: &str) -> String {
    let entry = toml::Table::from_iter([(text.to_owned(), toml::Value::Boolean(true))]).to_string();
    // "\"a key\" = true\n"
    entry
        .rsplit_once(" = ")
        .map_or_else(String::new, |(key, _)| key.to_owned())
}
