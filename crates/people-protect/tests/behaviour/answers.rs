//! What comes back is kept, whatever it is.

use people_protect::{ErrorKind, Position};

use crate::server::{Reply, Server};

const HTML: &str = "<html><body>502 Bad Gateway</body></html>";

#[tokio::test]
async fn p09_a_proxys_page_keeps_its_status_headers_and_body() {
    for (status, kind) in [
        (200, ErrorKind::UndecodableAnswer),
        (404, ErrorKind::NotFound),
        (502, ErrorKind::ServerFailure),
    ] {
        let headers = "content-type: text/html\r\nx-proxy: gate-7\r\n";
        let server = Server::replying([Reply::with(status, headers, HTML)]).await;
        let error = server.client().callout(1).get().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.status().unwrap(), status);
        assert_eq!(error.headers()["x-proxy"], "gate-7");
        assert_eq!(error.body(), HTML.as_bytes());
        assert_eq!(error.message(), None);
        assert!(error.may_have_reached_server());
    }
}

#[tokio::test]
async fn p09_cut_off_json_keeps_its_status_headers_and_body() {
    let cut = r#"{"message":"ok","callout":{"id":992"#;
    let server = Server::replying([Reply::json(200, cut)]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.headers()["content-type"], "application/json");
    assert_eq!(error.body(), cut.as_bytes());
    assert!(error.to_string().contains("cut-off JSON"), "{error}");
}

#[tokio::test]
async fn p09_a_connection_that_breaks_within_the_body_keeps_what_came() {
    let part = "HTTP/1.1 200 OK\r\nx-node: 3\r\ncontent-length: 1000\r\n\r\n{\"message\":";
    let server = Server::replying([Reply::raw(part)]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.headers()["x-node"], "3");
    assert_eq!(error.body(), b"{\"message\":");
    assert!(error.may_have_reached_server() && error.is_retryable());
}

#[tokio::test]
async fn p09_an_error_status_wins_over_a_body_that_breaks() {
    let part = "HTTP/1.1 503 X\r\ncontent-length: 1000\r\n\r\n{";
    let server = Server::replying([Reply::raw(part)]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerFailure);
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_may_have_reached_the_server() {
    let server = Server::replying([Reply::raw("")]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.may_have_reached_server() && error.is_retryable());
    assert_eq!((error.status(), error.attempts()), (None, 1));
}

#[tokio::test]
async fn a_refused_connection_has_reached_nobody() {
    // Kept as long as the test: a free port might become another test's server.
    let nowhere = tokio::net::TcpSocket::new_v4().unwrap();
    nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", nowhere.local_addr().unwrap());
    let aura = people_protect::PeopleProtect::builder(
        people_protect::Environment::custom(&origin).unwrap(),
        people_protect::Credentials::new("a", "b").unwrap(),
    )
    .build()
    .unwrap()
    .with_bearer_token("t");
    let error = aura.callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(!error.may_have_reached_server() && error.is_retryable());
}

#[tokio::test]
async fn an_empty_success_is_a_success() {
    let server = Server::replying([Reply::with(204, "", ""), Reply::with(200, "", "")]).await;
    let aura = server.client();
    let answer = aura
        .call(|raw| async move { raw.delete_customer(7).await })
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    assert!(answer.body().is_empty() && answer.message.is_none());
    aura.call(|raw| async move { raw.delete_customer(7).await })
        .await
        .unwrap();
}

#[tokio::test]
async fn unknown_fields_are_in_the_raw_json() {
    let server = Server::replying([Reply::json(
        200,
        r#"{"message":"ok","customer":{"id":1,"tier":"gold"}}"#,
    )])
    .await;
    let answer = server.client().customer(1).get().await.unwrap();
    assert_eq!(answer.json()["customer"]["tier"], "gold");
    assert_eq!(answer.customer.as_ref().unwrap().id, Some(1));
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let body = "x".repeat(9 * 1024 * 1024);
    let server = Server::replying([Reply::json(200, &body)]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert!(error.body().len() <= 8 * 1024 * 1024);
    assert!(error.to_string().contains("larger than 8 MiB"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_one_however_long_its_body_is() {
    let body = "x".repeat(9 * 1024 * 1024);
    let server = Server::replying([Reply::json(503, &body)]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ServerFailure);
    assert_eq!(error.status().unwrap(), 503);
    assert!(error.is_retryable());
    assert!((1..=8 * 1024 * 1024).contains(&error.body().len()));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let to = "location: https://elsewhere.example.com/\r\n";
    let server = Server::replying([Reply::with(302, to, "")]).await;
    let error = server.client().callout(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.status().unwrap(), 302);
}

#[tokio::test]
async fn r33_285_is_no_success_and_carries_the_final_state() {
    let closed = r#"{"message":"closed","callout":{"id":992011,"status":"Closed"}}"#;
    let server = Server::replying([Reply::json(285, closed), Reply::json(285, closed)]).await;
    let aura = server.client();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let callout = aura.callout(992_011);
    for error in [
        callout.update_location(here).await.unwrap_err(),
        callout.send_location(here).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::CalloutClosed);
        assert_eq!(error.status().unwrap().as_u16(), 285);
        assert!(error.callout().unwrap().is_over());
        assert!(!error.is_retryable());
    }
    // R60: the position is at top level there.
    let sent: serde_json::Value = serde_json::from_str(&server.seen()[1].body).unwrap();
    assert_eq!(
        sent,
        serde_json::json!({"latitude": -26.12345, "longitude": 28.12345})
    );
}

#[tokio::test]
async fn r33_285_with_an_unreadable_body_still_says_closed() {
    let server = Server::replying([Reply::with(285, "", HTML)]).await;
    let here = Position::new(1.0, 2.0).unwrap();
    let error = server
        .client()
        .callout(1)
        .update_location(here)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CalloutClosed);
    assert!(error.callout().is_none());
    assert_eq!(error.body(), HTML.as_bytes());
}

#[tokio::test]
async fn an_id_that_would_leave_its_place_in_the_path_is_refused_unsent() {
    let server = Server::replying([]).await;
    let error = server
        .client()
        .call(|raw| async move { raw.get_lead("..").await })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!error.may_have_reached_server());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn r34_cancelling_sends_the_code_only_if_there_is_one() {
    let answer = r#"{"callout":{"id":1,"status":"Cancelled"}}"#;
    let server = Server::replying([Reply::json(200, answer), Reply::json(200, answer)]).await;
    let callout = server.client().callout(1);
    callout.cancel(None).await.unwrap();
    let code = people_protect::SafeCode::new("4567").unwrap();
    callout.cancel(Some(code)).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].method, "POST");
    assert_eq!(
        (seen[1].body.as_str(), seen[2].body.as_str()),
        ("{}", r#"{"safeCode":"4567"}"#)
    );
}
