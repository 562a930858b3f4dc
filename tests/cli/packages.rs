//! Several packages from one manifest.

use crate::support::Test;

/// Two services and what they share.
const UMBRELLA: &str = r#"
    [package]
    version = "1.4.0"
    revision = "1"
    maintainer = "Ops Team <ops@example.com>"
    description = "order services\nThey take orders."
    [release]
    kind = "plain"
    [service]

    [packages.orders-web]
    package = { depends = ["auto", "orders-common (= ${binary:Version})"] }
    release = { path = "web" }
    [packages.orders-api]
    package = { depends = ["auto", "orders-common (= ${source:Version})"] }
    release = { path = "api" }
    [packages.orders-common]
    release = { path = "common" }
    service = false
    files = { "/usr/share/orders/schema" = "schema" }
    "#;

fn project(manifest: &str) -> Test {
    let program = "#!/bin/sh\nexec sleep 1000\n";
    Test::new()
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .manifest(manifest)
        .executable("web/bin/web", program)
        .executable("api/bin/api", program)
        .executable("common/bin/orders", program)
        .file("schema", "x\n")
}

/// The umbrella with a line in place of another.
fn changed(old: &str, new: &str) -> Test {
    assert!(UMBRELLA.contains(old), "{old}");
    project(&UMBRELLA.replace(old, new))
}

#[test]
fn are_built_in_one_run() {
    let outcome = project(UMBRELLA)
        .args(["build"])
        .stdout(
            "
            dist/orders-web_1.4.0-1_all.deb
            dist/orders-api_1.4.0-1_all.deb
            dist/orders-common_1.4.0-1_all.deb
            ",
        )
        .run();
    // Each is as if it were built alone.
    for name in ["orders-web", "orders-api", "orders-common"] {
        let file = format!("dist/{name}_1.4.0-1_all.deb");
        let alone = project(UMBRELLA)
            .args(["build", name])
            .stdout(&format!("{file}\n"))
            .run();
        assert_eq!(alone.names("dist").len(), 1);
        assert!(alone.read(&file) == outcome.read(&file), "{name}");
    }
}

#[test]
fn share_tables_and_ask_for_each_other() {
    let outcome = project(UMBRELLA)
        .args(["plan", "--json"])
        .any_stdout()
        .run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let others = document["others"].as_array().unwrap();
    let packages: Vec<_> = std::iter::once(&document).chain(others).collect();
    for (package, name, depends, has_unit) in [
        (packages[0], "orders-web", "orders-common (= 1.4.0-1)", true),
        (packages[1], "orders-api", "orders-common (= 1.4.0-1)", true),
        (packages[2], "orders-common", "", false),
    ] {
        assert_eq!(package["package"], name);
        let written = package["control"]["Depends"].as_str().unwrap_or_default();
        assert_eq!(written, depends);
        let unit = format!("/usr/lib/systemd/system/{name}.service");
        let paths = package["paths"].as_array().unwrap();
        assert_eq!(paths.iter().any(|it| it["path"] == unit.as_str()), has_unit);
    }
    let built = project(UMBRELLA)
        .args(["build", "--json"])
        .any_stdout()
        .run();
    let built: serde_json::Value = serde_json::from_str(&built.stdout).unwrap();
    assert_eq!(built["package"], "orders-web");
    let names = built["packages"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|it| it["package"].as_str().unwrap()).collect();
    assert_eq!(names, ["orders-web", "orders-api", "orders-common"]);
    project(UMBRELLA)
        .args(["check", "orders-common", "orders-web"])
        .stdout(
            "
            orders-web 1.4.0-1 all
            no ELF files: it runs wherever its other files do

            orders-common 1.4.0-1 all
            no ELF files: it runs wherever its other files do
            ",
        )
        .run();
}

