//! Paths that the package has elsewhere than the other tool's: links lead to the new ones, and texts that
//! hold the old ones are told.

use std::path::{Component, Path, PathBuf};

use super::files::key;
use super::model::Model;
use super::notes::Notes;
use super::place::Place;
use crate::fs;
use crate::manifest::draft::{Text, Value};

/// The largest file that is searched, in bytes.
const LARGEST: u64 = 1 << 20;

/// Has the links of a package lead to where files are now, and tells which of its files and scripts hold an
/// old path.
pub(super) fn follow(model: &mut Model, notes: &mut Notes, place: &Place) {
    let links: Vec<(Text, String)> = model
        .entries("files")
        .filter_map(|(target, value)| Some((target.clone(), link(value)?.meant())))
        .collect();
    for (target, leads_to) in links {
        if let Some(new) = new_target(&target.meant(), &leads_to, &notes.moved) {
            let value = Value::Table(vec![key("symlink", new)]);
            model.replace("files", &target, &value);
        }
    }
    let mut sources: Vec<String> = Vec::new();
    for table in ["files", "units", "scripts"] {
        let found = model.entries(table).filter_map(|(_, value)| source(value));
        sources.extend(found.map(Text::meant));
    }
    for source in sources {
        tell(&source, notes, place);
    }
}

fn link(value: &Value) -> Option<&Text> {
    let Value::Table(entries) = value else {
        return None;
    };
    match entries.first() {
        Some((name, Value::Text(target))) if name.written() == "symlink" => Some(target),
        _ => None,
    }
}

fn source(value: &Value) -> Option<&Text> {
    match value {
        Value::Text(source) => Some(source),
        Value::Table(entries) => entries.iter().find_map(|(name, value)| match value {
            Value::Text(source) if name.written() == "source" => Some(source),
            _ => None,
        }),
        _ => None,
    }
}

/// Returns where a link at a new path leads to, if not to what it leads to as it is written.
fn new_target(at: &str, leads_to: &str, moved: &[(String, String)]) -> Option<String> {
    let before = moved.iter().find(|(_, new)| new == at);
    let before = before.map_or(at, |(old, _)| old);
    let wanted = resolved(before, leads_to);
    let wanted = moved_path(&wanted, moved).unwrap_or(wanted);
    (resolved(at, leads_to) != wanted).then_some(wanted)
}

/// Returns the path that a link at a path leads to.
fn resolved(at: &str, leads_to: &str) -> String {
    let mut path = PathBuf::from("/");
    let folder = Path::new(at).parent().unwrap_or(Path::new("/"));
    for component in folder.join(leads_to).components() {
        match component {
            Component::Normal(name) => path.push(name),
            Component::ParentDir => {
                path.pop();
            }
            _ => {}
        }
    }
    path.to_string_lossy().into_owned()
}

/// Returns the new path of what was moved, or is in a folder that was.
fn moved_path(path: &str, moved: &[(String, String)]) -> Option<String> {
    moved.iter().find_map(|(old, new)| {
        let below = path.strip_prefix(old.trim_end_matches('/'))?;
        let is_it = below.is_empty() || below.starts_with('/');
        is_it.then(|| format!("{}{below}", new.trim_end_matches('/')))
    })
}

/// Tells of the lines of a file that hold an old path.
fn tell(source: &str, notes: &mut Notes, place: &Place) {
    let path = place.beside_path(source);
    let is_small = |it: &std::fs::Metadata| it.is_file() && it.len() <= LARGEST;
    if !fs::metadata(&path).is_ok_and(|it| is_small(&it)) {
        return;
    }
    let Ok(bytes) = fs::read(&path) else { return };
    let Ok(text) = String::from_utf8(bytes) else {
        return;
    };
    for (old, new) in notes.moved.clone() {
        for (index, line) in text.lines().enumerate() {
            let is_comment = line.trim_start().starts_with(['#', ';']) && !line.starts_with("#!");
            if !is_comment && holds(line, &old) {
                let what = format!("`{old}` is `{new}` in the package");
                let line = Some(index + 1);
                notes.differs_in(&path, line, &what, "write the new path into this file");
            }
        }
    }
}

/// Returns whether a line holds a path, and not just the start of another one's name.
fn holds(line: &str, path: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '@');
    line.match_indices(path).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let mut after = line[start + path.len()..].chars();
        let next = after.next();
        let goes_on = match next {
            Some('.') => after.next().is_some_and(is_of_name),
            next => next.is_some_and(is_of_name) && !path.ends_with('/'),
        };
        !goes_on && !before.is_some_and(|c| is_of_name(c) || c == '/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_what_was_moved() {
        let moved: Vec<(String, String)> = [
            ("/usr/local/bin/zz", "/usr/bin/zz"),
            ("/usr/local/bin/link", "/usr/bin/link"),
            ("/usr/local/share/zz/", "/usr/share/zz/"),
        ]
        .map(|(old, new)| (old.to_owned(), new.to_owned()))
        .to_vec();
        for (at, leads_to, expected) in [
            ("/usr/bin/a", "/usr/local/bin/zz", Some("/usr/bin/zz")),
            ("/usr/bin/a", "../local/bin/zz", Some("/usr/bin/zz")),
            ("/usr/bin/a", "/usr/local/bin/zz2", None),
            ("/opt/a", "/usr/local/share/zz/b", Some("/usr/share/zz/b")),
            ("/usr/bin/link", "zz", None),
            ("/usr/bin/link", "../../lib/a", Some("/usr/lib/a")),
            ("/usr/bin/link", "/usr/lib/a", None),
        ] {
            assert_eq!(
                new_target(at, leads_to, &moved).as_deref(),
                expected,
                "{at} {leads_to}"
            );
        }
    }

    #[test]
    fn lines_hold_a_path_by_its_whole_name() {
        let path = "/usr/local/bin/zz";
        for (line, expected) in [
            ("ExecStart=/usr/local/bin/zz serve", true),
            ("exec \"/usr/local/bin/zz\"", true),
            ("It is /usr/local/bin/zz.", true),
            ("/usr/local/bin/zz.sh", false),
            ("/usr/local/bin/zzz", false),
            ("/opt/usr/local/bin/zz", false),
        ] {
            assert_eq!(holds(line, path), expected, "{line}");
        }
    }
}
