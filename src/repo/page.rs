//! `Page`: a repository as a page for people. It is one file, and nothing of a package is markup in it.

use serde::Serialize;
use serde_json::Value;
use tera::{Context, Tera};

use super::changes::Change;
use crate::escape;

/// A repository as a page for people.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Page {
    /// Its title: the one who makes the packages.
    pub title: String,
    /// The address of its top.
    pub address: String,
    /// The name of the file that names it to apt, without its ending.
    pub name: String,
    /// True where its suites can stand in one source.
    pub is_one_source: bool,
    /// The fingerprints of the keys that sign it.
    pub fingerprints: Vec<String>,
    /// Its suites.
    pub suites: Vec<PageSuite>,
    /// The day it was made.
    pub date: String,
}

/// A suite on a page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PageSuite {
    /// Its name.
    pub name: String,
    /// The text by which apt of a machine knows it.
    pub sources: String,
    /// The package that keeps the keys of its machines fresh, where the suite has it.
    pub keyring: Option<String>,
    /// Its packages, by name.
    pub packages: Vec<PagePackage>,
}

/// A package on a page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PagePackage {
    /// Its name.
    pub name: String,
    /// The first line of its description.
    pub synopsis: String,
    /// The paragraphs of the rest.
    pub paragraphs: Vec<String>,
    /// Its homepage, where it is one of the web.
    pub homepage: Option<String>,
    /// Its files, the newest version first.
    pub files: Vec<PageFile>,
    /// The changes that its newest version tells of, the newest first.
    pub changes: Vec<Change>,
}

/// A file of a package on a page.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct PageFile {
    /// The version.
    pub version: String,
    /// The architecture.
    pub architecture: String,
    /// The path below the top of the repository, for an address.
    pub path: String,
    /// The size, as people read it.
    pub size: String,
    /// The day on which it was added, where the store tells it.
    pub date: Option<String>,
}

/// The most characters of a description on a page.
const LONGEST_DESCRIPTION: usize = 16 << 10;

const TEMPLATE: &str = include_str!("../../templates/repo/page.html");

impl Page {
    /// Returns the page.
    ///
    /// # Errors
    /// The words of the template's failure, which is one of this program.
    pub(crate) fn html(&self) -> Result<String, String> {
        let mut value = serde_json::to_value(self).map_err(|error| error.to_string())?;
        show(&mut value);
        let context = Context::from_value(value).map_err(|error| error.to_string())?;
        // Escapes every value.
        Tera::one_off(TEMPLATE, &context, true).map_err(|error| error.to_string())
    }
}

/// Shows what no browser prints in all texts of a value: marks that turn the direction of writing would do so
/// up to the end of a paragraph.
fn show(value: &mut Value) {
    match value {
        Value::String(text) => *text = escape::on_page(text).into_owned(),
        Value::Array(values) => values.iter_mut().for_each(show),
        Value::Object(values) => values.values_mut().for_each(show),
        _ => {}
    }
}

impl PagePackage {
    /// Makes one of the fields of a package.
    #[must_use]
    pub(crate) fn new(name: &str, description: &str, homepage: Option<&str>) -> Self {
        let short: String = description.chars().take(LONGEST_DESCRIPTION).collect();
        let is_cut = short.len() < description.len();
        let description = if is_cut { short + "…" } else { short };
        let (synopsis, rest) = description.split_once('\n').unwrap_or((&description, ""));
        let mut paragraphs = vec![String::new()];
        for line in rest.lines() {
            let line = line.trim();
            if line == "." {
                paragraphs.push(String::new());
            } else if let Some(last) = paragraphs.last_mut() {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
        }
        paragraphs.retain(|it| !it.is_empty());
        let of_web = |it: &&str| it.starts_with("https://") || it.starts_with("http://");
        Self {
            name: name.to_owned(),
            synopsis: synopsis.trim().to_owned(),
            paragraphs,
            homepage: homepage.filter(of_web).map(str::to_owned),
            files: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// Returns a size in bytes as people read it.
#[must_use]
pub(crate) fn readable_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    if unit == 0 || tenths >= 100 {
        return format!("{} {}", tenths / 10, UNITS[unit]);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// Returns a path with everything escaped that has a meaning in an address.
#[must_use]
pub(crate) fn address_path(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or_default();
                text.push(digit.to_ascii_uppercase());
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Change, Page, PageFile, PagePackage, PageSuite, address_path, readable_size};

    #[test]
    fn nothing_of_a_package_is_markup() {
        let evil = "<script>alert('1')\u{202e}\u{200b}</script>";
        let mut package = PagePackage::new(
            evil,
            &format!("{evil}\n {evil}\n .\n b\n c"),
            Some("javascript:x"),
        );
        assert_eq!(package.paragraphs, [evil, "b c"]);
        assert_eq!(package.homepage, None);
        package.files.push(PageFile {
            version: "1\"><b>".into(),
            architecture: evil.into(),
            path: address_path("pool/a b\"+.deb"),
            size: readable_size(1500),
            date: None,
        });
        package.changes.push(Change {
            version: evil.into(),
            date: Some(evil.into()),
            lines: vec![evil.into()],
        });
        let suite = PageSuite {
            name: evil.into(),
            sources: evil.into(),
            keyring: None,
            packages: vec![package],
        };
        let page = Page {
            title: evil.into(),
            address: "https://apt.example.com".into(),
            name: "orders".into(),
            is_one_source: true,
            fingerprints: vec![evil.into()],
            suites: vec![suite],
            date: "2026-11-29".into(),
        };
        let html = page.html().unwrap();
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(!html.contains(['\u{202e}', '\u{200b}']), "{html}");
        assert!(
            html.contains("<li>&lt;script&gt;alert(&#x27;1&#x27;)\\u{202e}\\u{200b}&lt;"),
            "{html}"
        );
        assert!(
            html.contains("href=\"pool&#x2F;a%20b%22%2B.deb\""),
            "{html}"
        );
    }

    #[test]
    fn a_description_without_an_end_is_cut() {
        let package = PagePackage::new("x", &format!("é\n {}", "y".repeat(1 << 20)), None);
        let expected = "y".repeat((16 << 10) - 3) + "…";
        assert_eq!(
            (package.synopsis, package.paragraphs),
            ("é".into(), vec![expected])
        );
    }

    #[test]
    fn sizes_are_readable() {
        let sizes = [0, 1023, 1024, 1500, 10 << 10, 3 << 20, 5 << 40];
        let texts = sizes.map(readable_size);
        let expected = [
            "0 B", "1023 B", "1.0 KiB", "1.4 KiB", "10 KiB", "3.0 MiB", "5120 GiB",
        ];
        assert_eq!(texts, expected);
    }
}
