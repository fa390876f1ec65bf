//! A map drawn without tiles: a place, how sure it is, and the way of whoever comes to it.
//!
//! To scale, and north is up. Colours are attributes, so that the drawing stands on its own as a
//! picture; `page.css` overrides them by class.

use maud::{Markup, html};

use crate::route::{BLOCK_M, Offset, Progress, Way};

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 34.0;

/// Below the map: the scale and the north, where they cover nothing.
const STRIP: f64 = 34.0;

/// What is drawn at the least around a place, in metres to each side.
const AROUND_M: f64 = 180.0;

/// No accuracy is worse than half the way round the earth.
const EARTH_M: f64 = 20_000_000.0;

/// What a map shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sketch<'a> {
    pub(crate) way: &'a Way,
    /// The radius of the circle around the customer, in metres.
    pub(crate) accuracy_m: Option<f64>,
    /// Who is on the way.
    pub(crate) responder: Option<Progress>,
    /// Whether the responder is with the customer.
    pub(crate) on_scene: bool,
    /// What the picture shows, in words.
    pub(crate) text: &'a str,
}

/// From metres to the units of the drawing.
#[derive(Debug, Clone, Copy)]
struct Scale {
    units_per_m: f64,
    centre: Offset,
}

impl Scale {
    /// Everything that matters, as large as possible.
    fn fit(sketch: &Sketch<'_>) -> Self {
        let around = accuracy(sketch).map_or(AROUND_M, |metres| metres.max(AROUND_M));
        let (mut east, mut north) = ((-around, around), (-around, around));
        if sketch.responder.is_some() {
            for bend in &sketch.way.bends {
                east = (east.0.min(bend.east), east.1.max(bend.east));
                north = (north.0.min(bend.north), north.1.max(bend.north));
            }
        }
        let (wide, high) = (east.1 - east.0, north.1 - north.0);
        Self {
            units_per_m: ((WIDTH - 2.0 * MARGIN) / wide).min((HEIGHT - 2.0 * MARGIN) / high),
            centre: Offset {
                east: f64::midpoint(east.0, east.1),
                north: f64::midpoint(north.0, north.1),
            },
        }
    }

    fn at(&self, place: Offset) -> (f64, f64) {
        (
            WIDTH / 2.0 + (place.east - self.centre.east) * self.units_per_m,
            HEIGHT / 2.0 - (place.north - self.centre.north) * self.units_per_m,
        )
    }

    /// A round number of metres whose bar is 50 to 130 units long.
    fn bar_m(&self) -> f64 {
        let least = 50.0 / self.units_per_m;
        let ten = 10_f64.powf(least.log10().floor());
        [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|times| times * ten)
            .find(|metres| *metres >= least)
            .unwrap_or(least)
    }
}

fn accuracy(sketch: &Sketch<'_>) -> Option<f64> {
    sketch.accuracy_m.map(|metres| metres.clamp(0.0, EARTH_M))
}

/// The drawing.
pub(crate) fn draw(sketch: &Sketch<'_>) -> Markup {
    let scale = Scale::fit(sketch);
    let here = scale.at(Offset {
        east: 0.0,
        north: 0.0,
    });
    let bends: Vec<String> = sketch
        .way
        .bends
        .iter()
        .map(|bend| {
            let (x, y) = scale.at(*bend);
            format!("{},{}", n(x), n(y))
        })
        .collect();
    let bends = bends.join(" ");
    html! {
        svg #map .map xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (HEIGHT + STRIP) } role="img" aria-label=(sketch.text) {
            (ground(sketch.way, &scale, here))
            @if let Some(metres) = accuracy(sketch) {
                circle #map-accuracy .map-accuracy cx=(n(here.0)) cy=(n(here.1)) r=(n(metres * scale.units_per_m))
                    fill="#b00f26" fill-opacity="0.14" stroke="#b00f26" {}
            }
            @if sketch.responder.is_some() {
                polyline #map-way .map-way points=(bends) data-units-per-m=(format!("{:.6}", scale.units_per_m))
                    fill="none" stroke="#0b4a7a" stroke-width="4" stroke-dasharray="1 8" stroke-linecap="round" {}
            }
            g #map-customer transform=(place(here)) {
                circle .map-place r="8" fill="#b00f26" stroke="#fff" stroke-width="2.5" {}
                (label(here, below(sketch, &scale), "Customer"))
            }
            @if let Some(progress) = sketch.responder {
                (responder(scale.at(progress.at)))
            } @else if sketch.on_scene {
                (responder((here.0 + 24.0, here.1 - 16.0)))
            }
            (bar(&scale))
            g transform="translate(378 317)" {
                path .map-north d="M0-11 6 9 0 5-6 9Z" fill="#0d1318" {}
                text x="-12" y="5" text-anchor="end" font-size="13" { "N" }
            }
        }
    }
}

