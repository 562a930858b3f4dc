//! zstd: the sizes of its jobs, windows and tables, and the memory that they take.

use std::io::{self, Write};

use zstd::zstd_safe::CParameter;

use super::{Codec, Decoder, Encoder, Input, MOST_THREADS, Raw};

pub(super) static CODEC: Codec = Codec {
    name: "zstd",
    mistaken: &["zst"],
    suffix: ".zst",
    levels: Some(1..=22),
    default_level: 19,
    unread: Some((&["bullseye"], "1.21.18")),
    filters_x86: false,
    jobs: |level, size| size.div_ceil(job_size(level, size)),
    workers,
    memory,
    encoder,
    decoder,
};

/// The binary logarithm of the largest window that is read, which is dpkg's limit as well.
const WINDOW_LIMIT: u32 = 27;

/// Returns how many bytes of input each job takes; `None` where zstd chooses. Its choice of four
/// windows leaves cores idle at the end of a small tree and takes more memory. Levels 1 and 2 find
/// most matches nearby: their jobs fit the cache of a core. The others have equal jobs, an even number
/// of them; the strong levels load the whole window again for every job, so theirs are larger. The
/// levels above 19 keep zstd's choice, their windows are too large for anything else.
fn own_job_size(level: u8, size: u64) -> Option<u32> {
    let (parts, least, most) = match level {
        ..=2 => return Some(2 << 20),
        3 | 4 => (192, 3 << 20, 6 << 20),
        5..=15 => (16, 2 << 20, 8 << 20),
        16..=19 => (16, 16 << 20, 32 << 20),
        20.. => return None,
    };
    let jobs = size
        .div_ceil((size / parts).clamp(least, most))
        .next_multiple_of(2)
        .max(2);
    u32::try_from(size.div_ceil(jobs).max(1 << 20)).ok()
}

/// Returns how much of the window each job looks at again, as zstd counts it: 9 is all, 8 a half, 7 a
/// quarter and so on; `None` is its own choice. At levels 1 and 2 that would be an eighth of the job,
/// at levels 16 to 19 a whole window: a quarter takes a third off the time for 0.1 % of the size.
fn overlap(level: u8) -> Option<u32> {
    match level {
        ..=2 => Some(3),
        16..=19 => Some(7),
        _ => None,
    }
}

/// Level 3 with tables of half the size and a window four times as large. Tables of 384 KB leave room
/// in the cache of a core, where zstd's 768 KB do not: a tenth to a quarter less time. What they miss
/// nearby the window finds further away: of the trees in docs/performance.md, packages are 0.2 to
/// 0.7 % larger than with zstd's own choice. Unpacking takes 8 MB of memory instead of 2.
const LEVEL_THREE: [CParameter; 3] = [
    CParameter::WindowLog(23),
    CParameter::HashLog(16),
    CParameter::ChainLog(15),
];

/// Returns the window in bytes of the levels above 19; they take four windows in each job.
fn window(level: u8) -> u64 {
    match level {
        ..=19 => 8 << 20,
        20 => 32 << 20,
        21 => 64 << 20,
        22.. => 128 << 20,
    }
}

/// Returns the size of a job, ours or zstd's own.
fn job_size(level: u8, size: u64) -> u64 {
    own_job_size(level, size).map_or(4 * window(level), u64::from)
}

/// Hash, chain and tag tables of a worker, in MiB for each level from 1 on: the sizes of zstd 1.5.7
/// for inputs over 256 KB (`ZSTD_defaultCParameters` in clevels.h), rounded up. The library tells its
/// memory by functions that are not in its stable interface.
const TABLES: [u64; 22] = [
    1, 1, 1, 2, 3, 3, 6, 6, 10, 20, 20, 40, 32, 48, 64, 32, 48, 48, 80, 160, 320, 640,
];

/// Returns how many workers keep so many cores busy. A worker that is done gets its next job only when
/// the oldest job has more to write; with many short jobs that loses a twentieth of the time, which one
/// more worker wins back. With few jobs one more would leave the last of them alone.
fn workers(level: u8, cores: usize, size: u64) -> usize {
    let jobs = size / job_size(level, size);
    let spare = level <= 4 && cores > 1 && jobs >= 16 * cores as u64;
    cores + usize::from(spare)
}

