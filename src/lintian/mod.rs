//! `/usr/share/lintian/overrides/NAME`: what lintian says of a package that holds a release from
//! elsewhere, and why it is so. Only what applies is written, since lintian complains of an
//! override that it has no use for. That of a tag which a newer lintian has no more is an error to
//! it, so `package-supports-alternative-init-but-no-init.d-script` is left to say what it says.

mod authors;
mod elf_tags;
mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use authors::{Authors, Brought};

use crate::audit::ElfIndex;
use crate::contents::PopulateError;
use crate::control::maintainer_scripts::MaintainerScripts;
use crate::debian::{Alternatives, RelationField, Relations};
use crate::elf::Seen;
use crate::fs;
use crate::parallel;
use crate::plan::PackagePlan;
use crate::tree::{Content, Entry, Kind, Origin, PackagePath, Source, Tree};

/// Each tag with the reason to override it, in the order of the file.
const REASONS: &[(&str, &str)] = &[
    (
        "dir-or-file-in-opt",
        "This is add-on software, not part of Debian. The Filesystem Hierarchy\nStandard, section 3.13, gives it /opt.",
    ),
    (
        "bogus-mail-host",
        "The maintainer's address is one of the company's own network.",
    ),
    (
        "maintainer-script-needs-depends-on-adduser",
        "adduser is used where the machine has it. Where it has not, useradd is,\nof passwd, on which the package pre-depends.",
    ),
    (
        "recursive-privilege-change",
        "Of directories alone, from the top down, once after the package of another\ntool: directories have no hard links, and no link is followed.",
    ),
    (
        "non-standard-file-perm",
        "Not for everybody's eyes: its owner or its group needs it, nobody else.",
    ),
    (
        "non-standard-executable-perm",
        "Not for everybody to run: its owner or its group does.",
    ),
    (
        "executable-is-not-world-readable",
        "Not for everybody to run: its owner or its group does.",
    ),
    (
        "non-standard-dir-perm",
        "Not for everybody to look into: its owner or its group does.",
    ),
    (
        "elevated-privileges",
        "The program does its work with the rights of its owner or its group.",
    ),
    (
        "script-not-executable",
        "Part of the release, and never run by its name: the release's own programs\nhand it to its interpreter.",
    ),
    (
        "executable-not-elf-or-script",
        "Part of the release, packed as it was built.",
    ),
    (
        "bash-term-in-posix-shell",
        "Scripts of Erlang, Elixir or the release's author. They ask for such\nvariables where the shell has them, and do without where it has not.",
    ),
    (
        "unstripped-binary-or-object",
        "The symbols are packed as they were built: they give crash dumps a meaning.",
    ),
    (
        "binary-has-unneeded-section",
        "Compiled outside Debian: it says which compiler was used.",
    ),
    (
        "hardening-no-bindnow",
        "Compiled outside Debian, without the flags of Debian's own compilers.",
    ),
    (
        "hardening-no-relro",
        "Compiled outside Debian, without the flags of Debian's own compilers.",
    ),
    (
        "hardening-no-pie",
        "Compiled outside Debian, without the flags of Debian's own compilers.",
    ),
    (
        "hardening-no-fortify-functions",
        "Compiled outside Debian: the checked functions are those of C's library,\nwhich other languages have no use for.",
    ),
    (
        "statically-linked-binary",
        "Linked so that it runs on every release of Debian.",
    ),
    (
        "shared-library-lacks-prerequisites",
        "It needs nothing but the program that loads it, or was linked to run\nanywhere.",
    ),
    (
        "library-not-linked-against-libc",
        "It is loaded by a program that has C's library already.",
    ),
    (
        "program-not-linked-against-libc",
        "It needs no more of C's library than its other libraries bring.",
    ),
    (
        "custom-library-search-path",
        "Its libraries lie in the release, not where the system's do.",
    ),
    (
        "relative-library-search-path",
        "Its libraries lie in the release, not where the system's do.",
    ),
    (
        "command-with-path-in-maintainer-script",
        "The script of the package's author runs by the program of its first line,\nwherever PATH leads to.",
    ),
    (
        "package-contains-hardlink",
        "Names of one file in one tree, which takes its space once. Who puts another\ndisk into the middle of it uses a symlink for the whole.",
    ),
    (
        "repeated-path-segment",
        "Part of the release: Erlang's libraries and applications have such\ndirectories.",
    ),
    (
        "spelling-error-in-binary",
        "Text of the Erlang runtime, compiled elsewhere.",
    ),
];