#[test]
fn a_variant_is_laid_over_all_or_one() {
    let variant = "
    [variant.small.package]
    revision = \"2\"
    [variant.small.packages.orders-api.package]
    revision = \"3\"
    ";
    project(&format!("{UMBRELLA}{variant}"))
        .args(["build", "--variant", "small", "-o", "."])
        .status(1)
        .stderr(
            "
            error[sibling-of-another-version]: orders-api: `Depends` asks for `orders-common (= 1.4.0-3)`, but this `orders-common` is version 1.4.0-2
            hint: give both the same version: write `version` below the `[package]` that they share
            error: 1 error found, nothing was written
            ",
        )
        .run();
}

#[test]
fn names_are_those_of_their_tables() {
    for (old, new, error) in [
        (
            "[packages.orders-web]",
            "[packages.Orders]",
            "
            error: reldeb.toml:10: invalid package name `Orders`: contains `O` at character 1, expected lower case letters, digits and `+ - .`
              10 | [packages.Orders]
            hint: write it as `orders`
            ",
        ),
        (
            "package = { depends = [\"auto\", \"orders-common (= ${binary:Version})\"] }",
            "package = { name = \"web\" }",
            "
            error: reldeb.toml:11: `name` is not that of its table `[packages.orders-web]`
              11 | package = { name = \"web\" }
            hint: leave `name` out
            ",
        ),
        (
            "version = \"1.4.0\"",
            "name = \"orders\"",
            "
            error: reldeb.toml:2: `orders` is none of the `[packages]`, and only these are built
              2 | name = \"orders\"
            hint: write `[packages.orders]` too, or leave `name` out
            ",
        ),
        (
            "orders-common (= ${binary:Version})",
            "orders-comon (= ${binary:Version})",
            "
            error: orders-web: reldeb.toml:11: `orders-comon` is no package of this manifest, so it does not have the version of `orders-web`
              11 | package = { depends = [\"auto\", \"orders-comon (= ${binary:Version})\"] }
            hint: did you mean `orders-common`?
            ",
        ),
    ] {
        let test = changed(old, new).args(["build"]).status(1);
        test.stderr(error).run();
    }
}

#[test]
fn only_those_of_the_manifest_are_asked_for() {
    for (name, hint) in [
        ("orders-comon", "did you mean `orders-common`?"),
        (
            "x",
            "it makes `orders-web`, `orders-api` and `orders-common`",
        ),
    ] {
        project(UMBRELLA)
            .args(["plan", name])
            .status(1)
            .stderr(&format!(
                "error: `reldeb.toml` makes no package `{name}`\nhint: {hint}\n"
            ))
            .run();
    }
    Test::new()
        .manifest("packages = {}")
        .args(["plan"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:1: `packages` names no package
              1 | packages = {}
            hint: write `[packages.NAME]` for each, or leave it out
            ",
        )
        .run();
}

#[test]
fn a_path_belongs_to_one_of_them_by_each_of_its_names() {
    Test::new()
        .manifest(
            "[package]\nmaintainer = \"Ann <ann@example.com>\"\nversion = \"1.0\"\ndescription = \"x y\"\n\
             [packages.aa]\nfiles = { \"/lib/udev/rules.d/60-x.rules\" = \"x\" }\n\
             [packages.bb]\nfiles = { \"/usr/lib/udev/rules.d/60-x.rules\" = \"x\" }\n",
        )
        .file("x", "")
        .args(["build"])
        .status(1)
        .stderr(
            "
            error[path-in-two-packages]: bb: `/lib/udev/rules.d/60-x.rules` is in `aa` (`x` of `[files]` entry `/lib/udev/rules.d/60-x.rules`, line 6) and in `bb` (`x` of `[files]` entry `/usr/lib/udev/rules.d/60-x.rules`, line 8)
            hint: leave it to one of them, which the other depends on; or write `conflicts` below `[package]` of one
            error: 1 error found, nothing was written
            ",
        )
        .run();
}

#[test]
fn a_path_belongs_to_one_of_them() {
    let line = "    release = { path = \"api\" }\n";
    let files = "    files = { \"/usr/share/orders/schema\" = \"schema\" }\n";
    let outcome = changed(line, &format!("{line}{files}"))
        .args(["build"])
        .status(1)
        .stderr(
            "
            error[path-in-two-packages]: orders-common: `/usr/share/orders/schema` is in `orders-api` (`schema` of `[files]` entry `/usr/share/orders/schema`, line 16) and in `orders-common` (`schema` of `[files]` entry `/usr/share/orders/schema`, line 20)
            hint: leave it to one of them, which the other depends on; or write `conflicts` below `[package]` of one
            error: 1 error found, nothing was written
            ",
        )
        .run();
    assert!(!outcome.path("dist").exists());
    for relation in [
        "conflicts = [\"orders-common\"]",
        "provides = [\"schema\"], conflicts = [\"orders-common\"]",
    ] {
        let package = format!("    package = {{ {relation} }}\n");
        let old =
            "    package = { depends = [\"auto\", \"orders-common (= ${source:Version})\"] }\n";
        let manifest = UMBRELLA.replace(line, &format!("{line}{files}"));
        project(&manifest.replace(old, &package))
            .args(["build", "-o", "."])
            .any_stdout()
            .run();
    }
}

#[test]
fn each_has_a_file_of_its_own() {
    for file in ["orders.deb", "{version}.deb"] {
        let path = file.replace("{version}", "1.4.0-1");
        let outcome = project(UMBRELLA)
            .args(["build", "-o", file])
            .status(1)
            .stderr(&format!(
                "
                error: `{path}` would be both `orders-web` and `orders-api`
                hint: name a folder, or a file with `{{name}}` in it, such as `dist/{{name}}_{{version}}_{{architecture}}.deb`
                "
            ))
            .run();
        assert!(!outcome.path(&path).exists());
    }
    project(UMBRELLA)
        .args(["build", "orders-web", "-o", "orders.deb"])
        .stdout("orders.deb\n")
        .run();
    let output = "[build]\n    output = \"out/{name}-{upstream-version}.{revision}.deb\"\n";
    project(&format!("{UMBRELLA}{output}"))
        .args(["build"])
        .stdout(
            "
            out/orders-web-1.4.0.1.deb
            out/orders-api-1.4.0.1.deb
            out/orders-common-1.4.0.1.deb
            ",
        )
        .run();
    project(UMBRELLA)
        .args(["build", "-o", "{nam}.deb"])
        .status(2)
        .stderr(
            "
            error: `{nam}` in `{nam}.deb` stands for nothing
            hint: did you mean `{name}`?
            ",
        )
        .run();
    let output = "[build]\n    output = \"{version}/{name}.deb\"\n";
    project(&format!("{UMBRELLA}{output}"))
        .args(["plan"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:21: `{version}` in `{version}/{name}.deb` is in the name of a folder, expected it in that of the file
              21 | output = \"{version}/{name}.deb\"
            hint: one folder has the packages of all names
            ",
        )
        .run();
}

#[test]
fn findings_and_errors_name_theirs() {
    project(&UMBRELLA.replace("path = \"api\"", "path = \"nowhere\""))
        .args(["build"])
        .status(1)
        .stderr(
            "
            error: orders-api: release `nowhere` does not exist
            ",
        )
        .run();
    let exclude = "path = \"api\", exclude = [\"*.beaam\"]";
    let outcome = project(&UMBRELLA.replace("path = \"api\"", exclude))
        .args(["plan", "--json"])
        .any_stdout()
        .stderr("warning[exclude-matches-nothing]: orders-api: reldeb.toml:15: pattern `*.beaam` matches nothing\n")
        .run();
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let mut findings = document["findings"].as_array().unwrap().iter();
    let finding = findings.find(|it| it["tag"] == "exclude-matches-nothing");
    assert_eq!(finding.unwrap()["package"], "orders-api");
}

#[test]
fn a_file_is_looked_at_alone() {
    for (arguments, message, hint) in [
        (
            ["x.deb", "orders-web"],
            "`x.deb` is a file, and is looked at alone",
            "call it for each",
        ),
        (
            ["x.deb", "--variant=x"],
            "`x.deb` is a file, and `--variant` is about a manifest",
            "leave `--variant` out",
        ),
    ] {
        Test::new()
            .args(["check"])
            .args(arguments)
            .status(2)
            .stderr(&format!("error: {message}\nhint: {hint}\n"))
            .run();
    }
}
