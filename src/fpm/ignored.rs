//! The patterns of `--exclude` as those of gitignore(5), which `exclude` in `[files]` has.

use std::collections::BTreeSet;

use super::pattern;

/// A part of a pattern that matches one character, or any number of them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Character(char),
    /// Any character, a slash too.
    Any,
    /// A set without a slash in it, as it is written.
    Set(String),
    /// Any characters, slashes too.
    Star,
}

/// The most patterns that one may become.
const MOST: usize = 8;

/// Returns the patterns of gitignore(5) that match below a folder, whose path ends in a slash, what a pattern
/// of `--exclude` matches there; `None` where nothing says the same.
pub(super) fn below(pattern: &str, folder: &str) -> Option<Vec<String>> {
    let tokens = tokens(pattern)?;
    let mut all = Vec::new();
    for rest in rests(&tokens, folder) {
        all.extend(written(&rest)?);
    }
    // A folder of any depth, or none.
    for end in all.clone() {
        let deeper = format!("/**/*{end}");
        if all.contains(&deeper) {
            all.retain(|it| *it != deeper && *it != end);
            all.push(format!("/**{end}"));
        }
    }
    let unanchored = |it: String| match it.strip_prefix("/**/") {
        Some(name) if !name.contains('/') && !name.starts_with(['!', '#', '\\']) => name.to_owned(),
        _ => it,
    };
    Some(all.into_iter().map(unanchored).collect())
}

/// Returns a path as a pattern of gitignore(5) that matches it alone.
pub(super) fn escaped(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for letter in path.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '{' | '}' | '\\' | ' ') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// Parts a pattern; `None` where a set may have a slash in it.
fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        tokens.push(match first {
            '*' if tokens.last() == Some(&Token::Star) => continue,
            '*' => Token::Star,
            '?' => Token::Any,
            '[' => {
                let (set, behind) = rest.split_once(']')?;
                let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let is_set =
                    !set.starts_with('-') && !set.ends_with('-') && set.chars().all(is_plain);
                if set.is_empty() || !is_set {
                    return None;
                }
                rest = behind;
                Token::Set(format!("[{set}]"))
            }
            '\\' => match rest.chars().next() {
                Some(meant) => {
                    rest = &rest[meant.len_utf8()..];
                    Token::Character(meant)
                }
                None => Token::Character('\\'),
            },
            plain => Token::Character(plain),
        });
    }
    Some(tokens)
}

impl Token {
    fn matches(&self, character: char) -> bool {
        match self {
            Self::Character(own) => *own == character,
            Self::Any | Self::Star => true,
            Self::Set(set) => pattern::matches(set, &character.to_string()),
        }
    }
}

/// Returns what is left of a pattern behind a folder, in all ways that it can match the folder.
fn rests(tokens: &[Token], folder: &str) -> Vec<Vec<Token>> {
    let is_wild = !matches!(tokens.first(), None | Some(Token::Character(_)));
    if folder.is_empty() {
        return visible(tokens);
    }
    if is_wild && folder.starts_with('.') {
        return Vec::new();
    }
    let mut places = BTreeSet::from([0]);
    for character in folder.chars() {
        let mut next = BTreeSet::new();
        for place in behind_stars(tokens, &places) {
            match tokens.get(place) {
                Some(Token::Star) => next.insert(place),
                Some(token) if token.matches(character) => next.insert(place + 1),
                _ => false,
            };
        }
        places = next;
    }
    // All that earlier ones match, the last star that is reached does.
    let places = behind_stars(tokens, &places);
    let star = places
        .iter()
        .copied()
        .filter(|it| tokens.get(*it) == Some(&Token::Star));
    let star = star.max();
    let kept = places.into_iter().filter(|place| {
        let is_needed = star.is_none_or(|star| *place == star || *place > star + 1);
        is_needed && *place < tokens.len()
    });
    kept.map(|place| tokens[place..].to_vec()).collect()
}

/// Returns places of a pattern, with those that a star which takes nothing leads to.
fn behind_stars(tokens: &[Token], places: &BTreeSet<usize>) -> BTreeSet<usize> {
    let stars = places
        .iter()
        .filter(|it| tokens.get(**it) == Some(&Token::Star));
    places
        .iter()
        .copied()
        .chain(stars.map(|it| it + 1))
        .collect()
}

