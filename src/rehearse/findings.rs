//! The judgement of a step: what should be as it was, and what should be gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::stage::{Halt, Stage};
use super::subject::Subject;
use super::{Account, Change, Snapshot, SystemError};
use crate::finding::tags;

/// The time that processes have to go away.
const FAREWELL: Duration = Duration::from_secs(3);

/// The time that a service has to run on for, once it was started.
const STEADY: Duration = Duration::from_secs(3);

/// The port of epmd, which belongs to no package alone.
const EPMD: u16 = 4369;

/// The place where services say why they fell.
const JOURNAL: &str = "`journalctl` in such a system says why; try the command of the unit there";

/// The first port that the kernel hands out to who asks for any.
const HANDED_OUT: u16 = 32_768;

/// Files that programs of Debian keep up to date behind a package's back.
const KEPT_UP: &[&str] = &[
    "/etc/ld.so.cache",
    "/etc/shells",
    "/usr/share/info/dir",
    "/var/cache/ldconfig/aux-cache",
    "/var/cache/man",
    "/var/lib/dpkg/available",
    "/var/lib/dpkg/diversions",
    "/var/lib/dpkg/statoverride",
    "/var/lib/dpkg/status",
    "/var/lib/dpkg/triggers/File",
    "/var/lib/dpkg/triggers/Unincorp",
    "/var/lib/systemd/deb-systemd-helper-enabled",
    "/var/lib/systemd/deb-systemd-helper-masked",
    "/var/log/alternatives.log",
    "/var/log/fontconfig.log",
    "/var/log/wtmp",
];

