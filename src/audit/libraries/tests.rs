//! Tests of the search for libraries, and of what follows from it.

use super::*;
use crate::elf::{Hardening, Machine};

/// Facts of a 64-bit x86 file.
fn facts(kind: ElfKind) -> ElfFacts {
    ElfFacts {
        kind,
        machine: Machine {
            number: 62,
            class64: true,
            little_endian: true,
            arm_hard_float: false,
        },
        is_pie: true,
        interpreter: None,
        soname: None,
        needed: vec![],
        rpath: vec![],
        runpath: vec![],
        versions: BTreeMap::new(),
        has_symbols: false,
        has_comment: false,
        hardening: Hardening::default(),
    }
}

fn library(needed: &[&str]) -> ElfFacts {
    let needed = needed.iter().map(|n| (*n).to_owned()).collect();
    ElfFacts {
        needed,
        ..facts(ElfKind::Library)
    }
}

fn with_versions(mut file: ElfFacts, soname: &str, versions: &[&str]) -> ElfFacts {
    let versions = versions.iter().map(|v| (*v).to_owned()).collect();
    file.versions.insert(soname.into(), versions);
    file
}

fn path(text: &str) -> PackagePath {
    PackagePath::new(text).unwrap()
}

fn of(files: &[(&str, ElfFacts)], library_path: &[&str]) -> Audit {
    let files: Vec<_> = files.iter().map(|(p, f)| (path(p), f.clone())).collect();
    let rules = SearchRules {
        library_path: library_path.iter().map(|p| path(p)).collect(),
        links: BTreeMap::from([(
            path("/opt/a/lib/libln.so.1"),
            path("/opt/a/lib/libln.so.1.2"),
        )]),
        ..SearchRules::default()
    };
    audit(&files, &rules)
}

const NIF: &str = "/opt/a/lib/crypto-5/priv/lib/crypto.so";

#[test]
fn relations_are_minimal_and_merged() {
    let program = ElfFacts {
        interpreter: Some("/lib64/ld-linux-x86-64.so.2".into()),
        ..with_versions(
            with_versions(
                ElfFacts {
                    needed: [
                        "libc.so.6",
                        "libm.so.6",
                        "libstdc++.so.6",
                        "libz.so.1",
                        "libtinfo.so.6",
                    ]
                    .map(String::from)
                    .to_vec(),
                    ..facts(ElfKind::Program)
                },
                "libc.so.6",
                &["GLIBC_2.2.5", "GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE"],
            ),
            "libstdc++.so.6",
            &["CXXABI_1.3.13", "GLIBCXX_3.4.29", "GLIBCXX_3.4.9"],
        )
    };
    let program = with_versions(program, "libz.so.1", &["ZLIB_1.2.2"]);
    let program = with_versions(program, "libtinfo.so.6", &["NCURSES6_TINFO_5.0.19991023"]);
    let nif = library(&["libcrypto.so.3", "libc.so.6"]);
    let nif = with_versions(nif, "libcrypto.so.3", &["OPENSSL_3.0.0"]);
    let nif = with_versions(nif, "libc.so.6", &["GLIBC_2.14"]);
    let found = of(&[("/opt/a/bin/beam.smp", program), (NIF, nif)], &[]);
    assert_eq!(
        found.depends,
        [
            "libc6 (>= 2.34)",
            "libssl3 (>= 3.0.0)",
            "libstdc++6 (>= 11)",
            "libtinfo6 (>= 6)",
            "zlib1g (>= 1:1.2.2)",
        ]
    );
    assert_eq!(found.missing, []);
    assert_eq!(found.oldest(Distribution::Debian).unwrap().name, "bookworm");
    assert_eq!(found.oldest(Distribution::Ubuntu).unwrap().name, "jammy");
    let bullseye = &found.verdicts[0].against;
    assert_eq!(
        *bullseye,
        [
            "`libc6` is 2.31, expected 2.34 or later for `GLIBC_2.34` in `/opt/a/bin/beam.smp`",
            "`libssl3` is not there, needed by `/opt/a/lib/crypto-5/priv/lib/crypto.so`",
            "`libstdc++6` is 10.2.1, expected 11 or later for `CXXABI_1.3.13` in `/opt/a/bin/beam.smp`",
        ]
    );
    assert_eq!(found.by_library["libc.so.6"].needed_by.len(), 2);
}

