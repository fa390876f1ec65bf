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
fn of_two_lists_where_there_was_none_the_second_must_fit_as_well() {
    let none = json!({});
    let plain = sent(&json!({"type": "object"}), &none);
    let lists = json!({"allOf": [{"oneOf": [needs("a"), needs("b")]}, {"oneOf": [needs("c"), needs("d")]}]});
    let lists = sent(&lists, &none);
    assert_eq!(
        said(&plain, &lists),
        [
            "breaking request-body-alternative-removed",
            "breaking request-body-alternatives-demanded",
            "safe request-body-alternative-added"
        ]
    );
    assert_eq!(
        said(&lists, &plain),
        [
            "warning request-property-removed",
            "warning request-property-removed",
            "safe request-body-alternatives-dropped"
        ]
    );
    // The list that was there is found again, wherever it stands now.
    let one = sent(&json!({"oneOf": [needs("d"), needs("c")]}), &none);
    assert_eq!(
        said(&one, &lists),
        ["breaking request-body-alternatives-demanded"]
    );
    assert_eq!(
        said(&lists, &one),
        ["safe request-body-alternatives-dropped"]
    );
}

#[test]
fn alternatives_may_become_whatever_takes_them_all_and_come_from_what_gave_them_all() {
    let none = json!({});
    let text = json!({"type": "string", "maxLength": 9});
    let kinds = json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 5, "maxLength": 7}]});
    let limit = |way: &str| format!("safe {way}-body-max-length-changed");
    let (sent_kinds, sent_text) = (sent(&kinds, &none), sent(&text, &none));
    let found = said(&sent_kinds, &sent_text);
    assert!(found.contains(&limit("request")), "{found:?}");
    assert!(
        found.contains(&"safe request-body-alternatives-dropped".to_owned())
            && found.iter().all(|one| one.starts_with("safe")),
        "{found:?}"
    );
    assert!(said(&sent_text, &sent_kinds)[0].starts_with("breaking"));
    let (got_kinds, got_text) = (got(&kinds, &none), got(&text, &none));
    let found = said(&got_text, &got_kinds);
    assert!(found.contains(&limit("response")), "{found:?}");
    assert!(
        found.contains(&"safe response-body-alternatives-demanded".to_owned())
            && found.iter().all(|one| one.starts_with("safe")),
        "{found:?}"
    );
    assert!(said(&got_kinds, &got_text)[0].starts_with("breaking"));
    // One that is not taken, or that did not come, is a break.
    let number = json!({"oneOf": [{"type": "string", "maxLength": 3}, {"type": "number"}]});
    assert!(said(&sent(&number, &none), &sent_text)[0].starts_with("breaking"));
    assert!(said(&got_text, &got(&number, &none))[0].starts_with("breaking"));
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
    // Nothing is a text and an object, or a number and a text.
    let of = |word: &str, kinds: [&str; 2]| {
        sent(
            &json!({word: kinds.map(|kind| json!({"type": kind}))}),
            &none,
        )
    };
    for kinds in [
        ["string", "object"],
        ["string", "number"],
        ["integer", "string"],
    ] {
        let found = said(&of("anyOf", kinds), &of("oneOf", kinds));
        assert_eq!(found, Vec::<String>::new(), "{kinds:?}");
    }
    assert_eq!(
        said(
            &of("anyOf", ["integer", "number"]),
            &of("oneOf", ["integer", "number"])
        ),
        [format!("warning {}", id("request"))]
    );
    // A property that tells them apart does so only if it was there before as well.
    let told = |word: &str, told: bool| {
        let schemas = json!({"A": pet("a"), "B": pet("b")});
        let mut schema = json!({word: [refer("A"), refer("B")]});
        if told {
            schema["discriminator"] = json!({"propertyName": "kind"});
        }
        sent(&schema, &schemas)
    };
    let exclusive = |old: &Value, new: &Value| {
        let found = said(old, new);
        found.iter().any(|one| one.contains("exclusive-changed"))
    };
    assert!(exclusive(&told("anyOf", false), &told("oneOf", true)));
    assert!(exclusive(&told("anyOf", true), &told("oneOf", false)));
    assert!(!exclusive(&told("anyOf", true), &told("oneOf", true)));
}

#[test]
fn each_alternative_is_laid_beside_the_one_that_takes_it() {
    let none = json!({});
    let texts = |lengths: [u64; 2]| {
        sent(
            &json!({"oneOf": lengths.map(|length| json!({"type": "string", "maxLength": length}))}),
            &none,
        )
    };
    assert_eq!(
        said(&texts([5, 9]), &texts([3, 7])),
        [
            "breaking request-body-max-length-changed",
            "safe request-body-max-length-changed"
        ]
    );
    // But one that kept its name is laid beside itself.
    let named = |lengths: [u64; 2]| {
        let [a, b] = lengths.map(|length| json!({"type": "string", "maxLength": length}));
        sent(
            &json!({"oneOf": [refer("A"), refer("B")]}),
            &json!({"A": a, "B": b}),
        )
    };
    assert_eq!(
        said(&named([5, 9]), &named([3, 7])),
        [
            "breaking request-body-max-length-changed",
            "breaking request-body-max-length-changed"
        ]
    );
    // Also where it is the only one that is left.
    let only = sent(
        &refer("A"),
        &json!({"A": {"type": "string", "maxLength": 3}}),
    );
    assert_eq!(
        said(&named([5, 9]), &only),
        [
            "breaking request-body-alternative-removed",
            "breaking request-body-max-length-changed"
        ]
    );
    // Alternatives within alternatives too.
    let nested = |one: [&str; 2], two: [&str; 2]| {
        let list = |names: [&str; 2]| json!({"oneOf": names.map(needs)});
        sent(&json!({"oneOf": [list(one), list(two)]}), &none)
    };
    let old = nested(["a", "b"], ["c", "d"]);
    assert_eq!(
        said(&old, &nested(["d", "c"], ["a", "b"])),
        Vec::<String>::new()
    );
    assert!(breaks(&old, &nested(["a", "b"], ["c", "e"])));
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
fn whatever_extends_a_component_is_an_alternative_only_where_it_says_how_to_tell_them_apart() {
    let own = needs("m");
    let plain = |heirs: &[(&str, &Value)]| {
        let mut schemas = family("kind", &json!({}), heirs);
        schemas["Pet"]
            .as_object_mut()
            .unwrap()
            .remove("discriminator");
        got(&refer("Pet"), &schemas)
    };
    let told = |heirs: &[(&str, &Value)]| got(&refer("Pet"), &family("kind", &json!({}), heirs));
    let alternatives = |old: &Value, new: &Value| -> Vec<String> {
        let mut found = said(old, new);
        found.retain(|one| one.contains("alternative"));
        found
    };
    let (one, two): (&[_], &[_]) = (&[("Cat", &own)], &[("Cat", &own), ("Dog", &own)]);
    assert_eq!(alternatives(&plain(one), &plain(two)), Vec::<String>::new());
    assert_eq!(alternatives(&plain(two), &plain(one)), Vec::<String>::new());
    // That it says so now is a finding of its own.
    assert_eq!(alternatives(&plain(one), &told(one)), Vec::<String>::new());
    assert_eq!(alternatives(&told(one), &plain(one)), Vec::<String>::new());
    assert_eq!(
        alternatives(&told(one), &told(two)),
        ["breaking response-body-alternative-added"]
    );
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
