//! `--exclude` in manifests, which later builds read; and files of sudo.

use super::words;
use crate::support::{Outcome, Test};

const WHO: &str = "-s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description x";

fn project() -> Test {
    Test::new()
        .file("app/lib/main.js", "1\n")
        .file("app/lib/main.map", "2\n")
        .file("app/old.bak", "3\n")
        .file("app/cache/a", "4\n")
        .file("app/lib/cache/b", "5\n")
        .file("app/z.d/x", "6\n")
        .env("SOURCE_DATE_EPOCH", "1700000000")
}

fn run(test: Test, line: &str) -> Outcome {
    let test = test.args(words(line)).any_stdout().any_stderr();
    test.run()
}

/// Compares the package of a command with that of its manifest, which is returned with what is said of it.
fn both(line: &str) -> (String, Vec<String>) {
    let by_command = run(project(), &format!("fpm {WHO} {line}"));
    let printed = run(project(), &format!("fpm --print-manifest {WHO} {line}"));
    let built = run(project().manifest(&printed.stdout), "build -q");
    let file = "demo_1.0_all.deb";
    assert!(built.read(file) == by_command.read(file), "{line}");
    let said = printed.stderr.lines().filter(|it| it.contains("--exclude"));
    (printed.stdout.clone(), said.map(str::to_owned).collect())
}

#[test]
fn patterns_count_for_later_builds() {
    let line =
        "-x '**/*.bak' -x '**/*.map' -x '**/*.tmp' -x '*/cache/*' -x srv/app/z.d app/=/srv/app";
    let (manifest, said) = both(line);
    let entry = "\"/srv/app/\" = { source = \"app/\", exclude = [\"*.bak\", \"*.map\", \"*.tmp\", \
                 \"/**/cache/*\", \"/z.d/\"] }\n";
    assert!(manifest.contains(entry), "{manifest}");
    let nothing = "warning[fpm-otherwise]: `**/*.tmp` of `--exclude` matches nothing";
    assert_eq!(said, [nothing]);
    // A secret of a later day stays out.
    let later = project().file("app/lib/key.tmp", "secret\n");
    let built = run(later.manifest(&manifest), "build -q");
    let listing = super::dpkg_deb(&["--contents"], &built.path("demo_1.0_all.deb"));
    assert!(listing.contains("./srv/app/lib/main.js\n"), "{listing}");
    assert!(!listing.contains(".tmp"), "{listing}");
}

#[test]
fn patterns_start_at_the_prefix() {
    let (manifest, said) = both("-x 'lib/*.map' -x '*.bak' --prefix /opt/x -C app .");
    let entry = "exclude = [\"/lib/**/*.map\", \"/[!.]*.bak\", \"/[!.]*/**/*.bak\"] }\n";
    assert!(manifest.contains(entry), "{manifest}");
    assert_eq!(said, [""; 0]);
}

#[test]
fn what_gitignore_cannot_say_becomes_paths() {
    let (manifest, said) = both("-x 'srv/app/[!l]*' -x '*.map' app/=/srv/app");
    let entry = "exclude = [\"*.map\", \"/cache/\", \"/old.bak\", \"/z.d/\"] }\n";
    assert!(manifest.contains(entry), "{manifest}");
    let told = "`srv/app/[!l]*` of `--exclude` is no pattern of gitignore: the paths that it matches now are \
                written, and later ones are packed";
    assert_eq!(said, [format!("warning[fpm-otherwise]: {told}")]);
    assert!(manifest.contains(&format!("# - {told}\n")), "{manifest}");
    // The package itself lacks nothing.
    let built = run(
        project(),
        &format!("fpm {WHO} -x 'srv/app/[!l]*' app/=/srv/app"),
    );
    assert!(!built.stderr.contains("gitignore"), "{}", built.stderr);
}

#[test]
fn files_of_sudo_are_roots() {
    for (mode, options, sources) in [
        (0o440, "", "-C root ."),
        (0o644, "", "-C root ."),
        (0o600, "", "root/etc/sudoers.d/demo=/etc/sudoers.d/demo"),
        (
            0o440,
            "--deb-use-file-permissions --deb-user backup --deb-group backup",
            "-C root .",
        ),
    ] {
        let test = Test::new()
            .file("root/usr/share/demo/x", "x\n")
            .file_with_mode("root/etc/sudoers.d/demo", "ops ALL = /bin/true\n", mode);
        let built = run(test, &format!("fpm {WHO} {options} {sources}"));
        let listing = super::dpkg_deb(&["--contents"], &built.path("demo_1.0_all.deb"));
        let line = listing
            .lines()
            .find(|it| it.ends_with("./etc/sudoers.d/demo"));
        assert!(
            line.unwrap().starts_with("-r--r----- root/root "),
            "{listing}"
        );
        assert!(!built.stderr.contains("private-file"), "{}", built.stderr);
    }
    let manifest = "[package]\nname = \"demo\"\nversion = \"1\"\narchitecture = \"all\"\n\
                    maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"x\"\n\
                    [files]\n\"/etc/sudoers.d/demo\" = \"x\"\n";
    let test = Test::new().file_with_mode("x", "ops ALL = /bin/true\n", 0o600);
    let built = run(test.manifest(manifest), "build -q");
    let listing = super::dpkg_deb(&["--contents"], &built.path("dist/demo_1_all.deb"));
    let line = listing
        .lines()
        .find(|it| it.ends_with("./etc/sudoers.d/demo"));
    assert!(
        line.unwrap().starts_with("-r--r----- root/root "),
        "{listing}"
    );
}
