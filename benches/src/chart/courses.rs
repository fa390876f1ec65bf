//! The chart of a section in which something went on: a field for each unit, a line for each course.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::{INK, MET, PLAIN, RULE, WIDTH};
use crate::by_hand::Failed;
use crate::course::Course;
use crate::page::figure;
use crate::section::Unit;

/// How high a field is.
const FIELD: u32 = 260;

/// A blue, so that two lines are told apart without red and green.
const SECOND: RGBColor = RGBColor(44, 98, 178);

/// Draws them, in the order in which their units come.
///
/// # Errors
///
/// If it cannot be drawn.
pub(super) fn drawn(title: &str, courses: &[Course]) -> Result<String, Failed> {
    let mut units: Vec<Unit> = Vec::new();
    for course in courses {
        if !units.contains(&course.unit) {
            units.push(course.unit);
        }
    }
    let mut out = String::new();
    {
        let height = FIELD * u32::try_from(units.len())?;
        let area = SVGBackend::with_string(&mut out, (WIDTH, height)).into_drawing_area();
        area.fill(&WHITE)?;
        for (unit, field) in units.iter().zip(area.split_evenly((units.len(), 1))) {
            let own: Vec<_> = courses
                .iter()
                .filter(|course| course.unit == *unit)
                .collect();
            draw(&field, title, *unit, &own)?;
        }
        area.present()?;
    }
    Ok(out)
}

fn draw(
    field: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    title: &str,
    unit: Unit,
    courses: &[&Course],
) -> Result<(), Failed> {
    // So that the marks of the scale are round numbers in the unit that is read.
    let (scale, mark) = match unit {
        Unit::Bytes => (1024.0 * 1024.0, " MiB"),
        _ => (1.0, ""),
    };
    let most = |of: fn(&(f64, f64)) -> f64| {
        let points = courses.iter().flat_map(|course| &course.points).map(of);
        points.fold(1.0, f64::max)
    };
    let (calls, top) = (most(|point| point.0), most(|point| point.1) / scale);
    let font = |size: i32, colour: &RGBColor| ("sans-serif", size).into_font().color(colour);
    let mut chart = ChartBuilder::on(field)
        .caption(title, font(15, &INK))
        .margin(12)
        .margin_right(170)
        .x_label_area_size(40)
        .y_label_area_size(80)
        .build_cartesian_2d(0.0..calls, 0.0..top * 1.1)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RULE)
        .axis_style(INK)
        .label_style(font(12, &PLAIN))
        .x_labels(6)
        .y_labels(5)
        .x_label_formatter(&|calls| figure(Unit::Count, *calls))
        .y_label_formatter(&|value| format!("{}{mark}", figure(Unit::Count, *value)))
        .x_desc("calls")
        .draw()?;
    for (course, colour) in courses.iter().zip([MET, SECOND, PLAIN].iter().cycle()) {
        let points = course
            .points
            .iter()
            .map(|(calls, value)| (*calls, value / scale));
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2)))?;
        if let Some((end, value)) = course.points.last() {
            // Where two lines end beside one another the lower one is named below.
            let above =
                |other: &Course| other.points.last().is_some_and(|(_, other)| other > value);
            let side = match courses.iter().any(|other| above(other)) {
                true => VPos::Top,
                false => VPos::Bottom,
            };
            let style = font(12, colour).pos(Pos::new(HPos::Left, side));
            let name = course.what.clone();
            let at = EmptyElement::at((*end, value / scale));
            chart.draw_series([at + Text::new(name, (6, 0), style)])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::drawn;
    use crate::course::Course;
    use crate::section::Unit;

    #[test]
    fn each_unit_has_a_field_and_each_course_a_line_with_its_name() {
        let course = |what: &str, unit| Course {
            what: what.to_owned(),
            unit,
            points: vec![(0.0, 1.0), (1_000_000.0, 52_428_800.0)],
        };
        let courses = [
            course("the <client>", Unit::Bytes),
            course("the server", Unit::Bytes),
            course("the <client>", Unit::Count),
        ];
        let svg = drawn("Endurance", &courses).unwrap_or_default();
        assert_eq!(svg.matches("Endurance").count(), 2, "{svg}");
        assert_eq!(svg.matches("the &lt;client&gt;").count(), 2, "{svg}");
        assert!(svg.contains("1,000,000") && svg.contains("40 MiB"), "{svg}");
        // Axes are lines of one point; a course has one of two.
        assert_eq!(svg.matches("stroke-width=\"2\"").count(), 3, "{svg}");
    }
}
