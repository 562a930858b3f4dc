//! bzip2, which old data archives have.

use std::io;

use bzip2::bufread::BzDecoder;

use super::{Decoder, Raw};

#[allow(
    clippy::unnecessary_wraps,
    reason = "as other decoders, which can fail"
)]
pub(super) fn decoder(raw: Raw) -> io::Result<Box<dyn Decoder>> {
    Ok(Box::new(BzDecoder::new(raw)))
}

impl Decoder for BzDecoder<Raw> {
    fn rest(&mut self) -> Option<&mut Raw> {
        Some(self.get_mut())
    }
}
