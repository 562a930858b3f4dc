//! The variables that a release reads from its environment, with their defaults: from Elixir's
//! `runtime.exs` and from the `.src` files of relx.

use crate::manifest::draft::{Draft, DraftTable, Value};

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

/// Writes what proposes the variables: the names of those without which the release does not start, and
/// lines of /etc/default. Each of these is a comment, but the one without which Phoenix does not listen; a
/// secret belongs to the machine, not to the package.
pub(super) fn write(variables: &[Variable], source: &str, package: &str, draft: &mut Draft) {
    let (required, optional): (Vec<_>, Vec<_>) = variables.iter().partition(|it| it.is_required);
    let (made, set): (Vec<_>, Vec<_>) = required
        .into_iter()
        .partition(|it| MADE.contains(&it.name.as_str()));
    let table = draft.table("service");
    let made_in = format!("Made on each machine, in /etc/{package}/secrets.");
    names(&made, &made_in, "secrets", table);
    let set_in =
        format!("Set on each machine, in /etc/default/{package}, before the service starts.");
    names(&set, &set_in, "required-environment", table);
    if !optional.is_empty() {
        lines(
            &optional,
            source,
            package,
            draft.table("service.environment"),
        );
    }
}

/// Writes a key with the names of variables.
fn names(variables: &[&Variable], comment: &str, key: &str, table: &mut DraftTable) {
    if !variables.is_empty() {
        let names = variables.iter().map(|it| it.name.as_str());
        table.comment(comment).set(key, Value::list(names));
    }
}

/// Writes the table of the lines of /etc/default.
fn lines(variables: &[&Variable], source: &str, package: &str, table: &mut DraftTable) {
    table.introduce(&format!(
        "Lines of /etc/default/{package}, for what {source} reads."
    ));
    if variables.iter().any(|it| it.name == "PHX_SERVER") {
        table.set_with_comment("PHX_SERVER", "true", "without it Phoenix does not listen");
    }
    for Variable { name, default, .. } in variables.iter().filter(|it| it.name != "PHX_SERVER") {
        if SECRETS.iter().any(|part| name.contains(part)) {
            table.comment(&format!(
                "{name} is secret: set it on the machine, in /etc/default/{package}"
            ));
            continue;
        }
        match default.as_deref().filter(|value| !value.is_empty()) {
            Some(value) => table.propose(name.as_str(), value),
            None => table.propose_with_comment(name.as_str(), "VALUE", "has no default"),
        };
    }
}
