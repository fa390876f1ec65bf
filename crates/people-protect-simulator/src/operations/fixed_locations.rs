//! Fixed locations over REST, and callouts there (R30, R31, R77-R79).

use axum::http::StatusCode;
use people_protect_api::types;
use serde_json::Value;

use crate::answer::{self, Answer, DONE};
use crate::call::Call;
use crate::coverage;
use crate::fixed_location::FixedLocation;
use crate::problem::Problem;
use crate::source::Source;
use crate::state::State;

/// The keys of a fixed location that always come, null without a value. R78: the names with a dot
/// are literal.
const KEYS: [&str; 18] = [
    "customerId",
    "locationDescription",
    "locationAdditionalInformation",
    "formattedAddress",
    "w3w",
    "duressCode",
    "calloutLocationTypeId",
    "calloutLocationTypeValue",
    "calloutLocationTypeDescription",
    "medicalCoverage",
    "securityCoverage",
    "inCoverageLastCheckedAt",
    "calloutLocationType.id",
    "calloutLocationType.value",
    "calloutLocationType.description",
    "calloutLocationType.addressType",
    "calloutLocationType.createdAt",
    "calloutLocationType.updatedAt",
];

/// Writes a body with some keys present whatever happens.
fn with_keys(body: &impl serde::Serialize, keys: &[&str]) -> Result<Value, Problem> {
    let mut body = serde_json::to_value(body).map_err(|_| Problem::defect())?;
    let members = body.as_object_mut().ok_or_else(Problem::defect)?;
    for key in keys {
        members.entry(*key).or_insert(Value::Null);
    }
    Ok(body)
}

/// R78: without a wrapper. What a type of place is called is not known, so only its id comes.
fn wire(place: &FixedLocation, source: &Source) -> Result<Value, Problem> {
    let written = serde_json::to_value(&place.place).map_err(|_| Problem::defect())?;
    let mut answer: types::FixedLocation =
        serde_json::from_value(written).map_err(|_| Problem::defect())?;
    answer.id = Some(place.id);
    answer.customer_source_id = Some(place.source);
    answer.callout_location_type_dot_id = place.place.callout_location_type_id;
    let position = place.position()?;
    let covered = |value: &str| {
        let known = source.response_types.iter().any(|kind| kind.value == value);
        let (latitude, longitude) = (position.latitude.reveal(), position.longitude.reveal());
        known.then(|| {
            coverage::areas(value)
                .iter()
                .any(|area| area.covers(latitude, longitude))
        })
    };
    answer.security_coverage = covered("SECURITY");
    answer.medical_coverage = covered("MEDICAL");
    answer.in_coverage_last_checked_at = Some(place.updated_at.into());
    answer.created_at = Some(place.created_at.into());
    answer.updated_at = Some(place.updated_at.into());
    with_keys(&answer, &KEYS)
}

pub(crate) fn create_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    let place: types::FixedLocationInput = call.body()?;
    let id = state.store_fixed_location(source.id, place, call.now)?;
    Answer::created(&wire(state.fixed_location(source.id, id)?, source)?)
}

/// A bare list (an assumption), without paging.
pub(crate) fn list_fixed_locations(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    let places: Result<Vec<Value>, Problem> = state
        .fixed_locations_of(source.id)
        .map(|place| wire(place, source))
        .collect();
    Answer::ok(&places?)
}

pub(crate) fn get_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    Answer::ok(&wire(
        state.fixed_location(source.id, call.id("id")?)?,
        source,
    )?)
}

pub(crate) fn update_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?, call.id("id")?);
    let place: types::FixedLocationInput = call.body()?;
    // The contract knows no 409 here.
    state
        .change_fixed_location(source.id, id, place, call.now)
        .map_err(|problem| match problem.status {
            StatusCode::CONFLICT => Problem::bad_request(problem.message),
            _ => problem,
        })?;
    Answer::ok(&wire(state.fixed_location(source.id, id)?, source)?)
}

pub(crate) fn delete_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    state.delete_fixed_location(call.source()?.id, call.id("id")?, call.now)?;
    Answer::ok(&answer::message())
}

/// R30: with `{}` or no body. C23: what an older generation took beside the installer is not looked
/// at. R79: four keys; that the installer comes back as sent is an assumption.
pub(crate) fn create_fixed_location_callout(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Problem> {
    let source = call.source()?;
    let reference = call.text("externalReferenceId")?;
    let request: types::CreateFixedLocationCalloutRequest = call.body()?;
    let installer = request.installer_identifier;
    let id = state.raise_at(
        source,
        call.setup.seed,
        reference,
        installer.clone(),
        call.now,
    )?;
    let callout = state.callout(source.id, id)?;
    let mut summary = answer::summary(callout);
    // Stated for customers only (R28); that it comes here as well is an assumption.
    summary.url = Some(call.setup.tracking_url(callout));
    let mut body = types::FixedLocationCalloutCreated::default();
    body.message = Some(DONE.to_owned());
    body.external_reference_id = Some(reference.to_owned());
    body.installer_identifier = installer;
    body.callout = Some(summary);
    Answer::created(&with_keys(&body, &["installerIdentifier"])?)
}
