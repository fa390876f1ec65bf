//! Registering customers and looking ids up.

use people_protect::{CustomerId, ErrorKind, NewCustomer, SubscriptionId};
use serde_json::json;

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

fn jane() -> NewCustomer {
    NewCustomer::new("Jane", "Doe", "+27 82 123 4567".parse().unwrap())
}

#[tokio::test]
async fn r71_registering_with_a_subscription_sends_the_documented_body() {
    let types =
        r#"{"message":"ok","subscriptionTypes":[{"id":4,"value":"WEB_SIGNUP_SINGLE"},{"id":5}]}"#;
    let customer = r#"{"message":"ok","customer":{"id":178921}}"#;
    let server = Server::replying([Reply::json(200, types), Reply::json(201, customer)]).await;
    let clock = ManualClock::at("2026-06-10T00:01:00Z");
    let aura = server.builder().with_clock(clock).build().unwrap();
    let plan = aura
        .subscription_types()
        .await
        .unwrap()
        .by_value("web_signup_single")
        .unwrap();
    let registered = aura
        .register(jane().external_reference_id("user-17"))
        .with_subscription(plan.starting_now_for_days(365))
        .await
        .unwrap();
    assert_eq!(registered.id(), CustomerId::new(178_921));
    assert!(registered.has_subscription());
    let seen = server.seen();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&seen[2].body).unwrap(),
        json!({
            "customer": {
                "name": "Jane", "surname": "Doe", "mobile": "+27821234567",
                "externalReferenceId": "user-17",
            },
            "subscription": {
                "subscriptionTypeId": 4,
                "validFrom": "2026-06-10T00:00:00Z",
                "validTo": "2027-06-10T00:01:00Z",
            },
        })
    );
}

#[tokio::test]
async fn r13_a_subscription_and_a_subscription_id_are_never_sent_together() {
    let customer = r#"{"customer":{"id":1}}"#;
    let server = Server::replying([Reply::json(200, customer), Reply::json(200, customer)]).await;
    let aura = server.client();
    let linked = aura
        .register(jane())
        .with_existing_subscription(SubscriptionId::new(8811))
        .await;
    assert!(linked.unwrap().has_subscription());
    let bare = aura.register(jane()).without_subscription().await;
    assert!(!bare.unwrap().has_subscription());
    let sent = |at: usize| {
        let body: serde_json::Value = serde_json::from_str(&server.seen()[at].body).unwrap();
        (body["subscription"].clone(), body["subscriptionId"].clone())
    };
    assert_eq!(sent(1), (json!(null), json!(8811)));
    assert_eq!(sent(2), (json!(null), json!(null)));
}

#[tokio::test]
async fn c04_c05_the_customer_id_is_found_wherever_it_stands() {
    for body in [
        r#"{"message":"ok","customer":{"id":178921}}"#,
        r#"{"message":"ok","customer":{"customerId":178921}}"#,
        r#"{"message":"ok","customer":{"id":"178921"}}"#,
        r#"{"id":178921,"firstName":"Jane"}"#,
        r#"{"customerId":178921}"#,
    ] {
        let server = Server::replying([Reply::json(200, body)]).await;
        let registered = server
            .client()
            .register(jane())
            .without_subscription()
            .await;
        assert_eq!(registered.expect(body).id(), CustomerId::new(178_921));
    }
}

#[tokio::test]
async fn a_registration_without_an_id_in_the_answer_is_an_error_that_may_have_registered() {
    let server = Server::replying([Reply::json(200, r#"{"message":"ok"}"#)]).await;
    let error = server
        .client()
        .register(jane())
        .without_subscription()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationUnknown);
    assert!(error.may_have_reached_server() && !error.is_retryable());
}

#[tokio::test]
async fn r11_a_number_that_is_taken_is_its_own_kind_and_is_not_shown() {
    let body = r#"{"message":"mobile +27821234567 is already registered"}"#;
    let server = Server::replying([Reply::json(409, body)]).await;
    let error = server
        .client()
        .register(jane())
        .without_subscription()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyRegistered);
    assert!(!format!("{error} {error:?}").contains("1234567"));
    assert!(error.message().unwrap().contains("+27821234567"));
}

#[tokio::test]
async fn r70_a_value_that_two_kinds_have_is_not_guessed() {
    let types = r#"{"subscriptionTypes":[{"id":4,"value":"A"},{"id":5,"value":"a"},{"id":6,"value":"B"},{"id":6,"value":"B"}]}"#;
    let responses =
        r#"{"responseTypes":[{"id":1,"value":"SECURITY"},{"id":7,"value":"SECURITY"}]}"#;
    let server = Server::replying([Reply::json(200, types), Reply::json(200, responses)]).await;
    let aura = server.client();
    let plans = aura.subscription_types().await.unwrap();
    let kinds = aura.response_types().await.unwrap();
    for (error, ids) in [
        (plans.by_value("A").unwrap_err(), "4, 5"),
        (kinds.by_value("security").unwrap_err(), "1, 7"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(ids), "{error}");
    }
    // The same twice is one.
    assert_eq!(plans.by_value("B").unwrap().id().get(), 6);
}

#[tokio::test]
async fn r70_an_unknown_value_names_the_ones_there_are() {
    let types = r#"{"subscriptionTypes":[{"id":4,"value":"A"},{"id":5,"value":"B"}]}"#;
    let responses = r#"{"message":"ok","responseTypes":[{"id":1,"value":"SECURITY"}]}"#;
    let server = Server::replying([Reply::json(200, types), Reply::json(200, responses)]).await;
    let aura = server.client();
    let error = aura
        .subscription_types()
        .await
        .unwrap()
        .by_value("C")
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("A, B"), "{error}");

    let kinds = aura.response_types().await.unwrap();
    assert_eq!(kinds.by_value("security").unwrap().get(), 1);
    assert!(
        kinds
            .by_value("MEDICAL")
            .unwrap_err()
            .to_string()
            .contains("SECURITY")
    );
}

#[tokio::test]
async fn an_answer_without_an_id_that_repeats_what_was_sent_does_not_show_it() {
    let welcome = r#"{"message":"Welcome, Jane Doe of +27821234567"}"#;
    let server = Server::replying([Reply::json(201, welcome)]).await;
    let error = server
        .client()
        .register(jane())
        .without_subscription()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RegistrationUnknown);
    assert!(error.hint().unwrap().contains("may exist"), "{error}");
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(shown.contains("Welcome"), "{shown}");
        assert!(
            !shown.contains("Doe") && !shown.contains("7821234567"),
            "{shown}"
        );
    }
}
