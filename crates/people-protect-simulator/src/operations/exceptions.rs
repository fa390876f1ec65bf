//! Exception reasons (R74, C20).

use people_protect_api::{List, OpenValue, types};
use serde_json::json;

use super::callouts::reached;
use super::shape;
use crate::answer::{Answer, DONE};
use crate::call::Call;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::callouts::{REASON_LIST, REASON_SHAPE, UNKNOWN_REASON_STATUS};

/// The catalogue to choose from, not what is attached: an assumption.
pub(crate) fn list_exception_reasons(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let id = reached(state, call)?;
    if state.settings.value(&REASON_LIST) == "attached" {
        let attached = state
            .callout(call.source()?.id, id)?
            .exception_reasons
            .iter();
        let attached: Vec<_> = attached
            .map(|reason| json!({ "id": reason.reason_id, "reason": reason.reason }))
            .collect();
        return Answer::ok(&attached);
    }
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
    let older = state.settings.value(&REASON_SHAPE) == "older";
    let request: types::CreateExceptionReasonRequest = if state.settings.keeps("R74") && !older {
        call.body()?
    } else {
        // C20: the id was optional. Then the first of the catalogue is meant (an assumption).
        let first = call.source()?.exception_reasons.first().map(|(id, _)| *id);
        shape::recast(call, |sent| {
            if let Some(id) = first {
                sent.entry("exceptionReasonId").or_insert(id.into());
            }
        })?
    };
    let id = reached(state, call)?;
    let known = call.source()?.exception_reason(request.exception_reason_id);
    if known.is_none() && state.settings.value(&UNKNOWN_REASON_STATUS) == "404" {
        return Err(Problem::not_found(
            "`exceptionReasonId` is not a reason of this customer source",
        ));
    }
    let attached = state.except(
        call.source()?,
        id,
        request.exception_reason_id,
        request.notes,
        call.now,
    )?;
    if older {
        return Answer::created(&json!({ "id": attached.id, "reason": attached.reason }));
    }
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
