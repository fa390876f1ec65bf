//! Rating a callout that is over.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use crate::common::Bench;
use people_protect_simulator::Stage;
use reqwest::Method;
use serde_json::{Value, json};

async fn completed(bench: &Bench) -> i64 {
    let (_, id) = bench.raised().await;
    bench.simulator.set_stage(id, Stage::Completed).unwrap();
    id
}

#[tokio::test]
async fn r75_ratings_are_whole_numbers_from_1_to_5() {
    for (rating, status) in [
        (json!(0), 400),
        (json!(1), 201),
        (json!(5), 201),
        (json!(6), 400),
        (json!(-1), 400),
        (json!(4.5), 400),
        (json!("4"), 400),
        (Value::Null, 400),
    ] {
        let bench = Bench::new().await;
        let id = completed(&bench).await;
        let reply = bench
            .post("/ratings", json!({ "calloutId": id, "rating": rating }))
            .await;
        assert_eq!(reply.status, status, "{rating}: {}", reply.body);
        if status == 201 {
            assert_eq!(reply.keys(), ["calloutRatingPostResult"]);
            assert_eq!(reply.body["calloutRatingPostResult"]["rating"], rating);
        } else {
            assert!(reply.refused(400).contains("rating"));
        }
    }
}

#[tokio::test]
async fn one_rating_of_a_callout_that_is_over_and_ones_own() {
    let bench = Bench::new().await;
    let (_, id) = bench.raised().await;
    let body = json!({ "calloutId": id, "rating": 5 });
    assert!(
        bench
            .post("/ratings", body.clone())
            .await
            .refused(400)
            .contains("when it is over")
    );
    bench.simulator.set_stage(id, Stage::Closed).unwrap();
    let stranger = bench.other_source().await;
    bench
        .send(
            Method::POST,
            "/ratings",
            Some(&stranger),
            Some(body.clone()),
        )
        .await
        .refused(400);
    bench.post("/ratings", body.clone()).await.expect(201);
    assert!(
        bench
            .post("/ratings", body)
            .await
            .refused(400)
            .contains("already")
    );
}

#[tokio::test]
async fn r76_the_second_item_of_an_aspect_replaces_the_first() {
    let bench = Bench::new().await;
    let id = completed(&bench).await;
    let rated = bench
        .post("/ratings", json!({ "calloutId": id, "rating": 2 }))
        .await
        .expect(201);
    let rating = &rated["calloutRatingPostResult"]["id"];
    let catalogue = bench.get("/rating-items").await.expect(200);
    let item = |sentiment| {
        json!({
            "calloutRatingId": rating,
            "ratingItemDescription": catalogue[0]["ratingItemDescription"],
            "ratingItemId": catalogue[0]["id"],
            "sentiment": sentiment,
        })
    };
    let first = bench.post("/rating-items", item("positive")).await;
    assert_eq!(first.keys(), ["calloutRatingItemResults"]);
    let first = first.expect(201);
    let second = bench
        .post("/rating-items", item("negative"))
        .await
        .expect(201);
    assert_eq!(
        first["calloutRatingItemResults"]["id"],
        second["calloutRatingItemResults"]["id"]
    );
    let snapshot = bench.simulator.snapshot();
    let items = &snapshot.callout(id).unwrap().rating.as_ref().unwrap().items;
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].sentiment.as_deref(), Some("negative"));
}

#[tokio::test]
async fn r76_an_item_needs_a_rating_and_an_aspect_of_the_catalogue() {
    let bench = Bench::new().await;
    let id = completed(&bench).await;
    let rated = bench
        .post("/ratings", json!({ "calloutId": id, "rating": 2 }))
        .await
        .expect(201);
    let rating = &rated["calloutRatingPostResult"]["id"];
    for body in [
        json!({ "ratingItemDescription": "Arrival time" }),
        json!({ "calloutRatingId": rating }),
        json!({ "calloutRatingId": rating, "ratingItemDescription": "Weather" }),
        json!({ "calloutRatingId": rating, "ratingItemDescription": "Arrival time", "ratingItemId": 1 }),
        json!({ "calloutRatingId": 1, "ratingItemDescription": "Arrival time" }),
        // C22: the older form.
        json!({ "ratingId": rating, "ratingItemId": 12, "score": 4 }),
    ] {
        bench.post("/rating-items", body).await.refused(400);
    }
    for body in [
        json!({ "calloutRatingId": rating, "ratingItemDescription": "Arrival time" }),
        json!({ "calloutRatingId": rating, "ratingItemDescription": "x", "ratingItem": "arrival_time" }),
    ] {
        bench.post("/rating-items", body).await.expect(201);
    }
}
