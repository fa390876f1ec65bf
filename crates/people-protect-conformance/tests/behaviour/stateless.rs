//! What the suite said of a mock server that knows the contract and keeps no state: every shape is as
//! documented, and the rules that need a memory are broken. The gate `conformance` asks again.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use people_protect_conformance::{Comparison, Report, Verdict};

fn recorded() -> Report {
    Report::from_json(include_str!("../fixtures/stateless.json")).unwrap()
}

#[test]
fn every_shape_is_as_documented() {
    let report = recorded();
    assert_eq!(report.drift, []);
    assert_eq!(report.sweep.findings, []);
    assert_eq!(report.trouble, Vec::<String>::new());
    assert!(
        report
            .cases
            .iter()
            .all(|case| case.verdict != Verdict::Drifted)
    );
}

#[test]
fn rules_that_need_a_memory_are_broken() {
    let report = recorded();
    for rule in [
        "R05", "R06", "R11", "R14", "R19", "R20", "R26", "R57", "R63", "R64", "R66",
    ] {
        assert_eq!(
            report.case(rule).unwrap().verdict,
            Verdict::Broken,
            "{rule}"
        );
    }
    for rule in ["R09", "R12", "R16", "R23"] {
        assert_eq!(
            report.case(rule).unwrap().verdict,
            Verdict::Differs,
            "{rule}"
        );
    }
    // What the contract alone says of a server holds.
    for rule in ["R01", "R28", "R58", "R62", "R67", "R72", "R77"] {
        assert_eq!(report.case(rule).unwrap().verdict, Verdict::Holds, "{rule}");
    }
    assert_eq!(report.exit_code(), 1);
}

#[test]
fn a_report_is_read_as_it_was_written() {
    let report = recorded();
    assert_eq!(Report::from_json(&report.to_json()).unwrap(), report);
    assert!(Comparison::between(&report, &report).is_empty());
}
