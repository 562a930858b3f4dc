//! Repositories of other tools: what these name is neither lost nor changed.

use std::process::Command;

use super::Repository;
use crate::packed::success;

/// A repository with one package whose index and `Release` are those of another tool.
fn of_another_tool(release: &str, folder: &str, file: &str) -> Repository {
    let repository = Repository::new();
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb");
    let script = format!(
        "xz -dc apt/dists/stable/main/binary-amd64/Packages.xz | sed 's,^Filename: .*,Filename: {file},' >Packages\n\
         rm -r apt/dists apt/key.asc apt/pool/main\n\
         mkdir -p apt/dists/stable/{folder} \"apt/pool/main\"\n\
         cp orders_1.0_amd64.deb apt/pool/main\n\
         mv Packages apt/dists/stable/{folder}\n\
         printf '{release}SHA256:\\n %s %s {folder}/Packages\\n' \
         \"$(sha256sum <apt/dists/stable/{folder}/Packages | cut -c1-64)\" \
         \"$(wc -c <apt/dists/stable/{folder}/Packages)\" >apt/dists/stable/Release\n\
         find apt -type f -exec touch -d '10 days ago' {{}} +"
    );
    shell(&repository, &script);
    repository
}

fn shell(repository: &Repository, script: &str) {
    let mut shell = Command::new("sh");
    success(shell.args(["-ec", script]).current_dir(repository.path("")));
}

const RELEASE: &str = "Suite: stable\\nCodename: stable\\nOrigin: Old\\nArchitectures: amd64\\nComponents: main\\n\
                       Date: Mon, 30 Nov 2026 00:53:20 UTC\\n";
const MAIN: &str = "main/binary-amd64";
const FILE: &str = "pool/main/orders_1.0_amd64.deb";

/// Nothing of the pool is gone after a publication and tidying up.
#[track_caller]
fn is_whole(repository: &Repository) {
    repository.run("prune apt").says("");
    repository
        .run("verify apt --deep")
        .says("1 package in stable\n");
    assert!(repository.path(&format!("apt/{FILE}")).exists());
}

#[test]
fn files_are_found_by_whatever_path_an_index_names_them() {
    for file in [
        "pool/./main/orders_1.0_amd64.deb",
        "pool//main/orders_1.0_amd64.deb",
        "./pool/x/../main/orders_1.0_amd64.deb",
    ] {
        let repository = of_another_tool(RELEASE, MAIN, file);
        repository
            .run("init apt --adopt")
            .says("suite stable: changed\n");
        is_whole(&repository);
        repository
            .run("add apt orders_1.0_amd64.deb")
            .says("orders 1.0 amd64 is in stable main already\n");
    }
}

#[test]
fn a_suite_that_names_no_components_has_those_of_its_indices() {
    let release = RELEASE.replace("Architectures: amd64\\nComponents: main\\n", "");
    let repository = of_another_tool(&release, "extra/binary-amd64", FILE);
    repository
        .run("init apt --adopt")
        .says("suite stable: changed\n");
    repository
        .run("list apt")
        .says("stable extra orders 1.0 amd64\n");
    is_whole(&repository);
}

#[test]
fn an_index_that_a_suite_lists_beside_its_components_keeps_its_packages() {
    for folder in [
        "extra/binary-amd64",
        "main/binary-i386",
        "main/debug/binary-amd64",
    ] {
        let repository = of_another_tool(RELEASE, folder, FILE);
        repository
            .run("init apt --adopt")
            .says("suite stable: changed\n");
        repository.run("prune apt").says("");
        assert!(repository.path(&format!("apt/{FILE}")).exists(), "{folder}");
    }
}

