//! What a schema means, as a value: two that mean the same are equal however they are written.
//!
//! For places where one of two schemas cannot be laid beside the other, as under `not` and `if`.

use serde_json::{Map, Value};

use super::node::plain;
use crate::operation::follow;
use crate::pointer::from_reference;

/// Words for people, which ask for nothing.
const WORDS: [&str; 9] = [
    "$comment",
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "title",
    "$defs",
    "default",
];

/// Below this many references within one another a schema is taken as it is written.
const DEEPEST: usize = 12;

/// As many references are followed for one schema; components that hold many others would else be written
/// out over and over.
const MOST: usize = 200;

/// References that are being followed, and how many have been.
#[derive(Default)]
struct Way {
    within: Vec<String>,
    followed: usize,
}

/// What a schema means, if there is one and it asks for anything.
pub(super) fn of(document: &Value, schema: Option<&Value>) -> Option<Value> {
    let schema = schema.filter(|one| **one != Value::Bool(true))?;
    Some(meant(document, schema, &mut Way::default()))
}

fn meant(document: &Value, schema: &Value, way: &mut Way) -> Value {
    match schema {
        Value::Object(map) => match map.get("$ref").and_then(Value::as_str) {
            Some(target) => referred(document, map, target, way),
            None => object(document, map, way),
        },
        Value::Array(list) => list.iter().map(|one| meant(document, one, way)).collect(),
        other => plain(other),
    }
}

/// A reference means what it leads to. Within itself it means how far above that is.
fn referred(document: &Value, map: &Map<String, Value>, target: &str, way: &mut Way) -> Value {
    let Some(found) = from_reference(target).and_then(|at| document.pointer(&at)) else {
        return target.into();
    };
    if let Some(index) = way.within.iter().rposition(|one| one == target) {
        return (way.within.len() - index).into();
    }
    if way.within.len() >= DEEPEST || way.followed >= MOST {
        return target.into();
    }
    way.followed += 1;
    way.within.push(target.to_owned());
    let whole = meant(document, follow(document, found), way);
    way.within.pop();
    let beside: Map<String, Value> = map
        .iter()
        .filter(|(name, _)| *name != "$ref")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match object(document, &beside, way) {
        Value::Object(more) if !more.is_empty() => vec![whole, Value::Object(more)].into(),
        _ => whole,
    }
}

fn object(document: &Value, map: &Map<String, Value>, way: &mut Way) -> Value {
    let kept = map
        .iter()
        .filter(|(name, _)| !name.starts_with("x-") && !WORDS.contains(&name.as_str()));
    let mut all: Map<String, Value> = kept
        .map(|(name, value)| {
            let value = match (name.as_str(), value) {
                // Names of properties are no keywords.
                ("properties" | "patternProperties" | "dependentSchemas", Value::Object(named)) => {
                    let each = named
                        .iter()
                        .map(|(name, one)| (name.clone(), meant(document, one, way)));
                    Value::Object(each.collect())
                }
                ("required" | "enum" | "type", Value::Array(list)) => sorted(list),
                (_, value) => meant(document, value, way),
            };
            (name.clone(), value)
        })
        .collect();
    let one = match all.get("allOf") {
        Some(Value::Array(list)) if all.len() == 1 && list.len() == 1 => list.first().cloned(),
        _ => None,
    };
    if let Some(Value::Object(one)) = one {
        all = one;
    }
    Value::Object(all)
}

fn sorted(list: &[Value]) -> Value {
    let mut list: Vec<Value> = list.iter().map(plain).collect();
    list.sort_by_key(ToString::to_string);
    list.into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::of;

    #[test]
    fn what_is_written_otherwise_means_the_same() {
        let document = json!({"components": {"schemas": {
            "A": {"type": "object", "required": ["b", "a"], "description": "words", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
            "C": {"type": "object", "properties": {"description": {"type": "string"}}}
        }}});
        let at = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let written = json!({"properties": {"a": at("A")}, "required": ["a", "b"], "type": "object", "x-note": 1});
        let meant = |schema: &Value| of(&document, Some(schema));
        assert_eq!(meant(&at("A")), meant(&at("B")));
        assert_ne!(meant(&at("A")), meant(&at("C")));
        // Round the circle once more, it is another schema as it is written; but it ends.
        assert!(meant(&written).is_some());
        let words = json!({"type": "object", "properties": {"description": {"type": "string", "title": "t"}}});
        assert_eq!(meant(&at("C")), meant(&words));
        assert_eq!(
            meant(&json!({"maximum": 1.0})),
            meant(&json!({"maximum": 1}))
        );
        assert_eq!(of(&document, Some(&json!(true))), None);
        assert_ne!(
            meant(&at("nowhere")),
            meant(&json!({"$ref": "#/elsewhere"}))
        );
    }

    #[test]
    fn components_that_hold_many_others_end_soon() {
        let mut schemas = json!({});
        for index in 0..30 {
            let refers = (0..30).map(|to| {
                (
                    to.to_string(),
                    json!({"$ref": format!("#/components/schemas/{to}")}),
                )
            });
            let properties: Value = Value::Object(refers.collect());
            schemas[index.to_string()] = json!({"type": "object", "properties": properties});
        }
        let document = json!({"components": {"schemas": schemas}});
        let all = of(&document, Some(&json!({"$ref": "#/components/schemas/0"})));
        assert!(all.is_some_and(|all| all.to_string().len() < 200_000));
    }
}
