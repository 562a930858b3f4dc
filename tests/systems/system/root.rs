//! The kept roots: made once by mmdebstrap, then only read.
//!
//! They lie in the folder named by `RELDEB_TEST_ROOTS`, by default
//! `/var/cache/reldeb-tests`, and may be removed at any time when no test runs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};

use super::mirror;

/// Part of the name of every root: counted up when the recipe changes.
const RECIPE: u32 = 1;

/// What a root holds beside the essential packages and apt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Variant {
    /// Nothing: no init.
    Minbase,
    /// systemd as init.
    Systemd,
    /// sysvinit as init.
    Sysvinit,
    /// No init, and lintian.
    Lintian,
}

impl Variant {
    fn name(self) -> &'static str {
        match self {
            Self::Minbase => "minbase",
            Self::Systemd => "systemd",
            Self::Sysvinit => "sysvinit",
            Self::Lintian => "lintian",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Minbase => &[],
            Self::Systemd => &["systemd-sysv"],
            Self::Sysvinit => &["sysvinit-core"],
            Self::Lintian => &["lintian"],
        }
    }
}

/// The root of a suite, made now where it is not there yet. The error is why a test that
/// needs it is to be skipped.
pub(super) fn provide(suite: &str, variant: Variant) -> Result<PathBuf, String> {
    able()?;
    let folder = folder();
    std::fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
    let root = folder.join(format!("{suite}-{}-{RECIPE}", variant.name()));
    // Several tests, and several test runs, may need the same root at the same time.
    let lock = std::fs::File::create(root.with_extension("lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    if root.exists() {
        return Ok(root);
    }
    if let Some(reason) = refusals().get(&root) {
        return Err(reason.clone());
    }
    make(&root, suite, variant).inspect_err(|reason| {
        refusals().insert(root.clone(), reason.clone());
    })?;
    Ok(root)
}

/// The roots that cannot be made, and why: a suite that the mirror lacks is asked for only
/// once in a run.
fn refusals() -> MutexGuard<'static, HashMap<PathBuf, String>> {
    static REFUSALS: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);
    REFUSALS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder() -> PathBuf {
    std::env::var_os("RELDEB_TEST_ROOTS")
        .map_or_else(|| PathBuf::from("/var/cache/reldeb-tests"), PathBuf::from)
}

/// Whether this machine can run systems at all.
fn able() -> Result<(), String> {
    if !rustix::process::geteuid().is_root() {
        return Err("needs root".to_owned());
    }
    for tool in ["mmdebstrap", "unshare", "nsenter", "systemd-nspawn", "ip"] {
        let found = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
            .iter()
            .any(|folder| Path::new(folder).join(tool).exists());
        if !found {
            return Err(format!("needs `{tool}`"));
        }
    }
    let allowed = Command::new("unshare")
        .args(["--mount", "--pid", "--net", "true"])
        .output();
    match allowed {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err("needs the right to make namespaces".to_owned()),
    }
}

/// Makes a root beside its place and moves it there when it is whole.
fn make(root: &Path, suite: &str, variant: Variant) -> Result<(), String> {
    let unfinished = root.with_extension("new");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).unwrap();
    }
    let mirror = mirror::configured()?;
    let output = Command::new("mmdebstrap")
        .args(["--mode=root", "--variant=minbase"])
        .args(
            variant
                .packages()
                .iter()
                .map(|package| format!("--include={package}")),
        )
        .args(
            apt_options()
                .iter()
                .map(|option| format!("--aptopt={option}")),
        )
        .arg(suite)
        .arg(&unfinished)
        .arg(mirror)
        .output()
        .unwrap_or_else(|error| panic!("cannot run mmdebstrap: {error}"));
    if !output.status.success() {
        let log = String::from_utf8_lossy(&output.stderr);
        let _ = std::fs::remove_dir_all(&unfinished);
        // The lists of a suite cannot be had: there is no such suite, or no network.
        if log.contains("E: apt-get update") {
            return Err(format!("needs a mirror that serves {suite}"));
        }
        panic!("mmdebstrap failed for {suite}:\n{log}");
    }
    settle(&unfinished);
    std::fs::rename(&unfinished, root).unwrap();
    Ok(())
}

/// What every installed machine has, and nothing of this one.
fn settle(root: &Path) {
    for file in ["usr/sbin/policy-rc.d", "etc/resolv.conf"] {
        let _ = std::fs::remove_file(root.join(file));
    }
    // A container has no virtual terminals: each getty would be started again and again.
    if let Ok(table) = std::fs::read_to_string(root.join("etc/inittab")) {
        let lines = table
            .split_inclusive('\n')
            .filter(|line| !line.contains("getty"));
        std::fs::write(root.join("etc/inittab"), lines.collect::<String>()).unwrap();
    }
    std::fs::write(root.join("etc/machine-id"), "").unwrap();
    std::fs::write(root.join("etc/hostname"), "debian\n").unwrap();
    std::fs::write(
        root.join("etc/hosts"),
        "127.0.0.1 localhost\n127.0.1.1 debian\n",
    )
    .unwrap();
}

/// Old suites no longer get a fresh Release file, and a clock may be off; a proxy of this
/// machine's apt is used too.
fn apt_options() -> Vec<String> {
    let mut options = vec![
        r#"Acquire::Check-Valid-Until "false""#.to_owned(),
        r#"Acquire::Check-Date "false""#.to_owned(),
    ];
    let proxies = Command::new("apt-config")
        .args(["dump", "--no-empty", "--format=%f \"%v\"%n"])
        .args(["Acquire::http::Proxy", "Acquire::https::Proxy"])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    options.extend(proxies.lines().map(str::to_owned));
    options
}
