//! Nothing that a package or a manifest says is obeyed by a terminal, or passes for what reldeb says.

use super::*;
use crate::support::Outcome;

/// Characters that a terminal obeys, and a line that looks like one of reldeb's.
const NASTY: &str = "n\u{1b}[31m\u{9b}1m\u{7}\r\u{202e}\nerror: x";
/// How they are shown.
const SHOWN: &str = "n\\u{1b}[31m\\u{9b}1m\\u{7}\\r\\u{202e}\\nerror: x";

/// Only line breaks and tabs are left of what a terminal obeys, and no line looks like one of ours.
#[track_caller]
fn assert_plain(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        let is_plain =
            |c: char| !reldeb::internals::escape::is_unprintable(c) || matches!(c, '\n' | '\t');
        assert!(text.chars().all(is_plain), "{text:?}");
        assert!(!text.contains("\nerror: x"), "{text}");
    }
}

fn nasty() -> Package {
    let name = |name: &str| format!("{name}{NASTY}");
    let owner = Header::new(b'0', "./opt/h/b")
        .put(265, "o\x1b[1m\0")
        .put(297, "g\n\0");
    let data = below(&[
        file(name("./opt/h/"), "x"),
        Header::new(b'2', "./opt/h/l").target(NASTY).bytes(),
        Header::new(b'1', "./opt/h/k").target(NASTY).bytes(),
        owner.bytes(),
        Header::new(b'0', b"./opt/h/\xff").bytes(),
    ]);
    let faked = "#!/bin/sh\n==> contents <==\n-rw-r--r-- root/root 0 ./harmless\n\x1b]0;title\x07";
    let text = CONTROL.replace("1.0", &format!("1.0{}", NASTY.replace('\n', "\n ")));
    Package::new(data).members(&[
        file("./control", text),
        file("./postinst", faked),
        file("./contents", "-rw-r--r-- root/root 0 ./harmless\n"),
        file(name("./x"), "y"),
        Header::new(b'2', "./prerm").target(NASTY).bytes(),
    ])
}

#[test]
fn inspect_prints_nothing_that_a_terminal_obeys() {
    let outcome = ask(&nasty(), &["inspect"])
        .status(1)
        .any_stdout()
        .any_stderr()
        .run();
    assert_plain(&outcome);
    for line in [
        "Version: 1.0n\\u{1b}[31m\\u{9b}1m\\u{7}\\r\\u{202e}",
        "==> contents (control archive) <==",
        "\\==> contents <==",
        "\\u{1b}]0;title\\u{7}",
        &format!("==> x{SHOWN} <=="),
        &format!("symlink to {SHOWN}"),
        &format!("-rw-r--r-- root/root         1 ./opt/h/{SHOWN}"),
        &format!("lrw-r--r-- root/root         0 ./opt/h/l -> {SHOWN}"),
        &format!("hrw-r--r-- root/root         0 ./opt/h/k link to {SHOWN}"),
        "-rw-r--r-- o\\u{1b}[1m/g\\n         0 ./opt/h/b",
        "-rw-r--r-- root/root         0 ./opt/h/\\xff",
    ] {
        assert!(
            outcome.stdout.lines().any(|l| l == line),
            "{line}\n{}",
            outcome.stdout
        );
    }
    let contents = outcome
        .stdout
        .lines()
        .filter(|line| *line == "==> contents <==");
    assert_eq!(contents.count(), 1);
}

#[test]
fn check_prints_nothing_that_a_terminal_obeys() {
    let outcome = ask(&nasty(), &["check"])
        .status(1)
        .any_stdout()
        .any_stderr()
        .run();
    assert_plain(&outcome);
    let first = "hostile 1.0n\\u{1b}[31m\\u{9b}1m\\u{7}\\r\\u{202e}\\n error: x all";
    assert_eq!(outcome.stdout.lines().next(), Some(first));
}

#[test]
fn documents_hold_what_is_there_and_print_as_text() {
    let outcome = ask(&nasty(), &["inspect", "--json", "-q"])
        .status(1)
        .any_stdout()
        .any_stderr()
        .run();
    assert_plain(&outcome);
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(document["paths"][4]["path"], format!("/opt/h/{NASTY}"));
    assert_eq!(document["paths"][5]["kind"], "symlink");
    assert_eq!(document["paths"][5]["uid"], 0);
    let tags: Vec<_> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["tag"].as_str().unwrap())
        .collect();
    assert!(tags.contains(&"path-control-character"), "{tags:?}");
}

/// No text of the page is obeyed: by the parser of HTML, or by what lays out a line.
#[test]
fn a_page_has_nothing_that_a_browser_obeys() {
    let name = "</script><img src=x onerror=alert(1)>\u{202e}&quot;\u{9b}1m";
    let text = CONTROL.replace("1.0", &format!("1.0{name}"));
    let package = Package::new(below(&[file(format!("./opt/h/{name}"), "x")])).members(&[
        file("./control", format!("{text}X-{name}: {name}\n")),
        file("./conffiles", format!("/opt/h/{name}\n")),
        file("./postinst", name),
    ]);
    let outcome = ask(&package, &["inspect", "-q", "--html", "x.html"]);
    let outcome = outcome.status(1).any_stdout().any_stderr().run();
    let page = String::from_utf8(outcome.read("x.html")).unwrap();
    assert!(!page.contains("<img") && page.matches("</script>").count() == 2);
    let (_, data) = page.split_once("id=\"data\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let facts: serde_json::Value = serde_json::from_str(data).unwrap();
    // As the script of the page reads it.
    let read = facts.to_string();
    assert!(read.contains("alert(1)>\\\\u{202e}"), "{read}");
    assert!(!read.contains(['\u{202e}', '\u{9b}']), "{read}");
    let plain = Package::new(below(&[file(format!("./opt/h/{name}"), "x")]));
    let outcome = Test::new()
        .file("a.deb", Package::new(below(&[])).bytes())
        .file("b.deb", plain.bytes())
        .args(["diff", "a.deb", "b.deb", "--markdown"])
        .status(1)
        .any_stdout()
        .run();
    assert_plain(&outcome);
    for line in outcome.stdout.lines().filter(|line| line.contains("<img")) {
        assert!(
            line.contains('`') && !line.split('`').step_by(2).any(|it| it.contains('<')),
            "{line}"
        );
    }
}

#[test]
fn members_with_nasty_names_are_named_plainly() {
    let mut package = Package::new(below(&[]));
    package.control.0 = "x\u{1b}[1m".into();
    ask(&package, &["inspect"])
        .status(1)
        .stderr(
            "error: `x.deb` is not a Debian package: member `x\\u{1b}[1m` stands where `control.tar` \
             was expected\nhint: copy or download the package again\n",
        )
        .run();
}

#[test]
fn errors_about_manifests_print_nothing_that_a_terminal_obeys() {
    let manifest =
        "[package]\nmaintainer = \"a\u{9b}1m\\u001b[31m\\nerror: x\"\ndescription = \"x\"\n";
    let outcome = Test::new()
        .file("reldeb.toml", manifest)
        .args(["plan"])
        .status(1)
        .any_stderr()
        .run();
    assert_plain(&outcome);
    assert!(
        outcome.stderr.starts_with("error: reldeb.toml:2: "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn names_with_control_characters_are_not_built() {
    let outcome = demo()
        .file("rel/a\u{9b}1m", "x")
        .args(["plan"])
        .status(1)
        .stderr("error: path `/opt/demo/a\\xc2\\x9b1m` contains a control character\n")
        .run();
    assert_plain(&outcome);
}
