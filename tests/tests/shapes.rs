//! The shapes a caller builds on, pinned: as sent, as decoded, and as schemas.
//!
//! Each shape has four snapshots. `shape` lays three outlines side by side (contract, generated
//! type, simulator), and a failure says which of them moved; `wire` is the JSON of the
//! simulator's answer; `decoded` is what the raw client makes of it, secrets hidden; `schema` is
//! the JSON Schema of the generated type. Ids and times are redacted on the wire.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use std::path::Path;

use people_protect_tests::catalogue::Row;
use people_protect_tests::contract;
use people_protect_tests::judge::violations;
use people_protect_tests::scene::{Exchange, Scene};
use people_protect_tests::shape::Shape;
use serde_json::{Value, json};

/// Holds an exchange to the contract and to its four snapshots.
fn pin(name: &str, component: &str, exchange: &Exchange) {
    let contract = contract();
    let shape = Shape::of(&contract, component, exchange);
    let moved = shape.moved_since(&pinned(&format!("{name}_shape")));
    // Shown above the difference if an assertion fails.
    eprintln!("{name}: {moved}");
    assert_eq!(
        shape.disagreements(),
        Vec::<String>::new(),
        "{name}: {moved}"
    );
    assert_eq!(violations(&contract, exchange), Vec::<String>::new());
    let row = Row::find(component).unwrap();
    let debug = (row.debug)(exchange.body.clone()).unwrap();
    let decoded = debug.split_once('\n').unwrap().1;
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!(format!("{name}_shape"), shape.text());
        insta::assert_json_snapshot!(format!("{name}_wire"), redacted(&exchange.body));
        insta::assert_snapshot!(format!("{name}_decoded"), decoded);
        insta::assert_json_snapshot!(format!("{name}_schema"), without_words((row.schema)()));
    });
}

/// A schema without its descriptions: they may be improved without the shape having moved.
fn without_words(schema: Value) -> Value {
    match schema {
        Value::Object(members) => members
            .into_iter()
            .filter(|(name, member)| name != "description" || !member.is_string())
            .map(|(name, member)| (name, without_words(member)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_words).collect(),
        other => other,
    }
}

/// The text of a snapshot as checked in, without its head.
fn pinned(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(format!("shapes__{name}.snap"));
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.splitn(3, "---\n")
        .nth(2)
        .unwrap_or_default()
        .to_owned()
}

/// Ids and times differ between runs against anything but this simulator; tokens are long.
fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let shown = match (name.as_str(), member) {
                    (_, Value::Null) => Value::Null,
                    ("id" | "customerId" | "customerSourceId", Value::Number(_)) => json!("[id]"),
                    ("accessToken", Value::String(_)) => json!("[token]"),
                    ("url", Value::String(_)) => json!("[url]"),
                    (name, Value::String(_)) if name.ends_with("At") => json!("[time]"),
                    _ => redacted(member),
                };
                (name.clone(), shown)
            })
            .collect(),
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}

fn id(exchange: &Exchange, pointer: &str) -> i64 {
    exchange
        .body
        .pointer(pointer)
        .and_then(Value::as_i64)
        .unwrap()
}

#[tokio::test]
async fn token() {
    let mut scene = Scene::start().await.unwrap();
    pin("token", "Token", &scene.authenticate().await.unwrap());
}

#[tokio::test]
async fn customer() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    pin(
        "customer",
        "CustomerResponse",
        &scene.register().await.unwrap(),
    );
}

#[tokio::test]
async fn subscription() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    let customer = scene.register().await.unwrap();
    let exchange = scene
        .call(
            "list_customer_subscriptions",
            &[id(&customer, "/customer/id")],
            None,
        )
        .await
        .unwrap();
    pin("subscription", "SubscriptionList", &exchange);
}

#[tokio::test]
async fn callout_created() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    let customer = scene.register().await.unwrap();
    let exchange = scene.raise(id(&customer, "/customer/id")).await.unwrap();
    pin("callout_created", "CalloutCreated", &exchange);
}

#[tokio::test]
async fn callout_read() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    let customer = scene.register().await.unwrap();
    let raised = scene.raise(id(&customer, "/customer/id")).await.unwrap();
    let exchange = scene
        .call("get_callout", &[id(&raised, "/callout/id")], None)
        .await
        .unwrap();
    pin("callout_read", "CalloutRead", &exchange);
}

#[tokio::test]
async fn error() {
    let mut scene = Scene::start().await.unwrap();
    scene.authenticate().await.unwrap();
    let exchange = scene.call("get_callout", &[404], None).await.unwrap();
    assert_eq!(exchange.status, 404);
    pin("error", "ErrorBody", &exchange);
}
