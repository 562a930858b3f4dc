//! `Roots`: kept roots, made once by mmdebstrap, then only read. They may be removed at any time when
//! nothing runs.

use std::collections::HashMap;
use std::fs::{File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::error::last_lines;
use super::ids::UserNamespace;
use super::{Ids, SystemError, inside, mirror};
use crate::fs::{self, FsError};

/// Part of the name of every root: counted up when the recipe changes.
const RECIPE: u32 = 1;

/// The further parts of a root, beside the essential packages and apt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
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

/// The roots that the mirror lacks: it is asked only once.
static REFUSALS: LazyLock<Mutex<HashMap<PathBuf, String>>> = LazyLock::new(Mutex::default);

/// A folder of kept roots.
#[derive(Debug, Clone)]
pub struct Roots {
    /// The folder.
    pub folder: PathBuf,
    /// The numbers that the users of its roots have.
    pub ids: Ids,
}

impl Roots {
    /// Returns the root of a suite, made now where it is not there yet. `relations` are packages that
    /// it has besides, in the syntax of Depends; empty for none.
    ///
    /// # Errors
    /// [`SystemError`] where it cannot be made.
    pub fn provide(
        &self,
        suite: &str,
        variant: Variant,
        relations: &str,
    ) -> Result<PathBuf, SystemError> {
        able()?;
        make_folder(&self.folder)?;
        let more = match relations {
            "" => String::new(),
            relations => format!("-with-{:.16}", super::hex(&Sha256::digest(relations))),
        };
        let name = format!("{suite}-{}{more}-{RECIPE}", variant.name());
        let root = self.folder.join(name);
        // Several runs may need the same root at the same time.
        let lock = root.with_extension("lock");
        let lock = File::options().append(true).create(true).open(&lock);
        let lock = lock.map_err(|error| FsError::new("write", &root, error))?;
        lock.lock()
            .map_err(|error| FsError::new("lock", &root, error))?;
        if root.exists() {
            return Ok(root);
        }
        let refusals = || REFUSALS.lock().unwrap_or_else(PoisonError::into_inner);
        let no_mirror = |reason: String| SystemError::NoMirror {
            suite: suite.to_owned(),
            reason,
        };
        if let Some(reason) = refusals().get(&root) {
            return Err(no_mirror(reason.clone()));
        }
        self.make(&root, suite, variant, relations)
            .inspect_err(|error| {
                if let SystemError::NoMirror { reason, .. } = error {
                    refusals().insert(root.clone(), reason.clone());
                }
            })?;
        Ok(root)
    }

    /// Makes a root beside its place and moves it there when it is whole.
    fn make(
        &self,
        root: &Path,
        suite: &str,
        variant: Variant,
        relations: &str,
    ) -> Result<(), SystemError> {
        let unfinished = root.with_extension("new");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)
                .map_err(|error| FsError::new("remove", &unfinished, error))?;
        }
        let mirror = mirror::configured().map_err(|reason| SystemError::NoMirror {
            suite: suite.to_owned(),
            reason,
        })?;
        let mut bootstrap = Command::new("unshare");
        bootstrap.args(["--mount", "sh", "-ec", GUARD, "guard", "mmdebstrap"]);
        bootstrap.args(["--mode=root", "--variant=minbase", "--format=tar"]);
        let packages = variant.packages().iter();
        bootstrap.args(packages.map(|package| format!("--include={package}")));
        let options = apt_options();
        bootstrap.args(options.iter().map(|option| format!("--aptopt={option}")));
        // What scripts of packages are told is the same everywhere, and holds no secrets.
        bootstrap.env_clear();
        bootstrap.envs(
            ENVIRONMENT
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        );
        if !relations.is_empty() {
            bootstrap.arg(format!("--customize-hook={SATISFY}"));
            bootstrap.env("RELDEB_RELATIONS", relations);
        }
        bootstrap.arg(suite).arg("-").arg(mirror);
        let made = unpack(bootstrap, "mmdebstrap", &unfinished, self.ids)
            .and_then(|log| match log {
                Some(log) => Err(refusal(suite, relations, &log)),
                None => settle(&unfinished, self.ids),
            })
            .and_then(|()| {
                std::fs::rename(&unfinished, root)
                    .map_err(|error| FsError::new("write", root, error).into())
            });
        if made.is_err() {
            let _ = std::fs::remove_dir_all(&unfinished);
        }
        made
    }

    /// Returns a copy of a folder or an archive, which is only read.
    ///
    /// # Errors
    /// [`SystemError`] where it is no root, or cannot be copied.
    pub fn copy(&self, from: &Path) -> Result<tempfile::TempDir, SystemError> {
        able()?;
        make_folder(&self.folder)?;
        let copy = tempfile::Builder::new()
            .prefix(&format!("copy-{}-", std::process::id()))
            .tempdir_in(&self.folder)
            .map_err(|error| FsError::new("write below", &self.folder, error))?;
        let refused = |reason: String| SystemError::NotARoot {
            path: from.to_owned(),
            reason,
        };
        let data = fs::metadata(from)?;
        let mut source;
        if data.is_dir() {
            source = Command::new("tar");
            source.arg("-C").arg(from);
            source.args(["--one-file-system", "--xattrs", "--xattrs-include=*"]);
            source.args(["--numeric-owner", "-cf", "-", "."]);
        } else {
            source = decompression(from)?;
        }
        let root = copy.path().join("root");
        if let Some(log) = unpack(source, "tar", &root, self.ids)? {
            return Err(refused(last_lines(&log, 3)));
        }
        if !root.join("var/lib/dpkg/status").exists() {
            return Err(refused("it has no `var/lib/dpkg/status`".into()));
        }
        Ok(copy)
    }
}

