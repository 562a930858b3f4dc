//! Packages with all that dpkg may refuse.

use super::*;

/// Packages with a data archive, and the tag of the error; none where dpkg takes them.
fn contents() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let plain = |kind, name: &str| Header::new(kind, name).bytes();
    let link = |kind, name: &str, target: &str| Header::new(kind, name).target(target).bytes();
    let pax = with_content(
        Header::new(b'x', "x").size(30),
        "30 mtime=1700000000.123456789\n",
    );
    let named = |length: usize| {
        let name = format!("./opt/h/{}", "n".repeat(length));
        [long_name(b'L', name), plain(b'0', "x")].concat()
    };
    #[rustfmt::skip]
    let table = vec![
        ("a file", vec![], None),
        ("a pipe", plain(b'6', "./opt/h/p"), None),
        ("a PAX header", [pax, plain(b'0', "./opt/h/b")].concat(), Some("pax-header")),
        ("a sparse file", plain(b'S', "./opt/h/s"), Some("entry-kind")),
        ("a contiguous file", plain(b'7', "./opt/h/s"), Some("entry-kind")),
        ("an unknown kind", plain(b'q', "./opt/h/s"), Some("entry-kind")),
        ("a line break", plain(b'0', "./opt/h/a\nb"), Some("path-control-character")),
        ("a long name", named(247), Some("path-too-long")),
        ("a name as long as it may be", named(246), None),
        ("no directory", plain(b'0', "./opt/new/x"), Some("directory-missing")),
        ("a directory of the system", plain(b'0', "./usr/bin/hostile"), None),
        ("a directory too late", [plain(b'0', "./opt/n/x"), directory("./opt/n/")].concat(), Some("directory-missing")),
        ("a directory that is a link", [link(b'2', "./opt/h/l", "."), plain(b'0', "./opt/h/l/x")].concat(), Some("directory-is-link")),
        ("a directory that is a file", plain(b'0', "./opt/h/a/x"), Some("directory-is-file")),
        ("a file and a directory", directory("./opt/h/a/"), Some("path-twice")),
        ("a directory and a file", [directory("./opt/h/b/"), plain(b'0', "./opt/h/b")].concat(), None),
        ("a file twice", file("./opt/h/a", "other"), None),
        ("a hard link", link(b'1', "./opt/h/k", "opt/h/a"), None),
        ("a hard link to nothing", link(b'1', "./opt/h/k", "./opt/h/x"), Some("hard-link-target")),
        ("a hard link to what follows", [link(b'1', "./opt/h/k", "./opt/h/b"), plain(b'0', "./opt/h/b")].concat(), Some("hard-link-target")),
        ("a hard link to a directory", link(b'1', "./opt/h/k", "./opt/h"), Some("hard-link-target")),
        ("a hard link to a symlink", [link(b'2', "./opt/h/l", "a"), link(b'1', "./opt/h/k", "./opt/h/l")].concat(), Some("hard-link-target")),
        ("a symlink to nothing", plain(b'2', "./opt/h/l"), Some("symlink-target")),
        ("a symlink before its directory", [link(b'2', "./opt/n/l", "a"), directory("./opt/n/")].concat(), None),
    ];
    table
}

