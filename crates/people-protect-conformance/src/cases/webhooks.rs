//! Webhooks and their deliveries.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Who;
use crate::case::{Case, Need, Outcome, Stop, against, expect};
use crate::grade::Grade;
use crate::receiver::{HEADER, Received, Receiver};
use crate::session::Session;
use crate::stages::Stage;

const DISPATCHED: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT";
const OLD_NAME: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";
const PORTAL: &str = "portal-webhooks";

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("R37", "The Responder Simulator sends no webhooks")
            .steps("take a callout to its end in the Responder Simulator")
            .expects("nothing about it at the receiver")
            .needs(&[Need::Receiver, Need::Stages])
            .run(the_portal_is_silent),
        Case::new("R40", "A webhook's address is HTTPS")
            .steps("register an http address")
            .expects("a refusal (400 is an assumption)")
            .alone()
            .run(https_only),
        Case::new("R41", "The list of events is closed")
            .steps("register an event that is not on the list")
            .expects("400")
            .alone()
            .run(the_list_is_closed),
        Case::new("R42", "A registration replaces the one before")
            .steps("register two receivers one after the other and raise a callout")
            .expects("the second alone receives")
            .needs(&[Need::Receiver])
            .run(the_latest_receives),
        Case::new("R43", "A delivery is a POST with message and entity")
            .steps("raise a callout")
            .expects("a JSON POST with `message` and `callout`")
            .needs(&[Need::Receiver])
            .run(message_and_entity),
        Case::new("R44", "Events about responders bring incidentInformation")
            .steps("dispatch a responder, with webhooks of the stages switched on")
            .expects("`incidentInformation` with a responder")
            .needs(&[Need::Receiver, Need::Control])
            .run(incident_information),
        Case::new("R45", "Registered headers come with each delivery")
            .steps("register a header, then bring two events about")
            .expects("the header on both")
            .needs(&[Need::Receiver])
            .run(headers_come_along),
        Case::new("R46", "The deprecated event goes on working")
            .steps("register it and dispatch, with webhooks of the stages switched on")
            .expects("a 2xx, then a delivery")
            .needs(&[Need::Receiver, Need::Control])
            .run(the_old_name_works),
        Case::new("R48", "Hosted pages send the usual events")
            .steps("cancel a subscription on its hosted page")
            .expects("SUBSCRIPTION_CANCELLED at the receiver")
            .needs(&[Need::Receiver, Need::Control])
            .run(hosted_pages_tell),
        Case::new("R90", "The method is webhook unless said")
            .steps("register without `method`")
            .expects("a 2xx; `webhook` in the notifier (an assumption)")
            .needs(&[Need::Receiver])
            .run(the_method_is_webhook),
        Case::new("R95", "Changes send their event")
            .steps("register a customer, activate, update, raise, chat, cancel the subscription")
            .expects("one delivery each")
            .needs(&[Need::Receiver])
            .run(changes_send_theirs),
        Case::new("R96", "A repeat sends no second NEW_CALLOUT")
            .steps("raise twice")
            .expects("one delivery about that callout")
            .needs(&[Need::Receiver])
            .run(once_per_callout),
    ]
}

fn about(received: &[Received], callout: i64) -> usize {
    let of = |one: &&Received| one.body["callout"]["id"] == callout;
    received.iter().filter(of).count()
}

async fn the_portal_is_silent(s: Session) -> Outcome {
    let receiver = s.receiver(&["CALLOUT_CLOSED", DISPATCHED]).await?;
    let (_, id) = s.raised().await?;
    s.reach(id, Stage::Dispatched).await?;
    s.reach(id, Stage::Closed).await?;
    let received = s.settled(&receiver, 0).await?;
    expect(received.is_empty(), || {
        format!("{} deliveries", received.len())
    })
}

async fn register(s: &Session, member: &str, value: Value) -> Result<Answer, Stop> {
    let mut body = json!({ "url": "https://example.com/aura", "events": ["NEW_CALLOUT"] });
    body[member] = value;
    s.call("register_webhook").json(body).send().await
}

