//! The page as a whole, and the parts of it that a stream of events brings anew.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::body::Body;
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::Key;
use super::chat;
use super::closed;
use super::deed::Refused;
use super::ending::ending;
use super::journey::{estimate, journey};
use super::timeline::timeline;
use super::view::View;
use crate::app::{App, Held};
use crate::follow::Look;
use crate::pages::whole;

/// How often a browser without scripts loads the page again while the callout goes on (R61).
const REFRESH_S: u32 = 20;

/// The parts that change, by the id of the element they stand in.
fn parts(view: &View<'_>, query: &str, refused: Option<&Refused>) -> [(&'static str, Markup); 6] {
    [
        ("status", status(view)),
        ("estimate-part", estimate(view)),
        ("journey", journey(view)),
        ("timeline", timeline(view)),
        ("messages", chat::messages(view)),
        ("ending", ending(view, query, refused)),
    ]
}

fn status(view: &View<'_>) -> Markup {
    html! {
        p #headline .status { (view.headline()) }
        p #next { (view.next()) }
    }
}

/// An element whose content a script may replace; it is known by what it held last.
fn part((id, content): &(&'static str, Markup), live: Option<&str>, class: Option<&str>) -> Markup {
    html! {
        div id=(id) class=[class] role=[live] tabindex=[(*id == "status").then_some("-1")]
            aria-label=[(*id == "messages").then_some("Messages")]
            data-version=(version(content)) { (content) }
    }
}

/// The same for the same content. Nothing but a script's comparison rests on it.
fn version(content: &Markup) -> String {
    let mut hash = DefaultHasher::new();
    content.0.hash(&mut hash);
    format!("{:016x}", hash.finish())
}

fn title(view: &View<'_>) -> String {
    format!("{} Callout {}", view.headline(), view.callout.id)
}

fn view<'a>(app: &App, held: &'a Held, key: &Key, now: Timestamp) -> Option<View<'a>> {
    let callout = key.opens(&held.state)?;
    let (seed, runs) = (app.setup.seed, app.runs());
    Some(View::new(&held.state, callout, seed, runs, now))
}

pub(super) fn whole_page(app: &App, key: &Key, refused: Option<&Refused>) -> Response<Body> {
    let held = app.lock();
    let Some(view) = view(app, &held, key, held.now()) else {
        return closed();
    };
    let query = key.query();
    let parts = parts(&view, &query, refused);
    let [status, estimate, journey, timeline, messages, ending] = &parts;
    let main = html! {
        div #tracking .wide .tracking data-follow={ "/tracking/follow" (query) } data-callout=(view.callout.id) data-raised=(view.callout.created_at) {
            div #connection role="status" {}
            div .first {
                section .card .hero aria-labelledby="callout-title" data-shown=(shown(&view)) {
                    h1 #callout-title {
                        "Callout " (view.callout.id)
                        @if let Some(name) = &view.name { span .quiet { " for " (name) } }
                    }
                    (part(status, Some("status"), None))
                    (part(estimate, None, None))
                }
                (part(journey, None, None))
            }
            div .second {
                section .card aria-labelledby="timeline-title" {
                    h2 #timeline-title { "What happened" }
                    (part(timeline, None, None))
                }
                section .card aria-labelledby="chat-title" {
                    h2 #chat-title { "Control room" }
                    (part(messages, Some("log"), None))
                    (chat::form(&query, refused))
                }
                (part(ending, None, None))
            }
            template #lost {
                p .warning { strong { "Connection lost." } " Trying again. What you see is from " span .since {} "." }
            }
            template #gone {
                p .error { strong { "This link does not open a callout any more." } " What stands below is old. If you need help, raise a new callout." }
            }
            template #unsent { "No answer came: it may not have been sent. What you wrote is still here. See whether it arrived, once there is a connection again, before you send it once more." }
            @if view.goes_on() && !key.still {
                noscript {
                    p .quiet {
                        "This page loads itself again every " (REFRESH_S) " seconds. "
                        a href={ "/tracking" (query) "&still=yes" } { "Stop that while I write" }
                    }
                }
            }
        }
    };
    let status = refused.map_or(StatusCode::OK, |refused| refused.status);
    // Loading it again would lose what is being mended.
    let refresh = (view.goes_on() && !key.still && refused.is_none()).then_some(REFRESH_S);
    let assets = ["/tracking.css", "/tracking.js"];
    whole(status, &title(&view), &assets, refresh, &main)
}

/// What a style sheet or a test may ask for: the stage as far as it shows.
fn shown(view: &View<'_>) -> String {
    match view.off {
        Some(_) => "cancelled".to_owned(),
        None => view.callout.stage.to_string(),
    }
}

/// What a stream of events brings: every part, so that whoever missed some is up to date again.
pub(super) fn look(app: &App, key: &Key) -> Look {
    let held = app.lock();
    let now = held.now();
    let query = key.query();
    let Some(seen) = view(app, &held, key, now) else {
        return Look::Gone;
    };
    let shown = describe(&seen, &query);
    // While the clock runs, the page moves the responder by itself: that is no news. A clock that
    // stands and is advanced is.
    let still = if app.runs() {
        let left = seen.callout.dispatched_at.unwrap_or(now);
        view(app, &held, key, left).map_or(Value::Null, |seen| describe(&seen, &query))
    } else {
        shown.clone()
    };
    Look::Shown {
        key: still.to_string(),
        view: shown.to_string(),
    }
}

fn describe(view: &View<'_>, query: &str) -> Value {
    let parts: Vec<Value> = parts(view, query, None)
        .iter()
        .map(|(id, content)| json!({ "id": id, "version": version(content), "html": content.0 }))
        .collect();
    json!({ "title": title(view), "shown": shown(view), "parts": parts })
}
