//! ELF files that come from `[files]` say as much of a package as those of its release.

use crate::sketch::elf;
use crate::support::Test;

const ARM64: u8 = 183;
const AMD64: u8 = 62;

/// A release of a script and, where it is said, a library; beside it a tool for arm64.
fn demo(package: &str, files: &str, library: Option<u8>) -> Test {
    let test = Test::new()
        .manifest(&format!(
            "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
             maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
             {package}\n[release]\npath = \"rel\"\n[files]\n{files}\n[service]\nmanagers = []\n"
        ))
        .executable("rel/bin/demo", "#!/bin/sh\n")
        .file("build/notes.txt", elf(8, 1))
        .executable("build/tools/tool", elf(ARM64, 2));
    match library {
        Some(machine) => test.file("rel/lib/demo.so", elf(machine, 2)),
        None => test,
    }
}

#[test]
fn files_alone_tell_the_architecture() {
    for files in [
        "\"/usr/lib/demo/tool\" = \"build/tools/tool\"",
        "\"/usr/lib/demo/\" = \"build/tools/tool\"",
        "\"/usr/lib/demo/\" = \"build\"",
        "\"/usr/lib/demo/\" = \"build/**/to*\"",
        "\"/usr/lib/demo/demo.so\" = { source = \"build/tools/tool\", mode = \"0644\" }",
    ] {
        demo("", files, None)
            .args(["build", "-v"])
            .stdout("dist/demo_1.0_arm64.deb\n")
            .stderr("info[architecture-from-release]: architecture `arm64` is that of the ELF files of `[files]`\n")
            .run();
    }
}

#[test]
fn files_that_nobody_runs_tell_nothing() {
    demo("", "\"/usr/share/demo/\" = \"build/*.txt\"", None)
        .args(["build", "-q"])
        .stdout("dist/demo_1.0_all.deb\n")
        .run();
}

#[test]
fn files_and_release_agree() {
    let files = "\"/usr/lib/demo/tool\" = \"build/tools/tool\"";
    demo("", files, Some(ARM64))
        .args(["build", "-q"])
        .stdout("dist/demo_1.0_arm64.deb\n")
        .run();
    demo("architecture = \"amd64\"", files, None)
        .args(["build"])
        .stdout("dist/demo_1.0_amd64.deb\n")
        .stderr(
            "
            warning[architecture-differs]: reldeb.toml:6: architecture is `amd64`, but the ELF files of `[files]` are for `arm64`
            hint: leave `architecture` out: it is read from `[files]`
            ",
        )
        .run();
}

#[test]
fn files_and_release_for_two_machines_are_refused() {
    let outcome = demo(
        "",
        "\"/usr/lib/demo/tool\" = \"build/tools/tool\"",
        Some(AMD64),
    )
    .args(["build"])
    .status(1)
    .stderr(
        "
        error: the package mixes architectures: x86-64 in `lib/demo.so`; AArch64 in `build/tools/tool`
        hint: leave out the files that are not for the target: those of the release with `exclude` in `[release]`, the others in `[files]`
        ",
    )
    .run();
    assert!(!outcome.path("dist").exists());
}

/// A file that is not packed counts neither for the architecture nor for a mixture.
#[test]
fn a_file_that_another_replaces_tells_nothing() {
    for files in [
        "\"/opt/demo/lib/demo.so\" = \"build/tools/tool\"",
        "\"/opt/demo/lib/demo.so\" = { symlink = \"/usr/lib/demo.so\" }\n\
         \"/usr/lib/demo/\" = \"build/tools/tool\"",
        "\"/opt/demo/lib/\" = \"over\"",
        "\"/opt/demo/lib/\" = \"over/*\"",
        "\"/opt/demo/lib/demo.so\" = \"reldeb.toml\"\n\
         \"/usr/lib/demo/tool\" = \"build/tools/tool\"",
        "\"/opt/demo/lib/demo.so\" = \"over/demo.so\"\n\
         \"/opt/demo/lib/\" = \"wrong\"",
    ] {
        demo("", files, Some(AMD64))
            .file("over/demo.so", elf(ARM64, 2))
            .file("wrong/demo.so", elf(AMD64, 2))
            .args(["build", "-q"])
            .stdout("dist/demo_1.0_arm64.deb\n")
            .run();
    }
    // A file beside the release's own replaces nothing.
    demo("", "\"/opt/demo/\" = \"build/tools/tool\"", Some(AMD64))
        .args(["build", "-q"])
        .status(1)
        .stderr(
            "
            error: the package mixes architectures: x86-64 in `lib/demo.so`; AArch64 in `build/tools/tool`
            hint: leave out the files that are not for the target: those of the release with `exclude` in `[release]`, the others in `[files]`
            ",
        )
        .run();
}

/// A static archive, whose only object is for a machine.
fn archive(machine: u8) -> Vec<u8> {
    let mut object = elf(machine, 2);
    object[16] = 1;
    let size = object.len();
    let header = format!("!<arch>\n{:<16}{:<32}{size:<10}`\n", "a.o/", "0");
    [header.into_bytes(), object].concat()
}

/// Archives for a linker tell the architecture where no program does, and all are for one.
#[test]
fn archives_alone_tell_the_architecture() {
    let packed = |files: &str, expected: &str| {
        let test = Test::new()
            .manifest(&format!(
                "[package]\nname = \"demo\"\nversion = \"1.0\"\n\
                 maintainer = \"Ann Example <ann@example.com>\"\ndescription = \"demonstrates\"\n\
                 [files]\n\"/usr/lib/demo/\" = {files}\n"
            ))
            .file("lib/arm/libz.a", archive(ARM64))
            .file("lib/arm/libz-1f.rlib", archive(ARM64))
            .file("lib/intel/libz.a", archive(AMD64))
            .file("lib/object/z.o", elf(AMD64, 2))
            .executable("lib/program/z", elf(AMD64, 2));
        test.args(["build", "-q"])
            .stdout(&format!("dist/demo_1.0_{expected}.deb\n"))
            .run();
    };
    packed("\"lib/arm/*.a\"", "arm64");
    packed("\"lib/arm\"", "arm64");
    packed("\"lib/object/z.o\"", "amd64");
    // A program says more than what another may be linked with.
    packed("{ source = \"lib\", exclude = [\"object/\"] }", "amd64");
    // A compiler for several machines runs where its program does.
    packed(
        "{ source = \"lib\", exclude = [\"object/\", \"program/\"] }",
        "all",
    );
}
