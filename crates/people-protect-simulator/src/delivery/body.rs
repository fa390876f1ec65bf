//! What a delivery says (R43, R44, C43-C48): the model as answers show it, in the shape that the
//! switches choose. No shape of a delivery is documented whole, so all of it is an assumption but
//! for what a switch's grade says otherwise.

use serde_json::{Map, Value, json};

use crate::answer;
use crate::callout::Callout;
use crate::fixed_location::FixedLocationsUpload;
use crate::happening::About;
use crate::nulls;
use crate::source::Source;
use crate::state::State;
use crate::switch::delivery::{
    CATEGORY_KEY, CLASSIFICATION_IN, COORDINATES, INCIDENT_IN, LOCATION_ID_TYPE,
};

const INCIDENTS: &str = "incidentInformation";

/// The body of an event's delivery; none if what it is about is gone.
pub(crate) fn event(state: &State, source: &Source, name: &str, about: About) -> Option<Value> {
    let mut body = Map::new();
    // R43.
    let key = if state.settings.keeps("R43") {
        "message"
    } else {
        "event"
    };
    body.insert(key.to_owned(), name.into());
    let entity = match about {
        About::Callout(id) => callout(state, source, state.callouts.get(&id)?)?,
        About::Customer(id) => {
            let customer = answer::customer(state.customers.get(&id)?).ok()?.customer?;
            serde_json::to_value(customer).ok()?
        }
        About::Subscription(id) => {
            let subscription = answer::subscription(state.subscriptions.get(&id)?);
            serde_json::to_value(subscription).ok()?
        }
    };
    body.insert(about.key().to_owned(), entity);
    if matches!(about, About::Callout(_)) {
        place_incidents(state, name, &mut body);
    }
    let mut body = Value::Object(body);
    nulls::write(&mut body);
    Some(body)
}

/// C48: inside the callout, on every event of a callout, or beside it.
fn place_incidents(state: &State, name: &str, body: &mut Map<String, Value>) {
    let callout = body.get_mut("callout").and_then(Value::as_object_mut);
    let Some(callout) = callout else { return };
    // R44.
    let lost = name.starts_with("RESPONDER_") && !state.settings.keeps("R44");
    if !lost && state.settings.value(&INCIDENT_IN) != "top-level" {
        return;
    }
    if let Some(incidents) = callout.shift_remove(INCIDENTS)
        && !lost
    {
        body.insert(INCIDENTS.to_owned(), incidents);
    }
}

fn callout(state: &State, source: &Source, callout: &Callout) -> Option<Value> {
    let mut view = serde_json::to_value(answer::nested(callout, source).ok()?).ok()?;
    let settings = &state.settings;
    let (in_callout, in_incidents) = match settings.value(&CLASSIFICATION_IN) {
        "callout" => (true, false),
        "incident-information" => (false, true),
        _ => (true, true),
    };
    let members = view.as_object_mut()?;
    if !in_callout {
        drop_classification(members);
    }
    // The address lets a receiver tell places apart that knows no ids.
    let address = callout
        .predefined_location_id
        .and_then(|id| state.fixed_locations.get(&id))
        .and_then(|place| place.place.formatted_address.as_ref());
    let incidents = members.get_mut(INCIDENTS).and_then(Value::as_array_mut);
    for incident in incidents.into_iter().flatten() {
        let Some(incident) = incident.as_object_mut() else {
            continue;
        };
        if !in_incidents {
            drop_classification(incident);
        }
        if settings.value(&CATEGORY_KEY) == "camel-case"
            && let Some(category) = incident.shift_remove("incidentcategory")
        {
            incident.insert("incidentCategory".to_owned(), category);
        }
        let id = callout.predefined_location_id;
        let id = if settings.value(&LOCATION_ID_TYPE) == "text" {
            json!(id.map(|id| id.to_string()))
        } else {
            json!(id)
        };
        incident.insert("predefinedLocationId".to_owned(), id);
        let location = incident
            .get_mut("calloutCurrentLocation")
            .and_then(Value::as_object_mut);
        if let Some(location) = location {
            if settings.value(&COORDINATES) == "text" {
                for name in ["latitude", "longitude"] {
                    if let Some(degrees @ Value::Number(_)) = location.get_mut(name) {
                        *degrees = degrees.to_string().into();
                    }
                }
            }
            if let Some(address) = address {
                location.insert("formattedAddress".to_owned(), address.reveal().into());
            }
        }
    }
    Some(view)
}

fn drop_classification(members: &mut Map<String, Value>) {
    for name in ["calloutClassification", "internalTest"] {
        members.shift_remove(name);
    }
}

/// The result of a CSV upload (R81). That it is posted is documented, what it says is not.
pub(crate) fn upload(upload: &FixedLocationsUpload) -> Value {
    json!({
        "message": answer::DONE,
        "source": upload.label,
        "created": upload.added,
        "updated": upload.updated,
        "deleted": upload.deleted,
    })
}
