//! Exception reasons: why a callout did not go as callouts do.

use jiff::Timestamp;
use people_protect_api::PersonalText;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::source::Source;
use crate::state::{Next, State};
use crate::switch::callouts::REPEATED_REASON;

/// A reason attached to a callout. `Debug` does not show the notes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct ExceptionReason {
    /// The id of the attachment, from 12345 upwards.
    pub id: i64,
    /// The reason, from the source's catalogue.
    pub reason_id: i64,
    /// Its text.
    pub reason: String,
    /// What was added.
    pub notes: Option<PersonalText>,
    /// When it was attached.
    pub created_at: Timestamp,
}

impl State {
    /// R74: attaches a reason from the catalogue to a callout that is known to be there.
    ///
    /// Assumptions: an id outside the catalogue is 400; a callout takes reasons at any stage; the
    /// same reason twice is attached twice, as nothing is known to fold them.
    pub(crate) fn except(
        &mut self,
        source: &Source,
        callout: i64,
        reason_id: i64,
        notes: Option<PersonalText>,
        now: Timestamp,
    ) -> Result<&ExceptionReason, Problem> {
        let reason = source.exception_reason(reason_id).ok_or_else(|| {
            Problem::bad_request(format!(
                "`exceptionReasonId` {reason_id} is not a reason of this customer source: see GET /callouts/{callout}/exceptionReasons"
            ))
        })?;
        let callout = self
            .callouts
            .get_mut(&callout)
            .ok_or_else(Problem::defect)?;
        let known = callout
            .exception_reasons
            .iter()
            .position(|known| known.reason_id == reason_id);
        if let Some(at) = known
            && self.settings.value(&REPEATED_REASON) == "folded"
        {
            return callout
                .exception_reasons
                .get(at)
                .ok_or_else(Problem::defect);
        }
        callout.exception_reasons.push(ExceptionReason {
            id: Next::take(&mut self.next.exception_reason),
            reason_id,
            reason: reason.to_owned(),
            notes,
            created_at: now,
        });
        callout.exception_reasons.last().ok_or_else(Problem::defect)
    }
}
