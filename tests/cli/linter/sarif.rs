//! SARIF as its schema and its text have it, and as GitHub takes it. The shape was taken from documents that
//! the schema of OASIS, with its formats, finds nothing wrong with.

use serde_json::{Value, json};

use super::forms::project;
use super::seeds::Seed;
use crate::forged::Header;
use crate::support::Test;

/// The keys that each object has, and the kinds of their values.
fn shape() -> Value {
    let text = json!({ "text": "message" });
    json!({
        "$schema": "uri",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "text",
                "version": "text",
                "informationUri": "uri",
                "rules": [{
                    "id": "text",
                    "shortDescription": text,
                    "fullDescription": text,
                    "help": text,
                    "helpUri": "uri",
                    "defaultConfiguration": { "level": "level" },
                    "properties": { "tags": ["text"] },
                }],
            } },
            "invocations": [{
                "executionSuccessful": "yes-or-no",
                "toolExecutionNotifications": [{
                    "level": "error",
                    "message": text,
                    "locations": [{ "physicalLocation": {
                        "artifactLocation": { "uri": "uri" },
                        "region": { "startLine": "line" },
                    } }],
                }],
            }],
            "columnKind": "unicodeCodePoints",
            "results": [{
                "ruleId": "text",
                "ruleIndex": "index",
                "level": "level",
                "message": text,
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": "uri" },
                        "region": { "startLine": "line" },
                    },
                    "logicalLocations": [{ "fullyQualifiedName": "text", "kind": "resource" }],
                }],
                "partialFingerprints": { "reldeb/v1": "text" },
            }],
        }],
    })
}

/// Returns whether a text is a reference of RFC 3986: of its characters alone, and without a scheme that is none.
fn is_uri(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    !text.is_empty()
        && text.chars().all(allowed)
        && scheme.is_none_or(|it| ["https", "file"].contains(&it))
}

/// Returns whether a text has neither placeholders nor links: a brace stands for itself where it is doubled.
fn is_message(text: &str) -> bool {
    let rest = text.replace("{{", "").replace("}}", "");
    !text.is_empty() && !rest.contains(['{', '}']) && !text.contains("](")
}

/// Compares a value with its shape.
#[track_caller]
fn assert_fits(value: &Value, shape: &Value, at: &str) {
    match (value, shape) {
        (Value::Object(value), Value::Object(shape)) => {
            let keys: Vec<_> = value.keys().collect();
            assert_eq!(keys, shape.keys().collect::<Vec<_>>(), "{at}");
            for (key, value) in value {
                assert_fits(value, &shape[key], &format!("{at}.{key}"));
            }
        }
        (Value::Array(value), Value::Array(shape)) => {
            for (number, item) in value.iter().enumerate() {
                assert_fits(item, &shape[0], &format!("{at}[{number}]"));
                assert!(!value[..number].contains(item), "{at}[{number}] is twice");
            }
        }
        (Value::Bool(_), Value::String(kind)) => assert_eq!(kind, "yes-or-no", "{at}"),
        (Value::Number(number), Value::String(kind)) => {
            let least = u64::from(kind == "line");
            assert!(number.as_u64() >= Some(least), "{at}: {number}");
        }
        (Value::String(text), Value::String(kind)) => match kind.as_str() {
            "uri" => assert!(is_uri(text), "{at}: {text}"),
            "message" => assert!(is_message(text), "{at}: {text}"),
            "level" => assert!(["note", "warning", "error"].contains(&&**text), "{at}"),
            "text" => assert!(!text.is_empty(), "{at}"),
            exact => assert_eq!(text, exact, "{at}"),
        },
        _ => panic!("{at}: {value}, expected {shape}"),
    }
}

#[track_caller]
fn document(test: Test, status: i32, words: &[&str]) -> Value {
    let words = [&["check", "--format", "sarif"], words].concat();
    let test = test.args(words).status(status);
    let outcome = test.any_stdout().any_stderr().run();
    let document = serde_json::from_str(&outcome.stdout).unwrap();
    assert_fits(&document, &shape(), "$");
    document
}

/// A package whose names and scripts have what means something in messages and references.
fn nasty() -> Vec<u8> {
    let name = "./usr/share/clean/{0} [x](javascript:1) \u{7}%é";
    let entry = Header::new(b'0', name).mode(0o4777).bytes();
    let seed = Seed::clean()
        .field("Package", "")
        .entry(&name[2..], entry)
        .script("postinst", "rm -rf \"${X}/\"");
    seed.package().bytes()
}

