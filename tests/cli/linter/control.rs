//! Packages with faults of the control archive.

use super::seeds::Seed;

/// Returns each tag with a package that has this fault.
pub(super) fn all() -> Vec<(&'static str, Seed)> {
    [fields(), relations(), members()].concat()
}

fn fields() -> Vec<(&'static str, Seed)> {
    let with = |name: &str, value: &str| Seed::clean().field(name, value);
    let described = |text: &str| Seed::clean().field("Description", text);
    vec![
        ("field-missing", with("Section", "")),
        ("field-unknown", with("Vendor", "Example")),
        (
            "field-control-characters",
            with("Homepage", "https://example.com/\u{1b}[31m"),
        ),
        ("synopsis-empty", described("word\n It does it well.")),
        (
            "synopsis-form",
            described("a tool for tests\n It does it well."),
        ),
        (
            "synopsis-form",
            described("clean is a tool\n It does it well."),
        ),
        ("description-empty", described("does what it should")),
        (
            "description-form",
            described("does what it should\n Does what it should."),
        ),
        (
            "description-form",
            described("does what it should\n It\tdoes."),
        ),
        (
            "description-form",
            described(&format!("does what it should\n {}", "x".repeat(90))),
        ),
        (
            "template-text",
            described("does what it should\n <insert long description, indented with spaces>"),
        ),
    ]
}

fn relations() -> Vec<(&'static str, Seed)> {
    let with = |name: &str, value: &str| Seed::clean().field(name, value);
    vec![
        ("maintainer-form", with("Maintainer", "Nobody")),
        ("maintainer-form", with("Maintainer", "A <a@example.com>,")),
        (
            "maintainer-form",
            with("Maintainer", "Root <root@example.com>"),
        ),
        ("homepage-form", with("Homepage", "<https://example.com>")),
        ("section-unknown", with("Section", "default")),
        ("section-unknown", with("Priority", "extra")),
        ("relation-form", with("Depends", "clean")),
        (
            "relation-form",
            with("Depends", "tool-x").field("Conflicts", "tool-x"),
        ),
        ("depends-on-essential", with("Depends", "bash")),
        ("essential", with("Essential", "yes")),
        ("revision-form", with("Version", "1.0-0")),
    ]
}

fn members() -> Vec<(&'static str, Seed)> {
    let clean = Seed::clean;
    vec![
        (
            "package-empty",
            clean()
                .without("usr/bin/clean")
                .without("usr/share/man/man1/clean.1.gz"),
        ),
        (
            "control-file-unknown",
            clean().member("bogus", 0o644, "x\n"),
        ),
        (
            "control-file-mode",
            clean().member("triggers", 0o600, "interest-noawait x\n"),
        ),
        (
            "conffile-not-marked",
            clean().file("etc/clean.conf", 0o644, "x\n"),
        ),
        (
            "conffile-elsewhere",
            clean().conffile("usr/share/clean/x.conf", 0o644, "x\n"),
        ),
        (
            "conffile-listed-wrongly",
            clean().member("conffiles", 0o644, "/etc/missing\n"),
        ),
        (
            "trigger-form",
            clean().member("triggers", 0o644, "interest /usr/share/clean\n"),
        ),
    ]
}
