//! The simulator's own drift: whatever an operation is told to answer otherwise, the run finds it
//! at its place, and nothing else.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::common::{self, Edit, Proxied};
use futures_util::StreamExt as _;
use people_protect_conformance::{DriftKind, Options, Report, Run, Source, Target, Unseen};
use people_protect_contract::Contract;
use people_protect_simulator::{Clock, Drift, JsonType};
use serde_json::Value;

/// Operations whose answers are no JSON, or are an object whose fields stand in several parts of the
/// contract, or in none: for these it is the proof through the proxy that changes each field.
const FEW: &[&str] = &[
    "create_rating",
    "create_rating_item",
    "download_fixed_locations",
    "get_coverage",
    "get_resolution_report",
    "update_subscription",
];

/// What a run says of a simulator with drift.
async fn run(asked: &Run, drift: Option<Drift>) -> Report {
    let target = Target::embedded(0, |simulator| {
        let simulator = simulator.clock(Clock::manual());
        match drift {
            Some(drift) => simulator.drift(drift),
            None => simulator,
        }
    });
    let report = asked.against(target.await.unwrap(), Options::default());
    report.await.unwrap()
}

type Findings = Vec<(String, String, DriftKind)>;

fn findings(report: &Report) -> Findings {
    let found = report.drift.iter();
    found
        .map(|one| (one.operation.clone(), one.pointer.clone(), one.kind))
        .collect()
}

/// What the operations of a part of a run answer.
async fn answers(contract: &Arc<Contract>, part: &str) -> BTreeMap<String, Vec<Value>> {
    let proxied = Proxied::start(contract.clone(), "none", Edit::Add(String::new())).await;
    let sources: Vec<_> = proxied
        .simulator
        .sources()
        .map(|one| Source::new(one.client_id(), one.client_secret().reveal()))
        .collect();
    let [source, other] = sources.try_into().unwrap();
    let control = Some(proxied.simulator.control_url());
    let target = Target::at(&proxied.api, control, source, Some(other), false).unwrap();
    let report = Run::new()
        .only(&[part])
        .against(target, Options::default())
        .await;
    assert_eq!(report.unwrap().drift, []);
    let answers = proxied.answers.lock().unwrap();
    answers.clone()
}

/// Whether the contract leaves it open that a field comes.
fn may_lack(one: &Unseen) -> bool {
    let conditional = [
        "calloutClassification",
        "externalReferenceId",
        "formattedAddress",
    ];
    let name = one.pointer.rsplit('/').next().unwrap_or_default();
    !matches!(one.grade.as_str(), "S" | "W") || conditional.contains(&name)
}

/// One kind of drift at one operation, and what a run must find of it.
struct Planted {
    operation: String,
    part: String,
    drift: Drift,
    expected: Vec<(String, DriftKind)>,
    /// Whether what follows from it is not looked at: a run goes no further without the value.
    alone: bool,
}

/// The field to change: stated, of a simple type, not in a list, and by preference one that nothing
/// else depends on.
fn simple(contract: &Contract, operation: &str, answers: &[Value]) -> Option<(String, JsonType)> {
    let mut fields: Vec<_> = common::fields(answers)
        .into_iter()
        .filter_map(|pointer| {
            let kind = common::schema(contract, operation, &pointer)?.get("type")?;
            let other = match kind.as_str()? {
                "string" => JsonType::Number,
                "integer" | "number" | "boolean" => JsonType::String,
                _ => return None,
            };
            Some((pointer, other))
        })
        .collect();
    let needed = |pointer: &str| {
        let name = pointer
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        ["id", "token", "url", "uuid"]
            .iter()
            .any(|one| name.ends_with(one))
    };
    fields.sort_by_key(|(pointer, _)| needed(pointer));
    fields.into_iter().next()
}

