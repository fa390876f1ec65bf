//! Where the customer is, and how far the responder has come.

use maud::{Markup, html};

use super::timeline::clock;
use super::view::View;
use crate::pages::map_view::{Sketch, draw};
use crate::stage::Stage;

/// The map with its words; nothing once the callout was called off.
pub(super) fn journey(view: &View<'_>) -> Markup {
    if view.off.is_some() {
        return html! {};
    }
    let position = &view.callout.position;
    let accuracy_m = position.accuracy.map(|metres| metres.reveal());
    let on_scene = view.callout.stage == Stage::Arrived;
    let text = match view.responder {
        Some(progress) => format!(
            "Map: the responder is {} from the customer, by road.",
            distance(progress.left_m)
        ),
        None if on_scene => "Map: the responder is with the customer.".to_owned(),
        None => "Map: where the customer is.".to_owned(),
    };
    let sketch = Sketch {
        way: &view.way,
        accuracy_m,
        responder: view.responder,
        on_scene,
        text: &text,
    };
    html! {
        section .card aria-labelledby="map-title" {
            h2 #map-title { "Where" }
            (draw(&sketch))
            p .hint { "A sketch to scale, and no street map." }
            dl .facts {
                dt { "Customer" }
                dd #position {
                    (position.latitude.reveal()) ", " (position.longitude.reveal())
                    @if let Some(metres) = accuracy_m { " (within " (distance(metres)) ")" }
                }
            }
        }
    }
}

/// How far, and how long it takes: the second most important thing to know.
pub(super) fn estimate(view: &View<'_>) -> Markup {
    let Some(progress) = view.responder else {
        return html! {};
    };
    html! {
        dl #estimate .estimate data-left-m=(progress.left_m.round()) data-moving=[view.runs.then_some("")] {
            div {
                dt { "Still to drive" }
                dd #distance { (distance(progress.left_m)) }
            }
            div {
                dt { "Should be there" }
                dd {
                    span #eta { (soon(progress.left_m)) }
                    span .quiet { " estimated for " (clock(progress.arrival)) }
                }
            }
        }
    }
}

/// As people say it. The script says it in the same way.
fn distance(metres: f64) -> String {
    if metres >= 1000.0 {
        format!("{:.1} km", metres / 1000.0)
    } else if metres >= 100.0 {
        format!("{:.0} m", (metres / 10.0).round() * 10.0)
    } else {
        format!("{metres:.0} m")
    }
}

/// The same for the time it takes.
fn soon(left_m: f64) -> String {
    let seconds = crate::route::seconds(left_m);
    match (seconds / 60.0).ceil() {
        _ if seconds <= crate::route::LAST_S => "any moment".to_owned(),
        minutes if minutes <= 1.0 => "in less than a minute".to_owned(),
        minutes => format!("in about {minutes:.0} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::{distance, soon};

    #[test]
    fn distances_and_times_are_said_as_people_say_them() {
        assert_eq!(distance(7.0), "7 m");
        assert_eq!(distance(344.0), "340 m");
        assert_eq!(distance(1260.0), "1.3 km");
        assert_eq!(soon(40.0), "any moment");
        assert_eq!(soon(300.0), "in less than a minute");
        assert_eq!(soon(610.0), "in about 2 minutes");
    }
}
