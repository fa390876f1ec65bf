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
    // Whom it would break, as every comparison says it.
    assert!(
        run.out.contains("(operation-removed, rust major)"),
        "{}",
        run.out
    );
    assert!(run.out.contains("breaking on the wire"), "{}", run.out);
    assert!(!run.out.contains("retry-class-changed"), "{}", run.out);
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
fn the_contract_itself_is_never_overwritten() {
    let workspace = Workspace::new();
    workspace.write("upstream.json", &upstream().to_string());
    let file = workspace.path("upstream.json");
    let ours = workspace.path("openapi/../openapi/panic-api.yaml");
    let before = workspace.read("openapi/panic-api.yaml");
    let import = [
        "contract",
        "import",
        file.to_str().unwrap(),
        "--write",
        ours.to_str().unwrap(),
    ];
    for import in [
        import.to_vec(),
        [&import[..], &["--drop-evidence"]].concat(),
    ] {
        let run = workspace.run(&import);
        assert_eq!(run.code, 1, "{}", run.out);
        assert!(run.err.contains("kept by hand"), "{}", run.err);
        assert_eq!(workspace.read("openapi/panic-api.yaml"), before);
    }
}

#[test]
fn grades_in_another_file_are_overwritten_only_when_told() {
    let workspace = Workspace::new();
    workspace.write("upstream.json", &upstream().to_string());
    let copy = workspace.read("openapi/panic-api.yaml");
    workspace.write("copy.yaml", &copy);
    let (file, target) = (workspace.path("upstream.json"), workspace.path("copy.yaml"));
    let import = [
        "contract",
        "import",
        file.to_str().unwrap(),
        "--write",
        target.to_str().unwrap(),
    ];

    let run = workspace.run(&import);

    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.err.contains("grades"), "{}", run.err);
    assert!(run.err.contains("--drop-evidence"), "{}", run.err);
    assert_eq!(workspace.read("copy.yaml"), copy);

    let told = [&import[..], &["--drop-evidence"]].concat();
    assert_eq!(workspace.run(&told).code, 0);
    assert_ne!(workspace.read("copy.yaml"), copy);
}

#[test]
fn a_grade_in_the_document_does_not_replace_ours() {
    let workspace = Workspace::new();
    let mut document = upstream();
    document["paths"]["/oauth/token"]["post"]["x-evidence"] = json!("I");
    workspace.write("upstream.json", &document.to_string());
    let file = workspace.path("upstream.json");

    let run = workspace.run(&["contract", "import", file.to_str().unwrap()]);

    assert_eq!(run.code, 0, "{}", run.err);
    let named = "/paths/~1oauth~1token/post/x-evidence (the document says otherwise)";
    assert!(run.out.contains(named), "{}", run.out);
    let written = workspace.read("target/import/upstream.json");
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["paths"]["/oauth/token"]["post"]["x-evidence"], "S");
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
