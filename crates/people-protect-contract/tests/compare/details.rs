//! Small things that decide a verdict: which of two is the same, and what a sentence names.

use people_protect_contract::compare::compare_values;
use serde_json::{Value, json};

use crate::{base, with};

fn said(old: &Value, new: &Value) -> Vec<(String, String, String)> {
    compare_values(old, new)
        .changes()
        .iter()
        .map(|one| (one.id.clone(), one.wire.name().to_owned(), one.text.clone()))
        .collect()
}

fn ids(old: &Value, new: &Value) -> Vec<String> {
    said(old, new).into_iter().map(|one| one.0).collect()
}

fn paths(paths: Value) -> Value {
    json!({"openapi": "3.1.0", "paths": paths})
}

fn operation(id: &str) -> Value {
    json!({"operationId": id, "responses": {"200": {"description": "It"}}})
}

#[test]
fn a_path_is_found_again_by_what_stands_around_its_parameters() {
    let old = paths(
        json!({"/a/{one}/x": {"get": operation("ax"), "put": operation("ap")}, "/b/{one}": {"get": operation("b")}}),
    );
    let new = paths(
        json!({"/b/{two}": {"get": operation("b")}, "/a/{two}/x": {"put": operation("ap"), "get": operation("ax")}}),
    );
    assert_eq!(ids(&old, &new), Vec::<String>::new());
    let other = paths(
        json!({"/b/{two}": {"get": operation("b")}, "/a/{two}/y": {"put": operation("ap"), "get": operation("ax")}}),
    );
    let found = ids(&old, &other);
    assert_eq!(
        found.iter().filter(|id| *id == "operation-removed").count(),
        2,
        "{found:?}"
    );
    assert_eq!(
        found.iter().filter(|id| *id == "operation-added").count(),
        2,
        "{found:?}"
    );
}

#[test]
fn an_operation_that_goes_is_told_with_its_warning() {
    let mut old = paths(json!({"/a": {"get": operation("a")}, "/b": {"get": operation("b")}}));
    old["paths"]["/a"]["get"]["deprecated"] = json!(true);
    let texts: Vec<_> = said(&old, &paths(json!({})))
        .into_iter()
        .map(|one| one.2)
        .collect();
    assert!(
        texts.contains(&"GET /a, which was deprecated, is gone".to_owned()),
        "{texts:?}"
    );
    assert!(texts.contains(&"GET /b is gone".to_owned()), "{texts:?}");
}

#[test]
fn what_the_server_calls_unasked_is_compared_the_other_way_round() {
    let told = |kind: &str| {
        json!({"openapi": "3.1.0", "webhooks": {"told": {"post": {
            "operationId": "told",
            "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"state": {"type": kind}}}}}},
            "responses": {"204": {"description": "Heard"}}
        }}}})
    };
    let found = said(&told("string"), &told("integer"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "breaking");
    let gone = said(
        &told("string"),
        &json!({"openapi": "3.1.0", "webhooks": {}}),
    );
    assert_eq!(gone.len(), 1, "{gone:?}");
}

#[test]
fn an_operations_own_parameter_replaces_the_paths_only_in_the_same_place() {
    let document = |place: &str, kind: &str| {
        let mut get = operation("a");
        get["parameters"] = json!([{"name": "id", "in": place, "schema": {"type": kind}}]);
        paths(
            json!({"/a": {"parameters": [{"name": "id", "in": "query", "schema": {"type": "string"}}], "get": get}}),
        )
    };
    // The path's counts for nothing where the operation has its own.
    let mut other = document("query", "integer");
    other["paths"]["/a"]["parameters"][0]["schema"]["type"] = json!("boolean");
    assert_eq!(
        ids(&document("query", "integer"), &other),
        Vec::<String>::new()
    );
    let mut other = document("header", "integer");
    other["paths"]["/a"]["parameters"][0]["schema"]["type"] = json!("boolean");
    assert_eq!(
        ids(&document("header", "integer"), &other),
        ["request-parameter-type-changed"]
    );
}

#[test]
fn a_parameter_is_named_with_its_place() {
    let at = "/paths/~1things~1{thingId}/post/parameters/0/required";
    let found = said(&base(), &with(base(), at, &json!(true)));
    assert!(
        found[0].2.contains("the query parameter `kind`"),
        "{found:?}"
    );
}

#[test]
fn a_parameter_with_content_is_compared_by_it() {
    let at = "/paths/~1things~1{thingId}/post/parameters/0";
    let content = |kind: &str| json!({"name": "kind", "in": "query", "content": {"application/json": {"schema": {"type": kind}}}});
    let (old, new) = (
        with(base(), at, &content("string")),
        with(base(), at, &content("integer")),
    );
    let found = said(&old, &new);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "breaking");
    assert!(found[0].0.contains("type-changed"), "{found:?}");
}

#[test]
fn listed_values_have_the_types_that_they_have() {
    let at = "/components/schemas/In/properties/limit";
    let document = |schema: Value| with(base(), at, &schema);
    // 1.5 is no integer, 1 is one; both are numbers.
    let halves = said(
        &document(json!({"type": "integer"})),
        &document(json!({"enum": [1.5]})),
    );
    let wholes = said(
        &document(json!({"enum": [1]})),
        &document(json!({"type": "integer"})),
    );
    let numbers = said(
        &document(json!({"enum": [1.5]})),
        &document(json!({"type": "integer"})),
    );
    assert!(halves.iter().any(|one| one.1 == "breaking"), "{halves:?}");
    assert!(wholes.iter().all(|one| one.1 == "safe"), "{wholes:?}");
    assert!(numbers.iter().any(|one| one.1 == "breaking"), "{numbers:?}");
}

