//! What `Debug` and `Display` of the public types do not show.

use crate::common::Bench;
use people_protect_simulator::Stage;
use serde_json::json;

#[tokio::test]
async fn no_secret_and_no_personal_data_shows() {
    let bench = Bench::new().await;
    let body = json!({
        "customer": {
            "name": "PlantedName",
            "surname": "PlantedSurname",
            "mobile": "+27829876543",
            "email": "planted@example.com",
            "medicalConditions": "PlantedCondition",
            "duressCode": "PlantedCode",
        },
        "subscription": { "subscriptionTypeId": 4 },
    });
    bench.post("/customers", body).await.expect(201);
    let created = bench.raise(178_921).await.expect(201);
    let url = created["callout"]["url"].as_str().unwrap();
    let session = url
        .split("sessionToken=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    bench
        .delete(
            "/subscriptions/8811",
            Some(json!({ "reason": "PlantedReason" })),
        )
        .await
        .expect(200);

    let lead = json!({ "mobileNumber": "+27829876543", "customerData": { "name": "PlantedName" } });
    bench.post("/leads", lead).await.expect(200);
    let device = json!({
        "customerId": 178_921,
        "deviceSerial": "EX-26217939",
        "deviceSupplier": "ExampleBrand",
        "deviceAlias": "PlantedAlias",
    });
    bench.post("/devices", device).await.expect(200);
    let service = json!({
        "customerId": 178_921,
        "scheduledRequestConfig": { "name": "PlantedService", "dateFrom": "2026-06-10T09:00:00Z" },
        "initialLocation": { "latitude": -26.12345, "longitude": 28.12345 },
    });
    bench.post("/scheduled/guarding", service).await.expect(200);

    let simulator = &bench.simulator;
    let snapshot = simulator.snapshot();
    let error = simulator.set_stage(1, Stage::Closed).unwrap_err();
    let shown = [
        format!("{simulator:?} {simulator:#?}"),
        format!("{snapshot:?} {snapshot:#?}"),
        format!("{:?}", snapshot.customer(178_921)),
        format!("{:?}", snapshot.subscription(8811)),
        format!("{:?}", snapshot.callout(992_011)),
        format!("{:?}", snapshot.leads().next().unwrap()),
        format!("{:?}", snapshot.devices().next().unwrap()),
        format!("{:?}", snapshot.scheduled_requests().next().unwrap()),
        format!("{:?}", simulator.credentials()),
        format!("{:?}", simulator.requests()),
        format!("{error} {error:?}"),
    ]
    .join("\n");
    for hidden in [
        "Planted",
        "27829876543",
        "planted@",
        "26.12345",
        "28.12345",
        "EX-26217939",
        session,
        &bench.token,
        simulator.credentials().client_secret().reveal(),
    ] {
        assert!(!shown.contains(hidden), "{hidden} shows");
    }
}
