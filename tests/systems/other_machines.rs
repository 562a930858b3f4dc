//! Releases for machines that are not this one: Debian's own Erlang of armhf, arm64 and riscv64,
//! packed here. apt says whether what the packages depend on is to be had there.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::example::successful;
use crate::support::skip;
use crate::system::base;

/// apt for a machine of another architecture on which nothing is installed.
pub(crate) struct Apt {
    pub(crate) directory: TempDir,
}

impl Apt {
    pub(crate) fn new(architecture: &str, suite: &str, mirror: &str) -> Self {
        let directory = TempDir::new().unwrap();
        let at = directory.path().display();
        for folder in ["lists/partial", "cache/archives/partial"] {
            std::fs::create_dir_all(directory.path().join(folder)).unwrap();
        }
        let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
        let configuration = format!(
            "APT::Architecture \"{architecture}\"; APT::Architectures {{ \"{architecture}\"; }};\n\
             Dir::State \"{at}\"; Dir::State::lists \"{at}/lists\"; Dir::State::status \"{at}/status\";\n\
             Dir::Cache \"{at}/cache\"; Dir::Etc::sourcelist \"{at}/sources.list\";\n\
             Dir::Etc::sourceparts \"-\"; Acquire::Languages \"none\"; APT::Sandbox::User \"root\";\n\
             Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
        );
        for (name, text) in [
            ("status", ""),
            (
                "sources.list",
                &format!("deb [signed-by={keyring}] {mirror} {suite} main\n"),
            ),
            ("apt.conf", &configuration),
        ] {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        Self { directory }
    }

    pub(crate) fn get(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        command
            .env("APT_CONFIG", self.directory.path().join("apt.conf"))
            .arg("--quiet")
            .args(arguments)
            .current_dir(self.directory.path());
        command
    }

    /// Fetches the list of packages; `false` where that is not to be had.
    pub(crate) fn update(&self) -> bool {
        let updated = self.get(&["update"]).output();
        updated.is_ok_and(|output| output.status.success())
    }

    /// Unpacks the suite's Erlang, and returns where it lies.
    pub(crate) fn erlang(&self) -> PathBuf {
        successful(&mut self.get(&["download", "erlang-base", "erlang-crypto"]));
        let unpack = "for package in *.deb; do dpkg-deb -x \"$package\" erlang; done";
        let mut shell = Command::new("sh");
        successful(
            shell
                .args(["-e", "-c", unpack])
                .current_dir(&self.directory),
        );
        self.directory.path().join("erlang/usr/lib/erlang")
    }
}

/// Makes a release of relx that uses `crypto`, as `{include_erts, PATH}` of another machine does.
pub(crate) fn release(erlang: &Path, project: &Path) {
    let script = "set -e; release=_build/prod/rel/far; mkdir -p $release/bin $release/lib $release/releases/1.0
        cp -a \"$1\"/erts-* $release/
        cp -a \"$1\"/lib/kernel-* \"$1\"/lib/stdlib-* \"$1\"/lib/crypto-* $release/lib/
        erts=$(basename $release/erts-*)
        printf '%s 1.0' \"${erts#erts-}\" >$release/releases/start_erl.data
        printf '{release,{\"far\",\"1.0\"},{erts,\"%s\"},[]}.' \"${erts#erts-}\" >$release/releases/1.0/far.rel
        echo '[].' >$release/releases/1.0/sys.config
        printf '#!/bin/sh\\nRELX_CONFIG_PATH=x\\n' >$release/bin/far
        chmod 755 $release/bin/far
        echo '{relx, [{release, {far, \"1.0\"}, [crypto]}]}.' >rebar.config";
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", script, "sh"]).arg(erlang);
    successful(shell.current_dir(project));
}

/// Builds the package of the release.
pub(crate) fn build(project: &TempDir) -> PathBuf {
    let package = project.path().join("far.deb");
    for arguments in [&["init"][..], &["build", "-o", package.to_str().unwrap()]] {
        let mut reldeb = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        reldeb
            .env("DEBFULLNAME", "Ann")
            .env("DEBEMAIL", "ann@example.com");
        successful(reldeb.args(arguments).current_dir(project));
    }
    package
}

#[test]
fn releases_for_other_machines_are_built_here() {
    let Some((_root, mirror)) = base("bookworm") else {
        return;
    };
    let both = &["bookworm", "trixie"][..];
    for (architecture, suites, depends) in [
        (
            "armhf",
            both,
            "libc6 (>= 2.34), libssl3t64 (>= 3.0.0) | libssl3 (>= 3.0.0)\n",
        ),
        (
            "arm64",
            both,
            "libc6 (>= 2.34), libssl3 (>= 3.0.0), libstdc++6 (>= 11)\n",
        ),
        // Debian has it since trixie.
        (
            "riscv64",
            &["trixie"],
            "libc6 (>= 2.38), libssl3 (>= 3.4.0)\n",
        ),
    ] {
        let suites = suites.iter();
        let suites: Vec<_> = suites
            .map(|suite| Apt::new(architecture, suite, &mirror))
            .collect();
        if !suites.iter().all(Apt::update) {
            return skip(&format!("needs a mirror that serves {architecture}"));
        }
        let project = TempDir::new().unwrap();
        release(&suites[0].erlang(), project.path());
        let package = build(&project);
        let output = package.to_str().unwrap();
        for (field, expected) in [
            ("Architecture", format!("{architecture}\n")),
            ("Depends", depends.to_owned()),
        ] {
            let mut show = Command::new("dpkg-deb");
            let shown = show.arg("-f").args([output, field]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&shown.stdout), expected);
        }
        for apt in suites {
            let wanted = ["install", "--simulate", "--no-install-recommends", output];
            successful(&mut apt.get(&wanted));
        }
    }
}
