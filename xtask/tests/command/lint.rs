//! `cargo xtask contract lint`, as a person runs it.

use crate::workspace::Workspace;
use serde_json::json;

#[test]
fn the_contract_as_kept_has_no_finding() {
    let run = Workspace::new().run(&["contract", "lint"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("52 operations"), "{}", run.out);
}

#[test]
fn a_finding_names_operation_place_and_what_to_do() {
    let workspace = Workspace::new();
    workspace.change(|contract| {
        let operation = &mut contract["paths"]["/oauth/token"]["post"];
        operation["x-evidence"] = json!("Z");
        contract["components"]["schemas"]["Callout"]["properties"]["nickname"] =
            json!({"type": "string", "x-evidence": "I"});
    });

    let run = workspace.run(&["contract", "lint"]);

    assert_eq!(run.code, 1);
    let grade = run
        .out
        .lines()
        .find(|line| line.contains("/paths/~1oauth~1token/post"))
        .unwrap();
    assert!(grade.contains("create_oauth_token"), "{grade}");
    let unclassified = run
        .out
        .lines()
        .find(|line| line.contains("nickname"))
        .unwrap();
    assert!(unclassified.contains("x-personal-data"), "{unclassified}");
}
