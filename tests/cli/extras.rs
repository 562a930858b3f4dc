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
        "\"/usr/bin/app\" = \"target/release/app\"\n\
         \"/usr/share/man/man1/app.1\" = \"doc/app.1\"\n\
         # Cargo.toml has `[package.metadata.deb]` of cargo-deb, which is not taken over: `reldeb import` does it.\n\n\
         [completions]\nbash = \"target/release/build/app-*/out/app.bash\"\n\
         fish = \"contrib/completion/app.fish\"\n\
         zsh = \"target/release/build/app-*/out/_app\"\n\n\
         # A program that waits for requests runs in the background, as a user of its own, by:\n\
         # [service]\n# program = \"/usr/bin/app\"\n\n\
         # The project has units. Take the signs away for those that are to be packed:\n# [units]\n\
         # \"app.socket\" = \"systemd/app.socket\"\n"
    );
    // As it stands, the manifest makes a package.
    let manifest = outcome.path("reldeb.toml");
    let plan = Test::new()
        .args(["plan", "-q", "--json", "-m", manifest.to_str().unwrap()])
        .any_stdout()
        .run();
    for path in [
        "/usr/bin/app",
        "/usr/share/bash-completion/completions/app",
        "/usr/share/fish/vendor_completions.d/app.fish",
        "/usr/share/man/man1/app.1.gz",
        "/usr/share/zsh/vendor-completions/_app",
    ] {
        assert!(plan.stdout.contains(&format!("\"{path}\"")), "{path}");
    }
    assert!(!plan.stdout.contains("/opt"), "{}", plan.stdout);
}

/// Another build has left its files, and the project has those of a program that is not packed.
#[test]
fn what_leaves_a_choice_is_a_comment() {
    let outcome = project()
        .file(
            "target/release/build/app-4567/out/app.bash",
            "complete -F _app app\n",
        )
        .file("contrib/app.fish", "complete -c app\n")
        .file("contrib/_app-admin", "#compdef app-admin\n")
        .file("doc/other.8", ".TH OTHER 8\n")
        .file("doc/app-admin.8", ".TH APP-ADMIN 8\n")
        .env("DEBFULLNAME", "Jo")
        .env("DEBEMAIL", "jo@example.com")
        .args(["init"])
        .any_stdout()
        .any_stderr()
        .run();
    let text = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(text.parse::<toml::Table>().is_ok(), "{text}");
    for part in [
        "\"/usr/share/man/man8/app-admin.8\" = \"doc/app-admin.8\"\n\
         # The project has these too. Take the sign away for those that are to be packed:\n\
         # \"/usr/share/man/man8/other.8\" = \"doc/other.8\"\n",
        "[completions]\n\
         zsh = [\"target/release/build/app-*/out/_app\", \"contrib/_app-admin\"]\n\
         # There are these too, of another command or found more than once:\n\
         # bash = \"target/release/build/app-*/out/app.bash\"\n\
         # fish = \"contrib/app.fish\"\n# fish = \"contrib/completion/app.fish\"\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
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
        text.contains("\"/usr/bin/taskd\" = \"target/x86_64-unknown-linux-gnu/release/taskd\"\n"),
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
