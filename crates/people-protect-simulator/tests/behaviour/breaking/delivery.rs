//! Probes of rules about webhooks and their deliveries. Each registers only the events it looks
//! at, and tells them by what it does not probe, so that one broken rule shows in one probe.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Probe, probe};
use crate::common::receiver::{Receiver, registration};
use crate::common::{Bench, JANE};

const HTTP: (&str, &str) = ("http-webhooks", "on");
const PORTAL: (&str, &str) = ("portal-webhooks", "on");
const DISPATCHED: &str = "RESPONDER_ACKNOWLEDGED_CALLOUT";

pub(crate) fn probes() -> Vec<Probe> {
    vec![
        probe!("R37", the_portal_is_silent, switches: [HTTP], implied_by: []),
        probe!("R40", http_is_refused),
        probe!("R41", the_list_is_closed),
        probe!("R42", the_latest_receives, switches: [HTTP], implied_by: []),
        probe!("R43", message_and_entity, switches: [HTTP], implied_by: []),
        probe!("R44", incidents_of_responders, switches: [HTTP, PORTAL], implied_by: []),
        probe!("R45", registered_headers, switches: [HTTP], implied_by: []),
        probe!("R46", the_old_name_works, switches: [HTTP, PORTAL], implied_by: []),
        probe!("R48", the_hosted_page_is_told, switches: [HTTP], implied_by: []),
        probe!("R81", the_callback_comes, switches: [HTTP], implied_by: []),
        probe!("R90", the_default_method),
        probe!("R95", chat_is_told, switches: [HTTP], implied_by: []),
        probe!("R96", once_per_callout, switches: [HTTP], implied_by: []),
    ]
}

async fn the_portal_is_silent(bench: Bench) -> bool {
    let receiver = bench.receiver(&["CALLOUT_CLOSED", DISPATCHED]).await;
    let (_, callout) = bench.raised().await;
    bench.stage(callout, "dispatched").await;
    bench.stage(callout, "closed").await;
    bench.simulator.idle().await;
    receiver.received().is_empty()
}

async fn register(bench: &Bench, member: &str, value: Value) -> u16 {
    let mut body = json!({ "url": "https://example.com/aura", "events": ["NEW_CALLOUT"] });
    body[member] = value;
    bench.post("/notifiers/webhooks", body).await.status
}

async fn http_is_refused(bench: Bench) -> bool {
    register(&bench, "url", json!("http://example.com/aura")).await == 400
}

async fn the_list_is_closed(bench: Bench) -> bool {
    register(&bench, "events", json!(["NOT_AN_EVENT"])).await == 400
}

async fn the_default_method(bench: Bench) -> bool {
    let body = json!({ "url": "https://example.com/aura", "events": ["NEW_CALLOUT"] });
    let answer = bench.post("/notifiers/webhooks", body).await.expect(200);
    answer["notifier"]["config"][0]["method"] == "webhook"
}

async fn the_latest_receives(bench: Bench) -> bool {
    let first = bench.receiver(&["NEW_CALLOUT"]).await;
    let second = bench.receiver(&["NEW_CALLOUT"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    first.received().is_empty() && second.received().len() == 1
}

async fn message_and_entity(bench: Bench) -> bool {
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    let (_, callout) = bench.raised().await;
    bench.simulator.idle().await;
    let received = receiver.received();
    received.first().is_some_and(|one| {
        one.method == "POST"
            && one.message() == "NEW_CALLOUT"
            && one.body["callout"]["id"] == callout
    })
}

async fn incidents_of_responders(bench: Bench) -> bool {
    let receiver = bench.receiver(&[DISPATCHED]).await;
    let (_, callout) = bench.raised().await;
    bench.stage(callout, "dispatched").await;
    bench.simulator.idle().await;
    let received = receiver.received();
    received.first().is_some_and(|one| {
        let incident = &one.body["callout"]["incidentInformation"][0];
        incident["responder"].is_object() && incident["dispatchedAt"].is_string()
    })
}

async fn registered_headers(bench: Bench) -> bool {
    let receiver = bench.receiver(&["NEW_CALLOUT", "CREATED_CUSTOMER"]).await;
    bench.raised().await;
    bench.simulator.idle().await;
    let received = receiver.received();
    received.len() == 2
        && received.iter().all(|one| {
            let header = one.headers.get("x-webhook-secret");
            header.is_some_and(|value| value == "planted-secret")
        })
}

async fn the_old_name_works(bench: Bench) -> bool {
    let receiver = Receiver::start().await;
    let old = registration(&receiver, &["RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA"]);
    let taken = bench.post("/notifiers/webhooks", old).await;
    let (_, callout) = bench.raised().await;
    bench.stage(callout, "dispatched").await;
    bench.simulator.idle().await;
    taken.status == 200 && receiver.received().len() == 1
}

async fn the_hosted_page_is_told(bench: Bench) -> bool {
    let receiver = bench.receiver(&["SUBSCRIPTION_CANCELLED"]).await;
    let customer = bench.covered(JANE).await;
    let token = bench.simulator.customer_token(customer).unwrap();
    let path = "/subscription-management/sessions";
    let back = json!({ "returnUrl": "myapp://done" });
    let token = Some(token.reveal());
    let opened = bench.send(reqwest::Method::POST, path, token, Some(back));
    let page = opened.await.body["url"].as_str().unwrap().to_owned();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs([
        ("subscription", "8811"),
        ("action", "cancel"),
        ("reason", "Moved"),
    ]);
    let kind = "application/x-www-form-urlencoded";
    let request = bench.client.post(page).header("content-type", kind);
    request.body(form.finish()).send().await.unwrap();
    bench.simulator.idle().await;
    receiver.received().len() == 1
}

async fn the_callback_comes(bench: Bench) -> bool {
    let receiver = Receiver::start().await;
    let file = "externalReferenceId,locationIdentifier,latitude,longitude\na,a,-26.1,28.1\n";
    let form = Form::new()
        .part("locations", Part::text(file).file_name("locations.csv"))
        .text("callbackUrl", receiver.url.clone());
    let url = format!("{}/predefinedlocations/upload", bench.simulator.csv_url());
    let request = bench.client.post(url).bearer_auth(&bench.token);
    let answer = request.multipart(form).send().await.unwrap();
    bench.simulator.idle().await;
    let answered: Value = answer.json().await.unwrap();
    answered["message"].is_string() && receiver.received().len() == 1
}

async fn chat_is_told(bench: Bench) -> bool {
    let receiver = bench.receiver(&["CALLOUT_EVENTS_CHANGED"]).await;
    let (_, callout) = bench.raised().await;
    bench.chat(callout, "somebody is at the door").await;
    bench.simulator.idle().await;
    receiver.received().len() == 1
}

/// By the callout's id: that a repeat opens no second callout is R27.
async fn once_per_callout(bench: Bench) -> bool {
    let receiver = bench.receiver(&["NEW_CALLOUT"]).await;
    let customer = bench.covered(JANE).await;
    let first = bench.raise(customer).await.expect(201);
    bench.raise(customer).await.expect(201);
    bench.simulator.idle().await;
    let received = receiver.received();
    let of_first = received
        .iter()
        .filter(|one| one.body["callout"]["id"] == first["callout"]["id"]);
    of_first.count() == 1
}
