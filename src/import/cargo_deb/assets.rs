//! The assets of cargo-deb, as lines of `[files]`.

use std::path::{Path, PathBuf};

use super::super::files::{self, is_executable, key, unit_name, unmanaged_unit, with_source};
use super::super::model::Model;
use super::super::node::{Content, Fault, Node, Table};
use super::super::notes::Notes;
use super::{Crate, Section};
use crate::fs;
use crate::manifest::draft::{Text, Value};
use crate::release::CargoPackage;

/// The prefix of what Cargo builds.
const BUILT: &str = "target/release/";

/// An asset as it is written.
#[derive(Debug, Clone)]
pub(super) enum Asset {
    /// `$auto`: the programs, the libraries for other languages and the readme.
    Auto,
    /// A file, or the files of a glob.
    File(File),
    /// A symlink.
    Link {
        line: usize,
        dest: String,
        target: String,
    },
}

/// An asset that is a file, or the files of a glob.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) line: usize,
    pub(super) source: String,
    pub(super) dest: String,
    mode: Option<u32>,
    keeps_links: Option<bool>,
    /// True for an array of two texts.
    is_pair: bool,
}

const EXPECTED: &str =
    "`\"$auto\"`, `[source, dest, mode]`, `{ source, dest, mode }` or `{ dest, link_name }`";

/// Returns the assets of a section: its own or those of the package, with what `merge-assets` says.
pub(super) fn of(table: &Table, base: Option<&[Asset]>) -> Result<Vec<Asset>, Fault> {
    let own = table.get("assets").map(|node| list(node, "assets"));
    let mut assets = match (own.transpose()?, base) {
        (Some(own), _) => own,
        (None, Some(base)) => base.to_vec(),
        (None, None) => vec![Asset::Auto],
    };
    let Some(merge) = table.table("merge-assets")? else {
        return Ok(assets);
    };
    if let Some(more) = merge.get("append") {
        assets.extend(list(more, "append")?);
    }
    if let Some(by) = merge.table("by")? {
        for name in ["dest", "src"] {
            for asset in by
                .get(name)
                .map_or(Ok(Vec::new()), |node| list(node, name))?
            {
                let same = |known: &&mut Asset| match (known, &asset, name) {
                    (Asset::File(known), Asset::File(new), "src") => known.source == new.source,
                    (known, new, "dest") => known.dest().is_some() && known.dest() == new.dest(),
                    _ => false,
                };
                match assets.iter_mut().find(same) {
                    Some(known) => *known = asset,
                    None => assets.push(asset),
                }
            }
        }
    }
    Ok(assets)
}

fn list(node: &Node, name: &str) -> Result<Vec<Asset>, Fault> {
    node.as_list(name)?.iter().map(asset).collect()
}

fn asset(node: &Node) -> Result<Asset, Fault> {
    let wrong = || node.fault("assets", EXPECTED);
    match &node.content {
        Content::Text(text) if text == "$auto" => Ok(Asset::Auto),
        Content::Text(_) | Content::Nothing => Err(wrong()),
        Content::List(list) => {
            let (source, dest, mode) = match &list[..] {
                [source, dest] => (source, dest, None),
                [source, dest, mode] => (source, dest, Some(mode)),
                _ => return Err(wrong()),
            };
            Ok(Asset::File(File {
                line: node.line,
                source: source.as_text("source")?.to_owned(),
                dest: dest.as_text("dest")?.to_owned(),
                mode: mode.map(bits).transpose()?,
                keeps_links: None,
                is_pair: list.len() == 2,
            }))
        }
        Content::Table(table) => {
            let Some(dest) = table.text("dest")? else {
                return Err(wrong());
            };
            if let Some(target) = table.text("link_name")? {
                return Ok(Asset::Link {
                    line: node.line,
                    dest: dest.to_owned(),
                    target: target.to_owned(),
                });
            }
            Ok(Asset::File(File {
                line: node.line,
                source: table.text("source")?.ok_or_else(wrong)?.to_owned(),
                dest: dest.to_owned(),
                mode: table.get("mode").map(bits).transpose()?,
                keeps_links: table.boolean("preserve_symlinks")?,
                is_pair: false,
            }))
        }
    }
}

/// Returns the permission bits of an octal number.
fn bits(node: &Node) -> Result<u32, Fault> {
    let text = node.as_text("mode")?;
    u32::from_str_radix(text, 8).map_err(|_| Fault {
        line: node.line,
        message: format!("mode `{text}` is no octal number, expected one such as `644`"),
    })
}

