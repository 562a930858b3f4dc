//! `Memory`: the part of the machine's memory that this process may take, by its control groups and
//! by `/proc/meminfo`.
//!
//! With the number of cores in `threads`, all that the library asks of the machine it runs on. Missing
//! files and files of another form mean that there is no limit.

use std::path::{Component, Path, PathBuf};

use crate::fs;

/// The memory that a process may take, in bytes; `None` where nothing sets a bound. Swap is not
/// counted: a compressor jumps about in its memory, and in swap it would take hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// The memory in all: the least limit of the process's control groups, and the memory of the
    /// machine. The kernel kills, or stops for reclaim, whoever takes more.
    pub limit: Option<u64>,
    /// The part of it that nobody uses now. Cached files are counted as unused, since they give way.
    pub available: Option<u64>,
}

impl Memory {
    /// Reads the bounds of this process on this machine; other systems than Linux have none.
    #[must_use]
    pub fn of_this_process() -> Self {
        if cfg!(target_os = "linux") {
            Self::below(Path::new("/"))
        } else {
            Self::default()
        }
    }

    /// Reads the bounds as [`Memory::of_this_process`], with `proc` and the control groups below
    /// another folder than `/`.
    ///
    /// Read are `MemTotal` and `MemAvailable` of `proc/meminfo` (`proc_meminfo(5)`), and of every
    /// control group from that of the process to the top of its mount: `memory.max`, `memory.high`,
    /// `memory.current` and `memory.stat` of version 2 (the kernel's
    /// `admin-guide/cgroup-v2.rst`), `memory.limit_in_bytes`, `memory.usage_in_bytes` and
    /// `memory.stat` of version 1 (`admin-guide/cgroup-v1/memory.rst`).
    #[must_use]
    pub fn below(root: &Path) -> Self {
        let meminfo = read(&root.join("proc/meminfo"));
        let kib = |name| field(&meminfo, name).and_then(|kib| kib.checked_mul(1024));
        let mut memory = Self {
            limit: kib("MemTotal:"),
            available: kib("MemAvailable:"),
        };
        let memberships = read(&root.join("proc/self/cgroup"));
        for line in read(&root.join("proc/self/mountinfo")).lines() {
            let Some((files, mount)) = mount(line) else {
                continue;
            };
            let Some(path) = files.membership(&memberships) else {
                continue;
            };
            for group in mount.groups(path) {
                memory.narrow(files, &root.join(group));
            }
        }
        memory
    }

    /// Takes in the bounds of one control group.
    fn narrow(&mut self, files: &GroupFiles, group: &Path) {
        let limits = files.limits.iter().map(|name| group.join(name));
        // "max" is no number. Version 1 says no limit by a number beyond all memory.
        let limit = limits
            .filter_map(|path| read(&path).trim().parse::<u64>().ok())
            .min();
        let Some(limit) = limit else { return };
        lower(&mut self.limit, limit);
        let stat = read(&group.join("memory.stat"));
        let cached: u64 = files
            .cached
            .iter()
            .filter_map(|name| field(&stat, name))
            .sum();
        let used: u64 = read(&group.join(files.used)).trim().parse().unwrap_or(0);
        let available = limit.saturating_sub(used.saturating_sub(cached));
        lower(&mut self.available, available);
    }
}

/// The names of files in a version of control groups.
#[derive(Debug)]
struct GroupFiles {
    /// The name of the controller in `/proc/self/cgroup` and in the options of its mount; version 2
    /// has all controllers in one mount, and no name for them.
    controller: &'static str,
    limits: &'static [&'static str],
    used: &'static str,
    /// The fields of `memory.stat` that count cached files.
    cached: &'static [&'static str],
}

const VERSION_1: GroupFiles = GroupFiles {
    controller: "memory",
    limits: &["memory.limit_in_bytes"],
    used: "memory.usage_in_bytes",
    cached: &["total_active_file", "total_inactive_file"],
};

const VERSION_2: GroupFiles = GroupFiles {
    controller: "",
    limits: &["memory.max", "memory.high"],
    used: "memory.current",
    cached: &["active_file", "inactive_file"],
};

impl GroupFiles {
    /// Returns the process's group: in `/proc/self/cgroup`, lines of `NUMBER:CONTROLLER,…:PATH`.
    fn membership<'text>(&self, memberships: &'text str) -> Option<&'text Path> {
        memberships.lines().find_map(|line| {
            let mut parts = line.splitn(3, ':').skip(1);
            let controllers = parts.next()?;
            controllers
                .split(',')
                .any(|controller| controller == self.controller)
                .then(|| parts.next().map(Path::new))?
        })
    }
}

