defmodule Reldeb do
  @moduledoc """
  A step of `mix release` that makes the Debian package of the release, with the program `reldeb`:

      releases: [
        tally: [steps: [:assemble, &Reldeb.deb/1]]
      ]

  What the package holds is said by `reldeb.toml`. Nothing has to be configured; what can be:

      releases: [
        tally: [
          steps: [:assemble, &Reldeb.deb/1],
          deb: [
            manifest: "packaging/reldeb.toml",
            output: "dist",
            reldeb: "/opt/tools/reldeb",
            arguments: ["--compression", "fast"]
          ]
        ]
      ]

    * `:manifest` - default: `reldeb-NAME.toml` of the project where it is there, as `reldeb init`
      writes it for each of several releases, or else `reldeb.toml`
    * `:output` - a folder, which is made in one that exists, or a file `*.deb`; default: what the
      manifest says, or `dist`
    * `:reldeb` - the program; default: that of the variable `RELDEB`, which stands above all, or of the
      search path
    * `:arguments` - further arguments of `reldeb build`
  """

  @arguments {__MODULE__, :arguments}
  @packed {__MODULE__, :packed}

  @doc """
  Makes the package of a release that is assembled, and returns the release.
  """
  def deb(%Mix.Release{} = release) do
    if :assemble in release.steps do
      Mix.raise(
        "&Reldeb.deb/1 stands before :assemble in `steps` of the release, expected behind it"
      )
    end

    options = options(release)
    program = program(release)
    flags = flag("--manifest", manifest(release, options)) ++ flag("--output", output(options[:output]))
    path = Path.relative_to_cwd(release.path)
    further = Keyword.get(options, :arguments, []) ++ Process.get(@arguments, [])
    # What it says on standard error goes past mix.
    into = IO.stream(:stdio, :line)

    {_, status} =
      System.cmd(program, ["build", "--release", path] ++ flags ++ further, into: into)

    if status != 0, do: Mix.raise("reldeb ended with status #{status}")
    Process.put(@packed, true)
    release
  end

  @doc false
  # For the task: each package is made with these arguments of `reldeb build`. Returns whether one was
  # made meanwhile.
  def with_arguments(arguments, function) do
    Process.put(@arguments, arguments)
    Process.delete(@packed)
    function.()
    Process.get(@packed, false)
  end

  @doc false
  def program(release) do
    configured = options(release)[:reldeb]

    case System.get_env("RELDEB", "") do
      "" when configured == nil -> found("reldeb", "it is not in the search path")
      "" -> found(configured, "`deb: [reldeb: ...]` of the release names it")
      named -> found(named, "the variable RELDEB names it")
    end
  end

  defp found(name, why) do
    System.find_executable(name) ||
      Mix.raise(
        "cannot find the program `#{name}`: #{why}. Install reldeb, by its Debian package or " <>
          "`cargo install reldeb`, or name it in the variable RELDEB or as " <>
          "`deb: [reldeb: \"/path/to/reldeb\"]` of the release in mix.exs"
      )
  end

  defp options(release) do
    options = Keyword.get(release.options, :deb, [])

    unless Keyword.keyword?(options) do
      Mix.raise("`deb` of the release is #{inspect(options)}, expected a keyword list")
    end

    Enum.each(options, fn {key, value} ->
      unless known?(key, value) do
        Mix.raise(
          "`#{key}: #{inspect(value)}` is no option of `deb` of the release, expected " <>
            "`manifest: path`, `output: path`, `reldeb: path` or `arguments: [text]`"
        )
      end
    end)

    options
  end

  defp known?(key, value) when key in [:manifest, :output, :reldeb], do: is_binary(value)
  defp known?(:arguments, value), do: is_list(value) and Enum.all?(value, &is_binary/1)
  defp known?(_, _), do: false

  defp manifest(release, options) do
    # Names of packages have no underscore.
    own = "reldeb-#{String.replace(to_string(release.name), "_", "-")}.toml"
    options[:manifest] || if(File.regular?(own), do: own)
  end

  defp output(path) when path in [nil, ""], do: path

  # A slash at the end of a folder has reldeb make it.
  defp output(path) do
    if String.ends_with?(path, [".deb", "/"]), do: path, else: path <> "/"
  end

  defp flag(_, nil), do: []
  defp flag(flag, value), do: [flag, value]
end
