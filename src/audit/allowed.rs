//! `[release] allow-missing-libraries`: what may be missing on a machine.

use globset::{Glob, GlobSet};

use crate::tree::PackagePath;

/// Globs of libraries and of the files that need them.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    globs: Vec<Glob>,
    set: GlobSet,
}

impl Allowed {
    /// Adds a glob: one without a slash is for names of libraries and of files, any other for
    /// whole paths or their ends.
    ///
    /// # Errors
    /// The fault.
    pub fn add(&mut self, pattern: &str) -> Result<(), String> {
        let pattern = if pattern.contains('/') && !pattern.starts_with('/') {
            format!("**/{pattern}")
        } else {
            pattern.to_owned()
        };
        let glob = Glob::new(&pattern).map_err(|error| error.kind().to_string())?;
        self.globs.push(glob);
        self.set = GlobSet::new(&self.globs).map_err(|error| error.kind().to_string())?;
        Ok(())
    }

    /// Returns whether a file may be without a library.
    #[must_use]
    pub fn has(&self, soname: &str, file: &PackagePath) -> bool {
        let name = String::from_utf8_lossy(file.file_name()).into_owned();
        self.set.is_match(soname) || self.set.is_match(name) || self.set.is_match(file.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_for_libraries_names_and_paths() {
        let file = PackagePath::new("/opt/a/lib/wx-2.2/priv/wxe_driver.so").unwrap();
        for (pattern, expected) in [
            ("libwx*", true),
            ("wxe_driver.so", true),
            ("lib/wx-*/**", true),
            ("/opt/a/lib/wx-*/priv/*", true),
            ("/lib/wx-*/**", false),
            ("libz*", false),
            ("lib", false),
        ] {
            let mut allowed = Allowed::default();
            allowed.add(pattern).unwrap();
            assert_eq!(
                allowed.has("libwx_baseu-3.2.so.0", &file),
                expected,
                "{pattern}"
            );
        }
        assert!(!Allowed::default().has("libz.so.1", &file));
        assert!(Allowed::default().add("[").is_err());
    }
}
