//! MD5 sums (RFC 1321): of many small files at once, and of a large one by and by.
//!
//! One MD5 waits for itself: every step needs the one before. As many sums side by side as words fit
//! a vector register (4 on any amd64 and arm64, 8 with AVX2, 16 with AVX-512) take from a half to a
//! seventh of the time, which shows where zstd or no compression leaves little else to do. For a large
//! file there is only the shortest chain of instructions: see [`sines`] and [`mix`], which take a
//! quarter off the time of the `md5` crate.
//!
//! With that crate for all sums, three rows of `benches/compare.sh` fall behind dpkg-deb at zstd:3: the
//! shares of its processor time become 1.07 in place of 0.94 with 100,000 small files, 1.22 in place of
//! 1.00 with Debian's Erlang, and 1.21 in place of 1.06 with the Rust toolchain; of its wall time, 1.36
//! in place of 0.90 with the small files.

use std::hint::black_box;
use std::num::Wrapping;
use std::ops::{Add, BitAnd, BitOr, BitXor, Not};

use fearless_simd::{Level, Simd, SimdBase, dispatch};

/// An MD5 sum, as md5sums lists it for every file that is no conffile.
pub(crate) type Md5 = [u8; 16];

/// The number of words in the widest register.
const MOST_LANES: usize = 16;
const BLOCK: usize = 64;

type State = [u32; 4];
/// A word of every lane; those behind the width of the register are not used.
type Lanes = [u32; MOST_LANES];

const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The integer part of 2^32 |sin(i + 1)|.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// Returns the sums of some messages, in their order.
pub(super) fn sums(messages: &[&[u8]]) -> Vec<Md5> {
    match messages {
        [message] => {
            let mut sum = LongSum::default();
            sum.add(message);
            vec![sum.finish()]
        }
        _ => sums_by(Level::new(), messages),
    }
}

/// Returns the sums, by the instructions of a kind of processor.
fn sums_by(level: Level, messages: &[&[u8]]) -> Vec<Md5> {
    let mut states = vec![START; messages.len()];
    let bodies = messages
        .iter()
        .map(|message| &message[..message.len() - message.len() % BLOCK]);
    let bodies = bodies.enumerate().collect();
    let tails: Vec<_> = messages.iter().map(|message| tail(message)).collect();
    let ends = tails.iter().map(|(bytes, length)| &bytes[..*length]);
    let ends = ends.enumerate().collect();
    dispatch!(level, simd => run(simd, &mut states, bodies));
    dispatch!(level, simd => run(simd, &mut states, ends));
    states.iter().map(digest).collect()
}

/// Returns the end of a message behind its whole blocks: the rest, a bit, zeros, the length in bits.
fn tail(message: &[u8]) -> ([u8; 2 * BLOCK], usize) {
    let rest = &message[message.len() - message.len() % BLOCK..];
    tail_of(rest, message.len() as u64)
}

/// Returns the end of a message of which only the rest and the length are known.
fn tail_of(rest: &[u8], message: u64) -> ([u8; 2 * BLOCK], usize) {
    let length = (rest.len() + 9).next_multiple_of(BLOCK);
    let mut bytes = [0; 2 * BLOCK];
    bytes[..rest.len()].copy_from_slice(rest);
    bytes[rest.len()] = 0x80;
    let bits = message.wrapping_mul(8);
    bytes[length - 8..length].copy_from_slice(&bits.to_le_bytes());
    (bytes, length)
}

fn digest(state: &State) -> Md5 {
    let mut sum = [0; 16];
    for (bytes, word) in sum.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    sum
}

/// Feeds streams of whole blocks to the states they belong to.
#[allow(
    clippy::inline_always,
    reason = "for each kind of processor, all this must become one function"
)]
#[inline(always)]
fn run<S: Simd>(simd: S, states: &mut [State], mut waiting: Vec<(usize, &[u8])>) {
    waiting.retain(|(_, stream)| !stream.is_empty());
    // The longest are taken first, so that the lanes end together.
    waiting.sort_by_key(|(_, stream)| stream.len());
    let mut active: Vec<(usize, &[u8])> = Vec::with_capacity(S::u32s::LEN);
    loop {
        while active.len() < S::u32s::LEN
            && let Some(next) = waiting.pop()
        {
            active.push(next);
        }
        if active.is_empty() {
            return;
        }
        advance(simd, states, &mut active);
        active.retain(|(_, stream)| !stream.is_empty());
    }
}

