//! Raising a callout: a success is a callout id and nothing less.

use people_protect::{CalloutId, ErrorKind, FixedLocationId, Position, Raised, ResponseTypeId};
use serde_json::json;

use crate::server::{Reply, Server};

const SECURITY: ResponseTypeId = ResponseTypeId::new(1);

fn here() -> Position {
    Position::new(-26.12345, 28.12345).unwrap().accuracy_m(10.0)
}

async fn raised(body: &str) -> Result<Raised, people_protect::Error> {
    let server = Server::replying([Reply::json(200, body)]).await;
    server
        .client()
        .customer(178_921)
        .raise(here(), SECURITY)
        .live()
        .await
}

#[tokio::test]
async fn r24_r65_a_live_raise_sends_the_documented_body_and_no_internal_test() {
    let answer = r#"{"message":"ok","callout":{"id":992011,"url":"https://t.example/x?s=1"}}"#;
    let server = Server::replying([Reply::json(201, answer), Reply::json(201, answer)]).await;
    let aura = server
        .builder()
        .with_live_classification(1)
        .build()
        .unwrap();
    let first = aura
        .customer(178_921)
        .raise(here(), SECURITY)
        .live()
        .await
        .unwrap();
    assert_eq!(first.id(), CalloutId::new(992_011));
    assert_eq!(
        first.tracking_url().unwrap().reveal(),
        "https://t.example/x?s=1"
    );

    let site = FixedLocationId::new(99_001);
    aura.customer(178_921)
        .raise(site, SECURITY)
        .live()
        .await
        .unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].path, "/panic-api/v2/customers/178921/callouts");
    let body = |at: usize| serde_json::from_str::<serde_json::Value>(&seen[at].body).unwrap();
    assert_eq!(
        body(1),
        json!({
            "location": {"latitude": -26.12345, "longitude": 28.12345, "accuracy": 10.0},
            "responseTypeId": 1,
            "calloutClassificationId": 1,
        })
    );
    // R25: a fixed location in place of the position.
    assert_eq!(
        body(2),
        json!({"predefinedLocationId": 99001, "responseTypeId": 1, "calloutClassificationId": 1})
    );
}

#[tokio::test]
async fn p07_c25_a_test_without_a_configured_classification_is_not_sent() {
    let server = Server::replying([]).await;
    let aura = server
        .builder()
        .with_live_classification(1)
        .build()
        .unwrap();
    let error = aura
        .customer(1)
        .raise(here(), SECURITY)
        .test()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!error.may_have_reached_server());
    assert!(server.seen().is_empty());

    let error = server
        .builder()
        .with_live_classification(1)
        .with_test_classification(1)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn p07_a_test_goes_out_with_the_configured_classification() {
    let server = Server::replying([Reply::json(200, r#"{"callout":{"id":1}}"#)]).await;
    let aura = server
        .builder()
        .with_test_classification(2)
        .build()
        .unwrap();
    aura.customer(1)
        .raise(here(), SECURITY)
        .test()
        .await
        .unwrap();
    let sent: serde_json::Value = serde_json::from_str(&server.seen()[1].body).unwrap();
    assert_eq!(sent["calloutClassificationId"], 2);
}

#[tokio::test]
async fn p01_a_success_status_without_a_callout_id_is_an_error() {
    for body in [
        "",
        "{}",
        "null",
        r#"{"message":"ok"}"#,
        r#"{"message":"ok","callout":null}"#,
        r#"{"message":"ok","callout":{}}"#,
        r#"{"message":"ok","callout":{"url":"https://t.example/x"}}"#,
        r#"{"message":"ok","url":"https://t.example/x"}"#,
        "<html>ok</html>",
    ] {
        let error = raised(body).await.expect_err(body);
        let kind = error.kind();
        let unreadable = matches!(kind, ErrorKind::NoCallout | ErrorKind::UndecodableAnswer);
        assert!(unreadable, "{body}: {kind:?}");
        assert!(error.may_have_reached_server(), "{body}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.body(), body.as_bytes());
    }
}

#[tokio::test]
async fn p01_no_link_is_made_up() {
    let raised = raised(r#"{"callout":{"id":992011,"url":" "}}"#)
        .await
        .unwrap();
    assert!(raised.tracking_url().is_none());
}

#[tokio::test]
async fn c13_the_link_and_the_callout_are_found_at_top_level_too() {
    let link = "https://t.example/x?s=1";
    for body in [
        format!(r#"{{"callout":{{"id":992011}},"url":"{link}"}}"#),
        format!(r#"{{"id":"992011","url":"{link}","status":"created"}}"#),
    ] {
        let raised = raised(&body).await.unwrap();
        assert_eq!(raised.id(), CalloutId::new(992_011));
        assert_eq!(raised.tracking_url().unwrap().reveal(), link);
    }
}

#[tokio::test]
async fn r26_r99_no_active_subscription_is_its_own_kind_and_names_the_customer() {
    for (status, body) in [
        (403, r#"{"message":"Forbidden"}"#),
        (400, r#"{"message":"No active subscription"}"#),
    ] {
        let server = Server::replying([Reply::json(status, body)]).await;
        let raise = server
            .client()
            .customer(178_921)
            .raise(here(), SECURITY)
            .live();
        let error = raise.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoActiveSubscription);
        assert!(error.hint().unwrap().contains("customer 178921"));
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn p01_no_id_that_is_none_and_no_callout_that_is_over_is_help() {
    for body in [
        r#"{"callout":{"id":0}}"#,
        r#"{"callout":{"id":-5}}"#,
        r#"{"callout":{"id":9,"status":"CLOSED"}}"#,
        r#"{"callout":{"id":9,"status":"cancelled"}}"#,
        r#"{"id":178921,"message":"customer not entitled"}"#,
    ] {
        let error = raised(body).await.expect_err(body);
        assert_eq!(error.kind(), ErrorKind::NoCallout, "{body}");
        assert!(error.may_have_reached_server() && error.is_retryable());
    }
    // P06: `data` around it.
    let nested = r#"{"data":{"callout":{"id":9}}}"#;
    assert_eq!(raised(nested).await.unwrap().id(), CalloutId::new(9));
    // C13: a flat one that has something of a callout is one.
    let flat = r#"{"id":9,"status":"created"}"#;
    assert_eq!(raised(flat).await.unwrap().id(), CalloutId::new(9));
}
