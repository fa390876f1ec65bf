//! The schema half of the conversion from 3.1: JSON Schema 2020-12 to the dialect of 3.0.

use serde_json::{Map, Value, json};

use super::Converter;
use crate::error::LoadError;
use crate::pointer::join;

/// Keywords that change what is valid and have no counterpart in 3.0.
const INEXPRESSIBLE: [&str; 19] = [
    "prefixItems",
    "patternProperties",
    "propertyNames",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "contains",
    "minContains",
    "maxContains",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
    "$dynamicAnchor",
    "$anchor",
    "$id",
    "$defs",
    "definitions",
];

/// Keywords that go with one type, for splitting a list of types into branches.
const OF_TYPE: [(&str, &[&str]); 4] = [
    ("string", &["minLength", "maxLength", "pattern", "format"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "minProperties",
            "maxProperties",
        ],
    ),
    (
        "number",
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    ),
];

impl Converter<'_> {
    pub(super) fn schema(&mut self, node: &mut Value, pointer: &str) -> Result<(), LoadError> {
        if let Value::Bool(allowed) = node {
            // `additionalProperties: false` is a boolean in 3.0 as well.
            if !pointer.ends_with("/additionalProperties") {
                *node = if *allowed {
                    json!({})
                } else {
                    json!({"not": {}})
                };
                self.note(pointer, "boolean schema written out");
            }
            return Ok(());
        }
        let Value::Object(schema) = node else {
            return Ok(());
        };
        if let Some(key) = INEXPRESSIBLE.iter().find(|key| schema.contains_key(**key)) {
            return Err(self.refuse(&join(pointer, key), &format!("`{key}`")));
        }
        for key in ["$schema", "$comment", "contentSchema"] {
            self.drop_key(schema, pointer, key);
        }
        self.constant(schema, pointer);
        self.null_branch(schema, pointer);
        self.type_list(schema, pointer)?;
        self.examples(schema, pointer);
        self.limits(schema, pointer);
        self.content(schema, pointer);
        self.reference(schema, pointer);
        Ok(())
    }

    fn constant(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        if let Some(value) = schema.shift_remove("const") {
            schema.insert("enum".to_owned(), json!([value]));
            self.note(pointer, "const became an enum of one");
        }
    }

    /// `oneOf: [X, {type: null}]` becomes X, nullable.
    fn null_branch(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        for key in ["oneOf", "anyOf"] {
            let Some(Value::Array(branches)) = schema.get_mut(key) else {
                continue;
            };
            let before = branches.len();
            branches.retain(|branch| branch.get("type") != Some(&json!("null")));
            if branches.len() == before {
                continue;
            }
            let left = branches.len();
            if left == 1 {
                let branches = schema.shift_remove(key).unwrap_or_default();
                let all = schema.entry("allOf").or_insert_with(|| json!([]));
                if let (Some(all), Value::Array(branches)) = (all.as_array_mut(), branches) {
                    all.extend(branches);
                }
            }
            schema.insert("nullable".to_owned(), json!(true));
            self.note(pointer, &format!("null branch of {key} became nullable"));
        }
    }

    fn type_list(
        &mut self,
        schema: &mut Map<String, Value>,
        pointer: &str,
    ) -> Result<(), LoadError> {
        let mut types: Vec<String> = match schema.get("type") {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            // A lone null is kept for the enclosing oneOf or anyOf, which removes it.
            Some(Value::String(text)) if text == "null" => {
                return if is_branch(pointer) {
                    Ok(())
                } else {
                    Err(self.refuse(&join(pointer, "type"), "the type null alone"))
                };
            }
            _ => return Ok(()),
        };
        let listed = types.len();
        types.retain(|name| name != "null");
        if types.len() < listed {
            schema.insert("nullable".to_owned(), json!(true));
        }
        if types.iter().any(|name| name == "number") {
            types.retain(|name| name != "integer");
        }
        match types.as_slice() {
            [] => return Err(self.refuse(&join(pointer, "type"), "the type null alone")),
            [only] => {
                schema.insert("type".to_owned(), json!(only));
            }
            // The values say it all; 3.0 allows an enum without a type.
            _ if schema.contains_key("enum") => {
                schema.shift_remove("type");
            }
            several => {
                if ["oneOf", "anyOf", "allOf", "not"]
                    .iter()
                    .any(|key| schema.contains_key(*key))
                {
                    let what = "several types beside oneOf, anyOf, allOf or not";
                    return Err(self.refuse(&join(pointer, "type"), what));
                }
                let branches = several.iter().map(|name| branch(schema, name)).collect();
                schema.shift_remove("type");
                schema.insert("oneOf".to_owned(), Value::Array(branches));
            }
        }
        self.note(pointer, "list of types written in the way of 3.0");
        Ok(())
    }

    fn examples(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        let Some(Value::Array(list)) = schema.get("examples") else {
            return;
        };
        let first = list.first().cloned();
        schema.shift_remove("examples");
        if let Some(first) = first {
            schema.entry("example").or_insert(first);
        }
        self.note(pointer, "first of the examples kept");
    }

    fn limits(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        for (exclusive, inclusive) in [
            ("exclusiveMinimum", "minimum"),
            ("exclusiveMaximum", "maximum"),
        ] {
            let Some(limit) = schema
                .get(exclusive)
                .filter(|limit| limit.is_number())
                .cloned()
            else {
                continue;
            };
            let other = schema.get(inclusive).and_then(Value::as_f64);
            let stricter = match (limit.as_f64(), other) {
                (Some(limit), Some(other)) if inclusive == "minimum" => limit >= other,
                (Some(limit), Some(other)) => limit <= other,
                _ => true,
            };
            if stricter {
                schema.insert(inclusive.to_owned(), limit);
                schema.insert(exclusive.to_owned(), json!(true));
            } else {
                schema.shift_remove(exclusive);
            }
            self.note(
                pointer,
                &format!("{exclusive} written as {inclusive} and a flag"),
            );
        }
    }

    fn content(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        let encoding = schema.shift_remove("contentEncoding");
        let media = schema.shift_remove("contentMediaType");
        if encoding.is_none() && media.is_none() {
            return;
        }
        let base64 = encoding.as_ref().and_then(Value::as_str) == Some("base64");
        let format = if base64 { "byte" } else { "binary" };
        schema.entry("type").or_insert(json!("string"));
        schema.entry("format").or_insert(json!(format));
        self.note(pointer, &format!("content keywords became format {format}"));
    }

    /// 3.0 ignores what stands beside `$ref`; a wrapper keeps it.
    fn reference(&mut self, schema: &mut Map<String, Value>, pointer: &str) {
        if schema.len() < 2 {
            return;
        }
        let Some(reference) = schema.shift_remove("$ref") else {
            return;
        };
        let all = schema.entry("allOf").or_insert_with(|| json!([]));
        if let Some(all) = all.as_array_mut() {
            all.insert(0, json!({"$ref": reference}));
        }
        self.note(pointer, "$ref with siblings wrapped in allOf");
    }
}

