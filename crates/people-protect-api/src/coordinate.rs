//! A degree of latitude or longitude as answers carry it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Degrees sent as a number or as text (C46); kept as sent, never shown by `Debug`.
///
/// ```
/// use people_protect_api::Coordinate;
///
/// let text: Coordinate = serde_json::from_str("\"-26.12345\"").unwrap();
/// assert_eq!(text.degrees(), Some(-26.12345));
/// assert_eq!(serde_json::to_string(&text).unwrap(), "\"-26.12345\"");
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Coordinate {
    /// Sent as a number.
    Number(f64),
    /// Sent as text.
    Text(String),
}

impl Coordinate {
    /// The degrees, if they are a finite number.
    #[must_use]
    pub fn degrees(&self) -> Option<f64> {
        match self {
            Coordinate::Number(degrees) => Some(*degrees),
            Coordinate::Text(text) => text.trim().parse().ok(),
        }
        .filter(|degrees: &f64| degrees.is_finite())
    }
}

impl From<f64> for Coordinate {
    fn from(degrees: f64) -> Self {
        Coordinate::Number(degrees)
    }
}

impl fmt::Debug for Coordinate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coordinate(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::Coordinate;

    #[test]
    fn text_that_is_no_finite_number_has_no_degrees() {
        for text in ["", "north", "NaN", "inf"] {
            assert_eq!(Coordinate::Text(text.to_owned()).degrees(), None, "{text}");
        }
    }

    #[test]
    fn debug_does_not_show_the_position() {
        assert_eq!(
            format!("{:?}", Coordinate::from(-26.12345)),
            "Coordinate(REDACTED)"
        );
    }
}
