//! `map`: the same work on many items at once, for work that waits on the kernel.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The most threads: more gain nothing where the kernel takes locks of its own.
const MOST_THREADS: usize = 8;
/// The most threads that wait: more requests at once are what stores slow down.
const MOST_WAITING: usize = 16;

/// Does the same work on every item, and returns the results in the order of the items. Few
/// items stay on this thread.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    /// The fewest items per thread: for fewer, starting a thread costs more than it saves.
    const FEW: usize = 8;
    map_on(items.len() / FEW, items, work)
}

/// Does the same large work on every item, each on a thread of its own as far as there are cores.
pub(crate) fn map_large<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_on(items.len(), items, work)
}

/// Does work on every item that waits for other machines or for the disk, each on a thread of its own.
pub(crate) fn map_waiting<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_with(MOST_WAITING.min(items.len()), items, work)
}

/// Works on a number of threads at most.
fn map_on<T: Sync, R: Send>(most: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    map_with(cores.min(MOST_THREADS).min(most), items, work)
}

/// Works on a number of threads.
fn map_with<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut results = thread::scope(|scope| {
        // Where the system gives no more threads, those that were started do all.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..threads).map_while(spawn).collect();
        let mut results = take();
        for other in others {
            match other.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, 7, 8, 16, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| 2 * item).collect();
            assert_eq!(map(&items, |item| 2 * item), doubled, "{count}");
            assert_eq!(map_large(&items, |item| 2 * item), doubled, "{count}");
        }
    }
}
