//! Reading callouts, moving them, and what holds once they have ended.

use std::time::Duration;

use crate::common::{Bench, JANE};
use people_protect_simulator::Stage;
use serde_json::{Value, json};

const UPDATES: [&str; 2] = ["location", "updateLocationAndReturnCallout"];

#[tokio::test]
async fn r29_creation_is_flat_and_reading_is_nested() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let created = bench.raise(customer).await.expect(201);
    assert!(created["callout"].get("incidentInformation").is_none());
    let read = bench.get("/callouts/992011").await.expect(200);
    let incidents = read["callout"]["incidentInformation"].as_array().unwrap();
    assert_eq!(incidents.len(), 1);
    assert!(read["callout"].get("latitude").is_none());
    let incident = &incidents[0];
    assert_eq!(incident["responseType"]["value"], "SECURITY");
    assert_eq!(incident["calloutClassification"]["value"], "REAL");
    assert_eq!(incident["calloutCurrentLocation"]["longitude"], 28.12345);
    for key in [
        "predefinedLocationId",
        "dispatchedAt",
        "arrivedAt",
        "completedAt",
    ] {
        assert_eq!(incident.get(key), Some(&Value::Null), "{key}");
    }
}

#[tokio::test]
async fn stages_show_in_status_and_times() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let mut seen = Vec::new();
    for stage in Stage::PATH {
        bench.simulator.set_stage(id, stage).unwrap();
        let read = bench.get("/callouts/992011").await.expect(200);
        seen.push(read["callout"]["status"].as_str().unwrap().to_owned());
        bench.simulator.advance(Duration::from_secs(60)).unwrap();
    }
    assert_eq!(
        seen,
        [
            "created",
            "Responder Dispatched",
            "Responder Arrived",
            "Responder Completed",
            "Closed"
        ]
    );
    let read = bench.get("/callouts/992011").await.expect(200);
    let incident = &read["callout"]["incidentInformation"][0];
    assert_eq!(incident["dispatchedAt"], "2026-06-10T08:01:00Z");
    assert_eq!(incident["arrivedAt"], "2026-06-10T08:02:00Z");
    assert_eq!(incident["completedAt"], "2026-06-10T08:03:00Z");
    assert_eq!(incident["responder"]["name"], "Simulator Response 1");
}

#[tokio::test]
async fn r32_one_update_only_accepts_and_one_returns_the_state() {
    let bench = Bench::new().await;
    bench.raised().await;
    let body = json!({ "latitude": -26.2, "longitude": 28.2 });
    let [accepts, returns] = UPDATES.map(|update| format!("/callouts/992011/{update}"));
    let accepted = bench.post(&accepts, body.clone()).await;
    assert_eq!(accepted.keys(), ["message"]);
    accepted.expect(200);
    let returned = bench.post(&returns, body).await;
    assert_eq!(returned.keys(), ["callout", "message"]);
    let callout = &returned.expect(200)["callout"];
    assert_eq!(
        callout["incidentInformation"][0]["calloutCurrentLocation"]["latitude"],
        -26.2
    );
    assert_eq!(
        bench
            .simulator
            .snapshot()
            .callout(992_011)
            .unwrap()
            .position_updates,
        2
    );
}

#[tokio::test]
async fn r33_an_update_after_the_end_is_285_with_the_latest_state() {
    for cancelled in [false, true] {
        let bench = Bench::new().await;
        let (_, id) = bench.raised().await;
        if cancelled {
            bench
                .post("/callouts/992011/cancel", json!({}))
                .await
                .expect(200);
        } else {
            bench.simulator.set_stage(id, Stage::Closed).unwrap();
        }
        for update in UPDATES {
            let body = json!({ "latitude": 1.0, "longitude": 2.0 });
            let reply = bench.post(&format!("/callouts/{id}/{update}"), body).await;
            assert_eq!(reply.keys(), ["callout", "message"]);
            let callout = &reply.expect(285)["callout"];
            assert_eq!(
                callout["status"],
                if cancelled { "Cancelled" } else { "Closed" }
            );
            // Nothing moved.
            assert_eq!(
                callout["incidentInformation"][0]["calloutCurrentLocation"]["latitude"],
                -26.12345
            );
        }
    }
}

