//! Secret keys are in no message, and in no folder that is served.

use std::process::Command;

use super::{Repository, Said};
use crate::packed::success;

const NEITHER: &str = "error: the variable `RELDEB_KEY` is neither the path of a key nor a key\n\
                       hint: let it be the path of the file, its text with all line breaks, or what \
                       `base64 -w0 FILE` prints\n";

/// Expects that no 20 bytes of a key are in what was said.
#[track_caller]
fn shows_nothing(said: &Said, keys: &[&str]) {
    for key in keys {
        for start in 0..key.len().saturating_sub(20) {
            let part = &key[start..start + 20];
            if part.contains("KEY") || part.contains("PGP") || part.contains('\n') {
                continue;
            }
            let shown = said.stdout.contains(part) || said.stderr.contains(part);
            assert!(!shown, "`{part}` is shown: {}", said.stderr);
        }
    }
}

/// The repository, its key as text, and as base64 on one line.
fn with_key() -> (Repository, String, String) {
    let repository = Repository::new();
    let key = repository.read("reldeb.key");
    let base64 = Command::new("base64")
        .args(["-w0", "reldeb.key"])
        .current_dir(repository.path(""))
        .output()
        .unwrap();
    (repository, key, String::from_utf8(base64.stdout).unwrap())
}

#[test]
fn a_key_that_cannot_be_read_is_not_shown() {
    let (repository, key, base64) = with_key();
    let (_, beheaded) = key.split_once('\n').unwrap();
    let body: String = beheaded
        .lines()
        .take_while(|line| !line.starts_with(['=', '-']))
        .collect();
    for bad in [
        key.replace('\n', " "),
        key.replace('\n', ""),
        key.replace('\n', "\\n"),
        key[..key.len() / 2].to_owned(),
        beheaded.to_owned(),
        beheaded.trim().to_owned(),
        base64[..base64.len() / 2].to_owned(),
        base64[1..].to_owned(),
        body[..body.len() / 2].to_owned(),
        body[2..].to_owned(),
        format!("/{}", &body[..60]),
        "gone.key".to_owned(),
    ] {
        for command in ["refresh apt", "list apt", "verify apt"] {
            let said = repository.run_by(&bad, command);
            said.fails(1, NEITHER);
            shows_nothing(&said, &[&key, &base64, &body]);
        }
    }
    std::fs::write(repository.path("bad.key"), key.replace('\n', " ")).unwrap();
    let said = repository.run("refresh apt --key bad.key");
    said.fails(
        1,
        "
        error: `bad.key`: its OpenPGP data is damaged or cut off
        hint: make a key with `reldeb repo key new`, or export one with `gpg --armor --export-secret-keys ADDRESS`
        ",
    );
}

#[test]
fn a_key_in_base64_signs() {
    let (repository, key, base64) = with_key();
    let dearmor = "sed '1,/^$/d; /^[=-]/,$d' reldeb.key | tr -d '\\n'";
    let mut shell = Command::new("sh");
    let binary = success(
        shell
            .args(["-ec", dearmor])
            .current_dir(repository.path("")),
    );
    for value in [
        &key,
        &format!("\n{key}"),
        &base64,
        &format!("{base64}\n"),
        &binary,
    ] {
        repository
            .run_by(value, "refresh apt")
            .says("suite stable: published anew\n");
    }
}

#[test]
fn an_argument_that_is_a_key_is_not_shown() {
    let (repository, key, base64) = with_key();
    let reldeb = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        command.args(arguments).current_dir(repository.path(""));
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said {
            status: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    };
    let (_, beheaded) = key.split_once("\n\n").unwrap();
    for arguments in [
        vec!["repo", "refresh", "apt", "--key", &base64],
        vec!["repo", "refresh", "apt", "--key", beheaded],
        vec!["repo", "verify", "apt", "--key", &base64],
        vec!["repo", "key", "show", &base64],
    ] {
        let said = reldeb(&arguments);
        said.fails(
            2,
            "
            error: expected the path of a key, found a text that may be the key itself
            hint: name its file; only the variable `RELDEB_KEY` may have the key itself
            ",
        );
    }
    for arguments in [
        vec!["repo", "refresh", "apt", "--key", &key],
        vec!["repo", "refresh", "apt", &key],
        vec!["build", &key],
    ] {
        let said = reldeb(&arguments);
        assert_eq!(said.status, 2);
        let words = "error: an argument is a secret key, which all users of the machine can see: name \
                     its file, or set the variable `RELDEB_KEY`\n";
        assert!(said.stderr.starts_with(words), "{}", said.stderr);
        shows_nothing(&said, &[&key, &base64]);
    }
}

