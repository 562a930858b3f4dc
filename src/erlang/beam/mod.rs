//! Compiled Erlang modules (`.beam`): debug chunks taken out without Erlang on the build machine.
//!
//! A module is an IFF form: `FOR1`, the length of what follows, `BEAM`, then chunks of a four
//! byte name, a length and that many bytes padded to four. The whole may be compressed by gzip.

mod chunks;

use std::io::Read;

use flate2::bufread::GzDecoder;

pub use chunks::{Chunk, ChunkId, chunks};

/// The greatest size in bytes of an unpacked module: the largest of OTP has 1 MB.
const UNPACKED_LIMIT: u64 = 64 << 20;

/// Chunks that nothing reads in a running release. Everything else stays, known or not: a chunk
/// that a later OTP loads or a module brings for its own use must not get lost.
///
/// `Attr`, `Line`, `Type` and `Meta` are not here. `Attr` has what `module_info(attributes)`,
/// release upgrades (`vsn`) and Elixir's protocols ask for; `Line` has the line numbers of
/// stack traces; `Type` lets the JIT of OTP 25 and later make better code; `Meta` is part of
/// `module_info(md5)` since OTP 25.
pub const DEBUG_CHUNKS: &[(ChunkId, &str)] = &[
    (ChunkId(*b"Dbgi"), "debug information: the abstract code"),
    (ChunkId(*b"Abst"), "the abstract code, before OTP 20"),
    (
        ChunkId(*b"DbgB"),
        "positions of variables for a debugger, from OTP 28 on",
    ),
    (ChunkId(*b"Docs"), "documentation, EEP 48"),
    (ChunkId(*b"LDoc"), "documentation of LFE"),
    (ChunkId(*b"ExCk"), "signatures for Elixir's compiler"),
    (ChunkId(*b"ExDc"), "documentation, before Elixir 1.7"),
    (ChunkId(*b"ExDp"), "deprecations, before Elixir 1.11"),
    (
        ChunkId(*b"LocT"),
        "local functions, for the dump of the JIT and for xref",
    ),
    // `module_info(compile)` is then `[]`: as after `beam_lib:strip/1` and in every `mix release`.
    // It holds options, the compiler's version and the path of the source on the build machine.
    (ChunkId(*b"CInf"), "how and where it was compiled"),
];

/// A file that cannot be stripped as a module. The file may still be packed as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BeamError {
    /// The file starts neither as a form nor as gzip.
    #[error("not a module: it starts with `{start}`, expected `FOR1` or a gzip header")]
    NotAModule {
        /// The first bytes, escaped.
        start: String,
    },
    /// The gzip stream is damaged or ends too early.
    #[error("the gzip stream is damaged: {reason}")]
    Gzip {
        /// The decoder's message.
        reason: String,
    },
    /// Bytes follow the gzip stream.
    #[error("{count} bytes follow the gzip stream, expected its end")]
    AfterGzip {
        /// The number of these bytes.
        count: usize,
    },
    /// The file unpacks to more bytes than any module has: an archive bomb, or no module.
    #[error("the gzip stream unpacks to more than {limit} bytes, expected a module")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The length in the header differs from the length of the file.
    #[error("the header says {said} bytes, the file has {found}")]
    Length {
        /// The length in the header, with that of the header itself.
        said: u64,
        /// The length of the file.
        found: u64,
    },
    /// A chunk does not fit into what is left of the file.
    #[error("chunk `{id}` at byte {offset} has {said} bytes, {left} are left")]
    ChunkTooLong {
        /// The name of the chunk.
        id: ChunkId,
        /// The offset of the chunk's header.
        offset: usize,
        /// The chunk's length as written.
        said: u64,
        /// The number of bytes after the chunk's header.
        left: u64,
    },
    /// The header of a chunk is cut off.
    #[error("the file ends inside the header of a chunk at byte {offset}")]
    ChunkHeader {
        /// The offset of that header.
        offset: usize,
    },
    /// The name of a chunk is not printable ASCII.
    #[error("`{id}` at byte {offset} is no name of a chunk, expected four printable letters")]
    ChunkName {
        /// The name.
        id: ChunkId,
        /// The offset of the chunk's header.
        offset: usize,
    },
    /// The emulator and `beam_lib` would each take another one of the two.
    #[error("chunk `{id}` is there twice")]
    Twice {
        /// The name of the chunk.
        id: ChunkId,
    },
    /// A chunk without which no emulator loads the module.
    #[error("chunk `{id}` is missing, expected in every module")]
    Missing {
        /// The name of the chunk.
        id: ChunkId,
    },
}

