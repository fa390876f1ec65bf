//! Ratings and their aspects (R75, R76, C21, C22).

use people_protect_api::{List, OpenValue, types};
use serde_json::json;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;

/// R75: in its wrapper. What stands in it is an assumption; it holds the id that rating items
/// refer to, under a name that is not documented.
pub(crate) fn create_rating(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateRatingRequest = call.body()?;
    let callout = request.callout_id;
    let rating = state.rate(call.source()?, request, call.now)?;
    let mut answer = types::RatingResult::default();
    answer.callout_rating_post_result = Some(OpenValue::from(json!({
        "id": rating.id,
        "calloutId": callout,
        "rating": rating.rating,
        "additionalDetails": rating.additional_details,
        "customerAllowedToBeContacted": rating.customer_allowed_to_be_contacted,
        "createdAt": rating.created_at,
    })));
    Answer::created(&answer)
}

/// R76: in its wrapper; the second replaces the first. What stands in it is an assumption.
pub(crate) fn create_rating_item(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateRatingItemRequest = call.body()?;
    let (rating, item, aspect) = state.rate_item(call.source()?, &request)?;
    let mut answer = types::RatingItemResult::default();
    answer.callout_rating_item_results = Some(OpenValue::from(json!({
        "id": item.id,
        "calloutRatingId": rating,
        "ratingItemId": aspect.id,
        "ratingItem": aspect.key,
        "ratingItemDescription": aspect.description,
        "sentiment": item.sentiment,
    })));
    Answer::created(&answer)
}

/// The catalogue; its shape is an assumption.
pub(crate) fn list_rating_items(_: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let items = call.source()?.rating_items.iter().map(|aspect| {
        let mut item = types::RatingItem::default();
        item.id = Some(aspect.id);
        item.rating_item = Some(aspect.key.to_owned());
        item.rating_item_description = Some(aspect.description.to_owned());
        item
    });
    Answer::ok(&List(items.collect::<Vec<_>>()))
}
