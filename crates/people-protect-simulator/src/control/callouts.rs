//! Callouts over the control surface: what the responder and the control room do.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use axum::routing::{get, post};
use people_protect_api::PersonalText;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::callout::Callout;
use crate::problem::Problem;
use crate::run;
use crate::stage::Stage;
use crate::state;
use crate::step::{Dispatch, Step};

/// As many as are listed at most, the newest first.
const LISTED: usize = 200;

/// Who speaks, unless the request says so.
const CONTROL_ROOM: &str = "control room";

pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/_simulator/callouts", get(list))
        .route("/_simulator/callouts/{id}", get(one))
        .route("/_simulator/callouts/{id}/stage", post(stage))
        .route("/_simulator/callouts/{id}/run", post(start).delete(stop))
        .route("/_simulator/callouts/{id}/events", post(say))
}

async fn list(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| {
        let held = app.lock();
        let mut ids: Vec<i64> = held.state.active.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable_by(|one, other| other.cmp(one));
        let shown = ids.iter().take(LISTED);
        let callouts: Vec<_> = shown
            .filter_map(|id| held.state.callouts.get(id))
            .map(|callout| view(&app, &held.state, callout))
            .collect();
        Answer::ok(&json!({
            "now": held.now(),
            "clockRuns": app.runs(),
            "active": ids.len(),
            "callouts": callouts,
        }))
    })
}

async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    answer(|| {
        let held = app.lock();
        let callout = held.state.known_callout(number(&id)?)?;
        let mut shown = view(&app, &held.state, callout);
        shown["events"] = callout
            .events
            .iter()
            .map(|event| json!({ "id": event.id, "at": event.created_at, "source": event.source, "event": event.text.reveal() }))
            .collect();
        Answer::ok(&shown)
    })
}

/// Everything about a callout that the Responder Simulator shows, personal data included.
fn view(app: &App, state: &state::State, callout: &Callout) -> Value {
    let customer = callout
        .customer_id
        .and_then(|id| state.customers.get(&id))
        .map(|customer| {
            let profile = &customer.profile;
            json!({
                "id": customer.id,
                "name": profile.name.reveal(),
                "surname": profile.surname.reveal(),
                "mobile": profile.mobile.reveal(),
            })
        });
    let sources = &app.setup.sources;
    let source = sources.iter().find(|source| source.id == callout.source);
    let position = &callout.position;
    let running = callout.run.map(|run| {
        let next = run::next(callout).map(|(step, _)| step.to_string());
        json!({ "speed": run.speed, "due": run.due, "next": next })
    });
    json!({
        "id": callout.id,
        "source": source.map(|source| source.credentials.client_id()),
        "customer": customer,
        "predefinedLocationId": callout.predefined_location_id,
        "internalTest": callout.internal_test,
        "stage": callout.stage,
        "status": callout.status(),
        "active": callout.stage.is_active(),
        "position": {
            "latitude": position.latitude.reveal(),
            "longitude": position.longitude.reveal(),
            "accuracy": position.accuracy.map(|accuracy| accuracy.reveal()),
            "updates": callout.position_updates,
        },
        "createdAt": callout.created_at,
        "ownedAt": callout.owned_at,
        "dispatchedAt": callout.dispatched_at,
        "dispatchedBy": callout.dispatched_by,
        "stoodDownAt": callout.stood_down_at,
        "arrivedAt": callout.arrived_at,
        "completedAt": callout.completed_at,
        "endedAt": callout.ended_at,
        "duressAt": callout.duress_at,
        "lines": callout.events.len(),
        "tracking": app.setup.tracking_url(callout),
        "run": running,
    })
}

/// What a callout is brought to: a stage, or one of the steps that leave the stage as it is.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Created,
    Owned,
    Dispatched,
    Arrived,
    Completed,
    Closed,
    StoodDown,
    Cancelled,
}

#[derive(Serialize, Deserialize)]
struct SetStage {
    stage: Wanted,
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<Dispatch>,
}

async fn stage(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    answer(|| {
        let asked: SetStage = body::read(&bytes)?;
        let id = number(&id)?;
        let step = match (asked.stage, asked.how) {
            (Wanted::Dispatched, Some(Dispatch::ByHand)) => Ok(Step::DispatchedByHand),
            (Wanted::Dispatched, _) => Ok(Step::DispatchedAutomatically),
            (_, Some(_)) => {
                return Err(Problem::bad_request(
                    "`how` goes with the stage `dispatched` only",
                ));
            }
            (Wanted::Owned, None) => Ok(Step::Owned),
            (Wanted::Arrived, None) => Ok(Step::Arrived),
            (Wanted::Completed, None) => Ok(Step::Completed),
            (Wanted::Closed, None) => Ok(Step::Closed),
            (Wanted::StoodDown, None) => Ok(Step::StoodDown),
            (Wanted::Created, None) => Err(Stage::Created),
            (Wanted::Cancelled, None) => Err(Stage::Cancelled),
        };
        app.change(|held, now| {
            let callout = match step {
                Ok(step) => held.state.step(id, step, now)?,
                Err(stage) => held.state.set_stage(id, stage, now)?,
            };
            Answer::ok(&json!({
                "id": callout.id,
                "stage": callout.stage,
                "status": callout.status(),
                "active": callout.stage.is_active(),
            }))
        })
    })
}

#[derive(Serialize, Deserialize)]
struct Start {
    speed: f64,
}

async fn start(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Response<Body> {
    answer(|| {
        let asked: Start = body::read(&bytes)?;
        let id = number(&id)?;
        app.change(|held, now| {
            held.state.start_run(id, asked.speed, now)?;
            running(held.state.known_callout(id)?)
        })
    })
}

async fn stop(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    answer(|| {
        let id = number(&id)?;
        app.change(|held, _| {
            held.state.stop_run(id);
            running(held.state.known_callout(id)?)
        })
    })
}

fn running(callout: &Callout) -> Result<Answer, Problem> {
    Answer::ok(&json!({ "id": callout.id, "stage": callout.stage, "run": callout.run }))
}

#[derive(Serialize, Deserialize)]
struct Line {
    event: PersonalText,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

async fn say(State(app): State<Arc<App>>, Path(id): Path<String>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let asked: Line = body::read(&bytes)?;
        let id = number(&id)?;
        let source = asked.source.unwrap_or_else(|| CONTROL_ROOM.to_owned());
        app.change(|held, now| {
            held.state.known_callout(id)?;
            let event = held.state.say(id, source, asked.event, now)?;
            Answer::ok(&json!({ "id": event.id, "at": event.created_at, "source": event.source }))
        })
    })
}

fn number(id: &str) -> Result<i64, Problem> {
    id.parse()
        .map_err(|_| Problem::bad_request("the callout's id in the path must be a whole number"))
}
