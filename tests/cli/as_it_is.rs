//! Manifests of packages that are to stay as they are: no documents, no scripts, no errors of ours.

use crate::building::{demo, refused};
use crate::support::Test;

/// A package without a release.
fn plain(package: &str, more: &str) -> Test {
    let test = demo(package, "");
    let manifest = format!(
        "[package]\nname = \"demo\"\nversion = \"1.0\"\nmaintainer = \"Ann Example <ann@example.com>\"\n\
         description = \"demonstrates\\nAll of it.\"\n{package}\n[files]\n\"/usr/lib/tmpfiles.d/demo.conf\" = \
         \"demo.conf\"\n{more}"
    );
    test.manifest(&manifest).file("demo.conf", "d /run/demo\n")
}

fn json(test: Test) -> serde_json::Value {
    let outcome = test.args(["plan", "--json", "-q"]).any_stdout().run();
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    json.pointer("/packages/0").cloned().unwrap_or(json)
}

#[test]
fn a_package_without_documents_has_those_of_files() {
    let paths = |package: &str| {
        let outcome = plain(package, "").args(["plan", "-q"]).any_stdout().run();
        outcome.stdout.matches("/usr/share/doc/demo/").count()
    };
    assert_eq!(paths(""), 3);
    assert_eq!(paths("documents = true"), 3);
    assert_eq!(paths("documents = false"), 0);
    let stderr = "\
        error: reldeb.toml:6: `documents` is `false`, so `package.license` says nothing\n  \
        6 | documents = false\nhint: leave one of them out\n";
    refused(plain("documents = false\nlicense = \"MIT\"", ""), stderr);
}

#[test]
fn scripts_alone_are_all() {
    let scripts = |more: &str| json(plain("", more))["scripts"].clone();
    assert!(scripts("")["postinst"].is_string());
    let alone = scripts("[scripts]\nalone = true\n");
    assert!(alone["postinst"].is_null(), "{alone}");
    let both = scripts("[scripts]\nalone = true\npostinst = \"\"\"\necho 1\n\"\"\"\n");
    assert_eq!(both["postinst"], "#!/bin/sh\necho 1\n");
    let stderr = "\
        error: reldeb.toml:10: `alone` leaves nothing to run but `[scripts]`, and `[user]` needs what reldeb adds\n  \
        10 | alone = true\nhint: leave `alone` or `[user]` out\n";
    refused(plain("", "[scripts]\nalone = true\n[user]\n"), stderr);
}

#[test]
fn findings_that_are_allowed_are_no_errors() {
    let files = "\"/bin/sh\" = { symlink = \"dash\", exact = true }\n";
    let allowed = format!("{files}[check]\nallow = {{ path-of-debian = \"its own\" }}\n");
    let errors = |more: &str| {
        let test = plain("", more).args(["plan", "-q"]);
        test.any_stdout().any_stderr()
    };
    errors(files).status(1).run();
    errors(&allowed).run();
    let stderr = "\
        error: reldeb.toml:10: no finding has the tag `path-of-debain`\n  10 | allow = { path-of-debain = \"why\" }\n\
        hint: did you mean `path-of-debian`?\n";
    refused(
        plain("", "[check]\nallow = { path-of-debain = \"why\" }\n"),
        stderr,
    );
}

#[test]
fn a_source_has_its_own_version() {
    let test = plain("source = \"demos (1:0.9)\"", "");
    let control = json(test)["control"].clone();
    assert_eq!(control["Source"], "demos (1:0.9)", "{control}");
}
