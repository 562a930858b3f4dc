//! Values that TOML has no type for: texts that must parse, text-or-table, off-or-table.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;
use std::str::FromStr;

use super::spanned::Spanned;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::InvalidValue;
use crate::debian::{OtherField, Stanza, Suite, SuiteError};

/// An error that can give a hint.
pub trait Hinted: fmt::Display {
    /// Returns a hint on what to do about it.
    fn hint(&self) -> Option<String>;
}

/// Implements [`Hinted`] for errors with a `hint` method of their own.
macro_rules! hinted {
    ($($error:ty),+ $(,)?) => {
        $(impl Hinted for $error {
            fn hint(&self) -> Option<String> {
                // This calls the inherent method of the same name.
                <$error>::hint(self)
            }
        })+
    };
}

hinted!(
    crate::deb::CompressionError,
    crate::debian::SuiteError,
    crate::debian::ArchitectureError,
    crate::debian::DescriptionError,
    crate::debian::FieldError,
    crate::debian::FolderNameError,
    crate::debian::MaintainerError,
    crate::debian::MultiArchError,
    crate::debian::PackageNameError,
    crate::debian::RelationError,
    crate::debian::UnitNameError,
    crate::debian::UserNameError,
    crate::output_path::OutputPathError,
    crate::tree::PathError,
);

impl Hinted for crate::release::UnknownKind {
    fn hint(&self) -> Option<String> {
        self.hint()
    }
}

impl Hinted for crate::debian::WordError {
    fn hint(&self) -> Option<String> {
        None
    }
}

/// A text that was parsed into a value type. The error keeps its hint: it passes through serde
/// after a newline, and `Problem::from_serde` splits the two again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Checked<T>(pub T);

impl<'de, T> Deserialize<'de> for Checked<T>
where
    T: FromStr,
    T::Err: Hinted,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map(Self)
            .map_err(|error: T::Err| D::Error::custom(with_hint(&error)))
    }
}

/// Returns an error and its hint in one text.
pub(super) fn with_hint(error: &impl Hinted) -> String {
    match error.hint() {
        Some(hint) => format!("{error}\n{hint}"),
        None => error.to_string(),
    }
}

/// A text, or a table for more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextOr<T> {
    /// The short form.
    Text(String),
    /// The long form.
    Table(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = TextOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a table")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(TextOr::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(TextOr::Table)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// `false`, or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OffOr<T> {
    /// `false`.
    Off,
    /// The value.
    On(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OffOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OffOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`false` or what is to be made")
            }

            fn visit_bool<E: Error>(self, on: bool) -> Result<Self::Value, E> {
                if on {
                    return Err(E::custom(
                        "found `true`, expected `false` or what is to be made",
                    ));
                }
                Ok(OffOr::Off)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(StrDeserializer::new(text)).map(OffOr::On)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(OffOr::On)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// A list of values that are written as texts, or one that stands for a list of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOrText<T = String>(pub Vec<Spanned<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ListOrText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The span of a single text is that of the whole value.
        let whole = Spanned::<Values<T>>::deserialize(deserializer)?;
        let span = whole.span();
        let in_place = |value: Spanned<T>| match value.span() {
            own if own.is_empty() => Spanned::new(span.clone(), value.into_inner()),
            _ => value,
        };
        Ok(Self(
            whole.into_inner().0.into_iter().map(in_place).collect(),
        ))
    }
}

/// The values of a list or of a single text; the latter has no span yet.
struct Values<T>(Vec<Spanned<T>>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Values<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Vec<Spanned<T>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                let value = T::deserialize(StrDeserializer::new(text))?;
                Ok(vec![Spanned::new(0..0, value)])
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(values)
            }
        }
        deserializer.deserialize_any(Either(PhantomData)).map(Self)
    }
}

/// Fields of a control file that have no key of their own, with their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherFields {
    names: Vec<Spanned<Checked<OtherField>>>,
    stanza: Stanza,
}

impl OtherFields {
    /// Returns the fields; `line` knows the lines of places.
    ///
    /// # Errors
    /// [`InvalidValue`] where two differ in upper and lower case only.
    pub fn stanza(&self, line: impl Fn(&Range<usize>) -> usize) -> Result<&Stanza, InvalidValue> {
        for field in &self.names {
            let Checked(name) = field.get_ref();
            let is_twin = |other: &&Spanned<Checked<OtherField>>| {
                other.span().start < field.span().start && other.get_ref().0.is(name.as_str())
            };
            if let Some(twin) = self.names.iter().find(is_twin) {
                let (name, twin, line) = (name.as_str(), &twin.get_ref().0, line(&twin.span()));
                let twin = twin.as_str();
                let message = format!("field `{name}` is there twice: line {line} has `{twin}`");
                let hint = format!("leave `{name}` out: upper and lower case make no difference");
                return Err(InvalidValue::new(field.span(), message, Some(hint)));
            }
        }
        Ok(&self.stanza)
    }
}

impl<'de> Deserialize<'de> for OtherFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = OtherFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = OtherFields::default();
                while let Some(name) = map.next_key::<Spanned<Checked<OtherField>>>()? {
                    let Checked(field) = name.get_ref();
                    map.next_value_seed(FieldValue(field, &mut fields.stanza))?;
                    fields.names.push(name);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The value of a field, to be read into a stanza.
struct FieldValue<'a>(&'a OtherField, &'a mut Stanza);

impl<'de> DeserializeSeed<'de> for FieldValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self(name, fields) = self;
        let value = String::deserialize(deserializer)?;
        // As a hook without text does, it takes back what a variant is laid over.
        if value.trim().is_empty() {
            return Ok(());
        }
        name.set(&value, fields)
            .map_err(|error| D::Error::custom(with_hint(&error)))
    }
}

/// A code name of Debian or Ubuntu. A number without quotes is refused as the text would be,
/// with a hint on the name to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SuiteName(pub Suite);

impl<'de> Deserialize<'de> for SuiteName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = SuiteName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse()
                    .map(SuiteName)
                    .map_err(|error: SuiteError| E::custom(with_hint(&error)))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Name)
    }
}

/// Permission bits as chmod(1) writes them in octal: `0640`, `2750`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMode(pub u32);

impl<'de> Deserialize<'de> for FileMode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mode;
        impl Visitor<'_> for Mode {
            type Value = FileMode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse()
                    .map_err(|error: FileModeError| E::custom(with_hint(&error)))
            }

            /// `0o644` is a number in TOML, and its digits are lost.
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                let fact = "found a number, expected a string";
                Err(E::custom(format!("{fact}\nwrite `\"{number:04o}\"`")))
            }
        }
        deserializer.deserialize_any(Mode)
    }
}

/// A text that is not a mode.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("invalid mode `{0}`, expected three or four octal digits")]
pub struct FileModeError(String);

impl Hinted for FileModeError {
    fn hint(&self) -> Option<String> {
        Some("write it as a string, for example \"0640\"".into())
    }
}

impl FromStr for FileMode {
    type Err = FileModeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits =
            matches!(text.len(), 3 | 4) && text.bytes().all(|b| (b'0'..=b'7').contains(&b));
        u32::from_str_radix(text, 8)
            .ok()
            .filter(|_| digits)
            .map(Self)
            .ok_or_else(|| FileModeError(text.to_owned()))
    }
}
