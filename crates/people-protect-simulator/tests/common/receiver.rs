//! A receiver of webhooks that writes down what comes.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::Bench;

/// What was received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Received {
    /// Its event.
    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// Listens on a free port until it is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    count: watch::Receiver<usize>,
    status: Arc<Mutex<StatusCode>>,
    /// Lets answers go, if they are held.
    pub(crate) answer: Arc<Notify>,
    _server: JoinSet<()>,
}

impl Receiver {
    /// One that answers 200 at once.
    pub(crate) async fn start() -> Self {
        Self::new(false).await
    }

    /// One that answers nobody until it is notified for each.
    pub(crate) async fn hanging() -> Self {
        Self::new(true).await
    }

    async fn new(hangs: bool) -> Self {
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let status = Arc::new(Mutex::new(StatusCode::OK));
        let answer = Arc::new(Notify::new());
        let (counted, count) = watch::channel(0);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/aura?key=planted", listener.local_addr().unwrap());
        let handler = {
            let (received, status, answer) = (received.clone(), status.clone(), answer.clone());
            async move |method: axum::http::Method, headers: HeaderMap, bytes: Bytes| -> Response {
                let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
                let method = method.to_string();
                received.lock().unwrap().push(Received {
                    method,
                    headers,
                    body,
                });
                counted.send_modify(|count| *count += 1);
                if hangs {
                    answer.notified().await;
                }
                let status = *status.lock().unwrap();
                // Where a redirect would lead, should anybody follow it.
                (status, [("location", "/elsewhere")]).into_response()
            }
        };
        let mut server = JoinSet::new();
        server.spawn(async move {
            axum::serve(listener, Router::new().fallback(handler))
                .await
                .unwrap();
        });
        Self {
            url,
            received,
            count,
            status,
            answer,
            _server: server,
        }
    }

    pub(crate) fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = StatusCode::from_u16(status).unwrap();
    }

    /// All so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The events so far.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.received()
            .iter()
            .map(|one| one.message().to_owned())
            .collect()
    }

    /// Waits until there are as many.
    pub(crate) async fn has(&self, count: usize) {
        let mut counted = self.count.clone();
        counted.wait_for(|now| *now >= count).await.unwrap();
    }
}

/// What registers this receiver for events.
pub(crate) fn registration(receiver: &Receiver, events: &[&str]) -> Value {
    json!({
        "url": receiver.url,
        "events": events,
        "headers": { "x-webhook-secret": "planted-secret" },
    })
}

impl Bench {
    /// Registers this receiver, for the first source.
    pub(crate) async fn register(&self, receiver: &Receiver, events: &[&str]) {
        self.post("/notifiers/webhooks", registration(receiver, events))
            .await
            .expect(200);
    }

    /// Starts a receiver and registers it.
    pub(crate) async fn receiver(&self, events: &[&str]) -> Receiver {
        let receiver = Receiver::start().await;
        self.register(&receiver, events).await;
        receiver
    }

    /// Brings a callout to a stage.
    pub(crate) async fn stage(&self, callout: i64, stage: &str) {
        self.control(
            &format!("/callouts/{callout}/stage"),
            json!({ "stage": stage }),
        )
        .await
        .expect(200);
    }

    /// Writes a line into a callout's chat.
    pub(crate) async fn chat(&self, callout: i64, text: &str) {
        self.post(
            &format!("/callouts/{callout}/events"),
            json!({ "source": "customer", "event": text }),
        )
        .await
        .expect(201);
    }
}
