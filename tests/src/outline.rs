//! The outline of a shape: which fields there are and of what type, from three sources.
//!
//! The contract, the generated types and the simulator's answers are three statements about the
//! same shape. As outlines they can be laid side by side, and a test can say which one moved.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use serde_json::Value;

/// Deeper than any shape of the contract; stops a type that holds itself.
const DEEPEST: usize = 30;

/// Paths such as `callout.incidentInformation[].id`, and the JSON types found there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline(BTreeMap<String, BTreeSet<&'static str>>);

impl Outline {
    /// The outline of a schema. `document` resolves its references, which may point into
    /// `components/schemas` (the contract) or `$defs` (a generated type).
    #[must_use]
    pub fn of_schema(schema: &Value, document: &Value) -> Self {
        let mut outline = Self::default();
        outline.add_schema("", schema, document, 0);
        outline
    }

    /// The outline of a value seen on the wire.
    #[must_use]
    pub fn of_value(value: &Value) -> Self {
        let mut outline = Self::default();
        outline.add_value("", value);
        outline
    }

    /// What this outline has that `other` does not allow, a line each.
    #[must_use]
    pub fn beyond(&self, other: &Outline) -> Vec<String> {
        let mut beyond = Vec::new();
        for (path, types) in &self.0 {
            let Some(allowed) = other.0.get(path) else {
                let inside_open = other.0.iter().any(|(outer, types)| {
                    types.contains("open object") && path.starts_with(&format!("{outer}."))
                });
                if !inside_open {
                    beyond.push(path.clone());
                }
                continue;
            };
            for kind in types {
                let fits = allowed.contains(kind)
                    || *kind == "null"
                    || (*kind == "integer" && allowed.contains("number"))
                    || (*kind == "object" && allowed.contains("open object"));
                if !fits {
                    beyond.push(format!("{path}: {kind}"));
                }
            }
        }
        beyond
    }

    /// This outline without the open objects that `reader` takes whatever they are: inside answers
    /// it has no type for them.
    #[must_use]
    pub fn as_read_by(&self, reader: &Outline) -> Self {
        let any = |path: &str, types: &BTreeSet<_>| {
            types.len() == 1 && types.contains("open object") && !reader.0.contains_key(path)
        };
        let kept = self.0.iter().filter(|(path, types)| !any(path, types));
        Self(
            kept.map(|(path, types)| (path.clone(), types.clone()))
                .collect(),
        )
    }

    fn put(&mut self, path: &str, kind: &'static str) {
        if !path.is_empty() {
            self.0.entry(path.to_owned()).or_default().insert(kind);
        }
    }

    fn add_schema(&mut self, path: &str, schema: &Value, document: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if let Some(target) = document.pointer(reference.trim_start_matches('#')) {
                self.add_schema(path, target, document, depth + 1);
            }
            return;
        }
        for key in ["allOf", "oneOf", "anyOf"] {
            for variant in schema
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                self.add_schema(path, variant, document, depth + 1);
            }
        }
        if schema.get("enum").is_some() || schema.get("const").is_some() {
            self.put(path, "string");
            return;
        }
        let kinds: Vec<&str> = match schema.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for kind in kinds {
            match kind {
                "object" => self.add_object(path, schema, document, depth),
                "array" => {
                    self.put(path, "array");
                    if let Some(items) = schema.get("items") {
                        self.add_schema(&format!("{path}[]"), items, document, depth + 1);
                    }
                }
                "string" => self.put(path, "string"),
                "integer" => self.put(path, "integer"),
                "number" => self.put(path, "number"),
                "boolean" => self.put(path, "boolean"),
                // Whether null may come is not part of the outline: the reader takes it anywhere.
                _ => {}
            }
        }
    }

    fn add_object(&mut self, path: &str, schema: &Value, document: &Value, depth: usize) {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            self.put(path, "open object");
            return;
        };
        self.put(path, "object");
        for (name, property) in properties {
            self.add_schema(&join(path, name), property, document, depth + 1);
        }
    }

    fn add_value(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(members) => {
                self.put(path, "object");
                for (name, member) in members {
                    self.add_value(&join(path, name), member);
                }
            }
            Value::Array(items) => {
                self.put(path, "array");
                for item in items {
                    self.add_value(&format!("{path}[]"), item);
                }
            }
            Value::String(_) => self.put(path, "string"),
            Value::Number(number) if number.is_f64() => self.put(path, "number"),
            Value::Number(_) => self.put(path, "integer"),
            Value::Bool(_) => self.put(path, "boolean"),
            Value::Null => self.put(path, "null"),
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, types) in &self.0 {
            let mut kinds = String::new();
            for kind in types {
                let separator = if kinds.is_empty() { "" } else { " or " };
                write!(kinds, "{separator}{kind}")?;
            }
            writeln!(f, "{path}: {kinds}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Outline;
    use serde_json::json;

    #[test]
    fn a_schema_and_a_value_of_the_same_shape_have_comparable_outlines() {
        let schema = json!({"type": "object", "properties": {
            "id": {"type": "integer"},
            "at": {"oneOf": [{"type": "number"}, {"type": "string"}]},
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        }});
        let document = json!({"components": {"schemas": {"Item": {"type": "object"}}}});
        let outline = Outline::of_schema(&schema, &document);
        assert_eq!(
            outline.to_string(),
            "at: number or string\nid: integer\nlist: array\nlist[]: open object\n"
        );
        let value = json!({"id": 1, "at": 2, "list": [{"any": {"thing": 1}}], "extra": true});
        assert_eq!(Outline::of_value(&value).beyond(&outline), ["extra"]);
    }

    #[test]
    fn a_changed_type_is_beyond() {
        let outline = Outline::of_value(&json!({"id": 1}));
        assert_eq!(
            Outline::of_value(&json!({"id": "1"})).beyond(&outline),
            ["id: string"]
        );
        assert!(
            Outline::of_value(&json!({"id": null}))
                .beyond(&outline)
                .is_empty()
        );
    }
}