type Folders = &'static [&'static str];

#[test]
fn a_library_is_found_where_the_loader_looks() {
    let mine = ("/opt/a/lib/libown.so.1", library(&[]));
    let runs = |runpath: &[&str], rpath: &[&str], library_path: &[&str]| {
        let strings = |all: &[&str]| all.iter().map(|f| (*f).to_owned()).collect();
        let user = ElfFacts {
            runpath: strings(runpath),
            rpath: strings(rpath),
            ..library(&["libown.so.1"])
        };
        of(&[mine.clone(), (NIF, user)], library_path)
            .missing
            .is_empty()
    };
    let table: &[(Folders, Folders, Folders, bool)] = &[
        (&[], &[], &[], false),
        (&["$ORIGIN/../../.."], &[], &[], true),
        (&["${ORIGIN}/../../../"], &[], &[], true),
        (&["$ORIGIN/../.."], &[], &[], false),
        (&["/opt/a/lib"], &[], &[], true),
        (&["relative"], &[], &[], false),
        (&[], &["/opt/a/lib"], &[], true),
        // Where there is a DT_RUNPATH, DT_RPATH does not count.
        (&["/elsewhere"], &["/opt/a/lib"], &[], false),
        (&[], &[], &["/opt/a/lib"], true),
        (
            &["$ORIGIN/../../../../../../../../opt/a/lib"],
            &[],
            &[],
            true,
        ),
    ];
    for (runpath, rpath, library_path, expected) in table {
        assert_eq!(
            runs(runpath, rpath, library_path),
            *expected,
            "{runpath:?} {rpath:?} {library_path:?}"
        );
    }
}

#[test]
fn what_would_fail_is_named_with_its_reason() {
    let other_machine = ElfFacts {
        machine: Machine {
            number: 183,
            ..facts(ElfKind::Library).machine
        },
        ..library(&[])
    };
    let nix = ElfFacts {
        interpreter: Some("/nix/store/x-glibc/lib/ld-linux-x86-64.so.2".into()),
        ..facts(ElfKind::Program)
    };
    let files = [
        ("/opt/a/lib/libhidden.so.1", library(&[])),
        ("/opt/a/lib/libln.so.1.2", library(&[])),
        ("/usr/lib/libarm.so.1", other_machine),
        ("/opt/a/bin/nix", nix),
        (
            NIF,
            library(&["libhidden.so.1", "libunheard.so.9", "libarm.so.1"]),
        ),
        (
            "/opt/a/lib/uses.so",
            ElfFacts {
                runpath: vec!["$ORIGIN".into()],
                ..library(&["libln.so.1"])
            },
        ),
    ];
    let found = of(&files, &[]);
    let told: Vec<_> = found
        .missing
        .iter()
        .map(|m| (m.library.as_str(), &m.reason))
        .collect();
    assert_eq!(
        told,
        [
            (
                "/nix/store/x-glibc/lib/ld-linux-x86-64.so.2",
                &Reason::Interpreter
            ),
            (
                "libarm.so.1",
                &Reason::NotSearched("/usr/lib/libarm.so.1".into())
            ),
            (
                "libhidden.so.1",
                &Reason::NotSearched("/opt/a/lib/libhidden.so.1".into())
            ),
            ("libunheard.so.9", &Reason::Unknown),
        ]
    );
    assert_eq!(found.missing[3].needed_by, BTreeSet::from([NIF.to_owned()]));
    assert_eq!(
        found.by_library["libln.so.1"].found,
        [Provider::Inside("/opt/a/lib/libln.so.1".into())]
    );
    assert_eq!(found.oldest(Distribution::Debian), None);
}

