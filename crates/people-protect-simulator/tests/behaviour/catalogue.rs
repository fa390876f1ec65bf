//! What a source may choose from.

use crate::common::{Bench, JANE, cry};
use reqwest::Method;

#[tokio::test]
async fn r18_subscription_types_have_id_and_value_and_belong_to_the_source() {
    let bench = Bench::new().await;
    let path = "/subscriptions/subscriptionTypes";
    let one = bench.get(path).await.expect(200);
    let two = bench
        .send(Method::GET, path, Some(&bench.other_source().await), None)
        .await
        .expect(200);
    for types in [&one, &two] {
        let types = types["subscriptionTypes"].as_array().unwrap();
        assert!(types.iter().all(|kind| kind["id"].is_i64()));
        assert!(
            types
                .iter()
                .any(|kind| kind["value"] == "WEB_SIGNUP_SINGLE")
        );
    }
    assert_ne!(
        one["subscriptionTypes"][0]["id"],
        two["subscriptionTypes"][0]["id"]
    );
}

#[tokio::test]
async fn r82_the_ids_of_response_types_are_taken_on_create() {
    let bench = Bench::new().await;
    let types = bench.get("/responseTypes").await;
    assert_eq!(types.keys(), ["message", "responseTypes"]);
    let types = types.expect(200);
    let security = &types["responseTypes"][0];
    assert_eq!(security["value"], "SECURITY");
    assert!(security["description"].is_string() && security["enabledLocations"].is_object());

    let path = format!("/customers/{}/callouts", bench.covered(JANE).await);
    let mut body = cry();
    body["responseTypeId"] = 77.into();
    let message = bench.post(&path, body.clone()).await.refused(400);
    assert!(message.contains("responseTypeId"), "{message}");
    bench.get("/coverage/77").await.refused(404);
    let coverage = format!("{}/coverage/{}", bench.simulator.api_url(), security["id"]);
    let coverage = bench.client.get(coverage).bearer_auth(&bench.token).send();
    assert_eq!(coverage.await.unwrap().status(), 200);
    body["responseTypeId"] = security["id"].clone();
    bench.post(&path, body).await.expect(201);
}

#[test]
fn the_readme_lists_every_operation_once() {
    let readme = include_str!("../../README.md");
    let served = readme.split_once("## What is served").unwrap().1;
    let served = served.split_once("\n## ").unwrap().0;
    let operations = people_protect_api::OPERATIONS;
    for operation in operations {
        let id = format!("`{}`", operation.id);
        assert_eq!(served.matches(&id).count(), 1, "{id}");
    }
    let count = format!("All {} operations", operations.len());
    assert!(served.contains(&count), "not: {count}");
}
