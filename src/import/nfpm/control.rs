//! The control file: keys of nfpm as lines of `[package]`, `[build]` and `[lintian]`.

use super::super::control::{self, legal_name, maintainer};
use super::super::model::Model;
use super::super::node::{Content, Fault, Table};
use super::super::notes::Notes;
use super::Source;
use super::goreleaser::{FILE_NAME, Project};
use crate::debian::summary::LONGEST_SYNOPSIS;
use crate::manifest::draft::{Text, Value};

/// The fields with relations: the key of nfpm, and ours.
const RELATIONS: [(&str, &str); 6] = [
    ("depends", "depends"),
    ("recommends", "recommends"),
    ("suggests", "suggests"),
    ("conflicts", "conflicts"),
    ("provides", "provides"),
    ("replaces", "replaces"),
];
const RELATIONS_OF_DEB: [(&str, &str); 2] = [("predepends", "pre-depends"), ("breaks", "breaks")];

/// The keys below `deb`.
const DEB_KEYS: [&str; 10] = [
    "arch",
    "arch_variant",
    "scripts",
    "triggers",
    "breaks",
    "predepends",
    "compression",
    "signature",
    "fields",
    "lintian_overrides",
];

/// Kinds of triggers: the key of nfpm, and ours.
const TRIGGERS: [(&str, &str); 6] = [
    ("interest", "interest"),
    ("interest_await", "interest-await"),
    ("interest_noawait", "interest-noawait"),
    ("activate", "activate"),
    ("activate_await", "activate-await"),
    ("activate_noawait", "activate-noawait"),
];

