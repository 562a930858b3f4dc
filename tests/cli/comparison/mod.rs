//! The capabilities of fpm, cargo-deb and nfpm, one scenario for each: a manifest goes in, and
//! dpkg-deb says of the package that comes out. `docs/comparison.md` is made of the same rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use tempfile::TempDir;

use crate::packed::{reldeb, success};
use crate::support::project;

/// The rows of each tool.
const TOOLS: [(&str, &str); 3] = [
    ("fpm", include_str!("fpm.toml")),
    ("cargo-deb", include_str!("cargo-deb.toml")),
    ("nfpm", include_str!("nfpm.toml")),
];

/// The keys of every manifest whose scenario does not write them.
const DEFAULTS: &str = r#"
    name = "orders"
    version = "1.0"
    maintainer = "Jo Doe <jo@example.com>"
    description = "order service"
"#;

#[derive(Deserialize)]
struct Rows {
    scenario: Vec<Scenario>,
}

/// One capability.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Scenario {
    /// The heading above it.
    subject: String,
    /// The capability, as the users of the tool know it.
    what: String,
    reldeb: Answer,
    /// How it is done with reldeb, or why it is not.
    how: String,
    /// Tables of the manifest, laid over the defaults.
    #[serde(default)]
    manifest: Option<toml::Table>,
    /// The words of the command; default: `build`.
    #[serde(default)]
    arguments: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// Files of the project: path to text.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Programs of the project: path to text.
    #[serde(default)]
    programs: BTreeMap<String, String>,
    /// Files of the project that are copies of the machine's: path to path.
    #[serde(default)]
    copies: BTreeMap<String, String>,
    /// Links of the project: path to target.
    #[serde(default)]
    links: BTreeMap<String, String>,
    /// Empty folders of the project.
    #[serde(default)]
    folders: Vec<String>,
    /// Commands of sh(1) that are run in the project before, with the program as `$reldeb`.
    #[serde(default)]
    before: Option<String>,
    /// A text that the error has; without it the command succeeds.
    error: Option<String>,
    /// A text that standard error has.
    says: Option<String>,
    /// A text that standard output has.
    prints: Option<String>,
    /// The name of the file that is written.
    name: Option<String>,
    /// Fields of the control file; an empty text: there is none.
    #[serde(default)]
    control: BTreeMap<String, String>,
    /// Lines of `dpkg-deb -c` without size and time.
    #[serde(default)]
    lists: Vec<String>,
    /// Paths that are not in the package.
    #[serde(default)]
    lacks: Vec<String>,
    /// Members of the control archive, and texts that they have; an empty text: there is none.
    #[serde(default)]
    members: BTreeMap<String, String>,
    /// Files of the package, and texts that they have.
    #[serde(default)]
    holds: BTreeMap<String, String>,
    /// Commands of sh(1) that succeed in the project, with the package as `$deb` and the program as
    /// `$reldeb`.
    check: Option<String>,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Yes,
    Partly,
    No,
}

impl Answer {
    fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }
}

fn rows(text: &str) -> Vec<Scenario> {
    toml::from_str::<Rows>(text).unwrap().scenario
}

impl Scenario {
    /// Writes the project, builds, and collects what differs from what is expected.
    fn faults(&self) -> Vec<String> {
        if self.has_nothing_to_show() {
            return Vec::new();
        }
        let folder = TempDir::new().unwrap();
        self.write(folder.path());
        let words = match &self.arguments[..] {
            [] => &["build".to_owned()],
            words => words,
        };
        let output = reldeb()
            .args(words)
            .current_dir(folder.path())
            .env("PATH", crate::cargo::path())
            .env("HOME", folder.path())
            .envs(&self.environment)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let mut faults = Vec::new();
        for text in self.error.iter().chain(&self.says) {
            if !said.contains(text.as_str()) {
                faults.push(format!("`{text}` was not said, but:\n{said}"));
            }
        }
        let stdout = String::from_utf8(output.stdout).unwrap();
        if let Some(text) = self.prints.as_ref().filter(|it| !stdout.contains(*it)) {
            faults.push(format!("`{text}` was not printed, but:\n{stdout}"));
        }
        if output.status.success() == self.error.is_some() {
            faults.push(format!("{}\n{said}", output.status));
        }
        if faults.is_empty() && self.error.is_none() {
            let first = stdout.lines().next().unwrap_or_default();
            // What `reldeb fpm` prints of its package.
            let of_fpm = first.strip_prefix("Created package {:path=>\"");
            let first = of_fpm.map_or(first, |path| path.trim_end_matches("\"}"));
            let package = folder.path().join(first);
            if package.extension().is_some_and(|it| it == "deb") {
                self.look(folder.path(), &package, &mut faults);
            }
        }
        faults
    }

