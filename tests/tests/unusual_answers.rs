//! What the wrapper makes of answers the simulator never gives: nothing is lost, nothing is taken
//! for a success that is none.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use httpmock::MockServer;
use people_protect::{
    Credentials, Environment, Error, ErrorKind, PeopleProtect, Position, Retries,
};
use people_protect_api::types;
use people_protect_httpmock::MockServerExt;
use serde_json::json;

const PAGE: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/// A client of a server that answers the token request as it should.
fn client(server: &MockServer) -> PeopleProtect {
    server.create_oauth_token(|_, then| {
        let mut token = types::Token::default();
        token.access_token = Some("a.b.c".into());
        token.expires_in = Some(3600);
        then.success(200, &token);
    });
    let environment = Environment::custom(&server.base_url()).unwrap();
    PeopleProtect::builder(environment, Credentials::new("id", "secret").unwrap())
        // What comes of one answer; repeats are shown elsewhere, with time held still.
        .with_retries(Retries::none())
        .build()
        .unwrap()
}

async fn raise(server: &MockServer) -> Result<people_protect::Raised, Error> {
    let here = Position::new(-26.12345, 28.12345).unwrap();
    client(server)
        .customer(178_921)
        .raise(here, people_protect::ResponseTypeId::from(1))
        .live()
        .await
}

#[tokio::test]
async fn p01_a_success_without_a_callout_id_is_an_error() {
    for body in [
        json!({}),
        json!({"message": "ok", "callout": null}),
        json!({"message": "ok", "callout": {"url": "https://example.com/t"}}),
        json!({"message": "ok", "callout": {"id": null}}),
    ] {
        let server = MockServer::start_async().await;
        let double = server.create_customer_callout(|_, then| {
            then.into_inner()
                .status(200)
                .header("content-type", "application/json")
                .body(body.to_string());
        });
        let error = raise(&server).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoCallout, "{body}: {error}");
        assert!(error.may_have_reached_server());
        assert_eq!(error.body(), body.to_string().as_bytes());
        double.assert();
    }
}

#[tokio::test]
async fn p01_an_empty_success_is_an_error() {
    let server = MockServer::start_async().await;
    server.create_customer_callout(|_, then| {
        then.into_inner().status(200);
    });
    let error = raise(&server).await.unwrap_err();
    assert!(error.may_have_reached_server(), "{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
}

#[tokio::test]
async fn an_html_error_page_keeps_status_headers_and_body() {
    let server = MockServer::start_async().await;
    server.create_customer_callout(|_, then| {
        then.into_inner()
            .status(502)
            .header("content-type", "text/html")
            .header("via", "proxy-7")
            .body(PAGE);
    });
    let error = raise(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerFailure, "{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(502));
    assert_eq!(error.headers()["via"], "proxy-7");
    assert_eq!(error.body(), PAGE.as_bytes());
    assert!(error.is_retryable());
    assert!(!error.to_string().contains("<html>"), "{error}");
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn an_html_page_with_status_200_is_no_callout() {
    let server = MockServer::start_async().await;
    server.create_customer_callout(|_, then| {
        then.into_inner()
            .status(200)
            .header("content-type", "text/html")
            .body(PAGE);
    });
    let error = raise(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{error}");
    assert_eq!(error.body(), PAGE.as_bytes());
    assert!(error.may_have_reached_server());
}

#[tokio::test]
async fn c13_a_tracking_link_at_the_top_level_is_found() {
    let server = MockServer::start_async().await;
    server.create_customer_callout(|_, then| {
        let mut created = types::CalloutCreated::default();
        created.url = Some("https://example.com/t?sessionToken=planted".into());
        let mut callout = types::Callout::default();
        callout.id = Some(992_011);
        created.callout = Some(callout);
        then.success(201, &created);
    });
    let raised = raise(&server).await.unwrap();
    assert_eq!(raised.id().to_string(), "992011");
    let link = raised.tracking_url().unwrap();
    assert!(link.reveal().ends_with("planted"));
    assert!(!format!("{link} {link:?} {raised:?}").contains("planted"));
}

#[tokio::test]
async fn c09_the_older_error_key_is_read() {
    let server = MockServer::start_async().await;
    server.create_customer_callout(|_, then| {
        then.into_inner()
            .status(400)
            .header("content-type", "application/json")
            .body(json!({"error": "responseTypeId is unknown"}).to_string());
    });
    let error = raise(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.message(), Some("responseTypeId is unknown"));
}

#[tokio::test]
async fn r33_a_closed_callout_is_no_success_and_brings_its_last_state() {
    let server = MockServer::start_async().await;
    server.update_callout_location_and_return(|when, then| {
        when.callout_id(992_011);
        let mut read = types::CalloutRead::default();
        let mut callout = types::CalloutView::default();
        callout.id = Some(992_011);
        callout.status = Some("CLOSED by control room".to_owned());
        read.callout = Some(callout);
        then.success(285, &read);
    });
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let error = client(&server)
        .callout(992_011)
        .update_location(here)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CalloutClosed, "{error}");
    let last = error.callout().unwrap();
    assert_eq!(last.raw().status.as_deref(), Some("CLOSED by control room"));
}

#[tokio::test]
async fn c04_a_flat_customer_answer_is_read() {
    let server = MockServer::start_async().await;
    server.create_customer(|_, then| {
        then.into_inner()
            .status(201)
            .header("content-type", "application/json")
            .body(
                json!({"id": 178_921, "firstName": "Jane", "mobileNumber": "+27821234567"})
                    .to_string(),
            );
    });
    let jane = people_protect::NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let registered = client(&server)
        .register(jane)
        .without_subscription()
        .await
        .unwrap();
    assert_eq!(registered.id().to_string(), "178921");
}

#[tokio::test]
async fn an_empty_success_is_one_where_the_answer_only_confirms() {
    for status in [200, 204] {
        let server = MockServer::start_async().await;
        server.delete_customer(|when, then| {
            when.customer_id(178_921);
            then.into_inner().status(status);
        });
        let answer = client(&server)
            .call(|raw| async move { raw.delete_customer(178_921).await })
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.message, None);
        assert!(answer.body().is_empty());
    }
}
