//! Null, numbers, what nothing fits, names that are described nowhere, and references.

use people_protect_contract::compare::compare_values;
use serde_json::{Value, json};

use crate::{base, said, with};

const SENT: &str = "/components/schemas/In/properties/code";
const GOT: &str = "/components/schemas/Out/properties/code";

/// What is said where the one became the other in what is sent, and in what is got.
fn both(old: &Value, new: &Value) -> [Vec<String>; 2] {
    [SENT, GOT].map(|at| {
        let document = |value: &Value| {
            let mut document = with(base(), at, value);
            document["openapi"] = json!("3.1.0");
            document
        };
        let found = said(&document(old), &document(new));
        let short = |one: String| {
            one.replace("request-property-", "")
                .replace("response-property-", "")
        };
        found.into_iter().map(short).collect()
    })
}

#[test]
fn null_is_a_value_where_it_is_listed() {
    let loses = [
        vec!["breaking became-not-nullable"],
        vec!["safe became-not-nullable"],
    ];
    let gains = [
        vec!["safe became-nullable"],
        vec!["breaking became-nullable"],
    ];
    let (with, without) = (json!({"enum": ["x", null]}), json!({"enum": ["x"]}));
    assert_eq!(both(&with, &without), loses);
    assert_eq!(both(&without, &with), gains);
    let typed = |list: Value| json!({"type": ["string", "null"], "enum": list});
    assert_eq!(
        both(&typed(json!(["x", null])), &typed(json!(["x"]))),
        loses
    );
    assert_eq!(
        both(&json!({"const": "x"}), &without),
        [vec![""; 0], vec![]]
    );
    // Where nothing is said of it, everything fits, null too.
    assert_eq!(
        both(&json!({}), &json!({"nullable": true})),
        [vec![""; 0], vec![]]
    );
    let any = |nothing: Value| json!({"anyOf": [{"$ref": "#/components/schemas/Circle"}, nothing]});
    for null in [
        json!({"enum": [null]}),
        json!({"const": null}),
        json!({"type": ["null"]}),
    ] {
        assert_eq!(
            both(&any(json!({"type": "null"})), &any(null)),
            [vec![""; 0], vec![]]
        );
    }
}

#[test]
fn a_keyword_that_was_not_there_was_missing_from_the_part_that_has_it_now() {
    let parts = |last: Value| {
        let document = with(base(), "/components/schemas/X", &json!({"type": "string"}));
        let document = with(document, "/components/schemas/Y", &json!({"minLength": 1}));
        let document = with(
            document,
            "/components/schemas/Z",
            &json!({"minLength": 1, "maxLength": 9}),
        );
        with(
            document,
            SENT,
            &json!({"allOf": [{"$ref": "#/components/schemas/X"}, last]}),
        )
    };
    let found = compare_values(
        &parts(json!({"$ref": "#/components/schemas/Y"})),
        &parts(json!({"$ref": "#/components/schemas/Z"})),
    );
    let limit = found
        .changes()
        .iter()
        .find(|one| one.id.contains("max-length"));
    let pointer = limit.map(|one| (one.pointer.old.as_deref(), one.pointer.new.as_deref()));
    assert_eq!(
        pointer,
        Some((
            Some("/components/schemas/Y"),
            Some("/components/schemas/Z/maxLength")
        ))
    );
}

