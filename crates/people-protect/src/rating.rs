//! Rating a callout.

use std::fmt;
use std::future::IntoFuture;

use people_protect_api::{PersonalText, types};
use serde_json::Value;

use crate::clock::BoxFuture;
use crate::{Answer, CalloutRecord, Error, RatingId};

/// Overall satisfaction with a callout: 1 to 5 and nothing else (R75).
///
/// ```
/// use people_protect::Rating;
///
/// assert_eq!(Rating::try_from(4)?, Rating::Four);
/// assert_eq!(Rating::Four.get(), 4);
/// assert!(Rating::try_from(0).is_err());
/// # Ok::<(), people_protect::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rating {
    /// 1, the lowest.
    One = 1,
    /// 2.
    Two = 2,
    /// 3.
    Three = 3,
    /// 4.
    Four = 4,
    /// 5, the highest.
    Five = 5,
}

impl Rating {
    /// Every rating, lowest first.
    pub const ALL: [Rating; 5] = [
        Rating::One,
        Rating::Two,
        Rating::Three,
        Rating::Four,
        Rating::Five,
    ];

    /// The rating as a number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self as u8
    }
}

impl TryFrom<u8> for Rating {
    type Error = Error;

    /// Reads a number, such as one a customer entered.
    ///
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) outside 1 to 5.
    fn try_from(number: u8) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|rating| rating.get() == number)
            .ok_or_else(|| {
                Error::invalid(
                    format!("{number} is no rating"),
                    "a rating is a whole number from 1 to 5 (R75)",
                )
            })
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

/// A rating about to be given. `Debug` does not show the details.
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a callout that is not over or is rated
/// already: both are not documented, so that AURA refuses them is an assumption. If
/// [`may_have_reached_server`](Error::may_have_reached_server) is true and nothing was refused (no
/// answer, 5xx), the rating may be stored: do not give it again blindly.
#[derive(Debug)]
#[must_use = "a rating is given when it is awaited"]
pub struct Rate {
    record: CalloutRecord,
    rating: Rating,
    additional_details: Option<PersonalText>,
    customer_allowed_to_be_contacted: Option<bool>,
}

impl Rate {
    pub(crate) fn new(record: CalloutRecord, rating: Rating) -> Self {
        Self {
            record,
            rating,
            additional_details: None,
            customer_allowed_to_be_contacted: None,
        }
    }

    /// Anything to add (C21).
    pub fn additional_details(mut self, details: impl Into<PersonalText>) -> Self {
        self.additional_details = Some(details.into());
        self
    }

    /// Whether the customer may be called back about it. Not said unless you say it.
    pub fn customer_allowed_to_be_contacted(mut self, allowed: bool) -> Self {
        self.customer_allowed_to_be_contacted = Some(allowed);
        self
    }
}

impl IntoFuture for Rate {
    type Output = Result<Rated, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let number = std::num::NonZeroU8::MIN.saturating_add(self.rating.get() - 1);
            let mut request =
                types::CreateRatingRequest::new(self.record.id().get(), number.into());
            request.additional_details = self.additional_details;
            request.customer_allowed_to_be_contacted = self.customer_allowed_to_be_contacted;
            let body = &request;
            self.record
                .aura()
                .call(|raw| async move { raw.create_rating(body).await })
                .await
                .map(|answer| Rated { answer })
                .map_err(|error| {
                    error.with_hint_if_unknown(
                        "the rating may be stored already: do not give it again blindly",
                    )
                })
        })
    }
}

/// A rating that AURA took.
#[derive(Debug)]
pub struct Rated {
    answer: Answer<types::RatingResult>,
}

impl Rated {
    /// The rating's id, which rating items refer to (R76).
    ///
    /// AURA documents that the answer holds it, not under which name: `id`, `calloutRatingId` and
    /// `ratingId` are looked for, wrapped and flat (C21). `None` if it is under another one:
    /// [`answer`](Self::answer) has everything.
    #[must_use]
    pub fn id(&self) -> Option<RatingId> {
        let whole = self.answer.json();
        let inner = whole.get("calloutRatingPostResult").unwrap_or(&whole);
        ["id", "calloutRatingId", "ratingId"]
            .iter()
            .find_map(|name| match inner.get(*name)? {
                Value::Number(id) => id.as_i64(),
                Value::String(id) => id.trim().parse().ok(),
                _ => None,
            })
            .map(RatingId::new)
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<types::RatingResult> {
        &self.answer
    }
}
