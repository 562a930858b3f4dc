//! Lines of `[files]`, `[units]` and `[scripts]`, as every reader writes them.

use std::path::Path;

use super::model::Model;
use super::notes::Notes;
use super::place::Place;
use crate::fs;
use crate::manifest::UnitFile;
use crate::manifest::draft::{Text, Value};

/// The folder of units of systemd.
const UNITS: &str = "/usr/lib/systemd/system/";
/// The folders that are links into /usr on every Debian since bookworm.
const MERGED: [&str; 3] = ["/bin/", "/sbin/", "/lib/"];

/// A value with a `source`, as a table where it says more.
pub(super) fn with_source(source: impl Into<Value>, more: Vec<(Text, Value)>) -> Value {
    let source = source.into();
    if more.is_empty() {
        return source;
    }
    let mut entries = vec![(Text::literal("source"), source)];
    entries.extend(more);
    Value::Table(entries)
}

/// Returns an entry of a table between braces.
pub(super) fn key(name: &str, value: impl Into<Value>) -> (Text, Value) {
    (Text::literal(name), value.into())
}

/// Returns a mode as `[files]` has it.
pub(super) fn mode(bits: u32) -> Value {
    Value::from(format!("{bits:04o}"))
}

/// Returns the absolute path of a target, below /usr where Debian has it; says so.
pub(super) fn target(path: &str, line: usize, notes: &mut Notes) -> String {
    let path = format!("/{}", path.trim_start_matches('/'));
    if let Some(below) = path.strip_prefix("/usr/local/") {
        let own = format!("/usr/{below}");
        notes.differs(
            Some(line),
            &format!("`{path}` becomes `{own}`"),
            "policy 9.1.2: /usr/local is the sysadmin's; look for the path in scripts and units",
        );
        let moved = (path, own.clone());
        if !notes.moved.contains(&moved) {
            notes.moved.push(moved);
        }
        return own;
    }
    if MERGED.iter().any(|folder| path.starts_with(folder)) {
        let merged = format!("/usr{path}");
        notes.differs(
            Some(line),
            &format!("`{path}` becomes `{merged}`"),
            "it is the same place on every Debian since bookworm",
        );
        return merged;
    }
    path
}

/// Returns the name of the unit of systemd that a target is.
pub(super) fn unit_name(target: &str) -> Option<&str> {
    let name = target.strip_prefix(UNITS)?;
    let unit: UnitFile = name.parse().ok()?;
    (!unit.is_drop_in()).then_some(name)
}

/// Adds a unit that the other tool only packs: its own scripts begin and end it.
pub(super) fn unmanaged_unit(
    model: &mut Model,
    notes: &mut Notes,
    line: usize,
    name: &str,
    source: impl Into<Value>,
) {
    let more = vec![
        key("enable", false),
        key("start", false),
        key("on-upgrade", "none"),
    ];
    model.set("units", name, with_source(source, more));
    notes.differs(
        Some(line),
        &format!(
            "unit `{name}` is stopped before the package is removed, and forgotten at a purge"
        ),
        "it would run on without its files; `enable`, `start` and `on-upgrade` below `[units]` can \
         replace what your scripts do with systemctl",
    );
}

/// Adds a maintainer script by its file; says what of it reldeb does by itself.
pub(super) fn script(
    model: &mut Model,
    notes: &mut Notes,
    line: usize,
    (name, path): (&'static str, &str),
    (home, place): (&Path, &Place),
) {
    let written = place.path(path);
    let Ok(text) = fs::read_small(&home.join(path)) else {
        model.comment("scripts", format!("`{path}` is not there:"));
        model.propose("scripts", name, Text::verbatim(&written));
        notes.left_out(
            Some(line),
            &format!("script `{path}` is not there"),
            "take the sign away below `[scripts]` when it is",
        );
        return;
    };
    let text = String::from_utf8_lossy(&text);
    for (words, better) in ADVICE {
        let is_code = |line: &&str| !line.trim_start().starts_with('#');
        let has = |word: &&&str| {
            let mut lines = text.lines().filter(is_code);
            lines.any(|line| line.contains(**word))
        };
        if let Some(word) = words.iter().find(has) {
            model.comment("scripts", format!("`{word}` in `{path}`: {better}"));
        }
    }
    if !model.set("scripts", name, Text::verbatim(&written)) {
        notes.left_out(
            Some(line),
            &format!("`{path}` would be a second {name}"),
            "put both into one file",
        );
    }
}

/// Returns whether a script makes a system user.
pub(super) fn makes_user(home: &Path, path: &str) -> bool {
    let text = fs::read_small(&home.join(path)).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| {
        !line.starts_with('#') && (line.contains("useradd") || line.contains("adduser"))
    })
}

/// Commands of scripts, and what reldeb has in their place.
const ADVICE: [(&[&str], &str); 5] = [
    (
        &["useradd", "adduser"],
        "`[user]` makes a user before the files are unpacked",
    ),
    (
        &["userdel", "deluser"],
        "a user that is gone may leave files to whoever gets its number; `[user]` keeps it",
    ),
    (
        &["chown -R", "chown --recursive"],
        "follows links that others have made, at every upgrade; `owner` in `[files]` does it once",
    ),
    (
        &["ln -s"],
        "dpkg does not know such a link; `{ symlink = \"…\" }` in `[files]` makes one that it removes",
    ),
    (
        &["systemctl enable", "systemctl start", "systemctl restart"],
        "`enable`, `start` and `on-upgrade` in `[units]` do it as debhelper does",
    ),
];

/// Returns whether a path is a file that somebody may execute.
pub(super) fn is_executable(path: &Path) -> Option<bool> {
    let metadata = fs::metadata(path).ok()?;
    Some(fs::mode(&metadata) & 0o111 != 0)
}

/// Returns the source of an entry that is a table.
pub(super) fn source_of(entry: &Value) -> Option<String> {
    let Value::Table(keys) = entry else {
        return None;
    };
    keys.iter().find_map(|(key, value)| match value {
        Value::Text(source) if key.meant() == "source" => Some(source.meant().clone()),
        _ => None,
    })
}
