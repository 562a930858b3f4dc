//! `dh_compress`: large documents, as `compress-documents` says it, and what `-X` keeps as it is.

use super::folder::Folder;
use super::listed::Listed;
use super::{Package, Writing, excludes, rules};
use crate::contents::is_large;
use crate::fs;
use crate::import::ImportError;
use crate::manifest::draft::Value;
use crate::tree::PackagePath;

/// Reads what becomes of the documents.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let command = "dh_compress";
    if !rules::runs(&folder.on_disk("debian/rules"), command)?
        || folder.rules.skips(command, package)
    {
        return Ok(());
    }
    let kept = folder.rules.excludes(command, package);
    let mut has_large = false;
    listed.set_each(folder, "compress", |target, source| {
        let metadata = fs::metadata(&folder.beside(source)).ok()?;
        let path = PackagePath::new(target).ok()?;
        let is_large = metadata.is_file() && is_large(&path, metadata.len());
        let is_kept = excludes::leave_out(&kept, target.trim_start_matches('/'));
        has_large |= is_large && !is_kept;
        let is_page = ["/usr/share/man/", "/usr/share/info/"]
            .iter()
            .any(|it| target.starts_with(it));
        (is_kept && (is_large || is_page)).then(|| Value::from(false))
    });
    if has_large {
        let table = writing.draft.table(&package.table("package"));
        table.set("compress-documents", true);
    }
    Ok(())
}
