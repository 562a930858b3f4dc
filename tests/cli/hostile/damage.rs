//! A package with a flipped bit is told from a sound one.

use super::*;

/// 40 kB that no compressor makes smaller, always the same ones.
fn noise() -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(99);
        (state >> 56) as u8
    };
    std::iter::repeat_with(&mut next).take(40_000).collect()
}

/// A package as reldeb writes it, with its sums.
fn package(compression: &str) -> Vec<u8> {
    let test = demo()
        .file("rel/noise", noise())
        .args(["build", "-q", "-o", "x.deb", "--compression", compression])
        .any_stdout()
        .any_stderr();
    test.run().read("x.deb")
}

/// Returns the place where the member of a name begins, and its size.
fn member(package: &[u8], name: &str) -> (usize, usize) {
    let at = package
        .windows(name.len())
        .position(|w| w == name.as_bytes());
    let start = at.unwrap() + 60;
    let size = std::str::from_utf8(&package[start - 12..start - 2]).unwrap();
    (start, size.trim().parse().unwrap())
}

/// Returns what is said of a package: the error, or what is found.
fn said(folder: &Path, bytes: &[u8]) -> Result<(), String> {
    use reldeb::internals::deb::{ArchiveError, Deb};
    let path = folder.join("x.deb");
    std::fs::write(&path, bytes).unwrap();
    let deb = Deb::open(path).map_err(|error| error.to_string())?;
    let found = reldeb::internals::lint::read_as_dpkg(&deb, |_, _| Ok::<(), ArchiveError>(()));
    let found = found.map_err(|error| error.to_string())?;
    let errors = found
        .into_iter()
        .find(|f| f.severity == reldeb::internals::finding::Severity::Error);
    errors.map_or(Ok(()), |finding| Err(finding.message))
}

#[test]
fn a_flipped_bit_anywhere_in_an_archive_is_told() {
    let folder = TempDir::new().unwrap();
    for compression in ["gzip", "xz", "zstd", "none"] {
        let sound = package(compression);
        assert_eq!(said(folder.path(), &sound), Ok(()));
        for name in ["control.tar", "data.tar"] {
            let (start, size) = member(&sound, name);
            // gzip is padded by an empty member, whose bytes mean nothing.
            let empty = b"\x1f\x8b\x08\x04";
            let padding = sound[start..start + size]
                .windows(4)
                .position(|w| w == empty);
            let size = padding.unwrap_or(size);
            // Time, level and system in the head of gzip mean nothing; of an archive that is not
            // compressed, only what is listed has a sum.
            let (first, size) = match (compression, name) {
                ("gzip", _) => (10, size),
                ("none", "data.tar") => (size - 40_000, 28_000),
                ("none", _) => continue,
                _ => (0, size),
            };
            for step in 0..60 {
                let at = first + step * (size - first - 1).min(size - 1) / 59;
                let mut damaged = sound.clone();
                damaged[start + at] ^= 1 << (step % 8);
                // zstd has bits that nobody reads.
                let decoded = |package: &[u8]| zstd::decode_all(&package[start..start + size]).ok();
                if compression == "zstd" && decoded(&damaged) == decoded(&sound) {
                    continue;
                }
                let said = said(folder.path(), &damaged);
                assert!(said.is_err(), "{compression}: {name}: byte {at}");
            }
        }
    }
}

#[test]
fn what_no_checksum_covers_is_compared_with_the_sums() {
    let mut damaged = package("none");
    let (start, size) = member(&damaged, "data.tar");
    damaged[start + size / 2] ^= 1;
    let error = "error[md5sum-differs]: `./opt/demo/noise` has another content than `md5sums` says: the package is \
                 damaged\n";
    for (command, end) in [
        (
            "inspect",
            "error: 1 error found: dpkg would refuse the package, or it is not what it seems\n",
        ),
        ("check", "error: 1 error found\n"),
    ] {
        Test::new()
            .file("x.deb", &damaged)
            .args([command, "x.deb"])
            .any_stdout()
            .stderr(&format!("{error}{end}"))
            .status(1)
            .run();
    }
}

#[test]
fn sums_that_fit_nothing_are_told() {
    let sums = "d41d8cd98f00b204e9800998ecf8427e  opt/h/none\nno sum\n";
    let package = Package::new(below(&[])).and_member(file("./md5sums", sums));
    assert_eq!(
        findings(&package).unwrap(),
        [
            "Warning md5sums-line: line 2 of `md5sums` is not a sum, two spaces and a path",
            "Error md5sums-path: 1 of the paths in `md5sums` are no files of the package",
        ]
    );
}

#[test]
fn archives_that_end_too_early_are_damaged() {
    let whole = below(&[]);
    let cut = |archive: &[u8]| findings(&Package::new(archive)).unwrap_err();
    let head = "`[DIR]/x.deb` is damaged: member `data.tar.gz`, unpacked byte ";
    let large = Header::new(b'0', "./opt/h/b").size(5000).bytes();
    assert_eq!(
        cut(&whole[..700]),
        format!("{head}700: the archive is cut off")
    );
    assert_eq!(
        cut(&[folders(), large, vec![b'x'; 600]].concat()),
        format!("{head}2648: the archive is cut off")
    );
    let packed = gzip(&whole);
    let package = Package::new(&whole).data("data.tar.gz", packed[..packed.len() - 4].to_vec());
    assert!(
        findings(&package)
            .unwrap_err()
            .starts_with("`[DIR]/x.deb` is damaged: member `data.tar.gz`: ")
    );
}

#[test]
fn headers_that_dpkg_cannot_read_are_damage() {
    let header = || Header::new(b'0', "./opt/h/b");
    let mut sum = header().bytes();
    sum[148] ^= 1;
    for (bytes, what) in [
        (sum, "the header of `./opt/h/b` has a wrong checksum"),
        (
            header().put(124, "zz").bytes(),
            "the header of `./opt/h/b` has an invalid size",
        ),
        (
            header().put(136, [b' '; 12]).bytes(),
            "the header of `./opt/h/b` has an invalid time",
        ),
        (
            header().put(108, b"\x80\0\0\x01").bytes(),
            "the header of `./opt/h/b` has an invalid owner",
        ),
        (Header::new(b'0', "").bytes(), "an entry has no name"),
    ] {
        assert_eq!(
            findings(&Package::new(below(&[bytes]))).unwrap_err(),
            format!("`[DIR]/x.deb` is damaged: member `data.tar.gz`, unpacked byte 2560: {what}")
        );
    }
}