/// Returns a pattern for whole paths, whose wildcards do not match a period at the start.
fn visible(tokens: &[Token]) -> Vec<Vec<Token>> {
    let no_period = Token::Set("[!.]".to_owned());
    match tokens {
        [] => Vec::new(),
        [Token::Any, rest @ ..] => vec![[&[no_period], rest].concat()],
        [Token::Star, rest @ ..] => {
            let mut all = vec![[&[no_period], tokens].concat()];
            if rest.first() != Some(&Token::Character('.')) {
                all.extend(visible(rest));
            }
            all
        }
        _ => vec![tokens.to_vec()],
    }
}

/// Returns the patterns of gitignore(5) that match together what a pattern matches; `None` for too many.
fn written(tokens: &[Token]) -> Option<Vec<String>> {
    let mut all = vec!["/".to_owned()];
    for (place, token) in tokens.iter().enumerate() {
        let is_last = place + 1 == tokens.len();
        let starts_name = place == 0 || tokens[place - 1] == Token::Character('/');
        let own;
        let forms: &[&str] = match token {
            Token::Character(character) => {
                own = escaped(&character.to_string());
                &[&own]
            }
            Token::Set(set) => &[set],
            Token::Any => &["?", "/"],
            // What is below goes with its folder.
            Token::Star if is_last => &["*"],
            Token::Star if starts_name => &["**/*"],
            Token::Star => &["*", "*/**/*"],
        };
        let longer = all
            .iter()
            .flat_map(|it| forms.iter().map(move |form| format!("{it}{form}")));
        all = longer.collect();
        if all.len() > MOST {
            return None;
        }
    }
    // No path has such slashes.
    all.retain(|it| !it.contains("//") && !it.ends_with('/'));
    Some(all)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{below, pattern};
    use crate::release::Patterns;

    #[test]
    fn patterns_are_those_of_gitignore() {
        for (pattern, folder, written) in [
            ("**/*.bak", "opt/x/", &["*.bak"][..]),
            ("*.bak", "opt/", &["*.bak"]),
            ("*.bak", "", &["/[!.]*.bak", "/[!.]*/**/*.bak"]),
            ("**/cache/**", "opt/x/", &["/**/cache/*"]),
            ("opt/x/old", "opt/x/", &["/old"]),
            ("opt/x/old", "srv/", &[]),
            ("opt/*.d", "opt/", &["*.d"]),
            ("opt/x-*", "opt/", &["/x-*"]),
            ("opt/x-*.d", "opt/", &["/x-*.d", "/x-*/**/*.d"]),
            ("opt/a?b", "opt/", &["/a?b", "/a/b"]),
            ("opt/x/", "opt/", &[]),
        ] {
            assert_eq!(below(pattern, folder).unwrap(), written, "{pattern}");
        }
        for none in ["opt/[!a]", "opt/[.-9]", "opt/[]]", "opt/a*b*c*d*e*f"] {
            assert_eq!(below(none, "opt/"), None, "{none}");
        }
    }

    /// Both kinds of patterns leave out the same paths, wherever a tree starts.
    #[test]
    fn both_kinds_match_alike() {
        let paths = "a a/b a/b/c .a .a/b a.b a/.a a/a.b b b/a b/a/a b/b.a ab ab/a ab/b/ab a/ab b/a/b.a ab/.b/a";
        let mut words = vec![String::new()];
        for _ in 0..4 {
            let longer: Vec<String> = words
                .iter()
                .flat_map(|word| ["a", "b", "*", "/", "?", "."].map(|part| format!("{word}{part}")))
                .collect();
            words = longer;
            for wanted in words.iter().filter(|it| !it.starts_with('/')) {
                for folder in ["", "a/", "b/a/", ".a/"] {
                    let Some(written) = below(wanted, folder) else {
                        continue;
                    };
                    let mut patterns = Patterns::new(written.iter().map(String::as_str)).unwrap();
                    for path in paths.split(' ') {
                        let ends = path
                            .match_indices('/')
                            .map(|(end, _)| end)
                            .chain([path.len()]);
                        let ways = ends.map(|end| &path[..end]);
                        let (mut of_fpm, mut ours) = (false, false);
                        for way in ways {
                            of_fpm |= pattern::matches(wanted, &format!("{folder}{way}"));
                            ours |= patterns.exclude(Path::new(way), way != path);
                        }
                        assert_eq!(ours, of_fpm, "{wanted} {folder} {path} {written:?}");
                    }
                }
            }
        }
    }
}
