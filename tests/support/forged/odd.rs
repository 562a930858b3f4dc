//! Packages that look odd, and that dpkg reads.

use std::io::Write as _;

use super::*;

/// A program that gives root to everybody, as an entry that lies in the content of another.
pub(crate) fn hidden() -> Vec<u8> {
    let header = Header::new(b'0', "./opt/h/evil").mode(0o4755).size(6);
    with_content(header, "evil!\n")
}

/// Packages whose entry before [`hidden`] claims its bytes as content, and what they are called.
pub(crate) fn hiding() -> Vec<(&'static str, Package)> {
    let size = hidden().len();
    let claims = |header: Header| Package::new(below(&[header.size(size).bytes(), hidden()]));
    vec![
        (
            "directory",
            claims(Header::new(b'5', "./opt/h/d/").mode(0o755)),
        ),
        (
            "symlink",
            claims(Header::new(b'2', "./opt/h/l").target("a")),
        ),
        (
            "hard link",
            claims(Header::new(b'1', "./opt/h/k").target("./opt/h/a")),
        ),
        ("pipe", claims(Header::new(b'6', "./opt/h/p"))),
    ]
}

fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = liblzma::stream::LzmaOptions::new_preset(6).unwrap();
    let stream = liblzma::stream::Stream::new_lzma_encoder(&options).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Returns a package with its control archive not compressed, as dpkg-deb writes it with `-Znone`.
fn plain_control(package: &Package) -> Package {
    let mut archive = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(&*package.control.1);
    std::io::Read::read_to_end(&mut decoder, &mut archive).unwrap();
    Package {
        control: ("control.tar".into(), archive),
        ..package.clone()
    }
}

/// Packages that look odd, and that dpkg reads.
pub(crate) fn readable() -> Vec<(&'static str, Package)> {
    let data = below(&[]);
    let package = Package::new(&data);
    let tail = |bytes: &[u8]| Package {
        tail: bytes.to_vec(),
        ..package.clone()
    };
    let two = [gzip(&data[..700]), gzip(&data[700..])].concat();
    let pax = with_content(Header::new(b'x', "x").size(18), "18 path=./control\n");
    #[rustfmt::skip]
    let table = vec![
        ("bzip2", package.clone().data("data.tar.bz2", bzip2(&data))),
        ("lzma", package.clone().data("data.tar.lzma", lzma(&data))),
        ("plain", package.clone().data("data.tar", data.clone())),
        ("plain control archive", plain_control(&package)),
        ("plain named gzip", package.clone().data("data.tar.gz", data.clone())),
        ("two members of gzip", package.clone().data("data.tar.gz", two)),
        ("a byte behind", tail(b"\n")),
        ("junk behind", tail(b"no header of a member")),
        ("a later format", Package { format: b"2.1\nmore\n".to_vec(), ..package.clone() }),
        ("no end of tar", Package::new(&data[..data.len() - 1024])),
        ("more behind the end of tar", Package::new([data.clone(), hidden()].concat())),
        ("a broken header without a name", Package::new([&data[..data.len() - 1024], &[&[0][..], &[b'g'; 511]].concat(), &hidden()].concat())),
        ("PAX in the control archive", package.clone().members(&[pax, file("./x", CONTROL)])),
        ("a file with a slash", Package::new(below(&[file("./opt/h/s/", "content")]))),
        ("a tab in the control file", package.control(format!("{CONTROL}X-Y:\ta\r\n\t b\n"))),
    ];
    table
}
