//! The quickstart as a user runs it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use people_protect_simulator::{Simulator, Stage};

/// The example, which cargo builds beside the tests.
fn quickstart() -> Command {
    let test = std::env::current_exe().unwrap();
    let mut path: PathBuf = test
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/quickstart");
    path.set_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "cargo builds the example with the tests unless told otherwise"
    );
    let mut command = Command::new(path);
    for name in ["AURA_CLIENT_ID", "AURA_CLIENT_SECRET", "AURA_ENVIRONMENT"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn against(simulator: &Simulator) -> Command {
    let mut command = quickstart();
    let credentials = simulator.credentials();
    command
        .env("AURA_CLIENT_ID", credentials.client_id())
        .env("AURA_CLIENT_SECRET", credentials.client_secret().reveal())
        .env("AURA_ENVIRONMENT", simulator.api_url());
    command
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Failed with one readable line, which it returns.
fn one_error_line(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let shown = text(&output.stderr);
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(shown.starts_with("error: "), "{shown}");
    shown
}

#[tokio::test]
async fn with_nothing_set_it_walks_an_emergency_to_its_closure() {
    let output = run(quickstart()).await;
    assert!(output.status.success(), "{output:?}");
    let shown = text(&output.stdout);
    for part in [
        "Token",
        "Subscription types",
        "Customer",
        "Callout",
        "the same callout",
        "opens: http",
        "?REDACTED",
        "responder dispatched",
        "responder arrived",
        "responder done",
        "was seen closed",
    ] {
        assert!(shown.contains(part), "{part} is not in:\n{shown}");
    }
    // Not a terminal: no control characters.
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('\r'),
        "{shown:?}"
    );
    assert!(output.stderr.is_empty());
}

#[tokio::test]
async fn a_proxy_in_the_environment_is_not_asked_about_the_own_machine() {
    let mut command = quickstart();
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, "http://127.0.0.1:9");
    }
    command.env_remove("no_proxy").env_remove("NO_PROXY");
    let output = run(command).await;
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn the_whole_link_shows_only_when_asked_for() {
    let mut command = quickstart();
    command.arg("--show-link");
    let output = run(command).await;
    assert!(output.status.success(), "{output:?}");
    let shown = text(&output.stdout);
    assert!(!shown.contains("REDACTED"));
    assert!(
        shown.contains("--show-link --wait keeps it open"),
        "{shown}"
    );
    assert!(output.stderr.is_empty(), "nobody is asked to press Enter");
}

