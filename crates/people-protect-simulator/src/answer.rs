//! What an operation answers, and how the model looks on the wire.

use axum::http::StatusCode;
use jiff::Timestamp;
use people_protect_api::{Coordinate, OpenValue, SecretText, types};
use serde::Serialize;
use serde_json::{Value, json};

use crate::callout::Callout;
use crate::customer::Customer;
use crate::nulls;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::source::Source;
use crate::subscription::Subscription;
use crate::switch::people::CREATED_STATUS;

/// The text of every success; printed by an older generation of the documentation.
pub(crate) const DONE: &str = "Request completed successfully.";

/// A status and a body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The content type; JSON but for the few answers that are no JSON.
    pub(crate) media: &'static str,
    pub(crate) body: Vec<u8>,
    /// What `Retry-After` says, on a 429 (R21; that it is there is an assumption).
    pub(crate) retry_after_s: Option<u64>,
}

const JSON: &str = "application/json";

impl Answer {
    /// 200 with a body that is no JSON.
    pub(crate) fn text(media: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: StatusCode::OK,
            media,
            body: body.into(),
            retry_after_s: None,
        }
    }

    /// 200.
    pub(crate) fn ok(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, body)
    }

    /// 201, on operations that create (documented earlier for customers and subscriptions; for
    /// callouts an assumption). A create that returns the active callout answers the same: how to
    /// tell the two apart is not known, so nothing here tells.
    pub(crate) fn created(body: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::CREATED, body)
    }

    /// The same with the status that creating answers by the switch.
    pub(crate) fn with_created_status(mut self, settings: &Settings) -> Self {
        if self.status == StatusCode::CREATED && settings.value(&CREATED_STATUS) == "200" {
            self.status = StatusCode::OK;
        }
        self
    }

    /// 200 with a body that is written as it is, without a value in between: none of its objects may
    /// have a name twice.
    pub(crate) fn ok_as_is(body: &impl Serialize) -> Result<Self, Problem> {
        Self::as_is(StatusCode::OK, body)
    }

    /// [`created`](Self::created) likewise.
    pub(crate) fn created_as_is(body: &impl Serialize) -> Result<Self, Problem> {
        Self::as_is(StatusCode::CREATED, body)
    }

    /// 285, likewise: the callout has ended (R33).
    pub(crate) fn ended_as_is(body: &impl Serialize) -> Result<Self, Problem> {
        let status = StatusCode::from_u16(285).map_err(|_| Problem::defect())?;
        Self::as_is(status, body)
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let mut body = serde_json::to_value(body).map_err(|_| Problem::defect())?;
        nulls::write(&mut body);
        let body = serde_json::to_vec(&body).map_err(|_| Problem::defect())?;
        Ok(Self::json(status, body))
    }

    fn as_is(status: StatusCode, body: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(body).map_err(|_| Problem::defect())?;
        Ok(Self::json(status, nulls::written(&body)))
    }

    fn json(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            status,
            media: JSON,
            body,
            retry_after_s: None,
        }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let body = types::ErrorBody::from_message(problem.message);
        Self {
            status: problem.status,
            media: JSON,
            body: serde_json::to_vec(&body).unwrap_or_default(),
            retry_after_s: None,
        }
    }
}

/// Makes an error's body. Its fields are the contract's.
trait FromMessage {
    fn from_message(message: String) -> Self;
}

impl FromMessage for types::ErrorBody {
    fn from_message(message: String) -> Self {
        let mut body = types::ErrorBody::default();
        body.message = Some(message);
        body
    }
}

/// R68: both keys come, `subscriptionToken` as null; what it is for is not documented.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancelled {
    #[serde(flatten)]
    pub(crate) cancelled: types::SubscriptionCancelled,
    pub(crate) subscription_token: Option<SecretText>,
}

pub(crate) fn message() -> types::MessageResponse {
    let mut answer = types::MessageResponse::default();
    answer.message = Some(DONE.to_owned());
    answer
}

/// C04, C05: wrapped, with `id` inside; server-managed names beside it are assumptions.
pub(crate) fn customer(customer: &Customer) -> Result<types::CustomerResponse, Problem> {
    let profile = serde_json::to_value(&customer.profile).map_err(|_| Problem::defect())?;
    let mut inner: types::Customer =
        serde_json::from_value(profile).map_err(|_| Problem::defect())?;
    inner.id = Some(customer.id);
    inner.customer_source_id = Some(customer.source);
    inner.created_at = Some(customer.created_at.into());
    inner.updated_at = Some(customer.updated_at.into());
    let mut answer = types::CustomerResponse::default();
    answer.message = Some(DONE.to_owned());
    answer.customer = Some(inner);
    Ok(answer)
}

