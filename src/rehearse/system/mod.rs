//! `System`: a throwaway Debian system, a copy-on-write view of a kept root in namespaces of its own,
//! with a real init or with none.
//!
//! Everything a system mounts lives in its own mount namespace, and its first process ends when the
//! pipe from this process closes: whatever becomes of this process, neither a mount nor a process
//! stays behind.

mod accounts;
mod cgroups;
mod error;
mod ids;
mod inside;
mod mirror;
mod process;
mod root;
mod snapshot;
mod start;

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(crate) use accounts::Account;
pub use error::SystemError;
pub use ids::Ids;
pub use mirror::configured as mirror;
pub use process::Process;
pub use root::{Roots, Variant};
pub(crate) use snapshot::Change;
pub use snapshot::Snapshot;
pub use start::Start;

pub(super) use inside::of_machine;

use crate::fs;

/// A flag that ends whatever is waited for, once it is set.
pub type Stop = Arc<AtomicBool>;

/// The time that a command inside a system may take where nothing else is said.
pub(crate) const COMMAND_LIMIT: Duration = Duration::from_secs(300);

/// The time after its limit that a command has to end.
const GRACE: Duration = Duration::from_secs(15);

/// The most bytes that a command may write.
const OUTPUT_LIMIT: u64 = 64 << 20;

/// The status of a command that was ended at its limit: that of timeout(1).
pub const TIMED_OUT: i32 = 124;

/// The first process of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Init {
    /// systemd, as nearly everywhere.
    Systemd,
    /// sysvinit with init scripts.
    Sysvinit,
}

/// The outcome of a command inside a system.
#[derive(Debug, Clone)]
pub struct Output {
    /// The command as it was given, for messages.
    pub command: String,
    /// The exit status; 128 and the signal's number where one ended it, [`TIMED_OUT`] where its time
    /// was over.
    pub status: i32,
    /// The text on its standard output.
    pub stdout: String,
    /// The text on its standard error.
    pub stderr: String,
    /// The time that it took.
    pub took: Duration,
}

/// A running Debian system that is gone when the value is dropped.
#[derive(Debug)]
pub struct System {
    /// The process here that keeps the system alive while its standard input is open.
    keeper: Child,
    /// The number here of the system's process 1.
    leader: u32,
    /// The cgroups made for a booted system, to be removed with it.
    cgroups: cgroups::Cgroups,
    ids: Ids,
    stop: Stop,
    /// The user namespace of a system without init.
    _namespace: Option<ids::UserNamespace>,
}

impl System {
    /// Runs a command to its end, in a clean environment, from `/`.
    ///
    /// # Errors
    /// [`SystemError`] where it cannot be run, or does not end.
    pub fn run<Words>(&self, words: Words) -> Result<Output, SystemError>
    where
        Words: IntoIterator,
        Words::Item: AsRef<str>,
    {
        self.run_within(words, COMMAND_LIMIT)
    }

    /// Runs a command to its end or to a limit of time.
    ///
    /// # Errors
    /// [`SystemError`] where it cannot be run, or does not end though it is told to.
    pub fn run_within<Words>(&self, words: Words, limit: Duration) -> Result<Output, SystemError>
    where
        Words: IntoIterator,
        Words::Item: AsRef<str>,
    {
        let words = words.into_iter();
        let words: Vec<String> = words.map(|word| word.as_ref().to_owned()).collect();
        self.execute(&words, Stdio::null(), limit)
    }

    /// Copies a file of this machine into the system, and makes the folders above it. Owner and mode
    /// of one that is there stay.
    ///
    /// # Errors
    /// [`SystemError`] where it cannot be read or written.
    pub fn copy(&self, host: &Path, inside: &str) -> Result<(), SystemError> {
        self.receive(inside, fs::open(host)?.into())
    }

    /// Writes a file of the system. Owner and mode of one that is there stay.
    ///
    /// # Errors
    /// [`SystemError`] where it cannot be written.
    pub fn write(&self, inside: &str, content: &[u8]) -> Result<(), SystemError> {
        let mut file = temporary()?;
        let written = file.write_all(content).and_then(|()| file.rewind());
        written.map_err(|error| fs::FsError::new("write below", std::env::temp_dir(), error))?;
        self.receive(inside, file.into())
    }

