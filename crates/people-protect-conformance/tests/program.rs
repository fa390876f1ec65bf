//! The program, as a person or a CI system uses it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::process::{Command, Output};

use people_protect_conformance::Report;

fn program(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_people-protect-conformance"));
    for name in [
        "AURA_CLIENT_ID",
        "AURA_CLIENT_SECRET",
        "AURA_OTHER_CLIENT_ID",
    ] {
        command.env_remove(name);
    }
    command.args(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn without_options_it_asks_a_simulator_and_passes() {
    let ended = program(&["run"]);
    assert_eq!(
        ended.status.code(),
        Some(0),
        "{}{}",
        out(&ended),
        err(&ended)
    );
    let text = out(&ended);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.starts_with("simulator: 85 holds, 0 broken, 0 differs"),
        "{text}"
    );
    assert!(
        text.contains("48 of 48 contradictions seen; 0 drift"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'), "colours where nobody sees them");
    assert!(err(&ended).contains("\nR27 holds\n"), "{}", err(&ended));
}

#[test]
fn reports_are_written_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let report = |kind: &str| format!("{kind}={}", file(kind));
    let ended = program(&[
        "run",
        "--only",
        "R2*,C06",
        "--report",
        &report("json"),
        "--report",
        &report("junit"),
        "--report",
        &report("html"),
        "--report",
        &report("markdown"),
        "--report",
        "github",
        "--record",
        &file("recorded"),
    ]);
    assert_eq!(ended.status.code(), Some(0), "{}", err(&ended));
    let json = std::fs::read_to_string(file("json")).unwrap();
    let read = Report::from_json(&json).unwrap();
    assert_eq!(read.summary.holds, 10);
    assert_eq!(read.probes[0].seen, "403");
    let junit = std::fs::read_to_string(file("junit")).unwrap();
    assert!(junit.contains("classname=\"rules.R27\""), "{junit}");
    let html = std::fs::read_to_string(file("html")).unwrap();
    assert!(html.contains("R27") && !html.contains("http://") && !html.contains("https://"));
    assert!(
        std::fs::read_dir(folder.path().join("recorded/R27"))
            .unwrap()
            .count()
            > 3
    );

    let same = program(&["compare", &file("json"), &file("json")]);
    assert_eq!(
        (same.status.code(), out(&same).as_str()),
        (Some(0), "Nothing changed.\n")
    );
    let worse = json.replacen("\"verdict\": \"holds\"", "\"verdict\": \"broken\"", 1);
    std::fs::write(
        file("worse"),
        worse.replace("\"seen\": \"403\"", "\"seen\": \"400\""),
    )
    .unwrap();
    let worse = program(&["compare", &file("json"), &file("worse")]);
    assert_eq!(worse.status.code(), Some(1));
    assert!(
        out(&worse).starts_with("- newly broken: R20\n- C06: 400 (before: 403)\n"),
        "{}",
        out(&worse)
    );
    let better = program(&["compare", &file("worse"), &file("json")]);
    assert_eq!(better.status.code(), Some(0), "{}", out(&better));
    assert!(
        out(&better).contains("- holds now: R20"),
        "{}",
        out(&better)
    );
}

#[test]
fn it_says_what_it_would_do() {
    let listed = program(&["run", "--list", "--tag", "callouts", "--grade", "S,W"]);
    assert!(
        out(&listed).contains("R27 S A repeat is the active callout"),
        "{}",
        out(&listed)
    );
    let tried = program(&["run", "--dry-run", "--only", "R27"]);
    let text = out(&tried);
    assert_eq!(tried.status.code(), Some(0));
    assert!(text.contains("  POST /customers\n"), "{text}");
    assert!(text.contains("x callout"), "{text}");
}

#[test]
fn what_is_not_to_be_asked_is_refused_in_one_line() {
    for (arguments, reason) in [
        (
            &["run", "--target", "production"][..],
            "production is never judged",
        ),
        (
            &[
                "run",
                "--target",
                "https://panic.aura.services/panic-api/v2",
                "--yes-staging",
            ],
            "production is never judged",
        ),
        (&["run", "--target", "staging"], "say --yes-staging"),
        (
            &["run", "--target", "staging", "--yes-staging"],
            "set AURA_CLIENT_ID",
        ),
        (&["run", "--target", "nonsense"], "is no address"),
        (&["run", "--only", "R00"], "nothing fits"),
        (&["run", "--report", "yaml=x"], "is no report"),
        (&["run", "--report", "json"], "needs a file"),
        (&["compare", "/nowhere", "/nowhere"], "/nowhere"),
    ] {
        let ended = program(arguments);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        let said = err(&ended);
        assert!(said.contains(reason), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn compare_sees_what_no_verdict_tells() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let json = format!("json={}", file("json"));
    let ended = program(&["run", "--only", "R2*,C06,sweep", "--report", &json]);
    assert_eq!(ended.status.code(), Some(0), "{}", err(&ended));
    let text = std::fs::read_to_string(file("json")).unwrap();
    let compared = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
        change(&mut report);
        std::fs::write(file("changed"), report.to_string()).unwrap();
        let ended = program(&["compare", &file("json"), &file("changed")]);
        (ended.status.code().unwrap(), out(&ended))
    };
    assert_eq!(compared(&|_| ()), (0, "Nothing changed.\n".to_owned()));
    type Change = fn(&mut serde_json::Value);
    let changes: [(Change, i32, &str); 6] = [
        (
            |report| report["sweep"]["invalid"] = 1.into(),
            1,
            "- the sweep made",
        ),
        (
            |report| report["trouble"] = serde_json::json!(["x"]),
            1,
            "without an answer",
        ),
        (
            |report| report["left_behind"] = serde_json::json!(["x"]),
            1,
            "- left behind: 1 (before: 0)",
        ),
        (
            |report| report["probes"][0]["seen"] = "".into(),
            1,
            "- no longer asked: C06",
        ),
        (
            |report| drop(report["unseen"].as_array_mut().unwrap().pop()),
            0,
            "- in an answer now: ",
        ),
        (
            |report| {
                report["cases"][0]["findings"] = serde_json::json!([{"grade": "I", "text": "x"}])
            },
            0,
            "- new finding: R20: x",
        ),
    ];
    for (change, code, expected) in changes {
        let (ended, said) = compared(&change);
        assert!(
            ended == code && said.contains(expected),
            "{expected}: {ended} {said}"
        );
    }
}
