//! The pages a person signs up on and manages subscriptions with.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::time::Duration;

use crate::common::{Bench, JANE, person};
use reqwest::{Method, StatusCode, redirect};
use serde_json::{Value, json};

const BACK: &str = "https://partner.example.com:8443/done?lang=en";

/// A browser without scripts that does not follow redirects.
struct Person {
    bench: Bench,
    browser: reqwest::Client,
}

struct Seen {
    status: StatusCode,
    policy: String,
    referrer: String,
    location: Option<String>,
    text: String,
}

impl Person {
    async fn new() -> Self {
        Self {
            bench: Bench::new().await,
            browser: reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    async fn open(&self, url: &str) -> Seen {
        Self::seen(self.browser.get(url)).await
    }

    async fn send(&self, url: &str, fields: &[(&str, &str)]) -> Seen {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let request = self.browser.post(url).body(form.finish());
        let kind = "application/x-www-form-urlencoded";
        Self::seen(request.header("content-type", kind)).await
    }

    async fn seen(request: reqwest::RequestBuilder) -> Seen {
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        Seen {
            status: response.status(),
            policy: header("content-security-policy").unwrap(),
            referrer: header("referrer-policy").unwrap(),
            location: header("location"),
            text: response.text().await.unwrap(),
        }
    }

    /// A sign-up session: its id and the link of its page.
    async fn signup(&self, body: Value) -> (String, String) {
        let path = "/customer-signup/sessions";
        let session = self.bench.post(path, body).await.expect(201);
        let text = |key: &str| session[key].as_str().unwrap().to_owned();
        (text("sessionId"), text("returnUrl"))
    }

    async fn managing(&self, customer: i64) -> String {
        let token = self.bench.simulator.customer_token(customer).unwrap();
        let path = "/subscription-management/sessions";
        let body = json!({ "returnUrl": BACK });
        let opened = self
            .bench
            .send(Method::POST, path, Some(token.reveal()), Some(body))
            .await
            .expect(201);
        opened["url"].as_str().unwrap().to_owned()
    }

    async fn subscriptions(&self, customer: i64) -> Value {
        let path = format!("/customers/{customer}/subscriptions");
        self.bench.get(&path).await.expect(200)
    }
}

fn session() -> Value {
    json!({
        "returnUrl": BACK,
        "email": "jane.doe@example.com",
        "customerReferenceId": "partner-user-123",
        "siteDetails": { "siteName": "Downtown <b>Branch</b>" },
    })
}

const ENTERED: [(&str, &str); 6] = [
    ("name", "Jane"),
    ("surname", "Doe"),
    ("mobile", "+27821112222"),
    ("email", "jane.doe@example.com"),
    ("type", "5"),
    ("action", "pay"),
];

/// The same with one field changed.
fn with<'a>(name: &str, value: &'a str) -> Vec<(&'static str, &'a str)> {
    let changed = |(known, old)| (known, if known == name { value } else { old });
    ENTERED.into_iter().map(changed).collect()
}

#[tokio::test]
async fn r52_r53_what_was_entered_becomes_the_customer_and_the_subscription() {
    let jane = Person::new().await;
    let (id, page) = jane.signup(session()).await;
    let form = jane.open(&page).await;
    assert_eq!(form.status, 200);
    assert!(form.text.contains("value=\"jane.doe@example.com\""));
    assert!(form.text.contains("Downtown &lt;b&gt;Branch"));
    assert!(form.text.contains("Nothing is paid here"));

    let sent = jane.send(&page, &ENTERED).await;
    assert_eq!(sent.status, 303);
    let customer = jane
        .bench
        .get(&format!("/customer-signup/sessions/{id}"))
        .await;
    let customer = customer.expect(200)["customerId"].as_i64().unwrap();
    let back =
        format!("{BACK}&status=completed&signupSessionId={id}&customerId={customer}&siteId=1");
    assert_eq!(sent.location.as_deref(), Some(back.as_str()));

    let profile = jane
        .bench
        .get(&format!("/customers/{customer}"))
        .await
        .expect(200);
    assert_eq!(profile["customer"]["mobile"], "+27821112222");
    assert_eq!(
        profile["customer"]["externalReferenceId"],
        "partner-user-123"
    );
    let kept = jane.bench.simulator.snapshot();
    assert_eq!(kept.subscriptions().next().unwrap().type_id, 5);

    // Pressed twice, or opened again: the same way back, and nobody else is registered.
    let again = jane.send(&page, &ENTERED).await;
    assert_eq!(
        (again.status, again.location),
        (StatusCode::SEE_OTHER, Some(back.clone()))
    );
    let done = jane.open(&page).await;
    assert!(done.text.contains("You are signed up"));
    assert!(done.text.contains(&back.replace('&', "&amp;")));
    assert_eq!(jane.bench.simulator.snapshot().customers().count(), 1);
}

#[tokio::test]
async fn r53_who_gives_up_or_cannot_pay_is_sent_back_without_a_customer() {
    let jane = Person::new().await;
    let (id, page) = jane.signup(session()).await;
    for (action, says, told) in [
        (
            "fail",
            "status=failed&error_code=payment_failed",
            "It failed last time",
        ),
        ("give-up", "status=cancelled", "You gave up last time"),
    ] {
        let sent = jane.send(&page, &[("action", action)]).await;
        let back = format!("{BACK}&{says}&signupSessionId={id}");
        assert_eq!(sent.location, Some(back));
        assert!(jane.open(&page).await.text.contains(told));
    }
    assert_eq!(jane.bench.simulator.snapshot().customers().count(), 0);
    assert_eq!(jane.send(&page, &ENTERED).await.status, 303);
    assert_eq!(jane.bench.simulator.snapshot().customers().count(), 1);
}

#[tokio::test]
async fn a_fault_is_named_at_its_field_and_what_was_entered_stays() {
    let jane = Person::new().await;
    jane.bench.covered(JANE).await;
    let (_, page) = jane.signup(session()).await;
    let long = "x".repeat(201);
    for (field, value, fault) in [
        ("name", " ", "Enter your first name."),
        ("surname", "", "Enter your surname."),
        ("mobile", "", "Enter your mobile number."),
        ("mobile", JANE, "This number is registered already"),
        ("email", &long, "Shorten your e-mail address"),
        ("name", &long, "Shorten your first name"),
        ("type", "14", "Choose a subscription."),
        ("type", "x", "Choose a subscription."),
    ] {
        let seen = jane.send(&page, &with(field, value)).await;
        assert_eq!(seen.status, 422, "{field}");
        assert!(seen.text.contains(fault), "{field}: {}", seen.text);
        // Above the form, and at the field.
        let at_field = format!("id=\"{field}-fault\">{}", &fault[..1]);
        let described = format!("{field}-fault\"");
        assert!(seen.text.contains(&at_field), "{field}: {}", seen.text);
        assert!(seen.text.matches(&described).count() > 1, "{field}");
        let link = format!("href=\"#{field}\"");
        assert!(seen.text.contains("role=\"alert\"") && seen.text.contains(&link));
        if field != "surname" {
            assert!(seen.text.contains("value=\"Doe\""), "{field}");
        }
    }
    let nothing = jane.send(&page, &[]).await;
    assert_eq!(nothing.text.matches("aria-invalid").count(), 3);
    assert_eq!(jane.bench.simulator.snapshot().customers().count(), 1);
}

#[tokio::test]
async fn a_link_that_opens_nothing_says_what_to_do() {
    let mut jane = Person::new().await;
    let (_, signup) = jane.signup(session()).await;
    let customer = jane.bench.covered(JANE).await;
    let managing = jane.managing(customer).await;
    for (link, operation) in [
        (&signup, "create_signup_session"),
        (&managing, "create_subscription_management_session"),
    ] {
        let (base, _) = link.rsplit_once('/').unwrap();
        for id in ["x", "1", "1-", "css_123", "%3Cscript%3E", "-"] {
            let url = format!("{base}/{id}");
            for seen in [jane.open(&url).await, jane.send(&url, &ENTERED).await] {
                assert_eq!(seen.status, 404, "{id}");
                assert!(seen.text.contains(operation) && !seen.text.contains("<script"));
            }
        }
    }
    jane.bench.later(1).await;
    for (link, fields) in [
        (&signup, &ENTERED[..]),
        (
            &managing,
            &[
                ("action", "cancel"),
                ("subscription", "8811"),
                ("reason", "moved"),
            ],
        ),
    ] {
        for seen in [jane.open(link).await, jane.send(link, fields).await] {
            assert_eq!(seen.status, 410);
            assert!(seen.text.contains("has expired") && seen.text.contains(BACK));
        }
    }
    assert_eq!(jane.bench.simulator.snapshot().customers().count(), 1);
}

#[tokio::test]
async fn how_long_a_link_lives_is_a_switch() {
    let jane = Person::new().await;
    let (_, page) = jane.signup(session()).await;
    jane.bench
        .simulator
        .set_switch("hosted-session-lifetime-s", "60")
        .unwrap();
    jane.bench
        .simulator
        .advance(Duration::from_secs(59))
        .unwrap();
    assert_eq!(jane.open(&page).await.status, 200);
    jane.bench
        .simulator
        .advance(Duration::from_secs(1))
        .unwrap();
    assert_eq!(jane.open(&page).await.status, 410);
}

#[tokio::test]
async fn a_form_leads_to_the_registered_return_url_and_nowhere_else() {
    let jane = Person::new().await;
    for (back, source) in [
        (BACK, "https://partner.example.com:8443"),
        ("myapp://done", "myapp:"),
        ("https://a.example;script-src", "https:"),
    ] {
        let mut body = session();
        body["returnUrl"] = back.into();
        let (_, page) = jane.signup(body).await;
        // Nothing that comes with the request moves the target.
        let bent = format!("{page}?returnUrl=https://evil.example&next=//evil.example");
        let seen = jane.open(&bent).await;
        assert!(!seen.text.contains("evil.example"));
        // The link is told to nobody else, and a form says that it came from here.
        assert_eq!(seen.referrer, "same-origin");
        let policy = format!("form-action 'self' {source}; frame-ancestors 'none'");
        assert!(seen.policy.starts_with("default-src 'none'") && seen.policy.ends_with(&policy));
        let fields = [("action", "give-up"), ("returnUrl", "https://evil.example")];
        let sent = jane.send(&bent, &fields).await.location.unwrap();
        assert!(sent.starts_with(back) && !sent.contains("evil"), "{sent}");
    }
    for target in [
        "javascript:alert(1)",
        "DATA:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
    ] {
        let mut body = session();
        body["returnUrl"] = target.into();
        let path = "/customer-signup/sessions";
        jane.bench.post(path, body).await.refused(400);
    }
}

#[tokio::test]
async fn r48_what_is_done_in_the_management_is_what_the_api_shows() {
    let jane = Person::new().await;
    let customer = jane.bench.covered(JANE).await;
    let member = jane.bench.uncovered("+27820000001").await;
    let page = jane.managing(customer).await;
    let act = async |fields: &[(&str, &str)]| {
        let sent = jane
            .send(&page, &[&[("subscription", "8811")], fields].concat())
            .await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let next = sent.location.unwrap();
        let origin = page.split("/subscription-management").next().unwrap();
        jane.open(&format!("{origin}{next}")).await.text
    };
    let seen = act(&[("action", "add"), ("mobile", "+27820000001")]).await;
    assert!(seen.contains("The member is added.") && seen.contains("Remove Jane Doe"));
    jane.bench.raise(member).await.expect(201);

    act(&[("action", "renew"), ("valid_to", "2027-01-31")]).await;
    let listed = jane.subscriptions(customer).await;
    assert!(
        listed[0]["validTo"]
            .as_str()
            .unwrap()
            .starts_with("2027-01-31T23:59:59")
    );

    let gone = member.to_string();
    let seen = act(&[("action", "remove"), ("member", &gone)]).await;
    assert!(seen.contains("Nobody else is covered."));

    let seen = act(&[("action", "cancel"), ("reason", "Moved <away>")]).await;
    assert!(seen.contains("Moved &lt;away&gt;") && !seen.contains("value=\"renew\""));
    let listed = jane.subscriptions(customer).await;
    assert_ne!(listed[0]["CancelledDate"], Value::Null);
    jane.bench.raise(customer).await.refused(403);

    let seen = act(&[("action", "activate"), ("type", "4")]).await;
    assert!(seen.contains("You have a new subscription."));
    jane.bench.raise(customer).await.expect(201);
}

#[tokio::test]
async fn r16_r20_the_management_changes_nothing_it_must_not() {
    let jane = Person::new().await;
    let customer = jane.bench.covered(JANE).await;
    let other = jane.bench.covered("+27820000001").await;
    let page = jane.managing(customer).await;
    let before = jane.subscriptions(other).await;
    let own = jane.subscriptions(customer).await;
    for (fields, fault) in [
        (
            &[
                ("subscription", "8812"),
                ("action", "cancel"),
                ("reason", "x"),
            ][..],
            "not a subscription of yours",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "cancel"),
                ("reason", " "),
            ],
            "Enter a reason.",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "renew"),
                ("valid_to", "2026-07-01"),
            ],
            "Choose a day after 2026-07-10.",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "renew"),
                ("valid_to", "soon"),
            ],
            "Enter a date",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "renew"),
                ("valid_to", "9999-12-31"),
            ],
            "Choose an earlier day.",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "add"),
                ("mobile", "+27829999999"),
            ],
            "Nobody else is registered",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "add"),
                ("mobile", JANE),
            ],
            "Nobody else is registered",
        ),
        (
            &[
                ("subscription", "8811"),
                ("action", "remove"),
                ("member", "1"),
            ],
            "no member any more",
        ),
        (
            &[("subscription", "8811"), ("action", "fly")],
            "Use one of the buttons.",
        ),
        (
            &[("action", "activate"), ("type", "4")],
            "has the active subscription",
        ),
        (&[("action", "activate"), ("type", "14")], "is not a type"),
    ] {
        let seen = jane.send(&page, fields).await;
        assert_eq!(seen.status, 422, "{fields:?}");
        assert!(seen.text.contains(fault), "{fields:?}: {}", seen.text);
    }
    assert_eq!(jane.subscriptions(other).await, before);
    assert_eq!(jane.subscriptions(customer).await, own);

    let path = format!("/customers/{customer}/delete");
    jane.bench.post(&path, json!({})).await.expect(200);
    assert_eq!(jane.open(&page).await.status, 404);
}

