//! The program: its ready line, its end, its errors.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_people-protect-simulator"));
    program
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    program
}

#[tokio::test]
async fn it_prints_one_ready_line_serves_and_ends_quietly_on_sigterm() {
    let mut child = program()
        .args(["--port", "0", "--clock", "manual"])
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).await.unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["ready"], true);
    let api = ready["api"].as_str().unwrap();
    let origin = api.strip_suffix("/panic-api/v2").unwrap();
    assert_eq!(ready["csv"], format!("{origin}/v1"));
    assert_eq!(ready["control"], format!("{origin}/_simulator"));
    assert_eq!(ready["pages"]["home"], format!("{origin}/"));
    assert_eq!(ready["pages"]["responder"], format!("{origin}/responder"));
    assert_eq!(ready["sources"].as_array().unwrap().len(), 2);
    // Other programs read it: these members and no others.
    let members = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        members(&ready),
        ["ready", "api", "csv", "control", "pages", "sources"]
    );
    assert_eq!(members(&ready["pages"]), ["home", "responder"]);
    assert_eq!(
        members(&ready["sources"][0]),
        ["client_id", "client_secret"]
    );

    let client = reqwest::Client::new();
    let source = &ready["sources"][0];
    let body = serde_json::json!({
        "clientId": source["client_id"],
        "clientSecret": source["client_secret"],
    });
    let token = client
        .post(format!("{api}/oauth/token"))
        .json(&body)
        .send()
        .await
        .unwrap();
    let token: Value = token.json().await.unwrap();
    let body = serde_json::json!({ "customer": { "name": "PlantedName", "surname": "Doe", "mobile": "+27821234567" } });
    let created = client
        .post(format!("{api}/customers"))
        .bearer_auth(token["accessToken"].as_str().unwrap())
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(created.status(), 201);

    let pid = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    out.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "", "nothing else on stdout");
    let mut log = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .await
        .unwrap();
    assert!(child.wait().await.unwrap().success(), "{log}");
    assert!(
        log.contains("2026-06-10T08:00:00Z 201 POST create_customer\n"),
        "{log}"
    );
    assert!(!log.contains("panicked"), "{log}");
    for hidden in [
        "PlantedName",
        "27821234567",
        token["accessToken"].as_str().unwrap(),
        source["client_secret"].as_str().unwrap(),
    ] {
        assert!(!log.contains(hidden), "{log}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_one_line_and_exit_code_2() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = program().args(["--port", &port]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    assert!(error.contains("choose another port"), "{error}");
}

/// Ends with code 2 and one line on stderr, and nothing on stdout.
async fn refused(arguments: &[&str]) -> String {
    let mut program = program();
    let output = program.args(["--port", "0"]).args(arguments).output();
    let output = output.await.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(output.stdout.is_empty());
    assert_eq!(error.trim_end().lines().count(), 1, "{error}");
    error
}

#[tokio::test]
async fn what_it_cannot_start_with_is_named_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let garbage = path("notes.txt");
    std::fs::write(&garbage, "these are my notes").unwrap();
    for (arguments, expected) in [
        (
            ["--switch", "graze=on"],
            "GET /_simulator/switches lists them",
        ),
        (["--switch", "grace=perhaps"], "takes on or off"),
        (["--break", "R00"], "GET /_simulator/rules lists them"),
        (["--sources", &path("none.toml")], "none.toml"),
        (["--sources", &garbage], "notes.txt:1: "),
        (
            ["--state", &garbage],
            "choose a file that a simulator wrote",
        ),
        (["--state", &path("not/there")], "not/there"),
    ] {
        let error = refused(&arguments).await;
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[tokio::test]
async fn the_example_of_sources_is_taken_and_shown() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/sources.toml");
    let mut child = program()
        .args(["--port", "0", "--sources", file])
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).await.unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let names: Vec<_> = ready["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["client_id"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["my-backend", "my-other-backend"]);
    child.kill().await.unwrap();
}

#[tokio::test]
async fn two_programs_do_not_share_a_state_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state").display().to_string();
    let mut child = program()
        .args(["--port", "0", "--state", &file])
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).await.unwrap();
    let error = refused(&["--state", &file]).await;
    assert!(error.contains("in use by another simulator"), "{error}");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn the_help_names_every_option() {
    let output = program().arg("--help").output().await.unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--port",
        "--state",
        "--sources",
        "--clock",
        "--seed",
        "--switch",
        "--break",
        "Examples:",
    ] {
        assert!(help.contains(option), "{option} in {help}");
    }
}

#[tokio::test]
async fn a_public_url_that_no_link_can_begin_with_is_refused() {
    for (url, why) in [
        ("sandbox.example.com", "is no URL"),
        ("ftp://sandbox.example.com", "neither http nor https"),
        ("https://sandbox.example.com/aura", "has a path"),
        ("https://sandbox.example.com?key=1", "a query"),
        ("https://user@sandbox.example.com", "a user name"),
    ] {
        let error = refused(&["--public-url", url]).await;
        assert!(error.contains(why), "{error}");
        assert!(error.contains("as in https://"), "{error}");
    }
}

#[tokio::test]
async fn beyond_this_machine_it_warns_of_credentials_and_a_seed_that_everybody_knows() {
    let directory = tempfile::tempdir().unwrap();
    let sources = directory.path().join("sources.toml");
    std::fs::write(
        &sources,
        "[[source]]\nclient_id = \"my-backend\"\nclient_secret = \"not-a-real-secret\"\n",
    )
    .unwrap();
    let sources = sources.to_str().unwrap();
    for (options, warned) in [
        (&["--host", "0.0.0.0"][..], true),
        (&["--host", "0.0.0.0", "--seed", "7"], true),
        (&["--host", "0.0.0.0", "--sources", sources], true),
        (
            &["--host", "0.0.0.0", "--sources", sources, "--seed", "7"],
            false,
        ),
        (&["--host", "127.0.0.1"], false),
    ] {
        let mut child = program()
            .args(["--port", "0", "--clock", "manual"])
            .args(options)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).await.unwrap();
        assert!(line.contains("\"ready\":true"), "{options:?}: {line}");
        child.start_kill().unwrap();
        let mut said = String::new();
        let mut log = child.stderr.take().unwrap();
        log.read_to_string(&mut said).await.unwrap();
        let warns = said.contains("known to everybody: give --sources and --seed");
        assert_eq!(warns, warned, "{options:?}: {said}");
        let beyond =
            said.contains("beyond this machine: its control surface answers this machine only");
        assert_eq!(beyond, options[1] == "0.0.0.0", "{options:?}: {said}");
    }
}
