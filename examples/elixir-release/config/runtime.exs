# Read on the machine at every start of the node; the environment comes from
# /etc/default/tally.
import Config

config :tally,
  port: String.to_integer(System.get_env("TALLY_PORT") || "8378"),
  greeting: System.get_env("TALLY_GREETING") || "hello from the release"