/// apt on every machine refuses a field that was not there before.
#[test]
fn a_suite_that_is_taken_over_keeps_what_it_says_of_itself() {
    let release = RELEASE.replace(
        "Origin: Old",
        "Signed-By: 0123456789ABCDEF0123456789ABCDEF01234567",
    );
    let repository = of_another_tool(&release, MAIN, FILE);
    let before = repository.files();
    for (option, expected) in [
        ("--origin New", "no Origin, which cannot become `New`"),
        ("--label New", "no Label, which cannot become `New`"),
    ] {
        repository.run(&format!("init apt --adopt {option}")).fails(
            1,
            &format!(
                "error: suite `stable` has {expected}\n\
                 hint: leave it as it is, or make another suite: apt on every machine refuses the change until it is \
                 called with `--allow-releaseinfo-change`\n"
            ),
        );
    }
    assert_eq!(repository.files(), before);
    repository
        .run("init apt --adopt")
        .says("suite stable: changed\n");
    let text = repository.read("apt/dists/stable/InRelease");
    for field in ["Origin:", "Label:", "Signed-By:"] {
        assert!(!text.contains(field), "{text}");
    }
}

/// One who tidies up must know all that is needed.
#[test]
fn nothing_is_tidied_up_where_another_index_names_files() {
    let hidden = |path: &str| {
        format!(
            "error: `{path}` is of a suite or repository that is not kept here, and nobody knows which files it needs\n\
             hint: tidy up by the tool that made it\n"
        )
    };
    for (path, script) in [
        ("Packages", "touch apt/Packages"),
        ("Release", "touch apt/Release"),
        (
            "dists/stable/updates/Release",
            "mkdir apt/dists/stable/updates; touch apt/dists/stable/updates/Release",
        ),
        ("Packages.xz", "touch apt/Packages.xz"),
        ("flat/Release", "mkdir apt/flat; touch apt/flat/Release"),
        (
            "pool/o/Packages",
            "mkdir -p apt/pool/o; touch apt/pool/o/Packages",
        ),
        (
            "pool/team/dists/stable/InRelease",
            "mkdir -p apt/pool/team/dists/stable; touch apt/pool/team/dists/stable/InRelease",
        ),
    ] {
        let repository = Repository::new();
        shell(&repository, script);
        repository.run("prune apt").fails(1, &hidden(path));
    }
    // One beside an index is of no suite.
    let repository = Repository::new();
    shell(
        &repository,
        "touch apt/dists/stable/main/binary-amd64/Release",
    );
    repository.run("prune apt").says("");
}

#[test]
fn nothing_is_tidied_up_while_a_package_is_lost() {
    let repository = Repository::new();
    for file in ["orders_1.0_amd64.deb", "other_1.0_amd64.deb"] {
        repository.package(file, "");
        repository.run(&format!("add apt {file}"));
    }
    repository.run("remove apt other");
    let lost = "pool/main/o/orders/orders_1.0_amd64.deb";
    shell(
        &repository,
        &format!("find apt -type f -exec touch -d '10 days ago' {{}} +; mv apt/{lost} ."),
    );
    repository.run("prune apt").fails(
        1,
        &format!(
            "error: `{lost}` is named by an index, but not there\n\
             hint: add the package again, with `reldeb repo add`\n"
        ),
    );
    shell(&repository, &format!("mv orders_1.0_amd64.deb apt/{lost}"));
    // The indices of before name the other one still.
    repository.run("prune apt").says("");
}

/// Also one that does not lie in the pool.
#[test]
fn a_lost_file_of_another_tool_keeps_the_rest() {
    let repository = of_another_tool(RELEASE, MAIN, "deb/orders_1.0_amd64.deb");
    repository
        .run("init apt --adopt")
        .says("suite stable: changed\n");
    repository.run("prune apt").fails(
        1,
        "error: `deb/orders_1.0_amd64.deb` is named by an index, but not there\n\
         hint: add the package again, with `reldeb repo add`\n",
    );
    assert!(repository.path(&format!("apt/{FILE}")).exists());
}

#[test]
fn a_version_that_differs_in_its_epoch_alone_has_no_place() {
    let repository = Repository::new();
    repository.package("orders_1:1.0_amd64.deb", "");
    repository.run("add apt orders_1:1.0_amd64.deb");
    repository.package("orders_1.0_amd64.deb", "");
    repository.run("add apt orders_1.0_amd64.deb").fails(
        1,
        "error: `pool/main/o/orders/orders_1.0_amd64.deb` is in the repository with other bytes\n\
         hint: give the package another version, in more than its epoch: the name of its file has none\n",
    );
}
