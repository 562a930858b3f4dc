//! Debian's value types from outside: against the database of dpkg, against dpkg-deb,
//! and against text of any kind.
#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use reldeb::debian::{
    Architecture, Description, Maintainer, PackageName, Relations, Stanza, UnitName, UserName,
    Version,
};
use std::cmp::Ordering;
use std::fmt::{Debug, Display};
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

const STATUS: &str = "/var/lib/dpkg/status";

/// Relations whose canonical spelling is also the one that dpkg writes.
const RELATIONS: [&str; 9] = [
    "Pre-Depends",
    "Depends",
    "Recommends",
    "Suggests",
    "Enhances",
    "Conflicts",
    "Breaks",
    "Replaces",
    "Provides",
];

/// Every stanza of the system is read; the fields of Debian's base system, which are
/// known to be well made, are read as values and written back as they were.
#[test]
fn what_is_installed_is_read_and_written_back() {
    if !Path::new(STATUS).exists() {
        crate::support::skip(&format!("needs `{STATUS}`"));
        return;
    }
    let text = reldeb::internals::fs::read_to_string(Path::new(STATUS)).unwrap();
    let stanzas = text.split_terminator("\n\n");
    let (mut base, mut all) = (0, 0);
    for written in stanzas {
        let stanza: Stanza = format!("{written}\n")
            .parse()
            .unwrap_or_else(|e| panic!("{STATUS}: {e}: {written}"));
        let stanza = &stanza;
        all += 1;
        let again: Stanza = stanza.to_string().parse().unwrap();
        assert_eq!(&again, stanza);
        let priority = stanza.get("Priority").unwrap_or_default();
        if matches!(priority, "required" | "important") {
            values_are_read_and_written_back(stanza);
            base += 1;
        }
    }
    assert!(base > 10, "only {base} of {all} packages");
}

fn values_are_read_and_written_back(stanza: &Stanza) {
    let field = |name: &str| stanza.get(name).unwrap_or_default();
    let package: PackageName = field("Package").parse().unwrap();
    let version: Version = field("Version").parse().unwrap();
    assert_eq!(version.to_string(), field("Version"), "{package}");
    let architecture: Architecture = field("Architecture").parse().unwrap();
    assert_eq!(architecture.as_str(), field("Architecture"), "{package}");
    let maintainer: Maintainer = field("Maintainer").parse().unwrap();
    assert_eq!(maintainer.to_string(), field("Maintainer"), "{package}");
    for name in RELATIONS {
        let relations: Relations = field(name).parse().unwrap();
        assert_eq!(relations.to_string(), field(name), "{package}: {name}");
    }
}

/// dpkg-deb builds from a stanza and reads each value as it was set.
#[test]
fn dpkg_deb_reads_what_a_stanza_writes() {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        crate::support::skip("needs `dpkg-deb`");
        return;
    }
    let description: Description = "Order service\nTakes\n\nDepends: evil\n* a\n..\n.x"
        .parse()
        .unwrap();
    let mut stanza = Stanza::new();
    stanza.set("X-Evil", "a\n\nPackage: evil\n.\n#").unwrap();
    stanza.set("description", &description).unwrap();
    stanza.set("Maintainer", "Jürgen <j@example.com>").unwrap();
    stanza.set("Architecture", Architecture::ALL).unwrap();
    stanza.set("Version", "1:1.0~rc1-1").unwrap();
    stanza
        .set("Depends", "libc6 (>= 2.34), ab | cd:any")
        .unwrap();
    stanza.set("Package", "orders").unwrap();
    stanza.sort_binary_fields();

    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    std::fs::create_dir_all(tree.join("DEBIAN")).unwrap();
    reldeb::internals::fs::write(&tree.join("DEBIAN/control"), stanza.to_string()).unwrap();
    let package = folder.path().join("orders.deb");
    let built = Command::new("dpkg-deb")
        .arg("-b")
        .arg(&tree)
        .arg(&package)
        .output();
    let built = built.unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let read = Command::new("dpkg-deb")
        .arg("-f")
        .arg(&package)
        .output()
        .unwrap();
    // dpkg-deb orders the fields by itself and drops no dot.
    let mut read: Stanza = String::from_utf8(read.stdout).unwrap().parse().unwrap();
    read.sort_binary_fields();
    assert_eq!(read, stanza);
}

