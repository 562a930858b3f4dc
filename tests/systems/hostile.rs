//! The dpkg of each suite before packages that nobody's tools would make.

use crate::forged::ask;
use crate::forged::odd::{hiding, readable};
use crate::forged::refused::table;
use crate::system::System;

/// The same file in all: dpkg of Debian 12 and 13 installs what is shown.
#[test]
fn dpkg_installs_what_is_shown() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        for (kind, package) in hiding().into_iter().chain(readable()) {
            let shown = ask(&package, &["inspect", "-q"]).any_stdout().run().stdout;
            system.write("/root/x.deb", package.bytes());
            system.run(["dpkg", "--unpack", "/root/x.deb"]).success();
            let listed = system.run(["dpkg", "-L", "hostile"]).success().stdout;
            let mut listed: Vec<_> = listed.lines().filter(|path| *path != "/.").collect();
            let contents = shown.split("==> contents <==\n").nth(1).unwrap();
            let names = contents
                .lines()
                .map(|line| &line[line.find(" ./").unwrap() + 2..]);
            let names = names.map(|name| name.split([' ', '\n']).next().unwrap());
            let mut names: Vec<_> = names.map(|name| name.trim_end_matches('/')).collect();
            names.retain(|name| !name.is_empty());
            names.sort_unstable();
            listed.sort_unstable();
            assert_eq!(names, listed, "{suite}: {kind}");
            system.run(["dpkg", "--purge", "hostile"]).success();
        }
    }
}

/// Unpacks every package and forgets it, and prints the number of each that dpkg refused.
const UNPACK: &str = "cd /root/debs && cp -a /var/lib/dpkg /root/dpkg
for deb in *.deb; do
    dpkg --unpack \"$deb\" >/dev/null 2>&1 || echo \"${deb%.deb}\"
    rm -rf /var/lib/dpkg /opt/h /opt/n /opt/new
    cp -a /root/dpkg /var/lib/dpkg
done";

#[test]
fn dpkg_refuses_what_is_an_error() {
    for suite in ["bookworm", "trixie"] {
        let Some(system) = System::minbase(suite) else {
            continue;
        };
        let table = table();
        for (what, package, _) in &table {
            system.write(&format!("/root/debs/{}.deb", &what[..3]), package.bytes());
        }
        let refused = system.shell(UNPACK).success().stdout;
        let refused: Vec<_> = refused.lines().collect();
        for (what, _, tag) in &table {
            assert_eq!(
                refused.contains(&&what[..3]),
                tag.is_some(),
                "{suite}: {what}"
            );
        }
    }
}
