//! Schemas that need a name and have none.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Part, Survey, members, type_of, wrapped_reference};
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for operation in survey.operations() {
        if let Some(body) = survey.request(operation) {
            root(survey, &body, "the request body");
        }
        for response in survey.responses(operation) {
            root(survey, &response, &response.what());
        }
    }
    for schema in survey.schemas().iter() {
        // Types of parameters are named after operation and parameter, which is unique; headers of
        // responses are not generated at all.
        if schema.pointer.contains("/parameters/") || schema.pointer.contains("/headers/") {
            continue;
        }
        let at = |key: &str| join(&schema.pointer, key);
        for (key, what) in [
            ("items", "an array item"),
            ("additionalProperties", "a map value"),
        ] {
            if let Some(inner) = schema.map.get(key) {
                one(survey, inner, &at(key), what);
            }
        }
        let properties = schema.map.get("properties").and_then(Value::as_object);
        for (name, inner) in properties.into_iter().flatten() {
            let what = format!("the property `{name}`");
            one(survey, inner, &join(&at("properties"), name), &what);
        }
    }
}

fn root(survey: &mut Survey<'_>, part: &Part<'_>, what: &str) {
    for media in survey.media(part) {
        if let Some(schema) = media.node.get("schema") {
            one(survey, schema, &join(&media.pointer, "schema"), what);
        }
    }
}

fn one(survey: &mut Survey<'_>, schema: &Value, pointer: &str, what: &str) {
    if let Some(kind) = needs_a_name(schema) {
        let message = format!("{what} is an inline {kind}");
        let hint = "make it a component and refer to it";
        survey.report(rule::INLINE_SCHEMA, pointer, message, hint);
    }
}

/// What kind of type the generator would have to invent a name for.
fn needs_a_name(schema: &Value) -> Option<&'static str> {
    if schema.get("$ref").is_some() || wrapped_reference(schema).is_some() || is_open_enum(schema) {
        return None;
    }
    for (key, kind) in [("allOf", "allOf"), ("oneOf", "oneOf"), ("anyOf", "anyOf")] {
        if !members(schema, key).is_empty() {
            return Some(kind);
        }
    }
    // One value alone is a tag that tells alternatives apart, the known cure for discriminators.
    if members(schema, "enum").len() > 1 {
        return Some("enum");
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    match properties {
        Some(properties) if !properties.is_empty() => Some("object"),
        // Without properties it is a plain map, which needs no name.
        _ => None,
    }
}

/// `oneOf: [$ref, {title, type: string}]`: known values, and any other string.
fn is_open_enum(schema: &Value) -> bool {
    let [known, other] = members(schema, "oneOf") else {
        return false;
    };
    let plain = other.as_object().is_some_and(|other| {
        other
            .keys()
            .all(|key| matches!(key.as_str(), "type" | "title" | "description"))
    });
    known.get("$ref").is_some() && type_of(other) == Some("string") && plain
}
