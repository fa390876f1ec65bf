//! Exception reasons (R74, C20).

use people_protect_api::{List, OpenValue, types};
use serde_json::json;

use super::callouts::reached;
use crate::answer::{Answer, DONE};
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;

/// The catalogue to choose from, not what is attached: an assumption.
pub(crate) fn list_exception_reasons(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    reached(state, call)?;
    let reasons = call.source()?.exception_reasons.iter().map(|(id, text)| {
        let mut reason = types::ExceptionReason::default();
        reason.id = Some(*id);
        reason.reason = Some((*text).to_owned());
        reason
    });
    Answer::ok(&List(reasons.collect::<Vec<_>>()))
}

/// R74: `{message, createdExceptionReason}`; what stands in the latter is an assumption.
pub(crate) fn create_exception_reason(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let request: types::CreateExceptionReasonRequest = call.body()?;
    let id = reached(state, call)?;
    let attached = state.except(
        call.source()?,
        id,
        request.exception_reason_id,
        request.notes,
        call.now,
    )?;
    let mut answer = types::ExceptionReasonCreated::default();
    answer.message = Some(DONE.to_owned());
    answer.created_exception_reason = Some(OpenValue::from(json!({
        "id": attached.id,
        "calloutId": id,
        "exceptionReasonId": attached.reason_id,
        "reason": attached.reason,
        "notes": attached.notes,
        "createdAt": attached.created_at,
    })));
    Answer::created(&answer)
}