/// Runs a command for which this machine can be read, but not written, but for the folder of temporary
/// files: whatever a hook does, it is done to the root. The records of dpkg are made sure of, wherever
/// they are mounted; another mount that cannot be guarded stays as it is.
const GUARD: &str = r#"
for folder in /tmp "${TMPDIR:-/tmp}"; do mount --rbind "$folder" "$folder"; done
if [ -d /var/lib/dpkg ]; then
    mount --bind /var/lib/dpkg /var/lib/dpkg
    mount -o remount,bind,ro /var/lib/dpkg
fi
cut -d ' ' -f 5 /proc/self/mountinfo | sort -u | while read -r folder; do
    case $folder in
    /tmp | "${TMPDIR:-/tmp}" | /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) ;;
    *) mount -o remount,bind,ro "$folder" || : ;;
    esac
done
exec "$@"
"#;

/// The variables that a root is made with.
const ENVIRONMENT: [&str; 9] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];

/// Installs what `RELDEB_RELATIONS` asks for, into a root that mmdebstrap makes. apt is that of this
/// machine, which has a network; dpkg has to be that of the root.
const SATISFY: &str = r#"APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get satisfy --yes \
    --no-install-recommends -oDPkg::Chroot-Directory="$1" -- "$RELDEB_RELATIONS" \
    || { echo "reldeb: unsatisfied"; exit 1; } >&2"#;

/// The line that tells that apt, not mmdebstrap, has failed.
const UNSATISFIED: &str = "reldeb: unsatisfied";

/// Unpacks what a command writes into a new folder. Returns its words where it fails.
fn unpack(
    mut source: Command,
    program: &'static str,
    folder: &Path,
    ids: Ids,
) -> Result<Option<String>, SystemError> {
    std::fs::create_dir(folder).map_err(|error| FsError::new("make", folder, error))?;
    let first = ids.first();
    own(folder, first)?;
    let namespace = match ids {
        Ids::Same => None,
        Ids::Shifted => Some(UserNamespace::shifted()?),
    };
    let log = super::temporary()?;
    let unusable = move |program| move |reason| SystemError::Program { program, reason };
    let logs = || log.try_clone().map_err(unusable(program));
    let mut source = source
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(logs()?)
        .spawn()
        .map_err(unusable(program))?;
    let mut words: Vec<String> = Vec::new();
    words.extend(namespace.iter().flat_map(UserNamespace::words));
    words.extend(TAR.map(str::to_owned));
    if ids == Ids::Shifted || Ids::of_process() == Ids::Same {
        // A user namespace can make no devices.
        words.extend(["--exclude=./dev/*", "--exclude=dev/*"].map(str::to_owned));
    }
    let mut tar = Command::new(&words[0]);
    // The folder may lie where root of the namespace cannot go.
    tar.args(&words[1..]).current_dir(folder);
    if let Some(stdout) = source.stdout.take() {
        tar.stdin(stdout);
    }
    let unpacked = tar.stderr(logs()?).status().map_err(unusable("tar"))?;
    // Its pipe is closed: it ends.
    let written = source.wait().map_err(unusable(program))?;
    let log = super::contents(log);
    Ok((!unpacked.success() || !written.success()).then_some(log))
}

/// Unpacks an archive.
const TAR: [&str; 6] = [
    "tar",
    "--numeric-owner",
    "--xattrs",
    "--xattrs-include=*",
    "-xpf",
    "-",
];

