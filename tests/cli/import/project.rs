//! A project in miniature: its files, and what becomes of it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::peers::reason;
use crate::packed::success;
use crate::support::project;

/// The files of projects in a folder.
pub(super) fn projects(folder: &str) -> Vec<PathBuf> {
    let folder = project().join("tests/cli/import").join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A project and what is expected of it.
pub(super) struct Project {
    /// Everything before the first `=== `.
    input: String,
    /// The texts behind each `=== NAME`, in this order.
    sections: Vec<(String, String)>,
    pub(super) folder: TempDir,
}

impl Project {
    pub(super) fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let (input, rest) = match text.find("\n=== ") {
            Some(at) => text.split_at(at + 1),
            None => (&*text, ""),
        };
        let sections = rest.split("=== ").skip(1).map(|section| {
            let (name, content) = section.split_once('\n').unwrap();
            (name.to_owned(), content.to_owned())
        });
        let project = Self {
            input: input.to_owned(),
            sections: sections.collect(),
            folder: TempDir::new().unwrap(),
        };
        project.unpack();
        project
    }

    fn unpack(&self) {
        for part in self.input.split("--- ").skip(1) {
            let (head, content) = part.split_once('\n').unwrap();
            let words: Vec<&str> = head.split(' ').collect();
            let path = self.folder.path().join(words[words.len() - 1]);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let mode = match words[..] {
                ["link", target, _] => {
                    std::os::unix::fs::symlink(target, &path).unwrap();
                    continue;
                }
                ["elf", _] => {
                    std::fs::copy("/bin/true", &path).unwrap();
                    0o755
                }
                [mode, _] => u32::from_str_radix(mode, 8).unwrap(),
                _ => 0o644,
            };
            if words[0] != "elf" {
                std::fs::write(&path, content).unwrap();
            }
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        }
    }

    /// The words behind `KEY: ` before the first file, such as the file to import.
    pub(super) fn words(&self, key: &str) -> Vec<String> {
        let head = self.input.split("--- ").next().unwrap().lines();
        let mut found = head.filter_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        let words = found.next().unwrap_or_default().split_whitespace();
        words.map(str::to_owned).collect()
    }

    /// The package itself, and its variants.
    pub(super) fn builds(&self) -> Vec<Option<String>> {
        let variants = self.words("variants").into_iter().map(Some);
        [None].into_iter().chain(variants).collect()
    }

    fn section(&self, name: &str) -> &str {
        let mut sections = self.sections.iter();
        sections
            .find_map(|(known, text)| (known == name).then_some(&**text))
            .unwrap_or_default()
    }

    pub(super) fn set(&mut self, name: &str, text: String) {
        match self.sections.iter_mut().find(|(known, _)| known == name) {
            Some((_, own)) => *own = text,
            None => self.sections.push((name.to_owned(), text)),
        }
    }

    /// Runs reldeb in the folder.
    fn reldeb(&self, words: &[&str]) -> std::process::Output {
        let mut command = crate::packed::reldeb();
        let variables = self.words("environment");
        command.envs(variables.iter().filter_map(|word| word.split_once('=')));
        command
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .current_dir(self.folder.path())
            .args(words)
            .output()
            .unwrap()
    }

    /// Imports the project and builds what it wrote; the sections become what was found.
    #[track_caller]
    pub(super) fn import_and_build(&mut self) {
        let mut words = vec!["import".to_owned()];
        words.extend(self.words("import"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = self.reldeb(&words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stderr);
        assert!(output.status.success(), "{}{said}", self.input);
        self.set("told", format!("{}{said}", text(&output.stdout)));
        let manifest = std::fs::read_to_string(self.folder.path().join("reldeb.toml")).unwrap();
        self.set("reldeb.toml", manifest);
        for variant in self.builds() {
            let suffix = variant
                .as_ref()
                .map_or_else(String::new, |it| format!(" {it}"));
            let mut words = vec!["build", "-o", "out"];
            std::fs::create_dir_all(self.folder.path().join("out")).unwrap();
            if let Some(variant) = &variant {
                words.extend(["--variant", variant]);
            }
            let more = self.words("build");
            words.extend(more.iter().map(String::as_str));
            let output = self.reldeb(&words);
            let said = text(&output.stderr);
            assert!(
                output.status.success(),
                "{}\n{}\n{said}",
                self.input,
                self.section("reldeb.toml")
            );
            let ours = packages(&self.folder.path().join("out"));
            std::fs::remove_dir_all(self.folder.path().join("out")).unwrap();
            let peer = self.section(&format!("peer{suffix}")).to_owned();
            if peer.is_empty() {
                self.set(&format!("package{suffix}"), ours);
            } else {
                self.set(&format!("differences{suffix}"), differences(&peer, &ours));
            }
        }
    }

    /// The differences from what the peer has built that have no reason.
    pub(super) fn unexplained(&self) -> impl Iterator<Item = &str> {
        let sections = self.sections.iter();
        let differences = sections.filter(|(name, _)| name.starts_with("differences"));
        let lines = differences.flat_map(|(_, text)| text.lines());
        lines.filter(|line| !line.contains("  # "))
    }

    pub(super) fn text(&self) -> String {
        let mut text = self.input.clone();
        for (name, content) in &self.sections {
            text.extend(["=== ", name, "\n", content]);
        }
        text
    }

    pub(super) fn write(&self, path: &Path) {
        std::fs::write(path, self.text()).unwrap();
    }
}

/// The packages of a folder as text: control file, conffiles, scripts and listing, without sizes and times.
pub(super) fn packages(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    // What debug symbols are called depends on the program.
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".deb") && !name.contains("-dbgsym_")
    });
    paths.sort();
    paths.iter().map(|path| package(path)).collect()
}

