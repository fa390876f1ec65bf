//! Ratings and their aspects (R75, R76, C21, C22).

use people_protect_api::{List, OpenValue, types};
use serde_json::json;

use super::shape;
use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::callouts::{RATING_ITEM_SHAPE, RATING_SHAPE};

/// R75: in its wrapper. What stands in it is an assumption; it holds the id that rating items
/// refer to, under a name that is not documented.
pub(crate) fn create_rating(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let older = state.settings.value(&RATING_SHAPE) == "older";
    let request: types::CreateRatingRequest = if older {
        shape::recast(call, |sent| {
            sent.remove("additionalDetails");
            shape::rename(sent, "comment", "additionalDetails");
        })?
    } else {
        call.body()?
    };
    let callout = request.callout_id;
    let rating = state.rate(call.source()?, request, call.now)?;
    if older {
        return Answer::created(&json!({
            "id": rating.id,
            "calloutId": callout,
            "rating": rating.rating,
            "comment": rating.additional_details,
        }));
    }
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

/// A rated aspect as an older generation of the documentation has it (C22).
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct OlderItem {
    rating_id: i64,
    rating_item_id: i64,
    score: i64,
}

/// R76: in its wrapper; the second replaces the first. What stands in it is an assumption.
pub(crate) fn create_rating_item(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // C22: a score is kept as the sentiment it stands in for (an assumption).
    let older = state.settings.value(&RATING_ITEM_SHAPE) == "older";
    let request: types::CreateRatingItemRequest = if older {
        let asked: OlderItem = call.body()?;
        shape::recast(call, |sent| {
            sent.clear();
            sent.insert("calloutRatingId".to_owned(), asked.rating_id.into());
            sent.insert("ratingItemId".to_owned(), asked.rating_item_id.into());
            sent.insert("ratingItemDescription".to_owned(), "".into());
            sent.insert("sentiment".to_owned(), asked.score.to_string().into());
        })?
    } else {
        call.body()?
    };
    let (rating, item, aspect) = state.rate_item(call.source()?, &request)?;
    if older {
        let score = item.sentiment.as_deref().and_then(|text| text.parse().ok());
        return Answer::created(&json!({
            "id": item.id,
            "ratingId": rating,
            "ratingItemId": aspect.id,
            "score": score.unwrap_or(0_i64),
        }));
    }
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
