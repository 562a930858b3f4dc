//! `reldeb diff`: pairs of packages with one difference each, made by dpkg-deb as other tools make them.

mod pairs;
mod usage;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of a package, to be changed and packed.
pub(crate) struct Folder(PathBuf);

/// A unit that serves, with the text of its main section.
fn unit(section: &str) -> String {
    format!("[Service]\n{section}\n[Install]\nWantedBy=multi-user.target\n")
}

/// The postinst that debhelper gives a package with a unit.
const POSTINST: &str = "#!/bin/sh
set -e
# for 1.3.0
if [ \"$1\" = configure ]; then
    deb-systemd-helper enable 'orders.service' >/dev/null || true
    if [ -n \"$2\" ]; then
        _dh_action=restart
    else
        _dh_action=start
    fi
    deb-systemd-invoke $_dh_action 'orders.service' >/dev/null || true
fi
";

const PRERM: &str = "#!/bin/sh
set -e
if [ \"$1\" = remove ]; then
    deb-systemd-invoke stop 'orders.service' >/dev/null || true
fi
";

const PREINST: &str = "#!/bin/sh
set -e
adduser --system --group orders
";

const CONTROL: &str = "Package: orders
Version: 1.3.0
Architecture: amd64
Maintainer: Ann Example <ann@example.com>
Installed-Size: 100
Depends: libc6 (>= 2.31), adduser
Recommends: logrotate
Section: net
Description: order service
";

impl Folder {
    /// Makes the folder that all pairs begin with.
    pub(crate) fn new(path: PathBuf) -> Self {
        let folder = Self(path);
        folder
            .file("DEBIAN/control", CONTROL)
            .file("DEBIAN/conffiles", "/etc/orders/orders.conf\n")
            .script("preinst", PREINST)
            .script("postinst", POSTINST)
            .script("prerm", PRERM)
            .file("etc/orders/orders.conf", "a = 1\n")
            .file(
                "usr/lib/systemd/system/orders.service",
                unit("ExecStart=/bin/true"),
            )
            .file("usr/share/doc/orders/README", "read me\n")
            .file("opt/orders/releases/1.3.0/orders.rel", "rel\n")
            .file("opt/orders/lib/orders-1.3.0/ebin/orders.app", "app\n")
            .file(
                "opt/orders/lib/orders-1.3.0/ebin/orders.beam",
                module(b"one", b"1"),
            )
            .file(
                "opt/orders/lib/stdlib-4.2/ebin/lists.beam",
                module(b"one", b"1"),
            )
            .link("opt/orders/log", "/var/log/orders");
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn at(&self, path: &str) -> PathBuf {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub(crate) fn file(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.at(path), content).unwrap();
        self.mode(path, 0o644)
    }

    pub(crate) fn script(&self, name: &str, content: &str) -> &Self {
        let path = format!("DEBIAN/{name}");
        self.file(&path, content).mode(&path, 0o755)
    }

    pub(crate) fn mode(&self, path: &str, mode: u32) -> &Self {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(self.0.join(path), permissions).unwrap();
        self
    }

    pub(crate) fn link(&self, path: &str, target: &str) -> &Self {
        symlink(target, self.at(path)).unwrap();
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        let path = self.0.join(path);
        if path.is_dir() && !path.is_symlink() {
            std::fs::remove_dir_all(path).unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
        }
        self
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        std::fs::rename(self.0.join(from), self.at(to)).unwrap();
        self
    }

    /// Replaces a part of a file that must be there.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = std::fs::read_to_string(self.0.join(path)).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        std::fs::write(self.0.join(path), text.replace(from, to)).unwrap();
        self
    }

    pub(crate) fn pack(&self, path: &Path) {
        let packed = Command::new("dpkg-deb")
            .args(["--root-owner-group", "-Zgzip", "-b"])
            .args([&self.0, path])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&packed.stderr);
        assert!(packed.status.success(), "{said}");
    }
}

/// Returns a module of Erlang, with its code and its numbers of lines.
pub(crate) fn module(code: &[u8], lines: &[u8]) -> Vec<u8> {
    let mut body = b"BEAM".to_vec();
    let chunks: [(&[u8], &[u8]); 6] = [
        (b"AtU8", b"lists"),
        (b"Code", code),
        (b"StrT", b""),
        (b"ImpT", b"imports"),
        (b"ExpT", b"exports"),
        (b"Line", lines),
    ];
    for (name, data) in chunks {
        body.extend_from_slice(name);
        body.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        body.extend_from_slice(data);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&b"FOR1"[..], &length, &body].concat()
}

/// Runs the command, and returns its status, standard output and standard error.
pub(crate) fn reldeb(arguments: &[&str], folder: &Path) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_reldeb"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let status = output.status.code().unwrap();
    (status, text(&output.stdout), text(&output.stderr))
}
