//! The extractor, behind a real server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef};
use axum::routing::post;
use http::StatusCode;
use people_protect::webhooks::{Delivery, Inbox, Overflow, Receiver, WebhookDelivery};
use reqwest::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::clock::ManualClock;
use crate::fixtures;

const SECRET: &str = "a-long-random-text";

fn receiver() -> Receiver {
    Receiver::new("x-webhook-secret", SECRET).unwrap()
}

/// Serves the router on a free port; ends with the test.
async fn serve(app: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}/aura")
}

async fn send(url: &str, secret: Option<&str>, body: impl Into<reqwest::Body>) -> StatusCode {
    let mut request = Client::new().post(url).body(body);
    if let Some(secret) = secret {
        request = request.header("X-Webhook-Secret", secret);
    }
    request.send().await.unwrap().status()
}

type Kept = Arc<Mutex<Vec<Delivery>>>;

/// A handler that keeps what it gets.
fn keeping(receiver: Receiver) -> (Router, Kept) {
    let kept = Kept::default();
    let keeper = Arc::clone(&kept);
    let handler = async move |WebhookDelivery(delivery): WebhookDelivery| {
        keeper.lock().unwrap().push(delivery);
        StatusCode::OK
    };
    let app = Router::new()
        .route("/aura", post(handler))
        .with_state(receiver);
    (app, kept)
}

#[tokio::test]
async fn r91_everything_with_the_header_is_answered_200_and_handed_over() {
    let (app, kept) = keeping(receiver());
    let url = serve(app).await;
    let bodies: Vec<&[u8]> = fixtures::ALL.iter().map(|(_, body)| *body).collect();
    let bodies = [&bodies[..], &[b"<html>", b"", b"\xff"]].concat();
    for body in &bodies {
        assert_eq!(send(&url, Some(SECRET), body.to_vec()).await, 200);
    }
    let kept = kept.lock().unwrap();
    let kept: Vec<&[u8]> = kept.iter().map(Delivery::body).collect();
    assert_eq!(kept, bodies);
}

#[tokio::test]
async fn p08_without_the_header_it_is_401_and_the_handler_does_not_run() {
    let (app, kept) = keeping(receiver());
    let url = serve(app).await;
    let body = fixtures::new_callout.1;
    assert_eq!(send(&url, None, body).await, 401);
    assert_eq!(send(&url, Some("wrong"), body).await, 401);
    assert!(kept.lock().unwrap().is_empty());
}

/// Sends a body that breaks off, and says how the answer begins.
async fn broken_off(url: &str, secret: &str) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches("/aura");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /aura HTTP/1.1\r\nhost: {address}\r\nx-webhook-secret: {secret}\r\n\
         transfer-encoding: chunked\r\n\r\nno chunk\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    String::from_utf8(answer.to_vec()).unwrap()
}

#[tokio::test]
async fn p08_the_header_is_checked_before_the_body_is_read() {
    let (app, kept) = keeping(receiver());
    let url = serve(app).await;
    assert_eq!(broken_off(&url, "wrong").await, "HTTP/1.1 401");
    assert_eq!(broken_off(&url, SECRET).await, "HTTP/1.1 400");
    assert!(kept.lock().unwrap().is_empty());
}

#[tokio::test]
async fn p08_a_body_that_does_not_come_is_not_waited_for_without_end() {
    let clock = ManualClock::at("2026-06-10T08:00:00Z");
    for limit in [None, Some(Duration::from_secs(3))] {
        let mut receiver = receiver().with_clock(clock.clone());
        if let Some(limit) = limit {
            receiver = receiver.with_body_timeout(limit);
        }
        let limit = limit.unwrap_or(Duration::from_secs(10));
        let (app, kept) = keeping(receiver);
        let url = serve(app).await;
        let address = url.trim_start_matches("http://").trim_end_matches("/aura");
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "POST /aura HTTP/1.1\r\nhost: {address}\r\nx-webhook-secret: {SECRET}\r\n\
             content-length: 100\r\n\r\n{{"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        assert_eq!(clock.next_sleep(Duration::ZERO).await, limit);
        clock.advance(limit);
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400");
        assert!(kept.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_receivers_limit_counts_and_not_the_routers() {
    let (app, kept) = keeping(receiver().with_largest_body(1000));
    let url = serve(app.layer(DefaultBodyLimit::max(10))).await;
    assert_eq!(send(&url, Some(SECRET), vec![b' '; 1000]).await, 200);
    assert_eq!(send(&url, Some(SECRET), vec![b' '; 1001]).await, 413);
    // Without the header not even the size is told.
    assert_eq!(send(&url, None, vec![b' '; 1001]).await, 401);
    assert_eq!(kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn r47_a_full_inbox_answers_503() {
    let (inbox, mut deliveries) = Inbox::new(1);
    let handler = async move |WebhookDelivery(delivery): WebhookDelivery| {
        inbox.accept(delivery)?;
        Ok::<_, Overflow>(StatusCode::OK)
    };
    // The receiver in an Arc is as good.
    let app = Router::new()
        .route("/aura", post(handler))
        .with_state(Arc::new(receiver()));
    let url = serve(app).await;
    let body = fixtures::new_callout.1;
    assert_eq!(send(&url, Some(SECRET), body).await, 200);
    assert_eq!(send(&url, Some(SECRET), body).await, 503);
    assert!(deliveries.next().await.is_some());
    assert_eq!(send(&url, Some(SECRET), body).await, 200);
}

#[tokio::test]
async fn a_state_of_ones_own_can_hold_the_receiver() {
    #[derive(Clone)]
    struct App {
        receiver: Receiver,
    }
    impl FromRef<App> for Receiver {
        fn from_ref(app: &App) -> Self {
            app.receiver.clone()
        }
    }
    let app = Router::new()
        .route("/aura", post(async |_: WebhookDelivery| StatusCode::OK))
        .with_state(App {
            receiver: receiver(),
        });
    let url = serve(app).await;
    assert_eq!(send(&url, Some(SECRET), "{}").await, 200);
    assert_eq!(send(&url, None, "{}").await, 401);
}
