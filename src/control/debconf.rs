//! `[debconf]`: the questions of the package and the script that asks them, read and checked.

use std::collections::BTreeMap;

use crate::manifest::Spanned;

use super::control_files::member;
use crate::deb::{ControlContent, ControlMember};
use crate::debian::PackageName;
use crate::finding::{Finding, tags};
use crate::manifest::{InvalidValue, Manifest, ManifestError};
use crate::message::nearest;
use crate::shell;

/// The types of questions that debconf-devel(7) has.
const TYPES: [&str; 9] = [
    "string",
    "password",
    "boolean",
    "select",
    "multiselect",
    "note",
    "text",
    "title",
    "error",
];

/// The fields that debconf knows, in any case, with a language behind a dash or without.
const FIELDS: [&str; 8] = [
    "Template",
    "Type",
    "Default",
    "Choices",
    "Description",
    "Indices",
    "Owners",
    "Help",
];

/// A question, as one stanza of the templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Question {
    /// The line of the stanza in its file, counted from 1.
    line: usize,
    fields: BTreeMap<String, String>,
}

/// A fault of the templates: the line, counted from 1, the fact, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    line: usize,
    fact: String,
    hint: Option<&'static str>,
}

/// Reads the files of debconf; empty where the package has no `[debconf]`.
///
/// # Errors
/// [`ManifestError`] names the file, and its line where debconf would not understand it.
pub(crate) fn read(
    manifest: &Manifest,
) -> Result<(Vec<ControlMember<'static>>, Vec<Finding>), ManifestError> {
    let Some(table) = &manifest.tables.debconf else {
        return Ok((Vec::new(), Vec::new()));
    };
    let Some(source) = &table.get_ref().templates else {
        let message = "`[debconf]` has no `templates`".to_owned();
        let hint = "write `templates = \"debian/templates\"`: the file of the questions".to_owned();
        let error = InvalidValue::new(table.span(), message, Some(hint));
        return Err(manifest.locate(error));
    };
    let templates = member(manifest, "templates", source)?;
    text_of(&templates)
        .and_then(questions)
        .map_err(|fault| located(manifest, source, fault))?;
    let mut members = vec![templates];
    let mut findings = Vec::new();
    if let Some(source) = &table.get_ref().config {
        let config = member(manifest, "config", source)?;
        findings = check_config(manifest, source, &config)?;
        members.push(config);
    }
    Ok((members, findings))
}

/// Checks that the questions belong to the package.
///
/// # Errors
/// [`InvalidValue`] names the question that does not.
pub(crate) fn check_names(
    manifest: &Manifest,
    members: &[ControlMember<'_>],
    package: &PackageName,
) -> Result<(), ManifestError> {
    let table = manifest.tables.debconf.as_ref();
    let source = table.and_then(|table| table.get_ref().templates.as_ref());
    let templates = members.iter().find(|member| member.name == "templates");
    let (Some(source), Some(templates)) = (source, templates) else {
        return Ok(());
    };
    let own = format!("{package}/");
    for question in text_of(templates).and_then(questions).unwrap_or_default() {
        let name = question.fields.get("Template").map_or("", String::as_str);
        if !name.starts_with(&own) && !name.starts_with("shared/") {
            let fault = Fault {
                line: question.line,
                fact: format!("question `{name}` is not named after the package `{package}`"),
                hint: Some(
                    "write PACKAGE/NAME, or `shared/NAME` for one that several packages ask",
                ),
            };
            return Err(located(manifest, source, fault));
        }
    }
    Ok(())
}

fn located(manifest: &Manifest, source: &Spanned<String>, fault: Fault) -> ManifestError {
    let Fault { line, fact, hint } = fault;
    let message = format!("`{}`, line {line}: {fact}", source.get_ref());
    let hint = hint.map(str::to_owned);
    manifest.locate(InvalidValue::new(source.span(), message, hint))
}

fn text_of<'a>(member: &'a ControlMember<'_>) -> Result<&'a str, Fault> {
    let ControlContent::Bytes(bytes) = &member.content else {
        return Ok("");
    };
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        Fault {
            line: before.filter(|byte| **byte == b'\n').count() + 1,
            fact: "is not UTF-8".to_owned(),
            hint: None,
        }
    })
}