impl BeamError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAModule { .. } => {
                "exclude it, or rename it if it is not an Erlang module".into()
            }
            _ => "compile the module again, or exclude the file".into(),
        })
    }
}

/// Removes the debug chunks of a module and unpacks it if it is compressed as a whole, since
/// the package's own compression does better on plain modules. `None` where nothing has to
/// change.
///
/// The results of `beam_lib:md5/1` and `module_info(md5)` stay the same.
///
/// # Errors
/// [`BeamError`] where the bytes are no whole and well-formed module.
pub fn strip(bytes: &[u8]) -> Result<Option<Vec<u8>>, BeamError> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let plain = unpack(bytes)?;
        return Ok(Some(strip_plain(&plain)?.unwrap_or(plain)));
    }
    strip_plain(bytes)
}

/// Strips an unpacked module.
fn strip_plain(bytes: &[u8]) -> Result<Option<Vec<u8>>, BeamError> {
    let all = chunks(bytes)?;
    if !all.iter().any(|chunk| is_debug(chunk.id)) {
        return Ok(None);
    }
    Ok(Some(chunks::form(
        all.into_iter().filter(|chunk| !is_debug(chunk.id)),
    )))
}

/// The chunks of which OTP's own sum of a module is made, `beam_lib:md5/1`: without the numbers of
/// lines, and without attributes.
const CODE_CHUNKS: [&[u8; 4]; 9] = [
    b"Atom", b"AtU8", b"Code", b"StrT", b"ImpT", b"ExpT", b"FunT", b"LitT", b"Meta",
];

/// Returns the bytes of a module that decide what it does: two modules that differ in them alone are
/// two versions of the code.
///
/// # Errors
/// [`BeamError`] where the bytes are no whole and well-formed module.
pub fn code(bytes: &[u8]) -> Result<Vec<u8>, BeamError> {
    let plain;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        plain = unpack(bytes)?;
        &plain[..]
    } else {
        bytes
    };
    let all = chunks(bytes)?.into_iter();
    let of_code = all.filter(|chunk| CODE_CHUNKS.contains(&&chunk.id.0));
    Ok(of_code
        .flat_map(|it| [&it.id.0, it.data].concat())
        .collect())
}

fn is_debug(id: ChunkId) -> bool {
    DEBUG_CHUNKS.iter().any(|(debug, _)| *debug == id)
}

