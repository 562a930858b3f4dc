//! Files of nfpm that no folder and no glob of a manifest gives: a line for each.

use super::super::files::{is_executable, key, with_source};
use super::super::model::Model;
use super::super::node::Fault;
use super::super::notes::Notes;
use super::Source;
use super::contents::{Entry, add, attributes, tell_link};
use super::glob::Found;
use crate::manifest::draft::Text;

impl Source<'_> {
    /// Adds a line for each file that nfpm finds, where it puts them otherwise than a glob of ours.
    pub(super) fn each(
        &self,
        entry: &Entry<'_>,
        is_flat: bool,
        found: &[Found],
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let (source, target) = (&entry.there, &entry.target_path);
        if is_flat {
            let sentence = format!("nfpm puts all files of `{source}` directly into `{target}`");
            model.comment("files", format!("{sentence}, without their folders:"));
            notes.differs(
                Some(entry.line),
                &format!("{sentence}: each has a line of its own"),
                "one that comes new needs a line as well; a folder as `source` would keep its folders",
            );
        } else {
            let sentence =
                format!("nfpm keeps of `{source}` only the folders in which its files differ");
            model.comment("files", format!("{sentence}:"));
            notes.differs(
                Some(entry.line),
                &format!("{sentence}: each has a line of its own"),
                "one that comes new needs a line as well",
            );
        }
        for (path, below) in found {
            let file = self.home.join(path);
            let folder = entry.target.written().trim_end_matches('/');
            let below = Text::literal(&below.to_string_lossy());
            let target = Text::verbatim(&format!("{folder}/{}", below.written()));
            let mut more = Vec::new();
            if file.is_symlink() {
                tell_link(entry, &file, &target.meant(), notes);
                more.push(key("follow", false));
            } else {
                let default = is_executable(&file);
                let default = default.map(|is| if is { 0o755 } else { 0o644 });
                more = attributes(entry.table, default)?;
                if entry.kind.starts_with("config") && !target.meant().starts_with("/etc/") {
                    more.push(key("conffile", true));
                }
            }
            let source = Text::literal(&self.place.path(&path.to_string_lossy()));
            add(model, notes, entry, target, with_source(source, more));
        }
        Ok(())
    }
}
