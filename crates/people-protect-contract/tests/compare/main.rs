//! What `compare` says of one change at a time, and of documents that only look changed.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod alternatives;
mod conditions;
mod details;
mod places;
mod properties;
mod reports;
mod table;
mod values;

use people_protect_contract::compare::{Comparison, Direction, Rust, Wire, compare_values};
use people_protect_contract::{Contract, compare};
use serde_json::{Value, json};

pub(crate) fn base() -> Value {
    table::read(include_str!("base.yaml")).unwrap()
}

pub(crate) fn with(document: Value, at: &str, value: &Value) -> Value {
    table::with(document, at, value).unwrap()
}

/// The verdict and the id of each change.
pub(crate) fn said(old: &Value, new: &Value) -> Vec<String> {
    let found = compare_values(old, new);
    let name = |one: &compare::Change| format!("{} {}", one.wire, one.id);
    found.changes().iter().map(name).collect()
}

fn worst(found: &Comparison) -> (String, String, String) {
    let wire = found.wire().map_or("none", Wire::name).to_owned();
    let id = found.changes().first().map_or("none", |change| &change.id);
    (id.to_owned(), wire, found.rust().name().to_owned())
}

#[test]
fn every_kind_of_change_has_its_verdicts() {
    let cases = table::cases().unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let (old, new) = case.documents().unwrap();
        let found = compare_values(&old, &new);
        let expected = (case.id.clone(), case.wire.clone(), case.rust.clone());
        if worst(&found) != expected {
            wrong.push(format!(
                "{} ({}): expected {expected:?}\n{}",
                case.at,
                case.why,
                found.to_text()
            ));
        }
        assert!(!case.why.is_empty(), "{}", case.at);
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    let harmless = cases.iter().filter(|case| case.wire == "none").count();
    assert!(
        cases.len() - harmless >= 120 && harmless >= 31,
        "{harmless}"
    );
}

#[test]
fn one_cause_is_one_finding_with_all_operations_it_reaches() {
    let new = with(
        base(),
        "/components/schemas/Both/properties/weight/type",
        &json!("string"),
    );
    let found = compare_values(&base(), &new);
    let [change] = found.changes() else {
        panic!("{}", found.to_text());
    };
    assert_eq!(change.operations, ["GET /things", "PUT /things"]);
    assert_eq!(change.direction, Direction::Component);
    let place = "/components/schemas/Both/properties/weight/type";
    assert_eq!(change.pointer.old.as_deref(), Some(place));
    assert_eq!(change.pointer.new.as_deref(), Some(place));
}

#[test]
fn a_fingerprint_is_of_the_kind_and_the_place_and_not_of_the_words() {
    let place = "/components/schemas/In/properties/name/maxLength";
    let print = |to: i64| {
        let found = compare_values(&base(), &with(base(), place, &json!(to)));
        found.changes()[0].fingerprint.clone()
    };
    assert_eq!(print(5), print(7));
    let other = "/components/schemas/In/properties/name/minLength";
    let found = compare_values(&base(), &with(base(), other, &json!(3)));
    assert_ne!(found.changes()[0].fingerprint, print(5));
    assert_eq!(print(5), "596f213a4dee5010", "stable over versions");
}

#[test]
fn whoever_reads_enums_openly_has_a_verdict_of_its_own() {
    let place = "/components/schemas/Out/properties/state/enum";
    let found = compare_values(
        &base(),
        &with(base(), place, &json!(["new", "used", "old"])),
    );
    let change = &found.changes()[0];
    assert_eq!(
        (change.wire, change.wire_open),
        (Wire::Breaking, Wire::Safe)
    );
    // What is sent is refused whoever sends it.
    let place = "/components/schemas/In/properties/state/enum";
    let found = compare_values(&base(), &with(base(), place, &json!(["new"])));
    let change = &found.changes()[0];
    assert_eq!(
        (change.wire, change.wire_open),
        (Wire::Breaking, Wire::Breaking)
    );
}

#[test]
fn a_component_that_is_called_otherwise_is_safe_on_the_wire_and_another_type_in_rust() {
    let text = base()
        .to_string()
        .replace("schemas/Both", "schemas/Pair")
        .replace("\"Both\"", "\"Pair\"");
    let new: Value = serde_json::from_str(&text).unwrap();
    let found = compare_values(&base(), &new);
    let [change] = found.changes() else {
        panic!("{}", found.to_text());
    };
    assert_eq!(
        (change.id.as_str(), change.wire, change.rust),
        ("component-renamed", Wire::Safe, Rust::Major)
    );
}

