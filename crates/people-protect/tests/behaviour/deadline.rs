//! Every call ends by its deadline.

use std::time::Duration;

use people_protect::ErrorKind;

use crate::clock::ManualClock;
use crate::server::{Reply, Server, token};

const DEADLINE: Duration = Duration::from_secs(30);

/// A server whose answers never come, to tokens or to the rest.
async fn silent(tokens_too: bool) -> (Server, std::sync::Arc<tokio::sync::Notify>) {
    let arrived = std::sync::Arc::new(tokio::sync::Notify::new());
    let signal = std::sync::Arc::clone(&arrived);
    let server = Server::start(move |request| {
        let signal = std::sync::Arc::clone(&signal);
        async move {
            if !tokens_too && request.path.ends_with("/oauth/token") {
                return token("t", 3600);
            }
            signal.notify_one();
            std::future::pending::<Reply>().await
        }
    })
    .await;
    (server, arrived)
}

#[tokio::test]
async fn p10_a_call_without_an_answer_ends_by_the_deadline_and_may_have_arrived() {
    let (server, arrived) = silent(false).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    let call = tokio::spawn(async move { aura.callout(1).get().await });
    arrived.notified().await;
    clock.advance(DEADLINE);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(error.operation(), Some("get_callout"));
    assert!(error.may_have_reached_server() && error.is_retryable());
    assert!(error.to_string().contains("30s"), "{error}");
}

#[tokio::test]
async fn p10_a_call_that_waits_for_its_token_ends_by_the_deadline_and_was_not_sent() {
    let (server, arrived) = silent(true).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let aura = server.builder().with_clock(clock.clone()).build().unwrap();
    let call = tokio::spawn(async move { aura.callout(1).get().await });
    arrived.notified().await;
    clock.advance(DEADLINE);
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(!error.may_have_reached_server());
}

#[tokio::test]
async fn p10_warming_up_ends_by_the_deadline() {
    let (server, arrived) = silent(true).await;
    let clock = ManualClock::at("2026-06-10T00:00:00Z");
    let deadline = Duration::from_secs(3);
    let aura = server
        .builder()
        .with_clock(clock.clone())
        .with_deadline(deadline)
        .build()
        .unwrap();
    let call = tokio::spawn(async move { aura.warm_up().await });
    arrived.notified().await;
    clock.advance(deadline);
    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::TimedOut);
}
