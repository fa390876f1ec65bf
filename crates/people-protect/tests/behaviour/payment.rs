//! The payment page: what it is opened with, the activation, the way back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use people_protect::{Activated, Cover, Error, ErrorKind, PaymentReturn, PaymentVisit};

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

fn cover() -> Cover {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let (from, to) = (at("2026-06-10T00:00:00Z"), at("2027-06-10T00:00:00Z"));
    Cover::between(4.into(), from, to).unwrap()
}

const OURS: &str = r#"{"id": 8811, "customerId": 7, "subscriptionTypeId": 4, "validFrom": "2026-06-10T00:00:00Z",
    "validTo": "2027-06-10T00:00:00.000Z", "CancelledDate": null}"#;

async fn activate(replies: impl IntoIterator<Item = Reply>) -> (Result<Activated, Error>, usize) {
    let server = Server::replying(replies).await;
    let clock = ManualClock::at("2026-06-11T00:00:00Z");
    let aura = server.builder().with_clock(clock).build().unwrap();
    let activated = aura.activate_paid(7, cover()).await;
    (activated, server.count("/customers/7/subscriptions"))
}

fn list(subscriptions: &str) -> Reply {
    Reply::json(200, &format!("[{subscriptions}]"))
}

#[test]
fn r93_p15_the_return_keeps_every_parameter_and_says_success_once() {
    for (url, paid) in [
        (
            "https://app.example.com/paid",
            "https://app.example.com/paid?success=true",
        ),
        (
            "https://app.example.com/paid?",
            "https://app.example.com/paid?success=true",
        ),
        (
            "https://app.example.com/paid?b=2&a=%2F+x&b=1&flag#top",
            "https://app.example.com/paid?b=2&a=%2F+x&b=1&flag&success=true#top",
        ),
        (
            "https://app.example.com/?success=false&a=1&SUCCESS=x&%73uccess=1&successful=1",
            "https://app.example.com/?a=1&successful=1&success=true",
        ),
        (
            "http://localhost:3000/paid",
            "http://localhost:3000/paid?success=true",
        ),
    ] {
        let back = PaymentReturn::new(url).unwrap();
        assert_eq!(back.success().reveal(), paid);
        assert_eq!(
            back.failure().reveal(),
            paid.replace("success=true", "success=false")
        );
        // Returning twice changes nothing.
        let again = PaymentReturn::new(back.failure().reveal()).unwrap();
        assert_eq!(again.success(), back.success());
    }
}

#[test]
fn r93_a_return_in_clear_is_refused() {
    for url in [
        "http://app.example.com/paid",
        "myapp://paid",
        "javascript:alert(1)",
        "//app.example.com/paid",
        "https://user:planted@app.example.com/",
        "",
    ] {
        let error = PaymentReturn::new(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}");
    }
}

#[test]
fn r93_a_payment_page_reads_what_it_was_opened_with() {
    let claims = URL_SAFE_NO_PAD.encode(r#"{"customerId":178921,"sub":"user-17"}"#);
    let token = format!("e30.{claims}.c2ln");
    let back = "redirectUrl=https%3A%2F%2Fapp.example.com%2Fpaid%3Forder%3D7%26x%3D1";
    let open = |query: &str| PaymentVisit::parse(&format!("https://pay.example.com/?{query}"));
    let visit = open(&format!("token={token}&{back}&userid=user-17")).unwrap();
    assert_eq!(visit.payment_return().host(), "app.example.com");
    assert_eq!(
        visit.payment_return().success().reveal(),
        "https://app.example.com/paid?order=7&x=1&success=true"
    );
    assert_eq!(visit.token().reveal(), token);
    assert!(open(&format!("token={token}&{back}")).is_ok());
    for (query, kind) in [
        (
            format!("token={token}&{back}&userid=user-18"),
            ErrorKind::InvalidRequest,
        ),
        (
            format!("token={token}&userid=user-17"),
            ErrorKind::InvalidRequest,
        ),
        (format!("{back}&userid=user-17"), ErrorKind::InvalidRequest),
        (
            format!("token={token}&redirectUrl=http%3A%2F%2Fa.example"),
            ErrorKind::InvalidRequest,
        ),
        (format!("token=opaque&{back}"), ErrorKind::WrongTokenScope),
    ] {
        assert_eq!(open(&query).unwrap_err().kind(), kind, "{query}");
    }
}

#[tokio::test]
async fn p15_an_activation_gives_the_subscription() {
    for body in [
        format!(r#"{{"message": "ok", "subscription": {OURS}}}"#),
        OURS.to_owned(),
    ] {
        let (activated, reads) = activate([Reply::json(201, &body)]).await;
        let back = PaymentReturn::new("https://app.example.com").unwrap();
        assert!(back.after(&activated).reveal().ends_with("success=true"));
        let activated = activated.unwrap();
        assert_eq!(activated.id().unwrap().get(), 8811);
        assert!(!activated.was_active());
        assert_eq!(activated.answer().unwrap().body(), body.as_bytes());
        assert_eq!(reads, 0);
    }
}

#[tokio::test]
async fn p15_a_lost_answer_is_looked_up_before_it_is_an_error() {
    let other = OURS
        .replace("8811", "1")
        .replace("\"subscriptionTypeId\": 4", "\"subscriptionTypeId\": 5");
    let cancelled = OURS
        .replace("8811", "2")
        .replace("null", "\"2026-06-10T01:00:00Z\"");
    let listed = format!("{other},{cancelled},{OURS}");
    for lost in [
        || Reply::raw(""),
        || Reply::json(502, "{}"),
        || Reply::json(200, "{}"),
        || Reply::json(200, "<html>"),
    ] {
        let (activated, reads) = activate([lost(), list(&listed)]).await;
        let activated = activated.unwrap();
        assert_eq!(activated.id().unwrap().get(), 8811);
        assert!(activated.answer().is_none() && !activated.was_active());
        assert_eq!(reads, 1);

        let (missing, reads) = activate([lost(), list(&format!("{other},{cancelled}"))]).await;
        let back = PaymentReturn::new("https://app.example.com").unwrap();
        assert!(back.after(&missing).reveal().ends_with("success=false"));
        let error = missing.unwrap_err();
        assert!(error.may_have_reached_server());
        assert!(error.hint().unwrap().contains("before charging again"));
        assert_eq!(reads, 1);
    }
}

#[tokio::test]
async fn p15_r23_a_page_loaded_twice_finds_the_active_subscription() {
    let lapsed = OURS
        .replace("8811", "1")
        .replace("2027-06-10", "2026-06-10");
    let conflict = || Reply::json(409, r#"{"message": "already active"}"#);
    let (activated, _) = activate([conflict(), list(&format!("{lapsed},{OURS}"))]).await;
    let activated = activated.unwrap();
    assert!(activated.was_active());
    assert_eq!(activated.id().unwrap().get(), 8811);
    assert_eq!(activated.subscription().customer_id, Some(7));

    for answer in [list(&lapsed), Reply::json(500, "{}")] {
        let (activated, _) = activate([conflict(), answer]).await;
        assert_eq!(activated.unwrap_err().kind(), ErrorKind::AlreadySubscribed);
    }
}

#[tokio::test]
async fn p15_a_refusal_is_an_error_at_once() {
    for status in [400, 401, 404] {
        let refused = || Reply::json(status, r#"{"message": "no"}"#);
        let (activated, reads) = activate([refused(), refused()]).await;
        assert_eq!(activated.unwrap_err().status().unwrap(), status);
        assert_eq!(reads, 0);
    }
}
