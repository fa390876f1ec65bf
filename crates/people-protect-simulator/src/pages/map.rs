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
use crate::pages::map_view::{Sketch, draw};
use crate::pages::tracking::{Key, Queried, shows_an_end};
use crate::route::Way;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/map", get(picture))
}

/// R35: only after the end; R34: a callout that looks called off has one like any other. That the
/// picture shows the responder too was documented earlier; one who has left is nowhere here.
async fn picture(State(app): State<Arc<App>>, query: Queried) -> Response<Body> {
    let held = app.lock();
    let key = Key::of(query);
    let callout = key
        .as_ref()
        .and_then(|key| key.opens(&held.state))
        .filter(|callout| shows_an_end(callout));
    let (status, picture) = match callout {
        Some(callout) => {
            let way = Way::to(app.setup.seed, callout.id);
            let accuracy_m = callout.position.accuracy.map(|metres| metres.reveal());
            let sketch = Sketch {
                way: &way,
                accuracy_m,
                responder: None,
                on_scene: false,
                text: "Map: where the callout was.",
            };
            (StatusCode::OK, draw(&sketch))
        }
        None => (
            StatusCode::FORBIDDEN,
            html! {
                svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" {
                    rect width="400" height="300" fill="#f3f0ea" {}
                    text x="200" y="150" text-anchor="middle" font-size="16" fill="#0d1318" { "This link does not open a map." }
                }
            },
        ),
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
