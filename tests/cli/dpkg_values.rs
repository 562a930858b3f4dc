//! Values that make a package dpkg would refuse are refused when it is built.

use std::process::Command;

use crate::building::{demo, refused};

#[test]
fn values_that_dpkg_refuses_are_refused() {
    let case = |line: &str, message: &str, hint: &str| {
        let expected = format!("error: reldeb.toml:6: {message}\n  6 | {line}\nhint: {hint}\n");
        refused(demo(line, ""), &expected);
    };
    let expected = "expected `foreign`, `allowed`, `same` or `no`";
    for (value, hint) in [
        ("true", "leave it out for `no`"),
        ("foregin", "did you mean `foreign`?"),
        ("a b", "leave it out for `no`"),
    ] {
        let message = format!("invalid multi-arch `{value}`, {expected}");
        case(&format!("multi-arch = \"{value}\""), &message, hint);
    }
    case(
        "multi-arch = \"same\"",
        "multi-arch is `same`, but the architecture is `all`",
        "write the architecture, such as `architecture = \"amd64\"`; a package that is the same on all machines has \
         `multi-arch = \"foreign\"`, or none",
    );
}

/// A purge of one architecture would remove the state of the other.
#[test]
fn two_architectures_share_no_service() {
    let both = "multi-arch = \"same\"\narchitecture = \"amd64\"";
    let expected = |what: &str| {
        format!(
            "error: reldeb.toml:6: multi-arch is `same`, but the package has {what}, which the packages of two \
             architectures would take from each other\n  6 | multi-arch = \"same\"\n\
             hint: leave `multi-arch` out, or put the libraries into a package of their own\n"
        )
    };
    refused(demo(both, "[service]\n"), &expected("a service"));
    let unit = "[units]\n\"demo-x.service\" = \"x.service\"\n[service]\nmanagers = []\n";
    let text = "[Service]\nExecStart=/opt/demo/bin/demo\n[Install]\nWantedBy=multi-user.target\n";
    refused(demo(both, unit).file("x.service", text), &expected("units"));
    refused(
        demo(both, "[purge]\nremove = [\"/var/lib/demo\"]\n"),
        &expected("state that a purge removes"),
    );
}

/// Sees that a line of `[package]` is refused.
fn case(line: &str, message: &str, hint: &str) {
    let expected = format!("error: reldeb.toml:6: {message}\n  6 | {line}\nhint: {hint}\n");
    refused(demo(line, ""), &expected);
}

#[test]
fn fields_that_are_not_the_authors_are_refused() {
    for field in [
        "Package",
        "Source",
        "Version",
        "Architecture",
        "Maintainer",
        "Description",
        "Section",
        "Priority",
        "Homepage",
        "Multi-Arch",
        "Pre-Depends",
        "Depends",
        "Recommends",
        "Suggests",
        "Enhances",
        "Breaks",
        "Conflicts",
        "Provides",
        "Replaces",
        "Installed-Size",
    ] {
        let lower = field.to_lowercase();
        let key = lower.replace("package", "name");
        case(
            &format!("fields = {{ {lower} = \"a (\" }}"),
            &format!("field `{field}` has a key of its own"),
            &format!("write `{key}` below `[package]`"),
        );
    }
    for field in ["Auto-Built-Package", "Build-Ids", "Conffiles", "Status"] {
        case(
            &format!("fields = {{ {field} = \"x\" }}"),
            &format!("field `{field}` is filled in by dpkg or reldeb"),
            &format!("leave `{field}` out"),
        );
    }
}

#[test]
fn fields_that_differ_in_case_only_are_refused() {
    for (first, second) in [("Bugs", "bugs"), ("bugs", "BUGS")] {
        let fields = format!("[package.fields]\nOrigin = \"x\"\n{first} = \"a\"\n{second} = \"b\"");
        refused(
            demo(&fields, ""),
            &format!(
                "error: reldeb.toml:9: field `{second}` is there twice: line 8 has `{first}`\n  \
                 9 | {second} = \"b\"\n\
                 hint: leave `{second}` out: upper and lower case make no difference\n"
            ),
        );
    }
}

#[test]
fn fields_that_dpkg_refuses_are_refused() {
    case(
        "fields = { A = \"x\" }",
        "invalid field name `A`: has one character, expected two at least",
        "use letters, digits and `-`, as in `Multi-Arch`",
    );
    case(
        "fields = { Essential = \"maybe\" }",
        "invalid Essential `maybe`, expected `yes` or `no`",
        "leave `Essential` out for `no`",
    );
    case(
        "fields = { protected = \"true\" }",
        "invalid protected `true`, expected `yes` or `no`",
        "leave `protected` out for `no`",
    );
    case(
        "fields = { Recommended = \"a\" }",
        "field `Recommended` is obsolete, expected `Recommends`",
        "leave `Recommended` out",
    );
    for key in ["breaks", "conflicts", "provides", "replaces"] {
        let field = key[..1].to_uppercase() + &key[1..];
        case(
            &format!("{key} = \"aa | bb\""),
            &format!("`aa | bb` in `{field}` has alternatives"),
            "separate the packages by `, `",
        );
    }
    case(
        "provides = \"aa (>= 1)\"",
        "`aa (>= 1)` in `Provides` is no single version",
        "write `aa (= 1)`",
    );
    case(
        "depends = \"libc6>=2.36\"",
        "invalid relation `libc6>=2.36`: `>=2.36` is not in parentheses",
        "write `libc6 (>= 2.36)`",
    );
}

/// dpkg's own judgement of what is refused here, and of the same kind of value where it is not.
#[test]
fn dpkg_refuses_and_takes_the_same_values() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        return crate::support::skip("no dpkg");
    }
    let folder = tempfile::TempDir::new().unwrap();
    let script = r#"
        set -e; mkdir -p p/DEBIAN root/var/lib/dpkg/updates root/var/lib/dpkg/info
        : >root/var/lib/dpkg/status; : >root/var/lib/dpkg/available
        printf 'Package: xx\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@example.com>\nDescription: x\n%s\n' "$1" >p/DEBIAN/control
        dpkg-deb --nocheck -Znone --root-owner-group -b p x.deb >/dev/null 2>&1
        dpkg --root=root --force-not-root --log=/dev/null --unpack x.deb"#;
    for (field, taken) in [
        ("Multi-Arch: true", false),
        ("Multi-Arch: same", false),
        ("Multi-Arch: foreign", true),
        ("Multi-Arch: allowed", true),
        ("Multi-Arch: no", true),
        ("A: x", false),
        ("Ab: x", true),
        ("Essential: maybe", false),
        ("Protected: true", false),
        ("Status: install ok installed", false),
        ("Config-Version: 1", false),
        ("Triggers-Pending: a", false),
        ("Triggers-Awaited: a", false),
        ("Conflicts: aa | bb", false),
        ("Breaks: aa | bb", false),
        ("Replaces: aa | bb", false),
        ("Provides: aa | bb", false),
        ("Suggests: aa | bb", true),
        ("Bugs: not a place", true),
        ("Homepage: not a place", true),
        ("Origin: two words", true),
    ] {
        let mut command = Command::new("sh");
        let output = command
            .args(["-c", script, "sh", field])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), taken, "{field}: {said}");
    }
}
