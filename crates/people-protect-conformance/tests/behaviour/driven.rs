//! Stages that somebody has to drive, where the server has no control surface: a person is told
//! what to press, and waited for politely.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use people_protect_conformance::{Need, Options, Progress, Report, Run, Source, Target, Verdict};
use people_protect_simulator::{Clock, Simulator, Stage};

/// Runs the cases that need nothing but stages; `press` does what a person would.
async fn run(patience: Option<Duration>, press: bool) -> (Report, Vec<String>) {
    let simulator = Simulator::builder().clock(Clock::manual()).start().await;
    let simulator = Arc::new(simulator.unwrap());
    let mut sources = simulator
        .sources()
        .map(|one| Source::new(one.client_id(), one.client_secret().reveal()));
    let (source, other) = (sources.next().unwrap(), sources.next());
    let target = Target::at(&simulator.api_url(), None, source, other, false).unwrap();
    let whole = Run::new();
    let driven = whole
        .cases()
        .iter()
        .filter(|case| case.required() == [Need::Stages]);
    let rules: Vec<&str> = driven.map(people_protect_conformance::Case::rule).collect();
    assert!(rules.len() > 1, "{rules:?}");
    let mut options = Options::default();
    options.patience = patience;
    let said = Arc::new(Mutex::new(Vec::new()));
    let (person, heard) = (simulator.clone(), said.clone());
    let tell = move |progress| {
        let Progress::Says(text) = progress else {
            return;
        };
        let callout = text.split("find callout ").nth(1);
        let callout = callout.and_then(|rest| rest.split(':').next()?.parse().ok());
        if let (true, Some(callout)) = (press, callout) {
            let stage = if text.contains("Close") {
                Stage::Closed
            } else {
                Stage::Dispatched
            };
            person.set_stage(callout, stage).unwrap();
        }
        heard.lock().unwrap().push(text);
    };
    let report = Run::new()
        .only(&rules)
        .watched(target, options, tell, std::future::pending())
        .await;
    let said = said.lock().unwrap().clone();
    (report.unwrap(), said)
}

#[tokio::test]
async fn a_person_is_told_what_to_press_and_the_case_goes_on() {
    let (report, said) = run(Some(Duration::from_secs(600)), true).await;
    assert_eq!(report.summary.holds, report.cases.len(), "{said:?}");
    let pressed: Vec<_> = said
        .iter()
        .filter(|text| text.contains("press Own"))
        .collect();
    assert!(pressed.len() >= report.cases.len(), "{said:?}");
    for text in pressed {
        assert!(
            text.contains("in the portal, Responder Simulator, find callout"),
            "{text}"
        );
        assert!(text.ends_with("Waiting 600 s."), "{text}");
    }
}

#[tokio::test]
async fn whoever_does_not_press_is_waited_for_no_longer_than_said() {
    let (report, said) = run(Some(Duration::ZERO), false).await;
    assert_eq!(report.summary.not_run, report.cases.len(), "{said:?}");
    for case in &report.cases {
        assert_eq!(case.verdict, Verdict::NotRun);
        let why = &case.findings[0].text;
        assert!(why.starts_with("nobody took callout"), "{why}");
    }
    assert!(report.drift.is_empty() && report.exit_code() == 0);
}

#[tokio::test]
async fn without_patience_nobody_is_asked() {
    let (report, said) = run(None, false).await;
    assert_eq!(report.summary.not_run, report.cases.len());
    assert!(!said.iter().any(|text| text.contains("press")), "{said:?}");
    assert!(
        report.cases[0].findings[0].text.contains("--patience"),
        "{:?}",
        report.cases[0].findings
    );
}