/// The address of the tracking page, once the quickstart has printed it.
fn link_in(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    let line = lines
        .map(Result::unwrap)
        .find(|line| line.contains("Tracking page"))
        .unwrap();
    line[line.find("http").unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_stays_open_until_enter_is_pressed() {
    let mut child = quickstart()
        .args(["--show-link", "--wait"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let link = link_in(&mut lines);
    let http = reqwest::Client::builder().no_proxy();
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let http = http.tls_certs_only([]);
    let http = http.build().unwrap();
    let page = http.get(&link).send().await.unwrap();
    assert!(page.status().is_success());

    // Somebody else brings the callout on while it waits: had it not waited, its own responder
    // would have been dispatched and shown first.
    let origin = page.url().origin().ascii_serialization();
    let control = format!("{origin}/_simulator");
    let state: serde_json::Value =
        serde_json::from_str(&get(&http, &format!("{control}/state")).await).unwrap();
    let callouts = state["state"]["callouts"].as_object().unwrap();
    let (id, callout) = callouts.iter().next().unwrap();
    assert_eq!(callout["stage"], "created");
    let moved = http
        .post(format!("{control}/callouts/{id}/stage"))
        .body(r#"{"stage":"arrived"}"#)
        .send()
        .await
        .unwrap();
    assert!(moved.status().is_success());

    stdin.write_all(b"\n").unwrap();
    let mut shown = Vec::new();
    for line in lines.by_ref().map(Result::unwrap) {
        shown.push(line);
        if shown.last().unwrap().contains("was seen closed") {
            break;
        }
    }
    let shown = shown.join("\n");
    assert!(shown.contains("responder arrived"), "{shown}");
    assert!(!shown.contains("responder dispatched"), "{shown}");

    // Until Enter is pressed again the page can show the end.
    get(&http, &link).await;
    stdin.write_all(b"\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr).matches("press Enter").count(), 1);
    assert_eq!(text(&output.stderr).matches("Press Enter").count(), 1);
}

async fn get(http: &reqwest::Client, address: &str) -> String {
    let answer = http.get(address).send().await.unwrap();
    assert!(answer.status().is_success());
    answer.text().await.unwrap()
}

#[tokio::test]
async fn waiting_for_nobody_does_not_hang() {
    // Standard input is closed from the start.
    let mut command = quickstart();
    command.args(["--show-link", "--wait"]);
    let output = run(command).await;
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).contains("was seen closed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_credentials_set_it_asks_and_waits_for_a_responder() {
    let simulator = Simulator::start().await.unwrap();
    let mut child = against(&simulator)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    // Each stage that is shown is the cue for the next.
    let mut path = Stage::PATH.into_iter().skip(1);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        assert!(!line.contains("Raised again"), "{line}");
        if line.contains("Read back")
            && let Some(stage) = path.next()
        {
            let id = simulator.snapshot().callouts().next().unwrap().id;
            simulator.set_stage(id, stage).unwrap();
        }
    }
    assert!(child.wait().unwrap().success());
    // One consent, one create.
    let creates = simulator
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some("create_customer_callout"));
    assert_eq!(creates.count(), 1);
}

#[tokio::test]
async fn without_a_yes_no_callout_is_raised() {
    let simulator = Simulator::start().await.unwrap();
    let output = run(against(&simulator)).await;
    assert!(one_error_line(&output).contains("no callout was raised"));
    assert_eq!(simulator.snapshot().callouts().count(), 0);
}

#[tokio::test]
async fn refused_credentials_are_one_readable_line_without_the_secret() {
    let simulator = Simulator::start().await.unwrap();
    let mut command = against(&simulator);
    command.env("AURA_CLIENT_SECRET", "planted-secret");
    let output = run(command).await;
    let line = one_error_line(&output);
    assert!(
        line.contains("create_oauth_token: not authorised (HTTP 401)"),
        "{line}"
    );
    assert!(!line.contains("planted"), "{line}");
}

#[tokio::test]
async fn no_network_is_one_readable_line() {
    // Kept as long as the test: a free port might become another test's server.
    let nowhere = tokio::net::TcpSocket::new_v4().unwrap();
    nowhere.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = format!("http://{}", nowhere.local_addr().unwrap());
    let mut command = quickstart();
    command
        .env("AURA_CLIENT_ID", "id")
        .env("AURA_CLIENT_SECRET", "secret")
        .env("AURA_ENVIRONMENT", address);
    let output = run(command).await;
    assert!(one_error_line(&output).contains("cannot reach the server"));
}

#[tokio::test]
async fn settings_that_are_not_whole_are_one_readable_line() {
    let mut half = quickstart();
    half.env("AURA_CLIENT_ID", "id");
    assert!(one_error_line(&run(half).await).contains("AURA_CLIENT_SECRET is not set"));
}

#[tokio::test]
async fn production_is_refused_however_it_is_written() {
    for environment in [
        "production",
        "https://panic.aura.services",
        "https://panic.aura.services./panic-api/v2",
        "https://PANIC.Aura.Services.:443/",
        "https://panic.aura.services:8443",
    ] {
        let mut command = quickstart();
        command
            .env("AURA_CLIENT_ID", "id")
            .env("AURA_CLIENT_SECRET", "secret")
            .env("AURA_ENVIRONMENT", environment)
            // Should the refusal fail, the request must not leave the own machine.
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env_remove("NO_PROXY")
            .env_remove("no_proxy");
        let line = one_error_line(&run(command).await);
        assert!(
            line.contains("does not run against production"),
            "{environment}: {line}"
        );
    }
}

#[tokio::test]
async fn wrong_usage_and_help_have_their_own_exit_codes() {
    for arguments in [
        ["--mobile", "0821234567"],
        ["--latitude", "north"],
        ["--nonsense", "x"],
        ["--wait", "--simulator"],
    ] {
        let mut command = quickstart();
        command.args(arguments);
        assert_eq!(run(command).await.status.code(), Some(2), "{arguments:?}");
    }
    for [option, degrees] in [
        ["--latitude", "91"],
        ["--latitude", "999"],
        ["--latitude", "NaN"],
        ["--latitude", "-inf"],
        ["--longitude", "-181"],
        ["--longitude", "NaN"],
    ] {
        let mut off_the_globe = quickstart();
        off_the_globe.arg(format!("{option}={degrees}"));
        let mut apart = quickstart();
        apart.args([option, degrees]);
        let output = run(off_the_globe).await;
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_eq!(run(apart).await.status.code(), Some(2), "{degrees}");
        let shown = text(&output.stderr);
        let line = shown.lines().next().unwrap();
        assert!(
            line.contains(option) && line.contains("is not between"),
            "{shown}"
        );
        assert!(output.stdout.is_empty(), "nothing was begun");
    }

    let mut help = quickstart();
    help.arg("--help");
    let output = run(help).await;
    assert!(output.status.success());
    assert!(text(&output.stdout).contains("AURA_CLIENT_ID"));
}
