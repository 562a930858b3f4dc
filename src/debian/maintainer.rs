//! `Maintainer`: the person or team responsible for the package (Debian Policy 5.6.2).

use super::text::{first_bad, named, quoted};
use std::fmt;
use std::str::FromStr;

/// A name and an address that mail can reach: `Ops Team <ops@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintainer {
    name: String,
    address: String,
}

impl Maintainer {
    /// Returns the name of the person or team.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the mail address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl FromStr for Maintainer {
    type Err = MaintainerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let owned = || text.to_owned();
        if text.trim().is_empty() {
            return Err(MaintainerError::Empty);
        }
        if let Some((character, position)) = first_bad(text, |c| !c.is_control()) {
            return Err(MaintainerError::Character {
                text: owned(),
                character,
                position,
            });
        }
        let Some((name, rest)) = text.split_once('<') else {
            return Err(MaintainerError::NoAddress { text: owned() });
        };
        let Some((address, after)) = rest.split_once('>') else {
            return Err(MaintainerError::Unclosed { text: owned() });
        };
        let after = after.trim();
        if !after.is_empty() {
            return Err(MaintainerError::Trailing {
                text: owned(),
                rest: after.to_owned(),
            });
        }
        let name = unquoted(&name.split_whitespace().collect::<Vec<_>>().join(" "));
        if name.is_empty() {
            return Err(MaintainerError::NoName { text: owned() });
        }
        check_address(text, address)?;
        Ok(Self {
            name,
            address: address.to_owned(),
        })
    }
}

/// Returns the name without the quotes of RFC 5322 around the whole of it.
fn unquoted(name: &str) -> String {
    let inner = name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let mut plain = String::with_capacity(name.len());
    let mut characters = inner.unwrap_or_default().chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return name.to_owned(),
            '\\' => plain.extend(characters.next()),
            other => plain.push(other),
        }
    }
    match inner {
        Some(_) => plain.trim().to_owned(),
        None => name.to_owned(),
    }
}

/// Returns whether a name needs quotes: where a comma, which parts maintainers, or another sign
/// that RFC 5322 gives a meaning to stands outside of quotes, or where these are not closed.
fn needs_quotes(name: &str) -> bool {
    let mut is_quoted = false;
    let mut characters = name.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => is_quoted = !is_quoted,
            '\\' if is_quoted => drop(characters.next()),
            ',' | ';' | ':' | '@' | '[' | ']' | '\\' if !is_quoted => return true,
            _ => {}
        }
    }
    is_quoted
}

fn check_address(text: &str, address: &str) -> Result<(), MaintainerError> {
    let text = || text.to_owned();
    let Some((local, host)) = address.rsplit_once('@') else {
        return Err(MaintainerError::NoAt {
            text: text(),
            address: address.to_owned(),
        });
    };
    // Only the unquoted form of RFC 5322: few mail systems accept the quoted one.
    let is_local = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_bad_local =
        local.is_empty() || !local.chars().all(is_local) || local.split('.').any(str::is_empty);
    if is_bad_local {
        return Err(MaintainerError::LocalPart {
            text: text(),
            local: local.to_owned(),
        });
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let host = host.to_owned();
    if host.len() > 253 || !host.split('.').all(is_label) {
        return Err(MaintainerError::Host { text: text(), host });
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    // Names of the machine itself. The domains of a company's own network, such as `.internal`,
    // are addresses that its people reach.
    let is_local_only = ["localdomain", "localhost"].contains(&last);
    if !host.contains('.') || is_local_only || last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(MaintainerError::HostNotQualified { text: text(), host });
    }
    Ok(())
}

impl fmt::Display for Maintainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !needs_quotes(&self.name) {
            return write!(f, "{} <{}>", self.name, self.address);
        }
        let name = self.name.replace('\\', r"\\").replace('"', "\\\"");
        write!(f, "\"{name}\" <{}>", self.address)
    }
}

