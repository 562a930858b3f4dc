//! `Disk`: has the disk take what a file already holds while more is written to it, because it has to
//! be waited for at the end.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// What is written before the disk gets it, in bytes.
pub(super) const PART: u64 = 8 << 20;

/// A thread that synchronises a file with the disk each time that a part of it is written.
#[derive(Debug)]
pub(super) struct Disk {
    asking: Sender<()>,
    /// None where the system gives no thread: then the disk is waited for at the end alone.
    syncing: Option<JoinHandle<io::Result<()>>>,
    waiting: u64,
}

impl Disk {
    pub(super) fn new(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (asking, asked) = channel();
        let syncing = thread::Builder::new().spawn(move || {
            while asked.recv().is_ok() {
                // One call takes all that was written meanwhile.
                while asked.try_recv().is_ok() {}
                file.sync_data()?;
            }
            Ok(())
        });
        Ok(Self {
            asking,
            syncing: syncing.ok(),
            waiting: 0,
        })
    }

    /// Tells that so many more bytes are written.
    pub(super) fn written(&mut self, count: u64) {
        self.waiting += count;
        if self.waiting >= PART {
            self.waiting = 0;
            // A thread that has failed does not listen; `finish` tells why.
            let _ = self.asking.send(());
        }
    }

    /// Waits for the calls that are under way. What the system tells of a failure it tells once, so it
    /// must not be lost here.
    pub(super) fn finish(self) -> io::Result<()> {
        drop(self.asking);
        match self.syncing.map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(synced)) => synced,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }
}

/// A file that the disk takes while it is written.
pub(super) struct Eager<'a> {
    pub(super) file: &'a File,
    /// None for a file that is not kept.
    pub(super) disk: Option<&'a mut Disk>,
}

impl Write for Eager<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        if let Some(disk) = &mut self.disk {
            disk.written(count as u64);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
