//! Names the API gives out as text, as types, so that one kind cannot be passed for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $blank:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text as the API writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Takes any text that is not blank; white space around it is dropped.
            fn from_str(text: &str) -> Result<Self, Error> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(Error::invalid($blank, "pass it as the API or AURA gave it"));
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A linked device: the `deviceId` that linking answered (R54).
    ///
    /// It is derived from the serial and usually not all of it, so a [`DeviceSerial`] is not one
    /// and cannot become one:
    ///
    /// ```compile_fail,E0277
    /// # fn example(aura: people_protect::PeopleProtect, serial: people_protect::DeviceSerial) {
    /// aura.device(serial);
    /// # }
    /// ```
    ///
    /// ```
    /// use people_protect::DeviceId;
    ///
    /// let stored: DeviceId = "26217939".parse()?;
    /// assert_eq!(stored, DeviceId::from(26_217_939));
    /// assert!(" ".parse::<DeviceId>().is_err());
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    ///
    /// [`DeviceSerial`]: crate::DeviceSerial
    DeviceId, "the device id is blank"
}

impl DeviceId {
    /// The id as a number, if it is one that is written without anything around it: `007` is not 7.
    pub(crate) fn number(&self) -> Option<i64> {
        let number: i64 = self.0.parse().ok()?;
        (number.to_string() == self.0).then_some(number)
    }
}

impl From<i64> for DeviceId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

text_id! {
    /// A scheduled request: the `id` that ordering it answered. Cancelling takes it (R97).
    ///
    /// ```
    /// use people_protect::ScheduledRequestId;
    ///
    /// let stored: ScheduledRequestId = "a1b2c3d4-e5f6-7890-ab12-cd34ef567890".parse()?;
    /// assert_eq!(stored.as_str(), "a1b2c3d4-e5f6-7890-ab12-cd34ef567890");
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    ScheduledRequestId, "the id of the scheduled request is blank"
}

text_id! {
    /// A type of service that can be scheduled, such as `guarding`. Ordering takes it (R97).
    ///
    /// The types belong to the customer source and no operation lists them: ask AURA.
    ///
    /// ```
    /// use people_protect::ServiceType;
    ///
    /// let guarding: ServiceType = "guarding".parse()?;
    /// assert_eq!(guarding.to_string(), "guarding");
    /// # Ok::<(), people_protect::Error>(())
    /// ```
    ServiceType, "the type of service is blank"
}

#[cfg(test)]
mod tests {
    use super::DeviceId;

    #[test]
    fn c35_only_a_plain_number_is_a_number() {
        let number = |text: &str| text.parse::<DeviceId>().unwrap().number();
        assert_eq!(number(" 26217939 "), Some(26_217_939));
        for text in ["007", "+7", "EX-7", "7.0", "99999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn a_blank_one_is_refused_when_it_is_read_from_storage_too() {
        assert!(serde_json::from_str::<DeviceId>("\"26217939\"").is_ok());
        assert!(serde_json::from_str::<DeviceId>("\" \"").is_err());
    }
}
