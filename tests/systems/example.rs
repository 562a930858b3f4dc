//! Packages of the examples, built on the spot: the release by its own tools, the package
//! by the built command.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::project;
use crate::support::skip;

/// The package of `examples/relx-release` in two versions that follow each other.
pub(crate) struct Orders {
    /// 1.4.0, as it is in the example.
    pub(crate) first: PathBuf,
    /// 1.5.0, the same with another number.
    pub(crate) second: PathBuf,
    /// Keeps both until the end of the test run.
    _directory: TempDir,
}

impl Orders {
    /// `None`, and a line that says why, where there is no rebar3.
    pub(crate) fn packages() -> Option<&'static Self> {
        static ORDERS: LazyLock<Option<Orders>> = LazyLock::new(Orders::build);
        if ORDERS.is_none() {
            skip("needs `rebar3`");
        }
        ORDERS.as_ref()
    }

    fn build() -> Option<Self> {
        Command::new("rebar3").arg("--version").output().ok()?;
        let directory = TempDir::new().unwrap();
        let package = |version: &str| {
            let folder = directory.path().join(version);
            build_orders(&folder, version, &[])
        };
        let (first, second) = (package("1.4.0"), package("1.5.0"));
        Some(Self {
            first,
            second,
            _directory: directory,
        })
    }
}

/// A text of an example's file, and what comes in its place.
pub(crate) type Replaced<'a> = (&'a str, &'a str, &'a str);

/// Builds the example in a version, with texts replaced.
fn build_orders(folder: &Path, version: &str, replaced: &[Replaced<'_>]) -> PathBuf {
    let sources = ["rebar.config", "reldeb.toml", "config", "rel", "src"];
    copy_sources("relx-release", &sources, folder);
    for file in ["rebar.config", "src/orders.app.src"] {
        replace(&folder.join(file), "1.4.0", version);
    }
    for (file, old, new) in replaced {
        replace(&folder.join(file), old, new);
    }
    let mut release = Command::new("rebar3");
    release.args(["as", "prod", "release"]);
    successful(release.current_dir(folder));
    build_package(folder)
}

/// The package of `examples/relx-release` in another version, with texts of its files replaced. `None`, and a line that says why, where there is no rebar3.
pub(crate) fn orders_with(version: &str, replaced: &[Replaced<'_>]) -> Option<(TempDir, PathBuf)> {
    Orders::packages()?;
    let directory = TempDir::new().unwrap();
    let package = build_orders(directory.path(), version, replaced);
    Some((directory, package))
}

/// The release of `examples/relx-release` with TLS in it, its package with all libraries that a
/// minimal system lacks. `None`, and a line that says why, where there is no rebar3.
pub(crate) fn orders_with_tls() -> Option<(TempDir, PathBuf)> {
    if Command::new("rebar3").arg("--version").output().is_err() {
        skip("needs `rebar3`");
        return None;
    }
    let directory = TempDir::new().unwrap();
    let sources = ["rebar.config", "reldeb.toml", "config", "rel", "src"];
    copy_sources("relx-release", &sources, directory.path());
    let path = |name: &str| directory.path().join(name);
    replace(&path("rebar.config"), "sasl, orders", "sasl, ssl, orders");
    replace(
        &path("reldeb.toml"),
        "[release]",
        "[release]\nbundle-libraries = true\nexclude = [\"preset:runtime\"]",
    );
    let mut release = Command::new("rebar3");
    release.args(["as", "prod", "release"]);
    successful(release.current_dir(&directory));
    let package = build_package(directory.path());
    Some((directory, package))
}

/// The package of `examples/elixir-release`. `None`, and a line that says why, where there is
/// no mix.
pub(crate) fn tally() -> Option<&'static Path> {
    static TALLY: LazyLock<Option<(TempDir, PathBuf)>> = LazyLock::new(|| {
        Command::new("mix").arg("--version").output().ok()?;
        let directory = TempDir::new().unwrap();
        let package = build_tally(directory.path(), "0.3.0", &[]);
        Some((directory, package))
    });
    if TALLY.is_none() {
        skip("needs `mix`");
    }
    TALLY
        .as_ref()
        .map(|(_directory, package)| package.as_path())
}

/// The package of `examples/elixir-release` in another version, with texts of its files replaced. `None`, and a line that says why, where there is no mix.
pub(crate) fn tally_with(version: &str, replaced: &[Replaced<'_>]) -> Option<(TempDir, PathBuf)> {
    tally()?;
    let directory = TempDir::new().unwrap();
    let package = build_tally(directory.path(), version, replaced);
    Some((directory, package))
}

fn build_tally(folder: &Path, version: &str, replaced: &[Replaced<'_>]) -> PathBuf {
    let sources = ["mix.exs", "reldeb.toml", "config", "lib"];
    copy_sources("elixir-release", &sources, folder);
    replace(&folder.join("mix.exs"), "0.3.0", version);
    for (file, old, new) in replaced {
        replace(&folder.join(file), old, new);
    }
    let mut release = Command::new("mix");
    release
        .arg("release")
        .env("MIX_ENV", "prod")
        .env("LANG", "C.UTF-8");
    successful(release.current_dir(folder));
    build_package(folder)
}

/// The package of `examples/rust-server`.
pub(crate) fn beacon() -> &'static Path {
    static BEACON: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let directory = TempDir::new().unwrap();
        let sources = ["Cargo.toml", "Cargo.lock", "reldeb.toml", "rel", "src"];
        copy_sources("rust-server", &sources, directory.path());
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--release", "--offline"])
            .env_remove("CARGO_TARGET_DIR");
        successful(build.current_dir(&directory));
        let package = build_package(directory.path());
        (directory, package)
    });
    &BEACON.1
}

