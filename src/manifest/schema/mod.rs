//! The JSON schema of the manifest, made from the types that read it: editors complete keys by it, show
//! their descriptions and underline what the build would refuse.

mod overlays;
mod patterns;
mod texts;
mod variables;

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::checked::{ListOrText, OffOr, TextOr};
use super::spanned::Spanned;
use super::tables::Tables;
use crate::vocabulary::HookEvent;

pub(super) use texts::of_text;

/// Returns the JSON schema of the manifest (draft 7, which all editors read).
///
/// A text with a variable in it is accepted, since what it becomes is not known; so is one with `$$` or
/// a default. Otherwise it accepts and refuses what the parser does, but for these:
///
/// - a date is a text to it, and `1.0` a whole number;
/// - a name in `[packages]` is not compared with that of its table, and `false` in an overlay is accepted
///   where there is nothing to leave out;
/// - a key written with a variable is known only where the author chooses the keys;
/// - lengths count characters in place of bytes, and numbers in quotes have at most nine digits.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<Tables>().to_value();
    plain(&mut schema);
    variables::allow(&mut schema);
    overlays::add(&mut schema);
    schema["title"] = json!("reldeb.toml");
    schema["description"] = json!(
        "What a Debian package is made of. Relative paths start at the folder of this file, `NAME` \
         stands for the package's name, and `$VAR` in a string is a variable of the environment."
    );
    schema
}

/// Takes out what TOML or this manifest has not: `null`, formats of numbers in place of their ranges,
/// and defaults, which the descriptions tell.
fn plain(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(plain),
        Value::Object(object) => {
            object.remove("default");
            if let Some(Value::String(format)) = object.remove("format") {
                let range = match format.as_str() {
                    "int32" => Some((json!(i32::MIN), json!(i32::MAX))),
                    "uint32" => Some((json!(0), json!(u32::MAX))),
                    _ => None,
                };
                if let Some((least, most)) = range {
                    object.insert("minimum".to_owned(), least);
                    object.insert("maximum".to_owned(), most);
                }
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|it| it != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|it| it != &json!({ "type": "null" }));
                if let [only] = &choices[..] {
                    let only = only.clone();
                    object.remove("anyOf");
                    object.insert("allOf".to_owned(), json!([only]));
                }
            }
            // `properties` holds schemas by names that may be those of keywords.
            for (key, value) in object.iter_mut() {
                match value {
                    Value::Object(named)
                        if matches!(key.as_str(), "properties" | "definitions") =>
                    {
                        named.values_mut().for_each(plain);
                    }
                    _ => plain(value),
                }
            }
        }
        _ => {}
    }
}

/// Implements [`JsonSchema`] for wrappers, whose schema is one of what they hold.
macro_rules! inline {
    ($name:ident, $generator:ident, $schema:expr) => {
        impl<T: JsonSchema> JsonSchema for $name<T> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                format!("{}{}", stringify!($name), T::schema_name()).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

inline!(TextOr, generator, {
    json_schema!({ "anyOf": [{ "type": "string" }, generator.subschema_for::<T>()] })
});
inline!(OffOr, generator, {
    json_schema!({ "anyOf": [{ "enum": [false] }, generator.subschema_for::<T>()] })
});
inline!(ListOrText, generator, {
    let one = generator.subschema_for::<T>();
    json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
});

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// Returns the schema of `[hooks]`: a key for each event, with its description.
pub(super) fn hooks(generator: &mut SchemaGenerator) -> Schema {
    let events = HookEvent::json_schema(generator).to_value();
    let events = events["oneOf"].as_array().into_iter().flatten();
    let key = |event: &Value| {
        let name = event["const"].as_str().unwrap_or_default().to_owned();
        let value = json!({ "description": event["description"], "type": "string" });
        (name, value)
    };
    let properties: serde_json::Map<_, _> = events.map(key).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}
