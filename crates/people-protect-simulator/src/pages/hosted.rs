//! The pages AURA hosts for an integrator: sign-up and subscription management.
//!
//! What AURA's own pages look like and ask is not documented: everything about these is an
//! assumption, but for where they lead (R53) and what is true afterwards (R48, R52). They are plain
//! forms that work without scripts. A session's id cannot be guessed and opens one page, so a
//! foreign page can send none of these forms.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use people_protect_api::SecretText;

use crate::app::App;
use crate::pages::{asset, whole};
use crate::settings::Settings;
use crate::switch::hosted::SESSION_LIFETIME;

mod back;
mod form;
mod management;
mod signup;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(signup::routes())
        .merge(management::routes())
        .route("/hosted.css", get(|| asset(CSS, "text/css; charset=utf-8")))
}

const CSS: &str = include_str!("hosted.css");

/// A page whose forms may lead to the return URL, and nowhere else: a browser holds the redirect
/// after a form to `form-action` too.
fn page(
    status: StatusCode,
    title: &str,
    return_url: Option<&SecretText>,
    main: &Markup,
) -> Response<Body> {
    let mut response = whole(status, title, &["/hosted.css"], None, main);
    let back = return_url
        .and_then(|url| back::policy_source(url.reveal()))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' {back}; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    // A browser that may not tell anybody where a form stands sends `Origin: null` with it, which
    // looks as if it came from another site. The link still goes nowhere but here.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// After a form: somewhere else, with GET.
fn see_other(location: &str) -> Response<Body> {
    let mut response = page(
        StatusCode::SEE_OTHER,
        "Go on",
        None,
        &html! { p { a href=(location) { "Go on" } } },
    );
    if let Ok(location) = HeaderValue::try_from(back::ascii(location)) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// A link that opens nothing.
fn unknown(what: &str, operation: &str) -> Response<Body> {
    let main = html! {
        h1 { "This link does not open a " (what) }
        p { "It may be incomplete, or the simulator has been reset. Ask " code { (operation) } " for a new one." }
    };
    page(StatusCode::NOT_FOUND, "Link not valid", None, &main)
}

/// A link that opened something for a while.
fn expired(what: &str, operation: &str, return_url: &SecretText) -> Response<Body> {
    let main = html! {
        h1 { "This " (what) " has expired" }
        p { "Nothing was changed. Go back and begin anew; " code { (operation) } " gives a new link." }
        (back::link(return_url.reveal()))
    };
    page(StatusCode::GONE, "Link expired", Some(return_url), &main)
}

/// How long a session lives is not documented.
fn is_expired(settings: &Settings, created_at: Timestamp, now: Timestamp) -> bool {
    let lifetime = i64::try_from(settings.number(&SESSION_LIFETIME)).unwrap_or(i64::MAX);
    now.duration_since(created_at) >= SignedDuration::from_secs(lifetime)
}
