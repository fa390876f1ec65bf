//! What was said between the customer and the control room, and the field to say more.

use maud::{Markup, html};

use super::deed::{Refused, TEXT_MOST};
use super::timeline::clock;
use super::view::View;

/// What this page says comes from here (R72: `customer` is the documented example).
pub(super) const CUSTOMER: &str = "customer";

/// How the control room may be named as a source; other values than `customer` are not known, so
/// these are assumptions.
const CONTROL_ROOM: [&str; 2] = ["control room", "control_room"];

pub(super) fn messages(view: &View<'_>) -> Markup {
    html! {
        ol .messages aria-label="Messages" {
            @for event in &view.callout.events {
                @let mine = event.source.eq_ignore_ascii_case(CUSTOMER);
                li class=[mine.then_some("mine")] data-event=(event.id) {
                    span .who { (speaker(&event.source)) " · " (clock(event.created_at)) }
                    (event.text.reveal())
                }
            }
        }
        @if view.callout.events.is_empty() {
            p #no-messages .quiet { "Nothing was said yet." }
        }
    }
}

fn speaker(source: &str) -> &str {
    match source {
        _ if source.eq_ignore_ascii_case(CUSTOMER) => "Customer",
        _ if CONTROL_ROOM
            .iter()
            .any(|name| source.eq_ignore_ascii_case(name)) =>
        {
            "Control room"
        }
        other => other,
    }
}

pub(super) fn form(query: &str, refused: Option<&Refused>) -> Markup {
    let refused = refused.filter(|refused| refused.form == "message");
    html! {
        form #message-form method="post" action={ "/tracking/message" (query) } {
            (super::deed::error("message", refused))
            div .field {
                label for="message" { "Write to the control room" }
                textarea #message name="text" rows="2" maxlength=(TEXT_MOST) required
                    aria-describedby="message-error" aria-invalid=[refused.map(|_| "true")] {
                    (refused.map_or("", |refused| refused.entered.as_str()))
                }
            }
            button .primary type="submit" { "Send" }
        }
    }
}
