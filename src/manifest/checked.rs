//! Values that TOML has no type for: texts that must parse, text-or-table, off-or-table.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::debian::{Suite, SuiteError};

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
    crate::debian::MaintainerError,
    crate::debian::PackageNameError,
    crate::debian::UserNameError,
);

impl Hinted for crate::release::UnknownKind {
    fn hint(&self) -> Option<String> {
        None
    }
}

/// A text that was parsed into a value type. The error keeps its hint: it passes through serde
/// after a newline, and `Problem::from_serde` splits the two again.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// A list of texts, or one text that stands for a list of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOrText(pub Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for ListOrText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The span of a single text is that of the whole value.
        let whole = Spanned::<Texts>::deserialize(deserializer)?;
        let span = whole.span();
        let mut texts = whole.into_inner().0;
        for text in texts.iter_mut().filter(|text| text.span().is_empty()) {
            *text = Spanned::new(span.clone(), std::mem::take(text.get_mut()));
        }
        Ok(Self(texts))
    }
}

/// The texts of a list or a single text; the latter has no span yet.
struct Texts(Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Vec<Spanned<String>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(vec![Spanned::new(0..0, text.to_owned())])
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(texts)
            }
        }
        deserializer.deserialize_any(Either).map(Self)
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
