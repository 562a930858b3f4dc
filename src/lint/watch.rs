//! `Watch`: content on its way to another reader, of which the beginning is kept and the whole is searched.

use std::io::{self, Read};

use memchr::memmem;

/// The bytes that are kept of the beginning of a file.
const MOST_HEAD: usize = 256 << 10;

/// Beginnings of paths that only machines of developers and of CI have.
const BUILD_PATHS: [&[u8]; 6] = [
    b"/home/runner/work/",
    b"/github/workspace/",
    b"/builds/",
    b"/root/.cargo/registry/",
    b"/home/",
    b"/usr/local/cargo/registry/",
];

/// The longest that a path may be to be told, and so the bytes that are kept between two reads.
const OVERLAP: usize = 80;

/// Content that is watched.
pub(super) struct Watch<'a> {
    content: &'a mut dyn Read,
    pub(super) head: Vec<u8>,
    most_head: usize,
    /// The first path of a build.
    pub(super) build_path: Option<String>,
    searches: bool,
    tail: Vec<u8>,
}

impl<'a> Watch<'a> {
    /// Watches content of which so much is kept as is of use; it is searched where it is a program.
    pub(super) fn new(content: &'a mut dyn Read, size: u64, whole: bool) -> Self {
        let wanted = if whole { MOST_HEAD } else { 1 << 10 };
        Self {
            content,
            head: Vec::new(),
            most_head: wanted.min(usize::try_from(size).unwrap_or(wanted)),
            build_path: None,
            searches: true,
            tail: Vec::new(),
        }
    }

    /// Reads until the beginning is known.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 4 << 10];
        while self.head.len() < self.most_head && self.read(&mut buffer)? > 0 {}
        Ok(())
    }

    /// Reads what nobody has read.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        let mut buffer = vec![0; 32 << 10];
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }

    /// Tells whether the content may hold something beyond its head that is looked for.
    pub(super) fn is_worth_reading(&self) -> bool {
        self.head.starts_with(b"\x7fELF") || self.head.starts_with(b"FOR1")
    }

    fn search(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        for start in BUILD_PATHS {
            for at in memmem::find_iter(&self.tail, start) {
                if let Some(path) = build_path(&self.tail[at..], start) {
                    self.build_path = Some(path);
                    self.tail = Vec::new();
                    return;
                }
            }
        }
        let kept = self.tail.len().saturating_sub(OVERLAP);
        self.tail.drain(..kept);
    }
}

/// Returns the path at the start of some bytes, where it can be one of a build.
fn build_path(bytes: &[u8], start: &[u8]) -> Option<String> {
    let is_of_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(byte);
    let length = bytes.iter().take(OVERLAP).take_while(is_of_path).count();
    let path = std::str::from_utf8(&bytes[..length]).ok()?;
    // A word alone, such as `/home/user`, is that of a document or an example.
    let rest = path[start.len()..].split('/').filter(|it| !it.is_empty());
    let is_source = [
        ".rs", ".c", ".cc", ".cpp", ".h", ".go", ".erl", ".ex", ".hrl",
    ];
    let is_known = start != b"/home/" || is_source.iter().any(|end| path.ends_with(end));
    (is_known && rest.count() >= 2).then(|| path.to_owned())
}

impl Read for Watch<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        let missing = self.most_head.saturating_sub(self.head.len());
        self.head.extend_from_slice(&buffer[..count.min(missing)]);
        if self.head.len() >= 4 && !self.is_worth_reading() {
            self.searches = false;
        }
        if self.searches && self.build_path.is_none() {
            self.search(&buffer[..count]);
        }
        Ok(count)
    }
}
