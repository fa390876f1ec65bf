//! Hosted sign-up and hosted subscription management.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use crate::common::{Bench, JANE};
use people_protect_simulator::{ErrorKind, SignupOutcome};
use reqwest::Method;
use serde_json::{Value, json};

const SESSIONS: &str = "/customer-signup/sessions";
const MANAGEMENT: &str = "/subscription-management/sessions";

async fn opened(bench: &Bench) -> Value {
    let body = json!({
        "returnUrl": "myapp://signup-done?lang=en",
        "email": "jane.doe@example.com",
        "customerReferenceId": "partner-user-123",
        "siteDetails": { "siteName": "Downtown Branch" },
    });
    bench.post(SESSIONS, body).await.expect(201)
}

fn id(session: &Value) -> &str {
    session["sessionId"].as_str().unwrap()
}

#[tokio::test]
async fn r52_r89_a_sign_up_is_opened_read_and_completed() {
    let bench = Bench::new().await;
    let session = opened(&bench).await;
    assert_eq!(session["customerId"], Value::Null);
    let page = session["returnUrl"].as_str().unwrap();
    assert!(page.starts_with("http://127.0.0.1:"), "{page}");

    let path = format!("{SESSIONS}/{}", id(&session));
    let read = bench.get(&path).await;
    assert_eq!(
        read.keys(),
        ["customerId", "customerReferenceId", "flows", "siteDetails"]
    );
    assert_eq!(read.body["customerId"], Value::Null);

    let finish = format!("/signup-sessions/{}/finish", id(&session));
    let ended = bench
        .control(&finish, json!({ "outcome": "completed" }))
        .await
        .expect(200);
    let customer = ended["customerId"].as_i64().unwrap();
    assert_eq!(
        ended["redirectUrl"],
        format!(
            "myapp://signup-done?lang=en&status=completed&signupSessionId={}&customerId={customer}&siteId=1",
            id(&session)
        )
    );
    assert_eq!(bench.get(&path).await.expect(200)["customerId"], customer);
    let profile = bench
        .get(&format!("/customers/{customer}"))
        .await
        .expect(200);
    assert_eq!(
        profile["customer"]["externalReferenceId"],
        "partner-user-123"
    );
    bench.raise(customer).await.expect(201);
    bench
        .control(&finish, json!({ "outcome": "abandoned" }))
        .await
        .refused(409);
}

#[tokio::test]
async fn r53_a_failure_says_why_and_leaves_no_customer() {
    let bench = Bench::new().await;
    let session = opened(&bench).await;
    let finish = format!("/signup-sessions/{}/finish", id(&session));
    let failed = json!({ "outcome": "failed", "error_code": "payment_failed" });
    let ended = bench.control(&finish, failed).await.expect(200);
    assert_eq!(
        ended["redirectUrl"],
        format!(
            "myapp://signup-done?lang=en&status=failed&error_code=payment_failed&signupSessionId={}",
            id(&session)
        )
    );
    assert_eq!(bench.simulator.snapshot().customers().count(), 0);
    bench
        .control(&finish, json!({ "outcome": "failed" }))
        .await
        .refused(400);
    bench
        .control(
            "/signup-sessions/x/finish",
            json!({ "outcome": "completed" }),
        )
        .await
        .refused(404);
    let error = bench
        .simulator
        .finish_signup("x", SignupOutcome::Abandoned)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownSignup);
}

#[tokio::test]
async fn r52_a_sign_up_needs_a_return_url_and_somebody() {
    let bench = Bench::new().await;
    for body in [
        json!({ "email": "jane.doe@example.com" }),
        json!({ "returnUrl": "myapp://done" }),
        json!({ "returnUrl": "myapp://done", "email": " " }),
        json!({ "returnUrl": "/done", "email": "jane.doe@example.com" }),
    ] {
        bench.post(SESSIONS, body).await.refused(400);
    }
    assert_eq!(bench.simulator.snapshot().signups().count(), 0);
}

#[tokio::test]
async fn r16_another_sources_sign_up_looks_absent() {
    let bench = Bench::new().await;
    let session = opened(&bench).await;
    let path = format!("{SESSIONS}/{}", id(&session));
    let other = bench.other_source().await;
    bench
        .send(Method::GET, &path, Some(&other), None)
        .await
        .refused(404);
    bench.get(&format!("{SESSIONS}/css_123")).await.refused(404);
}

#[tokio::test]
async fn r07_the_management_takes_a_customers_token_only() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let body = json!({ "returnUrl": "https://partner.example.com/done", "locale": "en" });
    let message = bench.post(MANAGEMENT, body.clone()).await.refused(400);
    assert_eq!(message, "No valid customerId found");
    let device = bench.callout_token(customer).await;
    let post = Method::POST;
    bench
        .send(post.clone(), MANAGEMENT, Some(&device), Some(body.clone()))
        .await
        .refused(401);

    let minted = bench
        .control(&format!("/customers/{customer}/token"), json!({}))
        .await
        .expect(200);
    let token = minted["accessToken"].as_str();
    let page = bench
        .send(post.clone(), MANAGEMENT, token, Some(body))
        .await
        .expect(201);
    assert!(
        page["url"]
            .as_str()
            .unwrap()
            .contains("/subscription-management/")
    );
    let snapshot = bench.simulator.snapshot();
    let opened: Vec<_> = snapshot.managements().collect();
    assert_eq!(opened[0].customer_id, customer);
    assert_eq!(opened[0].locale.as_deref(), Some("en"));

    bench
        .send(post, MANAGEMENT, token, Some(json!({})))
        .await
        .refused(400);
    // It reaches nothing else.
    for path in [
        "/responseTypes".to_owned(),
        format!("/customers/{customer}"),
    ] {
        bench
            .send(Method::GET, &path, token, None)
            .await
            .refused(401);
    }
    bench
        .control("/customers/1/token", json!({}))
        .await
        .refused(404);
    let error = bench.simulator.customer_token(1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownCustomer);
}

#[tokio::test]
async fn no_secret_of_a_session_and_no_personal_data_shows() {
    let bench = Bench::new().await;
    let customer = bench.covered(JANE).await;
    let session = opened(&bench).await;
    let token = bench.simulator.customer_token(customer).unwrap();
    let body = json!({ "returnUrl": "https://partner.example.com/planted" });
    bench
        .send(Method::POST, MANAGEMENT, Some(token.reveal()), Some(body))
        .await
        .expect(201);
    let snapshot = bench.simulator.snapshot();
    let mut shown = String::new();
    for signup in snapshot.signups() {
        shown += &format!("{signup:?} {signup:#?}");
    }
    for management in snapshot.managements() {
        shown += &format!("{management:?} {management:#?}");
    }
    shown += &format!("{token:?}");
    for hidden in [
        id(&session),
        "jane.doe",
        "partner-user",
        "Downtown",
        "planted",
        "signup-done",
        token.reveal(),
    ] {
        assert!(!shown.contains(hidden), "{hidden} shows in {shown}");
    }
    assert!(!format!("{snapshot:?}").contains(id(&session)));
}
