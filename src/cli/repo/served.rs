//! The folders of repositories, which are served: no secret key is made in one.

use std::path::{Path, PathBuf};

use crate::fs;

use super::super::session::Failure;

/// Refuses a new secret key in the folder of a repository.
pub(super) fn refuse(key: &Path) -> Result<(), Failure> {
    let Some(folder) = folder(key) else {
        return Ok(());
    };
    match folder.ancestors().find(|top| is_repository(top)) {
        Some(top) => Err(failure(key, top)),
        None => Ok(()),
    }
}

/// Refuses a new secret key in a folder that is a repository, or is to be one.
pub(super) fn refuse_below(key: &Path, top: &Path) -> Result<(), Failure> {
    refuse(key)?;
    let (Some(folder), Ok(real)) = (folder(key), fs::canonicalize(top)) else {
        return Ok(());
    };
    if folder.starts_with(real) {
        return Err(failure(key, top));
    }
    Ok(())
}

/// Refuses a repository among the files of another one: `prune` of that would remove them, or lists would name
/// them.
pub(super) fn refuse_inside(target: &str) -> Result<(), Failure> {
    if target.contains("://") {
        return Ok(());
    }
    let target = Path::new(target);
    let Some(real) = target.ancestors().find_map(|it| real_path(it, target)) else {
        return Ok(());
    };
    let tops = real.ancestors().skip(1).filter(|top| is_repository(top));
    for top in tops {
        let inside = real.strip_prefix(top).ok();
        let first = inside.and_then(|it| it.components().next());
        let own = ["dists", "pool", ".reldeb"];
        if first.is_some_and(|it| own.iter().any(|name| it.as_os_str() == *name)) {
            let (target, top) = (target.display(), top.display());
            return Err(Failure::new(format!(
                "`{target}` is inside the repository `{top}`, expected its top or another folder"
            ))
            .with_hint(format!(
                "to add a suite, name the top: `reldeb repo init {top} --suite SUITE`"
            )));
        }
    }
    Ok(())
}

/// Returns the real path of a folder that may not be there yet, where one above it is.
fn real_path(above: &Path, folder: &Path) -> Option<PathBuf> {
    let is_here = above.as_os_str().is_empty();
    let real = fs::canonicalize(if is_here { Path::new(".") } else { above }).ok()?;
    Some(real.join(folder.strip_prefix(above).ok()?))
}

/// Returns the real folder of a file to be, where it is there.
fn folder(file: &Path) -> Option<PathBuf> {
    let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
    fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
}

fn is_repository(folder: &Path) -> bool {
    let is_there = |name: &str| fs::metadata(&folder.join(name)).is_ok();
    is_there("dists") && ["pool", "key.asc", ".reldeb"].into_iter().any(is_there)
}

fn failure(key: &Path, top: &Path) -> Failure {
    let (key, top) = (key.display(), top.display());
    Failure::new(format!(
        "the secret key `{key}` would be in the repository `{top}`, for all who read that"
    ))
    .with_hint("run it in another folder, or make a key elsewhere with `reldeb repo key new FILE`, and name it with `--key FILE`".into())
}
