//! Things that machines and people get of a repository: keys, sources, the keyring package and the page.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::{Repository, Said};
use crate::packed::success;

/// The version and maintainer of a keyring package.
const KEYRING: [&str; 4] = ["--version", "1", "--maintainer", "Ann <ann@example.com>"];

/// Runs a command of `reldeb repo` whose words have blanks in them.
fn run(repository: &Repository, words: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.env("RELDEB_KEY", "reldeb.key");
    let output = command.arg("repo").args(words);
    let output = output.current_dir(repository.path("")).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said {
        status: output.status.code().unwrap_or(-1),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

fn keyring(repository: &Repository, words: &str) -> Said {
    let words: Vec<&str> = words.split(' ').collect();
    run(repository, &[&["keyring"], &*words, &KEYRING].concat())
}

#[test]
fn keys_are_made_and_shown() {
    let repository = Repository::none();
    let owner = "Example <apt@example.com>";
    let made = run(
        &repository,
        &[
            "key",
            "new",
            "my.key",
            "--owner",
            owner,
            "--expires",
            "2090-01-31",
        ],
    );
    let shown = repository.run("key show my.key").stdout;
    assert!(
        shown.ends_with(" Example <apt@example.com>, until 2090-01-31\n"),
        "{shown}"
    );
    made.says(&format!("secret key: my.key\n{shown}"));
    let permissions = std::fs::metadata(repository.path("my.key"))
        .unwrap()
        .permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let public = repository.run("key show --public my.key").stdout;
    assert!(
        public.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
        "{public}"
    );
    std::fs::write(repository.path("public.asc"), public).unwrap();
    repository.run("key show public.asc").says(&shown);
    repository
        .run("key new my.key --owner Example")
        .fails(1, "error: cannot write `my.key`: file exists\n");
    repository.run("key new other.key --owner Example --expires 2001-01-01").fails(
        1,
        "error: `other.key`: a new key cannot expire on 2001-01-01: expected a day to come before 2106\n",
    );
    std::fs::write(repository.path("text"), "text").unwrap();
    repository.run("key show text").fails(
        1,
        "error: `text`: no OpenPGP key in it, expected one as `gpg --export` writes it\n\
         hint: make a key with `reldeb repo key new`, or export one with \
         `gpg --armor --export-secret-keys ADDRESS`\n",
    );
}

#[test]
fn sources_name_the_suite_and_hold_its_key() {
    let repository = Repository::new();
    let text = repository
        .run("sources apt --url https://apt.example.com/")
        .stdout;
    let head = "Types: deb\nURIs: https://apt.example.com\nSuites: stable\nComponents: main\n\
                Architectures: amd64\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n";
    assert!(text.starts_with(head), "{text}");
    let folder = repository.path("apt");
    let text = repository.run("sources apt").stdout;
    assert!(
        text.contains("URIs: file:[DIR]/apt\n"),
        "{text} {}",
        folder.display()
    );
    repository.run("sources apt --url apt.example.com").fails(
        2,
        "error: invalid value 'apt.example.com' for '--url <URL>': `apt.example.com` is no address \
         for apt: expected one that begins with `https://`, `http://` or `file:/`\n\n\
         For more information, try '--help'.\n",
    );
    repository.run("init apt --origin Example --suite testing");
    repository.run("sources apt").fails(
        2,
        "error: `apt` has several suites: `stable`, `testing`\n\
         hint: name those that the machines shall know, such as `--suite stable`: apt installs the newest \
         version from all of them\n",
    );
    let text = repository.run("sources apt --suite testing").stdout;
    assert!(text.contains("\nSuites: testing\n"), "{text}");
    let both = "sources apt --suite testing --suite stable --suite testing";
    let text = repository.run(both).stdout;
    assert!(text.contains("\nSuites: stable testing\n"), "{text}");
    repository.run("init apt --suite testing --component extra");
    repository.run(both).fails(
        1,
        "error: suites `stable` and `testing` differ in components or architectures\n\
         hint: name one of them, or add with `reldeb repo init` what the others have more\n",
    );
}

#[test]
fn the_keyring_package_has_key_and_source() {
    let repository = Repository::new();
    let url = "apt --url https://apt.example.com";
    keyring(&repository, url).says("example-archive-keyring_1_all.deb\n");
    let deb = repository.path("example-archive-keyring_1_all.deb");
    let inside = |path: &str| {
        let tar = format!(
            "dpkg-deb --fsys-tarfile {} | tar -xO ./{path}",
            deb.display()
        );
        Command::new("sh")
            .args(["-c", &tar])
            .output()
            .unwrap()
            .stdout
    };
    assert_eq!(
        String::from_utf8(inside("etc/apt/sources.list.d/example.sources")).unwrap(),
        "Types: deb\nURIs: https://apt.example.com\nSuites: stable\nComponents: main\n\
         Architectures: amd64\nSigned-By: /usr/share/keyrings/example-archive-keyring.pgp\n"
    );
    std::fs::write(
        repository.path("inside.pgp"),
        inside("usr/share/keyrings/example-archive-keyring.pgp"),
    )
    .unwrap();
    let shown = repository.run("key show reldeb.key").stdout;
    repository.run("key show inside.pgp").says(&shown);
    let conffiles = success(
        Command::new("dpkg-deb")
            .args(["-I"])
            .arg(&deb)
            .arg("conffiles"),
    );
    assert_eq!(conffiles, "/etc/apt/sources.list.d/example.sources\n");
    let unnamed = run(&repository, &["keyring", "apt"]);
    unnamed.fails(
        2,
        "error: no maintainer for the package of the keys\n\
         hint: name one with `--maintainer 'Name <address>'`, or set DEBFULLNAME and DEBEMAIL\n",
    );
    let bad = keyring(&repository, "apt --name Ü");
    assert_eq!(bad.status, 1);
    assert!(
        bad.stderr
            .starts_with("error: `Ü` is no name of a repository: package `Ü-archive-keyring`: "),
        "{}",
        bad.stderr
    );
}

#[test]
fn the_page_lists_the_newest_first_and_how_to_add_it() {
    let repository = Repository::new();
    for version in ["1.9", "1.10"] {
        let file = format!("orders_{version}_amd64.deb");
        repository.package(&file, "Homepage: https://orders.example.com/?a=\"b\"&c\n");
        repository.run(&format!("add apt {file}"));
    }
    repository
        .run("html apt --url https://apt.example.com")
        .says("apt/index.html\n");
    let page = repository.read("apt/index.html");
    let at = |text: &str| {
        page.find(text)
            .unwrap_or_else(|| panic!("{text} is not in {page}"))
    };
    assert!(at(">1.10</a>") < at(">1.9</a>"));
    at(
        "<h3>orders</h3>\n<p>order service <a href=\"https:&#x2F;&#x2F;orders.example.com&#x2F;?a=&quot;b&quot;&amp;c\"",
    );
    at("<p>Takes orders.</p>\n<p>Keeps them.</p>");
    at("cat &gt;/etc/apt/sources.list.d/example.sources &lt;&lt;'END'\nTypes: deb\nURIs: https:");
    at("href=\"pool&#x2F;main&#x2F;o&#x2F;orders&#x2F;orders_1.10_amd64.deb\"");
    assert!(!page.contains("archive-keyring"));
    keyring(&repository, "apt --url https://apt.example.com");
    repository.run("add apt example-archive-keyring_1_all.deb");
    repository
        .run("html apt --url https://apt.example.com -o page.html")
        .says("page.html\n");
    let page = repository.read("page.html");
    assert!(
        page.contains("<pre>apt-get install example-archive-keyring</pre>"),
        "{page}"
    );
}

/// One who installs it would lose the suite that it came from.
#[test]
fn a_keyring_package_is_added_to_the_suite_that_it_names() {
    let repository = Repository::new();
    repository.run("init apt --suite testing");
    keyring(&repository, "apt --suite testing");
    let before = repository.files();
    let add = "add apt example-archive-keyring_1_all.deb";
    repository.run(add).fails(
        1,
        "
        error: `example-archive-keyring_1_all.deb` leads machines to suite `testing`, expected `stable`: machines \
        that install it from there would lose their suite
        hint: make one of that suite with `reldeb repo keyring apt --suite stable`; name several suites where \
        machines have all of them
        ",
    );
    assert_eq!(repository.files(), before);
    repository
        .run(&format!("{add} --suite testing"))
        .says("example-archive-keyring 1 all added to testing main\n");
    repository
        .run("promote apt --from testing --to stable example-archive-keyring")
        .fails(
            1,
            "
            error: `pool/main/e/example-archive-keyring/example-archive-keyring_1_all.deb` leads machines to suite \
            `testing`, expected `stable`: machines that install it from there would lose their suite
            hint: make one of that suite with `reldeb repo keyring apt --suite stable`; name several suites where \
            machines have all of them
            ",
        );
    // Its source and its package are told where the machine has that suite alone.
    repository.run("html apt --url https://apt.example.com");
    let page = repository.read("apt/index.html");
    let (stable, testing) = page.split_once("Add suite <code>testing</code>").unwrap();
    assert!(!stable.contains("apt-get install"), "{page}");
    assert!(
        testing.contains("<pre>apt-get install example-archive-keyring</pre>"),
        "{page}"
    );
    assert!(
        stable.contains(
            "for several, write all their names behind <code>Suites:</code> in one file:"
        ),
        "{page}"
    );
}

#[test]
fn a_keyring_package_of_several_suites_belongs_to_each_of_them() {
    let repository = Repository::new();
    repository.run("init apt --suite testing");
    keyring(&repository, "apt --suite testing --suite stable");
    for suite in ["stable", "testing"] {
        repository
            .run(&format!(
                "add apt example-archive-keyring_1_all.deb --suite {suite}"
            ))
            .says(&format!(
                "example-archive-keyring 1 all added to {suite} main\n"
            ));
    }
}

/// A machine may have the source already, as it was printed: dpkg must not ask about it.
#[test]
fn only_a_source_that_was_printed_gives_way_to_that_of_the_package() {
    let repository = Repository::new();
    let url = "apt --url https://apt.example.com";
    keyring(&repository, url);
    let printed = repository.run(&format!("sources {url}")).stdout;
    let shell = |line: &str| {
        let mut shell = Command::new("sh");
        success(shell.args(["-ec", line]).current_dir(repository.path("")))
    };
    // The scripts are for /etc: here they get a folder of the test.
    shell("mkdir machine; dpkg-deb -e example-archive-keyring_1_all.deb scripts");
    shell(
        "sed -i 's|=/etc/apt/sources.list.d/|=machine/|; s| /etc/apt/sources.list.d/| machine/|' scripts/p*",
    );
    shell(
        "dpkg-deb --fsys-tarfile example-archive-keyring_1_all.deb | tar -xO ./etc/apt/sources.list.d/example.sources >own",
    );
    let machine = repository.path("machine/example.sources");
    let left = || shell("ls machine");
    std::fs::write(&machine, &printed).unwrap();
    shell("sh scripts/preinst install; cmp machine/example.sources own");
    assert_eq!(left(), "example.sources\nexample.sources.dpkg-reldeb\n");
    // dpkg gives up, and later comes to its end.
    shell("sh scripts/postrm abort-install");
    assert_eq!(std::fs::read_to_string(&machine).unwrap(), printed);
    shell(
        "sh scripts/preinst upgrade 0; sh scripts/postinst configure 0; cmp machine/example.sources own",
    );
    assert_eq!(left(), "example.sources\n");
    for changed in [
        format!("# Ours.\n{printed}"),
        format!("{printed}Enabled: no\n"),
        printed.replace("stable", "testing"),
        printed.replace(" main", " main\n extra"),
        format!("{printed}\n{printed}"),
        String::new(),
    ] {
        std::fs::write(&machine, &changed).unwrap();
        shell("sh scripts/preinst install");
        assert_eq!(std::fs::read_to_string(&machine).unwrap(), changed);
        assert_eq!(left(), "example.sources\n");
    }
}
