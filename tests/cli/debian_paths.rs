//! Paths of `[files]` that are Debian's, the machine's or the sysadmin's own.

use crate::building::{demo, said};
use crate::errors::refused;

#[test]
fn a_path_of_debian_is_refused_in_both_spellings() {
    const PROGRAM: &str = "write a path of the package's own, such as one below `/opt`, or call dpkg-divert in `[scripts]`";
    const UNIT: &str = "write another name, or a drop-in below `[units]`";
    const FILE: &str = "leave it out, and change the file in a hook if that must be";
    for (path, part, hint) in [
        ("/bin/cat", "program", PROGRAM),
        ("/usr/bin/cat", "program", PROGRAM),
        ("/lib/x86_64-linux-gnu/libc.so.6", "library", PROGRAM),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", "library", PROGRAM),
        ("/lib/systemd/system/getty@.service", "unit", UNIT),
        ("/etc/systemd/system/default.target", "unit", UNIT),
        ("/etc/passwd", "file", FILE),
        ("/etc/network/interfaces", "file", FILE),
    ] {
        expect(
            &format!("\"{path}\" = \"x\""),
            &format!("`{path}` would replace a {part} of Debian's base system"),
            hint,
        );
    }
    for path in [
        "/boot/vmlinuz-6.1.0",
        "/etc/aliases",
        "/etc/rc.local",
        "/etc/ssh/ssh_host_ed25519_key",
        "/etc/ssh/sshd_config",
        "/swapfile",
        "/usr/share/info/dir",
        "/var/log/wtmp",
    ] {
        expect(
            &format!("\"{path}\" = \"x\""),
            &format!("`{path}` would replace a file of the machine or of its sysadmin"),
            FILE,
        );
    }
    expect(
        "\"/lib\" = { symlink = \"/opt/x\", exact = true }",
        "`/lib` would replace a directory of Debian's base system",
        "leave it out, and write paths below it",
    );
}

#[test]
fn a_directory_in_the_place_of_a_file_of_debian_is_refused() {
    const OWN: &str = "write a path of the package's own, such as one below `/opt`";
    for (parent, part) in [
        ("/etc/passwd", "file"),
        ("/etc/login.defs", "file"),
        ("/usr/bin/dash", "program"),
        ("/bin/dash", "program"),
        ("/usr/lib/x86_64-linux-gnu/libc.so.6", "library"),
        ("/lib/x86_64-linux-gnu/libc.so.6", "library"),
        ("/lib/systemd/system/getty@.service", "unit"),
    ] {
        expect(
            &format!("\"{parent}/a/f\" = \"x\""),
            &format!(
                "`{parent}/a/f` would replace `{parent}`, a {part} of Debian's base system, by a directory"
            ),
            OWN,
        );
    }
    expect(
        "\"/etc/shadow/\" = { directory = true }",
        "`/etc/shadow` would replace a file of Debian's base system",
        "leave it out, and change the file in a hook if that must be",
    );
}

#[test]
fn a_place_that_packages_have_nothing_in_is_refused() {
    const START: &str = "let tmpfiles.d(5) or the service make it";
    const OTHER: &str = "write a path below `/opt`, `/usr`, `/etc` or `/var/lib`";
    for (path, place, what, hint) in [
        (
            "/var/lib/dpkg/status",
            "/var/lib/dpkg",
            "is dpkg's own",
            OTHER,
        ),
        (
            "/var/spool/cron/crontabs/root",
            "/var/spool/cron",
            "has the users' crontabs and jobs",
            "write a file in `/etc/cron.d`",
        ),
        ("/var/mail/x", "/var/mail", "has the users' mail", OTHER),
        (
            "/var/spool/mail/x",
            "/var/spool/mail",
            "has the users' mail",
            OTHER,
        ),
        (
            "/etc/ssl/private/x.key",
            "/etc/ssl/private",
            "has the keys of the machine",
            "let a hook make it, or write a path below `/etc` that is the package's own",
        ),
        (
            "/boot/grub/grub.cfg",
            "/boot/grub",
            "is grub's own",
            "write a file in `/etc/default/grub.d`",
        ),
        ("/var/lib/apt/x", "/var/lib/apt", "is apt's own", OTHER),
        ("/proc/x", "/proc", "is the kernel's", OTHER),
        ("/run/x", "/run", "is empty at each start", START),
        ("/home/x/y", "/home", "belongs to the users", OTHER),
        ("/root/.ssh/x", "/root", "belongs to the sysadmin", OTHER),
        (
            "/usr/man/x",
            "/usr/man",
            "is read by nobody",
            "write `/usr/share/man`",
        ),
        (
            "/DEBIAN/x",
            "/DEBIAN",
            "is the control archive's",
            "write `[control-files]` or `[scripts]`",
        ),
    ] {
        expect(
            &format!("\"{path}\" = \"x\""),
            &format!("`{path}` lies in `{place}`, which {what}"),
            hint,
        );
    }
}

