//! Requests and answers against a small contract, open and closed.

use serde_json::json;

use super::*;

fn validator() -> Validator {
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let answer = |name: &str| json!({"description": "d", "content": {"application/json": {"schema": reference(name)}}});
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/callouts/{id}": {
                "get": {"operationId": "get_callout", "responses": {
                    "200": {"$ref": "#/components/responses/Callout"},
                    "285": answer("Callout"),
                    "2XX": {"description": "nothing"},
                    "4XX": answer("Error"),
                    "default": {"description": "d", "content": {"text/html": {}}}
                }},
                "put": {"operationId": "update",
                    "requestBody": {"required": true, "content": {
                        "Application/JSON; charset=utf-8": {"schema": reference("Callout")},
                        "application/x-www-form-urlencoded": {"schema": reference("Error")},
                        "text/csv": {"schema": {"type": "string"}}
                    }},
                    "responses": {"204": {"description": "d"}}},
                "post": {"operationId": "optional",
                    "requestBody": {"content": {"application/json": {"schema": reference("Error")}}},
                    "responses": {"204": {"description": "d"}}},
                "head": {"operationId": "head", "responses": {"200": answer("Callout")}}
            }
        },
        "components": {
            "responses": {"Callout": answer("Callout")},
            "schemas": {
                "Error": {"type": "object", "required": ["message"],
                    "properties": {"message": {"type": "string"}}},
                "Position": {"type": "object", "required": ["lat"], "properties": {
                    "lat": {"type": "number", "minimum": -90},
                    "note": {"type": "string", "maxLength": 3, "nullable": true}
                }},
                "Status": {"type": "string", "enum": ["OPEN", "CLOSED"]},
                "Callout": {"type": "object", "required": ["id"], "properties": {
                    "id": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
                    "status": {"allOf": [reference("Status")], "nullable": true},
                    "position": {"allOf": [reference("Position")], "nullable": true},
                    "track": {"type": "array", "items": reference("Position")},
                    "at": {"type": "string", "format": "date-time"},
                    "mail": {"type": "string", "format": "email"},
                    "url": {"type": "string", "format": "uri"},
                    "key": {"type": "string", "format": "uuid"},
                    "extra": {"type": "object"},
                    "who": {"oneOf": [reference("Error"), reference("Position")]}
                }}
            }
        }
    });
    Validator::new(&Contract::from_value(document, "t").unwrap()).unwrap()
}

fn callout(body: Value, mode: Mode) -> Vec<(ViolationKind, String, String)> {
    let found = validator().response("get_callout", 200, Some("application/json"), &body, mode);
    found
        .unwrap()
        .into_iter()
        .map(|violation| {
            let text = violation.to_string();
            (violation.kind, violation.instance_path, text)
        })
        .collect()
}

