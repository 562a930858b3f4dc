//! The signals that end the process, or would.

/// Has a file that outgrows `ulimit -f` refused, as one that outgrows the disk is: without a handler the
/// signal ends the process without a word.
#[cfg(unix)]
pub(super) fn survive_file_limit() {
    let nobody_asks = std::sync::Arc::default();
    // Where it cannot be had, the signal does what it always did.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody_asks);
}

/// Has the temporary folders removed where a signal ends the process.
#[cfg(unix)]
pub(super) fn end_without_leftovers() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // A shell has what it starts in the background ignore SIGINT, and nohup(1) others.
    let wanted = [SIGINT, SIGTERM].into_iter().filter(|it| !is_ignored(*it));
    // Where they cannot be had, the signals do what they always did.
    let Ok(mut signals) = Signals::new(wanted) else {
        return;
    };
    let handle = signals.handle();
    let wait = move || {
        for signal in signals.forever() {
            crate::fs::remove_temporary_folders();
            let _ = emulate_default_handler(signal);
        }
    };
    // Without a thread nobody would end the process where the signal says so.
    if std::thread::Builder::new().spawn(wait).is_err() {
        handle.close();
    }
}

/// Returns whether the process was started with a signal ignored; false where the kernel does not tell.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let Ok(status) = crate::fs::read("/proc/self/status".as_ref()) else {
        return false;
    };
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

#[cfg(not(unix))]
pub(super) fn survive_file_limit() {}

#[cfg(not(unix))]
pub(super) fn end_without_leftovers() {}
