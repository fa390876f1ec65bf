//! One callout, one customer, in every envelope and spelling that any source gives (P06).

use people_protect::{CalloutId, CustomerId, NewCustomer, Position, ResponseTypeId, Stage};
use serde_json::{Value, json};

use crate::scene::Scene;
use crate::server::{Reply, Server};

#[tokio::test]
async fn p06_r29_a_created_and_a_read_callout_are_told_by_the_same_words() {
    let scene = Scene::raised().await;
    let security = scene.aura.response_types().await.unwrap();
    let security = security.by_value("SECURITY").unwrap();
    let again = scene
        .aura
        .customer(scene.customer)
        .raise(crate::scene::at(0), security);
    let created = again.live().await.unwrap();
    let read = scene.callout().get().await.unwrap();
    let updated = scene.callout().update_location(crate::scene::at(1)).await;
    let updated = updated.unwrap();
    let cancelled = scene.callout().cancel(None).await.unwrap();
    let cancelled = cancelled.callout().unwrap();
    // Flat when created, nested when read, without a message when cancelled: the API's affair.
    assert_eq!(created.id(), scene.id);
    assert_eq!(created.stage(), read.stage());
    for view in [&read, &updated, cancelled] {
        assert_eq!(view.id(), Some(scene.id));
        assert_eq!(view.customer_id(), Some(scene.customer));
        assert!(view.created_at().is_some());
        assert_eq!(view.created_at(), read.created_at());
    }
    assert!(cancelled.is_over() && !updated.is_over());
}

#[tokio::test]
async fn p06_a_callout_is_read_from_every_envelope() {
    let incident = json!({"incidentInformation": [{"arrivedAt": "2026-06-10T00:07:00Z"}]});
    let flat = |id: Value, rest: &Value| {
        let mut callout = json!({"id": id, "status": "RESPONDER dispatched"});
        let members = callout.as_object_mut().unwrap();
        members.extend(rest.as_object().unwrap().clone());
        callout
    };
    let plain = flat(json!(992_011), &incident);
    for body in [
        json!({"message": "ok", "callout": plain}),
        json!({"callout": plain, "somethingNew": {"of": "later"}}),
        plain.clone(),
        json!({"callout": flat(json!("992011"), &incident)}),
    ] {
        let server = Server::replying([Reply::json(200, &body.to_string())]).await;
        let view = server.client().callout(992_011).get().await;
        let view = view.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(view.id(), Some(CalloutId::new(992_011)), "{body}");
        assert_eq!(view.stage(), Stage::Arrived, "{body}");
    }
}

#[tokio::test]
async fn p06_what_was_sent_stays_at_hand_whatever_was_made_of_it() {
    let body = json!({"message": "ok", "callout": {"id": 7, "url": "https://t.example/x",
        "Unheard": {"of": [1, null]}}, "more": true});
    let server = Server::replying([Reply::json(201, &body.to_string())]).await;
    let here = Position::new(-26.0, 28.0).unwrap();
    let raise = server
        .client()
        .customer(1)
        .raise(here, ResponseTypeId::new(1));
    let raised = raise.live().await.unwrap();
    assert_eq!(raised.answer().json(), body);
    assert_eq!(raised.answer().body(), body.to_string().as_bytes());
}

#[tokio::test]
async fn p06_one_spelling_is_written_and_either_is_read() {
    let answer = |key: &str| Reply::json(200, &json!({"customer": {key: 178_921}}).to_string());
    let server = Server::replying([answer("id"), answer("customerId")]).await;
    let aura = server.client();
    for _ in 0..2 {
        let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
        let registered = aura.register(jane).without_subscription().await.unwrap();
        assert_eq!(registered.id(), CustomerId::new(178_921));
    }
    let seen = server.seen();
    assert_eq!(seen[1].body, seen[2].body);
    let sent: Value = serde_json::from_str(&seen[1].body).unwrap();
    assert_eq!(
        sent,
        json!({"customer": {"name": "Jane", "surname": "Doe", "mobile": "+27821234567"}})
    );
}
