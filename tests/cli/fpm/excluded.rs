//! `--exclude` in manifests, which later builds read; and files of sudo.

use super::words;
use crate::support::{Outcome, Test};

const WHO: &str = "-s dir -t deb -n demo -a all -m 'Ann Example <ann@example.com>' --description x";

fn run(test: Test, line: &str) -> Outcome {
    let test = test.args(words(line)).any_stdout().any_stderr();
    test.run()
}

#[test]
fn files_of_sudo_are_roots() {
    for (mode, options) in [
        (0o440, ""),
        (0o644, ""),
        (
            0o440,
            "--deb-use-file-permissions --deb-user backup --deb-group backup",
        ),
    ] {
        let test = Test::new()
            .file("root/usr/share/demo/x", "x\n")
            .file_with_mode("root/etc/sudoers.d/demo", "ops ALL = /bin/true\n", mode);
        let built = run(test, &format!("fpm {WHO} {options} -C root ."));
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
