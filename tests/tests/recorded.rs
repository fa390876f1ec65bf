//! Recorded exchanges, held to what the simulator answers today. See `recorded/README.md` for how they
//! are replaced by ones of staging.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use std::collections::BTreeSet;
use std::path::Path;

use people_protect_conformance::{Exchange, Options, Run, Target};
use people_protect_tests::contract;
use serde_json::Value;

/// The exchanges on record, by operation.
fn recorded() -> Vec<Exchange> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
        .collect()
}

/// A line for each value: where it is and what it is.
fn outline(value: &Value, at: &str, lines: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, inner)| outline(inner, &format!("{at}/{name}"), lines)),
        Value::Array(items) => items
            .iter()
            .for_each(|item| outline(item, &format!("{at}/*"), lines)),
        other => drop(lines.insert(format!("{at} {other}"))),
    }
}

fn lines(exchange: &Exchange) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    all.insert(format!("status {:?}", exchange.status));
    all.insert(format!("type {:?}", exchange.content_type));
    let body = exchange.response.as_ref().unwrap();
    outline(body, "", &mut all);
    all
}

#[tokio::test]
async fn the_simulator_answers_what_is_on_record() {
    let target = Target::embedded(0, |simulator| simulator).await.unwrap();
    let run = Run::new().only(&["R29"]);
    let report = run.against(target, Options::default()).await.unwrap();
    let now = &report.case("R29").unwrap().exchanges;
    let recorded = recorded();
    let operations: Vec<_> = recorded.iter().map(|one| one.operation.as_str()).collect();
    assert_eq!(
        operations,
        ["create_customer", "create_customer_callout", "get_callout"]
    );
    for then in recorded {
        let mut answers = now.iter().filter(|one| one.operation == then.operation);
        let now = lines(answers.next_back().unwrap());
        let then_lines = lines(&then);
        let gone: Vec<_> = then_lines.difference(&now).collect();
        let new: Vec<_> = now.difference(&then_lines).collect();
        assert!(
            gone.is_empty() && new.is_empty(),
            "{}: on record only {gone:?}, today only {new:?}",
            then.operation
        );
    }
}

#[test]
fn what_is_on_record_is_documented_and_shows_nothing_personal() {
    for exchange in recorded() {
        let operation = contract().operation(&exchange.operation).cloned();
        assert_eq!(operation.unwrap().method, exchange.method);
        assert_eq!(exchange.misfits, [], "{}", exchange.operation);
        let text = serde_json::to_string(&exchange).unwrap();
        for secret in ["+27", "sessionToken", "Bearer", "-26."] {
            assert!(!text.contains(secret), "{}: {secret}", exchange.operation);
        }
    }
}
