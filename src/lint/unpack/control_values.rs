//! The values of control fields as dpkg takes them (its lib/dpkg/fields.c and parsehelp.c).

use super::control::is_space;
use crate::escape;

const NO_ALTERNATIVES: [&str; 4] = ["conflicts", "breaks", "provides", "replaces"];

/// Says what dpkg refuses of the value of a field, whose name is in lower case.
pub(super) fn check(name: &[u8], value: &[u8]) -> Result<(), String> {
    let shown = || escape::bytes(&value[..value.len().min(100)]).into_owned();
    match name {
        b"package" => check_name(value).map_err(|what| format!("is `{}`: {what}", shown())),
        b"version" => check_version(value).map_err(|what| format!("is `{}`: {what}", shown())),
        b"essential" | b"protected" if !value.is_empty() && !is_word(value, &["yes", "no"]) => {
            Err(format!("is `{}`, expected yes or no", shown()))
        }
        b"multi-arch"
            if !value.is_empty() && !is_word(value, &["no", "same", "allowed", "foreign"]) =>
        {
            Err(format!(
                "is `{}`, expected no, same, allowed or foreign",
                shown()
            ))
        }
        b"priority" | b"class" => check_priority(value),
        b"status" | b"config-version" | b"triggers-pending" | b"triggers-awaited" => {
            Err("stands in dpkg's database only".into())
        }
        b"depends" | b"pre-depends" | b"recommends" | b"suggests" | b"enhances" | b"breaks"
        | b"conflicts" | b"provides" | b"replaces" | b"recommended" | b"optional" => {
            let may_have_alternatives = !NO_ALTERNATIVES.iter().any(|n| n.as_bytes() == name);
            check_relations(value, may_have_alternatives)
        }
        b"conffiles" => check_conffiles(value),
        _ => Ok(()),
    }
}

/// Tells whether a value is one of some words, in any case, and nothing else.
pub(super) fn is_word(value: &[u8], words: &[&str]) -> bool {
    let word = words.iter().find(|word| starts_with(value, word));
    word.is_some_and(|word| value[word.len()..].iter().all(|byte| is_space(*byte)))
}

fn starts_with(value: &[u8], word: &str) -> bool {
    let start = value.get(..word.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
}

/// Any word is a priority, unless it starts as one that dpkg knows.
fn check_priority(value: &[u8]) -> Result<(), String> {
    let known = [
        "required",
        "important",
        "standard",
        "optional",
        "extra",
        "unknown",
    ];
    if known.iter().any(|word| starts_with(value, word)) && !is_word(value, &known) {
        let shown = escape::bytes(&value[..value.len().min(100)]);
        return Err(format!(
            "is `{shown}`, expected one of {}",
            known.join(", ")
        ));
    }
    Ok(())
}

fn check_name(name: &[u8]) -> Result<(), String> {
    let Some(first) = name.first() else {
        return Err("a name is empty".into());
    };
    if !first.is_ascii_alphanumeric() {
        return Err("a name does not start with a letter or digit".into());
    }
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-+._".contains(byte);
    if name.iter().all(is_allowed) {
        return Ok(());
    }
    Err("a name has a character other than letters, digits, `-`, `+`, `.` and `_`".into())
}

fn check_version(version: &[u8]) -> Result<(), String> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let blanks = version.iter().take_while(|byte| is_blank(byte)).count();
    let version = &version[blanks..];
    let last = version.iter().rposition(|byte| !is_blank(byte));
    let mut version = &version[..last.map_or(0, |last| last + 1)];
    if version.is_empty() {
        return Err("the version is empty".into());
    }
    if version.iter().any(is_blank) {
        return Err("the version has a space in it".into());
    }
    if let Some(colon) = version.iter().position(|byte| *byte == b':') {
        check_epoch(&version[..colon])?;
        version = &version[colon + 1..];
    }
    let hyphen = version.iter().rposition(|byte| *byte == b'-');
    let (upstream, revision) = match hyphen {
        Some(hyphen) => (&version[..hyphen], Some(&version[hyphen + 1..])),
        None => (version, None),
    };
    if revision.is_some_and(<[u8]>::is_empty) {
        return Err("the revision behind the last `-` is empty".into());
    }
    if !upstream.first().is_some_and(u8::is_ascii_digit) {
        return Err("the version does not start with a digit".into());
    }
    let has_only = |part: &[u8], signs: &[u8]| {
        part.iter()
            .all(|byte| byte.is_ascii_alphanumeric() || signs.contains(byte))
    };
    if !has_only(upstream, b".-+~:") || !revision.is_none_or(|part| has_only(part, b".+~")) {
        return Err("the version has a character that none has".into());
    }
    Ok(())
}

