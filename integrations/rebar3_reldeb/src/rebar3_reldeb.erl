%% `rebar3 as prod deb`: builds the release as `rebar3 release` does, and its Debian package by
%% `reldeb build --release DIRECTORY`.
-module(rebar3_reldeb).
-behaviour(provider).

-export([init/1, do/1, format_error/1]).

-define(PROVIDER, deb).
%% Where rebar3 puts releases, below the directory of the profile.
-define(RELEASES, "rel").

init(State) ->
    Provider = providers:create([
        {name, ?PROVIDER},
        {module, ?MODULE},
        {bare, true},
        {deps, [release]},
        {example, "rebar3 as prod deb"},
        %% rebar3 hands the options of this command to the one that builds the release.
        {opts, rebar_relx:opt_spec_list()},
        {short_desc, "Build a release and its Debian package."},
        {desc,
            "Build a release and its Debian package with reldeb. The options are those of "
            "`rebar3 release`; what stands behind `--` goes to `reldeb build`. What the package "
            "holds is said by reldeb.toml."}
    ]),
    {ok, rebar_state:add_provider(State, Provider)}.

do(State) ->
    try
        Config = config(rebar_state:get(State, deb, [])),
        Program = program(maps:get(reldeb, Config, undefined)),
        {Options, Arguments} = rebar_state:command_parsed_args(State),
        ok = refuse_others(Options),
        Relx = relx(State, Options),
        Root = rebar_state:dir(State),
        Directory = output_directory(State, Options, Relx),
        lists:foreach(
            fun(Name) ->
                Release = release(filename:join(Directory, Name), Root),
                Words = words(Name, Release, Config, Root) ++ Arguments,
                run(Program, Words, Root)
            end,
            releases(Options, Relx)
        ),
        {ok, State}
    catch
        throw:Reason -> {error, {?MODULE, Reason}}
    end.

%% rebar3 takes its own options and a name of a task anywhere, which mean nothing here.
refuse_others(Options) ->
    case {lists:member(version, Options), proplists:get_value(task, Options)} of
        {true, _} -> throw({misplaced, "--version"});
        {false, undefined} -> ok;
        {false, Word} -> throw({misplaced, Word})
    end.

%% ---- {deb, [...]} of rebar.config

config(Written) when is_list(Written) ->
    %% What a profile says comes first.
    lists:foldr(
        fun(Entry, Config) ->
            {Key, Value} = entry(Entry),
            Config#{Key => Value}
        end,
        #{},
        Written
    );
config(Written) ->
    throw({bad_config, Written}).

entry({Key, Value} = Entry) when Key =:= reldeb; Key =:= output ->
    is_text(Value) orelse throw({bad_entry, Entry}),
    {Key, Value};
entry({manifest, Value} = Entry) ->
    Each = fun
        ({Name, Path}) -> is_atom(Name) andalso is_text(Path);
        (_) -> false
    end,
    Of_releases = is_list(Value) andalso lists:all(Each, Value),
    is_text(Value) orelse Of_releases orelse throw({bad_entry, Entry}),
    Entry;
entry({arguments, Value} = Entry) ->
    is_list(Value) andalso lists:all(fun is_text/1, Value) orelse throw({bad_entry, Entry}),
    Entry;
entry(Entry) ->
    throw({bad_entry, Entry}).

is_text(Value) ->
    Value =/= [] andalso io_lib:char_list(Value).

%% ---- The releases that `rebar3 release` has built

relx(State, Options) ->
    case proplists:get_value(config, Options, "") of
        "" ->
            case rebar_state:get(State, relx, []) of
                [] -> consulted(filename:join(rebar_state:dir(State), "relx.config"));
                Relx -> Relx
            end;
        File ->
            consulted(File)
    end.

consulted(File) ->
    case file:consult(File) of
        {ok, Relx} -> Relx;
        {error, _} -> throw(no_release)
    end.

%% relx takes what its own configuration says before all else.
output_directory(State, Options, Relx) ->
    Usual = filename:join(rebar_dir:base_dir(State), ?RELEASES),
    Asked = proplists:get_value(output_dir, Options, Usual),
    filename:absname(proplists:get_value(output_dir, Relx, Asked)).

releases(Options, Relx) ->
    Configured = lists:usort([name(element(2, Entry)) || Entry <- Relx, is_release(Entry)]),
    Named = proplists:get_value(relname, Options),
    Listed = proplists:get_value(relnames, Options),
    case {proplists:get_value(all, Options), Listed, Named, Configured} of
        {_, _, _, []} -> throw(no_release);
        {true, _, _, All} -> All;
        {_, [_ | _] = Names, _, _} -> string:split(Names, ",", all);
        {_, _, [_ | _] = Name, _} -> [Name];
        {_, _, _, [Only]} -> [Only];
        {_, _, _, Several} -> throw({several, Several})
    end.

