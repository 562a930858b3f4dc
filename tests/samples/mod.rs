//! Ready-made models for tests: the same service as a relx release, a mix release, a plain program. Each
//! is what the plan makes of a manifest beside this file and of the files of [`project`].

use reldeb::internals::deployment::Deployment;
use reldeb::internals::manifest::{Environment, Manifest};
use reldeb::internals::pipeline::prepare;
use reldeb::internals::plan::BuildOptions;

use crate::support::Test;

/// Sections that tell the type of a unit.
const SERVICE: &str = "[Service]\nExecStart=/opt/orders/bin/orders\n";
const UNITS: [(&str, &str); 4] = [
    ("service", SERVICE),
    ("socket", "[Socket]\nListenStream=9000\n"),
    ("timer", "[Timer]\nOnCalendar=daily\n"),
    ("mount", "[Mount]\nWhat=/dev/vdb\nWhere=/srv/orders-data\n"),
];

/// Returns a folder with three small releases, and the files that the manifests name.
fn project() -> Test {
    let enabled = |project: Test, (name, section): (&str, &str)| {
        let unit = format!("{section}[Install]\nWantedBy=multi-user.target\n");
        project.file(&format!("units/enabled.{name}"), unit)
    };
    let plain = UNITS
        .into_iter()
        .fold(Test::new(), enabled)
        .executable("plain/bin/orders", "#!/bin/sh\n")
        .file("doc/README", "Orders\n")
        .file("orders-edit.1", ".TH ORDERS-EDIT 1\n")
        .file("orders.conf", "d /run/orders-plugins\n")
        .file("orders.config", "[].\n")
        .file(
            "questions",
            "Template: orders/greeting\nType: string\nDescription: Greeting:\n",
        )
        .file("units/orders.conf", "[Unit]\nDescription=Orders\n")
        .file("units/static.service", SERVICE)
        .file("users.conf", "u orders-plugins -\n");
    let verbs = "start stop restart reboot pid ping console foreground remote_console rpc eval status \
                 daemon daemon_attach";
    let relx = erlang(plain, "relx", script("RELX_CONFIG_PATH=x\n", verbs));
    let verbs = "start start_iex daemon daemon_iex eval rpc remote restart stop pid version";
    erlang(relx, "mix", script("", verbs))
        .executable("mix/releases/1.4.0/elixir", "#!/bin/sh\n")
        .file("mix/releases/1.4.0/env.sh", "")
        .executable("mix/bin/server", "PHX_SERVER=true exec ./orders start\n")
}

/// Adds a release of Erlang with a start script.
fn erlang(project: Test, folder: &str, script: String) -> Test {
    let release = "{release,{\"orders\",\"1.4.0\"},{erts,\"13.1.5\"},[{kernel,\"8.5\"}]}.\n";
    // The header of a linked file of amd64.
    let mut elf = vec![0; 64];
    elf[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (elf[16], elf[18]) = (3, 62);
    project
        .file(&format!("{folder}/releases/start_erl.data"), "13.1.5 1.4.0")
        .file(&format!("{folder}/releases/1.4.0/orders.rel"), release)
        .file(&format!("{folder}/releases/1.4.0/start.boot"), "")
        .executable(&format!("{folder}/erts-13.1.5/bin/erlexec"), elf)
        .executable(&format!("{folder}/bin/orders"), script)
}

/// Returns a start script that knows these verbs.
fn script(line: &str, verbs: &str) -> String {
    let arms = verbs.replace(' ', ")\n;;\n") + ")\n;;\n";
    format!("#!/bin/sh\n{line}case \"$1\" in\n{arms}esac\n")
}

/// Returns what the plan makes of a manifest.
fn planned(project: &Test, manifest: &str) -> Deployment {
    let (path, text) = (project.path("reldeb.toml"), manifest.to_owned());
    let manifests = Manifest::parse(path, text, None, &Environment::default()).unwrap();
    let prepared = prepare(&manifests, &BuildOptions::default());
    let mut prepared = prepared.unwrap_or_else(|error| panic!("{manifest}: {error}"));
    prepared.packages.remove(0).deployment.unwrap()
}

/// The manifests with their names.
const MANIFESTS: [(&str, &str); 9] = [
    ("relx", include_str!("relx.toml")),
    ("mix", include_str!("mix.toml")),
    ("plain", include_str!("plain.toml")),
    ("full", include_str!("full.toml")),
    ("instances", include_str!("instances.toml")),
    ("root", include_str!("root.toml")),
    ("files", include_str!("files.toml")),
    ("registries", include_str!("registries.toml")),
    ("units", include_str!("units.toml")),
];

/// Returns a sample: `relx`, a relx release with its extended start script; `mix`, a mix release with
/// secrets and settings that it cannot start without; `plain`, a plain program; `full`, everything that
/// the model can hold at once, on the relx release; `instances`, a template unit; `root`, a service that
/// runs as root; `files`, a package without a service, a user or a command; `registries`, a service that
/// has a part in each of Debian's registries; `units`, one of each sort of the author's.
pub(crate) fn sample(name: &str) -> Deployment {
    let manifest = MANIFESTS.iter().find(|(known, _)| *known == name).unwrap();
    planned(&project(), manifest.1)
}

/// Returns all samples with their names.
pub(crate) fn all() -> Vec<(&'static str, Deployment)> {
    let project = project();
    let all = MANIFESTS.iter();
    all.map(|(name, manifest)| (*name, planned(&project, manifest)))
        .collect()
}
