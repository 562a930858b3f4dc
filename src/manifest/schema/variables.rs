//! Variables in texts: what may stand in the place of a value.

use serde_json::{Value, json};

use super::patterns::{TEXT, VARIABLE};

/// Tables whose texts are shell, in which nothing is expanded.
const SHELL: [&str; 2] = ["hooks", "ScriptsTable"];

/// Lets every word of a choice be a variable, and refuses a dollar sign that starts none in all other
/// texts.
pub(super) fn allow(schema: &mut Value) {
    match schema {
        Value::Array(values) => values.iter_mut().for_each(allow),
        Value::Object(object) => {
            let is_bare = ["pattern", "enum", "const", "anyOf"]
                .iter()
                .all(|key| !object.contains_key(*key));
            if is_bare && object.get("type").is_some_and(|it| it == "string") {
                object.insert("pattern".to_owned(), json!(TEXT));
                return;
            }
            if let Some(Value::Array(mut choices)) = object.remove("oneOf") {
                choices.push(json!({ "type": "string", "pattern": VARIABLE }));
                object.insert("anyOf".to_owned(), choices.into());
                return;
            }
            let entries = object.get("additionalProperties");
            if entries.is_some_and(Value::is_object) {
                object.insert("propertyNames".to_owned(), json!({ "pattern": TEXT }));
            }
            let others = object.iter_mut();
            let others = others.filter(|(key, _)| !SHELL.contains(&key.as_str()));
            others.for_each(|(_, value)| allow(value));
        }
        _ => {}
    }
}
