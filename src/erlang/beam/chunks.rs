//! The chunks of a module: found in its bytes, and put together again.

use std::fmt;

use super::BeamError;

/// The four letters that name a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId(pub [u8; 4]);

impl fmt::Display for ChunkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// One chunk of a module, its data without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk<'a> {
    /// The chunk's name.
    pub id: ChunkId,
    /// The chunk's data.
    pub data: &'a [u8],
}

/// The size of the header in bytes: `FOR1`, the length, `BEAM`.
const HEADER: usize = 12;

/// Returns the chunks of an unpacked module in the order of the file. Every emulator wants
/// those of `REQUIRED`, and the atoms as `AtU8` or, before OTP 20, `Atom`.
///
/// # Errors
/// [`BeamError`] where the bytes are no whole and well-formed module.
pub fn chunks(bytes: &[u8]) -> Result<Vec<Chunk<'_>>, BeamError> {
    let mut rest = form_body(bytes)?;
    let mut found: Vec<Chunk<'_>> = Vec::with_capacity(16);
    while !rest.is_empty() {
        let offset = bytes.len() - rest.len();
        let Some((header, after)) = rest.split_first_chunk::<8>() else {
            return Err(BeamError::ChunkHeader { offset });
        };
        let [a, b, c, d, length @ ..] = *header;
        let id = ChunkId([a, b, c, d]);
        if !id.0.iter().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(BeamError::ChunkName { id, offset });
        }
        let said = u64::from(u32::from_be_bytes(length));
        let too_long = || BeamError::ChunkTooLong {
            id,
            offset,
            said,
            left: after.len() as u64,
        };
        let length = usize::try_from(said).map_err(|_| too_long())?;
        let data = after.get(..length).ok_or_else(too_long)?;
        if found.iter().any(|chunk| chunk.id == id) {
            return Err(BeamError::Twice { id });
        }
        found.push(Chunk { id, data });
        // The padding of the last chunk may be missing in files of other compilers.
        let padded = length.next_multiple_of(4).min(after.len());
        rest = &after[padded..];
    }
    require(&found)?;
    Ok(found)
}

/// Returns the bytes after the header, which is checked.
fn form_body(bytes: &[u8]) -> Result<&[u8], BeamError> {
    let not_a_module = || BeamError::NotAModule {
        start: bytes[..bytes.len().min(HEADER)].escape_ascii().to_string(),
    };
    let (header, body) = bytes
        .split_first_chunk::<HEADER>()
        .ok_or_else(not_a_module)?;
    let [b'F', b'O', b'R', b'1', a, b, c, d, b'B', b'E', b'A', b'M'] = *header else {
        return Err(not_a_module());
    };
    let said = u64::from(u32::from_be_bytes([a, b, c, d])) + 8;
    let found = bytes.len() as u64;
    if said == found {
        Ok(body)
    } else {
        Err(BeamError::Length { said, found })
    }
}

/// The chunks that `beam_lib` calls mandatory; `StrT` is there even when empty.
const REQUIRED: [ChunkId; 4] = [
    ChunkId(*b"Code"),
    ChunkId(*b"StrT"),
    ChunkId(*b"ImpT"),
    ChunkId(*b"ExpT"),
];

fn require(found: &[Chunk<'_>]) -> Result<(), BeamError> {
    let has = |id: ChunkId| found.iter().any(|chunk| chunk.id == id);
    let atoms = ChunkId(*b"AtU8");
    if !has(atoms) && !has(ChunkId(*b"Atom")) {
        return Err(BeamError::Missing { id: atoms });
    }
    match REQUIRED.into_iter().find(|id| !has(*id)) {
        Some(id) => Err(BeamError::Missing { id }),
        None => Ok(()),
    }
}

/// Returns a module of these chunks, which come from a module whose length fits into 32 bits.
pub(super) fn form<'a>(chunks: impl Iterator<Item = Chunk<'a>>) -> Vec<u8> {
    let mut out = b"FOR1\0\0\0\0BEAM".to_vec();
    for chunk in chunks {
        out.extend_from_slice(&chunk.id.0);
        out.extend_from_slice(&length_of(chunk.data.len()));
        out.extend_from_slice(chunk.data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let length = length_of(out.len() - 8);
    out[4..8].copy_from_slice(&length);
    out
}

fn length_of(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
