//! Files that are secret or privileged on the build machine: kept so, or said.

use crate::building::{demo, has, output_of, said, shell};
use crate::sketch::Sketch;

#[test]
fn private_files_stay_private_or_are_said() {
    let service = |more: &str| {
        demo("", &format!("{more}[files]\n\"/etc/demo/\" = \"etc\"\n"))
            .file("etc/other.conf", "a=b\n")
            .file_with_mode("etc/db.conf", "password=x\n", 0o600)
            .file_with_mode("rel/etc/server.key", "key", 0o600)
            .file_with_mode("rel/etc/second.key", "key", 0o640)
            .file_with_mode("rel/lib/secret", "#!/bin/sh\n", 0o700)
            .directory_with_mode("rel/closed", 0o700)
            .file("rel/closed/open", "key")
    };
    let outcome = said(
        service("[service]\n"),
        &["-v"],
        "
        info[private-file]: `/opt/demo/closed/open` (and 3 more) is private on this machine and becomes root:demo 0640
        warning[private-file]: `/etc/demo/db.conf` is private on this machine and becomes root:demo 0640
        hint: write it down, no repository keeps it: `\"/etc/demo/db.conf\" = { source = \"etc/db.conf\", mode = \"0640\", group = \"demo\" }`
        ",
    );
    for (start, path) in [
        ("-rw-r----- root/demo", "./etc/demo/db.conf"),
        ("-rw-r--r-- root/root", "./etc/demo/other.conf"),
        ("-rw-r----- root/demo", "./opt/demo/etc/server.key"),
        ("-rw-r----- root/demo", "./opt/demo/etc/second.key"),
        ("-rw-r----- root/demo", "./opt/demo/closed/open"),
        ("drwxr-xr-x root/root", "./opt/demo/closed/"),
        ("-rwxr-x--- root/demo", "./opt/demo/lib/secret"),
        ("-rwxr-xr-x root/root", "./opt/demo/bin/demo"),
    ] {
        has(&outcome, start, path);
    }
    // Without a user of the package's own only root reads them; a program is for everybody.
    let outcome = said(
        service(""),
        &[],
        "
        warning[private-file]: `/opt/demo/closed/open` (and 2 more) is private on this machine and becomes root:root 0600
        hint: write down who may read it: `\"/opt/demo/closed/open\" = { source = \"rel/closed/open\", mode = \"0600\" }`
        warning[private-file]: `/etc/demo/db.conf` is private on this machine and becomes root:root 0600
        hint: write down who may read it: `\"/etc/demo/db.conf\" = { source = \"etc/db.conf\", mode = \"0600\" }`
        ",
    );
    has(
        &outcome,
        "-rw------- root/root",
        "./opt/demo/etc/server.key",
    );
    has(&outcome, "-rwxr-xr-x root/root", "./opt/demo/lib/secret");
    // What the manifest says is not said again.
    let line = "\"/etc/demo/db.conf\" = { source = \"etc/db.conf\", mode = \"0644\" }\n";
    let outcome = said(
        demo("", &format!("[service]\n[files]\n{line}")).file_with_mode("etc/db.conf", "x", 0o600),
        &["-v"],
        "",
    );
    has(&outcome, "-rw-r--r-- root/root", "./etc/demo/db.conf");
}

/// A strict umask tells nothing of single files, and the package has the same bytes.
#[test]
fn a_strict_umask_is_no_secret() {
    let test = demo("", "[service]\n[files]\n\"/etc/demo/x\" = \"x\"\n").file("x", "x");
    let folder = test.path("");
    let build = |and: &str| {
        let output = shell(&folder, &format!("{and}; $RELDEB build -v"));
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        (
            std::fs::read(folder.join(output_of(output.stdout))).unwrap(),
            said,
        )
    };
    let (first, said) = build(":");
    assert_eq!(said, "");
    let (second, said) = build("chmod -R go= rel x reldeb.toml");
    assert!(first == second, "the bytes differ");
    assert_eq!(
        said,
        "info[umask]: `/opt/demo/bin/demo` (and 2 more) is private on this machine for a strict umask, and \
         becomes readable by all\n"
    );
}

#[test]
fn a_private_key_that_all_can_read_is_said() {
    const KEY: &str = "-----BEGIN CERTIFICATE-----\nA\n-----BEGIN EC PRIVATE KEY-----\nB\n";
    let hint = "hint: leave it out, or write who may read it in `[files]`:";
    said(
        demo("", "[service]\n").file("rel/priv/ssl/key.pem", KEY),
        &[],
        &format!(
            "warning[private-key-readable]: `/opt/demo/priv/ssl/key.pem` holds a private key and is readable by all\n{hint} \
             `\"/opt/demo/priv/ssl/key.pem\" = {{ source = \"rel/priv/ssl/key.pem\", mode = \"0640\", \
             group = \"demo\" }}`\n"
        ),
    );
    said(
        demo("", "[files]\n\"/etc/demo/\" = \"etc/*\"\n")
            .file("etc/id_rsa", KEY)
            .file("etc/prod.toml", format!("key = '''\n{KEY}'''"))
            .file("etc/ca.pem", "-----BEGIN CERTIFICATE-----\n"),
        &[],
        &format!(
            "warning[private-key-readable]: `/etc/demo/id_rsa` (and 1 more) holds a private key and is readable by all\n\
             {hint} `\"/etc/demo/id_rsa\" = {{ source = \"etc/id_rsa\", mode = \"0600\" }}`\n"
        ),
    );
    said(
        demo("", "[service]\n").file_with_mode("rel/key.pem", KEY, 0o600),
        &[],
        "",
    );
}

