//! Callouts and what goes with them: C12 to C16, C18 to C25.

use serde_json::{Value, json};

use super::people::{either, has};
use super::{or, taken};
use crate::answer::Answer;
use crate::case::Stop;
use crate::probe::Probe;
use crate::session::Session;

type Seen = Result<String, Stop>;

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::new(
            "C12",
            "position of a new callout",
            [
                taken("location"),
                or(
                    "flat",
                    "CreateCustomerCalloutRequest: latitude, longitude and accuracy at the top",
                ),
                or("both", "CreateCustomerCalloutRequest: both forms are taken"),
            ],
            create_request,
        ),
        Probe::new(
            "C13",
            "answer to a creation",
            [
                taken("callout.url"),
                or("url at the top", "CalloutCreated: url at the top level"),
                or("flat", "CalloutCreated: flat"),
            ],
            create_answer,
        ),
        Probe::new(
            "C14",
            "answer to a read",
            [
                taken("nested"),
                or("flat", "CalloutRead: flat, without incidentInformation"),
            ],
            read_answer,
        ),
        Probe::new(
            "C15",
            "cover on the legacy way",
            [
                taken("checked"),
                or(
                    "bypassed",
                    "R64: the legacy way does not look at the subscription",
                ),
            ],
            legacy_cover,
        ),
        Probe::new(
            "C16",
            "answer to a cancellation",
            [
                taken("callout alone"),
                or("with message", "CalloutCancelled: message beside callout"),
                or("flat", "CalloutCancelled: the callout itself"),
            ],
            cancel_answer,
        ),
        Probe::new(
            "C18",
            "a fresh customer's first callout",
            [
                taken("taken"),
                or(
                    "refused",
                    "R24: the first callout of a customer has to be a test",
                ),
            ],
            first_callout,
        ),
        Probe::new(
            "C19",
            "callout events",
            [
                taken("source and event"),
                or(
                    "message",
                    "CreateCalloutEventRequest: message instead of source and event",
                ),
            ],
            event_shape,
        ),
        Probe::new(
            "C20",
            "id of an exception reason",
            [
                taken("required"),
                or(
                    "optional",
                    "CreateExceptionReasonRequest: exceptionReasonId is optional",
                ),
            ],
            reason_id,
        ),
        Probe::new(
            "C21",
            "answer to a rating",
            [
                taken("wrapped"),
                or("flat", "RatingResult: flat, with comment"),
            ],
            rating,
        ),
        Probe::new(
            "C22",
            "rating items",
            [
                taken("calloutRatingId and sentiment"),
                or(
                    "ratingId and score",
                    "CreateRatingItemRequest: ratingId, ratingItemId and score",
                ),
            ],
            rating_item,
        ),
        Probe::new(
            "C23",
            "body of a fixed-location callout",
            [
                taken("optional"),
                or(
                    "responseTypeId required",
                    "CreateFixedLocationCalloutRequest: responseTypeId is required",
                ),
            ],
            fixed_location_body,
        ),
        Probe::new(
            "C24",
            "dismissing",
            [
                taken("there"),
                or("absent", "dismiss_callout: take the operation out"),
            ],
            dismiss,
        ),
        Probe::new(
            "C25",
            "meaning of classification ids",
            [
                taken("1 is REAL, 2 is TEST"),
                or(
                    "no names",
                    "R24: ids of classifications have no names in answers",
                ),
                or("others", "write down which id is which, per source"),
            ],
            classifications,
        ),
    ]
}

async fn attempt(s: &Session, customer: i64, body: Value) -> Result<Answer, Stop> {
    let call = s
        .call("create_customer_callout")
        .with("customerId", customer);
    call.json(body).unchecked().send().await
}

async fn create_request(s: Session) -> Seen {
    let (one, _) = s.covered().await?;
    let (other, _) = s.covered().await?;
    let kind = s.response_type().await?;
    let nested = attempt(&s, one, s.cry(kind)).await?;
    let flat = json!({
        "latitude": -26.12345,
        "longitude": 28.12345,
        "accuracy": 10,
        "responseTypeId": kind,
        "calloutClassificationId": s.options().classification,
    });
    let flat = attempt(&s, other, flat).await?;
    either(("location", nested.is_ok()), ("flat", flat.is_ok()))
}

async fn create_answer(s: Session) -> Seen {
    let (customer, _) = s.covered().await?;
    let made = s.raise(customer).await?.or_not_run()?;
    Ok(if has(&made, "/callout/url") {
        "callout.url"
    } else if has(&made, "/callout") {
        if has(&made, "/url") {
            "url at the top"
        } else {
            "no url"
        }
    } else {
        "flat"
    }
    .to_owned())
}

async fn read_answer(s: Session) -> Seen {
    let (_, id) = s.raised().await?;
    let read = s.read(id).await?.or_not_run()?;
    let nested = read.at("/callout/incidentInformation").is_array();
    Ok(if nested { "nested" } else { "flat" }.to_owned())
}

