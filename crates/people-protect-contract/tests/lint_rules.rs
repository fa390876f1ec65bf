//! Every rule has a document that triggers it alone, and one that comes close and triggers nothing.

// Clippy's allowance for tests does not reach the helpers of an integration test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use people_protect_contract::lint::{self, Finding, RULES, Set};
use people_protect_contract::{Contract, pointer};
use serde_json::{Map, Value};

struct Case {
    rule: String,
    bad: Value,
    good: Value,
}

fn clean() -> Value {
    yaml(include_str!("data/clean.yaml"))
}

fn cases() -> Vec<Case> {
    let list = yaml(include_str!("data/lint_cases.yaml"));
    let cases = list.as_array().expect("a list of cases");
    cases
        .iter()
        .map(|case| Case {
            rule: case["rule"].as_str().expect("a rule id").to_owned(),
            bad: case["bad"].clone(),
            good: case["good"].clone(),
        })
        .collect()
}

fn yaml(text: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).expect("valid YAML")
}

/// RFC 7396.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let map = target.as_object_mut().expect("made one above");
    for (key, value) in patch {
        if value.is_null() {
            map.shift_remove(key);
        } else {
            merge(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn patched(patch: &Value) -> Contract {
    let mut document = clean();
    merge(&mut document, patch);
    Contract::from_value(document, "case").unwrap_or_else(|error| panic!("{error}: {patch}"))
}

fn set_of(rule: &str) -> Set {
    let rule = RULES.iter().find(|known| known.id == rule);
    rule.unwrap_or_else(|| panic!("no such rule")).set
}

fn findings(set: Set, contract: &Contract) -> Vec<Finding> {
    match set {
        Set::House => lint::house(contract),
        Set::Generator => lint::generator(contract),
    }
}

fn lines(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("  {finding}\n"))
        .collect()
}

#[test]
fn the_clean_contract_has_no_findings() {
    let contract = Contract::from_value(clean(), "clean").unwrap();
    assert_eq!(lines(&lint::house(&contract)), "");
    assert_eq!(lines(&lint::generator(&contract)), "");
}

#[test]
fn every_rule_has_a_case_and_every_case_a_rule() {
    let cases = cases();
    for rule in RULES {
        let count = cases.iter().filter(|case| case.rule == rule.id).count();
        assert_eq!(count, 1, "{} has {count} cases", rule.id);
    }
    assert_eq!(cases.len(), RULES.len());
}

#[test]
fn every_bad_document_triggers_exactly_its_rule() {
    let mut failures = String::new();
    for case in cases() {
        let contract = patched(&case.bad);
        let found = findings(set_of(&case.rule), &contract);
        if found.is_empty() || found.iter().any(|finding| finding.rule != case.rule) {
            failures += &format!("{}:\n{}", case.rule, lines(&found));
        }
    }
    assert_eq!(failures, "");
}

#[test]
fn every_good_document_triggers_nothing() {
    let mut failures = String::new();
    for case in cases() {
        let found = findings(set_of(&case.rule), &patched(&case.good));
        if !found.is_empty() {
            failures += &format!("{}:\n{}", case.rule, lines(&found));
        }
    }
    assert_eq!(failures, "");
}

#[test]
fn every_finding_names_an_existing_place_and_what_to_do() {
    for case in cases() {
        let contract = patched(&case.bad);
        for finding in findings(set_of(&case.rule), &contract) {
            assert!(contract.resolve(&finding.pointer).is_some(), "{finding}");
            assert!(finding.pointer.starts_with('/'), "{finding}");
            assert!(
                !finding.message.is_empty() && !finding.hint.is_empty(),
                "{finding}"
            );
            assert!(!finding.to_string().contains('\n'), "{finding}");
            let inside = contract
                .operation_at(&finding.pointer)
                .map(|operation| operation.id.clone());
            assert_eq!(finding.operation, inside, "{finding}");
        }
    }
}

#[test]
fn a_fault_in_a_shared_component_is_reported_once() {
    let patch = yaml("{components: {responses: {Error: {x-evidence: null}}}}");
    let found = lint::house(&patched(&patch));
    assert_eq!(found.len(), 1, "{}", lines(&found));
    let patch =
        yaml("{components: {responses: {Thing: {content: {application/json: {example: null}}}}}}");
    let found = lint::house(&patched(&patch));
    assert!(!found.is_empty());
    let at = pointer::join("/components/responses/Thing/content", "application/json");
    assert!(
        found.iter().all(|finding| finding.pointer == at),
        "{}",
        lines(&found)
    );
}

#[test]
fn findings_come_in_reading_order() {
    let patch = yaml(
        "{info: {version: 'é'}, components: {schemas: {Error: {additionalProperties: false}}}, \
         paths: {'/things/{id}': {get: {operationId: null}}}}",
    );
    let rules: Vec<_> = lint::generator(&patched(&patch))
        .iter()
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(
        rules,
        ["version-ascii", "operation-id-missing", "closed-object"]
    );
}
