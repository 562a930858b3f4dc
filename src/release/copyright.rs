//! The holder of a project's copyright, as the project itself says.

use std::path::Path;

use super::cargo;
use super::error::ReleaseError;
use crate::fs;

/// Returns the holder of the copyright: as the first such line of a license file says, or else the
/// authors that Cargo.toml names. Without a license file that is named, those of the directory count.
///
/// # Errors
/// [`ReleaseError`] for a Cargo.toml that cannot be read.
pub(crate) fn copyright_holder(
    directory: &Path,
    license_file: Option<&Path>,
) -> Result<Option<String>, ReleaseError> {
    let licensed_by = match license_file {
        Some(file) => holder_in(file),
        None => licensed_by(directory),
    };
    if let Some(holder) = licensed_by {
        return Ok(Some(holder));
    }
    let manifest = directory.join("Cargo.toml");
    if !manifest.is_file() {
        return Ok(None);
    }
    let mut authors = Vec::new();
    for author in cargo::packages(&manifest)?
        .into_iter()
        .flat_map(|it| it.authors)
    {
        let author = author.split_whitespace().collect::<Vec<_>>().join(" ");
        if !author.is_empty() && !authors.contains(&author) {
            authors.push(author);
        }
    }
    Ok((!authors.is_empty()).then(|| authors.join(", ")))
}

/// Returns the holder that the first license file with such a line names.
#[must_use]
pub(crate) fn licensed_by(directory: &Path) -> Option<String> {
    let paths = fs::read_dir(directory).ok()?;
    paths.into_iter().find_map(|path| {
        let name = path.file_name()?.to_str()?.to_ascii_uppercase();
        let is_license = ["LICENSE", "LICENCE", "COPYING"]
            .iter()
            .any(|it| name.starts_with(it));
        if !is_license || !path.is_file() {
            return None;
        }
        holder_in(&path)
    })
}

/// Returns the holder that a license file names. One that cannot be read is an error when it is packed.
fn holder_in(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().find_map(holder)
}

/// Returns the `2019 Ann` of `Copyright (c) 2019 Ann`: a line with a year, and no stand-in such
/// as `[yyyy]` or the holder of the license's own text.
pub(super) fn holder(line: &str) -> Option<String> {
    let mut rest = line.trim().strip_prefix("Copyright")?.trim_start();
    for sign in ["(c)", "(C)", "\u{a9}"] {
        rest = rest.strip_prefix(sign).unwrap_or(rest).trim_start();
    }
    let has_year = rest.len() > 5 && rest.bytes().take(4).all(|byte| byte.is_ascii_digit());
    let stands_in = rest.contains(['[', '<', '{']) || rest.contains("Free Software Foundation");
    (has_year && !stands_in).then(|| rest.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_no_holder() {
        for (line, expected) in [
            ("   Copyright (c) 2019 Ann.", Some("2019 Ann")),
            ("Copyright \u{a9} 2019-2026, Ann", Some("2019-2026, Ann")),
            ("Copyright [yyyy] [name of copyright owner]", None),
            ("Copyright (C) 2007 Free Software Foundation, Inc.", None),
            ("Copyright 2019", None),
            ("Copyright holders are many", None),
        ] {
            assert_eq!(holder(line).as_deref(), expected, "{line}");
        }
    }
}
