defmodule Tally.Server do
  @moduledoc """
  Answers each connection on 127.0.0.1 with the version, the node's name, the
  greeting of the configuration and how many came before, a line each.
  """
  use Task, restart: :permanent

  def start_link(options) do
    Task.start_link(__MODULE__, :listen, [Keyword.fetch!(options, :port)])
  end

  @doc "Listens until the socket fails; the supervisor then starts anew."
  def listen(port) do
    options = [:binary, active: false, ip: {127, 0, 0, 1}, packet: :line, reuseaddr: true]
    {:ok, socket} = :gen_tcp.listen(port, options)
    accept(socket, 0)
  end

  defp accept(socket, count) do
    {:ok, client} = :gen_tcp.accept(socket)
    {:ok, server} = Task.Supervisor.start_child(Tally.Clients, fn -> serve(client, count) end)
    # Fails only where the client is gone already.
    _ = :gen_tcp.controlling_process(client, server)
    accept(socket, count + 1)
  end

  # The first line of a request is enough: there is one answer.
  defp serve(client, count) do
    with {:ok, _line} <- :gen_tcp.recv(client, 0, 5_000) do
      :gen_tcp.send(client, ["HTTP/1.0 200 OK\r\n\r\n", report(count)])
    end

    :gen_tcp.shutdown(client, :write)
    # Reading on until the client is done keeps its last bytes from resetting the answer.
    drain(client)
  end

  defp drain(client) do
    case :gen_tcp.recv(client, 0, 1_000) do
      {:ok, _line} -> drain(client)
      {:error, _reason} -> :gen_tcp.close(client)
    end
  end

  defp report(count) do
    """
    tally #{Application.spec(:tally, :vsn)}
    node #{node()}
    greeting #{Application.fetch_env!(:tally, :greeting)}
    count #{count}
    """
  end
end
