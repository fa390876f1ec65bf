//! How a callout looks in an answer, and what is read from a request of another generation: as the
//! switches have it.

use people_protect_api::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::answer::{self, DONE};
use crate::body;
use crate::call::Call;
use crate::callout::Callout;
use crate::problem::Problem;
use crate::settings::Settings;
use crate::state::State;
use crate::switch::callouts::{
    CANCEL_ANSWER, CLASSIFICATION_NAMES, CREATE_ANSWER, READ_ANSWER, READ_CATEGORY_KEY,
    READ_COORDINATES, READ_LINK, READ_PLACE_ID, STATUS_CASE,
};

/// A callout as it goes out.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Shaped {
    /// Read, as nearly always: no switch and no broken rule has anything to change.
    View {
        message: String,
        callout: Box<types::CalloutView>,
    },
    /// Created, likewise.
    Flat {
        message: &'static str,
        callout: Box<types::Callout>,
    },
    /// As the switches have it.
    Set(Value),
}

/// What was sent, after `change` has brought it to the contract's form.
pub(super) fn recast<T: DeserializeOwned + Serialize>(
    call: &Call<'_>,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Result<T, Problem> {
    let mut sent: Map<String, Value> = call.body()?;
    change(&mut sent);
    let sent = serde_json::to_vec(&sent).map_err(|_| Problem::defect())?;
    body::read(&sent)
}

/// Gives a member another name, unless there is one of that name.
pub(super) fn rename(members: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = members.remove(from) {
        members.entry(to).or_insert(value);
    }
}

pub(super) fn value(body: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(body).map_err(|_| Problem::defect())
}

/// A list, bare or under a name beside a message.
pub(super) fn list(items: Vec<Value>, name: &str, wrapped: bool) -> Value {
    if wrapped {
        said(DONE, name, Value::Array(items))
    } else {
        Value::Array(items)
    }
}

/// A value under a name beside a message. `json!` would copy it.
pub(super) fn said(message: &str, name: &str, value: Value) -> Value {
    let mut members = Map::new();
    members.insert("message".to_owned(), message.into());
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

/// R39: the case of a status is not to be relied on.
fn write_status(settings: &Settings, callout: &mut Value) {
    let case = match settings.value(&STATUS_CASE) {
        "lower" => str::to_lowercase,
        "upper" => str::to_uppercase,
        _ => return,
    };
    if let Some(status) = callout["status"].as_str().map(case) {
        callout["status"] = status.into();
    }
}

/// R29, C13: the flat callout of a create with its tracking link (R28).
pub(super) fn created(
    state: &State,
    call: &Call<'_>,
    callout: &Callout,
) -> Result<Shaped, Problem> {
    let flat = answer::flat(callout, call.setup.tracking_url(callout));
    if state.settings.is_default() {
        return Ok(Shaped::Flat {
            message: DONE,
            callout: Box::new(flat),
        });
    }
    let mut flat = value(&flat)?;
    write_status(&state.settings, &mut flat);
    let mut link = Value::Null;
    let beside = state.settings.value(&CREATE_ANSWER) == "top-level-link";
    if let Some(members) = flat.as_object_mut()
        && (beside || !state.settings.keeps("R28"))
    {
        link = members.remove("url").unwrap_or_default();
    }
    let mut answer = match state.settings.value(&CREATE_ANSWER) {
        "flat" => flat,
        _ => said(DONE, "callout", flat),
    };
    if beside && state.settings.keeps("R28") {
        answer["url"] = link;
    }
    Ok(Shaped::Set(answer))
}

/// The flat callout of lists and older answers.
pub(super) fn summary(
    settings: &Settings,
    summary: &types::CalloutSummary,
) -> Result<Value, Problem> {
    let mut flat = value(summary)?;
    write_status(settings, &mut flat);
    Ok(flat)
}

/// R29, C14: the nested callout of a read.
fn view(state: &State, call: &Call<'_>, id: i64) -> Result<Value, Problem> {
    let source = call.source()?;
    let callout = state.callout(source.id, id)?;
    let settings = &state.settings;
    if !settings.keeps("R29") {
        return summary(settings, &answer::summary(callout));
    }
    let mut view = answer::nested(callout, source)?;
    if settings.is_on(&READ_LINK) {
        view.url = Some(call.setup.tracking_url(callout));
    }
    let mut view = value(&view)?;
    write_status(settings, &mut view);
    let unnamed = settings.value(&CLASSIFICATION_NAMES) == "none";
    if let Some(members) = view.as_object_mut()
        && unnamed
    {
        members.remove("calloutClassification");
    }
    let Some(incident) = view
        .pointer_mut("/incidentInformation/0")
        .and_then(Value::as_object_mut)
    else {
        return Ok(view);
    };
    if unnamed {
        incident.remove("calloutClassification");
    }
    if settings.value(&READ_CATEGORY_KEY) == "camel" {
        rename(incident, "incidentcategory", "incidentCategory");
    }
    if settings.value(&READ_PLACE_ID) == "text"
        && let Some(id) = incident.get("predefinedLocationId").and_then(Value::as_i64)
    {
        incident.insert("predefinedLocationId".to_owned(), id.to_string().into());
    }
    if settings.value(&READ_COORDINATES) == "text"
        && let Some(Value::Object(place)) = incident.get_mut("calloutCurrentLocation")
    {
        for degrees in place.values_mut() {
            if let Some(number) = degrees.as_f64() {
                *degrees = number.to_string().into();
            }
        }
    }
    Ok(view)
}

/// R62: `{message, callout}`. C14: or the flat callout alone.
pub(super) fn read(
    state: &State,
    call: &Call<'_>,
    id: i64,
    message: &str,
) -> Result<Shaped, Problem> {
    let source = call.source()?;
    let callout = state.callout(source.id, id)?;
    if state.settings.is_default() {
        return Ok(Shaped::View {
            message: message.to_owned(),
            callout: Box::new(answer::nested(callout, source)?),
        });
    }
    if state.settings.value(&READ_ANSWER) == "flat" {
        return Ok(Shaped::Set(summary(
            &state.settings,
            &answer::summary(callout),
        )?));
    }
    Ok(Shaped::Set(said(
        message,
        "callout",
        view(state, call, id)?,
    )))
}

/// R62, C16: `{callout}` without a message.
pub(super) fn cancelled(state: &State, call: &Call<'_>, id: i64) -> Result<Value, Problem> {
    let settings = &state.settings;
    if settings.value(&CANCEL_ANSWER) == "flat" {
        let callout = state.callout(call.source()?.id, id)?;
        return summary(settings, &answer::summary(callout));
    }
    let mut answer = Map::new();
    answer.insert("callout".to_owned(), view(state, call, id)?);
    if settings.value(&CANCEL_ANSWER) == "with-message" || !settings.keeps("R62") {
        answer.insert("message".to_owned(), DONE.into());
    }
    Ok(answer.into())
}
