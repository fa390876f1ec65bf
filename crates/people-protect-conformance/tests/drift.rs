//! What the suite says of answers whose shape was changed on the way: each change is found at its
//! place, and nothing else is.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::{Edit, Proxied};
use futures_util::StreamExt as _;
use people_protect_conformance::{Drift, DriftKind, Options, Report, Run, Source, Target};
use people_protect_contract::Contract;
use serde_json::Value;

async fn run(contract: &Arc<Contract>, run: &Run, operation: &str, edit: Edit) -> Report {
    let proxied = Proxied::start(contract.clone(), operation, edit).await;
    let sources: Vec<_> = proxied
        .simulator
        .sources()
        .map(|one| Source::new(one.client_id(), one.client_secret().reveal()))
        .collect();
    let [source, other] = sources.try_into().unwrap();
    let control = Some(proxied.simulator.control_url());
    let target = Target::at(&proxied.api, control, source, Some(other), false).unwrap();
    match run.against(target, Options::default()).await {
        Ok(report) => report,
        Err(error) => panic!("{operation}: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_when_nothing_is_changed() {
    let contract = Arc::new(common::contract());
    let report = run(&contract, &Run::new(), "none", Edit::Add(String::new())).await;
    assert_eq!(report.drift, []);
    assert_eq!(report.exit_code(), 0, "{:?}", report.trouble);
}

/// The fields of the JSON that an operation answered, by starred pointer.
fn fields(
    contract: &Contract,
    operation: &str,
    answers: &[&Value],
) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for answer in answers {
        walk(answer, String::new(), &mut found);
    }
    // Of objects that the contract leaves open only the names it has are its business.
    found.retain(|pointer, _| documented(contract, operation, pointer));
    found
}

fn walk(value: &Value, at: String, found: &mut BTreeMap<String, &'static str>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let path = people_protect_contract::pointer::join(&at, name);
                found.entry(path.clone()).or_insert("field");
                walk(inner, path, found);
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| walk(item, format!("{at}/*"), found)),
        _ => {}
    }
}

fn schema<'a>(contract: &'a Contract, operation: &str, pointer: &str) -> Option<&'a Value> {
    let operation = contract.operation(operation)?;
    let answers = contract
        .value()
        .pointer(&operation.pointer)?
        .get("responses")?;
    let answer = contract.follow(answers.get("200")?);
    let media = answer.get("content")?.get("application/json")?;
    let mut here = media.get("schema")?;
    for token in pointer.split('/').skip(1) {
        let whole = whole(contract, here);
        let name = people_protect_contract::pointer::unescape(token);
        here = match token {
            "*" => whole.get("items")?,
            _ => whole.get("properties")?.get(&name)?,
        };
    }
    Some(whole(contract, here))
}

fn whole<'a>(contract: &'a Contract, schema: &'a Value) -> &'a Value {
    let followed = contract.follow(schema);
    match followed
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([one]) => whole(contract, one),
        _ => followed,
    }
}

fn documented(contract: &Contract, operation: &str, pointer: &str) -> bool {
    schema(contract, operation, pointer).is_some()
}

/// Whether the contract says what type it has, and whether it names the fields of it.
fn typed(schema: &Value) -> bool {
    schema.get("type").is_some()
}

fn at<'a>(drift: &'a [Drift], operation: &str, pointer: &str) -> Vec<&'a Drift> {
    let of = |one: &&Drift| one.operation == operation && one.pointer == pointer;
    drift.iter().filter(of).collect()
}

