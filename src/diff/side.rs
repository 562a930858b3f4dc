//! One of the two packages, read once from its start to its end: a short record of each path, and the
//! texts that say what an installation does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use sha2::{Digest, Sha256};

use crate::deb::{ArchiveError, DataEntry, DataKind, Deb, KeptNames};
use crate::erlang::beam;
use crate::finding::{Finding, Severity};
use crate::lint::upgrade;
use crate::lint::{DebCheck, DebReport, Fields, read_as_dpkg};
use crate::tree::PackagePath;

/// The size in bytes up to which a file is held in memory while it is looked at.
const WHOLE: u64 = 1 << 20;
/// The same for modules of Erlang, which are rarely larger.
const WHOLE_MODULE: u64 = 16 << 20;
/// The bytes that the texts of a package may take in memory.
const TEXTS: usize = 4 << 20;
/// The bytes that a text takes beside its own.
const EACH_TEXT: usize = 8 << 10;
/// The size in bytes up to which a unit and the like is kept.
const LARGEST_TEXT: u64 = 64 << 10;

/// The first half of a SHA-256 sum.
pub(super) type Sum = [u8; 16];

/// A path of a package, as short as it can be told: there may be half a million.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) path: PackagePath,
    pub(super) kind: DataKind,
    pub(super) mode: u32,
    /// The index of owner and group in [`Side::owners`].
    owner: u32,
    pub(super) size: u64,
    /// The sum of the content; of a link, that of its target.
    pub(super) sum: Sum,
}

/// A package that was read.
pub(super) struct Side {
    pub(super) upgrade: upgrade::Side,
    pub(super) report: DebReport,
    pub(super) fields: Fields,
    /// The records in the order of their paths.
    pub(super) records: Vec<Record>,
    /// `OWNER:GROUP`, each once.
    owners: Vec<String>,
    /// The targets of links.
    pub(super) targets: BTreeMap<PackagePath, String>,
    /// The sums of the code of Erlang's modules.
    pub(super) code: BTreeMap<PackagePath, Sum>,
    /// The texts of units and of what makes accounts.
    pub(super) texts: BTreeMap<PackagePath, String>,
    /// The texts of the control archive, without `control` and `md5sums`.
    pub(super) control_texts: BTreeMap<String, String>,
    /// The size of the package's file in bytes.
    pub(super) size: u64,
    /// The entries that dpkg would refuse, and what hides something: paths that are no names have no record.
    pub(super) faults: Vec<Finding>,
}

impl Side {
    pub(super) fn read(deb: &Deb) -> Result<Self, ArchiveError> {
        let control = deb.control.get("control").map(|file| &file.content[..]);
        let texts = deb.control.iter();
        let texts = texts.filter(|(name, _)| !["control", "md5sums"].contains(&name.as_str()));
        let mut reading = Reading {
            upgrade: upgrade::Side::begin(deb)?,
            check: DebCheck::default(),
            records: Vec::new(),
            owners: BTreeMap::new(),
            targets: BTreeMap::new(),
            code: BTreeMap::new(),
            texts: BTreeMap::new(),
            kept: 0,
        };
        let mut names = KeptNames::default();
        let mut faults = read_as_dpkg(deb, |entry, content| {
            names.entry(deb, entry)?;
            let taken = reading.entry(entry, content);
            taken.map_err(|error| deb.damaged_data(&error))
        })?;
        faults.retain(|finding| finding.severity == Severity::Error);
        // Of several entries for a path, dpkg leaves the last.
        reading.records.reverse();
        reading.records.sort_by(|a, b| a.path.cmp(&b.path));
        reading.records.dedup_by(|a, b| a.path == b.path);
        let mut owners: Vec<(String, u32)> = reading.owners.into_iter().collect();
        owners.sort_unstable_by_key(|(_, index)| *index);
        Ok(Self {
            upgrade: reading.upgrade,
            report: reading.check.finish(deb, Vec::new()),
            fields: Fields::read(control.unwrap_or_default()),
            records: reading.records,
            owners: owners.into_iter().map(|(owner, _)| owner).collect(),
            targets: reading.targets,
            code: reading.code,
            texts: reading.texts,
            control_texts: texts
                .map(|(name, file)| {
                    let text = String::from_utf8_lossy(&file.content);
                    (name.clone(), text.into_owned())
                })
                .collect(),
            size: deb.size,
            faults,
        })
    }

    /// Returns owner and group of a path, as `OWNER:GROUP`.
    pub(super) fn owner(&self, record: &Record) -> &str {
        &self.owners[record.owner as usize]
    }