/// Hashes as much as the shortest active stream has.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn advance<S: Simd>(simd: S, states: &mut [State], active: &mut [(usize, &[u8])]) {
    let shortest = active.iter().map(|(_, stream)| stream.len()).min();
    let mut streams: [&[u8]; MOST_LANES] = [&[]; MOST_LANES];
    let mut words: [Lanes; 4] = Default::default();
    for (lane, (at, stream)) in active.iter_mut().enumerate() {
        let (now, later) = stream.split_at(shortest.unwrap_or_default());
        streams[lane] = now;
        *stream = later;
        for (words, word) in words.iter_mut().zip(states[*at]) {
            words[lane] = word;
        }
    }
    let mut state = words.map(|words| load(simd, &words));
    compress(simd, &mut state, &mut streams[..active.len()]);
    for (words, state) in words.iter_mut().zip(state) {
        state.store_slice(&mut words[..S::u32s::LEN]);
    }
    for (lane, (at, _)) in active.iter().enumerate() {
        states[*at] = words.map(|words| words[lane]);
    }
}

#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn load<S: Simd>(simd: S, words: &Lanes) -> S::u32s {
    S::u32s::from_slice(simd, &words[..S::u32s::LEN])
}

/// Hashes streams of equal length to their end.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn compress<S: Simd>(simd: S, state: &mut [S::u32s; 4], streams: &mut [&[u8]]) {
    let sines = sines();
    while streams.first().is_some_and(|stream| !stream.is_empty()) {
        let mut words: [Lanes; 16] = Default::default();
        for (lane, stream) in streams.iter_mut().enumerate() {
            let (block, rest) = stream.split_at(BLOCK);
            *stream = rest;
            for (words, word) in words.iter_mut().zip(words_of(block)) {
                words[lane] = word;
            }
        }
        let words = words.map(|words| load(simd, &words));
        rounds(
            state,
            |word, sine| words[word] + S::u32s::splat(simd, sines[sine]),
            |sum, shift| (sum << shift) | (sum >> (32 - shift)),
        );
    }
}

/// The sum of one message that comes in parts.
#[derive(Debug)]
pub(crate) struct LongSum {
    state: State,
    /// The part of the last block that has come.
    rest: Vec<u8>,
    length: u64,
}

impl Default for LongSum {
    fn default() -> Self {
        Self {
            state: START,
            rest: Vec::with_capacity(BLOCK),
            length: 0,
        }
    }
}

impl LongSum {
    /// Takes the next part.
    pub(crate) fn add(&mut self, mut part: &[u8]) {
        self.length = self.length.wrapping_add(part.len() as u64);
        if !self.rest.is_empty() {
            let (now, later) = part.split_at(part.len().min(BLOCK - self.rest.len()));
            self.rest.extend_from_slice(now);
            part = later;
            if self.rest.len() < BLOCK {
                return;
            }
            follow(&mut self.state, &self.rest);
            self.rest.clear();
        }
        let (blocks, rest) = part.split_at(part.len() - part.len() % BLOCK);
        follow(&mut self.state, blocks);
        self.rest.extend_from_slice(rest);
    }

    /// Returns the sum of what came.
    pub(crate) fn finish(mut self) -> Md5 {
        let (bytes, length) = tail_of(&self.rest, self.length);
        follow(&mut self.state, &bytes[..length]);
        digest(&self.state)
    }
}

/// Hashes whole blocks, one after the other.
fn follow(state: &mut State, blocks: &[u8]) {
    let sines = sines();
    let mut words = state.map(Wrapping);
    for block in blocks.chunks_exact(BLOCK) {
        let mut block_words = [Wrapping(0); 16];
        for (place, word) in block_words.iter_mut().zip(words_of(block)) {
            *place = Wrapping(word);
        }
        rounds(
            &mut words,
            |word, sine| block_words[word] + Wrapping(sines[sine]),
            |sum, shift| Wrapping(sum.0.rotate_left(shift)),
        );
    }
    *state = words.map(|word| word.0);
}

