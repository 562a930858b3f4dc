%% The server: owns the listening socket and the file of orders.
%%
%%   GET /         version, node and greeting, a line each
%%   GET /orders   the orders so far, a line each
%%   POST /orders  keeps the body as one more order
%%
%% The orders lie in the file `orders` of the home folder of the user that runs
%% the node: below /var/lib once the release is a package.
-module(orders_server).
-behaviour(gen_server).

-export([start_link/0]).
-export([init/1, handle_call/3, handle_cast/2]).

-define(READ_TIMEOUT, 5000).
-define(BODY_LIMIT, 65536).

start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

init([]) ->
    {ok, Port} = application:get_env(orders, port),
    Options = [binary, {active, false}, {ip, {127, 0, 0, 1}}, {packet, http_bin}, {reuseaddr, true}],
    case gen_tcp:listen(Port, Options) of
        {ok, Socket} ->
            %% A crash of the acceptor ends the server, whose supervisor starts both anew.
            spawn_link(fun() -> accept(Socket) end),
            {ok, #{socket => Socket, file => orders_file()}};
        {error, Reason} ->
            {stop, {listen, Port, Reason}}
    end.

handle_call(orders, _From, #{file := File} = State) ->
    case file:read_file(File) of
        {ok, Orders} -> {reply, {ok, Orders}, State};
        {error, enoent} -> {reply, {ok, <<>>}, State};
        {error, Reason} -> {reply, {error, Reason}, State}
    end;
handle_call({keep, Order}, _From, #{file := File} = State) ->
    {reply, file:write_file(File, [Order, $\n], [append]), State}.

handle_cast(_Message, State) ->
    {noreply, State}.

orders_file() ->
    filename:join(os:getenv("HOME", "."), "orders").

%% The calls of one client never hold up those of another: a process each.
accept(Listener) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Server = spawn(fun() ->
        receive
            serve -> serve(Socket)
        end
    end),
    %% Fails only where the client is gone already.
    _ = gen_tcp:controlling_process(Socket, Server),
    Server ! serve,
    accept(Listener).

serve(Socket) ->
    case gen_tcp:recv(Socket, 0, ?READ_TIMEOUT) of
        {ok, {http_request, Method, {abs_path, Path}, _Version}} ->
            Length = content_length(Socket, 0),
            reply(Socket, answer(Method, Path, Socket, Length));
        _ ->
            reply(Socket, {400, <<"bad request\n">>})
    end,
    gen_tcp:close(Socket).

content_length(Socket, Length) ->
    case gen_tcp:recv(Socket, 0, ?READ_TIMEOUT) of
        {ok, {http_header, _, 'Content-Length', _, Value}} ->
            content_length(Socket, length_of(Value));
        {ok, {http_header, _, _, _, _}} ->
            content_length(Socket, Length);
        _ ->
            Length
    end.

length_of(Value) ->
    try
        binary_to_integer(Value)
    catch
        error:badarg -> 0
    end.

answer('GET', <<"/">>, _Socket, _Length) ->
    {ok, Version} = application:get_key(orders, vsn),
    {ok, Greeting} = application:get_env(orders, greeting),
    Lines = io_lib:format("orders ~s~nnode ~s~ngreeting ~ts~n", [Version, node(), Greeting]),
    {200, unicode:characters_to_binary(Lines)};
answer('GET', <<"/orders">>, _Socket, _Length) ->
    case gen_server:call(?MODULE, orders) of
        {ok, Orders} -> {200, Orders};
        {error, Reason} -> failure(Reason)
    end;
answer('POST', <<"/orders">>, Socket, Length) when Length > 0, Length =< ?BODY_LIMIT ->
    ok = inet:setopts(Socket, [{packet, raw}]),
    case gen_tcp:recv(Socket, Length, ?READ_TIMEOUT) of
        {ok, Order} ->
            case gen_server:call(?MODULE, {keep, Order}) of
                ok -> {201, <<"kept\n">>};
                {error, Reason} -> failure(Reason)
            end;
        {error, _} ->
            {400, <<"the body ends early\n">>}
    end;
answer('POST', <<"/orders">>, _Socket, _Length) ->
    {400, <<"the order is empty or too long\n">>};
answer(_Method, _Path, _Socket, _Length) ->
    {404, <<"not found\n">>}.

failure(Reason) ->
    {500, iolist_to_binary([file:format_error(Reason), $\n])}.

reply(Socket, {Status, Body}) ->
    Head = io_lib:format(
        "HTTP/1.0 ~b ~s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ~b\r\n\r\n",
        [Status, reason(Status), byte_size(Body)]
    ),
    gen_tcp:send(Socket, [Head, Body]).

reason(200) -> "OK";
reason(201) -> "Created";
reason(400) -> "Bad Request";
reason(404) -> "Not Found";
reason(500) -> "Internal Server Error".
