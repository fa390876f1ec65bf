//! From the schema dialect of OpenAPI 3.0 to JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::walk::Role;

/// The name under which the converted document stands in the registry. Never fetched.
const DOCUMENT: &str = "contract:///document";

/// Documentation, and keywords that mean something else (or nothing) in JSON Schema.
const DROPPED: [&str; 5] = [
    "example",
    "xml",
    "externalDocs",
    "discriminator",
    "deprecated",
];

/// The document with all its schemas in 2020-12, references unchanged.
pub(super) fn convert(document: &Value) -> Value {
    let mut converted = json!({"$schema": "https://json-schema.org/draft/2020-12/schema"});
    for key in ["components", "paths"] {
        if let Some(part) = document.get(key) {
            let mut part = part.clone();
            node(&mut part, Role::Plain.of_child(key));
            converted[key] = part;
        }
    }
    converted
}

/// A converted document, ready for any number of [`compile`] calls.
pub(super) type Registry = jsonschema::Registry<'static>;

/// Registers a document that [`convert`] returned.
pub(super) fn registry(converted: Value) -> Result<Registry, String> {
    jsonschema::Registry::new()
        .add(DOCUMENT, converted)
        .and_then(jsonschema::RegistryBuilder::prepare)
        .map_err(|error| error.to_string())
}

/// Compiles the schema a pointer leads to, with all it refers to.
pub(super) fn compile(registry: &Registry, pointer: &str) -> Result<jsonschema::Validator, String> {
    build(
        registry,
        &json!({"$ref": format!("{DOCUMENT}#{}", fragment(pointer))}),
    )
}

/// Compiles a schema of the original document by itself. Needed where conversion moves a schema,
/// so that its pointer leads elsewhere in the converted document.
pub(super) fn compile_inner(
    registry: &Registry,
    schema: &Value,
) -> Result<jsonschema::Validator, String> {
    let mut schema = schema.clone();
    node(&mut schema, Role::Schema);
    absolute(&mut schema, Role::Schema);
    build(registry, &schema)
}

fn build(registry: &Registry, schema: &Value) -> Result<jsonschema::Validator, String> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_registry(registry)
        .should_validate_formats(true)
        .offline()
        .build(schema)
        .map_err(|error| error.to_string())
}

/// Makes references lead into the registered document instead of the schema they stand in.
fn absolute(value: &mut Value, role: Role) {
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter_mut() {
                match child {
                    Value::String(reference)
                        if key == "$ref" && role == Role::Schema && reference.starts_with('#') =>
                    {
                        *reference = format!("{DOCUMENT}{reference}");
                    }
                    _ => absolute(child, role.of_child(key)),
                }
            }
        }
        Value::Array(list) => {
            for child in list {
                absolute(child, role.of_item());
            }
        }
        _ => {}
    }
}

/// A pointer as URI fragment: what a fragment may not hold is percent-encoded.
fn fragment(pointer: &str) -> String {
    let mut out = String::with_capacity(pointer.len());
    for byte in pointer.bytes() {
        if byte.is_ascii_alphanumeric() || b"/~-._!$&'()*+,;=:@?".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn node(value: &mut Value, role: Role) {
    if role == Role::Data {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter_mut() {
                node(child, role.of_child(key));
            }
        }
        Value::Array(list) => {
            for child in list {
                node(child, role.of_item());
            }
        }
        _ => {}
    }
    if role == Role::Schema
        && let Value::Object(map) = value
    {
        schema(map);
    }
}

fn schema(schema: &mut Map<String, Value>) {
    // 3.0 ignores whatever stands beside a reference.
    if schema.contains_key("$ref") {
        schema.retain(|key, _| key == "$ref");
        return;
    }
    schema.retain(|key, _| !DROPPED.contains(&key.as_str()) && !key.starts_with("x-"));
    exclusive(schema, "exclusiveMinimum", "minimum");
    exclusive(schema, "exclusiveMaximum", "maximum");
    if schema.shift_remove("nullable") == Some(Value::Bool(true)) {
        nullable(schema);
    }
}

fn exclusive(schema: &mut Map<String, Value>, flag: &str, limit: &str) {
    match schema.shift_remove(flag) {
        Some(Value::Bool(true)) => {
            if let Some(value) = schema.shift_remove(limit) {
                schema.insert(flag.to_owned(), value);
            }
        }
        Some(Value::Bool(false)) | None => {}
        // A number is the later form already.
        Some(other) => {
            schema.insert(flag.to_owned(), other);
        }
    }
}

fn nullable(schema: &mut Map<String, Value>) {
    let composed = ["allOf", "anyOf", "oneOf", "not"]
        .iter()
        .any(|key| schema.contains_key(*key));
    match schema.get("type").cloned() {
        Some(Value::String(name)) if !composed => {
            schema.insert("type".to_owned(), json!([name, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
        }
        // `then` rather than `anyOf`: it hands on the errors of the schema as they are, while a
        // failed `anyOf` is one error that says only that nothing fits.
        _ => {
            let inner = std::mem::take(schema);
            schema.insert("if".to_owned(), json!({"not": {"type": "null"}}));
            schema.insert("then".to_owned(), Value::Object(inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid(schema: Value, value: &Value) -> bool {
        let document = json!({"components": {"schemas": {
            "A b": schema, "Text": {"type": "string", "minLength": 2}
        }}});
        let registry = registry(convert(&document)).unwrap();
        compile(&registry, "/components/schemas/A b")
            .unwrap()
            .is_valid(value)
    }

    #[test]
    fn nullable_is_understood_in_every_combination() {
        let text = json!({"$ref": "#/components/schemas/Text"});
        for schema in [
            json!({"type": "string", "nullable": true}),
            json!({"type": "string", "enum": ["ab"], "nullable": true}),
            json!({"allOf": [text], "nullable": true}),
            json!({"type": "string", "allOf": [text], "nullable": true}),
            json!({"enum": ["ab"], "nullable": true}),
            json!({"oneOf": [text, {"type": "integer"}], "nullable": true}),
        ] {
            assert!(valid(schema.clone(), &Value::Null), "{schema}");
            assert!(valid(schema.clone(), &json!("ab")), "{schema}");
            assert!(!valid(schema.clone(), &json!(true)), "{schema}");
        }
        assert!(!valid(
            json!({"type": "string", "nullable": false}),
            &Value::Null
        ));
    }

    #[test]
    fn siblings_of_a_reference_are_ignored_as_3_0_does() {
        let schema = json!({"$ref": "#/components/schemas/Text", "nullable": true, "maxLength": 1});
        assert!(!valid(schema.clone(), &Value::Null));
        assert!(valid(schema, &json!("long")));
    }

    #[test]
    fn boolean_exclusive_limits_take_the_value_of_the_limit() {
        let schema = json!({"type": "number", "minimum": 1, "exclusiveMinimum": true,
            "maximum": 3, "exclusiveMaximum": false});
        assert!(!valid(schema.clone(), &json!(1)));
        assert!(valid(schema.clone(), &json!(3)));
        assert!(!valid(schema, &json!(3.5)));
    }

    #[test]
    fn a_discriminator_and_extensions_do_not_hinder() {
        let schema = json!({"type": "object", "discriminator": {"propertyName": "k"},
            "x-note": {"type": 1}, "properties": {"deprecated": {"type": "integer"}}});
        assert!(valid(schema.clone(), &json!({"deprecated": 1})));
        assert!(!valid(schema, &json!({"deprecated": "1"})));
    }
}