impl Stage<'_> {
    /// Learns what the package has made, right after its first installation.
    pub(super) fn learn(&mut self) -> Result<(), Halt> {
        if let Some(look) = self.seen().cloned() {
            let running: BTreeSet<String> = look.active().map(str::to_owned).collect();
            self.known.running = &running - &self.known.fallen;
            let own = |port: &u16| *port < HANDED_OUT && *port != EPMD;
            let ports = self.steps.last().map(|step| step.ports.clone());
            self.known.ports = ports.into_iter().flatten().filter(own).collect();
            let failed: BTreeSet<String> = look.failed().map(str::to_owned).collect();
            for service in &failed - &self.known.fallen {
                self.found(tags::SERVICE_NOT_READY, &format!("`{service}` fails"))
                    .hint(JOURNAL);
            }
        }
        let now = self.system.snapshot_after(&self.before);
        let known: BTreeSet<Account> = self.before.accounts.iter().collect();
        self.known.accounts = now
            .accounts
            .iter()
            .filter(|it| !known.contains(it))
            .collect();
        self.conffiles_of_scripts()?;
        self.mark_state(&now)?;
        self.not_in_plan(&now);
        Ok(())
    }

    /// Looks again at services that have just been started: one may come up and fall soon after.
    pub(super) fn runs_on(&mut self) -> Result<(), Halt> {
        let Some(first) = self.seen().cloned() else {
            return Ok(());
        };
        if first.active().next().is_none() {
            return Ok(());
        }
        let begin = Instant::now();
        let later = loop {
            let later = self.look_at_once()?;
            let age = later.age().unwrap_or_default();
            let rest = STEADY.saturating_sub(age.max(begin.elapsed()));
            if rest.is_zero() || !first.fallen(&later).is_empty() {
                break later;
            }
            std::thread::sleep(rest);
        };
        let fallen = first.fallen(&later);
        self.show(later);
        for service in fallen {
            self.found(
                tags::SERVICE_NOT_READY,
                &format!("`{service}` does not run on"),
            )
            .hint(JOURNAL);
            self.known.running.remove(&service);
            self.known.fallen.insert(service);
        }
        Ok(())
    }

    /// Tells of configuration files that the package's own scripts changed.
    fn conffiles_of_scripts(&mut self) -> Result<(), Halt> {
        for (path, shipped) in self.conffiles()? {
            let sum = self.run(&["md5sum", &path])?.stdout;
            let sum = sum.split_whitespace().next().unwrap_or_default();
            if !sum.is_empty() && sum != shipped {
                let message = format!("`{path}` is a configuration file that a script changes");
                self.found(tags::CONFFILE_QUESTION, &message).path(&path);
            }
        }
        Ok(())
    }

    /// Returns the conffiles with the sums of what was shipped.
    pub(super) fn conffiles(&self) -> Result<Vec<(String, String)>, SystemError> {
        let output = self.run(&["dpkg-query", "-W", "-f=${Conffiles}", &self.subject.name])?;
        let pairs = output.stdout.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        });
        Ok(pairs.filter(|(_, sum)| sum.len() == 32).collect())
    }

    /// Puts a file into each folder of state that the package made.
    fn mark_state(&mut self, now: &Snapshot) -> Result<(), Halt> {
        for change in self.before.changes(now) {
            let is_folder = |what: &String| what.starts_with("directory");
            let name = change.path.strip_prefix("/var/lib/");
            let is_new = change.before.is_none() && change.after.as_ref().is_some_and(is_folder);
            if is_new && name.is_some_and(|name| !name.contains('/')) {
                let marker = format!("{}/reldeb-rehearsal", change.path);
                self.system.write(&marker, b"state\n")?;
                self.known.markers.push(marker);
            }
        }
        Ok(())
    }

    /// Lists what is there and no package says.
    fn not_in_plan(&mut self, now: &Snapshot) {
        let paths = topmost(self.before.changes(now).into_iter().filter(|change| {
            let of_registries = ["/var/lib/dpkg/", "/etc/systemd/system/", "/etc/rc", "/run/"];
            change.path.starts_with('/')
                && change.before.is_none()
                && !self.subject.paths.contains(&change.path)
                && !is_kept_up(&change.path)
                && !of_registries.iter().any(|it| change.path.starts_with(it))
        }));
        for path in paths {
            let message = format!("`{path}` is made, but not in the list of the package");
            self.found(tags::NOT_IN_PLAN, &message).path(&path);
        }
    }

    /// Edits all configuration files in a way that means nothing: an empty line at their end.
    pub(super) fn edit(&mut self) -> Result<(), Halt> {
        for (path, _) in self.conffiles()? {
            if let Some(text) = self.system.text(&path) {
                let text = format!("{text}\n");
                self.system.write(&path, text.as_bytes())?;
                self.known.edited.insert(path, text);
            }
        }
        Ok(())
    }

    /// Tells of services that ran before this step and do not now.
    pub(super) fn services_run(&mut self) {
        let Some(step) = self.steps.last() else {
            return;
        };
        let is_active = |service: &String| {
            let mut states = step.services.iter();
            states.any(|it| it.service == *service && it.state == "active")
        };
        let down: Vec<String> = self
            .known
            .running
            .iter()
            .filter(|it| !is_active(it))
            .cloned()
            .collect();
        let open: BTreeSet<u16> = step.ports.iter().copied().collect();
        let closed: Vec<u16> = self.known.ports.difference(&open).copied().collect();
        for service in &down {
            let message = format!("`{service}` ran before, and does not now");
            self.found(tags::SERVICE_NOT_READY, &message);
            // Once is enough.
            self.known.running.remove(service);
        }
        for port in closed {
            if down.is_empty() {
                let message = format!("nothing accepts connections on TCP port {port}, as before");
                self.found(tags::SERVICE_NOT_READY, &message);
            }
            self.known.ports.remove(&port);
        }
    }

    /// Tells of directories that stay as an earlier version had them.
    pub(super) fn directories_follow(&mut self, old: &Subject) {
        let now = self.system.snapshot_after(&self.before);
        for (path, wanted) in self.subject.directories.clone() {
            let before = old.directories.get(&path).filter(|it| **it != wanted);
            if before.is_some_and(|before| now.get(&path) == Some(before)) {
                let words = |text: &str| text.trim_start_matches("directory ").to_owned();
                let (before, wanted) = (before.map(|it| words(it)), words(&wanted));
                let message = format!(
                    "`{path}` stays `{}` as in {}, expected `{wanted}`",
                    before.unwrap_or_default(),
                    old.version
                );
                self.found(tags::DIRECTORY_MODE_KEPT, &message).path(&path);
            }
        }
    }

    /// Tells of what must outlive everything but a purge.
    pub(super) fn is_kept(&mut self) {
        let now = self.system.snapshot_after(&self.before);
        let accounts: BTreeSet<Account> = now.accounts.iter().collect();
        for account in self.known.accounts.clone() {
            if !accounts.contains(&account) {
                let Account { kind, name, number } = account;
                let message = format!("{kind} `{name}` with number {number} is gone");
                self.found(tags::ACCOUNT_REMOVED, &message);
                self.known
                    .accounts
                    .retain(|it| it.name != name || it.kind != kind);
            }
        }
        for marker in self.known.markers.clone() {
            if now.get(&marker).is_none() {
                let folder = marker.trim_end_matches("/reldeb-rehearsal").to_owned();
                let message = format!("a file in `{folder}` is lost");
                self.found(tags::STATE_LOST, &message).path(&folder);
                self.known.markers.retain(|it| *it != marker);
            }
        }
        for (path, text) in self.known.edited.clone() {
            let is_there = |path: &str| self.system.text(path).as_ref() == Some(&text);
            // A script may have set it aside, such as below `NAME.disabled`.
            let is_aside = now.get(&path).is_none() && now.below(&path).into_iter().any(is_there);
            if !is_there(&path) && !is_aside {
                let message = format!("the edited configuration file `{path}` is lost");
                self.found(tags::STATE_LOST, &message).path(&path);
                self.known.edited.remove(&path);
            }
        }
    }

    /// Tells of processes of the package that run on.
    pub(super) fn processes_ended(&mut self) {
        let begin = Instant::now();
        let mut left = self.new_processes();
        while !left.is_empty() && begin.elapsed() < FAREWELL {
            std::thread::sleep(Duration::from_millis(50));
            left = self.new_processes();
        }
        let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
        for process in left {
            *kinds.entry((process.args, process.user)).or_default() += 1;
        }
        for ((args, user), count) in kinds {
            let message = match count {
                1 => format!("process `{args}` of user `{user}` runs on"),
                _ => format!("{count} processes `{args}` of user `{user}` run on"),
            };
            self.found(tags::PROCESS_LEFT, &message);
        }
    }

    /// Tells of what a purge left, or changed for ever.
    pub(super) fn nothing_left(&mut self) {
        let now = self.system.snapshot_after(&self.before);
        let changes = self.before.changes(&now);
        let (files, accounts): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|change| change.path.starts_with('/'));
        let accounts = accounts
            .into_iter()
            .filter(|change| change.before.is_none());
        let names = accounts.map(|change| change.path);
        let is_account = |name: &String| name.starts_with("user ") || name.starts_with("group ");
        self.accounts_left.extend(names.filter(is_account));
        let files: Vec<Change> = files
            .into_iter()
            // Those in /run last until the next start.
            .filter(|it| !is_kept_up(&it.path) && !it.path.starts_with("/run/"))
            .collect();
        let (new, others): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|change| change.before.is_none());
        for path in topmost(new.into_iter()) {
            let is_link = ["/etc/systemd/system/", "/etc/systemd/user/", "/etc/rc"]
                .iter()
                .any(|folder| path.starts_with(folder));
            let (tag, what) = if is_link {
                (tags::UNIT_LINK_LEFT, "starts a service that is gone, and")
            } else {
                (tags::LEFT_BEHIND, "is not in the list of dpkg, and")
            };
            self.found(tag, &format!("`{path}` {what} stays"))
                .path(&path);
        }
        for change in others {
            let path = &change.path;
            let what = if change.after.is_none() {
                "is gone"
            } else {
                "is changed"
            };
            let message = format!("`{path}` of the system {what} for ever");
            self.found(tags::OTHER_FILE_CHANGED, &message).path(path);
        }
    }
}

fn is_kept_up(path: &str) -> bool {
    KEPT_UP.iter().any(|kept| {
        path.strip_prefix(kept)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Returns the paths of changes, without those below another.
fn topmost(changes: impl Iterator<Item = Change>) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for change in changes {
        let is_below = paths.last().is_some_and(|above| {
            change
                .path
                .strip_prefix(above.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
        if !is_below {
            paths.push(change.path);
        }
    }
    paths
}
