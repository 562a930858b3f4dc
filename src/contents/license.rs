//! The licence as a copyright file states it (policy 12.5, copyright-format 1.0).

use std::path::Path;

use super::PopulateError;
use crate::fs::{self, FsError};

/// Licences whose text every Debian system since 11 has: the start of SPDX's names, words that
/// mark the text, the title, and the file below /usr/share/common-licenses.
const COMMON: &[(&str, &[&str], &str, &str)] = &[
    (
        "Apache-2.0",
        &["Apache License", "Version 2.0, January 2004"],
        "Apache License, version 2.0",
        "Apache-2.0",
    ),
    (
        "LGPL-3.0",
        &[
            "GNU LESSER GENERAL PUBLIC LICENSE",
            "Version 3, 29 June 2007",
        ],
        "GNU Lesser General Public License, version 3",
        "LGPL-3",
    ),
    (
        "LGPL-2.1",
        &[
            "GNU LESSER GENERAL PUBLIC LICENSE",
            "Version 2.1, February 1999",
        ],
        "GNU Lesser General Public License, version 2.1",
        "LGPL-2.1",
    ),
    (
        "GPL-3.0",
        &["GNU GENERAL PUBLIC LICENSE", "Version 3, 29 June 2007"],
        "GNU General Public License, version 3",
        "GPL-3",
    ),
    (
        "GPL-2.0",
        &["GNU GENERAL PUBLIC LICENSE", "Version 2, June 1991"],
        "GNU General Public License, version 2",
        "GPL-2",
    ),
    (
        "MPL-2.0",
        &["Mozilla Public License Version 2.0"],
        "Mozilla Public License, version 2.0",
        "MPL-2.0",
    ),
    (
        "CC0-1.0",
        &["CC0 1.0 Universal"],
        "CC0 1.0 Universal",
        "CC0-1.0",
    ),
];

/// The short name of a licence that nobody tells.
const UNKNOWN: &str = "unknown";

/// Reads the license file that the manifest names, without its first lines.
pub(super) fn read_named(path: &Path, skip: usize) -> Result<Vec<String>, PopulateError> {
    let text = fs::read_to_string(path)?;
    let lines: Vec<&str> = text.lines().skip(skip).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return Err(PopulateError::NoLicenseText {
            path: path.to_owned(),
            lines: text.lines().count(),
            skip,
        });
    }
    Ok(vec![lines.join("\n")])
}

/// Reads the first of the usual files beside the manifest; where there is none, all files such as
/// `LICENSE-MIT`.
pub(super) fn read(directory: &Path) -> Result<Vec<String>, FsError> {
    for file in ["LICENSE", "LICENCE", "LICENSE.md", "LICENSE.txt", "COPYING"] {
        let path = directory.join(file);
        if path.is_file() {
            return Ok(vec![fs::read_to_string(&path)?]);
        }
    }
    let mut texts = Vec::new();
    for path in fs::read_dir(&directory.join("."))? {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let is_license = file.starts_with("LICENSE-") || file.starts_with("LICENCE-");
        if is_license && path.is_file() {
            texts.push(fs::read_to_string(&path)?);
        }
    }
    Ok(texts)
}