/// The package of `examples/reldeb`: the built command itself.
pub(crate) fn reldeb() -> &'static Path {
    static RELDEB: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let directory = TempDir::new().unwrap();
        copy_sources("reldeb", &["reldeb.toml", "generate"], directory.path());
        let mut generate = Command::new(directory.path().join("generate"));
        successful(generate.arg(env!("CARGO_BIN_EXE_reldeb")));
        // It lies above the example.
        let cargo = project().join("Cargo.toml");
        std::fs::copy(cargo, directory.path().join("Cargo.toml")).unwrap();
        let package = build_package(directory.path());
        (directory, package)
    });
    &RELDEB.1
}

/// Copies the named files and folders of an example.
pub(crate) fn copy_sources(example: &str, names: &[&str], to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let from = project().join("examples").join(example);
    let names = names.iter().map(|name| from.join(name));
    successful(Command::new("cp").arg("-a").args(names).arg(to));
}

/// Builds the package of the manifest in a folder, and returns its path.
pub(crate) fn build_package(folder: &Path) -> PathBuf {
    let output = folder.join("dist");
    std::fs::create_dir_all(&output).unwrap();
    let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    // The quickest: these packages are read once.
    build
        .args(["build", "--compression", "zstd:1", "--output"])
        .arg(&output);
    // For `examples/reldeb`: the profile of the tests in place of the release's, and what lies above.
    let programs = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
    build.env("RELDEB_PROGRAMS", programs);
    build.env("RELDEB_SOURCE", project());
    successful(build.arg("--manifest").arg(folder));
    let mut packages: Vec<PathBuf> = std::fs::read_dir(&output)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(packages.len(), 1, "{packages:?}");
    packages.remove(0)
}

/// Replaces text of a file; it has to be there. Where there is none to replace, the file is a new one.
pub(crate) fn replace(file: &Path, old: &str, new: &str) {
    if old.is_empty() {
        std::fs::write(file, new).unwrap();
        return;
    }
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(old), "`{}` has no `{old}`", file.display());
    std::fs::write(file, text.replace(old, new)).unwrap();
}

pub(crate) fn successful(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