impl Source<'_> {
    /// Adds what nfpm has at its top.
    pub(super) fn control(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        self.name(table, model, notes)?;
        self.version(table, model, notes)?;
        self.architecture(table, model, notes)?;
        let written = match table.text("maintainer")? {
            None => None,
            Some(text) => {
                let line = table.line("maintainer").unwrap_or(1);
                let text = self.expanded("package", "maintainer", (line, text), model, notes);
                if text.is_variable() {
                    model.set("package", "maintainer", text.text());
                }
                Some((line, text.text().meant()))
            }
        };
        if model
            .value("package", &Text::literal("maintainer"))
            .is_none()
        {
            let written = written.as_ref().map(|(line, text)| (*line, text.as_str()));
            maintainer(model, notes, written, self.environment);
        }
        self.description(table, model, notes)?;
        self.text(table, "section", "section", model, notes)?;
        self.text(table, "priority", "priority", model, notes)?;
        self.text(table, "homepage", "homepage", model, notes)?;
        self.text(table, "license", "license", model, notes)?;
        if table.get("changelog").is_some() {
            model.comment(
                "package",
                "`changelog` of nfpm is YAML of chglog; this takes Debian's or any other text:",
            );
            model.propose("package", "changelog", "CHANGELOG.md");
            notes.left_out(
                table.line("changelog"),
                "`changelog` in chglog's YAML is not read",
                "name Debian's or the project's own as `changelog` below `[package]`",
            );
        }
        for (key, field) in RELATIONS {
            self.relations(table, key, field, model, notes)?;
        }
        if let Some(vendor) = table.text("vendor")?.filter(|text| !text.is_empty()) {
            let line = table.line("vendor").unwrap_or(1);
            let vendor = self.expanded("package.fields", "vendor", (line, vendor), model, notes);
            model.comment("package.fields", "nfpm writes no vendor into a .deb:");
            model.propose("package.fields", "Vendor", vendor.text());
        }
        needless(table, notes)?;
        self.file_name(table, model, notes)
    }

    /// Adds the name, as Debian has it.
    fn name(&self, table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let Some(text) = table.text("name")?.filter(|text| !text.trim().is_empty()) else {
            return Err(Fault {
                line: 1,
                message: "`name` is missing, expected the name of the package".into(),
            });
        };
        let line = table.line("name").unwrap_or(1);
        let written = self.expanded("package", "name", (line, text), model, notes);
        let name = if written.is_variable() {
            written.text()
        } else {
            Text::literal(&legal_name(&written.text().meant(), line, notes)?)
        };
        model.set("package", "name", name);
        Ok(())
    }

    fn architecture(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        if self.project.is_some() {
            // goreleaser makes one package for each; here the programs say which it is.
            return Ok(());
        }
        let deb = table.table("deb")?;
        let of_deb = deb.map_or(Ok(None), |deb| deb.text("arch"))?;
        let Some(text) = of_deb.or(table.text("arch")?) else {
            return Ok(());
        };
        let name = match text {
            "386" => "i386",
            "arm5" => "armel",
            "arm6" | "arm7" => "armhf",
            "mips64le" => "mips64el",
            "mipsle" => "mipsel",
            "ppc64le" => "ppc64el",
            other => other,
        };
        let line = table.line("arch").unwrap_or(1);
        let name = self.expanded("package", "arch", (line, name), model, notes);
        model.set("package", "architecture", name.text());
        Ok(())
    }

    fn description(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let text = table.text("description")?.unwrap_or_default();
        let name = self.expand("name", table.text("name")?.unwrap_or_default());
        let name = name.written;
        let line = table.line("description").unwrap_or(1);
        let text = self.expanded("package", "description", (line, text.trim()), model, notes);
        let text = text.written;
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        // No variable is cut.
        let is_long = |word: &str| word.chars().count() >= LONGEST_SYNOPSIS && word.contains('$');
        let mut short = if first.split_whitespace().any(is_long) {
            first.to_owned()
        } else {
            control::description_of(first, [&name, ""]).unwrap_or(name)
        };
        if !rest.trim().is_empty() {
            short = format!("{short}\n{}", rest.trim_end());
        }
        let first_line = short.lines().next().unwrap_or_default();
        if !text.is_empty() && first_line != first {
            let synopsis = Text::verbatim(first_line).meant();
            control::tell_synopsis(notes, Some(line), &synopsis);
        }
        model.set("package", "description", Text::verbatim(&short));
        Ok(())
    }

    fn relations(
        &self,
        table: &Table,
        key: &'static str,
        field: &'static str,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let (mut written, mut expanded) = (Vec::new(), Vec::new());
        for node in table.list(key)? {
            let text = node.as_text(key)?.trim();
            if text.is_empty() {
                continue;
            }
            let text = self.expand(key, text);
            written.push((node.line, text.text(), text.written.clone()));
            expanded.push(text);
        }
        if written.is_empty() {
            return Ok(());
        }
        self.at_own_version(field, &mut written);
        for ((line, _, plain), mut expanded) in written.iter().zip(expanded) {
            let is_there = |name: &str| plain.contains(&format!("${{{name}}}"));
            expanded.unknown.retain(|(name, _)| is_there(name));
            expanded.tell("package", key, *line, model, notes);
        }
        if field == "depends" {
            written.insert(0, (1, Text::literal("auto"), "auto".to_owned()));
        }
        control::relations(model, notes, field, &written);
        Ok(())
    }

    /// Adds what is below `deb`.
    pub(super) fn deb(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let Some(deb) = table.table("deb")? else {
            return Ok(());
        };
        for (key, field) in RELATIONS_OF_DEB {
            self.relations(deb, key, field, model, notes)?;
        }
        self.fields(deb, model, notes)?;
        if let Some(triggers) = deb.table("triggers")? {
            for (key, ours) in TRIGGERS {
                let names = triggers.texts(key)?;
                if !names.is_empty() {
                    model.set("triggers", ours, Value::list(names));
                }
            }
        }
        if let Some(compression) = deb.text("compression")? {
            model.set("build", "compression", compression);
        }
        for node in deb.list("lintian_overrides")? {
            let tag = node.as_text("lintian_overrides")?;
            model.set("lintian.overrides", tag, "the project's own override");
        }
        if deb.get("signature").is_some() {
            model.comment(
                "build",
                "A signature within the package, which nothing checks, is not made.",
            );
            notes.left_out(
                deb.line("signature"),
                "`signature` is not made",
                "APT checks the signature of the repository, and nothing that of a package",
            );
        }
        if deb.get("arch_variant").is_some() {
            model.comment("package", "`arch_variant` has no equivalent.");
            notes.left_out(
                deb.line("arch_variant"),
                "`arch_variant` is left out",
                "no release of Debian knows it",
            );
        }
        for (key, line) in deb.others(&DEB_KEYS) {
            model.comment("package", format!("`deb.{key}` has no equivalent."));
            notes.left_out(Some(line), &format!("`deb.{key}` is not known"), "");
        }
        Ok(())
    }

    fn fields(&self, deb: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let Some(fields) = deb.table("fields")? else {
            return Ok(());
        };
        for (name, node) in fields.iter() {
            if matches!(node.content, Content::Nothing) {
                continue;
            }
            let text = node.as_text(name)?;
            if text.is_empty() {
                continue;
            }
            let table = match name {
                "Source" => "package",
                _ => "package.fields",
            };
            let key = if name == "Source" { "source" } else { name };
            let text = self.expanded(table, name, (node.line, text), model, notes);
            model.set(table, key, text.text());
        }
        Ok(())
    }

    /// Adds the name of the package's file.
    fn file_name(&self, table: &Table, model: &mut Model, notes: &mut Notes) -> Result<(), Fault> {
        let written = table.text("file_name_template")?;
        // nfpm itself calls a file as Debian does.
        let default = self.project.as_ref().map(|_| FILE_NAME);
        let Some(written) = written.filter(|it| !it.is_empty()).or(default) else {
            return Ok(());
        };
        let line = table.line("file_name_template");
        let other = Project {
            dist: "dist".to_owned(),
            ..Project::default()
        };
        let project = self.project.as_ref().unwrap_or(&other);
        let folder = project.dist.replace('$', "$$");
        if let Some(pattern) = pattern(written, &project.name) {
            let output = format!("{folder}/{pattern}.deb");
            model.set("build", "output", Text::verbatim(&output));
            if project.has_other_machines && written.contains(".Arch") {
                notes.differs(
                    line,
                    "the file's name has Debian's word for the architecture",
                    "`386` of Go is `i386` there, and `arm` is `armhf`; `amd64` and `arm64` are the same",
                );
            }
            return Ok(());
        }
        model.comment("build", format!("`file_name_template: {written}`: {NAMES}"));
        let debian = format!("{folder}/{{name}}_{{version}}_{{architecture}}.deb");
        model.propose("build", "output", Text::verbatim(&debian));
        notes.left_out(
            line,
            "`file_name_template` has more than names: the file is called as Debian calls it",
            "write `output` below `[build]`",
        );
        Ok(())
    }
}

