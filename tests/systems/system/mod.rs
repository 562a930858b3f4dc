//! Throwaway Debian systems: a copy-on-write view of a kept root, in namespaces of its
//! own, with a real init or with none.
//!
//! Everything a system mounts lives in its own mount namespace, and its first process
//! ends when the pipe from the test closes: whatever becomes of the test, neither a
//! mount nor a process stays behind.

mod mirror;
mod process;
mod root;
mod snapshot;
mod start;

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) use self::process::Process;
pub(crate) use self::root::Variant;
pub(crate) use self::snapshot::Snapshot;
use crate::support::skip;

/// How long a command inside a system may take before the test fails, in seconds.
const COMMAND_LIMIT: u32 = 300;

/// How long a started service may take until it answers.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// What a command inside a system left: its exit status and what it wrote.
#[derive(Debug)]
pub(crate) struct Output {
    /// The command as it was given, for messages.
    command: String,
    /// The exit status; 128 and the signal's number where one ended it.
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Fails the test, with all that the command wrote, unless it exited with 0.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        self.exits(0)
    }

    /// Fails the test, with all that the command wrote, unless it exited with `status`.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert!(
            self.status == status,
            "`{}` exited with {}, expected {status}\n--- stdout\n{}\n--- stderr\n{}",
            self.command,
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}

/// The first process of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Init {
    /// systemd, as nearly everywhere.
    Systemd,
    /// sysvinit with init scripts.
    Sysvinit,
}

/// The kept root of a minimal system, only to be read, and the mirror that it was made from.
/// `None`, and a line that says why, where this machine cannot make it.
pub(crate) fn base(suite: &str) -> Option<(std::path::PathBuf, String)> {
    let root = root::provide(suite, Variant::Minbase);
    root.and_then(|root| Ok((root, mirror::configured()?)))
        .map_err(|reason| skip(&reason))
        .ok()
}

/// A running Debian system that is gone when the value is dropped.
#[derive(Debug)]
pub(crate) struct System {
    /// The process on the host that keeps the system alive while its standard input is open.
    keeper: Child,
    /// The host's number of the system's process 1.
    leader: u32,
    /// The cgroups made for a booted system, to be removed with it.
    cgroups: Vec<std::path::PathBuf>,
}

