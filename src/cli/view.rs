//! `View`: a package as it is shown, whether it is planned or written.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::deb::{ControlContent, ControlMember, DataEntry, DataKind, Deb};
use crate::debian::Stanza;
use crate::deployment::Script;
use crate::pipeline::Package;
use crate::tree::{self, Kind, Origin, PackagePath, Tree};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A package; `P` is a list of [`Entry`] that need not be in memory.
#[derive(Debug, Serialize)]
pub(super) struct View<P> {
    pub(super) package: Option<String>,
    pub(super) version: Option<String>,
    pub(super) architecture: Option<String>,
    /// The fields of the control file; `None` where it cannot be read.
    control: Option<Map<String, Value>>,
    pub(in crate::cli) conffiles: Vec<String>,
    /// The maintainer scripts.
    pub(super) scripts: Map<String, Value>,
    /// Further files of the control archive, of a package that is not written.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) members: Map<String, Value>,
    pub(super) paths: P,
}

impl<'a> View<PlannedPaths<'a>> {
    /// Returns the view of a package that is not written.
    pub(super) fn planned(package: &'a Package, sizes: &'a Sizes) -> Self {
        let (control, tree) = (&package.control, &package.contents);
        let scripts = package.scripts.iter();
        Self {
            package: Some(control.package.to_string()),
            version: Some(control.version.to_string()),
            architecture: Some(control.architecture.to_string()),
            control: Some(fields(&Stanza::from(control))),
            conffiles: tree.conffiles().map(PackagePath::to_string).collect(),
            scripts: scripts
                .map(|(script, text)| (script.name().to_owned(), text.into()))
                .collect(),
            members: package.members.iter().map(member).collect(),
            paths: PlannedPaths { tree, sizes },
        }
    }
}

impl<P> View<P> {
    /// Returns the fields of the control file, with their values as they are written.
    pub(super) fn fields(&self) -> Vec<(&str, &str)> {
        let fields = self.control.iter().flatten();
        fields
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))
            .collect()
    }

    /// Returns the value of a field; empty where there is none.
    pub(super) fn field(&self, name: &str) -> &str {
        let fields = self.control.as_ref();
        let value = fields.and_then(|fields| fields.get(name)?.as_str());
        value.unwrap_or_default()
    }

    /// Returns the view of a package that is written.
    pub(super) fn written(deb: &Deb, conffiles: &Conffiles<'_>, paths: P) -> Self {
        let text = |name: &str| {
            let file = deb.control.get(name)?;
            Some(String::from_utf8_lossy(&file.content))
        };
        let stanza = text("control").and_then(|text| text.parse::<Stanza>().ok());
        let field = |name| Some(stanza.as_ref()?.get(name)?.to_owned());
        let scripts = Script::ALL.iter().map(|script| script.name());
        let conffiles = conffiles.0.iter();
        Self {
            package: field("Package"),
            version: field("Version"),
            architecture: field("Architecture"),
            control: stanza.as_ref().map(fields),
            conffiles: conffiles
                .map(|path| String::from_utf8_lossy(path).into_owned())
                .collect(),
            scripts: scripts
                .filter_map(|name| Some((name.to_owned(), text(name)?.into())))
                .collect(),
            members: Map::new(),
            paths,
        }
    }
}

fn member(member: &ControlMember<'_>) -> (String, Value) {
    let text = match &member.content {
        ControlContent::Bytes(bytes) => String::from_utf8_lossy(bytes),
        ControlContent::Md5sums(_) => Cow::Borrowed(""),
    };
    (member.name.clone(), text.into())
}

fn fields(stanza: &Stanza) -> Map<String, Value> {
    let fields = stanza.iter();
    fields
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// A path of a package.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Its place on the machine, absolute.
    path: Cow<'a, [u8]>,
    /// Its name in the data archive, such as `./opt/orders/`.
    pub(super) name: Cow<'a, [u8]>,
    pub(super) kind: DataKind,
    pub(super) mode: u32,
    pub(super) owner: &'a str,
    pub(super) group: &'a str,
    pub(super) written: Option<Written>,
    pub(super) size: u64,
    pub(super) conffile: bool,
    /// The target of a link.
    pub(super) target: Option<&'a [u8]>,
    /// The one who asked for it, where it is planned.
    pub(super) origin: Option<&'a Origin>,
}

/// The numbers of an entry that only a package which is written has.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) uid: u64,
    pub(super) gid: u64,
    mtime: i64,
}

