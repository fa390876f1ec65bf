//! What JSON Schema asks beyond OpenAPI 3.0.
//!
//! Here it is only told whether there is more or less of it: what one condition means beside another
//! cannot be told in general.

use serde_json::Value;

use super::change::{Rust, Wire};
use super::notes::Notes;
use super::schema::{At, Moved};

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

pub(super) fn compare<'a>(at: &At<'a>, notes: &mut Notes<'a>) {
    for (keyword, [added, removed, changed]) in CONDITIONS {
        // What is always true forbids nothing.
        let some = |value: Option<&'a Value>| value.filter(|value| **value != Value::Bool(true));
        let (old, new) = (some(at.old.first(keyword)), some(at.new.first(keyword)));
        if old == new {
            continue;
        }
        let moved = |rule| Moved {
            rule,
            keyword,
            text: format!("`{keyword}` changed"),
            rust: Rust::Patch,
        };
        let content = keyword == "contentEncoding" || keyword == "contentMediaType";
        match (old, new) {
            (Some(old), Some(new)) => match (content, within(old, new), within(new, old)) {
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
