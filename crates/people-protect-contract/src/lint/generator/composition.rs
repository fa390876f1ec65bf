//! Compositions the generator accepts and gets wrong.

use serde_json::Value;

use crate::lint::rule;
use crate::lint::survey::{Node, Survey, members, type_of};
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for schema in survey.schemas().iter() {
        any_of(survey, schema);
        conflicts(survey, schema);
        let negated = schema.map.get("not").map(|not| survey.contract.follow(not));
        if negated.is_some_and(|not| not.get("required").is_some()) {
            let hint = "say it in the description and check it by hand";
            let message = "not: {required} gives an empty struct";
            survey.report(
                rule::NOT_REQUIRED,
                join(&schema.pointer, "not"),
                message,
                hint,
            );
        }
        if schema.map.contains_key("discriminator") {
            let at = join(&schema.pointer, "discriminator");
            let hint = "give each alternative an enum of one value for that property instead";
            survey.report(
                rule::DISCRIMINATOR,
                at,
                "the discriminator is ignored",
                hint,
            );
        }
        if schema.map.get("additionalProperties") == Some(&Value::Bool(false)) {
            let at = join(&schema.pointer, "additionalProperties");
            let message = "the object is closed: one new field would break the client";
            survey.report(
                rule::CLOSED_OBJECT,
                at,
                message,
                "leave additionalProperties out",
            );
        }
    }
}

fn any_of(survey: &mut Survey<'_>, schema: &Node<'_>) {
    let scalar = |member: &&Value| {
        let member = survey.contract.follow(member);
        matches!(
            type_of(member),
            Some("string" | "number" | "integer" | "boolean")
        ) || member.get("enum").is_some()
    };
    if members(schema.value, "anyOf")
        .iter()
        .any(|member| scalar(&member))
    {
        let at = join(&schema.pointer, "anyOf");
        let message = "anyOf over scalars gives a struct that cannot be read";
        survey.report(rule::ANY_OF_SCALARS, at, message, "use oneOf");
    }
}

fn conflicts(survey: &mut Survey<'_>, schema: &Node<'_>) {
    if members(schema.value, "allOf").is_empty() {
        return;
    }
    let mut parts = Vec::new();
    flatten(survey, schema.value, 0, &mut parts);
    for (index, right) in parts.iter().enumerate() {
        for left in parts.iter().take(index) {
            if let Some(message) = conflict(survey, left, right) {
                let at = join(&schema.pointer, "allOf");
                let hint = "make the members agree, or write the object out";
                survey.report(rule::CONFLICTING_ALL_OF, at, message, hint);
                return;
            }
        }
    }
}

/// A schema and all members of its `allOf`, nested ones too.
fn flatten<'a>(survey: &Survey<'a>, schema: &'a Value, depth: usize, parts: &mut Vec<&'a Value>) {
    let schema = survey.contract.follow(schema);
    // Deeper than any sensible nesting: a circle.
    if depth > 16 || parts.iter().any(|part| std::ptr::eq(*part, schema)) {
        return;
    }
    parts.push(schema);
    for member in members(schema, "allOf") {
        flatten(survey, member, depth + 1, parts);
    }
}

fn conflict(survey: &Survey<'_>, left: &Value, right: &Value) -> Option<String> {
    if let (Some(a), Some(b)) = (type_of(left), type_of(right))
        && !same_type(a, b)
    {
        return Some(format!("one member is of type {a}, another of type {b}"));
    }
    let (a, b) = (members(left, "enum"), members(right, "enum"));
    if !a.is_empty() && !b.is_empty() && !a.iter().any(|value| b.contains(value)) {
        return Some("two members have enums without a common value".to_owned());
    }
    let own = left.get("properties").and_then(Value::as_object)?;
    let other = right.get("properties").and_then(Value::as_object)?;
    own.iter().find_map(|(name, schema)| {
        let a = type_of(survey.contract.follow(schema))?;
        let b = type_of(survey.contract.follow(other.get(name)?))?;
        (!same_type(a, b)).then(|| format!("`{name}` is of type {a} in one member, {b} in another"))
    })
}

fn same_type(a: &str, b: &str) -> bool {
    a == b || matches!((a, b), ("integer", "number") | ("number", "integer"))
}
