//! The lives of a package side by side: most of a life is waiting for services.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::lives::{self, Begin, Life};
use super::root::Root;
use super::stage::{self, Cast, Stage};
use super::{Options, Run, Step, SystemError};
use crate::deb::Memory;

/// The systems for each processor: they wait most of the time.
const FOR_EACH_CORE: usize = 3;

/// The most systems at a time.
const MOST: usize = 12;

/// The memory that a system takes beside what is written to it.
const MEMORY: u64 = 256 << 20;

/// The end of a life.
struct End {
    steps: Vec<Step>,
    accounts: Vec<String>,
    /// The index of the step that failed.
    failed: Option<usize>,
}

/// The ends of lives by their indexes; none of those that were not begun.
type Ends = BTreeMap<usize, Result<End, SystemError>>;

/// Lets the package live in one kind of system.
pub(super) fn run(root: &Root, cast: &Cast<'_>, options: &Options) -> Result<Run, SystemError> {
    let begin = Instant::now();
    let lives = lives::all(cast.subject, cast.olds);
    let failed = Mutex::new(BTreeSet::new());
    let mut ends = live_all(&lives, &failed, root, cast, options);
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut run = Run::of(root);
    for (index, life) in lives.iter().enumerate() {
        // Those that began at the same time as the one that failed say no more than that one.
        let is_futile = failed.contains(&life.begin) && !is_leader(&lives, index);
        match ends.remove(&index) {
            Some(Err(error)) => return Err(error),
            Some(Ok(end)) if !is_futile => {
                run.take(end.steps, end.accounts);
                if let Some(failed) = end.failed {
                    run.miss(&life.name, life.names(failed + 1));
                }
            }
            _ => run.miss(&life.name, life.names(0)),
        }
    }
    run.milliseconds = stage::milliseconds(begin.elapsed());
    Ok(run)
}

/// Lets several lives begin at a time, in their order. None is begun after one that fails at once with
/// the same package, or after an error.
fn live_all(
    lives: &[Life<'_>],
    failed: &Mutex<BTreeSet<Begin>>,
    root: &Root,
    cast: &Cast<'_>,
    options: &Options,
) -> Ends {
    let failed = || failed.lock().unwrap_or_else(PoisonError::into_inner);
    let next = AtomicUsize::new(0);
    let ends = Mutex::new(Ends::new());
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(life) = lives.get(index) else {
                return;
            };
            if failed().contains(&life.begin) {
                continue;
            }
            let end = live(root, cast, life, options);
            match &end {
                Ok(end) if end.failed == Some(0) && is_leader(lives, index) => {
                    failed().insert(life.begin);
                }
                Ok(_) => {}
                Err(_) => next.store(lives.len(), Ordering::Relaxed),
            }
            let mut ends = ends.lock().unwrap_or_else(PoisonError::into_inner);
            ends.insert(index, end);
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs(cast, options, lives.len()) {
            scope.spawn(work);
        }
    });
    ends.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn live(
    root: &Root,
    cast: &Cast<'_>,
    life: &Life<'_>,
    options: &Options,
) -> Result<End, SystemError> {
    let mut stage = Stage::open(root, cast, life, options)?;
    let failed = life.live(&mut stage)?;
    Ok(End {
        steps: stage.steps,
        accounts: stage.accounts_left,
        failed,
    })
}

/// Returns whether a life is the first of those that begin with the same package.
fn is_leader(lives: &[Life<'_>], index: usize) -> bool {
    let begin: Begin = lives[index].begin;
    lives.iter().position(|life| life.begin == begin) == Some(index)
}

/// Returns the number of systems that run side by side.
fn jobs(cast: &Cast<'_>, options: &Options, lives: usize) -> usize {
    if let Some(jobs) = options.jobs {
        return jobs.get().min(lives);
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let sizes = cast.olds.iter().chain([cast.subject]).map(|it| it.size);
    // Unpacked beside the version before, and the package itself.
    let memory = sizes.fold(MEMORY, |sum, size| {
        sum.saturating_add(size.saturating_mul(2))
    });
    let available = Memory::of_this_process().available.unwrap_or(u64::MAX);
    // Half of it is for others.
    let carried = usize::try_from(available / 2 / memory).unwrap_or(MOST);
    (cores * FOR_EACH_CORE)
        .min(MOST)
        .min(carried)
        .clamp(1, lives)
}