impl Asset {
    fn dest(&self) -> Option<&str> {
        match self {
            Self::Auto => None,
            Self::File(File { dest, .. }) | Self::Link { dest, .. } => Some(dest),
        }
    }
}

impl File {
    /// Returns the path below the directory that Cargo builds into.
    fn built(&self, profile: Option<&str>) -> Option<&str> {
        let source = self.source.strip_prefix("./").unwrap_or(&self.source);
        let custom = profile.and_then(|profile| {
            let below = source.strip_prefix("target/")?.strip_prefix(profile)?;
            below.strip_prefix('/')
        });
        source.strip_prefix(BUILT).or(custom)
    }
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

impl Crate<'_> {
    /// Adds the assets.
    pub(super) fn files(
        &self,
        section: &Section,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let built = self.built_in(section)?;
        let keeps_links = section.table.boolean("preserve-symlinks")?.unwrap_or(false);
        // What is named has the first word.
        let (automatic, named): (Vec<_>, Vec<_>) = section
            .assets
            .iter()
            .partition(|asset| matches!(asset, Asset::Auto));
        for asset in named {
            match asset {
                Asset::Auto => {}
                Asset::Link { line, dest, target } => {
                    let mut dest = files::target(dest, *line, notes);
                    if dest.ends_with('/') {
                        dest.push_str(target.rsplit('/').next().unwrap_or_default());
                    }
                    let link = Value::Table(vec![key("symlink", target.as_str())]);
                    add(model, notes, *line, &dest, link);
                }
                Asset::File(file) => {
                    let profile = section.table.text("profile")?;
                    let source = match file.built(profile) {
                        Some(below) => built.join(below),
                        None => PathBuf::from(&file.source),
                    };
                    let keeps_links = file.keeps_links.unwrap_or(keeps_links);
                    self.file(section, file, &source, keeps_links, model, notes);
                }
            }
        }
        if !automatic.is_empty() {
            self.automatic(section, &built, model);
        }
        Ok(())
    }

    fn file(
        &self,
        section: &Section,
        file: &File,
        source: &Path,
        keeps_links: bool,
        model: &mut Model,
        notes: &mut Notes,
    ) {
        if file.is_pair {
            notes.differs(
                Some(file.line),
                &format!("`{}` is packed as `{}`", file.source, file.dest),
                "cargo-deb 3 makes a symlink of an array of two, against its own manual",
            );
        }
        let mut dest = files::target(&file.dest, file.line, notes);
        let text = source.to_string_lossy();
        let name = text.rsplit('/').next().unwrap_or_default();
        if is_glob(&text) {
            if !dest.ends_with('/') {
                dest.push('/');
            }
            if !is_glob(name) {
                // cargo-deb keeps nothing but the name then; reldeb takes the one file there is.
                dest.push_str(name);
            }
        }
        if dest.ends_with('/') && !is_glob(&text) {
            dest.push_str(name);
        }
        if let Some(unit) = unit_name(&dest) {
            if section.table.get("systemd-units").is_some() {
                // Those that cargo-deb registers come with the others.
                return;
            }
            return unmanaged_unit(model, notes, file.line, unit, self.source(source));
        }
        let mut more = Vec::new();
        let there = self.home.join(source);
        let is_link = fs::symlink_metadata(&there).is_ok_and(|it| it.is_symlink());
        if keeps_links && is_link {
            more.push(key("follow", false));
        }
        if let Some(bits) = file.mode.filter(|bits| !self.is_default(*bits, source)) {
            more.push(key("mode", files::mode(bits)));
        }
        let value = with_source(Value::from(self.source(source)), more);
        let is_taken = model.value("files", &Text::literal(&dest)).is_some();
        if is_taken && dest.ends_with('/') {
            return self.each(model, notes, file, source, &dest);
        }
        add(model, notes, file.line, &dest, value);
    }

    /// Adds the files that a glob finds now, where another glob has the line of its target.
    fn each(&self, model: &mut Model, notes: &mut Notes, file: &File, source: &Path, dest: &str) {
        let found = matching(&self.home.join(source));
        if found.is_empty() {
            model.comment(
                "files",
                format!("`{}` finds nothing yet, for {dest}", file.source),
            );
            notes.left_out(
                Some(file.line),
                &format!(
                    "`{}` finds nothing yet, and another glob goes to `{dest}`",
                    file.source
                ),
                "a target has one line: write the files of one of them by their names",
            );
        }
        for path in found {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let source = source.with_file_name(&*name);
            let bits = file.mode.filter(|bits| !self.is_default(*bits, &source));
            let more = bits.map(|bits| key("mode", files::mode(bits)));
            let value = with_source(
                Value::from(self.source(&source)),
                more.into_iter().collect(),
            );
            add(model, notes, file.line, &format!("{dest}{name}"), value);
        }
    }

