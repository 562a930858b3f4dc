//! The tests of `stanza.rs`: writing and reading by table, the order against
//! dpkg-gencontrol.

use super::*;
use std::process::Command;

fn stanza(fields: &[(&str, &str)]) -> Stanza {
    let mut stanza = Stanza::new();
    for (name, value) in fields {
        stanza.set(name, value).unwrap();
    }
    stanza
}

#[test]
fn values_are_folded_and_read_back() {
    let mut written = stanza(&[
        ("Package", "orders"),
        (
            "description",
            "Order service\nTakes orders.\n\n  verbatim\n.\n..  \n\n",
        ),
        ("X-Files", "\nab 1\ncd 2"),
    ]);
    let text = "Package: orders\nDescription: Order service\n Takes orders.\n .\n   verbatim\n \
                ..\n ...\nX-Files:\n ab 1\n cd 2\n";
    assert_eq!(written.to_string(), text);
    assert_eq!(text.parse::<Stanza>().unwrap(), written);
    assert_eq!(written.get("PACKAGE"), Some("orders"));
    assert_eq!(
        written.get("Description"),
        Some("Order service\nTakes orders.\n\n  verbatim\n.\n..")
    );
    written.set("package", "other").unwrap();
    assert_eq!(written.iter().next(), Some(("Package", "other")));
    assert_eq!(written.remove("x-files").as_deref(), Some("\nab 1\ncd 2"));
    assert_eq!(written.get("X-Files"), None);
}

#[test]
fn no_value_starts_a_field_or_a_stanza() {
    let evil = "x\nDepends: evil\n\nPackage: evil\n#\n-";
    let written = stanza(&[("Package", "ab"), ("Description", evil), ("X-Y", evil)]);
    let read: Stanza = written.to_string().parse().unwrap();
    assert_eq!(read, written);
    assert_eq!(read.get("Depends"), None);
    assert_eq!(read.get("Description"), Some(evil));
}

#[test]
fn what_cannot_be_set_is_refused() {
    #[rustfmt::skip]
    let table = [
        ("", "x", "invalid field name ``: is empty"),
        ("A b", "x", "invalid field name `A b`: has a space at character 2, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("A:b", "x", "invalid field name `A:b`: has `:` at character 2, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("#A", "x", "invalid field name `#A`: has `#` at character 1, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("-A", "x", "invalid field name `-A`: has `-` at character 1, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("A\nB", "x", "invalid field name `A\\nB`: has a line break at character 2, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("É", "x", "invalid field name `É`: has `É` at character 1, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        ("Bugs", " \n ", "field `Bugs`: has an empty value"),
        ("bugs", "a\nb", "field `Bugs`: has more than one line, expected one"),
        ("Version", "1\rb", "field `Version`: contains a carriage return"),
        ("Tag", "a\0", "field `Tag`: contains the character U+0000"),
    ];
    for (name, value, message) in table {
        let error = Stanza::new().set(name, value).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(error.hint().is_some());
    }
}

#[test]
fn what_dpkg_refuses_is_refused() {
    #[rustfmt::skip]
    let table = [
        ("", "the stanza has no fields"),
        ("\n\n", "the stanza has no fields"),
        ("Ab: b", "the last line does not end in a line break"),
        ("Ab: b\nab: c\n", "line 2: field `ab` is there twice"),
        ("Ab: b\nc\n", "line 2: `c` has no `:`, expected `Field: value`"),
        (" Ab: b\n", "line 1: starts with a space, but there is no field to continue"),
        ("Ab: b\n\n c\n", "line 3: starts with a space, but there is no field to continue"),
        ("Ab: b\n \t\n c\n", "line 2: is blank, expected ` .` for an empty line of a value"),
        ("Ab: b\n# c\n", "line 2: is a comment, which only source packages may have"),
        ("Ab: b\n\nCd: d\n", "line 3: starts a second stanza, expected one"),
        ("Ab: b\n-C: d\n", "invalid field name `-C`: has `-` at character 1, expected printable ASCII without `:` that starts with neither `#` nor `-`"),
        (": d\n", "invalid field name ``: is empty"),
        ("A: b\n", "invalid field name `A`: has one character, expected two at least"),
        ("Ab: b\u{1b}[1m\n", "field `Ab`: contains the character U+001B"),
    ];
    for (text, message) in table {
        assert_eq!(text.parse::<Stanza>().unwrap_err().to_string(), message);
    }
}

#[test]
fn what_dpkg_takes_is_taken() {
    #[rustfmt::skip]
    let table = [
        ("Ab: b\r\nCd: d\r\n", "Ab: b\nCd: d\n"),
        ("\nAb:b\n\n\n", "Ab: b\n"),
        ("Ab :  b  \n\tc \n", "Ab: b\n c\n"),
        ("Ab:\nBc: c:d\n", "Ab:\nBc: c:d\n"),
        ("Ab: ü\n", "Ab: ü\n"),
    ];
    for (text, written) in table {
        assert_eq!(text.parse::<Stanza>().unwrap().to_string(), written);
    }
}

/// Would take minutes if every field looked through those before it.
#[test]
fn many_fields_are_read() {
    let fields: Vec<_> = (0..200_000).map(|n| format!("F{n}: x\n")).collect();
    let stanza: Stanza = fields.concat().parse().unwrap();
    assert_eq!(stanza.iter().count(), 200_000);
}

#[test]
fn fields_of_binary_packages_are_sorted() {
    let mut mixed = stanza(&[
        ("Vendor", "x"),
        ("Description", "x"),
        ("Depends", "x"),
        ("Alpha", "x"),
        ("Tag", "x"),
        ("Version", "1"),
        ("Installed-Size", "1"),
        ("Package", "ab"),
        ("Section", "net"),
    ]);
    mixed.sort_binary_fields();
    let names: Vec<_> = mixed.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "Package",
            "Version",
            "Installed-Size",
            "Depends",
            "Section",
            "Description",
            "Tag",
            "Alpha",
            "Vendor",
        ]
    );
}

#[test]
fn the_order_is_that_of_dpkg_gencontrol() {
    let program = "print join \"\\n\", field_ordered_list(CTRL_PKG_DEB)";
    let asked = Command::new("perl")
        .args([
            "-MDpkg::Control",
            "-MDpkg::Control::FieldsCore",
            "-e",
            program,
        ])
        .output()
        .ok()
        .filter(|output| output.status.success());
    let Some(output) = asked else {
        println!("skipped: no Dpkg::Control on this machine to compare the order of fields with");
        return;
    };
    let theirs = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<_> = theirs.lines().collect();
    // Another version of dpkg may know other fields; those that both know are in one order.
    let common = |mine: &[&str], other: &[&str]| -> Vec<String> {
        let shared = mine.iter().filter(|name| other.contains(name));
        shared.map(|name| (*name).to_owned()).collect()
    };
    let names = FIELDS.map(|field| field.name);
    let ours = common(&names, &theirs);
    assert_eq!(ours, common(&theirs, &names));
    assert!(ours.len() > 25, "{ours:?}");
}
