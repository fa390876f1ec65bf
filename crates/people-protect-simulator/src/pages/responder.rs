//! The Responder Simulator: brings callouts through their stages, as the portal's does (R36).
//!
//! The page is a frame; its script fills it over the control surface, which follows the state.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use maud::{Markup, html};

use super::{asset, whole};
use crate::app::App;

pub(super) fn routes() -> Router<Arc<App>> {
    let css = "text/css; charset=utf-8";
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route("/responder", get(page))
        .route(
            "/responder.css",
            get(move || asset(include_str!("responder.css"), css)),
        )
        .route(
            "/responder.js",
            get(move || asset(include_str!("responder.js"), script)),
        )
        .route(
            "/desk.js",
            get(move || asset(include_str!("desk.js"), script)),
        )
}

/// The speeds to choose from.
const SPEEDS: [(&str, &str); 5] = [
    ("1", "as in life"),
    ("10", "10 × faster"),
    ("60", "60 × faster"),
    ("300", "300 × faster"),
    ("2000", "2000 × faster"),
];

async fn page() -> Response<Body> {
    let main = html! {
        div .wide {
            (head("Responder Simulator"))
            p { "Plays the responder and the control room. A callout never closes by itself (R36): step it, or let it run. " a href="/" { "Front page" } }
            section .card aria-labelledby="list-title" {
                div .head { h2 #list-title { "Callouts" } span #count .quiet {} }
                form #choose .row {
                    div .field {
                        label for="callout-id" { "Callout id" }
                        input #callout-id inputmode="numeric" autocomplete="off" list="known" placeholder="992011";
                        datalist #known {}
                    }
                    button .primary { "Open" }
                }
                p #none .quiet { "No callout is active. Raise one with the API, and it appears here." }
                table #callouts .stack hidden {
                    thead { tr { th scope="col" { "Callout" } th scope="col" { "For" } th scope="col" { "Stage" } th scope="col" { "Raised (UTC)" } th scope="col" { "Steps" } } }
                    tbody #rows {}
                }
                div .row {
                    label for="speed" { "All at" }
                    select #speed {
                        @for (value, text) in SPEEDS {
                            option value=(value) selected[value == "60"] { (text) }
                        }
                    }
                    button #run-all .small type="button" { "Run all" }
                    button #stop-all .small type="button" { "Stop all" }
                }
            }
            div .columns {
                (detail())
                div {
                    section .card aria-labelledby="map-title" {
                        h2 #map-title { "Map" }
                        svg #map .map viewBox="0 0 640 400" role="img" aria-label="Map of all callouts" {}
                    }
                    (clock())
                    section #hooks-part .card aria-labelledby="hooks-title" hidden {
                        h2 #hooks-title { "Webhooks" }
                        div .check {
                            input #hooks type="checkbox" aria-describedby="hooks-say";
                            div {
                                label for="hooks" { "Send webhooks for these steps" }
                                p #hooks-say .hint {}
                            }
                        }
                    }
                }
            }
        }
    };
    let assets = ["/responder.css", "/desk.js", "/responder.js"];
    whole(StatusCode::OK, "Responder Simulator", &assets, None, &main)
}

/// The title, whether the page is live, and what is wrong.
pub(super) fn head(title: &str) -> Markup {
    html! {
        div .head { h1 { (title) } span #link .badge role="status" { "Connecting" } }
        noscript { p .warning { "This page needs scripts. Without them, everything on it is done with the control surface: see /_simulator." } }
        p #broken .warning role="status" hidden {}
        p #trouble .error role="alert" hidden {}
    }
}

/// The simulator's time, and buttons that move it.
pub(super) fn clock() -> Markup {
    html! {
        section #clock .card aria-labelledby="clock-title" {
            h2 #clock-title { "Clock" }
            p { time #now {} " " span #clock-kind .quiet {} }
            div .row role="group" aria-label="Move the clock forward" {
                @for (seconds, text) in [(60, "1 minute"), (600, "10 minutes"), (86_400, "1 day"), (864_000, "10 days")] {
                    button .small type="button" data-advance=(seconds) { "+ " (text) }
                }
            }
        }
    }
}

fn detail() -> Markup {
    html! {
        div {
            section #nothing-open .card { p .quiet { "Open a callout to see its times, position and chat, and to take every step." } }
            section #detail .card aria-labelledby="detail-title" hidden {
                h2 #detail-title tabindex="-1" { "Callout" }
                p #detail-status .status role="status" {}
                p #detail-duress .warning hidden { "A wrong safe code was given: somebody may be forcing the customer (R34)." }
                div #steps .row role="group" aria-label="Steps" {}
                div #run .row role="group" aria-label="Run" { p #run-next .hint {} }
                h3 { "Times (UTC)" }
                ol #detail-times .timeline {}
                h3 { "About" }
                dl .facts {
                    dt { "For" } dd #detail-for {}
                    dt { "Mobile" } dd #detail-mobile {}
                    dt { "Source" } dd #detail-source {}
                    dt { "Position" } dd #detail-position {}
                }
                p { a #detail-tracking href="#" { "Tracking page" } }
                h3 { "Chat" }
                ul #chat .messages {}
                p #chat-empty .quiet { "Nobody has said anything." }
                form #say {
                    div .field {
                        label for="line" { "Write as the control room" }
                        input #line autocomplete="off" required;
                    }
                    button { "Send" }
                }
            }
        }
    }
}
