//! Programs and NIFs without their debug symbols, and the package that has these.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use reldeb::internals::deb::Deb;
use tempfile::TempDir;

use crate::support::Test;

/// Loads a library and calls a function of it, as the Erlang emulator does with a NIF.
const PROGRAM: &str = r#"
use std::ffi::{c_char, c_int, c_void};
unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}
fn main() {
    let path = std::env::args().nth(1).unwrap() + "\0";
    let answer = unsafe {
        let library = dlopen(path.as_ptr().cast(), 2);
        assert!(!library.is_null());
        let function = dlsym(library, c"nif_init".as_ptr());
        std::mem::transmute::<*mut c_void, extern "C" fn() -> u32>(function)()
    };
    let caught = std::panic::catch_unwind(|| std::hint::black_box(Vec::<u8>::new())[1]);
    println!("{answer} {}", caught.is_err());
}
"#;

const LIBRARY: &str = "
#[unsafe(no_mangle)]
pub extern \"C\" fn nif_init() -> u32 { 42 }
";

struct Compiled {
    folder: TempDir,
}

impl Compiled {
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap()
    }
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let compile = |source: &str, output: &str, options: &[&str]| {
        let file = folder.path().join(format!("{output}.rs"));
        std::fs::write(&file, source).unwrap();
        let done = Command::new("rustc")
            .args(["--edition", "2024", "--crate-name", "x", "-g"])
            .args(options)
            .arg("-o")
            .args([&folder.path().join(output), &file])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{error}");
    };
    let with_id = "-Clink-arg=-Wl,--build-id";
    compile(PROGRAM, "app", &[with_id]);
    compile(LIBRARY, "nif.so", &[with_id, "--crate-type=cdylib"]);
    let without = "-Clink-arg=-Wl,--build-id=none";
    compile(LIBRARY, "nameless.so", &[without, "--crate-type=cdylib"]);
    Compiled { folder }
});