#[test]
fn no_secret_key_is_made_in_a_folder_that_is_served() {
    let repository = Repository::new();
    let before = repository.files();
    let hint = "hint: run it in another folder, or make a key elsewhere with `reldeb repo key new FILE`, \
                and name it with `--key FILE`\n";
    for file in [
        "apt/next.key",
        "apt/pool/main/next.key",
        "apt/dists/stable/x",
    ] {
        std::fs::create_dir_all(repository.path("apt/pool/main")).unwrap();
        repository
            .run(&format!("key new {file} --owner Example"))
            .fails(
                1,
                &format!(
                    "error: the secret key `{file}` would be in the repository `[DIR]/apt`, for all who \
                     read that\n{hint}"
                ),
            );
    }
    assert_eq!(repository.files(), before);
    let empty = Repository::none();
    empty.run("init . --origin Example --key new").fails(
        1,
        &format!(
            "error: the secret key `reldeb.key` would be in the repository `.`, for all who read that\n{hint}"
        ),
    );
    assert_eq!(std::fs::read_dir(empty.path("")).unwrap().count(), 0);
    let copied = repository.path("apt/reldeb.key");
    std::fs::copy(repository.path("reldeb.key"), copied).unwrap();
    let said = repository.run("verify apt");
    assert_eq!(
        said.stdout,
        "error: reldeb.key: is a secret key, for everybody who reads the repository: take it away, and \
         sign with a new one\n0 packages in stable\n"
    );
    assert_eq!(said.status, 1);
}

#[test]
fn a_secret_key_is_found_under_any_name() {
    let (repository, key, base64) = with_key();
    let dearmor = "sed '1,/^$/d; /^[=-]/,$d' reldeb.key | base64 -d >binary";
    let mut shell = Command::new("sh");
    let shell = shell.args(["-ec", dearmor]);
    success(shell.current_dir(repository.path("")));
    let binary = std::fs::read(repository.path("binary")).unwrap();
    let public = repository.run("key show --public reldeb.key").stdout;
    let files: [(&str, &[u8]); 6] = [
        ("binary", &binary),
        ("dists/stable/x.key", key.as_bytes()),
        ("nk", key.as_bytes()),
        ("public.asc", public.as_bytes()),
        ("sub/x.key", key.as_bytes()),
        ("text", base64.as_bytes()),
    ];
    std::fs::create_dir(repository.path("apt/sub")).unwrap();
    for (path, bytes) in files {
        std::fs::write(repository.path("apt").join(path), bytes).unwrap();
    }
    // A link that leads nowhere hides nothing.
    std::os::unix::fs::symlink("/nowhere", repository.path("apt/link")).unwrap();
    let said = repository.run("verify apt");
    let found = |path: &str| {
        format!(
            "error: {path}: is a secret key, for everybody who reads the repository: take it away, and sign with \
             a new one\n"
        )
    };
    let secret = files.iter().filter(|(path, _)| *path != "public.asc");
    let expected: String = secret.map(|(path, _)| found(path)).collect();
    assert_eq!(said.stdout, expected + "0 packages in stable\n");
    assert_eq!(said.status, 1);
}

#[test]
fn no_repository_is_made_around_its_secret_key() {
    let (repository, key, _) = with_key();
    let empty = Repository::none();
    std::fs::create_dir(empty.path("sub")).unwrap();
    std::fs::write(empty.path("sub/k"), &key).unwrap();
    let refused = "error: the secret key `sub/k` would be in the repository `.`, for all who read that\n\
                   hint: run it in another folder, or make a key elsewhere with `reldeb repo key new FILE`, \
                   and name it with `--key FILE`\n";
    empty
        .run("init . --origin Example --key sub/k")
        .fails(1, refused);
    empty
        .run_by("sub/k", "init . --origin Example")
        .fails(1, refused);
    assert!(!empty.path("dists").exists());
    // The public half may lie there.
    let public = repository.run("key show --public reldeb.key").stdout;
    std::fs::write(empty.path("sub/k"), public).unwrap();
    let said = empty.run("init . --origin Example --key sub/k --sign-command cat");
    assert!(
        said.stderr
            .starts_with("error: command `cat` signed badly: "),
        "{}",
        said.stderr
    );
}