fn one(body: Value) -> (ViolationKind, String, String) {
    let mut found = callout(body, Mode::Open);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_fitting_body_passes_in_both_modes() {
    let body = json!({
        "id": "x", "status": null, "position": {"lat": 1.5, "note": null}, "track": [{"lat": 2}],
        "at": "2026-01-02T03:04:05Z", "mail": "a@b.co", "url": "https://a.co/b?c",
        "key": "123e4567-e89b-12d3-a456-426614174000", "extra": {"any": {"thing": 1}}
    });
    assert_eq!(callout(body.clone(), Mode::Open), []);
    assert_eq!(callout(body, Mode::Closed), []);
}

#[test]
fn every_kind_of_fault_has_kind_path_and_message() {
    let table = [
        (
            json!({}),
            ViolationKind::MissingRequired,
            "/id",
            "the required field `id` is absent",
        ),
        (
            json!({"id": true}),
            ViolationKind::WrongType,
            "/id",
            "/id: wrong type: is a boolean; expected integer or string",
        ),
        (
            json!({"id": 1, "at": 5}),
            ViolationKind::WrongType,
            "/at",
            "is an integer; expected string",
        ),
        (
            json!({"id": 1, "status": "GONE"}),
            ViolationKind::NotAllowedValue,
            "/status",
            "\"CLOSED\"",
        ),
        (
            json!({"id": 1, "position": {}}),
            ViolationKind::MissingRequired,
            "/position/lat",
            "`lat`",
        ),
        (
            json!({"id": 1, "track": [{"lat": 1}, {"lat": -91}]}),
            ViolationKind::Other,
            "/track/1/lat",
            "expected at least -90",
        ),
        (
            json!({"id": 1, "position": {"lat": 0, "note": "long"}}),
            ViolationKind::Other,
            "/position/note",
            "at most 3 characters",
        ),
        (
            json!({"id": 1, "at": "today"}),
            ViolationKind::BadFormat,
            "/at",
            "expected date-time",
        ),
        (
            json!({"id": 1, "mail": "x"}),
            ViolationKind::BadFormat,
            "/mail",
            "email",
        ),
        (
            json!({"id": 1, "url": "x y"}),
            ViolationKind::BadFormat,
            "/url",
            "uri",
        ),
        (
            json!({"id": 1, "key": "x"}),
            ViolationKind::BadFormat,
            "/key",
            "uuid",
        ),
        (
            json!({"id": 1, "who": {}}),
            ViolationKind::Other,
            "/who",
            "fits none of 2 alternatives (1: /who/message the required field `message` is absent",
        ),
    ];
    for (body, kind, path, text) in table {
        let (found, at, message) = one(body.clone());
        assert_eq!((found, at.as_str()), (kind, path), "{body}");
        assert!(message.contains(text), "{message}");
    }
}

#[test]
fn no_message_repeats_a_value_of_the_body() {
    for body in [
        json!({"id": 1, "mail": "SECRET"}),
        json!({"id": 1, "status": "SECRET"}),
        json!({"id": 1, "position": {"lat": "SECRET"}}),
        json!({"id": 1, "position": {"lat": 1, "note": "SECRET"}}),
        json!({"id": 1, "who": {"message": ["SECRET"]}}),
    ] {
        let (_, _, message) = one(body);
        assert!(!message.contains("SECRET"), "{message}");
    }
}

#[test]
fn closed_mode_reports_each_unknown_field_once_and_open_mode_none() {
    let body = json!({"id": 1, "new": 1, "position": {"lat": 1, "alt": 2, "acc": 3},
        "track": [{"lat": 1, "alt": 2}], "extra": {"free": 1}});
    assert_eq!(callout(body.clone(), Mode::Open), []);
    let found = callout(body, Mode::Closed);
    let paths: Vec<&str> = found.iter().map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        ["/new", "/position/alt", "/position/acc", "/track/0/alt"]
    );
    assert!(
        found
            .iter()
            .all(|(kind, _, _)| *kind == ViolationKind::UnknownField)
    );
    assert!(
        found[1]
            .2
            .contains("does not name `alt`; expected one of lat, note"),
        "{}",
        found[1].2
    );
}

#[test]
fn another_fault_does_not_make_known_fields_unknown() {
    let found = callout(
        json!({"id": 1, "position": {"lat": "north", "note": "x"}}),
        Mode::Closed,
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].1, "/position/lat");
}

fn kinds(found: Result<Vec<Violation>, NotInContract>) -> Vec<ViolationKind> {
    found
        .unwrap()
        .into_iter()
        .map(|violation| violation.kind)
        .collect()
}

#[test]
fn an_exact_status_wins_over_a_range_and_a_range_over_the_default() {
    let validator = validator();
    let json_type = Some("application/json");
    let callout = json!({"id": 1});
    let respond = |status, body: Body<'_>| {
        kinds(validator.response("get_callout", status, json_type, body, Mode::Open))
    };
    assert_eq!(respond(285, Body::Json(&callout)), []);
    assert_eq!(respond(285, Body::Empty), [ViolationKind::MissingBody]);
    assert_eq!(respond(204, Body::Empty), []);
    assert_eq!(
        respond(204, Body::Json(&callout)),
        [ViolationKind::UnexpectedBody]
    );
    assert_eq!(respond(404, Body::Json(&json!({"message": "m"}))), []);
    assert_eq!(
        respond(404, Body::Json(&json!({}))),
        [ViolationKind::MissingRequired]
    );
    assert_eq!(
        respond(503, Body::Json(&callout)),
        [ViolationKind::UndocumentedMediaType]
    );
    let html = validator.response(
        "get_callout",
        503,
        Some("text/html"),
        Body::Text("<p>"),
        Mode::Open,
    );
    assert_eq!(kinds(html), []);
    let undocumented = validator
        .response("update", 200, None, Body::Empty, Mode::Open)
        .unwrap();
    assert_eq!(undocumented[0].kind, ViolationKind::UndocumentedStatus);
    assert_eq!(undocumented[0].expected, "204");
}

