//! The tests of `version.rs`: causes and hints by table, the order against dpkg.

use super::*;
use std::process::Command;

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn parts_are_told_apart() {
    #[rustfmt::skip]
    let table = [
        ("1.0", 0, "1.0", None, "1.0"),
        ("1:2.0-3", 1, "2.0", Some("3"), "1:2.0-3"),
        ("0:1.0", 0, "1.0", None, "1.0"),
        ("1.0-a-2~bpo12+1", 0, "1.0-a", Some("2~bpo12+1"), "1.0-a-2~bpo12+1"),
        ("2147483647:1", 2_147_483_647, "1", None, "2147483647:1"),
    ];
    for (text, epoch, upstream, revision, shown) in table {
        let v = version(text);
        assert_eq!(v.epoch(), epoch);
        assert_eq!(v.upstream_version(), upstream);
        assert_eq!(v.debian_revision(), revision);
        assert_eq!(v.to_string(), shown);
    }
    assert_eq!(version("1:2.0-3").without_epoch(), "2.0-3");
}

#[test]
fn each_fault_has_its_message_and_hint() {
    #[rustfmt::skip]
    let table = [
        ("", "is empty", "write a version such as `1.0`"),
        ("1.0 rc1", "contains a space", "write a pre-release as `1.0~rc1`"),
        ("1.0\n", "contains a line break", "write it as `1.0`"),
        ("1.2.3_4", "contains `_` at character 6, expected letters, digits and `. + - ~`", "write it as `1.2.3.4`"),
        ("1.0-1_2", "contains `_` at character 6, expected letters, digits and `. + - ~`", "write it as `1.0-1.2`"),
        ("1:2:3", "contains `:` at character 4, expected letters, digits and `. + - ~`", ""),
        ("v1.2.3", "starts with `v`, expected a digit", "write it as `1.2.3`"),
        ("main", "starts with `m`, expected a digit", "start with a digit: `1.0`"),
        (":1.0", "the epoch before `:` is empty", "write it as `1.0`"),
        ("a:1.0", "the epoch `a` is not a number", "an epoch is a small number, as in `1:2.0`; leave it out if in doubt"),
        ("-1:1.0", "the epoch `-1` is not a number", "an epoch is a small number, as in `1:2.0`; leave it out if in doubt"),
        ("2147483648:1", "the epoch is greater than 2147483647", "an epoch is a small number, as in `1:2.0`; leave it out if in doubt"),
        ("99999999999999999999:1", "the epoch is greater than 2147483647", "an epoch is a small number, as in `1:2.0`; leave it out if in doubt"),
        ("1:", "the upstream version is empty", "start with a digit: `1.0`"),
        ("-1", "the upstream version is empty", "start with a digit: `1.0`"),
        ("1.0-", "the Debian revision after the last `-` is empty", "write `1.0`, or `1.0-1` with a revision"),
    ];
    for (text, fact, hint) in table {
        let error = text.parse::<Version>().unwrap_err();
        let expected = format!("invalid version {}: {fact}", quoted(text));
        assert_eq!(error.to_string(), expected);
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        assert_eq!(error.hint().as_deref(), hint, "{text}");
    }
}

#[test]
fn a_manifest_may_not_write_a_prerelease_with_a_hyphen() {
    #[rustfmt::skip]
    let table = [
        ("1.0-rc1", "sorts after the version it is a pre-release of", "write a pre-release as `1.0~rc1`"),
        ("1.0-rc1-1", "sorts after the version it is a pre-release of", "write a pre-release as `1.0~rc1-1`"),
        ("2:1.0-rc.1", "sorts after the version it is a pre-release of", "write a pre-release as `2:1.0~rc.1`"),
        ("1.0.0-SNAPSHOT", "sorts after the version it is a pre-release of", "write a pre-release as `1.0.0~SNAPSHOT`"),
        ("2.0-5-gabc1234", "dpkg reads the commit as a Debian revision", "write it as `2.0+5.gabc1234`"),
    ];
    for (text, fact, hint) in table {
        assert!(version(text).looks_like_semver_prerelease(), "{text}");
        let error = Version::from_manifest(text).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("invalid version `{text}`: {fact}")
        );
        assert_eq!(error.hint().as_deref(), Some(hint));
    }
    for text in [
        "1.0",
        "1.0-1",
        "1.0~rc1-1",
        "1.0-0ubuntu1",
        "1.0-deb12u8",
        "1:1.0-1~bpo12+1",
        "1.0-2024-1",
    ] {
        assert!(!version(text).looks_like_semver_prerelease(), "{text}");
        assert_eq!(Version::from_manifest(text).unwrap().to_string(), text);
    }
    assert!(Version::from_manifest("1.0 rc1").is_err());
}

