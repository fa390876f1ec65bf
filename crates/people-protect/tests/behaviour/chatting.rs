//! Saying something to the control centre, and reading what was said.

use people_protect::{CalloutId, ErrorKind};

use crate::scene::Scene;
use crate::server::{Reply, Server};

const ID: CalloutId = CalloutId::new(992_011);
const POSTED: &str = r#"{"calloutEvent":{"id":771,"event":{"message":"x"}},"calloutEventTags":[]}"#;

#[tokio::test]
async fn r72_what_is_said_is_read_back() {
    let scene = Scene::raised().await;
    let callout = scene.callout();
    let said = callout.say("customer", "I am behind the house").await;
    let said = said.unwrap();
    let event = said.event().unwrap();
    assert_eq!(event.text().unwrap().reveal(), "I am behind the house");
    assert_eq!(event.raw().callout_id, Some(scene.id.get()));
    assert!(said.tags().is_empty());
    callout.say("operator", "Stay there.").await.unwrap();
    let events = callout.events().await.unwrap();
    let texts: Vec<_> = events
        .iter()
        .map(|event| event.text().unwrap().reveal())
        .collect();
    assert_eq!(texts, ["I am behind the house", "Stay there."]);
    assert_eq!(events.answer().json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn r73_a_mention_is_found_among_the_tags() {
    let scene = Scene::raised().await;
    let callout = scene.callout();
    let said = callout.say("customer", "@Admin please").await.unwrap();
    assert!(said.mentions("admin") && said.mentions("@ADMIN"));
    assert!(!said.mentions("please"));
    let events = callout.events().await.unwrap();
    assert!(events.iter().next().unwrap().mentions("admin"));
}

#[tokio::test]
async fn a_callout_token_is_enough_for_the_chat() {
    let scene = Scene::raised().await;
    let device = scene.device().await;
    let callout = device.callout(scene.id);
    callout.say("customer", "here").await.unwrap();
    assert_eq!(callout.events().await.unwrap().iter().count(), 1);
}

#[tokio::test]
async fn r72_without_source_or_text_nothing_is_sent() {
    let server = Server::replying([]).await;
    let callout = server.client().callout(ID);
    for (source, text) in [("", "x"), (" ", "x"), ("customer", ""), ("customer", "\n")] {
        let error = callout.say(source, text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.operation(), Some("create_callout_event"));
        assert!(!error.may_have_reached_server());
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn c19_only_the_current_form_is_written() {
    let server = Server::replying([Reply::json(201, POSTED)]).await;
    let callout = server.client().callout(ID);
    callout.say("customer", "x").await.unwrap();
    let seen = server.seen();
    let sent: serde_json::Value = serde_json::from_str(&seen.last().unwrap().body).unwrap();
    assert_eq!(
        sent,
        serde_json::json!({"source": "customer", "event": "x"})
    );
}

#[tokio::test]
async fn r72_after_a_failure_that_leaves_it_open_the_text_is_not_said_twice() {
    for reply in [
        Reply::raw(""),
        Reply::json(502, "<html>"),
        Reply::with(200, "content-type: text/html\r\n", "<html>"),
        Reply::raw("HTTP/1.1 201 X\r\ncontent-length: 500\r\n\r\n{\"calloutEvent\""),
    ] {
        let server = Server::replying([reply, Reply::json(201, POSTED)]).await;
        let error = server.client().callout(ID).say("customer", "x").await;
        let error = error.unwrap_err();
        assert!(error.may_have_reached_server(), "{error}");
        assert!(!error.is_retryable(), "{error}");
        assert!(error.hint().unwrap().contains("posted already"), "{error}");
        assert_eq!(server.count("/events"), 1);
    }
}

#[tokio::test]
async fn r72_a_refusal_does_not_pretend_that_something_was_posted() {
    for status in [400, 404] {
        let server = Server::replying([Reply::json(status, "{}")]).await;
        let error = server.client().callout(ID).say("customer", "x").await;
        let error = error.unwrap_err();
        assert!(!error.hint().unwrap().contains("posted"), "{error}");
    }
}

#[tokio::test]
async fn the_text_is_found_under_several_names_and_never_made_up() {
    let list = r#"{"message": "ok", "events": [
        {"id": 1, "event": {"message": "a"}, "calloutEventTags": [{"name": "@Admin", "n": 1}]},
        {"id": "2", "event": {"text": "b"}, "calloutEventTags": null},
        {"id": 3, "message": "c"},
        {"id": 4, "event": {"role": "operator"}, "new": [1]},
        {"id": 5, "event": "d", "calloutEventType": "MESSAGE", "calloutEventTags": ["@admin", null]}
    ]}"#;
    let server = Server::replying([Reply::json(200, list)]).await;
    let events = server.client().callout(ID).events().await.unwrap();
    let texts: Vec<_> = events
        .iter()
        .map(|event| event.text().map(|text| text.reveal()))
        .collect();
    assert_eq!(texts, [Some("a"), Some("b"), Some("c"), None, Some("d")]);
    let ids: Vec<_> = events.iter().map(|event| event.raw().id).collect();
    assert_eq!(ids, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    let tagged: Vec<_> = events.iter().map(|event| event.mentions("admin")).collect();
    assert_eq!(tagged, [true, false, false, false, true]);
}

#[tokio::test]
async fn an_empty_success_is_one() {
    let server = Server::replying([Reply::with(200, "", "")]).await;
    let said = server.client().callout(ID).say("customer", "x").await;
    let said = said.unwrap();
    assert!(said.event().is_none() && said.tags().is_empty());
}