async fn https_only(s: Session) -> Outcome {
    let answer = register(&s, "url", json!("http://example.com/aura"))
        .await?
        .expect_refused()?;
    s.assume_status(&answer, Grade::I, 400);
    Ok(())
}

async fn the_list_is_closed(s: Session) -> Outcome {
    register(&s, "events", json!(["NOT_AN_EVENT"]))
        .await?
        .expect_status(400)?;
    Ok(())
}

async fn the_latest_receives(s: Session) -> Outcome {
    let first = s.receiver(&["NEW_CALLOUT"]).await?;
    let second = s.receiver(&["NEW_CALLOUT"]).await?;
    s.raised().await?;
    let (later, earlier) = (s.settled(&second, 1).await?, first.received());
    if !earlier.is_empty() {
        return against("the receiver that was replaced still receives");
    }
    expect(later.len() == 1, || {
        format!("{} deliveries to the second instead of 1", later.len())
    })
}

async fn message_and_entity(s: Session) -> Outcome {
    let receiver = s.receiver(&["NEW_CALLOUT"]).await?;
    let (_, id) = s.raised().await?;
    let received = s.settled(&receiver, 1).await?;
    let Some(one) = received.first() else {
        return Err(Stop::NotRun("nothing was delivered".to_owned()));
    };
    if one.method != "POST" || one.message() != "NEW_CALLOUT" {
        return against("the delivery is no POST, or has no `message` with its event");
    }
    expect(one.body["callout"]["id"] == id, || {
        "the delivery has no `callout`".to_owned()
    })
}

/// With the webhooks of stages switched on, and off again however it ends.
async fn dispatched(s: &Session, receiver: &Receiver) -> Result<Vec<Received>, Stop> {
    let (_, id) = s.raised().await?;
    s.switch(PORTAL, "on").await?;
    let reached = s.reach(id, Stage::Dispatched).await;
    s.switch(PORTAL, "off").await?;
    reached?;
    s.settled(receiver, 1).await
}

async fn incident_information(s: Session) -> Outcome {
    let receiver = s.receiver(&[DISPATCHED]).await?;
    let received = dispatched(&s, &receiver).await?;
    let Some(one) = received.first() else {
        return Err(Stop::NotRun("nothing was delivered".to_owned()));
    };
    // Where it stands is a contradiction of its own (C48).
    let places = ["/callout/incidentInformation", "/incidentInformation"];
    let found = places.iter().find_map(|place| one.body.pointer(place));
    let found = found.map(|block| block.get(0).unwrap_or(block));
    let has = found.is_some_and(|block| block["responder"].is_object());
    expect(has, || {
        "no `incidentInformation` with a responder".to_owned()
    })
}

async fn headers_come_along(s: Session) -> Outcome {
    let receiver = s.receiver(&["NEW_CALLOUT", "CREATED_CUSTOMER"]).await?;
    s.raised().await?;
    let received = s.settled(&receiver, 2).await?;
    if received.len() < 2 {
        return Err(Stop::NotRun(format!(
            "{} deliveries instead of 2",
            received.len()
        )));
    }
    let (name, value) = HEADER;
    let has = |one: &Received| one.headers.get(name).is_some_and(|came| came == value);
    expect(received.iter().all(has), || {
        "a delivery without the registered header".to_owned()
    })
}

async fn the_old_name_works(s: Session) -> Outcome {
    let receiver = Receiver::start(s.options()).await?;
    let body = receiver.registration(&[OLD_NAME]);
    s.call("register_webhook")
        .json(body)
        .send()
        .await?
        .expect_ok()?;
    let received = dispatched(&s, &receiver).await?;
    expect(received.len() == 1, || {
        format!("{} deliveries instead of 1", received.len())
    })
}

