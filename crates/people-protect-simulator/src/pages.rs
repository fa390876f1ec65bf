//! Pages for people: HTML made on the server, with scripts of its own and nothing from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};

use crate::app::App;

mod home;
mod hosted;
mod map;
pub(crate) mod map_view;
#[cfg(feature = "reference")]
mod reference;
mod responder;
mod tracking;

pub(crate) fn routes() -> Router<Arc<App>> {
    let router = Router::new();
    #[cfg(feature = "reference")]
    let router = router.merge(reference::routes());
    router
        .merge(home::routes())
        .merge(hosted::routes())
        .merge(map::routes())
        .merge(responder::routes())
        .merge(tracking::routes())
        .route("/page.css", get(|| asset(CSS, "text/css; charset=utf-8")))
        .route("/icon.svg", get(|| asset(ICON, "image/svg+xml")))
}

const CSS: &str = include_str!("pages/page.css");

/// Without one, every browser asks for `/favicon.ico`, which is 404.
const ICON: &str = include_str!("pages/icon.svg");

/// A script or a style sheet that is compiled in.
async fn asset(text: &'static str, media: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A whole page. `assets` are the paths of its own style sheets and scripts; `refresh_s` makes a
/// browser without scripts load it again after so many seconds.
fn whole(
    status: StatusCode,
    title: &str,
    assets: &[&str],
    refresh_s: Option<u32>,
    main: &Markup,
) -> Response<Body> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if let Some(seconds) = refresh_s {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/page.css";
                @for asset in assets {
                    @if asset.ends_with(".css") {
                        link rel="stylesheet" href=(asset);
                    } @else {
                        script src=(asset) defer {}
                    }
                }
            }
            body {
                header .bar {
                    div {
                        span .brand { "People Protect" }
                        span .tag { "Simulator" }
                    }
                }
                main { (main) }
                footer { "This is a simulator. Nobody is alarmed and nobody will come." }
            }
        }
    };
    let mut response = Response::new(Body::from(page.into_string()));
    *response.status_mut() = status;
    let headers: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        // The link to a tracking page is a secret (R94): it goes into no other request and no cache.
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
