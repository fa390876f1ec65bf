//! Fixed locations, sign-ups, leads, devices, scheduled services and bases: C31 to C37, C39.

use reqwest::Method;
use serde_json::{Value, json};

use super::people::{either, has};
use super::{or, taken};
use crate::answer::Answer;
use crate::case::{Need, Stop};
use crate::probe::Probe;
use crate::session::Session;

type Seen = Result<String, Stop>;

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new(
            "C31",
            "fields of a fixed location",
            [
                taken("locationIdentifier, texts"),
                or(
                    "name, numbers",
                    "FixedLocationInput: name and address, coordinates as numbers",
                ),
                or("both", "FixedLocationInput: both forms are taken"),
            ],
            location_fields,
        ),
        Probe::new(
            "C32",
            "shape of a sign-up session",
            [
                taken("sessionId"),
                or("id", "SignupSessionCreated: id, status and url"),
                or(
                    "both",
                    "SignupSessionCreated: both generations of keys are sent",
                ),
            ],
            session_shape,
        ),
        Probe::new(
            "C33",
            "where the outcome of a sign-up is known",
            [
                taken("the session"),
                or(
                    "the redirect only",
                    "R52: the redirect is the result, the session does not tell",
                ),
            ],
            outcome,
        )
        .needs(&[Need::Control]),
        Probe::new(
            "C34",
            "shape of a lead",
            [
                taken("uuid"),
                or(
                    "lead_ id",
                    "Lead: id begins with lead_, status is created, names are flat",
                ),
            ],
            lead,
        ),
        Probe::new(
            "C35",
            "id of a device",
            [
                taken("derived"),
                or("the serial", "DeviceLink: deviceId is the serial"),
            ],
            device_id,
        )
        .needs(&[Need::Device]),
        Probe::new(
            "C36",
            "device events",
            [
                taken("there"),
                or("absent", "create_device_event: take the operation out"),
            ],
            device_events,
        ),
        Probe::new(
            "C37",
            "body of a scheduled service",
            [
                taken("scheduledRequestConfig"),
                or("scheduledAt", "CreateScheduledServiceRequest: scheduledAt"),
                or(
                    "both",
                    "CreateScheduledServiceRequest: both forms are taken",
                ),
            ],
            scheduled,
        ),
        Probe::new(
            "C39",
            "bases",
            [
                taken("/panic-api/v2, CSV below /v1"),
                or(
                    "also without version",
                    "servers: /panic-api answers as well",
                ),
                or("others", "servers: write down which bases answer"),
            ],
            bases,
        ),
    ]
}

async fn location_fields(s: Session) -> Seen {
    let current = crate::cases::site(&s);
    let current = s
        .call("create_fixed_location")
        .json(current)
        .unchecked()
        .send()
        .await?;
    let older = json!({
        "externalReferenceId": format!("conformance-{}", s.serial()),
        "name": "Gate",
        "address": "1 Example Street",
        "latitude": -26.12345,
        "longitude": 28.12345,
    });
    let older = s
        .call("create_fixed_location")
        .json(older)
        .unchecked()
        .send()
        .await?;
    either(
        ("locationIdentifier, texts", current.is_ok()),
        ("name, numbers", older.is_ok()),
    )
}

async fn session(s: &Session) -> Result<Answer, Stop> {
    let body = json!({
        "returnUrl": "https://example.com/done",
        "email": "jane.doe@example.com",
    });
    s.call("create_signup_session")
        .json(body)
        .send()
        .await?
        .or_not_run()
}

async fn session_shape(s: Session) -> Seen {
    let made = session(&s).await?;
    either(
        ("sessionId", has(&made, "/sessionId")),
        ("id", has(&made, "/id")),
    )
}

async fn outcome(s: Session) -> Seen {
    let made = session(&s).await?;
    let id = made.text_at("/sessionId");
    let path = format!("/signup-sessions/{id}/finish");
    s.control(Method::POST, &path, Some(json!({ "outcome": "completed" })))
        .await?;
    let read = s
        .call("get_signup_session")
        .with("sessionId", id)
        .send()
        .await?
        .or_not_run()?;
    let told = read.at("/customerId").is_number();
    Ok(if told {
        "the session"
    } else {
        "the redirect only"
    }
    .to_owned())
}

async fn lead(s: Session) -> Seen {
    let body = json!({ "mobileNumber": s.person()["mobile"], "customerData": {} });
    let lead = s
        .call("create_lead")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    let id = lead.text_at("/id");
    let uuid = id.len() == 36 && id.matches('-').count() == 4;
    Ok(match uuid {
        true => "uuid",
        false if id.starts_with("lead_") => "lead_ id",
        false => "neither",
    }
    .to_owned())
}

async fn device_id(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let (serial, supplier) = match &s.options().device {
        Some(both) => both.clone(),
        None => (format!("EX-26{}", s.serial()), "ExampleBrand".to_owned()),
    };
    let body = json!({
        "customerId": customer,
        "deviceSerial": serial,
        "deviceSupplier": supplier,
    });
    let link = s
        .call("link_device")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    let id = link.at("/deviceId");
    let text = id
        .as_str()
        .map_or_else(|| id.to_string(), ToOwned::to_owned);
    s.call("unlink_device")
        .with("deviceId", &text)
        .send()
        .await?;
    Ok(if text == serial {
        "the serial"
    } else {
        "derived"
    }
    .to_owned())
}

async fn device_events(s: Session) -> Seen {
    let nobodys = json!({ "device_id": 1, "device_type_id": 5, "message_type": 4 });
    let answer = s
        .call("create_device_event")
        .json(nobodys)
        .unchecked()
        .send()
        .await?;
    // That nobody has this device is a refusal of the route, and a refusal with its message.
    let absent = answer.status() == 405
        || answer.status() == 404 && !answer.text_at("/message").contains("device");
    Ok(if absent { "absent" } else { "there" }.to_owned())
}

async fn schedule(s: &Session, body: Value) -> Result<Answer, Stop> {
    let call = s.call("create_scheduled_service").unchecked();
    let call = call.with("serviceTypeOrRequestId", &s.options().service);
    call.json(body).send().await
}

async fn scheduled(s: Session) -> Seen {
    let customer = s.uncovered().await?;
    let place = json!({ "latitude": -26.1, "longitude": 28.1 });
    let current = json!({
        "customerId": customer,
        "scheduledRequestConfig": { "dateFrom": s.at(3600) },
        "initialLocation": place,
    });
    let older = json!({ "customerId": customer, "scheduledAt": s.at(3600), "location": place });
    let (current, older) = (schedule(&s, current).await?, schedule(&s, older).await?);
    either(
        ("scheduledRequestConfig", current.is_ok()),
        ("scheduledAt", older.is_ok()),
    )
}

async fn bases(s: Session) -> Seen {
    let versioned = s.call("list_response_types").send().await?.is_ok();
    let csv = s.call("download_fixed_locations").send().await?.is_ok();
    let api = &s.shared.target.api;
    let bare = api.strip_suffix("/v2").unwrap_or(api).to_owned();
    let bare = s
        .raw(Method::GET, "/responseTypes")
        .below(&bare)
        .send()
        .await?
        .is_ok();
    Ok(match (versioned && csv, bare) {
        (true, false) => "/panic-api/v2, CSV below /v1",
        (true, true) => "also without version",
        _ => "others",
    }
    .to_owned())
}
