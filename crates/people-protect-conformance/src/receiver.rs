//! Receives the webhooks of the server under judgement.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::case::Stop;
use crate::clock::within;
use crate::session::{Options, Session, locked};

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

/// Listens until it is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
    count: watch::Receiver<usize>,
    _server: JoinSet<()>,
}

/// A header of the registration, which is to come with every delivery (R45).
pub(crate) const HEADER: (&str, &str) = ("x-conformance", "of-this-run");

impl Receiver {
    pub(crate) async fn start(options: &Options) -> Result<Self, Stop> {
        let failed = |error: std::io::Error| {
            Stop::NotRun(format!(
                "the receiver cannot listen on {}: {error}; give another --receiver-listen",
                options.receiver_listen
            ))
        };
        let listener = TcpListener::bind(&options.receiver_listen)
            .await
            .map_err(failed)?;
        let here = listener.local_addr().map_err(failed)?;
        // A path of its own, so that the deliveries of one case are not those of another.
        let own = format!("/webhooks/{:016x}", fastrand::u64(..));
        let base = options
            .receiver_url
            .clone()
            .unwrap_or_else(|| format!("http://{here}"));
        let url = format!("{}{own}", base.trim_end_matches('/'));
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let (counted, count) = watch::channel(0);
        let kept = received.clone();
        let handler = async move |method: Method, headers: HeaderMap, bytes: Bytes| {
            let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            let method = method.to_string();
            locked(&kept).push(Received {
                method,
                headers,
                body,
            });
            counted.send_modify(|count| *count += 1);
            StatusCode::OK
        };
        let mut server = JoinSet::new();
        server.spawn(async move {
            // It ends when it is dropped.
            let router = Router::new().route(&own, axum::routing::any(handler));
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            url,
            received,
            count,
            _server: server,
        })
    }

    /// What registers it for events.
    pub(crate) fn registration(&self, events: &[&str]) -> Value {
        let (name, value) = HEADER;
        json!({ "url": self.url, "events": events, "headers": { name: value } })
    }

    /// All so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        locked(&self.received).clone()
    }

    async fn has(&self, count: usize) {
        let mut counted = self.count.clone();
        // It is only closed when the server is gone, and then nothing more comes.
        let _ = counted.wait_for(|now| *now >= count).await;
    }
}

impl Session {
    /// What a receiver has once nothing more is to come: a simulator says so, elsewhere it is
    /// waited for as long as the options say, or until there are more than `enough`.
    pub(crate) async fn settled(
        &self,
        receiver: &Receiver,
        enough: usize,
    ) -> Result<Vec<Received>, Stop> {
        if self.has_control() {
            self.deliveries_end().await?;
        } else {
            within(self.options().settle, receiver.has(enough + 1)).await;
        }
        Ok(receiver.received())
    }

    /// Waits until a simulator has nothing more to deliver.
    async fn deliveries_end(&self) -> Result<(), Stop> {
        // Each look is a call, and a delivery to this machine takes no longer than some of them.
        for _ in 0..10_000 {
            let log = self.control(Method::GET, "/deliveries", None).await?;
            let all = log["deliveries"].as_array();
            let open =
                |one: &&Value| matches!(one["outcome"].as_str(), Some("waiting" | "sending"));
            if all.into_iter().flatten().find(open).is_none() {
                return Ok(());
            }
        }
        Err(Stop::Transport(
            "the simulator's deliveries come to no end".to_owned(),
        ))
    }
}
