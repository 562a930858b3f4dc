//! The contents of nfpm, and the programs of goreleaser, as lines of `[files]` and `[units]`.

use std::path::Path;

use super::super::files::{self, is_executable, key, unit_name, unmanaged_unit, with_source};
use super::super::model::Model;
use super::super::node::{Fault, Node, Table, no_such_word};
use super::super::notes::Notes;
use super::goreleaser::Other;
use super::owners::is_number;
use super::private::Private;
use super::{Source, first, glob, template};
use crate::fs;
use crate::manifest::draft::{Text, Value};

/// The types of contents.
const TYPES: [&str; 15] = [
    "file",
    "config",
    "config|noreplace",
    "config|missingok",
    "config|tree",
    "config|noreplace|tree",
    "config|missingok|tree",
    "dir",
    "tree",
    "symlink",
    "ghost",
    "doc",
    "license",
    "licence",
    "readme",
];

/// The types that nfpm packs for RPM alone.
const OF_RPM: [&str; 5] = ["ghost", "doc", "license", "licence", "readme"];

/// The keys of an entry, and of its `file_info`.
const KEYS: [&str; 6] = ["src", "dst", "type", "packager", "file_info", "expand"];
const INFO_KEYS: [&str; 4] = ["mode", "owner", "group", "lang"];

/// One entry of the contents.
pub(super) struct Entry<'a> {
    pub(super) line: usize,
    pub(super) table: &'a Table,
    pub(super) kind: &'a str,
    source: Text,
    /// The source as it may be on this machine.
    pub(super) there: String,
    /// True where it has variables that are not set, so that nobody knows what is there.
    is_open: bool,
    pub(super) target: Text,
    pub(super) target_path: String,
}

impl Entry<'_> {
    /// Returns the target of a file: below that of the entry where it ends in a slash.
    fn below(&self, source: &Text) -> Text {
        if !self.target_path.ends_with('/') {
            return self.target.clone();
        }
        self.in_folder(source)
    }

    /// Returns the target of a file below that of the entry.
    fn in_folder(&self, source: &Text) -> Text {
        let name = source.written().rsplit('/').next().unwrap_or_default();
        Text::verbatim(&format!("{}{name}", with_slash(&self.target)))
    }
}

