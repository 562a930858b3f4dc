//! The build systems whose installation `dh_auto_install` calls.

use super::Package;
use super::folder::Folder;
use super::listed::Listed;
use crate::fs;
use crate::import::{ImportError, control_text};

/// Files by which debhelper finds that a project has an installation of its own; a makefile needs a target.
const FILES: [&str; 9] = [
    "Build.PL",
    "CMakeLists.txt",
    "Makefile.PL",
    "build.xml",
    "configure",
    "meson.build",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
];
const MAKEFILES: [&str; 4] = ["GNUmakefile", "makefile", "Makefile", "Makefile.in"];

/// An installation of the project's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Installation {
    /// One of its own, such as `make install`.
    Own,
    /// That of dh-cargo: `cargo install` into the one package with programs.
    Cargo,
    /// That of dh-golang: what `go install` has built, and the sources.
    Golang,
}

impl Installation {
    /// Returns what it gives, and what to do before `reldeb build`.
    pub(super) fn said(self, package: &Package<'_>, folder: &Folder<'_>) -> (String, String) {
        let run = "run `debian/rules build` and `dh_auto_install` before `reldeb build`";
        let (tool, built) = match self {
            Self::Own => {
                return (
                    "the files that the project installs".to_owned(),
                    run.to_owned(),
                );
            }
            Self::Cargo => ("cargo", "target/release"),
            Self::Golang => ("go", "_build/bin"),
        };
        let program = match self {
            Self::Cargo => name_of_crate(folder),
            _ => name_of_module(folder),
        };
        let program = program.unwrap_or_else(|| package.name.to_string());
        let hint = format!(
            "{run}, or build them by yourself and write `\"/usr/bin/{program}\" = \
             \"{built}/{program}\"` in the place of `\"/\"` below `[files]`"
        );
        (format!("the programs that `{tool}` builds"), hint)
    }
}

/// Returns the installation that gives files of a package. Where `is_whole`, it is alone and nothing else chooses them.
pub(super) fn of(
    package: &Package<'_>,
    is_whole: bool,
    folder: &Folder<'_>,
    listed: &Listed,
) -> Result<Option<Installation>, ImportError> {
    if !folder.rules.installs() {
        return Ok(None);
    }
    let named = folder.rules.build_system();
    let is_there = |name: &str| folder.on_disk(name).is_file();
    let is_cargo = match named {
        Some(name) => name == "cargo",
        None => is_there("Cargo.toml") && needs(folder, &["dh-cargo", "dh-sequence-cargo"])?,
    };
    let mut targets = listed.targets();
    if is_cargo {
        let is_program = package.may_have_programs()
            && !package.name.as_str().starts_with("librust-")
            && !targets.any(|target| target.starts_with("/usr/bin/"));
        return Ok(is_program.then_some(Installation::Cargo));
    }
    if !is_whole {
        return Ok(None);
    }
    let asks_golang = || -> Result<bool, ImportError> {
        let packages = ["dh-golang", "dh-sequence-golang"];
        Ok(folder.rules.has_addon("golang") || needs(folder, &packages)?)
    };
    let is_golang = match named {
        Some(name) => name == "golang",
        None => is_there("go.mod") && asks_golang()?,
    };
    if is_golang {
        return Ok(Some(Installation::Golang));
    }
    Ok(has_own(folder)?.then_some(Installation::Own))
}

/// Returns whether the source package needs one of some packages at its build.
fn needs(folder: &Folder<'_>, packages: &[&str]) -> Result<bool, ImportError> {
    let path = folder.on_disk("debian/control");
    let stanzas = control_text::read_all(&path, &fs::read_small(&path)?)?;
    let fields = ["Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep"];
    let source = stanzas.first().map(|placed| &placed.stanza);
    let values = fields.iter().filter_map(|field| source?.get(field));
    let mut words = values.flat_map(|value| value.split([' ', ',', '\n', '\t', '(', ':']));
    Ok(words.any(|word| packages.contains(&word)))
}

/// Returns whether debhelper finds an installation of the project's own.
fn has_own(folder: &Folder<'_>) -> Result<bool, ImportError> {
    if FILES.iter().any(|it| folder.on_disk(it).is_file()) {
        return Ok(true);
    }
    for name in MAKEFILES {
        let path = folder.on_disk(name);
        if path.is_file() {
            let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
            let mut targets = text.lines().filter_map(|line| line.split_once(':'));
            return Ok(targets.any(|(names, _)| names.split_whitespace().any(|it| it == "install")));
        }
    }
    Ok(false)
}

/// Returns the name of the program of a Cargo.toml.
fn name_of_crate(folder: &Folder<'_>) -> Option<String> {
    let text = fs::read_small_text(&folder.on_disk("Cargo.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let of_program = table.get("bin").and_then(|it| it.get(0)?.get("name"));
    let name = of_program.or_else(|| table.get("package")?.get("name"));
    Some(name?.as_str()?.to_owned())
}

/// Returns the name of the program at the root of a go.mod.
fn name_of_module(folder: &Folder<'_>) -> Option<String> {
    let text = fs::read_small_text(&folder.on_disk("go.mod")).ok()?;
    let mut lines = text.lines().map(str::trim);
    let module = lines.find_map(|line| line.strip_prefix("module "))?;
    let is_version = |name: &&str| {
        let digits = name.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    };
    let mut names = module.trim().rsplit('/');
    Some(names.find(|name| !is_version(name))?.to_owned())
}
