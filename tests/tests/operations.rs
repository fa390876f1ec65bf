//! The operation table, the raw client and the doubles have every operation of the contract.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use people_protect_api::{OPERATIONS, Operation};
use people_protect_tests::contract;
use serde_json::Value;

const CLIENT: &str = include_str!("../../crates/people-protect-api/src/generated.rs");
const CLIENT_BY_HAND: &str = include_str!("../../crates/people-protect-api/src/by_hand.rs");
const DOUBLES: &str = include_str!("../../crates/people-protect-httpmock/src/generated.rs");
const DOUBLES_BY_HAND: &str = include_str!("../../crates/people-protect-httpmock/src/by_hand.rs");

/// Method, path and operation of everything in the contract's paths, read without our loader.
fn documented() -> Vec<(String, String, Value)> {
    let contract = contract();
    let paths = contract.value()["paths"].as_object().unwrap();
    let mut found = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("operationId").is_some() {
                found.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    found
}

#[test]
fn none_of_the_52_operations_is_missing_from_the_table() {
    let documented = documented();
    assert_eq!(documented.len(), 52);
    assert_eq!(OPERATIONS.len(), 52);
    for ((method, path, operation), row) in documented.iter().zip(&OPERATIONS) {
        assert_eq!(row.id, operation["operationId"]);
        assert_eq!((row.method, row.path), (method.as_str(), path.as_str()));
        assert_eq!(row.evidence.letter().to_string(), operation["x-evidence"]);
        assert_eq!(row.source, operation["x-source"]);
        assert_eq!(Value::from(row.rules.to_vec()), operation["x-rules"]);
    }
}

#[test]
fn every_operation_is_a_method_of_the_raw_client() {
    for Operation { id, by_hand, .. } in OPERATIONS {
        let source = if by_hand { CLIENT_BY_HAND } else { CLIENT };
        let method = [format!("pub async fn {id}<"), format!("pub async fn {id}(")];
        assert!(
            method.iter().any(|method| source.contains(method)),
            "{id} is no method of the raw client"
        );
    }
}

#[test]
fn every_operation_has_a_double() {
    for Operation { id, by_hand, .. } in OPERATIONS {
        let source = if by_hand { DOUBLES_BY_HAND } else { DOUBLES };
        assert!(source.contains(&format!("fn {id}<")), "{id} has no double");
    }
}

#[test]
fn only_what_the_generator_cannot_express_is_written_by_hand() {
    let by_hand: Vec<&str> = OPERATIONS
        .iter()
        .filter(|operation| operation.by_hand)
        .map(|operation| operation.id)
        .collect();
    assert_eq!(
        by_hand,
        [
            "get_coverage",
            "upload_fixed_locations",
            "download_fixed_locations"
        ]
    );
}

#[test]
fn an_operation_is_found_by_its_id_and_no_other() {
    assert_eq!(
        Operation::find("create_customer").map(|operation| operation.path),
        Some("/customers")
    );
    assert_eq!(Operation::find("create_customers"), None);
}
