//! The front page: where everything is.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::html;

use crate::app::App;
use crate::operations::served;
use crate::pages::whole;
use crate::{control, server};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(page))
}

async fn page(State(app): State<Arc<App>>) -> Response<Body> {
    let origin = &app.setup.origin;
    let now = app.lock().now();
    let main = html! {
        h1 { "People Protect simulator" }
        dl {
            dt { "API" } dd { code { (origin) (server::API) } }
            dt { "Control" } dd { code { (origin) (control::BASE) } }
            dt { "Clock" } dd { time { (now) } }
            dt { "Customer sources" }
            @for source in &app.setup.sources {
                dd { code { (source.credentials.client_id()) } }
            }
        }
        p { "The client secrets are in the line that the program printed when it was ready." }
        h2 { "What is served" }
        ul {
            @for served in served() {
                li { code { (served.operation.method) " " (served.operation.path) } }
            }
        }
    };
    whole(StatusCode::OK, "People Protect simulator", &[], None, &main)
}
