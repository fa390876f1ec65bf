//! Ratings: what a customer thought of a callout that is over.

use jiff::Timestamp;
use people_protect_api::{PersonalText, types};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::source::Source;
use crate::stage::Stage;
use crate::state::{Next, State};
use crate::switch::callouts::{RATING_TIME, SECOND_RATING};

/// The rating of a callout (R75). `Debug` does not show the details.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Rating {
    /// The id, from 9876 upwards.
    pub id: i64,
    /// 1 to 5.
    pub rating: u64,
    /// What was added.
    pub additional_details: Option<PersonalText>,
    /// Whether the customer may be called back.
    pub customer_allowed_to_be_contacted: Option<bool>,
    /// The aspects that were rated.
    pub items: Vec<RatedItem>,
    /// When the callout was rated.
    pub created_at: Timestamp,
}

/// One aspect of a rating (R76).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct RatedItem {
    /// The id, from 5501 upwards. It stays when the aspect is rated again.
    pub id: i64,
    /// The aspect, from the source's catalogue.
    pub rating_item_id: i64,
    /// As sent; free text.
    pub sentiment: Option<String>,
}

/// An aspect that can be rated.
#[derive(Debug, Clone)]
pub(crate) struct Aspect {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) description: String,
}

impl State {
    /// R75: one overall rating of a completed callout.
    ///
    /// Assumptions: everything that is wrong is 400, an unknown callout as well, since it stands
    /// in the body; a callout can be rated from its completion on, and cancelled; a second rating
    /// is refused.
    pub(crate) fn rate(
        &mut self,
        source: &Source,
        request: types::CreateRatingRequest,
        now: Timestamp,
    ) -> Result<&Rating, Problem> {
        let id = request.callout_id;
        let rating = request.rating.get();
        if rating > 5 && self.settings.keeps("R75") {
            return Err(Problem::bad_request(
                "`rating` must be a whole number from 1 to 5",
            ));
        }
        let early = self.settings.value(&RATING_TIME) == "any";
        let again = self.settings.value(&SECOND_RATING) == "replaces";
        let callout = self
            .callouts
            .get_mut(&id)
            .filter(|callout| callout.source == source.id)
            .ok_or_else(|| {
                Problem::bad_request(format!(
                    "`calloutId` {id} is not a callout of this customer source"
                ))
            })?;
        if callout.stage < Stage::Completed && !early {
            return Err(Problem::bad_request(format!(
                "callout {id} is {}: it is rated when it is over",
                callout.stage
            )));
        }
        if callout.rating.is_some() && !again {
            return Err(Problem::bad_request(format!(
                "callout {id} has a rating already"
            )));
        }
        if let Some(before) = &callout.rating {
            self.rated.remove(&before.id);
        }
        let number = Next::take(&mut self.next.rating);
        self.rated.insert(number, id);
        Ok(callout.rating.insert(Rating {
            id: number,
            rating,
            additional_details: request.additional_details,
            customer_allowed_to_be_contacted: request.customer_allowed_to_be_contacted,
            items: Vec::new(),
            created_at: now,
        }))
    }

    /// R76: creates an aspect of a rating, or replaces it.
    ///
    /// Assumptions: an aspect is known by its catalogue id, else by its key, else by its
    /// description; one that is not in the catalogue, and an unknown rating, are 400.
    pub(crate) fn rate_item(
        &mut self,
        source: &Source,
        request: &types::CreateRatingItemRequest,
    ) -> Result<(i64, RatedItem, Aspect), Problem> {
        let aspect = source
            .rating_items
            .iter()
            .find(
                |aspect| match (request.rating_item_id, &request.rating_item) {
                    (Some(id), _) => aspect.id == id,
                    (None, Some(key)) => aspect.key == *key,
                    (None, None) => aspect.description == request.rating_item_description,
                },
            )
            .cloned()
            .ok_or_else(|| {
                Problem::bad_request(
                    "the rating item is not in the catalogue of this customer source: see GET /rating-items",
                )
            })?;
        let replaces = self.settings.keeps("R76");
        let number = request.callout_rating_id;
        let rating = self
            .rated
            .get(&number)
            .and_then(|callout| self.callouts.get_mut(callout))
            .filter(|callout| callout.source == source.id)
            .and_then(|callout| callout.rating.as_mut())
            .ok_or_else(|| {
                Problem::bad_request(format!(
                    "`calloutRatingId` {number} is not a rating of this customer source"
                ))
            })?;
        let known = rating
            .items
            .iter_mut()
            .find(|item| item.rating_item_id == aspect.id && replaces);
        let item = match known {
            Some(item) => {
                item.sentiment.clone_from(&request.sentiment);
                item.clone()
            }
            None => {
                let item = RatedItem {
                    id: Next::take(&mut self.next.rated_item),
                    rating_item_id: aspect.id,
                    sentiment: request.sentiment.clone(),
                };
                rating.items.push(item.clone());
                item
            }
        };
        Ok((number, item, aspect))
    }
}
