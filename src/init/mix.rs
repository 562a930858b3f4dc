//! The facts that mix.exs states. Its code is read as text; nothing is evaluated.

use std::path::Path;

use super::InitError;
use super::project::About;
use crate::fs;

/// Returns the facts of a mix project; those that an umbrella leaves open are its application's.
pub(super) fn about(directory: &Path, release: Option<&str>) -> Result<About, InitError> {
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
    let releases = after_key(code, "releases")
        .and_then(|rest| rest.strip_prefix('['))
        .map(keys)
        .unwrap_or_default();
    let default = after_key(code, "default_release")
        .and_then(|rest| rest.strip_prefix(':'))
        .map(word);
    let release = default.or(releases.first().copied());
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
        is_one_of_several: releases.len() > 1 && default.is_none(),
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

/// Returns the keys of a keyword list, without those inside of its values. The text follows its `[`.
fn keys(text: &str) -> Vec<&str> {
    let (mut depth, mut starts, mut in_string) = (1_usize, true, false);
    let mut keys = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '"' => in_string = !in_string,
            _ if in_string => {}
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth -= 1,
            ',' if depth == 1 => starts = true,
            _ if starts && !character.is_whitespace() => {
                let name = word(&text[at..]);
                if text[at + name.len()..].starts_with(':') && !name.is_empty() {
                    keys.push(name);
                }
                starts = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    keys
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
        assert_eq!(
            keys("\n shop: [a: 1, steps: [:b, &f(&1, c: 2)]],\n store: [d: \"e: ]\"]\n], f: 1"),
            ["shop", "store"]
        );
        assert_eq!(after_key(code, "version"), None);
        assert_eq!(elixir_string("\"a #{b}\""), None);
        assert_eq!(elixir_string("@version"), None);
        assert_eq!(elixir_string("\"never closed"), None);
    }
}
