//! `cargo xtask contract import`: an upstream document is laid beside ours, and grades are kept.

use crate::workspace::Workspace;
use serde_json::{Value, json};

/// A small upstream document in OpenAPI 3.1 that knows one of our operations, and one we do not.
fn upstream() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Upstream", "version": "9"},
        "paths": {
            "/oauth/token": {"post": {
                "operationId": "createToken",
                "responses": {"200": {"description": "A token.", "content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/Token"}}}}}
            }},
            "/beacons": {"get": {
                "operationId": "list_beacons",
                "responses": {"204": {"description": "None."}}
            }}
        },
        "components": {"schemas": {"Token": {
            "type": "object",
            "properties": {"accessToken": {"type": ["string", "null"]}}
        }}}
    })
}

#[test]
fn an_upstream_document_is_compared_per_operation_and_written_beside_ours() {
    let workspace = Workspace::new();
    workspace.write("upstream.json", &upstream().to_string());
    let file = workspace.path("upstream.json");

    let run = workspace.run(&["contract", "import", file.to_str().unwrap()]);

    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("converted from 3.1"), "{}", run.out);
    assert!(
        run.out.contains("changed create_oauth_token"),
        "{}",
        run.out
    );
    assert!(run.out.contains("added list_beacons"), "{}", run.out);
    assert!(run.out.contains("removed create_customer "), "{}", run.out);
    assert!(
        run.out.contains("1 only upstream, 51 only ours"),
        "{}",
        run.out
    );
    let written: Value =
        serde_json::from_str(&workspace.read("target/import/upstream.json")).unwrap();
    assert_eq!(written["openapi"], "3.0.3");
    let token = &written["components"]["schemas"]["Token"]["properties"]["accessToken"];
    assert_eq!(token["x-evidence"], "S", "our grade came along: {token}");
}

#[test]
fn grades_are_never_overwritten_silently() {
    let workspace = Workspace::new();
    workspace.write("upstream.json", &upstream().to_string());
    let file = workspace.path("upstream.json");
    let ours = workspace.path("openapi/panic-api.yaml");
    let before = workspace.read("openapi/panic-api.yaml");
    let import = [
        "contract",
        "import",
        file.to_str().unwrap(),
        "--write",
        ours.to_str().unwrap(),
    ];

    let run = workspace.run(&import);

    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.err.contains("grades"), "{}", run.err);
    assert!(run.err.contains("--drop-evidence"), "{}", run.err);
    assert_eq!(workspace.read("openapi/panic-api.yaml"), before);

    let told = [&import[..], &["--drop-evidence"]].concat();
    assert_eq!(workspace.run(&told).code, 0);
    assert_ne!(workspace.read("openapi/panic-api.yaml"), before);
}

#[test]
fn a_document_that_is_none_is_refused() {
    let workspace = Workspace::new();
    workspace.write("upstream.json", "{");
    let file = workspace.path("upstream.json");
    for file in [file.to_str().unwrap(), "no/such/file.yaml"] {
        let run = workspace.run(&["contract", "import", file]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(file), "{}", run.err);
    }
}
