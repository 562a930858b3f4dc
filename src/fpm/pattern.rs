//! The patterns of `--exclude`: those of fnmatch(3) whose `*` matches slashes too.

/// Returns whether a path matches a pattern: `*`, `?`, `[a-z]`, `[!a]`, and `\` before a character that
/// means itself. A period at the very start must be written as one.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    if path.first() == Some(&'.') && matches!(pattern.first(), Some('*' | '?' | '[')) {
        return false;
    }
    let (mut at, mut place) = (0, 0);
    // The last `*`, and where it would have to take one more character.
    let mut star: Option<(usize, usize)> = None;
    while place < path.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at + 1, place));
            at += 1;
            continue;
        }
        match one(&pattern[at..], path[place]) {
            Some(length) => {
                at += length;
                place += 1;
            }
            None => match star {
                Some((after, taken)) => {
                    at = after;
                    place = taken + 1;
                    star = Some((after, taken + 1));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

/// Returns the length of the part of a pattern that matches one character.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match *pattern {
        [] => None,
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (escaped == character).then_some(2),
        ['[', ref rest @ ..] => bracket(rest, character).map(|length| length + 1),
        [plain, ..] => (plain == character).then_some(1),
    }
}

/// Returns the length of a set behind its `[` where it has the character in it.
fn bracket(set: &[char], character: char) -> Option<usize> {
    let is_negated = matches!(set.first(), Some('!' | '^'));
    let mut at = usize::from(is_negated);
    let start = at;
    let mut is_in = false;
    loop {
        let first = *set.get(at)?;
        if first == ']' && at > start {
            return (is_in != is_negated).then_some(at + 1);
        }
        let (first, next) = literal(set, at, first)?;
        at = next;
        let range = set.get(at) == Some(&'-') && set.get(at + 1).is_some_and(|end| *end != ']');
        let mut last = first;
        if range {
            let end = *set.get(at + 1)?;
            (last, at) = literal(set, at + 1, end)?;
        }
        is_in |= (first..=last).contains(&character);
    }
}

/// Returns the character of a set at a place, and the place behind it.
fn literal(set: &[char], at: usize, character: char) -> Option<(char, usize)> {
    match character {
        '\\' => Some((*set.get(at + 1)?, at + 2)),
        plain => Some((plain, at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_cross_slashes() {
        for (pattern, path) in [
            ("*", "a/b"),
            ("*.pyc", "opt/x/y.pyc"),
            ("opt/*", "opt/x/y"),
            ("opt/?/[a-c]?", "opt/x/b1"),
            ("a*b*c", "a/b/b/xc"),
            ("[!a]", "b"),
            ("[^a-c]x", "dx"),
            ("[]]", "]"),
            ("a\\*", "a*"),
            ("[\\]-a]", "a"),
            ("*", ""),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*", ".a"),
            ("?a", ".a"),
            ("opt", "opt/x"),
            ("opt/*", "opt"),
            ("[a", "a"),
            ("[!a]", "a"),
            ("a\\*", "ab"),
            ("", "a"),
            ("a?", "a"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