#[test]
fn a_path_of_the_sysadmins_is_said() {
    let test = demo("", "[files]\n\"/usr/local/bin/x\" = \"x\"\n").file("x", "x\n");
    let expected = "
        warning[path-of-debian]: reldeb.toml:10: `/usr/local/bin/x` lies in `/usr/local`, which belongs to the sysadmin
        hint: leave `local` out of the path
        ";
    said(test, &[], expected);
}

#[test]
fn what_everybody_can_write_or_nobody_reads_is_said() {
    let files = "[files]\n\"/usr/share/demo/a\" = { source = \"x\", mode = \"0666\" }\n\
                 \"/var/lib/demo/\" = { directory = true, mode = \"0777\" }\n\
                 \"/var/lib/demo/spool/\" = { directory = true, mode = \"1777\" }\n\
                 \"/etc/cron.d/demo/job\" = \"x\"\n\"/etc/sudoers.d/demo/rule\" = \"x\"\n";
    let expected = "
        warning[writable-by-all]: `/usr/share/demo/a` (and 1 more) has mode 0666: everybody can write to it
        warning[cron-file-ignored]: cron ignores `/etc/cron.d/demo/job`: it lies in a folder of its own
        hint: put it into the directory itself
        warning[sudoers-file-ignored]: sudo ignores `/etc/sudoers.d/demo/rule`: it lies in a folder of its own
        hint: put it into the directory itself
        ";
    said(demo("", files).file("x", "x\n"), &[], expected);
}

#[test]
fn a_directory_has_one_mode_by_both_of_its_names() {
    let files = "[files]\n\"/usr/lib/tst/\" = { directory = true, mode = \"0700\" }\n";
    let test = demo(
        "",
        &format!("{files}\"/lib/tst/\" = {{ directory = true }}\n"),
    );
    refused(
        test.args(["build"]),
        "
        error: `/lib/tst` from `[files]` entry `/lib/tst/` and `/usr/lib/tst` from `[files]` entry `/usr/lib/tst/` are one path on the machine
        hint: leave the one outside of `/usr` out: `/bin`, `/sbin` and `/lib` are links
        ",
    );
    let test = demo("", &format!("{files}\"/lib/tst/x\" = \"x\"\n")).file("x", "x\n");
    let plan = test.args(["plan"]).any_stdout().any_stderr().run().stdout;
    for directory in [
        "drwx------ root/root   0 ./lib/tst/",
        "drwx------ root/root   0 ./usr/lib/tst/",
    ] {
        assert!(plan.contains(directory), "{plan}");
    }
}

/// Builds with an entry of `[files]`, and sees that it is refused.
#[track_caller]
fn expect(entry: &str, fact: &str, hint: &str) {
    let test = demo("", &format!("[files]\n{entry}\n")).file("x", "x\n");
    let expected = format!(
        "error[path-of-debian]: reldeb.toml:10: {fact}\nhint: {hint}\n\
         error: 1 error found, nothing was written\n"
    );
    let test = test.args(["build"]).env("PATH", "/nonexistent");
    refused(test, &expected);
}

#[test]
fn paths_of_the_package_s_own_are_none_of_debian_s() {
    let entries = [
        "/usr/bin/demo-view",
        "/usr/bin/git",
        "/lib/systemd/system/cron.service.d/demo.conf",
        "/usr/lib/systemd/system/systemd-networkd.service.d/demo.conf",
        "/etc/pam.d/demo",
        "/etc/ssh/sshd_config.d/demo.conf",
        "/etc/letsencrypt/renewal-hooks/deploy/demo",
        "/usr/lib/x86_64-linux-gnu/libdemo.so.1",
        "/usr/lib/x86_64-linux-gnu/demo/libz.so.1",
        "/etc/profile.d/other.sh",
        "/etc/profile.d/demo.sh",
        "/usr/share/man/man1/demo-view.1",
    ]
    .map(|path| format!("\"{path}\" = \"x\"\n"));
    let test = demo("", &format!("[files]\n{}", entries.concat())).file("x", "x\n");
    let outcome = test.args(["plan"]).any_stdout().any_stderr().run();
    assert!(
        !outcome.stderr.contains("path-of-debian"),
        "{}",
        outcome.stderr
    );
}
