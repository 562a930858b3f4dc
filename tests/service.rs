//! The effects of a package on a machine, as text: snapshots of all that is rendered, and the judgement
//! of the tools that will read it.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod samples;
#[allow(dead_code)]
mod support;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use reldeb::internals::control::maintainer_scripts::MaintainerScripts;
use reldeb::internals::deployment::{ConffileChange, Deployment, Script};
use reldeb::internals::template::Templates;
use reldeb::internals::tree::{Content, Kind, PackagePath};
use reldeb::internals::vocabulary::Readiness;

/// Everything that is rendered for a package: maintainer scripts by name, files by path.
fn rendered(deployment: &Deployment) -> BTreeMap<String, String> {
    let templates = Templates::builtin();
    let mut contribution = deployment.contribute(&templates).unwrap();
    contribution.extend(deployment.contribute_paths(&templates).unwrap());
    let scripts = MaintainerScripts::assemble(deployment, &contribution, &templates).unwrap();
    let mut all: BTreeMap<_, _> = scripts
        .iter()
        .map(|(script, text)| (script.name().to_owned(), text.to_owned()))
        .collect();
    for (path, entry) in contribution.entries {
        let Kind::Regular {
            content: Content::Bytes(bytes),
            ..
        } = entry.kind
        else {
            panic!("{path} is not rendered");
        };
        let text = if path.as_bytes().ends_with(b".gz") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(&bytes[..])
                .read_to_string(&mut text)
                .unwrap();
            text
        } else {
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        all.insert(path.to_string(), text);
    }
    all
}

/// Feeds text to a tool; what it says where it refuses.
fn refusal(tool: &str, arguments: &[&str], text: &str) -> Option<String> {
    let mut child = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    (!output.status.success()).then(|| {
        String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr)
    })
}

fn has(tool: &str) -> bool {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn is_shell(text: &str) -> bool {
    text.starts_with("#!/bin/sh\n")
}

#[test]
fn all_that_is_rendered() {
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&deployment) {
            let name = format!(
                "{name}{}{path}",
                if path.starts_with('/') { "" } else { "/" }
            );
            insta::assert_snapshot!(name.replace('/', "-"), text);
        }
    }
}

#[test]
fn shell_is_clean() {
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&deployment) {
            if !is_shell(&text) {
                continue;
            }
            for tool in ["sh", "dash"] {
                if let Some(fault) = refusal(tool, &["-n"], &text) {
                    panic!("{tool} -n: {path} of {name}: {fault}");
                }
            }
            if has("shellcheck") {
                let arguments = ["-s", "sh", "-"];
                if let Some(fault) = refusal("shellcheck", &arguments, &text) {
                    panic!("shellcheck: {path} of {name}: {fault}");
                }
            }
        }
    }
}

#[test]
fn no_template_leaves_stray_blank_lines() {
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&deployment) {
            assert!(!text.contains("\n\n\n"), "{path} of {name}:\n{text}");
            assert!(!text.contains(" \n"), "{path} of {name}:\n{text}");
            assert!(
                text.ends_with('\n') && !text.ends_with("\n\n"),
                "{path} of {name}:\n{text}"
            );
            assert!(!text.starts_with('\n'), "{path} of {name}:\n{text}");
        }
    }
}

#[test]
fn units_satisfy_systemd() {
    if !has("systemd-analyze") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&deployment) {
            if !path.starts_with("/usr/lib/systemd/system/") {
                continue;
            }
            // `verify` wants programs that exist.
            let text = text
                .replace("/opt/orders/bin/orders", "/bin/true")
                .replace("/usr/libexec/orders/end-service", "/bin/true")
                .replace("/usr/libexec/orders/stop-node", "/bin/true")
                .replace("/usr/libexec/orders/await-node", "/bin/true")
                .replace("/usr/libexec/orders/make-cookie", "/bin/true")
                .replace("/usr/libexec/orders/make-secrets", "/bin/true")
                .replace("/usr/libexec/orders/require-environment", "/bin/true");
            let unit = folder.path().join(Path::new(&path).file_name().unwrap());
            reldeb::internals::fs::write(&unit, text).unwrap();
            let output = Command::new("systemd-analyze")
                .args(["verify", "--man=no"])
                .arg(&unit)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && !said.contains("orders"),
                "{path} of {name}: {said}"
            );
            if deployment.account.is_none() {
                continue;
            }
            let output = Command::new("systemd-analyze")
                .args(["security", "--no-pager", "--offline=yes", "--threshold=20"])
                .arg(&unit)
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{path} of {name}: {}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }
}

