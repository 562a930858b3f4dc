//! Packages with faults of programs and libraries, which the C compiler makes with the flags that cause them.

use std::process::Command;
use std::sync::OnceLock;

use super::seeds::Seed;

const PLUGIN: &str = "int clean(void) { return 1; }\n";
const PROGRAM: &str = "#include <stdio.h>\nint main(void) { puts(\"clean\"); return 0; }\n";
/// More than 16 KiB, with a buffer that is written to.
const BUFFER: &str = "#include <string.h>\nconst char text[20000] = {1};\n\
    int main(int n, char **words) { char copy[64]; strcpy(copy, words[0]); return copy[1] + text[n]; }\n";

/// Debian's architecture of this machine, and another one.
const MACHINES: [&str; 2] = if cfg!(target_arch = "aarch64") {
    ["arm64", "amd64"]
} else {
    ["amd64", "arm64"]
};

/// Compiles a text in a folder of its own, where `before` has made what it is linked with.
fn compiled(text: &str, flags: &str, before: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::TempDir::new().unwrap();
    let compile = |text: &str, flags: &str, output: &str| {
        std::fs::write(folder.path().join("x.c"), text).unwrap();
        let usual = "-O1 -fPIE -pie -fstack-protector-strong -Wl,-z,relro,-z,now,-z,noexecstack";
        let run = Command::new("cc")
            .args(usual.split(' '))
            .args((!flags.contains("-g")).then_some("-s"))
            .args(["x.c", "-o", output])
            .args(flags.split_whitespace())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "{flags}: {said}");
    };
    for (library, soname) in before {
        let flags = format!("-no-pie -fPIC -shared -Wl,-soname,{soname}");
        compile(PLUGIN, &flags, library);
    }
    compile(text, flags, "x");
    std::fs::read(folder.path().join("x")).unwrap()
}

/// A package of programs that has no fault.
fn machine() -> Seed {
    Seed::clean()
        .field("Architecture", MACHINES[0])
        .field("Depends", "libc6 (>= 2.34)")
}

/// The package with a program of these flags.
fn program(flags: &str) -> Seed {
    machine().command("usr/bin/tool", compiled(PROGRAM, flags, &[]))
}

/// A program that needs a library.
fn linked(soname: &str) -> Vec<u8> {
    let text = format!("int clean(void);\n{PROGRAM}int (*take)(void) = clean;\n");
    compiled(&text, "./libx.so", &[("./libx.so", soname)])
}

fn library(flags: &str) -> Vec<u8> {
    compiled(PLUGIN, &format!("-no-pie -fPIC -shared {flags}"), &[])
}

/// The package with a library for all, which it offers to other packages.
fn offered(mode: u32) -> Seed {
    machine()
        .file(
            "usr/lib/libclean.so.1",
            mode,
            library("-Wl,-soname,libclean.so.1"),
        )
        .member("triggers", 0o644, "activate-noawait ldconfig\n")
        .member("shlibs", 0o644, "libclean 1 clean\n")
}

/// Returns each tag with a package that has this fault; behind a blank, the tags that come with it.
pub(super) fn all() -> Vec<(&'static str, Seed)> {
    static ALL: OnceLock<Vec<(&str, Seed)>> = OnceLock::new();
    ALL.get_or_init(made).clone()
}

fn made() -> Vec<(&'static str, Seed)> {
    let tool = |content: Vec<u8>| machine().command("usr/bin/tool", content);
    let mut seeds = of_policy();
    seeds.extend([
        ("no-pie", program("-no-pie -fno-PIE")),
        ("no-relro", program("-Wl,-z,norelro")),
        (
            "no-stack-protector",
            tool(compiled(BUFFER, "-fno-stack-protector", &[])),
        ),
        (
            "executable-stack",
            machine().file(
                "usr/lib/clean/plugin.so",
                0o644,
                library("-Wl,-z,execstack"),
            ),
        ),
        (
            "search-path-writable search-path",
            program("-Wl,-rpath,/tmp/lib"),
        ),
        (
            "build-path",
            tool(compiled(
                "#include <stdio.h>\nint main(void) { puts(\"/home/runner/work/x/x/main.c\"); return 0; }\n",
                "",
                &[],
            )),
        ),
    ]);
    seeds.extend(of_libraries());
    seeds
}

fn of_libraries() -> Vec<(&'static str, Seed)> {
    let tool = |content: Vec<u8>| machine().command("usr/bin/tool", content);
    vec![
        ("library-not-found", tool(linked("libnonesuch.so.9"))),
        (
            "library-left-to-depends",
            tool(linked("libnonesuch.so.9")).field("Depends", "libc6 (>= 2.34), libnonesuch9"),
        ),
        (
            "library-not-searched",
            tool(linked("libclean.so.1")).file(
                "usr/lib/clean/libclean.so.1",
                0o644,
                library("-Wl,-soname,libclean.so.1"),
            ),
        ),
        (
            "library-beyond-minimal",
            tool(linked("libcurl.so.4"))
                .field("Depends", "libc6 (>= 2.34), libcurl4t64 | libcurl4"),
        ),
        (
            "depends-lacks library-beyond-minimal",
            tool(linked("libcurl.so.4")),
        ),
        (
            "loader-not-found",
            program("-Wl,--dynamic-linker=/lib/ld-nonesuch.so.1"),
        ),
        (
            "elf-damaged",
            tool(compiled(PROGRAM, "", &[])[..200].to_vec()),
        ),
    ]
}

fn of_policy() -> Vec<(&'static str, Seed)> {
    vec![
        ("program-in-all", program("").field("Architecture", "all")),
        (
            "program-of-another-machine",
            program("").field("Architecture", MACHINES[1]),
        ),
        (
            "program-place",
            machine().file("usr/share/clean/tool", 0o755, compiled(PROGRAM, "", &[])),
        ),
        ("not-stripped", program("-g")),
        ("linked-statically", program("-static -no-pie")),
        ("search-path", program("-Wl,-rpath,/usr/lib/others")),
        (
            "library-without-soname",
            machine().file("usr/lib/libclean.so.1", 0o644, library("")),
        ),
        ("library-executable", offered(0o755)),
        ("library-not-offered", {
            offered(0o644).without_member("shlibs")
        }),
        (
            "libc-not-asked-for depends-lacks",
            program("").field("Depends", ""),
        ),
    ]
}
