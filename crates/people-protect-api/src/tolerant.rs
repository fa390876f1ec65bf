//! Numbers in answers, read from text too.
//!
//! AURA's answers have been seen with numbers as text (C45, C46). A number that arrives as
//! `"12"` must not cost the caller the rest of the answer.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Reads an optional whole number from a number, numeric text or null.
pub(crate) fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    from.deserialize_any(Integer)
}

/// Reads an optional number from a number, numeric text or null.
pub(crate) fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    from.deserialize_any(Number)
}

struct Integer;

impl<'de> Visitor<'de> for Integer {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, or one as text")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        i64::try_from(value).map(Some).map_err(E::custom)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        // Beyond 2^53 a float no longer names one whole number.
        if value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0 {
            return Ok(Some(value as i64));
        }
        Err(E::custom("expected a whole number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        match value.trim() {
            "" => Ok(None),
            // The text is not repeated: it may be personal.
            text => text
                .parse()
                .map(Some)
                .map_err(|_| E::custom("expected a whole number, found other text")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        integer(inner)
    }
}

struct Number;

impl<'de> Visitor<'de> for Number {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or one as text")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        match value.trim() {
            "" => Ok(None),
            text => text
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(Some)
                .ok_or_else(|| E::custom("expected a number, found other text")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        number(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{integer, number};

    fn read(text: &str) -> Result<Option<i64>, serde_json::Error> {
        integer(&mut serde_json::Deserializer::from_str(text))
    }

    #[test]
    fn whole_numbers_are_read_from_every_form() {
        for text in ["178921", "178921.0", "\"178921\"", "\" 178921 \""] {
            assert_eq!(read(text).unwrap(), Some(178_921), "{text}");
        }
        assert_eq!(read("null").unwrap(), None);
        assert_eq!(read("\"\"").unwrap(), None);
    }

    #[test]
    fn what_is_no_whole_number_is_an_error_that_does_not_repeat_it() {
        for text in [
            "1.5",
            "\"+27821234567x\"",
            "[]",
            "18446744073709551615",
            "1e300",
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(!error.contains("27821234567"), "{error}");
        }
    }

    #[test]
    fn numbers_are_read_from_text() {
        let read = |text: &str| number(&mut serde_json::Deserializer::from_str(text));
        assert_eq!(read("\"-26.12345\"").unwrap(), Some(-26.12345));
        assert_eq!(read("10").unwrap(), Some(10.0));
        assert_eq!(read("null").unwrap(), None);
        assert!(read("\"NaN\"").is_err());
    }
}