/// Control files, and the tag of the error.
fn control_files() -> Vec<(&'static str, String, Option<&'static str>)> {
    let with = |line: &str| format!("{CONTROL}{line}\n");
    let field = Some("control-field");
    let syntax = Some("control-syntax");
    let missing = Some("control-field-missing");
    #[rustfmt::skip]
    let table = vec![
        ("two versions", with("version: 2"), Some("control-field-twice")),
        ("a field twice", with("X-Y: a\nx-y: b"), Some("control-field-twice")),
        ("a short name", with("X: a"), syntax),
        ("no last line break", CONTROL.trim_end().into(), syntax),
        ("a blank line", with("X-Y: a\n \n b"), syntax),
        ("a second stanza", with("\nPackage: b"), syntax),
        ("no colon", with("word"), syntax),
        ("a comment", format!("# c\n{CONTROL}"), syntax),
        ("a dash", with("-X: a"), syntax),
        ("line breaks of DOS", CONTROL.replace('\n', "\r\n"), None),
        ("empty lines around", format!("\n\n{CONTROL}\n\n"), None),
        ("no package", CONTROL.replace("Package: hostile\n", ""), missing),
        ("no version", CONTROL.replace("Version: 1.0\n", ""), missing),
        ("no architecture", CONTROL.replace("Architecture: all\n", ""), missing),
        ("no maintainer", CONTROL.replace("Maintainer: A <a@example.com>\n", ""), None),
        ("capitals", CONTROL.replace("hostile", "Hostile_X"), None),
        ("a bad name", CONTROL.replace("hostile", "-x"), field),
        ("a machine of others", CONTROL.replace("all", "x86_64"), Some("control-architecture")),
        ("a bad version", CONTROL.replace("1.0", "1_0"), field),
        ("a version that is no number", CONTROL.replace("1.0", "v1"), field),
        ("an empty revision", CONTROL.replace("1.0", "1.0-"), field),
        ("an odd epoch", CONTROL.replace("1.0", "+0:1"), None),
        ("a bad epoch", CONTROL.replace("1.0", "x:1"), field),
        ("multi-arch true", with("Multi-Arch: true"), field),
        ("multi-arch same for all", with("Multi-Arch: same"), field),
        ("multi-arch in capitals", with("Multi-Arch: FOREIGN"), None),
        ("essential maybe", with("Essential: maybe"), field),
        ("an odd priority", with("Priority: weird"), None),
        ("a priority with more", with("Priority: optionalx"), field),
        ("a status", with("Status: install ok installed"), field),
        ("list of files", with("Filename: a b\nSize: 1"), field),
        ("a comma at the end", with("Suggests: a,"), field),
        ("an operator without space", with("Suggests: a (>=1) | b:any"), None),
        ("a version alone", with("Suggests: a (1)"), None),
        ("an open version", with("Suggests: a (>= 1"), field),
        ("two names", with("Suggests: a b"), field),
        ("brackets", with("Suggests: a [amd64]"), field),
        ("a name of others", with("Suggests: A_b"), None),
        ("alternatives of conflicts", with("Conflicts: zz | yy"), field),
    ];
    table
}

/// More entries of the control archive, and the tag of the error.
fn members() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let member = Some("control-member");
    #[rustfmt::skip]
    let table = vec![
        ("a folder", directory("./sub/"), member),
        ("a folder with a dot", directory("./sub.d/"), member),
        ("a file in a folder", file("./sub/x", ""), member),
        ("a name with a dot", file("./x.y", ""), None),
        ("a long name", [long_name(b'L', format!("./{}", "n".repeat(101))), file("x", "")].concat(), member),
        ("conffiles", file("./conffiles", "/etc/x \n\nremove-on-upgrade /etc/y\n"), None),
        ("a relative conffile", file("./conffiles", "etc/x\n"), Some("conffiles")),
        ("an open line of conffiles", file("./conffiles", "/etc/x"), Some("conffiles")),
        ("an unknown flag", file("./conffiles", "keep /etc/x\n"), Some("conffiles")),
        ("a removed conffile", file("./conffiles", "remove-on-upgrade /opt/h/a\n"), Some("conffile-removed")),
        ("triggers", file("./triggers", "# c\n\n interest-noawait x\n"), None),
        ("an unknown trigger", file("./triggers", "await x\n"), Some("triggers")),
        ("a trigger without a name", file("./triggers", "interest\n"), Some("triggers")),
        ("an open line of triggers", file("./triggers", "interest x"), Some("triggers")),
    ];
    table
}

pub(crate) fn table() -> Vec<(String, Package, Option<&'static str>)> {
    let sound = || Package::new(below(&[]));
    let contents = contents().into_iter();
    let contents = contents.map(|(what, entry, tag)| (what, Package::new(below(&[entry])), tag));
    let control_files = control_files().into_iter();
    let control_files = control_files.map(|(what, text, tag)| (what, sound().control(text), tag));
    let members = members().into_iter();
    let members = members.map(|(what, entry, tag)| (what, sound().and_member(entry), tag));
    contents
        .chain(control_files)
        .chain(members)
        .enumerate()
        .map(|(number, (what, package, tag))| (format!("{number:03} {what}"), package, tag))
        .collect()
}