/// Blocks, as far as they are large enough to be seen.
fn ground(way: &Way, scale: &Scale, here: (f64, f64)) -> Markup {
    let block = BLOCK_M * scale.units_per_m;
    let half = block / 2.0;
    // North is up on the map and down in the units of the drawing: it turns the other way.
    let turned = format!(
        "translate({} {}) rotate({}) translate({} {})",
        n(here.0),
        n(here.1),
        n(-way.turned.to_degrees()),
        n(-half),
        n(-half)
    );
    let cross = format!("M0 {}H{}M{} 0V{}", n(half), n(block), n(half), n(block));
    let width = (block * 0.14).clamp(1.0, 14.0);
    html! {
        rect .map-strip width=(WIDTH) height=(HEIGHT + STRIP) fill="#fff" {}
        rect .map-ground width=(WIDTH) height=(HEIGHT) fill="#f3f0ea" {}
        @if block >= 6.0 {
            pattern id="map-blocks" width=(n(block)) height=(n(block)) patternUnits="userSpaceOnUse" patternTransform=(turned) {
                path .map-street-edge d=(cross) stroke-width=(n(width + 1.5)) stroke="#ddd7cc" {}
                path .map-street d=(cross) stroke-width=(n(width)) stroke="#fff" {}
            }
            rect width=(WIDTH) height=(HEIGHT) fill="url(#map-blocks)" {}
        }
    }
}

/// A diamond: to be told from the customer's circle without colours.
fn responder(at: (f64, f64)) -> Markup {
    html! {
        g #map-responder transform=(place(at)) {
            path .map-responder d="M0-12 12 0 0 12-12 0Z" fill="#0b4a7a" stroke="#fff" stroke-width="2.5" {}
            (label(at, -18.0, "Responder"))
        }
    }
}

/// How far below the customer the label stands: outside the circle, as far as there is room.
fn below(sketch: &Sketch<'_>, scale: &Scale) -> f64 {
    match accuracy(sketch) {
        Some(metres) if metres * scale.units_per_m < 80.0 => {
            (metres * scale.units_per_m + 17.0).max(24.0)
        }
        _ => 24.0,
    }
}

/// Text that does not run over the edge.
fn label(at: (f64, f64), below: f64, text: &str) -> Markup {
    let anchor = match at.0 {
        x if x < 50.0 => "start",
        x if x > WIDTH - 50.0 => "end",
        _ => "middle",
    };
    html! { text y=(below) text-anchor=(anchor) font-size="13" { (text) } }
}

fn bar(scale: &Scale) -> Markup {
    let metres = scale.bar_m();
    let end = 14.0 + metres * scale.units_per_m;
    let text = match metres {
        metres if metres >= 1000.0 => format!("{} km", metres / 1000.0),
        metres => format!("{metres} m"),
    };
    html! {
        g #map-scale {
            path .map-ink d=(format!("M14 312v7H{}v-7", n(end))) fill="none" stroke="#0d1318" stroke-width="2" {}
            text x=(n(end + 8.0)) y="321" font-size="13" { (text) }
        }
    }
}

fn place((x, y): (f64, f64)) -> String {
    format!("translate({} {})", n(x), n(y))
}

/// A tenth of a unit is finer than any screen.
fn n(units: f64) -> String {
    let text = format!("{units:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Sketch, draw};
    use crate::clock::Clock;
    use crate::route::Way;
    use crate::seed::Seed;

    fn drawn(accuracy_m: Option<f64>, moving: bool) -> String {
        let way = Way::to(Seed(0), 992_011);
        let now = Clock::manual().base();
        let sketch = Sketch {
            way: &way,
            accuracy_m,
            responder: moving.then(|| way.progress(now, now)),
            on_scene: false,
            text: "<b>",
        };
        draw(&sketch).into_string()
    }

    /// The number that follows `before`.
    fn number(drawn: &str, before: &str) -> f64 {
        let rest = drawn.split(before).nth(1).unwrap();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap();
        rest[..end].parse().unwrap()
    }

    #[test]
    fn the_circle_has_the_scale_of_the_bar() {
        for accuracy in [10.0, 180.0, 900.0, 25_000.0] {
            let drawn = drawn(Some(accuracy), false);
            let circle = drawn.split("map-accuracy\"").nth(2).unwrap();
            let units = number(circle, " r=\"");
            let bar = number(&drawn, "M14 312v7H") - 14.0;
            let text = drawn.split("y=\"321\"").nth(1).unwrap();
            let metres = number(text, ">") * if text.contains(" km<") { 1000.0 } else { 1.0 };
            let expected = accuracy * bar / metres;
            assert!(
                (units - expected).abs() <= expected * 0.02 + 0.2,
                "{units} {expected}"
            );
            assert!((50.0..=130.0).contains(&bar), "{bar}");
        }
    }

    #[test]
    fn no_accuracy_is_too_large_to_draw_and_text_is_escaped() {
        for accuracy in [None, Some(0.0), Some(f64::MAX)] {
            let drawn = drawn(accuracy, true);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
            assert!(!drawn.contains("<b>") && drawn.contains("&lt;b&gt;"));
        }
    }

    #[test]
    fn the_whole_way_is_in_the_picture() {
        for callout in 0..200 {
            let (way, now) = (Way::to(Seed(3), callout), Clock::manual().base());
            let responder = Some(way.progress(now, now));
            let sketch = Sketch {
                way: &way,
                accuracy_m: Some(10.0),
                responder,
                on_scene: false,
                text: "",
            };
            let drawn = draw(&sketch).into_string();
            let points = drawn
                .split("points=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            for point in points.split(' ') {
                let (x, y) = point.split_once(',').unwrap();
                let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                assert!(
                    (30.0..=370.0).contains(&x) && (30.0..=270.0).contains(&y),
                    "{point}"
                );
            }
        }
    }
}
