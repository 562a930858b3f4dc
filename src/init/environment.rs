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

/// A variable of the environment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Variable {
    name: String,
    /// The value that is taken where the variable is not set.
    default: Option<String>,
}

impl Variable {
    /// Returns whether both are one variable.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.name == other.name
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
            let default = rest.strip_prefix(',').or_else(|| {
                let after = rest.strip_prefix(')')?.trim_start();
                after.strip_prefix("||")
            });
            let default = default.and_then(|rest| {
                let (value, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
                Some(value.to_owned())
            });
            let name = name.to_owned();
            found.push((at, Variable { name, default }));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    distinct(found.into_iter().map(|(_, variable)| variable))
}

/// Returns the variables of a `.src` file: `${NAME}` and `${NAME:-default}`.
pub(super) fn of_template(text: &str) -> Vec<Variable> {
    let code = without_comments(&without_comments(text, '#'), '%');
    distinct(code.split("${").skip(1).filter_map(|rest| {
        let (inner, _) = rest.split_once('}')?;
        let (name, default) = match inner.split_once(":-").or_else(|| inner.split_once('-')) {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inner, None),
        };
        let name = name.to_owned();
        Some(Variable { name, default })
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
        if is_name && !own && !all.iter().any(|known| known.name == *name) {
            all.push(variable);
        }
    }
    all
}

/// Returns the table of a manifest that proposes the variables. Each is a comment, but the one
/// without which Phoenix does not listen; a secret belongs to the machine, not to the package.
pub(super) fn table(variables: &[Variable], source: &str, package: &str) -> String {
    if variables.is_empty() {
        return String::new();
    }
    let serves = variables.iter().any(|it| it.name == "PHX_SERVER");
    let sign = if serves { "" } else { "# " };
    let mut text = format!(
        "# Lines of /etc/default/{package}, for what {source} reads.\n{sign}[service.environment]\n"
    );
    if serves {
        text.push_str("PHX_SERVER = \"true\"  # without it Phoenix does not listen\n");
    }
    for Variable { name, default } in variables.iter().filter(|it| it.name != "PHX_SERVER") {
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