    /// Notes which of another package's conffiles are plain files of this one.
    pub(super) fn note_plain_files(&mut self, conffiles: &BTreeSet<PackagePath>) {
        let own = conffiles.difference(self.upgrade.conffiles());
        let plain = own.filter(|path| {
            let kind = self.get(path).map(|it| it.kind);
            matches!(kind, Some(DataKind::Regular | DataKind::Hardlink))
        });
        let plain: Vec<_> = plain.cloned().collect();
        self.upgrade.note_files(plain.into_iter());
    }

    /// Returns the record of a path.
    pub(super) fn get(&self, path: &PackagePath) -> Option<&Record> {
        let found = self.records.binary_search_by(|it| it.path.cmp(path));
        found.ok().map(|index| &self.records[index])
    }
}

struct Reading {
    upgrade: upgrade::Side,
    check: DebCheck,
    records: Vec<Record>,
    /// Each owner once, with its index.
    owners: BTreeMap<String, u32>,
    targets: BTreeMap<PackagePath, String>,
    code: BTreeMap<PackagePath, Sum>,
    texts: BTreeMap<PackagePath, String>,
    /// The bytes that the texts take.
    kept: usize,
}

impl Reading {
    fn entry(&mut self, entry: &DataEntry, content: &mut dyn Read) -> io::Result<()> {
        let Ok(path) = entry.path() else {
            return Ok(());
        };
        let is_link = matches!(entry.kind, DataKind::Symlink | DataKind::Hardlink);
        let sum = if is_link {
            let target = String::from_utf8_lossy(&entry.target);
            self.targets.insert(path.clone(), target.into_owned());
            self.check.entry(entry, content)?;
            self.upgrade.entry(entry, content)?;
            sum(&entry.target)
        } else {
            self.content(&path, entry, content)?
        };
        let owner = self.owner(entry);
        self.records.push(Record {
            path,
            kind: entry.kind,
            // Those of a link mean nothing, and tools write what they like.
            mode: match entry.kind {
                DataKind::Symlink => 0o777,
                _ => entry.mode,
            },
            owner,
            size: entry.size,
            sum,
        });
        Ok(())
    }

    /// Looks at a file and returns the sum of its content.
    fn content(
        &mut self,
        path: &PackagePath,
        entry: &DataEntry,
        content: &mut dyn Read,
    ) -> io::Result<Sum> {
        let is_module = path.as_bytes().ends_with(b".beam");
        let whole = if is_module { WHOLE_MODULE } else { WHOLE };
        if entry.size > whole {
            let mut summing = Summing {
                content,
                hash: Sha256::new(),
            };
            self.check.entry(entry, &mut summing)?;
            io::copy(&mut summing, &mut io::sink())?;
            self.upgrade.entry(entry, &mut io::empty())?;
            return Ok(half(summing.hash));
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.check.entry(entry, &mut &bytes[..])?;
        self.upgrade.entry(entry, &mut &bytes[..])?;
        if is_module && let Ok(code) = beam::code(&bytes) {
            self.code.insert(path.clone(), sum(&code));
        }
        if is_telling(path) && entry.size <= LARGEST_TEXT && self.kept < TEXTS {
            self.kept += bytes.len() + EACH_TEXT;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            self.texts.insert(path.clone(), text);
        }
        Ok(sum(&bytes))
    }

    fn owner(&mut self, entry: &DataEntry) -> u32 {
        let owner = entry.owners().join(":");
        let next = u32::try_from(self.owners.len()).unwrap_or(u32::MAX);
        *self.owners.entry(owner).or_insert(next)
    }
}

/// Returns whether the text of a file says what an installation does.
fn is_telling(path: &PackagePath) -> bool {
    let path = path.as_bytes();
    let path = path.strip_prefix(b"/usr").unwrap_or(path);
    [
        &b"/lib/systemd/system/"[..],
        b"/lib/systemd/user/",
        b"/lib/sysusers.d/",
    ]
    .iter()
    .any(|folder| path.starts_with(folder))
}

fn sum(bytes: &[u8]) -> Sum {
    half(Sha256::new_with_prefix(bytes))
}

fn half(hash: Sha256) -> Sum {
    let mut half = Sum::default();
    let whole = hash.finalize();
    half.copy_from_slice(&whole[..16]);
    half
}

/// A content that is summed up while somebody reads it.
struct Summing<'a> {
    content: &'a mut dyn Read,
    hash: Sha256,
}

impl Read for Summing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
