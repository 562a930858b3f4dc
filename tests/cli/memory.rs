//! The cost and the yield of a build, by measure: peak memory beside that of the bare compressor,
//! sizes beside dpkg-deb's, the same bytes from any number of threads. Times are for
//! benches/compare.sh, on a machine that does nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use reldeb::internals::deb::Deb;
use tempfile::TempDir;

use crate::packed::{TIME, success};
use crate::support::skip;

/// The memory that the work may take beyond the compressor, in KiB, and beyond what the program takes
/// that does nothing: its code, unoptimized here, grows with every command. Ten of these MiB are pages of
/// code that only a build runs.
const OWN: u64 = 32 << 10;
/// The memory that 100,000 paths of sixty bytes may take beyond a build of one file, in KiB.
const PATHS: u64 = 36 << 10;

/// A compression as the manifest names it, and the bare compressor with the same level and, as far as
/// it lets itself be told, the same blocks, on two threads. Of zstd reldeb has three where it finds
/// two cores and many files.
const CODECS: [(&str, &str, &[&str]); 2] = [
    ("zstd:3", "3", &["zstd", "-q", "-T2", "-3"]),
    ("gzip:6", "2", &["pigz", "-p2", "-6"]),
];

const MANIFEST: &str = r#"[package]
name = "memory"
version = "1.0"
architecture = "all"
maintainer = "Ops Team <ops@example.com>"
description = """large package
It is measured."""
[release]
path = "root/opt/memory"
kind = "plain"
strip = false
[service]
managers = []
"#;

/// A release as dpkg-deb can pack it: below `root`, at its place in the package.
struct Release {
    folder: TempDir,
    state: u64,
}

impl Release {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = TempDir::new().unwrap();
        let release = Self { folder, state: 1 };
        std::fs::create_dir_all(release.path("root/opt/memory/bin")).unwrap();
        std::fs::write(release.path("reldeb.toml"), MANIFEST).unwrap();
        let program = release.path("root/opt/memory/bin/memory");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
        release
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn random(&mut self, below: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % below
    }

    /// Words and numbers, which compress to about a third.
    fn text(&mut self, size: usize) -> Vec<u8> {
        const WORDS: [&str; 8] = [
            "module ", "export ", "receive ", "loop ", "state ", "reply ", "ok ", "error ",
        ];
        let mut text = Vec::with_capacity(size + 16);
        while text.len() < size {
            let random = self.random(1 << 30);
            text.extend_from_slice(WORDS[usize::try_from(random % 8).unwrap()].as_bytes());
            text.extend_from_slice((random >> 13).to_string().as_bytes());
            text.push(b'\n');
        }
        text.truncate(size);
        text
    }

    /// So many files, none like another, of up to `most` bytes.
    fn small_files(mut self, count: usize, most: u64) -> Self {
        for number in 0..count {
            let folder = self.path(&format!("root/opt/memory/lib{}", number / 500));
            if number % 500 == 0 {
                std::fs::create_dir(&folder).unwrap();
            }
            let size = usize::try_from(self.random(most)).unwrap();
            let content = self.text(size);
            std::fs::write(folder.join(format!("file{number}.txt")), content).unwrap();
        }
        self
    }

    /// So many files of `parts` times 10 MB each. The parts are the same, but no compressor here looks
    /// back that far.
    fn large_files(mut self, count: usize, parts: usize) -> Self {
        let part = self.text(10_000_000);
        for number in 0..count {
            let mut file =
                std::fs::File::create(self.path(&format!("root/opt/memory/{number}"))).unwrap();
            for _ in 0..parts {
                std::io::Write::write_all(&mut file, &part).unwrap();
            }
        }
        self
    }

    fn build(&self, compression: &str, threads: &str) -> Command {
        let mut build = Command::new(env!("CARGO_BIN_EXE_reldeb"));
        build
            .args([
                "build",
                "-q",
                "-o",
                "reldeb.deb",
                "--compression",
                compression,
            ])
            .args(["--threads", threads])
            .env("SOURCE_DATE_EPOCH", TIME)
            .current_dir(self.folder.path());
        build
    }

    /// The package of this release by dpkg-deb.
    fn peer(&self, compression: &str) -> PathBuf {
        let (method, level) = compression.split_once(':').unwrap_or((compression, ""));
        let control = "Package: memory\nVersion: 1.0\nArchitecture: all\n\
            Maintainer: Ops Team <ops@example.com>\nDescription: large package\n";
        std::fs::create_dir_all(self.path("root/DEBIAN")).unwrap();
        std::fs::write(self.path("root/DEBIAN/control"), control).unwrap();
        let mut build = Command::new("dpkg-deb");
        build.args(["--root-owner-group", "-Z", method]);
        if !level.is_empty() {
            build.args(["-z", level]);
        }
        success(
            build
                .args(["-b", "root", "peer.deb"])
                .current_dir(self.folder.path()),
        );
        std::fs::remove_dir_all(self.path("root/DEBIAN")).unwrap();
        self.path("peer.deb")
    }
}

