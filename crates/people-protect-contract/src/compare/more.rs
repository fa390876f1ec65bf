//! What JSON Schema asks beyond OpenAPI 3.0.
//!
//! Where both sides have the same conditions, their parts are compared like any schema; else it is only
//! told whether there is more or less of it, as what one condition means beside another cannot be told
//! in general.

use serde_json::Value;

use super::change::{Rust, Wire};
use super::meaning;
use super::node::Node;
use super::notes::{Notes, Subject};
use super::schema::{At, Moved};
use crate::pointer::join;

/// Keywords that only ever forbid, with the rules for one more, one less and another.
const CONDITIONS: [(&str, [&str; 3]); 16] = [
    (
        "contains",
        ["contains-added", "contains-removed", "contains-changed"],
    ),
    (
        "dependentRequired",
        [
            "dependent-required-added",
            "dependent-required-removed",
            "dependent-required-changed",
        ],
    ),
    (
        "dependentSchemas",
        [
            "dependent-schema-added",
            "dependent-schema-removed",
            "dependent-schema-changed",
        ],
    ),
    (
        "patternProperties",
        [
            "pattern-property-added",
            "pattern-property-removed",
            "pattern-property-changed",
        ],
    ),
    (
        "prefixItems",
        [
            "prefix-items-added",
            "prefix-items-removed",
            "prefix-items-changed",
        ],
    ),
    (
        "propertyNames",
        [
            "property-names-added",
            "property-names-removed",
            "property-names-changed",
        ],
    ),
    (
        "unevaluatedItems",
        [
            "unevaluated-items-added",
            "unevaluated-items-removed",
            "unevaluated-items-changed",
        ],
    ),
    (
        "unevaluatedProperties",
        [
            "unevaluated-properties-added",
            "unevaluated-properties-removed",
            "unevaluated-properties-changed",
        ],
    ),
    ("contentEncoding", ["content-encoding-changed"; 3]),
    ("contentMediaType", ["content-media-type-changed"; 3]),
    (
        "contentSchema",
        [
            "content-schema-added",
            "content-schema-removed",
            "content-schema-changed",
        ],
    ),
    ("if", ["if-added", "if-removed", "if-changed"]),
    ("then", ["then-added", "then-removed", "then-changed"]),
    ("else", ["else-added", "else-removed", "else-changed"]),
    (
        "additionalItems",
        [
            "additional-items-added",
            "additional-items-removed",
            "additional-items-changed",
        ],
    ),
    (
        "dependencies",
        [
            "dependencies-added",
            "dependencies-removed",
            "dependencies-changed",
        ],
    ),
];

/// Those whose parts go the way of the whole: what narrows a part narrows it all.
const PARTS: [&str; 11] = [
    "contains",
    "dependentSchemas",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "then",
    "else",
    "additionalItems",
];

pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    for (keyword, [added, removed, changed]) in CONDITIONS {
        // What is always true forbids nothing.
        let some = |value: Option<&'a Value>| value.filter(|value| **value != Value::Bool(true));
        let (old, new) = (some(at.old.first(keyword)), some(at.new.first(keyword)));
        let (was, is) = (meaning::of(notes.old, old), meaning::of(notes.new, new));
        if was == is {
            continue;
        }
        if let (Some(old), Some(new)) = (old, new)
            && PARTS.contains(&keyword)
            && parts(at, notes, keyword, (old, new))
        {
            continue;
        }
        let moved = |rule| Moved {
            rule,
            keyword,
            text: format!("`{keyword}` changed"),
            rust: Rust::Patch,
        };
        let content = keyword == "contentEncoding" || keyword == "contentMediaType";
        match (was, is) {
            (Some(old), Some(new)) => match (content, within(&old, &new), within(&new, &old)) {
                (false, true, _) => at.narrowed(notes, moved(added)),
                (false, _, true) => at.widened(notes, moved(removed)),
                _ if content => at.note(notes, Wire::Breaking, moved(changed)),
                _ => at.note(notes, Wire::Warning, moved(changed)),
            },
            (None, Some(_)) if content => at.note(notes, Wire::Breaking, moved(changed)),
            (Some(_), None) if content => at.note(notes, Wire::Breaking, moved(changed)),
            (None, _) => at.narrowed(notes, moved(added)),
            (_, None) => at.widened(notes, moved(removed)),
        }
    }
}

/// Compares the schemas that stand under a keyword, where both have the same ones: whether they do.
fn parts<'a>(
    at: &At<'a>,
    notes: &mut Notes<'a>,
    keyword: &'static str,
    (old, new): (&'a Value, &'a Value),
) -> bool {
    let (one, other) = (
        at.old.at_keyword(keyword, &at.new),
        at.new.at_keyword(keyword, &at.old),
    );
    let mut below = Vec::new();
    match (keyword, old, new) {
        ("patternProperties" | "dependentSchemas", Value::Object(old), Value::Object(new)) => {
            if old.len() != new.len() || !old.keys().all(|name| new.contains_key(name)) {
                return false;
            }
            for (name, schema) in old {
                below.push((schema, join(&one, name), &new[name], join(&other, name)));
            }
        }
        ("patternProperties" | "dependentSchemas", ..) => return false,
        ("prefixItems", Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (schema, to)) in old.iter().zip(new).enumerate() {
                let index = index.to_string();
                below.push((schema, join(&one, &index), to, join(&other, &index)));
            }
        }
        ("prefixItems", ..) => return false,
        _ => below.push((old, one, new, other)),
    }
    let schema = |value: &Value| value.is_object() || value.is_boolean();
    if !below.iter().all(|one| schema(one.0) && schema(one.2)) {
        return false;
    }
    for (old, one, new, other) in below {
        let old = Node::new(notes.old, old, &one);
        let new = Node::new(notes.new, new, &other);
        at.below(notes, old, new, Subject::Condition);
    }
    true
}

/// Whether the other has all that the one has, and more: by name or in a list.
fn within(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.len() < other.len()
                && one
                    .iter()
                    .all(|(name, value)| other.get(name) == Some(value))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() < other.len() && one.iter().all(|value| other.contains(value))
        }
        _ => false,
    }
}
