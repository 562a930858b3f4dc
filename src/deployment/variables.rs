//! The environment of the program, quoted for each of its readers.

use serde::Serialize;

use super::{Deployment, Program, service_directories};
use crate::template::filters as quote;

/// One variable of the program's environment, quoted for each of its readers.
#[derive(Debug, Serialize)]
pub(super) struct Variable {
    /// The variable's name.
    name: String,
    /// The variable's value as a word of sh.
    sh: String,
    /// `NAME=value` for `Environment=`.
    unit: String,
    /// True where only the start has it.
    start_only: bool,
}

/// Returns the program's environment. Each instance has its own directories below the service's;
/// they share the home, and with it the cookie.
pub(super) fn variables(deployment: &Deployment, program: &Program) -> Vec<Variable> {
    let instances = deployment.service.as_ref().is_some_and(|s| s.instances);
    let directories = &deployment.directories;
    let split = |value: &str| {
        directories
            .of_service()
            .map(ToString::to_string)
            .find(|directory| {
                let rest = value.strip_prefix(directory.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .map(|directory| directory.len())
    };
    let start_only = |name: &String| program.start_environment.contains_key(name);
    let mut all = program.environment.clone();
    all.extend(program.start_environment.clone());
    all.extend(service_directories::variables(deployment));
    let mut variables: Vec<_> = all
        .iter()
        .map(|(name, value)| match split(value) {
            Some(end) if instances && name != "HOME" => {
                let (directory, rest) = value.split_at(end);
                Variable {
                    name: name.clone(),
                    sh: format!(
                        "{}\"$instance\"{}",
                        quote::shell_word(&format!("{directory}/")),
                        quote_rest(rest)
                    ),
                    unit: quote::unit_quoted(&format!("{name}={directory}/\u{1}{rest}"))
                        .replace('\u{1}', "%i"),
                    start_only: start_only(name),
                }
            }
            _ => Variable {
                name: name.clone(),
                sh: quote::shell_word(value),
                unit: quote::unit_quoted(&format!("{name}={value}")),
                start_only: start_only(name),
            },
        })
        .collect();
    if instances {
        variables.push(Variable {
            name: "INSTANCE".into(),
            sh: "\"$instance\"".into(),
            unit: "INSTANCE=%i".into(),
            start_only: false,
        });
    }
    if let Some(variable) = program.kind.node_variable.filter(|_| instances) {
        // Two nodes of one name cannot run on one machine.
        let name = String::from_utf8_lossy(program.asks.file_name());
        variables.push(Variable {
            name: variable.into(),
            sh: format!("{}\"$instance\"", quote::shell_word(&format!("{name}_"))),
            unit: quote::unit_quoted(&format!("{variable}={name}_\u{1}")).replace('\u{1}', "%i"),
            start_only: false,
        });
    }
    variables
}

fn quote_rest(rest: &str) -> String {
    if rest.is_empty() {
        String::new()
    } else {
        quote::shell_word(rest)
    }
}
