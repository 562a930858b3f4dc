//! `reldeb import` of folders `debian`: the files that a build has left there, and how debhelper copies files.

use crate::import_debian_rules::{imported, least};
use crate::support::Outcome;

/// Builds what was imported, and returns the paths of its package with modes and targets: files come before links.
fn packed(outcome: &Outcome) -> Vec<String> {
    use reldeb::internals::deb::{DataKind, Deb};
    let output = crate::packed::reldeb()
        .args(["build", "-q", "--arch", "amd64"])
        .current_dir(outcome.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let name = String::from_utf8(output.stdout).unwrap();
    let deb = Deb::open(&outcome.path(name.lines().next().unwrap())).unwrap();
    let mut lines = Vec::new();
    deb.for_each_data_entry(|entry, _| {
        let name = String::from_utf8_lossy(&entry.name);
        let target = String::from_utf8_lossy(&entry.target);
        match entry.kind {
            DataKind::Directory => {}
            DataKind::Symlink => lines.push(format!("{name} -> {target}")),
            _ => lines.push(format!("{:04o} {name}", entry.mode)),
        }
        Ok::<_, reldeb::internals::deb::ArchiveError>(())
    })
    .unwrap();
    lines.retain(|line| !line.contains("/usr/share/doc/") && !line.contains("/lintian/"));
    lines
}

#[test]
fn links_stay_links_as_dh_install_keeps_them() {
    let test = least("all")
        .file(
            "debian/install",
            "usr/lib/*/lib*.so.*\nusr/lib/a1*\ngone opt/a1\n",
        )
        .file("debian/tmp/usr/lib/q/liba.so.1.0", "a")
        .symlink("debian/tmp/usr/lib/q/liba.so.1", "liba.so.1.0")
        .file("debian/tmp/usr/lib/a1.d/x", "x")
        .symlink("debian/tmp/usr/lib/a1", "a1.d")
        .symlink("gone", "/usr/share/gone");
    let (outcome, tables) = imported(test, "[files]", "");
    let expected = "\
        [files]\n\
        \"/opt/a1/gone\" = { source = \"gone\", follow = false }\n\
        \"/usr/lib/a1\" = { source = \"debian/tmp/usr/lib/a1\", follow = false }\n\
        \"/usr/lib/a1.d/\" = \"debian/tmp/usr/lib/a1.d/\"\n\
        \"/usr/lib/q/liba.so.1\" = { source = \"debian/tmp/usr/lib/q/liba.so.1\", follow = false }\n\
        \"/usr/lib/q/liba.so.1.0\" = \"debian/tmp/usr/lib/q/liba.so.1.0\"\n";
    assert_eq!(tables, expected);
    assert_eq!(
        packed(&outcome),
        [
            "0644 ./usr/lib/a1.d/x",
            "0644 ./usr/lib/q/liba.so.1.0",
            "./opt/a1/gone -> /usr/share/gone",
            "./usr/lib/a1 -> a1.d",
            "./usr/lib/q/liba.so.1 -> liba.so.1.0",
        ]
    );
}
