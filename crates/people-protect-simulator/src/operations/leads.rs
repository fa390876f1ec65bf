//! Leads (R84-R86, C34).

use people_protect_api::types;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::lead::Lead;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::people::{LEAD_BY_NUMBER_STATUS, LEAD_SHAPE};

use super::verbatim;

/// What the ids of an earlier generation begin with (C34).
const OLDER: &str = "lead_";

pub(crate) fn create_lead(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let mut sent = call.sent()?;
    if is_older(state) {
        gather(&mut sent);
    }
    if !state.settings.keeps("R86") && sent.get("customerData").is_none() {
        sent["customerData"] = json!({});
    }
    // R86: both fields are required. C34: the older flat form lacks one.
    let request: types::CreateLeadRequest = body::typed(&sent)?;
    let source = call.source()?.id;
    let id = state.take_lead(
        source,
        call.setup.seed,
        request.mobile_number,
        request.customer_data,
        call.now,
    )?;
    answer(state, state.lead(source, &id)?)
}

pub(crate) fn get_lead(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let id = call.segment("id")?;
    let uuid = match id.strip_prefix(OLDER).filter(|_| is_older(state)) {
        // The dashes of a UUID are left out of an older id.
        Some(digits) if digits.len() == 32 && digits.is_ascii() => {
            let (a, rest) = digits.split_at(8);
            let (b, rest) = rest.split_at(4);
            let (c, rest) = rest.split_at(4);
            let (d, e) = rest.split_at(4);
            format!("{a}-{b}-{c}-{d}-{e}")
        }
        _ => id.to_owned(),
    };
    // R84: not by its number; that this is 404 is an assumption.
    let number = id.parse::<i64>().is_ok();
    let lead = state.lead(call.source()?.id, &uuid).map_err(|problem| {
        if number {
            problem.decided_by(&LEAD_BY_NUMBER_STATUS)
        } else {
            problem
        }
    })?;
    answer(state, lead)
}

fn is_older(state: &State) -> bool {
    state.settings.value(&LEAD_SHAPE) == "older"
}

/// C34: the earlier form is flat; everything but the number is what is known about the person.
fn gather(sent: &mut Value) {
    if let Some(flat) = sent.as_object_mut()
        && !flat.contains_key("customerData")
    {
        let number = flat.remove("mobileNumber");
        let person = std::mem::replace(flat, Map::new());
        flat.extend(number.map(|number| ("mobileNumber".to_owned(), number)));
        flat.insert("customerData".to_owned(), person.into());
    }
}

/// Every documented key, the times that are not there yet as null. What `source` holds is an
/// assumption.
fn answer(state: &State, lead: &Lead) -> Result<Answer, Problem> {
    if is_older(state) {
        let id = format!("{OLDER}{}", lead.id.replace('-', ""));
        // `created` stands in an earlier example; what came after it is not known.
        let status = match lead.status.as_str() {
            "RECEIVED" => "created".to_owned(),
            status => status.to_ascii_lowercase(),
        };
        return verbatim(&json!({ "id": id, "status": status }));
    }
    let status = if state.settings.keeps("R85") {
        lead.status.clone()
    } else {
        lead.status.to_ascii_lowercase()
    };
    verbatim(&json!({
        "id": lead.id,
        "leadId": lead.lead_id,
        "customerSourceId": lead.source,
        "mobileNumber": lead.mobile_number,
        "status": status,
        "source": "API",
        "customerData": lead.customer_data,
        "processingStartedAt": lead.processing_started_at,
        "convertedAt": lead.converted_at,
        "failedAt": lead.failed_at,
        "createdAt": lead.created_at,
        "updatedAt": lead.updated_at,
    }))
}
