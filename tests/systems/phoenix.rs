//! A release in the shape of Phoenix's: its page of the documentation, command by command.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::example::{replace, successful};
use crate::services::Life;
use crate::subjects::{Subject, account};
use crate::support::{project, skip};
use crate::system::{Init, System};

/// A project as `mix phx.new` and `mix phx.gen.release` lay it out, with a server of its own and a list
/// for its database.
const PROJECT: [(&str, &str); 6] = [
    (
        "mix.exs",
        r#"defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [
      app: :shop,
      version: "0.1.0",
      description: "Sells things",
      start_permanent: Mix.env() == :prod,
      aliases: ["phx.gen.release": fn _ -> :ok end]
    ]
  end

  def application do
    [mod: {Shop.Application, []}, extra_applications: [:logger]]
  end
end
"#,
    ),
    (
        "config/runtime.exs",
        r#"import Config

if System.get_env("PHX_SERVER") do
  config :shop, server: true
end

if config_env() == :prod do
  config :shop,
    database_url: System.get_env("DATABASE_URL") || raise("DATABASE_URL is missing"),
    port: String.to_integer(System.get_env("PORT") || "4000")

  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise """
      SECRET_KEY_BASE is missing
      """

  config :shop, secret_key_base: secret_key_base
end
"#,
    ),
    (
        "lib/shop/application.ex",
        r#"defmodule Shop.Application do
  use Application

  def start(_type, _arguments) do
    children = if Application.get_env(:shop, :server), do: [{Task, &serve/0}], else: []
    Supervisor.start_link(children, strategy: :one_for_one)
  end

  defp serve do
    port = Application.fetch_env!(:shop, :port)
    options = [:binary, active: false, ip: {127, 0, 0, 1}, packet: :line, reuseaddr: true]
    {:ok, listener} = :gen_tcp.listen(port, options)
    accept(listener)
  end

  defp accept(listener) do
    {:ok, socket} = :gen_tcp.accept(listener)
    {:ok, _line} = :gen_tcp.recv(socket, 0, 5_000)
    secret = Application.fetch_env!(:shop, :secret_key_base)
    answer = "shop #{byte_size(secret)} #{File.read!("migrated")}"
    :gen_tcp.send(socket, ["HTTP/1.0 200 OK\r\n\r\n", answer])
    :gen_tcp.shutdown(socket, :write)
    :gen_tcp.recv(socket, 0, 1_000)
    :gen_tcp.close(socket)
    accept(listener)
  end
end
"#,
    ),
    (
        "lib/shop/release.ex",
        r#"defmodule Shop.Release do
  def migrate do
    Application.load(:shop)
    database = Application.fetch_env!(:shop, :database_url)
    File.write!("migrated", database <> "\n", [:append])
  end
end
"#,
    ),
    (
        "rel/overlays/bin/server",
        "#!/bin/sh\nset -eu\n\ncd -P -- \"$(dirname -- \"$0\")\"\nPHX_SERVER=true exec ./shop start\n",
    ),
    (
        "rel/overlays/bin/migrate",
        "#!/bin/sh\nset -eu\n\ncd -P -- \"$(dirname -- \"$0\")\"\nexec ./shop eval Shop.Release.migrate\n",
    ),
];

const NEEDS: &str =
    "shop needs configuration first: set DATABASE_URL in /etc/default/shop, then: shop start\n";

/// The blocks of a language on the page, in their order.
fn blocks(language: &str) -> Vec<String> {
    let page = std::fs::read_to_string(project().join("docs/phoenix.md")).unwrap();
    let start = format!("```{language}\n");
    let blocks = page.split(&start).skip(1);
    blocks
        .map(|rest| rest.split_once("```").unwrap().0.to_owned())
        .collect()
}