async fn hosted_pages_tell(s: Session) -> Outcome {
    let receiver = s.receiver(&["SUBSCRIPTION_CANCELLED"]).await?;
    let (customer, subscription) = s.covered().await?;
    let path = format!("/customers/{customer}/token");
    let minted = s.control(Method::POST, &path, Some(json!({}))).await?;
    let token = minted["accessToken"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let opened = s
        .call("create_subscription_management_session")
        .by(Who::Token(token));
    let opened = opened.json(json!({ "returnUrl": "https://example.com/done" }));
    let opened = opened.send().await?.or_not_run()?;
    let page = reqwest::Url::parse(opened.text_at("/url"));
    let Ok(page) = page else {
        return Err(Stop::NotRun("the session has no `url`".to_owned()));
    };
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("subscription", &subscription.to_string())
        .append_pair("action", "cancel")
        .append_pair("reason", "Moved")
        .finish();
    let base = page.origin().ascii_serialization();
    let path = match page.query() {
        Some(query) => format!("{}?{query}", page.path()),
        None => page.path().to_owned(),
    };
    let kind = "application/x-www-form-urlencoded";
    let call = s.raw(Method::POST, &path).below(&base).by(Who::Nobody);
    call.body(kind, form).send().await?;
    let received = s.settled(&receiver, 1).await?;
    expect(received.len() == 1, || {
        format!("{} deliveries instead of 1", received.len())
    })
}

async fn the_method_is_webhook(s: Session) -> Outcome {
    let answer = register(&s, "events", json!(["NEW_CALLOUT"]))
        .await?
        .expect_ok()?;
    let method = answer.at("/notifier/config/0/method");
    // That the notifier shows it is an assumption; what it shows is stated.
    if method.is_null() && answer.at("/notifier").is_null() {
        s.note(Grade::I, "the answer has no notifier that shows the method");
        return Ok(());
    }
    expect(method == "webhook", || {
        "the notifier has no `method`, or another".to_owned()
    })
}

async fn changes_send_theirs(s: Session) -> Outcome {
    const EVENTS: [&str; 6] = [
        "CREATED_CUSTOMER",
        "SUBSCRIPTION_CREATED",
        "SUBSCRIPTION_UPDATED",
        "NEW_CALLOUT",
        "CALLOUT_EVENTS_CHANGED",
        "SUBSCRIPTION_CANCELLED",
    ];
    let receiver = s.receiver(&EVENTS).await?;
    let (customer, subscription) = s.covered().await?;
    let body = json!({ "validTo": s.at(60 * 24 * 3600) });
    let update = s
        .call("update_subscription")
        .with("subscriptionId", subscription);
    update.json(body).send().await?.or_not_run()?;
    let callout = s
        .raise(customer)
        .await?
        .or_not_run()?
        .number("/callout/id")?;
    let chat = s.call("create_callout_event").with("calloutId", callout);
    let chat = chat.json(json!({ "source": "customer", "event": "somebody is at the door" }));
    chat.send().await?.or_not_run()?;
    let end = s
        .call("cancel_subscription")
        .with("subscriptionId", subscription);
    end.json(json!({ "reason": "a conformance case" }))
        .send()
        .await?
        .or_not_run()?;
    let received = s.settled(&receiver, EVENTS.len()).await?;
    for event in EVENTS {
        // By another key as well: which one names the event is R43's to say.
        let of = |one: &&Received| one.message() == event || one.body["event"] == event;
        let count = received.iter().filter(of).count();
        if count == 0 {
            return against(format!("no delivery of {event}"));
        }
        if count > 1 {
            s.note(Grade::B, format!("{count} deliveries of {event}"));
        }
    }
    Ok(())
}

/// By the callout's id: that a repeat opens no second callout is R27.
async fn once_per_callout(s: Session) -> Outcome {
    let receiver = s.receiver(&["NEW_CALLOUT"]).await?;
    let (customer, id) = s.raised().await?;
    s.raise(customer).await?.or_not_run()?;
    let received = s.settled(&receiver, 1).await?;
    let count = about(&received, id);
    expect(count == 1, || {
        format!("{count} deliveries about that callout instead of 1")
    })
}