#[test]
fn bits_of_setuid_are_said() {
    let service = |more: &str| {
        demo("", &format!("[service]\n{more}")).file_with_mode("rel/lib/raw", "#!/bin/sh\n", 0o4755)
    };
    let outcome = said(
        service(""),
        &[],
        "
        warning[setuid-dropped]: `/opt/demo/lib/raw` is setuid or setgid, which is dropped
        hint: write it in `[files]` if it is meant: `\"/opt/demo/lib/raw\" = { source = \"rel/lib/raw\", mode = \"4755\" }`
        ",
    );
    has(&outcome, "-rwxr-xr-x root/root", "./opt/demo/lib/raw");
    let line = "[files]\n\"/opt/demo/lib/raw\" = { source = \"rel/lib/raw\", mode = \"4755\" }\n";
    said(
        service(line),
        &[],
        "
        warning[setuid-without-effect]: `/opt/demo/lib/raw` is setuid or setgid, which has no effect in the service: its unit has `NoNewPrivileges`
        hint: if the service runs it, write `Service = { NoNewPrivileges = \"no\", CapabilityBoundingSet = \"~\" }` below `[service.systemd]`
        ",
    );
    let allowed = format!("[service.systemd]\nService = {{ NoNewPrivileges = \"no\" }}\n{line}");
    said(service(&allowed), &[], "");
    // What runs as root has the rights of root.
    let as_root = service(line);
    let manifest = std::fs::read_to_string(as_root.path("reldeb.toml")).unwrap();
    let outcome = as_root
        .manifest(&format!("user = false\n{manifest}"))
        .args(["plan"])
        .any_stdout()
        .any_stderr()
        .run();
    assert!(!outcome.stderr.contains("setuid"), "{}", outcome.stderr);
    let own = "managers = []\n[units]\n\"raw.service\" = \"raw.service\"\n";
    let unit = "[Service]\nExecStart=/opt/demo/bin/demo\nUser=www-data\nNoNewPrivileges=yes\n";
    said(
        service(&format!("{own}{line}")).file("raw.service", unit),
        &[],
        "
        warning[setuid-without-effect]: `/opt/demo/lib/raw` is setuid or setgid, which has no effect in `raw.service`, which has `NoNewPrivileges`
        hint: if that runs it, take `NoNewPrivileges` out of the unit
        ",
    );
    let off = unit.replace("yes", "no");
    said(
        service(&format!("{own}{line}")).file("raw.service", off),
        &[],
        "",
    );
    said(service(&format!("managers = [\"init\"]\n{line}")), &[], "");
}

/// Cookies become what is said of them.
#[test]
fn cookies_of_the_release_are_said() {
    let made = "the package makes a cookie on each machine";
    let shared = "every installation shares the cookie, and `ps` shows it";
    let file = "`releases/1.4.0/vm.args";
    for (name, arguments, key, expected) in [
        (
            "",
            "-setcookie x",
            "",
            format!(
                "warning[baked-in-cookie]: {file}` has `-setcookie`, which is left out: {made}\nhint: remove it from \
                 the release as well\n"
            ),
        ),
        (
            "",
            "-setcookie x",
            "keep-cookie = true\n",
            format!(
                "warning[baked-in-cookie]: {file}` has `-setcookie`, which is kept: {shared}\nhint: leave \
                 `keep-cookie` out: {made}\n"
            ),
        ),
        (
            ".src",
            "-setcookie ${COOKIE:-secretcookie}",
            "",
            format!(
                "warning[baked-in-cookie]: {file}.src` has a cookie of its own where the environment gives none: \
                 {shared}\nhint: remove it: {made}\n"
            ),
        ),
        (
            ".src",
            "-setcookie ${COOKIE}",
            "",
            format!(
                "info[cookie-from-environment]: {file}.src` takes the cookie from the environment: the one that the package \
                 makes is not used\n"
            ),
        ),
    ] {
        let sketch = Sketch::relx().file(&format!("releases/1.4.0/vm.args{name}"), arguments);
        let folder = sketch.path();
        let manifest = format!(
            "[package]\nmaintainer = \"Ann <ann@example.com>\"\ndescription = \"orders\"\n\
             [release]\npath = \".\"\n{key}"
        );
        std::fs::write(folder.join("reldeb.toml"), manifest).unwrap();
        let output = shell(folder, "$RELDEB plan -v");
        let all = String::from_utf8(output.stderr).unwrap();
        let mut about = false;
        let said = all.split_inclusive('\n').filter(|line| {
            about = line.contains("cookie") || about && line.starts_with("hint");
            about
        });
        assert_eq!(said.collect::<String>(), expected, "{arguments} {key}");
    }
}
