//! Starting and ending systems: the scripts that run between `unshare` and the first process of the
//! system.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::cgroups::Cgroups;
use super::error::last_lines;
use super::ids::UserNamespace;
use super::{Ids, Init, Stop, System, SystemError, contents, temporary};
use crate::fs;

/// The time that a system may take to boot.
const BOOT_LIMIT: Duration = Duration::from_secs(60);

/// Makes the view of a root.
const VIEW: &str = include_str!("view.sh");
/// Becomes process 1 of a system without init.
const HOLD: &str = include_str!("hold.sh");
/// Boots a system with its init.
const BOOT: &str = include_str!("boot.sh");

/// The way in which a system is started.
#[derive(Debug, Clone)]
pub struct Start {
    /// The root, which is only read.
    pub root: PathBuf,
    /// The numbers that its users have in that root.
    pub ids: Ids,
    /// The most that may be written, in the words of tmpfs(5): `64m`.
    pub size: Option<String>,
    /// Gives the system the network of this machine, in place of one of its own.
    pub network: bool,
    /// Ends whatever is waited for.
    pub stop: Stop,
}

impl Start {
    /// Returns the start of a system with a root whose users have the numbers of this machine.
    #[must_use]
    pub fn of(root: PathBuf) -> Self {
        Self {
            root,
            ids: Ids::Same,
            size: None,
            network: false,
            stop: Stop::default(),
        }
    }

    /// Starts a system without init.
    ///
    /// # Errors
    /// [`SystemError`] where it does not start.
    pub fn hold(&self) -> Result<System, SystemError> {
        let log = temporary()?;
        let namespace = match self.ids {
            Ids::Same => None,
            Ids::Shifted => Some(UserNamespace::shifted()?),
        };
        let net = if self.network { "" } else { "--net" };
        let inner = [
            "unshare", "--mount", "--pid", net, "--uts", "--ipc", "--fork",
        ];
        let inner = inner.iter().filter(|word| !word.is_empty());
        let script = format!("{VIEW}\nshift 3\nexec \"$@\"\n");
        let mut keeper = self.keeper(&script, &log)?;
        if let Some(namespace) = &namespace {
            keeper.args(namespace.words());
        }
        keeper
            .args(inner)
            .args(["--kill-child", "bash", "-c", HOLD, "hold"]);
        let mut keeper = spawn(keeper)?;
        if first_line(&mut keeper) != "ready" {
            let failure = failure(&mut keeper, &log);
            return Err(failure);
        }
        let leader = children(keeper.id()).first().copied();
        let system = System {
            leader: leader.unwrap_or(0),
            keeper,
            cgroups: Cgroups::default(),
            ids: self.ids,
            stop: self.stop.clone(),
            _namespace: namespace,
        };
        match leader {
            Some(_) => Ok(system),
            None => Err(SystemError::Start { log: contents(log) }),
        }
    }

    /// Boots a system and waits until its init has started all there is.
    ///
    /// # Errors
    /// [`SystemError`] where it does not boot.
    pub fn boot(&self, init: Init) -> Result<System, SystemError> {
        let cgroups = Cgroups::new()?;
        let log = temporary()?;
        let first = match self.ids {
            Ids::Same => String::new(),
            Ids::Shifted => self.ids.first().to_string(),
        };
        let mut keeper = self.keeper(&format!("{VIEW}{BOOT}"), &log)?;
        keeper.arg(first).args(&cgroups.0);
        let mut keeper = spawn(keeper)?;
        let container: u32 = first_line(&mut keeper).parse().unwrap_or(0);
        let mut system = System {
            keeper,
            leader: 0,
            cgroups,
            ids: self.ids,
            stop: self.stop.clone(),
            _namespace: None,
        };
        let begin = Instant::now();
        while !ready(&mut system, container, init)? {
            if begin.elapsed() > BOOT_LIMIT || !matches!(system.keeper.try_wait(), Ok(None)) {
                return Err(failure(&mut system.keeper, &log));
            }
            std::thread::sleep(Duration::from_millis(60));
        }
        Ok(system)
    }

    /// Returns the command that keeps a system alive while its standard input is open, in a session
    /// of its own: what the user types is not for it.
    fn keeper(&self, script: &str, log: &File) -> Result<Command, SystemError> {
        let log = log.try_clone().map_err(|reason| SystemError::Program {
            program: "setsid",
            reason,
        })?;
        let mut keeper = Command::new("setsid");
        keeper
            .args(["unshare", "--mount", "bash", "-c", script, "system"])
            .arg(&self.root)
            .arg(self.size.as_deref().unwrap_or(""))
            .arg(if self.network { "network" } else { "" })
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log);
        Ok(keeper)
    }
}

fn spawn(mut command: Command) -> Result<Child, SystemError> {
    command.spawn().map_err(|reason| SystemError::Program {
        program: "setsid",
        reason,
    })
}

/// Ends what did not start, and returns the error with its last words.
fn failure(keeper: &mut Child, log: &File) -> SystemError {
    end(keeper);
    let log = log.try_clone().map(contents).unwrap_or_default();
    SystemError::Start {
        log: last_lines(&log, 10),
    }
}

/// Ends a system: its keeper sees the pipe close and takes everything along.
pub(super) fn end(keeper: &mut Child) {
    drop(keeper.stdin.take());
    let _ = keeper.wait();
}

fn first_line(keeper: &mut Child) -> String {
    let mut line = String::new();
    if let Some(stdout) = keeper.stdout.take() {
        // At the end of the pipe the line is empty, and the caller shows the log.
        let _ = BufReader::new(stdout).read_line(&mut line);
    }
    line.trim_end().to_owned()
}

/// Finds the system's process 1, then asks its init.
fn ready(system: &mut System, container: u32, init: Init) -> Result<bool, SystemError> {
    if system.leader == 0 {
        let first = children(container)
            .into_iter()
            .find(|&process| is_first(process));
        let Some(leader) = first else {
            return Ok(false);
        };
        system.leader = leader;
    }
    Ok(match init {
        Init::Systemd => {
            // It waits by itself, once systemd can be asked.
            let words = ["systemctl", "is-system-running", "--wait"];
            let state = system.run_within(words, BOOT_LIMIT)?.stdout;
            ["running", "degraded"].contains(&state.trim_end())
        }
        Init::Sysvinit => system.run(["runlevel"])?.stdout.trim_end() == "N 2",
    })
}

/// Returns the processes that a process on this machine has started.
fn children(process: u32) -> Vec<u32> {
    let file = format!("/proc/{process}/task/{process}/children");
    let text = fs::read_to_string(file.as_ref()).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Returns whether a process is number 1 in a namespace of its own.
fn is_first(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status").as_ref()).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("NSpid:"))
        .is_some_and(|numbers| numbers.split_whitespace().nth(1) == Some("1"))
}
