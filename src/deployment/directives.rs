//! The author's directives, merged into the rendered unit: the template stays a unit that can be
//! read, and everything in it can still be replaced or taken out.

use super::service::Directives;

/// The directive whose values are added to those of the unit, whose commands prepare what the
/// program needs.
const ADDED: &str = "ExecStartPre";

/// Applies the author's directives to a unit. Each replaces the lines of the same key in its
/// section, at the place of the first; a new key goes to the end of its section, a new section
/// to the end of the unit. `ExecStartPre=` is added after those that are there. A directive
/// without values is removed. Values are systemd's own syntax and are not escaped.
pub(super) fn apply(unit: &str, directives: &Directives) -> String {
    let mut lines: Vec<String> = unit.lines().map(str::to_owned).collect();
    for (section, keys) in directives {
        for (key, values) in keys {
            let new = values.iter().map(|value| format!("{key}={value}"));
            replace(&mut lines, section.as_str(), key.as_str(), new.collect());
        }
    }
    lines.join("\n") + "\n"
}

fn replace(lines: &mut Vec<String>, section: &str, key: &str, new: Vec<String>) {
    let Some((mut start, mut end)) = bounds(lines, section) else {
        if !new.is_empty() {
            lines.push(String::new());
            lines.push(format!("[{section}]"));
            lines.extend(new);
        }
        return;
    };
    if key == ADDED
        && !new.is_empty()
        && let Some(last) = (start..end).rfind(|&at| is_key(&lines[at], key))
    {
        lines.splice(last + 1..=last, new);
        return;
    }
    let mut place = None;
    while let Some(at) = (start..end).find(|&at| is_key(&lines[at], key)) {
        let mut after = at + 1;
        while after < end && lines[after - 1].ends_with('\\') {
            after += 1;
        }
        lines.drain(at..after);
        end -= after - at;
        place.get_or_insert(at);
        start = at;
    }
    match place {
        Some(at) if new.is_empty() => drop_comment(lines, at),
        Some(at) => drop(lines.splice(at..at, new)),
        None => {
            while end > start && lines[end - 1].trim().is_empty() {
                end -= 1;
            }
            drop(lines.splice(end..end, new));
        }
    }
}

/// Returns the first line of a section after its heading, and the one after its last.
fn bounds(lines: &[String], section: &str) -> Option<(usize, usize)> {
    let heading = format!("[{section}]");
    let start = lines.iter().position(|line| line.trim() == heading)? + 1;
    let length = lines[start..]
        .iter()
        .position(|line| line.starts_with('['))
        .unwrap_or(lines.len() - start);
    Some((start, start + length))
}

fn is_key(line: &str, key: &str) -> bool {
    line.strip_prefix(key)
        .is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// Removes the comment above a directive that was removed, unless it is also about the next one.
fn drop_comment(lines: &mut Vec<String>, at: usize) {
    let about_more = lines
        .get(at)
        .is_some_and(|line| !line.trim().is_empty() && !line.starts_with(['#', '[']));
    if about_more {
        return;
    }
    let mut start = at;
    while start > 0 && lines[start - 1].starts_with('#') {
        start -= 1;
    }
    lines.drain(start..at);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const UNIT: &str = "# A unit\n\n[Unit]\nAfter=a\n\n[Service]\n# How it starts\nExecStart=/x \\\n  y\n# Limits\nFilter=a\nFilter=~b\nRestart=no\n\n[Install]\nWantedBy=m\n";

    fn applied_to(unit: &str, section: &str, key: &str, values: &[&str]) -> String {
        let values = values.iter().map(|value| value.parse().unwrap()).collect();
        let keys = BTreeMap::from([(key.parse().unwrap(), values)]);
        apply(unit, &BTreeMap::from([(section.parse().unwrap(), keys)]))
    }

    fn applied(section: &str, key: &str, values: &[&str]) -> String {
        applied_to(UNIT, section, key, values)
    }

    #[test]
    fn a_directive_replaces_adds_or_removes() {
        let table: [(&str, &str, &[&str], &str, &str); 6] = [
            (
                "Service",
                "Restart",
                &["always"],
                "Restart=no",
                "Restart=always",
            ),
            (
                "Service",
                "Filter",
                &["c"],
                "Filter=a\nFilter=~b\n",
                "Filter=c\n",
            ),
            ("Service", "Filter", &[], "Filter=a\nFilter=~b\n", ""),
            (
                "Service",
                "ExecStart",
                &["", "/z"],
                "ExecStart=/x \\\n  y\n",
                "ExecStart=\nExecStart=/z\n",
            ),
            (
                "Service",
                "Nice",
                &["5"],
                "Restart=no\n",
                "Restart=no\nNice=5\n",
            ),
            (
                "Socket",
                "Accept",
                &["no"],
                "WantedBy=m\n",
                "WantedBy=m\n\n[Socket]\nAccept=no\n",
            ),
        ];
        for (section, key, values, old, new) in table {
            let expected = UNIT.replace(old, new);
            assert_eq!(applied(section, key, values), expected, "{key}");
        }
    }

    #[test]
    fn commands_before_the_start_are_added() {
        let unit = "[Service]\nExecStartPre=/a\nExecStart=/b\n";
        let with = |values: &[&str]| applied_to(unit, "Service", "ExecStartPre", values);
        assert_eq!(
            with(&["/c", "/d"]),
            "[Service]\nExecStartPre=/a\nExecStartPre=/c\nExecStartPre=/d\nExecStart=/b\n"
        );
        assert_eq!(with(&[]), "[Service]\nExecStart=/b\n");
    }

    #[test]
    fn the_comment_of_a_removed_directive_goes_with_it() {
        let text = applied("Service", "ExecStart", &[]);
        assert_eq!(
            text,
            UNIT.replace("# How it starts\nExecStart=/x \\\n  y\n", "")
        );
    }
}