/// Ends of domains that no public domain has, by RFC 6762 (appendix G), RFC 2606 and RFC 8375, and
/// the one that ICANN keeps free for internal use. lintian knows the public ones only.
const INTERNAL_DOMAINS: &[&str] = &[
    "internal", "local", "lan", "corp", "home", "intranet", "private", "test", "example", "invalid",
];

/// Puts the overrides into the tree, behind those of a file that the author brings.
///
/// # Errors
/// [`PopulateError`] where a file cannot be read.
pub(crate) fn add_overrides(
    plan: &PackagePlan,
    scripts: &MaintainerScripts,
    index: &ElfIndex,
    tree: &mut Tree,
) -> Result<(), PopulateError> {
    if !plan.documents {
        return Ok(());
    }
    let path = PackagePath::new(format!(
        "/usr/share/lintian/overrides/{}",
        plan.control.package
    ))?;
    let authors = Authors(&plan.overrides);
    let brought = match tree.get(&path) {
        None => None,
        Some(there) if !plan.overrides.is_empty() => {
            let origin = Box::new(there.origin.clone());
            return Err(PopulateError::TwoOverrides { path, origin });
        }
        Some(there) => match Brought::read(there)? {
            Some(brought) => Some(brought),
            None => return Ok(()),
        },
    };
    let mut overrides = LintianOverrides::default();
    overrides.of_control(plan, scripts);
    for (path, entry) in tree.iter() {
        overrides.of_path(path, entry);
        if entry.kind == Kind::Directory && path.starts_with(&plan.target) && repeats(path) {
            overrides.add(
                "repeated-path-segment",
                format!("*{}*", pattern(&plan.target)),
            );
        }
    }
    for (path, link) in tree.hard_links() {
        if path.parent() != link.file.parent() {
            overrides.add("package-contains-hardlink", format!("*{}*", pattern(path)));
        }
    }
    let files = tree.iter().filter_map(|file| worth_reading(index, file));
    let files: Vec<_> = files.collect();
    for found in parallel::map(&files, |file| file.overrides(&plan.target)) {
        for (tag, context) in found? {
            overrides.add(tag, context);
        }
    }
    let package = plan.control.package.as_str();
    overrides
        .contexts
        .retain(|tag, _| !authors.has(tag) && !brought.as_ref().is_some_and(|it| it.has(tag)));
    let mut text = overrides.render(package);
    authors.add(package, &mut text);
    if text.is_empty() {
        return Ok(());
    }
    if let Some(brought) = brought {
        tree.replace(path, brought.with(&text));
        return Ok(());
    }
    let content = Content::Bytes(Arc::from(text.into_bytes()));
    let origin = Origin::Generated("lintian overrides");
    tree.insert(path, Entry::regular(content, 0o644, origin))?;
    tree.add_parents()?;
    Ok(())
}

/// The reasons for overriding, by tag.
#[derive(Debug, Default)]
struct LintianOverrides {
    contexts: BTreeMap<&'static str, BTreeSet<String>>,
}

impl LintianOverrides {
    fn add(&mut self, tag: &'static str, context: impl Into<String>) {
        self.contexts.entry(tag).or_default().insert(context.into());
    }

