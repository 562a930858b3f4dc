//! The conffiles of cargo-deb, as entries of `[files]`.

use super::super::files::{self, key, with_source};
use super::super::model::Model;
use super::super::node::Fault;
use super::super::notes::Notes;
use super::Section;
use crate::manifest::draft::{Text, Value};

/// Marks conffiles outside of /etc; those in it are marked by themselves.
pub(super) fn mark(section: &Section, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
    for node in section.table.list("conf-files")? {
        let path = node.as_text("conf-files")?;
        let path = files::target(path, node.line, notes);
        let key_of = Text::literal(&path);
        let found = model.value("files", &key_of).cloned();
        let found = found.or_else(|| in_folder(model, &path));
        match found {
            None => notes.left_out(
                Some(node.line),
                &match &section.variant {
                    None => format!("conffile `{path}` is not packed"),
                    Some(variant) => {
                        format!("conffile `{path}` is not packed by variant `{variant}`")
                    }
                },
                "dpkg would keep it in its list as one that is to come",
            ),
            Some(_) if path.starts_with("/etc/") => {}
            Some(value) => {
                let marked = marked(value);
                if model.value("files", &key_of).is_some() {
                    model.replace("files", &key_of, &marked);
                } else {
                    model.set("files", key_of, marked);
                }
            }
        }
    }
    Ok(())
}

/// Returns the value of an entry as that of a conffile.
fn marked(value: Value) -> Value {
    match value {
        Value::Table(mut entries) => {
            entries.push(key("conffile", true));
            Value::Table(entries)
        }
        source => with_source(source, vec![key("conffile", true)]),
    }
}

/// Returns the value of an entry for one file out of a folder or glob.
fn in_folder(model: &Model, path: &str) -> Option<Value> {
    let (folder, name) = path.rsplit_once('/')?;
    let value = model.value("files", &Text::literal(&format!("{folder}/")))?;
    let source_of = |source: &str| {
        let before = source.rsplit_once('/').map_or("", |(before, _)| before);
        let is_file = source.rsplit('/').next() == Some(name);
        if is_file {
            Value::from(source)
        } else {
            Value::from(format!("{before}/{name}"))
        }
    };
    match value {
        Value::Text(source) => Some(source_of(&source.meant())),
        Value::Table(entries) => {
            let mut entries = entries.clone();
            for (_, value) in entries.iter_mut().take(1) {
                if let Value::Text(source) = value {
                    *value = source_of(&source.meant());
                }
            }
            Some(Value::Table(entries))
        }
        _ => None,
    }
}