/// Unpacks a module that is compressed as a whole, within a limit.
fn unpack(bytes: &[u8]) -> Result<Vec<u8>, BeamError> {
    let mut decoder = GzDecoder::new(bytes).take(UNPACKED_LIMIT + 1);
    let mut plain = Vec::new();
    decoder
        .read_to_end(&mut plain)
        .map_err(|error| BeamError::Gzip {
            reason: error.to_string(),
        })?;
    if plain.len() as u64 > UNPACKED_LIMIT {
        return Err(BeamError::TooLarge {
            limit: UNPACKED_LIMIT,
        });
    }
    match decoder.into_inner().into_inner().len() {
        0 => Ok(plain),
        count => Err(BeamError::AfterGzip { count }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn chunk(id: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut out = id.to_vec();
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
        out
    }

    fn module(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let body: Vec<u8> = parts
            .iter()
            .flat_map(|(id, data)| chunk(**id, data))
            .collect();
        let mut out = b"FOR1".to_vec();
        out.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        out.extend(b"BEAM");
        out.extend(body);
        out
    }

    const CORE: [(&[u8; 4], &[u8]); 7] = [
        (b"AtU8", b"\0\0\0\x01\x01a"),
        (b"Code", b"code of it"),
        (b"StrT", b""),
        (b"ImpT", b"\0\0\0\0"),
        (b"ExpT", b"\0\0\0\0"),
        (b"Line", b"lines"),
        (b"Attr", b"\x83j"),
    ];

    fn with(extra: &[(&'static [u8; 4], &'static [u8])]) -> Vec<u8> {
        let mut parts = CORE.to_vec();
        parts.extend(extra);
        module(&parts)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(bytes).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn debug_chunks_go_and_everything_else_stays_in_its_place() {
        let kept = with(&[(b"Type", b"t"), (b"Meta", b"me"), (b"Own1", b"mine")]);
        let full = with(&[
            (b"Type", b"t"),
            (b"Dbgi", b"debug"),
            (b"Meta", b"me"),
            (b"CInf", b"\x83l"),
            (b"Docs", b"d"),
            (b"ExCk", b"c"),
            (b"LocT", b"\0\0\0\0"),
            (b"Own1", b"mine"),
        ]);
        assert_eq!(strip(&full).unwrap().unwrap(), kept);
        assert_eq!(strip(&kept).unwrap(), None);
    }

    #[test]
    fn a_compressed_module_is_unpacked_even_where_nothing_is_dropped() {
        let kept = with(&[]);
        assert_eq!(strip(&gzip(&kept)).unwrap().unwrap(), kept);
        assert_eq!(
            strip(&gzip(&with(&[(b"Dbgi", b"debug")])))
                .unwrap()
                .unwrap(),
            kept
        );
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error() {
        let whole = with(&[(b"Dbgi", b"debug"), (b"Docs", b"x")]);
        let packed = gzip(&whole);
        for bytes in [&whole, &packed] {
            for length in 0..bytes.len() {
                assert!(strip(&bytes[..length]).is_err(), "cut at {length}");
            }
        }
    }

    #[test]
    fn a_wrong_length_is_an_error_or_a_module() {
        let whole = with(&[(b"Dbgi", b"debug"), (b"Docs", b"x")]);
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                // A flipped bit inside the data of a chunk cannot be seen; anything else must be.
                if let Ok(Some(out)) = strip(&bytes) {
                    assert_eq!(strip(&out).unwrap(), None, "bit {bit} of byte {at}");
                }
            }
        }
        let packed = gzip(&whole);
        for at in 10..packed.len() {
            let mut bytes = packed.clone();
            bytes[at] ^= 0x10;
            // The bits that fill the last byte of the stream mean nothing.
            if let Ok(out) = strip(&bytes) {
                assert_eq!(out, strip(&packed).unwrap(), "byte {at}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut long = with(&[]);
        long[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
        let mut trailing = with(&[]);
        trailing.extend(b"more");
        let mut form = with(&[]);
        form[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
        let mut after = gzip(&with(&[]));
        after.push(0);
        let table: Vec<(Vec<u8>, &str)> = vec![
            (
                vec![],
                "not a module: it starts with ``, expected `FOR1` or a gzip header",
            ),
            (
                b"#!/bin/sh\n".to_vec(),
                "not a module: it starts with `#!/bin/sh\\n`, expected `FOR1` or a gzip header",
            ),
            (
                b"FOR1\0\0\0\x04AVI ".to_vec(),
                "not a module: it starts with `FOR1\\x00\\x00\\x00\\x04AVI `, expected `FOR1` or a gzip header",
            ),
            (
                long,
                "chunk `AtU8` at byte 12 has 4294967295 bytes, 88 are left",
            ),
            (trailing, "the header says 108 bytes, the file has 112"),
            (form, "the header says 4294967303 bytes, the file has 108"),
            (after, "1 bytes follow the gzip stream, expected its end"),
            (with(&[(b"Code", b"")]), "chunk `Code` is there twice"),
            (
                with(&[(b"\0\x01ab", b"")]),
                "`\\x00\\x01ab` at byte 108 is no name of a chunk, expected four printable letters",
            ),
            (
                module(&CORE[1..]),
                "chunk `AtU8` is missing, expected in every module",
            ),
            (
                module(&CORE[..2]),
                "chunk `StrT` is missing, expected in every module",
            ),
        ];
        for (bytes, message) in table {
            let error = strip(&bytes).unwrap_err();
            assert_eq!(error.to_string(), message);
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = gzip(&vec![0; usize::try_from(UNPACKED_LIMIT).unwrap() + 2]);
        assert!(bomb.len() < 200_000);
        assert_eq!(
            strip(&bomb),
            Err(BeamError::TooLarge {
                limit: UNPACKED_LIMIT
            })
        );
    }

    #[test]
    fn modules_from_before_otp_20_have_other_atoms() {
        let mut parts = CORE.to_vec();
        parts[0] = (b"Atom", b"\0\0\0\x01\x01a");
        parts.push((b"Abst", b""));
        assert!(strip(&module(&parts)).unwrap().is_some());
    }

    #[test]
    fn seeds_of_the_fuzz_target() {
        let debug = with(&[(b"Dbgi", b"debug"), (b"Docs", b"x")]);
        crate::fuzzing::seed("beam", "plain", &with(&[]));
        crate::fuzzing::seed("beam", "debug", &debug);
        crate::fuzzing::seed("beam", "gzip", &gzip(&debug));
    }
}