fn words_of(block: &[u8]) -> impl Iterator<Item = u32> {
    block
        .chunks_exact(4)
        .map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

/// Returns [`SINES`] so that the compiler does not know them: it adds constants last, where the
/// next step waits for them; what it has to load it adds before.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn sines() -> &'static [u32; 64] {
    black_box(&SINES)
}

/// The arithmetic of MD5, on one word of a message or on those of several messages side by side.
trait Word:
    Copy
    + Add<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
{
}

impl<T> Word for T where
    T: Copy
        + Add<Output = T>
        + BitAnd<Output = T>
        + BitOr<Output = T>
        + BitXor<Output = T>
        + Not<Output = T>
{
}

/// Does the 64 steps of a block. `added` is the sum of a word of the block and a sine, by their places.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn rounds<T: Word>(
    state: &mut [T; 4],
    added: impl Fn(usize, usize) -> T,
    rotate: impl Fn(T, u32) -> T,
) {
    let mut next = *state;
    round::<T, 0>(&mut next, &added, &rotate);
    round::<T, 1>(&mut next, &added, &rotate);
    round::<T, 2>(&mut next, &added, &rotate);
    round::<T, 3>(&mut next, &added, &rotate);
    for (word, more) in state.iter_mut().zip(next) {
        *word = *word + more;
    }
}

/// Does sixteen steps. The bounds of the loop are constant, so that it is unrolled.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn round<T: Word, const ROUND: usize>(
    [a, b, c, d]: &mut [T; 4],
    added: &impl Fn(usize, usize) -> T,
    rotate: &impl Fn(T, u32) -> T,
) {
    const ORDER: [(usize, usize); 4] = [(1, 0), (5, 1), (3, 5), (7, 0)];
    const SHIFTS: [[u32; 4]; 4] = [
        [7, 12, 17, 22],
        [5, 9, 14, 20],
        [4, 11, 16, 23],
        [6, 10, 15, 21],
    ];
    let (factor, first) = ORDER[ROUND];
    let [s0, s1, s2, s3] = SHIFTS[ROUND];
    for quarter in 0..4 {
        let at = 4 * quarter;
        let added = |i: usize| added((factor * (at + i) + first) % 16, 16 * ROUND + at + i);
        *a = rotate(mix::<T, ROUND>([*a, *b, *c, *d], added(0)), s0) + *b;
        *d = rotate(mix::<T, ROUND>([*d, *a, *b, *c], added(1)), s1) + *a;
        *c = rotate(mix::<T, ROUND>([*c, *d, *a, *b], added(2)), s2) + *d;
        *b = rotate(mix::<T, ROUND>([*b, *c, *d, *a], added(3)), s3) + *c;
    }
}

/// Returns the sum that is rotated. Of its words b is the one that the step before made.
#[allow(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn mix<T: Word, const ROUND: usize>([a, b, c, d]: [T; 4], added: T) -> T {
    let sum = a + added;
    match ROUND {
        0 => sum + (d ^ (b & (c ^ d))),
        // The two halves share no bit, so they can be added apart, which waits less for b.
        1 => sum + (c & !d) + (b & d),
        2 => sum + (b ^ c ^ d),
        _ => sum + (c ^ (b | !d)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that this processor can be treated as.
    fn levels() -> Vec<Level> {
        let best = Level::new();
        let mut levels = vec![best, Level::baseline()];
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(best.as_sse4_2().map(Level::Sse4_2));
            levels.extend(best.as_avx2().map(Level::Avx2));
        }
        levels
    }

    #[test]
    fn sums_are_those_of_the_md5_crate() {
        let bytes: Vec<u8> = (0..100_000_u32)
            .map(|i| (i.wrapping_mul(i) >> 5).to_le_bytes()[0])
            .collect();
        let lengths = [
            0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1000, 2000, 3000, 4096, 5000, 69_999,
        ];
        for count in 0..lengths.len() {
            let messages: Vec<_> = lengths[count..]
                .iter()
                .map(|n| &bytes[*n / 3..][..*n])
                .collect();
            let expected: Vec<Md5> = messages.iter().map(|m| md5::compute(m).0).collect();
            assert_eq!(sums(&messages), expected, "from length {}", lengths[count]);
            for level in levels() {
                let sums = sums_by(level, &messages);
                assert_eq!(sums, expected, "{level:?} from length {}", lengths[count]);
            }
        }
    }
}
