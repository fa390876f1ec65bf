//! Fixed locations over REST, and callouts there (R30, R31, R77-R79).

use axum::http::StatusCode;
use people_protect_api::types;
use serde_json::{Value, json};

use super::shape;
use crate::answer::{self, Answer, DONE};
use crate::call::Call;
use crate::coverage;
use crate::fixed_location::FixedLocation;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::source::Source;
use crate::state::State;
use crate::switch::callouts::{
    DUPLICATE_PLACE, INSTALLER_ECHO, PLACE_CALLOUT_BODY, PLACE_CALLOUT_LINK, PLACE_LIST,
    PLACE_SHAPE,
};

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

/// R78, C31: as documented now or earlier.
fn shown(settings: &Settings, place: &FixedLocation, source: &Source) -> Result<Value, Problem> {
    let mut answer = wire(place, source)?;
    if settings.value(&PLACE_SHAPE) == "older" {
        let position = place.position()?;
        return Ok(json!({
            "id": place.id,
            "externalReferenceId": place.place.external_reference_id,
            "name": place.place.location_identifier,
            "address": place.place.formatted_address,
            "latitude": position.latitude,
            "longitude": position.longitude,
        }));
    }
    if let Some(members) = answer.as_object_mut()
        && !settings.keeps("R78")
    {
        let mut kind = serde_json::Map::new();
        for key in KEYS {
            if let Some(name) = key.strip_prefix("calloutLocationType.") {
                kind.insert(name.to_owned(), members.remove(key).unwrap_or_default());
            }
        }
        members.insert("calloutLocationType".to_owned(), Value::Object(kind));
    }
    Ok(answer)
}

/// R77: four are required, and coordinates are text. C31: or as documented earlier.
fn asked(state: &State, call: &Call<'_>) -> Result<types::FixedLocationInput, Problem> {
    if state.settings.value(&PLACE_SHAPE) == "older" {
        return older(call);
    }
    if state.settings.keeps("R77") {
        return call.body();
    }
    shape::recast(call, |sent| {
        if let Some(reference) = sent.get("externalReferenceId").cloned() {
            sent.entry("locationIdentifier").or_insert(reference);
        }
    })
}

/// A fixed location as an older generation of the documentation has it (C31).
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct OlderPlace {
    external_reference_id: String,
    name: String,
    latitude: people_protect_api::PersonalNumber,
    longitude: people_protect_api::PersonalNumber,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<people_protect_api::PersonalText>,
}

fn older(call: &Call<'_>) -> Result<types::FixedLocationInput, Problem> {
    let sent: OlderPlace = call.body()?;
    let mut place = types::FixedLocationInput::new(
        sent.external_reference_id,
        sent.name,
        sent.latitude.reveal().to_string().as_str(),
        sent.longitude.reveal().to_string().as_str(),
    );
    place.formatted_address = sent.address;
    Ok(place)
}

pub(crate) fn create_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    let place = asked(state, call)?;
    // That a reference used before is 409 is an assumption.
    let known = state
        .fixed_location_by(source.id, &place.external_reference_id)
        .map(|known| known.id);
    let id = match (known, state.settings.value(&DUPLICATE_PLACE)) {
        (Some(id), "replaces") => {
            state.change_fixed_location(source.id, id, place, call.now)?;
            id
        }
        (Some(_), "400") => {
            return Err(Problem::bad_request(
                "a fixed location with this `externalReferenceId` is there already",
            ));
        }
        _ => state.store_fixed_location(source.id, place, call.now)?,
    };
    let place = state.fixed_location(source.id, id)?;
    Answer::created(&shown(&state.settings, place, source)?)
}

/// A bare list (an assumption), without paging.
pub(crate) fn list_fixed_locations(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    let places: Result<Vec<Value>, Problem> = state
        .fixed_locations_of(source.id)
        .map(|place| shown(&state.settings, place, source))
        .collect();
    let wrapped = state.settings.value(&PLACE_LIST) == "wrapped";
    Answer::ok_as_is(&shape::list(places?, "predefinedLocations", wrapped))
}

pub(crate) fn get_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let source = call.source()?;
    let place = state.fixed_location(source.id, call.id("id")?)?;
    Answer::ok(&shown(&state.settings, place, source)?)
}

pub(crate) fn update_fixed_location(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let (source, id) = (call.source()?, call.id("id")?);
    let place = asked(state, call)?;
    // The contract knows no 409 here.
    state
        .change_fixed_location(source.id, id, place, call.now)
        .map_err(|problem| match problem.status {
            StatusCode::CONFLICT => Problem::bad_request(problem.message),
            _ => problem,
        })?;
    let place = state.fixed_location(source.id, id)?;
    Answer::ok(&shown(&state.settings, place, source)?)
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
    if installer.is_none() && !state.settings.keeps("R30") {
        return Err(Problem::bad_request("`installerIdentifier` is required"));
    }
    let older = if state.settings.value(&PLACE_CALLOUT_BODY) == "response-type" {
        Some(call.body::<OlderCallout>()?)
    } else {
        None
    };
    let kind = older.as_ref().map(|older| older.response_type_id);
    if kind.is_some_and(|kind| source.response_type(kind).is_none()) {
        return Err(Problem::bad_request(
            "`responseTypeId` is not a response type of this customer source: see GET /responseTypes",
        ));
    }
    let id = state.raise_at(
        source,
        call.setup.seed,
        reference,
        installer.clone(),
        call.now,
    )?;
    if let (Some(older), Some(callout)) = (older, state.callouts.get_mut(&id)) {
        callout.response_type_id = older.response_type_id;
        callout.classification_id = older.callout_classification_id;
        callout.internal_test = older.internal_test;
    }
    let callout = state.callout(source.id, id)?;
    let mut summary = answer::summary(callout);
    // Stated for customers only (R28); that it comes here as well is an assumption.
    if state.settings.is_on(&PLACE_CALLOUT_LINK) {
        summary.url = Some(call.setup.tracking_url(callout));
    }
    let mut body = types::FixedLocationCalloutCreated::default();
    body.message = Some(DONE.to_owned());
    body.external_reference_id = Some(reference.to_owned());
    body.installer_identifier = installer.filter(|_| state.settings.is_on(&INSTALLER_ECHO));
    let mut body = with_keys(&body, &["installerIdentifier"])?;
    body["callout"] = shape::summary(&state.settings, &summary)?;
    if let Some(members) = body.as_object_mut()
        && !state.settings.keeps("R79")
    {
        members.remove("externalReferenceId");
    }
    Answer::created(&body)
}

/// What an older generation of the documentation wants for a callout at a place (C23).
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct OlderCallout {
    response_type_id: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callout_classification_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    internal_test: Option<bool>,
}