impl System {
    /// A minimal system without any init, as in a container image. `None`, and a line that
    /// says why, where this machine cannot start it.
    pub(crate) fn minbase(suite: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Minbase, None)
    }

    /// As [`System::minbase`], with the suite's lintian.
    pub(crate) fn with_lintian(suite: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Lintian, None)
    }

    /// As [`System::minbase`], with a disk that holds `size` more than the system itself, in
    /// the words of tmpfs(5): `64m`.
    pub(crate) fn small(suite: &str, size: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Minbase, Some(size))
    }

    /// A system booted by `init`, ready when its services are up. `None`, and a line that
    /// says why, where this machine cannot start it.
    pub(crate) fn boot(suite: &str, init: Init) -> Option<Self> {
        let variant = match init {
            Init::Systemd => Variant::Systemd,
            Init::Sysvinit => Variant::Sysvinit,
        };
        let root = root::provide(suite, variant)
            .map_err(|reason| skip(&reason))
            .ok()?;
        Some(start::boot(&root, init))
    }

    fn without_init(suite: &str, variant: Variant, size: Option<&str>) -> Option<Self> {
        let root = root::provide(suite, variant)
            .map_err(|reason| skip(&reason))
            .ok()?;
        Some(start::hold(&root, size))
    }

    /// Runs a command to its end, in a clean environment, from `/`.
    #[track_caller]
    pub(crate) fn run<Words>(&self, words: Words) -> Output
    where
        Words: IntoIterator,
        Words::Item: AsRef<str>,
    {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.as_ref().to_owned())
            .collect();
        self.execute(&words, Stdio::null())
    }

    /// Runs a line of shell.
    #[track_caller]
    pub(crate) fn shell(&self, line: &str) -> Output {
        self.run(["sh", "-c", line])
    }

    /// Copies a file of the host into the system, and makes the folders above it.
    #[track_caller]
    pub(crate) fn copy(&self, host: impl AsRef<Path>, inside: &str) {
        let host = host.as_ref();
        let file = std::fs::File::open(host)
            .unwrap_or_else(|error| panic!("cannot open `{}`: {error}", host.display()));
        self.receive(inside, file.into());
    }

    /// Writes a file of the system. Owner and mode of an existing one stay.
    #[track_caller]
    pub(crate) fn write(&self, inside: &str, content: impl AsRef<[u8]>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_ref()).unwrap();
        self.receive(inside, file.reopen().unwrap().into());
    }

    /// The content of a file of the system.
    #[track_caller]
    pub(crate) fn read(&self, inside: &str) -> String {
        self.run(["cat", inside]).success().stdout
    }

    /// Whether a path is there; a link counts even where its target is missing.
    #[track_caller]
    pub(crate) fn has(&self, inside: &str) -> bool {
        self.run(["sh", "-c", "test -e \"$1\" || test -L \"$1\"", "sh", inside])
            .status
            == 0
    }

    /// What a path is, its mode and its owner: `directory 0750 orders:orders`.
    #[track_caller]
    pub(crate) fn entry(&self, inside: &str) -> String {
        let format = "--format=%F %04a %U:%G";
        self.run(["stat", format, inside])
            .success()
            .stdout
            .trim_end()
            .to_owned()
    }

    /// The file system, without what changes by itself, and the accounts.
    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::take(&self.root())
    }

    /// The processes of the system, but for its first one.
    pub(crate) fn processes(&self) -> Vec<Process> {
        process::list(self.leader, &self.root())
    }

    /// The processes that run as a user.
    pub(crate) fn processes_of(&self, user: &str) -> Vec<Process> {
        self.processes()
            .into_iter()
            .filter(|process| process.user == user)
            .collect()
    }

    /// The TCP addresses on which something listens, sorted.
    pub(crate) fn listening(&self) -> Vec<std::net::SocketAddr> {
        process::listening(self.leader)
    }

    /// The TCP ports on which something listens, sorted, each once.
    pub(crate) fn listening_ports(&self) -> Vec<u16> {
        let ports = self.listening().into_iter().map(|address| address.port());
        ports
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect()
    }

    /// Sends a request to a port of 127.0.0.1 and returns the whole answer; an error says
    /// what the client said.
    #[track_caller]
    pub(crate) fn fetch(&self, port: u16, request: &str) -> Result<String, String> {
        const CLIENT: &str = r#"exec 3<>"/dev/tcp/127.0.0.1/$1" && printf %s "$2" >&3 && cat <&3"#;
        let output = self.run(["bash", "-c", CLIENT, "client", &port.to_string(), request]);
        if output.status == 0 {
            Ok(output.stdout)
        } else {
            Err(output.stderr)
        }
    }

    /// Asks for `/` by HTTP until a service answers, and returns the answer's body. Fails the
    /// test where none does in time.
    #[track_caller]
    pub(crate) fn answer(&self, port: u16) -> String {
        let begin = Instant::now();
        loop {
            match self.fetch(port, "GET / HTTP/1.0\r\n\r\n") {
                Ok(answer) if !answer.is_empty() => {
                    let body = answer
                        .split_once("\r\n\r\n")
                        .map(|(_head, body)| body.to_owned());
                    return body.unwrap_or(answer);
                }
                Ok(_) => {}
                Err(reason) => {
                    assert!(
                        begin.elapsed() < ANSWER_LIMIT,
                        "nothing answers on port {port}: {reason}\n{:#?}",
                        self.processes()
                    );
                }
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// The namespace of the system's processes, as the host's /proc names it.
    pub(crate) fn namespace(&self) -> std::path::PathBuf {
        std::fs::read_link(format!("/proc/{}/ns/pid", self.leader)).unwrap()
    }

    /// The cgroups made for the system.
    pub(crate) fn cgroups(&self) -> &[std::path::PathBuf] {
        &self.cgroups
    }

    /// The system's file tree as seen from the host. Its absolute links lead to the host's
    /// files: only for looking without following.
    fn root(&self) -> std::path::PathBuf {
        std::path::PathBuf::from(format!("/proc/{}/root/", self.leader))
    }

    #[track_caller]
    fn receive(&self, inside: &str, content: Stdio) {
        let script = r#"mkdir -p "$(dirname "$1")" && cat >"$1""#;
        let words = ["sh", "-c", script, "sh", inside].map(str::to_owned);
        self.execute(&words, content).success();
    }

    /// The output goes to files: a daemon that holds a pipe open would hold up the test.
    #[track_caller]
    fn execute(&self, words: &[String], input: Stdio) -> Output {
        let files = [tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap()];
        let [stdout, stderr] = files.each_ref().map(|file| file.try_clone().unwrap());
        let status = self
            .command()
            .args(["timeout", "--kill-after=5", &COMMAND_LIMIT.to_string()])
            .args(words)
            .stdin(input)
            .stdout(stdout)
            .stderr(stderr)
            .status()
            .unwrap_or_else(|error| panic!("cannot run nsenter: {error}"));
        let [stdout, stderr] = files.map(contents);
        let output = Output {
            command: words.join(" "),
            status: number(status),
            stdout,
            stderr,
        };
        assert!(
            output.status != 124,
            "not done after {COMMAND_LIMIT} s: {output:#?}"
        );
        output
    }

    /// A command that enters all namespaces of the system with a clean environment.
    fn command(&self) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.leader.to_string(), "--all", "--"])
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
        start::stop(&mut self.keeper, &self.cgroups);
    }
}

fn number(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

fn contents(mut file: std::fs::File) -> String {
    use std::io::{Read as _, Seek as _};
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
