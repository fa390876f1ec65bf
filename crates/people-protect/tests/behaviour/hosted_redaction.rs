//! Nothing planted shows in what the hosted flows hand out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use people_protect::{
    Cover, CustomerToken, HostedUrl, PaymentReturn, PaymentVisit, ReturnStatus, ReturnUrl,
    SignupOutcome, SignupRequest, SignupSessionId,
};

use crate::server::{Reply, Server};

#[track_caller]
fn clean(value: &impl std::fmt::Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.to_lowercase().contains("planted"), "{shown}");
        // What the claims of the tokens encode to.
        assert!(!shown.contains("eyJ"), "{shown}");
    }
}

fn token() -> String {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"customerId":7,"sub":"planted","name":"planted"}"#);
    format!("eyJ9.{claims}.planted")
}

const BACK: &str = "https://shop.example.com/done?planted=planted";

const EVERYTHING: &str = r#"{
    "sessionId": "planted", "customerId": 7, "customerReferenceId": "planted", "id": "planted",
    "returnUrl": "https://signup.example.com/planted?planted#planted", "flows": {"planted": "planted"},
    "siteDetails": {"planted": "planted"}, "url": "https://signup.example.com/planted?x=planted"
}"#;

#[test]
fn p12_values_of_the_hosted_flows_show_their_type_only() {
    clean(&SignupSessionId::new("planted"));
    clean(&SignupRequest::by_email("planted@example.com", BACK).unwrap());
    for url in [
        "https://signup.example.com/planted?planted#planted",
        "https://planted:planted@signup.example.com/planted",
        "planted",
        "myapp:planted",
    ] {
        clean(&HostedUrl::new(url));
        assert!(!HostedUrl::new(url).to_string().contains("planted"));
    }
    let query =
        "status=planted&error_code=planted&signupSessionId=planted&siteId=planted&planted=planted";
    let back = ReturnUrl::parse(query);
    clean(&back);
    clean(&back.status());
    clean(
        &back
            .parameters()
            .map(|(_, value)| value)
            .collect::<Vec<_>>(),
    );
    clean(&SignupOutcome::Failed {
        error_code: Some("planted".into()),
    });
    clean(&SignupOutcome::Unfinished {
        customer: 7.into(),
        status: ReturnStatus::Other("planted".into()),
        error_code: Some("planted".into()),
    });
    let token = CustomerToken::new(token()).unwrap();
    clean(&token);
    clean(token.unverified_claims());
    let back = PaymentReturn::new(BACK).unwrap();
    clean(&back);
    clean(&back.success());
    let visit = format!("token={}&redirectUrl={BACK}&userid=planted", token.reveal());
    clean(&PaymentVisit::parse(&visit).unwrap());
}

#[tokio::test]
async fn p12_sessions_and_pages_show_nothing_planted() {
    let subscription =
        r#"{"subscription": {"id": 1, "CancelledReason": "planted"}, "planted": "planted"}"#;
    let server = Server::replying([
        Reply::json(201, EVERYTHING),
        Reply::json(200, EVERYTHING),
        Reply::json(200, EVERYTHING),
        Reply::json(201, EVERYTHING),
        Reply::json(201, subscription),
    ])
    .await;
    let aura = server.client();
    let request = SignupRequest::by_reference("planted", BACK).unwrap();
    let started = aura.start_signup(request).await.unwrap();
    clean(&started);
    clean(started.answer());
    let signup = aura.signup(started.session_id());
    clean(&signup);
    let view = signup.get().await.unwrap();
    clean(&view);
    clean(view.raw());
    clean(&view.customer_reference_id());
    clean(&signup.confirm(&ReturnUrl::parse("")).await.unwrap());
    let session = aura.as_customer(CustomerToken::new(token()).unwrap());
    clean(&session);
    let manage = session.manage_subscription(BACK);
    clean(&manage);
    clean(&manage.await.unwrap());
    let from = "2026-06-10T00:00:00Z".parse().unwrap();
    let cover = Cover::between(4.into(), from, "2027-06-10T00:00:00Z".parse().unwrap());
    clean(&aura.activate_paid(7, cover.unwrap()).await.unwrap());
}

#[tokio::test]
async fn p12_errors_of_the_hosted_flows_show_nothing_planted() {
    for body in ["planted", EVERYTHING, r#"{"planted": "planted"}"#] {
        for status in [200, 400, 401, 404, 500] {
            let reply = move || Reply::json(status, body);
            let server = Server::replying([reply(), reply(), reply()]).await;
            let aura = server.client();
            let request = SignupRequest::by_reference("planted", BACK).unwrap();
            let back = ReturnUrl::parse("signupSessionId=planted&customerId=8");
            let session = aura.as_customer(CustomerToken::new(token()).unwrap());
            let errors = [
                aura.start_signup(request).await.err(),
                aura.confirm(&back).await.err(),
                session.manage_subscription(BACK).await.err(),
            ];
            for error in errors.iter().flatten() {
                clean(error);
                assert!(!error.to_string().contains("planted"), "{error}");
            }
            assert!(status == 200 || errors.iter().all(Option::is_some));
        }
    }
    clean(&SignupRequest::by_email("planted", BACK).unwrap_err());
    clean(&SignupRequest::by_reference("x", "planted").unwrap_err());
    clean(&CustomerToken::new("planted").unwrap_err());
    clean(&PaymentReturn::new("http://planted.example.com").unwrap_err());
    clean(&PaymentVisit::parse("userid=planted").unwrap_err());
}
