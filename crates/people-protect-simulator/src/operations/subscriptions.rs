//! Subscriptions (R17, R19, R20, R22, R23, R66-R69).

use people_protect_api::{List, OneOrMany, types};
use serde_json::json;

use crate::answer::{self, Answer, Cancelled, DONE};
use crate::body;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::subscription::Plan;

/// A bare list, oldest first, lapsed and cancelled ones included: order and contents are
/// assumptions.
pub(crate) fn list_customer_subscriptions(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let customer = state.customer(call.source()?.id, call.id("customerId")?)?;
    let subscriptions = customer
        .subscriptions
        .iter()
        .filter_map(|id| state.subscriptions.get(id))
        .map(answer::subscription);
    Answer::ok(&List(subscriptions.collect()))
}

pub(crate) fn create_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // C30: the two ids, the dates and the members.
    let request: types::CreateSubscriptionRequest = call.body()?;
    let plan = Plan {
        type_id: request.subscription_type_id,
        valid_from: body::optional_time(request.valid_from.as_ref(), "validFrom")?,
        valid_to: body::optional_time(request.valid_to.as_ref(), "validTo")?,
        dependants: request.dependant_customer_ids.unwrap_or_default(),
    };
    let source = call.source()?;
    let id = state.activate(source, request.customer_id, plan, call.now)?;
    let mut answer = types::SubscriptionResponse::default();
    answer.message = Some(DONE.to_owned());
    answer.subscription = Some(answer::subscription(state.subscription(source.id, id)?));
    Answer::created(&answer)
}

/// R69, C27: three keys, `dependents` in this spelling. What stands in a member is not known; a
/// `customerId` is an assumption.
pub(crate) fn get_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let subscription = state.subscription(call.source()?.id, call.id("subscriptionId")?)?;
    let members = subscription.dependants.iter();
    let members = members.map(|id| json!({ "customerId": id }).into());
    let mut answer = types::SubscriptionRead::default();
    answer.message = Some(DONE.to_owned());
    answer.subscription = Some(answer::subscription(subscription));
    answer.dependents = Some(members.collect());
    Answer::ok(&answer)
}

pub(crate) fn update_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("subscriptionId")?);
    // R67: `validTo` is required.
    let request: types::UpdateSubscriptionRequest = call.body()?;
    let valid_to = body::time(&request.valid_to, "validTo")?;
    state.renew(
        source,
        id,
        valid_to,
        request.dependant_customer_ids,
        call.now,
    )?;
    // C28: a list with one subscription in it, no `links`.
    let mut answer = types::SubscriptionUpdated::default();
    answer.subscription = Some(OneOrMany(vec![answer::subscription(
        state.subscription(source, id)?,
    )]));
    Answer::ok(&answer)
}

pub(crate) fn cancel_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("subscriptionId")?);
    // R68, C29: `reason` is required, in the body of a DELETE.
    let request: types::CancelSubscriptionRequest = call.body()?;
    state.cancel_subscription(source, id, request.reason, call.now)?;
    let mut cancelled = types::SubscriptionCancelled::default();
    cancelled.message = Some(DONE.to_owned());
    Answer::ok(&Cancelled {
        cancelled,
        subscription_token: None,
    })
}
