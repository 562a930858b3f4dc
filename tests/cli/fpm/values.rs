//! Values of options and files that cannot be taken, by the exact text; nothing is written then.

use super::errors::{GOOD, project, refused, refused_good};

#[test]
fn values() {
    for (line, expected) in [
        (
            "-v '1 2' build",
            "`1 2` of `--version` is not a version of digits, letters and `. + ~ -` that starts with a \
             digit",
        ),
        (
            "-v '' build",
            "`` of `--version` is not a version of digits, letters and `. + ~ -` that starts with a digit",
        ),
        ("--epoch x build", "`x` of `--epoch` is not a number"),
        (
            "--deb-compression lz4 build",
            "`lz4` of `--deb-compression` is not gz, xz, zst, none or bzip2",
        ),
        (
            "--deb-compression-level 10 build",
            "`10` of `--deb-compression-level` is not a level from 0 to 9",
        ),
        (
            "-p out build",
            "`out` of `--package` is not a folder that is there, and does not end in `.deb`",
        ),
        (
            "-p ARCH/NAME.deb build",
            "`ARCH/NAME.deb` of `--package` is not a folder that is known without `-a`",
        ),
        (
            "--deb-systemd-path /etc/systemd build",
            "`/etc/systemd` of `--deb-systemd-path` is not a folder that systemd reads for packages, \
             `/usr/lib/systemd/system`",
        ),
        (
            "--deb-systemd nothing build",
            "`nothing` of `--deb-systemd` does not exist",
        ),
        (
            "--deb-field Bugs build",
            "`Bugs` of `--deb-field` is not `FIELD: VALUE`",
        ),
        (
            "--conflicts 'x != 1' build",
            "`x (!= 1)` of `conflicts` is not a relation that a package can have",
        ),
        (
            "--after-install nothing build",
            "`nothing` of `--after-install` does not exist",
        ),
        (
            "--source-date-epoch-default x build",
            "`x` of `--source-date-epoch-default` is not a number of seconds since 1970",
        ),
    ] {
        refused_good(line, expected);
    }
}

#[test]
fn a_unit_of_no_type() {
    let unit = project().file("x.conf", "");
    refused(
        unit,
        &format!("{GOOD}--deb-systemd x.conf build"),
        "`x.conf` of `--deb-systemd` is not a unit: no type is called `conf`",
    );
}

#[test]
fn scripts() {
    let test = project().file("s", "<% if x %>\n");
    refused(
        test,
        &format!("{GOOD}--template-value k=v -S x --after-install s build"),
        "`<% if x %>` in `s` is not understood\nhint: expected one of `<%= name %>`, `<%= version %>`, \
         `<%= iteration %>`, `<%= epoch %>`, `<%= maintainer %>`, `<%= description %>`, `<%= url %>`, \
         `<%= vendor %>`, `<%= license %>`, `<%= category %>`, `<%= prefix %>` and `<%= k %>`",
    );
    let test = project().file("s", "<%= architecture %>\n");
    refused(
        test,
        &format!("{GOOD}--template-scripts --after-install s build"),
        "`<%= architecture %>` in `s` is not understood\nhint: it is known where `-a` gives it; expected one of \
         `<%= name %>`, `<%= version %>`, `<%= iteration %>`, `<%= epoch %>`, `<%= maintainer %>`, \
         `<%= description %>`, `<%= url %>`, `<%= vendor %>`, `<%= license %>`, `<%= category %>` and `<%= prefix %>`",
    );
    let test = project().file("p", "#!/usr/bin/perl\n").file("u", "true\n");
    refused(
        test,
        &format!("{GOOD}--after-install p --after-upgrade u build"),
        "`p` is for `/usr/bin/perl`, but scripts by events are shell\nhint: start it from a script for \
         sh, or give it alone, without `--before-upgrade`, `--after-upgrade` and `--deb-systemd`",
    );
}

#[test]
fn files_of_the_control_archive() {
    let test = project().file("README.md", "").file("postinst", "");
    refused(
        test,
        &format!("{GOOD}--deb-meta-file README.md build"),
        "`README.md` of `--deb-meta-file`: control file `README.md` has a dot in its name\nhint: rename it: dpkg does \
         not install such a file",
    );
    let test = project().file("postinst", "");
    refused(
        test,
        &format!("{GOOD}--deb-meta-file postinst build"),
        "`postinst` of `--deb-meta-file`: control file `postinst` is made by other means\nhint: write it to another \
         file and give it as `--after-install`",
    );
}
