//! Subscriptions (R17, R19-R23, R66-R69).

use jiff::Timestamp;
use people_protect_api::types;
use serde_json::{Value, json};

use crate::answer::{self, Answer, Cancelled, DONE};
use crate::body;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::subscription::{Plan, Subscription};
use crate::switch::people::{
    ACTIVATION_DATES_REQUIRED, CANCELLED_REASON_FIELD, DEPENDENTS_NAME, ENDED_SUBSCRIPTIONS_LISTED,
    SUBSCRIPTION_CANCEL_FORM, SUBSCRIPTION_CREATE_ANSWER, SUBSCRIPTION_LIST_FORM,
    SUBSCRIPTION_STATUS_FIELD, SUBSCRIPTION_UPDATE_ANSWER,
};

/// A bare list, oldest first, lapsed and cancelled ones included: form, order and contents are
/// assumptions.
pub(crate) fn list_customer_subscriptions(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let source = call.source()?.id;
    // R21: refused requests are not counted, and those for unknown customers are.
    state.count_list_read(source, call.now)?;
    let all = state.settings.is_on(&ENDED_SUBSCRIPTIONS_LISTED);
    let customer = state.readable_customer(source, call.id("customerId")?)?;
    let subscriptions = customer
        .subscriptions
        .iter()
        .filter_map(|id| state.subscriptions.get(id))
        .filter(|subscription| all || !state.has_ended(subscription, call.now))
        .map(|subscription| shown(state, subscription, call.now))
        .collect::<Result<Vec<_>, _>>()?;
    match state.settings.value(&SUBSCRIPTION_LIST_FORM) {
        "wrapped" => Answer::ok(&json!({ "message": DONE, "subscriptions": subscriptions })),
        _ => Answer::ok(&subscriptions),
    }
}

/// R17, C26: no status, the fields tell; a broken rule and an older generation have one.
fn shown(state: &State, subscription: &Subscription, now: Timestamp) -> Result<Value, Problem> {
    let answer = answer::subscription(subscription);
    let mut answer = serde_json::to_value(answer).map_err(|_| Problem::defect())?;
    if !state.settings.is_on(&CANCELLED_REASON_FIELD)
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("CancelledReason");
    }
    let kept = state.settings.keeps("R17");
    if !kept || state.settings.is_on(&SUBSCRIPTION_STATUS_FIELD) {
        let active = state.is_active(subscription, now);
        answer["status"] = if active { "active" } else { "inactive" }.into();
    }
    Ok(answer)
}

pub(crate) fn create_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // C30: the two ids, the dates and the members.
    let request: types::CreateSubscriptionRequest = call.body()?;
    // A customer's own token, where one is taken, reaches that customer only.
    call.caller()?.may_activate(request.customer_id)?;
    if state.settings.is_on(&ACTIVATION_DATES_REQUIRED) {
        for (name, time) in [
            ("validFrom", &request.valid_from),
            ("validTo", &request.valid_to),
        ] {
            time.as_ref().ok_or_else(|| body::required(name))?;
        }
    }
    let plan = Plan {
        type_id: request.subscription_type_id,
        valid_from: body::optional_time(request.valid_from.as_ref(), "validFrom")?,
        valid_to: body::optional_time(request.valid_to.as_ref(), "validTo")?,
        dependants: request.dependant_customer_ids.unwrap_or_default(),
    };
    let source = call.source()?;
    let id = state.activate(source, request.customer_id, plan, call.now)?;
    let subscription = shown(state, state.subscription(source.id, id)?, call.now)?;
    match state.settings.value(&SUBSCRIPTION_CREATE_ANSWER) {
        "flat" => Answer::created(&subscription),
        _ => Answer::created(&json!({ "message": DONE, "subscription": subscription })),
    }
}

/// R69, C27: three keys, `dependents` in this spelling. What stands in a member is not known; a
/// `customerId` is an assumption.
pub(crate) fn get_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let subscription = state.subscription(call.source()?.id, call.id("subscriptionId")?)?;
    let members = subscription.dependants.iter();
    let members: Vec<_> = members.map(|id| json!({ "customerId": id })).collect();
    let (name, members) = match state.settings.value(&DEPENDENTS_NAME) {
        "dependant-customer-ids" => ("dependantCustomerIds", json!(subscription.dependants)),
        "dependants" => ("dependants", json!(members)),
        _ if !state.settings.keeps("R69") => ("members", json!(members)),
        _ => ("dependents", json!(members)),
    };
    Answer::ok(&json!({
        "message": DONE,
        "subscription": shown(state, subscription, call.now)?,
        name: members,
    }))
}

pub(crate) fn update_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("subscriptionId")?);
    // R67: `validTo` is required.
    let mut sent = call.sent()?;
    if !state.settings.keeps("R67") && sent.get("validTo").is_none() {
        sent["validTo"] = json!(state.subscription(source, id)?.valid_to);
    }
    let request: types::UpdateSubscriptionRequest = body::typed(&sent)?;
    let valid_to = body::time(&request.valid_to, "validTo")?;
    state.renew(
        source,
        id,
        valid_to,
        request.dependant_customer_ids,
        call.now,
    )?;
    let subscription = shown(state, state.subscription(source, id)?, call.now)?;
    // C28: a list with one subscription in it, no `links`.
    match state.settings.value(&SUBSCRIPTION_UPDATE_ANSWER) {
        "object" => Answer::ok(&json!({ "subscription": subscription })),
        // What stands in them is not documented: nothing does.
        "links" => Answer::ok(&json!({ "links": [], "subscription": subscription })),
        _ => Answer::ok(&json!({ "subscription": [subscription] })),
    }
}

pub(crate) fn cancel_subscription(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("subscriptionId")?);
    let bare = state.settings.value(&SUBSCRIPTION_CANCEL_FORM) == "bare";
    let sent = call.sent()?;
    // R68, C29: `reason` is required, in the body of a DELETE.
    let optional = bare || !state.settings.keeps("R68");
    let reason = if optional && sent.get("reason").is_none() {
        None
    } else {
        Some(body::typed::<types::CancelSubscriptionRequest>(&sent)?.reason)
    };
    state.cancel_subscription(source, id, reason, call.now)?;
    if bare {
        return Answer::ok(&answer::message());
    }
    let mut cancelled = types::SubscriptionCancelled::default();
    cancelled.message = Some(DONE.to_owned());
    Answer::ok(&Cancelled {
        cancelled,
        subscription_token: None,
    })
}