impl Source<'_> {
    /// Adds the contents.
    pub(super) fn contents(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        self.programs(table, model, notes)?;
        for node in table
            .list("contents")?
            .iter()
            .chain(&first::contents(table)?)
        {
            self.content(node, model, notes)?;
        }
        for name in ["templated_contents", "templated_scripts"] {
            if table.get(name).is_some() {
                model.comment("files", format!("`{name}` has no equivalent."));
                notes.left_out(
                    table.line(name),
                    &format!("`{name}` is left out"),
                    "render the files before the build, and name them in `[files]`",
                );
            }
        }
        Ok(())
    }

    /// Adds the programs that goreleaser builds.
    fn programs(&self, table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let Some(project) = &self.project else {
            return Ok(());
        };
        if table.boolean("meta")? == Some(true) {
            return Ok(());
        }
        let mut ids = table.texts("ids")?;
        ids.extend(table.texts("builds")?);
        let folder = table.text("bindir")?.unwrap_or("/usr/bin");
        let programs = project.programs(&ids);
        if programs.iter().any(|program| program.is_of_target) {
            model.comment(
                "files",
                "What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.",
            );
        }
        for program in programs {
            let target = format!("{}/{}", folder.trim_end_matches('/'), program.name);
            let line = table.line("bindir").unwrap_or(1);
            let target = self.expanded("files", "bindir", (line, &target), model, notes);
            let target = files::target(&target.written, line, notes);
            if let Some(Other { variable, folder }) = program.other {
                let sentence = format!("`{target}` has a build for each machine");
                let choice = format!("names the folder of one, such as `{folder}`");
                model.comment("files", format!("{sentence}: ${variable} {choice}."));
                let line = table
                    .line("ids")
                    .or(table.line("builds"))
                    .or(table.line("name"));
                notes.differs(
                    line,
                    &sentence,
                    &format!("`{variable}` in the environment of the build {choice}"),
                );
            }
            let path = self.expanded("files", "builds", (line, &program.path), model, notes);
            let source = Text::verbatim(&self.place.path(&path.written));
            model.set("files", Text::verbatim(&target), source);
        }
        Ok(())
    }

    fn content(&self, node: &Node, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let table = node.as_table("contents")?;
        let packager = table.text("packager")?.unwrap_or_default();
        let kind = table.text("type")?.unwrap_or("file");
        let kind = if kind.is_empty() { "file" } else { kind };
        if !packager.is_empty() && packager != "deb" || OF_RPM.contains(&kind) {
            return Ok(());
        }
        unknown(table, model, notes)?;
        if !TYPES.contains(&kind) {
            let line = table.line("type").unwrap_or(node.line);
            return Err(no_such_word(line, "type", kind, &TYPES));
        }
        let Some(target) = table.text("dst")? else {
            return Err(Fault {
                line: node.line,
                message: "`dst` is missing, expected the path in the package".into(),
            });
        };
        let expands = self.project.is_some() || table.boolean("expand")? == Some(true);
        let source = table.text("src")?.unwrap_or_default();
        let target = files::target(target, node.line, notes);
        let mut read = |key: &str, text: &str| {
            if expands {
                self.expanded("files", key, (node.line, text), model, notes)
                    .text()
            } else {
                Text::literal(text)
            }
        };
        let (written, target_text) = (read("src", source), read("dst", &target));
        let variables = &self.environment.variables;
        let filled = template::filled(written.written(), variables).filter(|_| expands);
        let entry = Entry {
            line: node.line,
            table,
            kind,
            is_open: expands && filled.is_none(),
            there: filled.unwrap_or_else(|| written.meant()),
            source: written,
            target_path: target_text.meant(),
            target: target_text,
        };
        match kind {
            "dir" => directory(&entry, model, notes),
            "symlink" => {
                let link = Value::Table(vec![key("symlink", Value::Text(entry.source.clone()))]);
                add(model, notes, &entry, entry.target.clone(), link);
                Ok(())
            }
            _ if source.is_empty() => Err(Fault {
                line: node.line,
                message: "`src` is missing, expected a file, a folder or a glob".into(),
            }),
            _ => self.file(&entry, model, notes),
        }
    }

    fn file(&self, entry: &Entry<'_>, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let path = self.home.join(entry.there.trim_end_matches('/'));
        let keeps_folders = matches!(entry.kind, "tree" | "config|tree")
            || entry.kind.starts_with("config|") && entry.kind.ends_with("|tree");
        if path.is_symlink() {
            if !path.is_dir() {
                self.link(entry, &path, model, notes);
                return Ok(());
            }
            let sentence = format!("`{}` is a link to a folder", entry.there);
            notes.differs(
                Some(entry.line),
                &format!("{sentence}, of which nfpm packs nothing"),
                "the files of the folder are packed; take the entry out if they are not meant",
            );
        }
        let is_folder = keeps_folders || path.is_dir();
        // The brace of a variable is none of a glob.
        let pattern = entry.there.replace("${", "");
        let is_glob = pattern.contains(['*', '?', '[', '{', '\\']) && !path.exists();
        if !is_folder && !is_glob {
            let target = entry.below(&entry.source);
            return self.one(entry, (entry.source.clone(), target), model, notes);
        }
        self.many(entry, &path, (keeps_folders, is_folder), model, notes)
    }

    /// Adds the files of a folder or a glob.
    fn many(
        &self,
        entry: &Entry<'_>,
        path: &Path,
        (keeps_folders, is_folder): (bool, bool),
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let mut written = entry.source.written().to_owned();
        if is_folder && !written.ends_with('/') {
            written.push('/');
        }
        let mut source = Text::verbatim(&self.place.path(&written));
        let is_flat = entry.target_path.ends_with('/');
        let has_variable = entry.source.meant() != entry.there;
        if !keeps_folders && has_variable {
            let found = glob::line(&self.home, &entry.there, is_flat);
            if let Some(folder) = self.with_variables(entry, found, notes) {
                source = folder;
            }
        } else if !keeps_folders && !entry.is_open {
            match glob::line(&self.home, &entry.there, is_flat) {
                Some(glob::Line::File(path)) => {
                    let source = Text::literal(&path);
                    let target = entry.in_folder(&source);
                    return self.one(entry, (source, target), model, notes);
                }
                Some(glob::Line::Each(found)) => {
                    return self.each(entry, is_flat, &found, model, notes);
                }
                Some(glob::Line::Folder(folder)) => {
                    source = Text::literal(&self.place.path(&folder));
                    self.folder_links(entry, &folder, notes);
                }
                Some(glob::Line::Common(folder)) => {
                    source = Text::literal(&self.place.path(&folder));
                    self.folder_links(entry, &folder, notes);
                    notes.differs(
                        Some(entry.line),
                        &format!("the files of `{}` are those of `{folder}`", entry.there),
                        "nfpm keeps the folders in which they differ; a folder that comes new needs a line",
                    );
                }
                Some(glob::Line::Glob(pattern)) => {
                    source = Text::literal(&self.place.path(&pattern));
                }
                None => {}
            }
        }
        let target = Text::verbatim(&with_slash(&entry.target));
        let mut more = attributes(entry.table, None)?;
        conffile(entry, &entry.target_path, &mut more, notes);
        if !keeps_folders {
            add(model, notes, entry, target, with_source(source, more));
            return Ok(());
        }
        let private = Private::of(entry, path)?;
        let attributes = more.clone();
        private.of_tree(&mut more);
        add(model, notes, entry, target, with_source(source, more));
        private.add(entry, &attributes, model);
        Ok(())
    }

    /// Returns the folder of a glob with variables where that gives what nfpm packs, and says where nothing does.
    fn with_variables(
        &self,
        entry: &Entry<'_>,
        found: Option<glob::Line>,
        notes: &mut Notes,
    ) -> Option<Text> {
        let written = entry.source.written();
        match found {
            None => {}
            Some(glob::Line::Glob(pattern)) if entry.there.ends_with(&pattern) => {}
            Some(glob::Line::Folder(_)) => {
                let folder = written.trim_end_matches(['*', '/']);
                return Some(Text::verbatim(&self.place.path(&format!("{folder}/"))));
            }
            Some(_) => {
                let what = format!(
                    "`{written}` finds other files, or puts them elsewhere, than with nfpm"
                );
                let why = "`**/` of nfpm is one folder at least, and it keeps only the folders in which its files \
                           differ; see `reldeb plan`";
                notes.differs(Some(entry.line), &what, why);
            }
        }
        None
    }

    /// Adds a file.
    fn one(
        &self,
        entry: &Entry<'_>,
        (source, target): (Text, Text),
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let target_path = target.meant();
        let path = self.home.join(source.meant());
        let source = Text::verbatim(&self.place.path(source.written()));
        if let Some(unit) = unit_name(&target_path) {
            unmanaged_unit(model, notes, entry.line, unit, source);
            return Ok(());
        }
        let default = is_executable(&path).map(|is| if is { 0o755 } else { 0o644 });
        let mut more = attributes(entry.table, default)?;
        conffile(entry, &target_path, &mut more, notes);
        add(model, notes, entry, target, with_source(source, more));
        Ok(())
    }

    /// Adds a link that is named, as the link that it is.
    fn link(&self, entry: &Entry<'_>, path: &Path, model: &mut Model, notes: &mut Notes) {
        let source = Text::verbatim(entry.source.written().trim_end_matches('/'));
        let target = entry.below(&source);
        tell_link(entry, path, &target.meant(), notes);
        let source = Text::verbatim(&self.place.path(source.written()));
        let value = with_source(source, vec![key("follow", false)]);
        add(model, notes, entry, target, value);
    }

    /// Says which links to folders come with a folder.
    fn folder_links(&self, entry: &Entry<'_>, folder: &str, notes: &mut Notes) {
        for link in glob::folder_links(&self.home, folder) {
            notes.differs(
                Some(entry.line),
                &format!("link `{}` is packed", link.display()),
                "nfpm leaves out a link to a folder; `exclude` in `[files]` does so, too",
            );
        }
    }
}

