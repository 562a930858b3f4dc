//! The globs of nfpm: what they find, and where it goes below the target.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::files::sources::{self, split_glob};

/// The most alternatives between braces that are looked at.
const MOST_ALTERNATIVES: usize = 1000;

/// A file or a link, and its path below the target.
pub(super) type Found = (PathBuf, PathBuf);

/// A line of `[files]` that gives the files that nfpm packs.
pub(super) enum Line {
    /// A file with backslashes in its name, which nfpm puts below the target.
    File(String),
    /// A folder and all that is in it.
    Folder(String),
    /// The folder that all files have in common, deeper than the part of the source without a pattern.
    Common(String),
    Glob(String),
    /// No folder or glob gives them: the files.
    Each(Vec<Found>),
}

/// Returns the line for a folder or a glob of nfpm; none where it finds nothing.
pub(super) fn line(home: &Path, source: &str, is_flat: bool) -> Option<Line> {
    let source = source.strip_prefix("./").unwrap_or(source);
    let source = source.strip_suffix('/').unwrap_or(source);
    let plain = unescaped(source);
    if !is_wild(source) && !home.join(&plain).is_dir() {
        return Some(Line::File(plain));
    }
    let (mut found, base) = of_nfpm(home, source)?;
    if is_flat {
        for (path, below) in &mut found {
            *below = path.file_name().map(PathBuf::from).unwrap_or_default();
        }
    }
    // `**` of nfpm stands for one folder at least.
    let deeper = plain.replace("/**/", "/*/**/");
    let mut lines = vec![Line::Glob(plain.clone()), Line::Glob(deeper)];
    let folder = |path: &str| match path {
        "" => "./".to_owned(),
        path => format!("{}/", path.trim_end_matches('/')),
    };
    if !is_wild(source) {
        lines.push(Line::Folder(folder(&plain)));
    } else if source.ends_with("/*") || source.ends_with("/**") {
        lines.push(Line::Folder(folder(split_glob(&plain).0)));
        lines.push(Line::Common(folder(&base.to_string_lossy())));
    }
    let fits = |line: &Line| match line {
        Line::Glob(source) | Line::Folder(source) | Line::Common(source) => {
            of_ours(home, source).is_some_and(|ours| ours == found)
        }
        Line::File(_) | Line::Each(_) => false,
    };
    let line = lines.into_iter().find(fits);
    Some(line.unwrap_or(Line::Each(found)))
}

/// Returns the links to folders that a line gives, and nfpm does not.
pub(super) fn folder_links(home: &Path, source: &str) -> Vec<PathBuf> {
    let found = walk(home, source.trim_end_matches('/'));
    let links = found.filter(|path| home.join(path).is_dir());
    links.collect()
}

/// Lists the files and links of a folder, by their paths from home.
fn walk(home: &Path, folder: &str) -> impl Iterator<Item = PathBuf> {
    let root = home.join(folder);
    let found = WalkDir::new(root.join("")).sort_by_file_name().into_iter();
    let found = found.filter_map(Result::ok);
    let found = found.filter(|entry| !entry.file_type().is_dir());
    let home = home.to_owned();
    found.map(move |entry| {
        let path = entry.path();
        path.strip_prefix(&home).unwrap_or(path).to_owned()
    })
}

/// Returns what nfpm finds, links to folders left out, and the folder from which it takes their paths.
fn of_nfpm(home: &Path, source: &str) -> Option<(Vec<Found>, PathBuf)> {
    let fixed = source.split('/');
    let fixed = fixed.take_while(|part| !is_wild(part));
    let fixed = unescaped(&fixed.collect::<Vec<_>>().join("/"));
    let patterns = patterns(source)?;
    let is_meant = |path: &Path| {
        // A folder that fits stands for what is in it.
        path.ancestors().any(|path| {
            let text: Vec<char> = path.to_string_lossy().chars().collect();
            !text.is_empty() && patterns.iter().any(|tokens| fits(tokens, &text))
        })
    };
    let matches: Vec<PathBuf> = walk(home, &fixed).filter(|path| is_meant(path)).collect();
    let base = if is_wild(source) {
        common(&matches)
    } else {
        PathBuf::from(fixed)
    };
    let files = matches.into_iter().filter(|path| !home.join(path).is_dir());
    let files = files.filter_map(|path| {
        let below = path.strip_prefix(&base).ok()?.to_owned();
        Some((path, below))
    });
    let found: Vec<Found> = files.collect();
    (!found.is_empty()).then_some((found, base))
}

/// Returns whether a text has a pattern in it.
fn is_wild(text: &str) -> bool {
    let is_letter = |token: &Token| matches!(token, Token::Letter(_));
    alternatives(text).is_some() || !tokens(text).iter().all(is_letter)
}

/// Returns the folder of the longest text with which all paths begin.
fn common(paths: &[PathBuf]) -> PathBuf {
    let mut paths = paths.iter().map(|path| path.to_string_lossy());
    let mut longest = paths.next().unwrap_or_default().into_owned();
    for path in paths {
        let same = longest.chars().zip(path.chars());
        let same = same.take_while(|(one, other)| one == other);
        longest = same.map(|(letter, _)| letter).collect();
    }
    let slash = longest.rfind('/').unwrap_or_default();
    let folder = longest.get(..slash).unwrap_or_default();
    PathBuf::from(if folder.is_empty() && longest.starts_with('/') {
        "/"
    } else {
        folder
    })
}

