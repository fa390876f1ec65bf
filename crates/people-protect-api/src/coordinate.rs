//! A degree of latitude or longitude as answers carry it.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
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
#[derive(Clone, PartialEq, Serialize)]
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

impl<'de> Deserialize<'de> for Coordinate {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Degrees)
    }
}

/// Takes each form as it comes; the derived reader would make a copy and try it twice.
struct Degrees;

impl Visitor<'_> for Degrees {
    type Value = Coordinate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("degrees, as a number or as text")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Coordinate, E> {
        Ok(Coordinate::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Coordinate, E> {
        Ok(Coordinate::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Coordinate, E> {
        Ok(Coordinate::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Coordinate, E> {
        Ok(Coordinate::Text(value.to_owned()))
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
    fn degrees_are_read_from_numbers_and_text_and_nothing_else() {
        for (text, degrees) in [
            ("-26.5", -26.5),
            ("28", 28.0),
            ("-26", -26.0),
            ("\"-26.5\"", -26.5),
        ] {
            let read: Coordinate = serde_json::from_str(text).unwrap();
            assert_eq!(read.degrees(), Some(degrees), "{text}");
        }
        for text in ["null", "true", "[]", "{}"] {
            assert!(serde_json::from_str::<Coordinate>(text).is_err(), "{text}");
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
