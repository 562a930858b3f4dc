//! Progress of long work: on a terminal, once it has taken a while, and nothing elsewhere.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::counter::Counter;
use indicatif::{ProgressBar, ProgressStyle};

use super::session::Session;

/// The time after which people ask themselves what is going on.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// The bytes that work is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Bytes {
    /// Their number; 0 where nobody knows.
    pub(super) total: u64,
    /// The counters of those that are done.
    pub(super) done: Vec<Counter>,
}

impl Bytes {
    fn count(&self) -> u64 {
        self.done.iter().map(Counter::get).sum()
    }
}

impl Session {
    /// Does work. On a terminal, how far it is is shown until it is done.
    pub(super) fn watch<T>(&self, what: &str, bytes: &Bytes, work: impl FnOnce() -> T) -> T {
        if !self.is_watched {
            return work();
        }
        thread::scope(|scope| {
            let (working, over) = mpsc::channel();
            let look = move || show(what, bytes, &over);
            // Where the system gives no more threads, nothing is shown.
            let _ = thread::Builder::new().spawn_scoped(scope, look);
            let done = work();
            drop::<mpsc::Sender<()>>(working);
            done
        })
    }
}

/// Shows how far the work is until its end of the channel is gone.
fn show(what: &str, bytes: &Bytes, over: &Receiver<()>) {
    let works = |pause| over.recv_timeout(pause) == Err(RecvTimeoutError::Timeout);
    if !works(PATIENCE) {
        return;
    }
    let (bar, style) = match bytes.total {
        0 => (ProgressBar::new_spinner(), "{spinner} {msg} {elapsed}"),
        total => (
            ProgressBar::new(total),
            "{msg} {wide_bar} {decimal_bytes} of {decimal_total_bytes}, {eta} left",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    loop {
        bar.set_position(bytes.count().min(bytes.total));
        bar.tick();
        if !works(PAUSE) {
            break;
        }
    }
    bar.finish_and_clear();
}
