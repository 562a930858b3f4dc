%% The application: starts the tree of supervisors.
-module(orders_app).
-behaviour(application).

-export([start/2, stop/1]).

start(_Type, _Arguments) ->
    orders_sup:start_link().

stop(_State) ->
    ok.
