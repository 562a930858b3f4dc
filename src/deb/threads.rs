//! The number of threads that compress: as many as asked for or as there are cores, and fewer where
//! their memory would not fit.

use std::num::NonZero;

use super::codec::Input;
use super::{ArchiveError, Compression, WriteOptions};
use crate::finding::{Finding, Severity, tags};

/// The memory in bytes of all but the codec: buffers, the program, the paths of some ten thousand
/// files (18 MB for a small tree). A hundred thousand take twice as much, which the other half of the
/// memory has room for.
const BESIDE_THE_CODEC: u64 = 32 << 20;

/// The number of threads, and what the user should know of it.
#[derive(Debug)]
pub(super) struct Threads {
    pub(super) count: usize,
    pub(super) finding: Option<Finding>,
}

/// Chooses the number of threads.
///
/// They get half of the memory that is available. The other half is for what the estimate does not
/// know: what other processes of the same container come to need, and written pages that the disk has
/// not taken yet. A single thread may take all there is: nothing less would make the package.
///
/// # Errors
/// [`ArchiveError::Memory`] where a single thread would take more than the limit. Whether that is
/// so does not depend on what other processes take now: a build that passed once passes again.
pub(super) fn choose(options: &WriteOptions, input: Input) -> Result<Threads, ArchiveError> {
    let compression = options.compression;
    if let Some(limit) = options.memory.limit
        && at_least(needed(compression, 1, input)) > limit
    {
        return Err(ArchiveError::Memory {
            compression,
            needed: at_least(needed(compression, 1, input)),
            limit,
            fitting: fitting(compression, input, limit),
        });
    }
    let wanted = wanted(options.threads, compression, input);
    let room = options.memory.available.map_or(u64::MAX, |bytes| bytes / 2);
    let count = (2..=wanted)
        .rev()
        .find(|&threads| needed(compression, threads, input) <= room)
        .unwrap_or(1);
    let finding = (count < wanted).then(|| {
        fewer(
            options,
            count,
            wanted,
            needed(compression, wanted, input),
            room,
        )
    });
    Ok(Threads { count, finding })
}

/// Returns the number that was asked for or that keeps the cores busy, as far as there is work.
fn wanted(asked: Option<NonZero<usize>>, compression: Compression, input: Input) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
    asked
        .map_or_else(|| compression.workers(cores(), input), NonZero::get)
        .min(compression.most_threads(input))
}

/// Returns the memory in bytes that the process takes at most.
fn needed(compression: Compression, threads: usize, input: Input) -> u64 {
    BESIDE_THE_CODEC.saturating_add(compression.memory(threads, input))
}

/// Returns the memory for input that compresses well, which leaves buffers half empty and tables
/// partly untouched: 0.74 to 0.82 of the most at the levels that need much (docs/performance.md).
fn at_least(most: u64) -> u64 {
    most / 4 * 3
}

/// Returns the strongest lower level of the same method that fits.
fn fitting(compression: Compression, input: Input, limit: u64) -> Option<Compression> {
    let method = compression.method();
    (0..compression.level())
        .rev()
        .filter_map(|level| Compression::new(method, level).ok())
        .find(|&weaker| needed(weaker, 1, input) <= limit)
}

fn fewer(options: &WriteOptions, count: usize, wanted: usize, needed: u64, room: u64) -> Finding {
    let compression = options.compression;
    let compress = if count == 1 {
        "thread compresses"
    } else {
        "threads compress"
    };
    let message = format!(
        "{count} {compress} with `{compression}`: {wanted} would take about {} MB of memory, \
         and half of what is available is {} MB",
        megabytes(needed),
        megabytes(room),
    );
    // A number that was given is a wish; without one the user expects what fits.
    let finding = Finding::new(tags::FEWER_THREADS, message);
    if options.threads.is_none() {
        return finding;
    }
    finding.with_severity(Severity::Warning).with_hint(format!(
        "ask for at most `--threads {count}`, take a lower level, or allow more memory; the \
         package has the same bytes"
    ))
}

