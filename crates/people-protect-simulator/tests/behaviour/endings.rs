//! What a callout leaves behind.

use std::time::Duration;

use crate::common::Bench;
use people_protect_simulator::Stage;
use serde_json::json;

#[tokio::test]
async fn r35_report_and_map_are_there_after_closing_only() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let paths = [
        format!("/callouts/{id}/resolutionReport"),
        format!("/callouts/{id}/maps"),
    ];
    for stage in Stage::PATH {
        bench.simulator.set_stage(id, stage).unwrap();
        for path in &paths {
            let reply = bench.get(path).await;
            assert_eq!(reply.status == 200, stage == Stage::Closed, "{path}");
            assert_eq!(reply.status == 404, stage.is_active(), "{path}");
        }
        bench.simulator.advance(Duration::from_secs(60)).unwrap();
    }
    let report = bench.get(&paths[0]).await.expect(200);
    assert_eq!(report["responseTimeSeconds"], 120);
    assert_eq!(report["resolutionTimeSeconds"], 240);
    bench.get("/callouts/1/maps").await.refused(404);
}

#[tokio::test]
async fn the_map_opens_with_its_own_link_only() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let map = bench.get(&format!("/callouts/{id}/maps")).await.expect(200);
    let url = map["url"].as_str().unwrap();
    let open = async |url: &str| {
        let answer = bench.client.get(url).send().await.unwrap();
        let media = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        (
            answer.status().as_u16(),
            media,
            answer.text().await.unwrap(),
        )
    };
    let (status, media, picture) = open(url).await;
    assert_eq!((status, media.as_str()), (200, "image/svg+xml"));
    assert!(picture.contains("<circle"), "{picture}");
    let (status, _, picture) = open(&url.replace("sessionToken=", "sessionToken=x")).await;
    assert_eq!(status, 403);
    assert!(!picture.contains("<circle"));
}

#[tokio::test]
async fn c24_a_dismissed_callout_has_ended() {
    let bench = Bench::new().await;
    let (customer, id) = bench.raised().await;
    bench
        .post(&format!("/callouts/{id}/dismiss"), json!({}))
        .await
        .expect(200);
    let snapshot = bench.simulator.snapshot();
    assert!(snapshot.active_callouts_of(customer).is_empty());
}
