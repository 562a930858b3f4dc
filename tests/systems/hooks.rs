//! Hooks that do nothing, and private files, on a machine.

use crate::subjects::{STOCK, account, install, state, stock, stock_with};
use crate::system::System;

/// A package lives its whole life with hooks that do nothing, and with a private file that its service
/// can read and nobody else.
#[test]
fn hooks_that_do_nothing_and_private_files_on_a_machine() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let before = system.snapshot();
    let hooks = "[hooks]\nbefore-first-install = \"\"\nafter-first-install = \" \"\n\
                 before-upgrade = \"# nothing yet\"\nafter-upgrade = \"hook.sh\"\n\
                 before-reinstall = \"\\n\\n\"\nafter-reinstall = \"#\"\nbefore-remove = \"hook.sh\"\n\
                 after-remove = \"# todo\"\nbefore-purge = \"\"\nafter-purge = \"# a\\n# b\"";
    let package = |version| {
        stock_with(version, "", hooks, |folder| {
            use std::os::unix::fs::PermissionsExt as _;
            let key = folder.join("rel/server.key");
            std::fs::write(folder.join("hook.sh"), "#!/bin/sh\n# nothing to do yet\n").unwrap();
            std::fs::write(&key, "secret").unwrap();
            std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
        })
    };
    install(&system, &package("4.0")).success();
    install(&system, &package("4.1")).success();
    install(&system, &package("4.1")).success();
    let key = "/opt/stock/server.key";
    assert_eq!(system.entry(key), "regular file 0640 root:stock");
    let read = |user| {
        let user = format!("setpriv --reuid={user} --regid={user} --init-groups cat {key}");
        system.shell(&user).status
    };
    assert_eq!((read("stock"), read("daemon")), (0, 1));
    system.run(["dpkg", "-r", "stock"]).success();
    assert_eq!(state(&system, "stock"), "rc 4.1");
    install(&system, &stock("4.2", "", "")).success();
    system.run(["dpkg", "-P", STOCK.name]).success();
    let left = before.difference(&system.snapshot());
    assert_eq!(left, account("stock"));
}