/// The place of a part of the hierarchy of control groups.
#[derive(Debug)]
struct Mount<'text> {
    /// The group at its top. Not `/` in a container that sees the paths of its host.
    top: &'text Path,
    /// The folder, without the `/` at its front.
    point: &'text Path,
}

impl Mount<'_> {
    /// Returns the folders of a group and of those above it, as far as they are mounted.
    fn groups(&self, path: &Path) -> Vec<PathBuf> {
        // The kernel writes `..` where the process is outside of what the container sees.
        let below = path
            .strip_prefix(self.top)
            .ok()
            .filter(|below| {
                below
                    .components()
                    .all(|c| matches!(c, Component::Normal(_)))
            })
            .unwrap_or(Path::new(""));
        below
            .ancestors()
            .map(|group| self.point.join(group))
            .collect()
    }
}

/// Reads a line of `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`): the fourth and fifth field are
/// top and folder; behind the `-` come type, source and options.
fn mount(line: &str) -> Option<(&'static GroupFiles, Mount<'_>)> {
    let (place, kind) = line.split_once(" - ")?;
    let mut place = place.split(' ').skip(3).map(Path::new);
    let mount = Mount {
        top: place.next()?,
        point: place.next()?.strip_prefix("/").ok()?,
    };
    let mut kind = kind.split(' ');
    match (kind.next()?, kind.nth(1)?) {
        ("cgroup2", _) => Some((&VERSION_2, mount)),
        ("cgroup", options) if options.split(',').any(|o| o == VERSION_1.controller) => {
            Some((&VERSION_1, mount))
        }
        _ => None,
    }
}

/// Returns the number behind a name at the front of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| {
        let mut words = line.split_ascii_whitespace();
        (words.next()? == name).then(|| words.next()?.parse().ok())?
    })
}

fn lower(bound: &mut Option<u64>, other: u64) {
    *bound = Some(bound.map_or(other, |bound| bound.min(other)));
}