/// Texts that stumble: the characters that mean something somewhere, in any order.
fn stumbling_text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 32] = [
        "a", "B", "0", "12", ".", "-", "+", "~", ":", "_", " ", "\t", "\n", "\r\n", "\0", "é",
        "\u{a0}", "<", ">", "(", ")", "=", "|", ",", "@", "#", "-g", "rc", "v", "/", "`", "🦀",
    ];
    vec(select(&PIECES[..]), 1..=10).prop_map(|pieces| pieces.concat())
}

/// A value that was taken is written in a spelling that is taken again, as equal; an
/// error is one line.
fn check<T: FromStr + Display + PartialEq + Debug>(text: &str)
where
    T::Err: Display,
{
    match text.parse::<T>() {
        Ok(value) => {
            let written = value.to_string();
            let again = written.parse::<T>();
            assert!(
                again.is_ok_and(|again| again == value),
                "{text:?} {written:?}"
            );
        }
        Err(error) => assert!(!error.to_string().contains(char::is_control), "{text:?}"),
    }
}

/// Sees that a value which a hint says to write is right.
fn follow<T: FromStr>(hint: Option<String>) {
    let hint = hint.unwrap_or_default();
    if let Some(advised) = hint.strip_prefix("write it as `") {
        assert!(advised.trim_end_matches('`').parse::<T>().is_ok(), "{hint}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn no_text_breaks_a_value_and_hints_can_be_followed(text in stumbling_text()) {
        check::<PackageName>(&text);
        check::<Version>(&text);
        check::<Architecture>(&text);
        check::<Relations>(&text);
        check::<Maintainer>(&format!("A <a{text}@b{text}.de>"));
        check::<Description>(&text);
        check::<UserName>(&text);
        check::<UnitName>(&text);
        check::<Stanza>(&format!("A{text}: {text}\n"));
        follow::<PackageName>(text.parse::<PackageName>().err().and_then(|e| e.hint()));
        follow::<Version>(text.parse::<Version>().err().and_then(|e| e.hint()));
        follow::<UserName>(text.parse::<UserName>().err().and_then(|e| e.hint()));
        follow::<UnitName>(text.parse::<UnitName>().err().and_then(|e| e.hint()));
        if let Ok(release) = Version::from_release(&text) {
            prop_assert_eq!(release.version.debian_revision(), None);
            prop_assert!(Version::from_manifest(&release.version.to_string()).is_ok());
            prop_assert!(release.version.with_revision("1").is_ok());
        }
        let mut stanza = Stanza::new();
        if stanza.set("X-Text", &text).is_ok() {
            prop_assert_eq!(stanza.to_string().parse::<Stanza>().unwrap(), stanza);
        }
        let _ = PackageName::from_release_name(&text);
    }
}

/// Writes for each pair of words of a line how dpkg orders them.
const COMPARE: &str = "while read -r left right; do
    for order in lt eq gt; do
        if dpkg --compare-versions \"$left\" \"$order\" \"$right\"; then echo \"$order\"; fi
    done
done";

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(4)
    })]

    #[test]
    fn versions_are_ordered_as_dpkg_orders_them(
        pairs in vec(
            (
                "([01]:)?[0-2][0-2a~+.]{0,4}(-[0a~.]{1,2})?",
                "([01]:)?[0-2][0-2a~+.]{0,4}(-[0a~.]{1,2})?",
            ),
            100,
        ),
    ) {
        if Command::new("dpkg").arg("--version").output().is_err() {
            crate::support::skip("needs `dpkg`");
            return Ok(());
        }
        let lines = pairs.iter().map(|(left, right)| format!("{left} {right}\n"));
        let script = format!("{COMPARE} <<'END'\n{}END\n", lines.collect::<String>());
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        prop_assert_eq!(said.lines().count(), pairs.len());
        for ((left, right), theirs) in pairs.iter().zip(said.lines()) {
            let version = |text: &str| text.parse::<Version>().unwrap();
            let ours = match version(left).cmp(&version(right)) {
                Ordering::Less => "lt",
                Ordering::Equal => "eq",
                Ordering::Greater => "gt",
            };
            prop_assert_eq!(ours, theirs, "{} {}", left, right);
        }
    }
}
