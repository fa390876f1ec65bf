//! Fields the contract does not name, at any depth.
//!
//! `unevaluatedProperties: false` would find them too, but it also reports every field of a
//! component in which something else is wrong. Walking schema and value side by side gives one
//! report per field and nothing else.

use serde_json::Value;

use crate::operation::follow;
use crate::pointer::join;

/// In-place nesting (`allOf` in `allOf`) deeper than this is a circle.
const DEPTH: usize = 32;

/// One unknown field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Pointer of the field in the body.
    pub(super) path: String,
    /// The names the contract has at that place.
    pub(super) known: Vec<String>,
}

/// Every unknown field of `value`, in its order.
pub(super) fn fields(document: &Value, schema: &Value, value: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    visit(document, &[schema], value, "", &mut found);
    found
}

/// What all schemas that apply to one value say together.
#[derive(Default)]
struct View<'a> {
    properties: Vec<(&'a str, &'a Value)>,
    extra: Vec<&'a Value>,
    items: Vec<&'a Value>,
    /// An alternative takes objects without naming fields, so that any field is documented.
    open: bool,
}

fn visit(document: &Value, schemas: &[&Value], value: &Value, path: &str, found: &mut Vec<Field>) {
    let mut view = View::default();
    for schema in schemas {
        view.add(document, schema, false, 0);
    }
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                let named: Vec<&Value> = view
                    .properties
                    .iter()
                    .filter(|(name, _)| name == key)
                    .map(|(_, schema)| *schema)
                    .collect();
                let path = join(path, key);
                if !named.is_empty() {
                    visit(document, &named, child, &path, found);
                } else if !view.extra.is_empty() {
                    visit(document, &view.extra, child, &path, found);
                } else if !view.properties.is_empty() && !view.open {
                    found.push(Field {
                        path,
                        known: view.names(),
                    });
                }
            }
        }
        Value::Array(list) if !view.items.is_empty() => {
            for (index, child) in list.iter().enumerate() {
                visit(
                    document,
                    &view.items,
                    child,
                    &join(path, &index.to_string()),
                    found,
                );
            }
        }
        _ => {}
    }
}

impl<'a> View<'a> {
    fn add(&mut self, document: &'a Value, schema: &'a Value, alternative: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let schema = follow(document, schema);
        let before = self.properties.len();
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            self.properties.extend(
                properties
                    .iter()
                    .map(|(name, schema)| (name.as_str(), schema)),
            );
        }
        // `additionalProperties: true` is what 3.0 assumes anyway and names no field.
        if let Some(extra) = schema
            .get("additionalProperties")
            .filter(|extra| extra.is_object())
        {
            self.extra.push(extra);
        }
        self.items.extend(schema.get("items"));
        let mut composed = false;
        for (key, alternatives) in [("allOf", alternative), ("anyOf", true), ("oneOf", true)] {
            for member in schema
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                composed = true;
                self.add(document, member, alternatives, depth + 1);
            }
        }
        let takes_objects = matches!(
            schema.get("type").and_then(Value::as_str),
            None | Some("object")
        ) && schema.get("enum").is_none();
        if alternative && takes_objects && !composed && self.properties.len() == before {
            self.open = true;
        }
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &self.properties {
            if !names.iter().any(|known| known == name) {
                names.push((*name).to_owned());
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn unknown(schema: Value, value: Value) -> Vec<String> {
        let document = json!({"components": {"schemas": {
            "A": {"type": "object", "properties": {"a": {"type": "string"}}},
            "Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}], "properties": {"l": {}}}
        }}});
        fields(&document, &schema, &value)
            .into_iter()
            .map(|field| field.path)
            .collect()
    }

    fn a() -> Value {
        json!({"$ref": "#/components/schemas/A"})
    }

    #[test]
    fn unknown_fields_are_found_at_any_depth_one_report_each() {
        let schema = json!({"type": "object", "properties": {
            "list": {"type": "array", "items": a()},
            "wrapped": {"allOf": [a()], "nullable": true},
            "map": {"type": "object", "additionalProperties": a()}
        }});
        let value = json!({
            "list": [{"a": "x"}, {"b": 1, "c": 2}],
            "wrapped": {"a": 5, "d": 1},
            "map": {"k": {"e": 1}},
            "f": {"g": 1}
        });
        assert_eq!(
            unknown(schema, value),
            ["/list/1/b", "/list/1/c", "/wrapped/d", "/map/k/e", "/f"]
        );
    }

    #[test]
    fn composed_schemas_are_read_together() {
        let schema = json!({"allOf": [a(), {"type": "object", "properties": {"b": {}}}]});
        assert_eq!(unknown(schema, json!({"a": 1, "b": 2, "c": 3})), ["/c"]);
        let schema = json!({"oneOf": [a(), {"type": "object", "properties": {"b": {}}}]});
        assert_eq!(unknown(schema, json!({"b": 2, "c": 3})), ["/c"]);
    }

    #[test]
    fn places_without_named_fields_stay_open() {
        let free = json!({"type": "object", "additionalProperties": true});
        assert!(unknown(free.clone(), json!({"x": 1})).is_empty());
        let either = json!({"oneOf": [a(), {"type": "object"}]});
        assert!(unknown(either, json!({"x": 1})).is_empty());
        let scalar_or = json!({"oneOf": [a(), {"type": "string"}]});
        assert_eq!(unknown(scalar_or, json!({"x": 1})), ["/x"]);
        let explicit = json!({"properties": {"a": {}}, "additionalProperties": true});
        assert_eq!(unknown(explicit, json!({"x": 1})), ["/x"]);
    }

    #[test]
    fn a_circle_ends_and_names_are_escaped() {
        let circle = json!({"$ref": "#/components/schemas/Loop"});
        assert_eq!(unknown(circle, json!({"l": 1, "a/b": 2})), ["/a~1b"]);
    }
}
