//! The whole state, out and in.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::Response;
use axum::routing::get;
use serde_json::json;

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;

/// Where it is.
pub(crate) const PATH: &str = "/_simulator/state";

/// A hundred thousand customers with their callouts fit in.
pub(crate) const LIMIT: usize = 512 * 1024 * 1024;

pub(super) fn routes() -> Routes {
    Routes::new().route(
        PATH,
        get(export).put(import).layer(DefaultBodyLimit::disable()),
    )
}

async fn export(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| Ok(Answer::text("application/json", app.export()?)))
}

async fn import(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        app.import(&bytes)?;
        Answer::ok(&json!({ "imported": true, "now": app.lock().now() }))
    })
}