fn package(path: &Path) -> String {
    let json = success(
        crate::packed::reldeb()
            .arg("inspect")
            .arg(path)
            .arg("--json"),
    );
    let package: serde_json::Value = serde_json::from_str(&json).unwrap();
    let mut lines = Vec::new();
    let control: BTreeMap<&String, &serde_json::Value> =
        package["control"].as_object().unwrap().iter().collect();
    for (field, value) in control {
        if field != "Installed-Size" {
            let value = any_libc(&value.as_str().unwrap().replace('\n', "\\n"));
            let mut parts: Vec<&str> = value.split(", ").collect();
            if field.ends_with("epends") {
                parts.sort_unstable();
            }
            lines.push(format!("{field}: {}", parts.join(", ")));
        }
    }
    for conffile in package["conffiles"].as_array().unwrap() {
        lines.push(format!("conffile {}", conffile.as_str().unwrap()));
    }
    for script in package["scripts"].as_object().unwrap().keys() {
        lines.push(format!("script {script}"));
    }
    for entry in package["paths"].as_array().unwrap() {
        // Without a name the number counts, and cargo-deb writes none.
        let text = |key: &str| match (key, entry[key].as_str().unwrap_or_default()) {
            ("owner", "") if entry["uid"] == 0 => "root",
            ("group", "") if entry["gid"] == 0 => "root",
            (_, text) => text,
        };
        let target = entry["target"]
            .as_str()
            .map(|target| format!(" -> {target}"));
        // dpkg gives links no mode.
        let mode = if target.is_some() {
            "0777"
        } else {
            text("mode")
        };
        lines.push(format!(
            "{mode} {}/{} {}{}",
            text("owner"),
            text("group"),
            text("path"),
            target.unwrap_or_default()
        ));
    }
    let text = lines.join("\n");
    format!("{text}\n")
}

/// Another release's /bin/true needs another libc.
fn any_libc(text: &str) -> String {
    match text.split_once("libc6 (>= ") {
        Some((before, after)) => {
            let (_, after) = after.split_once(')').unwrap();
            format!("{before}libc6 (>= N){after}")
        }
        None => text.to_owned(),
    }
}

/// The lines that only one of two has, each with its reason.
fn differences(peer: &str, ours: &str) -> String {
    let mut text = String::new();
    for (sign, one, other) in [('-', peer, ours), ('+', ours, peer)] {
        for line in one
            .lines()
            .filter(|line| !other.lines().any(|it| it == *line))
        {
            let line = format!("{sign} {line}");
            match reason(&line) {
                Some(reason) => text.extend([&line, "  # ", reason, "\n"]),
                None => text.extend([&line, "\n"]),
            }
        }
    }
    text
}
