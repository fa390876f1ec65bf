//! What a run brings about it takes away again, also when it is interrupted.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::sync::Arc;

use people_protect_conformance::{Case, Options, Run, Source, Target};
use people_protect_simulator::{Clock, Simulator};
use serde_json::json;
use tokio::sync::Notify;

async fn simulator() -> Simulator {
    let builder = Simulator::builder().clock(Clock::manual());
    builder.switch("http-webhooks", "on").start().await.unwrap()
}

fn target(simulator: &Simulator) -> Target {
    let mut sources = simulator
        .sources()
        .map(|one| Source::new(one.client_id(), one.client_secret().reveal()));
    let (source, other) = (sources.next().unwrap(), sources.next());
    let control = Some(simulator.control_url());
    Target::at(&simulator.api_url(), control, source, other, false).unwrap()
}

fn active(simulator: &Simulator) -> usize {
    let snapshot = simulator.snapshot();
    snapshot
        .callouts()
        .filter(|callout| callout.stage.is_active())
        .count()
}

#[tokio::test]
async fn a_whole_run_leaves_no_callout_and_no_customer() {
    let simulator = simulator().await;
    let run = Run::new();
    let report = run
        .against(target(&simulator), Options::default())
        .await
        .unwrap();
    assert_eq!(report.left_behind, Vec::<String>::new());
    assert_eq!(active(&simulator), 0);
    let snapshot = simulator.snapshot();
    assert!(snapshot.customers().count() > 50);
    // The hosted sign-up of R53 made the one that no call of ours did.
    let kept = snapshot.customers().filter(|one| one.retired_at.is_none());
    assert!(kept.count() <= 2);
}

#[tokio::test]
async fn an_interrupted_run_cancels_what_it_raised() {
    let simulator = simulator().await;
    let raised = Arc::new(Notify::new());
    let told = raised.clone();
    let endless = Case::new("R24", "raises and never ends")
        .steps("raise a callout and wait")
        .expects("to be interrupted")
        .run(move |session| {
            let told = told.clone();
            async move {
                let person = json!({
                    "customer": { "name": "Jane", "surname": "Doe", "mobile": "+27821234567" },
                    "subscription": { "subscriptionTypeId": 4, "validTo": "2026-07-10T00:00:00Z" },
                });
                let made = session.call("create_customer").json(person).send().await?;
                let body = json!({
                    "location": { "latitude": -26.1, "longitude": 28.1 },
                    "responseTypeId": 1,
                    "calloutClassificationId": 1,
                });
                let call = session.call("create_customer_callout");
                let call = call.with("customerId", made.number("/customer/id")?);
                call.json(body).send().await?.or_not_run()?;
                told.notify_one();
                std::future::pending().await
            }
        });
    let run = Run::of(vec![endless]);
    let interrupted = raised.notified();
    let report = run
        .watched(target(&simulator), Options::default(), |_| {}, interrupted)
        .await
        .unwrap();
    assert_eq!(simulator.snapshot().callouts().count(), 1);
    assert_eq!(active(&simulator), 0);
    assert_eq!(report.left_behind, Vec::<String>::new());
    assert!(report.trouble[0].starts_with("it was interrupted"));
    assert_eq!(report.exit_code(), 2);
}