/// Parses the templates as debconf does, and checks each of them.
fn questions(text: &str) -> Result<Vec<Question>, Fault> {
    let mut questions = Vec::<Question>::new();
    let mut names = BTreeMap::new();
    let mut current = Question::default();
    let lines = text.lines().chain(std::iter::once("")).zip(1..);
    for (line, number) in lines {
        if !line.is_empty() {
            current.line = if current.fields.is_empty() {
                number
            } else {
                current.line
            };
            add(line, number, &mut current)?;
            continue;
        }
        if current.fields.is_empty() {
            continue;
        }
        let question = std::mem::take(&mut current);
        check(&question)?;
        let name = question.fields.get("Template").cloned().unwrap_or_default();
        if let Some(first) = names.insert(name.clone(), question.line) {
            let fact = format!("question `{name}` is there twice: line {first} has it, too");
            return Err(at(question.line, fact, None));
        }
        questions.push(question);
    }
    if questions.is_empty() {
        let hint = "write a stanza with `Template:`, `Type:` and `Description:`";
        return Err(at(1, "there is no question".to_owned(), Some(hint)));
    }
    Ok(questions)
}

fn at(line: usize, fact: String, hint: Option<&'static str>) -> Fault {
    Fault { line, fact, hint }
}

/// Adds a line to a stanza.
fn add(line: &str, number: usize, question: &mut Question) -> Result<(), Fault> {
    if line.starts_with([' ', '\t']) && !question.fields.is_empty() {
        return Ok(());
    }
    let field = line.split_once(':');
    let is_name = |name: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_@.".contains(c);
        !name.is_empty() && name.chars().all(legal)
    };
    let Some((name, value)) = field.filter(|(name, _)| is_name(name)) else {
        let fact = format!("`{}` is no field", line.escape_debug());
        let hint = "write `Field: value`, and a blank before lines that go on";
        return Err(at(number, fact, Some(hint)));
    };
    if name.starts_with('_') {
        let fact = format!("field `{name}` is of po-debconf, which debconf does not know");
        return Err(at(
            number,
            fact,
            Some("name the file that `po2debconf` makes"),
        ));
    }
    let base = name.split('-').next().unwrap_or(name);
    let known = FIELDS.iter().find(|known| known.eq_ignore_ascii_case(base));
    if known.is_none()
        && let Some(near) = nearest(base, FIELDS)
    {
        let fact = format!("field `{name}` is unknown, did you mean `{near}`?");
        return Err(at(number, fact, Some("debconf-devel(7) lists the fields")));
    }
    let name = match known {
        Some(known) if base == name => known,
        _ => name,
    };
    let value = value.trim().to_owned();
    if question.fields.insert(name.to_owned(), value).is_some() {
        return Err(at(number, format!("field `{name}` is there twice"), None));
    }
    Ok(())
}

/// Checks what debconf needs of a question.
fn check(question: &Question) -> Result<(), Fault> {
    let field = |name: &str| question.fields.get(name).map_or("", String::as_str);
    let fault = |fact: String, hint| Err(at(question.line, fact, hint));
    let name = field("Template");
    if name.is_empty() || name.contains(char::is_whitespace) {
        return fault("a question has no `Template:`".to_owned(), None);
    }
    let kind = field("Type");
    if !TYPES.contains(&kind) {
        let near =
            nearest(kind, TYPES).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        let fact = format!("question `{name}` has the unknown type `{kind}`{near}");
        return fault(fact, Some("debconf-devel(7) lists the types"));
    }
    if field("Description").is_empty() {
        return fault(format!("question `{name}` has no `Description:`"), None);
    }
    if matches!(kind, "select" | "multiselect") && field("Choices").is_empty() {
        return fault(format!("question `{name}` has no `Choices:`"), None);
    }
    if kind == "boolean" && !matches!(field("Default"), "" | "true" | "false") {
        let default = field("Default");
        let fact =
            format!("question `{name}` has the default `{default}`, expected `true` or `false`");
        return fault(fact, None);
    }
    Ok(())
}

