//! Packages that are made from a clean one by a fault.

use std::collections::BTreeMap;

use crate::forged::{Header, Package, directory, end, file, gzip, with_content};

/// A package in the making.
#[derive(Debug, Clone)]
pub(super) struct Seed {
    fields: Vec<(String, String)>,
    members: BTreeMap<String, (u32, Vec<u8>)>,
    /// The entries by their names, which have a slash at the end where they are directories.
    data: BTreeMap<String, Vec<u8>>,
    is_compressed: bool,
}

const COPYRIGHT: &str = "Copyright 2026 A. Author\n\nLicense: MIT\n Do what you like.\n";
const CHANGELOG: &str = "clean (1.0-1) stable; urgency=medium\n\n  * First.\n\n -- A. Author <a@example.com>  Mon, 01 Jun 2026 12:00:00 +0000\n";

impl Seed {
    /// A package that has no fault.
    pub(super) fn clean() -> Self {
        let seed = Self {
            fields: Vec::new(),
            members: BTreeMap::new(),
            data: BTreeMap::new(),
            is_compressed: true,
        };
        seed.field("Package", "clean")
            .field("Version", "1.0-1")
            .field("Architecture", "all")
            .field("Maintainer", "A. Author <a@example.com>")
            .field("Section", "misc")
            .field("Priority", "optional")
            .field("Homepage", "https://example.com/clean")
            .field("Description", "does what it should\n It does it well.")
            .command("usr/bin/clean", "#!/bin/sh\necho clean\n")
            .file("usr/share/doc/clean/copyright", 0o644, COPYRIGHT)
            .file(
                "usr/share/doc/clean/changelog.Debian.gz",
                0o644,
                gzip(CHANGELOG),
            )
    }

    /// Sets a field; an empty value leaves it out.
    pub(super) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.fields.push((name.into(), value.into()));
        }
        self
    }

    /// Adds a file of the control archive.
    pub(super) fn member(mut self, name: &str, mode: u32, content: &str) -> Self {
        self.members.insert(name.into(), (mode, content.into()));
        self
    }

    /// Adds a maintainer script.
    pub(super) fn script(self, name: &str, body: &str) -> Self {
        self.member(name, 0o755, &format!("#!/bin/sh\nset -e\n{body}\n"))
    }

    /// Adds a header at a path, and the directories above it.
    pub(super) fn entry(mut self, path: &str, bytes: Vec<u8>) -> Self {
        let mut above = path.trim_end_matches('/');
        while let Some((parent, _)) = above.rsplit_once('/') {
            let name = format!("{parent}/");
            let entry = directory(&format!("./{name}"));
            self.data.entry(name).or_insert(entry);
            above = parent;
        }
        self.data.insert(path.into(), bytes);
        self
    }

    pub(super) fn file(self, path: &str, mode: u32, content: impl AsRef<[u8]>) -> Self {
        let content = content.as_ref();
        let header = Header::new(b'0', format!("./{path}"))
            .mode(mode)
            .size(content.len());
        self.entry(path, with_content(header, content))
    }

    /// Adds a file below /etc that is a conffile.
    pub(super) fn conffile(mut self, path: &str, mode: u32, content: &str) -> Self {
        let (_, list) = self
            .members
            .entry("conffiles".into())
            .or_insert((0o644, Vec::new()));
        list.extend_from_slice(format!("/{path}\n").as_bytes());
        self.file(path, mode, content)
    }

    /// Adds a command with its manual page.
    pub(super) fn command(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let name = path.rsplit('/').next().unwrap();
        let page = format!("usr/share/man/man1/{name}.1.gz");
        self.file(path, 0o755, content)
            .file(&page, 0o644, gzip(".TH X 1\n"))
    }

    pub(super) fn directory(self, path: &str, mode: u32) -> Self {
        let header = Header::new(b'5', format!("./{path}/")).mode(mode);
        self.entry(&format!("{path}/"), header.bytes())
    }

    pub(super) fn link(self, path: &str, target: &str) -> Self {
        let header = Header::new(b'2', format!("./{path}"))
            .mode(0o777)
            .target(target);
        self.entry(path, header.bytes())
    }

    /// Leaves a path out.
    pub(super) fn without(mut self, path: &str) -> Self {
        self.data.remove(path);
        self
    }

    /// Leaves a file of the control archive out.
    pub(super) fn without_member(mut self, name: &str) -> Self {
        self.members.remove(name);
        self
    }

    /// Leaves the data archive as it is.
    pub(super) fn not_compressed(self) -> Self {
        Self {
            is_compressed: false,
            ..self
        }
    }

    /// Returns the package.
    pub(super) fn package(&self) -> Package {
        let fields = self.fields.iter();
        let lines: Vec<_> = fields
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        let control = lines.concat();
        let mut members = vec![file("./control", control)];
        for (name, (mode, content)) in &self.members {
            let header = Header::new(b'0', format!("./{name}"))
                .mode(*mode)
                .size(content.len());
            members.push(with_content(header, content));
        }
        let entries: Vec<u8> = self.data.values().flatten().copied().collect();
        let data = [directory("./"), entries, end()].concat();
        let package = Package::new(&data).members(&members);
        if self.is_compressed {
            package
        } else {
            package.data("data.tar", data)
        }
    }
}

/// The entry of a file that `_file` makes anew: its name is there for tests of names.
pub(super) fn named(name: &[u8]) -> Vec<u8> {
    file([b"./usr/share/clean/", name].concat(), "x\n")
}
