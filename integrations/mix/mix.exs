defmodule Reldeb.MixProject do
  use Mix.Project

  def project do
    [
      app: :reldeb,
      version: "0.1.0",
      elixir: "~> 1.11",
      description: "Debian packages of releases: mix release.deb",
      package: [licenses: ["MIT", "Apache-2.0"], links: %{}],
      deps: []
    ]
  end

  # mix brings all that is called.
  def application, do: [extra_applications: []]
end
