%% The supervisor of the one server.
-module(orders_sup).
-behaviour(supervisor).

-export([start_link/0, init/1]).

start_link() ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

init([]) ->
    Server = #{id => orders_server, start => {orders_server, start_link, []}},
    {ok, {#{strategy => one_for_one, intensity => 3, period => 10}, [Server]}}.
