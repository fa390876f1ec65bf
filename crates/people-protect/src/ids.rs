//! Ids as types, so that one kind cannot be passed for another.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// The id as a number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }

            /// An id that was stored or read from the portal.
            #[must_use]
            pub const fn new(id: i64) -> Self {
                Self(id)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.trim().parse().map(Self)
            }
        }
    };
}

id! {
    /// A customer: the person a callout is raised for.
    ///
    /// ```
    /// use people_protect::CustomerId;
    ///
    /// let stored: CustomerId = "178921".parse().unwrap();
    /// assert_eq!(stored, CustomerId::new(178_921));
    /// assert_eq!(stored.to_string(), "178921");
    /// ```
    CustomerId
}
id! {
    /// A callout: one emergency, from raising to closure.
    CalloutId
}
id! {
    /// A subscription of a customer.
    SubscriptionId
}
id! {
    /// A kind of subscription. Staging and production do not share ids (R70): look them up with
    /// [`subscription_types`](crate::PeopleProtect::subscription_types).
    SubscriptionTypeId
}
id! {
    /// A kind of response, such as security. Look it up with
    /// [`response_types`](crate::PeopleProtect::response_types) (R82).
    ResponseTypeId
}
id! {
    /// A callout classification. Which id means live and which means test is not documented
    /// publicly (C25): ask AURA and configure it.
    ClassificationId
}
id! {
    /// A type of device. No operation lists them: linking a device answers its type, or AURA tells
    /// it (R87). Every event carries it (R54).
    DeviceTypeId
}
id! {
    /// A reason why a callout did not go as callouts do. List them with
    /// [`exception_reasons`](crate::CalloutRecord::exception_reasons) (R74).
    ExceptionReasonId
}
id! {
    /// The rating of a callout, which its rating items refer to (R76).
    RatingId
}
id! {
    /// A fixed location (`predefinedLocationId`).
    FixedLocationId
}
