//! Releases for other machines on such a machine: a small Debian of theirs, whose dpkg installs the
//! package and whose node answers. Every program in it is run by qemu, of which the kernel is told in a
//! namespace of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::example::successful;
use crate::other_machines::{Apt, build, release};
use crate::support::{eventually, skip};
use crate::system::base;

/// A machine that qemu can be.
struct Machine {
    architecture: &'static str,
    suite: &'static str,
    /// The program of qemu for it.
    qemu: &'static str,
    /// `EI_CLASS` and `e_machine` of its programs.
    elf: (u8, u8),
    /// The node's name of it.
    answer: &'static str,
}

const MACHINES: [Machine; 3] = [
    Machine {
        architecture: "arm64",
        suite: "bookworm",
        qemu: "qemu-aarch64-static",
        elf: (2, 0xb7),
        answer: "aarch64-unknown-linux-gnu",
    },
    Machine {
        architecture: "armhf",
        suite: "bookworm",
        qemu: "qemu-arm-static",
        elf: (1, 0x28),
        answer: "arm-unknown-linux-gnueabihf",
    },
    Machine {
        architecture: "riscv64",
        suite: "trixie",
        qemu: "qemu-riscv64-static",
        elf: (2, 0xf3),
        answer: "riscv64-unknown-linux-gnu",
    },
];

/// Tells the kernel of qemu, and goes into the root. Line by line: root, registration, script.
const ENTER: &str = r#"
    read -r _ && mount --make-rprivate / && mount --rbind /proc "$1/proc" &&
        mount -t binfmt_misc none /mnt && printf %s "$2" >/mnt/register || exit 99
    exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
        sh -c "$3" </dev/null
"#;

/// Configures the system, installs the package, asks the node, and purges. dpkg installs what it needs
/// itself first. The emulator cannot map memory twice, as Erlang's compiler for arm64 does by itself.
const LIFE: &str = r#"
    cd /debs && {
        dpkg --force-depends --force-unsafe-io --install libc6_*.deb libgcc-s1_*.deb gcc-*-base_*.deb
        dpkg --force-depends --force-unsafe-io --unpack [!f]*.deb find*.deb
    } >/dev/null 2>&1
    set -e
    dpkg --force-unsafe-io --configure -a >/log 2>&1 || { tail /log >&2; exit 1; }
    dpkg --force-unsafe-io --install far.deb >&2
    dpkg-query --show --showformat='${db:Status-Abbrev}${Architecture}\n' far
    export ROOTDIR=/opt/far EMU=beam PROGNAME=erl
    BINDIR=$(echo /opt/far/erts-*/bin)
    export BINDIR
    for flags in '' '+JPperf true'; do
        ERL_FLAGS=$flags "$BINDIR/erlexec" -boot /opt/far/releases/1.0/start -noshell -eval '
            Sum = crypto:hash(md5, <<"far">>),
            io:format("~s ~p~n", [erlang:system_info(system_architecture), byte_size(Sum)]),
            halt().' && break
    done
    dpkg --purge far >&2
    [ ! -e /opt/far ] && ! dpkg-query --show far 2>/dev/null
"#;

/// Runs the script in the root, as the root of a namespace in which nothing of this machine can be
/// changed but files.
fn life(root: &Path, machine: &Machine, qemu: &Path) -> String {
    let (class, number) = machine.elf;
    let any = r"\xff".repeat(7);
    let registration = format!(
        r":far:M::\x7fELF\x0{class}\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x{number:02x}\x00:{any}\x00{any}\xff\xfe\xff\xff\xff:{}:OCF",
        qemu.display()
    );
    let mut enter = Command::new("unshare");
    enter.args(["--user", "--keep-caps", "--mount", "sh", "-c", ENTER, "sh"]);
    enter.arg(root).args([&registration, LIFE]);
    enter.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = enter.spawn().unwrap();
    map_users(&child);
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        machine.architecture,
        output.status
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Gives all users of this machine their own numbers in the namespace of a process.
fn map_users(child: &Child) {
    let of = |process: &str| std::fs::read_link(format!("/proc/{process}/ns/user")).ok();
    let id = child.id().to_string();
    assert!(eventually(|| of(&id) != of("self")));
    for map in ["uid_map", "gid_map"] {
        std::fs::write(format!("/proc/{id}/{map}"), "0 0 65536").unwrap();
    }
}

/// Returns qemu's program for a machine, from Debian's package.
fn qemu(machine: &Machine, apt: &Apt) -> PathBuf {
    let folder = apt.directory.path();
    successful(&mut apt.get(&["download", "qemu-user-static"]));
    let mut unpack = Command::new("sh");
    let unpack = unpack.args(["-c", "dpkg-deb -x qemu-user-static_*.deb ."]);
    successful(unpack.current_dir(folder));
    folder.join("usr/bin").join(machine.qemu)
}

/// Makes a root of the machine's suite with nothing configured, and all that its system and the package
/// need in /debs.
fn root(machine: &Machine, apt: &Apt, mirror: &str, package: &Path) -> PathBuf {
    let root = apt.directory.path().join("root");
    let mut bootstrap = Command::new("mmdebstrap");
    let architecture = format!("--arch={}", machine.architecture);
    bootstrap.args(["--mode=root", "--variant=extract", "--format=directory"]);
    bootstrap.args(["--include=?essential", &architecture, machine.suite]);
    successful(bootstrap.arg(&root).arg(mirror));
    let package = package.to_str().unwrap();
    let wanted = ["--yes", "--no-install-recommends", "--download-only"];
    let wanted = [&wanted[..], &["install", "?essential", package]].concat();
    successful(&mut apt.get(&wanted));
    let mut copy = Command::new("sh");
    copy.args([
        "-c",
        "mkdir root/debs && mv cache/archives/*.deb root/debs/",
    ]);
    successful(copy.current_dir(&apt.directory));
    std::fs::copy(package, root.join("debs/far.deb")).unwrap();
    root
}

#[test]
#[ignore = "qemu takes three minutes for each machine; needs Linux 6.7"]
fn nodes_of_other_machines_answer() {
    let Some((_root, mirror)) = base("bookworm") else {
        return;
    };
    for machine in MACHINES {
        let apt = Apt::new(machine.architecture, machine.suite, &mirror);
        let own = Apt::new("amd64", "bookworm", &mirror);
        if !apt.update() || !own.update() {
            return skip(&format!(
                "needs a mirror that serves {}",
                machine.architecture
            ));
        }
        let project = TempDir::new().unwrap();
        let erlang = apt.erlang();
        release(&erlang, project.path());
        let boot = project
            .path()
            .join("_build/prod/rel/far/releases/1.0/start.boot");
        std::fs::copy(erlang.join("bin/start_clean.boot"), boot).unwrap();
        let package = build(&project);
        let root = root(&machine, &apt, &mirror, &package);
        let said = life(&root, &machine, &qemu(&machine, &own));
        let expected = format!("ii {}\n{} 16\n", machine.architecture, machine.answer);
        assert_eq!(said, expected);
    }
}
