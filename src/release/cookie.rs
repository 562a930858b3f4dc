//! The scripts of a release without the cookie on command lines: `ps` shows those to every user of
//! the machine. What a script leaves out, Erlang reads from the file in its home instead.

/// Replacements in mix's script, for every version from 1.9 to 1.20.
const MIX: [(&str, &str); 2] = [
    (" --cookie \"$RELEASE_COOKIE\"", ""),
    (
        "$(cat \"$RELEASE_ROOT/releases/COOKIE\")",
        "$(cat \"$HOME/.erlang.cookie\" 2>/dev/null || true)",
    ),
];

/// Replacements in relx's scripts, from 3.24 to 4.10. A cookie that the sysadmin has put into
/// `vm.args` is on the node's own command line: commands that ask the node need it there too.
const RELX: [(&str, &str); 7] = [
    ("COOKIE=\"$(cat \"$DEFAULT_COOKIE_FILE\")\"", "COOKIE="),
    ("COOKIE=\"$(cat $DEFAULT_COOKIE_FILE)\"", "COOKIE="),
    (
        " -setcookie \"$COOKIE\"",
        " ${COOKIE:+-setcookie \"$COOKIE\"}",
    ),
    (
        " -setcookie \"${COOKIE}\"",
        " ${COOKIE:+-setcookie \"$COOKIE\"}",
    ),
    (" -setcookie ${COOKIE}", " ${COOKIE:+-setcookie ${COOKIE}}"),
    (" -c \"${COOKIE}\"", " ${COOKIE:+-c \"$COOKIE\"}"),
    // `install_upgrade.escript` gets it as an atom.
    (
        "    erlang:set_cookie(node(), Cookie),",
        "    Cookie =:= '' orelse erlang:set_cookie(node(), Cookie),",
    ),
];

/// Returns the text of a script of a release that passes no cookie to a command; `None` where it
/// passes none by itself.
pub(crate) fn kept_off_command_lines(script: &str) -> Option<String> {
    let mut text = script.to_owned();
    for (passed, kept) in MIX.into_iter().chain(RELX) {
        text = text.replace(passed, kept);
    }
    (text != script).then_some(text)
}

/// Returns whether a script passes a cookie to commands in a way that
/// [`kept_off_command_lines`] does not know.
pub(super) fn shows_cookie(script: &str) -> bool {
    let kept = kept_off_command_lines(script);
    let lines = kept.as_deref().unwrap_or(script).lines();
    lines
        .filter(|line| !line.trim_start().starts_with('#'))
        .any(|line| {
            ["--cookie ", "-setcookie ", "-c "].iter().any(|flag| {
                line.match_indices(flag).any(|(at, _)| {
                    let only_where_set = line[..at].ends_with("${COOKIE:+");
                    !only_where_set && is_variable_with_cookie(&line[at + flag.len()..])
                })
            })
        })
}

/// Returns whether a text begins with a variable of the shell that holds a cookie.
fn is_variable_with_cookie(text: &str) -> bool {
    let name = text.trim_start_matches(['"', '\'']);
    name.strip_prefix('$')
        .map(|name| name.trim_start_matches('{'))
        .and_then(|name| {
            name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
        })
        .is_some_and(|name| name.ends_with("COOKIE"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of the scripts, what becomes of them, and whether they still show a cookie.
    #[test]
    fn scripts_pass_no_cookie_to_commands() {
        #[rustfmt::skip]
        let table = [
            // mix
            ("       --hidden --cookie \"$RELEASE_COOKIE\" \\", "       --hidden \\", false),
            ("       --cookie \"$RELEASE_COOKIE\" \\", "       \\", false),
            ("RELEASE_COOKIE=\"${RELEASE_COOKIE:-\"$(cat \"$RELEASE_ROOT/releases/COOKIE\")\"}\"",
             "RELEASE_COOKIE=\"${RELEASE_COOKIE:-\"$(cat \"$HOME/.erlang.cookie\" 2>/dev/null || true)\"}\"", false),
            // relx
            ("        COOKIE=\"$(cat $DEFAULT_COOKIE_FILE)\"", "        COOKIE=", false),
            ("            COOKIE=\"$(cat \"$DEFAULT_COOKIE_FILE\")\"", "            COOKIE=", false),
            ("    -setcookie \"$COOKIE\" -hidden \\", "    ${COOKIE:+-setcookie \"$COOKIE\"} -hidden \\", false),
            ("    -setcookie \"${COOKIE}\" \\", "    ${COOKIE:+-setcookie \"$COOKIE\"} \\", false),
            ("    -setcookie ${COOKIE} \\", "    ${COOKIE:+-setcookie ${COOKIE}} \\", false),
            ("ERL_FLAGS=\"$x -setcookie ${COOKIE}\" \\", "ERL_FLAGS=\"$x ${COOKIE:+-setcookie ${COOKIE}}\" \\", false),
            ("r=$(\"$ERL_RPC\" -R -c \"${COOKIE}\" -a \"$c\")", "r=$(\"$ERL_RPC\" -R ${COOKIE:+-c \"$COOKIE\"} -a \"$c\")", false),
            // others
            ("exec erl -setcookie \"$MY_COOKIE\"", "exec erl -setcookie \"$MY_COOKIE\"", true),
            ("    # exec erl -setcookie \"$COOKIE\"", "    # exec erl ${COOKIE:+-setcookie \"$COOKIE\"}", false),
            ("COOKIE_ARG=\"$(grep '^-setcookie' \"$VMARGS_PATH\" || true)\"", "COOKIE_ARG=\"$(grep '^-setcookie' \"$VMARGS_PATH\" || true)\"", false),
            ("exec sh -c \"$COMMAND\"", "exec sh -c \"$COMMAND\"", false),
        ];
        for (script, expected, shown) in table {
            let kept = kept_off_command_lines(script);
            assert_eq!(kept.as_deref().unwrap_or(script), expected);
            assert_eq!(shows_cookie(script), shown, "{script}");
        }
    }
}
