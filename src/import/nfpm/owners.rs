//! The owners of the contents of nfpm, as `[user]`.

use std::collections::BTreeSet;

use super::super::model::Model;
use super::super::node::{Fault, Table};
use super::super::notes::Notes;
use crate::debian::reserved;
use crate::manifest::draft::Value;

/// Adds the user that owners of the contents need before dpkg unpacks them.
pub(super) fn add(table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
    let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
    for node in table.list("contents")? {
        let Some(info) = node.as_table("contents")?.table("file_info")? else {
            continue;
        };
        for (key, names) in [("owner", &mut users), ("group", &mut groups)] {
            let name = info.text(key)?.filter(|name| !name.is_empty());
            let name = name.filter(|name| !reserved::is_static(key, name));
            if let Some(number) = name.filter(|name| is_number(name)) {
                model.comment("files", format!("{key} {number} is a number: it is root."));
                notes.differs(
                    info.line(key),
                    &format!("what has the {key} `{number}` is root's"),
                    "so it is with nfpm's package: dpkg knows owners by their names, and of others makes root",
                );
                continue;
            }
            names.extend(name);
        }
    }
    let first = users.first().or(groups.first()).copied();
    let Some(name) = first else {
        return Ok(());
    };
    model.set("user", "name", name);
    groups.remove(name);
    if !groups.is_empty() {
        model.set("user", "groups", Value::list(groups));
    }
    notes.differs(
        table.line("contents"),
        &format!("`[user]` makes `{name}` before the files are unpacked"),
        "dpkg gives files of an unknown owner to root, and postinst comes too late",
    );
    for user in users.into_iter().filter(|user| *user != name) {
        model.comment(
            "user",
            format!("`{user}` must be made by a package of `pre-depends`."),
        );
        notes.left_out(
            table.line("contents"),
            &format!("`{user}` would be a second user"),
            "a package makes one; name the one that makes it in `pre-depends`",
        );
    }
    Ok(())
}

/// Returns whether an owner is a number, which is no name for dpkg.
pub(super) fn is_number(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_digit())
}
