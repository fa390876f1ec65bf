//! What is kept of a callout: reasons, rating, report and map, and the lists.

use people_protect::{CalloutId, ErrorKind, Rating, RatingId, RatingItem};
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::server::{Reply, Server};

const ID: CalloutId = CalloutId::new(992_011);

fn last_body(server: &Server) -> Value {
    serde_json::from_str(&server.seen().last().unwrap().body).unwrap()
}

#[tokio::test]
async fn r35_before_closing_there_is_neither_report_nor_map_and_the_error_says_so() {
    let scene = Scene::raised().await;
    let record = scene.record();
    for error in [
        record.resolution_report().await.unwrap_err(),
        record.map().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(
            error
                .hint()
                .unwrap()
                .contains("before the callout is closed")
        );
    }
    scene.close();
    let report = record.resolution_report().await.unwrap();
    assert_eq!(report["calloutId"], scene.id.get());
    let map = record.map().await.unwrap();
    let picture = reqwest::get(map.url.as_ref().unwrap().reveal())
        .await
        .unwrap();
    assert_eq!(picture.status(), 200);
}

#[tokio::test]
async fn r35_other_refusals_get_the_hint_and_failures_do_not() {
    for (status, hinted) in [(400, true), (409, true), (500, false), (401, false)] {
        let server = Server::replying([Reply::json(status, "{}"), Reply::json(status, "{}")]).await;
        let error = server.client().callout_record(ID).map().await.unwrap_err();
        assert_eq!(error.hint().unwrap().contains("R35"), hinted, "{error}");
    }
}

#[tokio::test]
async fn a_report_that_is_no_json_is_in_the_error_whole() {
    let server = Server::replying([Reply::with(
        200,
        "content-type: application/pdf\r\n",
        "%PDF-1.7",
    )])
    .await;
    let record = server.client().callout_record(ID);
    let error = record.resolution_report().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.body(), b"%PDF-1.7");
}

#[tokio::test]
async fn r74_a_reason_is_looked_up_and_attached_with_notes() {
    let scene = Scene::raised().await;
    let record = scene.record();
    let reasons = record.exception_reasons().await.unwrap();
    let mistake = reasons.by_reason(" false ALARM triggered ").unwrap();
    let attached = record.add_exception_reason(mistake).notes("a child").await;
    assert!(attached.unwrap().created_exception_reason.is_some());
    let snapshot = scene.simulator.snapshot();
    let kept = &snapshot.callout(scene.id.get()).unwrap().exception_reasons;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].reason_id, mistake.get());
    assert_eq!(kept[0].notes.as_ref().unwrap().reveal(), "a child");
    let unknown = reasons.by_reason("bored").unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Configuration);
    assert!(unknown.hint().unwrap().contains("Customer unavailable"));
}

#[tokio::test]
async fn c20_the_id_is_always_written_and_the_notes_only_if_there_are_any() {
    let done = r#"{"message":"ok","createdExceptionReason":{}}"#;
    let server = Server::replying([Reply::json(201, done)]).await;
    let record = server.client().callout_record(ID);
    record.add_exception_reason(102).await.unwrap();
    assert_eq!(last_body(&server), json!({"exceptionReasonId": 102}));
}

#[tokio::test]
async fn r75_r76_a_closed_callout_is_rated_with_its_aspects() {
    let scene = Scene::raised().await;
    let record = scene.record();
    let early = record.rate(Rating::Five).await.unwrap_err();
    assert_eq!(early.kind(), ErrorKind::InvalidRequest);
    scene.close();
    let rated = record
        .rate(Rating::Four)
        .additional_details("quick")
        .customer_allowed_to_be_contacted(true)
        .await
        .unwrap();
    let rating = rated.id().unwrap();
    let items = record.rating_items().await.unwrap();
    let arrival = items.by_description("arrival time").unwrap();
    for sentiment in ["positive", "negative"] {
        let item = record.rate_item(rating, arrival.clone());
        item.sentiment(sentiment).await.unwrap();
    }
    record
        .rate_item(rating, RatingItem::new("Conduct of the responder"))
        .await
        .unwrap();
    let snapshot = scene.simulator.snapshot();
    let kept = snapshot.callout(scene.id.get()).unwrap().rating.clone();
    let kept = kept.unwrap();
    assert_eq!((kept.id, kept.rating), (rating.get(), 4));
    assert_eq!(kept.items.len(), 2);
    assert_eq!(kept.items[0].sentiment.as_deref(), Some("negative"));
    let unknown = items.by_description("weather").unwrap_err();
    assert!(unknown.hint().unwrap().contains("Arrival time"));
}

#[test]
fn r75_there_is_no_rating_but_1_to_5() {
    for number in 0..=u8::MAX {
        let rating = Rating::try_from(number);
        assert_eq!(rating.is_ok(), (1..=5).contains(&number), "{number}");
        if let Ok(rating) = rating {
            assert_eq!(rating.get(), number);
        }
    }
}

