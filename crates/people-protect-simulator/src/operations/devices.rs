//! Devices and what they report (R54, R87, R88, C35, C36).

use people_protect_api::{OpenObject, types};
use serde_json::{Value, json};

use crate::answer::{self, Answer, DONE};
use crate::body;
use crate::call::Call;
use crate::callout::Cry;
use crate::device::{Device, Linking, supplier_of};
use crate::position::Position;
use crate::problem::Problem;
use crate::state::State;
use crate::switch::people::{DEVICE_EVENTS, DEVICE_ID_TYPE, DEVICE_SHAPE};

use super::verbatim;

pub(crate) fn link_device(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // R54: customer, serial and supplier are required.
    let older = state.settings.value(&DEVICE_SHAPE) == "older";
    let mut sent = call.sent()?;
    if older && let Some(serial) = sent.get("deviceId").cloned() {
        // C35: the earlier form names the device alone.
        let templates = &call.source()?.devices;
        let supplier = serial
            .as_str()
            .and_then(|text| supplier_of(templates, text));
        sent["deviceSupplier"] = supplier.unwrap_or("").into();
        sent["deviceSerial"] = serial;
    }
    let request: types::LinkDeviceRequest = body::typed(&sent)?;
    let resolved = request.device_type.is_some() || state.settings.keeps("R87");
    let derived = state.settings.keeps("R54");
    let linking = Linking {
        customer_id: request.customer_id,
        serial: request.device_serial,
        supplier: request.device_supplier,
        type_id: request.device_type,
        alias: request.device_alias,
        firmware_version: request.firmware_version,
    };
    let number = state.settings.value(&DEVICE_ID_TYPE) == "number";
    let device = state.link_device(call.source()?, linking, call.now)?;
    if older {
        return verbatim(&in_older_shape(device));
    }
    let mut answer = link(device, number);
    if !resolved {
        answer["deviceTypeId"] = Value::Null;
    }
    if !derived {
        answer["deviceId"] = device.id.to_string().into();
    }
    verbatim(&answer)
}

pub(crate) fn update_device(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    let request: types::UpdateDeviceRequest = call.body()?;
    let older = state.settings.value(&DEVICE_SHAPE) == "older";
    let number = state.settings.value(&DEVICE_ID_TYPE) == "number";
    let device = state.change_device(
        call.source()?,
        request.customer_id,
        &request.device_id,
        request.device_type_id,
        request.device_alias,
        call.now,
    )?;
    verbatim(&match older {
        true => in_older_shape(device),
        false => link(device, number),
    })
}

pub(crate) fn unlink_device(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    state.unlink_device(call.source()?.id, call.segment("deviceId")?)?;
    Answer::ok(&answer::message())
}

/// C35: the three fields of an earlier generation; the id is the serial there.
fn in_older_shape(device: &Device) -> Value {
    json!({
        "id": device.id,
        "customerId": device.customer_id,
        "deviceId": device.serial,
    })
}

/// Every documented key. The id as text and the battery that nobody reports are assumptions.
fn link(device: &Device, number: bool) -> Value {
    let device_id = match number {
        true => json!(device.device_id),
        false => json!(device.device_id.to_string()),
    };
    json!({
        "id": device.id,
        "customerId": device.customer_id,
        "customerSourceId": device.source,
        "deviceId": device_id,
        "deviceSerial": device.serial,
        "alias": device.alias,
        "deviceTypeId": device.type_id,
        "firmwareVersion": device.firmware_version,
        "defaultLocation": null,
        "healthCheckLastReceivedDate": device.health_check_at,
        "batteryLevel": null,
        "batteryLevelLastReceivedDate": null,
        "createdAt": device.created_at,
        "updatedAt": device.updated_at,
    })
}

/// R88. Which `message_type` does what depends on the template and is not documented: that 1
/// raises a callout rests on an earlier example; 2 (position), 3 (cancel) and 4 (health), their
/// names in the answer, and 400 for everything else are assumptions.
pub(crate) fn create_device_event(state: &mut State, call: &Call<'_>) -> Result<Answer, Problem> {
    // C36: an earlier plan left the operation out.
    if !state.settings.is_on(&DEVICE_EVENTS) {
        return Err(Problem::not_found("device events are switched off"));
    }
    let request: types::DeviceEventRequest = call.body()?;
    let mut input: OpenObject = call.body()?;
    if !state.settings.keeps("R88") {
        input = OpenObject::default();
    }
    let device = state
        .device(call.source()?.id, &request.device_id.to_string())
        // The operation's pages list no 404: an assumption.
        .map_err(|_| Problem::bad_request("no device with this `device_id` is linked"))?;
    if device.type_id != request.device_type_id {
        return Err(Problem::bad_request(
            "`device_type_id` is not the type of this device",
        ));
    }
    let (link, device_id, customer) = (device.id, device.device_id, device.customer_id);
    let (event, callout) = match request.message_type {
        Some(1) => ("NEW_CALLOUT", Some(raise(state, call, &request, customer)?)),
        Some(2) => {
            let position = position(&request)?;
            let id = active(state, customer)?;
            state.move_callout(id, position);
            ("LOCATION_UPDATE", Some(id))
        }
        Some(3) => {
            let id = active(state, customer)?;
            state.cancel_callout(id, None, call.now);
            ("CANCEL_CALLOUT", Some(id))
        }
        Some(4) => {
            if let Some(device) = state.devices.get_mut(&link) {
                device.health_check_at = Some(call.now);
            }
            ("HEALTH_CHECK", None)
        }
        _ => {
            return Err(Problem::bad_request(
                "`message_type` is no action of the template of this device",
            ));
        }
    };
    let mut outcome = json!({ "deviceId": device_id });
    if let Some(id) = callout {
        outcome["calloutId"] = id.into();
    }
    verbatim(&json!({
        "message": DONE,
        "input": input,
        "resolvedAuraEvent": { "eventTypes": event, "eventResponse": outcome },
    }))
}

/// A callout as any other one (R26, R27), with the source's first response type (an assumption).
fn raise(
    state: &mut State,
    call: &Call<'_>,
    request: &types::DeviceEventRequest,
    customer: i64,
) -> Result<i64, Problem> {
    let source = call.source()?;
    state
        .customer(source.id, customer)
        .map_err(|_| Problem::bad_request("the customer of this device is not there any more"))?;
    let kind = source.response_types.first().ok_or_else(Problem::defect)?;
    let cry = Cry {
        position: position(request)?,
        response_type_id: kind.id,
        classification_id: None,
        internal_test: None,
        predefined_location_id: None,
    };
    state.raise(source, call.setup.seed, customer, cry, call.now)
}

fn position(request: &types::DeviceEventRequest) -> Result<Position, Problem> {
    let location = request.location.as_ref();
    let (Some(latitude), Some(longitude)) = (
        location.and_then(|location| location.latitude),
        location.and_then(|location| location.longitude),
    ) else {
        return Err(Problem::bad_request(
            "`location` is required, as the device has no default location",
        ));
    };
    let accuracy = location.and_then(|location| location.accuracy);
    Position::read(latitude, longitude, accuracy, "location.")
}

fn active(state: &State, customer: i64) -> Result<i64, Problem> {
    state
        .customers
        .get(&customer)
        .and_then(|customer| customer.active_callout)
        .ok_or_else(|| Problem::bad_request("`message_type` needs an active callout of the customer of this device, and there is none"))
}
