//! Values that `Debug` does not show.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

macro_rules! text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The value itself. Whoever calls this answers for where it goes.
            #[must_use]
            pub fn reveal(&self) -> &str {
                &self.0
            }

            /// The value itself, by move.
            #[must_use]
            pub fn into_revealed(self) -> String {
                self.0
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self(value.to_owned())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(REDACTED)"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(Text).map(Self)
            }
        }
    };
}

text! {
    /// A credential or a link that opens something: tokens, client secrets, tracking links (R94).
    SecretText
}

text! {
    /// Text about a person, or text the contract does not say may be shown.
    PersonalText
}

/// Reads text; a number or flag sent in its place is kept as its JSON text.
pub(crate) struct Text;

impl Visitor<'_> for Text {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }
}

/// A number about a person, such as a degree of latitude.
#[derive(Clone, Copy, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PersonalNumber(f64);

impl PersonalNumber {
    /// The value itself. Whoever calls this answers for where it goes.
    #[must_use]
    pub fn reveal(self) -> f64 {
        self.0
    }
}

impl From<f64> for PersonalNumber {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalNumber(REDACTED)")
    }
}

impl<'de> Deserialize<'de> for PersonalNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::tolerant::number(from)?
            .map(Self)
            .ok_or_else(|| D::Error::custom("expected a number, found none"))
    }
}

/// A yes or no about a person, such as whether there is medical aid.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonalFlag(bool);

impl PersonalFlag {
    /// The value itself. Whoever calls this answers for where it goes.
    #[must_use]
    pub fn reveal(self) -> bool {
        self.0
    }
}

impl From<bool> for PersonalFlag {
    fn from(value: bool) -> Self {
        Self(value)
    }
}

impl fmt::Debug for PersonalFlag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalFlag(REDACTED)")
    }
}

#[cfg(test)]
mod tests {
    use super::{PersonalFlag, PersonalNumber, PersonalText, SecretText};

    #[test]
    fn debug_shows_the_type_only() {
        assert_eq!(
            format!("{:?}", SecretText::from("planted")),
            "SecretText(REDACTED)"
        );
        assert_eq!(
            format!("{:?}", PersonalText::from("planted")),
            "PersonalText(REDACTED)"
        );
        assert_eq!(
            format!("{:?}", PersonalNumber::from(-26.1)),
            "PersonalNumber(REDACTED)"
        );
        assert_eq!(
            format!("{:?}", PersonalFlag::from(true)),
            "PersonalFlag(REDACTED)"
        );
        assert_eq!(
            format!("{:#?}", SecretText::from("planted")),
            "SecretText(REDACTED)"
        );
    }

    #[test]
    fn the_wire_form_is_the_bare_value() {
        assert_eq!(
            serde_json::to_string(&SecretText::from("a")).unwrap(),
            "\"a\""
        );
        assert_eq!(
            serde_json::to_string(&PersonalNumber::from(1.5)).unwrap(),
            "1.5"
        );
        assert_eq!(
            serde_json::from_str::<PersonalText>("12").unwrap().reveal(),
            "12"
        );
        assert!(
            (serde_json::from_str::<PersonalNumber>("\"1.5\"")
                .unwrap()
                .reveal()
                - 1.5)
                .abs()
                < f64::EPSILON
        );
        assert!(
            serde_json::from_str::<PersonalFlag>("true")
                .unwrap()
                .reveal()
        );
    }
}
