//! Starting and ending systems: the scripts that run between `unshare` and the first
//! process of the system.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{Init, System, contents};

/// How long a system may take to boot.
const BOOT_LIMIT: Duration = Duration::from_secs(60);

/// Mounts the copy-on-write view of root `$1` at /mnt/root. What is written lies in memory,
/// at most `$2` of it. /mnt is used because every machine has it; the mount namespace is
/// private, so nobody else sees it.
const VIEW: &str = r#"
set -e
mount -t tmpfs -o "mode=0755${2:+,size=$2}" tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
chmod 0755 /mnt/upper
mount -t overlay -o "lowerdir=$1,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
"#;

/// Becomes process 1 of a system without init. bash, because it buries the orphans that
/// end up with process 1; start-stop-daemon would take a dead daemon for a living one.
const HOLD: &str = r"
cd /mnt/root
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=0755 tmpfs dev
mknod -m 0666 dev/null c 1 3
mknod -m 0666 dev/zero c 1 5
mknod -m 0666 dev/full c 1 7
mknod -m 0666 dev/random c 1 8
mknod -m 0666 dev/urandom c 1 9
mknod -m 0666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,gid=5,mode=0620,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=0755 tmpfs run
mkdir -m 1777 run/lock
mount -t tmpfs -o mode=1777 tmpfs tmp
ip link set lo up
echo debian >/proc/sys/kernel/hostname
pivot_root . mnt
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec chroot . bash -c 'umount -l /mnt; echo ready; exec >/dev/null 2>&1; read -r _'
";

/// Boots a system and ends it hard when its standard input closes: its process 1 is killed,
/// and nspawn, which waits for that, cleans up and follows. The remaining arguments are the
/// cgroups to enter. nspawn's own records in /run stay private.
const BOOT: &str = r#"
shift 2
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
for group; do echo $$ >"$group/cgroup.procs"; done
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 setsid systemd-nspawn --quiet --boot \
    --directory=/mnt/root --machine=debian --register=no --keep-unit --private-network \
    --link-journal=no --resolv-conf=off --timezone=off --console=pipe \
    </dev/null >&2 &
echo $!
read -r _ || true
kill -KILL $(cat /proc/$!/task/$!/children)
for _ in {1..50}; do kill -0 $! || exit 0; sleep 0.1; done 2>/dev/null
kill -KILL $!
"#;

/// Starts a system without init.
pub(super) fn hold(root: &Path, size: Option<&str>) -> System {
    let log = tempfile::tempfile().unwrap();
    let mut keeper = Command::new("unshare")
        .args([
            "--mount",
            "--pid",
            "--net",
            "--uts",
            "--ipc",
            "--fork",
            "--kill-child",
        ])
        .args(["bash", "-c", &format!("{VIEW}{HOLD}"), "hold"])
        .arg(root)
        .arg(size.unwrap_or(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log.try_clone().unwrap())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run unshare: {error}"));
    let word = first_line(&mut keeper);
    assert!(
        word == "ready",
        "the system does not start:\n{}",
        contents(log)
    );
    let leader = children(keeper.id())
        .first()
        .copied()
        .expect("unshare has its child");
    System {
        keeper,
        leader,
        cgroups: Vec::new(),
    }
}

/// Boots a system and waits until its init has started all there is.
pub(super) fn boot(root: &Path, init: Init) -> System {
    let cgroups = make_cgroups();
    let log = tempfile::tempfile().unwrap();
    let mut keeper = Command::new("unshare")
        .args(["--mount", "bash", "-c", &format!("{VIEW}{BOOT}"), "boot"])
        .arg(root)
        .arg("")
        .args(&cgroups)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log.try_clone().unwrap())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run unshare: {error}"));
    let container: u32 = first_line(&mut keeper).parse().unwrap_or(0);
    let mut system = System {
        keeper,
        leader: 0,
        cgroups,
    };
    let begin = Instant::now();
    while !ready(&mut system, container, init) {
        assert!(
            begin.elapsed() < BOOT_LIMIT,
            "the system does not boot:\n{}",
            contents(log)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    system
}

/// Ends a system: its keeper sees the pipe close and takes everything along.
pub(super) fn stop(keeper: &mut Child, cgroups: &[PathBuf]) {
    drop(keeper.stdin.take());
    let _ = keeper.wait();
    for group in cgroups {
        remove_cgroup(group);
    }
}

fn first_line(keeper: &mut Child) -> String {
    let mut line = String::new();
    let stdout = keeper.stdout.take().expect("the output is a pipe");
    // At the end of the pipe the line is empty, and the caller shows the log.
    let _ = BufReader::new(stdout).read_line(&mut line);
    line.trim_end().to_owned()
}

/// Finds the system's process 1, then asks its init.
fn ready(system: &mut System, container: u32, init: Init) -> bool {
    if system.leader == 0 {
        let first = children(container)
            .into_iter()
            .find(|&process| is_first(process));
        let Some(leader) = first else { return false };
        system.leader = leader;
    }
    match init {
        Init::Systemd => {
            let state = system.run(["systemctl", "is-system-running"]).stdout;
            ["running", "degraded"].contains(&state.trim_end())
        }
        Init::Sysvinit => system.run(["runlevel"]).stdout.trim_end() == "N 2",
    }
}

/// The processes that a process on the host has started.
fn children(process: u32) -> Vec<u32> {
    let file = format!("/proc/{process}/task/{process}/children");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// Whether a process is number 1 in a namespace of its own.
fn is_first(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("NSpid:"))
        .is_some_and(|numbers| numbers.split_whitespace().nth(1) == Some("1"))
}

/// A cgroup for each system, in every hierarchy that nspawn uses: two systems in one would
/// share `payload` and end each other's processes.
fn make_cgroups() -> Vec<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("reldeb-test.{}.{number}", std::process::id());
    let hierarchies = [
        "/sys/fs/cgroup",
        "/sys/fs/cgroup/unified",
        "/sys/fs/cgroup/systemd",
    ];
    let mut groups = Vec::new();
    for hierarchy in hierarchies.map(Path::new) {
        if hierarchy.join("cgroup.procs").exists() {
            remove_abandoned(hierarchy);
            let group = hierarchy.join(&name);
            std::fs::create_dir(&group).unwrap();
            groups.push(group);
        }
    }
    groups
}

/// Removes what a killed test run has left.
fn remove_abandoned(hierarchy: &Path) {
    for entry in std::fs::read_dir(hierarchy).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name
            .strip_prefix("reldeb-test.")
            .and_then(|rest| rest.split('.').next());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            remove_cgroup(&entry.path());
        }
    }
}

/// Removes a cgroup and those below it. The kernel needs a moment to let go of the dead.
fn remove_cgroup(group: &Path) {
    for _ in 0..100 {
        let below = walkdir::WalkDir::new(group)
            .contents_first(true)
            .into_iter()
            .flatten();
        for entry in below.filter(|entry| entry.file_type().is_dir()) {
            let _ = std::fs::remove_dir(entry.path());
        }
        if !group.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
