//! Throwaway Debian systems of the library, in the words of tests: what fails, fails the test.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reldeb::internals::rehearse::{Ids, Roots, Start, SystemError, TIMED_OUT};
pub(crate) use reldeb::internals::rehearse::{Init, Process, Snapshot, Variant};

use crate::support::skip;

/// How long a started service may take until it answers.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// The exit status of a command inside a system, and all that it wrote.
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

/// The kept root of a minimal system, only to be read, and the mirror that it was made from.
/// `None`, and a line that says why, where this machine cannot make it.
pub(crate) fn base(suite: &str) -> Option<(PathBuf, String)> {
    let root = provide(suite, Variant::Minbase)?;
    let mirror = reldeb::internals::rehearse::mirror();
    Some((root, mirror.map_err(|reason| skip(&reason)).ok()?))
}

/// The kept root of a suite. `None`, and a line that says why, where this machine cannot make it.
pub(crate) fn provide(suite: &str, variant: Variant) -> Option<PathBuf> {
    provide_with(suite, variant, "")
}

/// As [`provide`], with what satisfies `relations`.
fn provide_with(suite: &str, variant: Variant, relations: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("RELDEB_TEST_ROOTS")
        .map_or_else(|| PathBuf::from("/var/cache/reldeb-tests"), PathBuf::from);
    let roots = Roots {
        folder,
        ids: Ids::Same,
    };
    match roots.provide(suite, variant, relations) {
        Ok(root) => return Some(root),
        Err(SystemError::Missing { program, .. }) => skip(&format!("needs `{program}`")),
        Err(SystemError::Namespaces { reason, .. } | SystemError::NoMirror { reason, .. }) => {
            skip(&reason);
        }
        Err(error) => panic!("{error}"),
    }
    None
}

/// A running Debian system that is gone when the value is dropped.
#[derive(Debug)]
pub(crate) struct System(reldeb::internals::rehearse::System);

impl System {
    /// A minimal system without any init, as in a container image. `None`, and a line that
    /// says why, where this machine cannot start it.
    pub(crate) fn minbase(suite: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Minbase, |_| ())
    }

    /// As [`System::minbase`], with the suite's lintian.
    pub(crate) fn with_lintian(suite: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Lintian, |_| ())
    }

    /// As [`System::minbase`], with the network of this machine: its loopback, for one.
    pub(crate) fn networked(suite: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Minbase, |start| start.network = true)
    }

    /// As [`System::minbase`], with a disk that holds `size` more than the system itself, in
    /// the words of tmpfs(5): `64m`.
    pub(crate) fn small(suite: &str, size: &str) -> Option<Self> {
        Self::without_init(suite, Variant::Minbase, |start| {
            start.size = Some(size.to_owned());
        })
    }

    /// A system booted by `init`, ready when its services are up. `None`, and a line that
    /// says why, where this machine cannot start it.
    pub(crate) fn boot(suite: &str, init: Init) -> Option<Self> {
        Self::boot_with(suite, init, "")
    }

    /// As [`System::boot`], with what satisfies `relations` beside the init.
    pub(crate) fn boot_with(suite: &str, init: Init, relations: &str) -> Option<Self> {
        let variant = match init {
            Init::Systemd => Variant::Systemd,
            Init::Sysvinit => Variant::Sysvinit,
        };
        let root = provide_with(suite, variant, relations)?;
        Some(Self(
            Start::of(root)
                .boot(init)
                .unwrap_or_else(|error| panic!("{error}")),
        ))
    }

    fn without_init(
        suite: &str,
        variant: Variant,
        change: impl FnOnce(&mut Start),
    ) -> Option<Self> {
        let mut start = Start::of(provide(suite, variant)?);
        change(&mut start);
        Some(Self(start.hold().unwrap_or_else(|error| panic!("{error}"))))
    }

    /// Runs a command to its end, in a clean environment, from `/`.
    #[track_caller]
    pub(crate) fn run<Words>(&self, words: Words) -> Output
    where
        Words: IntoIterator,
        Words::Item: AsRef<str>,
    {
        let output = self.0.run(words).unwrap_or_else(|error| panic!("{error}"));
        assert!(output.status != TIMED_OUT, "not done in time: {output:#?}");
        Output {
            command: output.command,
            status: output.status,
            stdout: output.stdout,
            stderr: output.stderr,
        }
    }

    /// Runs a line of shell.
    #[track_caller]
    pub(crate) fn shell(&self, line: &str) -> Output {
        self.run(["sh", "-c", line])
    }

    /// Copies a file of the host into the system, and makes the folders above it.
    #[track_caller]
    pub(crate) fn copy(&self, host: impl AsRef<Path>, inside: &str) {
        let copied = self.0.copy(host.as_ref(), inside);
        copied.unwrap_or_else(|error| panic!("{error}"));
    }

    /// Writes a file of the system. Owner and mode of an existing one stay.
    #[track_caller]
    pub(crate) fn write(&self, inside: &str, content: impl AsRef<[u8]>) {
        let written = self.0.write(inside, content.as_ref());
        written.unwrap_or_else(|error| panic!("{error}"));
    }

    /// The content of a file of the system.
    #[track_caller]
    pub(crate) fn read(&self, inside: &str) -> String {
        self.run(["cat", inside]).success().stdout
    }

    /// Returns whether a path is there; a link counts even where its target is missing.
    #[track_caller]
    pub(crate) fn has(&self, inside: &str) -> bool {
        self.run(["sh", "-c", "test -e \"$1\" || test -L \"$1\"", "sh", inside])
            .status
            == 0
    }

    /// Returns what a path is, its mode and its owner: `directory 0750 orders:orders`.
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
        self.0.snapshot()
    }

    /// The processes of the system, but for its first one.
    pub(crate) fn processes(&self) -> Vec<Process> {
        self.0.processes()
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
        self.0.listening()
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
    pub(crate) fn namespace(&self) -> PathBuf {
        std::fs::read_link(format!("/proc/{}/ns/pid", self.0.leader())).unwrap()
    }

    /// The cgroups made for the system.
    pub(crate) fn cgroups(&self) -> &[PathBuf] {
        self.0.cgroups()
    }
}
