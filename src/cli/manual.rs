//! `reldeb man`: manual pages, made from the command line that is parsed.

use std::fmt::Write;
use std::path::PathBuf;

use crate::fs;
use crate::message::{nearest, ticked};
use clap::{Args, Command};
use clap_mangen::Man;
use serde_json::json;

use super::fpm;
use super::session::{Answer, Failure, Session};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The command, such as `build` or `template show`; default: reldeb itself
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Vec<String>,
    /// Write the pages of all commands to this folder
    #[arg(short, long, value_name = "DIRECTORY")]
    output: Option<PathBuf>,
}

/// Prints a page, or writes all.
pub(super) fn run(arguments: &Arguments, command: Command, session: &Session) -> Answer {
    let mut command = fpm::with_options(command);
    command.build();
    if let Some(folder) = &arguments.output {
        fs::create_dir(folder)?;
        let mut written = Vec::new();
        for command in all(&command) {
            let path = folder.join(format!("{}.1", title(command)));
            fs::write(&path, page(command))?;
            written.push(path.display().to_string());
        }
        let document = json!({ "paths": written });
        return Ok(session.show(&document, || written.join("\n") + "\n"));
    }
    let mut asked = &command;
    for name in &arguments.command {
        asked = visible(asked)
            .find(|it| it.get_name() == name)
            .ok_or_else(|| unknown(name, asked))?;
    }
    Ok(page(asked))
}

fn unknown(name: &str, above: &Command) -> Failure {
    let names: Vec<&str> = visible(above).map(Command::get_name).collect();
    let hint = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "it has no commands".to_owned(),
        None => format!("the commands are {}", ticked(&names)),
    };
    let above = above.get_bin_name().filter(|name| !name.is_empty());
    let above = above.unwrap_or(env!("CARGO_PKG_NAME"));
    Failure::usage(
        format!("`{above}` has no command `{}`", name.escape_debug()),
        hint,
    )
}

fn visible(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|it| !it.is_hide_set())
}

/// Returns a command and those below it.
fn all(command: &Command) -> Vec<&Command> {
    let below = visible(command).flat_map(all);
    std::iter::once(command).chain(below).collect()
}

/// Returns the name of a page, such as `reldeb-build`.
fn title(command: &Command) -> &str {
    let title = command.get_display_name();
    title.unwrap_or_else(|| command.get_name())
}

/// The day of the last change of a command or flag.
const DATE: &str = "2026-11-29";

/// Returns a page.
fn page(command: &Command) -> Vec<u8> {
    let name = env!("CARGO_PKG_NAME");
    let man = Man::new(command.clone())
        .title(title(command).to_uppercase())
        .date(DATE)
        .source(format!("{name} {}", env!("CARGO_PKG_VERSION")))
        .manual("Packaging with reldeb");
    let mut page = Vec::new();
    // Memory takes all that is written.
    let _ = man.render(&mut page);
    tidy(&String::from_utf8_lossy(&page)).into_bytes()
}

/// Returns a page without what formatters warn of: line breaks around an empty line, blanks at the end of
/// lines, and characters that are not ASCII, which are named.
fn tidy(page: &str) -> String {
    let page = page.replace(".br\n\n.br\n", ".sp\n");
    let mut tidy = String::with_capacity(page.len());
    for line in page.lines() {
        for character in line.trim_end().chars() {
            if character.is_ascii() {
                tidy.push(character);
            } else {
                let _ = write!(tidy, "\\[u{:04X}]", u32::from(character));
            }
        }
        tidy.push('\n');
    }
    tidy
}
