//! Cgroups of booted systems: two in one would share `payload` and end each other's processes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::fs::{self, FsError};

/// The beginning of the name of every cgroup, before the number of the process that made it.
const PREFIX: &str = "reldeb-system.";

/// The cgroups of one system, one in every hierarchy that nspawn uses; removed with the value.
#[derive(Debug, Default)]
pub(super) struct Cgroups(pub(super) Vec<PathBuf>);

impl Cgroups {
    pub(super) fn new() -> Result<Self, FsError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}.{number}", std::process::id());
        let hierarchies = [
            "/sys/fs/cgroup",
            "/sys/fs/cgroup/unified",
            "/sys/fs/cgroup/systemd",
        ];
        let mut groups = Self::default();
        for hierarchy in hierarchies.map(Path::new) {
            if hierarchy.join("cgroup.procs").exists() {
                remove_abandoned(hierarchy);
                let group = hierarchy.join(&name);
                fs::create_dir(&group)?;
                groups.0.push(group);
            }
        }
        Ok(groups)
    }
}

impl Drop for Cgroups {
    fn drop(&mut self) {
        self.0.iter().for_each(|group| remove(group));
    }
}

/// Removes what a killed run has left.
fn remove_abandoned(hierarchy: &Path) {
    for group in fs::read_dir(hierarchy).unwrap_or_default() {
        let name = group.file_name().unwrap_or_default().to_string_lossy();
        let owner = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('.').next());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner).exists()) {
            remove(&group);
        }
    }
}

/// Removes a cgroup and those below it. The kernel needs a moment to let go of the dead.
fn remove(group: &Path) {
    for _ in 0..100 {
        let below = walkdir::WalkDir::new(group).contents_first(true);
        for entry in below.into_iter().flatten() {
            if entry.file_type().is_dir() {
                let _ = std::fs::remove_dir(entry.path());
            }
        }
        if !group.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