#[test]
fn content_types_are_compared_without_parameters_and_case() {
    let validator = validator();
    let body = json!({"id": 1});
    let send = |content_type| kinds(validator.request("update", content_type, &body, Mode::Open));
    assert_eq!(send(Some("application/json")), []);
    assert_eq!(send(Some("APPLICATION/json;charset=UTF-8")), []);
    assert_eq!(send(None), []);
    assert_eq!(
        send(Some("application/xml")),
        [ViolationKind::UndocumentedMediaType]
    );
    assert_eq!(
        send(Some("application/x-www-form-urlencoded")),
        [ViolationKind::MissingRequired]
    );
    assert_eq!(send(Some("text/csv")), []);
}

#[test]
fn absent_and_broken_bodies_are_told_apart() {
    let validator = validator();
    let json_type = Some("application/json");
    let send = |operation, body: Body<'_>| {
        kinds(validator.request(operation, json_type, body, Mode::Open))
    };
    assert_eq!(send("update", Body::Empty), [ViolationKind::MissingBody]);
    assert_eq!(
        send("update", Body::Text("<html>")),
        [ViolationKind::WrongType]
    );
    assert_eq!(send("optional", Body::Empty), []);
    assert_eq!(send("get_callout", Body::Empty), []);
    assert_eq!(
        send("get_callout", Body::Text("x")),
        [ViolationKind::UnexpectedBody]
    );
    assert_eq!(
        kinds(validator.response("head", 200, json_type, Body::Empty, Mode::Open)),
        []
    );
}

#[test]
fn a_component_can_be_judged_alone_and_unknown_names_are_errors() {
    let validator = validator();
    assert_eq!(
        validator
            .schema("Status", &json!("OPEN"), Mode::Open)
            .unwrap(),
        []
    );
    let error = validator
        .schema("status", &json!(1), Mode::Open)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the contract has no schema `status`; check the spelling, case counts"
    );
    let error = validator
        .request("nope", None, Body::Empty, Mode::Open)
        .unwrap_err();
    assert_eq!(error.name(), "nope");
}

#[test]
fn the_schema_path_leads_from_the_component_to_the_keyword() {
    let body = json!({"id": 1, "track": [{}]});
    let found = validator()
        .response("get_callout", 200, None, &body, Mode::Open)
        .unwrap();
    assert_eq!(
        found[0].schema_path,
        "/components/schemas/Callout#/properties/track/items/$ref/required"
    );
}

#[test]
fn a_contract_with_a_broken_schema_is_refused_with_its_place() {
    let build = |schema: Value| {
        let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {}, "components": {"schemas": {"A": schema}}});
        Validator::new(&Contract::from_value(document, "t").unwrap())
            .unwrap_err()
            .to_string()
    };
    let message = build(json!({"properties": {"p": {"$ref": "#/components/schemas/Gone"}}}));
    assert!(
        message.starts_with("/components/schemas/A/properties/p: the reference"),
        "{message}"
    );
    assert!(build(json!({"$ref": "other.yaml#/A"})).contains("out of the document"));
    assert!(build(json!({"type": "string", "pattern": "("})).contains("pattern does not compile"));
    let itself = json!({"$ref": "#/components/schemas/A"});
    assert!(build(itself.clone()).contains("defined by itself"));
    assert!(
        build(json!({"oneOf": [{"type": "string"}, {"allOf": [itself]}]})).contains("by itself")
    );
}

#[test]
fn a_schema_may_contain_itself_one_level_down() {
    let document = json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
    "components": {"schemas": {"Tree": {"type": "object", "properties": {
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
    }}}}});
    let validator = Validator::new(&Contract::from_value(document, "t").unwrap()).unwrap();
    let tree = json!({"children": [{"children": [{"leaf": 1}]}]});
    assert_eq!(validator.schema("Tree", &tree, Mode::Open).unwrap(), []);
    let found = validator.schema("Tree", &tree, Mode::Closed).unwrap();
    assert_eq!(found[0].instance_path, "/children/0/children/0/leaf");
}

#[test]
fn a_validator_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&validator());
}
