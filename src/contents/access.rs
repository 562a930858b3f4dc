//! `Access`: the modes and owners of files that are private on the build machine, and the
//! findings about them. No secret may become readable by all, so private files stay private:
//! only root and the service may read them.

use std::path::{Path, PathBuf};

use memchr::memmem;

use super::set_id::{SET_ID, capabilities_of_script, capabilities_without_effect, without_effect};
use crate::finding::{Finding, Severity, tags};
use crate::fs;
use crate::message::{key, quoted};
use crate::plan::{PackagePlan, Settings};
use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, Tree};

/// The bit of chmod(1) that lets others read.
const OTHERS_READ: u32 = 0o004;

/// Gives modes and owners to regular files, and remembers the findings until it is known which
/// of the files are packed.
#[derive(Debug)]
pub(super) struct Access<'a> {
    settings: &'a Settings,
    plan: &'a PackagePlan,
    /// True where files are private only because of a strict umask: the manifest is private,
    /// too.
    umask: bool,
    private: Vec<Noted>,
    /// Private files that are so because of the umask.
    opened: Vec<Noted>,
    set_id: Vec<Noted>,
}

/// A file with a finding about it, if it is packed.
#[derive(Debug)]
struct Noted {
    path: PackagePath,
    origin: Origin,
}

/// A regular file on the build machine.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceFile {
    /// The file's permission bits.
    pub(super) mode: u32,
    /// True where the file becomes executable.
    pub(super) executable: bool,
    /// True where others than the file's owner and group may not read it.
    pub(super) private: bool,
}

impl SourceFile {
    /// Returns a file of these permission bits.
    pub(super) fn of_mode(mode: u32) -> Self {
        Self {
            mode,
            executable: mode & 0o111 != 0,
            private: mode & OTHERS_READ == 0,
        }
    }
}

impl<'a> Access<'a> {
    pub(super) fn new(settings: &'a Settings, plan: &'a PackagePlan) -> Self {
        let manifest = fs::metadata(&settings.manifest_path);
        Self {
            settings,
            plan,
            umask: manifest.is_ok_and(|it| fs::mode(&it) & OTHERS_READ == 0),
            private: Vec::new(),
            opened: Vec::new(),
            set_id: Vec::new(),
        }
    }

    /// Gives a private file its mode and group, unless the manifest does. `umask` is true where
    /// the whole release is private, which says nothing about a single file.
    pub(super) fn give(
        &mut self,
        path: &PackagePath,
        entry: &mut Entry,
        source: SourceFile,
        umask: bool,
    ) {
        if source.mode & SET_ID != 0 {
            self.set_id.push(Noted::new(path, entry));
        }
        if source.private && (umask || self.umask) {
            self.opened.push(Noted::new(path, entry));
        } else if source.private {
            self.keep_private(path, entry, source);
        }
    }

    fn keep_private(&mut self, path: &PackagePath, entry: &mut Entry, source: SourceFile) {
        let account = self.plan.deployment.account.as_ref();
        if entry.owner.group() == "root"
            && let Some(account) = account
        {
            entry.owner = Owner::new(entry.owner.user(), account.group.as_str());
        }
        entry.mode = match (source.executable, entry.owner.group()) {
            // A program for everybody is no secret.
            (true, "root") => return,
            (true, _) => 0o750,
            (false, "root") => 0o600,
            (false, _) => 0o640,
        };
        self.private.push(Noted::new(path, entry));
    }