/// The reason why a text is not a maintainer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MaintainerError {
    /// There is no text.
    #[error("invalid maintainer ``: is empty")]
    Empty,
    /// A control character.
    #[error(
        "invalid maintainer {}: contains {} at character {position}",
        quoted(text),
        named(*character)
    )]
    Character {
        /// The text as written.
        text: String,
        /// The first control character.
        character: char,
        /// The place of the character, counted from 1.
        position: usize,
    },
    /// No `<`.
    #[error("invalid maintainer {}: has no address in `<` and `>`", quoted(text))]
    NoAddress {
        /// The text as written.
        text: String,
    },
    /// `<` without `>`.
    #[error("invalid maintainer {}: `<` is not closed", quoted(text))]
    Unclosed {
        /// The text as written.
        text: String,
    },
    /// Something after the address.
    #[error(
        "invalid maintainer {}: {} follows the address",
        quoted(text),
        quoted(rest)
    )]
    Trailing {
        /// The text as written.
        text: String,
        /// The surplus text.
        rest: String,
    },
    /// Nothing before the address.
    #[error("invalid maintainer {}: has no name before the address", quoted(text))]
    NoName {
        /// The text as written.
        text: String,
    },
    /// An address without `@`.
    #[error(
        "invalid maintainer {}: the address {} has no `@`",
        quoted(text),
        quoted(address)
    )]
    NoAt {
        /// The text as written.
        text: String,
        /// The text between `<` and `>`.
        address: String,
    },
    /// The text before the `@` cannot name a mailbox.
    #[error(
        "invalid maintainer {}: {} before `@` is not a mailbox",
        quoted(text),
        quoted(local)
    )]
    LocalPart {
        /// The text as written.
        text: String,
        /// The text before the `@`.
        local: String,
    },
    /// The text after the `@` is not a host name.
    #[error(
        "invalid maintainer {}: {} after `@` is not a host name",
        quoted(text),
        quoted(host)
    )]
    Host {
        /// The text as written.
        text: String,
        /// The text after the `@`.
        host: String,
    },
    /// A host name that other machines cannot resolve.
    #[error(
        "invalid maintainer {}: the host {} is not fully qualified",
        quoted(text),
        quoted(host)
    )]
    HostNotQualified {
        /// The text as written.
        text: String,
        /// The text after the `@`.
        host: String,
    },
}