/// A number as C's `strtol` reads it, from 0 to the largest `int`.
fn check_epoch(epoch: &[u8]) -> Result<(), String> {
    let spaces = epoch.iter().take_while(|byte| is_space(**byte)).count();
    let number = std::str::from_utf8(&epoch[spaces..]).ok();
    match number.and_then(|number| number.parse::<i32>().ok()) {
        Some(0..) => Ok(()),
        _ => Err("the epoch is no number from 0 to 2147483647".into()),
    }
}

/// A place in a list of relations; behind its end there are NULs.
struct Relations<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Relations<'a> {
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn skip_spaces(&mut self) {
        while is_space(self.byte()) {
            self.at += 1;
        }
    }

    fn until(&mut self, ends: &[u8]) -> &'a [u8] {
        let start = self.at;
        while self.byte() != 0 && !is_space(self.byte()) && !ends.contains(&self.byte()) {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    fn relation(&mut self) -> Result<(), String> {
        let name = self.until(b":(,|");
        let shown = escape::bytes(&name[..name.len().min(100)]);
        let refuse = |what: &str| format!("names `{shown}`: {what}");
        if name.is_empty() {
            return Err("lacks a package name in some place".into());
        }
        check_name(name).map_err(|what| refuse(&what))?;
        if self.byte() == b':' {
            self.at += 1;
            let architecture = self.until(b"(,|");
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            let starts = architecture.first().is_some_and(u8::is_ascii_alphanumeric);
            if !starts || !architecture.iter().all(is_name) {
                return Err(refuse("the architecture behind `:` is no name of one"));
            }
        }
        self.skip_spaces();
        if self.byte() != b'(' {
            return Ok(());
        }
        self.at += 1;
        self.skip_spaces();
        match (
            self.byte(),
            self.text.get(self.at + 1).copied().unwrap_or(0),
        ) {
            (b'<', b'>') | (b'>', b'<') => return Err(refuse("`<` and `>` contradict each other")),
            (b'<' | b'>', b'=') | (b'<', b'<') | (b'>', b'>') => self.at += 2,
            (b'<' | b'>' | b'=', _) => self.at += 1,
            _ => {}
        }
        self.skip_spaces();
        let version = self.until(b"()");
        self.skip_spaces();
        if self.byte() != b')' {
            return Err(refuse("the version does not end in `)`"));
        }
        check_version(version).map_err(|what| refuse(&what))?;
        self.at += 1;
        self.skip_spaces();
        Ok(())
    }
}

fn check_relations(text: &[u8], may_have_alternatives: bool) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    let mut relations = Relations { text, at: 0 };
    loop {
        relations.relation()?;
        match relations.byte() {
            0 => return Ok(()),
            b',' => {}
            b'|' if may_have_alternatives => {}
            b'|' => return Err("has alternatives, which it cannot have".into()),
            other => {
                let other = other.escape_ascii();
                return Err(format!("has `{other}` where `,` or its end was expected"));
            }
        }
        relations.at += 1;
        relations.skip_spaces();
    }
}

/// dpkg's own list of conffiles, which no package has: a path and a sum in each line.
fn check_conffiles(value: &[u8]) -> Result<(), String> {
    for line in value
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let mut words: Vec<_> = line.split(|byte| *byte == b' ').collect();
        while words.len() > 3 && matches!(words.last(), Some(&b"obsolete" | &b"remove-on-upgrade"))
        {
            words.pop();
        }
        let is_line =
            words.len() >= 3 && words[0].is_empty() && words.last().is_some_and(|w| !w.is_empty());
        let is_root = words.len() == 3 && words[1].iter().all(|byte| matches!(byte, b'.' | b'/'));
        if !is_line || is_root {
            return Err("has a line that is not a path and a sum".into());
        }
    }
    Ok(())
}