#[test]
fn a_revision_is_added_or_replaced() {
    assert_eq!(
        version("1:1.0").with_revision("1").unwrap().to_string(),
        "1:1.0-1"
    );
    assert_eq!(
        version("1.0-1").with_revision("2~x").unwrap().to_string(),
        "1.0-2~x"
    );
    assert_eq!(
        version("1.0").with_revision("1-2").unwrap_err().to_string(),
        "invalid Debian revision `1-2`: contains `-`, expected letters, digits and `. + ~`"
    );
    assert_eq!(
        version("1.0").with_revision("").unwrap_err().to_string(),
        "invalid version `1.0-`: the Debian revision after the last `-` is empty"
    );
}

/// Pitfalls of the order: tildes, plus signs, letters, zeros, long numbers,
/// missing and empty parts, epochs.
const INTERESTING: [&str; 36] = [
    "0",
    "0~",
    "0~~",
    "0~~a",
    "0~a",
    "0a",
    "0+",
    "0.",
    "0-0",
    "0-0~",
    "0-1",
    "00",
    "1.0",
    "1.00",
    "1.0.0",
    "1.0-1",
    "1.0-1.1",
    "1.0-1+b1",
    "1.0-1~bpo12+1",
    "1.0~rc1",
    "1.0~rc1-1",
    "1.0~rc.2",
    "1.0~rc.10",
    "1.0-rc1",
    "1.0+5.gabc",
    "1.0+build.12",
    "1.0+build.5",
    "1.0a",
    "1.0A",
    "1.0-a-1",
    "1.10",
    "1.9",
    "1:0",
    "0:1.0",
    "99999999999999999999999.1",
    "99999999999999999999998.2",
];

#[test]
fn the_order_is_that_of_dpkg() {
    if Command::new("dpkg").arg("--version").output().is_err() {
        println!("skipped: no dpkg on this machine to compare the order of versions with");
        return;
    }
    let mut compared = 0;
    for (index, left) in INTERESTING.iter().enumerate() {
        for right in &INTERESTING[index..] {
            let order = version(left).cmp(&version(right));
            let relation = match order {
                Ordering::Less => "lt",
                Ordering::Equal => "eq",
                Ordering::Greater => "gt",
            };
            let agrees = Command::new("dpkg")
                .args(["--compare-versions", left, relation, right])
                .status()
                .unwrap();
            assert!(
                agrees.success(),
                "dpkg denies `{left}` {relation} `{right}`"
            );
            assert_eq!(version(right).cmp(&version(left)), order.reverse());
            compared += 1;
        }
    }
    assert_eq!(compared, 36 * 37 / 2);
}

#[test]
fn the_order_holds_where_there_is_no_dpkg() {
    let ordered = [
        "0~~",
        "0~~a",
        "0~",
        "0",
        "0a",
        "0+",
        "1.0~rc.2",
        "1.0~rc.10",
        "1.0",
        "1.0-1~bpo12+1",
        "1.0-1",
        "1.0-1+b1",
        "1.0a",
        "1.0+build.5",
        "1.0+build.12",
        "1.9",
        "1.10",
        "99999999999999999999998.2",
        "99999999999999999999999.1",
        "1:0",
    ];
    for pair in ordered.windows(2) {
        assert!(
            version(pair[0]) < version(pair[1]),
            "{} < {}",
            pair[0],
            pair[1]
        );
    }
    for equal in ["1.00", "0:1.0", "1.0-0", "1.0-00"] {
        assert_eq!(version(equal), version("1.0"), "{equal}");
    }
}
