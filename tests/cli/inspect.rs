//! What `reldeb inspect` shows beside the whole package: one file, folders, sums, a page.

use std::process::Command;

use crate::diff::{Folder, reldeb};

/// A folder with a package `x.deb` in it, made by dpkg-deb.
fn packed(change: impl FnOnce(&Folder)) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let folder = Folder::new(directory.path().join("x"));
    change(&folder);
    folder.pack(&directory.path().join("x.deb"));
    directory
}

#[test]
fn one_file_is_printed_as_it_is() {
    let package = packed(|folder| {
        folder
            .file("usr/share/orders/bytes", b"\x1b[31m\0\xff")
            .link("usr/share/orders/link", "bytes");
        let at = |name: &str| package_file(folder, name);
        std::fs::hard_link(at("bytes"), at("other")).unwrap();
    });
    let cat = |name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_reldeb"))
            .args(["inspect", "x.deb", "--cat", name])
            .current_dir(package.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.stdout, said)
    };
    let bytes = b"\x1b[31m\0\xff".to_vec();
    assert_eq!(
        cat("/usr/share/orders/bytes"),
        (bytes.clone(), String::new())
    );
    assert_eq!(cat("/usr/share/orders/other"), (bytes, String::new()));
    assert_eq!(cat("conffiles").0, b"/etc/orders/orders.conf\n");
    for (name, expected) in [
        (
            "/usr/share/orders/link",
            "error: `/usr/share/orders/link` is a link to `bytes`\nhint: name the file that it leads to\n",
        ),
        (
            "/usr/share",
            "error: `/usr/share` is a directory\nhint: `reldeb inspect x.deb` lists all paths\n",
        ),
        (
            "/usr/nothing",
            "error: the package has no file `/usr/nothing`\nhint: `reldeb inspect x.deb` lists all paths\n",
        ),
        (
            "postrm",
            "error: the control archive has no file `postrm`\n\
             hint: it has conffiles, control, postinst, preinst, prerm; a path of the package begins with `/`\n",
        ),
        (
            "/../etc/passwd",
            "error: path `/../etc/passwd` contains `..`, expected a path without it\nhint: write where it really goes\n",
        ),
    ] {
        assert_eq!(cat(name), (Vec::new(), expected.to_owned()), "{name}");
    }
}

fn package_file(folder: &Folder, name: &str) -> std::path::PathBuf {
    folder.path().join("usr/share/orders").join(name)
}

#[test]
fn folders_are_told_by_their_sizes() {
    let package = packed(|folder| {
        folder.file("usr/share/orders/data", "x".repeat(9000));
    });
    let (status, text, _) = reldeb(&["inspect", "x.deb", "--folders"], package.path());
    let first: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(status, 0);
    assert_eq!(
        first,
        [
            "9273 / (8 files)",
            "9075 /usr/ (3 files)",
            "9008 /usr/share/ (2 files)",
            "9000 /usr/share/orders/ (1 file)"
        ]
    );
}

#[test]
fn sums_are_compared() {
    const README: &str = "5bbf5a52328e7439ae6e719dfe712200  usr/share/doc/orders/README\n";
    let verify = |sums: &str| {
        let package = packed(|folder| {
            folder
                .remove("opt")
                .remove("usr/lib")
                .file("usr/share/doc/orders/README", "Hello\n")
                .file("DEBIAN/md5sums", sums);
        });
        reldeb(&["inspect", "x.deb", "--verify"], package.path())
    };
    let conffile = "1 configuration files are not in it\n";
    let sums = md5(b"Hello\n");
    let good = README.replace(&README[..32], &sums);
    assert_eq!(
        verify(&good),
        (
            0,
            format!("1 files, as `md5sums` says\n{conffile}"),
            String::new()
        )
    );
    assert_eq!(
        verify(""),
        (
            1,
            format!(
                "0 files, as `md5sums` says\n{conffile}not in it: /usr/share/doc/orders/README\n"
            ),
            String::new()
        )
    );
    let (status, text, said) = verify(&README.replace(&README[..32], &"0".repeat(32)));
    assert_eq!((status, text.as_str()), (1, conffile));
    assert!(said.contains("error[md5sum-differs]"), "{said}");
}

fn md5(bytes: &[u8]) -> String {
    format!("{:x}", md5::compute(bytes))
}

#[test]
fn a_page_holds_no_text_that_a_browser_obeys() {
    let package = packed(|folder| {
        folder
            .replace(
                "DEBIAN/control",
                "order service",
                "</script><script>alert(1)</script>",
            )
            .file("usr/share/orders/<b>", "x");
    });
    let call = ["inspect", "x.deb", "--html", "x.html"];
    assert_eq!(
        reldeb(&call, package.path()),
        (0, "x.html\n".to_owned(), String::new())
    );
    // Once more, over a page; but never over anything else.
    assert_eq!(reldeb(&call, package.path()).0, 0);
    let refused = reldeb(&["inspect", "x.deb", "--html", "x.deb"], package.path());
    let expected = "error: `x.deb` is there, and is no page of reldeb\nhint: name another file, or remove it\n";
    assert_eq!(refused, (2, String::new(), expected.to_owned()));
    let page = std::fs::read_to_string(package.path().join("x.html")).unwrap();
    let (head, data) = page.split_once(r#"id="data">"#).unwrap();
    assert!(head.contains("default-src 'none'"), "{head}");
    let (data, _) = data.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["description"], "</script><script>alert(1)</script>");
    assert_eq!(data["tree"]["size"], 274);
    assert!(!page.contains("<b>\""), "{page}");
}
