//! Alternatives beside alternatives, and how they are told apart.

use serde_json::{Value, json};

use crate::said;

/// An operation that takes and gives one schema.
fn document(schema: &Value, schemas: &Value) -> Value {
    let body = json!({"content": {"application/json": {"schema": schema}}});
    json!({"openapi": "3.0.3", "components": {"schemas": schemas}, "paths": {"/a": {"post": {
        "operationId": "a", "requestBody": body, "responses": {"200": body}
    }}}})
}

fn sent(schema: &Value, schemas: &Value) -> Value {
    let mut document = document(schema, schemas);
    document["paths"]["/a"]["post"]["responses"] = json!({"204": {}});
    document
}

fn got(schema: &Value, schemas: &Value) -> Value {
    let mut document = document(schema, schemas);
    let operation = document["paths"]["/a"]["post"].as_object_mut().unwrap();
    operation.remove("requestBody");
    document
}

fn needs(name: &str) -> Value {
    json!({"type": "object", "required": [name], "properties": {name: {"type": "string"}}})
}

fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn pet(name: &str) -> Value {
    json!({"type": "object", "required": ["kind", name], "properties": {"kind": {"type": "string"}, name: {"type": "string"}}})
}

#[test]
fn a_second_list_of_alternatives_counts_like_the_first() {
    let two = |last: &str| json!({"allOf": [{"oneOf": [needs("a"), needs("b")]}, {"oneOf": [needs("c"), needs(last)]}]});
    let none = json!({});
    let of = |schema: &Value| sent(schema, &none);
    assert!(breaks(&of(&two("d")), &of(&two("e"))));
    // In another order they are what they were.
    let turned = json!({"allOf": [{"oneOf": [needs("d"), needs("c")]}, {"oneOf": [needs("a"), needs("b")]}]});
    assert_eq!(said(&of(&two("d")), &of(&turned)), Vec::<String>::new());
    let beside =
        |last: &str| json!({"oneOf": [needs("a"), needs("b")], "anyOf": [needs("c"), needs(last)]});
    assert!(breaks(&of(&beside("d")), &of(&beside("e"))));
    let one = json!({"oneOf": [needs("a"), needs("b")]});
    assert_eq!(
        said(&of(&one), &of(&beside("c"))),
        ["breaking request-body-alternatives-demanded"]
    );
    assert_eq!(
        said(&of(&beside("c")), &of(&one)),
        ["safe request-body-alternatives-dropped"]
    );
}

fn breaks(old: &Value, new: &Value) -> bool {
    said(old, new).iter().any(|one| one.starts_with("breaking"))
}

#[test]
fn what_fits_several_is_taken_by_any_of_and_refused_by_one_of() {
    let list = |word: &str, one: &Value| json!({word: [one, {"type": "object", "properties": {"b": {"type": "string"}}}]});
    let open = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let (any, one) = (list("anyOf", &open), list("oneOf", &open));
    let none = json!({});
    let id = |way: &str| format!("{way}-body-alternatives-exclusive-changed");
    assert_eq!(
        said(&sent(&any, &none), &sent(&one, &none)),
        [format!("warning {}", id("request"))]
    );
    assert_eq!(
        said(&sent(&one, &none), &sent(&any, &none)),
        [format!("safe {}", id("request"))]
    );
    assert_eq!(
        said(&got(&any, &none), &got(&one, &none)),
        [format!("safe {}", id("response"))]
    );
    assert_eq!(
        said(&got(&one, &none), &got(&any, &none)),
        [format!("warning {}", id("response"))]
    );
    // Nothing is a text and an object.
    let text = json!({"type": "string"});
    let (any, one) = (list("anyOf", &text), list("oneOf", &text));
    assert_eq!(
        said(&sent(&any, &none), &sent(&one, &none)),
        Vec::<String>::new()
    );
}

