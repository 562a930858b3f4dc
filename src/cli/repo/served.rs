//! The folders of repositories, which are served: no secret key is made in one.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::fs;
use crate::repo::RepoError;

use super::super::session::{Environment, Failure};
use super::place::Place;

/// The folders of a repository.
const OWN: [&str; 3] = ["dists", "pool", ".reldeb"];

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
pub(super) fn refuse_inside(place: &Place, environment: &Environment) -> Result<(), Failure> {
    let target = place.target.trim_end_matches('/');
    if target.contains("://") {
        return refuse_below_prefix(place, environment);
    }
    let target = Path::new(target);
    let Some(real) = target.ancestors().find_map(|it| real_path(it, target)) else {
        return Ok(());
    };
    let tops = real.ancestors().skip(1).filter(|top| is_repository(top));
    for top in tops {
        let inside = real.strip_prefix(top).ok();
        let first = inside.and_then(|it| it.components().next());
        if first.is_some_and(|it| OWN.iter().any(|name| it.as_os_str() == *name)) {
            return Err(inside_of(&target.display(), &top.display()));
        }
    }
    Ok(())
}

/// Refuses a repository among the files of another one in a bucket.
fn refuse_below_prefix(place: &Place, environment: &Environment) -> Result<(), Failure> {
    let target = place.target.trim_end_matches('/');
    let parts = target.match_indices('/').filter(|(at, _)| {
        let name = target[at + 1..].split('/').next();
        name.is_some_and(|name| OWN.contains(&name))
    });
    for (at, _) in parts {
        let top = Place {
            target: target[..at].to_owned(),
            server: place.server.clone(),
        };
        let store = top.open(environment)?;
        let suites = store.list("dists/");
        if !suites
            .map_err(|error| top.failed(&RepoError::Store(error)))?
            .is_empty()
        {
            return Err(inside_of(&target, &top.target));
        }
    }
    Ok(())
}

fn inside_of(target: &dyn Display, top: &dyn Display) -> Failure {
    let text =
        format!("`{target}` is inside the repository `{top}`, expected its top or another folder");
    let hint = format!("to add a suite, name the top: `reldeb repo init {top} --suite SUITE`");
    Failure::new(text).with_hint(hint)
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
