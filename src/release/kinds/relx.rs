//! relx, alone or through rebar3, with either of its two start scripts.

use std::path::Path;

use super::{FixedName, Kind, LEFTOVERS_OF_ERLANG, NOTHING, RUNTIME_OF_ERLANG};
use crate::release::configuration::Configuration;
use crate::release::erlang;

/// The extended start script, for kinds that are much like it.
pub(super) const EXTENDED: Kind = Kind {
    name: "relx",
    word: "relx",
    sign: erlang::SIGN,
    recognises: |folder| {
        Ok(folder.erlang()?.is_some_and(|found| {
            found.script.contains("RELX_CONFIG_PATH")
                || found.script.contains("RELX_REPLACE_OS_VARS")
                || found.verbs.iter().any(|verb| verb == "foreground")
        }))
    },
    open: erlang::open,
    project_file: "rebar.config",
    build_command: |profile| match profile {
        "default" => "rebar3 release".to_owned(),
        profile => format!("rebar3 as {profile} release"),
    },
    description: "This Erlang release brings its runtime system and needs no Erlang on the machine.",
    foreground: &["foreground"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        // Without a UTF-8 locale the VM takes file names and output for latin1.
        ("LANG", "C.UTF-8"),
        // The script appends the node's name without a slash.
        ("PIPE_DIR", "RUN/"),
        // Not in /run: it would vanish when the service stops, and the script then writes to /opt.
        ("RELX_OUT_FILE_PATH", "STATE"),
        ("RUNNER_LOG_DIR", "LOG"),
    ],
    is_erlang: true,
    has_cookie: true,
    has_ping: true,
    starts_in_release: true,
    question: Some(["eval", "{init:get_status(), os:getpid()}."]),
    question_flags: Some("-start_epmd false"),
    renders_at_questions: true,
    fixed_name,
    editable,
    leftovers: LEFTOVERS_OF_ERLANG,
    runs: RUNTIME_OF_ERLANG,
    runtime_hint: "include it: `{include_erts, true}` in relx's configuration (or allow a release \
                   without: `include-erts = false` in `[release]`)",
    links_hint: "build with `{dev_mode, false}` or `{mode, prod}`, as `rebar3 as prod release` does",
    ..NOTHING
};

/// A release with relx's extended start script: `foreground`, `ping`, `remote_console` and so on.
pub static RELX: Kind = EXTENDED;

/// A release with relx's plain start script, which hands all arguments to the emulator.
pub static RELX_WITHOUT_VERBS: Kind = Kind {
    name: "relx without extended_start_script",
    recognises: |folder| Ok(folder.erlang()?.is_some()),
    // Without it the emulator reads standard input, and ends at once with status 0 where that is closed.
    foreground: &["-noinput"],
    environment: &[
        ("ERL_CRASH_DUMP", "LOG/erl_crash.dump"),
        ("HOME", "STATE"),
        ("LANG", "C.UTF-8"),
    ],
    has_verbs: false,
    has_ping: false,
    question: None,
    question_flags: None,
    renders_at_questions: false,
    ..EXTENDED
};

/// Returns the name that `vm.args` gives every instance. Only `vm.args.src` is rendered at each start.
fn fixed_name(configuration: &Configuration) -> Option<FixedName> {
    let node = configuration.node.as_ref()?;
    if node.name.contains('$') && configuration.vm_args_src.is_some() {
        return None;
    }
    let flag = if node.long { "-name" } else { "-sname" };
    let own = FixedName::of_instance(&node.name);
    Some(FixedName {
        name: node.name.clone(),
        hint: format!(
            "write `{flag} {own}` in the file that rebar.config names as `vm_args_src`, which is \
             rendered at each start"
        ),
    })
}

/// Returns the files for the sysadmin. A `sys.config` that includes others is left to the author:
/// those files are the sysadmin's.
fn editable(it: &Configuration) -> Vec<&Path> {
    let system = [&it.sys_config, &it.sys_config_src].into_iter();
    let system = system.filter(|_| it.includes.is_empty());
    let all = system.chain([&it.vm_args, &it.vm_args_src]).flatten();
    all.map(AsRef::as_ref).collect()
}
