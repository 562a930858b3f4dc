//! Findings in the forms that services of continuous integration read: SARIF 2.1.0, and the commands of GitHub's
//! workflows.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::session::Failure;
use crate::escape;
use crate::finding::{Finding, Location, Severity, Tag};
use serde::Serialize;

/// The page that explains each finding.
const PAGE: &str = "https://crates.io/crates/reldeb";

/// The most results that a document has: GitHub shows no more of one run.
const MOST_RESULTS: usize = 5000;

/// A finding with the line of the manifest that caused it, where that is known.
pub(super) struct Placed {
    pub(super) finding: Finding,
    pub(super) line: Option<(String, usize)>,
    /// The file that was looked at: the manifest, or the package itself.
    pub(super) file: String,
    /// The package that it is about.
    pub(super) package: String,
    /// True where the manifest has an exception for it.
    pub(super) is_allowed: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ResultObject>,
}

/// The run of the command: where it could not look, a notification says why.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    locations: Vec<FilePlace>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilePlace {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    help_uri: String,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: Vec<String>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultObject {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Place>,
    partial_fingerprints: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

/// Returns the document of SARIF.
pub(super) fn sarif(findings: &[Placed]) -> Log {
    let mut rules: Vec<&'static Tag> = findings.iter().map(|placed| placed.finding.tag).collect();
    rules.sort_by_key(|tag| tag.name);
    rules.dedup_by_key(|tag| tag.name);
    let mut seen = BTreeMap::new();
    let results = findings.iter().take(MOST_RESULTS);
    let results = results
        .map(|placed| result(placed, &rules, &mut seen))
        .collect();
    log(&rules, results, Vec::new())
}

/// Returns the document of SARIF of a run that could not look at the package: without it, what uploads the document
/// fails as well, and hides why.
pub(super) fn sarif_of_failure(failure: &Failure, file: &str) -> Log {
    let (file, start_line) = place_of(failure, file);
    let notification = Notification {
        level: level(Severity::Error),
        message: message(&escape::lines(&with_hint(
            &failure.message,
            failure.hint.as_ref(),
        ))),
        locations: vec![FilePlace {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: uri(file) },
                region: Region { start_line },
            },
        }],
    };
    log(&[], Vec::new(), vec![notification])
}

/// Returns the line that a failure is about: the first of the file that was to be looked at, where it names none.
fn place_of<'a>(failure: &'a Failure, file: &'a str) -> (&'a str, usize) {
    match &failure.place {
        Some((file, line)) => (file, *line),
        None => (file, 1),
    }
}

fn log(
    rules: &[&'static Tag],
    results: Vec<ResultObject>,
    notifications: Vec<Notification>,
) -> Log {
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "reldeb",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: PAGE,
                    rules: rules.iter().map(|tag| rule(tag)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: notifications.is_empty(),
                tool_execution_notifications: notifications,
            }],
            column_kind: "unicodeCodePoints",
            results,
        }],
    }
}

