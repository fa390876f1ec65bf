//! The JSON of a report keeps its schema, and the schema is on record.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use people_protect_conformance::{Options, Report, Run, Target};
use people_protect_simulator::{Drift, JsonType};
use serde_json::Value;

#[test]
fn the_schema_on_record_is_the_one_that_the_program_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/report.schema.json");
    let recorded = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        recorded,
        Report::schema(),
        "write it anew: cargo run -p people-protect-conformance -- schema > crates/people-protect-conformance/report.schema.json"
    );
}

#[tokio::test]
async fn a_report_with_everything_in_it_keeps_the_schema() {
    let schema: Value = serde_json::from_str(&Report::schema()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let target = Target::embedded(0, |simulator| {
        simulator.break_rule("R27").drift(Drift::retype_field(
            "get_callout",
            "/callout/id",
            JsonType::String,
        ))
    });
    let run = Run::new();
    let report = run.against(target.await.unwrap(), Options::default());
    let report = report.await.unwrap();
    assert!(report.summary.broken > 0 && !report.drift.is_empty());
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    let wrong: Vec<_> = schema
        .iter_errors(&json)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    // The names that other programs read.
    for pointer in [
        "/summary/not_run",
        "/cases/0/rule",
        "/cases/0/verdict",
        "/cases/0/grade",
        "/cases/0/findings",
        "/probes/0/contradiction",
        "/probes/0/seen",
        "/drift/0/operation",
        "/drift/0/pointer",
        "/drift/0/kind",
    ] {
        assert!(json.pointer(pointer).is_some(), "{pointer}");
    }
    let mut broken = json.clone();
    broken["summary"]["holds"] = "many".into();
    assert!(!schema.is_valid(&broken), "it can say no");
}
