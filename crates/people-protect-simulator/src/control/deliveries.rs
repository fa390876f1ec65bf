//! The log of deliveries over the control surface, and sending something on purpose.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer;
use super::routes::Routes;
use crate::answer::Answer;
use crate::app::App;
use crate::body;
use crate::happening::About;
use crate::problem::Problem;

pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/_simulator/deliveries", get(log).post(announce))
        .route("/_simulator/deliveries/{number}/redeliver", post(redeliver))
}

async fn log(State(app): State<Arc<App>>) -> Response<Body> {
    answer(|| Answer::ok(&json!({ "deliveries": app.lock().state.deliveries.log() })))
}

#[derive(Serialize, Deserialize)]
struct Announcement {
    event: String,
    callout: Option<i64>,
    customer: Option<i64>,
    subscription: Option<i64>,
}

async fn announce(State(app): State<Arc<App>>, bytes: Bytes) -> Response<Body> {
    answer(|| {
        let asked: Announcement = body::read(&bytes)?;
        let about = match (asked.callout, asked.customer, asked.subscription) {
            (Some(id), None, None) => About::Callout(id),
            (None, Some(id), None) => About::Customer(id),
            (None, None, Some(id)) => About::Subscription(id),
            _ => {
                return Err(Problem::bad_request(
                    "one of `callout`, `customer` and `subscription` is required",
                ));
            }
        };
        Answer::ok(&json!({ "deliveries": app.announce(asked.event, about)? }))
    })
}

async fn redeliver(State(app): State<Arc<App>>, Path(number): Path<String>) -> Response<Body> {
    answer(|| {
        let number = number.parse().map_err(|_| {
            Problem::bad_request("the delivery's number in the path must be a whole number")
        })?;
        Answer::ok(&json!({ "number": app.redeliver(number)? }))
    })
}
