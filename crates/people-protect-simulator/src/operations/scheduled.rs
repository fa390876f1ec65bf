//! Scheduled services (R51, R97, C37).

use people_protect_api::{OpenObject, types};
use serde_json::json;

use crate::answer::{self, Answer};
use crate::body::{self, required};
use crate::call::Call;
use crate::problem::Problem;
use crate::scheduled::Order;
use crate::state::State;
use crate::switch::people::{SCHEDULED_ECHO, SCHEDULED_SHAPE};

use super::verbatim;

/// POST and DELETE share the path (R97).
const SEGMENT: &str = "serviceTypeOrRequestId";

/// That all three fields and the start are required is an assumption. C37: the older
/// `scheduledAt` is not looked at.
pub(crate) fn create_scheduled_service(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let mut sent = call.sent()?;
    let older = state.settings.value(&SCHEDULED_SHAPE) == "older";
    if older && let Some(at) = sent.get("scheduledAt").cloned() {
        // C37: the earlier form has a time and nothing else.
        sent["scheduledRequestConfig"] = json!({ "dateFrom": at });
        sent["initialLocation"] = json!({ "formattedAddress": "" });
    }
    let request: types::CreateScheduledServiceRequest = body::typed(&sent)?;
    let customer_id = request.customer_id.ok_or_else(|| required("customerId"))?;
    let config = request
        .scheduled_request_config
        .ok_or_else(|| required("scheduledRequestConfig"))?;
    let place = request
        .initial_location
        .ok_or_else(|| required("initialLocation"))?;
    let placed = place.latitude.is_some() && place.longitude.is_some();
    if !placed && place.formatted_address.is_none() {
        return Err(body::malformed(
            "`initialLocation` needs `latitude` and `longitude`, or `formattedAddress`",
        ));
    }
    let date_from = config
        .date_from
        .as_ref()
        .ok_or_else(|| required("scheduledRequestConfig.dateFrom"))?;
    let order = Order {
        service_type: call.segment(SEGMENT)?.to_owned(),
        customer_id,
        date_from: body::time(date_from, "scheduledRequestConfig.dateFrom")?,
        date_to: body::optional_time(config.date_to.as_ref(), "scheduledRequestConfig.dateTo")?,
        config: open(&config)?,
        initial_location: open(&place)?,
    };
    let echo = state.settings.is_on(&SCHEDULED_ECHO);
    let request = state.schedule(call.source()?, call.setup.seed, order, call.now)?;
    if older {
        return verbatim(&json!({ "id": request.id, "status": "scheduled" }));
    }
    if !echo {
        return verbatim(&json!({
            "scheduledRequest": { "id": request.id, "nextOccurrence": request.next_occurrence },
        }));
    }
    // R51: id and next occurrence. That the rest is repeated is an assumption.
    verbatim(&json!({
        "scheduledRequest": {
            "id": request.id,
            "nextOccurrence": request.next_occurrence,
            "customerId": request.customer_id,
            "scheduledRequestConfig": request.config,
            "initialLocation": request.initial_location,
        },
    }))
}

pub(crate) fn cancel_scheduled_service(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    state.cancel_scheduled(call.source()?.id, call.segment(SEGMENT)?, call.now)?;
    Answer::ok(&answer::message())
}

fn open(value: &impl serde::Serialize) -> Result<OpenObject, Problem> {
    let value = serde_json::to_value(value).map_err(|_| Problem::defect())?;
    serde_json::from_value(value).map_err(|_| Problem::defect())
}
