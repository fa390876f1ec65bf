//! Callouts (R24-R29, R32-R34, R57, R59, R60, R62-R64).

use people_protect_api::{List, types};

use crate::answer::{self, Answer, DONE};
use crate::call::Call;
use crate::callout::Cry;
use crate::position::Position;
use crate::problem::Problem;
use crate::state::State;

pub(crate) fn create_customer_callout(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let customer = call.id("customerId")?;
    call.caller()?.may_reach(customer)?;
    let request: types::CreateCustomerCalloutRequest = call.body()?;
    let customer = state.customer(call.source()?.id, customer)?.id;
    let cry = cry(
        state,
        call,
        request.location.as_ref(),
        request.predefined_location_id,
        Some(request.response_type_id),
        request.callout_classification_id,
        request.internal_test,
    )?;
    raise(state, call, customer, cry)
}

/// The legacy route names the customer in the body. Which fields it requires is not documented:
/// that it takes the same ones is an assumption, and that an unknown customer is 400 as well.
pub(crate) fn create_callout_legacy(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateCalloutLegacyRequest = call.body()?;
    let Some(customer) = request.customer_id else {
        return Err(Problem::bad_request("`customerId` is required"));
    };
    let known = state.customer(call.source()?.id, customer).is_ok();
    if !known {
        return Err(Problem::bad_request(format!(
            "`customerId` {customer} is not a customer of this customer source"
        )));
    }
    let cry = cry(
        state,
        call,
        request.location.as_ref(),
        None,
        request.response_type_id,
        request.callout_classification_id,
        request.internal_test,
    )?;
    raise(state, call, customer, cry)
}

/// Checks what a create asks for (R24).
fn cry(
    state: &State,
    call: &Call<'_>,
    location: Option<&types::CalloutLocation>,
    predefined_location_id: Option<i64>,
    response_type_id: Option<i64>,
    classification_id: Option<i64>,
    internal_test: Option<bool>,
) -> Result<Cry, Problem> {
    let position = match (location, predefined_location_id) {
        (Some(location), None) => Position::read(
            location.latitude,
            location.longitude,
            location.accuracy,
            "location.",
        )?,
        // R25: never both; that it is 400 is an assumption.
        (Some(_), Some(_)) => {
            return Err(Problem::bad_request(
                "`location` and `predefinedLocationId` exclude each other: send one of them",
            ));
        }
        // That an unknown one is 400 is an assumption.
        (None, Some(id)) => state
            .fixed_location(call.source()?.id, id)
            .map_err(|_| {
                Problem::bad_request(format!(
                    "`predefinedLocationId` {id} is not a fixed location"
                ))
            })?
            .position()?,
        (None, None) => return Err(Problem::bad_request("`location` is required")),
    };
    // R82: ids are the source's own; that an unknown one is 400 is an assumption.
    let response_type_id =
        response_type_id.ok_or_else(|| Problem::bad_request("`responseTypeId` is required"))?;
    if call.source()?.response_type(response_type_id).is_none() {
        return Err(Problem::bad_request(format!(
            "`responseTypeId` {response_type_id} is not a response type of this customer source: see GET /responseTypes"
        )));
    }
    Ok(Cry {
        position,
        response_type_id,
        classification_id,
        internal_test,
        predefined_location_id,
    })
}

fn raise(state: &mut State, call: &Call<'_>, customer: i64, cry: Cry) -> Result<Answer, Problem> {
    let source = call.source()?;
    let id = state.raise(source, call.setup.seed, customer, cry, call.now)?;
    let callout = state.callout(source.id, id)?;
    let mut answer = types::CalloutCreated::default();
    answer.message = Some(DONE.to_owned());
    answer.callout = Some(answer::flat(callout, call.setup.tracking_url(callout)));
    Answer::created(&answer)
}

/// The active one only: an older navigation calls it a customer's active callouts (an assumption).
pub(crate) fn list_customer_callouts(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let customer = state.customer(call.source()?.id, call.id("customerId")?)?;
    let active = customer
        .active_callout
        .and_then(|id| state.callouts.get(&id));
    Answer::ok(&List(active.into_iter().map(answer::summary).collect()))
}

/// All of the source (R16: and of no other).
pub(crate) fn list_active_callouts(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?.id;
    let active = state
        .active
        .range((source, i64::MIN)..=(source, i64::MAX))
        .filter_map(|(_, id)| state.callouts.get(id))
        .map(answer::summary);
    Answer::ok(&List(active.collect()))
}

/// Finds the callout of the path (R63), and lets a callout token at its own only (R57).
pub(super) fn reached(state: &State, call: &Call<'_>) -> Result<i64, Problem> {
    let callout = state.callout(call.source()?.id, call.id("calloutId")?)?;
    call.caller()?.may_reach(callout.customer_id)?;
    Ok(callout.id)
}

fn view(state: &State, call: &Call<'_>, id: i64) -> Result<types::CalloutView, Problem> {
    let source = call.source()?;
    answer::nested(state.callout(source.id, id)?, source)
}

/// R62: `{message, callout}`.
fn read(message: &str, view: types::CalloutView) -> types::CalloutRead {
    let mut answer = types::CalloutRead::default();
    answer.message = Some(message.to_owned());
    answer.callout = Some(view);
    answer
}

/// What goes with 285; the text is an assumption.
const ENDED: &str = "The callout is closed.";

pub(crate) fn get_callout(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = reached(state, call)?;
    Answer::ok(&read(DONE, view(state, call, id)?))
}

/// R32: the one that returns the latest state. R33: 285 with the same once it has ended; that a
/// cancelled callout counts as closed is an assumption.
pub(crate) fn update_callout_location_and_return(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    // R60: at top level. R59: a `calloutId` beside them is not looked at.
    let request: types::UpdateCalloutLocationAndReturnRequest = call.body()?;
    let position = Position::read(request.latitude, request.longitude, request.accuracy, "")?;
    let id = reached(state, call)?;
    if state.move_callout(id, position) {
        Answer::ok(&read(DONE, view(state, call, id)?))
    } else {
        Answer::ended(&read(ENDED, view(state, call, id)?))
    }
}

/// R32: the one that only accepts. R33: 285 with the latest state once it has ended.
pub(crate) fn update_callout_location(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let request: types::UpdateCalloutLocationRequest = call.body()?;
    let position = Position::read(request.latitude, request.longitude, request.accuracy, "")?;
    let id = reached(state, call)?;
    let mut answer = types::LocationUpdated::default();
    if state.move_callout(id, position) {
        answer.message = Some(DONE.to_owned());
        Answer::ok(&answer)
    } else {
        answer.message = Some(ENDED.to_owned());
        answer.callout = Some(view(state, call, id)?);
        Answer::ended(&answer)
    }
}

/// R34. R62, C16: `{callout}` without a message, nested.
pub(crate) fn cancel_callout(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CancelCalloutRequest = call.body()?;
    let id = reached(state, call)?;
    state.cancel_callout(
        id,
        request.safe_code.as_ref().map(|code| code.reveal()),
        call.now,
    );
    let mut answer = types::CalloutCancelled::default();
    answer.callout = Some(view(state, call, id)?);
    Answer::ok(&answer)
}
