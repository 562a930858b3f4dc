//! Files beside the program that a project has for its package: manual pages, completions of shells,
//! units of systemd.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The folder of Cargo's release directory in which build scripts write.
const CARGO_OUT: &str = "build";

/// The number of folders below the project's in which files are looked for.
const DEPTH: usize = 4;

/// The number of files that are looked at.
const MOST_FILES: usize = 20_000;

/// The bytes at the start of a file that tell what it is.
const HEAD: u64 = 4096;

/// Folders of what others made.
const OF_OTHERS: [&str; 7] = [
    "_build",
    "build",
    "deps",
    "node_modules",
    "target",
    "tests",
    "vendor",
];

/// Returns the sources of such files, relative to the project, by their paths on the target; a source
/// that stands for several files is there as often. `release` is the directory of the release, in which Cargo has what build scripts write.
pub(super) fn found(project: &Path, release: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let root = |directory: &Path| {
        let is_empty = directory.as_os_str().is_empty();
        if is_empty {
            PathBuf::from(".")
        } else {
            directory.to_owned()
        }
    };
    let own = walkdir::WalkDir::new(root(project))
        .sort_by_file_name()
        .max_depth(DEPTH)
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !name.starts_with('.') && !OF_OTHERS.contains(&&*name)
        });
    for entry in own.flatten().take(MOST_FILES) {
        if let Some(target) = target(entry.path()) {
            let source = entry.path().strip_prefix(root(project));
            let source = source.unwrap_or(entry.path()).to_owned();
            found.entry(target).or_default().push(source);
        }
    }
    // A build script writes into build/NAME-HASH/out, and the hash is another one after the next build.
    let made = project.join(release).join(CARGO_OUT);
    let made = walkdir::WalkDir::new(&made)
        .sort_by_file_name()
        .max_depth(DEPTH + 2)
        .into_iter();
    for entry in made.flatten().take(MOST_FILES) {
        if let Some(target) = target(entry.path())
            && let Ok(below) = entry.path().strip_prefix(project.join(release))
            && let Some(source) = without_hash(below)
        {
            found.entry(target).or_default().push(release.join(source));
        }
    }
    found
}

/// Returns `build/NAME-*/out/FILE` of `build/NAME-HASH/out/FILE`.
fn without_hash(path: &Path) -> Option<PathBuf> {
    let mut parts = path.components();
    let (build, folder) = (parts.next()?, parts.next()?.as_os_str().to_str()?);
    let (name, _) = folder.rsplit_once('-')?;
    let rest = parts.as_path();
    rest.starts_with("out")
        .then(|| Path::new(&build).join(format!("{name}-*")).join(rest))
}

/// Returns the path on the target of a file that is one of these, by its name and its first lines.
fn target(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-+@".contains(c);
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) => (stem, extension),
        None => (name, ""),
    };
    if stem.is_empty() || !name.chars().all(legal) || !path.is_file() {
        return None;
    }
    let starts = |signs: &[&str]| {
        let text = head(path).unwrap_or_default();
        text.lines()
            .any(|line| signs.iter().any(|sign| line.trim_start().starts_with(sign)))
    };
    match extension {
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" => {
            starts(&[".TH ", ".Dt "]).then(|| format!("/usr/share/man/man{extension}/{name}"))
        }
        "service" => unit(name, starts(&["[Service]"])),
        "socket" => unit(name, starts(&["[Socket]"])),
        "timer" => unit(name, starts(&["[Timer]"])),
        "bash" | "bash-completion" => starts(&["complete -", "complete \""])
            .then(|| format!("/usr/share/bash-completion/completions/{stem}")),
        "fish" => {
            starts(&["complete "]).then(|| format!("/usr/share/fish/vendor_completions.d/{name}"))
        }
        "" | "zsh" => starts(&["#compdef"]).then(|| {
            let command = stem.trim_start_matches('_');
            format!("/usr/share/zsh/vendor-completions/_{command}")
        }),
        _ => None,
    }
}

fn unit(name: &str, is_one: bool) -> Option<String> {
    is_one.then(|| format!("/usr/lib/systemd/system/{name}"))
}

/// Returns the start of a file; `None` for one that is no text.
fn head(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let file = crate::fs::open(path).ok()?;
    file.take(HEAD).read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    (!text.contains('\0')).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_build_is_left_open() {
        let of = |path: &str| without_hash(Path::new(path));
        assert_eq!(
            of("build/app-tool-0123abcd/out/man/app.1"),
            Some(PathBuf::from("build/app-tool-*/out/man/app.1"))
        );
        assert_eq!(of("build/app-0123abcd/build-script"), None);
    }
}
