//! A page about a package, for a browser: its fields, its scripts, and a map of its contents that can be
//! clicked into. It needs no other file and no network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::deb::{ArchiveError, DataKind, Deb, KeptNames};
use crate::escape;
use crate::finding::Finding;
use crate::fs;
use crate::lint::read_as_dpkg;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::render::document;
use super::super::session::Failure;
use super::super::view::{Conffiles, View};

/// The page, in which `DATA` stands for the facts.
const PAGE: &str = include_str!("page.html");

/// The most files that the map shows one by one; smaller ones of a folder are taken together.
const MOST_FILES: usize = 20_000;

/// The most folders of the map: files of others are counted in the folder above.
const MOST_FOLDERS: usize = 20_000;

/// The most folders one in another: what is below stays in one name.
const DEEPEST: usize = 64;

/// The length in bytes up to which a file of the control archive is shown.
const LONGEST_MEMBER: usize = 1 << 20;

/// A folder or file of the map.
#[derive(Debug, Default, Serialize)]
struct Node {
    name: String,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    children: Option<Vec<Node>>,
}

/// The folders by their names, with the files in them.
#[derive(Debug, Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    files: Vec<(String, u64)>,
    /// The files that are too small to be shown: their number and their bytes.
    small: (usize, u64),
}

impl Folder {
    /// Returns the folder of these names, or the deepest above it where no more may be made.
    fn at(&mut self, names: &[String], made: &mut usize) -> &mut Self {
        match names {
            [first, rest @ ..] if self.folders.contains_key(first) || *made < MOST_FOLDERS => {
                let folder = self.folders.entry(first.clone());
                let folder = folder.or_insert_with(|| {
                    *made += 1;
                    Self::default()
                });
                folder.at(rest, made)
            }
            _ => self,
        }
    }

    fn into_node(self, name: String) -> Node {
        let folders = self.folders.into_iter();
        let mut children: Vec<Node> = folders
            .map(|(name, folder)| folder.into_node(name))
            .collect();
        children.extend(self.files.into_iter().map(|(name, size)| Node {
            name,
            size,
            children: None,
        }));
        let (count, size) = self.small;
        if count > 0 {
            children.push(Node {
                name: format!("{count} small files"),
                size,
                children: None,
            });
        }
        let sizes = children.iter().map(|child| child.size);
        Node {
            name,
            size: sizes.fold(0, u64::saturating_add),
            children: Some(children),
        }
    }
}

/// The regular files of a package with their sizes.
type Files = Vec<(Vec<u8>, u64)>;

/// Returns the page, and what is damaged or would be refused.
pub(super) fn of(deb: &Deb) -> Result<(String, Vec<Finding>), ArchiveError> {
    let mut files = Files::new();
    let mut names = KeptNames::default();
    let findings = read_as_dpkg(deb, |entry, _| {
        if entry.kind == DataKind::Regular {
            names.entry(deb, entry)?;
            files.push((entry.name.clone(), entry.size));
        }
        Ok::<_, ArchiveError>(())
    })?;
    let conffiles = Conffiles::of(deb);
    let view = View::written(deb, &conffiles, ());
    let mut facts = json!({
        "package": view.package, "version": view.version, "architecture": view.architecture,
        "description": view.field("Description"),
        "fields": view.fields(),
        "conffiles": view.conffiles,
        "members": members(deb),
        "findings": findings.iter().map(said).collect::<Vec<_>>(),
        "size": deb.size,
        "files": files.len(),
    });
    make_plain(&mut facts);
    facts["tree"] = json!(tree(files));
    Ok((page(&facts), findings))
}

/// Escapes in all texts what a browser obeys, such as a sign that turns the direction of a line; those of the map
/// have been escaped one by one.
fn make_plain(value: &mut Value) {
    match value {
        Value::String(text) => *text = escape::lines(text).into_owned(),
        Value::Array(list) => list.iter_mut().for_each(make_plain),
        Value::Object(map) => map.values_mut().for_each(make_plain),
        _ => {}
    }
}

/// Refuses to write over a file that is no such page: a package, for one.
pub(super) fn refuse_other_file(path: &Path) -> Result<(), Failure> {
    let start = PAGE.split_once("<title>").map_or(PAGE, |(start, _)| start);
    let mut there = vec![0; start.len()];
    match fs::read_start(path, &mut there) {
        Ok(count) if there[..count] != *start.as_bytes() => Err(Failure::usage(
            format!("`{}` is there, and is no page of reldeb", path.display()),
            "name another file, or remove it".into(),
        )),
        _ => Ok(()),
    }
}

fn said(finding: &Finding) -> String {
    format!("{}[{}]: {finding}", finding.severity, finding.tag)
}

/// Returns the files of the control archive that are for people.
fn members(deb: &Deb) -> Vec<(&str, String)> {
    let hidden = BTreeSet::from(["control", "md5sums", "conffiles"]);
    let members = deb.control.iter();
    members
        .filter(|(name, _)| !hidden.contains(name.as_str()))
        .map(|(name, file)| {
            let shown = &file.content[..file.content.len().min(LONGEST_MEMBER)];
            (name.as_str(), escape::byte_lines(shown).into_owned())
        })
        .collect()
}

fn tree(mut files: Files) -> Node {
    files.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    let mut root = Folder::default();
    let mut made = 0;
    for (number, (name, size)) in files.iter().enumerate() {
        let parts = name.split(|byte| *byte == b'/');
        let parts: Vec<&[u8]> = parts.filter(|part| !matches!(*part, b"" | b".")).collect();
        let folders = parts.len().saturating_sub(1).min(DEEPEST);
        let (folders, last) = parts.split_at(folders);
        if last.is_empty() {
            continue;
        }
        let shown = |name: &[u8]| escape::bytes(name).into_owned();
        let names: Vec<String> = folders.iter().map(|part| shown(part)).collect();
        let last = shown(&last.join(&b'/'));
        let folder = root.at(&names, &mut made);
        if number < MOST_FILES {
            folder.files.push((last, *size));
        } else {
            folder.small.0 += 1;
            folder.small.1 = folder.small.1.saturating_add(*size);
        }
    }
    root.into_node(String::new())
}

/// Returns the page with facts. No text in them can end the element that holds them.
fn page(facts: &Value) -> String {
    let facts = String::from_utf8_lossy(&document(facts)).replace('<', "\\u003c");
    let (head, tail) = PAGE.split_once("DATA").unwrap_or((PAGE, ""));
    [head, facts.trim_end(), tail].concat()
}
