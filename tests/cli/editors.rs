//! Files that reldeb writes for other programs: completions for shells, manual pages, the schema for editors; and
//! its own package, which has all of them.

use std::path::Path;
use std::process::Command;

use crate::support::{Test, project, skip};

/// Runs a program on a file, and returns what it said and whether it was content. `None`, and a line that
/// says why, where it is missing.
fn run(program: &str, arguments: &[&str], file: &Path) -> Option<(bool, String)> {
    let Ok(output) = Command::new(program).args(arguments).arg(file).output() else {
        skip(&format!("needs `{program}`"));
        return None;
    };
    let said = [output.stdout, output.stderr].concat();
    Some((
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    ))
}

/// Returns the commands that the help lists.
fn commands() -> Vec<String> {
    let help = Test::new().args(["--help"]).any_stdout().run().stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let names = list.lines().filter(|line| !line.starts_with("    "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn shells_read_their_completions() {
    // Of `--compression`, `check --explain` and `--color`.
    let values = ["best", "cookie-on-command-line", "always"];
    for (shell, arguments) in [
        ("bash", &["-n"][..]),
        ("zsh", &["-n"]),
        ("fish", &["--no-execute"]),
    ] {
        let test = Test::new().args(["completions", shell]).any_stdout().run();
        for word in commands().iter().map(String::as_str).chain(values) {
            assert!(test.stdout.contains(word), "{shell}: {word}");
        }
        let file = test.path("completions");
        std::fs::write(&file, &test.stdout).unwrap();
        if let Some(said) = run(shell, arguments, &file) {
            assert_eq!(said, (true, String::new()), "{shell}");
        }
    }
}

#[test]
fn a_shell_completes_after_the_command() {
    let test = Test::new().args(["completions", "bash"]).any_stdout().run();
    let script = format!(
        "{}\ncomplete -p reldeb\nCOMP_WORDS=(reldeb build --compression f)\nCOMP_CWORD=3\n\
         _reldeb reldeb f --compression\necho \"${{COMPREPLY[@]}}\"\n",
        test.stdout
    );
    let file = test.path("script");
    std::fs::write(&file, script).unwrap();
    if let Some((done, said)) = run("bash", &[], &file) {
        assert!(done, "{said}");
        let (first, rest) = said.split_once('\n').unwrap();
        assert!(first.ends_with("-F _reldeb reldeb"), "{first}");
        assert_eq!(rest, "fast\n");
    }
}

#[test]
fn every_command_has_a_manual_page_without_a_fault() {
    let test = Test::new()
        .args(["man", "--output", "pages"])
        .any_stdout()
        .run();
    let names = test.names("pages");
    let written: Vec<String> = test
        .stdout
        .lines()
        .map(|it| it["pages/".len()..].to_owned())
        .collect();
    let mut sorted = written.clone();
    sorted.sort();
    assert_eq!(sorted, names);
    assert_eq!(written[0], "reldeb.1");
    for command in commands() {
        assert!(names.contains(&format!("reldeb-{command}.1")), "{command}");
    }
    assert!(names.contains(&"reldeb-template-show.1".to_owned()));
    for name in &names {
        let page = test.path("pages").join(name);
        if let Some(said) = run("mandoc", &["-Tlint", "-W", "warning"], &page) {
            assert_eq!(said, (true, String::new()), "{name}");
        }
        if let Some(said) = run("groff", &["-man", "-ww", "-z", "-Tutf8"], &page) {
            assert_eq!(said, (true, String::new()), "{name}");
        }
    }
}

#[test]
fn one_manual_page_is_printed() {
    let page = |words: &[&str]| {
        let test = Test::new().args(["man"]).args(words).any_stdout().run();
        test.stdout.lines().nth(2).unwrap().to_owned()
    };
    let version = "2026-11-29 \"reldeb 0.1.0\" \"Packaging with reldeb\"";
    assert_eq!(page(&[]), format!(".TH RELDEB 1 {version}"));
    let title = ".TH RELDEB-TEMPLATE-SHOW 1";
    assert_eq!(page(&["template", "show"]), format!("{title} {version}"));
    for (word, hint) in [
        ("sho", "did you mean `show`?"),
        ("x", "the commands are `list` and `show`"),
    ] {
        Test::new()
            .args(["man", "template", word])
            .status(2)
            .stderr(&format!(
                "error: `reldeb template` has no command `{word}`\nhint: {hint}\n"
            ))
            .run();
    }
    Test::new()
        .args(["man", "schema", "x"])
        .status(2)
        .stderr(
            "
            error: `reldeb schema` has no command `x`
            hint: it has no commands
            ",
        )
        .run();
}

#[test]
fn init_names_the_schema_for_editors() {
    let project = || {
        Test::new()
            .env("DEBFULLNAME", "Ann Example")
            .env("DEBEMAIL", "ann@example.com")
            .file(
                "app/Cargo.toml",
                "[package]\nname = \"tool\"\nversion = \"1.0.0\"\n",
            )
            .file("app/src/main.rs", "fn main() {}\n")
            .directory("editor")
            .any_stderr()
    };
    let arguments = ["init", "app", "--schema", "editor/reldeb.schema.json"];
    let test = project()
        .args(arguments)
        .stdout(
            "
            app/reldeb.toml
            editor/reldeb.schema.json
            next: cargo build --release && reldeb build --manifest app/reldeb.toml
            ",
        )
        .run();
    let manifest = String::from_utf8(test.read("app/reldeb.toml")).unwrap();
    assert!(
        manifest.starts_with("#:schema ../editor/reldeb.schema.json\n"),
        "{manifest}"
    );
    let schema = Test::new().args(["schema"]).any_stdout().run().stdout;
    let written = String::from_utf8(test.read("editor/reldeb.schema.json")).unwrap();
    assert_eq!(written, schema);
    // One that says the same is left, any other is not overwritten.
    project()
        .file("editor/reldeb.schema.json", &schema)
        .args(arguments)
        .any_stdout()
        .run();
    let test = project()
        .file("editor/reldeb.schema.json", "{}")
        .args(arguments)
        .status(1)
        .run();
    assert!(
        test.stderr
            .contains("`editor/reldeb.schema.json` exists, and is not overwritten")
    );
    assert_eq!(test.names("app"), ["Cargo.toml", "src"]);
}

/// Copies the manifest of reldeb's own package, and has the command write what goes along.
fn own_package(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let example = project().join("examples/reldeb");
    for (from, name) in [
        (&*example, "reldeb.toml"),
        (&*example, "generate"),
        (project(), "Cargo.toml"),
    ] {
        std::fs::copy(from.join(name), folder.join(name)).unwrap();
    }
    // The symbols of a test's own program would take lintian a minute.
    let manifest = std::fs::read_to_string(folder.join("reldeb.toml")).unwrap();
    let manifest = manifest + "\n[release]\ndebug-symbols = \"strip\"\n";
    std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
    let mut generate = Command::new(folder.join("generate"));
    let generated = generate.arg(env!("CARGO_BIN_EXE_reldeb")).output().unwrap();
    assert!(generated.status.success(), "{generated:?}");
}

#[test]
fn reldeb_packages_itself() {
    let test = Test::new();
    own_package(&test.path("package"));
    let programs = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
    let words = ["build", "--manifest", "package", "--compression", "gzip:1"];
    let test = test
        .env("RELDEB_PROGRAMS", programs.to_str().unwrap())
        .env("RELDEB_SOURCE", project().to_str().unwrap())
        .args(words)
        .args(["-o", "x.deb"])
        .stdout("x.deb\n")
        .run();
    let package = test.path("x.deb");
    let (done, listing) = run("dpkg-deb", &["-c"], &package).unwrap();
    assert!(done, "{listing}");
    for path in [
        "bin/reldeb",
        "share/bash-completion/completions/reldeb",
        "share/zsh/vendor-completions/_reldeb",
        "share/fish/vendor_completions.d/reldeb.fish",
        "share/man/man1/reldeb.1.gz",
        "share/man/man1/reldeb-build.1.gz",
        "share/reldeb/reldeb.schema.json",
        "share/doc/reldeb/copyright",
        "share/doc/reldeb/manifest.md",
        "share/doc/reldeb/changelog.gz",
    ] {
        let path = format!(" ./usr/{path}\n");
        assert!(listing.contains(&path), "{path}{listing}");
    }
    let arguments = ["-EIL", "+pedantic", "--allow-root"];
    if let Some((_, said)) = run("lintian", &arguments, &package) {
        let loud = said.lines().filter(|line| !line.starts_with("N:"));
        assert_eq!(loud.collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
