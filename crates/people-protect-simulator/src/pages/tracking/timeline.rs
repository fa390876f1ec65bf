//! The stages of a callout with their times.

use jiff::Timestamp;
use maud::{Markup, html};

use super::view::{CalledOff, View};
use crate::stage::Stage;

/// One step, and when it was taken.
type Step = (&'static str, &'static str, Option<Timestamp>);

pub(super) fn timeline(view: &View<'_>) -> Markup {
    let steps = steps(view);
    let latest = steps.iter().rposition(|(_, _, at)| at.is_some());
    html! {
        ol .timeline {
            @for (index, (name, title, at)) in steps.iter().enumerate() {
                @let is_now = latest == Some(index);
                @let class = match at {
                    Some(_) if is_now => Some("now"),
                    Some(_) => Some("done"),
                    None => None,
                };
                li class=[class] data-stage=(name) aria-current=[is_now.then_some("step")] {
                    span { (title) }
                    @match at {
                        Some(at) => { (clock(*at)) }
                        // A stage may be skipped.
                        None if latest > Some(index) => { span .unseen { "skipped" } }
                        None => { span .unseen { "not yet" } }
                    }
                }
            }
        }
    }
}

/// What was reached and, as long as the callout goes on, what is to come.
fn steps(view: &View<'_>) -> Vec<Step> {
    let callout = view.callout;
    let mut steps = vec![
        ("created", "Raised", Some(callout.created_at)),
        ("dispatched", "Responder sent", callout.dispatched_at),
        ("arrived", "Responder arrived", callout.arrived_at),
        ("completed", "Responder finished", callout.completed_at),
    ];
    match view.off {
        None => {
            let ended = callout.ended_at.filter(|_| callout.stage == Stage::Closed);
            steps.push(("closed", "Closed", ended));
        }
        Some((how, off)) => {
            // R34: what came after a code was given would tell a wrong one from the right one.
            steps.retain(|(name, _, at)| {
                *name == "created"
                    || at.is_some_and(|at| match how {
                        CalledOff::WithCode => at < off,
                        CalledOff::Unconditionally => true,
                    })
            });
            let title = match how {
                CalledOff::WithCode => "Cancellation received",
                CalledOff::Unconditionally => "Cancelled",
            };
            steps.push(("cancelled", title, Some(off)));
        }
    }
    steps
}

/// A time, to the second. A script says it in the reader's own zone.
pub(super) fn clock(at: Timestamp) -> Markup {
    html! {
        time datetime=(at) data-local { (at.strftime("%Y-%m-%d %H:%M:%S UTC")) }
    }
}
