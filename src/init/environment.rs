//! The variables that a release reads from its environment, with their defaults: from Elixir's
//! `runtime.exs` and from the `.src` files of relx.

use std::fmt::Write as _;

use crate::message::quoted;

/// Variables that the start scripts or reldeb set themselves.
const NOT_THE_SYSADMINS: &[&str] = &["RELEASE_", "RELX_", "MIX_"];
const SET_ELSEWHERE: &[&str] = &["BINDIR", "HOME", "INSTANCE", "PATH", "ROOTDIR"];
/// Parts of the names of variables that hold a secret.
const SECRETS: &[&str] = &[
    "COOKIE",
    "DATABASE_URL",
    "PASSWORD",
    "PRIVATE",
    "SECRET",
    "TOKEN",
];

/// Variables that a machine can make for itself, as any random text will do.
const MADE: &[&str] = &["COOKIE", "SECRET_KEY_BASE"];

/// A variable of the environment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable {
    name: String,
    /// The value that is taken where the variable is not set.
    default: Option<String>,
    /// The release does not start without.
    is_required: bool,
}

impl Variable {
    /// Returns whether both are one variable.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name
    }

    /// Returns whether this is the variable's name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.name == name
    }
}

/// Returns the variables that Elixir code reads, in their order.
pub(super) fn of_elixir(text: &str) -> Vec<Variable> {
    let code = without_comments(text, '#');
    let mut found: Vec<(usize, Variable)> = Vec::new();
    for call in ["get_env(\"", "fetch_env!(\"", "fetch_env(\""] {
        for (at, _) in code.match_indices(call) {
            let rest = &code[at + call.len()..];
            let Some((name, rest)) = rest.split_once('"') else {
                continue;
            };
            let rest = rest.trim_start();
            let is_required = call == "fetch_env!(\"" || is_raised(rest);
            let default = rest.strip_prefix(',').or_else(|| {
                let after = rest.strip_prefix(')')?.trim_start();
                after.strip_prefix("||")
            });
            let default = default.and_then(|rest| {
                let (value, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
                Some(value.to_owned())
            });
            let name = name.to_owned();
            let variable = Variable {
                name,
                default,
                is_required,
            };
            found.push((at, variable));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    distinct(found.into_iter().map(|(_, variable)| variable))
}

/// Returns whether `System.get_env("NAME"` goes on with `) || raise`.
fn is_raised(rest: &str) -> bool {
    let rest = rest.strip_prefix(')').map(str::trim_start);
    let rest = rest.and_then(|rest| rest.strip_prefix("||"));
    rest.is_some_and(|rest| rest.trim_start().starts_with("raise"))
}

/// Returns the variables of a `.src` file: `${NAME}` and `${NAME:-default}`. One without a default
/// would be empty.
pub(super) fn of_template(text: &str) -> Vec<Variable> {
    let code = without_comments(&without_comments(text, '#'), '%');
    distinct(code.split("${").skip(1).filter_map(|rest| {
        let (inner, _) = rest.split_once('}')?;
        let (name, default) = match inner.split_once(":-").or_else(|| inner.split_once('-')) {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inner, None),
        };
        Some(Variable {
            name: name.to_owned(),
            is_required: default.is_none(),
            default,
        })
    }))
}

fn without_comments(text: &str, sign: char) -> String {
    let lines = text.lines();
    let code: Vec<&str> = lines
        .filter(|line| !line.trim_start().starts_with(sign))
        .collect();
    code.join("\n")
}

fn distinct(variables: impl Iterator<Item = Variable>) -> Vec<Variable> {
    let mut all: Vec<Variable> = Vec::new();
    for variable in variables {
        let name = &variable.name;
        let is_name = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        let own = NOT_THE_SYSADMINS
            .iter()
            .any(|prefix| name.starts_with(prefix))
            || SET_ELSEWHERE.contains(&name.as_str());
        if !is_name || own {
            continue;
        }
        match all.iter_mut().find(|known| known.name == *name) {
            Some(known) => known.is_required |= variable.is_required,
            None => all.push(variable),
        }
    }
    all
}

/// Returns the tables of a manifest that propose the variables: those without which the release does not
/// start, and lines of /etc/default. Each of these is a comment, but the one without which Phoenix does
/// not listen; a secret belongs to the machine, not to the package.
pub(super) fn table(variables: &[Variable], source: &str, package: &str) -> String {
    let (required, optional): (Vec<_>, Vec<_>) = variables.iter().partition(|it| it.is_required);
    let (made, set): (Vec<_>, Vec<_>) = required
        .into_iter()
        .partition(|it| MADE.contains(&it.name.as_str()));
    let parts = [
        names(
            &made,
            &format!("Made on each machine, in /etc/{package}/secrets."),
            "secrets",
        ),
        names(
            &set,
            &format!("Set on each machine, in /etc/default/{package}, before the service starts."),
            "required-environment",
        ),
    ];
    let mut text = parts.concat();
    if !text.is_empty() {
        text.insert_str(0, "[service]\n");
    }
    if !optional.is_empty() {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(&lines(&optional, source, package));
    }
    text
}

/// Returns a key with the names of variables.
fn names(variables: &[&Variable], comment: &str, key: &str) -> String {
    if variables.is_empty() {
        return String::new();
    }
    let names: Vec<String> = variables.iter().map(|it| quoted(&it.name)).collect();
    format!("# {comment}\n{key} = [{}]\n", names.join(", "))
}

/// Returns the table of the lines of /etc/default.
fn lines(variables: &[&Variable], source: &str, package: &str) -> String {
    let serves = variables.iter().any(|it| it.name == "PHX_SERVER");
    let sign = if serves { "" } else { "# " };
    let mut text = format!(
        "# Lines of /etc/default/{package}, for what {source} reads.\n{sign}[service.environment]\n"
    );
    if serves {
        text.push_str("PHX_SERVER = \"true\"  # without it Phoenix does not listen\n");
    }
    for Variable { name, default, .. } in variables.iter().filter(|it| it.name != "PHX_SERVER") {
        // Writing to a String cannot fail.
        let _ = if SECRETS.iter().any(|part| name.contains(part)) {
            writeln!(
                text,
                "# {name} is secret: set it on the machine, in /etc/default/{package}"
            )
        } else {
            match default.as_deref().filter(|value| !value.is_empty()) {
                Some(value) => writeln!(text, "# {name} = {}", quoted(value)),
                None => writeln!(text, "# {name} = \"VALUE\"  # has no default"),
            }
        };
    }
    text
}
