//! Hosted sign-up: opened, left, confirmed.

use people_protect::{
    CustomerId, ErrorKind, PeopleProtect, ReturnUrl, SignupOutcome, SignupRequest, SignupState,
};
use people_protect_simulator::{SignupOutcome as Ending, Simulator};

use crate::server::{Reply, Server};

const BACK: &str = "https://shop.example.com/signup-done";

fn request() -> SignupRequest {
    SignupRequest::by_reference("partner-user-123", BACK)
        .unwrap()
        .email("jane.doe@example.com")
        .site("Downtown Branch", Some("site_9944"))
}

async fn scene() -> (Simulator, PeopleProtect) {
    let simulator = Simulator::start().await.unwrap();
    let known = simulator.credentials();
    let credentials =
        people_protect::Credentials::new(known.client_id(), known.client_secret().reveal());
    let environment = people_protect::Environment::custom(&simulator.api_url()).unwrap();
    let aura = PeopleProtect::builder(environment, credentials.unwrap());
    (simulator, aura.build().unwrap())
}

fn failed() -> Ending {
    Ending::Failed {
        error_code: "payment_failed".into(),
    }
}

/// A client whose session read answers this.
async fn session(body: &str) -> PeopleProtect {
    Server::replying([Reply::json(200, body)]).await.client()
}

#[tokio::test]
async fn r52_p19_a_person_is_signed_up_once_the_session_has_a_customer() {
    let (simulator, aura) = scene().await;
    let started = aura.start_signup(request()).await.unwrap();
    assert_eq!(started.customer(), None);
    let signup = aura.signup(started.session_id());
    let before = signup.get().await.unwrap();
    assert_eq!(before.state(), SignupState::Pending);
    assert_eq!(
        before.customer_reference_id().unwrap().reveal(),
        "partner-user-123"
    );
    assert!(before.answer().json()["flows"].is_array());

    let id = started.session_id().reveal();
    let redirect = simulator.finish_signup(id, Ending::Completed).unwrap();
    let back = ReturnUrl::parse(redirect.reveal());
    let confirmed = signup.confirm(&back).await.unwrap();
    let customer = confirmed.customer().unwrap();
    assert_eq!(*confirmed.outcome(), SignupOutcome::Completed { customer });
    assert_eq!(back.customer(), Some(customer));
    assert_eq!(
        confirmed.session().state(),
        SignupState::Completed { customer }
    );
    assert_eq!(
        aura.confirm(&back).await.unwrap().customer(),
        Some(customer)
    );
    aura.customer(customer).get().await.unwrap();
    simulator.shutdown().await.unwrap();
}

#[tokio::test]
async fn r53_each_way_to_leave_the_hosted_flow_has_its_outcome() {
    let (simulator, aura) = scene().await;
    let error_code = Some("payment_failed".to_owned());
    for (ending, outcome) in [
        (failed(), SignupOutcome::Failed { error_code }),
        (Ending::Abandoned, SignupOutcome::Cancelled),
    ] {
        let started = aura.start_signup(request()).await.unwrap();
        let id = started.session_id().reveal();
        let back = simulator.finish_signup(id, ending).unwrap();
        let back = ReturnUrl::parse(back.reveal());
        let confirmed = aura.signup(id).confirm(&back).await.unwrap();
        assert_eq!(*confirmed.outcome(), outcome);
        assert_eq!(confirmed.customer(), None);
    }
}

#[tokio::test]
async fn p13_a_return_url_is_only_a_hint() {
    let (simulator, aura) = scene().await;
    let started = aura.start_signup(request()).await.unwrap();
    let id = started.session_id().reveal();
    // Anybody can write this.
    let forged = format!("?status=completed&signupSessionId={id}&customerId=1");
    let confirmed = aura.confirm(&ReturnUrl::parse(&forged)).await.unwrap();
    assert_eq!(*confirmed.outcome(), SignupOutcome::Pending);
    assert_eq!(confirmed.customer(), None);

    // Once there is a customer, another one in the URL is an error and not a customer.
    simulator.finish_signup(id, Ending::Completed).unwrap();
    let error = aura.confirm(&ReturnUrl::parse(&forged)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("customer 1,"), "{error}");
}

