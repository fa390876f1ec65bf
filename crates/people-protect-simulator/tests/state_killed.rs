//! The program is killed while clients write: whatever it had acknowledged is there afterwards.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use common::receiver::{Receiver, registration};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

const ROUNDS: u64 = 12;
const WRITERS: u64 = 4;

/// A running program and a token for it.
struct Running {
    child: Child,
    api: String,
    control: String,
    token: String,
    client: reqwest::Client,
}

async fn start(file: &Path) -> Running {
    started(file, &[]).await
}

async fn started(file: &Path, options: &[&str]) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_people-protect-simulator"))
        .args(["--port", "0", "--clock", "manual", "--state"])
        .arg(file)
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).await.unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let client = reqwest::Client::new();
    let api = ready["api"].as_str().unwrap().to_owned();
    let source = &ready["sources"][0];
    let body = json!({ "clientId": source["client_id"], "clientSecret": source["client_secret"] });
    let token = client.post(format!("{api}/oauth/token")).json(&body);
    let token: Value = token.send().await.unwrap().json().await.unwrap();
    Running {
        child,
        control: ready["control"].as_str().unwrap().to_owned(),
        token: token["accessToken"].as_str().unwrap().to_owned(),
        api,
        client,
    }
}

impl Running {
    /// None if the program is gone.
    async fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let url = format!("{}{path}", self.api);
        let request = self.client.post(url).bearer_auth(&self.token).json(body);
        let response = request.send().await.ok()?;
        Some((response.status().as_u16(), response.json().await.ok()?))
    }

    async fn control(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.control);
        let answer = self.client.post(url).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap()
    }

    async fn kill(&self) {
        let pid = self.child.id().unwrap().to_string();
        let killed = Command::new("kill").args(["-KILL", &pid]).status();
        assert!(killed.await.unwrap().success());
    }

    async fn gone(mut self) {
        let ended = self.child.wait().await.unwrap();
        assert_eq!(ended.code(), None, "it was killed: {ended}");
    }
}

/// What the program has acknowledged: each customer's mobile and callout.
#[derive(Default)]
struct Acknowledged {
    customers: BTreeMap<i64, String>,
    callouts: BTreeMap<i64, i64>,
    positions: BTreeMap<i64, u64>,
}

/// Registers customers and raises their callouts until the program is gone.
async fn write(
    running: Arc<Running>,
    writer: u64,
    known: Arc<Mutex<Acknowledged>>,
    count: watch::Sender<u64>,
) {
    for number in 0.. {
        let mobile = format!("+27{writer}{number:08}");
        let person = json!({ "name": "Jane", "surname": "Doe", "mobile": mobile });
        let body = json!({ "customer": person, "subscription": { "subscriptionTypeId": 4 } });
        let Some((status, created)) = running.post("/customers", &body).await else {
            return;
        };
        if status == 409 {
            // A round before this one wrote it, and may not have been told.
            continue;
        }
        assert_eq!(status, 201, "{created}");
        let customer = created["customer"]["id"].as_i64().unwrap();
        let doubled = known.lock().unwrap().customers.insert(customer, mobile);
        assert_eq!(doubled, None, "the id {customer} was handed out twice");
        count.send_modify(|count| *count += 1);

        let cry =
            json!({ "location": { "latitude": -26.1, "longitude": 28.1 }, "responseTypeId": 1 });
        let path = format!("/customers/{customer}/callouts");
        let Some((status, raised)) = running.post(&path, &cry).await else {
            return;
        };
        assert_eq!(status, 201, "{raised}");
        let callout = raised["callout"]["id"].as_i64().unwrap();
        let doubled = known.lock().unwrap().callouts.insert(callout, customer);
        assert_eq!(doubled, None, "the id {callout} was handed out twice");
        count.send_modify(|count| *count += 1);

        let place = json!({ "latitude": -26.2, "longitude": 28.2 });
        let path = format!("/callouts/{callout}/location");
        let Some((status, moved)) = running.post(&path, &place).await else {
            return;
        };
        assert_eq!(status, 200, "{moved}");
        *known.lock().unwrap().positions.entry(callout).or_default() += 1;
        count.send_modify(|count| *count += 1);
    }
}