#[test]
fn documents_fit_the_schema_and_what_github_asks_for() {
    let line = |document: &Value| {
        let results = document["runs"][0]["results"].as_array().unwrap();
        let places = results.iter().map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            format!("{uri}:{}", place["region"]["startLine"])
        });
        places.collect::<std::collections::BTreeSet<_>>()
    };
    let of_manifest = document(project(""), 0, &[]);
    assert_eq!(
        line(&of_manifest).into_iter().collect::<Vec<_>>(),
        ["reldeb.toml:8"]
    );
    let of_package = document(Test::new().file("a b.deb", nasty()), 1, &["./a b.deb"]);
    assert_eq!(
        line(&of_package).into_iter().collect::<Vec<_>>(),
        ["a%20b.deb:1"]
    );
    let clean = Seed::clean().package().bytes();
    let none = document(Test::new().file("x.deb", clean), 0, &["x.deb"]);
    assert_eq!(none["runs"][0]["results"], json!([]));
    let invocation = json!([{ "executionSuccessful": true, "toolExecutionNotifications": [] }]);
    assert_eq!(none["runs"][0]["invocations"], invocation);
}

#[test]
fn what_names_a_rule_is_there() {
    let document = document(
        Test::new().file("x.deb", nasty()),
        1,
        &["x.deb", "--policy", "strict"],
    );
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 1, "{results:#?}");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
}

/// Runs that cannot look at anything: their words, the file and line that they are about, and the message.
fn failures() -> Vec<(
    Test,
    &'static [&'static str],
    &'static str,
    u64,
    &'static str,
)> {
    let manifest = "[package]\nname = \"a {0}\"\n";
    vec![
        (
            Test::new().file("a b/reldeb.toml", manifest),
            &["-m", "a b"],
            "a b/reldeb.toml",
            2,
            "a b/reldeb.toml:2: invalid package name `a {0}`: contains a space at character 2, expected lower case \
             letters, digits and `+ - .`\n  2 | name = \"a {0}\"",
        ),
        (
            Test::new(),
            &[],
            "reldeb.toml",
            1,
            "no `reldeb.toml` in `.`",
        ),
        (
            Test::new().file("x.deb", "no package"),
            &["./x.deb"],
            "x.deb",
            1,
            "`./x.deb` is not a Debian package: it does not start with `!<arch>`",
        ),
        (
            Test::new(),
            &["x.deb"],
            "x.deb",
            1,
            "cannot open `x.deb`: no such file or directory",
        ),
    ]
}

/// An upload fails where there is no document, and hides why.
#[test]
fn a_run_that_cannot_look_says_so_in_its_document() {
    for (test, words, file, line, message) in failures() {
        let document = document(test, 2, words);
        let run = &document["runs"][0];
        assert_eq!(run["results"], json!([]));
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        let told = &run["invocations"][0]["toolExecutionNotifications"][0];
        let text = told["message"]["text"].as_str().unwrap();
        let text = text.replace("{{", "{").replace("}}", "}");
        assert_eq!(&text[..message.len().min(text.len())], message);
        let place = &told["locations"][0]["physicalLocation"];
        let uri = file.replace(' ', "%20");
        assert_eq!(place["artifactLocation"]["uri"], uri);
        assert_eq!(place["region"]["startLine"], line);
    }
}

#[test]
fn a_run_that_cannot_look_is_an_error_of_a_workflow() {
    for (test, words, file, line, message) in failures() {
        let words = [&["check", "--format", "github"], words].concat();
        let outcome = test.args(words).status(2).any_stdout().any_stderr().run();
        let message = message.replace('\n', "%0A");
        let start = format!("::error title=reldeb,file={file},line={line}::{message}");
        assert!(outcome.stdout.starts_with(&start), "{}", outcome.stdout);
        assert_eq!(outcome.stdout.lines().count(), 1, "{}", outcome.stdout);
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    }
}

#[test]
fn a_run_that_cannot_look_prints_no_other_document() {
    for words in [&["check", "x.deb"][..], &["check", "--json", "x.deb"]] {
        let error = "error: cannot open `x.deb`: no such file or directory\n";
        Test::new().args(words).status(2).stderr(error).run();
    }
}
