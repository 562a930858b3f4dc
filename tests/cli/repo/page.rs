//! The page of a repository: changes of packages, and the page at each publication.

use std::process::Command;

use super::Repository;
use crate::packed::success;

const MANIFEST: &str = "[package]\nname = \"orders\"\nversion = \"VERSION\"\narchitecture = \"all\"\n\
                        maintainer = \"Ann <ann@example.com>\"\ndescription = \"orders\"\n\
                        changelog = \"changelog\"\n[files]\n\"/usr/share/orders/text\" = \"text\"\n";

/// Builds a version whose changelog tells of it, and of those before.
fn build(repository: &Repository, version: &str) -> String {
    let write = |path: &str, text: &str| std::fs::write(repository.path(path), text).unwrap();
    let before = std::fs::read_to_string(repository.path("changelog")).unwrap_or_default();
    let entry = format!(
        "orders ({version}) stable; urgency=medium\n\n  * Version {version} <is> here.\n\n \
         -- Ann <ann@example.com>  Sun, 29 Nov 2026 12:00:00 +0000\n\n"
    );
    write("changelog", &(entry + &before));
    write("text", "text\n");
    write("reldeb.toml", &MANIFEST.replace("VERSION", version));
    let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    let build = build.args(["build", "-q", "--output", "."]);
    success(build.current_dir(repository.path("")))
        .trim_end()
        .to_owned()
}

#[test]
fn the_page_tells_what_changed() {
    let repository = Repository::new();
    for version in ["1.0-1", "1.1-1"] {
        let package = build(&repository, version);
        repository.run(&format!("add apt {package}"));
    }
    let html = "html apt --url https://apt.example.com";
    repository.run(html).says("apt/index.html\n");
    let page = repository.read("apt/index.html");
    for version in ["1.0-1", "1.1-1"] {
        let change = format!(
            "<h4>{version} <span class=\"weak\">2026-11-29</span></h4>\n<ul>\n\
             <li>Version {version} &lt;is&gt; here.</li>\n</ul>\n"
        );
        assert!(page.contains(&change), "{page}");
    }
    // What was read once is kept: the package itself is not asked again.
    let pool = "apt/pool/main/o/orders/orders_1.1-1_all.deb";
    std::fs::write(repository.path(pool), "damaged").unwrap();
    repository.run(html).says("apt/index.html\n");
    assert_eq!(repository.read("apt/index.html"), page);
    // What is kept may be gone or damaged, too.
    std::fs::write(repository.path("apt/page.json"), "{").unwrap();
    repository.run(html).says("apt/index.html\n");
    assert!(!repository.read("apt/index.html").contains("<h4>"));
}

#[test]
fn each_publication_writes_the_page_where_that_is_asked_for() {
    let repository = Repository::none();
    let init = "init apt --origin Example --key new";
    repository
        .run(&format!("{init} --page https://apt.example.com"))
        .says("secret key: reldeb.key\nsuite stable: made\n");
    let page = || repository.read("apt/index.html");
    assert!(page().contains("<p>None yet.</p>"), "{}", page());
    let package = build(&repository, "1.0-1");
    repository
        .run(&format!("add apt {package}"))
        .says("orders 1.0-1 all added to stable main\n");
    assert!(page().contains(">1.0-1</a>"), "{}", page());
    repository
        .run("remove apt orders")
        .says("orders 1.0-1 all removed from stable\n");
    assert!(!page().contains(">1.0-1</a>"), "{}", page());

    // A page that cannot be written undoes nothing.
    std::fs::remove_file(repository.path("apt/index.html")).unwrap();
    std::fs::create_dir_all(repository.path("apt/index.html/in-the-way")).unwrap();
    let said = repository.run(&format!("add apt {package}"));
    assert_eq!(
        (said.status, said.stdout.as_str()),
        (0, "orders 1.0-1 all added to stable main\n")
    );
    let start =
        "warning[page-not-written]: the packages are published, but not the page for people: ";
    let end = "hint: write it by `reldeb repo html apt --url https://apt.example.com`\n";
    let stderr = said.stderr;
    assert!(
        stderr.starts_with(start) && stderr.ends_with(end),
        "{stderr}"
    );
    repository
        .run("list apt")
        .says("stable main orders 1.0-1 all\n");

    // No more pages.
    std::fs::remove_dir_all(repository.path("apt/index.html")).unwrap();
    repository
        .run("init apt --no-page")
        .says("suite stable: changed\n");
    repository.run("remove apt orders");
    assert!(!repository.path("apt/index.html").exists());
}

#[test]
fn a_page_of_somebody_else_stays() {
    let repository = Repository::new();
    let page = repository.path("apt/index.html");
    let html = "html apt --url https://apt.example.com";
    std::fs::write(&page, "<title>Example: welcome</title>\n").unwrap();
    let before = repository.files();
    let words = "`index.html` is a page that reldeb has not written, and is not replaced\n\
                 hint: move it away, or write the other to a file of its own: `reldeb repo html apt -o FILE`\n";
    repository.run(html).fails(1, &format!("error: {words}"));
    assert_eq!(repository.files(), before);
    repository
        .run(&format!("{html} -o page.html"))
        .says("page.html\n");
    repository
        .run("init apt --page https://apt.example.com")
        .says_and_tells(
            "suite stable: changed\n",
            &format!(
                "warning[page-not-written]: the packages are published, but not the page for people: {words}"
            ),
        );
    assert_eq!(
        repository.read("apt/index.html"),
        "<title>Example: welcome</title>\n"
    );
    // Those of reldeb are replaced, also of before.
    for ours in [
        "<title>Example: Debian packages</title>".to_owned(),
        repository
            .read("page.html")
            .replace("Debian packages", "packages"),
    ] {
        std::fs::write(&page, ours).unwrap();
        repository.run(html).says("apt/index.html\n");
        assert_eq!(
            repository.read("apt/index.html"),
            repository.read("page.html")
        );
    }
}

/// A browser shows the changes, and nothing of them is markup.
#[test]
fn a_browser_shows_the_page() {
    let repository = Repository::none();
    let address = format!("file://{}", repository.path("apt").display());
    repository.run(&format!(
        "init apt --origin Example --key new --page {address}"
    ));
    let package = build(&repository, "1.0-1");
    repository.run(&format!("add apt {package}"));
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .arg(format!(
            "--user-data-dir={}",
            repository.path("profile").display()
        ))
        .arg(format!("{address}/index.html"))
        .output();
    let Ok(output) = output else {
        crate::support::skip("there is no chromium");
        return;
    };
    let page = String::from_utf8_lossy(&output.stdout);
    assert!(
        page.contains("<li>Version 1.0-1 &lt;is&gt; here.</li>"),
        "{page}"
    );
    assert!(page.contains(&format!("URIs: {address}")), "{page}");
}
