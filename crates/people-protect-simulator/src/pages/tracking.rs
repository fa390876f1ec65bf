//! The page behind `callout.url`: where a callout stands, live, and what its customer can do about
//! it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use maud::html;
use people_protect_api::SecretText;

use crate::app::App;
use crate::callout::Callout;
use crate::follow::follow;
use crate::pages::{asset, whole};
use crate::state;

mod chat;
mod deed;
mod ending;
mod journey;
mod page;
mod timeline;
mod view;

pub(super) use view::shows_an_end;

pub(super) type Queried = Result<Query<HashMap<String, String>>, QueryRejection>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/tracking", get(open))
        .route("/tracking/follow", get(stream))
        .route("/tracking/message", post(deed::message))
        .route("/tracking/cancel", post(deed::cancel))
        .route("/tracking/rating", post(deed::rating))
        .route(
            "/tracking.css",
            get(|| asset(include_str!("tracking.css"), "text/css; charset=utf-8")),
        )
        .route(
            "/tracking.js",
            get(|| {
                asset(
                    include_str!("tracking.js"),
                    "text/javascript; charset=utf-8",
                )
            }),
        )
}

async fn open(State(app): State<Arc<App>>, query: Queried) -> Response<Body> {
    match Key::of(query) {
        Some(key) => page::whole_page(&app, &key, None),
        None => closed(),
    }
}

async fn stream(State(app): State<Arc<App>>, query: Queried) -> Response<Body> {
    match Key::of(query).filter(|key| key.opens(&app.lock().state).is_some()) {
        Some(key) => follow(&app, move |app| page::look(app, &key)),
        None => closed(),
    }
}

/// What stands in a link.
#[derive(Debug)]
pub(super) struct Key {
    callout: i64,
    session_token: SecretText,
    /// A reader without scripts asked that the page not load itself again.
    still: bool,
}

impl Key {
    pub(super) fn of(query: Queried) -> Option<Self> {
        let Query(query) = query.ok()?;
        Some(Self {
            callout: query.get("calloutId")?.parse().ok()?,
            session_token: query.get("sessionToken")?.as_str().into(),
            still: query.contains_key("still"),
        })
    }

    /// The callout that the link opens.
    pub(super) fn opens<'a>(&self, state: &'a state::State) -> Option<&'a Callout> {
        let callout = state.callouts.get(&self.callout)?;
        // R94: the session token opens this callout and no other.
        same(callout.session_token.reveal(), self.session_token.reveal()).then_some(callout)
    }

    /// The same link again. A token that opened a callout consists of hexadecimal digits.
    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new("?".to_owned());
        query.append_pair("sessionToken", self.session_token.reveal());
        query.append_pair("calloutId", &self.callout.to_string());
        query.finish()
    }
}

/// Compares without telling by the time it takes how much is right.
fn same(known: &str, given: &str) -> bool {
    known.len() == given.len()
        && known
            .bytes()
            .zip(given.bytes())
            .fold(0, |different, (known, given)| different | (known ^ given))
            == 0
}

/// The answer to a link that opens nothing.
fn closed() -> Response<Body> {
    let main = html! {
        section .card #no-callout {
            h1 .status { "This link does not open a callout" }
            p { "It may be incomplete, or the simulator has been reset. Raise the callout again to get its link." }
        }
    };
    whole(StatusCode::FORBIDDEN, "Link not valid", &[], None, &main)
}