#[tokio::test]
async fn p13_another_sessions_return_is_refused_before_anything_is_sent() {
    let (simulator, aura) = scene().await;
    let mine = aura.start_signup(request()).await.unwrap();
    let other = aura.start_signup(request()).await.unwrap();
    let redirect = simulator
        .finish_signup(other.session_id().reveal(), Ending::Completed)
        .unwrap();
    let sent = simulator.requests().len();
    let back = ReturnUrl::parse(redirect.reveal());
    let error = aura.signup(mine.session_id()).confirm(&back).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(!error.may_have_reached_server());
    for blank in [
        aura.confirm(&ReturnUrl::parse(BACK)).await.err(),
        aura.signup(" ").get().await.err(),
    ] {
        assert_eq!(blank.unwrap().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(simulator.requests().len(), sent);
    // Without a session in the URL, the one that was kept decides.
    let confirmed = aura.signup(mine.session_id());
    let confirmed = confirmed.confirm(&ReturnUrl::parse(BACK)).await.unwrap();
    assert_eq!(*confirmed.outcome(), SignupOutcome::Pending);
}

#[tokio::test]
async fn p13_a_customer_without_a_finished_flow_is_told_apart() {
    let customer = CustomerId::new(987_654);
    for status in ["failed", "cancelled", "on_hold"] {
        let aura = session(r#"{"customerId": 987654}"#).await;
        let back = format!("?status={status}&signupSessionId=css_123&customerId=987654");
        let confirmed = aura.confirm(&ReturnUrl::parse(&back)).await.unwrap();
        assert_eq!(confirmed.customer(), Some(customer));
        let SignupOutcome::Unfinished { status: kept, .. } = confirmed.outcome() else {
            panic!("{status}: {confirmed:?}");
        };
        assert_eq!(*kept, people_protect::ReturnStatus::of(status));
    }
}

#[tokio::test]
async fn c32_p19_a_session_is_read_in_every_shape() {
    for (body, customer) in [
        (
            r#"{"customerId": 987654, "flows": {"payment": true}}"#,
            Some(987_654),
        ),
        (r#"{"customerId": "987654", "new": 1}"#, Some(987_654)),
        (
            r#"{"message": "ok", "session": {"customerId": 987654}}"#,
            Some(987_654),
        ),
        (
            r#"{"id": "css_123", "status": "pending_verification", "customerId": null}"#,
            None,
        ),
        (r#"{"status": "completed", "customerId": null}"#, None),
        (r#"{"customerId": 0}"#, None),
        (r#"{"customerId": ""}"#, None),
        ("{}", None),
    ] {
        let view = session(body).await.signup("css_123").get().await.unwrap();
        assert_eq!(view.customer(), customer.map(CustomerId::new), "{body}");
        assert_eq!(view.state().customer(), view.customer());
        assert_eq!(view.answer().body(), body.as_bytes());
    }
}

#[tokio::test]
async fn r89_p06_the_hosted_page_is_not_the_own_return_url() {
    let (_simulator, aura) = scene().await;
    let started = aura.start_signup(request()).await.unwrap();
    assert_ne!(started.hosted_url().reveal(), BACK);
    assert!(started.hosted_url().reveal().contains("/signup/"));

    for body in [
        format!(r#"{{"sessionId": "css_123", "returnUrl": "{BACK}"}}"#),
        r#"{"sessionId": "css_123"}"#.into(),
        r#"{"sessionId": "css_123", "returnUrl": "javascript:alert(1)"}"#.into(),
        r#"{"sessionId": "css_123", "returnUrl": "http://signup.example.com/x"}"#.into(),
        r#"{"sessionId": " ", "returnUrl": "https://signup.example.com/x"}"#.into(),
        r#"{"returnUrl": "https://signup.example.com/x"}"#.into(),
    ] {
        let error = session(&body).await.start_signup(request()).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndecodableAnswer, "{body}");
        assert!(error.may_have_reached_server());
        assert_eq!(error.body(), body.as_bytes());
    }
    let wrapped = r#"{"data": {"sessionId": "css_123", "returnUrl": "https://signup.example.com/x", "customerId": 7}}"#;
    let started = session(wrapped).await.start_signup(request()).await;
    let started = started.unwrap();
    assert_eq!(started.session_id().reveal(), "css_123");
    assert_eq!(started.customer(), Some(CustomerId::new(7)));
}

#[tokio::test]
async fn r52_the_request_says_who_and_where_and_nothing_else() {
    let server = Server::replying([Reply::json(
        201,
        r#"{"sessionId": "css_123", "customerId": null, "returnUrl": "https://signup.example.com/x"}"#,
    )])
    .await;
    let request = SignupRequest::by_email(" jane.doe@example.com ", "myapp://done").unwrap();
    let request = request.customer_reference_id(" ");
    server.client().start_signup(request).await.unwrap();
    let seen = server.seen();
    let sent = seen.iter().find(|seen| seen.path.ends_with("/sessions"));
    let sent: serde_json::Value = serde_json::from_str(&sent.unwrap().body).unwrap();
    assert_eq!(
        sent,
        serde_json::json!({"returnUrl": "myapp://done", "email": "jane.doe@example.com"})
    );
    for (email, back) in [
        ("", BACK),
        ("jane", BACK),
        (BACK, "j@example.com"),
        ("j@e", "x"),
    ] {
        let error = SignupRequest::by_email(email, back).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    for (reference, back) in [
        (" ", BACK),
        (BACK, "partner-1"),
        ("partner-1", "http://a.example"),
    ] {
        assert!(SignupRequest::by_reference(reference, back).is_err());
    }
}
