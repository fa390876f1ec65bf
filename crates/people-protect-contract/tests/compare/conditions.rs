//! Keywords of JSON Schema beyond OpenAPI 3.0: more of them forbids more, whichever way it goes.

use people_protect_contract::compare::compare_values;
use serde_json::{Value, json};

use crate::{base, with};

/// What is said of the first change at a place.
fn said(at: &str, was: &Value, is: &Value) -> (String, String) {
    let found = compare_values(&with(base(), at, was), &with(base(), at, is));
    let first = found.changes().first();
    (
        first.map_or(String::new(), |one| one.id.clone()),
        first.map_or(String::new(), |one| one.wire.name().to_owned()),
    )
}

#[test]
fn a_condition_more_is_for_senders_to_break_and_one_less_for_readers() {
    let one = json!({"required": ["name"]});
    let more = json!({"required": ["name"], "minProperties": 2});
    for (keyword, name) in [
        ("contains", "contains"),
        ("dependentRequired", "dependent-required"),
        ("dependentSchemas", "dependent-schema"),
        ("patternProperties", "pattern-property"),
        ("propertyNames", "property-names"),
        ("unevaluatedItems", "unevaluated-items"),
        ("unevaluatedProperties", "unevaluated-properties"),
        ("contentSchema", "content-schema"),
        ("if", "if"),
        ("then", "then"),
        ("else", "else"),
        ("additionalItems", "additional-items"),
        ("dependencies", "dependencies"),
    ] {
        let sent = format!("/components/schemas/In/properties/name/{keyword}");
        let got = format!("/components/schemas/Out/properties/name/{keyword}");
        for (was, is, kind, sending, reading) in [
            (&Value::Null, &one, "added", "breaking", "safe"),
            (&one, &Value::Null, "removed", "safe", "breaking"),
            (&one, &more, "added", "breaking", "safe"),
            (&more, &one, "removed", "safe", "breaking"),
            (
                &one,
                &json!({"required": ["size"]}),
                "changed",
                "warning",
                "warning",
            ),
            // More names, but others.
            (
                &one,
                &json!({"minProperties": 2, "maxProperties": 9}),
                "changed",
                "warning",
                "warning",
            ),
            // As many names, so neither holds the other.
            (
                &one,
                &json!({"minProperties": 2}),
                "changed",
                "warning",
                "warning",
            ),
        ] {
            for (way, at, wire) in [("request", &sent, sending), ("response", &got, reading)] {
                let (id, found) = said(at, was, is);
                assert!(
                    id.ends_with(&format!("-{name}-{kind}")),
                    "{id}: {way} {was} {is}"
                );
                assert!(id.starts_with(way), "{id}");
                assert_eq!(found, wire, "{id}: {was} {is}");
            }
        }
    }
}

#[test]
fn a_condition_that_is_always_true_is_none() {
    let at = "/components/schemas/In/properties/name/then";
    assert_eq!(said(at, &Value::Null, &json!(true)).0, "");
    assert_eq!(
        said(at, &json!(true), &json!({"minLength": 1})).1,
        "breaking"
    );
}

#[test]
fn lists_of_conditions_hold_one_another_by_their_members() {
    let at = "/components/schemas/In/properties/tags/prefixItems";
    let (one, two) = (
        json!([{"minLength": 1}]),
        json!([{"maxLength": 9}, {"minLength": 1}]),
    );
    assert_eq!(said(at, &one, &two).1, "breaking");
    assert_eq!(said(at, &two, &one).1, "safe");
    assert_eq!(said(at, &one, &json!([{"maxLength": 9}])).1, "warning");
    assert_eq!(
        said(at, &one, &json!([{"maxLength": 9}, {"maxLength": 8}])).1,
        "warning"
    );
}

#[test]
fn another_encoding_of_a_text_is_another_text() {
    for (keyword, is) in [
        ("contentEncoding", "base64"),
        ("contentMediaType", "image/png"),
    ] {
        for part in ["In", "Out"] {
            let at = format!("/components/schemas/{part}/properties/name/{keyword}");
            for (was, is) in [
                (Value::Null, json!(is)),
                (json!(is), Value::Null),
                (json!("other"), json!(is)),
            ] {
                let (id, wire) = said(&at, &was, &is);
                assert!(id.contains("content-") && id.ends_with("-changed"), "{id}");
                assert_eq!(wire, "breaking", "{id}");
            }
        }
    }
}
