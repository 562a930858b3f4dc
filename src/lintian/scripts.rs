//! The tags of lintian for scripts.

/// The interpreter of a script, from its first bytes: `#!/bin/sh`.
pub(super) fn interpreter(start: &[u8]) -> Option<String> {
    let line = start
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    Some(first.to_owned())
}

/// Returns the programs of the system that lines of a maintainer script name by path, but for the
/// lines that are the author's.
pub(super) fn commands_with_path<'a>(
    script: &'a str,
    own: &'a str,
) -> impl Iterator<Item = &'a str> {
    let lines = script.lines().map(str::trim_start);
    let lines = lines.filter(|line| !own.contains(line));
    lines.filter_map(|line| {
        let (path, _) = line.split_once(' ')?;
        let (folder, _) = path.rsplit_once('/')?;
        ["/bin", "/usr/bin", "/sbin", "/usr/sbin"]
            .contains(&folder)
            .then_some(path)
    })
}

/// The words of `package/postinst-predecessor.sh` by which directories that another tool has left become
/// root's.
pub(super) const GIVEN_TO_ROOT: &str = "-type d -exec chown";

/// Words of bash that lintian looks for in scripts of `sh`, and that the scripts of Erlang, Elixir
/// and relx have. Not all that it knows: what is common.
pub(super) fn has_bash_term(script: &[u8]) -> bool {
    const VARIABLES: [&str; 8] = [
        "OSTYPE",
        "MACHTYPE",
        "HOSTNAME",
        "HOSTTYPE",
        "RANDOM",
        "EUID",
        "UID",
        "PIPESTATUS",
    ];
    let text = String::from_utf8_lossy(script);
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| {
        if line.starts_with('#') {
            return false;
        }
        let variable = |name: &&str| {
            [format!("${name}"), format!("${{{name}}}")]
                .iter()
                .any(|word| {
                    line.match_indices(word.as_str()).any(|(at, _)| {
                        let after = line.as_bytes().get(at + word.len());
                        word.ends_with('}')
                            || !after.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
                    })
                })
        };
        let function = line.strip_prefix("function ").is_some();
        function
            || line.contains("[[ ")
            || line.starts_with("source /")
            || VARIABLES.iter().any(variable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interpreter_is_that_of_the_first_line() {
        #[rustfmt::skip]
        let table: [(&[u8], Option<&str>); 6] = [
            (b"#!/bin/sh\n", Some("/bin/sh")),
            (b"#! /usr/bin/env escript\n", Some("/usr/bin/env")),
            (b"#!/bin/sh -e\nx", Some("/bin/sh")),
            (b"#!\n/bin/sh", None),
            (b"# !/bin/sh", None),
            (b"", None),
        ];
        for (start, expected) in table {
            assert_eq!(interpreter(start).as_deref(), expected, "{start:?}");
        }
    }

    #[test]
    fn bash_terms_are_found_outside_comments() {
        #[rustfmt::skip]
        let table = [
            ("case \"$OSTYPE\" in\n", true),
            ("x=${RANDOM}\n", true),
            ("function check_name() {\n", true),
            ("  # $OSTYPE\n", false),
            ("echo $UIDS\n", false),
            ("echo $USER\n", false),
        ];
        for (script, expected) in table {
            assert_eq!(has_bash_term(script.as_bytes()), expected, "{script}");
        }
    }

    #[test]
    fn a_path_before_a_command_is_the_packages_own_if_no_line_of_the_author() {
        let own = "#!/bin/sh\n/bin/true x\n";
        let script = "/bin/true x\n    /usr/bin/perl -w \"$file\"\n/opt/x y\n/bin/false\nsh x\n";
        let found: Vec<&str> = commands_with_path(script, own).collect();
        assert_eq!(found, ["/usr/bin/perl"]);
    }
}
