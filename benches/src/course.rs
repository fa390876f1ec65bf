//! How something went on over a measurement, for a chart of its own.

use serde::{Deserialize, Serialize};

use crate::section::Unit;

/// A figure over the calls of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// Whose figure.
    pub what: String,
    /// What it counts.
    pub unit: Unit,
    /// Calls by then, and the figure.
    pub points: Vec<(f64, f64)>,
}

impl Course {
    /// Of many looks at most `most` points: in each stretch of the run its end and the largest figure, so that
    /// no peak is lost. Both are whole numbers.
    #[must_use]
    pub fn of(
        what: impl Into<String>,
        unit: Unit,
        looks: impl ExactSizeIterator<Item = (f64, f64)>,
        most: usize,
    ) -> Self {
        let stretch = looks.len().div_ceil(most.max(1)).max(1);
        let looks: Vec<_> = looks.collect();
        let points = looks.chunks(stretch).filter_map(|part| {
            let (calls, _) = part.last()?;
            let figure = part.iter().map(|(_, figure)| *figure).reduce(f64::max)?;
            Some((calls.round(), figure.round()))
        });
        Self {
            what: what.into(),
            unit,
            points: points.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Course;
    use crate::section::Unit;

    #[test]
    fn a_course_has_few_points_and_keeps_every_peak() {
        let looks: Vec<_> = (0..1000_u32)
            .map(|at| (f64::from(at), if at == 505 { 9.0 } else { 1.0 }))
            .collect();
        let course = Course::of("memory", Unit::Bytes, looks.iter().copied(), 60);
        assert!(course.points.len() <= 60, "{}", course.points.len());
        assert_eq!(course.points.last(), Some(&(999.0, 1.0)));
        let peaks = course.points.iter().filter(|point| point.1 > 8.0);
        assert_eq!(peaks.count(), 1);
    }

    #[test]
    fn nothing_that_was_looked_at_is_no_point() {
        let course = Course::of("memory", Unit::Bytes, std::iter::empty(), 60);
        assert!(course.points.is_empty());
    }
}
