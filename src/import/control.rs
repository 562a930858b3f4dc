//! Lines of `[package]`, as every reader writes them.

use super::ImportEnvironment;
use super::files::key;
use super::model::Model;
use super::node::Fault;
use super::notes::Notes;
use super::relations::fault;
use crate::debian::summary::{starts_with_article, summary};
use crate::debian::{Maintainer, PackageName, Relations};
use crate::finding::tags;
use crate::manifest::draft::{Text, Value};

/// Returns the name of a package as Debian has it; tells where that is another.
pub(super) fn legal_name(text: &str, line: usize, notes: &mut Notes) -> Result<String, Fault> {
    let name = PackageName::from_release_name(text).map_err(|error| Fault {
        line,
        message: error.to_string(),
    })?;
    if name.as_str() != text {
        notes.differs(
            Some(line),
            &format!("package `{text}` is called `{name}`"),
            &format!(
                "Debian's names have lower case letters, digits and `+ - .`; remove `{text}` from machines \
                 that have it, for dpkg takes `{name}` for another package with its files"
            ),
        );
    }
    Ok(name.to_string())
}

/// Adds the maintainer, as [`maintainer_of`] knows it; a stand-in where nobody is known.
pub(super) fn maintainer(
    model: &mut Model,
    notes: &mut Notes,
    written: Option<(usize, &str)>,
    environment: &ImportEnvironment,
) {
    let (line, text) = (written.map(|it| it.0), written.map(|it| it.1));
    match maintainer_of(notes, line, text, environment) {
        Some(maintainer) => model.set("package", "maintainer", maintainer),
        None => model.set_with_comment("package", "maintainer", NOBODY, WHO),
    };
}

/// The stand-in for a maintainer, and the comment behind it.
pub(super) const NOBODY: &str = "Unknown <root@localhost>";
pub(super) const WHO: &str = "who answers for the package: Name <address>";

/// Returns the maintainer: as written, by the address alone, by the name with the address of the environment, or
/// that of the environment; nothing where nobody is known. Tells what is not as it was written.
pub(super) fn maintainer_of(
    notes: &mut Notes,
    line: Option<usize>,
    written: Option<&str>,
    environment: &ImportEnvironment,
) -> Option<String> {
    if let Some(text) = written
        && let Some(maintainer) = whole(text)
    {
        if text.trim().parse::<Maintainer>().is_err() {
            notes.differs(
                line,
                &format!("maintainer `{text}` becomes `{maintainer}`"),
                "Debian wants `Name <address>`",
            );
        }
        return Some(maintainer);
    }
    let refused = written.map_or_else(
        || "the maintainer is not named".to_owned(),
        |text| format!("maintainer `{text}` has no address"),
    );
    if let Some(known) = environment.maintainer.as_deref().and_then(whole) {
        let maintainer = written.and_then(|name| with_address(name, &known));
        let maintainer = maintainer.unwrap_or(known);
        notes.differs(
            line,
            &format!("{refused}: it is `{maintainer}`"),
            "DEBFULLNAME and DEBEMAIL, or git's user.name and user.email, say so",
        );
        return Some(maintainer);
    }
    notes.add(
        tags::UNKNOWN_MAINTAINER,
        line,
        &refused,
        "write `Name <address>` as `maintainer` below `[package]`",
    );
    None
}

/// Returns the maintainer of a name alone, by the address of another.
fn with_address(name: &str, known: &str) -> Option<String> {
    let (_, address) = known.rsplit_once('<')?;
    let is_alone = !name.contains(['<', '>', '@']);
    let whole: Maintainer = format!("{} <{address}", name.trim()).parse().ok()?;
    is_alone.then(|| whole.to_string())
}

/// Returns a maintainer as Debian has it, of a bare address too.
fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(maintainer) = text.parse::<Maintainer>() {
        return Some(maintainer.to_string());
    }
    let address = text.trim_matches(['<', '>']);
    let (name, _) = address.split_once('@')?;
    let maintainer: Maintainer = format!("{name} <{address}>").parse().ok()?;
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

/// Returns a description in Debian's form. One of the names goes from its start where what is said of it
/// follows, as in `tally is a counter`: elsewhere it is a word as others are.
pub(super) fn description_of(text: &str, names: [&str; 2]) -> Option<String> {
    let (first, rest) = text.split_once(' ').unwrap_or_default();
    let told = rest.strip_prefix("is ");
    let is_told = told.is_some_and(starts_with_article) || rest.starts_with(['-', '–', '—']);
    let mut names = names.into_iter().filter(|_| is_told);
    let name = names.find(|name| first.eq_ignore_ascii_case(name));
    summary(text, name.unwrap_or_default())
}

/// Says that a synopsis is not the line that it was made of.
pub(super) fn tell_synopsis(notes: &mut Notes, line: Option<usize>, synopsis: &str) {
    notes.differs(
        line,
        &format!("the synopsis is `{synopsis}`"),
        "Debian's has no name of its package, no article, no full stop and less than 80 characters; what \
         follows it is below",
    );
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
