//! `*.conffiles` and `*.maintscript`, as `[files]` and `[conffiles]` say them.

use super::folder::Folder;
use super::install::lines_of;
use super::listed::Listed;
use super::{Package, Writing};
use crate::import::ImportError;
use crate::manifest::draft::{Text, Value};

/// The changes of paths since earlier versions.
#[derive(Default)]
struct Changes {
    removed: Vec<String>,
    /// The tables of pairs, by their keys.
    pairs: Vec<(&'static str, Vec<(Text, Value)>)>,
    /// The calls that name a version.
    with_version: Vec<String>,
}

/// Reads the two.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let mut changes = Changes::default();
    for (file, line, text) in lines_of(package, "conffiles", folder, writing)? {
        if let Some(("remove-on-upgrade", path)) = text.split_once(char::is_whitespace) {
            changes.removed.push(file.target(line, &text, path.trim())?);
            continue;
        }
        let target = file.target(line, &text, &text)?;
        if !target.starts_with("/etc/") && !listed.mark_conffile(&target) {
            let what = format!("conffile `{target}` is left out");
            let instead = "write `conffile = true` into its entry of `[files]`";
            writing.notes.left_out(None, &what, instead);
        }
    }
    calls(package, folder, &mut changes, writing)?;
    changes.write(package, writing);
    Ok(())
}

/// Reads the calls of dpkg-maintscript-helper.
fn calls(
    package: &Package<'_>,
    folder: &Folder<'_>,
    changes: &mut Changes,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let documents = format!("/usr/share/doc/{}", package.name);
    for (file, line, text) in lines_of(package, "maintscript", folder, writing)? {
        // debhelper writes `-- "$@"` behind each call, and so do many authors.
        let words = text.split_whitespace().take_while(|word| *word != "--");
        let words: Vec<&str> = words.collect();
        let (operands, rest) = match words[..] {
            ["rm_conffile", _, ..] => words.split_at(2),
            [
                "mv_conffile" | "symlink_to_dir" | "dir_to_symlink",
                _,
                _,
                ..,
            ] => words.split_at(3),
            _ => (&[][..], &words[..]),
        };
        if operands.is_empty() || rest.len() > 2 {
            let message = "is no call of dpkg-maintscript-helper, expected `rm_conffile PATH` and \
                           such, with a version and a package behind it";
            return Err(file.malformed(line, &text, message.to_owned()));
        }
        if let [_, other] = rest
            && *other != package.name.as_str()
        {
            let what = format!("`{}` is left out: it is about `{other}`", words.join(" "));
            let instead = "call dpkg-maintscript-helper in `[scripts]`: `[conffiles]` is about the \
                           package itself";
            let notes = &mut writing.notes;
            notes.left_out_in(&file.path, line, &what, instead);
            continue;
        }
        if package.shares.is_none() && operands.starts_with(&["dir_to_symlink", &documents]) {
            let what = format!(
                "`{}` is left out: the package has documents there",
                words.join(" ")
            );
            let instead =
                "no link takes the place of the folder, which has copyright and changelog";
            let notes = &mut writing.notes;
            notes.left_out_in(&file.path, line, &what, instead);
            continue;
        }
        if !rest.is_empty() {
            changes.with_version.push(words.join(" "));
        }
        changes.add(operands);
    }
    Ok(())
}

impl Changes {
    /// Adds a call, which has all of its operands.
    fn add(&mut self, call: &[&str]) {
        let (key, from, to) = match *call {
            ["mv_conffile", from, to] => ("renamed", from, to),
            ["symlink_to_dir", path, target] => ("symlink-to-directory", path, target),
            ["dir_to_symlink", path, target] => ("directory-to-symlink", path, target),
            [_, path, ..] => return self.removed.push(path.to_owned()),
            _ => return,
        };
        let pair = (from.into(), to.into());
        match self.pairs.iter_mut().find(|(there, _)| *there == key) {
            Some((_, pairs)) => pairs.push(pair),
            None => self.pairs.push((key, vec![pair])),
        }
    }

    fn write(self, package: &Package<'_>, writing: &mut Writing) {
        let table = writing.draft.table(&package.table("conffiles"));
        if !self.with_version.is_empty() {
            table.comment("They are for every version before this one. These were for older ones:");
            for call in self.with_version {
                table.comment(&call);
            }
        }
        if !self.removed.is_empty() {
            table.set("removed", Value::list(self.removed));
        }
        for (key, pairs) in self.pairs {
            table.set(key, Value::Table(pairs));
        }
    }
}
