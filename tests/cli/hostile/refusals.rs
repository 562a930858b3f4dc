//! A package that dpkg refuses to unpack is an error, and nothing else is, but for what is not as it seems.

use super::*;
use crate::forged::refused::table;

#[test]
fn what_dpkg_refuses_is_an_error() {
    for (what, package, tag) in table() {
        let found = findings(&package).unwrap();
        let errors: Vec<_> = found.iter().filter(|f| f.starts_with("Error ")).collect();
        match tag {
            None => assert!(errors.is_empty(), "{what}: {errors:?}"),
            Some(tag) => assert!(
                errors
                    .iter()
                    .any(|e| e.starts_with(&format!("Error {tag}: "))),
                "{what}: {found:?}"
            ),
        }
    }
}

#[test]
fn what_leads_outside_is_an_error_though_dpkg_takes_it() {
    let package = Package::new(below(&[file("./opt/h/../../tmp/evil", "x")]));
    assert_eq!(
        findings(&package).unwrap(),
        [
            "Error path-outside: path `/./opt/h/../../tmp/evil` contains `..`, expected a path without it"
        ]
    );
}

#[test]
fn what_is_no_file_of_the_control_archive_is_an_error_though_dpkg_takes_it() {
    let script = Header::new(b'2', "./postinst").target("/bin/true").bytes();
    assert_eq!(
        findings(&Package::new(below(&[])).and_member(script)).unwrap(),
        [
            "Error control-member: `postinst` of the control archive is a symlink, expected files only"
        ]
    );
}

#[test]
fn bytes_behind_the_stream_are_errors_though_dpkg_may_take_them() {
    let data = below(&[]);
    let bytes = [gzip(&data), b"junk".into()].concat();
    let mut package = Package::new(&data).data("data.tar.gz", bytes);
    package.control.1.push(0);
    assert_eq!(
        findings(&package).unwrap(),
        [
            "Error bytes-behind-stream: 1 bytes of `control.tar.gz` lie behind the end of the compressed stream",
            "Error bytes-behind-stream: 4 bytes of `data.tar.gz` lie behind the end of the compressed stream",
        ]
    );
}

#[test]
fn what_the_next_dpkg_refuses_is_told() {
    let mut package = Package::new(below(&[]));
    package.tail = vec![b'\n'];
    assert_eq!(
        findings(&package).unwrap(),
        [
            "Warning odd-length: the package has an odd number of bytes, which dpkg of Debian 14 refuses"
        ]
    );
    let package = Package::new(below(&[])).data("data.tar", Vec::new());
    assert_eq!(
        findings(&package).unwrap(),
        [
            "Error data-archive-empty: the data archive has no bytes, which dpkg of Debian 14 refuses"
        ]
    );
}