fn planted(contract: &Contract, operation: &str, part: &str, answers: &[Value]) -> Vec<Planted> {
    let mut all = Vec::new();
    let mut plant = |drift: Drift, expected: &[(&str, DriftKind)], alone: bool| {
        let owned = |(at, kind): &(&str, DriftKind)| ((*at).to_owned(), *kind);
        all.push(Planted {
            operation: operation.to_owned(),
            part: part.to_owned(),
            drift,
            expected: expected.iter().map(owned).collect(),
            alone,
        });
    };
    let status = Drift::status(operation, 299);
    plant(status, &[("", DriftKind::UndocumentedStatus)], true);
    let media = Drift::media_type(operation, "text/html");
    plant(media, &[("", DriftKind::WrongMediaType)], true);
    let under = match answers.first() {
        Some(Value::Object(_)) => Some(""),
        Some(Value::Array(items)) if items.first().is_some_and(Value::is_object) => Some("/*"),
        _ => None,
    };
    let named = under.filter(|under| {
        common::schema(contract, operation, under)
            .is_some_and(|schema| schema.get("properties").is_some())
    });
    if let Some(under) = named {
        let add = Drift::add_field(operation, under, "plantedField", true.into());
        let at = format!("{under}/plantedField");
        plant(add, &[(&at, DriftKind::UnknownField)], false);
    }
    if let Some((at, other)) = simple(contract, operation, answers) {
        let retype = Drift::retype_field(operation, &at, other);
        plant(retype, &[(&at, DriftKind::WrongType)], true);
        let (parent, _) = at.rsplit_once('/').unwrap();
        let renamed = format!("{parent}/plantedName");
        let rename = Drift::rename_field(operation, &at, "plantedName");
        let closed = common::schema(contract, operation, parent)
            .is_some_and(|schema| schema.get("properties").is_some());
        if closed {
            let expected = [
                (renamed.as_str(), DriftKind::UnknownField),
                (at.as_str(), DriftKind::MissingField),
            ];
            plant(rename, &expected, true);
        }
        plant(
            Drift::drop_field(operation, &at),
            &[(&at, DriftKind::MissingField)],
            true,
        );
    }
    all
}

async fn missed(plan: Planted) -> Option<String> {
    let asked = Run::new().only(&[&plan.part]);
    let report = run(&asked, Some(plan.drift.clone())).await;
    let found = findings(&report);
    let seen = |(at, kind): &(String, DriftKind)| {
        let drift = found.contains(&(plan.operation.clone(), at.clone(), *kind));
        // A field that the contract does not promise is told apart from drift, and only such a one.
        let unseen = report
            .unseen
            .iter()
            .find(|one| one.operation == plan.operation && one.pointer == *at);
        match unseen {
            Some(unseen) => *kind == DriftKind::MissingField && may_lack(unseen),
            None => drift,
        }
    };
    let stray = found.iter().any(|(operation, at, _)| {
        *operation != plan.operation || !plan.alone && *at != plan.expected[0].0
    });
    let whole = plan.expected.iter().all(seen);
    (!whole || stray).then(|| format!("{:?} by {}: {found:?}", plan.drift, plan.part))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_drift_at_every_operation_is_found_at_its_place_and_nothing_else() {
    let contract = Arc::new(common::contract());
    let whole = run(&Run::new(), None).await;
    assert_eq!(whole.drift, [], "nothing was injected");
    let mut plans = Vec::new();
    let mut known = BTreeMap::new();
    for operation in contract.operations() {
        let id = operation.id.as_str();
        let calls = |one: &people_protect_conformance::Exchange| {
            one.operation == id
                && one
                    .status
                    .is_some_and(|status| (200..285).contains(&status))
        };
        let cases = whole
            .cases
            .iter()
            .filter(|case| case.exchanges.iter().any(calls));
        let shortest = cases.min_by_key(|case| case.exchanges.len());
        let part = shortest.map_or("sweep", |case| &case.rule);
        if !known.contains_key(part) {
            known.insert(part, answers(&contract, part).await);
        }
        let answers = known[part].get(id).map(Vec::as_slice).unwrap_or_default();
        plans.extend(planted(&contract, id, part, answers));
    }
    // Every operation has status and media type; what answers an object has the other four as well.
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for plan in &plans {
        *kinds.entry(&plan.operation).or_default() += 1;
    }
    assert_eq!(kinds.len(), contract.operations().len());
    let few: Vec<_> = kinds
        .iter()
        .filter(|(_, count)| **count < 6)
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(few, FEW, "operations without a field to change");
    let missed: Vec<_> = futures_util::stream::iter(plans)
        .map(|plan| async { tokio::spawn(missed(plan)).await.unwrap() })
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