    fn of_control(&mut self, plan: &PackagePlan, scripts: &MaintainerScripts) {
        let host = plan.control.maintainer.address();
        let last = host.rsplit('.').next().unwrap_or_default();
        if INTERNAL_DOMAINS.contains(&last.to_ascii_lowercase().as_str())
            || host.ends_with(".home.arpa")
        {
            self.add("bogus-mail-host", "Maintainer *");
        }
        let relations = [RelationField::Depends, RelationField::PreDepends]
            .map(|field| plan.control.relations.get(field));
        let depends = relations
            .into_iter()
            .flatten()
            .flat_map(Relations::iter)
            .flat_map(Alternatives::relations)
            .any(|relation| relation.package.as_str() == "adduser");
        let runs_it = |text: &str| {
            let mut lines = text.lines().map(str::trim_start);
            lines.any(|line| line.starts_with("adduser "))
        };
        // What the author's own scripts need is theirs to name.
        let own = plan.own_scripts.iter().any(|own| runs_it(&own.text));
        if !depends && !own && scripts.iter().any(|(_, text)| runs_it(text)) {
            self.add("maintainer-script-needs-depends-on-adduser", "*");
        }
        let mut texts = scripts.iter().map(|(_, text)| text);
        if texts.any(|text| text.contains(scripts::GIVEN_TO_ROOT)) {
            let context = format!("\"find * {}*", scripts::GIVEN_TO_ROOT);
            self.add("recursive-privilege-change", context);
        }
        for own in &plan.own_scripts {
            let texts = scripts.iter().filter(|(script, _)| *script == own.script);
            for path in texts.flat_map(|(_, text)| scripts::commands_with_path(text, &own.text)) {
                self.add(
                    "command-with-path-in-maintainer-script",
                    format!("{path} (plain script) *"),
                );
            }
        }
    }

    fn of_path(&mut self, path: &PackagePath, entry: &Entry) {
        let bytes = path.as_bytes();
        if bytes.starts_with(b"/opt/") && !self.contexts.contains_key("dir-or-file-in-opt") {
            self.add("dir-or-file-in-opt", "*");
        }
        let mode = entry.mode;
        // What everybody may write has no reason: lintian is right.
        if mode & 0o002 != 0 {
            return;
        }
        let context = || format!("*{}*", pattern(path));
        match &entry.kind {
            Kind::Symlink { .. } => {}
            Kind::Directory if mode == 0o755 => {}
            Kind::Directory => self.add("non-standard-dir-perm", context()),
            Kind::Regular { .. } if mode == 0o644 || mode == 0o755 => {}
            Kind::Regular { .. } => {
                let executable = mode & 0o111 != 0;
                if executable && mode & 0o444 != 0o444 {
                    self.add("executable-is-not-world-readable", context());
                }
                if mode & 0o6000 != 0 {
                    self.add("elevated-privileges", context());
                } else if executable && mode != 0o755 {
                    self.add("non-standard-executable-perm", context());
                } else if !executable && mode != 0o644 && !bytes.starts_with(b"/etc/sudoers.d/") {
                    self.add("non-standard-file-perm", context());
                }
            }
        }
    }

    fn render(&self, package: &str) -> String {
        let mut text = String::new();
        for (tag, reason) in REASONS {
            let Some(contexts) = self.contexts.get(tag) else {
                continue;
            };
            if !text.is_empty() {
                text.push('\n');
            }
            for line in reason.lines() {
                let _ = writeln!(text, "# {line}");
            }
            for context in contexts {
                let _ = writeln!(text, "{package}: {tag} {context}");
            }
        }
        text
    }
}

/// Returns whether the name of a directory is that of one above it.
fn repeats(directory: &PackagePath) -> bool {
    let mut names = directory.relative().rsplit(|byte| *byte == b'/');
    let own = names.next();
    names.any(|name| Some(name) == own)
}

/// A file whose content lintian looks into.
struct Readable<'tree> {
    path: &'tree PackagePath,
    content: &'tree Content,
    executable: bool,
    /// The facts of the package's ELF files.
    index: &'tree ElfIndex,
}

impl Readable<'_> {
    /// Returns the tags that lintian has for the content, with their context.
    fn overrides(
        &self,
        release: &PackagePath,
    ) -> Result<Vec<(&'static str, String)>, PopulateError> {
        let (path, content, executable) = (self.path, self.content, self.executable);
        let name = path.file_name();
        let seen = self.index.look(content)?;
        let mut found = Vec::new();
        if seen.is_elf() {
            found.extend(self.elf_tags(&seen));
            if is_of_runtime(path, release) && seen.is_misspelt == Some(true) {
                found.push("spelling-error-in-binary");
            }
        } else if let Some(interpreter) = scripts::interpreter(&seen.start) {
            if !executable {
                found.push("script-not-executable");
            }
            if interpreter.ends_with("/sh") && scripts::has_bash_term(&read(content)?) {
                found.push("bash-term-in-posix-shell");
            }
        } else if executable && !name.ends_with(b".exe") && !name.ends_with(b".jar") {
            found.push("executable-not-elf-or-script");
        }
        // One line for the whole release, one for each file beside it.
        let place = if path.starts_with(release) {
            format!("*{}/*", pattern(release))
        } else {
            format!("*{}*", pattern(path))
        };
        Ok(found.into_iter().map(|tag| (tag, place.clone())).collect())
    }

    fn elf_tags(&self, seen: &Seen) -> BTreeSet<&'static str> {
        let name = self.path.file_name();
        // A damaged file is for the audit to tell; lintian says other things of it.
        let facts = seen.facts.as_ref().ok();
        let tags = facts.map(|facts| elf_tags::tags(facts, name));
        let mut tags = tags.unwrap_or_default();
        if matches!(self.content, Content::ElfPart(_)) {
            // They go with the symbols.
            tags.retain(|tag| !elf_tags::OF_SYMBOLS.contains(tag));
        }
        tags
    }
}

