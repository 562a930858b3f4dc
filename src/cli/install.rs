//! `reldeb build --install`: the packages are given to apt or dpkg, which ask and say what they always do.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::pipeline::{Built, Prepared};

use super::session::{Environment, Failure, Session};

/// The words that install packages: also the same version once more, and an older one.
const APT: [&str; 4] = ["apt-get", "install", "--reinstall", "--allow-downgrades"];
const DPKG: [&str; 2] = ["dpkg", "--install"];

/// Returns the packages that one installs: not those of debug symbols.
pub(super) fn worth_installing<'a>(
    prepared: &'a Prepared,
    built: &'a [Built],
) -> impl Iterator<Item = &'a Path> {
    let pairs = prepared.packages.iter().zip(built);
    let installed = pairs.filter(|(package, _)| package.deployment.is_some());
    installed.map(|(_, built)| built.path.as_path())
}

/// The command that installs packages.
#[derive(Debug)]
pub(super) struct Installer {
    words: Vec<&'static str>,
}

impl Installer {
    /// Finds it, before anything is written.
    pub(super) fn find(environment: &Environment) -> Result<Self, Failure> {
        let has = |name: &str| is_on_path(name, environment);
        let mut words = Vec::new();
        if !is_root() {
            if !has("sudo") {
                let hint = "build without `--install`, and install the package as root".to_owned();
                return Err(
                    Failure::new("only root can install, and there is no `sudo`".into())
                        .with_hint(hint),
                );
            }
            words.push("sudo");
        }
        if has(APT[0]) {
            words.extend(APT);
        } else if has(DPKG[0]) {
            words.extend(DPKG);
        } else {
            let hint = "install the package on a machine with Debian or Ubuntu".to_owned();
            let message = "neither `apt-get` nor `dpkg` is on this machine".to_owned();
            return Err(Failure::new(message).with_hint(hint));
        }
        Ok(Self { words })
    }

    /// Installs packages. What the command prints goes to standard error.
    pub(super) fn run(&self, paths: &[&Path], session: &Session) -> Result<(), Failure> {
        let line = shown(&self.words, paths);
        session.tell_run(&line);
        let status = Command::new(self.words[0])
            .args(&self.words[1..])
            .args(paths.iter().map(|path| relative(path)))
            .stdout(Stdio::from(io::stderr()))
            .status()
            .map_err(|error| Failure::new(format!("cannot run `{line}`: {error}")))?;
        if status.success() {
            return Ok(());
        }
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        let message = format!("`{line}` ended with {status}");
        Err(Failure::of_command(message, code.unwrap_or(1)))
    }
}

/// Returns a command about packages as one would type it.
pub(super) fn shown(words: &[&str], paths: &[&Path]) -> String {
    let words = words.iter().map(ToString::to_string);
    let paths = paths
        .iter()
        .map(|path| quoted(&relative(path).to_string_lossy()));
    words.chain(paths).collect::<Vec<_>>().join(" ")
}

/// Returns a path that apt takes for a file, and nobody for an option.
fn relative(path: &Path) -> PathBuf {
    match path.components().next() {
        Some(std::path::Component::Normal(_)) => Path::new(".").join(path),
        _ => path.to_owned(),
    }
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "./_-+~:,@%=".contains(c);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn is_on_path(name: &str, environment: &Environment) -> bool {
    let path = environment.get("PATH").map_or("", String::as_str);
    std::env::split_paths(path).any(|folder| folder.join(name).is_file())
}

/// Returns whether this process is root's; where that cannot be known, it is not.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    Path::new("/proc/self")
        .metadata()
        .is_ok_and(|it| it.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_a_shell_takes_them() {
        for (path, expected) in [
            ("dist/x_1.0_all.deb", "i ./dist/x_1.0_all.deb"),
            ("/a/x.deb", "i /a/x.deb"),
            ("../x.deb", "i ../x.deb"),
            ("-y.deb", "i ./-y.deb"),
            ("it's x.deb", r"i './it'\''s x.deb'"),
        ] {
            assert_eq!(shown(&["i"], &[Path::new(path)]), expected);
        }
    }
}
