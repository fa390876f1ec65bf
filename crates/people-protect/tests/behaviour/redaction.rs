//! Nothing planted shows, in any type and any error.

use std::fmt::{Debug, Display};

use people_protect::{
    CalloutView, Credentials, Error, Mobile, NewCustomer, Position, ResponseTypeId, SafeCode,
    TrackingUrl,
};

use crate::server::{Reply, Server, token};

const PLANTED: [&str; 11] = [
    "planted-secret",
    "planted-token",
    "planted-session",
    "1234567",
    "4567",
    "26.12345",
    "28.12345",
    "Plantedname",
    "plantedallergy",
    "planted@example.com",
    "planted-header",
];

/// The text without the test server's port, which is any number and may hold a planted one.
fn without_port(shown: &str) -> String {
    let mut parts = shown.split("127.0.0.1:");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("127.0.0.1:");
        kept.push_str(part.trim_start_matches(|letter: char| letter.is_ascii_digit()));
    }
    kept
}

#[track_caller]
fn clean(shown: &str) {
    let shown = without_port(shown);
    for planted in PLANTED {
        assert!(!shown.contains(planted), "{planted} shows in {shown}");
    }
}

#[track_caller]
fn clean_debug(value: &impl Debug) {
    clean(&format!("{value:?} {value:#?}"));
}

#[track_caller]
fn clean_error(error: &Error) {
    clean_debug(error);
    clean(&error.to_string());
    assert!(!error.to_string().contains('\n'));
    let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = source {
        clean(&format!("{error} {error:?}"));
        source = error.source();
    }
}

fn clean_display(value: &(impl Debug + Display)) {
    clean_debug(value);
    clean(&value.to_string());
}

const EVERYTHING: &str = r#"{
    "message": "for +27821234567 at -26.12345, 28.12345 (planted@example.com)",
    "customer": {"id": 178921, "name": "Plantedname", "mobile": "+27821234567", "allergies": "plantedallergy"},
    "callout": {"id": 992011, "status": "created", "latitude": -26.12345, "longitude": 28.12345,
        "url": "https://t.example/view?sessionToken=planted-session",
        "incidentInformation": [{"responder": {"name": "Plantedname"},
            "calloutCurrentLocation": {"latitude": "-26.12345", "formattedAddress": "Plantedname 1"}}]},
    "url": "https://t.example/view?sessionToken=planted-session"
}"#;

fn jane() -> NewCustomer {
    let mobile: Mobile = "+27821234567".parse().unwrap();
    NewCustomer::new("Plantedname", "Plantedname", mobile)
        .email("planted@example.com")
        .with_profile(|profile| profile.allergies = Some("plantedallergy".into()))
}

fn here() -> Position {
    Position::new(-26.12345, 28.12345).unwrap()
}

async fn server(status: u16, body: &'static str) -> Server {
    Server::start(move |request| async move {
        if request.path.ends_with("/oauth/token") {
            return token("planted-token", 3600);
        }
        Reply::with(status, "set-cookie: planted-header\r\n", body)
    })
    .await
}

#[test]
fn p12_values_show_their_type_only() {
    let mobile: Mobile = "+27821234567".parse().unwrap();
    clean_debug(&mobile);
    clean_debug(&mobile.safe_code());
    clean_debug(&SafeCode::new("4567").unwrap());
    clean_debug(&jane());
    clean_debug(&here());
    clean_debug(&people_protect::Place::from(here()));
    clean_debug(&Credentials::new("id", "planted-secret").unwrap());
    clean_display(&TrackingUrl::new(
        "https://t.example/view?sessionToken=planted-session",
    ));
    let raw: people_protect::raw::types::CalloutRead = serde_json::from_str(EVERYTHING).unwrap();
    clean_debug(&CalloutView::from(raw.callout.unwrap()));
}

#[tokio::test]
async fn p12_clients_handles_and_answers_show_nothing_planted() {
    let server = server(200, EVERYTHING).await;
    let builder = server.builder();
    clean_debug(&builder);
    let aura = builder.with_test_classification(2).build().unwrap();
    aura.warm_up().await.unwrap();
    clean_debug(&aura);
    clean_debug(&aura.with_bearer_token("planted-token"));
    clean_debug(&aura.register(jane()));
    clean_debug(&aura.register(jane()).without_subscription());
    let registered = aura.register(jane()).without_subscription().await.unwrap();
    clean_debug(&registered);
    clean_debug(registered.answer());
    clean_debug(&registered.answer().customer);
    let customer = aura.customer(&registered);
    clean_debug(&customer);
    clean_debug(&customer.get().await.unwrap());
    let raise = customer.raise(here(), ResponseTypeId::new(1));
    clean_debug(&raise);
    let raise = raise.test();
    clean_debug(&raise);
    let raised = raise.await.unwrap();
    clean_debug(&raised);
    clean_debug(raised.raw());
    clean_debug(&raised.tracking_url());
    let callout = aura.callout(&raised);
    clean_debug(&callout);
    let view = callout.get().await.unwrap();
    clean_debug(&view);
    clean_debug(view.raw());
    clean_display(&view.stage());
    clean_debug(&callout.update_location(here()).await.unwrap());
    clean_debug(
        &callout
            .cancel(Some(SafeCode::new("4567").unwrap()))
            .await
            .unwrap(),
    );
    let mut watch = callout.watch().with_position(here());
    clean_debug(&watch);
    clean_debug(&watch.try_next().await.unwrap());
    clean_debug(&watch);
    clean_debug(&aura.subscription_types().await.unwrap());
    clean_debug(&aura.response_types().await.unwrap());
}

#[tokio::test]
async fn p12_errors_of_every_status_show_nothing_planted() {
    for status in [200, 285, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502] {
        for body in [
            EVERYTHING,
            "planted-secret plantedallergy",
            "{\"callout\": \"plantedallergy\"}",
        ] {
            let server = server(status, body).await;
            let aura = server.client();
            let outcomes = [
                aura.register(jane()).without_subscription().await.err(),
                aura.customer(1)
                    .raise(here(), ResponseTypeId::new(1))
                    .live()
                    .await
                    .err(),
                aura.callout(1).get().await.err(),
                aura.callout(1).update_location(here()).await.err(),
                aura.callout(1).cancel(None).await.err(),
                aura.subscription_types().await.err(),
            ];
            for error in outcomes.iter().flatten() {
                clean_error(error);
            }
            if status != 200 {
                assert!(outcomes.iter().all(Option::is_some), "{status}");
            }
        }
    }
}

#[tokio::test]
async fn p12_errors_about_tokens_and_connections_show_nothing_planted() {
    let refusing =
        Server::start(|_| async { Reply::json(401, r#"{"message":"no planted@example.com"}"#) })
            .await;
    clean_error(&refusing.client().warm_up().await.unwrap_err());
    clean_error(&refusing.client().callout(1).get().await.unwrap_err());

    let unreadable = Server::start(|_| async {
        Reply::json(
            200,
            r#"{"accessToken":"planted\ntoken","expiresIn":"planted-secret"}"#,
        )
    })
    .await;
    clean_error(&unreadable.client().warm_up().await.unwrap_err());

    let closing = Server::start(|_| async { Reply::raw("") }).await;
    clean_error(&closing.client().warm_up().await.unwrap_err());

    let broken = closing.client().with_bearer_token("planted-token\n\u{1}x");
    clean_error(&broken.callout(1).get().await.unwrap_err());

    let error = closing
        .client()
        .with_bearer_token("t")
        .call(|raw| async move { raw.get_lead("planted@example.com\\+27821234567").await })
        .await
        .unwrap_err();
    clean_error(&error);
}