async fn legacy_cover(s: Session) -> Seen {
    let mut body = s.cry(s.response_type().await?);
    body["customerId"] = s.uncovered().await?.into();
    body["calloutClassificationId"] = s.options().live_classification.into();
    let answer = s.call("create_callout_legacy").json(body).send().await?;
    Ok(if answer.is_ok() {
        "bypassed"
    } else {
        "checked"
    }
    .to_owned())
}

async fn cancel_answer(s: Session) -> Seen {
    let (_, id) = s.raised().await?;
    let answer = s.cancel(id, json!({})).await?.or_not_run()?;
    Ok(match (has(&answer, "/callout"), has(&answer, "/message")) {
        (true, false) => "callout alone",
        (true, true) => "with message",
        _ => "flat",
    }
    .to_owned())
}

async fn first_callout(s: Session) -> Seen {
    let (customer, _) = s.covered().await?;
    let mut body = s.cry(s.response_type().await?);
    body["calloutClassificationId"] = s.options().live_classification.into();
    let answer = attempt(&s, customer, body).await?;
    Ok(if answer.is_ok() { "taken" } else { "refused" }.to_owned())
}

async fn event_shape(s: Session) -> Seen {
    let (_, id) = s.raised().await?;
    let call = || {
        s.call("create_callout_event")
            .with("calloutId", id)
            .unchecked()
    };
    let current = json!({ "source": "customer", "event": "help" });
    let current = call().json(current).send().await?;
    let older = call().json(json!({ "message": "help" })).send().await?;
    either(
        ("source and event", current.is_ok()),
        ("message", older.is_ok()),
    )
}

async fn reason_id(s: Session) -> Seen {
    let (_, id) = s.raised().await?;
    let call = s.call("create_exception_reason").with("calloutId", id);
    let answer = call.json(json!({})).unchecked().send().await?;
    Ok(if answer.is_ok() {
        "optional"
    } else {
        "required"
    }
    .to_owned())
}

async fn rated(s: &Session) -> Result<Answer, Stop> {
    let (_, id) = s.raised().await?;
    s.cancel(id, json!({})).await?.or_not_run()?;
    let body = json!({ "calloutId": id, "rating": 5 });
    s.call("create_rating")
        .json(body)
        .send()
        .await?
        .or_not_run()
}

async fn rating(s: Session) -> Seen {
    let answer = rated(&s).await?;
    let wrapped = has(&answer, "/calloutRatingPostResult");
    Ok(if wrapped { "wrapped" } else { "flat" }.to_owned())
}

async fn rating_item(s: Session) -> Seen {
    let rating = rated(&s).await?;
    let id = rating
        .number("/calloutRatingPostResult/id")
        .or_else(|_| rating.number("/id"))?;
    let items = s.call("list_rating_items").send().await?.or_not_run()?;
    let current = json!({
        "calloutRatingId": id,
        "ratingItemDescription": items.text_at("/0/ratingItemDescription"),
        "sentiment": "positive",
    });
    let older = json!({ "ratingId": id, "ratingItemId": items.at("/0/id"), "score": 5 });
    let current = s
        .call("create_rating_item")
        .json(current)
        .unchecked()
        .send()
        .await?;
    let older = s
        .call("create_rating_item")
        .json(older)
        .unchecked()
        .send()
        .await?;
    either(
        ("calloutRatingId and sentiment", current.is_ok()),
        ("ratingId and score", older.is_ok()),
    )
}

async fn fixed_location_body(s: Session) -> Seen {
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
    let call = || {
        let call = s.call("create_fixed_location_callout").unchecked();
        call.with("externalReferenceId", &reference)
    };
    let empty = call().json(json!({})).send().await?;
    if empty.is_ok() {
        return Ok("optional".to_owned());
    }
    let kind = json!({ "responseTypeId": s.response_type().await? });
    let typed = call().json(kind).send().await?;
    Ok(if typed.is_ok() {
        "responseTypeId required"
    } else {
        "neither"
    }
    .to_owned())
}

async fn dismiss(s: Session) -> Seen {
    let (_, id) = s.raised().await?;
    let call = s
        .call("dismiss_callout")
        .with("calloutId", id)
        .json(json!({}));
    let answer = call.unchecked().send().await?;
    Ok(if matches!(answer.status(), 404 | 405) {
        "absent"
    } else {
        "there"
    }
    .to_owned())
}

async fn classifications(s: Session) -> Seen {
    let kind = s.response_type().await?;
    let mut names = Vec::new();
    for id in [1, 2] {
        let (customer, _) = s.covered().await?;
        let mut body = s.cry(kind);
        body["calloutClassificationId"] = id.into();
        let raised = attempt(&s, customer, body).await?.or_not_run()?;
        let read = s.read(raised.number("/callout/id")?).await?.or_not_run()?;
        let places = [
            "/callout/calloutClassification/value",
            "/callout/incidentInformation/0/calloutClassification/value",
        ];
        let name = places
            .iter()
            .map(|place| read.text_at(place))
            .find(|name| !name.is_empty());
        names.push(name.unwrap_or_default().to_owned());
    }
    Ok(match [names[0].as_str(), names[1].as_str()] {
        ["REAL", "TEST"] => "1 is REAL, 2 is TEST",
        ["", ""] => "no names",
        _ => "others",
    }
    .to_owned())
}