/// One change at a time, in front of the shortest case that calls the operation.
#[tokio::test(flavor = "multi_thread")]
async fn every_field_that_is_dropped_retyped_or_joined_is_found_at_its_place() {
    let contract = Arc::new(common::contract());
    let whole = run(&contract, &Run::new(), "none", Edit::Add(String::new())).await;
    let mut planned = Vec::new();
    let mut covered = BTreeSet::new();
    for operation in contract.operations() {
        let calls = |case: &&people_protect_conformance::CaseReport| {
            case.exchanges
                .iter()
                .any(|one| one.operation == operation.id && one.status < Some(285))
        };
        let shortest = whole
            .cases
            .iter()
            .filter(calls)
            .min_by_key(|case| case.exchanges.len());
        let Some(case) = shortest else { continue };
        let answers: Vec<_> = case
            .exchanges
            .iter()
            .filter(|one| one.operation == operation.id)
            .filter(|one| {
                one.status
                    .is_some_and(|status| (200..285).contains(&status))
            })
            .filter_map(|one| one.response.as_ref())
            .collect();
        covered.insert(operation.id.clone());
        for (pointer, _) in fields(&contract, &operation.id, &answers) {
            let schema = schema(&contract, &operation.id, &pointer).unwrap();
            let id = (operation.id.clone(), case.rule.clone());
            planned.push((id.clone(), Edit::Drop(pointer.clone())));
            if typed(schema) {
                planned.push((id.clone(), Edit::Retype(pointer.clone())));
            }
            if schema.get("properties").is_some() {
                planned.push((id, Edit::Add(pointer)));
            }
        }
    }
    assert!(covered.len() > 35, "{covered:?}");
    assert!(planned.len() > 300, "{}", planned.len());
    let missed: Vec<String> = futures_util::stream::iter(planned)
        .map(|((operation, rule), edit)| {
            let contract = contract.clone();
            async move {
                tokio::spawn(one(contract, operation, rule, edit))
                    .await
                    .unwrap()
            }
        })
        .buffer_unordered(4)
        .filter_map(std::future::ready)
        .collect()
        .await;
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

async fn one(
    contract: Arc<Contract>,
    operation: String,
    rule: String,
    edit: Edit,
) -> Option<String> {
    // The exchange of the credentials has to work for anything to be asked; without a token
    // nothing can be said of the rest.
    if operation == "create_oauth_token"
        && matches!(&edit, Edit::Drop(at) | Edit::Retype(at) if at == "/accessToken")
    {
        return None;
    }
    let asked = Run::new().only(&[&rule]);
    let before = run(&contract, &asked, "none", Edit::Add(String::new())).await;
    let report = run(&contract, &asked, &operation, edit.clone()).await;
    let (pointer, kind) = match &edit {
        Edit::Drop(at) => (at.clone(), DriftKind::MissingField),
        Edit::Retype(at) => (at.clone(), DriftKind::WrongType),
        Edit::Add(at) => (format!("{at}/plantedField"), DriftKind::UnknownField),
        other => panic!("{other:?}"),
    };
    let found = at(&report.drift, &operation, &pointer);
    let seen = found.iter().any(|one| one.kind == kind);
    // A field known no better than by O, B or I need not come, so that it does not is told apart.
    let unseen = kind == DriftKind::MissingField
        && report
            .unseen
            .iter()
            .any(|one| one.operation == operation && one.pointer == pointer);
    let others: Vec<_> = report
        .drift
        .iter()
        .filter(|one| one.operation != operation || !one.pointer.starts_with(&pointer))
        .filter(|one| !before.drift.contains(one))
        .map(|one| format!("{} {} {:?}", one.operation, one.pointer, one.kind))
        .collect();
    if (seen || unseen) && others.is_empty() {
        return None;
    }
    Some(format!(
        "{operation} {edit:?} by {rule}: found {found:?}, others {others:?}"
    ))
}

#[tokio::test]
async fn an_undocumented_status_and_a_wrong_media_type_are_found() {
    let contract = Arc::new(common::contract());
    let asked = Run::new().only(&["R27"]);
    let report = run(&contract, &asked, "get_callout", Edit::Status(203)).await;
    assert_eq!(report.drift, []);
    let asked = Run::new().only(&["R29"]);
    let report = run(&contract, &asked, "get_callout", Edit::Status(203)).await;
    let found: Vec<_> = report
        .drift
        .iter()
        .map(|one| (one.kind, one.status))
        .collect();
    assert_eq!(found, [(DriftKind::UndocumentedStatus, 203)]);
    let report = run(
        &contract,
        &asked,
        "get_callout",
        Edit::MediaType("text/html"),
    )
    .await;
    let found: Vec<_> = report
        .drift
        .iter()
        .map(|one| (one.kind, one.seen.as_str()))
        .collect();
    assert_eq!(found, [(DriftKind::WrongMediaType, "text/html")]);
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test]
async fn a_renamed_field_is_missing_under_one_name_and_unknown_under_the_other() {
    let contract = Arc::new(common::contract());
    let asked = Run::new().only(&["R29"]);
    let edit = Edit::Rename("/callout/incidentInformation".to_owned());
    let report = run(&contract, &asked, "get_callout", edit).await;
    let found: Vec<_> = report
        .drift
        .iter()
        .map(|one| (one.kind, one.pointer.as_str()))
        .collect();
    assert!(
        found.contains(&(
            DriftKind::UnknownField,
            "/callout/incidentInformationRenamed"
        )),
        "{found:?}"
    );
    assert!(
        found.contains(&(DriftKind::MissingField, "/callout/incidentInformation")),
        "{found:?}"
    );
    let unknown = report
        .drift
        .iter()
        .find(|one| one.kind == DriftKind::UnknownField)
        .unwrap();
    assert_eq!((unknown.count, unknown.of), (1, 1));
    assert_eq!(unknown.seen, "array");
}