/// Rounds bytes up to whole megabytes.
pub(super) fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deb::Memory;
    use crate::finding::Severity;

    const MB: u64 = 1_000_000;

    fn input(size: u64) -> Input {
        Input {
            size,
            exact: true,
            x86: true,
        }
    }

    fn options(compression: &str, asked: usize, memory: Memory) -> WriteOptions {
        WriteOptions {
            mtime: 0,
            compression: compression.parse().unwrap(),
            threads: NonZero::new(asked),
            memory,
        }
    }

    fn available(bytes: u64) -> Memory {
        Memory {
            limit: None,
            available: Some(bytes),
        }
    }

    #[test]
    fn without_a_limit_as_many_as_asked_for_find_work() {
        for (compression, size, asked, count) in [
            ("xz:5", 60 * MB, 1, 1),
            ("xz:5", 60 * MB, 3, 3),
            ("xz:5", 60 * MB, 64, 8),
            ("xz:9", 60 * MB, 64, 1),
            ("xz:9", 640 * MB, 64, 10),
            ("zstd:3", 60 * MB, 64, 20),
            ("zstd:19", 60 * MB, 64, 4),
            ("zstd:22", 60 * MB, 64, 1),
            ("gzip:6", 60 * MB, 64, 58),
            ("gzip:6", 600 * MB, usize::MAX, 200),
            ("xz:0", 100_000 * MB, usize::MAX, 200),
            ("none", 60 * MB, 64, 1),
            ("gzip:6", 1, 64, 1),
            ("gzip:6", 0, 64, 1),
            ("zstd:3", 0, 64, 1),
            ("xz:5", 0, 64, 1),
        ] {
            let options = options(compression, asked, Memory::default());
            let threads = choose(&options, input(size)).unwrap();
            assert_eq!(threads.count, count, "{compression} {size} {asked}");
            assert_eq!(threads.finding, None);
        }
    }

    #[test]
    fn threads_get_half_of_the_memory_that_is_available() {
        for (compression, asked, memory, count) in [
            ("xz:5", 8, 4000, 8),
            ("xz:5", 8, 1000, 3),
            ("xz:5", 8, 512, 1),
            ("xz:5", 1, 512, 1),
            ("xz:5", 8, 0, 1),
            ("zstd:19", 4, 2000, 4),
            ("zstd:19", 4, 900, 3),
            ("gzip:6", 16, 512, 16),
            ("gzip:12", 16, 512, 14),
            ("none", 16, 0, 1),
        ] {
            let options = options(compression, asked, available(memory * MB));
            let threads = choose(&options, input(60 * MB)).unwrap();
            assert_eq!(threads.count, count, "{compression} {memory} {asked}");
            let fewer = threads.finding.is_some();
            assert_eq!(fewer, count < asked && compression != "none");
        }
    }

    #[test]
    fn the_limit_alone_does_not_reduce() {
        let memory = Memory {
            limit: Some(512 * MB),
            available: None,
        };
        let threads = choose(&options("xz:5", 8, memory), input(60 * MB)).unwrap();
        assert_eq!(threads.count, 8);
    }

    #[test]
    fn who_asked_is_warned() {
        let memory = available(1000 * MB);
        let asked = choose(&options("xz:5", 8, memory), input(60 * MB)).unwrap();
        let finding = asked.finding.unwrap();
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(
            finding.message,
            "3 threads compress with `xz:5`: 8 would take about 935 MB of memory, and half of what \
             is available is 500 MB"
        );
        assert_eq!(
            finding.hint.unwrap(),
            "ask for at most `--threads 3`, take a lower level, or allow more memory; the package \
             has the same bytes"
        );
    }

    #[test]
    fn who_did_not_ask_is_told_with_the_defaults() {
        let memory = available(512 * MB);
        let unasked = options("xz:5", 0, memory);
        let finding = fewer(&unasked, 1, 2, 273 * MB, 256 * MB);
        assert_eq!((finding.severity, finding.hint), (Severity::Info, None));
        assert_eq!(
            finding.message,
            "1 thread compresses with `xz:5`: 2 would take about 273 MB of memory, and half of what \
             is available is 256 MB"
        );
    }

    #[test]
    fn one_thread_beyond_the_limit_is_refused() {
        for (compression, limit, fits, hint) in [
            ("xz:9", 512, false, "compress with `xz:8`, which fits, or"),
            ("xz:9", 256, false, "compress with `xz:6`, which fits, or"),
            ("xz:9", 1000, true, ""),
            ("xz:5", 110, false, "compress with `xz:4`, which fits, or"),
            (
                "zstd:22",
                512,
                false,
                "compress with `zstd:21`, which fits, or",
            ),
            (
                "xz:5",
                32,
                false,
                "compress with `gzip:6`, which takes the least, or",
            ),
            ("gzip:6", 64, true, ""),
        ] {
            let memory = Memory {
                limit: Some(limit * MB),
                available: Some(limit * MB / 3),
            };
            let chosen = choose(&options(compression, 2, memory), input(60 * MB));
            match chosen {
                Ok(threads) => assert!(fits && threads.count == 1, "{compression} {limit}"),
                Err(error) => {
                    assert!(!fits, "{compression} {limit}");
                    let told = error.hint().unwrap();
                    assert!(told.starts_with(hint), "{compression} {limit}: {told}");
                }
            }
        }
    }

    #[test]
    fn the_refusal_names_need_and_limit() {
        let memory = Memory {
            limit: Some(512 * MB),
            available: None,
        };
        let error = choose(&options("xz:9", 1, memory), input(60 * MB)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "compression `xz:9` takes about 645 MB of memory for this package, expected at most 512 \
             MB, the limit of this process"
        );
    }
}
