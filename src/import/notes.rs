//! `Notes`: what an import says beside the manifest.

use std::path::{Path, PathBuf};

use crate::finding::{Finding, Location, Tag, tags};

/// The points that will differ from the package of the other tool, and what has no equivalent.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The file that they are about.
    file: PathBuf,
    pub(super) findings: Vec<Finding>,
    /// The paths that are others in the package, each with the new one.
    pub(super) moved: Vec<(String, String)>,
}

impl Notes {
    /// Returns notes about a file.
    pub(super) fn about(file: &Path) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
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

    /// Adds what will differ on purpose, about a line of another file.
    pub(super) fn differs_in(&mut self, file: &Path, line: Option<usize>, what: &str, why: &str) {
        self.add_in(file, tags::IMPORT_DIFFERS, line, what, why);
    }

    /// Adds what has no equivalent, about a line of another file.
    pub(super) fn left_out_in(&mut self, file: &Path, line: usize, what: &str, instead: &str) {
        self.add_in(file, tags::IMPORT_LEFT_OUT, Some(line), what, instead);
    }

    /// Adds a finding with a hint about a line of the file; the same one is told once.
    pub(super) fn add(&mut self, tag: &'static Tag, line: Option<usize>, what: &str, hint: &str) {
        let file = self.file.clone();
        self.add_in(&file, tag, line, what, hint);
    }

    fn add_in(
        &mut self,
        file: &Path,
        tag: &'static Tag,
        line: Option<usize>,
        what: &str,
        hint: &str,
    ) {
        let place = line.map(|line| Location::of_manifest(file, line));
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        let finding = Finding::new(tag, what)
            .with_hint_if(hint.map(str::to_owned))
            .at(place.as_ref());
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