    /// Returns whether the row is there for its reason only.
    fn has_nothing_to_show(&self) -> bool {
        self.reldeb == Answer::No && self.manifest.is_none() && self.arguments.is_empty()
    }

    fn write(&self, folder: &Path) {
        let above = |path: &String| {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            path
        };
        for (path, text) in self.files.iter().chain(&self.programs) {
            std::fs::write(above(path), text).unwrap();
        }
        for path in self.programs.keys() {
            crate::packed::chmod(&folder.join(path), "0755");
        }
        for (path, source) in &self.copies {
            std::fs::copy(source, above(path)).unwrap();
        }
        for (path, target) in &self.links {
            std::os::unix::fs::symlink(target, above(path)).unwrap();
        }
        for path in &self.folders {
            std::fs::create_dir_all(folder.join(path)).unwrap();
        }
        if let Some(manifest) = &self.manifest {
            let text = with_defaults(manifest).to_string();
            std::fs::write(folder.join("reldeb.toml"), text).unwrap();
        }
        if let Some(before) = &self.before {
            let mut shell = Command::new("sh");
            shell.args(["-ec", before]).current_dir(folder);
            success(
                shell
                    .env("reldeb", reldeb().get_program())
                    .env_remove("CARGO_TARGET_DIR"),
            );
        }
    }

    fn look(&self, folder: &Path, package: &Path, faults: &mut Vec<String>) {
        let mut differ = |is_fault: bool, what: String| {
            if is_fault {
                faults.push(what);
            }
        };
        let dpkg_deb = |words: &[&str]| {
            let mut command = Command::new("dpkg-deb");
            success(command.arg(words[0]).arg(package).args(&words[1..]))
        };
        if let Some(name) = &self.name {
            let found = package.file_name().unwrap().to_string_lossy();
            differ(found != name.as_str(), format!("the name is {found}"));
        }
        for (field, value) in &self.control {
            let found = dpkg_deb(&["-f", field]);
            let found = found.trim_end_matches('\n');
            differ(found != value, format!("{field}: {found}"));
        }
        if !self.lists.is_empty() || !self.lacks.is_empty() {
            let listing = dpkg_deb(&["-c"]);
            let listing: Vec<String> = listing.lines().map(without_size_and_time).collect();
            let is_there = |line: &String| listing.contains(line);
            for line in &self.lists {
                differ(!is_there(line), format!("no `{line}` in {listing:#?}"));
            }
            for path in &self.lacks {
                let is_there = listing.iter().any(|line| line.contains(path.as_str()));
                differ(is_there, format!("`{path}` is in {listing:#?}"));
            }
        }
        let control = TempDir::new().unwrap();
        let all = TempDir::new().unwrap();
        if !self.members.is_empty() {
            dpkg_deb(&["-e", control.path().to_str().unwrap()]);
        }
        if !self.holds.is_empty() {
            dpkg_deb(&["-x", all.path().to_str().unwrap()]);
        }
        let members = self.members.iter().map(|it| (control.path(), it));
        let files = self.holds.iter().map(|it| (all.path(), it));
        for (root, (path, text)) in members.chain(files) {
            let found = std::fs::read(root.join(path));
            let is_right = match &found {
                Ok(found) => !text.is_empty() && contains(found, text),
                Err(_) => text.is_empty(),
            };
            let found = found.map(|found| String::from_utf8_lossy(&found).into_owned());
            differ(!is_right, format!("`{path}` is {found:?}"));
        }
        faults.extend(self.check(folder, package));
    }