/// Says that a link leads to a file of this machine.
pub(super) fn tell_link(entry: &Entry<'_>, path: &Path, target: &str, notes: &mut Notes) {
    let Ok(to) = fs::read_link(path) else { return };
    if to.is_absolute() || to.starts_with("..") {
        notes.differs(
            Some(entry.line),
            &format!("`{target}` is a link to `{}`, as nfpm packs it", to.display()),
            "it leads to what is there on the target; name the file itself to pack that of this machine",
        );
    }
}

/// Adds that files are conffiles, where nothing else makes them some.
pub(super) fn conffile(
    entry: &Entry<'_>,
    target: &str,
    more: &mut Vec<(Text, Value)>,
    notes: &mut Notes,
) {
    let is_config = entry.kind.starts_with("config");
    let in_etc = target.starts_with("/etc/");
    if is_config && !in_etc {
        more.push(key("conffile", true));
    }
    if !is_config && in_etc {
        notes.differs(
            Some(entry.line),
            &format!("what goes to `{target}` is a conffile"),
            "an upgrade would lose what the sysadmin has changed; `conffile = false` has it so",
        );
    }
}

/// Says which keys of an entry have no equivalent.
fn unknown(table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
    let target = table.text("dst")?.unwrap_or_default();
    let info = table.table("file_info")?;
    let of_info = info.into_iter().flat_map(|info| info.others(&INFO_KEYS));
    for (key, line) in table.others(&KEYS).chain(of_info) {
        let hint = match key {
            "mtime" => "times are that of the newest file, or SOURCE_DATE_EPOCH",
            "disown_subtree" => "folders are root's, and shared by all packages that have them",
            _ => "nothing is known by this name; is it misspelled?",
        };
        model.comment("files", format!("`{key}` of `{target}` has no equivalent."));
        let what = format!("`{key}` of `{target}` is left out");
        notes.left_out(Some(line), &what, hint);
    }
    Ok(())
}