fn release(setting: &str) -> Test {
    Test::new()
        .manifest(&format!(
            r#"
            [package]
            name = "app"
            version = "1:1.0"
            maintainer = "Ops Team <ops@example.com>"
            description = "calls a library\nIt tells what the library answers."
            [release]
            path = "rel"
            kind = "plain"
            debug-symbols = "{setting}"
            "#
        ))
        .executable("rel/bin/app", COMPILED.read("app"))
        .file("rel/lib/nif.so", COMPILED.read("nif.so"))
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// Unpacks a package below the folder of the test.
fn unpack(deb: &Path, folder: &Path) {
    let done = Command::new("dpkg-deb")
        .arg("-x")
        .args([deb, folder])
        .status();
    assert!(done.unwrap().success());
}

fn readelf(option: &str, file: &Path) -> String {
    let output = Command::new("readelf")
        .args([option, "-W"])
        .arg(file)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && error.is_empty(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

fn build_id(file: &Path) -> String {
    let notes = readelf("-n", file);
    let line = notes.lines().find(|line| line.contains("Build ID:"));
    line.unwrap().split_whitespace().last().unwrap().to_owned()
}

/// The names of the sections that are not loaded into memory.
fn unloaded_sections(file: &Path) -> Vec<String> {
    let text = readelf("-S", file);
    let rows = text.lines().filter_map(|line| line.split_once("] "));
    let rows = rows.map(|(_, row)| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.len() > 7 && row[2].chars().all(|digit| digit == '0'))
        .map(|row| row[0].to_owned())
        .collect()
}

#[test]
fn a_program_runs_with_each_setting() {
    for (setting, has_symbols, packages) in [
        ("keep", true, &["app"][..]),
        ("strip", false, &["app"]),
        ("package", false, &["app", "app-dbgsym"]),
    ] {
        let file = |name: &&str| format!("dist/{name}_1.0_{}.deb", architecture());
        let stdout: String = packages.iter().map(|name| file(name) + "\n").collect();
        let built = release(setting).args(["build"]).stdout(&stdout).run();
        let folder = built.path("unpacked");
        unpack(&built.path(&file(&"app")), &folder);
        let (program, library) = (
            folder.join("opt/app/bin/app"),
            folder.join("opt/app/lib/nif.so"),
        );
        let run = Command::new(&program).arg(&library).output().unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        assert_eq!(said, "42 true\n", "{setting}");
        for (path, whole) in [(program, "app"), (library, "nif.so")] {
            let sections = unloaded_sections(&path);
            let has = |name: &str| sections.iter().any(|section| section == name);
            for name in [".debug_info", ".symtab", ".strtab", ".comment"] {
                assert_eq!(has(name), has_symbols, "{setting} {name} {sections:?}");
            }
            let (packed, whole) = (
                std::fs::read(&path).unwrap().len(),
                COMPILED.read(whole).len(),
            );
            assert_eq!(
                packed < whole / 2,
                !has_symbols,
                "{setting}: {packed} of {whole}"
            );
        }
    }
}

/// A package without a release has the ELF files of `[files]`.
#[test]
fn files_have_their_symbols_taken_out() {
    let manifest = |more: &str| {
        format!(
            "[package]\nname = \"app\"\nversion = \"1.0\"\nmaintainer = \"Ops <ops@example.com>\"\n\
             description = \"calls a library\"\n\
             [release]\ndebug-symbols = \"package\"\nallow-missing-libraries = [\"libnone.so*\"]\n{more}\
             [files]\n\"/usr/bin/app\" = \"rel/bin/app\"\n"
        )
    };
    let built = release("package")
        .manifest(&manifest(""))
        .args(["build"])
        .any_stdout()
        .run();
    let file = |name: &str| built.path(&format!("dist/{name}_1.0_{}.deb", architecture()));
    let (main, debug) = (built.path("main"), built.path("debug"));
    unpack(&file("app"), &main);
    unpack(&file("app-dbgsym"), &debug);
    let program = main.join("usr/bin/app");
    assert!(!unloaded_sections(&program).contains(&".symtab".to_owned()));
    let id = build_id(&program);
    let (start, rest) = id.split_at(2);
    let symbols = debug.join(format!("usr/lib/debug/.build-id/{start}/{rest}.debug"));
    assert_eq!(build_id(&symbols), id);
    // Beside a release they stay as they are.
    let built = release("package")
        .manifest(&manifest("path = \"rel\"\nkind = \"plain\"\n"))
        .args(["build"])
        .any_stdout()
        .run();
    let main = built.path("main");
    let package = format!("dist/app_1.0_{}.deb", architecture());
    unpack(&built.path(&package), &main);
    let sections = unloaded_sections(&main.join("usr/bin/app"));
    assert!(sections.contains(&".symtab".to_owned()), "{sections:?}");
}

#[test]
fn the_second_package_has_the_symbols_by_their_build_ids() {
    let built = release("package")
        .args(["build", "--json"])
        .any_stdout()
        .run();
    let json: serde_json::Value = serde_json::from_str(&built.stdout).unwrap();
    let paths: Vec<PathBuf> = (0..2)
        .map(|index| built.path(json["packages"][index]["path"].as_str().unwrap()))
        .collect();
    assert_eq!(json["packages"][1]["package"], "app-dbgsym");
    let (main, debug) = (built.path("main"), built.path("debug"));
    unpack(&paths[0], &main);
    unpack(&paths[1], &debug);
    let mut ids = Vec::new();
    for file in ["bin/app", "lib/nif.so"] {
        let id = build_id(&main.join("opt/app").join(file));
        let (start, rest) = id.split_at(2);
        let symbols = debug.join(format!("usr/lib/debug/.build-id/{start}/{rest}.debug"));
        assert_eq!(build_id(&symbols), id);
        let sections = unloaded_sections(&symbols);
        for name in [".debug_info", ".debug_line", ".symtab"] {
            assert!(sections.iter().any(|section| section == name), "{name}");
        }
        assert!(readelf("--debug-dump=info", &symbols).contains("DW_TAG_compile_unit"));
        ids.push(id);
    }
    let link = std::fs::read_link(debug.join("usr/share/doc/app-dbgsym")).unwrap();
    assert_eq!(link, Path::new("app"));
    ids.sort();
    let deb = Deb::open(&paths[1]).unwrap();
    let control = String::from_utf8(deb.control["control"].content.clone()).unwrap();
    for line in [
        "Package: app-dbgsym",
        "Source: app",
        "Version: 1:1.0",
        "Auto-Built-Package: debug-symbols",
        "Depends: app (= 1:1.0)",
        "Section: debug",
        "Description: debug symbols for app",
        &format!("Build-Ids: {}", ids.join(" ")),
    ] {
        assert!(
            control.lines().any(|found| found == line),
            "{line}\n{control}"
        );
    }
    assert_eq!(
        deb.control.keys().collect::<Vec<_>>(),
        ["control", "md5sums"]
    );
}

#[test]
fn plan_shows_both_packages_with_their_sizes() {
    let plan = release("package").args(["plan"]).any_stdout().run();
    let (main, debug) = plan.stdout.split_once("\n\n").unwrap();
    let size = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.contains(name)).unwrap();
        let size = line.split_whitespace().nth(2).unwrap();
        size.parse::<usize>().unwrap()
    };
    let whole = COMPILED.read("app").len();
    let (code, symbols) = (
        size(main, "./opt/app/bin/app "),
        size(debug, "symbols of `/opt/app/bin/app`"),
    );
    assert!(
        code < whole / 2 && symbols > code && symbols < whole,
        "{code} {symbols} {whole}"
    );
}

#[test]
fn what_cannot_be_parted_stays_and_is_named() {
    let mut carrier = COMPILED.read("nif.so");
    let length = carrier.len();
    carrier.extend(b"payload");
    let test = release("package")
        .file("rel/lib/carrier.so", carrier)
        .file("rel/lib/large.so", b"\x7fELF")
        .file("rel/lib/nameless.so", COMPILED.read("nameless.so"));
    let large = test.path("rel/lib/large.so");
    let large = std::fs::OpenOptions::new().write(true).open(large);
    large.unwrap().set_len((256 << 20) + 1).unwrap();
    let planned = test
        .args(["plan"])
        .any_stdout()
        .stderr(&format!(
            "
            warning[symbols-not-stripped]: `/opt/app/lib/carrier.so` keeps its debug symbols: bytes from {length} on belong to no section, expected none
            hint: build the file without debug symbols, or leave it as it is
            warning[symbols-not-stripped]: `/opt/app/lib/large.so` keeps its debug symbols: it has 268435457 bytes
            hint: files of up to 268435456 bytes are stripped
            warning[no-build-id]: `/opt/app/lib/nameless.so` keeps its debug symbols: it has no build ID
            hint: link it with `--build-id`, with rustc by `-C link-arg=-Wl,--build-id`
            warning[elf-damaged]: `/opt/app/lib/large.so` is packed as it is: the ELF header is damaged: class 0 and byte order 0, expected 1 or 2
            hint: build the file again, or exclude it
            "
        ))
        .run();
    for (name, size) in [
        ("carrier.so", length + 7),
        ("nameless.so", COMPILED.read("nameless.so").len()),
    ] {
        let line = planned.stdout.lines().find(|line| line.contains(name));
        assert!(line.unwrap().contains(&format!(" {size} ")), "{line:?}");
    }
}

#[test]
fn without_symbols_there_is_no_second_package() {
    let test = release("package")
        .executable("rel/bin/app", "#!/bin/sh\n")
        .file("rel/lib/nif.so", "");
    test.args(["build"])
        .stdout("dist/app_1.0_all.deb\n")
        .stderr(
            "
            warning[no-debug-symbols]: no file of the release has debug symbols that can be packed: there is no second package
            hint: build with debug information, in Cargo.toml with `debug = true` in `[profile.release]`
            ",
        )
        .run();
    release("discard")
        .args(["build"])
        .status(1)
        .stderr(
            "
            error: reldeb.toml:9: unknown value `discard`, expected one of `keep`, `strip` and `package`
              9 | debug-symbols = \"discard\"
            ",
        )
        .run();
}
