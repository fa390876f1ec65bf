//! What people and programs read of a comparison.

use people_protect_contract::compare::{
    Accepted, Comparison, Format, Rust, Threshold, Wire, Written, compare_values,
};
use serde_json::{Value, json};

/// Operations that share a schema, with a name that every form has to write otherwise.
fn document(operations: usize, schema: &Value) -> Value {
    let mut paths = json!({"/a,b:<c>&\"d\"%": {"get": {"operationId": "odd", "responses": {"200": {"description": "It"}}}}});
    for number in 1..=operations {
        paths[format!("/things/{number}")] = json!({"get": {
            "operationId": format!("get_{number}"),
            "responses": {"200": {"description": "It", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
        }});
    }
    json!({"openapi": "3.0.3", "paths": paths, "components": {"schemas": {"Thing": schema}}})
}

fn three_kinds(operations: usize) -> Comparison {
    let old = document(
        operations,
        &json!({"type": "object", "properties": {"name": {"type": "string"}, "note": {"type": "string"}}}),
    );
    let mut new = document(
        operations,
        &json!({"type": "object", "properties": {"name": {"type": "integer"}, "more": {"type": "string"}}}),
    );
    let get = &mut new["paths"]["/a,b:<c>&\"d\"%"]["get"];
    *get = json!({"operationId": "odd", "x-sunset": "2027-01-01", "deprecated": true, "responses": {"200": {"description": "It"}}});
    compare_values(&old, &new)
}

/// What has to be read when it changes.
const WRITTEN: &str = "paths:\n  '/a,b:<c>&\"d\"%':\n    get:\n      operationId: odd\n";

#[test]
fn each_form_says_it_in_its_own_way() {
    let found = three_kinds(9);
    let mut report = String::new();
    for (name, format) in [
        ("text", Format::Text),
        ("coloured", Format::Coloured),
        ("markdown", Format::Markdown),
        ("junit", Format::Junit),
        ("github", Format::Github),
    ] {
        let written = Written::new("open,api:100%.yaml", WRITTEN);
        report += &format!("--- {name}\n{}", found.to_report(format, written));
    }
    assert_eq!(
        found.to_text(),
        found.to_report(Format::Text, Written::default())
    );
    insta::assert_snapshot!(report.replace('\u{1b}', "ESC"));
}

#[test]
fn eight_operations_are_named_and_the_others_counted() {
    assert!(three_kinds(8).to_text().contains("GET /things/8\n"));
    assert!(!three_kinds(8).to_text().contains(" and "));
    assert!(three_kinds(10).to_text().contains(" and 2 more\n"));
}

#[test]
fn one_change_is_one_and_none_is_said_so() {
    let thing = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let more = json!({"type": "object", "properties": {"name": {"type": "string"}, "more": {"type": "string"}}});
    let one = compare_values(&document(1, &thing), &document(1, &more));
    assert!(
        one.to_text().ends_with(
            "1 change: safe on the wire, minor for the generated crate, minor for the wrapper.\n"
        ),
        "{}",
        one.to_text()
    );
    let none = compare_values(&document(1, &thing), &document(1, &thing));
    assert_eq!(none.to_text(), "Nothing changed.\n");
    assert_eq!(none.to_report(Format::Github, Written::default()), "");
    let text = none.to_report(Format::Json, Written::default());
    assert_eq!(
        serde_json::from_str::<Value>(&text).unwrap()["wire"],
        "none"
    );
}

#[test]
fn a_threshold_is_reached_by_what_is_as_bad_or_worse() {
    let thing = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let more = json!({"type": "object", "properties": {"name": {"type": "string"}, "more": {"type": "string"}}});
    let safe = compare_values(&document(1, &thing), &document(1, &more));
    for (threshold, reached) in [
        (Threshold::Nothing, false),
        (Threshold::Wire(Wire::Safe), true),
        (Threshold::Wire(Wire::Warning), false),
        (Threshold::Rust(Rust::Patch), true),
        (Threshold::Rust(Rust::Minor), true),
        (Threshold::Rust(Rust::Major), false),
    ] {
        assert_eq!(safe.reaches(threshold), reached, "{threshold:?}");
    }
    assert!(!three_kinds(1).reaches(Threshold::Nothing));
    assert!(three_kinds(1).reaches(Threshold::Wire(Wire::Breaking)));
}

#[test]
fn forms_and_verdicts_are_called_by_their_names() {
    for (name, format) in [
        ("text", Format::Text),
        ("markdown", Format::Markdown),
        ("json", Format::Json),
        ("junit", Format::Junit),
        ("github", Format::Github),
    ] {
        assert_eq!(name.parse::<Format>(), Ok(format));
    }
    assert!("yaml".parse::<Format>().is_err());
    for wire in [Wire::Safe, Wire::Warning, Wire::Breaking] {
        assert_eq!(wire.to_string(), wire.name());
        assert_eq!(wire.name().parse::<Threshold>(), Ok(Threshold::Wire(wire)));
    }
    for rust in [Rust::Patch, Rust::Minor, Rust::Major] {
        assert_eq!(rust.to_string(), rust.name());
        assert_eq!(rust.name().parse::<Threshold>(), Ok(Threshold::Rust(rust)));
    }
    assert!("worst".parse::<Threshold>().is_err());
}

#[test]
fn what_is_accepted_is_counted_and_its_days_are_days() {
    let entry = |until: &str| {
        format!(
            "[[accepted]]\nfingerprint = \"f\"\npointer = \"/p\"\nreason = \"r\"\nowner = \"o\"\nuntil = \"{until}\"\n"
        )
    };
    let none = Accepted::parse("").unwrap();
    assert!(none.is_empty());
    assert_eq!(none.len(), 0);
    let two = Accepted::parse(&entry("2027-01-31").repeat(2)).unwrap();
    assert!(!two.is_empty());
    assert_eq!(two.len(), 2);
    for wrong in ["2027-1-31", "2027-01-31 ", "soon", "2027/01/31"] {
        assert!(Accepted::parse(&entry(wrong)).is_err(), "{wrong}");
    }
    let error = Accepted::parse("# one\n\nwrong = 1\n").unwrap_err();
    assert!(error.starts_with("line 3: "), "{error}");
}

#[test]
fn a_character_that_xml_cannot_hold_is_a_space() {
    let schema = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    let found = compare_values(
        &document(1, &schema("odd\u{1}name")),
        &document(1, &schema("name")),
    );
    let report = found.to_report(Format::Junit, Written::default());
    assert!(report.contains("odd name"), "{report}");
    assert!(!report.contains('\u{1}'), "{report}");
}
