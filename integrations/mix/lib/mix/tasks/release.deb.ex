defmodule Mix.Tasks.Release.Deb do
  use Mix.Task

  @shortdoc "Assembles a release and makes its Debian package"

  @moduledoc """
  Assembles a release as `mix release` does, and makes its Debian package with `reldeb`:

      MIX_ENV=prod mix release.deb
      MIX_ENV=prod mix release.deb tally --overwrite
      MIX_ENV=prod mix release.deb -- --version 0.3.0-1

  The arguments are those of `mix release`; what stands behind `--` goes to `reldeb build`. `Reldeb` tells
  what can be configured.
  """

  # What `mix release` makes of its arguments matters here as far as it changes where the release is.
  @switches [path: :string, version: :string]

  @impl Mix.Task
  def run(arguments) do
    {own, further} = Enum.split_while(arguments, &(&1 != "--"))
    further = Enum.drop(further, 1)
    Mix.Project.get!()
    # As `mix release` does; a release is known when its application is compiled.
    Mix.Task.run("compile", own)
    release = release(own)
    # A program that is missing is said before the rest of the work.
    Reldeb.program(release)

    # A release with the step has its package.
    unless Reldeb.with_arguments(further, fn -> Mix.Task.run("release", own) end) do
      Reldeb.deb(%{release | steps: []})
    end
  end

  defp release(arguments) do
    {options, names, _} = OptionParser.parse(arguments, switches: @switches)
    options = Keyword.take(options, Keyword.keys(@switches))
    name = List.first(names)
    Mix.Release.from_config!(name && String.to_atom(name), Mix.Project.config(), options)
  end
end
