//! One chart a section: ours as a multiple of the peer's, with the bar it has to clear, or how it went on.

mod courses;

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::by_hand::Failed;
use crate::page;
use crate::results::Results;
use crate::section::{Bar, Row};

const WIDTH: u32 = 1_000;
const LINE: u32 = 26;
const TOP: u32 = 34;
const BOTTOM: u32 = 40;
/// Where the names end and the field begins.
const LEFT: i32 = 520;
const RIGHT: i32 = 80;

const MET: RGBColor = RGBColor(35, 112, 74);
const MISSED: RGBColor = RGBColor(178, 42, 32);
const PLAIN: RGBColor = RGBColor(86, 98, 115);
const INK: RGBColor = RGBColor(30, 36, 46);
const RULE: RGBColor = RGBColor(200, 205, 212);

/// Writes `docs/performance/<name>.svg` for each section that has something to draw, and takes away
/// those of sections that are gone.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write(results: &Results, root: &Path) -> Result<(), Failed> {
    let folder = root.join("docs/performance");
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "svg") {
            std::fs::remove_file(path)?;
        }
    }
    for (name, text) in charts(results)? {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The charts by the names of their files: one for each section with somebody beside ours, or with a course.
///
/// # Errors
///
/// If a chart cannot be drawn.
pub fn charts(results: &Results) -> Result<Vec<(String, String)>, Failed> {
    let mut charts = Vec::new();
    for section in &results.sections {
        let rows: Vec<(&Row, f64)> = section
            .rows
            .iter()
            .filter_map(|row| Some((row, row.ratio()?)))
            .filter(|(_, ratio)| *ratio > 0.0)
            .collect();
        if !rows.is_empty() {
            charts.push((
                format!("{}.svg", section.name),
                drawn(&section.title, &rows)?,
            ));
        } else if !section.courses.is_empty() {
            charts.push((
                format!("{}.svg", section.name),
                courses::drawn(&section.title, &section.courses)?,
            ));
        }
    }
    Ok(charts)
}

/// The scale is logarithmic: twice as much is as far from the middle as half as much.
fn drawn(title: &str, rows: &[(&Row, f64)]) -> Result<String, Failed> {
    let height = TOP + BOTTOM + LINE * u32::try_from(rows.len())?;
    let (low, high) = bounds(rows);
    let field = f64::from(WIDTH as i32 - LEFT - RIGHT);
    let x = |ratio: f64| LEFT + ((ratio.ln() - low.ln()) / (high.ln() - low.ln()) * field) as i32;
    let mut out = String::new();
    {
        let area = SVGBackend::with_string(&mut out, (WIDTH, height)).into_drawing_area();
        area.fill(&WHITE)?;
        let font = |size: i32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
        let heading = format!("{title}: ours as a multiple of theirs");
        area.draw(&Text::new(heading, (12, 10), font(15, &INK)))?;
        let end = height as i32 - BOTTOM as i32;
        for tick in ticks(low, high) {
            let place = x(tick);
            area.draw(&PathElement::new([(place, TOP as i32), (place, end)], RULE))?;
            let style = font(12, &PLAIN).pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(format!("{tick} x"), (place, end + 8), style))?;
        }
        area.draw(&PathElement::new(
            [(x(1.0), TOP as i32), (x(1.0), end)],
            INK,
        ))?;
        for (place, (row, ratio)) in rows.iter().enumerate() {
            let top = TOP as i32 + i32::try_from(place)? * LINE as i32;
            let colour = match row.met() {
                Some(true) => MET,
                Some(false) => MISSED,
                None => PLAIN,
            };
            let mut name = row.what.clone();
            // One thing measured in two ways is told apart by the unit, as in the table.
            let again = |(other, _): &(&Row, f64)| other.what == row.what && other.unit != row.unit;
            if rows.iter().any(again) {
                name = format!("{name}, {}", page::name(row.unit));
            }
            if let Some(peer) = &row.peer {
                name = format!("{name} : {}", peer.name);
            }
            if name.chars().count() > 84 {
                name = name.chars().take(83).chain(['…']).collect();
            }
            let style = font(12, &INK).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw(&Text::new(name, (LEFT - 8, top + LINE as i32 / 2), style))?;
            let (from, to) = (x(1.0).min(x(*ratio)), x(1.0).max(x(*ratio)));
            // One point wide where there is no difference, so that it shows.
            let corners = [(from, top + 5), (to.max(from + 1), top + LINE as i32 - 5)];
            area.draw(&Rectangle::new(corners, colour.filled()))?;
            if let Some(Bar::TimesAtMost(bar) | Bar::TimesAtLeast(bar)) = row.bar {
                let wanted = [(x(bar), top + 2), (x(bar), top + LINE as i32 - 2)];
                area.draw(&PathElement::new(wanted, INK.stroke_width(2)))?;
            }
            let style = font(12, &colour).pos(Pos::new(HPos::Left, VPos::Center));
            let figure = match *ratio {
                large if large >= 10.0 => format!("{ratio:.0} x"),
                small if small < 0.1 => format!("{ratio:.3} x"),
                _ => format!("{ratio:.2} x"),
            };
            area.draw(&Text::new(figure, (to + 6, top + LINE as i32 / 2), style))?;
        }
        area.present()?;
    }
    Ok(out)
}

/// The scale holds every ratio, every bar and one.
fn bounds(rows: &[(&Row, f64)]) -> (f64, f64) {
    let bars = rows.iter().filter_map(|(row, _)| match row.bar {
        Some(Bar::TimesAtMost(bar) | Bar::TimesAtLeast(bar)) => Some(bar),
        _ => None,
    });
    let (mut low, mut high) = (0.8_f64, 1.25_f64);
    for value in rows.iter().map(|(_, ratio)| *ratio).chain(bars) {
        low = low.min(value * 0.9);
        high = high.max(value * 1.1);
    }
    (low, high)
}

/// A few round numbers within the scale.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let wide = high / low > 30.0;
    let steps: &[f64] = match wide {
        true => &[1.0],
        false => &[1.0, 2.0, 5.0],
    };
    let mut ticks: Vec<f64> = (-6..7)
        .flat_map(|power| steps.iter().map(move |step| step * 10f64.powi(power)))
        .filter(|tick| *tick >= low && *tick <= high)
        // 0.30000000000000004 is no number for people.
        .map(|tick| (tick * 1e6).round() / 1e6)
        .collect();
    if ticks.len() < 2 {
        ticks.extend([low, high].map(|edge| (edge * 10.0).round() / 10.0));
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::drawn;
    use crate::section::{Bar, Row, Unit};

    #[test]
    fn a_chart_names_each_row_and_colours_what_is_missed() {
        let good = Row::new("raise", Unit::Count, 1.0).beside("a <peer>", 2.0);
        let long = Row::new("raise", Unit::Seconds, 1.0).beside("a <peer>", 2.0);
        let bad = Row::new("get", Unit::Count, 3.0)
            .beside("peer", 2.0)
            .bar(Bar::TimesAtMost(1.1));
        let svg = drawn("Calls", &[(&good, 0.5), (&bad, 1.5)]).unwrap_or_default();
        assert!(svg.contains("raise : a &lt;peer&gt;"), "{svg}");
        let svg_of_both = drawn("Calls", &[(&good, 0.5), (&long, 0.5)]).unwrap_or_default();
        assert!(svg_of_both.contains("raise, time : a"), "{svg_of_both}");
        assert!(svg.contains("#B22A20") && svg.contains("1.50 x"), "{svg}");
    }
}