/// The most memory that a command had resident, in KiB, and what it wrote to standard error, however
/// it ended.
pub(crate) fn peak_of_any(command: &Command) -> (u64, String) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut time = Command::new("/usr/bin/time");
    time.args(["-q", "-f", "%M", "-o"]).arg(report.path());
    time.arg(command.get_program()).args(command.get_args());
    time.current_dir(command.get_current_dir().unwrap());
    let output = time.stdout(std::process::Stdio::null()).output().unwrap();
    let report = std::fs::read_to_string(report.path()).unwrap();
    let peak = report.trim().parse().unwrap();
    (peak, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The most memory that a command had resident, in KiB.
fn peak(command: &Command) -> u64 {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut time = Command::new("/usr/bin/time");
    time.args(["-q", "-f", "%M", "-o"]).arg(report.path());
    time.arg(command.get_program()).args(command.get_args());
    time.envs(
        command
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    success(time.current_dir(command.get_current_dir().unwrap()));
    let report = std::fs::read_to_string(report.path()).unwrap();
    report.trim().parse().unwrap()
}

/// The same of a bare compressor, which tar gives the release; after 100 MB it takes no more.
fn bare_peak(release: &Release, compressor: &[&str]) -> u64 {
    let script = r#"tar -cf - root 2>/dev/null | head -c 100000000 | "$@" >/dev/null"#;
    let report = release.path("report");
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh", "/usr/bin/time", "-q", "-f", "%M", "-o"]);
    shell.arg(&report).args(compressor);
    success(shell.current_dir(release.folder.path()));
    let report = std::fs::read_to_string(report).unwrap();
    report.trim().parse().unwrap()
}

/// Returns whether what measures is there.
pub(crate) fn can_measure(codecs: &[(&str, &str, &[&str])]) -> bool {
    let compressors = codecs.iter().map(|(.., compressor)| compressor[0]);
    for tool in std::iter::once("/usr/bin/time").chain(compressors) {
        if Command::new(tool).arg("--version").output().is_err() {
            skip(&format!("needs `{tool}`"));
            return false;
        }
    }
    true
}

#[track_caller]
fn assert_memory(release: &Release, codecs: &[(&str, &str, &[&str])]) {
    let mut too_much = Vec::new();
    let mut idle = Command::new(env!("CARGO_BIN_EXE_reldeb"));
    let idle = peak(idle.arg("--version").current_dir(&release.folder));
    for (compression, threads, compressor) in codecs {
        let bare = bare_peak(release, compressor) + idle;
        let ours = peak(&release.build(compression, threads));
        if ours > bare + OWN {
            too_much.push(format!(
                "{compression}: {ours} KiB, {} more than `{}` and the idle program, expected at most {OWN}",
                ours - bare,
                compressor.join(" ")
            ));
        }
    }
    assert!(too_much.is_empty(), "{}", too_much.join("\n"));
}

#[test]
fn memory_grows_little_with_the_number_of_files() {
    if !can_measure(&CODECS) {
        return;
    }
    let many = Release::new().small_files(100_000, 900);
    assert_memory(&many, &CODECS[..1]);
    // gzip takes so little itself that it shows what the paths take.
    let one = Release::new().large_files(1, 30);
    let [one, many] = [one, many].map(|release| peak(&release.build("gzip:6", "2")));
    assert!(many <= one + PATHS, "{one} KiB of one file, {many} of many");
}

#[test]
fn memory_does_not_grow_with_the_size_of_a_file() {
    if can_measure(&CODECS) {
        assert_memory(&Release::new().large_files(1, 30), &CODECS);
    }
}

#[test]
fn memory_does_not_grow_with_the_size_of_all_files() {
    if can_measure(&CODECS) {
        assert_memory(&Release::new().large_files(30, 1), &CODECS);
    }
}

/// Zeros go through xz at the speed of the fast compressors, and take as much of its memory.
#[test]
fn memory_of_xz_does_not_grow_with_the_size() {
    const CODEC: [(&str, &str, &[&str]); 1] = [("xz:5", "2", &["xz", "-q", "-T2", "-5"])];
    if can_measure(&CODEC) {
        assert_memory(&zeros(200_000_000), &CODEC);
    }
}

fn zeros(size: u64) -> Release {
    let release = Release::new();
    let file = std::fs::File::create(release.path("root/opt/memory/zeros")).unwrap();
    file.set_len(size).unwrap();
    release
}

/// The size of the data archive: the md5sums of the other archive, which dpkg-deb does not write, are
/// no matter of compression.
fn data_size(package: &Path) -> u64 {
    let deb = Deb::open(package).unwrap();
    let data = deb
        .members
        .iter()
        .find(|member| member.name.starts_with("data.tar"));
    data.unwrap().size
}

#[track_caller]
fn assert_same_bytes(release: &Release, compression: &str) {
    let [one, two, seven] = ["1", "2", "7"].map(|threads| {
        success(&mut release.build(compression, threads));
        std::fs::read(release.path("reldeb.deb")).unwrap()
    });
    assert!(one == two && one == seven, "{compression}");
}

/// At most a hundredth more than dpkg-deb's.
#[track_caller]
fn assert_size(release: &Release, compression: &str) {
    success(&mut release.build(compression, "2"));
    let ours = data_size(&release.path("reldeb.deb"));
    let theirs = data_size(&release.peer(compression));
    assert!(
        ours * 100 <= theirs * 101,
        "{compression}: {ours} bytes, dpkg-deb {theirs}"
    );
}

#[test]
fn bytes_do_not_depend_on_the_threads() {
    let small = Release::new().small_files(20_000, 2_000);
    let large = Release::new().large_files(1, 3);
    for compression in ["zstd:3", "gzip:6"] {
        assert_same_bytes(&small, compression);
        assert_same_bytes(&large, compression);
    }
    assert_same_bytes(&zeros(50_000_000), "xz");
}

#[test]
fn small_files_take_no_more_than_with_dpkg_deb() {
    let release = Release::new().small_files(20_000, 2_000);
    for compression in ["zstd:3", "gzip:6"] {
        assert_size(&release, compression);
    }
    assert_size(&Release::new().small_files(2_000, 2_000), "xz");
}

#[test]
fn large_files_take_no_more_than_with_dpkg_deb() {
    let release = Release::new().large_files(1, 3);
    for compression in ["zstd:3", "gzip:6"] {
        assert_size(&release, compression);
    }
    assert_size(&Release::new().small_files(3, 1_000_000), "xz");
}
