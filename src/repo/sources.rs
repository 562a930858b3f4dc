//! `Sources`: the text of `/etc/apt/sources.list.d/NAME.sources`, by which apt of a machine knows a
//! repository.

use std::fmt::{self, Display, Formatter};

use super::signing::{PublicKey, armored};

/// A repository as apt of a machine knows it.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The address of its top.
    pub address: Address,
    /// Its suites.
    pub suites: Vec<String>,
    /// Their components.
    pub components: Vec<String>,
    /// Their architectures; where none is named, apt asks for those of the machine.
    pub architectures: Vec<String>,
    /// The keys that may have signed it.
    pub signed_by: SignedBy,
}

/// The place of the keys that may have signed a repository.
#[derive(Debug, Clone)]
pub(crate) enum SignedBy {
    /// A file of the machine.
    File(String),
    /// The text itself.
    Inline(Vec<PublicKey>),
}

/// The address of a repository that apt fetches from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

/// Why a text is no address for apt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{address}` is no address for apt: {fact}")]
pub struct AddressError {
    address: String,
    fact: &'static str,
}

/// The ways of fetching that every apt knows.
const SCHEMES: [&str; 3] = ["https://", "http://", "file:/"];

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let refuse = |fact| {
            let address = text.to_owned();
            Err(AddressError { address, fact })
        };
        let Some(scheme) = SCHEMES.iter().find(|it| text.starts_with(**it)) else {
            return refuse("expected one that begins with `https://`, `http://` or `file:/`");
        };
        if text.len() == scheme.len() && *scheme != "file:/" {
            return refuse("expected a host behind the scheme");
        }
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"'<>`\\".contains(c);
        if !text.chars().all(is_plain) {
            return refuse(
                "it has blanks, quotes or control characters in it, write them as `%20`",
            );
        }
        if text.split_once("://").is_some_and(|(_, rest)| {
            let host = rest.split('/').next().unwrap_or_default();
            host.contains('@')
        }) {
            return refuse("it has a password or name in it, which everybody could read");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl Display for Address {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)?;
        // A scheme alone names the top of the machine.
        if self.0 == "file:" {
            out.write_str("/")
        } else {
            Ok(())
        }
    }
}

impl Sources {
    /// Returns one source for the suites of several; none where they have not the same components and
    /// architectures, which it has once for all.
    #[must_use]
    pub(crate) fn joined(sources: &[Self]) -> Option<Self> {
        let mut joined = sources.first()?.clone();
        for other in &sources[1..] {
            if (&other.components, &other.architectures)
                != (&joined.components, &joined.architectures)
            {
                return None;
            }
            joined.suites.extend(other.suites.iter().cloned());
        }
        Some(joined)
    }

    /// Returns the lines before those of the keys.
    pub(super) fn head(&self) -> String {
        let fields = [
            ("Suites", &self.suites),
            ("Components", &self.components),
            ("Architectures", &self.architectures),
        ];
        let fields = fields.iter().filter(|(_, words)| !words.is_empty());
        let fields = fields.map(|(field, words)| format!("{field}: {}\n", words.join(" ")));
        format!("Types: deb\nURIs: {}\n", self.address) + &fields.collect::<String>()
    }
}

impl Display for Sources {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.head())?;
        match &self.signed_by {
            SignedBy::File(path) => writeln!(out, "Signed-By: {path}"),
            SignedBy::Inline(keys) => {
                out.write_str("Signed-By:\n")?;
                armored(keys).lines().try_for_each(|line| {
                    let line = if line.is_empty() { "." } else { line };
                    writeln!(out, " {line}")
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, SignedBy, Sources};
    use crate::repo::signing::PublicKey;

    const PUBLIC: &str = include_str!("../../tests/samples/keys/expired.asc");

    fn sources(signed_by: SignedBy) -> Sources {
        Sources {
            address: "https://apt.example.com/".parse().unwrap(),
            suites: vec!["stable".into()],
            components: vec!["main".into()],
            architectures: vec!["amd64".into(), "arm64".into()],
            signed_by,
        }
    }

    #[test]
    fn a_source_names_its_keys_by_path_or_has_them() {
        let head = "Types: deb\nURIs: https://apt.example.com\nSuites: stable\nComponents: main\n\
                    Architectures: amd64 arm64\n";
        let path = "/usr/share/keyrings/x.pgp";
        assert_eq!(
            sources(SignedBy::File(path.into())).to_string(),
            format!("{head}Signed-By: {path}\n")
        );
        let keys = PublicKey::read(PUBLIC.as_bytes()).unwrap();
        let text = sources(SignedBy::Inline(keys)).to_string();
        let start = format!("{head}Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n ");
        assert!(text.starts_with(&start), "{text}");
        assert!(
            text.ends_with("\n -----END PGP PUBLIC KEY BLOCK-----\n"),
            "{text}"
        );
        assert!(text.lines().all(|line| !line.is_empty()), "{text}");
    }

    #[test]
    fn addresses_are_checked() {
        let said = |text: &str| text.parse::<Address>().unwrap_err().to_string();
        assert_eq!(
            said("apt.example.com"),
            "`apt.example.com` is no address for apt: expected one that begins with `https://`, \
             `http://` or `file:/`"
        );
        assert_eq!(
            said("https://"),
            "`https://` is no address for apt: expected a host behind the scheme"
        );
        assert_eq!(
            said("http://a b"),
            "`http://a b` is no address for apt: it has blanks, quotes or control characters in \
             it, write them as `%20`"
        );
        assert_eq!(
            said("https://ann:secret@apt.example.com/"),
            "`https://ann:secret@apt.example.com/` is no address for apt: it has a password or \
             name in it, which everybody could read"
        );
        for good in ["file:/srv/apt", "http://[::1]:8080/apt", "file:/"] {
            assert_eq!(good.parse::<Address>().unwrap().to_string(), good);
        }
    }
}
