//! Stripped modules in a real node: they load, and nothing that a release sees of them changes.
//! Skipped where there is no Erlang.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::internals::erlang::beam;
use reldeb::internals::fs;

/// The checks of the node of every pair of an original and a stripped module.
const NODE: &str = r#"
#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noinput
main([List, Scratch]) ->
    put(loaded, 0),
    {ok, Text} = file:read_file(List),
    Pairs = [list_to_tuple([binary_to_list(P) || P <- binary:split(L, <<"\t">>)])
             || L <- binary:split(Text, <<"\n">>, [global, trim_all])],
    Bad = lists:append([module(O, S) || {O, S} <- Pairs]) ++ trace(Scratch),
    [io:format("~p~n", [B]) || B <- Bad],
    io:format("checked ~p, loaded ~p~n", [length(Pairs), get(loaded)]),
    halt(case Bad of [] -> 0; _ -> 1 end).

module(Original, Stripped) ->
    {ok, O} = file:read_file(Original),
    {ok, S} = file:read_file(Stripped),
    {ok, {Module, Sum}} = beam_lib:md5(O),
    [{Module, beam_lib_md5} || beam_lib:md5(S) =/= {ok, {Module, Sum}}] ++
    [{Module, attributes} || beam_lib:chunks(S, [attributes]) =/= beam_lib:chunks(O, [attributes])] ++
    [{Module, emulator_md5} || code:module_md5(O) =/= code:module_md5(S)] ++
    [{Module, line} || chunk("Line", O) =/= chunk("Line", S)] ++
    load(Module, Original, O, S).

chunk(Name, Module) ->
    {ok, {_, [{_, Data}]}} = beam_lib:chunks(Module, [Name], [allow_missing_chunks]),
    Data.

%% What cannot be replaced in a running node is only prepared: the loader reads it whole.
load(Module, Original, O, S) ->
    case code:is_sticky(Module) orelse code:is_loaded(Module) =/= false orelse loads_a_nif(O) of
        true -> [{Module, prepare} || not is_prepared(erlang:prepare_loading(Module, S))];
        false ->
            {module, Module} = code:load_binary(Module, Original, O),
            Before = {Module:module_info(md5), Module:module_info(attributes), Module:module_info(exports)},
            code:purge(Module), code:delete(Module), code:purge(Module),
            {module, Module} = code:load_binary(Module, Original, S),
            After = {Module:module_info(md5), Module:module_info(attributes), Module:module_info(exports)},
            code:purge(Module), code:delete(Module), code:purge(Module),
            put(loaded, get(loaded) + 1),
            [{Module, module_info} || Before =/= After]
    end.

is_prepared(R) -> is_reference(R).

loads_a_nif(Beam) ->
    {ok, {_, [{imports, Imports}]}} = beam_lib:chunks(Beam, [imports]),
    lists:member({erlang, load_nif, 2}, Imports).

trace(Scratch) ->
    {ok, S} = file:read_file(filename:join(Scratch, "reldeb_trace.stripped")),
    {module, reldeb_trace} = code:load_binary(reldeb_trace, "reldeb_trace.beam", S),
    try reldeb_trace:fail(0) of
        _ -> [no_failure]
    catch
        error:badarith:Trace ->
            [Where] = [W || {reldeb_trace, fail, 1, W} <- Trace],
            [{no_line, Where} || proplists:get_value(line, Where) =/= 5]
    end.
"#;

const TRACED: &str =
    "-module(reldeb_trace).\n-export([fail/1]).\n%% 3\nfail(N) ->\n    X = 1 div N,\n    X + 1.\n";

fn has_erlang() -> bool {
    Command::new("erlc").arg("-help").output().is_ok()
}

fn modules_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(names) = fs::read_dir(folder) else {
        return;
    };
    for path in names {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            modules_below(&path, found);
        } else if path.extension().is_some_and(|e| e == "beam") {
            found.push(path);
        }
    }
}

#[test]
fn every_module_of_otp_and_elixir_is_the_same_to_a_node() {
    if !has_erlang() {
        crate::support::skip("needs `erlc`");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let at = |name: &str| scratch.path().join(name);
    fs::write(&at("reldeb_trace.erl"), TRACED).unwrap();
    let compiled = Command::new("erlc")
        .args(["+debug_info", "reldeb_trace.erl"])
        .current_dir(scratch.path())
        .status()
        .unwrap();
    assert!(compiled.success());

    let mut modules = vec![];
    modules_below(Path::new("/usr/lib/erlang"), &mut modules);
    modules_below(Path::new("/usr/lib/elixir"), &mut modules);
    modules.push(at("reldeb_trace.beam"));

    let mut list = Vec::new();
    let (mut before, mut after) = (0, 0);
    for (number, original) in modules.iter().enumerate() {
        let bytes = fs::read(original).unwrap();
        let stripped = beam::strip(&bytes)
            .unwrap_or_else(|e| panic!("{}: {e}", original.display()))
            .unwrap();
        assert_eq!(beam::strip(&stripped), Ok(None), "{}", original.display());
        before += bytes.len();
        after += stripped.len();
        let name = if original.starts_with(scratch.path()) {
            at("reldeb_trace.stripped")
        } else {
            at(&format!("{number}.beam"))
        };
        fs::write(&name, &stripped).unwrap();
        writeln!(list, "{}\t{}", original.display(), name.display()).unwrap();
    }
    println!(
        "{} modules, {before} bytes, {after} stripped",
        modules.len()
    );
    assert!(after * 2 < before);
    fs::write(&at("list"), list).unwrap();
    fs::write(&at("check.escript"), NODE.trim_start()).unwrap();

    let node = Command::new("escript")
        .arg(at("check.escript"))
        .arg(at("list"))
        .arg(scratch.path())
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&node.stdout).into_owned() + &String::from_utf8_lossy(&node.stderr);
    assert!(node.status.success(), "{said}");
    assert!(
        said.contains(&format!("checked {},", modules.len())),
        "{said}"
    );
    println!("{said}");
}
