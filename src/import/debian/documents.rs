//! `*.docs`, `*.examples`, `*.manpages`, `*.info`, README.Debian, NEWS, TODO and the copyright file.

use super::folder::Folder;
use super::install::{Placing, alternatives, expand, lines_of, words};
use super::listed::Listed;
use super::{Package, Writing};
use crate::debian::PackageName;
use crate::import::ImportError;

/// Files of the folder with the names that they have in the package.
const NAMED: [(&str, &str); 4] = [
    ("copyright", "copyright"),
    ("README.Debian", "README.Debian"),
    ("NEWS", "NEWS.Debian"),
    ("TODO", "TODO.Debian"),
];

/// Finds the packages whose documents are a link to those of another one: by `--link-doc`, or by `*.links`.
pub(super) fn find_shared(
    packages: &mut [Package<'_>],
    folder: &Folder<'_>,
) -> Result<(), ImportError> {
    let names: Vec<PackageName> = packages.iter().map(|it| it.name.clone()).collect();
    for package in packages {
        let is_arch = package.may_have_programs();
        let mut found = folder.rules.link_doc(&package.name, is_arch);
        let home = format!("usr/share/doc/{}", package.name);
        for (_, text) in match folder.of(package, "links") {
            Some(file) if !file.is_program() => file.lines()?,
            _ => Vec::new(),
        } {
            let words: Vec<&str> = text
                .split_whitespace()
                .map(|it| it.trim_matches('/'))
                .collect();
            let mut pairs = words.chunks_exact(2).filter(|pair| pair[1] == home);
            let other = pairs.find_map(|pair| pair[0].strip_prefix("usr/share/doc/"));
            found = found.or(other.map(str::to_owned));
        }
        let other = found.and_then(|found| names.iter().find(|it| it.as_str() == found));
        package.shares = other.filter(|it| **it != package.name).cloned();
    }
    Ok(())
}

/// Writes the link to the documents of another package, and tells of those that have no place then.
fn link(
    other: &PackageName,
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) {
    let target = format!("/usr/share/doc/{}", package.name);
    let leads_to = format!("/usr/share/doc/{other}");
    listed.add_with(&target, None, vec![("symlink", leads_to.into())]);
    let table = writing.draft.table(&package.table("package"));
    table.set("documents", false);
    for kind in ["docs", "examples"] {
        if let Some(file) = folder.of(package, kind) {
            let what = format!("`{}` is left out: `{target}` is a link", file.source);
            let instead = format!("pack the files with `{other}`");
            writing.notes.left_out(None, &what, &instead);
        }
    }
}

/// Reads them.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let home = format!("/usr/share/doc/{}", package.name);
    if let Some(other) = &package.shares {
        link(other, package, folder, listed, writing);
    }
    for (kind, name) in NAMED.iter().filter(|_| package.shares.is_none()) {
        if folder.rules.skips_kind(kind, package) {
            continue;
        }
        let own = folder.named(&format!("{}.{kind}", package.name));
        // The copyright file and the news are those of all packages.
        let shared = || {
            let is_shared = matches!(*kind, "copyright" | "NEWS") || package.is_first;
            is_shared.then(|| folder.named(kind)).flatten()
        };
        if let Some(file) = own.or_else(shared) {
            listed.add(&format!("{home}/{name}"), &file.source);
        }
    }
    for (kind, command, below) in [
        ("docs", "dh_installdocs", ""),
        ("examples", "dh_installexamples", "/examples"),
    ] {
        if package.shares.is_some() {
            break;
        }
        let excludes = folder.rules.excludes(command, package);
        for (file, line, text) in lines_of(package, kind, folder, writing)? {
            for word in sources(&text) {
                let mut placing = Placing {
                    folder,
                    listed: &mut *listed,
                    writing: &mut *writing,
                    file: &file,
                    line,
                    excludes: &excludes,
                };
                placing.put(&word, &format!("{home}{below}"));
            }
        }
    }
    for (file, line, text) in lines_of(package, "info", folder, writing)? {
        for word in sources(&text) {
            let mut placing = Placing {
                folder,
                listed: &mut *listed,
                writing: &mut *writing,
                file: &file,
                line,
                excludes: &[],
            };
            placing.put(&word, "/usr/share/info");
        }
    }
    pages(package, folder, listed, writing)
}

/// Returns the sources that a line names.
fn sources(text: &str) -> Vec<String> {
    let words = words(text);
    let each = words.iter().flat_map(|word| alternatives(word));
    each.collect()
}

/// Reads the manual pages.
fn pages(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    for (file, line, text) in lines_of(package, "manpages", folder, writing)? {
        for word in sources(&text) {
            let mut placing = Placing {
                folder,
                listed: &mut *listed,
                writing: &mut *writing,
                file: &file,
                line,
                excludes: &[],
            };
            let Some(word) = placing.below(&word) else {
                continue;
            };
            let mut found = expand(&folder.on_disk(""), &word);
            if found.is_empty() {
                found.push(word);
            }
            for path in found {
                let name = path.rsplit('/').next().unwrap_or(&path);
                let Some(place) = place_of_page(name) else {
                    let message =
                        format!("`{name}` is no manual page, expected a name such as `a.1`");
                    return Err(file.malformed(line, &text, message));
                };
                listed.add(&place, &folder.source(&path));
            }
        }
    }
    Ok(())
}

/// Returns the place of a manual page: the section and the language are those of its name.
fn place_of_page(name: &str) -> Option<String> {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let compressed = if plain == name { "" } else { ".gz" };
    let (stem, section) = plain.rsplit_once('.')?;
    let number = section.chars().next().filter(char::is_ascii_digit)?;
    let language = stem.rsplit_once('.').filter(|(_, word)| is_language(word));
    Some(match language {
        Some((stem, language)) => {
            format!("/usr/share/man/{language}/man{number}/{stem}.{section}{compressed}")
        }
        None => format!("/usr/share/man/man{number}/{stem}.{section}{compressed}"),
    })
}

/// Returns whether a word is a language, such as `de` or `pt_BR`.
fn is_language(word: &str) -> bool {
    let (language, country) = word.split_once('_').unwrap_or((word, "XX"));
    let is_lower = |text: &str| text.len() == 2 && text.chars().all(|c| c.is_ascii_lowercase());
    let is_upper = |text: &str| text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
    is_lower(language) && is_upper(country)
}

#[cfg(test)]
mod tests {
    use super::place_of_page;

    #[test]
    fn the_name_of_a_page_says_its_place() {
        for (name, place) in [
            ("a.1", Some("/usr/share/man/man1/a.1")),
            ("a.b.3pm", Some("/usr/share/man/man3/a.b.3pm")),
            ("a.8.gz", Some("/usr/share/man/man8/a.8.gz")),
            ("a.de.1", Some("/usr/share/man/de/man1/a.1")),
            ("a.pt_BR.1", Some("/usr/share/man/pt_BR/man1/a.1")),
            ("a", None),
            ("a.txt", None),
        ] {
            assert_eq!(place_of_page(name).as_deref(), place, "{name}");
        }
    }
}
