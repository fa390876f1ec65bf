//! What a source may choose from (R18, R82).

use people_protect_api::{OpenValue, types};
use serde_json::json;

use crate::answer::{Answer, DONE};
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::people::SUBSCRIPTION_TYPES_FORM;

pub(crate) fn list_response_types(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let types = call.source()?.response_types.iter().map(|kind| {
        let mut answer = types::ResponseType::default();
        answer.id = Some(kind.id);
        answer.value = Some(kind.value.to_owned());
        answer.description = Some(kind.description.to_owned());
        // R82: the flags exist, their names are not known.
        answer.enabled_locations = Some(OpenValue::from(json!({})));
        answer
    });
    let mut answer = types::ResponseTypes::default();
    answer.response_types = Some(types.collect());
    if !state.settings.keeps("R82") {
        return Answer::ok(&answer.response_types);
    }
    answer.message = Some(DONE.to_owned());
    Answer::ok(&answer)
}

/// R18: the entries are documented, the wrapper is an assumption.
pub(crate) fn list_subscription_types(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let valued = state.settings.keeps("R18");
    let types = call.source()?.subscription_types.iter().map(|kind| {
        let mut answer = types::SubscriptionType::default();
        answer.id = Some(kind.id);
        answer.value = valued.then(|| kind.value.to_owned());
        answer
    });
    let mut answer = types::SubscriptionTypes::default();
    answer.subscription_types = Some(types.collect());
    if state.settings.value(&SUBSCRIPTION_TYPES_FORM) == "bare" {
        return Answer::ok(&answer.subscription_types);
    }
    answer.message = Some(DONE.to_owned());
    Answer::ok(&answer)
}
