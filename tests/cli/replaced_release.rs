//! `--release DIRECTORY`: the directory of the release, in place of that of the manifest.

use crate::support::Test;

const PACKAGE: &str = "[package]\nmaintainer = \"Ann Example <ann@example.com>\"\n\
                       description = \"demonstrates\"\nversion = \"1.0\"\n";

/// A manifest in a folder of its own, and releases beside it.
fn project(manifest: &str) -> Test {
    Test::new()
        .file("app/reldeb.toml", format!("{PACKAGE}{manifest}\n"))
        .executable("app/old/bin/old", "#!/bin/sh\n")
        .executable("new/bin/fresh", "#!/bin/sh\n")
}

/// Returns the programs that are planned of these arguments.
fn programs(test: Test, arguments: &[&str]) -> Vec<String> {
    let test = test.args(["plan", "--json", "-q", "-m", "app"]);
    let outcome = test.args(arguments).any_stdout().any_stderr().run();
    let plan: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let others = plan["others"].as_array().unwrap().iter();
    let packages = others.chain([&plan]);
    let paths = packages.flat_map(|package| package["paths"].as_array().unwrap());
    let paths = paths.map(|path| path["path"].as_str().unwrap().to_owned());
    let mut found: Vec<String> = paths.filter(|path| path.contains("/bin/")).collect();
    found.retain(|path| path.starts_with("/opt"));
    found.sort();
    found
}

#[test]
fn the_directory_is_that_of_the_release_whatever_the_manifest_says() {
    let name = "name = \"demo\"\n";
    for manifest in [
        format!("{name}[release]\npath = \"old\""),
        format!("{name}[release]\npath = \"missing\"\nstrip = false"),
        format!("{name}[release]\nstrip = false"),
        format!("{name}[release]"),
        name.to_owned(),
        format!("{name}[files]\n\"/usr/share/demo/\" = \"old/bin/old\""),
    ] {
        let found = programs(project(&manifest), &["--release", "new"]);
        assert_eq!(found, ["/opt/demo/bin/fresh"], "{manifest}");
    }
    // In place of a variant's, too.
    let variant = format!("{name}[variant.v.release]\npath = \"old\"");
    let arguments = ["--variant", "v", "--release", "new"];
    assert_eq!(
        programs(project(&variant), &arguments),
        ["/opt/demo/bin/fresh"]
    );
}

#[test]
fn build_and_check_take_it_as_well() {
    let release = |command: &str| {
        project("name = \"demo\"").args([command, "-q", "-m", "app", "--release", "[DIR]/new"])
    };
    release("build").stdout("app/dist/demo_1.0_all.deb\n").run();
    release("check")
        .stdout("demo 1.0 all\nno ELF files: it runs wherever its other files do\n")
        .run();
}

#[test]
fn name_and_version_are_those_of_the_directory() {
    let erlang = |test: Test, root: &str, version: &str| {
        let file = |path: &str| format!("{root}/{path}");
        let releases = format!("releases/{version}");
        test.file(
            &file("releases/start_erl.data"),
            format!("13.1.5 {version}"),
        )
        .file(
            &file(&format!("{releases}/orders.rel")),
            format!("{{release,{{\"orders\",\"{version}\"}},{{erts,\"13.1.5\"}},[]}}."),
        )
        .file(&file(&format!("{releases}/start.boot")), "")
        .executable(&file("bin/orders"), "#!/bin/sh\n")
        .executable(&file("erts-13.1.5/bin/erlexec"), "#!/bin/sh\n")
        .executable(&file("erts-13.1.5/bin/beam.smp"), "#!/bin/sh\n")
    };
    let manifest = PACKAGE.replace("version = \"1.0\"\n", "");
    let test = Test::new().manifest(&manifest);
    let test = erlang(test, "_build/prod/rel/orders", "1.4.0");
    let built = erlang(test, "_build/test/rel/orders", "1.5.0-rc.1")
        .args(["build", "-q", "--release", "_build/test/rel/orders/"])
        .any_stdout()
        .any_stderr()
        .run();
    assert_eq!(built.stdout, "dist/orders_1.5.0~rc.1_all.deb\n");
}

/// Three packages: two with a release, and one of files alone.
const THREE: &str = "[packages.demo-web.release]\npath = \"WEB\"\n\
                     [packages.demo-api.release]\npath = \"API\"\n\
                     [packages.demo-common.files]\n\"/usr/share/demo/\" = \"old/bin/old\"";

#[test]
fn of_several_packages_it_is_for_the_one_with_a_release() {
    let one = "[release]\npath = \"old\"\n[packages.demo]\n[packages.demo-doc]\nrelease = false\n\
               files = { \"/usr/share/demo/\" = \"old/bin/old\" }";
    let found = programs(project(one), &["--release", "new"]);
    assert_eq!(found, ["/opt/demo/bin/fresh"]);
    let found = programs(
        project(THREE),
        &["--release", "new", "demo-web", "demo-common"],
    );
    assert_eq!(found, ["/opt/demo-web/bin/fresh"]);
}

#[test]
fn several_packages_with_releases_of_their_own_are_refused() {
    project(THREE)
        .args(["build", "-m", "app", "--release", "new"])
        .status(1)
        .stderr(
            "error: `--release` is one directory, but `demo-web` and `demo-api` of \
             `app/reldeb.toml` have releases of their own\n\
             hint: name the one that it is for, as in `reldeb build --release DIR demo-web`\n",
        )
        .run();
    project(THREE)
        .args(["build", "-m", "app", "--release", "new", "demo-common"])
        .status(1)
        .stderr(
            "error: no package of `app/reldeb.toml` that is built has a release: `--release` has \
             nothing to replace\n\
             hint: write `path` below `[release]` of the package that it is for, or name that \
             package\n",
        )
        .run();
}

#[test]
fn a_directory_that_is_no_release_is_refused_by_its_path() {
    for (directory, error) in [
        ("none", "error: release `none` does not exist\n"),
        (
            "app/reldeb.toml",
            "error: release `app/reldeb.toml` is a file, expected a directory\n\
             hint: name the directory that holds `bin/` and `releases/`\n",
        ),
    ] {
        project("name = \"demo\"\n[release]\npath = \"old\"")
            .args(["build", "-m", "app", "--release", directory])
            .status(1)
            .stderr(error)
            .run();
    }
    project("name = \"demo\"")
        .args(["build", "--release", ""])
        .status(2)
        .stderr(
            "error: a value is required for '--release <DIRECTORY>' but none was supplied\n\n\
             For more information, try '--help'.\n",
        )
        .run();
    project("name = \"demo\"")
        .file("x.deb", "")
        .args(["check", "x.deb", "--release", "new"])
        .status(2)
        .stderr(
            "error: `x.deb` is a file, and `--release` is about a manifest\n\
             hint: leave `--release` out\n",
        )
        .run();
}