    /// Returns the findings about the files that are packed.
    pub(super) fn findings(self, tree: &Tree) -> Vec<Finding> {
        let (settings, plan) = (self.settings, self.plan);
        let packed = |noted: Vec<Noted>| {
            let there = noted.into_iter().filter_map(|noted| {
                let entry = tree.get(&noted.path)?;
                (entry.origin == noted.origin).then_some((noted.path, entry))
            });
            there.collect::<Vec<_>>()
        };
        let mut said = Vec::new();
        if let [(path, _), more @ ..] = &packed(self.opened)[..] {
            let message = format!(
                "`{path}`{} is private on this machine for a strict umask, and becomes readable by all",
                and(more.len())
            );
            said.push(Finding::new(tags::UMASK, message).at_path(path));
        }
        let (of_files, of_release): (Vec<_>, Vec<_>) = packed(self.private)
            .into_iter()
            .partition(|(_, entry)| matches!(entry.origin, Origin::Files { .. }));
        said.extend(private(settings, &of_release));
        said.extend(private(settings, &of_files));
        if let [(path, entry), more @ ..] = &packed(self.set_id)[..] {
            let message = format!(
                "`{path}`{} is setuid or setgid, which is dropped",
                and(more.len())
            );
            let line = line(settings, path, entry, "4755", "root");
            let finding = Finding::new(tags::SETUID_DROPPED, message).at_path(path);
            said.push(finding.with_hint(format!("write it in `[files]` if it is meant: {line}")));
        }
        said.extend(without_effect(plan, tree));
        said.extend(capabilities_without_effect(plan, tree));
        said.extend(capabilities_of_script(plan, tree));
        said.extend(private_keys(settings, plan, tree));
        said.extend(writable_by_all(tree));
        said
    }
}

/// Returns the finding about what everybody can write, which somebody asked for.
fn writable_by_all(tree: &Tree) -> Option<Finding> {
    let mut all = tree.iter().filter(|(_, entry)| match entry.kind {
        Kind::Regular { .. } => entry.mode & 0o002 != 0,
        // Others' files are safe below a sticky directory.
        Kind::Directory => entry.mode & 0o1002 == 0o002,
        Kind::Symlink { .. } => false,
    });
    let (path, entry) = all.next()?;
    let message = format!(
        "`{path}`{} has mode {:04o}: everybody can write to it",
        and(all.count()),
        entry.mode
    );
    let finding = Finding::new(tags::WRITABLE_BY_ALL, message).with_severity(Severity::Warning);
    Some(finding.at_path(path))
}

impl Noted {
    fn new(path: &PackagePath, entry: &Entry) -> Self {
        Self {
            path: path.clone(),
            origin: entry.origin.clone(),
        }
    }
}

/// Returns " (and 2 more)", or nothing for 0.
fn and(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    }
}

/// Returns the finding about private files. Their modes get lost: a git repository does not
/// keep them.
fn private(settings: &Settings, files: &[(PackagePath, &Entry)]) -> Option<Finding> {
    let [(path, entry), others @ ..] = files else {
        return None;
    };
    let (owner, mode) = (&entry.owner, format!("{:04o}", entry.mode));
    let message = format!(
        "`{path}`{} is private on this machine and becomes {}:{} {mode}",
        and(others.len()),
        owner.user(),
        owner.group()
    );
    let line = line(settings, path, entry, &mode, owner.group());
    let by_group = owner.group() != "root";
    let finding = Finding::new(tags::PRIVATE_FILE, message).at_path(path);
    Some(match (&entry.origin, by_group) {
        // The service reads it, so nothing is amiss.
        (Origin::Release(_), true) => finding.with_severity(Severity::Info),
        (_, true) => finding.with_hint(format!("write it down, no repository keeps it: {line}")),
        (_, false) => finding.with_hint(format!("write down who may read it: {line}")),
    })
}

/// Returns a line of `[files]` that gives a file its mode.
fn line(settings: &Settings, path: &PackagePath, entry: &Entry, mode: &str, group: &str) -> String {
    let source = source(settings, entry);
    let of = |key: &str, name: &str| match name {
        "root" => String::new(),
        name => format!(", {key} = \"{name}\""),
    };
    let owners = of("owner", entry.owner.user()) + &of("group", group);
    let key = key(&path.to_string());
    let source = quoted(&source.to_string_lossy());
    format!("`{key} = {{ source = {source}, mode = \"{mode}\"{owners} }}`")
}

