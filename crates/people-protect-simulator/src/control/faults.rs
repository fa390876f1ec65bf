//! Faults over the control surface.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use axum::routing::{delete, get};
use serde_json::json;

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::fault::Fault;
use crate::problem::Problem;

pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/_simulator/faults", get(list).post(add).delete(clear))
        .route("/_simulator/faults/{id}", delete(remove))
}

async fn list(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| listed(&app))
}

fn listed(app: &App) -> Result<Answer, Problem> {
    Answer::ok(&json!({ "faults": app.faults.list() }))
}

async fn add(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let fault: Fault = body::read(&bytes)?;
        Answer::created(&app.set_off(|faults, _| faults.add(fault))?)
    })
}

async fn clear(State(app): State<Arc<App>>) -> Response<Body> {
    app.set_off(|faults, _| faults.clear());
    answer(|| listed(&app))
}

async fn remove(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response<Body> {
    answer(|| {
        let id = id.parse().map_err(|_| {
            Problem::bad_request("the fault's id in the path must be a whole number")
        })?;
        app.set_off(|faults, _| faults.remove(id))?;
        listed(&app)
    })
}
