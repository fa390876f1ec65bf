//! The hosted pages, from their link to the integrator's return URL.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::response::Html;
use people_protect_simulator::Stage;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::browser::{Browser, browse_within};
use crate::common::{Bench, JANE};
use crate::origin;

/// The integrator's own site, to which the pages lead back. Ends when it is dropped.
struct Integrator {
    url: String,
    _server: JoinSet<()>,
}

impl Integrator {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer =
            async || Html("<!doctype html><title>Welcome back</title><h1>Welcome back</h1>");
        let site = Router::new().fallback(answer);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, site).await.unwrap() });
        Self {
            url,
            _server: server,
        }
    }

    fn return_url(&self) -> String {
        format!("{}/done?lang=en", self.url)
    }
}

/// What the browser brought back with it.
async fn brought_back(page: &Browser, integrator: &Integrator) -> HashMap<String, String> {
    page.until_text("h1", "Welcome back").await;
    let url = page.client.current_url().await.unwrap();
    assert!(url.as_str().starts_with(&integrator.return_url()), "{url}");
    Url::parse(url.as_str())
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

/// A sign-up session: its id and the link of its page.
async fn session(bench: &Bench, integrator: &Integrator) -> (String, String) {
    let body = json!({ "returnUrl": integrator.return_url(), "email": "jane.doe@example.com" });
    let opened = bench
        .post("/customer-signup/sessions", body)
        .await
        .expect(201);
    let text = |key: &str| opened[key].as_str().unwrap().to_owned();
    (text("sessionId"), text("returnUrl"))
}

async fn state(bench: &Bench, session: &str) -> Value {
    let path = format!("/customer-signup/sessions/{session}");
    bench.get(&path).await.expect(200)
}

#[tokio::test]
async fn r52_r53_a_sign_up_that_is_refused_once_and_then_completed() {
    let (bench, integrator) = (Bench::new().await, Integrator::new().await);
    bench.uncovered(JANE).await;
    let (id, link) = session(&bench, &integrator).await;
    let here = origin(&bench);
    let beyond = integrator.url.clone();
    browse_within(&[&here.clone(), &beyond], true, |page| async move {
        page.open(&link).await;
        page.inspect("sign-up").await;
        let pay = "button[value='pay']";
        // The browser itself holds back what is not filled in.
        page.click(pay).await;
        assert_eq!(page.value("document.activeElement.id").await, json!("name"));
        page.enter("#name", "Jane").await;
        page.enter("#surname", "Doe").await;
        page.enter("#mobile", JANE).await;
        page.click(pay).await;
        page.until_text(".faults", "This number is registered already")
            .await;
        page.inspect("sign-up-refused").await;
        page.click(".faults a").await;
        assert_eq!(
            page.value("document.activeElement.id").await,
            json!("mobile")
        );
        page.value("document.querySelector('#mobile').select()")
            .await;
        page.enter("#mobile", "+27821112222").await;
        page.phone().await;
        page.fits().await;
        page.click(pay).await;

        let back = brought_back(&page, &integrator).await;
        assert_eq!(
            (&*back["status"], &back["signupSessionId"]),
            ("completed", &id)
        );
        let customer: i64 = back["customerId"].parse().unwrap();
        let known = state(&bench, &id).await;
        assert_eq!(known["customerId"], customer);
        bench.raise(customer).await.expect(201);

        // The link does nothing twice, and still shows the way.
        page.open(&link).await;
        page.until_text("h1", "You are signed up").await;
        page.inspect("sign-up-completed").await;
        page.click("main a.button").await;
        assert_eq!(brought_back(&page, &integrator).await, back);
    })
    .await;
}

#[tokio::test]
async fn r53_a_sign_up_that_fails_is_given_up_and_expires() {
    let (bench, integrator) = (Bench::new().await, Integrator::new().await);
    let (id, link) = session(&bench, &integrator).await;
    let here = origin(&bench);
    let beyond = integrator.url.clone();
    browse_within(&[&here.clone(), &beyond], true, |page| async move {
        for (button, status, error, said) in [
            (
                "fail",
                "failed",
                Some("payment_failed"),
                "It failed last time",
            ),
            ("give-up", "cancelled", None, "You gave up last time"),
        ] {
            page.open(&link).await;
            page.click(&format!("button[value='{button}']")).await;
            let back = brought_back(&page, &integrator).await;
            assert_eq!(back["status"], status);
            assert_eq!(back["signupSessionId"], id);
            assert_eq!(back.get("error_code").map(String::as_str), error);
            assert!(!back.contains_key("customerId"));
            page.open(&link).await;
            page.until_text("main", said).await;
            page.inspect(&format!("sign-up-{status}")).await;
        }
        assert_eq!(bench.simulator.snapshot().customers().count(), 0);
        bench
            .simulator
            .advance(Duration::from_secs(24 * 3600))
            .unwrap();
        page.open(&link).await;
        page.until_text("h1", "This sign-up has expired").await;
        page.inspect("sign-up-expired").await;
        page.click("main a.button").await;
        brought_back(&page, &integrator).await;
        page.open(&format!("{here}/signup/unknown")).await;
        page.until_text("h1", "This link does not open a sign-up")
            .await;
        page.inspect("sign-up-unknown").await;
    })
    .await;
}

#[tokio::test]
async fn subscriptions_are_managed_and_cancelled_and_the_api_knows() {
    let (bench, integrator) = (Bench::new().await, Integrator::new().await);
    let customer = bench.covered(JANE).await;
    bench.uncovered("+27823334444").await;
    let token = bench.simulator.customer_token(customer).unwrap();
    let body = json!({ "returnUrl": integrator.return_url() });
    let path = "/subscription-management/sessions";
    let opened = bench
        .send(Method::POST, path, Some(token.reveal()), Some(body))
        .await
        .expect(201);
    let link = opened["url"].as_str().unwrap().to_owned();
    let here = origin(&bench);
    let beyond = integrator.url.clone();
    browse_within(&[&here.clone(), &beyond], true, |page| async move {
        page.open(&link).await;
        page.until_text("article .status", "Active").await;
        page.inspect("managing").await;
        page.enter("input[name='mobile']", "+27829999999").await;
        page.click("button[value='add']").await;
        page.until_text(".faults", "Nobody else is registered")
            .await;
        page.inspect("managing-refused").await;
        page.value("document.querySelector('input[name=mobile]').select()")
            .await;
        page.enter("input[name='mobile']", "+27823334444").await;
        page.click("button[value='add']").await;
        page.until_text("main", "The member is added.").await;
        page.inspect("managing-members").await;
        page.phone().await;
        page.fits().await;
        page.enter("input[name='reason']", "Moved away").await;
        page.click("button[value='cancel']").await;
        page.until_text("main", "The subscription is cancelled.")
            .await;
        page.until_text("article .status", "Cancelled").await;
        page.inspect("managing-cancelled").await;

        let snapshot = bench.simulator.snapshot();
        let subscription = snapshot.customer(customer).unwrap().subscriptions[0];
        let known = bench
            .get(&format!("/subscriptions/{subscription}"))
            .await
            .expect(200);
        assert!(known.to_string().contains("Moved away"), "{known}");
        // R26: without cover nobody is sent.
        let refused = bench.raise(customer).await;
        assert_eq!(refused.status, 403, "{}", refused.body);

        page.click("button[value='activate']").await;
        page.until_text("main", "You have a new subscription.")
            .await;
        let raised = bench.raise(customer).await.expect(201);
        let callout = raised["callout"]["id"].as_i64().unwrap();
        bench.simulator.set_stage(callout, Stage::Closed).unwrap();
        page.click("main > p a.button").await;
        brought_back(&page, &integrator).await;

        page.open(&format!("{here}/subscription-management/unknown"))
            .await;
        page.until_text("h1", "This link does not open a subscription management")
            .await;
        page.inspect("managing-unknown").await;
        bench
            .simulator
            .advance(Duration::from_secs(24 * 3600))
            .unwrap();
        page.open(&link).await;
        page.until_text("h1", "This subscription management has expired")
            .await;
        page.inspect("managing-expired").await;
    })
    .await;
}
