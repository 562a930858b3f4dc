//! `Ids`: the numbers that users of a system have on this machine, and the user namespace that makes
//! root of the system a nobody here.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use super::error::SystemError;

/// The first number of shifted users, in the range that systemd keeps for containers.
const FIRST: u32 = 1_862_270_976;

/// The numbers of a system's users on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// The same numbers: root of the system is root of this machine, or of the user namespace that
    /// this process lives in.
    Same,
    /// Numbers that nobody has here: whatever the system's root gets hold of, it may do nothing.
    Shifted,
}

impl Ids {
    /// Returns shifted numbers where this process has them; in the user namespace of an ordinary user it
    /// has none to spare, and root is that user.
    #[must_use]
    pub fn of_process() -> Self {
        let map = super::of_machine("/proc/self/uid_map");
        let has_shifted = map.lines().any(|line| {
            let numbers: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
            matches!(numbers[..], [first, _, count] if (first..first + count).contains(&FIRST.into()))
        });
        if has_shifted {
            Self::Shifted
        } else {
            Self::Same
        }
    }

    /// Returns the number here of the system's root.
    #[must_use]
    pub fn first(self) -> u32 {
        match self {
            Self::Same => 0,
            Self::Shifted => FIRST,
        }
    }
}

/// A user namespace with shifted numbers; gone when the value is dropped.
#[derive(Debug)]
pub(super) struct UserNamespace {
    /// A process that does nothing but live in it.
    holder: Child,
}

impl UserNamespace {
    /// Makes a namespace in which root is [`Ids::Shifted`].
    pub(super) fn shifted() -> Result<Self, SystemError> {
        let namespace = Self::unmapped()?;
        for map in ["uid_map", "gid_map"] {
            let path = format!("/proc/{}/{map}", namespace.holder.id());
            // In one write: the kernel takes no second.
            let written = std::fs::OpenOptions::new()
                .write(true)
                .open(&path)
                .and_then(|mut file| file.write_all(format!("0 {FIRST} 65536\n").as_bytes()));
            written.map_err(|error| SystemError::Namespaces {
                reason: format!("cannot write `{path}`: {error}"),
                hint: "call it as root of the machine, not of a container".into(),
            })?;
        }
        Ok(namespace)
    }

    /// Makes a namespace without any users.
    fn unmapped() -> Result<Self, SystemError> {
        let mut holder = Command::new("setsid")
            .args(["unshare", "--user", "sh", "-c", "echo ready; read -r _"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|reason| SystemError::Program {
                program: "setsid",
                reason,
            })?;
        let mut line = String::new();
        if let Some(stdout) = holder.stdout.take() {
            // At the end of the pipe the line is empty.
            let _ = BufReader::new(stdout).read_line(&mut line);
        }
        let namespace = Self { holder };
        if line.trim_end() != "ready" {
            return Err(SystemError::Namespaces {
                reason: "`unshare --user` fails".into(),
                hint: "allow user namespaces: `sysctl user.max_user_namespaces=15000`, and \
                       `kernel.apparmor_restrict_unprivileged_userns=0` where it is there"
                    .into(),
            });
        }
        Ok(namespace)
    }

    /// Returns the words before those of a command that is to run in it, as its root.
    pub(super) fn words(&self) -> [String; 5] {
        let target = self.holder.id().to_string();
        [
            "nsenter".into(),
            "--user".into(),
            "--target".into(),
            target,
            "--".into(),
        ]
    }
}

impl Drop for UserNamespace {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}
