//! Values that go into shell, units and maintainer scripts. Each is checked where it is read.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::checked::{Checked, Hinted, with_hint};
use crate::message::{nearest, ticked};

/// The limits that systemd.exec(5) has, by their name in lower case without `Limit`.
pub(super) const LIMITS: [&str; 16] = [
    "as",
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// A text that cannot stand where it goes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct ServiceValueError {
    message: String,
    hint: Option<String>,
}

impl Hinted for ServiceValueError {
    fn hint(&self) -> Option<String> {
        self.hint.clone()
    }
}

/// Declares types of text, each with the function that checks it.
macro_rules! texts {
    ($($(#[$about:meta])* $name:ident: $check:expr;)+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ServiceValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> Result<(), ServiceValueError> = $check;
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Checked::deserialize(deserializer).map(|checked| checked.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $crate::manifest::schema::of_text::<Self>()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

pub(super) use texts;

texts! {
    /// An argument of the program.
    Argument: |text| one_line(text, "argument");
    /// The name of a variable of the environment.
    VariableName: variable_name;
    /// The value of a variable of the environment.
    VariableValue: |text| one_line(text, "environment value");
    /// The name of a resource limit, such as `nofile`.
    LimitName: limit_name;
    /// The whole name of a unit, such as `postgresql.service`.
    WholeUnitName: whole_unit_name;
    /// The name of a section of a unit, such as `Service`.
    SectionName: |text| word_of_unit(text, "unit section");
    /// The name of a directive of a unit, such as `MemoryMax`.
    DirectiveName: |text| word_of_unit(text, "directive");
    /// The value of a directive of a unit, in systemd's own syntax.
    DirectiveValue: directive_value;
    /// The target of a symlink.
    SymlinkTarget: |text| one_line(text, "symlink target");
}

impl LimitName {
    /// Returns the name of the limit of open files.
    #[must_use]
    pub fn nofile() -> Self {
        Self("nofile".to_owned())
    }
}

impl ServiceValueError {
    pub(super) fn new(message: String, hint: Option<&str>) -> Self {
        let hint = hint.map(str::to_owned);
        Self { message, hint }
    }
}

fn refused(message: String, hint: Option<&str>) -> Result<(), ServiceValueError> {
    Err(ServiceValueError::new(message, hint))
}

/// Refuses newlines and other control characters, which would end a line in units and scripts.
fn one_line(text: &str, what: &str) -> Result<(), ServiceValueError> {
    if !text.contains(|c: char| c.is_control()) {
        return Ok(());
    }
    let text = text.escape_debug();
    refused(
        format!("{what} `{text}` has a control character in it"),
        None,
    )
}

fn variable_name(text: &str) -> Result<(), ServiceValueError> {
    let legal = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if legal {
        return Ok(());
    }
    let message = format!("invalid environment variable `{}`", text.escape_debug());
    refused(message, Some("use letters, digits and `_`, no digit first"))
}

fn limit_name(text: &str) -> Result<(), ServiceValueError> {
    if LIMITS.contains(&text) {
        return Ok(());
    }
    let hint = match nearest(text, LIMITS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the limits are {}", ticked(&LIMITS)),
    };
    let message = format!("unknown limit `{}`", text.escape_debug());
    refused(message, Some(&hint))
}

fn whole_unit_name(text: &str) -> Result<(), ServiceValueError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || ":-_.@\\%".contains(c);
    if text.chars().all(legal) && text.contains('.') {
        return Ok(());
    }
    let message = format!("invalid unit `{}`", text.escape_debug());
    let hint = "write a whole unit name, such as `postgresql.service`";
    refused(message, Some(hint))
}

fn word_of_unit(text: &str, what: &str) -> Result<(), ServiceValueError> {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.chars().all(legal) {
        return Ok(());
    }
    let message = format!("invalid {what} `{}`", text.escape_debug());
    let hint = "write it as systemd.exec(5) does, such as `MemoryMax`";
    refused(message, Some(hint))
}

fn directive_value(text: &str) -> Result<(), ServiceValueError> {
    if text.ends_with('\\') {
        let message = format!("directive value `{text}` ends with a backslash");
        return refused(message, Some("write the whole value on one line"));
    }
    one_line(text, "directive value")
}

/// A resource limit, as setrlimit(2) takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitValue {
    /// A count, bytes or seconds.
    Number(u64),
    /// No limit.
    Infinity,
}

impl fmt::Display for LimitValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Infinity => f.write_str("infinity"),
        }
    }
}

impl Serialize for LimitValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LimitValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl Visitor<'_> for Value {
            type Value = LimitValue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or `infinity`")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<LimitValue, E> {
                Ok(LimitValue::Number(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<LimitValue, E> {
                match u64::try_from(number) {
                    Ok(number) => Ok(LimitValue::Number(number)),
                    Err(_) => self.visit_str(&number.to_string()),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<LimitValue, E> {
                if text == "infinity" {
                    return Ok(LimitValue::Infinity);
                }
                let message = format!("invalid limit `{}`", text.escape_debug());
                let hint = Some("write a number, or `\"infinity\"`".to_owned());
                Err(E::custom(with_hint(&ServiceValueError { message, hint })))
            }
        }
        deserializer.deserialize_any(Value)
    }
}