#[test]
fn whoever_may_call_by_fewer_ways_is_told_from_less_being_enough() {
    let at = "/paths/~1things/get/security";
    let document = |security: Value| with(base(), at, &security);
    let scopes = json!([{"login": ["read", "write"]}]);
    let found = said(&document(scopes), &document(json!([{"login": ["read"]}])));
    assert!(
        found.iter().any(|one| one.2 == "less is enough to call"),
        "{found:?}"
    );
    let found = said(
        &document(json!([{"login": ["read"]}])),
        &document(json!([{"login": ["read"]}, {"key": []}])),
    );
    assert!(
        found
            .iter()
            .any(|one| one.2 == "there is another way to be let in"),
        "{found:?}"
    );
    let order = said(
        &document(json!([{"login": ["read"]}, {"key": []}])),
        &document(json!([{"key": []}, {"login": ["read"]}])),
    );
    assert!(order.is_empty(), "{order:?}");
    let shut = said(
        &document(json!([{"login": ["read"]}, {"key": []}])),
        &document(json!([{"key": []}])),
    );
    assert!(shut.iter().any(|one| one.1 == "breaking"), "{shut:?}");
}

#[test]
fn a_default_answer_that_goes_takes_what_it_stood_for() {
    let answers = |statuses: &[&str]| {
        let all: serde_json::Map<String, Value> = statuses
            .iter()
            .map(|status| ((*status).to_owned(), json!({"description": "One"})))
            .collect();
        with(
            base(),
            "/paths/~1things~1{thingId}/post/responses",
            &Value::Object(all),
        )
    };
    let between = |old: &[&str], new: &[&str]| -> Vec<(String, String)> {
        let found = said(&answers(old), &answers(new));
        found.into_iter().map(|(id, wire, _)| (id, wire)).collect()
    };
    let one = |id: &str, wire: &str| vec![(id.to_owned(), wire.to_owned())];
    let removed = "response-status-removed";
    // What succeeds is said apart, so the default stood for failures.
    assert_eq!(between(&["201", "default"], &["201"]), one(removed, "safe"));
    assert_eq!(
        between(&["302", "3XX", "default"], &["302", "3XX"]),
        one(removed, "safe")
    );
    // It stood for everything.
    assert_eq!(
        between(&["404", "default"], &["404"]),
        one(removed, "breaking")
    );
    assert_eq!(
        between(&["201"], &["201", "default"]),
        one("response-status-added", "safe")
    );
    // A range that is written out is there still, and one that is not is gone.
    let success = "response-success-status-removed";
    let wire = |new: &[&str]| {
        let found = between(&["2XX"], new);
        let gone = found.into_iter().find(|(id, _)| id == success);
        gone.map(|(_, wire)| wire)
    };
    assert_eq!(wire(&["201"]).as_deref(), Some("safe"));
    assert_eq!(wire(&["404"]).as_deref(), Some("breaking"));
}

#[test]
fn beside_a_reference_nothing_counts_before_3_1() {
    let document = |version: &str, more: &str| {
        let mut schema = json!({"$ref": "#/components/schemas/Name"});
        if !more.is_empty() {
            schema[more] = json!(3);
        }
        json!({"openapi": version, "paths": {"/a": {"post": {
            "operationId": "a",
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"204": {"description": "Done"}}
        }}}, "components": {"schemas": {"Name": {"type": "string"}}}})
    };
    let change = |version: &str| ids(&document(version, ""), &document(version, "maxLength"));
    assert_eq!(change("3.0.3"), Vec::<String>::new());
    assert_eq!(change("3.1.0"), ["request-body-max-length-changed"]);
}

#[test]
fn whoever_is_shut_out_is_told_to_get_credentials_and_nobody_else() {
    let at = "/paths/~1things/get/security";
    let action = |was: Value, is: Value| {
        compare_values(&with(base(), at, &was), &with(base(), at, &is)).changes()[0]
            .action
            .clone()
    };
    let (read, both) = (
        json!([{"login": ["read"]}]),
        json!([{"login": ["read", "write"]}]),
    );
    assert!(action(read.clone(), both.clone()).starts_with("get the credentials"));
    assert_eq!(action(both, read), "nothing");
}

#[test]
fn a_parameter_that_moves_keeps_its_argument_only_if_it_is_the_same() {
    let at = "/paths/~1things~1{thingId}/post/parameters/0";
    let rust = |is: Value| {
        let found = compare_values(&base(), &with(base(), at, &is));
        assert_eq!(found.changes()[0].id, "request-parameter-moved");
        found.changes()[0].rust.name().to_owned()
    };
    let same =
        json!({"name": "kind", "in": "header", "schema": {"type": "string", "maxLength": 20}});
    let mut required = same.clone();
    required["required"] = json!(true);
    let mut other = same.clone();
    other["schema"]["type"] = json!("integer");
    assert_eq!(rust(same), "patch");
    assert_eq!(rust(required), "major");
    assert_eq!(rust(other), "major");
}
