//! Leads (R84-R86, C34).

use people_protect_api::types;
use serde_json::json;

use crate::answer::Answer;
use crate::call::Call;
use crate::lead::Lead;
use crate::problem::Problem;
use crate::state::State;

use super::verbatim;

pub(crate) fn create_lead(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // R86: both fields are required. C34: the older flat form lacks them.
    let request: types::CreateLeadRequest = call.body()?;
    let source = call.source()?.id;
    let id = state.take_lead(
        source,
        call.setup.seed,
        request.mobile_number,
        request.customer_data,
        call.now,
    )?;
    answer(state.lead(source, &id)?)
}

pub(crate) fn get_lead(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    answer(state.lead(call.source()?.id, call.segment("id")?)?)
}

/// Every documented key, the times that are not there yet as null. What `source` holds is an
/// assumption.
fn answer(lead: &Lead) -> Result<Answer, Problem> {
    verbatim(&json!({
        "id": lead.id,
        "leadId": lead.lead_id,
        "customerSourceId": lead.source,
        "mobileNumber": lead.mobile_number,
        "status": lead.status,
        "source": "API",
        "customerData": lead.customer_data,
        "processingStartedAt": lead.processing_started_at,
        "convertedAt": lead.converted_at,
        "failedAt": lead.failed_at,
        "createdAt": lead.created_at,
        "updatedAt": lead.updated_at,
    }))
}
