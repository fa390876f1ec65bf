//! The page behind `callout.url`: how far a callout has come.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use jiff::Timestamp;
use maud::{Markup, html};

use crate::app::App;
use crate::callout::Callout;
use crate::pages::whole;
use crate::stage::Stage;
use crate::state;

/// How often the page looks again while the callout is active.
const REFRESH_S: u32 = 5;

pub(super) type Queried = Result<Query<HashMap<String, String>>, QueryRejection>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/tracking", get(page))
}

async fn page(State(app): State<Arc<App>>, query: Queried) -> Response<Body> {
    let held = app.lock();
    let Some(callout) = asked(&held.state, query) else {
        let main = html! {
            h1 { "This link does not open a callout" }
            p { "It may be incomplete, or the simulator has been reset. Ask for the callout again to get its link." }
        };
        return whole(StatusCode::FORBIDDEN, "Link not valid", &[], None, &main);
    };
    let name = callout
        .customer_id
        .and_then(|id| held.state.customers.get(&id))
        .map(|customer| {
            format!(
                "{} {}",
                customer.profile.name.reveal(),
                customer.profile.surname.reveal()
            )
        });
    let refresh = callout.stage.is_active().then_some(REFRESH_S);
    whole(
        StatusCode::OK,
        &format!("Callout {}", callout.id),
        &[],
        refresh,
        &body(callout, name.as_deref()),
    )
}

/// The callout that a link opens.
pub(super) fn asked(state: &state::State, query: Queried) -> Option<&Callout> {
    let Query(query) = query.ok()?;
    let id: i64 = query.get("calloutId")?.parse().ok()?;
    let callout = state.callouts.get(&id)?;
    // R94: the session token opens this callout and no other.
    (callout.session_token.reveal() == query.get("sessionToken")?).then_some(callout)
}

fn body(callout: &Callout, name: Option<&str>) -> Markup {
    let position = &callout.position;
    html! {
        h1 { "Callout " (callout.id) }
        @if let Some(name) = name { p { "For " (name) } }
        p .status role="status" { (headline(callout.stage)) }
        ol .timeline {
            @for (stage, at) in reached(callout) {
                @let class = match at {
                    _ if stage == callout.stage => "now",
                    Some(_) => "done",
                    None => "",
                };
                li class=(class) aria-current=[(stage == callout.stage).then_some("step")] {
                    (title(stage))
                    @if let Some(at) = at { (clock(at)) }
                }
            }
        }
        dl {
            dt { "Last position" }
            dd {
                (position.latitude.reveal()) ", " (position.longitude.reveal())
                @if let Some(accuracy) = position.accuracy { " (within " (accuracy.reveal()) " m)" }
            }
        }
        @if callout.stage.is_active() {
            p { "This page looks again every " (REFRESH_S) " seconds." }
        }
    }
}

/// The stages with their times, as far as they apply.
fn reached(callout: &Callout) -> Vec<(Stage, Option<Timestamp>)> {
    let end = match callout.stage {
        Stage::Cancelled => Stage::Cancelled,
        _ => Stage::Closed,
    };
    let mut stages = vec![
        (Stage::Created, Some(callout.created_at)),
        (Stage::Dispatched, callout.dispatched_at),
        (Stage::Arrived, callout.arrived_at),
        (Stage::Completed, callout.completed_at),
        (end, callout.ended_at),
    ];
    if end == Stage::Cancelled {
        stages.retain(|(_, at)| at.is_some());
    }
    stages
}

fn headline(stage: Stage) -> &'static str {
    match stage {
        Stage::Created => "The control room has the callout.",
        Stage::Dispatched => "A responder is on the way.",
        Stage::Arrived => "The responder is on scene.",
        Stage::Completed => "The responder has finished.",
        Stage::Closed => "The callout is closed.",
        Stage::Cancelled => "The callout was cancelled.",
    }
}

fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Created => "Raised",
        Stage::Dispatched => "Responder dispatched",
        Stage::Arrived => "Responder arrived",
        Stage::Completed => "Responder finished",
        Stage::Closed => "Closed",
        Stage::Cancelled => "Cancelled",
    }
}

fn clock(at: Timestamp) -> Markup {
    html! { time datetime=(at) { (at.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
}