/// Checks the script that asks, as hooks are checked.
fn check_config(
    manifest: &Manifest,
    source: &Spanned<String>,
    config: &ControlMember<'_>,
) -> Result<Vec<Finding>, ManifestError> {
    let name = source.get_ref();
    let invalid = |message: String, hint: &str| {
        let hint = Some(hint.to_owned());
        manifest.locate(InvalidValue::new(source.span(), message, hint))
    };
    let text = text_of(config).map_err(|fault| located(manifest, source, fault))?;
    let first = text.lines().next().unwrap_or_default();
    if !first.starts_with("#!") {
        let message = format!("config script `{name}` does not name its interpreter");
        return Err(invalid(message, "write `#!/bin/sh` into its first line"));
    }
    if text.contains('\r') {
        let message = format!("config script `{name}` has a carriage return in it");
        return Err(invalid(message, "write it with Unix line ends"));
    }
    let interpreter = first.trim_start_matches("#!").split_whitespace().next();
    if interpreter != Some("/bin/sh") {
        return Ok(Vec::new());
    }
    if let Some(fault) = shell::fault("sh", text) {
        return Err(invalid(
            format!("config script `{name}` {fault}"),
            fault.hint(),
        ));
    }
    let remarks = shell::remarks("sh", text, &[]).into_iter();
    let findings = remarks.map(|(line, remark)| {
        let message = format!("config script `{name}`, line {line}: {remark}");
        Finding::new(tags::HOOK_SHELLCHECK, message)
    });
    Ok(findings.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_read_as_debconf_reads_them() {
        let good = "\n\nTemplate: a/b\nType: select\nChoices: x, y\nDescription: one\n two\n .\n  three\n\n\
                    Template: a/c\nType: boolean\nDefault: true\nDescription-de.UTF-8: eins\nDescription: one\n";
        let names: Vec<_> = questions(good).unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!((names[0].line, names[1].line), (3, 11));
    }

    #[test]
    fn faults_have_their_line() {
        for (text, line, fact) in [
            ("", 1, "there is no question"),
            ("Type: string\n", 1, "a question has no `Template:`"),
            (
                "Template: a/b\nType: strin\n",
                1,
                "question `a/b` has the unknown type `strin`, did you mean `string`?",
            ),
            (
                "Template: a/b\nType: note\n",
                1,
                "question `a/b` has no `Description:`",
            ),
            (
                "Template: a/b\n\n\nx",
                1,
                "question `a/b` has the unknown type ``",
            ),
            (
                "Template: a/b\nTyp: string\n",
                2,
                "field `Typ` is unknown, did you mean `Type`?",
            ),
            (
                "Template: a/b\ntype: string\nX-Own: x\nDescripton-de: eins\n",
                4,
                "field `Descripton-de` is unknown, did you mean `Description`?",
            ),
            ("\nx y\n", 2, "`x y` is no field"),
            (" x\n", 1, "` x` is no field"),
            (
                "Template: a/b\n_Description: x\n",
                2,
                "field `_Description` is of po-debconf, which debconf does not know",
            ),
            (
                "Template: a/b\nTemplate: a/c\n",
                2,
                "field `Template` is there twice",
            ),
            (
                "Template: a/b\nType: select\nDescription: x\n",
                1,
                "question `a/b` has no `Choices:`",
            ),
            (
                "Template: a/b\nType: boolean\nDefault: yes\nDescription: x\n",
                1,
                "question `a/b` has the default `yes`, expected `true` or `false`",
            ),
        ] {
            let fault = questions(text).unwrap_err();
            assert_eq!((fault.line, fault.fact.as_str()), (line, fact), "{text}");
        }
    }
}
