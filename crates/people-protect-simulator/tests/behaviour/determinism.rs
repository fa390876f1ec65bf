//! The same seed, requests and clock give the same bytes.
#![allow(
    clippy::unwrap_used,
    reason = "the transcript is made outside of the test functions"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use crate::common::{Bench, JANE, cry, person};
use people_protect_api::OPERATIONS;
use people_protect_simulator::{Clock, Simulator, Stage};
use reqwest::Method;
use serde_json::{Value, json};

/// What one run answered so far.
struct Run {
    bench: Bench,
    all: Vec<String>,
}

impl Run {
    async fn new(seed: u64) -> Self {
        let builder = Simulator::builder().clock(Clock::manual()).seed(seed);
        let bench = Bench::of(builder).await;
        let all = vec![bench.token.clone()];
        Self { bench, all }
    }

    /// Sends a request and writes its answer down: status, content type and every byte.
    async fn step(&mut self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.bench.simulator.api_url());
        let token = self.bench.token.clone();
        self.send(method, &url, &token, "application/json", body.to_string())
            .await
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        self.step(Method::POST, path, body).await
    }

    async fn get(&mut self, path: &str) -> Value {
        self.step(Method::GET, path, json!({})).await
    }

    async fn send(
        &mut self,
        method: Method,
        url: &str,
        token: &str,
        kind: &str,
        body: String,
    ) -> Value {
        let request = self.bench.client.request(method, url);
        let request = request.bearer_auth(token).header("content-type", kind);
        let response = request.body(body).send().await.unwrap();
        let status = response.status();
        let kind = response.headers()["content-type"].clone();
        let text = response.text().await.unwrap();
        self.all.push(format!("{status} {kind:?} {text}"));
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn wait(&self, seconds: u64) {
        let simulator = &self.bench.simulator;
        simulator.advance(Duration::from_secs(seconds)).unwrap();
    }

    /// People: their subscriptions, sessions, devices, leads and services.
    async fn people(&mut self) {
        self.bench.covered(JANE).await;
        self.post("/oauth/calloutToken", json!({ "customerId": 178_921 }))
            .await;
        let second = json!({ "customer": person("+27821234568") });
        self.post("/customers", second).await;
        self.get("/customers/178922").await;
        let changed = json!({ "customer": person("+27821234569") });
        self.step(Method::PUT, "/customers/178922", changed).await;
        self.get("/subscriptions/subscriptionTypes").await;
        self.get("/responseTypes").await;
        self.get("/coverage/1").await;
        let family = json!({
            "customerId": 178_922, "subscriptionTypeId": 5, "dependantCustomerIds": [178_921],
            "validFrom": "2026-06-10T00:00:00Z", "validTo": "2026-07-10T00:00:00Z",
        });
        self.post("/subscriptions", family).await;
        self.get("/customers/178922/subscriptions").await;
        self.get("/subscriptions/8812").await;
        let longer = json!({ "validTo": "2026-08-10T00:00:00Z" });
        self.step(Method::PUT, "/subscriptions/8812", longer).await;
        let reason = json!({ "reason": "moved" });
        self.step(Method::DELETE, "/subscriptions/8812", reason)
            .await;
        let opened = json!({ "returnUrl": "myapp://done", "email": "jane.doe@example.com" });
        let opened = self.post("/customer-signup/sessions", opened).await;
        let session = opened["sessionId"].as_str().unwrap().to_owned();
        self.get(&format!("/customer-signup/sessions/{session}"))
            .await;
        let finish = format!("/signup-sessions/{session}/finish");
        let outcome = json!({ "outcome": "completed" });
        let finished = self.bench.control(&finish, outcome);
        let finished = finished.await.body.to_string();
        self.all.push(finished);
        let token = self.bench.control("/customers/178921/token", json!({}));
        let token = token.await.body["accessToken"].as_str().unwrap().to_owned();
        let url = format!(
            "{}/subscription-management/sessions",
            self.bench.simulator.api_url()
        );
        let body = json!({ "returnUrl": "https://example.com/done" }).to_string();
        self.send(Method::POST, &url, &token, "application/json", body)
            .await;
        self.devices().await;
        let lead = json!({ "mobileNumber": JANE, "customerData": { "name": "Jane" } });
        let lead = self.post("/leads", lead).await;
        self.get(&format!("/leads/{}", lead["id"].as_str().unwrap()))
            .await;
        let order = json!({
            "customerId": 178_921,
            "scheduledRequestConfig": { "name": "a", "dateFrom": "2026-06-11T08:00:00Z" },
            "initialLocation": { "latitude": -26.12345, "longitude": 28.12345 },
        });
        let order = self.post("/scheduled/guarding", order).await;
        let order = order["scheduledRequest"]["id"].as_str().unwrap().to_owned();
        let path = format!("/scheduled/{order}");
        self.step(Method::DELETE, &path, json!({})).await;
        self.post("/customers/178922/delete", json!({})).await;
    }

    async fn devices(&mut self) {
        let button = json!({
            "customerId": 178_921, "deviceSerial": "EX-26217939",
            "deviceSupplier": "ExampleBrand",
        });
        self.post("/devices", button).await;
        let alias = json!({ "customerId": 178_921, "deviceId": "26217939", "deviceAlias": "a" });
        self.step(Method::PUT, "/devices", alias).await;
        for message_type in [4, 1, 2, 3] {
            let press = json!({
                "device_id": 26_217_939, "device_type_id": 5, "message_type": message_type,
                "location": { "latitude": -26.12345, "longitude": 28.12345 },
            });
            self.post("/deviceEvent", press).await;
        }
        self.step(Method::DELETE, "/devices/26217939", json!({}))
            .await;
    }

    /// Callouts of one customer, one after the other, with all that belongs to them.
    async fn callouts(&mut self) {
        for round in 0..12 {
            let raised = if round % 2 == 0 {
                self.post("/customers/178921/callouts", cry()).await
            } else {
                let mut body = cry();
                body["customerId"] = 178_921.into();
                self.post("/callouts", body).await
            };
            let id = raised["callout"]["id"].as_i64().unwrap();
            self.callout(id, round).await;
        }
        self.get("/rating-items").await;
        let wrong = json!({ "responseTypeId": 77 });
        self.post("/customers/178921/callouts", wrong).await;
        self.get("/callouts/1").await;
    }

    async fn callout(&mut self, id: i64, round: usize) {
        let callout = format!("/callouts/{id}");
        let there = json!({ "latitude": -26.2, "longitude": 28.2, "accuracy": 5.5 });
        self.post(&format!("{callout}/location"), there.clone())
            .await;
        let returning = format!("{callout}/updateLocationAndReturnCallout");
        self.post(&returning, there.clone()).await;
        let event = json!({ "source": "customer", "event": format!("@admin, {round}") });
        self.post(&format!("{callout}/events"), event).await;
        self.get(&format!("{callout}/events")).await;
        self.get("/callouts/activeCallouts").await;
        self.get("/customers/178921/callouts").await;
        for stage in &Stage::PATH[..round % Stage::PATH.len()] {
            self.wait(30);
            self.bench.simulator.set_stage(id, *stage).unwrap();
            self.get(&callout).await;
        }
        match round % 3 {
            0 => self.post(&format!("{callout}/cancel"), json!({})).await,
            1 => self.post(&format!("{callout}/dismiss"), json!({})).await,
            _ => {
                let code = json!({ "safeCode": "4567" });
                self.post(&format!("{callout}/cancel"), code).await
            }
        };
        self.post(&returning, there).await;
        self.get(&format!("{callout}/resolutionReport")).await;
        self.get(&format!("{callout}/maps")).await;
        let reasons = format!("{callout}/exceptionReasons");
        self.get(&reasons).await;
        self.post(&reasons, json!({ "exceptionReasonId": 101 }))
            .await;
        let rating = json!({ "calloutId": id, "rating": 1 + round % 5 });
        let rated = self.post("/ratings", rating).await;
        let item = json!({
            "calloutRatingId": rated["calloutRatingPostResult"]["id"],
            "ratingItemDescription": "Arrival time",
        });
        self.post("/rating-items", item).await;
    }

    async fn places(&mut self) {
        for reference in ["a", "b", "c"] {
            let place = json!({
                "externalReferenceId": reference, "locationIdentifier": reference,
                "latitude": "-26.12345", "longitude": "28.12345",
            });
            self.post("/predefinedLocations", place.clone()).await;
            self.step(Method::PUT, "/predefinedLocations/99001", place)
                .await;
        }
        self.get("/predefinedLocations/99001").await;
        let there = "/predefinedLocations/externalRef/a/callouts";
        self.post(there, json!({})).await;
        self.step(Method::DELETE, "/predefinedLocations/99002", json!({}))
            .await;
        let file = "externalReferenceId,locationIdentifier,latitude,longitude\nd,d,1,1\na,a,2,2\n";
        let form = format!(
            "--x\r\nContent-Disposition: form-data; name=\"locations\"; filename=\"a.csv\"\r\n\r\n{file}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"callbackUrl\"\r\n\r\nhttps://csv.invalid/\r\n--x--\r\n"
        );
        let csv = format!("{}/predefinedlocations", self.bench.simulator.csv_url());
        let token = self.bench.token.clone();
        let kind = "multipart/form-data; boundary=x";
        self.send(Method::POST, &format!("{csv}/upload"), &token, kind, form)
            .await;
        let download = format!("{csv}/download");
        self.send(Method::GET, &download, &token, kind, String::new())
            .await;
        self.get("/predefinedLocations").await;
    }

    /// Everything, with the state at the end and the port taken out.
    async fn whole(mut self) -> (String, BTreeSet<String>) {
        self.people().await;
        self.callouts().await;
        self.places().await;
        let state = self.bench.control_get("state").await.to_string();
        self.all.push(state);
        // Last, so that nothing is there to be sent to it.
        let hook = json!({ "url": "https://hooks.invalid/", "events": ["NEW_CALLOUT"] });
        self.post("/notifiers/webhooks", hook).await;
        let requests = self.bench.control_get("requests").await;
        let served = requests["requests"].as_array().unwrap().iter();
        let served = served
            .filter(|request| {
                request["status"]
                    .as_u64()
                    .is_some_and(|status| status < 300)
            })
            .filter_map(|request| request["operation"].as_str().map(str::to_owned))
            .collect();
        let origin = self.bench.simulator.api_url().replace("/panic-api/v2", "");
        let all = self.all.join("\n").replace(&origin, "http://simulator");
        (all, served)
    }
}

async fn transcript(seed: u64) -> String {
    Run::new(seed).await.whole().await.0
}

#[tokio::test]
async fn a_run_repeats_byte_for_byte() {
    let (one, two) = (transcript(7).await, transcript(7).await);
    for (line, (one, two)) in one.lines().zip(two.lines()).enumerate() {
        assert_eq!(one, two, "line {line}");
    }
    assert_eq!(one, two);
}

#[tokio::test]
async fn the_run_has_every_operation_of_the_contract() {
    let (_, served) = Run::new(7).await.whole().await;
    let all: BTreeSet<String> = OPERATIONS.iter().map(|one| one.id.to_owned()).collect();
    assert_eq!(served, all);
}

#[tokio::test]
async fn another_seed_gives_other_tokens_and_links() {
    assert_ne!(transcript(7).await, transcript(8).await);
}