    /// Returns the file system, without what changes by itself, and the accounts.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::take(&self.root(), self.ids, None)
    }

    /// Returns the same as [`System::snapshot`], without reading the files that are as they were.
    #[must_use]
    pub fn snapshot_after(&self, earlier: &Snapshot) -> Snapshot {
        Snapshot::take(&self.root(), self.ids, Some(earlier))
    }

    /// Returns the processes of the system, but for its first one.
    #[must_use]
    pub fn processes(&self) -> Vec<Process> {
        process::list(self.leader, &self.root(), self.ids)
    }

    /// Returns the TCP addresses on which something listens, sorted.
    #[must_use]
    pub fn listening(&self) -> Vec<SocketAddr> {
        process::listening(self.leader)
    }

    /// Returns the number on this machine of the system's process 1.
    #[must_use]
    pub fn leader(&self) -> u32 {
        self.leader
    }

    /// Returns the cgroups made for the system.
    #[must_use]
    pub fn cgroups(&self) -> &[PathBuf] {
        &self.cgroups.0
    }

    /// Returns the text of a file of the system, following no link; `None` where there is none.
    #[must_use]
    pub fn text(&self, inside: &str) -> Option<String> {
        inside::read(&self.root(), inside).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Returns the system's file tree as seen from here. Its absolute links lead to the files of this
    /// machine: only for looking without following.
    fn root(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root/", self.leader))
    }

    fn receive(&self, inside: &str, content: Stdio) -> Result<(), SystemError> {
        let script = r#"mkdir -p "$(dirname "$1")" && cat >"$1""#;
        let words = ["sh", "-c", script, "sh", inside].map(str::to_owned);
        let output = self.execute(&words, content, COMMAND_LIMIT)?;
        if output.status == 0 {
            return Ok(());
        }
        let reason = std::io::Error::other(output.stderr.trim_end().to_owned());
        Err(fs::FsError::new("write in the system", inside, reason).into())
    }

    /// The output goes to files: a daemon that holds a pipe open would hold up the caller.
    fn execute(
        &self,
        words: &[String],
        input: Stdio,
        limit: Duration,
    ) -> Result<Output, SystemError> {
        let (stdout, stderr) = (temporary()?, temporary()?);
        let unusable = |reason| SystemError::Program {
            program: "nsenter",
            reason,
        };
        let begin = Instant::now();
        let mut child = self
            .command()
            .args(["timeout", "--kill-after=5", &limit.as_secs().to_string()])
            .args(words)
            .stdin(input)
            .stdout(stdout.try_clone().map_err(unusable)?)
            .stderr(stderr.try_clone().map_err(unusable)?)
            .spawn()
            .map_err(unusable)?;
        let command = || words.join(" ");
        let mut pause = Duration::from_millis(1);
        let status = loop {
            if let Some(status) = child.try_wait().map_err(unusable)? {
                break status;
            }
            let size = |file: &File| file.metadata().map_or(0, |data| data.len());
            let failure = if self.stop.load(Ordering::Relaxed) {
                SystemError::Interrupted
            } else if begin.elapsed() > limit + GRACE {
                let command = command();
                SystemError::Endless { command, limit }
            } else if size(&stdout).max(size(&stderr)) > OUTPUT_LIMIT {
                SystemError::Chatty {
                    command: command(),
                    limit: OUTPUT_LIMIT,
                }
            } else {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(20));
                continue;
            };
            let _ = child.kill();
            let _ = child.wait();
            return Err(failure);
        };
        Ok(Output {
            command: command(),
            status: number(status),
            took: begin.elapsed(),
            stdout: contents(stdout),
            stderr: contents(stderr),
        })
    }

    /// Returns the options of nsenter(1) for the namespaces that are not those of this process, which an
    /// ordinary user may not enter.
    fn namespaces(&self) -> impl Iterator<Item = String> {
        let all = ["user", "mnt", "uts", "ipc", "net", "pid", "cgroup", "time"];
        let others = all.into_iter().filter(|kind| {
            let of =
                |process: &str| fs::read_link(format!("/proc/{process}/ns/{kind}").as_ref()).ok();
            of("self") != of(&self.leader.to_string())
        });
        others.map(|kind| match kind {
            "mnt" => "--mount".to_owned(),
            kind => format!("--{kind}"),
        })
    }

    /// Returns a command that enters all namespaces of the system with a clean environment, in a
    /// session of its own: it can put no words into the mouth of this terminal.
    fn command(&self) -> Command {
        let mut command = Command::new("setsid");
        command
            .args(["--wait", "nsenter", "--target", &self.leader.to_string()])
            .args(self.namespaces())
            .arg("--")
            .env_clear()
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .env("HOME", "/root")
            .env("LANG", "C.UTF-8")
            .env("TERM", "dumb")
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

impl Drop for System {
    fn drop(&mut self) {
        start::end(&mut self.keeper);
    }
}

fn temporary() -> Result<File, SystemError> {
    tempfile::tempfile().map_err(|error| {
        fs::FsError::new("make a temporary file in", std::env::temp_dir(), error).into()
    })
}

fn number(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

fn contents(mut file: File) -> String {
    let mut bytes = Vec::new();
    // It is open and was just written.
    let _ = file.rewind();
    let _ = file.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
