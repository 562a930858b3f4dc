//! The mirror of Debian for this machine: the one that its own apt configuration names, or else that of everybody.

use std::path::Path;

use super::inside::of_machine;
use crate::fs;

/// The mirror for machines of other distributions, such as the runners of CI servers.
const OF_EVERYBODY: &str = "http://deb.debian.org/debian";

/// Returns the URI from which this machine gets its own packages where it runs Debian: that of the first source of
/// component `main` for the release in `/etc/os-release`.
///
/// # Errors
/// The reason for which there is none.
pub fn configured() -> Result<String, String> {
    let release = of_machine("/etc/os-release");
    if is_of_another_distribution(&release) {
        return Ok(OF_EVERYBODY.to_owned());
    }
    let codename = field(&release, "VERSION_CODENAME")
        .ok_or("needs Debian: no VERSION_CODENAME in /etc/os-release")?;
    let mut texts = vec![(of_machine("/etc/apt/sources.list"), false)];
    let mut files = fs::read_dir("/etc/apt/sources.list.d".as_ref()).unwrap_or_default();
    files.sort();
    for file in files {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("list") => texts.push((read(&file), false)),
            Some("sources") => texts.push((read(&file), true)),
            _ => {}
        }
    }
    texts
        .iter()
        .find_map(|(text, stanzas)| {
            if *stanzas {
                in_stanzas(text, codename)
            } else {
                in_lines(text, codename)
            }
        })
        .ok_or_else(|| format!("needs a mirror: /etc/apt names none for {codename}"))
}

fn is_of_another_distribution(release: &str) -> bool {
    field(release, "ID").is_some_and(|id| id != "debian")
}

/// Returns a field of `/etc/os-release`.
fn field<'r>(release: &'r str, name: &str) -> Option<&'r str> {
    let mut fields = release.lines().filter_map(|line| line.split_once('='));
    let value = fields.find_map(|(field, value)| (field == name).then_some(value))?;
    Some(value.trim_matches('"'))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// Reads `deb [options] URI SUITE COMPONENT…`, one source a line.
fn in_lines(text: &str, codename: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("deb ")?.trim_start();
        let rest = if rest.starts_with('[') {
            rest.split_once(']')?.1
        } else {
            rest
        };
        let mut words = rest.split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        let main = words
            .take_while(|word| !word.starts_with('#'))
            .any(|word| word == "main");
        (suite == codename && main).then(|| uri.to_owned())
    })
}

/// Reads stanzas of fields, as in a control file.
fn in_stanzas(text: &str, codename: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines
        .split(|line| line.trim().is_empty())
        .find_map(|stanza| {
            let field = |name: &str| {
                let found = stanza.iter().find_map(|line| {
                    let (key, value) = line.split_once(':')?;
                    key.eq_ignore_ascii_case(name).then_some(value)
                });
                found
                    .unwrap_or_default()
                    .split_whitespace()
                    .collect::<Vec<_>>()
            };
            let fits = field("Types").contains(&"deb")
                && field("Suites").contains(&codename)
                && field("Components").contains(&"main")
                && field("Enabled").first() != Some(&"no");
            if fits {
                field("URIs").first().map(|uri| (*uri).to_owned())
            } else {
                None
            }
        })
}

#[cfg(test)]
mod tests {
    use super::{in_lines, in_stanzas, is_of_another_distribution};

    #[test]
    fn a_mirror_of_ubuntu_has_no_debian() {
        let ubuntu = "NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n";
        assert!(is_of_another_distribution(ubuntu));
        let debian = "NAME=\"Debian GNU/Linux\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert!(!is_of_another_distribution(debian));
    }

    #[test]
    fn a_source_of_one_line_is_read() {
        let text = "# deb http://a.example/debian bookworm main\n\
                deb http://b.example/debian-security bookworm-security main\n\
                deb http://c.example/engine bookworm stable\n\
                deb [arch=amd64 signed-by=/k.gpg] http://d.example/debian bookworm contrib main\n";
        assert_eq!(
            in_lines(text, "bookworm").as_deref(),
            Some("http://d.example/debian")
        );
        assert_eq!(in_lines(text, "trixie"), None);
    }

    #[test]
    fn a_source_of_fields_is_read() {
        let text = "Types: deb\n# a note\nURIs: http://a.example/debian-security\n\
                Suites: bookworm-security\nComponents: main\n\n\
                Types: deb deb-src\nURIs: http://b.example/debian http://c.example/debian\n\
                Suites: bookworm bookworm-updates\nComponents: main\n";
        assert_eq!(
            in_stanzas(text, "bookworm").as_deref(),
            Some("http://b.example/debian")
        );
        assert_eq!(in_stanzas(text, "trixie"), None);
    }
}
