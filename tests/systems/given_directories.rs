//! Directories to which `[files]` gives an owner or a mode: as the package says after an upgrade too, unless
//! somebody else has a say.

use std::path::PathBuf;

use crate::subjects::{foreign, install, stock_with};
use crate::system::System;

/// The directory of most tests.
const PLACE: &str = "/var/lib/goods";

/// `stock` with further lines of `[files]`.
#[track_caller]
fn with(version: &str, lines: &str) -> PathBuf {
    stock_with(version, "", &format!("# {lines:?}"), |folder| {
        let manifest = folder.join("reldeb.toml");
        let text = std::fs::read_to_string(&manifest).unwrap() + lines;
        std::fs::write(&manifest, text).unwrap();
        std::fs::create_dir_all(folder.join("tree/inner")).unwrap();
        std::fs::write(folder.join("tree/inner/file"), "").unwrap();
    })
}

/// `stock` with [`PLACE`], an empty directory.
#[track_caller]
fn with_place(version: &str, rest: &str) -> PathBuf {
    with(
        version,
        &format!("\"{PLACE}/\" = {{ directory = true{rest} }}\n"),
    )
}

const FOR_SERVICE: &str = ", mode = \"0700\", owner = \"stock\", group = \"stock\"";

/// The lines of an installation that are about a path.
fn said(system: &System, package: &std::path::Path, path: &str) -> Vec<String> {
    let output = install(system, package).success();
    let lines = output.stderr.lines().filter(|line| line.contains(path));
    lines.map(str::to_owned).collect()
}

#[test]
fn an_upgrade_gives_a_directory_its_owner_and_mode() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            return;
        };
        let nothing: [&str; 0] = [];
        for (version, rest, expected) in [
            ("1.0", ", mode = \"0755\"", "0755 root:root"),
            (
                "1.1",
                ", mode = \"2775\", group = \"stock\"",
                "2775 root:stock",
            ),
            ("1.2", FOR_SERVICE, "0700 stock:stock"),
            // What a version does not say stays.
            ("1.3", "", "0700 stock:stock"),
            ("1.4", ", mode = \"0711\"", "0711 root:root"),
        ] {
            let said = said(&system, &with_place(version, rest), PLACE);
            assert_eq!(said, nothing, "{version}");
            let expected = format!("directory {expected}");
            assert_eq!(system.entry(PLACE), expected, "{suite} {version}");
        }

        // All directories of a tree, but none that Debian's packages share.
        for (version, mode) in [("1.5", "0755"), ("1.6", "0750")] {
            let line =
                format!("\"/usr/share/\" = {{ source = \"tree\", directory-mode = \"{mode}\" }}\n");
            install(&system, &with(version, &line)).success();
            let expected = format!("directory {mode} root:root");
            assert_eq!(system.entry("/usr/share/inner"), expected, "{version}");
            assert_eq!(system.entry("/usr/share"), "directory 0755 root:root");
        }
    }
}

#[test]
fn a_directory_that_others_have_a_say_on_stays() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    let nothing: [&str; 0] = [];
    install(&system, &with_place("1.0", "")).success();
    let shell = |line: &str| drop(system.shell(line).success());

    shell(&format!(
        "dpkg-statoverride --update --add root root 0711 {PLACE}"
    ));
    assert_eq!(
        said(&system, &with_place("1.1", FOR_SERVICE), PLACE),
        nothing
    );
    assert_eq!(system.entry(PLACE), "directory 0711 root:root");
    shell(&format!(
        "dpkg-statoverride --remove {PLACE}; chmod 755 {PLACE}"
    ));

    let control = "Package: rack\nVersion: 1\nArchitecture: all\n\
                   Maintainer: Ops Team <ops@example.com>\nDescription: has it too\n";
    let rack = foreign(control, &[("var/lib/goods/rack/file", "", 0o644)]);
    install(&system, &rack).success();
    assert_eq!(
        said(&system, &with_place("1.2", FOR_SERVICE), PLACE),
        ["stock: /var/lib/goods stays root:root 755, because rack has it, too"]
    );
    assert_eq!(system.entry(PLACE), "directory 0755 root:root");
    shell("dpkg -P rack");

    // The administrator's own link.
    shell(&format!(
        "mv {PLACE} /srv/goods && ln -s /srv/goods {PLACE}"
    ));
    assert_eq!(
        said(&system, &with_place("1.3", FOR_SERVICE), PLACE),
        nothing
    );
    assert_eq!(system.entry("/srv/goods"), "directory 0755 root:root");
    shell(&format!("rm {PLACE} && mv /srv/goods {PLACE}"));

    // One of the service's, on the way.
    let below = format!(
        "\"{PLACE}/\" = {{ directory = true{FOR_SERVICE} }}\n\
         \"{PLACE}/a/ssl/\" = {{ directory = true{FOR_SERVICE} }}\n"
    );
    install(&system, &with("1.4", &below)).success();
    assert_eq!(
        system.entry(&format!("{PLACE}/a/ssl")),
        "directory 0700 stock:stock"
    );
    shell("mkdir /etc/ssl");
    shell(&format!(
        "chown stock: {PLACE}/a && rm -r {PLACE}/a && ln -s /etc {PLACE}/a && chown -h stock: {PLACE}/a"
    ));
    install(&system, &with("1.5", &below)).success();
    assert_eq!(system.entry("/etc/ssl"), "directory 0755 root:root");
}

#[test]
fn a_first_installation_takes_over_what_is_roots() {
    let Some(system) = System::minbase("bookworm") else {
        return;
    };
    system.shell(&format!("mkdir {PLACE}")).success();
    let package = with_place("1.0", FOR_SERVICE);
    install(&system, &package).success();
    assert_eq!(system.entry(PLACE), "directory 0700 stock:stock");
    system.run(["dpkg", "-P", "stock"]).success();

    let line = format!("mkdir -p {PLACE} && chmod 2775 {PLACE} && chown nobody:nogroup {PLACE}");
    system.shell(&line).success();
    assert_eq!(
        said(&system, &package, PLACE),
        [
            "stock: /var/lib/goods stays nobody:nogroup 2775, because it was there before the package"
        ]
    );
    assert_eq!(system.entry(PLACE), "directory 2775 nobody:nogroup");
}
