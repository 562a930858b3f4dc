//! `preset:runtime` and stripped modules on a whole OTP: what they save, and that a node boots
//! and starts its applications from what is left. Skipped where there is no Erlang.

use std::path::{Path, PathBuf};
use std::process::Command;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use reldeb::internals::erlang::beam;
use reldeb::internals::fs;
use reldeb::internals::release::preset::preset;

const OTP: &str = "/usr/lib/erlang";

/// Copies a folder without what matches and strips its modules; the answer is the bytes that
/// were kept and those of the files left out.
fn copy(from: &Path, to: &Path, matcher: &Gitignore) -> (u64, u64) {
    std::fs::create_dir_all(to).expect("a folder in the scratch folder");
    let mut sum = (0, 0);
    for path in fs::read_dir(from).expect("a folder that was listed") {
        let relative = path.strip_prefix(OTP).expect("below OTP");
        let Ok(about) = fs::metadata(&path) else {
            continue;
        };
        let ignored = matcher
            .matched_path_or_any_parents(relative, about.is_dir())
            .is_ignore();
        let target = to.join(path.file_name().expect("a listed name"));
        if about.is_dir() {
            let below = copy(&path, &target, matcher);
            sum = (sum.0 + below.0, sum.1 + below.1);
        } else if ignored {
            sum.1 += about.len();
        } else {
            std::fs::copy(&path, &target).expect("a copy");
            sum.0 += strip(&target).unwrap_or(about.len());
        }
    }
    sum
}

/// Strips a module in place; the answer is its new length.
fn strip(path: &Path) -> Option<u64> {
    if path.extension()? != "beam" {
        return None;
    }
    let stripped = beam::strip(&fs::read(path).ok()?).expect("a module of OTP")?;
    fs::write(path, &stripped).expect("a copy can be written");
    Some(stripped.len() as u64)
}

fn erts(root: &Path) -> Option<PathBuf> {
    let names = fs::read_dir(root).ok()?;
    names.into_iter().find(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("erts-")
    })
}

/// Starts every application that needs no screen and talks TLS to itself.
const NODE: &str = "
    Apps = [A || D <- filelib:wildcard(code:root_dir() ++ \"/lib/*\"),
                 A <- [list_to_atom(hd(string:split(filename:basename(D), \"-\")))],
                 filelib:is_file(filename:join([D, \"ebin\", atom_to_list(A) ++ \".app\"])),
                 not lists:member(A, [debugger, et, observer, reltool, wx, erts])],
    Started = [{A, R} || A <- Apps, R <- [application:ensure_all_started(A)], element(1, R) =/= ok],
    Data = crypto:strong_rand_bytes(32),
    Key = [{digest, sha256}, {key, {rsa, 2048, 65537}}],
    #{client_config := C, server_config := S} = public_key:pkix_test_data(#{
        server_chain => #{root => Key, intermediates => [], peer => Key},
        client_chain => #{root => Key, intermediates => [], peer => Key}}),
    {ok, L} = ssl:listen(0, [binary, {active, false}, {reuseaddr, true} | S]),
    {ok, {_, Port}} = ssl:sockname(L),
    spawn_link(fun() -> {ok, T} = ssl:transport_accept(L), {ok, H} = ssl:handshake(T),
                        ok = ssl:send(H, Data), receive stop -> ok end end),
    {ok, K} = ssl:connect(\"localhost\", Port,
                          [binary, {active, false}, {verify, verify_none} | C], 10000),
    {ok, Got} = ssl:recv(K, 32, 10000),
    io:format(\"root ~s apps ~p failed ~p tls ~p~n\",
              [code:root_dir(), length(Apps), Started, Got =:= Data]),
    halt().";

#[test]
fn a_node_boots_from_stripped_modules_without_what_the_preset_takes() {
    let Some(version) = erts(Path::new(OTP)) else {
        crate::support::skip("needs Debian's Erlang");
        return;
    };
    let mut builder = GitignoreBuilder::new(OTP);
    for pruned in preset("preset:runtime").unwrap() {
        builder.add_line(None, pruned.pattern).unwrap();
    }
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path().join("otp");
    let (kept, left_out) = copy(Path::new(OTP), &root, &builder.build().unwrap());
    println!("kept {kept} bytes, left out {left_out}");
    assert!(left_out > 4_000_000);

    let binaries = root.join(version.file_name().unwrap()).join("bin");
    let node = Command::new(binaries.join("erlexec"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", scratch.path())
        .env("ROOTDIR", &root)
        .env("BINDIR", &binaries)
        .env("EMU", "beam")
        .env("PROGNAME", "erl")
        .current_dir(scratch.path())
        .args(["-noinput", "-boot", "start_sasl", "-eval", NODE])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&node.stdout).into_owned();
    println!("{said}");
    assert!(node.status.success(), "{said}");
    let expected = format!("root {} apps ", root.display());
    assert!(said.contains(&expected), "{said}");
    assert!(said.contains("failed [] tls true"), "{said}");
}
