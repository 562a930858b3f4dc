//! Lines of `[package]`, as every reader writes them.

use super::ImportEnvironment;
use super::files::key;
use super::model::Model;
use super::notes::Notes;
use super::relations::fault;
use crate::debian::{Maintainer, Relations};
use crate::finding::tags;
use crate::manifest::draft::{Text, Value};

/// Adds the maintainer: as written, by the address alone, or that of the environment; a stand-in where
/// nobody is known.
pub(super) fn maintainer(
    model: &mut Model,
    notes: &mut Notes,
    written: Option<(usize, &str)>,
    environment: &ImportEnvironment,
) {
    let known = written.and_then(|(_, text)| whole(text));
    if let Some(maintainer) = known {
        if let Some((line, text)) = written.filter(|(_, text)| *text != maintainer) {
            notes.differs(
                Some(line),
                &format!("maintainer `{text}` becomes `{maintainer}`"),
                "Debian wants `Name <address>`",
            );
        }
        model.set("package", "maintainer", maintainer);
        return;
    }
    let refused = written.map_or_else(
        || "the maintainer is not named".to_owned(),
        |(_, text)| format!("maintainer `{text}` has no address"),
    );
    let line = written.map(|(line, _)| line);
    if let Some(maintainer) = environment.maintainer.as_deref().and_then(whole) {
        notes.differs(
            line,
            &format!("{refused}: it is `{maintainer}`"),
            "DEBFULLNAME and DEBEMAIL, or git's user.name and user.email, say so",
        );
        model.set("package", "maintainer", maintainer);
        return;
    }
    notes.add(
        tags::UNKNOWN_MAINTAINER,
        line,
        &refused,
        "write `Name <address>` as `maintainer` below `[package]`",
    );
    model.set_with_comment(
        "package",
        "maintainer",
        "Unknown <root@localhost>",
        "who answers for the package: Name <address>",
    );
}

/// Returns a maintainer as Debian has it, of a bare address too.
fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(maintainer) = text.parse::<Maintainer>() {
        return Some(maintainer.to_string());
    }
    let (name, _) = text.split_once('@')?;
    let maintainer: Maintainer = format!("{name} <{text}>").parse().ok()?;
    Some(maintainer.to_string())
}

/// Adds a field with relations; those that dpkg would refuse become comments. A text with a variable is
/// taken as it is.
pub(super) fn relations(
    model: &mut Model,
    notes: &mut Notes,
    field: &'static str,
    written: &[(usize, Text, String)],
) {
    let mut values = Vec::new();
    for (line, text, plain) in written {
        let is_variable = plain.contains('$');
        match plain.parse::<Relations>() {
            Err(error) if !is_variable && plain != "auto" => {
                model.comment("package", format!("{field}: {plain}"));
                notes.left_out(
                    Some(*line),
                    &format!(
                        "`{field}` asks for `{plain}`: {}",
                        fault(&error.to_string(), plain)
                    ),
                    &error.hint().unwrap_or_default(),
                );
            }
            _ => values.push(Value::Text(text.clone())),
        }
    }
    model.set("package", field, Value::List(values));
}

/// Adds a text; a longer one below the synopsis is the extended description.
pub(super) fn description(model: &mut Model, synopsis: &str, extended: &str) {
    let extended = extended.trim_end();
    let text = if extended.is_empty() {
        synopsis.to_owned()
    } else {
        format!("{synopsis}\n{extended}")
    };
    model.set("package", "description", text);
}

/// Returns the value of `license-file`.
pub(super) fn license_file(path: &str, skip: i64) -> Value {
    if skip == 0 {
        return Value::from(path);
    }
    Value::Table(vec![
        key("path", path),
        (Text::literal("skip"), Value::Integer(skip)),
    ])
}
