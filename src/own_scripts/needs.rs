//! The interpreters that scripts need on the machine (Debian Policy 7.2).

use std::path::Path;

use super::OwnScript;
use crate::debian::{Alternatives, RelationField, RelationFields};
use crate::deployment::Script;
use crate::finding::{Finding, Location, Severity, tags};
use crate::release::{Node, Outcome, resolve};
use crate::tree::{Kind, PackagePath, Tree};

/// Programs of essential packages, which are there whatever is installed or removed.
const ESSENTIAL: [&str; 8] = ["sh", "dash", "bash", "rbash", "perl", "sed", "awk", "env"];

/// Interpreters with the packages that have them.
const PACKAGES: &[(&str, &str)] = &[
    ("busybox", "busybox"),
    ("escript", "erlang-base"),
    ("fish", "fish"),
    ("gawk", "gawk"),
    ("ksh", "ksh"),
    ("mksh", "mksh"),
    ("node", "nodejs"),
    ("nodejs", "nodejs"),
    ("php", "php-cli"),
    ("python", "python-is-python3"),
    ("python3", "python3"),
    ("ruby", "ruby"),
    ("tclsh", "tcl"),
    ("zsh", "zsh"),
];

/// Folders of programs that scripts may name without one.
const SEARCHED: [&str; 5] = ["usr/bin", "bin", "usr/sbin", "sbin", "usr/local/bin"];

const ALWAYS_THERE: &str = "write it for sh, bash or perl: they are always there";

/// Returns the findings about scripts whose interpreters may be missing when dpkg runs them.
pub(crate) fn findings(
    manifest: &Path,
    scripts: &[OwnScript],
    relations: &RelationFields,
    tree: &Tree,
) -> Vec<Finding> {
    let findings = scripts.iter().filter_map(|own| {
        let finding = finding(own, relations, tree)?;
        Some(finding.at(Some(&Location::of_manifest(manifest, own.line))))
    });
    findings.collect()
}

fn finding(own: &OwnScript, relations: &RelationFields, tree: &Tree) -> Option<Finding> {
    let program = own.interpreter.program();
    if ESSENTIAL.contains(&program) {
        return None;
    }
    let of = |why: &str| {
        let message = format!("script `{}` is for `{program}`, {why}", own.name);
        Finding::new(tags::SCRIPT_INTERPRETER, message)
    };
    if let Some(path) = in_package(program, tree) {
        let (why, hint) = own_program(own.script, &path, tree)?;
        return Some(of(why).with_hint(hint).with_severity(Severity::Error));
    }
    let (key, fields) = match own.script {
        Script::Preinst => ("pre-depends", &[RelationField::PreDepends][..]),
        _ => (
            "depends",
            &[RelationField::Depends, RelationField::PreDepends][..],
        ),
    };
    if !own.has_dependencies && is_foreign(program) {
        let hint = format!(
            "pack it, name the package that has it in `{key}` below `[package]`, or write the script for sh, \
             bash or perl"
        );
        let finding = of("which is neither in the package nor in one of Debian's").with_hint(hint);
        return Some(finding.with_severity(Severity::Error));
    }
    if own.script == Script::Postrm {
        return Some(of("which may be removed before it").with_hint(ALWAYS_THERE));
    }
    let Some((_, package)) = PACKAGES.iter().find(|(name, _)| *name == program) else {
        let hint = format!("name the package that has it in `{key}` below `[package]`");
        let finding = of("which not every system has").with_hint(hint);
        return Some(if own.has_dependencies {
            finding.with_severity(Severity::Info)
        } else {
            finding
        });
    };
    let mut named = fields.iter().filter_map(|field| relations.get(*field));
    let is_named = named.any(|relations| {
        let mut all = relations.iter().flat_map(Alternatives::relations);
        all.any(|relation| relation.package.as_str() == *package)
    });
    (!is_named).then(|| {
        let hint = format!("add `{package}` to `{key}` below `[package]`");
        of("which not every system has").with_hint(hint)
    })
}

/// Returns the path of a program in the package, relative to the root; `None` where it is not there.
fn in_package(program: &str, tree: &Tree) -> Option<String> {
    let is_there = |path: &String| {
        let node = |path: &[u8]| Node::of(tree, path);
        matches!(resolve(node, b"", path.as_bytes()), Outcome::Inside)
    };
    let mut places = match program.strip_prefix('/') {
        // /bin is /usr/bin on every merged system.
        Some(path) => vec![path.to_owned(), format!("usr/{path}")],
        None => SEARCHED.map(|folder| format!("{folder}/{program}")).into(),
    };
    places.retain(is_there);
    places.into_iter().next()
}

/// Returns the fault of a script for a program of the package itself, and a hint.
fn own_program(script: Script, path: &str, tree: &Tree) -> Option<(&'static str, &'static str)> {
    let entry = PackagePath::root().join(path.as_bytes()).ok();
    let entry = entry.and_then(|path| tree.get(&path));
    let runs =
        entry.is_none_or(|it| !matches!(it.kind, Kind::Regular { .. }) || it.mode & 0o111 != 0);
    match script {
        Script::Preinst => Some(("which the package itself brings after it", ALWAYS_THERE)),
        Script::Postrm => Some(("which is removed with the package before it", ALWAYS_THERE)),
        _ if runs => None,
        _ => Some((
            "which the package has without the executable bit",
            "give the program `mode = \"0755\"`",
        )),
    }
}

/// Returns whether a program lies where no package of Debian has one (Debian Policy 9.1.2).
fn is_foreign(program: &str) -> bool {
    let of_debian = ["/usr/", "/bin/", "/sbin/", "/lib"];
    program.starts_with("/usr/local/")
        || program.starts_with('/') && !of_debian.iter().any(|folder| program.starts_with(folder))
}
