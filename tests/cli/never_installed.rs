//! Packages of one manifest that no machine can install.

use crate::siblings::two;

/// Sees that two packages are refused, the first with this finding.
#[track_caller]
fn never_installable(one: &str, second: &str, expected: &str) {
    let expected = format!("{expected}\nerror: 1 error found, nothing was written\n");
    two(one, second).status(1).stderr(&expected).run();
}

#[test]
fn what_no_machine_can_install_is_refused() {
    let together = "error[sibling-in-conflict]: aa: `Depends` asks for `bb`, but `aa` and `bb` are never installed together
hint: leave the relation out, or `conflicts` and `breaks`";
    let needs = "package.depends = [\"bb\"]";
    never_installable(needs, "package.breaks = [\"aa (<< 2)\"]", together);
    let provides = "package.depends = [\"bb\"]\npackage.provides = [\"cc (= 3)\"]";
    never_installable(provides, "package.conflicts = [\"cc (>= 2)\"]", together);
    for other in [
        "package.conflicts = [\"cc (<< 2)\"]",
        "package.breaks = [\"aa (<< 1)\"]",
    ] {
        two(provides, other).any_stdout().run();
    }
    let first = "package.pre-depends = [\"bb\"]";
    never_installable(
        first,
        "package.depends = [\"aa\"]",
        "error[sibling-in-conflict]: aa: `Pre-Depends` asks for `bb`, but `bb` is not configured before `aa`, which it asks for itself
hint: leave one of the two relations out, or write `depends` in both",
    );
    two(needs, "package.depends = [\"aa\"]").any_stdout().run();
    never_installable(
        "package.depends = [\"aa (>= 9)\"]",
        "",
        "error[sibling-of-another-version]: aa: `Depends` asks for `aa (>= 9)`, but this `aa` is version 1.0
hint: leave it out: no package is needed to install itself",
    );
}
