//! Nothing planted shows in what is said about a callout, kept of it or streamed to it.

use std::fmt::Debug;

use people_protect::{Error, Rating, RatingItem};

use crate::scene::at;
use crate::server::{Reply, Server, token};

const EVERYTHING: &str = r#"{
    "message": "planted@example.com +27821234567",
    "calloutEvent": {"id": 1, "event": {"message": "plantedtext"}, "createdBy": "plantedname",
        "calloutEventTags": [{"tag": "plantedtag"}], "integrationUser": {"name": "plantedname"}},
    "calloutEventTags": [{"tag": "plantedtag"}],
    "createdExceptionReason": {"notes": "plantednotes"},
    "calloutRatingPostResult": {"id": 9876, "additionalDetails": "planteddetails"},
    "calloutRatingItemResults": {"sentiment": "plantedsentiment"},
    "callout": {"id": 992011, "status": "created", "latitude": -26.5, "longitude": 47.0,
        "incidentInformation": [{"responder": {"name": "plantedname"}}]},
    "url": "https://maps.example.com/planted.png", "image": "plantedimage",
    "outcome": "plantedoutcome"
}"#;

const EVENTS: &str = r#"[{"id": 1, "event": {"message": "plantedtext"}, "createdBy": "plantedname",
    "calloutEventTags": [{"tag": "plantedtag"}]}]"#;

const ACTIVE: &str =
    r#"[{"id": 1, "latitude": -26.5, "longitude": 47.0, "url": "https://planted"}]"#;

#[track_caller]
fn clean(value: &impl Debug) {
    let shown = format!("{value:?} {value:#?}");
    for hidden in ["planted", "1234567", "26.5", "47.0", "-26"] {
        assert!(!shown.contains(hidden), "{hidden} shows in {shown}");
    }
}

#[track_caller]
fn clean_error(error: &Error) {
    clean(error);
    assert!(!error.to_string().contains("planted"), "{error}");
}

async fn server(status: u16) -> Server {
    Server::start(move |request| async move {
        let body = match request.path.as_str() {
            path if path.ends_with("/oauth/token") => return token("planted-token", 3600),
            path if path.ends_with("/events") && request.method == "GET" => EVENTS,
            path if path.ends_with("/activeCallouts") => ACTIVE,
            path if path.ends_with("/exceptionReasons") && request.method == "GET" => "[]",
            path if path.ends_with("/rating-items") && request.method == "GET" => "[]",
            _ => EVERYTHING,
        };
        Reply::json(status, body)
    })
    .await
}

#[tokio::test]
async fn p12_answers_about_a_callout_show_nothing_planted() {
    let server = server(200).await;
    let aura = server.client();
    let (callout, record) = (aura.callout(1), aura.callout_record(1));
    let said = callout.say("customer", "plantedtext").await.unwrap();
    assert_eq!(
        said.event().unwrap().text().unwrap().reveal(),
        "plantedtext"
    );
    clean(&said);
    clean(&said.event());
    clean(&said.event().unwrap().raw());
    clean(&said.tags());
    let events = callout.events().await.unwrap();
    clean(&events);
    clean(&events.iter().collect::<Vec<_>>());
    let cancellation = callout.cancel(None).await.unwrap();
    clean(&cancellation);
    clean(&cancellation.callout());
    clean(&record);
    clean(&record.exception_reasons().await.unwrap());
    let reason = record.add_exception_reason(1).notes("plantednotes");
    clean(&reason);
    let attached = reason.await.unwrap();
    clean(&attached);
    clean(&attached.created_exception_reason);
    let rate = record
        .rate(Rating::One)
        .additional_details("planteddetails");
    clean(&rate);
    let rated = rate.await.unwrap();
    clean(&rated);
    clean(&**rated.answer());
    clean(&record.rating_items().await.unwrap());
    let item = record.rate_item(1, RatingItem::new("Arrival time"));
    clean(&item);
    clean(&*item.await.unwrap());
    let map = record.map().await.unwrap();
    clean(&map);
    clean(&*map);
    let report = record.resolution_report().await.unwrap();
    clean(&report);
    clean(&*report);
    clean(&*aura.active_callouts().await.unwrap());
}

#[tokio::test]
async fn p12_a_location_stream_shows_no_position() {
    let server = server(200).await;
    let (feeder, stream) = server.client().callout(992_011).stream_locations();
    let monitor = stream.monitor();
    feeder.feed(at(47));
    clean(&feeder);
    clean(&stream);
    drop(feeder);
    let ended = stream.await.unwrap();
    assert!(ended.callout().is_some());
    clean(&ended);
    clean(&monitor);
    clean(&monitor.latest());
}

#[tokio::test]
async fn p12_errors_about_a_callout_show_nothing_planted() {
    for status in [285, 400, 401, 404, 409, 429, 500] {
        let server = server(status).await;
        let aura = server.client();
        let (callout, record) = (aura.callout(1), aura.callout_record(1));
        let outcomes = [
            callout.say("customer", "plantedtext").await.err(),
            callout.events().await.err(),
            callout.cancel(None).await.err(),
            record.exception_reasons().await.err(),
            record
                .add_exception_reason(1)
                .notes("plantednotes")
                .await
                .err(),
            record
                .rate(Rating::One)
                .additional_details("planteddetails")
                .await
                .err(),
            record.rating_items().await.err(),
            record.rate_item(1, RatingItem::new("x")).await.err(),
            record.resolution_report().await.err(),
            record.map().await.err(),
            aura.active_callouts().await.err(),
            aura.customer(1).callouts().await.err(),
        ];
        for error in &outcomes {
            clean_error(error.as_ref().unwrap());
        }
    }
}