fn directory(entry: &Entry<'_>, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
    let mut more = vec![key("directory", true)];
    more.extend(attributes(entry.table, Some(0o755))?);
    let target = Text::verbatim(&with_slash(&entry.target));
    add(model, notes, entry, target, Value::Table(more));
    Ok(())
}

pub(super) fn with_slash(target: &Text) -> String {
    format!("{}/", target.written().trim_end_matches('/'))
}

pub(super) fn add(
    model: &mut Model,
    notes: &mut Notes,
    entry: &Entry<'_>,
    target: Text,
    value: Value,
) {
    let shown = target.meant();
    if !model.set("files", target, value) {
        model.comment(
            "files",
            format!("A second source of {shown}: {}", entry.there),
        );
        notes.left_out(
            Some(entry.line),
            &format!("a second source of `{shown}` is left out"),
            "a target has one line: write the files of one of them by their names",
        );
    }
}

/// Returns mode, owner and group as they are written, without what reldeb gives by itself.
pub(super) fn attributes(table: &Table, default: Option<u32>) -> Result<Vec<(Text, Value)>, Fault> {
    let mut more = Vec::new();
    let Some(info) = table.table("file_info")? else {
        return Ok(more);
    };
    if let Some(node) = info.get("mode") {
        let bits = bits(node)?;
        // Zero is the mode of the source.
        if bits != 0 && Some(bits) != default {
            more.push(key("mode", files::mode(bits)));
        }
    }
    for name in ["owner", "group"] {
        if let Some(owner) = info
            .text(name)?
            .filter(|it| !is_number(it) && *it != "root")
        {
            more.push(key(name, owner));
        }
    }
    Ok(more)
}

/// Returns permission bits as YAML has them: octal with a zero in front, else decimal.
fn bits(node: &Node) -> Result<u32, Fault> {
    let text = node.as_text("mode")?;
    let octal = text.strip_prefix("0o").or_else(|| text.strip_prefix('0'));
    let bits = match octal {
        Some("") => Some(0),
        Some(digits) => u32::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    };
    bits.filter(|bits| *bits <= 0o7777).ok_or_else(|| Fault {
        line: node.line,
        message: format!("mode `{text}` is none, expected one such as `0644`"),
    })
}
