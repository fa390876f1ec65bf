//! The hosted subscription management, which takes a customer's own token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use people_protect::{CustomerToken, ErrorKind, NewCustomer};
use people_protect_simulator::Simulator;
use serde_json::json;

use crate::server::{Reply, Server};

const BACK: &str = "https://shop.example.com/account";

fn token(claims: serde_json::Value) -> String {
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    format!("e30.{claims}.c2ln")
}

fn janes() -> CustomerToken {
    CustomerToken::new(token(json!({"customerId": 178_921, "sub": "user-17"}))).unwrap()
}

#[tokio::test]
async fn r07_r08_a_customers_token_opens_the_page_and_a_servers_is_refused_unsent() {
    let simulator = Simulator::start().await.unwrap();
    let known = simulator.credentials();
    let credentials =
        people_protect::Credentials::new(known.client_id(), known.client_secret().reveal());
    let environment = people_protect::Environment::custom(&simulator.api_url()).unwrap();
    let aura = people_protect::PeopleProtect::builder(environment, credentials.unwrap());
    let aura = aura.build().unwrap();
    let jane = NewCustomer::new("Jane", "Doe", "+27821234567".parse().unwrap());
    let jane = aura.register(jane).without_subscription().await.unwrap();

    let minted = simulator.customer_token(jane.id().get()).unwrap();
    let session = aura.as_customer(CustomerToken::new(minted).unwrap());
    assert_eq!(session.unverified_claims().customer(), jane.id());
    assert!(session.unverified_claims().expires_at().is_some());
    let page = session
        .manage_subscription(BACK)
        .locale("en")
        .await
        .unwrap();
    assert!(page.hosted_url().reveal().starts_with("http://127.0.0.1:"));
    assert_eq!(simulator.snapshot().managements().count(), 1);

    // A server token is no `CustomerToken`...
    let types = people_protect::raw::types::TokenRequest::new(
        known.client_id(),
        known.client_secret().clone(),
    );
    let body = &types;
    let server = aura
        .call(|raw| async move { raw.create_oauth_token(body).await })
        .await
        .unwrap();
    let sent = simulator.requests().len();
    let error = CustomerToken::new(server.access_token.clone().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
    assert!(!error.may_have_reached_server());
    assert_eq!(simulator.requests().len(), sent);

    // ... a client does not send one there, and AURA's own refusal is named so.
    let body = people_protect::raw::types::CreateSubscriptionManagementSessionRequest::new(BACK);
    let body = &body;
    for (aura, sends) in [
        (aura.clone(), 0),
        (
            aura.with_bearer_token(server.access_token.clone().unwrap()),
            1,
        ),
    ] {
        let error = aura
            .call(|raw| async move { raw.create_subscription_management_session(body).await })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
        assert_eq!(error.may_have_reached_server(), sends == 1);
        let refused = "No valid customerId found";
        assert_eq!(error.message(), Some(refused).filter(|_| sends == 1));
        assert_eq!(simulator.requests().len(), sent + sends);
    }
}

#[test]
fn r08_a_token_without_a_customer_is_none() {
    for claims in [
        json!({"sub": "client"}),
        json!({"customerId": null}),
        json!({"customerId": 0}),
        json!({"customerId": "abc"}),
        json!({"customerId": 1.5}),
        json!([1]),
    ] {
        let error = CustomerToken::new(token(claims)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongTokenScope);
    }
    for text in ["", "opaque", "a.b.c"] {
        assert!(CustomerToken::new(text).is_err());
    }
}

#[test]
fn r08_the_claims_are_read_in_both_spellings_of_a_number() {
    let text = token(json!({"customerId": "178921", "sub": 17, "exp": 1_780_000_000, "x": true}));
    let token = CustomerToken::new(format!(" Bearer {text}\n")).unwrap();
    let claims = token.unverified_claims();
    assert_eq!(claims.customer().get(), 178_921);
    assert_eq!(claims.subject(), Some("17"));
    assert_eq!(claims.expires_at().unwrap().as_second(), 1_780_000_000);
    assert_eq!(claims.get("x"), Some(&json!(true)));
    assert_eq!(token.reveal(), text);
}

#[tokio::test]
async fn r07_the_customers_token_is_sent_and_no_server_token_is_fetched() {
    let url = r#"{"url": "https://subscription.example.com/session/x"}"#;
    let wrapped = r#"{"message": "ok", "session": {"url": "https://subscription.example.com/y"}}"#;
    let server = Server::replying([Reply::json(200, url), Reply::json(201, wrapped)]).await;
    let session = server.client().as_customer(janes());
    let page = session
        .manage_subscription(format!(" {BACK} "))
        .locale("en")
        .configuration("default")
        .await
        .unwrap();
    assert!(page.hosted_url().reveal().ends_with("/session/x"));
    let page = session.manage_subscription("myapp://back").await.unwrap();
    assert!(page.hosted_url().reveal().ends_with("/y"));
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let bearer = format!("Bearer {}", janes().reveal());
    assert_eq!(seen[0].header("authorization"), Some(bearer.as_str()));
    let sent: serde_json::Value = serde_json::from_str(&seen[0].body).unwrap();
    assert_eq!(
        sent,
        json!({"returnUrl": BACK, "locale": "en", "configuration": "default"})
    );
}

#[tokio::test]
async fn a_bad_return_url_is_not_sent_and_an_answer_without_a_page_is_an_error() {
    let server =
        Server::replying([Reply::json(200, "{}"), Reply::json(200, r#"{"url": "x"}"#)]).await;
    let session = server.client().as_customer(janes());
    for back in ["", "/account", "http://shop.example.com"] {
        let error = session.manage_subscription(back).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    assert!(server.seen().is_empty());
    for _ in 0..2 {
        let error = session.manage_subscription(BACK).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer);
        assert!(error.may_have_reached_server());
    }
}
