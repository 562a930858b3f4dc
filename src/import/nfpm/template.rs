//! Texts with variables of the environment, or with templates of goreleaser, as texts of a manifest.

use std::collections::BTreeMap;

use super::super::model::Model;
use super::super::notes::Notes;
use super::goreleaser::Project;
use crate::manifest::draft::Text;

/// A text as a manifest has it: `$NAME` and `${NAME}` are variables, `$$` is a dollar sign.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Expanded {
    pub(super) written: String,
    /// Variables that stand for what cannot be known, each with the template.
    pub(super) unknown: Vec<(String, String)>,
}

impl Expanded {
    pub(super) fn text(&self) -> Text {
        Text::verbatim(&self.written)
    }

    /// Says which values cannot be known.
    pub(super) fn tell(
        &self,
        table: &'static str,
        key: &str,
        line: usize,
        model: &mut Model,
        notes: &mut Notes,
    ) {
        for (variable, template) in &self.unknown {
            let command = command(template);
            let meaning = match command {
                Some((meaning, _)) => meaning,
                None => "which has no equivalent",
            };
            model.comment_once(
                table,
                format!("${variable} stands for `{template}` of goreleaser, {meaning}."),
            );
            let hint = match command {
                Some((_, value)) => {
                    format!("build with `{variable}={value} reldeb build`, or write its value")
                }
                None => "set it in the environment of the build, or write its value".to_owned(),
            };
            notes.left_out(
                Some(line),
                &format!("`{template}` in `{key}` becomes the variable `{variable}`"),
                &hint,
            );
        }
    }

    /// Returns whether there is a variable in it.
    pub(super) fn is_variable(&self) -> bool {
        self.written.replace("$$", "").contains('$')
    }
}

/// Returns a text in which nfpm puts variables of the environment.
pub(super) fn environment(text: &str) -> Expanded {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        written.push_str(before);
        let name: String = match after.strip_prefix('{') {
            Some(inner) => inner.split('}').next().unwrap_or_default().to_owned(),
            None => after.chars().take_while(|c| is_of_name(*c)).collect(),
        };
        let is_name =
            name.chars().all(is_of_name) && name.starts_with(|c: char| !c.is_ascii_digit());
        written.push_str(if is_name && !name.is_empty() {
            "$"
        } else {
            "$$"
        });
        rest = after;
    }
    written.push_str(rest);
    Expanded {
        written,
        unknown: Vec::new(),
    }
}

/// Returns a text of a manifest with the values of its variables; nothing where one has none yet.
pub(super) fn filled(written: &str, variables: &BTreeMap<String, String>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            filled.push('$');
            rest = after;
            continue;
        }
        let (inner, after) = if let Some(braced) = after.strip_prefix('{') {
            braced.split_once('}')?
        } else {
            after.split_at(after.find(|c| !is_of_name(c)).unwrap_or(after.len()))
        };
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        filled.push_str(variables.get(name).map(String::as_str).or(default)?);
        rest = after;
    }
    Some(filled + rest)
}