/// Runs shell in a project, with the built command in its path.
fn run(folder: &Path, shell: &str) {
    let programs = Path::new(env!("CARGO_BIN_EXE_reldeb")).parent().unwrap();
    let path = format!(
        "{}:{}",
        programs.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut command = Command::new("sh");
    command
        .args(["-e", "-c", shell])
        .env("PATH", path)
        .env("LANG", "C.UTF-8")
        .env("DEBFULLNAME", "Ann Example")
        .env("DEBEMAIL", "ann@example.com");
    successful(command.current_dir(folder));
}

/// The project with two packages, the second with the hooks of the page.
fn packages() -> Option<TempDir> {
    if Command::new("mix").arg("--version").output().is_err() {
        skip("needs `mix`");
        return None;
    }
    let folder = TempDir::new().unwrap();
    let at = |path: &str| folder.path().join(path);
    for (path, text) in PROJECT {
        std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
        std::fs::write(at(path), text).unwrap();
    }
    run(folder.path(), "chmod +x rel/overlays/bin/*");
    let (shell, manifests) = (blocks("sh"), blocks("toml"));
    run(folder.path(), &shell[0]);
    let manifest = std::fs::read_to_string(at("reldeb.toml")).unwrap();
    assert!(manifest.contains(&manifests[0]), "{manifest}");
    std::fs::write(at("rel/migrate.sh"), &shell[3]).unwrap();
    std::fs::write(at("reldeb.toml"), format!("{manifest}\n{}", manifests[1])).unwrap();
    replace(&at("mix.exs"), "0.1.0", "0.2.0");
    run(folder.path(), "MIX_ENV=prod mix release && reldeb build");
    Some(folder)
}

fn live(folder: &Path, init: Init) {
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let package = |version: &str| {
        let found = std::fs::read_dir(folder.join("dist")).unwrap();
        let mut paths = found.map(|entry| entry.unwrap().path());
        paths
            .find(|path| path.to_string_lossy().contains(version))
            .unwrap()
    };
    let (first, second) = (package("_0.1.0_"), package("_0.2.0_"));
    system.copy(&first, "/root/shop_0.1.0_amd64.deb");
    system.copy(&second, "/root/shop_0.2.0_amd64.deb");
    let before = system.snapshot();
    let subject = Subject {
        name: "shop",
        port: 4000,
        config: "",
        edited: "",
    };
    let life = Life {
        system: &system,
        init,
        subject,
        first,
        second,
    };
    let shell = blocks("sh");
    let in_root = |text: &str| system.shell(&format!("cd /root && {text}")).success();
    let said = in_root(&shell[1]);
    // apt gives dpkg a terminal.
    let said = said.stdout.replace('\r', "");
    assert!(said.contains(NEEDS), "{said}");
    life.rests();
    let early = system.run(["shop", "eval", "IO.puts(1)"]);
    assert_eq!((early.status, early.stderr.as_str()), (78, NEEDS));
    refuses_to_start(&system, init);
    life.rests();
    in_root(&format!("set -e; {}", shell[2]));
    life.serves();
    // Only the service listens.
    let server = in_root("shop eval 'IO.inspect(System.get_env(\"PHX_SERVER\"))'");
    assert_eq!(server.stdout, "nil\n");
    let database = "ecto://shop:password@localhost/shop\n";
    assert_eq!(system.answer(4000), format!("shop 64 {database}"));
    let secrets = system.read("/etc/shop/secrets");
    let said = system.run(["dpkg", "-i", "/root/shop_0.2.0_amd64.deb"]);
    let said = said.success();
    assert!(!said.stderr.contains("configuration"), "{}", said.stderr);
    life.serves();
    let twice = database.repeat(2);
    assert_eq!(system.answer(4000), format!("shop 64 {twice}"));
    assert_eq!(system.read("/etc/shop/secrets"), secrets);
    system.run(["dpkg", "-P", "shop"]).success();
    life.rests();
    let left = before.difference(&system.snapshot());
    assert_eq!(left, account("shop"));
}

/// Every way to start it tells the variable that is missing, and where to set it.
fn refuses_to_start(system: &System, init: Init) {
    let start = system.run(["shop", "start"]);
    assert_eq!((start.status != 0, start.stderr.as_str()), (true, NEEDS));
    let said = match init {
        Init::Systemd => {
            assert_ne!(system.run(["systemctl", "start", "shop"]).status, 0);
            let journal = ["journalctl", "--output=cat", "--unit=shop"];
            system.run(journal).success().stdout
        }
        Init::Sysvinit => system.run(["service", "shop", "start"]).exits(6).stdout,
    };
    assert!(said.contains(NEEDS.trim_end()), "{init:?}: {said}");
}

#[test]
fn the_page_about_phoenix_is_right() {
    if let Some(folder) = packages() {
        live(folder.path(), Init::Systemd);
        live(folder.path(), Init::Sysvinit);
    }
}
