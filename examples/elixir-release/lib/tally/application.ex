defmodule Tally.Application do
  @moduledoc "The application: starts the supervised server."
  use Application

  @impl true
  def start(_type, _arguments) do
    children = [
      {Task.Supervisor, name: Tally.Clients},
      {Tally.Server, port: Application.fetch_env!(:tally, :port)}
    ]

    Supervisor.start_link(children, strategy: :rest_for_one, name: Tally.Supervisor)
  end
end
