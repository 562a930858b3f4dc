//! The other tools: the reasons for which our packages differ from theirs, and how theirs are recorded.

use std::path::Path;
use std::process::Command;

use super::project::{Project, packages, projects};
use crate::packed::{TIME, success};

/// Why a line differs: its sign and a part of it, or with `$` its end, and the reason.
const REASONS: &[(char, &str, &str)] = &[
    (
        '-',
        "Section: $",
        "policy 5.6.5: each package has a section",
    ),
    (
        '+',
        "Pre-Depends: passwd",
        "the user is there before the files are unpacked",
    ),
    (
        '+',
        "Depends: libc6 (>= N)",
        "what the programs need is asked for",
    ),
    (
        '+',
        "conffile /etc/simple/plain.conf",
        "an upgrade keeps what the sysadmin has changed",
    ),
    (
        '-',
        "0755 root/simple /usr/lib/simple$",
        "folders are root's unless an entry says otherwise",
    ),
    (
        '+',
        "0755 root/root /usr/lib/simple$",
        "folders are root's unless an entry says otherwise",
    ),
    (
        '-',
        "0755 navi/ssl-cert /etc/owned$",
        "folders are root's unless an entry says otherwise",
    ),
    (
        '+',
        "0755 root/root /etc/owned$",
        "folders are root's unless an entry says otherwise",
    ),
    (
        '-',
        " -> /usr/bin/simple$",
        "policy 10.5: a link within a folder of the root is relative",
    ),
    (
        '+',
        " -> simple$",
        "policy 10.5: a link within a folder of the root is relative",
    ),
    (
        '+',
        "Section: misc",
        "policy 5.6.5: each package has a section",
    ),
    (
        '+',
        "Description: ",
        "Debian's form: no article, no full stop, and an extended part",
    ),
    (
        '-',
        "Description: ",
        "Debian's form: no article, no full stop, and an extended part",
    ),
    ('+', "Architecture: all", "no file of it is for one machine"),
    (
        '-',
        "Architecture: amd64",
        "no file of it is for one machine",
    ),
    (
        '-',
        "Depends: ",
        "an empty field is none, and a wrong one cannot be installed",
    ),
    (
        '+',
        "Maintainer: ",
        "policy 5.6.2: a maintainer has a name and an address",
    ),
    (
        '-',
        "Maintainer: ",
        "policy 5.6.2: a maintainer has a name and an address",
    ),
    (
        '+',
        "script p",
        "the package looks after its units and private files, from an upgrade to a purge",
    ),
    (
        '+',
        "/usr/share/lintian",
        "what lintian says of a package made so is known",
    ),
    (
        '+',
        "/changelog",
        "policy 12.7: each package has a changelog",
    ),
    (
        '-',
        "/changelog",
        "policy 12.7: a native package's changelog is changelog.gz",
    ),
    (
        '+',
        "/copyright",
        "policy 12.5: each package has a copyright file",
    ),
    (
        '+',
        "0755 root/root /usr/share/doc",
        "policy 12.5: each package has a copyright file",
    ),
    ('+', "0755 root/root /$", "dpkg-deb has the root as well"),
    (
        '+',
        "0755 root/root /usr$",
        "policy 12.5: each package has a copyright file",
    ),
    (
        '+',
        "0755 root/root /usr/lib$",
        "/lib is a link to /usr/lib",
    ),
    (
        '+',
        "0755 root/root /usr/share$",
        "policy 12.5: each package has a copyright file",
    ),
    ('-', " /lib", "/lib is a link to /usr/lib"),
    ('+', " /usr/lib/systemd", "/lib is a link to /usr/lib"),
    (
        '-',
        "/data",
        "cargo-deb makes a link of an array of two, against its manual",
    ),
    (
        '+',
        "/usr/share/symbolic/b$",
        "cargo-deb makes a link of an array of two, against its manual",
    ),
    ('-', "/man1/", "policy 12.3: manual pages are compressed"),
    ('+', "/man1/", "policy 12.3: manual pages are compressed"),
    (
        '-',
        "/usr/share/linked/current$",
        "links that a glob finds stay links",
    ),
    (
        '+',
        "/usr/share/linked/current -> one$",
        "links that a glob finds stay links",
    ),
    (
        '+',
        "/usr/share/with-link/folder -> ../rel$",
        "a link to a folder is told, where nfpm leaves it out",
    ),
];

/// Returns the reason for which a line differs.
pub(super) fn reason(line: &str) -> Option<&'static str> {
    let mut reasons = REASONS.iter();
    reasons.find_map(|(sign, part, reason)| {
        let fits = match part.strip_suffix('$') {
            Some(end) => line.ends_with(end),
            None => line.contains(part),
        };
        (line.starts_with(*sign) && fits).then_some(*reason)
    })
}

/// Records what cargo-deb 3.7 and nfpm 2.48 build: `CARGO_DEB` and `NFPM` name them.
#[test]
#[ignore = "needs the other tools"]
fn record_what_peers_build() {
    for (folder, variable) in [("cargo", "CARGO_DEB"), ("nfpm", "NFPM")] {
        let Some(program) = std::env::var_os(variable) else {
            continue;
        };
        for path in projects(folder) {
            let mut project = Project::read(&path);
            if project
                .words("import")
                .iter()
                .any(|word| word.contains("goreleaser"))
            {
                continue;
            }
            for variant in project.builds() {
                let out = project.folder.path().join("peer");
                std::fs::create_dir_all(&out).unwrap();
                let mut command = Command::new(&program);
                command.current_dir(project.folder.path());
                command.env("SOURCE_DATE_EPOCH", TIME);
                let variables = project.words("environment");
                command.envs(variables.iter().filter_map(|word| word.split_once('=')));
                if folder == "cargo" {
                    of_cargo_deb(&mut command, &project, variant.as_deref(), &out);
                } else {
                    let file = project.words("import");
                    let file = file.first().map_or("nfpm.yaml", |file| file);
                    command
                        .args(["package", "-p", "deb", "-f", file, "-t"])
                        .arg(&out);
                }
                success(&mut command);
                let suffix = variant.map_or_else(String::new, |it| format!(" {it}"));
                project.set(&format!("peer{suffix}"), packages(&out));
                std::fs::remove_dir_all(&out).unwrap();
            }
            project.write(&path);
        }
    }
}

fn of_cargo_deb(command: &mut Command, project: &Project, variant: Option<&str>, out: &Path) {
    command
        .args(["--no-build", "--no-strip", "--offline", "-o"])
        .arg(out);
    if let Some(variant) = variant {
        command.args(["--variant", variant]);
    }
    if let Some(file) = project.words("import").first() {
        command.args(["--manifest-path", file]);
    }
}