/// Returns the meaning of a template that git knows, and the value as the shell asks for it.
fn command(template: &str) -> Option<(&'static str, &'static str)> {
    match template.trim_matches(['{', '}', ' ']) {
        ".Version" | ".RawVersion" => Some((
            "the newest tag of git without its `v`",
            "\"$(git describe --tags --abbrev=0 | sed 's/^v//')\"",
        )),
        ".Tag" => Some((
            "the newest tag of git",
            "\"$(git describe --tags --abbrev=0)\"",
        )),
        _ => None,
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Returns a text with templates of goreleaser. One with conditions or loops is a variable as a whole, named
/// after its key.
pub(super) fn goreleaser(text: &str, key: &str, project: &Project) -> Expanded {
    let mut expanded = Expanded::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        expanded.written.push_str(&before.replace('$', "$$"));
        let (action, after) = after.split_once("}}").unwrap_or((after, ""));
        let action = action.trim_matches(['-', ' ', '\t', '\n']);
        if is_control(action) {
            let variable = variable(key);
            return Expanded {
                written: format!("${{{variable}}}"),
                unknown: vec![(variable, text.trim().to_owned())],
            };
        }
        if let Some(value) = known(action, project) {
            expanded.written.push_str(&value);
        } else {
            let variable = match action.strip_prefix(".Env.") {
                Some(name) if name.chars().all(is_of_name) => name.to_owned(),
                _ if action == ".RawVersion" => "VERSION".to_owned(),
                _ => variable(action),
            };
            expanded.written.extend(["${", &variable, "}"]);
            let template = format!("{{{{ {action} }}}}");
            expanded.unknown.push((variable, template));
        }
        rest = after;
    }
    expanded.written.push_str(&rest.replace('$', "$$"));
    expanded
}

/// Returns whether an action of a template is more than a value.
fn is_control(action: &str) -> bool {
    let word = action.split_whitespace().next().unwrap_or_default();
    [
        "if", "else", "end", "range", "with", "define", "block", "template",
    ]
    .contains(&word)
        || word.starts_with('$')
        || word.starts_with("/*")
}

/// Returns the value of an action that is known, as a manifest writes it.
fn known(action: &str, project: &Project) -> Option<String> {
    let action = action.replace("( ", "(");
    if let Some(name) = action.strip_prefix(".Env.") {
        let of_file = project.variables.iter().find(|(known, _)| known == name);
        if let Some((_, value)) = of_file {
            // One that is made of others is for whoever builds to set.
            return (!value.contains("{{")).then(|| value.replace('$', "$$"));
        }
        return name.chars().all(is_of_name).then(|| format!("${{{name}}}"));
    }
    if let Some(name) = action.strip_prefix(".Var.") {
        let (_, value) = project.custom.iter().find(|(known, _)| known == name)?;
        return (!value.contains("{{")).then(|| value.replace('$', "$$"));
    }
    let words: Vec<&str> = action.split_whitespace().collect();
    if let ["envOrDefault", name, value] = words[..] {
        let (name, value) = (unquoted(name)?, unquoted(value)?);
        return Some(format!("${{{name}:-{value}}}"));
    }
    Some(match &*action {
        ".ProjectName" => project.name.replace('$', "$$"),
        ".Os" => "linux".into(),
        ".Arch" => "${GOARCH:-amd64}".into(),
        _ => return None,
    })
}

fn unquoted(word: &str) -> Option<&str> {
    let word = word.strip_prefix(['"', '`'])?.strip_suffix(['"', '`'])?;
    (!word.contains(['"', '}', '$'])).then_some(word)
}

/// Returns the template for a variable of the environment with a default.
pub(super) fn default_of(variable: &str, default: &str) -> String {
    format!("{{{{ envOrDefault \"{variable}\" \"{default}\" }}}}")
}

/// Returns a name of a variable: `.CommitDate` gives `COMMIT_DATE`.
pub(super) fn variable(text: &str) -> String {
    let mut name = String::new();
    let mut was_lower = false;
    for letter in text.chars() {
        if !letter.is_ascii_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            was_lower = false;
            continue;
        }
        if letter.is_ascii_uppercase() && was_lower {
            name.push('_');
        }
        was_lower = !letter.is_ascii_uppercase();
        name.push(letter.to_ascii_uppercase());
    }
    let name = name.trim_end_matches('_');
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.to_owned()
    } else {
        format!("TEMPLATE_{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_environment_stay() {
        for (text, expected) in [
            ("${VERSION}-$REV", "${VERSION}-$REV"),
            ("costs 5$", "costs 5$$"),
            ("a $$ b ${X:-y}", "a $$$$ b $${X:-y}"),
            ("$1", "$$1"),
        ] {
            assert_eq!(environment(text).written, expected);
        }
    }

    #[test]
    fn templates_become_values_or_variables() {
        let project = Project {
            name: "demo".into(),
            custom: vec![
                ("motto".into(), "a $".into()),
                ("of".into(), "{{ .X }}".into()),
            ],
            ..Project::default()
        };
        for (text, written, unknown) in [
            (
                "v{{ .Version }}",
                "v${VERSION}",
                Some(("VERSION", "{{ .Version }}")),
            ),
            ("{{.ProjectName}}-$x", "demo-$$x", None),
            ("{{ .Var.motto }}", "a $$", None),
            (
                "{{ .Var.of }}",
                "${VAR_OF}",
                Some(("VAR_OF", "{{ .Var.of }}")),
            ),
            ("{{- .Env.BUILD_ID -}}", "${BUILD_ID}", None),
            ("{{ envOrDefault \"A\" \"b\" }}", "${A:-b}", None),
            (
                "at {{ .CommitDate }}",
                "at ${COMMIT_DATE}",
                Some(("COMMIT_DATE", "{{ .CommitDate }}")),
            ),
            (
                "{{ if .IsNightly }}x{{ end }}",
                "${PACKAGE_NAME}",
                Some(("PACKAGE_NAME", "{{ if .IsNightly }}x{{ end }}")),
            ),
            (
                "{{ .RawVersion",
                "${VERSION}",
                Some(("VERSION", "{{ .RawVersion }}")),
            ),
        ] {
            let expanded = goreleaser(text, "package_name", &project);
            assert_eq!(expanded.written, written);
            let unknown = unknown.map(|(name, text)| (name.to_owned(), text.to_owned()));
            assert_eq!(expanded.unknown, unknown.into_iter().collect::<Vec<_>>());
        }
    }
}
