//! Folders that nfpm packs without their folders.

use std::path::{Path, PathBuf};

use super::super::files::{is_executable, key, with_source};
use super::super::model::Model;
use super::super::node::Fault;
use super::super::notes::Notes;
use super::Source;
use super::contents::{Entry, add, attributes};
use crate::manifest::draft::{Text, Value};

impl Source<'_> {
    /// Returns the files of a folder or glob, where some lie in folders below it.
    pub(super) fn nested(&self, source: &str) -> Vec<PathBuf> {
        let fixed = source
            .split('/')
            .take_while(|part| !part.contains(['*', '?', '[']));
        let fixed: PathBuf = fixed.collect();
        let root = self.home.join(&fixed);
        let glob = (fixed != Path::new(source)).then(|| {
            let source = source.strip_prefix("./").unwrap_or(source);
            let glob = globset::GlobBuilder::new(source)
                .literal_separator(true)
                .build();
            glob.ok().map(|glob| glob.compile_matcher())
        });
        let is_meant = |path: &Path| match &glob {
            Some(glob) => glob.as_ref().is_some_and(|glob| glob.is_match(path)),
            None => true,
        };
        let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter();
        let files = files
            .filter_map(Result::ok)
            .filter(|entry| !entry.file_type().is_dir());
        let found = files.map(|entry| {
            let path = entry
                .path()
                .strip_prefix(&self.home)
                .unwrap_or(entry.path());
            (entry.depth(), path.to_owned())
        });
        let found: Vec<(usize, PathBuf)> = found.filter(|(_, path)| is_meant(path)).collect();
        if found.iter().all(|(depth, _)| *depth < 2) {
            return Vec::new();
        }
        found.into_iter().map(|(_, path)| path).collect()
    }

    /// Adds files directly below one target, as nfpm does where it ends in a slash.
    pub(super) fn flat(
        &self,
        entry: &Entry<'_>,
        found: &[PathBuf],
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let (source, target) = (&entry.there, &entry.target_path);
        let sentence = format!("nfpm puts all files of `{source}` directly into `{target}`");
        model.comment("files", format!("{sentence}, without their folders:"));
        notes.differs(
            Some(entry.line),
            &format!("{sentence}: each has a line of its own"),
            "one that comes new needs a line as well; a folder as `source` would keep its folders",
        );
        for path in found {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let default = is_executable(&self.home.join(path));
            let default = default.map(|is| if is { 0o755 } else { 0o644 });
            let mut more = attributes(entry.table, default)?;
            if entry.kind.starts_with("config") && !target.starts_with("/etc/") {
                more.push(key("conffile", true));
            }
            let source = Value::from(self.place.path(&path.to_string_lossy()));
            let target = Text::verbatim(&format!("{}{name}", entry.target.written()));
            add(model, notes, entry, target, with_source(source, more));
        }
        Ok(())
    }
}
