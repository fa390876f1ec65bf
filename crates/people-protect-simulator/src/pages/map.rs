//! The picture behind a callout map's `url`: where the callout was.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use maud::html;

use crate::app::App;
use crate::pages::tracking::{Queried, asked};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/map", get(picture))
}

/// A map of the world without any land: latitude and longitude lines and one marker. That the
/// picture shows the responder too was documented earlier; a simulated one has no position.
async fn picture(State(app): State<Arc<App>>, query: Queried) -> Response<Body> {
    let held = app.lock();
    let callout = asked(&held.state, query).filter(|callout| !callout.stage.is_active());
    let status = match callout {
        Some(_) => StatusCode::OK,
        None => StatusCode::FORBIDDEN,
    };
    let place = callout.map(|callout| {
        (
            180.0 + callout.position.longitude.reveal(),
            90.0 - callout.position.latitude.reveal(),
        )
    });
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 180" {
            rect width="360" height="180" fill="#e8eef4" {}
            path d="M0 90H360M180 0V180" stroke="#9aa7b4" {}
            @if let Some((x, y)) = place {
                circle cx=(x) cy=(y) r="4" fill="#c62828" { title { "Customer" } }
            } @else {
                text x="20" y="80" font-size="12" { "This link does not open a map." }
            }
        }
    };
    let mut response = Response::new(Body::from(picture.into_string()));
    *response.status_mut() = status;
    for (name, value) in [
        (CONTENT_TYPE, "image/svg+xml"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