/// R17, C26: no status.
pub(crate) fn subscription(subscription: &Subscription) -> types::Subscription {
    let mut answer = types::Subscription::default();
    answer.id = Some(subscription.id);
    answer.customer_id = Some(subscription.customer_id);
    answer.subscription_type_id = Some(subscription.type_id);
    answer.valid_from = Some(subscription.valid_from.into());
    answer.valid_to = Some(subscription.valid_to.into());
    answer.cancelled_date = subscription.cancelled_at.map(Into::into);
    answer.cancelled_reason = subscription.cancelled_reason.clone();
    answer.dependant_customer_ids = Some(subscription.dependants.clone());
    answer.created_at = Some(subscription.created_at.into());
    answer.updated_at = Some(subscription.updated_at.into());
    answer
}

/// R29, C13: the flat form of a create, always with the tracking link (R28).
pub(crate) fn flat(callout: &Callout, url: SecretText) -> types::Callout {
    let mut answer = types::Callout::default();
    answer.id = Some(callout.id);
    answer.url = Some(url);
    answer.status = Some(callout.status().to_owned());
    answer.customer_id = callout.customer_id;
    answer.response_type_id = Some(callout.response_type_id);
    answer.callout_classification_id = callout.classification_id;
    answer.predefined_location_id = callout.predefined_location_id;
    answer.latitude = Some(callout.position.latitude);
    answer.longitude = Some(callout.position.longitude);
    answer.created_at = Some(callout.created_at.into());
    answer
}

/// The flat form in lists, without a link (documented earlier).
pub(crate) fn summary(callout: &Callout) -> types::CalloutSummary {
    let mut answer = types::CalloutSummary::default();
    answer.id = Some(callout.id);
    answer.status = Some(callout.status().to_owned());
    answer.customer_id = callout.customer_id;
    answer.response_type_id = Some(callout.response_type_id);
    answer.callout_classification_id = callout.classification_id;
    answer.predefined_location_id = callout.predefined_location_id;
    answer.latitude = Some(callout.position.latitude);
    answer.longitude = Some(callout.position.longitude);
    answer.created_at = Some(callout.created_at.into());
    answer
}

/// R29, C14: the nested form of a read. Whether it repeats the tracking link is not known; it is
/// left out here, and a further create brings it again while the callout is active (R27, R28).
pub(crate) fn nested(callout: &Callout, source: &Source) -> Result<types::CalloutView, Problem> {
    // C44: the classification and the test marker stand in both places.
    let classification = callout
        .classification_id
        .and_then(|id| source.classification(id));
    let classification = classification.map(classification_of).transpose()?;
    let mut answer = types::CalloutView::default();
    answer.id = Some(callout.id);
    answer.status = Some(callout.status().to_owned());
    answer.customer_id = callout.customer_id;
    answer.created_at = Some(callout.created_at.into());
    answer.callout_classification = classification.clone();
    answer.internal_test = callout.internal_test;
    answer.incident_information = Some(vec![incident(callout, source, classification)]);
    Ok(answer)
}

fn incident(
    callout: &Callout,
    source: &Source,
    classification: Option<types::CalloutClassification>,
) -> types::IncidentInformation {
    let kind = source.response_type(callout.response_type_id);
    let mut emergency = types::TypeOfEmergency::default();
    emergency.description = kind.map(|kind| kind.emergency.as_str().into());
    let mut category = types::IncidentCategory::default();
    category.description = kind.map(|kind| kind.description.as_str().into());
    let mut response = types::ResponseTypeSummary::default();
    response.value = kind.map(|kind| kind.value.to_owned());
    let mut location = types::CalloutCurrentLocation::default();
    // C46: numbers in callouts.
    location.latitude = Some(Coordinate::from(callout.position.latitude.reveal()));
    location.longitude = Some(Coordinate::from(callout.position.longitude.reveal()));

    let mut incident = types::IncidentInformation::default();
    incident.type_of_emergency = Some(emergency);
    // C43: the spelling of the wire.
    incident.incidentcategory = Some(category);
    incident.response_type = Some(response);
    incident.callout_classification = classification;
    incident.internal_test = callout.internal_test;
    // C45: integer or text; an integer here.
    incident.predefined_location_id = callout.predefined_location_id.map(Into::into);
    incident.callout_current_location = Some(location);
    if callout.dispatched_at.is_some()
        || callout.arrived_at.is_some()
        || callout.completed_at.is_some()
    {
        // That both objects exist is documented; what stands in them is an assumption.
        incident.responder = Some(named("Simulator Response 1"));
        incident.supplier = Some(named("Simulator Response"));
    }
    incident.dispatched_at = wire(callout.dispatched_at);
    incident.arrived_at = wire(callout.arrived_at);
    incident.completed_at = wire(callout.completed_at);
    incident
}

fn classification_of(value: &str) -> Result<types::CalloutClassification, Problem> {
    let value = serde_json::from_value(Value::from(value)).map_err(|_| Problem::defect())?;
    let mut classification = types::CalloutClassification::default();
    classification.value = Some(value);
    Ok(classification)
}

fn named(name: &str) -> OpenValue {
    json!({ "name": name }).into()
}

fn wire(time: Option<Timestamp>) -> Option<people_protect_api::Timestamp> {
    time.map(Into::into)
}
