//! The lines of a file in /etc/cron.d, as Debian's cron reads them: one that it cannot read makes it
//! ignore the whole file.

/// The five fields, each with its lowest and highest number and the names of its numbers.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    ("month", 1, 12, &MONTHS),
    ("day of the week", 0, 7, &DAYS),
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Words in the place of the five fields.
const WORDS: [&str; 8] = [
    "reboot", "yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly",
];

/// Returns the fact about the first line that cron cannot read.
pub(super) fn fault(text: &str) -> Option<String> {
    let lines = text.lines().enumerate();
    let mut faults = lines.filter_map(|(index, line)| {
        let line = line.trim_start_matches(BLANKS);
        let is_skipped = line.is_empty() || line.starts_with('#') || is_variable(line);
        let fact = if is_skipped { None } else { of_entry(line) };
        fact.map(|fact| format!("line {} {fact}", index + 1))
    });
    faults.next()
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Returns whether a line sets a variable: `NAME = value`, the name in quotes or not.
fn is_variable(line: &str) -> bool {
    let quote = line.chars().next().filter(|c| ['"', '\''].contains(c));
    let rest = match quote {
        Some(quote) => line[1..].split_once(quote).map(|(_, rest)| rest),
        None => line
            .find(|c| c == '=' || BLANKS.contains(&c))
            .filter(|at| *at > 0)
            .map(|at| &line[at..]),
    };
    rest.is_some_and(|rest| rest.trim_start_matches(BLANKS).starts_with('='))
}

/// Returns the fact about a line with a job.
fn of_entry(line: &str) -> Option<String> {
    let mut words = line.split(BLANKS).filter(|word| !word.is_empty());
    if let Some(word) = words.clone().next().and_then(|it| it.strip_prefix('@')) {
        if !WORDS.contains(&word) {
            return Some(format!("has the time `@{word}`, which is none"));
        }
        words.next();
    } else {
        for (name, low, high, names) in FIELDS {
            let Some(word) = words.next() else {
                return Some(format!("has no {name}"));
            };
            if !is_list(word, low, high, names) {
                return Some(format!("has the {name} `{word}`, which is none"));
            }
        }
    }
    match words.next() {
        None => Some("has no user".to_owned()),
        Some(user) if user.contains(['/', '=', '"', '\'', '$', ';']) => {
            Some(format!("has `{user}` in the place of the user"))
        }
        Some(_) if words.next().is_none() => Some("has no command".to_owned()),
        Some(_) => None,
    }
}

/// Returns whether cron takes a field: it stops at the first number or name that it cannot read, and
/// passes over what stands behind one.
fn is_list(word: &str, low: u32, high: u32, names: &[&str]) -> bool {
    let mut rest = word;
    loop {
        let range = match rest.strip_prefix('*') {
            Some(after) => Some((low, low, after)),
            None => range(rest, low, names),
        };
        let Some((first, last, after)) = range else {
            return false;
        };
        let (step, after) = match after.strip_prefix('/') {
            Some(step) => {
                let (step, after) = token(step);
                (step.parse().unwrap_or(0), after)
            }
            None => (1, after),
        };
        if step == 0 || !(low..=high).contains(&first) || !(low..=high).contains(&last) {
            return false;
        }
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return true,
        }
    }
}

/// Reads `a` or `a-b`, and returns both ends with what follows.
fn range<'a>(text: &'a str, low: u32, names: &[&str]) -> Option<(u32, u32, &'a str)> {
    let (first, after) = token(text);
    let first = number(first, low, names)?;
    let Some(after) = after.strip_prefix('-') else {
        return Some((first, first, after));
    };
    let (last, after) = token(after);
    Some((first, number(last, low, names)?, after))
}

fn token(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    text.split_at(end.unwrap_or(text.len()))
}

fn number(token: &str, low: u32, names: &[&str]) -> Option<u32> {
    let name = names
        .iter()
        .position(|name| token.eq_ignore_ascii_case(name));
    match name {
        Some(at) => Some(u32::try_from(at).ok()? + low),
        None => token.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cron_reads_a_line() {
        for line in [
            "",
            " # comment",
            "PATH=/usr/bin:/bin",
            "MAILTO = \"\"",
            "\"A B\" = c",
            "* * * * * root true",
            "*/5 0-23/2 1,15 jan-Mar mon,FRI root true x=1",
            "\t@daily root true",
            "59 23 31 12 7 root true",
        ] {
            assert_eq!(fault(line), None, "{line}");
        }
        for (line, fact) in [
            (
                "* * * * root",
                "has the day of the week `root`, which is none",
            ),
            ("* * *", "has no month"),
            ("* * * * *", "has no user"),
            ("* * * * * root", "has no command"),
            (
                "* * * * * /usr/bin/true x",
                "has `/usr/bin/true` in the place of the user",
            ),
            ("60 * * * * root true", "has the minute `60`, which is none"),
            ("* 24 * * * root true", "has the hour `24`, which is none"),
            (
                "* * 0 * * root true",
                "has the day of the month `0`, which is none",
            ),
            (
                "*/0 * * * * root true",
                "has the minute `*/0`, which is none",
            ),
            ("1, * * * * root true", "has the minute `1,`, which is none"),
            ("@often root true", "has the time `@often`, which is none"),
            ("@daily", "has no user"),
            ("run me", "has the minute `run`, which is none"),
        ] {
            assert_eq!(fault(line), Some(format!("line 1 {fact}")), "{line}");
        }
        assert_eq!(
            fault("A=b\n\nx\n"),
            Some("line 3 has the minute `x`, which is none".to_owned())
        );
    }
}