    /// Returns whether reldeb gives these permission bits to a file by itself.
    fn is_default(&self, bits: u32, source: &Path) -> bool {
        let text = source.to_string_lossy();
        let there = self.home.join(source);
        let is_program = if is_glob(&text) {
            let all = all_executable(&there);
            match (all, bits) {
                (Some(is), _) => is,
                (None, 0o644) => false,
                (None, _) => return false,
            }
        } else {
            let in_target = source.parent() == Some(&self.target);
            is_executable(&there).unwrap_or(in_target)
        };
        bits == if is_program { 0o755 } else { 0o644 }
    }

    /// Returns the mode that reldeb gives by itself to the source of an entry.
    pub(super) fn mode_of(&self, entry: &Value) -> Value {
        let source = files::source_of(entry);
        let is_program = source.is_some_and(|it| self.is_default(0o755, Path::new(&it)));
        files::mode(if is_program { 0o755 } else { 0o644 })
    }

    /// Adds the programs, the libraries for other languages and the readme.
    fn automatic(&self, section: &Section, built: &Path, model: &mut Model) {
        for program in &self.cargo.programs {
            let source = self.source(&built.join(program));
            model.set("files", format!("/usr/bin/{program}"), source);
        }
        for library in &self.cargo.libraries {
            let source = Value::from(self.source(&built.join(library)));
            let value = with_source(source, vec![key("mode", "0644")]);
            model.set("files", format!("/usr/lib/{library}"), value);
        }
        if let Some(readme) = &self.cargo.readme {
            let name = readme.file_name().unwrap_or_default().to_string_lossy();
            let dest = format!("/usr/share/doc/{}/{name}", section.name);
            model.set("files", dest, self.source(readme));
        }
    }

    /// Returns whether all that Cargo builds is there.
    pub(super) fn is_built(&self, section: &Section) -> Result<bool, Fault> {
        let profile = section.table.text("profile")?;
        let built = self.home.join(self.built_in(section)?);
        Ok(section.assets.iter().all(|asset| match asset {
            Asset::Auto => {
                let mut programs = self.cargo.programs.iter();
                programs.all(|name| built.join(name).is_file())
            }
            Asset::File(file) => file
                .built(profile)
                .is_none_or(|below| is_glob(below) || built.join(below).is_file()),
            Asset::Link { .. } => true,
        }))
    }
}

fn add(model: &mut Model, notes: &mut Notes, line: usize, dest: &str, value: Value) {
    if !model.set("files", dest, value) {
        notes.differs(
            Some(line),
            &format!("a second source of `{dest}` is left out"),
            "cargo-deb takes the first one as well",
        );
    }
}

/// Returns whether a section packs what Cargo builds.
pub(super) fn has_built(assets: &[Asset]) -> bool {
    assets.iter().any(|asset| match asset {
        Asset::Auto => true,
        Asset::File(file) => file.built(None).is_some(),
        Asset::Link { .. } => false,
    })
}

/// Returns whether Cargo builds neither a program nor a library for other languages.
pub(super) fn makes_nothing(cargo: &CargoPackage) -> bool {
    cargo.programs.is_empty() && cargo.libraries.is_empty()
}

/// Returns the files whose names fit the last part of a path, sorted.
fn matching(glob: &Path) -> Vec<PathBuf> {
    let pattern = glob.file_name().unwrap_or_default().to_string_lossy();
    let Ok(pattern) = globset::Glob::new(&pattern) else {
        return Vec::new();
    };
    let matcher = pattern.compile_matcher();
    let folder = glob.parent().unwrap_or(Path::new(""));
    let mut found = fs::read_dir(folder).unwrap_or_default();
    found.retain(|path| path.is_file() && path.file_name().is_some_and(|it| matcher.is_match(it)));
    found.sort();
    found
}

/// Returns whether all files of a glob can be executed; nothing where it finds none, or some can and some
/// cannot.
fn all_executable(glob: &Path) -> Option<bool> {
    let found = matching(glob);
    let mut answers = found.iter().filter_map(|path| is_executable(path));
    let first = answers.next()?;
    answers.all(|answer| answer == first).then_some(first)
}
