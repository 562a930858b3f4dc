# A service of Elixir alone: no dependency, so that `MIX_ENV=prod mix release`
# works without a network, with the Elixir of Debian 12.
defmodule Tally.MixProject do
  use Mix.Project

  def project do
    [
      app: :tally,
      version: "0.3.0",
      elixir: "~> 1.14",
      start_permanent: Mix.env() == :prod,
      deps: []
    ]
  end

  def application do
    [extra_applications: [:logger], mod: {Tally.Application, []}]
  end
end