#[tokio::test]
async fn everything_is_escaped_and_nothing_comes_from_elsewhere() {
    let jane = Person::new().await;
    let hostile = "<script>alert(1)</script>";
    let (_, page) = jane.signup(session()).await;
    let mut fields = with("name", hostile);
    fields[1].1 = "\"><img src=x>";
    fields[2].1 = "";
    let faulty = jane.send(&page, &fields).await;
    assert_eq!(faulty.status, 422);
    let mut profile = person(JANE);
    profile["name"] = hostile.into();
    profile["surname"] = "\"><img src=x>".into();
    let body = json!({ "customer": profile, "subscription": { "subscriptionTypeId": 4 } });
    jane.bench.post("/customers", body).await.expect(201);
    let managing = jane.open(&jane.managing(178_921).await).await;
    for seen in [&faulty, &managing] {
        assert!(seen.text.contains("&lt;script&gt;"));
        assert!(!seen.text.contains("<script") && !seen.text.contains("<img"));
        assert!(!seen.text.contains("src=\"http") && !seen.policy.contains("unsafe"));
    }
    let css = page.split("/signup").next().unwrap().to_owned() + "/hosted.css";
    let css = jane.browser.get(css).send().await.unwrap();
    assert_eq!(css.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn links_begin_with_the_public_url_and_open_where_it_leads() {
    let public = "https://sandbox.example.com:8443";
    let builder = people_protect_simulator::Simulator::builder();
    let manual = people_protect_simulator::Clock::manual();
    let bench = Bench::of(builder.clock(manual).public_url(format!("{public}/"))).await;
    let local = bench.simulator.api_url();
    let local = local.strip_suffix("/panic-api/v2").unwrap();
    assert!(local.starts_with("http://127.0.0.1:"));
    let customer = bench.covered(JANE).await;
    let raised = bench.raise(customer).await.expect(201);
    let opened = bench
        .post("/customer-signup/sessions", session())
        .await
        .expect(201);
    for link in [&raised["callout"]["url"], &opened["returnUrl"]] {
        let path = link.as_str().unwrap().strip_prefix(public).unwrap();
        // As a proxy in front of it asks: with the name that others use.
        let page = bench.client.get(format!("{local}{path}"));
        let page = page.header("host", "sandbox.example.com:8443");
        assert_eq!(page.send().await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn r53_broken_shows_on_the_page_that_leads_back_again_too() {
    let jane = Person::new().await;
    jane.bench.simulator.break_rule("R53", true).unwrap();
    let (_, page) = jane.signup(session()).await;
    let first = jane.send(&page, &ENTERED).await.location.unwrap();
    let again = jane.send(&page, &ENTERED).await.location.unwrap();
    assert_eq!(first, again);
    assert!(!again.contains("status="), "{again}");
    assert!(!jane.open(&page).await.text.contains("status="));
}