fn needless(table: &Table, notes: &mut Notes) -> Result<(), Fault> {
    if let Some(platform) = table.text("platform")?.filter(|it| *it != "linux") {
        notes.left_out(
            table.line("platform"),
            &format!("platform `{platform}` is left out"),
            "a .deb is for Debian on Linux",
        );
    }
    let umask = table.text("umask")?;
    if umask.is_some_and(|it| {
        !matches!(
            it,
            "" | "0" | "002" | "0o002" | "022" | "0o022" | "2" | "18"
        )
    }) {
        notes.differs(
            table.line("umask"),
            "`umask` is left out",
            "files are 0644, programs and folders 0755; `mode` and `directory-mode` in `[files]` say otherwise",
        );
    }
    if table.get("mtime").is_some() {
        notes.differs(
            table.line("mtime"),
            "`mtime` is left out",
            "times are that of the newest file, or SOURCE_DATE_EPOCH",
        );
    }
    Ok(())
}

const NAMES: &str = "{name}, {upstream-version}, {revision} and {architecture} can be in the name.";

/// Returns a template of a file's name as a pattern of ours. Parts that only other architectures have are
/// left out: Debian's name of an architecture has them.
fn pattern(template: &str, project: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        pattern.push_str(&before.replace('$', "$$"));
        let (action, after) = after.split_once("}}")?;
        let action = action.trim_matches(['-', ' ']);
        rest = after;
        match action {
            ".PackageName" => pattern.push_str("{name}"),
            ".ProjectName" => pattern.push_str(&project.replace('$', "$$")),
            ".Version" | ".RawVersion" => pattern.push_str("{upstream-version}"),
            ".Release" => pattern.push_str("{revision}"),
            ".Arch" => pattern.push_str("{architecture}"),
            ".Os" => pattern.push_str("linux"),
            ".ConventionalFileName" => pattern.push_str("{name}_{version}_{architecture}"),
            ".ConventionalExtension" | ".Format" => {}
            _ => {
                let words = action.split_once(' ')?;
                let is_of_others = [".Arm", ".Mips", ".Amd64", ".Arm64", ".Abi"];
                let skips = matches!(words.0, "if" | "with")
                    && is_of_others.iter().any(|name| words.1.contains(name));
                let (inner, after) = rest
                    .split_once("{{ end }}")
                    .or(rest.split_once("{{end}}"))?;
                if !skips || inner.contains("else") {
                    return None;
                }
                rest = after;
            }
        }
    }
    pattern.push_str(&rest.replace('$', "$$"));
    let pattern = pattern.strip_suffix(".deb").unwrap_or(&pattern);
    Some(pattern.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_become_patterns() {
        for (template, expected) in [
            (
                "{{ .ProjectName }}_{{ .Version }}_linux_{{ .Arch }}",
                Some("demo_{upstream-version}_linux_{architecture}"),
            ),
            (
                "{{ .PackageName }}_{{ .Arch }}{{ if .Arm }}v{{ .Arm }}{{ end }}",
                Some("{name}_{architecture}"),
            ),
            (
                "{{ .ConventionalFileName }}",
                Some("{name}_{version}_{architecture}"),
            ),
            ("{{ tolower .Os }}", None),
            (
                "{{ if eq .Arch \"386\" }}i386{{ else }}{{ .Arch }}{{ end }}",
                None,
            ),
            ("{{ .Version", None),
        ] {
            assert_eq!(pattern(template, "demo").as_deref(), expected, "{template}");
        }
    }
}
