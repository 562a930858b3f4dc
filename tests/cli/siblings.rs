//! Several packages from one manifest against each other.

use crate::support::Test;

const AGREE: &str = "write the same in both, or `conflicts` below `[package]` of one";
const LEAVE: &str = "leave the path out, and let that package offer it as an alternative, too";

/// Two packages, each with some files and a line of its own, in which `NAME` is the package's.
pub(crate) fn two(one: &str, other: &str) -> Test {
    let package = |name: &str, more: &str| {
        format!(
            "[packages.{name}]\nfiles.\"/usr/lib/{name}/x\" = \"x\"\nfiles.\"/lib/demo/{name}\" = \"x\"\n\
             files.\"/usr/share/demo/{name}\" = \"x\"\n{}\n",
            more.replace("NAME", name)
        )
    };
    let head = "[package]\nmaintainer = \"Ann <ann@example.com>\"\nversion = \"1.0\"\ndescription = \"x y\"\n";
    Test::new()
        .manifest(&format!(
            "{head}{}{}",
            package("aa", one),
            package("bb", other)
        ))
        .file("x", "")
        .args(["build"])
}

#[test]
fn siblings_agree_about_alternatives() {
    let offer = |link: &str, name: &str| {
        format!(
            "alternatives = {{ \"{link}\" = {{ name = \"{name}\", path = \"/usr/lib/NAME/x\", priority = 1 }} }}"
        )
    };
    let say = || offer("/usr/bin/say", "say");
    let page = |name: &str| {
        format!(
            "alternatives = {{ \"/usr/bin/{name}\" = {{ path = \"/usr/lib/NAME/x\", priority = 1, \
             slaves = {{ \"/usr/share/demo/say\" = {{ name = \"said\", path = \"/usr/lib/NAME/x\" }} }} }} }}"
        )
    };
    for (one, second, fact, hint) in [
        (
            say(),
            "files.\"/usr/bin/say\" = \"x\"".to_owned(),
            "alternative `/usr/bin/say` of `aa` is a path of `bb`",
            LEAVE,
        ),
        (
            "files.\"/bin/say\" = \"x\"".to_owned(),
            say(),
            "alternative `/usr/bin/say` of `bb` is a path of `aa`",
            LEAVE,
        ),
        (
            offer("/lib/demo/say", "say"),
            offer("/usr/lib/demo/say", "say"),
            "alternative `say` has the link `/lib/demo/say` in `aa` and `/usr/lib/demo/say` in `bb`",
            AGREE,
        ),
        (
            say(),
            offer("/bin/say", "speak"),
            "alternative `/bin/say` has the name `say` in `aa` and `speak` in `bb`",
            AGREE,
        ),
        (
            page("say"),
            page("speak"),
            "alternative `/usr/share/demo/say` belongs to `say` in `aa` and to `speak` in `bb`",
            AGREE,
        ),
        (say(), say(), "", ""),
    ] {
        let test = two(&one, &second);
        if fact.is_empty() {
            test.any_stdout().run();
            continue;
        }
        test.status(1)
            .stderr(&format!(
                "
                error[alternative-in-two-packages]: bb: {fact}
                hint: {hint}
                error: 1 error found, nothing was written
                "
            ))
            .run();
    }
}

#[test]
fn siblings_have_units_of_their_own() {
    let unit = |name: &str| format!("units = {{ \"{name}\" = \"unit\" }}");
    for (one, second, fact) in [
        (
            unit("a.service"),
            unit("b.service"),
            "unit `shared.service` of `aa` and `bb` is a name of both",
        ),
        (
            unit("z@.service"),
            unit("z@one.service"),
            "unit `z@one.service` of `aa` and `bb` is an instance of `z@.service`",
        ),
        (
            unit("shared.service"),
            unit("b.service"),
            "unit `shared.service` of `aa` and `bb` is a name of both",
        ),
    ] {
        let alias = if fact.contains("instance") {
            ""
        } else {
            "Alias=shared.service\n"
        };
        two(&one, &second)
            .file("unit", format!("[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=x.target\n{alias}"))
            .status(1)
            .stderr(&format!(
                "
                error[unit-in-two-packages]: bb: {fact}
                hint: give one of them another name: the purge of one package disables the unit of the other
                error: 1 error found, nothing was written
                "
            ))
            .run();
    }
}

#[test]
fn a_package_that_conflicts_with_a_sibling_does_not_need_it() {
    let of = |conflict: &str| two("package.depends = [\"auto\", \"bb\"]", conflict);
    let test = of("package.conflicts = [\"aa\"]");
    test.status(1)
        .stderr(
            "
            error[sibling-in-conflict]: aa: `Depends` asks for `bb`, but `aa` and `bb` are never installed together
            hint: leave the relation out, or `conflicts` and `breaks`
            error: 1 error found, nothing was written
            ",
        )
        .run();
    of("package.conflicts = [\"aa (<< 0.5)\"]")
        .any_stdout()
        .run();
}

#[test]
fn a_directory_has_one_owner_and_mode_in_both() {
    let given = "{ directory = true, mode = \"0750\" }";
    let manifest = |second: &str| {
        Test::new()
            .manifest(&format!(
                "[package]\nmaintainer = \"Ann <ann@example.com>\"\nversion = \"1.0\"\ndescription = \"x y\"\n\
                 [packages.aa]\nfiles = {{ \"/var/lib/x/\" = {given} }}\n\
                 [packages.bb]\nfiles = {{ \"/var/lib/x/b\" = \"x\"{second} }}\n"
            ))
            .file("x", "")
            .args(["build"])
    };
    manifest("")
        .status(1)
        .stderr(
            "
            error[path-in-two-packages]: bb: directory `/var/lib/x` is root:root 0750 in `aa` (`[files]` entry `/var/lib/x/`, line 6) and root:root 0755 in `bb` (parent directory)
            hint: give it the same `owner`, `group` and `mode` in both, or another path in one
            error: 1 error found, nothing was written
            ",
        )
        .run();
    manifest(&format!(", \"/var/lib/x/\" = {given}"))
        .any_stdout()
        .run();
}
