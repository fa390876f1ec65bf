//! Receives webhooks with axum: checks, answers at once, works afterwards.
//!
//! ```text
//! cargo run --example webhook_receiver --features axum
//! ```
//!
//! It plays both sides: it listens on a free port of this machine, posts a few deliveries to
//! itself, prints what came of each, and ends.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::post;
use http::StatusCode;
use people_protect::webhooks::{
    Deliveries, Delivery, Event, Inbox, Liveness, Receiver, Seen, WebhookDelivery,
};
use tokio::net::TcpListener;

const HEADER: &str = "x-webhook-secret";
const SECRET: &str = "use-a-long-random-text-here";

const NEW_CALLOUT: &str = r#"{"message": "NEW_CALLOUT", "callout": {"id": 992011,
    "internalTest": false, "calloutClassification": {"value": "REAL"}}}"#;
const DRILL: &str = r#"{"message": "NEW_CALLOUT", "callout": {"id": 992012,
    "internalTest": true, "calloutClassification": {"value": "REAL"}}}"#;
const NOBODY: &str = r#"{"message": "NEW_CALLOUT", "callout": {"id": null,
    "internalTest": false, "calloutClassification": {"value": "REAL"}}}"#;
const CHAT: &str = r#"{"message": "CALLOUT_EVENTS_CHANGED", "callout": {"id": 992011}}"#;
const LATER: &str = r#"{"message": "CALLOUT_TELEPORTED", "callout": {"id": 992011}}"#;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let receiver = Receiver::new(HEADER, SECRET)?;
    let (inbox, deliveries) = Inbox::new(1000);

    let store = Store::default();

    // The handler checks, puts the delivery in the inbox and answers. What the inbox has no room
    // for may never come again (C49), so it is kept before anything is answered.
    let kept = store.clone();
    let handler =
        async move |WebhookDelivery(delivery): WebhookDelivery| match inbox.accept(delivery) {
            Ok(()) => StatusCode::OK,
            Err(overflow) => {
                kept.keep(overflow.into_delivery());
                StatusCode::OK
            }
        };
    let app = Router::new()
        .route("/aura", post(handler))
        .with_state(receiver);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/aura", listener.local_addr()?);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        // A sender that is gone means stop, too.
        let _ = stopped.await;
    });
    let server = tokio::spawn(server.into_future());
    let worker = tokio::spawn(work(deliveries));

    say("posting:")?;
    for (what, secret, body) in [
        ("a new callout", SECRET, NEW_CALLOUT),
        ("the same again", SECRET, NEW_CALLOUT),
        ("a forged one", "a-guess", NEW_CALLOUT),
        ("a test", SECRET, DRILL),
        ("a new callout without an id", SECRET, NOBODY),
        ("a line of chat", SECRET, CHAT),
        ("another line of chat", SECRET, CHAT),
        ("an event of a later version", SECRET, LATER),
        ("something nobody can read", SECRET, "<html>"),
    ] {
        let request = reqwest::Client::new().post(&url).header(HEADER, secret);
        let status = request.body(body).send().await?.status();
        say(&format!("  {what}: {}", status.as_u16()))?;
    }

    // With the server ends the handler, with the handler the inbox, and then the worker.
    let _ = stop.send(());
    server.await??;
    say("\nthe worker:")?;
    for line in worker.await? {
        say(&format!("  {line}"))?;
    }
    for delivery in store.take() {
        say(&format!("  ALARM, the inbox was full: {delivery:?}"))?;
    }
    Ok(())
}

/// Stands for a table on disk; a real one answers 503 if it cannot write, and alarms a person.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Vec<Delivery>>>);

impl Store {
    fn keep(&self, delivery: Delivery) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(delivery);
    }

    fn take(&self) -> Vec<Delivery> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes deliveries out as they come. Here it only writes down what it would do.
async fn work(mut deliveries: Deliveries) -> Vec<String> {
    let seen = Seen::new();
    let mut done = Vec::new();
    while let Some(delivery) = deliveries.next().await {
        if seen.lets_through(&delivery) {
            done.push(format!("{delivery:?}: {}", reaction(&delivery)));
        }
    }
    done
}

fn reaction(delivery: &Delivery) -> &'static str {
    // Nobody can say who it is about, and it may be a call for help: never pass it over.
    let must_read = delivery.asks_for_a_read() || delivery.event().is_new_callout();
    if must_read && delivery.callout_id().is_none() {
        return "ALARM: keep the bytes, read the active callouts, tell a person";
    }
    match (delivery.event(), delivery.liveness()) {
        (event, Liveness::Live) if event.is_new_callout() => "raise the alarm",
        (event, Liveness::Test) if event.is_new_callout() => "a test: note it",
        (event, _) if event.is_new_callout() => "raise the alarm, a person will tell",
        (Event::CalloutEventsChanged, _) => "read the callout",
        _ => "keep it",
    }
}

fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{line}")
}
