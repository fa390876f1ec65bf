//! Customers (R10-R13, R15, R16, R71).

use people_protect_api::types;

use crate::answer::{self, Answer};
use crate::body;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::subscription::Plan;

pub(crate) fn create_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateCustomerRequest = call.body()?;
    let source = call.source()?;
    // R13: one or the other; that both is 400 is an assumption.
    if request.subscription.is_some() && request.subscription_id.is_some() {
        return Err(Problem::bad_request(
            "`subscription` and `subscriptionId` exclude each other: send one of them",
        ));
    }
    // Everything is checked before anything changes, so that a refusal leaves no customer behind.
    let plan = request.subscription.as_ref().map(plan).transpose()?;
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
    }
    let id = state.register(source.id, request.customer, call.now)?;
    // R71: active at once. C17: without one, nothing is activated (R14).
    if let Some(plan) = plan {
        state.add_subscription(source.id, id, plan, call.now);
    }
    if let Some(subscription) = request.subscription_id {
        state.link_member(subscription, id, call.now);
    }
    Answer::created(&answer::customer(state.customer(source.id, id)?)?)
}

fn plan(asked: &types::RegistrationSubscription) -> Result<Plan, Problem> {
    Ok(Plan {
        type_id: asked
            .subscription_type_id
            .ok_or_else(|| Problem::bad_request("`subscription.subscriptionTypeId` is required"))?,
        valid_from: body::optional_time(asked.valid_from.as_ref(), "subscription.validFrom")?,
        valid_to: body::optional_time(asked.valid_to.as_ref(), "subscription.validTo")?,
        dependants: Vec::new(),
    })
}

pub(crate) fn get_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let customer = state.customer(call.source()?.id, call.id("customerId")?)?;
    Answer::ok(&answer::customer(customer)?)
}

pub(crate) fn update_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?.id, call.id("customerId")?);
    let request: types::UpdateCustomerRequest = call.body()?;
    // What the body must hold is not documented: that the profile may not be left out is an assumption.
    let profile = request
        .customer
        .ok_or_else(|| Problem::bad_request("`customer` is required"))?;
    state.change_customer(source, id, profile, call.now)?;
    Answer::ok(&answer::customer(state.customer(source, id)?)?)
}

pub(crate) fn delete_customer(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    state.retire_customer(call.source()?.id, call.id("customerId")?, call.now)?;
    Answer::ok(&answer::message())
}