fn rule(tag: &Tag) -> Rule {
    let lintian = tag.lintian.iter().map(|name| format!("lintian:{name}"));
    Rule {
        id: tag.name,
        short_description: message(tag.summary()),
        full_description: message(&tag.explanation()),
        help: message(&tag.remedy()),
        help_uri: format!("{PAGE}#{}", tag.name),
        default_configuration: Configuration {
            level: level(tag.severity),
        },
        properties: Properties {
            tags: lintian.collect(),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// Returns a result. Its fingerprint is made of what does not change with lines above it: the kind, the package and
/// the place, and a number where those are the same.
fn result(
    placed: &Placed,
    rules: &[&'static Tag],
    seen: &mut BTreeMap<String, usize>,
) -> ResultObject {
    let Placed {
        finding, package, ..
    } = placed;
    let place = match &finding.location {
        Some(Location::Package { path }) => path.as_str(),
        Some(Location::Release { release_file, .. }) => release_file.as_str(),
        Some(Location::Manifest { .. }) | None => finding.message.as_str(),
    };
    let key = format!("{}:{package}:{place}", finding.tag);
    let number = seen.entry(key.clone()).or_default();
    *number += 1;
    let fingerprint = format!("{:016x}:{number}", hash(key.as_bytes()));
    let text = with_hint(&finding.message, finding.hint.as_ref());
    let rule = rules.iter().position(|tag| tag.name == finding.tag.name);
    ResultObject {
        rule_id: finding.tag.name,
        rule_index: rule.unwrap_or_default(),
        level: level(finding.severity),
        message: message(&escape::lines(&text)),
        locations: vec![location(placed)],
        partial_fingerprints: BTreeMap::from([("reldeb/v1", fingerprint)]),
    }
}

fn with_hint(message: &str, hint: Option<&String>) -> String {
    let hint = hint.map_or_else(String::new, |hint| format!("\n{hint}"));
    format!("{message}{hint}")
}

/// Returns a text as a message of SARIF, in which a pair of braces is a placeholder, and `[text](target)` a link.
fn message(text: &str) -> Text {
    let text = text.replace("](", "]\\u{28}");
    Text {
        text: text.replace('{', "{{").replace('}', "}}"),
    }
}

/// Returns the place of a finding. GitHub refuses a whole document where one has no line of a file, so the first
/// stands for what is about all of it.
fn location(placed: &Placed) -> Place {
    let (file, start_line) = match &placed.line {
        Some((file, line)) => (file, *line),
        None => (&placed.file, 1),
    };
    let physical_location = PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri(file) },
        region: Region { start_line },
    };
    let named = match &placed.finding.location {
        Some(Location::Package { path }) => format!("{}:{path}", placed.package),
        Some(Location::Release { release_file, .. }) => release_file.clone(),
        // A package whose control file cannot be read has no name.
        _ if placed.package.is_empty() => file.clone(),
        Some(Location::Manifest { .. }) | None => placed.package.clone(),
    };
    let logical = LogicalLocation {
        fully_qualified_name: escape::line(&named).into_owned(),
        kind: "resource",
    };
    Place {
        physical_location,
        logical_locations: [logical],
    }
}

/// Returns a path as a reference of RFC 3986: relative, or one of a file where it is absolute.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// Returns the sum of some bytes by FNV-1a: the same everywhere and for ever.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns the commands of GitHub's workflows, a line for each finding.
pub(super) fn github(findings: &[Placed], least: Severity) -> String {
    let mut text = String::new();
    for placed in findings.iter().filter(|it| it.finding.severity >= least) {
        let Placed { finding, line, .. } = placed;
        let command = match finding.severity {
            Severity::Info => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut properties = vec![format!("title={}", finding.tag)];
        if let Some((file, line)) = line {
            properties.push(at(file, *line));
        }
        let package = finding.package.as_ref();
        let package = package.map_or_else(String::new, |name| format!("{name}: "));
        let hint = finding.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
        let message = format!("{package}{}{hint}", finding.message);
        let message = data(&escape::lines(&message));
        let _ = writeln!(text, "::{command} {}::{message}", properties.join(","));
    }
    text
}

/// Returns the command of GitHub's workflows for a run that could not look at the package.
pub(super) fn github_of_failure(failure: &Failure, file: &str) -> String {
    let (file, line) = place_of(failure, file);
    let hint = failure.hint.as_ref();
    let hint = hint.map_or_else(String::new, |hint| format!("\nhint: {hint}"));
    let message = data(&escape::lines(&format!("{}{hint}", failure.message)));
    format!("::error title=reldeb,{}::{message}\n", at(file, line))
}

fn at(file: &str, line: usize) -> String {
    format!("file={},line={line}", property(file))
}

/// Returns a text in which no command ends or begins.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&escape::line(text))
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references_and_texts_stay_one_line() {
        assert_eq!(uri("./a b/ü:1.toml"), "a%20b/%C3%BC%3A1.toml");
        assert_eq!(uri("/a/b.deb"), "file:///a/b.deb");
        let text = message("`${X}` and [here](1)").text;
        assert_eq!(text, "`${{X}}` and [here]\\u{{28}}1)");
        assert_eq!(data("a\n::error::b%"), "a%0A::error::b%25");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc\\n");
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
