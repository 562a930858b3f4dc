//! Hooks of relx's start script: a service manager that never uses its verbs runs them all the same.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::example::orders_with;
use crate::services::Life;
use crate::subjects::{ORDERS, account, install};
use crate::system::{Init, System};

/// A hook that writes down its name and arguments, who it is, where it is, and whether the node answers it.
const HOOK: &str = "
    {overlay, [
        {mkdir, \"bin/hooks\"},
        {copy, \"rel/hook\", \"bin/hooks/note\"},
        {copy, \"rel/hook-fails\", \"bin/hooks/fails\"},
        {copy, \"rel/hook-hangs\", \"bin/hooks/hangs\"}
    ]},
    {extended_start_script_hooks, [
        {pre_start, [{custom, \"hooks/note|pre_start\"}]},
        {post_start, [
            {pid, \"/var/run/orders/own.pid\"},
            wait_for_vm_start,
            {wait_for_process, orders_sup},
            {custom, \"hooks/note|post_start\"},
            {custom, \"hooks/fails\"},
            {custom, \"hooks/note|never\"}
        ]},
        {pre_stop, [{custom, \"hooks/note|pre_stop\"}]},
        {post_stop, [{custom, \"hooks/note|post_stop\"}LATER]}
    ]},
    {vm_args,";

const NOTE: &str = "answer=$(erl_rpc erlang is_alive 2>/dev/null) || answer=none\n\
                    echo \"$1 $(id -un) $(pwd) $RELEASE_ROOT_DIR $NAME $answer\" >>/var/lib/orders/notes\n";

/// The example with hooks; `later` is added to those after a stop.
fn package(version: &str, later: &str) -> Option<(TempDir, PathBuf)> {
    let hooks = HOOK.replace("LATER", later);
    orders_with(
        version,
        &[
            ("rebar.config", "    {vm_args,", &hooks),
            ("rel/hook", "", NOTE),
            ("rel/hook-fails", "", "exit 9\n"),
            ("rel/hook-hangs", "", "trap '' TERM; sleep 300\n"),
        ],
    )
}

/// The notes since the last look.
fn notes(system: &System) -> Vec<String> {
    let look = "cat /var/lib/orders/notes 2>/dev/null; : >/var/lib/orders/notes";
    let notes = system.shell(look).success().stdout;
    notes.lines().map(str::to_owned).collect()
}

fn note(event: &str, answer: &str) -> String {
    format!("{event} orders /opt/orders /opt/orders orders@localhost {answer}")
}

fn live(init: Init) {
    let (Some((_old, first)), Some((_new, second))) = (
        package("1.4.0", ""),
        package("1.5.0", ", {custom, \"hooks/hangs\"}"),
    ) else {
        return;
    };
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let before = system.snapshot();
    let (started, stopped) = (
        [note("pre_start", "none"), note("post_start", "true")],
        [note("pre_stop", "true"), note("post_stop", "none")],
    );
    let life = Life {
        system: &system,
        init,
        subject: ORDERS,
        first: first.clone(),
        second: second.clone(),
    };
    install(&system, &first).success();
    life.serves();
    assert_eq!(notes(&system), started);
    let failure = "orders: hook post_start of /opt/orders/bin/orders failed with status 9";
    let log = match init {
        Init::Systemd => system.shell("journalctl --unit orders --output cat"),
        Init::Sysvinit => system.shell("cat /var/log/orders/orders.log"),
    };
    assert!(log.stdout.contains(failure), "{}", log.stdout);
    system.run(["service", "orders", "restart"]).success();
    life.serves();
    assert_eq!(notes(&system), [stopped.clone(), started.clone()].concat());
    // A node that ends itself was not asked to stop.
    if matches!(init, Init::Systemd) {
        let crash = "kill -KILL $(systemctl show -p MainPID --value orders); sleep 8";
        system.shell(crash).success();
        life.serves();
        assert_eq!(notes(&system), started);
    }
    install(&system, &second).success();
    life.serves();
    assert_eq!(notes(&system), [stopped.clone(), started.clone()].concat());
    // One that does not end is ended, and so is the removal.
    system.run(["dpkg", "-r", "orders"]).success();
    assert_eq!(notes(&system), stopped);
    life.rests();
    system.run(["dpkg", "-P", "orders"]).success();
    assert_eq!(before.difference(&system.snapshot()), account("orders"));
}

#[test]
fn release_hooks_run_under_systemd() {
    live(Init::Systemd);
}

#[test]
fn release_hooks_run_under_sysvinit() {
    live(Init::Sysvinit);
}
