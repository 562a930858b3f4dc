//! Names of Debian's registries: alternatives, triggers, members of the control archive, tags of
//! lintian. Each is checked where it is read.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};

use super::checked::Checked;
use super::service_values::{ServiceValueError, texts};
use crate::tree::PackagePath;

texts! {
    /// The name of an alternative, such as `editor`.
    AlternativeName: alternative_name;
    /// The name of a trigger, or the path of one (deb-triggers(5)).
    TriggerName: trigger_name;
    /// The name of a file of the control archive.
    MemberName: member_name;
    /// A tag of lintian, with a context behind it where one is meant.
    LintianTag: lintian_tag;
    /// The reason for an override of lintian.
    Reason: reason;
}

fn refused(message: String, hint: &str) -> Result<(), ServiceValueError> {
    Err(ServiceValueError::new(message, Some(hint)))
}

/// Returns whether a text is of letters, digits and some signs, a letter or digit first.
fn is_word(text: &str, signs: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
}

fn alternative_name(text: &str) -> Result<(), ServiceValueError> {
    if is_word(text, "+.:@_-") {
        return Ok(());
    }
    let message = format!("invalid name of an alternative `{}`", text.escape_debug());
    refused(
        message,
        "use letters, digits and `+ . : @ _ -`, such as `editor`",
    )
}

fn trigger_name(text: &str) -> Result<(), ServiceValueError> {
    if !text.starts_with('/') {
        if is_word(text, "+.:_-") {
            return Ok(());
        }
        let message = format!("invalid trigger `{}`", text.escape_debug());
        return refused(
            message,
            "write a name such as `ldconfig`, or an absolute path",
        );
    }
    let path = PackagePath::new(text)
        .map_err(|error| ServiceValueError::new(error.to_string(), error.hint().as_deref()))?;
    if path == PackagePath::root() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = format!("invalid trigger `{}`", text.escape_debug());
        return refused(
            message,
            "write the path of a directory or file, in ASCII and without blanks",
        );
    }
    if path.as_bytes() != text.as_bytes() {
        let message = format!("trigger `{text}` is no path as dpkg compares it");
        return refused(message, &format!("write `{path}`"));
    }
    Ok(())
}

/// The longest name that dpkg takes from a control archive.
const LONGEST_MEMBER: usize = 100;

/// Files of the control archive that reldeb or dpkg makes, with the way to ask for them.
pub(super) const OWN_MEMBERS: [(&str, &str); 9] = [
    ("control", "write its fields into `[package]`"),
    ("conffiles", "write `conffile = true` into `[files]`"),
    ("md5sums", "leave it out"),
    ("list", "leave it out: dpkg writes one itself"),
    ("triggers", "write `[triggers]`"),
    ("preinst", "write `[hooks]` or `[scripts]`"),
    ("postinst", "write `[hooks]` or `[scripts]`"),
    ("prerm", "write `[hooks]` or `[scripts]`"),
    ("postrm", "write `[hooks]` or `[scripts]`"),
];

fn member_name(text: &str) -> Result<(), ServiceValueError> {
    if let Some((_, hint)) = OWN_MEMBERS.into_iter().find(|(name, _)| *name == text) {
        let message = format!("control file `{text}` is made by other means");
        return refused(message, hint);
    }
    if text.contains('.') {
        let message = format!(
            "control file `{}` has a dot in its name",
            text.escape_debug()
        );
        return refused(message, "rename it: dpkg does not install such a file");
    }
    if is_word(text, "+_-") && text.len() <= LONGEST_MEMBER {
        return Ok(());
    }
    let message = format!("invalid name of a control file `{}`", text.escape_debug());
    refused(
        message,
        "use at most 100 letters, digits and `+ _ -`, such as `shlibs`",
    )
}

fn lintian_tag(text: &str) -> Result<(), ServiceValueError> {
    let (tag, context) = text.split_once(' ').unwrap_or((text, "*"));
    let has_context = !context.trim().is_empty() && !context.contains(|c: char| c.is_control());
    if is_word(tag, "+./_-") && has_context {
        return Ok(());
    }
    let message = format!("invalid tag of lintian `{}`", text.escape_debug());
    refused(
        message,
        "write a tag as lintian prints it, or `TAG CONTEXT`",
    )
}

fn reason(text: &str) -> Result<(), ServiceValueError> {
    if text.trim().is_empty() {
        let message = "an override of lintian has no reason".to_owned();
        return refused(message, "say why lintian is wrong here");
    }
    if text.contains(|c: char| c.is_control() && c != '\n') {
        let message = format!(
            "reason `{}` has a control character in it",
            text.escape_debug()
        );
        return Err(ServiceValueError::new(message, None));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_a_name_or_a_path() {
        for text in ["ldconfig", "update-initramfs", "/usr/share/icons", "/etc/x"] {
            assert!(text.parse::<TriggerName>().is_ok(), "{text}");
        }
        for text in ["", "-x", "a b", "a/b", "/", "/a/", "/a b", "//a", "/ä", "é"] {
            assert!(text.parse::<TriggerName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_has_a_name_that_dpkg_installs() {
        for text in ["shlibs", "symbols", "isinstallable", "config", "bug_x"] {
            assert!(text.parse::<MemberName>().is_ok(), "{text}");
        }
        for text in ["", "a/b", "../x", "a.b", "control", "-x", "a b", "list"] {
            assert!(text.parse::<MemberName>().is_err(), "{text}");
        }
        assert!("x".repeat(101).parse::<MemberName>().is_err());
    }

    #[test]
    fn an_override_has_a_tag_and_a_reason() {
        for text in [
            "no-manual-page",
            "no-manual-page usr/bin/x",
            "dir-or-file-in-opt *",
        ] {
            assert!(text.parse::<LintianTag>().is_ok(), "{text}");
        }
        for text in ["", " x", "x ", "E: x", "x a\nb", "[x]"] {
            assert!(text.parse::<LintianTag>().is_err(), "{text}");
        }
        assert!(" \n".parse::<Reason>().is_err());
        assert!("one\ntwo".parse::<Reason>().is_ok());
    }
}
