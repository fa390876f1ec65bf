//! Every example of the contract is read by the generated types without losing a field, and the
//! types have the contract's outline.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use people_protect_contract::Contract;
use people_protect_tests::catalogue::Row;
use people_protect_tests::outline::Outline;
use people_protect_tests::{TYPES, contract};
use serde_json::Value;

/// Component and example of every JSON body of the contract, with the place it stands.
fn examples(contract: &Contract) -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for operation in contract.operations() {
        let node = contract.resolve(&operation.pointer).unwrap();
        let mut bodies = vec![("request".to_owned(), node.get("requestBody"))];
        for (status, answer) in node["responses"].as_object().unwrap() {
            bodies.push((status.clone(), Some(contract.follow(answer))));
        }
        for (place, body) in bodies {
            let Some(media) = body.and_then(|body| body.pointer("/content/application~1json"))
            else {
                continue;
            };
            let component = media["schema"]["$ref"].as_str().unwrap();
            if let Some(example) = media.get("example") {
                found.push((
                    format!("{} {place}", operation.id),
                    component.rsplit('/').next().unwrap().to_owned(),
                    example.clone(),
                ));
            }
        }
    }
    found
}

#[test]
fn every_example_is_read_and_written_again_without_loss() {
    let contract = contract();
    let examples = examples(&contract);
    assert!(examples.len() > 90, "{}", examples.len());
    for (place, component, example) in examples {
        let row = Row::find(&component).unwrap_or_else(|| panic!("{component} has no type"));
        let written = (row.round_trip)(example.clone())
            .unwrap_or_else(|error| panic!("{place} is not read: {error}"));
        assert_eq!(without_nulls(&written), without_nulls(&example), "{place}");
    }
}

/// Null and absent are the same to the reader, and so are one text and a list of it; numbers compare
/// by value, not by spelling.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name.clone(), without_nulls(member)))
            .collect(),
        Value::Array(items) if items.len() == 1 && items[0].is_string() => items[0].clone(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        Value::Number(number) => number.as_f64().into(),
        other => other.clone(),
    }
}

#[test]
fn every_type_has_the_outline_of_its_component() {
    let contract = contract();
    for row in TYPES.iter().filter(|row| !row.name.ends_with("Known")) {
        let component = contract.schema(row.name).unwrap();
        let documented = Outline::of_schema(component, contract.value());
        let schema = (row.schema)();
        let generated = Outline::of_schema(&schema, &schema);
        assert_eq!(
            generated.to_string(),
            documented.as_read_by(&generated).to_string(),
            "{}: the generated type (left) does not follow from the contract (right); run: cargo xtask generate",
            row.name
        );
    }
}
