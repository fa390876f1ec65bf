//! `drift` and `contract release`.

use serde_json::{Value, json};

use crate::workspace::Workspace;

const LOG: &str = "# Changelog\n\n## Unreleased\n\n### Added\n\n- more\n";

/// A workspace whose contract has been filed as 1.0.0.
fn released() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("CHANGELOG.md", LOG);
    assert_eq!(workspace.run(&["generate"]).code, 0);
    let run = workspace.run(&["contract", "release", "1.0.0"]);
    assert_eq!(run.code, 0, "{}", run.err);
    workspace
}

fn renamed(contract: &mut Value) {
    let schema = contract
        .pointer_mut("/components/schemas/SubscriptionType")
        .unwrap();
    schema["required"] = json!(["id", "valueText"]);
    let properties = schema["properties"].as_object_mut().unwrap();
    let value = properties.shift_remove("value").unwrap();
    properties.insert("valueText".to_owned(), value);
}

fn with_field(contract: &mut Value) {
    let properties = contract
        .pointer_mut("/components/schemas/SubscriptionType/properties")
        .and_then(Value::as_object_mut)
        .unwrap();
    properties.insert(
        "shortName".to_owned(),
        json!({"type": "string", "x-evidence": "I", "x-personal-data": false}),
    );
}

#[test]
fn the_first_release_files_the_contract_and_says_so() {
    let workspace = released();
    assert_eq!(
        workspace.read("openapi/released/1.0.0.yaml"),
        workspace.read("openapi/panic-api.yaml")
    );
    let log = workspace.read("CHANGELOG.md");
    assert!(
        log.contains("## Unreleased\n\n### API contract 1.0.0\n\nThe first contract that is filed: 52 operations.\n\n### Added"),
        "{log}"
    );
    let again = workspace.run(&["contract", "release", "1.0.1"]);
    assert_eq!(again.code, 1);
    assert!(
        again.err.contains("there is nothing to release"),
        "{}",
        again.err
    );
}

#[test]
fn drift_shows_the_edit_the_generated_items_and_the_server() {
    let workspace = released();
    let none = workspace.run(&["drift"]);
    assert!(none.out.contains("Nothing changed."), "{}", none.out);
    assert!(none.out.contains("Measured: none."), "{}", none.out);
    workspace.change(renamed);
    let report = json!({"cases": [], "drift": [{
        "operation": "list_subscription_types", "pointer": "/subscriptionTypes/*/valueText",
        "kind": "unknown-field", "status": 200
    }]});
    workspace.write("report.json", &report.to_string());
    let file = workspace.path("report.json");
    let run = workspace.run(&["drift", "--seen", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = &run.out;
    for expected in [
        "The contract since openapi/released/1.0.0.yaml",
        "there is no property `value` any more",
        "  - types::SubscriptionType.value: Option<String>",
        "  + types::SubscriptionType.value_text: Option<String>",
        "Measured: major.",
        "the server already shows it",
        "1 changes are shown already",
    ] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }
    let markdown = workspace.run(&["drift", "--format", "markdown"]).out;
    assert!(
        markdown.contains("```diff\n- types::SubscriptionType.value"),
        "{markdown}"
    );
    let json: Value =
        serde_json::from_str(&workspace.run(&["drift", "--format", "json"]).out).unwrap();
    assert_eq!(json["generated"]["rust"], "major");
    assert_eq!(json["rust"], "major");
}

#[test]
fn a_version_that_is_too_small_or_stale_files_is_refused_and_nothing_is_written() {
    let workspace = released();
    workspace.change(|contract| {
        contract["paths"]["/callouts/{calloutId}"]["get"]["operationId"] = json!("read_callout")
    });
    let stale = workspace.run(&["contract", "release", "2.0.0"]);
    assert_eq!(stale.code, 1);
    assert!(
        stale
            .err
            .contains("the contract was edited since it was generated"),
        "{}",
        stale.err
    );
    assert_eq!(workspace.run(&["generate"]).code, 0);
    let log = workspace.read("CHANGELOG.md");
    let small = workspace.run(&["contract", "release", "1.1.0"]);
    assert_eq!(small.code, 1);
    assert!(
        small
            .err
            .contains("1.1.0 is too small: the changes since 1.0.0 ask for major, 2.0.0 at least"),
        "{}",
        small.err
    );
    assert_eq!(workspace.run(&["contract", "release", "soon"]).code, 2);
    assert_eq!(workspace.read("CHANGELOG.md"), log);
    assert!(!workspace.exists("openapi/released/1.1.0.yaml"));
    assert_eq!(workspace.run(&["contract", "release", "2.0.0"]).code, 0);
    assert!(
        workspace
            .read("CHANGELOG.md")
            .contains("### API contract 2.0.0\n\nSince 1.0.0: ")
    );
}

#[test]
fn a_field_more_in_an_answer_asks_for_a_minor_version() {
    let workspace = released();
    workspace.change(with_field);
    assert_eq!(workspace.run(&["generate"]).code, 0);
    let text = workspace.run(&["drift"]).out;
    assert!(
        text.contains("Measured: minor. Reckoned from the changes: minor."),
        "{text}"
    );
    assert_eq!(workspace.run(&["contract", "release", "1.0.1"]).code, 1);
    assert_eq!(workspace.run(&["contract", "release", "1.1.0"]).code, 0);
}

/// Never less than what is measured: whoever trusts the reckoning is not surprised by the compiler.
#[test]
fn what_is_reckoned_is_never_less_than_what_is_measured() {
    let edits: [(&str, Value); 8] = [
        (
            "/components/schemas/CreateCustomerCalloutRequest/required",
            json!([]),
        ),
        (
            "/components/schemas/Subscription/properties/id/type",
            json!("string"),
        ),
        (
            "/components/schemas/SubscriptionType/properties/value/x-personal-data",
            Value::Null,
        ),
        (
            "/components/schemas/Callout/properties/createdAt/format",
            Value::Null,
        ),
        (
            "/paths/~1callouts~1{calloutId}/get/operationId",
            json!("read_callout"),
        ),
        ("/paths/~1callouts~1{calloutId}/get/x-retry", json!("never")),
        ("/paths/~1callouts~1{calloutId}/get/deprecated", json!(true)),
        (
            "/components/schemas/LeadStatus/enum",
            json!(["RECEIVED", "LOST"]),
        ),
    ];
    let rank = |bump: &Value| {
        ["none", "patch", "minor", "major"]
            .iter()
            .position(|one| *one == bump)
            .unwrap()
    };
    let mut moved = 0;
    for (at, to) in edits {
        let workspace = Workspace::new();
        let before = workspace.path("before.yaml");
        std::fs::copy(workspace.path("openapi/panic-api.yaml"), &before).unwrap();
        let mut there = false;
        workspace.change(|contract| {
            let (parent, name) = at.rsplit_once('/').unwrap();
            if let Some(Value::Object(map)) = contract.pointer_mut(parent) {
                there = true;
                match to.is_null() {
                    true => drop(map.shift_remove(name)),
                    false => drop(map.insert(name.to_owned(), to.clone())),
                }
            }
        });
        assert!(there, "{at}");
        let run = workspace.run(&["drift", before.to_str().unwrap(), "--format", "json"]);
        assert_eq!(run.code, 0, "{at}: {}", run.err);
        let json: Value = serde_json::from_str(&run.out).unwrap();
        let (reckoned, measured) = (rank(&json["rust"]), rank(&json["generated"]["rust"]));
        assert!(reckoned >= measured, "{at}: {json:#}");
        moved += measured;
    }
    assert!(moved > 8, "the edits move something");
}