#[test]
fn what_is_inside_needs_no_package() {
    let bundled = with_versions(library(&["libc.so.6"]), "libc.so.6", &["GLIBC_2.17"]);
    let user = with_versions(
        library(&["libcrypto.so.3"]),
        "libcrypto.so.3",
        &["OPENSSL_3.2.0"],
    );
    let files = [("/opt/a/erts-13/lib/libcrypto.so.3", bundled), (NIF, user)];
    let found = of(&files, &["/opt/a/erts-13/lib"]);
    assert_eq!(found.depends, ["libc6 (>= 2.17)"]);
    assert_eq!(found.oldest(Distribution::Debian).unwrap().name, "bullseye");
    let found = of(&files, &[]);
    assert_eq!(found.depends, ["libc6 (>= 2.17)", "libssl3 (>= 3.2.0)"]);
    assert_eq!(found.oldest(Distribution::Debian).unwrap().name, "trixie");
}

#[test]
fn alternatives_stand_where_the_name_differs_by_suite() {
    let old = with_versions(
        library(&["libodbc.so.2", "libc.so.6"]),
        "libc.so.6",
        &["GLIBC_2.17"],
    );
    let new = with_versions(old.clone(), "libc.so.6", &["GLIBC_2.34"]);
    assert_eq!(
        of(&[(NIF, old)], &[]).depends,
        ["libc6 (>= 2.17)", "libodbc1 | libodbc2"]
    );
    assert_eq!(
        of(&[(NIF, new)], &[]).depends,
        ["libc6 (>= 2.34)", "libodbc2"]
    );
}

#[test]
fn a_suite_may_be_too_new() {
    let found = of(&[(NIF, library(&["libssl.so.1.1"]))], &[]);
    assert_eq!(found.depends, ["libssl1.1"]);
    let names = |d| found.runs_on(d).map(|s| s.name).collect::<Vec<_>>();
    assert_eq!(names(Distribution::Debian), ["bullseye"]);
    assert_eq!(names(Distribution::Ubuntu), ["focal"]);
}

#[test]
fn musl_and_static_programs_need_no_glibc() {
    let musl = ElfFacts {
        interpreter: Some("/lib/ld-musl-x86_64.so.1".into()),
        needed: vec!["libc.musl-x86_64.so.1".into(), "libz.so.1".into()],
        ..facts(ElfKind::Program)
    };
    let found = of(
        &[
            ("/opt/a/bin/musl", musl),
            ("/opt/a/bin/alone", facts(ElfKind::Program)),
        ],
        &[],
    );
    assert_eq!(found.depends, ["musl"]);
    assert_eq!(
        found.static_programs,
        BTreeSet::from(["/opt/a/bin/alone".to_owned()])
    );
    // Debian's libz.so.1 is for glibc.
    assert_eq!(found.missing.len(), 1);
    assert_eq!(found.missing[0].library, "libz.so.1");
    assert_eq!(
        of(&[("/opt/a/x.o", facts(ElfKind::Relocatable))], &[]),
        of(&[], &[])
    );
}