/// Adds up tables for each worker; a ring of input with a job for each worker and three more; and
/// buffers of output for two jobs of each worker and three more. None is for a job that there is not.
fn memory(level: u8, threads: usize, input: Input) -> u64 {
    let mut tables = TABLES
        .get(usize::from(level).saturating_sub(1))
        .map_or(0, |mib| (mib + 2) << 20);
    if input.exact {
        // What is known to be short gets tables no longer than it.
        tables = tables.min(16 * input.size.next_power_of_two() + (2 << 20));
    }
    let job = job_size(level, input.size).min(input.size);
    let jobs = input.size.div_ceil(job.max(1));
    let threads = threads as u64;
    let buffers = (threads + 3).min(jobs) + (2 * threads + 3).min(jobs);
    threads.min(jobs) * tables + buffers * job
}

/// Starts a frame, always with worker threads: without them zstd writes other bytes.
fn encoder(
    output: &mut dyn Write,
    level: u8,
    threads: usize,
    input: Input,
) -> io::Result<Box<dyn Encoder + '_>> {
    let buffer = Vec::with_capacity(256 << 10);
    let raw = zstd::stream::raw::Encoder::new(i32::from(level))?;
    let writer = zstd::stream::zio::Writer::with_output_buffer(buffer, output, raw);
    let mut encoder = zstd::Encoder::with_writer(writer);
    encoder.multithread(u32::try_from(threads.min(MOST_THREADS)).unwrap_or(1))?;
    if let Some(job) = own_job_size(level, input.size) {
        encoder.set_parameter(CParameter::JobSize(job))?;
    }
    if level == 3 {
        for parameter in LEVEL_THREE {
            encoder.set_parameter(parameter)?;
        }
    }
    if let Some(overlap) = overlap(level) {
        encoder.set_parameter(CParameter::OverlapSizeLog(overlap))?;
    }
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(input.exact.then_some(input.size))?;
    Ok(Box::new(encoder))
}

impl Encoder for zstd::Encoder<'static, &mut dyn Write> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        zstd::Encoder::finish(*self).map(drop)
    }
}

fn decoder(raw: Raw) -> io::Result<Box<dyn Decoder>> {
    let mut decoder = zstd::Decoder::with_buffer(raw)?;
    decoder.window_log_max(WINDOW_LIMIT)?;
    Ok(Box::new(decoder.single_frame()))
}

impl Decoder for zstd::Decoder<'static, Raw> {
    fn rest(&mut self) -> Option<&mut Raw> {
        Some(self.get_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_equal_and_even_in_number() {
        const MIB: u64 = 1 << 20;
        for (level, size, job) in [
            (1, 800 * MIB, Some(2 << 20)),
            (3, 1, Some(1 << 20)),
            (3, 60 * MIB, Some(3 << 20)),
            (3, 768 * MIB, Some(4 << 20)),
            (3, 2400 * MIB, Some(6 << 20)),
            (9, 1, Some(1 << 20)),
            (9, 60 * MIB, Some(60 * (1 << 20) / 16)),
            (9, 800 * MIB, Some(8 << 20)),
            (19, 60 * MIB, Some(15 << 20)),
            (20, 60 * MIB, None),
        ] {
            assert_eq!(own_job_size(level, size), job, "{level} {size}");
        }
    }

    #[test]
    fn many_short_jobs_have_a_spare_worker() {
        const MIB: u64 = 1 << 20;
        for (level, cores, size, count) in [
            (3, 2, 96 * MIB, 3),
            (3, 2, 90 * MIB, 2),
            (3, 1, 960 * MIB, 1),
            (3, 8, 384 * MIB, 9),
            (1, 2, 64 * MIB, 3),
            (5, 2, 960 * MIB, 2),
            (19, 2, 9600 * MIB, 2),
        ] {
            assert_eq!(workers(level, cores, size), count, "{level} {size}");
        }
    }
}
