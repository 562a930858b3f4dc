//! What `plan` prints, for people and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;

use reldeb::escape;
use reldeb::pipeline::{Built, Package};
use reldeb::plan::Plan;
use reldeb::tree::{Content, Entry, Kind, Origin, PackagePath, Tree};
use serde_json::{Value, json};

/// The sizes of files that the package holds otherwise than they lie on the build machine.
pub(super) type Sizes = BTreeMap<PackagePath, u64>;

fn size(path: &PackagePath, entry: &Entry, sizes: &Sizes) -> u64 {
    sizes.get(path).copied().unwrap_or_else(|| entry.size())
}

/// Every path as `dpkg-deb -c` shows it, without the time, and behind it whether it is a conffile
/// and where it comes from.
pub(super) fn paths(package: &Package, sizes: &Sizes) -> Vec<u8> {
    let mut text = paths_of(&package.plan, &package.tree, sizes);
    if let Some(second) = &package.debug_symbols {
        text.push('\n');
        text.push_str(&paths_of(&second.plan, &second.tree, &Sizes::new()));
    }
    text.into_bytes()
}

fn paths_of(plan: &Plan, tree: &Tree, sizes: &Sizes) -> String {
    let rows: Vec<(PackagePath, &Entry)> = tree
        .archive_order()
        .map(|(path, entry)| (path.clone(), entry))
        .collect();
    let owner = |entry: &Entry| format!("{}/{}", entry.owner.user(), entry.owner.group());
    let owner_width = rows
        .iter()
        .map(|(_, entry)| owner(entry).len())
        .max()
        .unwrap_or(0);
    let size_width = rows
        .iter()
        .map(|(path, entry)| size(path, entry, sizes).to_string().len())
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "{} {} {}: {}\n",
        plan.name,
        plan.version,
        plan.architecture,
        escape::line(&plan.output.display().to_string())
    );
    for (path, entry) in rows {
        let (kind, target) = match &entry.kind {
            Kind::Directory => ('d', String::new()),
            Kind::Regular { .. } => ('-', String::new()),
            Kind::Symlink { target } => ('l', format!(" -> {}", escape::bytes(target))),
        };
        let conffile = if entry.is_conffile() {
            "  (conffile)"
        } else {
            ""
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{kind}{} {:owner_width$} {:>size_width$} {}{target}{conffile}{}",
            permissions(entry.mode),
            owner(entry),
            size(&path, entry, sizes),
            archive_name(&path, kind == 'd'),
            origin(&entry.origin),
        );
    }
    text
}

fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Parent => String::new(),
        other => format!("  <- {}", escape::line(&other.to_string())),
    }
}

/// The name in the data archive: `./opt/orders/`.
fn archive_name(path: &PackagePath, is_directory: bool) -> String {
    let relative = escape::bytes(path.relative());
    let slash = if is_directory && !relative.is_empty() {
        "/"
    } else {
        ""
    };
    format!("./{relative}{slash}")
}

/// Permission bits as ls(1) shows them.
pub(super) fn permissions(mode: u32) -> String {
    let mut text = String::with_capacity(9);
    for (shift, special) in [(6, 0o4000), (3, 0o2000), (0, 0o1000)] {
        let bits = mode >> shift;
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        let (set, with_x) = if shift == 0 { ('T', 't') } else { ('S', 's') };
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (false, false) => '-',
            (false, true) => 'x',
            (true, false) => set,
            (true, true) => with_x,
        });
    }
    text
}

/// Each rendered file and maintainer script behind a line with its name.
pub(super) fn rendered(package: &Package) -> Vec<u8> {
    let mut text = String::new();
    for (path, entry) in package.tree.iter() {
        if let Some(bytes) = rendered_text(entry) {
            text.push('\n');
            text.push_str(&section(&path.to_string(), bytes));
        }
    }
    for (script, content) in package.scripts.iter() {
        text.push('\n');
        text.push_str(&section(script.name(), content.as_bytes()));
    }
    text.into_bytes()
}

/// A file behind a line with its name. A line of the file that looks like such a line gets a backslash.
pub(super) fn section(name: &str, content: &[u8]) -> String {
    let mut text = format!("==> {} <==\n", escape::line(name));
    for line in escape::byte_lines(content).split_inclusive('\n') {
        if line.starts_with("==> ") {
            text.push('\\');
        }
        text.push_str(line);
    }
    if !content.is_empty() && !content.ends_with(b"\n") {
        text.push('\n');
    }
    text
}

/// The text of a file that a template made; nothing for compressed ones.
fn rendered_text(entry: &Entry) -> Option<&[u8]> {
    match (&entry.kind, &entry.origin) {
        (
            Kind::Regular {
                content: Content::Bytes(bytes),
                ..
            },
            Origin::Template(_) | Origin::Generated(_),
        ) => std::str::from_utf8(bytes).is_ok().then_some(bytes),
        _ => None,
    }
}

/// A package that was written.
pub(super) fn built_json(built: &Built) -> Value {
    json!({
        "package": built.name.to_string(),
        "path": built.path.display().to_string(),
        "size": built.size,
        "installed-size": built.installed_size,
    })
}

fn one_plan_json(plan: &Plan, tree: &Tree, sizes: &Sizes) -> Value {
    let paths: Vec<Value> = tree
        .archive_order()
        .map(|(path, entry)| path_json(path, entry, size(path, entry, sizes)))
        .collect();
    json!({
        "package": plan.name.to_string(),
        "version": plan.version.to_string(),
        "architecture": plan.architecture.to_string(),
        "output": plan.output.display().to_string(),
        "compression": plan.compression.to_string(),
        "mtime": plan.mtime,
        "control": fields_json(plan.control.stanza.iter()),
        "paths": paths,
    })
}

/// The whole plan as one document.
pub(super) fn plan_json(package: &Package, sizes: &Sizes, scripts: bool) -> Value {
    let plan = &package.plan;
    let mut document = one_plan_json(plan, &package.tree, sizes);
    let second = package.debug_symbols.as_ref();
    let second = second.map(|second| one_plan_json(&second.plan, &second.tree, &Sizes::new()));
    document["debug-symbols"] = second.into();
    let suites = plan.suites.iter();
    document["suites"] = suites.map(|declared| declared.suite.name).collect();
    document["findings"] = json!(package.findings);
    if scripts {
        let rendered = package.tree.iter().filter_map(|(path, entry)| {
            let text = String::from_utf8_lossy(rendered_text(entry)?).into_owned();
            Some((path.to_string(), Value::from(text)))
        });
        document["rendered"] = rendered.collect();
        document["scripts"] = package
            .scripts
            .iter()
            .map(|(script, text)| (script.name().to_owned(), Value::from(text)))
            .collect();
    }
    document
}

fn path_json(path: &PackagePath, entry: &Entry, size: u64) -> Value {
    let (kind, target) = match &entry.kind {
        Kind::Directory => ("directory", None),
        Kind::Regular { .. } => ("file", None),
        Kind::Symlink { target } => (
            "symlink",
            Some(String::from_utf8_lossy(target).into_owned()),
        ),
    };
    json!({
        "path": path.to_string(),
        "kind": kind,
        "mode": format!("{:04o}", entry.mode),
        "owner": entry.owner.user(),
        "group": entry.owner.group(),
        "size": size,
        "conffile": entry.is_conffile(),
        "target": target,
        "origin": entry.origin.to_string(),
    })
}

fn fields_json<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    fields
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect()
}
