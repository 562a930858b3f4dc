//! `reldeb build --publish`.

use crate::support::Test;

const MANIFEST: &str = r#"
    [package]
    name = "orders"
    version = "1.0"
    architecture = "all"
    maintainer = "Ann <ann@example.com>"
    description = "order service"
    [files]
    "/usr/share/orders/read-me" = "read-me"
"#;

fn project(publish: &str) -> Test {
    Test::new()
        .manifest(&format!("{MANIFEST}{publish}"))
        .file("read-me", "read me\n")
        .args(["build", "--quiet", "--publish"])
}

#[test]
fn packages_go_where_the_manifest_says() {
    let test = project("    [publish]\n    target = \"apt\"\n    suite = \"testing\"\n");
    let mut init = std::process::Command::new(env!("CARGO_BIN_EXE_reldeb"));
    init.env_clear().current_dir(test.path(""));
    let words = "repo init apt --origin Example --suite testing --key new";
    crate::packed::success(init.args(words.split(' ')));
    let outcome = test
        .env("RELDEB_KEY", "reldeb.key")
        .stdout("dist/orders_1.0_all.deb\norders 1.0 all added to testing main\n")
        .run();
    assert_eq!(
        outcome.read("apt/pool/main/o/orders/orders_1.0_all.deb"),
        outcome.read("dist/orders_1.0_all.deb")
    );
}

#[test]
fn without_a_place_or_a_key_nothing_is_built() {
    let outcome = project("")
        .status(2)
        .stderr(
            "
            error: `reldeb.toml` names no repository
            hint: name it with `target` in `[publish]`
            ",
        )
        .run();
    assert!(!outcome.path("dist").exists());
    let outcome = project("    [publish]\n    target = \"apt\"\n")
        .status(2)
        .stderr(
            "
            error: no key to sign with
            hint: name it with `--key FILE` or the variable `RELDEB_KEY`; `reldeb repo init --key new` makes one
            ",
        )
        .run();
    assert!(!outcome.path("dist").exists());
}

#[test]
fn names_of_suites_are_checked_where_they_stand() {
    project("    [publish]\n    target = \"apt\"\n    suite = \"a/b\"\n")
        .status(1)
        .any_stderr()
        .run();
}

#[test]
fn what_is_published_is_not_installed_at_once() {
    let outcome = project("    [publish]\n    target = \"apt\"\n")
        .args(["--install"])
        .status(2)
        .any_stderr()
        .run();
    let message = "error: the argument '--publish' cannot be used with '--install'\n";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert!(!outcome.path("dist").exists());
}
