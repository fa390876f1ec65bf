//! What the simulator answers about fixed locations and coverage is in the contract, JSON or not;
//! and what the wrapper's CSV uploads is what the simulator reads.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set its stage should stop"
)]

use people_protect::{Credentials, Environment, FixedLocationsCsv, NewFixedLocation, Position};
use people_protect_contract::{Body, Mode, Validator};
use people_protect_simulator::Simulator;
use people_protect_tests::contract;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// Calls the simulator as bare HTTP, and holds each answer to the contract.
struct Walk {
    simulator: Simulator,
    client: Client,
    token: String,
    seen: Vec<Seen>,
}

/// One answer as it came.
struct Seen {
    operation: String,
    status: u16,
    media: String,
    text: String,
}

impl Walk {
    async fn start() -> Self {
        let simulator = Simulator::start().await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let known = simulator.credentials();
        let body = json!({
            "clientId": known.client_id(),
            "clientSecret": known.client_secret().reveal(),
        });
        let url = format!("{}/oauth/token", simulator.api_url());
        let answer = client.post(url).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        Self {
            token: answer["accessToken"].as_str().unwrap().to_owned(),
            simulator,
            client,
            seen: Vec::new(),
        }
    }

    fn api(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.simulator.api_url());
        self.client.request(method, url)
    }

    fn csv(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.simulator.csv_url());
        self.client.request(method, url)
    }

    async fn call(&mut self, operation: &str, request: RequestBuilder, status: u16) -> String {
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{operation}");
        let media = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let text = answer.text().await.unwrap();
        self.seen.push(Seen {
            operation: operation.to_owned(),
            status,
            media,
            text: text.clone(),
        });
        text
    }

    /// Whatever an answer has that the contract does not.
    fn violations(&self) -> Vec<String> {
        let contract = contract();
        let validator = Validator::new(&contract).unwrap();
        let mut found = Vec::new();
        for seen in &self.seen {
            let json: Option<Value> = serde_json::from_str(&seen.text).ok();
            let body = match &json {
                Some(json) => Body::Json(json),
                None => Body::Text(&seen.text),
            };
            let (operation, status) = (&seen.operation, seen.status);
            let judged = validator
                .response(operation, status, Some(&seen.media), body, Mode::Closed)
                .unwrap();
            found.extend(
                judged
                    .iter()
                    .map(|violation| format!("{operation} answered {status}: {violation:?}")),
            );
        }
        found
    }
}

fn site(reference: &str) -> Value {
    json!({
        "externalReferenceId": reference,
        "locationIdentifier": reference,
        "latitude": "-26.12345",
        "longitude": "28.12345",
        "calloutLocationTypeId": 3,
    })
}

fn form(file: &str) -> Form {
    Form::new()
        .part(
            "locations",
            Part::text(file.to_owned()).file_name("locations.csv"),
        )
        .text("callbackUrl", "https://example.com/hooks/csv")
}

#[tokio::test]
async fn every_answer_about_fixed_locations_is_documented() {
    let mut walk = Walk::start().await;
    let all = "/predefinedLocations";
    let one = "/predefinedLocations/99001";
    let raise = "/predefinedLocations/externalRef/a/callouts";

    let request = walk.api(Method::POST, all).json(&site("a"));
    walk.call("create_fixed_location", request, 201).await;
    let request = walk.api(Method::POST, all).json(&site("a"));
    walk.call("create_fixed_location", request, 409).await;
    let request = walk.api(Method::POST, all).json(&json!({}));
    walk.call("create_fixed_location", request, 400).await;
    let request = walk.api(Method::GET, all);
    walk.call("list_fixed_locations", request, 200).await;
    let request = walk.api(Method::GET, one);
    walk.call("get_fixed_location", request, 200).await;
    let request = walk.api(Method::PUT, one).json(&site("a"));
    walk.call("update_fixed_location", request, 200).await;

    let request = walk.api(Method::POST, raise);
    walk.call("create_fixed_location_callout", request, 201)
        .await;
    let request = walk.api(Method::POST, "/predefinedLocations/externalRef/x/callouts");
    walk.call("create_fixed_location_callout", request, 400)
        .await;
    // The callout of a place, wherever callouts are answered.
    let request = walk.api(Method::GET, "/callouts/992011");
    walk.call("get_callout", request, 200).await;
    let request = walk.api(Method::GET, "/callouts/activeCallouts");
    walk.call("list_active_callouts", request, 200).await;
    let request = walk
        .api(Method::POST, "/callouts/992011/cancel")
        .json(&json!({}));
    walk.call("cancel_callout", request, 200).await;

    let request = walk.csv(Method::GET, "/predefinedlocations/download");
    let file = walk.call("download_fixed_locations", request, 200).await;
    let request = walk.csv(Method::POST, "/predefinedlocations/upload");
    walk.call(
        "upload_fixed_locations",
        request.multipart(form(&file)),
        200,
    )
    .await;
    let request = walk.csv(Method::POST, "/predefinedlocations/upload");
    walk.call(
        "upload_fixed_locations",
        request.multipart(form("x\n")),
        400,
    )
    .await;

    let request = walk.api(Method::DELETE, one);
    walk.call("delete_fixed_location", request, 200).await;
    for (operation, method) in [
        ("delete_fixed_location", Method::DELETE),
        ("get_fixed_location", Method::GET),
    ] {
        let request = walk.api(method, one);
        walk.call(operation, request, 404).await;
    }

    let request = walk.api(Method::GET, "/coverage/1");
    walk.call("get_coverage", request, 200).await;
    let request = walk.api(Method::GET, "/coverage/404");
    walk.call("get_coverage", request, 404).await;
    let request = walk.api(Method::GET, "/coverage/x");
    walk.call("get_coverage", request, 400).await;

    assert_eq!(walk.seen.len(), 20);
    assert_eq!(walk.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_download_is_a_file_the_wrapper_reads_and_writes_alike() {
    let walk = Walk::start().await;
    let known = walk.simulator.credentials();
    let aura = people_protect::PeopleProtect::builder(
        Environment::custom(&walk.simulator.api_url()).unwrap(),
        Credentials::new(known.client_id(), known.client_secret().reveal()).unwrap(),
    )
    .build()
    .unwrap();
    let here = Position::new(-26.12345, 28.12345).unwrap();
    let sites = ["b", "a"].map(|reference| {
        NewFixedLocation::new(reference, reference, here)
            .description("with a , comma")
            .additional_information("and\na line")
            .formatted_address("\"quoted\"")
            .w3w("one.two.three")
            .with_place(|place| place.callout_location_type_id = Some(3))
    });
    let file = FixedLocationsCsv::new(sites).unwrap();
    let plan = aura.plan_fixed_locations_sync(&file).await.unwrap();
    plan.upload("https://example.com/hooks/csv").await.unwrap();
    let download = aura.download_fixed_locations().await.unwrap();
    let read = FixedLocationsCsv::parse(std::str::from_utf8(download.body()).unwrap()).unwrap();
    assert_eq!(read, file);
}
