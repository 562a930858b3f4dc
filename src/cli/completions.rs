//! `reldeb completions`: what shells complete after the command.

use crate::deb::Compression;
use crate::finding::tags;
use crate::template::Templates;
use clap::builder::PossibleValuesParser;
use clap::{Args, Command, ValueEnum};

use super::fpm;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Prints the completions for a shell.
pub(super) fn run(arguments: &Arguments, command: Command) -> Vec<u8> {
    let shell = match arguments.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Zsh => clap_complete::Shell::Zsh,
        Shell::Fish => clap_complete::Shell::Fish,
    };
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(
        shell,
        &mut fpm::with_options(with_values(command)),
        name,
        &mut text,
    );
    text
}

/// Names the values of arguments that take more than these words, or words that are read elsewhere.
fn with_values(mut command: Command) -> Command {
    let arguments: Vec<_> = command
        .get_arguments()
        .map(|it| it.get_id().clone())
        .collect();
    for id in arguments {
        let values: Vec<&'static str> = match (command.get_name(), id.as_str()) {
            (_, "compression") => Compression::words().collect(),
            ("show", "name") => Templates::builtin().names().collect(),
            ("check", "explain") => tags::all().map(|tag| tag.name).collect(),
            _ => continue,
        };
        command = command.mut_arg(id, |it| it.value_parser(PossibleValuesParser::new(values)));
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|it| it.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, with_values);
    }
    command
}