#[test]
fn a_path_whose_parameters_are_named_otherwise_is_the_same_path() {
    let text = base().to_string().replace("thingId", "id");
    let found = compare_values(&base(), &serde_json::from_str(&text).unwrap());
    let [change] = found.changes() else {
        panic!("{}", found.to_text());
    };
    assert_eq!(
        (change.id.as_str(), change.wire),
        ("path-parameter-renamed", Wire::Safe)
    );
}

#[test]
fn openapi_3_1_says_the_same_in_other_words() {
    let (old, mut new) = (base(), base());
    new["openapi"] = "3.1.0".into();
    let places = [
        (
            "/components/schemas/In/properties/note",
            json!({"type": ["string", "null"]}),
        ),
        (
            "/components/schemas/Out/properties/note",
            json!({"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ),
    ];
    for (at, value) in places {
        new = with(new, at, &value);
    }
    let found = compare_values(&old, &new);
    assert!(found.changes().is_empty(), "{}", found.to_text());
    let exclusive = |version: &str, value: Value| {
        let at = "/components/schemas/In/properties/size/exclusiveMaximum";
        let mut document = with(base(), at, &value);
        document["openapi"] = version.into();
        document
    };
    let found = compare_values(
        &exclusive("3.0.3", json!(true)),
        &exclusive("3.1.0", json!(100)),
    );
    assert!(found.changes().is_empty(), "{}", found.to_text());
}

#[test]
fn what_two_alternatives_take_is_refused_where_only_one_may() {
    let at = "/paths/~1things~1{thingId}/post/requestBody/content/application~1json/schema";
    let part = |required: &str| json!({"type": "object", "required": [required], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let whole = json!({"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let old = with(base(), at, &whole);
    for (name, wire) in [("oneOf", Wire::Breaking), ("anyOf", Wire::Safe)] {
        let new = with(base(), at, &json!({name: [part("a"), part("b")]}));
        let found = compare_values(&old, &new);
        assert_eq!(found.wire(), Some(wire), "{name}: {}", found.to_text());
    }
}

#[test]
fn the_json_form_is_the_documented_one() {
    let contract = Contract::from_value(base(), "base.yaml").unwrap();
    let same = compare::compare(&contract, &contract).to_json();
    assert_eq!(
        same,
        json!({"wire": "none", "rust": "none", "rust_wrapper": "none", "changes": []})
    );
    let at = "/components/schemas/In/properties/state/enum";
    let new = Contract::from_value(with(base(), at, &json!(["new"])), "new.yaml").unwrap();
    let found = compare::compare(&contract, &new).to_json();
    assert_eq!(
        (&found["wire"], &found["rust"]),
        (&json!("breaking"), &json!("major"))
    );
    let change = &found["changes"][0];
    assert_eq!(change["id"], "request-property-enum-value-removed");
    assert_eq!(change["operations"], json!(["POST /things/{thingId}"]));
    assert_eq!(change["pointer"], json!({"old": at, "new": at}));
    for name in [
        "direction",
        "wire",
        "wire_open",
        "wire_raw",
        "rust",
        "rust_wrapper",
        "text",
        "action",
        "fingerprint",
    ] {
        assert!(change[name].is_string(), "{name}");
    }
}

#[test]
fn a_sentence_names_what_changed() {
    for (at, to, expected) in [
        (
            "/components/schemas/In/properties/code/type",
            json!("integer"),
            "the property `code`: string became integer",
        ),
        (
            "/components/schemas/In/properties/tags/items/type",
            json!("integer"),
            "an item of a list: string became integer",
        ),
        (
            "/paths/~1things~1{thingId}/post/parameters/0/schema/maxLength",
            json!(3),
            "the parameter: `maxLength` was 20 and is 3",
        ),
        (
            "/paths/~1things~1{thingId}/post/responses/200/headers/x-left/schema/type",
            json!("string"),
            "the header: integer became string",
        ),
        (
            "/components/schemas/In/minProperties",
            json!(3),
            "the body: `minProperties` was 0 and is 3",
        ),
        (
            "/components/schemas/In/properties/size/exclusiveMaximum",
            json!(true),
            "the property `size`: `maximum` was 100 and is 100, exclusive",
        ),
    ] {
        let found = compare_values(&base(), &with(base(), at, &to));
        let texts: Vec<&str> = found
            .changes()
            .iter()
            .map(|change| change.text.as_str())
            .collect();
        assert!(texts.contains(&expected), "{expected} in {texts:?}");
    }
}

#[test]
fn a_reference_to_another_component_that_was_there_before_is_no_renaming() {
    let ring = with(
        base(),
        "/components/schemas/Ring",
        &base()["components"]["schemas"]["Circle"],
    );
    let at = "/components/schemas/Out/properties/one";
    let refer = |name: &str| {
        with(
            ring.clone(),
            at,
            &json!({"$ref": format!("#/components/schemas/{name}")}),
        )
    };
    let found = compare_values(&refer("Circle"), &refer("Ring"));
    assert!(found.changes().is_empty(), "{}", found.to_text());
}

#[test]
fn names_that_are_required_and_described_nowhere_count_for_what_is_sent_only() {
    let of = |schema: &str| {
        let at = format!("/components/schemas/{schema}/required");
        let required = base().pointer(&at).cloned().unwrap();
        let mut more = required.as_array().unwrap().clone();
        more.push(json!("elsewhere"));
        compare_values(&base(), &with(base(), &at, &json!(more)))
    };
    let sent = of("In");
    assert_eq!(sent.changes()[0].text, "`elsewhere` is required now");
    assert_eq!(sent.wire(), Some(Wire::Breaking));
    let got = of("Out");
    assert!(got.changes().is_empty(), "{}", got.to_text());
}

#[test]
fn a_property_that_must_come_and_may_be_null_is_another_type() {
    let of = |required: Value| {
        let old = with(base(), "/components/schemas/Out/required", &required);
        let new = with(
            old.clone(),
            "/components/schemas/Out/properties/code/nullable",
            &json!(true),
        );
        compare_values(&old, &new).rust()
    };
    assert_eq!(of(json!(["id", "name"])), Rust::None);
    assert_eq!(of(json!(["id", "name", "code"])), Rust::Major);
}

#[test]
fn a_property_keeps_its_type_where_only_the_direction_in_which_it_is_seen_changes() {
    let one = |old: &Value, new: &Value, what: &str| {
        let found = compare_values(old, new);
        let mut all = found.changes().iter();
        all.find(|one| one.id.contains(what)).cloned().unwrap()
    };
    let place = "/components/schemas/In/properties/code";
    let code = |more: Value| {
        let mut code = json!({"type": "string"});
        code.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        with(base(), place, &code)
    };
    let (plain, read) = (code(json!({})), code(json!({"readOnly": true})));
    let change = one(&plain, &read, "property-removed");
    assert_eq!(change.rust, Rust::Patch, "{}", change.id);
    let change = one(&read, &plain, "property-added");
    assert_eq!(change.rust, Rust::Patch, "{}", change.id);
    // Gone altogether, its field is gone.
    let gone = with(base(), place, &Value::Null);
    assert_eq!(one(&plain, &gone, "property-removed").rust, Rust::Major);
    // One that must come now is no `Option` any more, but for null.
    let old = plain;
    let mut new = code(json!({"nullable": true}));
    let required = new["components"]["schemas"]["In"]["required"].clone();
    let mut required = required.as_array().cloned().unwrap_or_default();
    required.push(json!("code"));
    new["components"]["schemas"]["In"]["required"] = json!(required);
    assert_eq!(one(&old, &new, "became-nullable").rust, Rust::Major);
}

#[test]
fn a_field_more_breaks_only_who_forbids_others() {
    let closed = with(
        base(),
        "/components/schemas/Out/additionalProperties",
        &json!(false),
    );
    let more = with(
        closed.clone(),
        "/components/schemas/Out/properties/more",
        &json!({"type": "string"}),
    );
    let found = compare_values(&closed, &more);
    let change = &found.changes()[0];
    assert_eq!(
        (change.wire, change.wire_open),
        (Wire::Breaking, Wire::Safe)
    );
}

#[test]
fn a_caller_of_the_raw_crate_has_a_verdict_of_its_own() {
    for (at, to, wire, open, raw) in [
        (
            "/components/schemas/Out/properties/name/maxLength",
            json!(20),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Safe,
        ),
        (
            "/components/schemas/Out/properties/size/maximum",
            json!(200),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Safe,
        ),
        (
            "/components/schemas/Out/required",
            json!(["id"]),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Warning,
        ),
        (
            "/components/schemas/Out/properties/name/nullable",
            json!(true),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Warning,
        ),
        (
            "/components/schemas/Out/properties/state/enum",
            json!(["new", "used", "old"]),
            Wire::Breaking,
            Wire::Safe,
            Wire::Safe,
        ),
        (
            "/components/schemas/Out/properties/id/type",
            json!("boolean"),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Breaking,
        ),
        (
            "/components/schemas/In/properties/name/maxLength",
            json!(5),
            Wire::Breaking,
            Wire::Breaking,
            Wire::Breaking,
        ),
    ] {
        let found = compare_values(&base(), &with(base(), at, &to));
        let change = &found.changes()[0];
        assert_eq!(
            (change.wire, change.wire_open, change.wire_raw),
            (wire, open, raw),
            "{at}"
        );
    }
}