impl MaintainerError {
    /// Returns a hint on what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::HostNotQualified { .. } => {
                "use an address that mail reaches from other machines, such as `ops@example.com`"
                    .into()
            }
            Self::Unclosed { text } => format!("write `{}>`", text.trim_end()),
            Self::Trailing { .. } => "name one maintainer, with the address last".into(),
            Self::Character { .. } => "write it on one line".into(),
            _ => "write it as `Name <user@example.com>`".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_apart() {
        #[rustfmt::skip]
        let table = [
            ("Ops Team <ops@example.com>", "Ops Team", "ops@example.com"),
            ("  Jürgen   Müller <j.m+x@mail.example.com> ", "Jürgen Müller", "j.m+x@mail.example.com"),
            ("Ops<ops@example.com>", "Ops", "ops@example.com"),
            ("Ops <ops@mail.corp.internal>", "Ops", "ops@mail.corp.internal"),
            ("Ops <ops@build.lan>", "Ops", "ops@build.lan"),
            ("Ops <ops@office.local>", "Ops", "ops@office.local"),
        ];
        for (text, name, address) in table {
            let maintainer: Maintainer = text.parse().unwrap();
            assert_eq!((maintainer.name(), maintainer.address()), (name, address));
            let written = maintainer.to_string();
            assert_eq!(written, format!("{name} <{address}>"));
            assert_eq!(written.parse::<Maintainer>().unwrap(), maintainer);
        }
    }

    #[test]
    fn a_name_that_would_read_as_several_is_quoted() {
        #[rustfmt::skip]
        let table = [
            ("Acme, Inc. <a@b-c.de>", "Acme, Inc.", "\"Acme, Inc.\" <a@b-c.de>"),
            ("\"Acme, Inc.\" <a@b-c.de>", "Acme, Inc.", "\"Acme, Inc.\" <a@b-c.de>"),
            ("\"Acme Inc.\" <a@b-c.de>", "Acme Inc.", "Acme Inc. <a@b-c.de>"),
            ("Ann \"Ops, Web\" Example <a@b-c.de>", "Ann \"Ops, Web\" Example", "Ann \"Ops, Web\" Example <a@b-c.de>"),
            ("\"A\" and \"B\" <a@b-c.de>", "\"A\" and \"B\"", "\"A\" and \"B\" <a@b-c.de>"),
            ("19\" Racks <a@b-c.de>", "19\" Racks", r#""19\" Racks" <a@b-c.de>"#),
            (r"A\B <a@b-c.de>", r"A\B", r#""A\\B" <a@b-c.de>"#),
            ("ops@b-c.de <ops@b-c.de>", "ops@b-c.de", "\"ops@b-c.de\" <ops@b-c.de>"),
            ("Team: Web (Ops) <a@b-c.de>", "Team: Web (Ops)", "\"Team: Web (Ops)\" <a@b-c.de>"),
        ];
        for (text, name, written) in table {
            let maintainer: Maintainer = text.parse().unwrap();
            assert_eq!(
                (maintainer.name(), &*maintainer.to_string()),
                (name, written)
            );
            assert_eq!(written.parse::<Maintainer>().unwrap(), maintainer);
        }
    }

    #[test]
    fn each_fault_has_its_message_and_hint() {
        let write = "write it as `Name <user@example.com>`";
        let reach =
            "use an address that mail reaches from other machines, such as `ops@example.com`";
        #[rustfmt::skip]
        let table = [
            (" ", "is empty", write),
            ("Ops", "has no address in `<` and `>`", write),
            ("ops@example.com", "has no address in `<` and `>`", write),
            ("<ops@example.com>", "has no name before the address", write),
            ("Ops <ops@example.com", "`<` is not closed", "write `Ops <ops@example.com>`"),
            ("A <a@b.de>, B <b@b.de>", "`, B <b@b.de>` follows the address", "name one maintainer, with the address last"),
            ("Ops <ops>", "the address `ops` has no `@`", write),
            ("Ops <>", "the address `` has no `@`", write),
            ("Ops <@example.com>", "`` before `@` is not a mailbox", write),
            ("Ops <o ps@example.com>", "`o ps` before `@` is not a mailbox", write),
            ("Ops <a..b@example.com>", "`a..b` before `@` is not a mailbox", write),
            ("Ops <ops@exa_mple.com>", "`exa_mple.com` after `@` is not a host name", write),
            ("Ops <ops@example.com.>", "`example.com.` after `@` is not a host name", write),
            ("Ops <ops@>", "`` after `@` is not a host name", write),
            ("root <root@build01>", "the host `build01` is not fully qualified", reach),
            ("root <root@localhost.localdomain>", "the host `localhost.localdomain` is not fully qualified", reach),
            ("root <root@localhost>", "the host `localhost` is not fully qualified", reach),
            ("root <root@127.0.0.1>", "the host `127.0.0.1` is not fully qualified", reach),
            ("Ops\nDepends: x <a@b.de>", "contains a line break at character 4", "write it on one line"),
        ];
        for (text, fact, hint) in table {
            let error = text.parse::<Maintainer>().unwrap_err();
            let shown = if text == " " {
                "``".into()
            } else {
                quoted(text)
            };
            assert_eq!(
                error.to_string(),
                format!("invalid maintainer {shown}: {fact}")
            );
            assert_eq!(error.hint().as_deref(), Some(hint), "{text}");
        }
    }
}
