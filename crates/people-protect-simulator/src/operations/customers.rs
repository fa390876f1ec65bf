//! Customers (R10-R13, R15, R16, R71, C04, C05, C17).

use people_protect_api::types;
use serde_json::{Map, Value, json};

use crate::answer::{self, Answer};
use crate::body;
use crate::call::Call;
use crate::customer::Customer;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::state::State;
use crate::subscription::Plan;
use crate::switch::people::{
    BOTH_SUBSCRIPTIONS_STATUS, CUSTOMER_ID_NAME, CUSTOMER_SHAPE, CUSTOMER_TIMES, CUSTOMER_UPDATE,
    REGISTRATION_SUBSCRIPTION, SUBSCRIPTION_ID_PLACE,
};

pub(crate) fn create_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateCustomerRequest =
        body::typed(&registration(&state.settings, call.sent()?))?;
    let source = call.source()?;
    // R13: one or the other; that both is 400 is an assumption.
    let both = request.subscription.is_some() && request.subscription_id.is_some();
    if both && state.settings.keeps("R13") {
        return Err(Problem::bad_request(
            "`subscription` and `subscriptionId` exclude each other: send one of them",
        )
        .decided_by(&BOTH_SUBSCRIPTIONS_STATUS));
    }
    // Everything is checked before anything changes, so that a refusal leaves no customer behind.
    let mut plan = request.subscription.as_ref().map(plan).transpose()?;
    if let Some(plan) = &plan {
        plan.check(source, call.now, "subscription.")?;
    }
    if let Some(id) = request.subscription_id {
        state.subscription(source.id, id).map_err(|_| {
            // The page of the operation lists no 404; an assumption.
            Problem::bad_request(format!(
                "`subscriptionId` {id} is not a subscription of this customer source"
            ))
        })?;
    } else if plan.is_none() && state.settings.value(&REGISTRATION_SUBSCRIPTION) == "automatic" {
        plan = source.subscription_types.first().map(|kind| Plan {
            type_id: kind.id,
            valid_from: None,
            valid_to: None,
            dependants: Vec::new(),
        });
    }
    let id = state.register(source.id, request.customer, call.now)?;
    // R71: active at once. C17: without one, nothing is activated (R14).
    if let Some(plan) = plan.filter(|_| state.settings.keeps("R71")) {
        state.add_subscription(source.id, id, plan, call.now);
    }
    if let Some(subscription) = request.subscription_id {
        state.link_member(subscription, id, call.now);
    }
    Answer::created(&shown(&state.settings, state.customer(source.id, id)?)?)
}

/// A registration in the current form, with what the switches and broken rules leave out.
fn registration(settings: &Settings, mut sent: Value) -> Value {
    wrap(settings, &mut sent);
    if settings.value(&SUBSCRIPTION_ID_PLACE) == "customer" {
        let id = sent
            .get_mut("customer")
            .and_then(Value::as_object_mut)
            .and_then(|customer| customer.remove("subscriptionId"));
        if let Some(sent) = sent.as_object_mut() {
            sent.remove("subscriptionId");
            sent.extend(id.map(|id| ("subscriptionId".to_owned(), id)));
        }
    }
    if !settings.keeps("R10")
        && let Some(customer) = sent.get_mut("customer").and_then(Value::as_object_mut)
    {
        for name in ["name", "surname"] {
            customer.entry(name).or_insert_with(|| "".into());
        }
    }
    sent
}

/// The fields of the earlier flat form and what they are called now (C04).
const FLAT: [(&str, &str); 3] = [
    ("firstName", "name"),
    ("lastName", "surname"),
    ("mobileNumber", "mobile"),
];

/// C04: takes the earlier flat form where the switch says so.
fn wrap(settings: &Settings, sent: &mut Value) {
    if settings.value(&CUSTOMER_SHAPE) != "flat" || sent.get("customer").is_some() {
        return;
    }
    let Some(flat) = sent.as_object_mut() else {
        return;
    };
    let mut customer = Map::new();
    for (name, value) in std::mem::take(flat) {
        if name.starts_with("subscription") {
            flat.insert(name, value);
            continue;
        }
        let now = FLAT.iter().find(|(old, _)| *old == name);
        customer.insert(now.map_or(name, |(_, now)| (*now).to_owned()), value);
    }
    flat.insert("customer".to_owned(), customer.into());
}

/// C04, C05: wrapped with `id` in it, unless the switches say otherwise.
fn shown(settings: &Settings, customer: &Customer) -> Result<Value, Problem> {
    let answer = answer::customer(customer)?;
    let mut answer = serde_json::to_value(answer).map_err(|_| Problem::defect())?;
    if let Some(inner) = answer.get_mut("customer").and_then(Value::as_object_mut) {
        if !settings.is_on(&CUSTOMER_TIMES) {
            inner.remove("createdAt");
            inner.remove("updatedAt");
        }
        match settings.value(&CUSTOMER_ID_NAME) {
            "customer-id" => {
                inner.remove("id");
                inner.insert("customerId".to_owned(), customer.id.into());
            }
            "both" => {
                inner.insert("customerId".to_owned(), customer.id.into());
            }
            _ => {}
        }
        if settings.value(&CUSTOMER_SHAPE) == "flat" {
            let mut flat = std::mem::take(inner);
            for (old, now) in FLAT {
                flat.remove(now)
                    .map(|value| flat.insert(old.to_owned(), value));
            }
            return Ok(flat.into());
        }
    }
    Ok(answer)
}

fn plan(asked: &types::RegistrationSubscription) -> Result<Plan, Problem> {
    Ok(Plan {
        type_id: asked
            .subscription_type_id
            .ok_or_else(|| body::required("subscription.subscriptionTypeId"))?,
        valid_from: body::optional_time(asked.valid_from.as_ref(), "subscription.validFrom")?,
        valid_to: body::optional_time(asked.valid_to.as_ref(), "subscription.validTo")?,
        dependants: Vec::new(),
    })
}

pub(crate) fn get_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let customer = state.readable_customer(call.source()?.id, call.id("customerId")?)?;
    Answer::ok(&shown(&state.settings, customer)?)
}

pub(crate) fn update_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("customerId")?);
    let mut sent = call.sent()?;
    wrap(&state.settings, &mut sent);
    if state.settings.value(&CUSTOMER_UPDATE) == "merge"
        && let Some(asked) = sent.get_mut("customer").and_then(Value::as_object_mut)
    {
        let profile = json!(state.customer(source, id)?.profile);
        for (name, value) in profile.as_object().into_iter().flatten() {
            asked.entry(name).or_insert_with(|| value.clone());
        }
    }
    let request: types::UpdateCustomerRequest = body::typed(&sent)?;
    // What the body must hold is not documented: that the profile may not be left out is an assumption.
    let profile = request.customer.ok_or_else(|| body::required("customer"))?;
    state.change_customer(source, id, profile, call.now)?;
    Answer::ok(&shown(&state.settings, state.customer(source, id)?)?)
}

pub(crate) fn delete_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    state.retire_customer(call.source()?.id, call.id("customerId")?, call.now)?;
    Answer::ok(&answer::message())
}
