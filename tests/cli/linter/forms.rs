//! The forms of the answer, and what decides the exit status.

use serde_json::Value;

use crate::support::Test;

/// A project whose postinst and sudo rule have faults.
pub(super) fn project(check: &str) -> Test {
    let manifest = format!(
        "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"A <a@example.com>\"\n\
         description = \"shows the linter\"\narchitecture = \"all\"\n\
         [files]\n\"/etc/demo.conf\" = \"demo.conf\"\n{check}"
    );
    Test::new()
        .file("reldeb.toml", manifest)
        .file("demo.conf", "password = hunter2hunter2\n")
}

const SECRET: &str = "`/etc/demo.conf`, line 1, gives `password` a value that all can read";

#[test]
fn github_shows_findings_beside_the_manifest() {
    let outcome = project("")
        .args(["check", "--format", "github"])
        .any_stdout()
        .any_stderr()
        .run();
    let expected = format!("::warning title=secret-readable,file=reldeb.toml,line=8::{SECRET}\n");
    assert!(outcome.stdout.contains(&expected), "{}", outcome.stdout);
}

#[test]
fn sarif_has_the_rule_the_place_and_a_fingerprint() {
    let run = || {
        let test = project("")
            .args(["check", "--format", "sarif"])
            .any_stdout()
            .any_stderr();
        test.run().stdout
    };
    let document: Value = serde_json::from_str(&run()).unwrap();
    assert_eq!(document["version"], "2.1.0");
    let run_object = &document["runs"][0];
    let driver = &run_object["tool"]["driver"];
    assert_eq!(driver["name"], "reldeb");
    let rules = driver["rules"].as_array().unwrap();
    let results = run_object["results"].as_array().unwrap();
    let result = results
        .iter()
        .find(|it| it["ruleId"] == "secret-readable")
        .unwrap();
    assert_eq!(result["level"], "warning");
    assert!(
        result["message"]["text"]
            .as_str()
            .unwrap()
            .starts_with(SECRET)
    );
    let place = &result["locations"][0];
    let physical = &place["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "reldeb.toml");
    assert_eq!(physical["region"]["startLine"], 8);
    let logical = &place["logicalLocations"][0];
    assert_eq!(logical["fullyQualifiedName"], "demo:/etc/demo.conf");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let print = result["partialFingerprints"]["reldeb/v1"].as_str().unwrap();
        assert_eq!(print.len(), 18, "{print}");
    }
    assert_eq!(run(), run(), "the same each time");
}

/// GitHub refuses the whole document where one result has none.
#[test]
fn every_result_of_sarif_has_a_file() {
    let folder = project("")
        .args(["build", "-q", "--output", "dist/"])
        .any_stdout()
        .run();
    for (words, usual) in [
        ("check", "reldeb.toml"),
        ("check dist/demo_1.0_all.deb", "dist/demo_1.0_all.deb"),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_reldeb"));
        let words = words.split(' ').chain(["--format", "sarif"]);
        let output = command.args(words).current_dir(folder.path("")).output();
        let document: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let results = document["runs"][0]["results"].as_array().unwrap();
        assert!(!results.is_empty());
        for result in results {
            let physical = &result["locations"][0]["physicalLocation"];
            assert_eq!(physical["artifactLocation"]["uri"], usual, "{result}");
            assert!(
                physical["region"]["startLine"].as_u64() >= Some(1),
                "{result}"
            );
        }
    }
}

#[test]
fn a_denied_finding_is_an_error_and_an_exception_is_none() {
    let deny = [
        "check",
        "--deny",
        "secret-readable",
        "--deny",
        "setuid-program",
        "-q",
    ];
    let outcome = project("")
        .args(deny)
        .status(1)
        .any_stdout()
        .any_stderr()
        .run();
    assert!(
        outcome
            .stderr
            .contains(&format!("error[secret-readable]: {SECRET}\n")),
        "{}",
        outcome.stderr
    );
    let allow = "[check]\nallow = { secret-readable = \"A key for tests.\" }\n";
    project(allow).args(deny).any_stdout().run();
}

#[test]
fn an_exception_that_nothing_needs_is_told() {
    let allow =
        "[check]\nallow = { secret-readable = \"A key for tests.\", setuid-program = \"None.\" }\n";
    project(allow)
        .args(["check"])
        .any_stdout()
        .stderr(
            "
            warning[exception-unused]: reldeb.toml:10: `setuid-program` is allowed, but nothing has it
            hint: take the line out of `allow` in `[check]`
            ",
        )
        .run();
}

#[test]
fn exceptions_become_overrides_of_lintian() {
    let allow = "[check]\nallow = { setuid-program = \"It needs raw sockets.\" }\n";
    let outcome = project(allow).args(["build", "-q"]).any_stdout().run();
    let names = outcome.names("dist");
    let inspect = Test::new()
        .file("x.deb", outcome.read(&format!("dist/{}", names[0])))
        .args([
            "inspect",
            "x.deb",
            "--cat",
            "/usr/share/lintian/overrides/demo",
        ]);
    inspect
        .stdout("# It needs raw sockets.\ndemo: elevated-privileges\n")
        .run();
}

/// To a lintian without it, a tag in an override is an error.
#[test]
fn overrides_have_tags_that_each_lintian_knows() {
    let allow = "[check]\nallow = { script-registers-wrongly = \"It must be.\" }\n";
    let outcome = project(allow).args(["build", "-q"]).any_stdout().run();
    let names = outcome.names("dist");
    let call = [
        "inspect",
        "x.deb",
        "--cat",
        "/usr/share/lintian/overrides/demo",
    ];
    Test::new()
        .file("x.deb", outcome.read(&format!("dist/{}", names[0])))
        .args(call)
        .stdout(
            "# It must be.\ndemo: maintainer-script-sets-alternative-improperly\n\n\
             # It must be.\ndemo: postrm-removes-alternative\n\n\
             # It must be.\ndemo: unconditional-use-of-dpkg-statoverride\n\n\
             # It must be.\ndemo: package-uses-local-diversion\n",
        )
        .run();
}

#[test]
fn unknown_words_are_refused() {
    let table = [
        (
            "--policy",
            "debiam",
            "POLICY",
            "invalid policy `debiam`, expected `debian`, `third-party` or `strict`; did you mean `debian`?",
        ),
        (
            "--deny",
            "setuid-programm",
            "TAG",
            "no finding has the tag `setuid-programm`; did you mean `setuid-program`?",
        ),
    ];
    for (flag, word, value, message) in table {
        Test::new()
            .args(["check", flag, word])
            .status(2)
            .stderr(&format!("error: invalid value '{word}' for '{flag} <{value}>': {message}\n\nFor more information, try '--help'.\n"))
            .run();
    }
}
