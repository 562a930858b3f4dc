//! `Notes`: what an import says beside the manifest.

use std::path::{Path, PathBuf};

use crate::finding::{Finding, Location, Tag, tags};

/// The points that will differ from the package of the other tool, and what has no equivalent.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The file that they are about.
    file: PathBuf,
    pub(super) findings: Vec<Finding>,
}

impl Notes {
    /// Returns notes about a file.
    pub(super) fn about(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            findings: Vec::new(),
        }
    }

    /// Adds what will differ on purpose, with the reason.
    pub(super) fn differs(&mut self, line: Option<usize>, what: &str, why: &str) {
        self.add(tags::IMPORT_DIFFERS, line, what, why);
    }

    /// Adds what has no equivalent, with what to do.
    pub(super) fn left_out(&mut self, line: Option<usize>, what: &str, instead: &str) {
        self.add(tags::IMPORT_LEFT_OUT, line, what, instead);
    }

    /// Adds a finding with a hint about a line of the file; the same one is told once.
    pub(super) fn add(&mut self, tag: &'static Tag, line: Option<usize>, what: &str, hint: &str) {
        let place = line.map(|line| Location::of_manifest(&self.file, line));
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        let finding = Finding::new(tag, what)
            .with_hint_if(hint.map(str::to_owned))
            .at(place.as_ref());
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