fn read(content: &Content) -> Result<Arc<[u8]>, PopulateError> {
    Ok(match content.source() {
        Source::Bytes(bytes) => Arc::clone(bytes),
        Source::File(path) => Arc::from(fs::read(path)?),
    })
}

/// Files that can be machine code or scripts and are not rendered by reldeb itself. A package of a
/// hundred thousand other files is not opened twice.
fn worth_reading<'tree>(
    index: &'tree ElfIndex,
    (path, entry): (&'tree PackagePath, &'tree Entry),
) -> Option<Readable<'tree>> {
    const CODE: [&[u8]; 7] = [b".so", b".o", b".sh", b".escript", b".pl", b".py", b".rb"];
    let Kind::Regular { content, .. } = &entry.kind else {
        return None;
    };
    let name = path.file_name();
    let executable = entry.mode & 0o111 != 0;
    let worth_it = executable
        || !name.contains(&b'.')
        || CODE.iter().any(|end| name.ends_with(end))
        || name.windows(4).any(|part| part == b".so.");
    (worth_it && !matches!(entry.origin, Origin::Template(_))).then_some(Readable {
        path,
        content,
        executable,
        index,
    })
}

/// Returns whether a file is a program of ERTS.
fn is_of_runtime(path: &PackagePath, release: &PackagePath) -> bool {
    let Some(relative) = path.as_bytes().strip_prefix(release.as_bytes()) else {
        return false;
    };
    relative.starts_with(b"/erts-")
}

/// A path as lintian names it, without its first slash. What a pattern gives a meaning to, and
/// what a line of the file cannot hold, stands for any one character.
fn pattern(path: &PackagePath) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._+-@:=,~%".contains(&byte);
    let relative = path.relative().iter();
    relative
        .map(|byte| if plain(*byte) { char::from(*byte) } else { '?' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_of_a_file_has_its_reason() {
        let known: BTreeSet<&str> = REASONS.iter().map(|(tag, _)| *tag).collect();
        assert_eq!(known.len(), REASONS.len());
        let mut overrides = LintianOverrides::default();
        for mode in [0o600, 0o700, 0o4755] {
            let content = Content::Bytes(Arc::from(&b""[..]));
            let entry = Entry::regular(content, mode, Origin::Parent);
            overrides.of_path(&PackagePath::new("/opt/a b/[c]").unwrap(), &entry);
        }
        assert!(overrides.contexts.keys().all(|tag| known.contains(tag)));
        let text = overrides.render("orders");
        assert!(
            text.contains("\norders: elevated-privileges *opt/a?b/?c?*\n"),
            "{text}"
        );
        assert_eq!(text.matches("non-standard-file-perm").count(), 1);
    }

    #[test]
    fn what_everybody_may_write_is_not_overridden() {
        let mut overrides = LintianOverrides::default();
        for mode in [0o666, 0o777, 0o4757] {
            let content = Content::Bytes(Arc::from(&b""[..]));
            let entry = Entry::regular(content, mode, Origin::Parent);
            overrides.of_path(&PackagePath::new("/usr/bin/x").unwrap(), &entry);
        }
        assert!(overrides.contexts.is_empty(), "{:?}", overrides.contexts);
    }

    #[test]
    fn reasons_fit_a_terminal() {
        for line in REASONS.iter().flat_map(|(_, reason)| reason.lines()) {
            assert!(line.len() < 78, "{line}");
        }
    }
}
