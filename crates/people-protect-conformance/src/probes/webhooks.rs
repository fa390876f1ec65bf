//! Webhooks: C40 to C49. They look at what a receiver gets.

use serde_json::Value;

use super::people::either;
use super::{or, taken};
use crate::case::{Need, Stop};
use crate::probe::Probe;
use crate::receiver::{Received, Receiver};
use crate::session::Session;
use crate::stages::Stage;

type Seen = Result<String, Stop>;

const DISPATCHED: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT";
const OLD_NAME: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";
const RECEIVER: &[Need] = &[Need::Receiver];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new(
            "C40",
            "name of the dispatch event",
            [
                taken("both can be registered"),
                or("the short one only", "R46: the old name is refused"),
            ],
            dispatch_name,
        )
        .needs(RECEIVER),
        Probe::new(
            "C41",
            "webhooks of the Responder Simulator",
            [
                taken("none"),
                or(
                    "some",
                    "R37: stages of the Responder Simulator are delivered",
                ),
            ],
            portal,
        )
        .needs(&[Need::Receiver, Need::Stages]),
        Probe::new(
            "C42",
            "who sets webhooks up",
            [
                taken("the API"),
                or("AURA only", "register_webhook: take the operation out"),
            ],
            set_up,
        )
        .needs(RECEIVER),
        Probe::new(
            "C43",
            "key of the category",
            [
                taken("incidentcategory"),
                or(
                    "incidentCategory",
                    "IncidentInformation: incidentCategory is the name",
                ),
                or("both", "IncidentInformation: both keys are sent"),
            ],
            category,
        )
        .needs(RECEIVER),
        Probe::new(
            "C44",
            "place of the classification",
            [
                taken("both"),
                or("callout", "webhooks: calloutClassification on callout only"),
                or(
                    "incidentInformation",
                    "webhooks: calloutClassification inside incidentInformation only",
                ),
            ],
            classification,
        )
        .needs(RECEIVER),
        Probe::new(
            "C45",
            "type of predefinedLocationId",
            [
                taken("integer"),
                or("text", "webhooks: predefinedLocationId is a text"),
            ],
            location_id,
        )
        .needs(RECEIVER),
        Probe::new(
            "C46",
            "type of coordinates",
            [
                taken("number"),
                or("text", "webhooks: coordinates are texts"),
            ],
            coordinates,
        )
        .needs(RECEIVER),
        Probe::new(
            "C47",
            "an event outside the list",
            [
                taken("refused"),
                or("taken", "R41: names outside the list can be registered"),
            ],
            outside,
        )
        .needs(RECEIVER),
        Probe::new(
            "C48",
            "place of incidentInformation",
            [
                taken("inside callout"),
                or(
                    "beside callout",
                    "webhooks: incidentInformation at the top level",
                ),
                or("both", "webhooks: incidentInformation in both places"),
            ],
            incident,
        )
        .needs(RECEIVER),
        Probe::new(
            "C49",
            "deliveries of one event",
            [
                taken("one"),
                or("none", "webhooks: a delivery was lost"),
                or("several", "webhooks: a delivery was repeated"),
            ],
            count,
        )
        .needs(RECEIVER),
    ]
}

/// What NEW_CALLOUT brings.
async fn captured(s: &Session) -> Result<Received, Stop> {
    let receiver = s.receiver(&["NEW_CALLOUT"]).await?;
    s.raised().await?;
    first(s, &receiver).await
}

async fn first(s: &Session, receiver: &Receiver) -> Result<Received, Stop> {
    let received = s.settled(receiver, 1).await?;
    let first = received.into_iter().next();
    first.ok_or_else(|| Stop::NotRun("nothing was delivered".to_owned()))
}

fn block(one: &Received) -> &Value {
    let places = ["/callout/incidentInformation", "/incidentInformation"];
    let found = places.iter().find_map(|place| one.body.pointer(place));
    found.map_or(&Value::Null, |block| block.get(0).unwrap_or(block))
}

async fn dispatch_name(s: Session) -> Seen {
    let receiver = Receiver::start(s.options()).await?;
    let body = receiver.registration(&[DISPATCHED]);
    s.call("register_webhook")
        .json(body)
        .send()
        .await?
        .or_not_run()?;
    let body = receiver.registration(&[OLD_NAME]);
    let old = s.call("register_webhook").json(body).send().await?;
    Ok(if old.is_ok() {
        "both can be registered"
    } else {
        "the short one only"
    }
    .to_owned())
}

async fn portal(s: Session) -> Seen {
    let receiver = s.receiver(&[DISPATCHED]).await?;
    let (_, id) = s.raised().await?;
    s.reach(id, Stage::Dispatched).await?;
    let none = s.settled(&receiver, 0).await?.is_empty();
    Ok(if none { "none" } else { "some" }.to_owned())
}

async fn set_up(s: Session) -> Seen {
    let receiver = Receiver::start(s.options()).await?;
    let body = receiver.registration(&["NEW_CALLOUT"]);
    let answer = s.call("register_webhook").json(body).send().await?;
    Ok(if answer.is_ok() {
        "the API"
    } else {
        "AURA only"
    }
    .to_owned())
}

async fn category(s: Session) -> Seen {
    let one = captured(&s).await?;
    let has = |name: &str| block(&one).get(name).is_some();
    either(
        ("incidentcategory", has("incidentcategory")),
        ("incidentCategory", has("incidentCategory")),
    )
}

async fn classification(s: Session) -> Seen {
    let one = captured(&s).await?;
    let outer = one.body.pointer("/callout/calloutClassification").is_some();
    let inner = block(&one).get("calloutClassification").is_some();
    either(("callout", outer), ("incidentInformation", inner))
}

fn kind(value: &Value) -> String {
    match value {
        Value::String(_) => "text".to_owned(),
        Value::Number(number) if number.is_f64() => "number".to_owned(),
        Value::Number(_) => "integer".to_owned(),
        other => crate::redact::kind(other).to_owned(),
    }
}

async fn location_id(s: Session) -> Seen {
    let receiver = s.receiver(&["NEW_CALLOUT"]).await?;
    let site = crate::cases::site(&s);
    let reference = site["externalReferenceId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    s.call("create_fixed_location")
        .json(site)
        .send()
        .await?
        .or_not_run()?;
    let call = s
        .call("create_fixed_location_callout")
        .with("externalReferenceId", reference);
    call.send().await?.or_not_run()?;
    let one = first(&s, &receiver).await?;
    Ok(kind(&block(&one)["predefinedLocationId"]))
}

async fn coordinates(s: Session) -> Seen {
    let one = captured(&s).await?;
    Ok(kind(&block(&one)["calloutCurrentLocation"]["latitude"]))
}

async fn outside(s: Session) -> Seen {
    let receiver = Receiver::start(s.options()).await?;
    let body = receiver.registration(&["NEW_CALLOUT_FOR_INSTANCE"]);
    let answer = s.call("register_webhook").json(body).send().await?;
    Ok(if answer.is_ok() { "taken" } else { "refused" }.to_owned())
}

async fn incident(s: Session) -> Seen {
    let one = captured(&s).await?;
    let inside = one.body.pointer("/callout/incidentInformation").is_some();
    let beside = one.body.get("incidentInformation").is_some();
    either(("inside callout", inside), ("beside callout", beside))
}

async fn count(s: Session) -> Seen {
    let receiver = s.receiver(&["NEW_CALLOUT"]).await?;
    s.raised().await?;
    Ok(match s.settled(&receiver, 1).await?.len() {
        0 => "none",
        1 => "one",
        _ => "several",
    }
    .to_owned())
}