/// Reads a file of the kernel; without it, nothing.
fn read(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMINFO: (&str, &str) = (
        "proc/meminfo",
        "MemTotal:       8000 kB\nMemFree:        100 kB\nMemAvailable:   6000 kB\n",
    );
    const MOUNT_2: &str = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    const MOUNT_1: &str = "\
        35 31 0:32 / /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu\n\
        36 31 0:33 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory\n";

    /// The limit and what is available, with these files below `/`.
    fn memory(files: &[(&str, &str)]) -> (Option<u64>, Option<u64>) {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = root.path().join(path);
            #[allow(clippy::disallowed_methods)]
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
        }
        let Memory { limit, available } = Memory::below(root.path());
        (limit, available)
    }

    #[test]
    fn nothing_known_is_no_limit() {
        assert_eq!(memory(&[]), (None, None));
        for meminfo in [
            "",
            "MemTotal:\n",
            "MemTotal: many kB\nMemAvailable: -1 kB\n",
        ] {
            assert_eq!(memory(&[("proc/meminfo", meminfo)]), (None, None));
        }
        let huge = "MemTotal: 18446744073709551615 kB\n";
        assert_eq!(memory(&[("proc/meminfo", huge)]), (None, None));
    }

    #[test]
    fn the_machine_is_a_limit() {
        assert_eq!(memory(&[MEMINFO]), (Some(8_192_000), Some(6_144_000)));
    }

    #[test]
    fn the_least_of_the_groups_of_version_2_counts() {
        for (max, high, parent, limit) in [
            ("max\n", "max\n", "max\n", 8_192_000),
            ("5000\n", "max\n", "max\n", 5000),
            ("5000\n", "4000\n", "max\n", 4000),
            ("5000\n", "4000\n", "3000\n", 3000),
            ("9000000\n", "max\n", "max\n", 8_192_000),
            ("0\n", "max\n", "max\n", 0),
            ("many\n", "\n", "-1\n", 8_192_000),
        ] {
            let found = memory(&[
                MEMINFO,
                ("proc/self/mountinfo", MOUNT_2),
                ("proc/self/cgroup", "0::/ci.slice/job 1.scope\n"),
                ("sys/fs/cgroup/ci.slice/job 1.scope/memory.max", max),
                ("sys/fs/cgroup/ci.slice/job 1.scope/memory.high", high),
                ("sys/fs/cgroup/ci.slice/memory.max", parent),
                ("sys/fs/cgroup/ci.slice/other.scope/memory.max", "1\n"),
            ]);
            assert_eq!(found.0, Some(limit), "{max} {high} {parent}");
        }
    }

    #[test]
    fn the_least_of_the_groups_of_version_1_counts() {
        const NO_LIMIT: &str = "9223372036854771712\n";
        for (own, parent, limit) in [
            (NO_LIMIT, NO_LIMIT, 8_192_000),
            ("5000\n", NO_LIMIT, 5000),
            ("5000\n", "4000\n", 4000),
        ] {
            let found = memory(&[
                MEMINFO,
                ("proc/self/mountinfo", MOUNT_1),
                (
                    "proc/self/cgroup",
                    "9:cpu:/a\n4:hugetlb,memory:/b/c\n0::/d\n",
                ),
                ("sys/fs/cgroup/memory/b/c/memory.limit_in_bytes", own),
                ("sys/fs/cgroup/memory/b/memory.limit_in_bytes", parent),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", NO_LIMIT),
                ("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1\n"),
                ("sys/fs/cgroup/cpu/a/memory.limit_in_bytes", "1\n"),
            ]);
            assert_eq!(found.0, Some(limit), "{own} {parent}");
        }
    }

    /// Container engines mount the own group alone, with or without hiding where it lies.
    #[test]
    fn the_top_of_a_container_is_its_own_group() {
        for (top, own, max) in [
            ("/", "/", "memory.max"),
            ("/docker/1f", "/docker/1f", "memory.max"),
            ("/docker/1f", "/docker/1f/job", "job/memory.max"),
            // Who joined the container from outside.
            ("/docker/1f", "/user.slice", "memory.max"),
            ("/", "/../other", "memory.max"),
            ("/", "/../../..", "memory.max"),
        ] {
            let found = memory(&[
                ("proc/self/cgroup", &format!("0::{own}\n")),
                (
                    "proc/self/mountinfo",
                    &format!("30 23 0:26 {top} /sys/fs/cgroup rw - cgroup2 cgroup rw\n"),
                ),
                (&format!("sys/fs/cgroup/{max}"), "5000\n"),
                ("sys/fs/other/memory.max", "1\n"),
            ]);
            assert_eq!(found.0, Some(5000), "{top} {own}");
        }
    }

    #[test]
    fn what_others_use_is_not_available_but_cached_files_are() {
        for (current, stat, available) in [
            (
                "1000\n",
                "anon 600\nactive_file 100\ninactive_file 200\n",
                4300,
            ),
            ("1000\n", "", 4000),
            ("6000\n", "inactive_file 1\n", 0),
            ("100\n", "inactive_file 200\n", 5000),
        ] {
            let found = memory(&[
                MEMINFO,
                ("proc/self/mountinfo", MOUNT_2),
                ("proc/self/cgroup", "0::/job\n"),
                ("sys/fs/cgroup/job/memory.max", "5000\n"),
                ("sys/fs/cgroup/job/memory.current", current),
                ("sys/fs/cgroup/job/memory.stat", stat),
            ]);
            assert_eq!(found, (Some(5000), Some(available)), "{current} {stat}");
        }
        let found = memory(&[
            MEMINFO,
            ("proc/self/mountinfo", MOUNT_1),
            ("proc/self/cgroup", "4:memory:/job\n"),
            ("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "5000\n"),
            ("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1000\n"),
            (
                "sys/fs/cgroup/memory/job/memory.stat",
                "inactive_file 1\ntotal_inactive_file 300\ntotal_active_file 10\n",
            ),
        ]);
        assert_eq!(found, (Some(5000), Some(4310)));
    }

    #[test]
    fn lines_of_another_form_are_passed_over() {
        let found = memory(&[
            MEMINFO,
            (
                "proc/self/mountinfo",
                "\nx\n - \n1 2 3 / - cgroup2\n1 2 3 / sys - cgroup2 a b\n\
                 1 2 3 / /sys/fs/cgroup - cgroup a rw,name=memory\n",
            ),
            ("proc/self/cgroup", "\n0\n0:\n:::\n4:memory:/job\n0::job\n"),
            ("sys/fs/cgroup/job/memory.max", "1\n"),
            ("sys/fs/cgroup/job/memory.limit_in_bytes", "1\n"),
        ]);
        assert_eq!(found, (Some(8_192_000), Some(6_144_000)));
    }

    #[test]
    fn this_machine_has_memory() {
        let Memory { limit, available } = Memory::of_this_process();
        assert!(!cfg!(target_os = "linux") || limit.unwrap() > available.unwrap());
    }
}