/// Returns a file's source as the manifest would name it.
fn source(settings: &Settings, entry: &Entry) -> PathBuf {
    let path: &Path = match (&entry.kind, &entry.origin) {
        (
            _,
            Origin::Files {
                source: Some(source),
                ..
            },
        ) => source,
        (
            Kind::Regular {
                content: Content::File { path, .. } | Content::Beam { path, .. },
                ..
            },
            _,
        ) => path,
        _ => Path::new("FILE"),
    };
    path.strip_prefix(&settings.directory)
        .unwrap_or(path)
        .to_owned()
}

/// The greatest size in bytes of a file that is searched for keys: larger ones are neither keys
/// nor configuration.
const LARGEST_KEY: u64 = 1 << 20;

/// Returns the finding about private keys that everybody on the machine could read.
fn private_keys(settings: &Settings, plan: &PackagePlan, tree: &Tree) -> Option<Finding> {
    let mut found = tree.iter().filter(|(path, entry)| {
        let Kind::Regular {
            content: Content::File { path: source, size },
            ..
        } = &entry.kind
        else {
            return false;
        };
        entry.mode & OTHERS_READ != 0
            && *size <= LARGEST_KEY
            && may_be_key(path.file_name())
            // A file that cannot be read is an error when it is packed.
            && fs::read(source).is_ok_and(|text| has_private_key(&text))
    });
    let (path, entry) = found.next()?;
    let message = format!(
        "`{path}`{} holds a private key and is readable by all",
        and(found.count())
    );
    let line = match &plan.deployment.account {
        Some(account) => line(settings, path, entry, "0640", account.group.as_str()),
        None => line(settings, path, entry, "0600", "root"),
    };
    let hint = format!("leave it out, or write who may read it in `[files]`: {line}");
    Some(
        Finding::new(tags::PRIVATE_KEY_READABLE, message)
            .with_hint(hint)
            .at_path(path),
    )
}

/// Returns whether a file of this name may have a key in it: keys and certificates, and text
/// with settings.
fn may_be_key(name: &[u8]) -> bool {
    #[rustfmt::skip]
    const ENDS: [&str; 25] = [
        "pem", "key", "crt", "cer", "cert", "p8", "pk8", "pkcs8", "asc", "gpg", "ppk", "rsa", "ec",
        "conf", "config", "cfg", "cnf", "ini", "env", "toml", "json", "yaml", "yml", "exs", "src",
    ];
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else {
        // id_rsa, ssh_host_ed25519_key
        return memmem::find(name, b"key").is_some() || name.starts_with(b"id_");
    };
    let end = name[dot + 1..].to_ascii_lowercase();
    ENDS.iter().any(|known| known.as_bytes() == end)
}

/// Returns whether a text has `-----BEGIN … PRIVATE KEY…` in one line (RFC 7468 and its
/// forerunners).
fn has_private_key(text: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN ";
    memmem::find_iter(text, BEGIN).any(|start| {
        let rest = &text[start + BEGIN.len()..];
        let line = rest.split(|byte| matches!(byte, b'\n' | b'\\')).next();
        line.is_some_and(|line| line.len() < 80 && memmem::find(line, b"PRIVATE KEY").is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_known_by_their_first_line() {
        #[rustfmt::skip]
        let table: [(&[u8], bool); 8] = [
            (b"-----BEGIN PRIVATE KEY-----\nMII", true),
            (b"-----BEGIN EC PRIVATE KEY-----\n", true),
            (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", true),
            (b"-----BEGIN CERTIFICATE-----\nMII\n-----BEGIN RSA PRIVATE KEY-----\n", true),
            (b"key = \"-----BEGIN PRIVATE KEY-----\\nMII\"", true),
            (b"-----BEGIN PUBLIC KEY-----\n", false),
            (b"-----BEGIN CERTIFICATE-----\n PRIVATE KEY", false),
            (b"", false),
        ];
        for (text, expected) in table {
            assert_eq!(has_private_key(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn names_of_keys() {
        for (name, expected) in [
            ("key.pem", true),
            ("server.KEY", true),
            ("id_ed25519", true),
            ("ssh_host_rsa_key", true),
            ("prod.toml", true),
            ("public_key.beam", false),
            ("README", false),
        ] {
            assert_eq!(may_be_key(name.as_bytes()), expected, "{name}");
        }
    }
}