/// Returns what a line of `[files]` finds, links to folders left out.
fn of_ours(home: &Path, source: &str) -> Option<Vec<Found>> {
    let (base, matcher) = if sources::is_glob(source, &home.join(source)) {
        let (base, pattern) = split_glob(source);
        (base, Some(sources::matcher(pattern).ok()?))
    } else if source.ends_with('/') {
        (source.strip_suffix('/')?, None)
    } else {
        return None;
    };
    let base = base.strip_prefix("./").unwrap_or(base);
    let base = if base == "." { "" } else { base };
    let found = walk(home, base).filter(|path| !home.join(path).is_dir());
    let found = found.filter_map(|path| {
        let below = path.strip_prefix(base).ok()?.to_owned();
        let is_wanted = matcher.as_ref().is_none_or(|it| it.is_match(&below));
        is_wanted.then_some((path, below))
    });
    Some(found.collect())
}

/// Returns a text without the backslashes that make letters of a pattern plain.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => letters.next().unwrap_or(letter),
            letter => letter,
        });
    }
    plain
}

/// A part of a pattern.
#[derive(Debug, Clone)]
enum Token {
    Letter(char),
    /// `?`: any letter but a slash.
    Any,
    /// `*`: any text without a slash.
    Within,
    /// `**`: any text.
    Across,
    /// Letters between brackets.
    Class {
        is_not: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Returns the pattern, as one for each alternative between braces; none where there are too many.
fn patterns(source: &str) -> Option<Vec<Vec<Token>>> {
    let mut texts = vec![source.to_owned()];
    loop {
        let mut more = Vec::new();
        let mut has_braces = false;
        for text in &texts {
            match alternatives(text) {
                Some(parts) => {
                    has_braces = true;
                    more.extend(parts);
                }
                None => more.push(text.clone()),
            }
        }
        if more.len() > MOST_ALTERNATIVES {
            return None;
        }
        if !has_braces {
            return Some(more.iter().map(|text| tokens(text)).collect());
        }
        texts = more;
    }
}

/// Returns a text with each alternative of its first braces that hold no others; none where it has none.
fn alternatives(text: &str) -> Option<Vec<String>> {
    let close = text.find('}')?;
    let (before, after) = (text.get(..close)?, text.get(close + 1..)?);
    let (before, inner) = before.rsplit_once('{')?;
    let parts = inner.split(',');
    Some(parts.map(|part| format!("{before}{part}{after}")).collect())
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        tokens.push(match letter {
            '\\' => Token::Letter(letters.next().unwrap_or('\\')),
            '?' => Token::Any,
            '*' if letters.next_if_eq(&'*').is_some() => Token::Across,
            '*' => Token::Within,
            '[' => {
                let is_not = letters.next_if_eq(&'!').is_some();
                let mut ranges = Vec::new();
                while let Some(first) = letters.next().filter(|it| *it != ']') {
                    let is_range = letters.next_if_eq(&'-').is_some();
                    let last = if is_range { letters.next() } else { None };
                    ranges.push((first, last.unwrap_or(first)));
                }
                Token::Class { is_not, ranges }
            }
            letter => Token::Letter(letter),
        });
    }
    tokens
}

/// Returns whether a whole text fits a pattern.
fn fits(tokens: &[Token], text: &[char]) -> bool {
    // For each number of letters, whether the tokens so far can take them.
    let mut taken = vec![false; text.len() + 1];
    if let Some(first) = taken.first_mut() {
        *first = true;
    }
    for token in tokens {
        let mut last = match token {
            Token::Within | Token::Across => taken.first().copied().unwrap_or_default(),
            _ => false,
        };
        let mut next = vec![last];
        for (letter, pair) in text.iter().zip(taken.windows(2)) {
            let &[before, after] = pair else { continue };
            last = match token {
                Token::Letter(own) => before && own == letter,
                Token::Any => before && *letter != '/',
                Token::Within => after || last && *letter != '/',
                Token::Across => after || last,
                Token::Class { is_not, ranges } => {
                    let is_in = ranges.iter().any(|(a, z)| a <= letter && letter <= z);
                    before && is_in != *is_not
                }
            };
            next.push(last);
        }
        taken = next;
    }
    taken.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_those_of_nfpm() {
        for (pattern, text, expected) in [
            ("rel/*", "rel/.env", true),
            ("rel/*", "rel/a/b", false),
            ("rel/**", "rel/a/b", true),
            ("rel/**/*", "rel/a", false),
            ("rel/**/*", "rel/a/b", true),
            ("**/x", "x", false),
            ("a?c", "a/c", false),
            ("a[!b-d]", "ac", false),
            ("a[!b-d]", "ae", true),
            ("{a,b{c,d}}.x", "bd.x", true),
            ("{a,b{c,d}}.x", "b.x", false),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
        ] {
            let text_letters: Vec<char> = text.chars().collect();
            let patterns = patterns(pattern).unwrap();
            let found = patterns.iter().any(|tokens| fits(tokens, &text_letters));
            assert_eq!(found, expected, "{pattern} {text}");
        }
        assert!(patterns(&"{a,b}".repeat(10)).is_none());
    }

    #[test]
    fn paths_start_at_the_common_folder() {
        for (paths, expected) in [
            (&["rel/README", "rel/bin/app"][..], "rel"),
            (&["rel/bin/app", "rel/bin/abc"], "rel/bin"),
            (&["a/x.conf"], "a"),
            (&["a"], ""),
            (&["/a", "/b"], "/"),
        ] {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert_eq!(common(&paths), Path::new(expected));
        }
    }
}
