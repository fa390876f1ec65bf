//! The server token: cached, fetched once for many, renewed after a refusal.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use people_protect::ErrorKind;
use tokio::sync::Notify;

use crate::clock::ManualClock;
use crate::server::{Reply, Server, token};

const TYPES: &str =
    r#"{"message":"ok","subscriptionTypes":[{"id":4,"value":"WEB_SIGNUP_SINGLE"}]}"#;

#[tokio::test]
async fn r04_twenty_calls_make_one_token_request() {
    let server = Server::replying((0..20).map(|_| Reply::json(200, TYPES))).await;
    let aura = server.client();
    for _ in 0..20 {
        aura.subscription_types().await.unwrap();
    }
    assert_eq!(server.count("/oauth/token"), 1);
    assert_eq!(server.seen().len(), 21);
}

#[tokio::test]
async fn whoever_waits_for_a_token_does_not_hold_room_for_fetching_it() {
    let server = Server::replying([]).await;
    let aura = server.client();
    let bytes = size_of_val(&aura.warm_up());
    assert!(bytes <= 1536, "{bytes}");
}

#[tokio::test]
async fn r04_a_hundred_callers_at_once_make_one_token_request() {
    let gate = Arc::new(Notify::new());
    let asked = Arc::new(Notify::new());
    let server = Server::start({
        let (gate, asked) = (Arc::clone(&gate), Arc::clone(&asked));
        move |request| {
            let (gate, asked) = (Arc::clone(&gate), Arc::clone(&asked));
            async move {
                if request.path.ends_with("/oauth/token") {
                    asked.notify_one();
                    gate.notified().await;
                    return token("one", 3600);
                }
                Reply::json(200, TYPES)
            }
        }
    })
    .await;
    let aura = server.client();
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let aura = aura.clone();
            tokio::spawn(async move { aura.subscription_types().await.map(drop) })
        })
        .collect();
    // The token request is held at the gate until every caller has had its turn to send another.
    asked.notified().await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.seen().len(), 1);
    gate.notify_one();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn r04_a_token_is_replaced_shortly_before_it_expires() {
    let server = Server::replying((0..3).map(|_| Reply::json(200, TYPES))).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    aura.subscription_types().await.unwrap();
    clock.advance(Duration::from_secs(3539));
    aura.subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 1);
    clock.advance(Duration::from_secs(1));
    aura.subscription_types().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 2);
}

/// Hands out tokens `t1`, `t2`, ... and answers 401 to the ones up to `refused`.
async fn refusing(refused: usize) -> Server {
    let handed = Arc::new(AtomicUsize::new(0));
    Server::start(move |request| {
        let reply = if request.path.ends_with("/oauth/token") {
            let number = handed.fetch_add(1, Ordering::SeqCst) + 1;
            token(&format!("t{number}"), 3600)
        } else {
            let header = request.header("authorization").unwrap_or_default();
            let number: usize = header.trim_start_matches("Bearer t").parse().unwrap_or(0);
            // The first call passes with any token, so that it is cached.
            if number <= refused && !request.path.ends_with("/subscriptionTypes") {
                Reply::json(401, r#"{"message":"Unauthorized"}"#)
            } else {
                Reply::json(200, TYPES)
            }
        };
        async move { reply }
    })
    .await
}

#[tokio::test]
async fn p03_a_refused_cached_token_is_renewed_once_and_the_call_sent_again() {
    let server = refusing(1).await;
    let aura = server.client();
    aura.subscription_types().await.unwrap();
    let answer = aura.customer(1).get().await.unwrap();
    assert_eq!(answer.attempts(), 2);
    assert_eq!(server.count("/oauth/token"), 2);
    assert_eq!(server.count("/customers/1"), 2);
}

#[tokio::test]
async fn p03_a_second_refusal_is_the_callers_error() {
    let server = refusing(usize::MAX).await;
    let aura = server.client();
    aura.subscription_types().await.unwrap();
    let error = aura.customer(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthorised);
    assert_eq!((error.attempts(), server.count("/customers/1")), (2, 2));
    assert_eq!(server.count("/oauth/token"), 2);
}

#[tokio::test]
async fn p03_a_fresh_token_that_is_refused_is_not_kept_for_the_next_call() {
    let server = refusing(1).await;
    let aura = server.client();
    aura.customer(1).get().await.unwrap_err();
    aura.customer(1).get().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 2);
}