/// Compares what was acknowledged with what is there.
async fn compare(running: &Running, known: &Mutex<Acknowledged>) {
    let url = format!("{}/state", running.control);
    let state: Value = running
        .client
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let state = &state["state"];
    let known = known.lock().unwrap();
    for (customer, mobile) in &known.customers {
        let there = &state["customers"][customer.to_string()];
        assert_eq!(
            there["profile"]["mobile"], **mobile,
            "customer {customer} is lost"
        );
    }
    for (callout, customer) in &known.callouts {
        let there = &state["callouts"][callout.to_string()];
        assert_eq!(there["customerId"], *customer, "callout {callout} is lost");
        let moved = known.positions.get(callout).copied().unwrap_or_default();
        assert!(
            there["positionUpdates"].as_u64().unwrap() >= moved,
            "a position of {callout} is lost"
        );
    }
    // Nothing is doubled, acknowledged or not (R11, R27).
    let (mut mobiles, mut people) = (BTreeSet::new(), BTreeSet::new());
    for customer in state["customers"].as_object().unwrap().values() {
        assert!(mobiles.insert(customer["profile"]["mobile"].as_str().unwrap()));
    }
    for callout in state["callouts"].as_object().unwrap().values() {
        assert!(
            people.insert(callout["customerId"].as_i64().unwrap()),
            "{}",
            callout["id"]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_sigkill() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let mut random = fastrand::Rng::with_seed(27);
    let known = Arc::new(Mutex::new(Acknowledged::default()));
    for round in 0..ROUNDS {
        let running = Arc::new(start(&file).await);
        compare(&running, &known).await;
        let count = watch::Sender::new(0);
        let mut seen = count.subscribe();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let writer = round * WRITERS + writer;
                let (known, count) = (Arc::clone(&known), count.clone());
                tokio::spawn(write(Arc::clone(&running), writer, known, count))
            })
            .collect();
        // Somewhere in the middle: the other writers have requests under way.
        let enough = random.u64(1..150);
        seen.wait_for(|count| *count >= enough).await.unwrap();
        running.kill().await;
        for writer in writers {
            writer.await.unwrap();
        }
        Arc::try_unwrap(running).ok().unwrap().gone().await;
    }
    let running = start(&file).await;
    compare(&running, &known).await;
    // R27: whoever repeats a call after a lost answer gets the callout that is there.
    let first = {
        let known = known.lock().unwrap();
        let first = known.callouts.first_key_value().unwrap();
        (*first.0, *first.1)
    };
    let cry = json!({ "location": { "latitude": -26.1, "longitude": 28.1 }, "responseTypeId": 1 });
    let again = running
        .post(&format!("/customers/{}/callouts", first.1), &cry)
        .await;
    assert_eq!(again.unwrap().1["callout"]["id"], first.0);
}

#[tokio::test]
async fn what_an_acknowledged_change_set_off_is_delivered_after_sigkill() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let options = [
        "--switch",
        "http-webhooks=on",
        "--switch",
        "webhook-delay-s=90",
    ];
    let receiver = Receiver::start().await;
    let running = started(&file, &options).await;
    let webhook = registration(&receiver, &["CREATED_CUSTOMER"]);
    let registered = running.post("/notifiers/webhooks", &webhook).await;
    assert_eq!(registered.unwrap().0, 200);
    let person = json!({ "name": "Jane", "surname": "Doe", "mobile": "+27821234567" });
    let person = json!({ "customer": person });
    let created = running.post("/customers", &person).await;
    assert_eq!(created.unwrap().0, 201);
    running.kill().await;
    running.gone().await;

    let running = started(&file, &options).await;
    assert!(receiver.received().is_empty(), "it is not due yet");
    running.control("/clock", &json!({ "advance_s": 90 })).await;
    receiver.has(1).await;
    assert_eq!(receiver.messages(), ["CREATED_CUSTOMER"]);
    running.kill().await;
    running.gone().await;
}

#[tokio::test]
async fn faults_and_drift_outlive_sigkill_with_what_they_have_counted() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state");
    let running = start(&file).await;
    let fault = json!({ "operation": "create_customer", "limit": 1, "status": 503 });
    running.control("/faults", &fault).await;
    let drift = json!({ "operation": "create_customer", "edit": { "status": 202 } });
    running.control("/drift", &drift).await;
    let person = |mobile: &str| json!({ "customer": { "name": "Jane", "surname": "Doe", "mobile": mobile } });
    let refused = running.post("/customers", &person("+27821234567")).await;
    assert_eq!(refused.unwrap().0, 503);
    let created = running.post("/customers", &person("+27821234567")).await;
    assert_eq!(created.unwrap().0, 202);
    running.kill().await;
    running.gone().await;

    // The one that is given again on the command line is the same one, and not a further one.
    let given = ["--fault", "create_customer limit=1 status=503"];
    let running = started(&file, &given).await;
    let created = running.post("/customers", &person("+27821234568")).await;
    assert_eq!(created.unwrap().0, 202, "its limit was reached before");
    let url = format!("{}/faults", running.control);
    let listed = running.client.get(url).send().await.unwrap();
    let listed: Value = listed.json().await.unwrap();
    assert_eq!(listed["faults"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["faults"][0]["hits"], 1, "{listed}");
    running.kill().await;
    running.gone().await;
}
