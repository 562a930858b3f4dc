//! Running the built command in a temporary folder and comparing all that it says.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// One run of `reldeb` and what is expected of it. Everything is compared to the letter;
/// what is not named is expected to be empty, the exit status to be 0.
///
/// In arguments and expected output, `[DIR]` stands for the temporary folder.
#[must_use]
#[derive(Debug)]
pub(crate) struct Test {
    directory: TempDir,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    status: i32,
    stdout: Option<String>,
    stderr: Option<String>,
    nobody: bool,
}

impl Test {
    pub(crate) fn new() -> Self {
        Self {
            directory: TempDir::new().unwrap(),
            arguments: Vec::new(),
            environment: BTreeMap::new(),
            status: 0,
            stdout: Some(String::new()),
            stderr: Some(String::new()),
            nobody: false,
        }
    }

    /// Writes `reldeb.toml`.
    pub(crate) fn manifest(self, text: &str) -> Self {
        self.file("reldeb.toml", unindent(text))
    }

    /// Writes a file of mode 0644, and the folders above it.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.file_with_mode(path, content, 0o644)
    }

    /// Writes a file of mode 0755, and the folders above it.
    pub(crate) fn executable(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.file_with_mode(path, content, 0o755)
    }

    /// Writes a file of any mode, whatever the umask, and the folders above it.
    pub(crate) fn file_with_mode(self, path: &str, content: impl AsRef<[u8]>, mode: u32) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.above(path);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        self
    }

    /// Makes a folder and those above it.
    pub(crate) fn directory(self, path: &str) -> Self {
        std::fs::create_dir_all(self.path(path)).unwrap();
        self
    }

    /// Makes a folder of any mode, whatever the umask.
    pub(crate) fn directory_with_mode(self, path: &str, mode: u32) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let test = self.directory(path);
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(test.path(path), mode).unwrap();
        test
    }

    /// Makes a link and the folders above it.
    pub(crate) fn symlink(self, path: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.above(path)).unwrap();
        self
    }

    /// Adds arguments of the command.
    pub(crate) fn args<Words>(mut self, words: Words) -> Self
    where
        Words: IntoIterator,
        Words::Item: AsRef<str>,
    {
        let folder = self.folder();
        let words = words
            .into_iter()
            .map(|word| word.as_ref().replace("[DIR]", &folder));
        self.arguments.extend(words);
        self
    }

    /// Sets a variable of the otherwise clean environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Expects an exit status.
    pub(crate) fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Expects exactly this on standard output.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = Some(unindent(text));
        self
    }

    /// Expects exactly this on standard error.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = Some(unindent(text));
        self
    }

    /// Runs the command as a user who may not do everything, also where the test is root's.
    pub(crate) fn by_nobody(mut self) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let all = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(self.directory.path(), all).unwrap();
        self.nobody = is_root();
        self
    }

    /// Leaves standard output to the test's own look at the [`Outcome`].
    pub(crate) fn any_stdout(mut self) -> Self {
        self.stdout = None;
        self
    }

    /// Leaves standard error to the test's own look at the [`Outcome`].
    pub(crate) fn any_stderr(mut self) -> Self {
        self.stderr = None;
        self
    }

    /// A path of the temporary folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Runs the command in the temporary folder and compares.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        let program = env!("CARGO_BIN_EXE_reldeb");
        let mut command = Command::new(if self.nobody { "setpriv" } else { program });
        if self.nobody {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
        }
        let output = command
            .args(&self.arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.directory.path())
            .envs(&self.environment)
            .output()
            .unwrap();
        let folder = self.folder();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "[DIR]");
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let status = output.status.code().unwrap_or(-1);
        let same = |expected: &Option<String>, actual: &String| {
            expected.as_ref().is_none_or(|expected| expected == actual)
        };
        assert!(
            status == self.status && same(&self.stdout, &stdout) && same(&self.stderr, &stderr),
            "`reldeb {}` differs from what is expected\n{}{}{}",
            self.arguments.join(" "),
            difference(
                "status",
                Some(&self.status.to_string()),
                &status.to_string()
            ),
            difference("stdout", self.stdout.as_deref(), &stdout),
            difference("stderr", self.stderr.as_deref(), &stderr),
        );
        Outcome {
            directory: self.directory,
            stdout,
            stderr,
        }
    }

    fn folder(&self) -> String {
        self.directory.path().to_string_lossy().into_owned()
    }

    fn above(&self, path: &str) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }
}

/// The remains of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    directory: TempDir,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// A path of the temporary folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// A file of the temporary folder.
    #[track_caller]
    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.path(path)).unwrap_or_else(|error| panic!("`{path}`: {error}"))
    }

    /// The names in a folder of the temporary folder, sorted.
    #[track_caller]
    pub(crate) fn names(&self, path: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(path)).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The folder of this project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns whether the tests run as root.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// Why a test may be skipped in CI too; whatever else is skipped there fails.
const ALLOWED_IN_CI: [(&str, &str); 2] = [
    ("root may read everything", "CI runs as root"),
    ("needs a mirror that serves nonesuch", "the test is of this"),
];

/// Says why a test is skipped, past the capture of the test runner: nobody would see it
/// otherwise.
///
/// In CI, where all is there, it fails the test.
#[track_caller]
pub(crate) fn skip(reason: &str) {
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let allowed = ALLOWED_IN_CI.iter().any(|(known, _)| *known == reason);
    assert!(allowed || !in_ci, "skipped in CI: {reason}");
    let name = std::thread::current().name().unwrap_or("test").to_owned();
    // In one write, so that the lines of tests that run at the same time stay whole.
    let _ = std::io::stderr().write_all(format!("skipped: {reason}: {name}\n").as_bytes());
}

/// Returns whether a condition holds now or within ten seconds.
pub(crate) fn eventually(condition: impl Fn() -> bool) -> bool {
    for _ in 0..200 {
        if condition() {
            return true;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    condition()
}

/// Removes the first line break and the indentation that all lines share, so that expected
/// text can stand in a test as indented as its code.
pub(crate) fn unindent(text: &str) -> String {
    let Some(text) = text.strip_prefix('\n') else {
        return text.to_owned();
    };
    // The last line holds the closing quote.
    let text = text.trim_end_matches(' ');
    let shared = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    text.split_inclusive('\n')
        .map(|line| {
            line.get(shared..)
                .unwrap_or_else(|| line.trim_start_matches(' '))
        })
        .collect()
}

/// Both texts where they differ, with the first line that does.
fn difference(what: &str, expected: Option<&str>, actual: &str) -> String {
    let Some(expected) = expected.filter(|expected| *expected != actual) else {
        return format!("--- {what}\n{actual}\n");
    };
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(left, right)| left == right);
    let line = same.count() + 1;
    format!("--- {what}, from line {line}: expected\n{expected}\n--- {what}: actual\n{actual}\n")
}

#[test]
fn indented_text_loses_what_its_lines_share() {
    let cases = [
        ("a\n  b\n", "a\n  b\n"),
        ("\n    a\n      b\n    ", "a\n  b\n"),
        ("\n    a\n\n    b\n    ", "a\n\nb\n"),
        ("\n    a", "a"),
    ];
    for (text, expected) in cases {
        assert_eq!(unindent(text), expected, "{text:?}");
    }
}
