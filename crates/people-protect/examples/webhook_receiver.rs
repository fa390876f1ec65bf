//! Receives webhooks with axum: checks, answers at once, works afterwards.
//!
//! ```text
//! cargo run --example webhook_receiver --features axum
//! ```
//!
//! It starts a simulator in this process, registers itself with it, and causes some events. What no
//! simulator sends, forged and broken deliveries, it posts to itself. It prints what came of each,
//! and ends.

use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::post;
use http::StatusCode;
use people_protect::webhooks::{
    Deliveries, Delivery, Event, Inbox, Liveness, Receiver, Seen, WebhookDelivery,
};
use people_protect::{Credentials, Environment, NewCustomer, PeopleProtect, Position};
use people_protect_simulator::{About, Simulator};
use tokio::net::TcpListener;

const HEADER: &str = "x-webhook-secret";
const SECRET: &str = "use-a-long-random-text-here";

const FORGED: &str = r#"{"message": "NEW_CALLOUT", "callout": {"id": 992011}}"#;
const NOBODY: &str = r#"{"message": "NEW_CALLOUT", "callout": {"id": null,
    "internalTest": false, "calloutClassification": {"value": "REAL"}}}"#;

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

    // The service delivers to https only (R40); a simulator may be told to deliver to this machine.
    let simulator = Simulator::builder()
        .switch("http-webhooks", "on")
        .start()
        .await?;
    cause_events(&simulator, &url).await?;
    say("delivered:")?;
    for delivery in simulator.deliveries() {
        say(&format!("  {}: {:?}", delivery.event, delivery.outcome))?;
    }

    say("\nposted by hand:")?;
    for (what, secret, body) in [
        ("a forged one", "a-guess", FORGED),
        ("a new callout without an id", SECRET, NOBODY),
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

/// Jane Doe is registered, calls for help and chats; and one delivery comes twice.
async fn cause_events(simulator: &Simulator, url: &str) -> Result<(), Box<dyn Error>> {
    let known = simulator.credentials();
    let aura = PeopleProtect::builder(
        Environment::custom(&simulator.api_url())?,
        Credentials::new(known.client_id(), known.client_secret().reveal())?,
    )
    // What your classification ids mean, AURA tells you (C25).
    .with_live_classification(1)
    .build()?;
    aura.register_webhook(url)
        .events(Event::LISTED.iter().cloned())
        .header(HEADER, SECRET)
        .await?;

    let plan = aura
        .subscription_types()
        .await?
        .by_value("WEB_SIGNUP_SINGLE")?;
    let security = aura.response_types().await?.by_value("SECURITY")?;
    let here = Position::new(-26.12345, 28.12345)?;
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse()?);
    let jane = aura
        .register(jane)
        .with_subscription(plan.starting_now_for_days(365))
        .await?;
    let raised = aura
        .customer(jane.id())
        .raise(here, security)
        .live()
        .await?;
    let callout = aura.callout(raised.id());
    callout.say("customer", "I am behind the house.").await?;
    callout
        .say("operator", "A responder is on the way.")
        .await?;

    // What no listed operation causes, and an event of a later version.
    let about = About::Callout(raised.id().get());
    simulator.announce("CALLOUT_OWNED", about)?;
    simulator.announce("CALLOUT_TELEPORTED", about)?;
    simulator.idle().await;
    // A repeat: deduplicated below.
    simulator.redeliver(1)?;
    simulator.idle().await;
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
