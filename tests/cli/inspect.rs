//! The parts that `reldeb inspect` shows beside the whole package: one file, folders, sums, a page.

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

/// Returns the document that a browser makes of a page after all scripts; nothing where there is no browser.
fn in_browser(address: &str, folder: &std::path::Path) -> Option<String> {
    let profile = folder.join("profile").display().to_string();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--window-size=1280,900", "--virtual-time-budget=2000"])
        .args([&format!("--user-data-dir={profile}"), address])
        .output();
    let Ok(output) = output else {
        crate::support::skip("there is no chromium");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The folder that a page shows, and the names on its map.
fn on_map(document: &str) -> (String, Vec<String>) {
    let texts = |from: &str, to: &str| {
        let (_, rest) = document.split_once(from).unwrap();
        let (part, _) = rest.split_once(to).unwrap();
        let mut texts = Vec::new();
        for piece in part.split('<').filter_map(|piece| piece.split_once('>')) {
            if !piece.1.trim().is_empty() {
                texts.push(piece.1.trim().to_owned());
            }
        }
        texts
    };
    let way = texts("<nav", "</nav>").join(" ");
    (way, texts("<div id=\"map\"", "<div id=\"rest\""))
}

#[test]
fn the_map_is_clicked_into_in_a_browser() {
    let package = packed(|folder| {
        folder
            .file("usr/share/orders/a&b/one", "x".repeat(5000))
            .file("usr/share/orders/a&b/two", "x".repeat(3000))
            .file("usr/bin/orders", "x".repeat(9000));
    });
    let folder = package.path();
    reldeb(&["inspect", "x.deb", "--html", "x.html"], folder);
    let page = format!("file://{}", folder.join("x.html").display());
    let Some(document) = in_browser(&page, folder) else {
        return;
    };
    // It begins where the contents part.
    let (way, names) = on_map(&document);
    assert_eq!(way, "orders / usr 17.1 kB");
    assert_eq!(names[0], "bin/ 9.0 kB", "{names:?}");
    assert!(names.contains(&"a&amp;b/ 8.0 kB".to_owned()), "{names:?}");
    // An address names a folder.
    let document = in_browser(&format!("{page}#/usr/share/orders/a%26b"), folder).unwrap();
    let expected = ["one", "5.0 kB", "two", "3.0 kB"].map(str::to_owned);
    let way = "orders / usr / share / orders / a&amp;b 8.0 kB".to_owned();
    assert_eq!(on_map(&document), (way, expected.to_vec()));
    // A click on the largest folder, then one on the first word of the way.
    let text = std::fs::read_to_string(folder.join("x.html")).unwrap();
    for (click, expected) in [
        ("#map button", "orders / usr / bin 9.0 kB"),
        ("nav button", "orders 17.3 kB"),
    ] {
        let script = format!("<script>document.querySelector('{click}').click()</script></body>");
        std::fs::write(folder.join("y.html"), text.replace("</body>", &script)).unwrap();
        let address = page.replace("x.html", "y.html");
        let document = in_browser(&address, folder).unwrap();
        assert_eq!(on_map(&document).0, expected);
    }
}
