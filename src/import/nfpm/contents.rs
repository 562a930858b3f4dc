//! The contents of nfpm, and the programs of goreleaser, as lines of `[files]` and `[units]`.

use super::super::files::{self, is_executable, key, unit_name, unmanaged_unit, with_source};
use super::super::model::Model;
use super::super::node::{Fault, Node, Table, no_such_word};
use super::super::notes::Notes;
use super::Source;
use crate::manifest::draft::{Text, Value};

/// The types of contents that a .deb has, and those that only RPM tells from files.
const TYPES: [&str; 13] = [
    "file",
    "config",
    "config|noreplace",
    "config|missingok",
    "config|tree",
    "dir",
    "tree",
    "symlink",
    "ghost",
    "doc",
    "license",
    "licence",
    "readme",
];

/// One entry of the contents.
pub(super) struct Entry<'a> {
    pub(super) line: usize,
    pub(super) table: &'a Table,
    pub(super) kind: &'a str,
    source: Text,
    /// The source as it may be on this machine.
    pub(super) there: String,
    pub(super) target: Text,
    pub(super) target_path: String,
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
        for node in table.list("contents")? {
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
        if !programs.is_empty() {
            model.comment(
                "files",
                "What goreleaser builds for amd64; GORELEASER_TARGET names another, such as linux_arm64_v8.0.",
            );
        }
        for (name, path) in programs {
            let target = format!("{}/{name}", folder.trim_end_matches('/'));
            let line = table.line("bindir").unwrap_or(1);
            let target = self.expanded("files", "bindir", (line, &target), model, notes);
            let target = files::target(&target.written, line, notes);
            let path = self.expanded("files", "builds", (line, &path), model, notes);
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
        if !packager.is_empty() && packager != "deb" || kind == "ghost" {
            return Ok(());
        }
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
        let entry = Entry {
            line: node.line,
            table,
            kind,
            there: written.meant(),
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
        let path = self.home.join(&entry.there);
        let is_tree = matches!(entry.kind, "tree" | "config|tree") || path.is_dir();
        // The brace of a variable is none of a glob.
        let pattern = entry.there.replace("${", "");
        let is_glob = pattern.contains(['*', '?', '[', '{']) && !path.exists();
        let is_one = !is_tree && !is_glob;
        let mut target = entry.target.clone();
        let mut target_path = entry.target_path.clone();
        if is_one && target_path.ends_with('/') {
            let written = entry.source.clone();
            let name = written.written().rsplit('/').next().unwrap_or_default();
            target = Text::verbatim(&format!("{}{name}", target.written()));
            target_path = target.meant();
        } else if !is_one {
            target = Text::verbatim(&with_slash(&target));
        }
        if !is_one && entry.kind != "tree" && entry.target_path.ends_with('/') {
            let found = self.nested(&entry.there);
            if !found.is_empty() {
                return self.flat(entry, &found, model, notes);
            }
        }
        let mut source = self.place.path(entry.source.written());
        if is_tree && !source.ends_with('/') {
            source.push('/');
        }
        let source = Text::verbatim(&source);
        if let Some(unit) = unit_name(&target_path).filter(|_| is_one) {
            unmanaged_unit(model, notes, entry.line, unit, source);
            return Ok(());
        }
        let is_config = entry.kind.starts_with("config");
        let in_etc = target_path.starts_with("/etc/");
        let default = is_executable(&path).map(|is| if is { 0o755 } else { 0o644 });
        let mut more = attributes(entry.table, default.filter(|_| is_one))?;
        if is_config && !in_etc {
            more.push(key("conffile", true));
        }
        if !is_config && in_etc {
            notes.differs(
                Some(entry.line),
                &format!("what goes to `{target_path}` is a conffile"),
                "an upgrade would lose what the sysadmin has changed; `conffile = false` has it so",
            );
        }
        add(model, notes, entry, target, with_source(source, more));
        Ok(())
    }
}

fn directory(entry: &Entry<'_>, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
    let mut more = vec![key("directory", true)];
    more.extend(attributes(entry.table, Some(0o755))?);
    let target = Text::verbatim(&with_slash(&entry.target));
    add(model, notes, entry, target, Value::Table(more));
    Ok(())
}

fn with_slash(target: &Text) -> String {
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
        if Some(bits) != default {
            more.push(key("mode", files::mode(bits)));
        }
    }
    for name in ["owner", "group"] {
        if let Some(owner) = info
            .text(name)?
            .filter(|it| !it.is_empty() && *it != "root")
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
