//! Members as they are.

use std::io::{self, Write};

use super::{Codec, Decoder, Encoder, Raw};

pub(super) static CODEC: Codec = Codec {
    name: "none",
    mistaken: &["no", "off", "store", "false", ""],
    suffix: "",
    levels: None,
    default_level: 0,
    unread: None,
    filters_x86: false,
    jobs: |_, _| 1,
    workers: |_, cores, _| cores,
    memory: |_, _, _| 0,
    encoder: |output, _, _, _| Ok(Box::new(Plain(output))),
    decoder: |raw| Ok(Box::new(raw)),
};

struct Plain<'w>(&'w mut dyn Write);

impl Write for Plain<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Encoder for Plain<'_> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

impl Decoder for Raw {
    fn rest(&mut self) -> Option<&mut Raw> {
        Some(self)
    }
}
