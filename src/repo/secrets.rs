//! Secret keys that lie in a repository, where everybody reads them.

use super::list::KEY;
use super::signing::{holds_secret, of_text};
use super::store::{Store, StoreError};

/// The path of a new key, as `init` names it: that of a careless copy.
const NEW_KEY: &str = "reldeb.key";
/// The most bytes of a file that is looked at.
const LONGEST: u64 = 64 * 1024;
/// The most files that are looked at beside those two.
const MOST: usize = 100;

/// Returns the paths of files with a secret key: of small ones that are no files of a repository.
///
/// # Errors
///
/// Fails where the store cannot be read.
pub(super) fn secret_keys(store: &dyn Store) -> Result<Vec<String>, StoreError> {
    let mut paths = vec![KEY.to_owned(), NEW_KEY.to_owned()];
    let files = store.list_beside_pool()?.into_iter();
    let strange = files.filter(|file| file.size <= LONGEST && !is_of_repository(&file.path));
    paths.extend(strange.map(|file| file.path).take(MOST));
    let mut secret = Vec::new();
    for path in paths {
        let Some(object) = store.get(&path)? else {
            continue;
        };
        if !secret.contains(&path) && is_secret(&object.bytes) {
            secret.push(path);
        }
    }
    Ok(secret)
}

/// Returns whether bytes hold a secret key, armored or not, or in base64.
fn is_secret(bytes: &[u8]) -> bool {
    let text = || std::str::from_utf8(bytes).ok().and_then(of_text);
    holds_secret(bytes) || text().is_some_and(|inside| holds_secret(&inside))
}

/// Returns whether a path is that of a package or an index.
fn is_of_repository(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_index = path.starts_with("dists/")
        && (["InRelease", "Release", "Release.gpg"].contains(&name)
            || ["Packages", "Sources", "Contents-", "Translation-"]
                .iter()
                .any(|start| name.starts_with(start)));
    is_index || path.contains("/by-hash/") || path.starts_with("pool/")
}
