//! A rehearsal by an ordinary user: the whole command once more, as root of a user namespace.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use super::{Arguments, Failure, Session};
use crate::deb::Deb;

/// The words that make root of an ordinary user, who has numbers of other users to spare (subuid(5)).
const NAMESPACE: [&str; 4] = ["--user", "--map-root-user", "--map-auto", "--mount"];

/// Becomes root of a user namespace where the caller is not root. Does not come back then.
pub(super) fn become_root(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    if rustix::process::geteuid().is_root() {
        return Ok(());
    }
    for path in [&arguments.package].into_iter().chain(&arguments.from) {
        Deb::open(path)?;
    }
    let has = |program: &str| Path::new("/usr/bin").join(program).exists();
    if !has("unshare") || !has("newuidmap") {
        let message = "an ordinary user needs `unshare` and `newuidmap` for a throwaway system";
        let hint = "call it with `sudo`, or `apt install uidmap`, as root";
        return Err(Failure::new(message.into())
            .with_hint(hint.into())
            .of_work());
    }
    let tried = Command::new("unshare").args(NAMESPACE).arg("true").output();
    if let Some(reason) = refusal(tried) {
        let message = format!("cannot make a user namespace: {reason}");
        let hint = "call it with `sudo`, or give the user numbers of other users: `usermod --add-subuids \
                    100000-165535 --add-subgids 100000-165535 USER`, as root";
        return Err(Failure::new(message).with_hint(hint.into()).of_work());
    }
    if arguments.init.is_empty() {
        session.tell_note("as an ordinary user no service is started: an init needs root");
    }
    let mut words = std::env::args_os();
    let own = words.next();
    let program = std::env::current_exe().ok().map(Into::into).or(own);
    let failed = Command::new("unshare")
        .args(NAMESPACE)
        .arg("--")
        .args(program)
        .args(words)
        .exec();
    Err(Failure::new(format!("cannot run `unshare`: {failed}")).of_work())
}

/// Returns the reason why a program failed.
fn refusal(tried: std::io::Result<Output>) -> Option<String> {
    match tried {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Some(said.lines().next().unwrap_or_default().to_owned())
        }
        Err(error) => Some(error.to_string()),
    }
}