/// A node counts as running before it listens for signals, unless its unit waits for an answer.
#[test]
fn a_node_that_is_not_waited_for_is_stopped_by_more_than_one_signal() {
    let path = "/usr/lib/systemd/system/orders.service";
    let stopping = |readiness| {
        let mut deployment = samples::sample("relx");
        if let Some(service) = &mut deployment.service {
            service.readiness = readiness;
        }
        let unit = rendered(&deployment).remove(path).unwrap();
        let lines = unit.lines().map(str::to_owned).filter(|line| {
            ["ExecStartPost=", "ExecStop=", "TimeoutStopSec="]
                .iter()
                .any(|key| line.starts_with(key))
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(
        stopping(Readiness::Ping),
        [
            "ExecStartPost=+/usr/libexec/orders/await-node",
            "TimeoutStopSec=60"
        ]
    );
    for readiness in [Readiness::Exec, Readiness::Notify] {
        assert_eq!(
            stopping(readiness),
            [
                "ExecStop=/usr/libexec/orders/stop-node",
                "TimeoutStopSec=30"
            ]
        );
    }
}

/// A unit that is started is not always enabled, nor the other way round.
#[test]
fn a_service_is_enabled_apart_from_its_start() {
    let scripts = |enable, start| {
        let mut deployment = samples::sample("plain");
        if let Some(service) = &mut deployment.service {
            (service.enable, service.start) = (enable, start);
        }
        let script = rendered(&deployment).remove("postinst").unwrap();
        [
            "else\n        deb-systemd-helper update-state",
            "begin start ",
            "begin reload-or-restart 'orders.service' \"$2\"",
            "update-rc.d orders defaults >",
            "configure,new) action=start ;;",
        ]
        .map(|piece| script.contains(piece))
    };
    assert_eq!(scripts(true, true), [true, true, false, true, true]);
    assert_eq!(scripts(true, false), [true, false, false, true, false]);
    assert_eq!(scripts(false, true), [false, false, true, false, true]);
    assert_eq!(scripts(false, false), [false; 5]);
}

#[test]
fn the_defaults_file_gives_every_value_back_to_sh() {
    let mut deployment = samples::sample("full");
    let values = [
        ("A", ""),
        ("B", "two words"),
        ("C", "it's 100% \"right\" for $5 `date` \\n"),
        ("D", "$HOME;rm -rf /"),
        ("E", "ümläut and # sign"),
    ];
    if let Some(service) = &mut deployment.service {
        service.environment = values
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("default");
    reldeb::internals::fs::write(&file, &rendered(&deployment)["/etc/default/orders"]).unwrap();
    let output = Command::new("sh")
        .arg("-c")
        .arg("ulimit() { :; }; . \"$0\"; printf '%s|' \"$A\" \"$B\" \"$C\" \"$D\" \"$E\"")
        .arg(&file)
        .output()
        .unwrap();
    let expected = values.map(|(_, value)| value).join("|") + "|";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert!(output.stderr.is_empty());
}

/// A text that would run, end a quote or part a word, if a template did not quote it.
const HOSTILE: &str = "/a b;$(touch pwned)`touch pwned`'\"\\&|<>*?[x]~#";

/// The same package with that in every text that its author is free in. Names of packages, users, units
/// and verbs are checked when they are read, and hold nothing that a shell knows.
fn hostile(mut deployment: Deployment) -> Deployment {
    let text = || HOSTILE.to_owned();
    let path = || PackagePath::new(HOSTILE).unwrap();
    let target = || HOSTILE.parse().unwrap();
    if let Some(program) = &mut deployment.program {
        program.path = path();
        program.foreground = vec![text(), text()];
        program.erts = program.erts.as_ref().map(|_| path());
        program
            .environment
            .values_mut()
            .for_each(|value| *value = text());
    }
    deployment.directories.release = Some(path());
    deployment.purge.iter_mut().for_each(|it| *it = path());
    if let Some(account) = &mut deployment.account {
        account.gecos = text();
    }
    if let Some(service) = &mut deployment.service {
        service.description = text();
        service.homepage = service.homepage.as_ref().map(|_| text());
        service
            .environment
            .values_mut()
            .for_each(|value| *value = HOSTILE.parse().unwrap());
    }
    for hook in &mut deployment.hooks {
        hook.origin = text();
    }
    let paths = &mut deployment.paths;
    for owned in paths.protected.iter_mut().chain(&mut paths.owned) {
        owned.path = path();
    }
    for link in &mut paths.links {
        link.path = path();
        link.target = text();
    }
    for change in &mut deployment.conffile_changes {
        *change = match change {
            ConffileChange::Removed { .. } => ConffileChange::Removed { path: path() },
            ConffileChange::Renamed { .. } => ConffileChange::Renamed {
                from: path(),
                to: path(),
            },
            ConffileChange::DirectoryToSymlink { .. } => ConffileChange::DirectoryToSymlink {
                path: path(),
                target: target(),
            },
            ConffileChange::SymlinkToDirectory { .. } => ConffileChange::SymlinkToDirectory {
                path: path(),
                target: target(),
            },
        };
    }
    deployment
}

/// The script without its here-documents that nothing expands.
fn without_literal_documents(text: &str) -> String {
    let mut end: Option<&str> = None;
    let mut kept = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(word) = end {
            if line.trim_end() == word {
                end = None;
            }
            continue;
        }
        kept.push_str(line);
        let opened = line.trim_end().strip_suffix('\'');
        if let Some((_, word)) = opened.and_then(|line| line.split_once("<<'")) {
            end = Some(word);
            kept.push_str(end.unwrap_or_default());
            kept.push('\n');
        }
    }
    kept
}

/// Every value is one literal word of sh: it stands there in single quotes, and those quotes are no part
/// of others. A word with one double quote in it, put in the place of the value, tells: it leaves a script
/// open where the place is quoted already.
#[test]
fn no_template_puts_a_value_into_shell_unquoted() {
    let quoted = format!("'{}'", HOSTILE.replace('\'', r"'\''"));
    let mut places = 0;
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&hostile(deployment)) {
            if !is_shell(&text) {
                continue;
            }
            let text = without_literal_documents(&text);
            for line in text.replace(&quoted, "plain").lines() {
                let comment = line.trim_start().starts_with('#');
                assert!(
                    comment || !line.contains("pwned"),
                    "{path} of {name}: {line}"
                );
            }
            let document = text.lines().find(|line| {
                let after = line.split("<<").nth(1);
                after.is_some_and(|word| !word.starts_with('\''))
            });
            assert_eq!(
                document, None,
                "{path} of {name}: a document that is expanded"
            );
            let parts: Vec<&str> = text.split(&quoted).collect();
            for place in 1..parts.len() {
                let before = parts[..place].join("plain");
                let probe = format!("{before}'a\"b'{}", parts[place..].join("plain"));
                if let Some(fault) = refusal("sh", &["-n"], &probe) {
                    let line = before.lines().last().unwrap_or_default();
                    panic!("{path} of {name}: in quotes after `{line}`: {fault}");
                }
                places += 1;
            }
        }
    }
    assert!(places > 100, "{places}");
}

#[test]
fn a_value_of_two_lines_is_refused() {
    let mut deployment = samples::sample("relx");
    if let Some(service) = &mut deployment.service {
        service.systemd = false;
        service.description = "Orders\nrm -rf /".into();
    }
    let error = deployment.contribute(&Templates::builtin()).unwrap_err();
    assert!(error.to_string().contains("more than one line"), "{error}");
}

#[test]
fn a_script_with_nothing_to_do_is_not_made() {
    let scripts = rendered(&samples::sample("files"));
    assert!(!scripts.contains_key("prerm"));
    for script in ["preinst", "postinst", "postrm"] {
        assert!(
            scripts.contains_key(script),
            "links and directories change places"
        );
    }
}

#[test]
fn what_can_fail_comes_before_the_service_is_touched() {
    let all = rendered(&samples::sample("full"));
    let order = |script: Script, pieces: &[&str]| {
        let text = &all[script.name()];
        let places: Vec<_> = pieces
            .iter()
            .map(|piece| text.find(piece).unwrap_or_else(|| panic!("no {piece}")))
            .collect();
        assert!(places.is_sorted(), "{}: {pieces:?}", script.name());
    };
    order(
        Script::Preinst,
        &[
            "maintscript-helper",
            "useradd",
            "Hook before-upgrade",
            "deb-systemd-invoke stop",
        ],
    );
    order(
        Script::Postinst,
        &[
            "maintscript-helper",
            "install -d",
            "Hook after-upgrade",
            "deb-systemd-invoke \"$1\"",
            "invoke-rc.d",
        ],
    );
    order(
        Script::Prerm,
        &[
            "Hook before-remove",
            "deb-systemd-invoke stop",
            "Whatever else still runs",
        ],
    );
    order(
        Script::Postrm,
        &[
            "maintscript-helper",
            "daemon-reload",
            "(remove_leftovers remove)",
            "Hook before-purge",
            "remove_tree /var/lib/orders",
            "Hook after-purge",
        ],
    );
}

/// Of two functions of one name the second counts, also for the code that means the first.
#[test]
fn no_function_is_there_twice() {
    for (name, deployment) in samples::all() {
        for (path, text) in rendered(&deployment) {
            let lines = text.lines().filter(|_| is_shell(&text));
            // One that is indented is there in one case only.
            let functions = lines.filter(|line| !line.starts_with(' '));
            let functions = functions.filter_map(|line| line.split_once("() {"));
            let mut names: Vec<&str> = functions.map(|(name, _)| name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{path} of {name}: {names:?}");
        }
    }
}
