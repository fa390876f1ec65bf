//! What is logged: enough to find a failure by, and nothing private.

#![allow(clippy::unwrap_used)]

#[path = "../behaviour/clock.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod clock;
#[path = "../behaviour/every_method.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod every_method;
#[path = "../behaviour/hurried.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod hurried;
#[path = "../behaviour/server.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod server;
#[path = "../behaviour/standing.rs"]
#[allow(dead_code, reason = "shared; a part of it is used here")]
mod standing;

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::every_method::call_everything;
use crate::hurried::HurriedClock;
use crate::server::{Reply, Server};
use crate::standing::{Standing, clean};

thread_local! {
    /// What this test has logged: each runs on a thread of its own.
    static WRITTEN: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Writes down every span and event of the wrapper, at every level, with all fields.
struct Log;

impl Log {
    /// Begins to listen. For the whole process and before anything is sent: which callsites are
    /// listened to is decided when they are first passed.
    fn listen() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing::subscriber::set_global_default(Log).unwrap());
    }

    fn text() -> String {
        WRITTEN.with_borrow(Clone::clone)
    }

    fn line(head: &str, fields: impl FnOnce(&mut Line<'_>)) {
        WRITTEN.with_borrow_mut(|text| {
            text.push_str(head);
            fields(&mut Line(text));
            text.push('\n');
        });
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("people_protect")
            && !metadata.target().starts_with("people_protect_simulator")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        Self::line(span.metadata().name(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        Self::line("record", |line| values.record(line));
    }

    fn event(&self, event: &Event<'_>) {
        let level = event.metadata().level();
        Self::line(&format!("{level}"), |line| event.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn r94_p12_nothing_private_is_logged_at_any_level() {
    Log::listen();
    let scene = Standing::start().await;
    call_everything(&scene).await;

    let text = Log::text();
    // It was listened to: two spans and an event for each of the requests.
    let requests = scene.simulator.requests().len();
    assert!(requests > 60);
    let attempts = text.matches("people_protect.attempt ").count();
    assert!(attempts >= requests, "{attempts} of {requests}:\n{text}");
    clean(&text);
    let snapshot = scene.simulator.snapshot();
    let known = scene.simulator.credentials();
    let mut hidden = vec![
        known.client_secret().reveal().to_owned(),
        "asthma".to_owned(),
        "EX-".to_owned(),
        "a-long-random-text".to_owned(),
        "sessionToken".to_owned(),
        "eyJ".to_owned(),
        "@admin".to_owned(),
    ];
    hidden.extend(snapshot.callouts().map(|callout| callout.id.to_string()));
    hidden.extend(snapshot.customers().map(|customer| customer.id.to_string()));
    assert!(hidden.len() > 10);
    for planted in hidden {
        assert!(!text.contains(&planted), "{planted} is in the log");
    }
}

#[tokio::test]
async fn the_fields_bear_the_names_of_open_telemetry() {
    let server = Server::replying([
        Reply::json(502, r#"{"message":"planted"}"#),
        Reply::json(200, r#"{"subscriptionTypes":[]}"#),
    ])
    .await;
    Log::listen();
    let aura = server.repeating().with_clock(HurriedClock::new());
    let types = aura.build().unwrap().subscription_types().await;
    assert_eq!(types.unwrap().answer().attempts(), 2);
    let text = Log::text();
    for part in [
        "people_protect.call",
        "operation=\"list_subscription_types\"",
        "otel.kind=\"client\"",
        "otel.name=GET /subscriptions/subscriptionTypes",
        "http.request.method=\"GET\"",
        "url.template=\"/subscriptions/subscriptionTypes\"",
        "http.request.resend_count=0",
        "http.request.resend_count=1",
        "server.address=\"127.0.0.1\"",
        "server.port=",
        "http.response.status_code=502",
        "http.response.status_code=200",
        "error.type=the server failed",
        "may_have_reached_server=true",
        "wait_ms=",
        "duration_ms=",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(!text.contains("planted"), "{text}");
}