#[test]
fn a_number_is_what_it_is_however_it_is_written() {
    let nothing = [vec![""; 0], vec![]];
    for (one, other) in [
        (
            json!({"enum": [1, 2], "default": 1}),
            json!({"enum": [2.0, 1.0], "default": 1.0}),
        ),
        (
            json!({"type": "integer"}),
            json!({"allOf": [{"type": "number"}, {"type": "integer"}]}),
        ),
        (
            json!({"type": "number"}),
            json!({"type": ["integer", "number"]}),
        ),
        (
            json!({"type": "integer", "multipleOf": 6}),
            json!({"type": "integer", "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}),
        ),
        (
            json!({"type": "integer", "multipleOf": 12}),
            json!({"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]}),
        ),
        (
            json!({"type": "integer", "maximum": 10}),
            json!({"type": "integer", "exclusiveMaximum": 11}),
        ),
        (
            json!({"type": "integer", "exclusiveMinimum": 0}),
            json!({"type": "integer", "minimum": 1}),
        ),
    ] {
        assert_eq!(both(&one, &other), nothing, "{one} {other}");
        assert_eq!(both(&other, &one), nothing, "{other} {one}");
    }
    let limit = |at: Value| json!({"type": "integer", "exclusiveMaximum": at});
    let tighter = [
        vec!["breaking maximum-changed"],
        vec!["safe maximum-changed"],
    ];
    assert_eq!(
        both(
            &json!({"type": "integer", "maximum": 10}),
            &limit(json!(10))
        ),
        tighter
    );
    assert_eq!(
        both(&limit(json!(11)), &json!({"type": "integer", "maximum": 9})),
        tighter
    );
    // Of any number an exclusive limit is another one.
    let number = json!({"type": "number", "exclusiveMaximum": 11});
    assert_eq!(
        both(&json!({"type": "number", "maximum": 11}), &number),
        tighter
    );
    assert_eq!(
        both(&json!({"type": "number", "maximum": 10}), &number)[1],
        ["breaking maximum-changed"]
    );
    let times = |more: Value| json!({"type": "integer", "allOf": [{"multipleOf": 2}, more]});
    assert_eq!(
        both(&times(json!({})), &times(json!({"multipleOf": 3}))),
        [
            vec!["breaking multiple-of-changed"],
            vec!["safe multiple-of-changed"]
        ]
    );
}

#[test]
fn what_nothing_fits_may_not_be_there() {
    assert_eq!(
        both(&json!(true), &json!(false)),
        [vec!["breaking forbidden"], vec!["safe forbidden"]]
    );
    assert_eq!(
        both(&json!({"not": {}}), &json!({"type": "string"})),
        [vec!["safe allowed"], vec!["breaking allowed"]]
    );
    assert_eq!(
        both(&json!(false), &json!({"not": true})),
        [vec![""; 0], vec![]]
    );
    let list = |items: Value| json!({"type": "array", "items": items});
    assert_eq!(
        both(&list(json!(true)), &list(json!(false))),
        [
            vec!["breaking items-constrained"],
            vec!["safe items-constrained"]
        ]
    );
}

#[test]
fn a_name_that_always_came_and_is_described_nowhere_is_missed() {
    let map = |required: Value| json!({"type": "object", "required": required, "additionalProperties": {"type": "string"}});
    let found = both(&map(json!(["id"])), &map(json!([])));
    assert_eq!(found, [vec![], vec!["breaking became-optional"]]);
}

#[test]
fn a_field_with_a_name_was_or_is_one_of_those_without() {
    let map = |properties: Value| json!({"type": "object", "properties": properties, "additionalProperties": {"type": "integer"}});
    let (any, named) = (map(json!({})), map(json!({"n": {"type": "string"}})));
    assert_eq!(
        both(&any, &named)[1],
        ["breaking type-changed", "safe response-property-added"]
            .map(|id| id.replace("response-property-", ""))
    );
    assert!(both(&named, &any)[0].contains(&"breaking type-changed".to_owned()));
    let fits = map(json!({"n": {"type": "integer"}}));
    assert_eq!(both(&any, &fits)[1], ["safe added"]);
}

#[test]
fn a_reference_by_an_anchor_or_out_of_the_document_is_not_lost() {
    let at = |schema: Value| {
        let mut document = with(
            base(),
            "/components/schemas/Named",
            &json!({"$anchor": "here", "type": "string", "$defs": {"d": {"$anchor": "deep", "type": "string"}}}),
        );
        document["openapi"] = json!("3.1.0");
        with(document, SENT, &schema)
    };
    for (anchor, place) in [
        ("#here", "/components/schemas/Named/type"),
        ("#deep", "/components/schemas/Named/$defs/d/type"),
    ] {
        let old = at(json!({"$ref": anchor}));
        assert_eq!(
            said(&old, &with(old.clone(), place, &json!("integer"))),
            ["breaking request-property-type-changed"]
        );
    }
    let away = |to: &str| at(json!({"$ref": to}));
    assert_eq!(
        said(&away("other.yaml#/A"), &away("other.yaml#/B")),
        ["warning request-property-reference-changed"]
    );
    assert_eq!(
        said(&away("other.yaml#/A"), &away("other.yaml#/A")),
        Vec::<String>::new()
    );
    assert_eq!(
        said(&away("#here"), &away("other.yaml#/A")),
        ["warning request-property-reference-changed"]
    );
}

#[test]
fn a_keyword_more_is_one_finding_whoever_refers_to_what_has_it() {
    let body = |name: &str| json!({"content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}}});
    let document = |one: Value| {
        json!({"openapi": "3.0.3", "components": {"schemas": {
            "One": one,
            "Two": {"allOf": [{"$ref": "#/components/schemas/One"}, {"type": "object", "properties": {"b": {"type": "string"}}}]}
        }}, "paths": {
            "/one": {"post": {"requestBody": body("One"), "responses": {"200": body("Two")}}},
            "/two": {"post": {"requestBody": body("Two"), "responses": {"200": body("One")}}}
        }})
    };
    let plain = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    for (keyword, value) in [
        ("additionalProperties", json!(false)),
        ("minProperties", json!(1)),
        ("nullable", json!(true)),
    ] {
        let mut more = plain.clone();
        more[keyword] = value;
        let (old, new) = (document(plain.clone()), document(more));
        for (one, other) in [(&old, &new), (&new, &old)] {
            let found = compare_values(one, other);
            let [change] = found.changes() else {
                panic!("{}", found.to_text());
            };
            assert_eq!(change.operations, ["POST /one", "POST /two"]);
        }
    }
}
