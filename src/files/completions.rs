//! `[completions]`: the places where shells look for what they know of commands.

use crate::manifest::Spanned;

use super::{Mapping, MappingSource, path, patterns};
use crate::manifest::{InvalidValue, Manifest};

/// A shell that completes commands.
struct Shell {
    key: &'static str,
    /// The texts before and after a command in the names of files that complete it, the first as the
    /// shell has them.
    names: &'static [(&'static str, &'static str)],
    /// The folder, and what the name has there.
    place: (&'static str, &'static str, &'static str),
}

const BASH: Shell = Shell {
    key: "completions.bash",
    names: &[("", ".bash"), ("", ".bash-completion"), ("", "")],
    place: ("/usr/share/bash-completion/completions/", "", ""),
};

const ZSH: Shell = Shell {
    key: "completions.zsh",
    names: &[("_", ".zsh"), ("_", ""), ("", ".zsh")],
    place: ("/usr/share/zsh/vendor-completions/", "_", ""),
};

const FISH: Shell = Shell {
    key: "completions.fish",
    names: &[("", ".fish")],
    place: ("/usr/share/fish/vendor_completions.d/", "", ".fish"),
};

/// Returns an entry for each file.
pub(super) fn mappings(manifest: &Manifest) -> impl Iterator<Item = Result<Mapping, InvalidValue>> {
    let table = &manifest.tables.completions;
    let shells = [
        (&BASH, &table.bash),
        (&ZSH, &table.zsh),
        (&FISH, &table.fish),
    ];
    shells.into_iter().flat_map(move |(shell, list)| {
        let files = list.iter().flat_map(|list| &list.0);
        files.map(move |file| mapping(manifest, shell, file))
    })
}

fn mapping(
    manifest: &Manifest,
    shell: &Shell,
    file: &Spanned<String>,
) -> Result<Mapping, InvalidValue> {
    let source = file.get_ref();
    let (folder, before, after) = shell.place;
    let command = command(shell, source).ok_or_else(|| {
        let (_, name) = shell.key.split_at("completions.".len());
        let example = match name {
            "zsh" => "_COMMAND".to_owned(),
            name => format!("COMMAND.{name}"),
        };
        InvalidValue::new(
            file.span(),
            format!("the name of `{source}` does not tell the command that it completes"),
            Some(format!(
                "name it `{example}`, or put it to `{folder}{before}COMMAND{after}` by `[files]`"
            )),
        )
    })?;
    if manifest.resolve(source).is_dir() {
        let message = format!("`{source}` is a directory, expected a file");
        return Err(InvalidValue::new(file.span(), message, None));
    }
    Ok(Mapping {
        key: shell.key.to_owned().into(),
        line: manifest.line(&file.span()),
        target: path(&format!("{folder}{before}{command}{after}"), file.span())?,
        below: false,
        source: MappingSource::Path(source.clone()),
        follow: true,
        exclude: patterns(&[])?,
        mode: Some(0o644),
        directory_mode: 0o755,
        gives_directories: false,
        owner: "root".to_owned(),
        group: "root".to_owned(),
        compress: true,
        conffile: None,
        capabilities: None,
    })
}

/// Returns the command that a file completes. Its folder may be a glob.
fn command<'a>(shell: &Shell, source: &'a str) -> Option<&'a str> {
    let name = source.rsplit('/').next()?;
    let command = shell
        .names
        .iter()
        .find_map(|(before, after)| name.strip_prefix(before)?.strip_suffix(after))?;
    let is_known = |c: char| c.is_ascii_alphanumeric() || "-_+".contains(c);
    // What has a dot is the file of another shell, or of none.
    let is_command = command.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_command && command.chars().all(is_known)).then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_its_command() {
        for (shell, source, expected) in [
            (&BASH, "target/rg.bash", Some("rg")),
            (&BASH, "complete/rg", Some("rg")),
            (&BASH, "rg.bash-completion", Some("rg")),
            (&BASH, "target/release/build/*/out/rg.bash", Some("rg")),
            (&BASH, "rg.sh", None),
            (&BASH, "*.bash", None),
            (&BASH, "complete/", None),
            (&ZSH, "_rg", Some("rg")),
            (&ZSH, "rg.zsh", Some("rg")),
            (&ZSH, "_rg.zsh", Some("rg")),
            (&ZSH, "rg", None),
            (&FISH, "my-tool_2.fish", Some("my-tool_2")),
            (&FISH, ".fish", None),
            (&FISH, "_rg.fish", None),
        ] {
            assert_eq!(command(shell, source), expected, "{source}");
        }
    }
}
