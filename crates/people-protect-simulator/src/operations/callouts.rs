//! Callouts (R24-R29, R32-R34, R57, R59, R60, R62-R64).

use people_protect_api::{PersonalNumber, types};
use serde_json::{Map, Value, json};

use super::shape;
use crate::answer::{self, Answer, DONE};
use crate::call::Call;
use crate::callout::{Callout, Cry};
use crate::position::Position;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::callouts::{
    BOTH_PLACES, CALLOUT_LIST, CANCEL_AFTER_END, CANCEL_WITHOUT_BODY, CREATE_REQUEST,
    CUSTOMER_CALLOUTS, FOREIGN_CALLOUT_STATUS, LEGACY_COVER, LEGACY_RESPONSE_TYPE, POSITION_RANGE,
    RETURNED_CALLOUT_STATUS, UNKNOWN_PLACE_STATUS, UNKNOWN_RESPONSE_TYPE, UPDATE_AFTER_CANCEL,
    WRONG_SAFE_CODE,
};

pub(crate) fn create_customer_callout(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let customer = call.id("customerId")?;
    reach(state, call, Some(customer))?;
    let request: types::CreateCustomerCalloutRequest = create_request(state, call)?;
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
    raise(state, call, customer, cry, true)
}

/// The legacy route names the customer in the body. Which fields it requires is not documented:
/// that it takes the same ones is an assumption, and that an unknown customer is 400 as well.
pub(crate) fn create_callout_legacy(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::CreateCalloutLegacyRequest = create_request(state, call)?;
    let Some(customer) = request.customer_id else {
        return Err(Problem::bad_request("`customerId` is required"));
    };
    let known = state.customer(call.source()?.id, customer).is_ok();
    if !known {
        return Err(Problem::bad_request(format!(
            "`customerId` {customer} is not a customer of this customer source"
        )));
    }
    let kind = match request.response_type_id {
        None if state.settings.value(&LEGACY_RESPONSE_TYPE) == "optional" => {
            call.source()?.response_types.first().map(|kind| kind.id)
        }
        kind => kind,
    };
    let cry = cry(
        state,
        call,
        request.location.as_ref(),
        None,
        kind,
        request.callout_classification_id,
        request.internal_test,
    )?;
    // C15, R64: the newest statement is that it checks the subscription as well.
    let checked = state.settings.value(&LEGACY_COVER) == "checked" && state.settings.keeps("R64");
    raise(state, call, customer, cry, checked)
}

/// C12: an older generation had the coordinates at top level.
fn create_request<T: serde::de::DeserializeOwned + serde::Serialize>(
    state: &State,
    call: &Call<'_>,
) -> Result<T, Problem> {
    if state.settings.value(&CREATE_REQUEST) == "location" {
        return call.body();
    }
    shape::recast(call, |sent| {
        let mut place = Map::new();
        for name in ["latitude", "longitude", "accuracy"] {
            if let Some(value) = sent.remove(name) {
                place.insert(name.to_owned(), value);
            }
        }
        if !place.is_empty() {
            sent.entry("location").or_insert(Value::Object(place));
        }
    })
}

/// A position of a request.
fn position(
    state: &State,
    latitude: PersonalNumber,
    longitude: PersonalNumber,
    accuracy: Option<PersonalNumber>,
    under: &str,
) -> Result<Position, Problem> {
    if state.settings.value(&POSITION_RANGE) == "any" {
        return Ok(Position::unchecked(latitude, longitude, accuracy));
    }
    Position::read(latitude, longitude, accuracy, under)
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
    // R25: never both; that it is 400 is an assumption.
    let (location, predefined_location_id) = match (location, predefined_location_id) {
        (Some(location), Some(id)) => match state.settings.value(&BOTH_PLACES) {
            "fixed-location" => (None, Some(id)),
            "400" if state.settings.keeps("R25") => {
                return Err(Problem::bad_request(
                    "`location` and `predefinedLocationId` exclude each other: send one of them",
                ));
            }
            _ => (Some(location), None),
        },
        one => one,
    };
    let mut position = match (location, predefined_location_id) {
        (Some(location), _) => position(
            state,
            location.latitude,
            location.longitude,
            location.accuracy,
            "location.",
        )?,
        // That an unknown one is 400 is an assumption.
        (None, Some(id)) => match state.fixed_location(call.source()?.id, id) {
            Ok(place) => place.position()?,
            Err(absent) if state.settings.value(&UNKNOWN_PLACE_STATUS) == "404" => {
                return Err(absent);
            }
            Err(_) => {
                return Err(Problem::bad_request(format!(
                    "`predefinedLocationId` {id} is not a fixed location"
                )));
            }
        },
        (None, None) => return Err(Problem::bad_request("`location` is required")),
    };
    if !state.settings.keeps("R24") {
        position = Position::unchecked(0.0.into(), 0.0.into(), None);
    }
    // R82: ids are the source's own; that an unknown one is 400 is an assumption.
    let response_type_id =
        response_type_id.ok_or_else(|| Problem::bad_request("`responseTypeId` is required"))?;
    if call.source()?.response_type(response_type_id).is_none() {
        let text = format!(
            "`responseTypeId` {response_type_id} is not a response type of this customer source: see GET /responseTypes"
        );
        match state.settings.value(&UNKNOWN_RESPONSE_TYPE) {
            "accepted" => {}
            "404" => return Err(Problem::not_found(text)),
            _ => return Err(Problem::bad_request(text)),
        }
    }
    Ok(Cry {
        position,
        response_type_id,
        classification_id,
        internal_test,
        predefined_location_id,
    })
}

