//! `[variant.NAME]` and `[packages.NAME]`: manifests that are laid over the rest.

use serde_json::{Map, Value, json};

use super::patterns;
use crate::manifest::source::{OF_ENTRIES, may_be_left_out};

/// Adds both to the schema of the tables.
pub(super) fn add(schema: &mut Value) {
    let tables = schema["properties"].as_object().cloned();
    let tables = tables.unwrap_or_default();
    let package: Map<_, _> = tables.into_iter().map(laid_over).collect();
    let packages = json!({
        "description": "Several packages of one manifest: `[packages.NAME]` makes a package of that \
            name. Its tables are laid over the rest of the manifest, which all packages share; \
            `false` leaves a shared table out.",
        "type": "object",
        "minProperties": 1,
        "patternProperties": {
            (patterns::whole(patterns::PACKAGE_NAME)): { "$ref": "#/definitions/PackageOverlay" }
        },
        "additionalProperties": false,
    });
    let mut variant = package.clone();
    variant.insert("packages".to_owned(), packages.clone());
    let variants = json!({
        "description": "`[variant.NAME]` is a manifest laid over the rest by `--variant NAME`: tables \
            are merged, every other value is replaced; `false` leaves a table out.",
        "type": "object",
        "additionalProperties": { "$ref": "#/definitions/VariantOverlay" },
    });
    let overlay = |about: &str, properties: Map<String, Value>| {
        json!({
            "description": about,
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        })
    };
    schema["definitions"]["PackageOverlay"] = overlay("One of several packages.", package);
    schema["definitions"]["VariantOverlay"] = overlay("One of the variants.", variant);
    schema["properties"]["packages"] = packages;
    schema["properties"]["variant"] = variants;
}

/// Returns a table as it is in an overlay, where `false` leaves it or one of its entries out.
fn laid_over((name, mut schema): (String, Value)) -> (String, Value) {
    let off = || json!({ "enum": [false] });
    if OF_ENTRIES.contains(&name.as_str()) {
        let off_or = |entry: &mut Value| *entry = json!({ "anyOf": [off(), entry.take()] });
        match schema.get_mut("patternProperties") {
            Some(Value::Object(patterns)) => patterns.values_mut().for_each(off_or),
            _ => schema
                .get_mut("additionalProperties")
                .into_iter()
                .for_each(off_or),
        }
    }
    if may_be_left_out(&name) {
        let about = schema["description"].take();
        schema = json!({ "description": about, "anyOf": [off(), schema] });
        if let Some(inner) = schema["anyOf"][1].as_object_mut() {
            inner.remove("description");
        }
    }
    (name, schema)
}
