//! The names of files that goreleaser gives where nothing says another.

use crate::packed::reldeb;
use crate::support::{Test, unindent};

const PACKAGE: &str =
    "maintainer: Team <team@example.com>\n    description: shop\n    formats: [deb]\n";

/// Imports a file of goreleaser, builds, and returns the path of the package.
#[track_caller]
fn built(lines: &str, program: &str, stderr: &str) -> String {
    let outcome = Test::new()
        .file(".goreleaser.yaml", format!("{lines}    {PACKAGE}"))
        .executable(program, "#!/bin/sh\n")
        .args(["import"])
        .any_stdout()
        .stderr(&unindent(stderr))
        .run();
    let built = reldeb()
        .args([
            "build",
            "-q",
            "--release-version",
            "v1.4.0",
            "--arch",
            "amd64",
        ])
        .current_dir(outcome.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr).into_owned();
    assert!(built.status.success(), "{said}");
    String::from_utf8(built.stdout).unwrap()
}

#[test]
fn a_file_is_called_as_goreleaser_calls_it() {
    assert_eq!(
        built(
            "project_name: shop\nnfpms:\n  - id: shop\n",
            "dist/shop_linux_amd64_v1/shop",
            ""
        ),
        "dist/shop_1.4.0_linux_amd64.deb\n"
    );
    // goreleaser takes the last part of a module's path for the name, whatever it is.
    let test = Test::new().file("go.mod", "module example.com/team/shop/v2\n");
    let test = test.file(".goreleaser.yaml", format!("nfpms:\n  - {PACKAGE}"));
    let outcome = test.args(["import"]).any_stdout().run();
    let manifest = String::from_utf8(outcome.read("reldeb.toml")).unwrap();
    assert!(
        manifest.contains("\"dist/v2_${GORELEASER_TARGET:-linux_amd64_v1}/v2\""),
        "{manifest}"
    );
    // Builds are named after the project, too.
    assert_eq!(
        built(
            "project_name: shop\ndist: out\nbuilds:\n  - id: server\nnfpms:\n  - package_name: shop-server\n",
            "out/server_linux_amd64_v1/shop",
            ""
        ),
        "out/shop-server_1.4.0_linux_amd64.deb\n"
    );
    assert_eq!(
        built(
            "project_name: shop\nbuilds:\n  - goarch: [amd64, arm]\nnfpms:\n  - id: shop\n",
            "dist/shop_linux_amd64_v1/shop",
            "
            warning[import-differs]: the file's name has Debian's word for the architecture
            hint: `386` of Go is `i386` there, and `arm` is `armhf`; `amd64` and `arm64` are the same
            "
        ),
        "dist/shop_1.4.0_linux_amd64.deb\n"
    );
}
