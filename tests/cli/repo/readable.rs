//! A bucket that nobody reads without a key.

use std::process::Command;

use crate::moto::Moto;

use super::Repository;

#[test]
fn a_suite_that_machines_cannot_read_is_told() {
    let Some(moto) = Moto::get() else { return };
    let repository = Repository::none();
    let bucket = moto.bucket();
    let run_at = |command: &str, place: &str| {
        let mut reldeb = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        let output = reldeb
            .env_clear()
            .env("RELDEB_KEY", "reldeb.key")
            .env("AWS_ACCESS_KEY_ID", "owner")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_ENDPOINT_URL", format!("http://{}", moto.address))
            .args(["repo", command, &format!("s3://{bucket}/{place}")])
            .args((command == "init").then_some("--origin=Example"))
            .args((command == "init").then_some("--key=new"))
            .current_dir(&repository.folder)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let run = |command: &str| run_at(command, "apt");
    assert_eq!(
        run("init"),
        (
            "secret key: reldeb.key\nsuite stable: made\n".to_owned(),
            "warning[repository-not-readable]: suite `stable` cannot be read without a key: the store says 403\n\
             hint: let everybody read what is below the prefix of the repository\n"
                .to_owned()
        )
    );
    let verified = |warning: &str| (format!("{warning}0 packages in stable\n"), String::new());
    assert_eq!(
        run("verify"),
        verified(
            "warning: dists/stable/InRelease: cannot be read without a key: the store says 403\n"
        )
    );
    for inside in ["pool/team", "dists"] {
        let expected = format!(
            "error: `s3://{bucket}/apt/{inside}` is inside the repository `s3://{bucket}/apt`, expected its top or \
             another folder\nhint: to add a suite, name the top: `reldeb repo init s3://{bucket}/apt --suite SUITE`\n"
        );
        let said = run_at("init", &format!("apt/{inside}"));
        assert_eq!(said, (String::new(), expected));
    }
    moto.open_to_all(&format!("{bucket}/apt/dists/stable/InRelease"));
    assert_eq!(run("verify"), verified(""));
}
