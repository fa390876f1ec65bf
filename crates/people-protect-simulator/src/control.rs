//! The control surface: what a test or a person does to the simulator, apart from the API.
//!
//! | request | effect |
//! | --- | --- |
//! | `GET /_simulator/callouts`, `GET /_simulator/callouts/{id}` | the active callouts; one of any stage, with its chat |
//! | `POST /_simulator/callouts/{id}/stage` `{"stage":"dispatched","how":"by_hand"}` | brings a callout to a stage (R36) |
//! | `POST /_simulator/callouts/{id}/run` `{"speed":60}`, `DELETE /_simulator/callouts/{id}/run` | lets a callout go through its stages by the clock; leaves it where it is |
//! | `POST /_simulator/callouts/{id}/events` `{"event":"..."}` | writes a line into its chat as the control room |
//! | `GET /_simulator/follow` | server-sent events: something has changed |
//! | `POST /_simulator/customers/{id}/token` | mints an access token of a customer (R08) |
//! | `POST /_simulator/signup-sessions/{id}/finish` `{"outcome":"completed"}` | ends a hosted sign-up (R53) |
//! | `POST /_simulator/clock` `{"advance_s":60}` | moves the clock forward |
//! | `GET /_simulator/switches`, `POST /_simulator/switches` `{"grace":true}` | lists and sets switches |
//! | `GET /_simulator/rules`, `POST /_simulator/rules/{id}` `{"broken":true}` | lists the rules with what breaking one does, and those that cannot be broken with the reason; breaks one |
//! | `GET /_simulator/deliveries` | the log of deliveries |
//! | `POST /_simulator/deliveries` `{"event":"CALLOUT_OWNED","callout":992011}` | fires an event as if it had happened |
//! | `POST /_simulator/deliveries/{number}/redeliver` | sends one again |
//! | `GET`, `POST`, `DELETE /_simulator/faults`, `DELETE /_simulator/faults/{id}` | lists, adds and removes faults |
//! | `GET`, `POST`, `DELETE /_simulator/drift` | lists, adds and removes changes to answers |
//! | `POST /_simulator/reset` | forgets everything but the credentials |
//! | `GET /_simulator/state`, `PUT /_simulator/state` | the whole state, personal data and secrets included, out and in |
//! | `GET /_simulator/requests` | the latest requests to the API |
//! | `GET /_simulator`, `GET /_simulator/openapi.yaml` | the list of these routes, and their document |
//!
//! It needs no token; [`gate`](crate::gate) says who reaches it: this machine only, and no web page
//! of another site.

mod callouts;
mod deliveries;
mod drift;
mod faults;
mod follow;
mod routes;
mod settings;
pub(crate) mod state;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::Response;
use axum::routing::{get, post};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::described::yaml;
use crate::error::{Error, ErrorKind};
use crate::problem::Problem;
use crate::server::respond;
use crate::signup::SignupOutcome;

/// Where the control surface is.
pub(crate) const BASE: &str = "/_simulator";

/// The document of this surface. `tests/behaviour/control_document.rs` holds it to what is served.
pub(crate) const DOCUMENT: &str = include_str!("../control.yaml");

pub(crate) fn routes() -> Router<Arc<App>> {
    Routes::new()
        .merge(callouts::routes())
        .merge(follow::routes())
        .route("/_simulator/clock", post(clock))
        .route("/_simulator/customers/{id}/token", post(customer_token))
        .route("/_simulator/leads/{uuid}/status", post(lead_status))
        .merge(deliveries::routes())
        .merge(drift::routes())
        .merge(faults::routes())
        .merge(settings::routes())
        .route("/_simulator/reset", post(reset))
        .route("/_simulator/signup-sessions/{id}/finish", post(finish))
        .merge(state::routes())
        .route("/_simulator/requests", get(requests))
        .route("/_simulator/openapi.yaml", get(document))
        .listed(BASE)
}

async fn document(State(app): State<Arc<App>>) -> Response<Body> {
    yaml(DOCUMENT, &app.setup.origin)
}

#[derive(Serialize, Deserialize)]
struct SetStatus {
    status: String,
}

async fn lead_status(
    State(app): State<Arc<App>>,
    Path(uuid): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    answer(|| {
        let asked: SetStatus = body::read(&bytes)?;
        app.change(|held, now| {
            let lead = held.state.set_lead_status(&uuid, &asked.status, now)?;
            Answer::ok(&json!({ "id": lead.id, "status": lead.status }))
        })
    })
}

#[derive(Serialize, Deserialize)]
struct Advance {
    advance_s: i64,
}

async fn clock(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let asked: Advance = body::read(&bytes)?;
        let by = SignedDuration::from_secs(asked.advance_s);
        let now = app.change(|held, _| held.state.advance(held.base, by))?;
        Answer::ok(&json!({ "now": now }))
    })
}

async fn customer_token(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    answer(|| {
        let id = id.parse().map_err(|_| {
            Problem::bad_request("the customer's id in the path must be a whole number")
        })?;
        Answer::ok(&json!({ "accessToken": app.customer_token(id)? }))
    })
}

async fn finish(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    answer(|| {
        let outcome: SignupOutcome = body::read(&bytes)?;
        let redirect = app.finish_signup(&id, outcome)?;
        let customer = app.lock().state.any_signup(&id).and_then(|s| s.customer_id);
        Answer::ok(&json!({ "redirectUrl": redirect, "customerId": customer }))
    })
}

async fn reset(State(app): State<Arc<App>>) -> Response<Body> {
    app.reset();
    answer(|| Answer::ok(&json!({ "reset": true })))
}

#[derive(Deserialize)]
struct After {
    /// Only those that came after the one with that number.
    #[serde(default)]
    after: u64,
}

async fn requests(
    State(app): State<Arc<App>>,
    after: Result<Query<After>, QueryRejection>,
) -> Response<Body> {
    answer(|| {
        let Query(After { after }) =
            after.map_err(|_| Problem::bad_request("`after` must be a whole number"))?;
        let held = app.lock();
        Answer::ok(&json!({ "now": held.now(), "requests": held.journal.after(after) }))
    })
}

fn answer(make: impl FnOnce() -> Result<Answer, Problem>) -> Response<Body> {
    respond(make().unwrap_or_else(Answer::from))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error.kind() {
            ErrorKind::UnknownCallout
            | ErrorKind::UnknownCustomer
            | ErrorKind::UnknownDelivery
            | ErrorKind::UnknownFault
            | ErrorKind::UnknownLead
            | ErrorKind::UnknownRule
            | ErrorKind::UnknownSignup
            | ErrorKind::UnknownSubscription
            | ErrorKind::UnknownSwitch => Problem::not_found(message),
            ErrorKind::StageRefused | ErrorKind::SignupRefused => Problem::conflict(message),
            ErrorKind::StateNotKept => Problem::unavailable(message),
            _ => Problem::bad_request(message),
        }
    }
}
