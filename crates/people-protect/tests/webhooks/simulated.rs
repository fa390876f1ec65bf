//! Registering with the simulator.

use people_protect::webhooks::Event;
use people_protect::{Credentials, Environment, ErrorKind, PeopleProtect};
use people_protect_simulator::Simulator;

async fn scene() -> (Simulator, PeopleProtect) {
    let simulator = Simulator::start().await.unwrap();
    let known = simulator.credentials();
    let credentials = Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap();
    let environment = Environment::custom(&simulator.api_url()).unwrap();
    let aura = PeopleProtect::builder(environment, credentials)
        .build()
        .unwrap();
    (simulator, aura)
}

#[tokio::test]
async fn r42_the_last_registration_counts() {
    let (simulator, aura) = scene().await;
    let first = aura
        .register_webhook("https://your-server.example.com/one")
        .events(Event::LISTED.iter().cloned())
        .header("x-webhook-secret", "a-long-random-text")
        .await
        .unwrap();
    let config = &first.notifier.as_ref().unwrap().config.as_ref().unwrap()[0];
    // R90
    assert_eq!(config.method.as_deref(), Some("webhook"));
    aura.register_webhook("https://your-server.example.com/two")
        .events([Event::NewCallout])
        .header("x-webhook-secret", "another-random-text")
        .await
        .unwrap();
    let snapshot = simulator.snapshot();
    let active = snapshot.webhook(12).unwrap();
    assert_eq!(active.url.reveal(), "https://your-server.example.com/two");
    assert_eq!(active.events, ["NEW_CALLOUT"]);
    let secret = active.headers["x-webhook-secret"].reveal();
    assert_eq!(secret, "another-random-text");
}

#[tokio::test]
async fn r46_c40_the_deprecated_event_is_taken_when_insisted_on() {
    let (simulator, aura) = scene().await;
    let name = "RESPONDER_ACKNOWLEDGED_CALLOUT_WITH_ETA";
    aura.register_webhook("https://your-server.example.com/aura")
        .with_unlisted_event(name)
        .without_header()
        .await
        .unwrap();
    assert_eq!(simulator.snapshot().webhook(12).unwrap().events, [name]);
}

#[tokio::test]
async fn r41_a_name_off_the_list_is_400_and_replaces_nothing() {
    let (simulator, aura) = scene().await;
    let begin = || {
        aura.register_webhook("https://your-server.example.com/aura")
            .without_header()
    };
    begin().events([Event::CalloutClosed]).await.unwrap();
    let error = begin()
        .with_unlisted_event("CALLOUT_TELEPORTED")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.may_have_reached_server());
    let snapshot = simulator.snapshot();
    assert_eq!(snapshot.webhook(12).unwrap().events, ["CALLOUT_CLOSED"]);
}
