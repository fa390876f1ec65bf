//! What a callout leaves behind (R35), and the dismissal that nobody documents (C24).

use jiff::Timestamp;
use people_protect_api::{OpenValue, types};
use serde_json::json;

use super::callouts::reached;
use crate::answer::{self, Answer};
use crate::call::Call;
use crate::callout::Callout;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::callouts::{BEFORE_END_STATUS, CANCELLED_REPORT, DISMISS};

/// R35: response and resolution times and the outcome. No field name is known, so all of them are
/// assumptions.
pub(crate) fn get_resolution_report(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let callout = ended(state, call)?;
    let seconds = |until: Option<Timestamp>| {
        until.map(|until| until.duration_since(callout.created_at).as_secs())
    };
    Answer::ok(&OpenValue::from(json!({
        "calloutId": callout.id,
        "outcome": callout.status(),
        "createdAt": callout.created_at,
        "dispatchedAt": callout.dispatched_at,
        "arrivedAt": callout.arrived_at,
        "completedAt": callout.completed_at,
        "closedAt": callout.ended_at,
        "responseTimeSeconds": seconds(callout.arrived_at),
        "resolutionTimeSeconds": seconds(callout.ended_at),
    })))
}

/// R35: the address of a picture, and none inline.
pub(crate) fn get_callout_map(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let callout = ended(state, call)?;
    let mut answer = types::CalloutMap::default();
    answer.url = Some(call.setup.map_url(callout).into());
    Answer::ok(&answer)
}

/// R35: before the end there is neither; that this is 404, and that a cancelled callout has both,
/// are assumptions.
fn ended<'a>(state: &'a State, call: &Call<'_>) -> Result<&'a Callout, Problem> {
    let id = reached(state, call)?;
    let callout = state.callout(call.source()?.id, id)?;
    let refused = callout.stage.is_active()
        || callout.cancellation.is_some() && state.settings.value(&CANCELLED_REPORT) == "refused";
    if !refused || !state.settings.keeps("R35") {
        return Ok(callout);
    }
    let text = format!(
        "callout {id} is {}: this is there when it is closed",
        callout.stage
    );
    Err(match state.settings.value(&BEFORE_END_STATUS) {
        "400" => Problem::bad_request(text),
        _ => Problem::not_found(text),
    })
}

/// C24: experimental. Not documented; that it ends the callout like an unconditional cancellation
/// is an assumption.
pub(crate) fn dismiss_callout(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    if call.body.trim_ascii().is_empty() {
        return Err(Problem::bad_request("the body is required: send `{}`"));
    }
    call.body::<serde_json::Map<String, serde_json::Value>>()?;
    let id = reached(state, call)?;
    match state.settings.value(&DISMISS) {
        "absent" => return Err(Problem::not_found("there is no such route here")),
        "ignored" => {}
        _ => state.cancel_callout(id, None, call.now),
    }
    Answer::ok(&answer::message())
}
