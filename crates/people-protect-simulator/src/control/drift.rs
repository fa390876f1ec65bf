//! Drift over the control surface.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use axum::routing::get;
use serde_json::json;

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::drift::Drift;
use crate::problem::Problem;

pub(super) fn routes() -> Routes {
    Routes::new().route("/_simulator/drift", get(list).post(add).delete(clear))
}

fn listed(app: &App) -> Result<Answer, Problem> {
    Answer::ok(&json!({ "drift": app.drifts.list() }))
}

async fn list(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| listed(&app))
}

async fn add(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let drift: Drift = body::read(&bytes)?;
        app.set_off(|_, drifts| drifts.add(drift.clone()))?;
        Answer::created(&drift)
    })
}

async fn clear(State(app): State<Arc<App>>) -> Response<Body> {
    app.set_off(|_, drifts| drifts.clear());
    answer(|| listed(&app))
}
