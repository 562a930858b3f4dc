//! `rebar3 as prod deb` in the example of relx.

use std::fs;

use super::{Example, has};
use crate::support::project;

const PLUGIN: &str = "{project_plugins, [rebar3_reldeb]}.\n";

/// The example with the plugin.
pub(super) fn orders() -> Option<Example> {
    if !has("rebar3", "--version") {
        return None;
    }
    let sources = ["rebar.config", "reldeb.toml", "config", "rel", "src"];
    let example = Example::new("relx-release", &sources);
    let plugin = project().join("integrations/rebar3_reldeb");
    example.link("_checkouts/rebar3_reldeb", &plugin);
    example.prepend("rebar.config", PLUGIN);
    Some(example)
}

#[test]
fn the_package_of_the_example() {
    let Some(example) = orders() else { return };
    let example = example.with_reldeb();
    // The manifest need not know what rebar3 does.
    example.replace("reldeb.toml", "path = \"_build/prod/rel/orders\"\n", "");
    let said = example.sh("rebar3 as prod deb").success();
    assert_eq!(said.packages(), ["dist/orders_1.4.0_amd64.deb"]);
    assert_eq!(said.stderr, "");
    assert!(example.path("dist/orders_1.4.0_amd64.deb").is_file());
    // Elsewhere, and in another version.
    let line = "rebar3 as prod deb -o rel-of-mine -n orders -- --version 1.4.0-7 -o orders.deb";
    assert_eq!(example.sh(line).success().packages(), ["orders.deb"]);
    assert!(example.path("rel-of-mine/orders/bin/orders").is_file());
    // A folder that is configured is made.
    example.prepend("rebar.config", "{deb, [{output, \"packages\"}]}.\n");
    let said = example.sh("rebar3 as prod deb").success();
    assert_eq!(said.packages(), ["packages/orders_1.4.0_amd64.deb"]);
    // Options of reldeb are none of rebar3.
    for (line, word) in [("--version 7", "--version"), ("-n orders 7", "7")] {
        let said = example.sh(&format!("rebar3 as prod deb {line}"));
        let error = format!(
            "`{word}` is no option of `rebar3 deb`: options of `reldeb build` stand behind `--`, as in \
             `rebar3 as prod deb -- --version 1.4.0-1`"
        );
        assert_eq!((said.status, said.last()), (Some(1), error.as_str()));
    }
    // What reldeb says is not lost: a release without its runtime is refused.
    let said = example.sh("rebar3 deb -- -q");
    assert_eq!(
        (said.status, said.last()),
        (Some(1), "reldeb ended with status 1")
    );
    assert!(
        said.stderr
            .starts_with("error: release `_build/default/rel/orders` has no Erlang runtime: ")
    );
}

/// A program in the place of reldeb that prints its arguments, a line for each call.
const STUB: &str = "#!/bin/sh\necho \"${0##*/} $*\"\n";

#[test]
fn several_releases_and_what_is_configured() {
    let Some(example) = orders() else { return };
    example.program("reldeb", STUB);
    example.program("other", STUB);
    let one = "{release, {orders, \"1.4.0\"}, [kernel, stdlib, sasl, orders]},";
    example.replace(
        "rebar.config",
        one,
        &format!("{one}\n    {{release, {{bill_ing, \"2.0.0\"}}, [kernel, stdlib, orders]}},"),
    );
    let printed = |line: &str| {
        let said = example.sh(line).success();
        let lines = said
            .stdout
            .lines()
            .filter(|line| line.contains(" build --release "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let alone = printed("rebar3 as prod deb --relname bill_ing");
    assert_eq!(alone, ["reldeb build --release _build/prod/rel/bill_ing"]);
    fs::write(example.path("reldeb-bill-ing.toml"), "").unwrap();
    let all = printed("rebar3 as prod deb --all");
    assert_eq!(
        all,
        [
            "reldeb build --release _build/prod/rel/bill_ing --manifest reldeb-bill-ing.toml",
            "reldeb build --release _build/prod/rel/orders",
        ]
    );

    example.prepend(
        "rebar.config",
        "{deb, [{manifest, [{orders, \"o.toml\"}]}, {output, \"out\"}, {reldeb, \"other\"},\n\
         {arguments, [\"-q\", \"--no-replace\"]}]}.\n",
    );
    let configured = printed("rebar3 as prod deb -n orders -- --threads 1");
    let more = "--output out/ -q --no-replace --threads 1";
    let expected = format!("other build --release _build/prod/rel/orders --manifest o.toml {more}");
    assert_eq!(configured.concat(), expected);
    let by_variable = printed("RELDEB=reldeb rebar3 as prod deb -n orders -- --threads 1");
    assert_eq!(by_variable, [expected.replace("other", "reldeb")]);
}

#[test]
fn what_is_wrong_is_said() {
    let Some(example) = orders() else { return };
    let install = "Install reldeb, by its Debian package or `cargo install reldeb`, or name it in the \
                   variable RELDEB or as `{deb, [{reldeb, \"/path/to/reldeb\"}]}` in rebar.config";
    let missing =
        |name: &str, why: &str| format!("cannot find the program `{name}`: {why}. {install}");
    let bad = |entry: &str| {
        format!(
            "`{entry}` is no entry of `deb` in rebar.config, expected {{manifest, Path}}, \
             {{manifest, [{{Release, Path}}]}}, {{output, Path}}, {{reldeb, Path}} or \
             {{arguments, [Text]}}"
        )
    };
    let written = fs::read_to_string(example.path("rebar.config")).unwrap();
    for (variable, deb, error) in [
        ("", "", missing("reldeb", "it is not in the search path")),
        (
            "RELDEB=/none",
            "",
            missing("/none", "the variable RELDEB names it"),
        ),
        (
            "",
            "{deb, [{reldeb, \"/none\"}]}.",
            missing("/none", "`{deb, [{reldeb, ...}]}` of rebar.config names it"),
        ),
        ("", "{deb, [{outptu, \"x\"}]}.", bad("{outptu,\"x\"}")),
        (
            "",
            "{deb, reldeb}.",
            "`deb` in rebar.config is reldeb, expected a list".to_owned(),
        ),
    ] {
        fs::write(example.path("rebar.config"), format!("{written}\n{deb}\n")).unwrap();
        let said = example.sh(&format!("{variable} rebar3 as prod deb"));
        assert_eq!((said.status, said.last()), (Some(1), error.as_str()));
    }
}
