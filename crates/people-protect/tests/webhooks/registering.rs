//! Registering, against a server that answers what a test says.

use people_protect::webhooks::Event;
use people_protect::{Error, ErrorKind, PeopleProtect};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::server::{Reply, Server, token};

const URL: &str = "https://your-server.example.com/aura";

struct Scene {
    aura: PeopleProtect,
    sent: UnboundedReceiver<Value>,
    _server: Server,
}

impl Scene {
    async fn start(status: u16) -> Self {
        let (sender, sent) = unbounded_channel();
        let server = Server::start(move |request| {
            let sender = sender.clone();
            async move {
                if request.path.ends_with("/oauth/token") {
                    return token("t", 3600);
                }
                assert!(request.path.ends_with("/notifiers/webhooks"));
                sender
                    .send(serde_json::from_str(&request.body).unwrap())
                    .unwrap();
                Reply::json(status, r#"{"message": "said"}"#)
            }
        })
        .await;
        Self {
            aura: server.client(),
            sent,
            _server: server,
        }
    }

    /// What was sent, once.
    fn only(&mut self) -> Value {
        let sent = self.sent.try_recv().unwrap();
        self.nothing_sent();
        sent
    }

    fn nothing_sent(&mut self) {
        assert!(self.sent.try_recv().is_err());
    }
}

#[track_caller]
fn refused_locally(scene: &mut Scene, error: &Error) {
    scene.nothing_sent();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.operation(), Some("register_webhook"));
    assert!(!error.may_have_reached_server());
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn r90_what_is_not_said_is_not_sent() {
    let mut scene = Scene::start(200).await;
    let answer = scene
        .aura
        .register_webhook(URL)
        .events([Event::NewCallout, Event::CalloutClosed, Event::NewCallout])
        .header("X-Webhook-Secret", "one")
        .header("x-webhook-secret", "two")
        .await
        .unwrap();
    assert_eq!(answer.message.as_deref(), Some("said"));
    assert_eq!(
        scene.only(),
        json!({
            "url": URL,
            "events": ["NEW_CALLOUT", "CALLOUT_CLOSED"],
            "headers": {"x-webhook-secret": "two"},
        })
    );
    scene
        .aura
        .register_webhook(URL)
        .events(Event::LISTED.iter().cloned())
        .without_header()
        .method("webhook")
        .await
        .unwrap();
    let sent = scene.only();
    assert_eq!(sent["method"], "webhook");
    assert_eq!(sent["events"].as_array().unwrap().len(), 15);
    assert!(sent.get("headers").is_none());
}

#[tokio::test]
async fn r40_only_https_is_registered() {
    let mut scene = Scene::start(200).await;
    for url in [
        "http://your-server.example.com/aura",
        "http://127.0.0.1.example.com/aura",
        "ftp://your-server.example.com",
        "your-server.example.com/aura",
        "https://me:secret@your-server.example.com",
        "https://",
        "",
    ] {
        let error = scene
            .aura
            .register_webhook(url)
            .events([Event::NewCallout])
            .without_header()
            .await
            .unwrap_err();
        refused_locally(&mut scene, &error);
    }
    // A simulator on the own machine may be told to deliver to it; it decides.
    scene
        .aura
        .register_webhook("http://127.0.0.1:8080/aura")
        .events([Event::NewCallout])
        .without_header()
        .await
        .unwrap();
    scene.only();
}

#[tokio::test]
async fn r40_aura_itself_is_never_told_to_deliver_to_a_loopback_address() {
    let credentials = people_protect::Credentials::new("id", "secret").unwrap();
    let aura = PeopleProtect::builder(people_protect::Environment::Staging, credentials)
        .build()
        .unwrap();
    let error = aura
        .register_webhook("http://127.0.0.1:8080/aura")
        .events([Event::NewCallout])
        .without_header()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!error.may_have_reached_server());
}

#[tokio::test]
async fn r41_an_event_off_the_list_has_to_be_insisted_on() {
    let mut scene = Scene::start(200).await;
    let with_eta = Event::ResponderAcknowledgedCalloutWithEta;
    for event in [
        Event::from("CALLOUT_TELEPORTED"),
        Event::NewCalloutForInstance,
        with_eta,
    ] {
        let error = scene
            .aura
            .register_webhook(URL)
            .events([Event::NewCallout, event.clone()])
            .without_header()
            .await
            .unwrap_err();
        refused_locally(&mut scene, &error);
        let hint = error.hint().unwrap();
        assert!(hint.contains("with_unlisted_event"), "{hint}");

        let name = event.name().unwrap();
        scene
            .aura
            .register_webhook(URL)
            .with_unlisted_event(name)
            .without_header()
            .await
            .unwrap();
        assert_eq!(scene.only()["events"], json!([name]));
    }
}

#[tokio::test]
async fn r42_a_registration_that_would_silence_the_one_before_is_refused() {
    let mut scene = Scene::start(200).await;
    let error = scene
        .aura
        .register_webhook(URL)
        .without_header()
        .await
        .unwrap_err();
    refused_locally(&mut scene, &error);
    let blank = scene
        .aura
        .register_webhook(URL)
        .with_unlisted_event(" ")
        .without_header()
        .await
        .unwrap_err();
    refused_locally(&mut scene, &blank);
}

#[tokio::test]
async fn r45_a_header_is_not_forgotten_by_accident() {
    let mut scene = Scene::start(200).await;
    let begin = |scene: &Scene| scene.aura.register_webhook(URL).events([Event::NewCallout]);
    let error = begin(&scene).await.unwrap_err();
    refused_locally(&mut scene, &error);
    for (name, value) in [
        ("", "secret"),
        ("two words", "secret"),
        ("x-secret", ""),
        ("x-secret", "two\nlines"),
        ("x-secret", "padded "),
    ] {
        let error = begin(&scene).header(name, value).await.unwrap_err();
        refused_locally(&mut scene, &error);
    }
}

#[tokio::test]
async fn r45_an_echoed_header_is_not_shown() {
    let said = r#"{"message": "bad header x-a: Bearer planted-token and planted-secret or planted-secret-two"}"#;
    let server = Server::replying([Reply::json(400, said)]).await;
    let error = server
        .client()
        .register_webhook(URL)
        .events([Event::NewCallout])
        .header("x-a", "Token planted-token")
        .header("x-b", "planted-secret")
        .header("x-c", "planted-secret-two")
        .await
        .unwrap_err();
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(
        !shown.contains("planted") && !shown.contains("-two"),
        "{shown}"
    );
    assert!(shown.contains("bad header x-a"), "{shown}");
    // Whoever asks for the message gets it.
    assert!(error.message().unwrap().contains("planted-secret-two"));
}

#[tokio::test]
async fn r41_what_aura_refuses_is_an_error_with_its_message() {
    let scene = Scene::start(400).await;
    let error = scene
        .aura
        .register_webhook(URL)
        .events([Event::NewCallout])
        .without_header()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.message(), Some("said"));
}