is_release(Entry) ->
    is_tuple(Entry) andalso tuple_size(Entry) > 2 andalso element(1, Entry) =:= release.

name(Identity) ->
    atom_to_list(element(1, Identity)).

%% The path of a release, from the project where it lies in there.
release(Path, Root) ->
    filelib:is_dir(Path) orelse throw({not_built, Path}),
    case lists:prefix(filename:split(Root), filename:split(Path)) of
        true -> filename:join(lists:nthtail(length(filename:split(Root)), filename:split(Path)));
        false -> Path
    end.

%% ---- reldeb

program(Configured) ->
    case {os:getenv("RELDEB"), Configured} of
        {[_ | _] = Named, _} -> found(Named, "the variable RELDEB names it");
        {_, undefined} -> found("reldeb", "it is not in the search path");
        {_, Named} -> found(Named, "`{deb, [{reldeb, ...}]}` of rebar.config names it")
    end.

found(Name, Why) ->
    case os:find_executable(Name) of
        false -> throw({no_program, Name, Why});
        Program -> Program
    end.

words(Name, Release, Config, Root) ->
    lists:append([
        ["build", "--release", Release],
        flag("--manifest", manifest(Name, maps:get(manifest, Config, undefined), Root)),
        flag("--output", output(maps:get(output, Config, undefined))),
        maps:get(arguments, Config, [])
    ]).

flag(_Flag, undefined) -> [];
flag(Flag, Value) -> [Flag, Value].

%% A slash at the end of a folder has reldeb make it.
output(undefined) ->
    undefined;
output(Path) ->
    case lists:suffix(".deb", Path) orelse lists:suffix("/", Path) of
        true -> Path;
        false -> Path ++ "/"
    end.

%% `reldeb init` writes a manifest for each of several releases.
manifest(Name, undefined, Root) ->
    %% Names of packages have no underscore.
    Own = "reldeb-" ++ lists:map(fun($_) -> $-; (Letter) -> Letter end, Name) ++ ".toml",
    case filelib:is_regular(filename:join(Root, Own)) of
        true -> Own;
        false -> undefined
    end;
manifest(Name, [{_, _} | _] = Of_releases, Root) ->
    manifest(Name, proplists:get_value(list_to_atom(Name), Of_releases), Root);
manifest(_Name, Path, _Root) ->
    Path.

%% What it says on standard error goes past rebar3, what it prints comes with the rest of the output.
run(Program, Words, Root) ->
    Options = [{args, Words}, {cd, Root}, exit_status, binary, stream, hide],
    Port = erlang:open_port({spawn_executable, Program}, Options),
    case collect(Port, <<>>) of
        {0, Printed} ->
            io:put_chars(Printed);
        {Status, Printed} ->
            io:put_chars(Printed),
            throw({failed, Status})
    end.

collect(Port, Printed) ->
    receive
        {Port, {data, More}} -> collect(Port, <<Printed/binary, More/binary>>);
        {Port, {exit_status, Status}} -> {Status, Printed}
    end.

format_error({no_program, Name, Why}) ->
    io_lib:format(
        "cannot find the program `~ts`: ~ts. Install reldeb, by its Debian package or "
        "`cargo install reldeb`, or name it in the variable RELDEB or as "
        "`{deb, [{reldeb, \"/path/to/reldeb\"}]}` in rebar.config",
        [Name, Why]
    );
format_error(no_release) ->
    "the project has no release: write one as `{relx, [{release, ...}]}` into rebar.config";
format_error({several, Names}) ->
    io_lib:format(
        "the project has several releases, ~ts: name one with `--relname`, or take `--all`",
        [lists:join(", ", Names)]
    );
format_error({not_built, Path}) ->
    io_lib:format("`~ts` is not there, expected the release that relx has built", [Path]);
format_error({failed, Status}) ->
    io_lib:format("reldeb ended with status ~b", [Status]);
format_error({misplaced, Word}) ->
    io_lib:format(
        "`~ts` is no option of `rebar3 deb`: options of `reldeb build` stand behind `--`, as in "
        "`rebar3 as prod deb -- --version 1.4.0-1`",
        [Word]
    );
format_error({bad_config, Written}) ->
    io_lib:format("`deb` in rebar.config is ~tp, expected a list", [Written]);
format_error({bad_entry, Entry}) ->
    io_lib:format(
        "`~tp` is no entry of `deb` in rebar.config, expected {manifest, Path}, "
        "{manifest, [{Release, Path}]}, {output, Path}, {reldeb, Path} or {arguments, [Text]}",
        [Entry]
    );
format_error(Reason) ->
    io_lib:format("~tp", [Reason]).