#[test]
fn findings_say_what_and_what_to_do() {
    let nif = with_versions(
        library(&["libcrypto.so.3", "libown.so.1", "libgone.so.2", "libz.so.1"]),
        "libcrypto.so.3",
        &["OPENSSL_3.0.0"],
    );
    let files = [
        ("/opt/a/lib/libown.so.1", library(&[])),
        (NIF, nif.clone()),
        ("/opt/a/z.so", nif),
    ];
    let found = of(&files, &["/opt/a/lib"]);
    assert_eq!(
        found.beyond_minimal().collect::<Vec<_>>(),
        ["libcrypto.so.3"]
    );
    let said: Vec<_> = found
        .findings()
        .iter()
        .map(|f| format!("{} {}", f.tag, f.message))
        .collect();
    assert_eq!(
        said,
        [
            "library-not-found `libgone.so.2` is in no known package and not in this one, needed by `/opt/a/lib/crypto-5/priv/lib/crypto.so` and 1 more",
            "library-beyond-minimal `libcrypto.so.3` is not on every Debian system, needed by `/opt/a/lib/crypto-5/priv/lib/crypto.so` and 1 more",
        ]
    );
    let nif = with_versions(library(&["libc.so.6"]), "libc.so.6", &["GLIBC_2.38"]);
    let said: Vec<_> = of(&[(NIF, nif)], &[])
        .findings()
        .into_iter()
        .map(|f| f.message)
        .collect();
    assert_eq!(
        said,
        [
            "it runs from Debian 13 (trixie) on: on Debian 12 (bookworm) `libc6` is 2.36, expected 2.38 or later for `GLIBC_2.38` in `/opt/a/lib/crypto-5/priv/lib/crypto.so`",
            "it runs from Ubuntu 24.04 (noble) on: on Ubuntu 22.04 (jammy) `libc6` is 2.35, expected 2.38 or later for `GLIBC_2.38` in `/opt/a/lib/crypto-5/priv/lib/crypto.so`",
        ]
    );
}

#[test]
fn old_and_new_together_run_nowhere() {
    let nif = with_versions(
        library(&["libcrypto.so.1.1", "libc.so.6"]),
        "libc.so.6",
        &["GLIBC_2.34"],
    );
    let findings = of(&[(NIF, nif)], &[]).findings();
    let tags: Vec<_> = findings.iter().map(|f| f.tag.name).collect();
    assert_eq!(
        tags,
        ["library-beyond-minimal", "runs-nowhere", "runs-nowhere"]
    );
    assert_eq!(
        findings[1].message,
        format!(
            "it runs on no known release of Debian: on Debian sid `libssl1.1` is not there, needed by `{NIF}`"
        )
    );
}

/// A library of the change to 64-bit times has its new name alone where the ABI is another one.
#[test]
fn longer_times_have_names_of_their_own() {
    let of_machine = |machine: u16, class64: bool, needed: &[&str]| {
        let mut file = with_versions(library(needed), "libssl.so.3", &["OPENSSL_3.0.0"]);
        file.machine = Machine {
            number: machine,
            class64,
            ..file.machine
        };
        of(&[(NIF, file)], &[])
    };
    let both = "libssl3t64 (>= 3.0.0) | libssl3 (>= 3.0.0)";
    for (machine, class64, expected) in [
        (40, false, both),
        (8, false, both),
        (20, false, both),
        (3, false, "libssl3 (>= 3.0.0)"),
        (62, true, "libssl3 (>= 3.0.0)"),
        (62, false, "libssl3 (>= 3.0.0)"),
        (183, true, "libssl3 (>= 3.0.0)"),
    ] {
        let audit = of_machine(machine, class64, &["libssl.so.3"]);
        assert_eq!(audit.necessary, [expected], "{machine}");
        let against: Vec<_> = audit.verdicts.iter().map(|v| v.against.clone()).collect();
        assert_eq!(
            against[0],
            ["`libssl3` is not there, needed by `/opt/a/lib/crypto-5/priv/lib/crypto.so`"]
        );
        assert_eq!(against[1..4], [[""; 0]; 3]);
    }
    // Only the names of suites on which all of it is there.
    let with = |other: &str| of_machine(40, false, &["libssl.so.3", other]).necessary;
    assert_eq!(with("libncurses.so.6"), ["libncurses6", both]);
    assert_eq!(
        with("libcurl-gnutls.so.4"),
        [
            "libcurl3t64-gnutls | libcurl3-gnutls | libcurl4-gnutls",
            both
        ]
    );
    assert_eq!(with("libaio.so.1"), ["libaio1", "libssl3 (>= 3.0.0)"]);
}
