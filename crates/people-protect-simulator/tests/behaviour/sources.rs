//! Customer sources from a file.

use std::path::Path;

use crate::common::{Bench, JANE, person};
use people_protect_simulator::{Clock, ErrorKind, Simulator};
use reqwest::Method;
use serde_json::json;

async fn bench(file: &Path) -> Bench {
    Bench::of(Simulator::builder().clock(Clock::manual()).sources(file)).await
}

#[tokio::test]
async fn the_example_is_a_whole_setup() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sources.toml");
    let mut bench = bench(&example).await;
    let names: Vec<_> = bench
        .simulator
        .sources()
        .map(|source| source.client_id().to_owned())
        .collect();
    assert_eq!(names, ["my-backend", "my-other-backend"]);
    // The first has what is built in; the second what the file says.
    bench.covered(JANE).await;
    bench.token = bench.other_source().await;
    let kinds = bench.get("/responseTypes").await.expect(200);
    assert_eq!(kinds["responseTypes"][0]["id"], 21);
    let body = json!({ "customer": person(JANE), "subscription": { "subscriptionTypeId": 31 } });
    let customer = bench.post("/customers", body).await.expect(201)["customer"]["id"].clone();
    let cry = json!({ "location": { "latitude": -26.1, "longitude": 28.1 }, "responseTypeId": 22, "calloutClassificationId": 2 });
    let raised = bench
        .post(&format!("/customers/{customer}/callouts"), cry)
        .await
        .expect(201);
    let id = &raised["callout"]["id"];
    let reason = json!({ "exceptionReasonId": 301 });
    bench
        .post(&format!("/callouts/{id}/exceptionReasons"), reason)
        .await
        .expect(201);
    let items = bench.get("/rating-items").await.expect(200);
    assert_eq!(items[0]["id"], 51);
    let device = |supplier: &str, serial: &str| json!({ "customerId": customer, "deviceSerial": serial, "deviceSupplier": supplier });
    bench
        .post("/devices", device("SampleWorks", "SW-00000001"))
        .await
        .refused(400);
    bench
        .post("/devices", device("ExampleBrand", "EX-00000001"))
        .await
        .expect(200);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(
        snapshot
            .customer(customer.as_i64().unwrap_or_default())
            .map(|c| c.source),
        Some(40)
    );
}

#[tokio::test]
async fn r03_a_token_lives_as_long_as_its_source_says() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sources.toml");
    let text = "[[source]]\nclient_id = \"a\"\nclient_secret = \"s\"\ntoken_lifetime_s = 60\n";
    std::fs::write(&file, text).unwrap();
    let bench = bench(&file).await;
    let second = std::time::Duration::from_secs(1);
    bench.simulator.advance(second * 59).unwrap();
    bench.get("/responseTypes").await.expect(200);
    bench.simulator.advance(second).unwrap();
    bench.get("/responseTypes").await.refused(401);
}

#[tokio::test]
async fn built_in_credentials_do_not_work_beside_a_file() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sources.toml");
    let bench = bench(&example).await;
    let body = json!({ "clientId": "simulator-one", "clientSecret": "not-a-real-secret-one" });
    let answer = bench.send(Method::POST, "/oauth/token", None, Some(body));
    answer.await.refused(401);
}

#[tokio::test]
async fn a_file_that_does_not_fit_is_refused_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sources.toml");
    let text = "# Mine.\n[[source]]\nclient_id = \"a\"\nclient_secret = \"s\"\nlifetime = 60\n";
    std::fs::write(&file, text).unwrap();
    let error = Simulator::builder()
        .sources(&file)
        .start()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourcesRefused);
    assert!(
        error
            .to_string()
            .contains("sources.toml:5: unknown field `lifetime`"),
        "{error}"
    );
}
