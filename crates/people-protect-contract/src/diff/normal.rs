//! One spelling for each meaning: keys in a fixed order, references in one form.

use serde_json::{Map, Value, json};

use super::Options;
use crate::contract::Contract;
use crate::operation::METHODS;
use crate::pointer::{escape, from_reference};
use crate::walk::Role;

/// Keys whose order helps a reader; all others follow by name.
const FIRST: [&str; 22] = [
    "openapi",
    "info",
    "servers",
    "tags",
    "paths",
    "components",
    "operationId",
    "name",
    "in",
    "summary",
    "description",
    "deprecated",
    "required",
    "parameters",
    "requestBody",
    "responses",
    "content",
    "schema",
    "$ref",
    "type",
    "format",
    "properties",
];

/// Lists in which order has no meaning, sorted so that a mere reshuffle is no change.
const SETS: [&str; 2] = ["required", "enum"];

/// The document in canonical form: equal documents give equal bytes, and nothing is left out.
///
/// Keywords come in a fixed order, names (paths, properties, components) by alphabet; `required`
/// and `enum` are sorted; references are written as plain `#/...` pointers; parameters are sorted
/// by place and name; status and media type keys are spelled in one case.
#[must_use]
pub fn normalise(contract: &Contract) -> Value {
    part(contract.value(), Role::Plain, Options::new())
}

/// The canonical form of one part, without what the options leave out.
pub(super) fn part(node: &Value, role: Role, options: Options) -> Value {
    match node {
        Value::Object(map) => object(map, role, options),
        Value::Array(list) => Value::Array(
            list.iter()
                .map(|item| part(item, role.of_item(), options))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn object(map: &Map<String, Value>, role: Role, options: Options) -> Value {
    let mut entries: Vec<(String, Value)> = Vec::new();
    for (key, child) in map {
        if left_out(key, role, options) {
            continue;
        }
        let child_role = role.of_child(key);
        let value = match (role, key.as_str(), child) {
            (Role::Data | Role::SchemaMap, _, _) => part(child, child_role, options),
            (_, "$ref", Value::String(reference)) => json!(canonical(reference)),
            (Role::Schema, _, Value::Array(list)) if SETS.contains(&key.as_str()) => sorted(list),
            (Role::Plain, "parameters", Value::Array(list)) => parameters(list, options),
            (Role::Plain, "responses" | "content", Value::Object(map)) => {
                part(&Value::Object(respelled(key, map)), child_role, options)
            }
            _ => part(child, child_role, options),
        };
        entries.push((key.clone(), value));
    }
    let names = matches!(role, Role::SchemaMap | Role::Names | Role::Data);
    entries.sort_by(|(a, _), (b, _)| {
        if names {
            a.cmp(b)
        } else {
            rank(a).cmp(&rank(b)).then_with(|| a.cmp(b))
        }
    });
    Value::Object(entries.into_iter().collect())
}

fn rank(key: &str) -> usize {
    let methods = || METHODS.iter().position(|method| *method == key);
    FIRST
        .iter()
        .position(|first| *first == key)
        .or_else(|| methods().map(|index| FIRST.len() + index))
        .unwrap_or(usize::MAX)
}

fn left_out(key: &str, role: Role, options: Options) -> bool {
    if matches!(role, Role::Data | Role::SchemaMap | Role::Names) {
        return false;
    }
    let text = matches!(
        key,
        "summary" | "description" | "example" | "examples" | "title" | "externalDocs"
    );
    (options.ignore_texts && text) || (options.ignore_extensions && key.starts_with("x-"))
}

/// `#/a/%7Bb%7D` and `#/a/{b}` are the same reference.
fn canonical(reference: &str) -> String {
    match from_reference(reference) {
        Some(pointer) if reference.starts_with('#') => {
            let tokens: Vec<String> = pointer
                .split('/')
                .map(|token| escape(&crate::pointer::unescape(token)))
                .collect();
            format!("#{}", tokens.join("/"))
        }
        _ => reference.to_owned(),
    }
}

fn sorted(list: &[Value]) -> Value {
    let mut list = list.to_vec();
    list.sort_by_cached_key(Value::to_string);
    Value::Array(list)
}

fn parameters(list: &[Value], options: Options) -> Value {
    let mut list: Vec<Value> = list
        .iter()
        .map(|item| part(item, Role::Plain, options))
        .collect();
    let text = |item: &Value, key: &str| item.get(key).map(Value::to_string);
    list.sort_by_cached_key(|item| (text(item, "$ref"), text(item, "in"), text(item, "name")));
    Value::Array(list)
}

/// Statuses in upper case save `default`, media types in lower case up to their parameters.
fn respelled(key: &str, map: &Map<String, Value>) -> Map<String, Value> {
    map.iter()
        .map(|(name, value)| {
            let name = match key {
                "responses" if name.len() == 3 => name.to_ascii_uppercase(),
                "content" => match name.split_once(';') {
                    Some((essence, rest)) => {
                        format!("{}; {}", essence.trim().to_ascii_lowercase(), rest.trim())
                    }
                    None => name.trim().to_ascii_lowercase(),
                },
                _ => name.clone(),
            };
            (name, value.clone())
        })
        .collect()
}