#[test]
fn the_name_of_a_component_tells_it_apart_where_nothing_else_does() {
    let told = |names: [&str; 2], mapping: Value| {
        let mut schema =
            json!({"oneOf": names.map(refer), "discriminator": {"propertyName": "kind"}});
        if !mapping.is_null() {
            schema["discriminator"]["mapping"] = mapping;
        }
        (schema, json!({names[0]: pet("m"), names[1]: pet("b")}))
    };
    let (cat, schemas) = told(["Cat", "Dog"], Value::Null);
    let (feline, renamed) = told(["Feline", "Dog"], Value::Null);
    assert_eq!(
        said(&sent(&cat, &schemas), &sent(&feline, &renamed)),
        [
            "breaking request-body-discriminator-mapping-removed",
            "safe component-renamed"
        ]
    );
    assert_eq!(
        said(&got(&cat, &schemas), &got(&feline, &renamed)),
        [
            "breaking response-body-discriminator-mapping-added",
            "safe component-renamed"
        ]
    );
    // The words stay.
    let (mapped, renamed) = told(
        ["Feline", "Dog"],
        json!({"Cat": "Feline", "Dog": "#/components/schemas/Dog"}),
    );
    for way in [sent, got] {
        assert_eq!(
            said(&way(&cat, &schemas), &way(&mapped, &renamed)),
            ["safe component-renamed"]
        );
    }
}

/// A component that others extend, and those.
fn family(property: &str, mapping: &Value, heirs: &[(&str, &Value)]) -> Value {
    let mut schemas = json!({"Pet": {
        "type": "object", "required": ["kind"],
        "properties": {"kind": {"type": "string"}, "sort": {"type": "string"}},
        "discriminator": {"propertyName": property, "mapping": mapping}
    }});
    for (name, own) in heirs {
        schemas[*name] = json!({"allOf": [refer("Pet"), own]});
    }
    schemas
}

#[test]
fn whoever_gets_a_component_may_get_those_that_extend_it() {
    let (own, none) = (needs("m"), json!({}));
    let old = family("kind", &none, &[("Cat", &own)]);
    let ids = |new: &Value, way: fn(&Value, &Value) -> Value| {
        said(&way(&refer("Pet"), &old), &way(&refer("Pet"), new))
    };
    assert_eq!(ids(&old, got), Vec::<String>::new());
    assert_eq!(
        ids(&family("sort", &none, &[("Cat", &own)]), got),
        ["breaking response-body-discriminator-changed"]
    );
    let other =
        json!({"type": "object", "required": ["m"], "properties": {"m": {"type": "integer"}}});
    assert_eq!(
        ids(&family("kind", &none, &[("Cat", &other)]), got),
        ["breaking response-property-type-changed"]
    );
    let more = family("kind", &none, &[("Cat", &own), ("Dog", &own)]);
    assert!(ids(&more, got).contains(&"breaking response-body-alternative-added".to_owned()));
    assert!(
        ids(&family("kind", &none, &[]), sent)
            .contains(&"breaking request-body-alternative-removed".to_owned())
    );
    // Under another name, and by the same word.
    let (one, two) = (
        family("kind", &json!({"c": "Cat"}), &[("Cat", &own)]),
        family("kind", &json!({"c": "Feline"}), &[("Feline", &own)]),
    );
    let found = said(&got(&refer("Pet"), &one), &got(&refer("Pet"), &two));
    assert!(
        found.contains(&"safe component-renamed".to_owned()),
        "{found:?}"
    );
    assert!(found.iter().all(|one| one.starts_with("safe")), "{found:?}");
}

#[test]
fn many_alternatives_that_hold_one_another_end_soon() {
    let schemas = |letter: &str| {
        let name = |index: usize| format!("{letter}{index}");
        let all: Vec<_> = (0..30).map(|index| refer(&name(index))).collect();
        let mut schemas = json!({"Any": {"oneOf": all}});
        for index in 0..30 {
            let own = json!({"type": "string", "maxLength": index});
            schemas[name(index)] = json!({"type": "object", "required": ["a"], "properties": {"a": own, "any": refer("Any")}});
        }
        sent(&refer("Any"), &schemas)
    };
    let found = said(&schemas("U"), &schemas("V"));
    assert_eq!(found, ["safe component-renamed"; 30]);
}
