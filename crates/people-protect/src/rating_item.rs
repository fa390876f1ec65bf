//! Rating one aspect of a callout.

use std::future::IntoFuture;

use people_protect_api::{List, types};

use crate::clock::BoxFuture;
use crate::{Answer, CalloutRecord, Error, RatingId};

impl CalloutRecord {
    /// The aspects that can be rated (R76). That a catalogue exists is documented; its path and
    /// shape are assumptions. If it answers 404, write the description AURA told you:
    /// [`RatingItem::new`].
    ///
    /// # Errors
    ///
    /// As [`call`](crate::PeopleProtect::call).
    pub async fn rating_items(&self) -> Result<RatingItems, Error> {
        self.aura()
            .call(|raw| async move { raw.list_rating_items().await })
            .await
            .map(|answer| RatingItems { answer })
    }
}

/// The aspects that can be rated.
#[derive(Debug)]
pub struct RatingItems {
    answer: Answer<List<types::RatingItem>>,
}

impl RatingItems {
    /// The aspect with this description. Case does not matter.
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration), naming the aspects there are, if there
    /// is no such one.
    pub fn by_description(&self, description: &str) -> Result<RatingItem, Error> {
        let wanted = description.trim().to_lowercase();
        self.iter()
            .find(|item| item.description.trim().to_lowercase() == wanted)
            .ok_or_else(|| {
                let known: Vec<String> = self.iter().map(|item| item.description).collect();
                Error::configuration(
                    format!("there is no rating item {description:?}"),
                    match known.as_slice() {
                        [] => "AURA lists none; ask AURA for the description".to_owned(),
                        known => format!("there are: {}", known.join(", ")),
                    },
                )
            })
    }

    /// Every aspect that has a description.
    pub fn iter(&self) -> impl Iterator<Item = RatingItem> + '_ {
        self.answer.iter().filter_map(|item| {
            Some(RatingItem {
                id: item.id,
                key: item.rating_item.clone(),
                description: item.rating_item_description.clone()?,
            })
        })
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> &Answer<List<types::RatingItem>> {
        &self.answer
    }
}

/// An aspect that can be rated.
///
/// ```
/// use people_protect::RatingItem;
///
/// let arrival = RatingItem::new("Arrival time").with_id(12);
/// assert_eq!(arrival.description(), "Arrival time");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingItem {
    id: Option<i64>,
    key: Option<String>,
    description: String,
}

impl RatingItem {
    /// An aspect by its description in AURA's catalogue, which is all that AURA requires.
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            id: None,
            key: None,
            description: description.into(),
        }
    }

    /// With its id in the catalogue.
    #[must_use]
    pub fn with_id(mut self, id: i64) -> Self {
        self.id = Some(id);
        self
    }

    /// With its key in the catalogue.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The id in the catalogue.
    #[must_use]
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// The key in the catalogue.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The description.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

/// The rating of an aspect, about to be given. A repeat replaces it (R76).
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an unknown rating or aspect (an
/// assumption).
#[derive(Debug)]
#[must_use = "an aspect is rated when it is awaited"]
pub struct RateItem {
    record: CalloutRecord,
    request: types::CreateRatingItemRequest,
}

impl RateItem {
    pub(crate) fn new(record: CalloutRecord, rating: RatingId, item: RatingItem) -> Self {
        let mut request = types::CreateRatingItemRequest::new(rating.get(), item.description);
        request.rating_item_id = item.id;
        request.rating_item = item.key;
        Self { record, request }
    }

    /// How it was, such as `positive` or `negative`; the values are not documented in full.
    pub fn sentiment(mut self, sentiment: impl Into<String>) -> Self {
        self.request.sentiment = Some(sentiment.into());
        self
    }
}

impl IntoFuture for RateItem {
    type Output = Result<Answer<types::RatingItemResult>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let body = &self.request;
            self.record
                .aura()
                .call(|raw| async move { raw.create_rating_item(body).await })
                .await
        })
    }
}
