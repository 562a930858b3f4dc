//! Manual pages, completions and units that `init` finds beside a program.

use crate::support::Test;

/// A project with files of all kinds, and some that only look like them.
fn project() -> Test {
    Test::new()
        .file(
            "Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"1.0.0\"\n[package.metadata.deb]\nassets = []\n",
        )
        .file("src/main.rs", "")
        .file("doc/app.1", ".TH APP 1\n")
        .file("doc/v1.1", "The release of May\n")
        .file("systemd/app.socket", "[Unit]\n[Socket]\nListenStream=80\n")
        .file("systemd/other.service", "not a unit\n")
        .file("vendor/x/x.1", ".TH X 1\n")
        .file("contrib/completion/app.fish", "complete -c app\n")
        .file("contrib/setup.bash", "echo set up\n")
        .file("target/release/.cargo-lock", "")
        .executable("target/release/app", "#!/bin/sh\n")
        .file(
            "target/release/build/app-0123abcd/out/app.bash",
            "complete -F _app app\n",
        )
        .file(
            "target/release/build/app-0123abcd/out/_app",
            "#compdef app\n",
        )
}

#[test]
fn what_a_project_has_for_its_package_is_proposed() {
    let outcome = project()
        .env("DEBFULLNAME", "Jo")
        .env("DEBEMAIL", "jo@example.com")
        .args(["init"])
        .any_stdout()
        .any_stderr()
        .run();
    let text = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(text.parse::<toml::Table>().is_ok(), "{text}");
    let (_, files) = text.split_once("[files]\n").unwrap();
    assert_eq!(
        files,
        "# The project has these too. Take the sign away for those that are to be packed:\n\
         # \"/usr/lib/systemd/system/app.socket\" = \"systemd/app.socket\"\n\
         # \"/usr/share/bash-completion/completions/app\" = \"target/release/build/app-*/out/app.bash\"\n\
         # \"/usr/share/fish/vendor_completions.d/app.fish\" = \"contrib/completion/app.fish\"\n\
         # \"/usr/share/man/man1/app.1\" = \"doc/app.1\"\n\
         # \"/usr/share/zsh/vendor-completions/_app\" = \"target/release/build/app-*/out/_app\"\n\
         # Cargo.toml has `[package.metadata.deb]` of cargo-deb: its assets are not taken over.\n"
    );
    // As they stand, without their signs, they are packed.
    let uncommented = text.replace("# \"/", "\"/");
    std::fs::write(outcome.path("reldeb.toml"), uncommented).unwrap();
    let manifest = outcome.path("reldeb.toml");
    let plan = Test::new()
        .args(["plan", "-q", "--json", "-m", manifest.to_str().unwrap()])
        .any_stdout()
        .run();
    for path in [
        "/usr/share/bash-completion/completions/app",
        "/usr/share/man/man1/app.1.gz",
        "/usr/share/zsh/vendor-completions/_app",
    ] {
        assert!(plan.stdout.contains(&format!("\"{path}\"")), "{path}");
    }
}

#[test]
fn a_path_dependency_is_a_member_of_its_workspace() {
    let outcome = Test::new()
        .file("Cargo.toml", "[workspace]\nmembers = [\"client\"]\n")
        .file(
            "client/Cargo.toml",
            "[package]\nname = \"task\"\nversion = \"4.0.0\"\n[dependencies]\ntaskd = { path = \"../daemon\" }\n",
        )
        .file("client/src/main.rs", "")
        .file("daemon/Cargo.toml", "[package]\nname = \"taskd\"\nversion = \"4.0.0\"\n")
        .file("daemon/src/main.rs", "")
        .file(".cargo/config.toml", "[build]\ntarget = \"host-tuple\"\n")
        .file("target/x86_64-unknown-linux-gnu/release/.cargo-lock", "")
        .executable("target/x86_64-unknown-linux-gnu/release/task", "#!/bin/sh\n")
        .executable("target/x86_64-unknown-linux-gnu/release/taskd", "#!/bin/sh\n")
        .env("DEBFULLNAME", "Jo")
        .env("DEBEMAIL", "jo@example.com")
        .args(["init"])
        .any_stdout()
        .any_stderr()
        .run();
    let manifest = outcome.path("reldeb.toml");
    let text = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(
        text.contains("path = \"target/x86_64-unknown-linux-gnu/release\"\n"),
        "{text}"
    );
    let plan = Test::new()
        .args(["plan", "-q", "--json", "-m", manifest.to_str().unwrap()])
        .any_stdout()
        .any_stderr()
        .run();
    for program in ["/bin/task\"", "/bin/taskd\""] {
        assert!(plan.stdout.contains(program), "{program} {}", plan.stdout);
    }
}