    /// Runs the commands of the scenario; they failed where there is something to tell.
    fn check(&self, folder: &Path, package: &Path) -> Option<String> {
        let check = self.check.as_ref()?;
        let run = Command::new("sh")
            .args(["-ec", check])
            .current_dir(folder)
            .env("deb", package)
            .env("reldeb", reldeb().get_program())
            .output()
            .unwrap();
        let said = [run.stdout, run.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        (!run.status.success()).then(|| format!("`{check}`: {said}"))
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

fn with_defaults(manifest: &toml::Table) -> toml::Table {
    let mut manifest = manifest.clone();
    let package = manifest
        .entry("package")
        .or_insert_with(|| toml::Table::new().into());
    let package = package.as_table_mut().unwrap();
    for (key, value) in DEFAULTS.parse::<toml::Table>().unwrap() {
        package.entry(key).or_insert(value);
    }
    // An empty text takes a default away.
    package.retain(|_, value| value.as_str() != Some(""));
    manifest
}

/// Returns a line of `dpkg-deb -c` as mode, owner and path.
fn without_size_and_time(line: &str) -> String {
    let mut words = line.split_whitespace();
    let (mode, owner) = (words.next().unwrap(), words.next().unwrap());
    let path: Vec<&str> = words.skip(3).collect();
    format!("{mode} {owner} {}", path.join(" "))
}

#[test]
fn each_scenario_of_the_peers_is_as_the_comparison_says() {
    let of_tool = |(tool, text)| {
        let mut faults = String::new();
        for scenario in rows(text) {
            for fault in scenario.faults() {
                writeln!(faults, "{tool}: {}: {fault}", scenario.what).unwrap();
            }
        }
        faults
    };
    let faults = std::thread::scope(|scope| {
        let threads = TOOLS.map(|tool| scope.spawn(move || of_tool(tool)));
        threads.map(|thread| thread.join().unwrap()).concat()
    });
    assert!(faults.is_empty(), "{faults}");
}

/// A row without an expectation could not fail.
#[test]
fn each_scenario_that_says_yes_shows_it() {
    for (tool, text) in TOOLS {
        for row in rows(text).iter().filter(|row| row.reldeb == Answer::Yes) {
            let texts = [&row.error, &row.says, &row.prints, &row.name, &row.check];
            let shows = texts.iter().any(|text| text.is_some())
                || !(row.lists.is_empty() && row.lacks.is_empty())
                || [&row.control, &row.members, &row.holds]
                    .iter()
                    .any(|table| !table.is_empty());
            assert!(shows, "{tool}: {}", row.what);
        }
    }
}

/// The page begins with it.
const INTRODUCTION: &str = "\
<!-- Made of tests/cli/comparison/: `UPDATE_DOCS=1 cargo test --test cli -- comparison` writes it anew. -->

# Comparison with fpm, cargo-deb and nfpm

Each row is a capability that the tests of one of the three hold, and how it is done with reldeb.
Each is built in the tests of reldeb, where dpkg-deb says whether it is true. `yes`: all of it, or
better; `partly`: the same end by a way that is not quite the same, or not all of it; `no`: not done,
for the reason that is given.
";

#[test]
fn the_page_is_made_of_the_scenarios() {
    let mut page = INTRODUCTION.to_owned();
    let all: Vec<_> = TOOLS.map(|(tool, text)| (tool, rows(text))).into();
    page.push_str("\n| tool | scenarios | yes | partly | no |\n|---|---|---|---|---|\n");
    for (tool, rows) in &all {
        let count = |answer| rows.iter().filter(|row| row.reldeb == answer).count();
        let (yes, partly, no) = (count(Answer::Yes), count(Answer::Partly), count(Answer::No));
        writeln!(
            page,
            "| {tool} | {} | {yes} | {partly} | {no} |",
            rows.len()
        )
        .unwrap();
    }
    for (tool, rows) in &all {
        let mut subject = "";
        for row in rows {
            if row.subject != subject {
                subject = &row.subject;
                write!(page, "\n## {tool}: {subject}\n\n").unwrap();
                page.push_str("| scenario | reldeb | how |\n|---|---|---|\n");
            }
            let cell = |text: &str| text.replace('|', "\\|");
            let (what, how) = (cell(&row.what), cell(&row.how));
            writeln!(page, "| {what} | {} | {how} |", row.reldeb.word()).unwrap();
        }
    }
    let path = project().join("docs/comparison.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page, "docs/comparison.md is not that of the tests");
}