impl<'a> Entry<'a> {
    fn planned(path: &'a PackagePath, entry: &'a tree::Entry, size: u64) -> Self {
        let (kind, target) = match &entry.kind {
            Kind::Directory => (DataKind::Directory, None),
            Kind::Regular { .. } => (DataKind::Regular, None),
            Kind::Symlink { target } => (DataKind::Symlink, Some(target.as_slice())),
        };
        let mut name = [b"./", path.relative()].concat();
        if kind == DataKind::Directory && !path.relative().is_empty() {
            name.push(b'/');
        }
        Self {
            path: path.as_bytes().into(),
            name: name.into(),
            kind,
            mode: entry.mode,
            owner: entry.owner.user(),
            group: entry.owner.group(),
            written: None,
            size,
            conffile: entry.is_conffile(),
            target,
            origin: Some(&entry.origin),
        }
    }

    /// Returns the same entry as another name of a file.
    fn linked(self, name: &'a [u8]) -> Self {
        Self {
            kind: DataKind::Hardlink,
            size: 0,
            target: Some(name),
            ..self
        }
    }

    /// Returns the view of an entry that is written.
    pub(super) fn written(entry: &'a DataEntry, conffiles: &Conffiles<'_>) -> Self {
        let path = absolute(&entry.name);
        let is_link = matches!(entry.kind, DataKind::Symlink | DataKind::Hardlink);
        Self {
            conffile: entry.kind == DataKind::Regular && conffiles.0.contains(path.as_slice()),
            path: path.into(),
            name: entry.name.as_slice().into(),
            kind: entry.kind,
            mode: entry.mode,
            owner: &entry.owner,
            group: &entry.group,
            written: Some(Written {
                uid: entry.uid,
                gid: entry.gid,
                mtime: entry.mtime,
            }),
            size: entry.size,
            target: is_link.then_some(&entry.target),
            origin: None,
        }
    }
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path: &[u8] = if self.path.is_empty() {
            b"/"
        } else {
            &self.path
        };
        let kind = match self.kind {
            DataKind::Directory => "directory",
            DataKind::Regular => "file",
            DataKind::Symlink => "symlink",
            DataKind::Hardlink => "hard-link",
            DataKind::Other(_) => "other",
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &String::from_utf8_lossy(path))?;
        map.serialize_entry("kind", kind)?;
        map.serialize_entry("mode", &format!("{:04o}", self.mode))?;
        map.serialize_entry("owner", self.owner)?;
        map.serialize_entry("group", self.group)?;
        map.serialize_entry("size", &self.size)?;
        map.serialize_entry("conffile", &self.conffile)?;
        map.serialize_entry("target", &self.target.map(String::from_utf8_lossy))?;
        if let Some(origin) = self.origin {
            map.serialize_entry("origin", &origin.to_string())?;
        }
        if let Some(Written { uid, gid, mtime }) = &self.written {
            map.serialize_entry("uid", uid)?;
            map.serialize_entry("gid", gid)?;
            map.serialize_entry("mtime", mtime)?;
        }
        map.end()
    }
}

/// Returns the path of a name, also of one that dpkg refuses: `..` stays.
fn absolute(name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(name.len() + 1);
    for part in name.split(|byte| *byte == b'/') {
        if !matches!(part, b"" | b".") {
            path.push(b'/');
            path.extend_from_slice(part);
        }
    }
    path
}

/// The sizes of files that the package holds otherwise than they lie on the build machine.
pub(super) type Sizes = BTreeMap<PackagePath, u64>;

/// The paths of a package that is not written.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlannedPaths<'a> {
    tree: &'a Tree,
    sizes: &'a Sizes,
}

impl<'a> PlannedPaths<'a> {
    /// Returns the paths in the order of the archive.
    pub(super) fn iter(self) -> impl Iterator<Item = Entry<'a>> {
        self.tree.archive_order().map(move |(path, entry)| {
            let size = self.sizes.get(path).copied();
            let planned = Entry::planned(path, entry, size.unwrap_or_else(|| entry.size()));
            match self.tree.hard_link(path) {
                Some(link) => planned.linked(&link.name),
                None => planned,
            }
        })
    }
}

impl Serialize for PlannedPaths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The conffiles of a package that is written (deb-conffiles(5)), without those that an upgrade
/// removes.
#[derive(Debug)]
pub(super) struct Conffiles<'a>(BTreeSet<&'a [u8]>);

impl<'a> Conffiles<'a> {
    pub(super) fn of(deb: &'a Deb) -> Self {
        let file = deb.control.get("conffiles");
        let text = file.map_or(&[][..], |file| &file.content);
        let lines = text
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end);
        Self(lines.filter(|line| line.starts_with(b"/")).collect())
    }
}
