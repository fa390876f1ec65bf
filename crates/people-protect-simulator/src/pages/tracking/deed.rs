//! What a person does on the page: plain forms, which a script sends without leaving the page.
//!
//! The session token is in the form's address, so no other page can make one up.

use std::collections::HashMap;
use std::num::NonZeroU64;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;
use maud::{Markup, html};
use people_protect_api::types::CreateRatingRequest;

use super::chat::CUSTOMER;
use super::view::View;
use super::{Key, Queried, closed, page};
use crate::app::{App, Held};

/// The longest text that a person may send, in characters.
pub(super) const TEXT_MOST: usize = 1000;

/// The longest safe code. A mobile's last four digits are four, but nothing says that a code stays so.
const CODE_MOST: usize = 16;

/// Four bytes for a character, three for each byte when it is escaped, and a little for the names.
const BODY_MOST: usize = TEXT_MOST * 12 + 1024;

/// A deed that was not done.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    /// The form: `message`, `cancel` or `rating`.
    pub(super) form: &'static str,
    /// Why, for people.
    pub(super) why: String,
    /// What they wrote, so that it is not lost.
    pub(super) entered: String,
}

/// Why a form was refused. It is there from the start, so that a screen reader hears what appears.
pub(super) fn error(form: &str, refused: Option<&Refused>) -> Markup {
    html! {
        div id={ (form) "-error" } role="alert" {
            @if let Some(refused) = refused { p .error { (refused.why) } }
        }
    }
}

type Fields = HashMap<String, String>;

/// Does one deed under the lock.
type Do = fn(&App, &mut Held, i64, &Fields, Timestamp) -> Result<(), Refused>;

pub(super) async fn message(
    State(app): State<Arc<App>>,
    query: Queried,
    request: Request<Body>,
) -> Response<Body> {
    done(&app, query, request, say).await
}

pub(super) async fn cancel(
    State(app): State<Arc<App>>,
    query: Queried,
    request: Request<Body>,
) -> Response<Body> {
    done(&app, query, request, call_off).await
}

pub(super) async fn rating(
    State(app): State<Arc<App>>,
    query: Queried,
    request: Request<Body>,
) -> Response<Body> {
    done(&app, query, request, rate).await
}

async fn done(app: &App, query: Queried, request: Request<Body>, deed: Do) -> Response<Body> {
    let (parts, body) = request.into_parts();
    // Before the body is read: a stranger's body is of no interest.
    let key = Key::of(query).filter(|key| key.opens(&app.lock().state).is_some());
    let Some(key) = key else {
        return closed();
    };
    let by_script = by_script(&parts.headers);
    let Ok(body) = to_bytes(body, BODY_MOST).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "That is too long.");
    };
    let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let outcome = app.change(|held, now| {
        // It may have gone while the body came in.
        key.opens(&held.state)
            .is_some()
            .then(|| deed(app, held, key.callout, &fields, now))
    });
    match outcome {
        None => closed(),
        Some(Ok(())) if by_script => plain(StatusCode::NO_CONTENT, ""),
        Some(Ok(())) => see(&key),
        Some(Err(refused)) if by_script => plain(refused.status, &refused.why),
        Some(Err(refused)) => page::whole_page(app, &key, Some(&refused)),
    }
}

fn by_script(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .is_some_and(|accept| accept == "text/plain")
}

/// R72, as the API has it: the page is one more who speaks.
fn say(_: &App, held: &mut Held, id: i64, fields: &Fields, now: Timestamp) -> Result<(), Refused> {
    let entered = text(fields, "text");
    let refused = |why: &str| refused("message", why, &entered);
    if entered.is_empty() {
        return Err(refused("Write something first."));
    }
    if entered.chars().count() > TEXT_MOST {
        return Err(refused(&too_long()));
    }
    held.state
        .say(id, CUSTOMER.to_owned(), entered.as_str().into(), now)
        .map(|_| ())
        .map_err(|problem| refused(&problem.message))
}

/// R34. The page never cancels without a code: who holds a link is not known to be an integrator.
fn call_off(
    app: &App,
    held: &mut Held,
    id: i64,
    fields: &Fields,
    now: Timestamp,
) -> Result<(), Refused> {
    let code = text(fields, "safeCode");
    if code.is_empty() {
        return Err(refused("cancel", "Enter your safe code.", ""));
    }
    if code.chars().count() > CODE_MOST {
        return Err(refused("cancel", "A safe code is shorter than that.", ""));
    }
    let view = held.state.callouts.get(&id).map(|callout| {
        let view = View::new(&held.state, callout, app.setup.seed, app.runs(), now);
        (view.goes_on(), view.can_be_called_off())
    });
    match view {
        Some((true, false)) => Err(refused(
            "cancel",
            "This callout has no safe code: whoever raised it can cancel it.",
            "",
        )),
        // What is over is answered like what was just done: a second try shows nothing either.
        _ => {
            held.state.cancel_callout(id, Some(&code), now);
            Ok(())
        }
    }
}

/// R75, as the API has it.
fn rate(
    app: &App,
    held: &mut Held,
    id: i64,
    fields: &Fields,
    now: Timestamp,
) -> Result<(), Refused> {
    let entered = text(fields, "remark");
    let refused = |why: &str| refused("rating", why, &entered);
    let rating: Option<NonZeroU64> = text(fields, "rating").parse().ok();
    let Some(rating) = rating.filter(|rating| rating.get() <= 5) else {
        return Err(refused("Choose a number from 1 to 5."));
    };
    if entered.chars().count() > TEXT_MOST {
        return Err(refused(&too_long()));
    }
    let Some(callout) = held.state.callouts.get(&id) else {
        return Err(refused("This callout is gone."));
    };
    if !View::new(&held.state, callout, app.setup.seed, app.runs(), now).is_over() {
        return Err(refused("It can be rated when it is over."));
    }
    if callout.rating.is_some() {
        return Err(refused("It was rated already."));
    }
    let source = callout.source;
    let Some(source) = app.setup.sources.iter().find(|known| known.id == source) else {
        return Err(refused("This callout belongs to nobody."));
    };
    let mut request = CreateRatingRequest::new(id, rating);
    if !entered.is_empty() {
        request.additional_details = Some(entered.as_str().into());
    }
    held.state
        .rate(source, request, now)
        .map(|_| ())
        .map_err(|problem| refused(&problem.message))
}

fn refused(form: &'static str, why: &str, entered: &str) -> Refused {
    Refused {
        status: StatusCode::BAD_REQUEST,
        form,
        why: why.to_owned(),
        entered: entered.to_owned(),
    }
}

fn too_long() -> String {
    format!("That is too long: {TEXT_MOST} characters at most.")
}

/// A field without what nobody can see.
fn text(fields: &Fields, name: &str) -> String {
    let text = fields.get(name).map_or("", String::as_str);
    let seen = |letter: &char| !letter.is_control() || *letter == '\n';
    let text: String = text.chars().filter(seen).collect();
    text.trim().to_owned()
}

/// Back to the page, so that loading it again does nothing twice.
fn see(key: &Key) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    if let Ok(place) = HeaderValue::try_from(format!("/tracking{}", key.query())) {
        headers.insert(LOCATION, place);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