/// Returns the command that writes a file without its compression.
fn decompression(file: &Path) -> Result<Command, FsError> {
    let mut begin = [0; 6];
    let length = fs::read_start(file, &mut begin)?;
    let words: &[&str] = match &begin[..length] {
        [0x1f, 0x8b, ..] => &["gzip", "-dc"],
        [0xfd, b'7', b'z', b'X', b'Z', 0] => &["xz", "-dc"],
        [0x28, 0xb5, 0x2f, 0xfd, ..] => &["zstd", "-dc"],
        [b'B', b'Z', b'h', ..] => &["bzip2", "-dc"],
        _ => &["cat"],
    };
    let mut command = Command::new(words[0]);
    // A name may begin with a hyphen.
    command.args(&words[1..]).arg("--").arg(file);
    Ok(command)
}

fn refusal(suite: &str, relations: &str, log: &str) -> SystemError {
    let suite = suite.to_owned();
    if log.lines().any(|line| line == UNSATISFIED) {
        let lines = log.lines().take_while(|line| *line != UNSATISFIED);
        let lines = lines.filter(|line| line.starts_with("E: "));
        return SystemError::Unsatisfied {
            suite,
            relations: relations.to_owned(),
            log: lines.collect::<Vec<_>>().join("; "),
        };
    }
    // The lists of a suite cannot be had: there is no such suite, or no network.
    if log.contains("E: apt-get update") {
        let reason = format!("needs a mirror that serves {suite}");
        return SystemError::NoMirror { suite, reason };
    }
    SystemError::Root {
        suite,
        log: last_lines(log, 10),
    }
}

fn make_folder(folder: &Path) -> Result<(), FsError> {
    std::fs::create_dir_all(folder).map_err(|error| FsError::new("make", folder, error))?;
    remove_abandoned(folder);
    Ok(())
}

/// Removes the copies of killed runs.
fn remove_abandoned(folder: &Path) {
    for path in fs::read_dir(folder).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let owner = name
            .strip_prefix("copy-")
            .and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

/// Checks that this machine can run systems at all.
fn able() -> Result<(), SystemError> {
    if !rustix::process::geteuid().is_root() {
        return Err(SystemError::Namespaces {
            reason: "needs root".into(),
            hint: "call it with `sudo`".into(),
        });
    }
    for (program, package) in TOOLS {
        let found = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
            .iter()
            .any(|folder| Path::new(folder).join(program).exists());
        if !found {
            return Err(SystemError::Missing { program, package });
        }
    }
    let allowed = Command::new("unshare")
        .args(["--mount", "--pid", "--net", "true"])
        .output();
    match allowed {
        Ok(output) if output.status.success() => Ok(()),
        _ => Err(SystemError::Namespaces {
            reason: "needs the right to make namespaces".into(),
            hint: "in a container, give it CAP_SYS_ADMIN: `docker run --privileged`".into(),
        }),
    }
}

/// The programs of this machine that systems need, and their packages.
const TOOLS: [(&str, &str); 5] = [
    ("mmdebstrap", "mmdebstrap"),
    ("unshare", "util-linux"),
    ("nsenter", "util-linux"),
    ("systemd-nspawn", "systemd-container"),
    ("ip", "iproute2"),
];

/// Gives a root what every installed machine has, and nothing of this one.
fn settle(root: &Path, ids: Ids) -> Result<(), SystemError> {
    for file in ["usr/sbin/policy-rc.d", "etc/resolv.conf"] {
        let _ = std::fs::remove_file(root.join(file));
    }
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        // A link of a package could lead to a file of this machine.
        let _ = std::fs::remove_file(&path);
        let mut made = File::options();
        let made = made.write(true).create_new(true).open(&path);
        let written = made.and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.set_permissions(Permissions::from_mode(0o644))
        });
        written.map_err(|error| FsError::new("write", &path, error))?;
        own(&path, ids.first())
    };
    // A container has no virtual terminals: each getty would be started again and again.
    if let Some(table) = inside::read(root, "etc/inittab") {
        let table = String::from_utf8_lossy(&table);
        let lines = table.split_inclusive('\n');
        let lines = lines.filter(|line| !line.contains("getty"));
        write("etc/inittab", &lines.collect::<String>())?;
    }
    write("etc/machine-id", "")?;
    write("etc/hostname", "debian\n")?;
    write("etc/hosts", "127.0.0.1 localhost\n127.0.1.1 debian\n")?;
    Ok(())
}

fn own(path: &Path, number: u32) -> Result<(), FsError> {
    std::os::unix::fs::chown(path, Some(number), Some(number))
        .map_err(|error| FsError::new("change the owner of", path, error))
}

/// Returns options for suites that no longer get a fresh Release file and for a clock that is off, and
/// the proxy of this machine's apt.
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
