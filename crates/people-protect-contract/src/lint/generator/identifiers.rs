//! Names inside one type that become the same identifier.

use std::collections::HashMap;

use serde_json::Value;

use crate::identifier::{snake, variants};
use crate::lint::rule;
use crate::lint::survey::{Node, Survey, members};
use crate::pointer::join;

pub(super) fn check(survey: &mut Survey<'_>) {
    for schema in survey.schemas().iter() {
        values(survey, schema);
        properties(survey, schema);
    }
}

fn values(survey: &mut Survey<'_>, schema: &Node<'_>) {
    let values: Vec<&str> = members(schema.value, "enum")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let names = variants(&values);
    if let Some((first, second)) = twins(&names) {
        let (first, second) = (values.get(first), values.get(second));
        let message = format!(
            "the values `{}` and `{}` become the same variant",
            first.unwrap_or(&""),
            second.unwrap_or(&"")
        );
        let at = join(&schema.pointer, "enum");
        let hint = "keep one of the two, or make it a plain string";
        survey.report(rule::ENUM_COLLISION, at, message, hint);
    }
}

/// Own properties, and those that the members of an `allOf` bring together.
fn properties(survey: &mut Survey<'_>, schema: &Node<'_>) {
    let mut groups: Vec<Vec<&str>> = vec![names_of(schema.value)];
    for member in members(schema.value, "allOf") {
        groups.push(names_of(survey.contract.follow(member)));
    }
    let mut names: Vec<&str> = Vec::new();
    for name in groups.iter().flatten() {
        // A property that two members describe is one property.
        if !names.contains(name) {
            names.push(name);
        }
    }
    let identifiers: Vec<String> = names.iter().map(|name| snake(name)).collect();
    let Some((first, second)) = twins(&identifiers) else {
        return;
    };
    let pair =
        [names.get(first).copied(), names.get(second).copied()].map(Option::unwrap_or_default);
    // Both in one member: reported there.
    let inherited = groups
        .iter()
        .skip(1)
        .any(|group| pair.iter().all(|name| group.contains(name)));
    if !inherited {
        let message = format!(
            "`{}` and `{}` both become the field `{}`",
            pair[0],
            pair[1],
            snake(pair[0])
        );
        let hint = "leave one out of the document the generator reads";
        let at = match groups.first() {
            Some(own) if !own.is_empty() => join(&schema.pointer, "properties"),
            _ => schema.pointer.clone(),
        };
        survey.report(rule::PROPERTY_COLLISION, at, message, hint);
    }
}

fn names_of(schema: &Value) -> Vec<&str> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .map(|map| map.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

/// Indexes of the first two equal names.
fn twins(names: &[String]) -> Option<(usize, usize)> {
    let mut met = HashMap::new();
    names.iter().enumerate().find_map(|(index, name)| {
        let earlier = met.insert(name, index)?;
        Some((earlier, index))
    })
}