#[tokio::test]
async fn c02_a_lifetime_that_cannot_be_read_is_no_reason_to_have_no_token() {
    for expires_in in [
        "3600.5",
        "\"3600\"",
        "\"2026-12-01T00:00:00Z\"",
        "null",
        "{}",
    ] {
        let server = Server::start(move |request| async move {
            if request.path.ends_with("/oauth/token") {
                let body = format!(r#"{{"accessToken":"t","expiresIn":{expires_in}}}"#);
                return Reply::json(200, &body);
            }
            Reply::json(200, TYPES)
        })
        .await;
        let types = server.client().subscription_types().await;
        types.unwrap_or_else(|error| panic!("{expires_in}: {error}"));
    }
}

#[tokio::test]
async fn p03_a_fresh_token_that_is_refused_is_not_renewed() {
    let server = refusing(usize::MAX).await;
    let error = server.client().customer(1).get().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn r09_wrong_credentials_are_named_as_such_and_nothing_else_is_sent() {
    let server =
        Server::start(|_| async { Reply::json(401, r#"{"message":"Bad credentials"}"#) }).await;
    let aura = server.client();
    let error = aura.warm_up().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthorised);
    assert_eq!(error.operation(), Some("create_oauth_token"));
    assert!(error.hint().unwrap().contains("client id"));

    // For a call that needed the token: that call was not sent.
    let error = aura.customer(1).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAuthorised);
    assert!(!error.may_have_reached_server());
    assert_eq!(server.count("/customers/1"), 0);
}

#[tokio::test]
async fn c01_the_superseded_spelling_of_a_token_is_read() {
    let server = Server::start(|request| async move {
        if request.path.ends_with("/oauth/token") {
            return Reply::json(
                200,
                r#"{"access_token":"old","token_type":"Bearer","expires_in":3600}"#,
            );
        }
        assert_eq!(request.header("authorization"), Some("Bearer old"));
        Reply::json(200, TYPES)
    })
    .await;
    server.client().subscription_types().await.unwrap();
}

#[tokio::test]
async fn an_answer_without_a_token_is_no_token() {
    let server = Server::start(|_| async { Reply::json(200, r#"{"message":"ok"}"#) }).await;
    let error = server.client().warm_up().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
    assert_eq!(error.body(), br#"{"message":"ok"}"#);
}

#[tokio::test]
async fn a_token_the_caller_brings_is_sent_and_no_other_is_fetched() {
    let server = Server::replying([Reply::json(200, TYPES)]).await;
    let aura = server.client().with_bearer_token("customers-own");
    aura.subscription_types().await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0].header("authorization"),
        Some("Bearer customers-own")
    );
}

#[tokio::test]
async fn r07_a_server_token_is_not_sent_where_a_customers_is_needed() {
    let server = Server::replying([]).await;
    let aura = server.client();
    let request = people_protect::raw::types::CreateSubscriptionManagementSessionRequest::new(
        "https://example.com",
    );
    let body = &request;
    let error = aura
        .call(|raw| async move { raw.create_subscription_management_session(body).await })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
    assert!(!error.may_have_reached_server());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn every_request_names_the_product_and_no_request_the_generators_version() {
    let server = Server::replying([Reply::json(200, TYPES)]).await;
    let aura = server
        .builder()
        .with_user_agent("control-room/1.4")
        .build()
        .unwrap();
    aura.subscription_types().await.unwrap();
    for request in server.seen() {
        let agent = request.header("user-agent").unwrap();
        assert!(
            agent.starts_with("control-room/1.4 people-protect/"),
            "{agent}"
        );
        assert_eq!(request.header("api-version"), None);
    }
}

#[tokio::test]
async fn p03_a_token_another_caller_renewed_is_not_renewed_again_for_one_call() {
    let (arrived, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let held = Arc::new(AtomicUsize::new(0));
    let handed = Arc::new(AtomicUsize::new(0));
    let server = Server::start({
        let (arrived, release) = (Arc::clone(&arrived), Arc::clone(&release));
        move |request| {
            let (arrived, release) = (Arc::clone(&arrived), Arc::clone(&release));
            let (held, handed) = (Arc::clone(&held), Arc::clone(&handed));
            async move {
                if request.path.ends_with("/oauth/token") {
                    let number = handed.fetch_add(1, Ordering::SeqCst) + 1;
                    return token(&format!("t{number}"), 3600);
                }
                if request.path.ends_with("/subscriptionTypes") {
                    return Reply::json(200, TYPES);
                }
                if request.path.ends_with("/customers/1")
                    && held.fetch_add(1, Ordering::SeqCst) == 0
                {
                    arrived.notify_one();
                    release.notified().await;
                }
                match request.header("authorization") {
                    Some("Bearer t1") => Reply::json(401, r#"{"message":"Unauthorized"}"#),
                    _ => Reply::json(200, "{}"),
                }
            }
        }
    })
    .await;
    let aura = server.client();
    aura.subscription_types().await.unwrap();
    let slow = tokio::spawn({
        let aura = aura.clone();
        async move { aura.customer(1).get().await.map(drop) }
    });
    arrived.notified().await;
    // The other caller is refused with the same token, and brings a second one.
    aura.customer(2).get().await.unwrap();
    release.notify_one();
    slow.await.unwrap().unwrap();
    assert_eq!(server.count("/customers/1"), 2);
    assert_eq!(server.count("/oauth/token"), 2);
}