/// Whether a pointer ends in `/oneOf/<n>` or `/anyOf/<n>`.
fn is_branch(pointer: &str) -> bool {
    let mut tokens = pointer.rsplit('/');
    let index = tokens.next().unwrap_or_default();
    matches!(tokens.next(), Some("oneOf" | "anyOf")) && index.parse::<usize>().is_ok()
}

/// One branch for `name`, taking the keywords that go with that type out of the schema.
fn branch(schema: &mut Map<String, Value>, name: &str) -> Value {
    let mut branch = Map::new();
    branch.insert("type".to_owned(), json!(name));
    let family = if name == "integer" { "number" } else { name };
    for (_, keywords) in OF_TYPE.iter().filter(|(of, _)| *of == family) {
        for keyword in *keywords {
            if let Some(value) = schema.shift_remove(*keyword) {
                branch.insert((*keyword).to_owned(), value);
            }
        }
    }
    Value::Object(branch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::downgrade::to_3_0;

    fn convert(schema: Value) -> Result<Value, String> {
        let document = json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"schemas": {"A": schema}}
        });
        let (output, notes) = to_3_0(document, "x").map_err(|error| error.to_string())?;
        assert!(notes.len() > 1, "a change goes with a note");
        Ok(output["components"]["schemas"]["A"].clone())
    }

    #[test]
    fn every_convertible_construct_has_its_3_0_form() {
        let table = [
            (
                json!({"type": ["string", "null"]}),
                json!({"type": "string", "nullable": true}),
            ),
            (
                json!({"type": ["integer", "number"]}),
                json!({"type": "number"}),
            ),
            (
                json!({"type": ["string", "integer"], "minLength": 1, "minimum": 2}),
                json!({"oneOf": [
                    {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 2}
                ]}),
            ),
            (
                json!({"type": ["string", "integer"], "enum": ["a", 1]}),
                json!({"enum": ["a", 1]}),
            ),
            (json!({"const": "a"}), json!({"enum": ["a"]})),
            (
                json!({"type": "string", "examples": ["a", "b"]}),
                json!({"type": "string", "example": "a"}),
            ),
            (
                json!({"exclusiveMinimum": 1}),
                json!({"exclusiveMinimum": true, "minimum": 1}),
            ),
            (
                json!({"exclusiveMaximum": 9, "maximum": 5}),
                json!({"maximum": 5}),
            ),
            (
                json!({"$ref": "#/components/schemas/B", "description": "d"}),
                json!({"description": "d", "allOf": [{"$ref": "#/components/schemas/B"}]}),
            ),
            (
                json!({"oneOf": [{"$ref": "#/components/schemas/B"}, {"type": "null"}]}),
                json!({"allOf": [{"$ref": "#/components/schemas/B"}], "nullable": true}),
            ),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            ),
            (
                json!({"type": "string", "contentEncoding": "base64"}),
                json!({"type": "string", "format": "byte"}),
            ),
            (
                json!({"properties": {"a": true, "b": false}, "additionalProperties": false}),
                json!({"properties": {"a": {}, "b": {"not": {}}}, "additionalProperties": false}),
            ),
            (
                json!({"$comment": "c", "type": "string"}),
                json!({"type": "string"}),
            ),
        ];
        for (input, expected) in table {
            assert_eq!(convert(input.clone()).unwrap(), expected, "{input}");
        }
    }

    #[test]
    fn what_3_0_cannot_say_is_refused_with_its_pointer() {
        for keyword in INEXPRESSIBLE {
            let message = convert(json!({"properties": {"p": {keyword: {}}}})).unwrap_err();
            let place =
                format!("x at /components/schemas/A/properties/p/{keyword}: uses `{keyword}`");
            assert!(message.starts_with(&place), "{message}");
        }
        let message = convert(json!({"properties": {"p": {"type": "null"}}})).unwrap_err();
        assert!(
            message.contains("/properties/p/type: uses the type null alone"),
            "{message}"
        );
        let message = convert(json!({"type": ["string", "integer"], "not": {}})).unwrap_err();
        assert!(message.contains("several types"), "{message}");
    }

    #[test]
    fn a_property_named_like_a_keyword_is_left_alone() {
        let input = json!({"type": ["object", "null"], "properties": {"const": {"type": "string"}, "if": {}}});
        let output = convert(input).unwrap();
        assert_eq!(
            output["properties"],
            json!({"const": {"type": "string"}, "if": {}})
        );
    }
}