fn raise(
    state: &mut State,
    call: &Call<'_>,
    customer: i64,
    cry: Cry,
    checked: bool,
) -> Result<Answer, Problem> {
    let source = call.source()?;
    let before = state.active_callout_of(customer);
    let id = state.raise_for(source, call.setup.seed, customer, cry, call.now, checked)?;
    let answer = shape::created(state, call, state.callout(source.id, id)?)?;
    // R27: that a returned callout has the status of a new one is an assumption.
    if before == Some(id) && state.settings.value(&RETURNED_CALLOUT_STATUS) == "200" {
        return Answer::ok_as_is(&answer);
    }
    Answer::created_as_is(&answer)
}

/// A list of flat callouts.
fn list<'a>(state: &State, callouts: impl Iterator<Item = &'a Callout>) -> Result<Answer, Problem> {
    let items: Result<_, _> = callouts
        .map(|callout| shape::summary(&state.settings, &answer::summary(callout)))
        .collect();
    let wrapped = state.settings.value(&CALLOUT_LIST) == "wrapped";
    Answer::ok_as_is(&shape::list(items?, "callouts", wrapped))
}

/// The active one only: an older navigation calls it a customer's active callouts (an assumption).
pub(crate) fn list_customer_callouts(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let customer = state.customer(call.source()?.id, call.id("customerId")?)?;
    let all = state.settings.value(&CUSTOMER_CALLOUTS) == "all";
    let listed: Vec<i64> = if all {
        customer.callouts.clone()
    } else {
        customer.active_callout.into_iter().collect()
    };
    list(state, listed.iter().filter_map(|id| state.callouts.get(id)))
}

/// All of the source (R16: and of no other).
pub(crate) fn list_active_callouts(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?.id;
    let active = state
        .active
        .range((source, i64::MIN)..=(source, i64::MAX))
        .filter_map(|(_, id)| state.callouts.get(id));
    list(state, active)
}

/// R57: a callout token works for its own customer only; that others are 401 is an assumption.
fn reach(state: &State, call: &Call<'_>, customer: Option<i64>) -> Result<(), Problem> {
    let Err(refused) = call.caller()?.may_reach(customer) else {
        return Ok(());
    };
    if !state.settings.keeps("R57") {
        return Ok(());
    }
    Err(match state.settings.value(&FOREIGN_CALLOUT_STATUS) {
        "403" => Problem::forbidden(refused.message),
        "404" => Problem::not_found(refused.message),
        _ => refused,
    })
}

/// Finds the callout of the path (R63), and lets a callout token at its own only (R57).
pub(super) fn reached(state: &State, call: &Call<'_>) -> Result<i64, Problem> {
    let id = call.id("calloutId")?;
    let callout = state.callout(call.source()?.id, id).map_err(|absent| {
        if state.callouts.contains_key(&id) || state.settings.keeps("R63") {
            absent
        } else {
            Problem::bad_request(absent.message)
        }
    })?;
    reach(state, call, callout.customer_id)?;
    Ok(callout.id)
}

/// What goes with 285; the text is an assumption.
const ENDED: &str = "The callout is closed.";