#[tokio::test]
async fn r36_a_callout_never_closes_by_itself() {
    let mut bench = Bench::new().await;
    let (customer, _) = bench.raised().await;
    bench.later(400).await;
    let read = bench.get("/callouts/992011").await.expect(200);
    assert_eq!(read["callout"]["status"], "created");
    assert_eq!(
        bench
            .simulator
            .snapshot()
            .active_callouts_of(customer)
            .len(),
        1
    );
}

#[tokio::test]
async fn r59_a_callout_id_in_the_body_is_ignored() {
    let bench = Bench::new().await;
    bench.raised().await;
    let other = bench.covered("+27821234568").await;
    bench.raise(other).await.expect(201);
    let body = json!({ "latitude": 1.0, "longitude": 2.0, "calloutId": 992_012 });
    bench
        .post("/callouts/992011/updateLocationAndReturnCallout", body)
        .await
        .expect(200);
    let snapshot = bench.simulator.snapshot();
    assert_eq!(snapshot.callout(992_011).unwrap().position_updates, 1);
    assert_eq!(snapshot.callout(992_012).unwrap().position_updates, 0);
}

#[tokio::test]
async fn r60_latitude_and_longitude_are_required_at_top_level() {
    let bench = Bench::new().await;
    bench.raised().await;
    for update in UPDATES {
        let path = format!("/callouts/992011/{update}");
        for (body, field) in [
            (json!({ "latitude": 1.0 }), "longitude"),
            (json!({ "longitude": 1.0 }), "latitude"),
            (
                json!({ "location": { "latitude": 1.0, "longitude": 2.0 } }),
                "latitude",
            ),
            (json!({ "latitude": "1", "longitude": 2.0 }), "latitude"),
            (json!({ "latitude": 1.0, "longitude": 200 }), "longitude"),
            (
                json!({ "latitude": 1.0, "longitude": 2.0, "accuracy": -1 }),
                "accuracy",
            ),
        ] {
            let message = bench.post(&path, body).await.refused(400);
            assert!(message.contains(field), "{message}");
        }
        bench
            .post(&path, json!({ "latitude": 1, "longitude": 2 }))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn r62_create_read_and_update_and_return_have_a_message_and_cancel_has_none() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let position = json!({ "latitude": 1.0, "longitude": 2.0 });
    let created = bench.raise(customer).await;
    let read = bench.get("/callouts/992011").await;
    let moved = bench
        .post("/callouts/992011/updateLocationAndReturnCallout", position)
        .await;
    for reply in [created, read, moved] {
        assert_eq!(reply.keys(), ["callout", "message"]);
    }
    assert_eq!(
        bench
            .post("/callouts/992011/cancel", json!({}))
            .await
            .keys(),
        ["callout"]
    );
}

#[tokio::test]
async fn r63_an_unknown_callout_is_404() {
    let bench = Bench::new().await;
    bench.get("/callouts/1").await.refused(404);
    let position = json!({ "latitude": 1.0, "longitude": 2.0 });
    for update in UPDATES {
        bench
            .post(&format!("/callouts/1/{update}"), position.clone())
            .await
            .refused(404);
    }
    bench
        .post("/callouts/1/cancel", json!({}))
        .await
        .refused(404);
}

#[tokio::test]
async fn active_callouts_are_listed_flat_until_they_end() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    for path in [
        "/callouts/activeCallouts".to_owned(),
        format!("/customers/{customer}/callouts"),
    ] {
        let list = bench.get(&path).await.expect(200);
        assert_eq!(list[0]["id"], id);
        assert!(list[0].get("url").is_none(), "lists carry no link");
    }
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    for path in [
        "/callouts/activeCallouts".to_owned(),
        format!("/customers/{customer}/callouts"),
    ] {
        assert_eq!(bench.get(&path).await.expect(200), json!([]));
    }
    bench.get("/customers/1/callouts").await.refused(404);
}
