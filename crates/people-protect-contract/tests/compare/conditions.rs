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

const PARTS: [&str; 8] = [
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
    "then",
    "else",
    "additionalItems",
];

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
                // Where both have a schema, what changed in it is said of that.
                if PARTS.contains(&keyword) && !was.is_null() && !is.is_null() {
                    assert!(id.starts_with(way), "{id}");
                    continue;
                }
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
fn a_condition_is_no_type_of_the_generated_code() {
    let at = "/components/schemas/In/properties/tags/contains";
    let of = |kind: &str| with(base(), at, &json!({"type": kind}));
    let found = compare_values(&of("string"), &of("integer"));
    assert_eq!(found.wire().map(|wire| wire.name()), Some("breaking"));
    assert_eq!(found.rust().name(), "patch");
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
    assert_eq!(said(at, &one, &json!([{"maxLength": 9}])).1, "breaking");
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

#[test]
fn what_stands_under_a_condition_is_compared_and_not_how_it_is_written() {
    let places = [
        ("contains", json!({"$ref": "#/components/schemas/Circle"})),
        (
            "prefixItems",
            json!([{"$ref": "#/components/schemas/Circle"}]),
        ),
        (
            "propertyNames",
            json!({"$ref": "#/components/schemas/Circle"}),
        ),
        (
            "patternProperties",
            json!({"^x": {"$ref": "#/components/schemas/Circle"}}),
        ),
        (
            "dependentSchemas",
            json!({"a": {"$ref": "#/components/schemas/Circle"}}),
        ),
        ("then", json!({"$ref": "#/components/schemas/Circle"})),
        ("if", json!({"$ref": "#/components/schemas/Circle"})),
        ("not", json!({"$ref": "#/components/schemas/Circle"})),
    ];
    for (keyword, refers) in places {
        let at = format!("/components/schemas/In/properties/name/{keyword}");
        let old = with(base(), &at, &refers);
        // The component changed, and nothing at the place itself.
        let place = "/components/schemas/Circle/required";
        let new = with(old.clone(), place, &json!(["kind", "radius", "more"]));
        let said: Vec<_> = compare_values(&old, &new)
            .changes()
            .iter()
            .map(|one| (one.id.clone(), one.wire.name()))
            .filter(|(id, _)| id.contains("condition") || id.contains("-changed"))
            .collect();
        let expected = match keyword {
            "if" | "not" => "warning",
            _ => "none",
        };
        let found = said.first().map_or("none", |one| one.1);
        let shared = compare_values(&old, &new);
        assert_eq!(found, expected, "{keyword}: {}", shared.to_text());
        assert_eq!(shared.wire().map(|wire| wire.name()), Some("breaking"));
        // Written out, and with other words.
        let mut written = base()["components"]["schemas"]["Circle"].clone();
        written["description"] = json!("round");
        let text = refers.to_string().replace(
            "{\"$ref\":\"#/components/schemas/Circle\"}",
            &written.to_string(),
        );
        let inline: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            said_first(&old, &with(base(), &at, &inline)),
            "",
            "{keyword}"
        );
    }
}

#[test]
fn what_is_denied_counts_beside_a_reference_and_beside_all_of() {
    let not = |schema: &Value| {
        let mut document = with(base(), "/components/schemas/In/properties/name/not", schema);
        document["openapi"] = json!("3.1.0");
        document
    };
    let beside =
        |length: u64| not(&json!({"$ref": "#/components/schemas/Circle", "minProperties": length}));
    assert_ne!(said_first(&beside(2), &beside(3)), "");
    let alone = not(&json!({"$ref": "#/components/schemas/Circle"}));
    assert_ne!(said_first(&alone, &beside(3)), "");
    let all = |last: &str, length: u64| {
        not(&json!({"allOf": [{"required": ["a"]}, {"required": [last]}], "minProperties": length}))
    };
    assert_ne!(said_first(&all("b", 1), &all("c", 1)), "");
    assert_ne!(said_first(&all("b", 1), &all("b", 2)), "");
    let only = |last: &str| not(&json!({"allOf": [{"required": ["a"]}, {"required": [last]}]}));
    assert_ne!(said_first(&only("b"), &only("c")), "");
    let one = |length: u64| not(&json!({"allOf": [{"required": ["a"]}], "minProperties": length}));
    assert_ne!(said_first(&one(1), &one(2)), "");
    // One part and nothing beside it is the part.
    assert_eq!(
        said_first(
            &not(&json!({"allOf": [{"required": ["a"]}]})),
            &not(&json!({"required": ["a"]}))
        ),
        ""
    );
}

fn said_first(old: &Value, new: &Value) -> String {
    let found = compare_values(old, new);
    let first = found.changes().first();
    first.map_or(String::new(), |one| one.id.clone())
}