pub(crate) fn get_callout(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = reached(state, call)?;
    // R36: it never closes by itself.
    if !state.settings.keeps("R36") {
        state.close_if_old(id, call.now);
    }
    Answer::ok_as_is(&shape::read(state, call, id, DONE)?)
}

/// Latitude, longitude, accuracy, and the callout beside them.
type Update = (
    PersonalNumber,
    PersonalNumber,
    Option<PersonalNumber>,
    Option<i64>,
);

/// A location update: whether it was taken. R59: a `calloutId` beside the coordinates is not looked
/// at. R60: they stand at top level.
fn update<T: serde::de::DeserializeOwned + serde::Serialize>(
    state: &mut State,
    call: &Call<'_>,
    parts: fn(T) -> Update,
) -> Result<(i64, bool), Problem> {
    let request: T = if state.settings.keeps("R60") {
        call.body()?
    } else {
        let at = reached(state, call)?;
        let position = state.callout(call.source()?.id, at)?.position;
        shape::recast(call, |sent| {
            for (name, degrees) in [
                ("latitude", position.latitude.reveal()),
                ("longitude", position.longitude.reveal()),
            ] {
                sent.entry(name).or_insert(degrees.into());
            }
        })?
    };
    let (latitude, longitude, accuracy, named) = parts(request);
    let position = position(state, latitude, longitude, accuracy, "")?;
    let mut id = reached(state, call)?;
    if let Some(named) = named
        && !state.settings.keeps("R59")
    {
        id = state.callout(call.source()?.id, named)?.id;
    }
    let moved = state.move_callout(id, position);
    // R33: that a cancelled callout counts as closed is an assumption.
    let quiet = !moved
        && state.settings.value(&UPDATE_AFTER_CANCEL) == "200"
        && state.callout(call.source()?.id, id)?.cancellation.is_some();
    Ok((id, moved || quiet || !state.settings.keeps("R33")))
}

fn with_id(request: types::UpdateCalloutLocationAndReturnRequest) -> Update {
    (
        request.latitude,
        request.longitude,
        request.accuracy,
        request.callout_id,
    )
}

fn without_id(request: types::UpdateCalloutLocationRequest) -> Update {
    (request.latitude, request.longitude, request.accuracy, None)
}

/// R32: the one that returns the latest state. R33: 285 with the same once it has ended.
pub(crate) fn update_callout_location_and_return(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let (id, taken) = update(state, call, with_id)?;
    if taken {
        Answer::ok_as_is(&shape::read(state, call, id, DONE)?)
    } else {
        Answer::ended_as_is(&shape::read(state, call, id, ENDED)?)
    }
}

/// R32: the one that only accepts. R33: 285 with the latest state once it has ended.
pub(crate) fn update_callout_location(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let (id, taken) = update(state, call, without_id)?;
    if !taken {
        return Answer::ended_as_is(&shape::read(state, call, id, ENDED)?);
    }
    if state.settings.keeps("R32") {
        return Answer::ok(&json!({ "message": DONE }));
    }
    Answer::ok_as_is(&shape::read(state, call, id, DONE)?)
}

/// R34. R62, C16: `{callout}` without a message, nested.
pub(crate) fn cancel_callout(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let settings = &state.settings;
    // That it may come without a body is an assumption.
    if call.body.trim_ascii().is_empty() && settings.value(&CANCEL_WITHOUT_BODY) == "400" {
        return Err(Problem::bad_request("a body is required: `{}` will do"));
    }
    let request: types::CancelCalloutRequest = call.body()?;
    let id = reached(state, call)?;
    let callout = state.callout(call.source()?.id, id)?;
    if !callout.stage.is_active() {
        let text = format!("callout {id} has ended already");
        match state.settings.value(&CANCEL_AFTER_END) {
            "400" => return Err(Problem::bad_request(text)),
            "404" => return Err(Problem::not_found(text)),
            _ => {}
        }
    }
    let was_active = callout.stage.is_active();
    state.cancel_callout(
        id,
        request.safe_code.as_ref().map(|code| code.reveal()),
        call.now,
    );
    if was_active
        && state.settings.value(&WRONG_SAFE_CODE) == "400"
        && state.callout(call.source()?.id, id)?.stage.is_active()
    {
        return Err(Problem::bad_request("`safeCode` is not right"));
    }
    Answer::ok_as_is(&shape::cancelled(state, call, id)?)
}
