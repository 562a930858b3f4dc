//! Services of a package: what the init of the system says of them, and whether they accept
//! connections.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::subject::Subject;
use super::{Init, ServiceState, System, SystemError, of_machine};

/// The time for which a state has to last.
const LASTING: Duration = Duration::from_millis(500);

/// The time between two looks: each starts a program in the system.
const BETWEEN_LOOKS: Duration = Duration::from_millis(120);

/// The time that a service has to come up or go down.
const SETTLE_LIMIT: Duration = Duration::from_secs(30);

/// A look at the services of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) states: Vec<ServiceState>,
    /// Tells a service that was started again from one that runs on.
    marks: Vec<String>,
    /// The time in microseconds at which the last of the services became active, as systemd has it.
    entered: Option<u64>,
    pub(super) ports: BTreeSet<u16>,
}

impl Look {
    fn is_settled(&self) -> bool {
        let passing = ["activating", "deactivating", "reloading"];
        !self
            .states
            .iter()
            .any(|it| passing.contains(&it.state.as_str()))
    }

    /// Returns the services that run.
    pub(super) fn active(&self) -> impl Iterator<Item = &str> {
        let active = self.states.iter().filter(|it| it.state == "active");
        active.map(|it| it.service.as_str())
    }

    /// Returns the services that have failed.
    pub(super) fn failed(&self) -> impl Iterator<Item = &str> {
        let failed = self.states.iter().filter(|it| it.state == "failed");
        failed.map(|it| it.service.as_str())
    }

    /// Returns the time for which all services that run have run, where the init knows it.
    pub(super) fn age(&self) -> Option<Duration> {
        let uptime = of_machine("/proc/uptime");
        let seconds: f64 = uptime.split_whitespace().next()?.parse().ok()?;
        let now = Duration::try_from_secs_f64(seconds).ok()?;
        Some(now.saturating_sub(Duration::from_micros(self.entered?)))
    }

    /// Returns the services that ran, and do not in a later look, or were started again in between.
    pub(super) fn fallen(&self, later: &Self) -> Vec<String> {
        let was_active = |it: &&ServiceState| self.active().any(|name| name == it.service);
        let fallen = self.states.iter().filter(was_active).filter(|it| {
            let runs_on = later.states.iter().any(|other| other == *it);
            !runs_on || self.mark(&it.service) != later.mark(&it.service)
        });
        fallen.map(|it| it.service.clone()).collect()
    }

    fn mark(&self, service: &str) -> Option<&String> {
        let at = self.states.iter().position(|it| it.service == service)?;
        self.marks.get(at)
    }
}

/// Looks until what is seen lasts, and until everything in `wanted` runs and listens; at most until
/// the time is over.
pub(super) fn settle(
    system: &System,
    init: Option<Init>,
    subject: &Subject,
    wanted: (&BTreeSet<String>, &BTreeSet<u16>),
) -> Result<Look, SystemError> {
    let has_services = match init {
        Some(Init::Systemd) => !subject.units.is_empty(),
        Some(Init::Sysvinit) => !subject.init_scripts.is_empty(),
        None => false,
    };
    let begin = Instant::now();
    let mut last = look(system, init, subject)?;
    if !has_services {
        return Ok(last);
    }
    let mut since = Instant::now();
    loop {
        let is_whole = wanted
            .0
            .iter()
            .all(|service| last.active().any(|it| it == service))
            && wanted.1.is_subset(&last.ports);
        let lasts = since.elapsed() >= LASTING || last.age().is_some_and(|age| age >= LASTING);
        // What has failed does not come back by waiting.
        let has_failed = last.states.iter().any(|it| it.state == "failed");
        if lasts
            && last.is_settled()
            && (is_whole || has_failed || begin.elapsed() > Duration::from_secs(8))
            || begin.elapsed() > SETTLE_LIMIT
        {
            return Ok(last);
        }
        std::thread::sleep(BETWEEN_LOOKS);
        let now = look(system, init, subject)?;
        if now != last {
            last = now;
            since = Instant::now();
        }
    }
}

/// Looks at the services as they are.
pub(super) fn look(
    system: &System,
    init: Option<Init>,
    subject: &Subject,
) -> Result<Look, SystemError> {
    let ports = system.listening().iter().map(SocketAddr::port).collect();
    let mut look = Look {
        states: Vec::new(),
        marks: Vec::new(),
        entered: None,
        ports,
    };
    match init {
        Some(Init::Systemd) if !subject.units.is_empty() => of_systemd(system, subject, &mut look)?,
        Some(Init::Sysvinit) => of_sysvinit(system, subject, &mut look)?,
        _ => {}
    }
    Ok(look)
}

fn of_systemd(system: &System, subject: &Subject, look: &mut Look) -> Result<(), SystemError> {
    let properties = "--property=Id,LoadState,ActiveState,SubState,MainPID,NRestarts,\
                      ActiveEnterTimestampMonotonic";
    let mut words = vec!["systemctl", "show", properties];
    words.extend(subject.units.iter().map(String::as_str));
    let output = system.run(words)?;
    for (unit, text) in subject.units.iter().zip(output.stdout.split("\n\n")) {
        let field = |name: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            value.unwrap_or_default()
        };
        if field("LoadState") == "not-found" {
            continue;
        }
        let restarts = field("NRestarts");
        if field("ActiveState") == "active" {
            let entered = field("ActiveEnterTimestampMonotonic").parse().ok();
            look.entered = look.entered.max(entered);
        }
        let state = match (field("ActiveState"), field("SubState")) {
            ("activating", "auto-restart") => "failed",
            (state, _) => state,
        };
        look.states.push(ServiceState {
            service: unit.clone(),
            state: state.to_owned(),
        });
        look.marks.push(format!("{} {restarts}", field("MainPID")));
    }
    Ok(())
}

fn of_sysvinit(system: &System, subject: &Subject, look: &mut Look) -> Result<(), SystemError> {
    for script in &subject.init_scripts {
        let words = [
            "sh",
            "-c",
            "test -x \"$1\" || exit 4; exec \"$1\" status",
            "sh",
        ];
        let path = format!("/etc/init.d/{script}");
        let status = system.run(words.into_iter().chain([path.as_str()]))?.status;
        // The statuses of the Linux Standard Base.
        let state = match status {
            0 => "active",
            1..=3 => "inactive",
            _ => "unknown",
        };
        look.states.push(ServiceState {
            service: script.clone(),
            state: state.to_owned(),
        });
    }
    Ok(())
}

/// Does something, and returns the time during which one of the ports accepted no connections.
pub(super) fn downtime<T: Send>(
    system: &System,
    ports: &BTreeSet<u16>,
    done: &AtomicBool,
    work: impl FnOnce() -> T,
) -> (T, Option<Duration>) {
    if ports.is_empty() {
        return (work(), None);
    }
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut down = Duration::ZERO;
            let mut last = Instant::now();
            loop {
                let open: BTreeSet<u16> = system.listening().iter().map(SocketAddr::port).collect();
                let now = Instant::now();
                let is_up = ports.is_subset(&open);
                if !is_up {
                    down += now - last;
                }
                last = now;
                if done.load(Ordering::Relaxed) {
                    return down;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        (result, watch.join().ok())
    })
}