#[tokio::test]
async fn c21_c22_only_the_current_forms_are_written() {
    let done = r#"{"calloutRatingPostResult":{},"calloutRatingItemResults":{}}"#;
    let server = Server::replying([done, done, done].map(|body| Reply::json(201, body))).await;
    let record = server.client().callout_record(ID);
    for rating in [Rating::One, Rating::Five] {
        record.rate(rating).await.unwrap();
        assert_eq!(
            last_body(&server),
            json!({"calloutId": 992_011, "rating": rating.get()})
        );
    }
    let arrival = RatingItem::new("Arrival time").with_id(12);
    let item = record.rate_item(9876, arrival.with_key("arrival_time"));
    item.sentiment("positive").await.unwrap();
    assert_eq!(
        last_body(&server),
        json!({
            "calloutRatingId": 9876,
            "ratingItemDescription": "Arrival time",
            "ratingItemId": 12,
            "ratingItem": "arrival_time",
            "sentiment": "positive",
        })
    );
}

#[tokio::test]
async fn r75_the_ratings_id_is_found_wrapped_and_flat_and_never_made_up() {
    for (body, id) in [
        (r#"{"calloutRatingPostResult":{"id":9876}}"#, Some(9876)),
        (
            r#"{"calloutRatingPostResult":{"calloutRatingId":"9876"}}"#,
            Some(9876),
        ),
        (
            r#"{"calloutRatingPostResult":{"ratingId":9876,"calloutId":1}}"#,
            Some(9876),
        ),
        (r#"{"id":9876,"calloutId":992011,"rating":4}"#, Some(9876)),
        (
            r#"{"id":1,"calloutRatingPostResult":{"calloutId":2}}"#,
            None,
        ),
        ("", None),
    ] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let record = server.client().callout_record(ID);
        let rated = record.rate(Rating::Four).await.unwrap();
        assert_eq!(rated.id(), id.map(RatingId::new), "{body}");
    }
}

#[tokio::test]
async fn r74_r75_what_may_be_stored_already_is_not_sent_again_blindly() {
    for reply in [|| Reply::raw(""), || Reply::json(500, "{}")] {
        let server = Server::replying([reply(), reply()]).await;
        let record = server.client().callout_record(ID);
        for (error, hint) in [
            (record.rate(Rating::One).await.err(), "stored already"),
            (
                record.add_exception_reason(102).await.err(),
                "attached already",
            ),
        ] {
            let error = error.unwrap();
            assert!(error.may_have_reached_server() && !error.is_retryable());
            assert!(error.hint().unwrap().contains(hint), "{error}");
        }
        assert_eq!(server.count("/ratings"), 1);
        assert_eq!(server.count("/exceptionReasons"), 1);
    }
}

#[tokio::test]
async fn r06_a_callout_token_does_not_reach_the_record() {
    let scene = Scene::raised().await;
    scene.close();
    let device = scene.device().await;
    let record = device.callout_record(scene.id);
    for error in [
        record.map().await.err(),
        record.resolution_report().await.err(),
        record.exception_reasons().await.err(),
        record.add_exception_reason(102).await.err(),
        record.rate(Rating::One).await.err(),
        record.rating_items().await.err(),
        record.rate_item(1, RatingItem::new("x")).await.err(),
        device.active_callouts().await.err(),
        device.customer(scene.customer).callouts().await.err(),
    ] {
        assert_eq!(error.unwrap().kind(), ErrorKind::NotAuthorised);
    }
}

#[tokio::test]
async fn active_callouts_are_listed_for_the_source_and_for_the_customer() {
    let scene = Scene::raised().await;
    let ids = |list: &[people_protect::raw::types::CalloutSummary]| -> Vec<_> {
        list.iter().filter_map(|callout| callout.id).collect()
    };
    let all = scene.aura.active_callouts().await.unwrap();
    assert_eq!(ids(&all), [scene.id.get()]);
    let customer = scene.aura.customer(scene.customer);
    assert_eq!(ids(&customer.callouts().await.unwrap()), [scene.id.get()]);
    scene.close();
    assert!(scene.aura.active_callouts().await.unwrap().is_empty());
    assert!(customer.callouts().await.unwrap().is_empty());
    let nobody = scene.aura.customer(1).callouts().await.unwrap_err();
    assert_eq!(nobody.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn c24_dismissing_is_reached_through_the_raw_client_only() {
    let scene = Scene::raised().await;
    let (id, body) = (scene.id.get(), &people_protect::raw::OpenObject::default());
    scene
        .aura
        .call(|raw| async move { raw.dismiss_callout(id, body).await })
        .await
        .unwrap();
    assert!(scene.callout().get().await.unwrap().is_over());
}
