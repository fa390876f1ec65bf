//! Fixed locations, and callouts there.

use people_protect::{
    Credentials, Environment, ErrorKind, FixedLocationId, NewCustomer, NewFixedLocation,
    PeopleProtect, Position, ResponseTypeId,
};
use people_protect_simulator::Simulator;

use crate::server::{Reply, Server, token};

/// A simulator and a client of it.
pub(crate) async fn scene() -> (Simulator, PeopleProtect) {
    let simulator = Simulator::start().await.unwrap();
    let known = simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap();
    let environment = Environment::custom(&simulator.api_url()).unwrap();
    let aura = PeopleProtect::builder(environment, credentials);
    (simulator, aura.build().unwrap())
}

pub(crate) fn site(reference: &str) -> NewFixedLocation {
    let here = Position::new(-26.12345, 28.12345).unwrap();
    NewFixedLocation::new(reference, reference, here)
}

#[tokio::test]
async fn r77_a_place_is_stored_by_position_and_sent_as_text() {
    let server = Server::replying([Reply::json(201, r#"{"id": 99001}"#)]).await;
    let aura = server.client();
    let stored = aura.create_fixed_location(site("site_9944")).await.unwrap();
    assert_eq!(stored.id, Some(99_001));
    let seen = server.seen();
    let body: serde_json::Value = serde_json::from_str(&seen.last().unwrap().body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "externalReferenceId": "site_9944",
            "locationIdentifier": "site_9944",
            "latitude": "-26.12345",
            "longitude": "28.12345",
        })
    );
}

#[tokio::test]
async fn r77_a_place_is_stored_read_changed_listed_and_deleted() {
    let (_simulator, aura) = scene().await;
    let branch = site("site_9944").formatted_address("123 Main Street, Johannesburg");
    let stored = aura.create_fixed_location(branch).await.unwrap();
    assert_eq!(
        Position::of_fixed_location(&stored),
        Position::new(-26.12345, 28.12345).ok()
    );
    let place = aura.fixed_location(FixedLocationId::of(&stored).unwrap());
    let read = place.get().await.unwrap();
    assert_eq!(
        read.formatted_address.as_ref().unwrap().reveal(),
        "123 Main Street, Johannesburg"
    );
    let changed = place.update(site("site_9945")).await.unwrap();
    assert_eq!(changed.external_reference_id.as_deref(), Some("site_9945"));
    let list = aura.fixed_locations().await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].id, stored.id);
    place.delete().await.unwrap();
    assert!(aura.fixed_locations().await.unwrap().is_empty());
    for error in [
        place.get().await.unwrap_err(),
        place.update(site("x")).await.unwrap_err(),
        place.delete().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn r78_the_keys_with_a_dot_are_read() {
    let (_simulator, aura) = scene().await;
    let plain = aura.create_fixed_location(site("a")).await.unwrap();
    assert_eq!(plain.callout_location_type_dot_id, None);
    assert!(
        plain
            .json()
            .as_object()
            .unwrap()
            .contains_key("calloutLocationType.id")
    );
    let typed = site("b").with_place(|place| place.callout_location_type_id = Some(3));
    let typed = aura.create_fixed_location(typed).await.unwrap();
    assert_eq!(typed.callout_location_type_dot_id, Some(3));
}

#[tokio::test]
async fn a_key_in_use_is_a_conflict_and_a_blank_one_is_not_sent() {
    let (simulator, aura) = scene().await;
    aura.create_fixed_location(site("a")).await.unwrap();
    let error = aura.create_fixed_location(site("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let before = simulator.requests().len();
    for reference in ["", " ", "a ", "..", "a\\b"] {
        let error = aura
            .create_fixed_location(site(reference))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(!error.may_have_reached_server());
    }
    assert_eq!(simulator.requests().len(), before);
}

#[tokio::test]
async fn r30_r79_a_callout_is_raised_at_a_place_by_its_own_key() {
    let (simulator, aura) = scene().await;
    let stored = aura.create_fixed_location(site("site 9/44")).await.unwrap();
    let raised = aura
        .fixed_location_callout("site 9/44")
        .live()
        .await
        .unwrap();
    assert_eq!(raised.external_reference(), Some("site 9/44"));
    assert_eq!(raised.installer(), None);
    assert_eq!(raised.fixed_location(), FixedLocationId::of(&stored));
    let view = aura.callout(&raised).get().await.unwrap();
    assert_eq!(view.id(), Some(raised.id()));
    aura.callout(&raised).cancel(None).await.unwrap();
    let again = aura
        .fixed_location_callout("site 9/44")
        .with_installer("installer_7")
        .live()
        .await
        .unwrap();
    assert_eq!(again.installer(), Some("installer_7"));
    let snapshot = simulator.snapshot();
    let callout = snapshot.callout(again.id().get()).unwrap();
    assert_eq!(callout.predefined_location_id, stored.id);
}

#[tokio::test]
async fn r30_c23_the_body_is_empty_but_for_what_the_caller_adds() {
    let answer = r#"{"callout": {"id": 992011}}"#;
    let server = Server::replying([Reply::json(201, answer), Reply::json(201, answer)]).await;
    let callout = server.client().fixed_location_callout("a");
    callout.clone().live().await.unwrap();
    let callout = callout.with_field("responseTypeId", 1);
    callout.live().await.unwrap();
    let seen = server.seen();
    let bodies: Vec<&str> = seen
        .iter()
        .rev()
        .take(2)
        .map(|request| request.body.as_str())
        .collect();
    assert_eq!(bodies, [r#"{"responseTypeId":1}"#, "{}"]);
}

#[tokio::test]
async fn r31_an_unknown_key_is_400_with_a_hint() {
    let (simulator, aura) = scene().await;
    let error = aura
        .fixed_location_callout("nowhere")
        .live()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.status().unwrap(), 400);
    assert!(!error.message().unwrap().is_empty());
    assert!(error.hint().unwrap().contains("external reference"));
    assert!(!error.is_retryable());
    let before = simulator.requests().len();
    let error = aura.fixed_location_callout(" ").live().await.unwrap_err();
    assert!(!error.may_have_reached_server());
    assert_eq!(simulator.requests().len(), before);
}

#[tokio::test]
async fn r25_a_customer_is_helped_at_a_place() {
    let (_simulator, aura) = scene().await;
    let stored = aura.create_fixed_location(site("a")).await.unwrap();
    let types = aura.subscription_types().await.unwrap();
    let cover = types
        .by_value("WEB_SIGNUP_SINGLE")
        .unwrap()
        .starting_now_for_days(1);
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let jane = aura.register(jane).with_subscription(cover).await.unwrap();
    let place = FixedLocationId::of(&stored).unwrap();
    let raised = aura
        .customer(&jane)
        .raise(place, ResponseTypeId::new(1))
        .live()
        .await
        .unwrap();
    assert_eq!(raised.raw().predefined_location_id, stored.id);
}

#[tokio::test]
async fn p01_a_callout_at_a_place_succeeds_only_with_an_id() {
    for body in [
        "{}",
        r#"{"message": "Request completed successfully."}"#,
        r#"{"callout": null, "id": 992011}"#,
        r#"{"callout": {"status": "created"}}"#,
    ] {
        let server = Server::replying([Reply::json(201, body)]).await;
        let callout = server.client().fixed_location_callout("a");
        let error = callout.live().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoCallout, "{body}");
        assert!(error.may_have_reached_server());
        assert!(!error.is_retryable());
        assert!(error.hint().unwrap().contains("list the active callouts"));
    }
}

#[tokio::test]
async fn an_ambiguous_failure_says_that_a_second_callout_may_follow_and_is_not_repeated() {
    for reply in [
        Reply::raw(""),
        Reply::json(500, "{}"),
        Reply::json(502, "<html>"),
        Reply::json(504, "{}"),
        Reply::json(201, r#"{"callout": {"id": 99"#),
        Reply::json(302, "{}"),
        Reply::json(285, "{}"),
    ] {
        let reply = std::sync::Mutex::new(Some(reply));
        let server = Server::start(move |request| {
            let reply = if request.path.ends_with("/oauth/token") {
                token("t", 3600)
            } else {
                let first = reply.lock().unwrap().take();
                first.unwrap_or_else(|| Reply::json(201, r#"{"callout": {"id": 1}}"#))
            };
            async move { reply }
        })
        .await;
        let callout = server.client().fixed_location_callout("a");
        let error = callout.live().await.unwrap_err();
        assert!(error.may_have_reached_server(), "{error}");
        assert!(!error.is_retryable(), "{error}");
        assert!(error.hint().unwrap().contains("second"), "{error}");
        assert_eq!(server.count("/callouts"), 1, "{error}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_called_ambiguous() {
    for status in [400, 401, 403, 409, 429] {
        let server = Server::replying([Reply::json(status, "{}"), Reply::json(status, "{}")]).await;
        let callout = server.client().fixed_location_callout("a");
        let error = callout.live().await.unwrap_err();
        assert!(!error.hint().unwrap().contains("second"), "{error}");
    }
}

#[tokio::test]
async fn p12_places_and_their_callouts_show_nothing_planted() {
    const PLACE: &str = r#"{"id": 99001, "externalReferenceId": "a", "latitude": "-26.98765",
        "formattedAddress": "Plantedstreet 1", "duressCode": "plantedcode",
        "locationDescription": "plantedtext"}"#;
    const RAISED: &str = r#"{"callout": {"id": 992011, "latitude": -26.98765,
        "url": "https://t.example/view?sessionToken=plantedtoken"}}"#;
    let list = format!("[{PLACE}]");
    let server = Server::start(move |request| {
        let reply = match request.path.rsplit('/').next().unwrap() {
            "token" => token("plantedtoken", 3600),
            "callouts" => Reply::json(201, RAISED),
            "predefinedLocations" if request.method == "GET" => Reply::json(200, &list),
            _ => Reply::json(200, PLACE),
        };
        async move { reply }
    })
    .await;
    let aura = server.client();
    let here = Position::new(-26.98765, 28.98765).unwrap();
    let place = NewFixedLocation::new("a", "a", here)
        .description("plantedtext")
        .additional_information("plantedtext")
        .formatted_address("Plantedstreet 1")
        .w3w("planted.planted.planted")
        .with_place(|place| place.duress_code = Some("plantedcode".into()));
    let handle = aura.fixed_location(99_001);
    let stored = aura.create_fixed_location(place.clone()).await.unwrap();
    let callout = aura
        .fixed_location_callout("a")
        .with_field("note", "plantedtext");
    let raised = callout.clone().live().await.unwrap();
    let list = aura.fixed_locations().await.unwrap();
    let mut shown = format!(
        "{place:?} {place:#?} {handle:?} {stored:?} {:?} {callout:?}",
        *stored
    );
    shown.push_str(&format!(
        "{callout:#?} {raised:?} {raised:#?} {list:?} {:?}",
        *list
    ));
    shown.push_str(&format!("{:?}", raised.tracking_url()));
    for planted in ["lanted", "26.98765", "28.98765"] {
        assert!(!shown.contains(planted), "{planted} shows in {shown}");
    }
}
