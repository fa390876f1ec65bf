//! What the suite says of answers whose shape was changed on the way: each change is found at its
//! place, and nothing else is.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::common::{self, Edit, Proxied};
use futures_util::StreamExt as _;
use people_protect_conformance::{
    CaseReport, Drift, DriftKind, Options, Report, Run, Source, Target, Unseen,
};
use people_protect_contract::Contract;
use serde_json::Value;

/// Operations that answer no JSON.
const NO_FIELDS: &[&str] = &[
    "get_coverage",
    "get_resolution_report",
    "download_fixed_locations",
];

/// Fields of grade S or W that come on a condition only.
const CONDITIONAL: &[&str] = &[
    "calloutClassification",
    "externalReferenceId",
    "formattedAddress",
];

async fn run(contract: &Arc<Contract>, run: &Run, operation: &str, edit: Edit) -> Report {
    told(contract, run, operation, edit).await.0
}

/// The report, and what the server answered.
async fn told(
    contract: &Arc<Contract>,
    run: &Run,
    operation: &str,
    edit: Edit,
) -> (Report, BTreeMap<String, Vec<Value>>) {
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
        Ok(report) => (report, proxied.answers.lock().unwrap().clone()),
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

/// Whether the contract says what type it has, and whether it names the fields of it.
fn typed(schema: &Value) -> bool {
    schema.get("type").is_some()
}

/// Whether the contract leaves it open that a field comes: it is known no better than by O, B or I,
/// or comes on a condition.
fn may_lack(one: &Unseen) -> bool {
    let name = one.pointer.rsplit('/').next().unwrap_or_default();
    !matches!(one.grade.as_str(), "S" | "W") || CONDITIONAL.contains(&name)
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
    let mut parts = BTreeMap::new();
    for operation in contract.operations() {
        let calls = |case: &&CaseReport| {
            case.exchanges
                .iter()
                .any(|one| one.operation == operation.id && one.status < Some(285))
        };
        let cases = whole.cases.iter().filter(calls);
        let shortest = cases.min_by_key(|case| case.exchanges.len());
        let part = shortest.map_or("sweep", |case| &case.rule).to_owned();
        parts.entry(part).or_insert_with(Vec::new).push(operation);
    }
    let mut planned = Vec::new();
    let mut covered = BTreeSet::new();
    for (part, operations) in &parts {
        let asked = Run::new().only(&[part]);
        let (before, answers) = told(&contract, &asked, "none", Edit::Add(String::new())).await;
        let before = Arc::new((part.clone(), before));
        for operation in operations {
            let fields = answers.get(&operation.id).map(|all| common::fields(all));
            for pointer in fields.unwrap_or_default() {
                // Of objects that the contract leaves open only the names it has are its business.
                let Some(schema) = common::schema(&contract, &operation.id, &pointer) else {
                    continue;
                };
                covered.insert(operation.id.clone());
                let id = (operation.id.clone(), before.clone());
                planned.push((id.clone(), Edit::Drop(pointer.clone())));
                if typed(schema) {
                    planned.push((id.clone(), Edit::Retype(pointer.clone())));
                }
                if schema.get("properties").is_some() {
                    planned.push((id, Edit::Add(pointer)));
                }
            }
        }
    }
    let bare: Vec<_> = contract
        .operations()
        .iter()
        .map(|one| one.id.as_str())
        .filter(|id| !covered.contains(*id))
        .collect();
    assert_eq!(bare, NO_FIELDS, "operations whose answers have no field");
    assert!(planned.len() > 400, "{}", planned.len());
    let missed: Vec<String> = futures_util::stream::iter(planned)
        .map(|((operation, before), edit)| {
            let contract = contract.clone();
            async move {
                tokio::spawn(one(contract, operation, before, edit))
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
    before: Arc<(String, Report)>,
    edit: Edit,
) -> Option<String> {
    // The exchange of the credentials has to work for anything to be asked; without a token
    // nothing can be said of the rest.
    if operation == "create_oauth_token"
        && matches!(&edit, Edit::Drop(at) | Edit::Retype(at) if at == "/accessToken")
    {
        return None;
    }
    let (rule, before) = &*before;
    let asked = Run::new().only(&[rule]);
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
            .any(|one| one.operation == operation && one.pointer == pointer && may_lack(one));
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
