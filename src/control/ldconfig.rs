//! The need for ldconfig(8): a library that the dynamic loader shall find by its SONAME.

use crate::audit::{ElfFiles, triplet};
use crate::debian::Architecture;
use crate::elf::facts::ElfKind;
use crate::tree::PackagePath;

/// Returns whether a library lies directly where the loader looks on every machine.
pub(crate) fn is_needed(files: &ElfFiles, architecture: Architecture) -> bool {
    files.iter().any(|(path, facts)| {
        facts.kind == ElfKind::Library
            && facts.soname.is_some()
            && is_loaded_from(path, triplet(architecture))
    })
}

fn is_loaded_from(path: &PackagePath, triplet: Option<&str>) -> bool {
    let directory = path.parent().map_or(String::new(), |it| it.to_string());
    let below = directory.strip_prefix("/usr").unwrap_or(&directory);
    match below.strip_prefix("/lib/") {
        Some(rest) => Some(rest) == triplet,
        None => matches!(below, "/lib" | "/lib32" | "/lib64" | "/libx32"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_directories_of_the_loader_count() {
        let triplet = Some("x86_64-linux-gnu");
        for (path, expected) in [
            ("/usr/lib/libx.so.1", true),
            ("/lib/libx.so.1", true),
            ("/usr/lib64/libx.so.1", true),
            ("/usr/lib/x86_64-linux-gnu/libx.so.1", true),
            ("/usr/lib/aarch64-linux-gnu/libx.so.1", false),
            ("/usr/lib/x86_64-linux-gnu/x/libx.so.1", false),
            ("/usr/lib/orders/libx.so.1", false),
            ("/opt/orders/lib/libx.so.1", false),
            ("/usr/local/lib/libx.so.1", false),
        ] {
            let path = PackagePath::new(path).unwrap();
            assert_eq!(is_loaded_from(&path, triplet), expected, "{path}");
        }
    }
}
