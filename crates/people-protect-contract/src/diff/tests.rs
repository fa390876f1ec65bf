//! What counts as a change, and what does not.

use serde_json::json;

use super::*;

fn contract(value: Value, name: &str) -> Contract {
    Contract::from_value(value, name).unwrap()
}

fn base() -> Value {
    let reply = |schema: &str| {
        json!({"200": {"description": "d", "content": {"application/json": {
            "schema": {"$ref": format!("#/components/schemas/{schema}")}
        }}}})
    };
    json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/things/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true,
                    "schema": {"type": "string"}}],
                "get": {"operationId": "get_thing", "responses": reply("Thing")}
            },
            "/others": {"get": {"operationId": "list_others", "responses": reply("Other")}}
        },
        "components": {"schemas": {
            "Thing": {"type": "object", "properties": {
                "b": {"$ref": "#/components/schemas/Deep"}, "a": {"type": "string"}
            }},
            "Deep": {"type": "string", "enum": ["X", "Y"], "description": "deep"},
            "Other": {"type": "object", "required": ["x", "y"], "properties": {"x": {}, "y": {}}}
        }}
    })
}

fn changes(new: Value, options: Options) -> Vec<(String, Change)> {
    by_operation(&contract(base(), "old"), &contract(new, "new"), options)
        .into_iter()
        .map(|diff| (diff.operation, diff.change))
        .collect()
}

fn pair(id: &str, change: Change) -> (String, Change) {
    (id.to_owned(), change)
}

#[test]
fn a_change_deep_in_a_schema_marks_only_the_operations_that_reach_it() {
    let mut new = base();
    new["components"]["schemas"]["Deep"]["enum"] = json!(["X", "Y", "Z"]);
    let diffs = by_operation(
        &contract(base(), "old.yaml"),
        &contract(new, "new.yaml"),
        Options::new(),
    );
    assert_eq!(diffs[0].change, Change::Changed);
    assert_eq!(diffs[1].change, Change::Same);
    let text = &diffs[0].text;
    assert!(text.starts_with("--- old.yaml\n+++ new.yaml\n"), "{text}");
    assert!(text.contains("+      \"Z\"\n"), "{text}");
    assert!(text.contains("schemas Deep"), "{text}");
    assert!(diffs[1].text.is_empty());
}

#[test]
fn operations_are_added_and_removed() {
    let mut new = base();
    let paths = new["paths"].as_object_mut().unwrap();
    paths.shift_remove("/others");
    paths.insert("/new".to_owned(), json!({"post": {"responses": {}}}));
    let expected = [
        pair("get_thing", Change::Same),
        pair("list_others", Change::Removed),
        pair("POST /new", Change::Added),
    ];
    assert_eq!(changes(new, Options::new()), expected);
}

#[test]
fn operations_match_by_place_first_and_then_by_id() {
    let mut new = base();
    let paths = new["paths"].as_object_mut().unwrap();
    let mut thing = paths.shift_remove("/things/{id}").unwrap();
    thing["parameters"][0]["name"] = json!("thingId");
    thing["get"]["operationId"] = json!("fetch_thing");
    paths.insert("/things/{thingId}".to_owned(), thing);
    let others = paths.shift_remove("/others").unwrap();
    paths.insert("/all-others".to_owned(), others);
    let expected = [
        pair("get_thing", Change::Changed),
        pair("list_others", Change::Changed),
    ];
    assert_eq!(changes(new, Options::new()), expected);
}

#[test]
fn texts_and_extensions_are_ignored_when_asked_but_not_properties_of_that_name() {
    let mut new = base();
    new["components"]["schemas"]["Deep"]["description"] = json!("other");
    new["components"]["schemas"]["Deep"]["x-evidence"] = json!("S");
    let ignoring = Options::new().ignore_texts().ignore_extensions();
    assert_eq!(changes(new.clone(), Options::new())[0].1, Change::Changed);
    assert_eq!(
        changes(new.clone(), Options::new().ignore_texts())[0].1,
        Change::Changed
    );
    assert_eq!(changes(new.clone(), ignoring)[0].1, Change::Same);
    new["components"]["schemas"]["Thing"]["properties"]["description"] = json!({"type": "string"});
    assert_eq!(changes(new, ignoring)[0].1, Change::Changed);
}

#[test]
fn order_and_spelling_alone_are_no_change() {
    let new = json!({
        "components": {"schemas": {
            "Other": {"properties": {"y": {}, "x": {}}, "required": ["y", "x"], "type": "object"},
            "Deep": {"description": "deep", "enum": ["Y", "X"], "type": "string"},
            "Thing": {"properties": {
                "a": {"type": "string"}, "b": {"$ref": "#/components/schemas/%44eep"}
            }, "type": "object"}
        }},
        "paths": {
            "/others": {"get": {"responses": {"200": {"content": {"Application/JSON": {
                "schema": {"$ref": "#/components/schemas/Other"}
            }}, "description": "d"}}, "operationId": "list_others"}},
            "/things/{id}": {
                "get": {"operationId": "get_thing", "responses": base()["paths"]["/things/{id}"]["get"]["responses"]},
                "parameters": base()["paths"]["/things/{id}"]["parameters"]
            }
        },
        "info": {"version": "1", "title": "t"},
        "openapi": "3.0.3"
    });
    assert!(
        changes(new.clone(), Options::new())
            .iter()
            .all(|(_, change)| *change == Change::Same)
    );
    let (old, new) = (contract(base(), "a"), contract(new, "b"));
    assert_eq!(normalise(&old).to_string(), normalise(&new).to_string());
}

#[test]
fn normalising_drops_nothing_and_is_stable() {
    let document = contract(base(), "a");
    let once = normalise(&document);
    assert_eq!(once["components"]["schemas"]["Deep"]["description"], "deep");
    let leaves = |value: &Value| {
        let mut count = 0;
        crate::walk::walk(value, &mut |_, _, _| count += 1);
        count
    };
    assert_eq!(leaves(&once), leaves(document.value()));
    let twice = normalise(&contract(once.clone(), "b"));
    assert_eq!(once.to_string(), twice.to_string());
}
