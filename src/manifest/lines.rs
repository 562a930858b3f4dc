//! The lines of a text, found by their places in it.

/// The ends of the lines of a text.
#[derive(Debug, Clone)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    /// Looks at a text once, so that each place is found soon.
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(ends.map(|(position, _)| position).collect())
    }

    /// Returns the line of a place, counted from 1.
    pub(crate) fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}
