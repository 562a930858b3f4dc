//! Dangerous commands that maintainer scripts run as root.

use super::super::shell::{self, Command};
use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::escape;
use crate::finding::{Tag, tags};

/// Programs that run what they read.
const INTERPRETERS: [&str; 7] = ["sh", "bash", "dash", "perl", "python3", "python", "node"];

/// Checks the maintainer scripts.
pub(in super::super) fn check(subject: &Subject, found: &mut Tally) {
    for (name, text) in &subject.scripts {
        let commands = shell::commands(text);
        let mut previous: Option<&Command> = None;
        for command in &commands {
            if let Some((tag, what)) = fault(command, previous, text) {
                let what = escape::line(&what).into_owned();
                found.tell(tag, || {
                    format!("script `{name}`, line {}: {what}", command.line)
                });
            }
            previous = Some(command);
        }
    }
}

fn fault(
    command: &Command,
    previous: Option<&Command>,
    text: &str,
) -> Option<(&'static Tag, String)> {
    let program = command.program();
    let is_download = |command: &Command| ["curl", "wget"].contains(&command.program());
    if command.reads_pipe && INTERPRETERS.contains(&program) && previous.is_some_and(is_download) {
        return Some((
            tags::SCRIPT_RUNS_DOWNLOAD,
            format!("`{program}` runs what comes over the network"),
        ));
    }
    match program {
        "rm" if command.has_flag('r') || command.has_flag('R') || command.has("--recursive") => {
            let target = command
                .run()
                .iter()
                .skip(1)
                .find(|word| is_unguarded(&word.text, text))?;
            Some((
                tags::SCRIPT_REMOVES_UNGUARDED,
                format!(
                    "`rm -r {}` removes other things where the variable is empty",
                    target.raw
                ),
            ))
        }
        "chown" | "chmod" | "chgrp" if command.has_flag('R') || command.has("--recursive") => {
            let target = command.arguments().last().unwrap_or_default();
            let is_of_root = ["root", "root:root", "0:0", "root:"]
                .iter()
                .any(|owner| command.has(owner))
                && program == "chown";
            (!is_of_root || target.starts_with('$')).then(|| {
                (
                    tags::SCRIPT_CHANGES_TREE,
                    format!("`{program} -R` of `{target}`"),
                )
            })
        }
        "killall" | "killall5" => Some((
            tags::SCRIPT_KILLS_BY_NAME,
            format!("`{program}` ends processes that are not the package's"),
        )),
        "pkill" if !command.has("--pidfile") && !command.has_flag('F') => Some((
            tags::SCRIPT_KILLS_BY_NAME,
            "`pkill` ends processes that are not the package's".into(),
        )),
        "setcap" if !command.has("-v") && !command.has("-r") => {
            let what = command.arguments().collect::<Vec<_>>().join(" ");
            Some((tags::CAPABILITY_GIVEN, format!("`setcap {what}`")))
        }
        _ => temporary(command).map(|path| {
            (
                tags::SCRIPT_TEMPORARY_FILE,
                format!("`{path}` is a name that everybody can guess"),
            )
        }),
    }
}

/// Returns a file below /tmp that a command writes.
fn temporary(command: &Command) -> Option<&str> {
    let is_temporary = |path: &&str| {
        let rest = path
            .strip_prefix("/var")
            .unwrap_or(path)
            .strip_prefix("/tmp/");
        rest.is_some_and(|rest| {
            !rest.is_empty()
                && !rest.contains("XXX")
                && !rest.contains('*')
                && !rest.starts_with('$')
        })
    };
    let mut writes = command.writes.iter().map(String::as_str);
    writes.find(is_temporary)
}

/// Returns whether a word is below the value of a variable that nothing says is not empty.
fn is_unguarded(word: &str, text: &str) -> bool {
    let Some(rest) = word.strip_prefix('$') else {
        return false;
    };
    let (name, rest) = if let Some(braced) = rest.strip_prefix('{') {
        let Some((inside, rest)) = braced.split_once('}') else {
            return false;
        };
        // `${X:?}`, `${X:-y}` and the like are not empty.
        if inside.contains([':', '?', '-', '#', '%', '/']) {
            return false;
        }
        (inside, rest)
    } else {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        rest.split_at(end.unwrap_or(rest.len()))
    };
    let is_wide = rest.trim_matches('/').is_empty() && !rest.is_empty()
        || rest.starts_with("/*")
        || rest.starts_with("/.");
    if name.is_empty() || !is_wide {
        return false;
    }
    let guards = [
        format!("-n \"${name}\""),
        format!("-n ${name}"),
        format!("-z \"${name}\""),
        format!("-n \"${{{name}}}\""),
        format!("-z \"${{{name}}}\""),
        format!("${{{name}:?"),
        format!("${{{name}?"),
        format!("-d \"${name}\""),
        format!("-d \"${{{name}}}\""),
        format!("-d ${name}"),
        "set -u".into(),
        "set -eu".into(),
    ];
    let is_given = text.lines().any(|line| {
        let line = line.trim_start();
        let line = ["readonly ", "export ", "local "]
            .iter()
            .find_map(|start| line.strip_prefix(start))
            .unwrap_or(line);
        let value = line
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('='));
        value.is_some_and(|value| {
            let value = value.trim_start_matches(['"', '\'']);
            !value.is_empty() && !value.starts_with(['$', ';', '`', '"', '\''])
        }) || line.starts_with(&format!("for {name} in "))
    });
    !is_given && !guards.iter().any(|guard| text.contains(guard.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        let commands = shell::commands(text);
        let mut previous = None;
        let mut tags = Vec::new();
        for command in &commands {
            tags.extend(fault(command, previous, text).map(|(tag, _)| tag.name));
            previous = Some(command);
        }
        tags
    }

    #[test]
    fn faults_of_scripts_are_found_and_nothing_else() {
        let table: [(&str, &[&str]); 20] = [
            ("curl -s https://x | sh", &["script-runs-download"]),
            (
                "wget -O- https://x | sudo -E bash -s",
                &["script-runs-download"],
            ),
            ("curl -s https://x > y; sh z", &[]),
            ("# curl https://x | sh", &[]),
            ("cat <<E\nrm -rf \"$X/\"\nE\n", &[]),
            ("rm -rf \"$X/\"", &["script-removes-unguarded"]),
            ("rm -fr ${X}/*", &["script-removes-unguarded"]),
            ("rm -rf \"${X:?}/\"", &[]),
            ("X=/var/lib/x\nrm -rf \"$X/\"", &[]),
            ("[ -n \"$X\" ] && rm -rf \"$X/\"", &[]),
            ("rm -rf '$X/'", &[]),
            ("rm -f $X/y", &[]),
            ("chown -R x:x /var/lib/x", &["script-changes-tree"]),
            ("chown -R root:root /var/lib/x", &[]),
            ("chown x:x /var/lib/x", &[]),
            ("pkill -u orders || true", &["script-kills-by-name"]),
            ("pkill -F /run/x.pid", &[]),
            ("killall x", &["script-kills-by-name"]),
            ("echo a > /tmp/x.log", &["script-temporary-file"]),
            ("setcap cap_net_raw+ep /usr/bin/x", &["capability-given"]),
        ];
        for (text, expected) in table {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