/// Returns the short name of a licence for a copyright file, where SPDX's words between names
/// are in lower case.
pub(super) fn short_name(license: &str) -> String {
    if license.is_empty() {
        return UNKNOWN.to_owned();
    }
    let words = license.split_whitespace().map(|word| match word {
        "OR" => "or",
        "AND" => "and",
        "WITH" => "with",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the short names of the licences of a part, with `and` and `or` between them: what is not
/// said to be a choice holds together.
pub(super) fn names(licenses: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for license in licenses {
        let one = names_of(license);
        if !names.is_empty() && !one.is_empty() {
            names.push("and".to_owned());
        }
        names.extend(one);
    }
    if names.is_empty() {
        names.push(UNKNOWN.to_owned());
    }
    names
}

/// Returns the short names in one text: an expression of SPDX, or else the name of one licence.
fn names_of(license: &str) -> Vec<String> {
    let words: Vec<&str> = license.split_whitespace().collect();
    let is_between = |word: &&str| ["OR", "AND"].contains(word);
    // Alternating names and words between them; brackets have no counterpart.
    let is_expression = words.len() % 2 == 1
        && !license.contains(['(', ')'])
        && words.iter().skip(1).step_by(2).all(is_between)
        && !words.iter().step_by(2).any(is_between);
    if is_expression {
        return words.iter().map(|word| name(&short_name(word))).collect();
    }
    let name = name(&words.join("-"));
    if name.is_empty() {
        Vec::new()
    } else {
        vec![name]
    }
}

/// Returns a text as a short name, which is one word.
fn name(text: &str) -> String {
    let legal = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-.+_".contains(c) => c,
        _ => '-',
    };
    text.trim_matches(['(', ')']).chars().map(legal).collect()
}

/// Returns the text below the short name of a licence whose text nobody has given.
pub(super) fn text_of_another(name: &str) -> String {
    let common = text(name, "");
    if name == UNKNOWN {
        folded(
            "Neither these parts nor their metadata tell their licence. Ask their authors\n\
             before you pass them on.",
        )
    } else if common.is_empty() {
        folded(
            "The release does not hold the text of this licence: see the sources of the\n\
             parts above.",
        )
    } else {
        common
    }
}

/// Returns the texts below the short name, one after the other.
pub(super) fn texts(license: &str, author_texts: &[String]) -> String {
    match author_texts {
        [] => text(license, ""),
        [only] => text(license, only),
        several => {
            let texts = several.iter().map(|author_text| text(license, author_text));
            texts.collect::<Vec<_>>().join("\n .\n")
        }
    }
}

/// Returns the text below the short name: the author's, or a reference to Debian's copy.
fn text(license: &str, author_text: &str) -> String {
    let is_one = !license.contains(' ');
    for (name, marks, title, file) in COMMON {
        // The Affero licence names the other GNU licences, and no system has it.
        let in_text = marks.iter().all(|mark| author_text.contains(mark))
            && !author_text.contains("AFFERO GENERAL PUBLIC");
        let rest = license.strip_prefix(name);
        let named =
            is_one && rest.is_some_and(|rest| ["", "-only", "-or-later", "+"].contains(&rest));
        if in_text || author_text.is_empty() && named {
            return format!(
                " On Debian systems, the text of the {title},\n \
                 is in /usr/share/common-licenses/{file}."
            );
        }
    }
    folded(author_text)
}

/// Returns a text as continuation lines of a field: each line after a space, empty lines as a
/// dot.
fn folded(text: &str) -> String {
    let line = |line: &str| {
        if line.trim().is_empty() {
            " .".to_owned()
        } else {
            format!(" {}", line.trim_end())
        }
    };
    text.trim_end()
        .lines()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_are_referred_to() {
        let apache = "Apache License\n Version 2.0, January 2004\n\n TERMS";
        let affero = "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007";
        #[rustfmt::skip]
        let table = [
            ("Apache-2.0", apache, Some("Apache-2.0")),
            ("", apache, Some("Apache-2.0")),
            ("GPL-3.0-or-later", "", Some("GPL-3")),
            ("GPL-2.0-only", "", Some("GPL-2")),
            ("LGPL-2.1", "", Some("LGPL-2.1")),
            ("LGPL-3.0", "GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", Some("LGPL-3")),
            ("AGPL-3.0", affero, None),
            ("MIT OR Apache-2.0", "", None),
            ("MIT", "Permission is hereby granted", None),
        ];
        for (license, author_text, file) in table {
            let text = text(license, author_text);
            match file {
                Some(file) => assert!(
                    text.ends_with(&format!("common-licenses/{file}.")),
                    "{text}"
                ),
                None => assert_eq!(text, folded(author_text), "{license}"),
            }
        }
    }

    #[test]
    fn a_choice_of_licences_keeps_both_texts() {
        let apache = "Apache License\n Version 2.0, January 2004\n".to_owned();
        let mit = "Permission is hereby granted\n".to_owned();
        assert_eq!(
            texts("Apache-2.0 OR MIT", &[apache, mit]),
            " On Debian systems, the text of the Apache License, version 2.0,\n \
             is in /usr/share/common-licenses/Apache-2.0.\n .\n Permission is hereby granted"
        );
        assert_eq!(texts("MIT", &[]), "");
    }

    #[test]
    fn a_text_is_folded() {
        assert_eq!(folded("a \n\n b\n\n"), " a\n .\n  b");
    }

    #[test]
    fn licences_of_others_become_short_names() {
        for (licenses, expected) in [
            (&[][..], "unknown"),
            (&[" "], "unknown"),
            (&["MIT"], "MIT"),
            (&["Apache 2.0"], "Apache-2.0"),
            (&["MIT", "Apache-2.0"], "MIT and Apache-2.0"),
            (&["MIT OR Apache-2.0"], "MIT or Apache-2.0"),
            (&["(MIT OR ISC) AND X"], "MIT-OR-ISC--AND-X"),
            (&["MIT OR"], "MIT-OR"),
            (&["a\nFiles: *"], "a-Files---"),
        ] {
            let licenses: Vec<_> = licenses.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(names(&licenses).join(" "), expected);
        }
        assert_eq!(
            text_of_another("Apache-2.0"),
            " On Debian systems, the text of the Apache License, version 2.0,\n \
             is in /usr/share/common-licenses/Apache-2.0."
        );
    }

    #[test]
    fn names_are_those_of_a_copyright_file() {
        assert_eq!(short_name("MIT OR Apache-2.0"), "MIT or Apache-2.0");
        assert_eq!(short_name(""), "unknown");
    }
}
